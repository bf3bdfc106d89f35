//! Jobs draw another moment to start, and restarts wait for a maintenance window.

use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::start_times;
use crate::model::way::events::Kind;
use crate::model::way::job::Phase;
use crate::model::way::simulation::Simulation;
use crate::outcome::Cause;
use crate::units::Instant;

impl<J: Journal> Simulation<'_, '_, J> {
    /// The machine is off at the moment at which the job was to start and is
    /// back at `back`: when it looks again. That is then, or, if it draws
    /// again, at its new moment.
    pub(crate) fn missed_start(&mut self, id: JobId, kind: Kind, back: Instant) -> Instant {
        let job = &self.scene.jobs[id];
        let missed = kind == Kind::Wake && job.phase() == Phase::Ready && job.due == self.scene.now;
        match start_times::start_window(&self.scene, id) {
            Some(window) if missed && window.redraw && back.is_some() => {
                let again = start_times::draw_again(&mut self.scene, id, window, back);
                self.job(id).due = again;
                self.note(id, || Entry::StartsLater(again));
                again
            }
            _ => back,
        }
    }

    /// When the machine of a job has restarted, which SMS does now, or in the next
    /// maintenance window in which a restart fits.
    pub(crate) fn restart_by_sms(&mut self, id: JobId) -> Instant {
        let length = self.scene.world.rules.restart_time;
        let begins = start_times::windows(&self.scene, id).map_or(self.scene.now, |windows| {
            let spell = start_times::window(&self.scene, id, windows, length);
            if spell.holds {
                self.scene.now
            } else {
                spell.until
            }
        });
        if begins > self.scene.now {
            self.note(id, || Entry::Waits(Cause::OutsideWindow));
            self.release_machine(id);
        }
        begins + length
    }
}
