//! Client services of domain controllers start together.

use crate::client::may_race;
use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::surroundings::token_race::Service;
use crate::model::way::events::Kind;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, Step};

impl<J: Journal> Simulation<'_, '_, J> {
    /// The machine of a job has restarted: whether its client service is up.
    pub(crate) fn service_is_up(&mut self, id: JobId) -> bool {
        let profile = self.scene.profile(id);
        if !may_race(self.scene.world, profile) {
            return true;
        }
        let (machine, domain) = (self.scene.jobs[id].machine, profile.domain);
        let (until, told) = match self.scene.token_writes.goes_on(id, machine, domain) {
            Service::Up => return true,
            Service::Hangs => {
                let again = self.scene.now + self.scene.world.rules.service_hang;
                (again, Entry::Hangs(again))
            }
            Service::Waits => {
                let policy = self.scene.world.identities.policy(domain);
                let seen = self.scene.now + policy.replication;
                (seen, Entry::AwaitsToken(seen))
            }
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
