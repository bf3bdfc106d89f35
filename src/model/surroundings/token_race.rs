//! Client services of domain controllers that start together (KB Q278345).
//!
//! When the service starts it writes the token account that all controllers of
//! the domain share, and waits until that change has come back to it by
//! replication. If another controller writes the account meanwhile, the first
//! never sees its change, and hangs until it is started again. Of all that start
//! within the time of replication only the last one comes up. Empty unless the
//! rule is on.

use crate::model::ids::JobId;
use crate::world::DomainId;
use std::collections::BTreeMap;

/// What the controllers of a group have written.
#[derive(Debug, Clone, Default)]
pub(crate) struct TokenWrites {
    /// The last writer of each domain's token account.
    last: BTreeMap<DomainId, u32>,
    /// Jobs whose service waits or hangs.
    starting: BTreeMap<JobId, Start>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    /// It has written, and waits.
    Waits,
    /// It hangs.
    Hangs,
}

/// What becomes of a service that has started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    /// It is up.
    Up,
    /// It has written the account, and waits for its replication.
    Waits,
    /// Another has written the account meanwhile: it hangs.
    Hangs,
}

impl TokenWrites {
    /// The service of a job starts, or has waited, or has hung.
    pub(crate) fn goes_on(&mut self, id: JobId, machine: u32, domain: DomainId) -> Service {
        match self.starting.get(&id) {
            Some(Start::Waits) if self.last.get(&domain) == Some(&machine) => {
                self.starting.remove(&id);
                Service::Up
            }
            Some(Start::Waits) => {
                self.starting.insert(id, Start::Hangs);
                Service::Hangs
            }
            None | Some(Start::Hangs) => {
                self.last.insert(domain, machine);
                self.starting.insert(id, Start::Waits);
                Service::Waits
            }
        }
    }

    /// Whether the service of a job hangs.
    pub(crate) fn hangs(&self, id: JobId) -> bool {
        self.starting.get(&id) == Some(&Start::Hangs)
    }
}
