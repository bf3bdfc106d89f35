//! Requests to the stations of servers, and how long they stand in line there.

use crate::engine::{Station, Visit};
use crate::model::journal::Journal;
use crate::model::way::simulation::Simulation;
use crate::units::Instant;
use crate::world::{ServerId, ServerRole};

/// When a request is served, which may be by several servers at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Service {
    /// When the last of them begins.
    pub(crate) begins: Instant,
    /// When all of them have answered.
    pub(crate) answer: Instant,
}

impl Service {
    /// A service that takes no time.
    pub(crate) const fn at_once(now: Instant) -> Self {
        Self {
            begins: now,
            answer: now,
        }
    }

    /// The service of another server, too.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            begins: self.begins.max(other.begins),
            answer: self.answer.max(other.answer),
        }
    }
}

impl<J: Journal> Simulation<'_, '_, J> {
    /// Sends a request to a server's station: `Ok` with when it is served, `Err` with
    /// the instant at which the client gives up.
    pub(crate) fn ask(&mut self, server: ServerId, role: ServerRole) -> Result<Service, Instant> {
        let now = self.scene.now;
        self.tally.server(server, role).request(now, now, 1);
        let Some(spec) = self.scene.world.servers[server.index()].station else {
            return Ok(Service::at_once(now));
        };
        let station = self.stations.entry(server);
        let visit = station
            .or_insert_with(|| Station::new(spec.servers, spec.patience))
            .request(now, spec.service);
        self.count_crowd(server, role, visit);
        self.count_wait(server, role, visit)
    }

    /// Counts how long a request stands in line: until it is served or gives up,
    /// or until the horizon. What gives up after the horizon has not done so.
    pub(crate) fn count_wait(
        &mut self,
        server: ServerId,
        role: ServerRole,
        visit: Visit,
    ) -> Result<Service, Instant> {
        let (now, horizon) = (self.scene.now, Instant(self.scene.world.horizon.0));
        let covered = match visit {
            Visit::GivesUp { at } => self.scene.world.covers(at),
            Visit::Served { .. } => true,
        };
        let counter = self.tally.server(server, role);
        match visit {
            Visit::Served { start, end } => {
                counter.wait(start.min(horizon).since(now));
                Ok(Service {
                    begins: start,
                    answer: end,
                })
            }
            Visit::GivesUp { at } => {
                if covered {
                    counter.time_out(at.since(now));
                } else {
                    counter.wait(horizon.since(now));
                }
                Err(at)
            }
        }
    }
}
