//! Jobs that miss their moment in a start window draw another.

use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::start_times::{self, Start};
use crate::model::way::events::Kind;
use crate::model::way::simulation::Simulation;
use crate::units::Instant;

impl<J: Journal> Simulation<'_, '_, J> {
    /// The machine is off at the moment at which the job was to start and is
    /// back at `back`: when it looks again. That is then, or, if it draws
    /// again, at its new moment.
    pub(crate) fn missed_start(&mut self, id: JobId, kind: Kind, back: Instant) -> Instant {
        if kind != Kind::Wake || !start_times::misses_moment(&self.scene, id, back) {
            return back;
        }
        let again = self.draw_again(id, back);
        self.job(id).due = again;
        self.note(id, || Entry::StartsLater(again));
        again
    }

    /// A job has missed its moment in its start window, and draws another.
    fn draw_again(&mut self, id: JobId, from: Instant) -> Instant {
        let again = start_times::next_moment(&self.scene, id, from);
        self.scene.rare_state_mut(id).missed += 1;
        again.unwrap_or(from)
    }

    /// When a job that is due at `due` starts.
    pub(crate) fn start_of(&mut self, id: JobId, due: Instant) -> Instant {
        match start_times::spread_start(&self.scene, id, due) {
            Start::At(at) => at,
            Start::DrawAgain => self.draw_again(id, self.scene.now),
        }
    }
}
