//! Client services of domain controllers start together.

use crate::client::may_race;
use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::surroundings::token_race::Start;
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
        match self.scene.token_writes.starting.get(&id) {
            Some(Start::Waits) if self.scene.token_writes.last.get(&domain) == Some(&machine) => {
                self.scene.token_writes.starting.remove(&id);
                true
            }
            Some(Start::Waits) => {
                let again = self.scene.now + self.scene.world.rules.service_hang;
                self.note(id, || Entry::Hangs(again));
                self.scene.token_writes.starting.insert(id, Start::Hangs);
                self.schedule(id, Kind::Restarted, again);
                false
            }
            None | Some(Start::Hangs) => {
                let seen = self.scene.now + self.scene.world.identities.policy(domain).replication;
                self.note(id, || Entry::AwaitsToken(seen));
                self.scene.token_writes.last.insert(domain, machine);
                self.scene.token_writes.starting.insert(id, Start::Waits);
                self.schedule(id, Kind::Restarted, seen);
                false
            }
        }
    }

    /// Says so where the horizon finds a service hanging.
    pub(crate) fn close_hanging(&mut self, id: JobId) {
        if self.scene.token_writes.starting.get(&id) == Some(&Start::Hangs) {
            self.stand(
                id,
                Ending::RestartPending,
                Step::AfterRunning,
                Cause::ClientHangs,
            );
        }
    }
}
