//! Bytes of policy, location and status traffic: what a server says it has
//! carried is what the links of the way have carried.
//!
//! All of it is counted, none simulated: a link is not slowed by it, so that no
//! two sites depend on each other for its sake. Where the scenario does not ask
//! for it ([`crate::world::Traffic`]), links know nothing of it.

use crate::client::behaviour;
use crate::model::counters::Tally;
use crate::model::draws::ModelDraws;
use crate::model::draws::poll_offset;
use crate::model::surroundings::presence::{LocalPresence, Presence};
use crate::units::{Instant, Size};
use crate::world::{ClientKind, LinkId, Machine, ServerId, SiteId, World};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Which way the bytes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    /// From the server to the machine.
    Down,
    /// From the machine to the server.
    Up,
}

/// Messages of one size, the first and the last of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Messages {
    pub(crate) count: u64,
    pub(crate) size: Size,
    pub(crate) first: Instant,
    pub(crate) last: Instant,
}

impl Messages {
    /// All of them together.
    pub(crate) fn bytes(&self) -> Size {
        Size(self.size.0.saturating_mul(self.count))
    }
}

/// The links between sites and servers that have been asked for.
#[derive(Debug, Default)]
pub(crate) struct Paths(BTreeMap<(SiteId, ServerId, Way), Vec<LinkId>>);

impl Paths {
    /// The links between a site and a server, which are looked up once.
    pub(crate) fn of(
        &mut self,
        world: &World,
        site: SiteId,
        server: ServerId,
        way: Way,
    ) -> &[LinkId] {
        self.0.entry((site, server, way)).or_insert_with(|| {
            let mut path = Vec::new();
            match way {
                Way::Down => world.route(server, site, &mut path),
                Way::Up => world.route_to(site, server, &mut path),
            }
            path
        })
    }

    /// Counts messages on every link of their way.
    pub(crate) fn book(
        &mut self,
        world: &World,
        (site, server, way): (SiteId, ServerId, Way),
        messages: Messages,
        tally: &mut Tally,
    ) {
        for link in self.of(world, site, server, way) {
            tally.on_link(world, *link, messages);
        }
    }
}

/// Looks of the machines of one site at one server.
#[derive(Debug, Clone, Copy)]
struct Looks {
    count: u64,
    first: Instant,
    last: Instant,
}

impl Looks {
    const NONE: Self = Self {
        count: 0,
        first: Instant::NEVER,
        last: Instant::START,
    };

    /// `count` looks, from `first` on, one each `interval`.
    fn add(&mut self, first: Instant, count: u64, interval: u64) {
        if count > 0 {
            self.count += count;
            self.first = self.first.min(first);
            self.last = self.last.max(Instant(first.0 + (count - 1) * interval));
        }
    }
}

/// Counts every look for policy or advertisements of every machine up to the
/// horizon, also of those that no advertisement reaches. An advertisement that
/// one of them brings is counted when it is brought.
pub(crate) fn count_polls(world: &World, draws: &ModelDraws, tally: &mut Tally) {
    let Some(traffic) = world.traffic else {
        return;
    };
    let looks: Vec<LooksByKind> = (0..world.sites.len())
        .into_par_iter()
        .map(|site| {
            let presence = Presence::new(world, draws);
            let local = presence.ahead(world.sites[site].time_zone);
            looks_at(world, draws, &local, site.into())
        })
        .collect();
    let mut paths = Paths::default();
    for (site, looks) in looks.into_iter().enumerate() {
        for (kind, looks) in ClientKind::ALL.iter().zip(looks) {
            let behaviour = behaviour(*kind);
            let Some(contact) = behaviour.contact(&world.sites[site]) else {
                continue;
            };
            if looks.count == 0 {
                continue;
            }
            let messages = Messages {
                count: looks.count,
                size: traffic.poll,
                first: looks.first,
                last: looks.last,
            };
            let counter = tally.server(contact, behaviour.contact_role());
            counter.request(looks.first, looks.last, looks.count);
            counter.carry(messages.bytes());
            paths.book(world, (site.into(), contact, Way::Down), messages, tally);
        }
    }
}

/// Looks by client kind, in the order of [`ClientKind::ALL`].
type LooksByKind = [Looks; ClientKind::ALL.len()];

/// The looks of a site's machines.
fn looks_at(
    world: &World,
    draws: &ModelDraws,
    presence: &LocalPresence,
    site: SiteId,
) -> LooksByKind {
    let mut looks = [Looks::NONE; ClientKind::ALL.len()];
    for position in world.fleet.by_site[site.index()].clone() {
        let machine = &world.fleet.machines[position as usize];
        let of_kind = &mut looks[world.fleet.profile(machine).client as usize];
        let offset = poll_offset(world, position, &draws.setup(machine.key));
        looks_of(world, presence, machine, offset, of_kind);
    }
    looks
}

/// The looks of one machine: at its phase of the interval while it is on, and
/// once when it is back if it has missed any.
fn looks_of(
    world: &World,
    presence: &LocalPresence,
    machine: &Machine,
    offset: u64,
    looks: &mut Looks,
) {
    let profile = world.fleet.profile(machine);
    let interval = profile.poll_interval.0.max(1);
    let end = world.last_moment().0.saturating_add(1);
    let mut at = offset;
    while at < end {
        let spell = presence.machine(machine.key, profile, Instant(at));
        // What lies before `until` is of this spell; at it, the next begins.
        let until = spell.until.0.min(end);
        if spell.holds {
            let count = (until - at).div_ceil(interval);
            looks.add(Instant(at), count, interval);
            at += count * interval;
        } else {
            if until < end {
                looks.add(Instant(until), 1, interval);
            }
            at += ((until - at) / interval + 1) * interval;
        }
    }
}
