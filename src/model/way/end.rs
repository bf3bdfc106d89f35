//! Where a job comes to its end: the only place that says so.
//!
//! What every end has in common is done here, whatever the reason and whatever
//! had begun: sessions at servers are over, the machine is free for the next
//! job, and the site hears of it where it does. Each step does nothing where
//! there is nothing to end, so that no end can forget one. Which sessions are
//! open follows from the phase, so an end must not close them beforehand.

use crate::model::ids::JobId;
use crate::model::journal::Journal;
use crate::model::way::job::Phase;
use crate::model::way::simulation::Simulation;
use crate::units::Instant;

impl<J: Journal> Simulation<'_, '_, J> {
    /// A job is over, and its final state is reported at `at`.
    pub(crate) fn end(&mut self, id: JobId, at: Instant) {
        self.leave_everything(id);
        self.report(id, at);
        self.scene.turn_job(id, Phase::Over);
        self.removed_at_next_look(id);
    }

    /// A job is over, and the site hears nothing of it: there is no client left
    /// to say so, or nothing new to say.
    pub(crate) fn end_unheard(&mut self, id: JobId) {
        self.leave_everything(id);
        self.scene.turn_job(id, Phase::Over);
    }

    fn leave_everything(&mut self, id: JobId) {
        self.end_session(id);
        self.release_machine(id);
    }
}
