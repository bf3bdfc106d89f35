//! The input language: a scenario in TOML, an inventory in CSV, and the way
//! from there to a [`crate::world::World`].
//!
//! ```text
//! text --read--> written --plan--> declared --resolve--> World --check--> World
//!        set                 inventory
//! ```
//!
//! [`load`] goes the whole way. It promises the same world for the same text,
//! whatever the order of tables, all [`Problems`] of one stage at once, each
//! with its place and a remedy, and never to panic. What happens in the world
//! is left to the model.

mod account_names;
mod assumed;
mod attendance;
mod check;
pub(crate) mod command_line;
pub mod inventory;
mod load;
mod names;
mod pattern;
mod patterns;
pub(crate) mod plain;
mod plan;
mod problem;
mod read;
mod resolve;
#[cfg(feature = "cli")]
mod rewrite;
mod schema;
mod set;
mod slips;
pub(crate) mod spelling;
mod tables;
mod words;
mod written;

pub use assumed::{Assumed, assumed};
pub use attendance::presence;
pub(crate) use load::text_of;
pub use load::{Files, Input, Loaded, load, load_kept, load_str};
pub(crate) use pattern::{Nearest, domain_name, matches, nearest, plain_name};
pub(crate) use plain::{plain, plain_json};
pub use problem::{Problem, ProblemCode, Problems, Severity, Sources, Stage};
pub(crate) use read::document;
#[cfg(feature = "cli")]
pub use rewrite::with_settings;
pub use schema::{schema, starter};
pub(crate) use written::{At, Section, at_least_one};
