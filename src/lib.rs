//! Rollcast forecasts a software roll-out before it happens: it simulates a fleet
//! of Windows machines under SMS 2003, event by event, from a scenario in TOML.
//!
//! The program `rollcast` is a thin layer over this library. Without the feature
//! `cli`, nothing of the command line is built:
//!
//! ```toml
//! rollcast = { version = "0.1", default-features = false }
//! ```
//!
//! # A forecast in five steps
//!
//! Load a scenario, change a value, run it, read what became of each machine, and
//! ask when a share of the fleet is done:
//!
//! ```
//! use rollcast::division::Plan;
//! use rollcast::model::{Watch, replicate};
//! use rollcast::scenario::load_str;
//!
//! let scenario = r#"
//!     [site.hq]
//!     [site.branch]
//!     parent = "hq"
//!     wan = "512 kbit/s"
//!     slow_boundary = false
//!     [fleet.pcs]
//!     per_site = 20
//!     [package.patch]
//!     size = "10 MB"
//! "#;
//! // Settings are those of `--set`; a problem names its file, line and remedy.
//! let faster = ["site.branch.wan=2 Mbit/s".to_owned()];
//! let loaded = load_str(scenario, &faster)?;
//! let world = &loaded.world;
//!
//! // One replication. The same seed and number give the same outcomes everywhere.
//! let run = replicate(world, &Plan::new(world), 1, &Watch::default())?;
//! assert_eq!(run.outcomes.len(), 40);
//!
//! // The time from which on 95 % of the machines had the program.
//! let mut times: Vec<_> = run
//!     .outcomes
//!     .iter()
//!     .filter_map(|machine| machine.successful_since()?.seconds())
//!     .collect();
//! times.sort_by(f64::total_cmp);
//! let needed = (run.outcomes.len() as f64 * 0.95).ceil() as usize;
//! let seconds_to_95 = times.get(needed - 1);
//! assert!(seconds_to_95.is_some_and(|seconds| *seconds < 86_400.0));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! `examples/` has complete programs: `sweep` runs a scenario at several values,
//! `own_output` writes a table of its own, and `queue` and `fair_share` use the
//! engine without a fleet. `cargo run --example sweep` runs one.
//!
//! # The parts
//!
//! | to | use |
//! |---|---|
//! | read a scenario and its problems | [`scenario`] |
//! | see what it means, resolved | [`world`] |
//! | simulate | [`model`], [`division`] |
//! | read what became of each machine | [`outcome`] |
//! | write the tables of `rollcast run` | [`forecast`], [`results`] |
//! | vary a scenario and compare | [`study`] |
//! | simulate something else | [`engine`], [`units`] |
//! | look up a rule of the product | [`product`], [`access`] |
//!
//! Results depend on the scenario, its inputs, the seed and the version of this
//! crate, on nothing else: not on threads, platform or the order of rows.
//! `docs/stability.md` in the repository says what stays the same between versions.

// `println!` and its like panic when nobody reads, and let escape sequences through:
// `cli::terminal` is the one way out.
#![cfg_attr(not(test), warn(clippy::print_stdout, clippy::print_stderr))]

pub mod access;
pub mod answer;
#[cfg(feature = "cli")]
pub mod cli;
mod client;
pub mod division;
pub mod engine;
pub mod explain;
pub mod forecast;
pub mod import;
pub mod model;
pub mod outcome;
pub mod product;
mod reading;
pub mod remedy;
pub mod report;
pub mod results;
pub mod scenario;
pub mod sending;
#[cfg(feature = "cli")]
pub mod serve;
pub mod statistics;
pub mod study;
pub mod units;
pub mod world;
