//! From a record to what the product would show: the log to read, and the
//! report state that a status message leads to.

use super::{Cause, Outcome, ReportState, Step};
use crate::product::{ClientKind, logs, status};

impl Outcome {
    /// The log in which an administrator would look, with its full path on the
    /// client.
    pub const fn log(&self, client: ClientKind) -> &'static str {
        // A program that reads from the distribution point while it runs downloads
        // nothing into the cache.
        let step = match self.step {
            Step::Content if self.run_start.is_some() => Step::Run,
            step => step,
        };
        log(client, step, self.cause)
    }
}

/// The log that tells why a machine stopped at `step` for `cause`.
pub const fn log(client: ClientKind, step: Step, cause: Cause) -> &'static str {
    logs::log(client, matter(step, cause))
}

/// What a log would have to be about.
const fn matter(step: Step, cause: Cause) -> logs::Matter {
    match (step, cause) {
        (_, Cause::CacheTooSmall | Cause::CacheFull | Cause::HashMismatch) => logs::Matter::Cache,
        (Step::Policy, _) => logs::Matter::Policy,
        (Step::Location, _) => logs::Matter::Location,
        (Step::Content, _) => logs::Matter::Transfer,
        // The execution log also tells that no account could connect to the
        // distribution point, whether for running or for downloading.
        (
            Step::Acceptance
            | Step::Assignment
            | Step::Connection
            | Step::Condition
            | Step::Elevation
            | Step::Share
            | Step::Run
            | Step::AfterRunning
            | Step::Done,
            _,
        ) => logs::Matter::Execution,
    }
}

impl ReportState {
    /// The state that a status message leads to; `None` if it changes none.
    pub fn after(message: u16) -> Option<Self> {
        let state = status::message(message)?.state?;
        Self::ALL.get(usize::from(state)).copied()
    }
}
