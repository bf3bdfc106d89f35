//! A program loses the rights that were granted for its run.

use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::surroundings::accounts::policy_refresh::{OFFSET, REFRESH};
use crate::model::way::simulation::Simulation;
use crate::units::{Instant, Span};

impl<J: Journal> Simulation<'_, '_, J> {
    /// When a program that starts to work now and would work for `time` loses
    /// the rights that were granted for the run, if it does (KB Q295771).
    ///
    /// It is assumed that the program asks for its rights again afterwards, as
    /// an installation does that starts services or further programs.
    pub(crate) fn rights_end(&mut self, id: JobId, time: Span) -> Option<Instant> {
        let profile = self.scene.profile(id);
        let elevated = self.scene.jobs[id].execution.is_some_and(|e| e.elevated);
        if !elevated
            || !self
                .scene
                .world
                .identities
                .policy(profile.domain)
                .restricted_groups
        {
            return None;
        }
        let draws = self.scene.draws.setup(self.scene.jobs[id].key);
        let period = REFRESH.0 + draws.below(4, OFFSET.0);
        let first = draws.below(5, period);
        let refreshes = self.scene.now.0.saturating_sub(first) / period + 1;
        let next = if self.scene.now.0 < first {
            first
        } else {
            first + refreshes * period
        };
        let end = self.scene.now + time;
        let at = Instant(next);
        (at < end).then(|| {
            self.note(id, || Entry::RightsTaken(at));
            at
        })
    }
}
