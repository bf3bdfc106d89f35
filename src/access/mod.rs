//! Who runs a program, who connects to a share, and whether they may.
//!
//! Pure functions of the directory, the standing of its accounts, and one
//! machine. No time passes here and nothing is shared: a run asks these
//! functions at the moment an attempt is made, and `explain` asks the same
//! ones, so that the two cannot disagree. None of them allocates.
//!
//! One file per question, in the order in which a machine meets them:
//! [`execute`] (under which account does the program run?), [`candidate`] (which
//! accounts are presented to a server, in which order?), [`attempt`] (does this one
//! get in?), [`msi_placement`] (where does Windows Installer put it?), [`cause`] and
//! [`execution_cause`] (what is the reason to report?).
//! What a server is asked, when, and how often, is left to the model.

mod access_list;
mod attempt;
mod candidates;
mod cause;
mod controllers;
mod execution;
mod msi;
mod reason;
mod second;
mod subject;
mod trust;

pub(crate) use attempt::{Arrival, arrival, as_itself, as_new};
pub use attempt::{Grant, Target, attempt, authority};
pub use candidates::{Purpose, candidate};
pub use cause::{cause, execution_cause, telling};
pub(crate) use controllers::nearest_controllers;
pub(crate) use execution::unusable_here;
pub use execution::{Execution, Runner, context, execute, runner_on};
pub use msi::{MsiFailure, MsiPlacement, msi_placement};
pub use reason::{Reason, Refusal};
pub use second::{Connection, second_session};
pub use subject::{Client, Standing, User, View};
pub(crate) use trust::validates_at;
