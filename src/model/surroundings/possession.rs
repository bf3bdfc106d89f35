//! Since when machines have had what they were offered, where their rows do not say so:
//! the row of what has come round tells of the last time, and a program that was there
//! before has not run for its advertisement.
//!
//! Without any memory where neither happens.

use crate::model::ids::JobId;
use crate::units::Instant;
use std::collections::BTreeMap;

/// Since when machines have had it.
#[derive(Debug, Default)]
pub(crate) struct Possession {
    since: BTreeMap<JobId, Instant>,
}

impl Possession {
    /// The machine of a job has what it was offered since `at`, if it has not had it all
    /// the time.
    pub(crate) fn begins(&mut self, id: JobId, at: Instant) {
        self.since.entry(id).or_insert(at);
    }

    /// The machine of a job has what it was offered no longer: since when it had it, if
    /// that was noted.
    pub(crate) fn ends(&mut self, id: JobId) -> Option<Instant> {
        self.since.remove(&id)
    }

    /// The jobs of which it was noted, and since when.
    pub(crate) fn noted(&self) -> impl Iterator<Item = (JobId, Instant)> + '_ {
        self.since.iter().map(|(id, since)| (*id, *since))
    }
}
