//! Who runs a program, who connects to a share, and whether they may.
//!
//! Pure functions of the directory, the standing of its accounts, and one
//! machine. No time passes here and nothing is shared: a run asks these
//! functions at the moment an attempt is made, and `explain` asks the same
//! ones, so that the two cannot disagree.

mod decide;

pub use decide::{
    Client, Execution, Grant, Purpose, Reason, Refusal, Standing, Target, User, View, attempt,
    authority, candidate, cause, execute, msi_placement, MsiPlacement,
};
