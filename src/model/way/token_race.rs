//! Client services of domain controllers start together.

use crate::model::ids::JobId;
use crate::model::journal::Journal;
use crate::model::rules::token_race;
use crate::model::way::events::Kind;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, Step};

impl<J: Journal> Simulation<'_, '_, J> {
    /// The machine of a job has restarted: whether its client service is up.
    pub(crate) fn service_is_up(&mut self, id: JobId) -> bool {
        if !token_race::is_used(&self.scene, id) {
            return true;
        }
        let (machine, domain) = (self.scene.jobs[id].machine, self.scene.profile(id).domain);
        let service = self.scene.token_writes.goes_on(id, machine, domain);
        let Some((until, told)) = token_race::waits(&self.scene, id, service) else {
            return true;
        };
        self.note(id, || told);
        self.schedule(id, Kind::Restarted, until);
        false
    }

    /// Says so where the horizon finds a service hanging.
    pub(crate) fn close_hanging(&mut self, id: JobId) {
        if self.scene.token_writes.hangs(id) {
            self.stand(
                id,
                Ending::RestartPending,
                Step::AfterRunning,
                Cause::ClientHangs,
            );
        }
    }
}
