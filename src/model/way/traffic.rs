//! What the network carries to the machines of a group is taken down by the hour.

use crate::model::journal::Journal;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Giver, Stretches};
use crate::units::{Instant, Size};
use crate::world::{ServerId, ServerRole};

/// What is known of the present stretch of time.
pub(crate) struct ByTheHour {
    stretches: Stretches,
    /// The stretch that is being filled.
    at: usize,
    /// When it ends; [`Instant::NEVER`] for the last one.
    pub(crate) ends: Instant,
    told: Vec<(u64, Size)>,
}

impl ByTheHour {
    pub(crate) fn new(stretches: Stretches) -> Self {
        let mut hours = Self {
            stretches,
            at: 0,
            ends: Instant::NEVER,
            told: Vec::new(),
        };
        hours.turn_to(0);
        hours
    }

    fn turn_to(&mut self, at: usize) {
        self.at = at;
        self.ends = if at + 1 < self.stretches.count {
            self.stretches.begin(at as u64 + 1)
        } else {
            Instant::NEVER
        };
    }
}

const POINT: u64 = 1;
const SHARE: u64 = 2;
const PEERS: u64 = 3;

/// How the network labels what `giver` gives to machines at the group's site `slot`.
pub(crate) fn label(slot: u32, giver: Giver) -> u64 {
    let (server, role) = match giver {
        Giver::Server(server, ServerRole::DistributionPoint) => (server.index() as u64, POINT),
        Giver::Server(server, _) => (server.index() as u64, SHARE),
        Giver::Peers => (0, PEERS),
    };
    u64::from(slot) << 32 | server << 2 | role
}

/// The group's site and the giver that a label means.
fn meant(label: u64) -> (usize, Giver) {
    let server = ServerId::from((label as u32 >> 2) as usize);
    let giver = match label & 3 {
        POINT => Giver::Server(server, ServerRole::DistributionPoint),
        SHARE => Giver::Server(server, ServerRole::FileServer),
        _ => Giver::Peers,
    };
    ((label >> 32) as usize, giver)
}

impl<J: Journal> Simulation<'_, '_, J> {
    /// Ends the stretches of time that are over before anything happens at `next`.
    /// Between two events all goes on as it is, so that a look costs no event.
    pub(crate) fn end_hours_before(&mut self, next: Instant) {
        while self.hours.ends < next {
            if !self.network.carries() {
                let last = Instant(next.0 - 1);
                return self.hours.turn_to(self.hours.stretches.at(last));
            }
            self.take_down_traffic(self.hours.ends);
            self.hours.turn_to(self.hours.at + 1);
        }
    }

    /// Adds what the network has carried by `now` to the present stretch.
    pub(crate) fn take_down_traffic(&mut self, now: Instant) {
        let mut told = std::mem::take(&mut self.hours.told);
        self.network.carried(now, &mut told);
        for (label, bytes) in told.drain(..) {
            let (slot, giver) = meant(label);
            let site = self.scene.places[slot].site;
            self.tally.traffic.give(site, giver, self.hours.at, bytes);
        }
        self.hours.told = told;
    }
}
