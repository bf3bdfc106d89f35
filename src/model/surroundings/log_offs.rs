//! Users whom SMS has logged off, and when they log on again.
//!
//! Without any memory where no program logs a user off.

use crate::units::Instant;
use std::collections::BTreeMap;

/// The last log-off of a machine's user.
#[derive(Debug, Clone, Copy)]
struct LogOff {
    at: Instant,
    back: Instant,
}

/// The last log-off of each machine, by its position in the fleet.
#[derive(Debug, Default)]
pub(crate) struct LogOffs {
    last: BTreeMap<u32, LogOff>,
}

impl LogOffs {
    /// The user of a machine is logged off `at` this moment, and logs on again at `back`.
    pub(crate) fn note(&mut self, machine: u32, at: Instant, back: Instant) {
        self.last.insert(machine, LogOff { at, back });
    }

    /// When the user of a machine, who is away at `at` because SMS has logged them off,
    /// logs on again.
    #[inline]
    pub(crate) fn back(&self, machine: u32, at: Instant) -> Option<Instant> {
        let last = self.last.get(&machine)?;
        (last.at <= at && at < last.back).then_some(last.back)
    }

    /// Whether a user of a machine has been logged off, who was there before.
    #[inline]
    pub(crate) fn has_user(&self, machine: u32) -> bool {
        self.last.contains_key(&machine)
    }
}
