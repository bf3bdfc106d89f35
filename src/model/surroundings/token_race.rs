//! Client services of domain controllers that start together (KB Q278345).
//!
//! When the service starts it writes the token account that all controllers of
//! the domain share, and waits until that change has come back to it by
//! replication. If another controller writes the account meanwhile, the first
//! never sees its change, and hangs until it is started again. Of all that start
//! within the time of replication only the last one comes up. Empty unless the
//! rule is on.

use crate::client::may_race;
use crate::model::journal::{Entry, Journal};
use crate::model::way::events::Kind;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, Step};
use crate::world::DomainId;
use std::collections::BTreeMap;

/// What the controllers of a group have written.
#[derive(Debug, Clone, Default)]
pub(crate) struct TokenWrites {
    /// The last writer of each domain's token account.
    last: BTreeMap<DomainId, u32>,
    /// Jobs whose service waits or hangs.
    starting: BTreeMap<u32, Start>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    /// It has written, and waits.
    Waits,
    /// It hangs.
    Hangs,
}

impl<J: Journal> Simulation<'_, '_, J> {
    /// The machine of a job has restarted: whether its client service is up.
    pub(crate) fn service_is_up(&mut self, id: u32) -> bool {
        let profile = self.profile(id);
        if !may_race(self.world, profile) {
            return true;
        }
        let (machine, domain) = (self.jobs[id as usize].machine, profile.domain);
        match self.token_writes.starting.get(&id) {
            Some(Start::Waits) if self.token_writes.last.get(&domain) == Some(&machine) => {
                self.token_writes.starting.remove(&id);
                true
            }
            Some(Start::Waits) => {
                let again = self.now + self.world.rules.service_hang;
                self.note(id, || Entry::Hangs(again));
                self.token_writes.starting.insert(id, Start::Hangs);
                self.schedule(id, Kind::Restarted, again);
                false
            }
            None | Some(Start::Hangs) => {
                let seen = self.now + self.world.identities.policy(domain).replication;
                self.note(id, || Entry::AwaitsToken(seen));
                self.token_writes.last.insert(domain, machine);
                self.token_writes.starting.insert(id, Start::Waits);
                self.schedule(id, Kind::Restarted, seen);
                false
            }
        }
    }

    /// Says so where the horizon finds a service hanging.
    pub(crate) fn close_hanging(&mut self, id: u32) {
        if self.token_writes.starting.get(&id) == Some(&Start::Hangs) {
            self.stand(
                id,
                Ending::RestartPending,
                Step::AfterRunning,
                Cause::ClientHangs,
            );
        }
    }
}
