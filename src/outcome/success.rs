//! What counts as success: the one place that says so, for the simulation and
//! for the tables.

use super::{Ending, Outcome};
use crate::units::Instant;

impl Ending {
    /// Whether a machine has what it was offered. A restart that is still to come
    /// does not change that.
    pub const fn is_success(self) -> bool {
        matches!(self, Self::Installed | Self::RestartPending)
    }

    /// Whether the program is on the machine, if only for an account that has
    /// no use of it, and can be removed.
    pub const fn is_on_the_machine(self) -> bool {
        self.is_success() || matches!(self, Self::ServiceProfile)
    }

    /// Whether the program has ended with a code of success and is not known to
    /// have been removed since; it may have broken.
    pub const fn has_run(self) -> bool {
        self.is_on_the_machine() || matches!(self, Self::Broken)
    }

    /// Whether the program has once ended with a code of success, whatever came
    /// of it since.
    pub const fn has_once_succeeded(self) -> bool {
        self.has_run() || matches!(self, Self::Removed)
    }
}

impl Outcome {
    /// Since when the machine has had what it was offered by this row alone, if it has
    /// it: since the end of the program, or since the start if it was there before.
    /// [`super::Replication::held`] has what a row cannot tell.
    pub const fn successful_since(&self) -> Option<Instant> {
        match (self.ending.is_success(), self.run_end.is_some()) {
            (true, true) => Some(self.run_end),
            (true, false) => Some(Instant::START),
            (false, _) => None,
        }
    }
}

/// A time in which a machine had what it was offered and of which its row does not tell:
/// what came round after it failed, the program was removed, or what came round after it
/// ended with success, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Held {
    /// Position of the row among [`super::Replication::outcomes`].
    pub row: u32,
    /// When it began.
    pub from: Instant,
    /// When the machine had it no longer; [`Instant::NEVER`] if it has it still, and the
    /// row tells of a later time.
    pub until: Instant,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sense_of_success_includes_the_narrower_one() {
        for ending in Ending::ALL {
            assert!(!ending.is_success() || ending.is_on_the_machine());
            assert!(!ending.is_on_the_machine() || ending.has_run());
            assert!(!ending.has_run() || ending.has_once_succeeded());
        }
        assert!(!Ending::ServiceProfile.is_success());
        assert!(!Ending::Broken.is_on_the_machine());
        assert!(!Ending::Removed.has_run());
        assert!(!Ending::Failed.has_once_succeeded());
    }
}
