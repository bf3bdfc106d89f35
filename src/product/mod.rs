//! The product as documented: rules, defaults, codes, messages and logs of
//! SMS 2003, as data, each with its source.
//!
//! Nothing here decides anything; `access` and `model` look values up. Another
//! product or client kind is another set of values.

mod client;
pub mod exit_codes;
mod installer;
pub mod logs;
mod platform;
mod retry;
mod rules;
pub mod status;
pub mod win32;

pub use client::ClientKind;
pub use installer::Installer;
pub(crate) use platform::{is_before_windows_2000, is_windows_9x};
pub use retry::{RetryRule, Tries};
pub use rules::{NonSmsShareOrder, PointOrder, Rules};
