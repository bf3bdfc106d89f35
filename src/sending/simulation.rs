//! The loop: what happens at one instant, and in which order.
//!
//! Sendings and copies that are complete go first; then events in the order of
//! their ranks; then free threads are given out, once everything that the
//! instant brought is known.

use std::collections::{BTreeMap, BTreeSet};

use super::arrival::{Arrival, Delivery, Fate, Passage};
use super::copies::{CopyState, Desk};
use super::pace::time_for;
use super::plan::Plan;
use super::pulls::PullState;
use super::senders::{LegState, RouteState, Sender};
use crate::engine::{Event, EventList, Ladder, LinkUse, Network, Station, Visit};
use crate::units::{Instant, Rate, Span};
use crate::world::sending::{Capacity, Sending, Target};
use crate::world::{LinkId, SiteId};

/// Ranks of the events of one instant. A capacity counts from its instant on. A run that ends as a site goes down or
/// an hour closes is complete; what is tried again finds the new state.
pub(super) mod rank {
    pub(in super::super) const CAPACITY: u8 = 0;
    pub(in super::super) const RUN_ENDS: u8 = 1;
    pub(in super::super) const OUTAGE: u8 = 2;
    pub(in super::super) const HOURS: u8 = 3;
    pub(in super::super) const RELEASE: u8 = 4;
    pub(in super::super) const COMPRESSED: u8 = 5;
    pub(in super::super) const ATTEMPT: u8 = 6;
    pub(in super::super) const REQUEUE: u8 = 7;
    pub(in super::super) const COPY_AGAIN: u8 = 8;
    pub(in super::super) const PULL: u8 = 9;
}

/// A boundary of an outage: when, which target, whether it begins.
type Boundary = (Instant, Target, bool);

pub(super) struct Simulation<'s> {
    pub(super) sending: &'s Sending,
    pub(super) plan: Plan<'s>,
    pub(super) now: Instant,
    pub(super) events: Ladder,
    /// From `first_own` on the routes, then sites' outlets, then points, each in the
    /// plan's order, then the links between unless they are others' too.
    pub(super) network: Network,
    pub(super) first_own: u32,
    /// What is added to the numbers of legs and copies in the network.
    pub(super) first_payload: u32,
    /// Whether others use the network, so that each block of a sending under a rate
    /// limit is a transfer that shares it.
    pub(super) is_shared: bool,
    pub(super) legs: Vec<LegState>,
    pub(super) routes: Vec<RouteState>,
    pub(super) senders: BTreeMap<SiteId, Sender>,
    /// Senders with something new to decide.
    pub(super) idle_senders: BTreeSet<SiteId>,
    pub(super) copies: Vec<CopyState>,
    pub(super) desks: BTreeMap<SiteId, Desk>,
    /// Sites whose copies have something new to decide.
    pub(super) idle_desks: BTreeSet<SiteId>,
    /// Copies under way.
    pub(super) copying: BTreeSet<u32>,
    /// Those of the copies that are pulled.
    pub(super) pulls: BTreeMap<u32, PullState>,
    /// Pulls under way.
    pub(super) pulling: BTreeSet<u32>,
    /// Pulls that wait for something to be reached again.
    pub(super) resting: BTreeSet<u32>,
    compressors: BTreeMap<SiteId, Station>,
    boundaries: Vec<Boundary>,
    /// How many outages a target is in.
    down: BTreeMap<Target, u32>,
    /// What sendings in blocks have done to links that the network knows nothing of.
    pub(super) in_blocks: BTreeMap<LinkId, InBlocks>,
    pub(super) passages: Vec<Passage>,
    /// Attempts to move something over a link less the transfers that began on it.
    pub(super) beyond_transfers: BTreeMap<LinkId, i64>,
    /// Copies and pulls that have been completed, in order.
    pub(super) completed: Vec<u32>,
}

/// What sendings in blocks have done to a link.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct InBlocks {
    /// The greatest share of its capacity.
    pub(super) peak_use: f64,
    /// Time during which they used it to the full.
    pub(super) saturated: Span,
}

impl<'s> Simulation<'s> {
    /// A sending with a network of its own.
    pub(super) fn new(sending: &'s Sending) -> Self {
        let plan = Plan::new(sending);
        let rates: Vec<Rate> = plan.own_rates().chain(plan.links.rates()).collect();
        let mut simulation = Self::of(sending, plan, Network::new(&rates));
        simulation.open();
        simulation
    }

    pub(super) fn of(sending: &'s Sending, plan: Plan<'s>, network: Network) -> Self {
        Self {
            sending,
            now: Instant::START,
            events: Ladder::new(),
            network,
            first_own: 0,
            first_payload: 0,
            is_shared: false,
            legs: plan.legs.iter().map(LegState::new).collect(),
            routes: Vec::new(),
            senders: BTreeMap::new(),
            idle_senders: BTreeSet::new(),
            copies: Vec::new(),
            desks: BTreeMap::new(),
            idle_desks: BTreeSet::new(),
            copying: BTreeSet::new(),
            pulls: BTreeMap::new(),
            pulling: BTreeSet::new(),
            resting: BTreeSet::new(),
            compressors: BTreeMap::new(),
            boundaries: boundaries(sending),
            down: BTreeMap::new(),
            in_blocks: BTreeMap::new(),
            passages: Vec::new(),
            beyond_transfers: BTreeMap::new(),
            completed: Vec::new(),
            plan,
        }
    }

    /// Finds the way of everything in the network, and announces what is known.
    pub(super) fn open(&mut self) {
        self.open_routes();
        self.open_desks();
        self.open_pulls();
        self.announce();
    }

    /// The events that are known from the beginning.
    fn announce(&mut self) {
        for position in 0..self.boundaries.len() {
            self.at(
                self.boundaries[position].0,
                rank::OUTAGE,
                position as u32,
                0,
            );
        }
        for (position, capacity) in self.sending.capacities.iter().enumerate() {
            self.at(capacity.at, rank::CAPACITY, position as u32, 0);
        }
        for position in 0..self.plan.packages.len() {
            let released = self.plan.packages[position].released;
            self.at(released, rank::RELEASE, position as u32, 0);
        }
    }

    /// Adds an event, unless it never comes.
    pub(super) fn at(&mut self, time: Instant, rank: u8, entity: u32, serial: u32) {
        if time.is_some() {
            self.events.push(Event {
                time,
                rank,
                entity,
                serial,
            });
        }
    }

    pub(super) fn is_down(&self, target: Target) -> bool {
        self.down.get(&target).is_some_and(|outages| *outages > 0)
    }

    pub(super) fn run(mut self) -> Delivery {
        let horizon = Instant::START + self.sending.horizon;
        let mut complete = Vec::new();
        loop {
            let next = self.network.next().min(self.next_event());
            if !next.is_some() || next > horizon {
                break;
            }
            self.network.finish(next, &mut complete);
            self.step(next, complete.drain(..));
        }
        if horizon.is_some() {
            self.now = horizon;
        }
        self.close_books();
        let uses = self.network.usages(self.now);
        self.delivery(&uses)
    }

    /// When the next event comes, beside what becomes complete in the network.
    pub(super) fn next_event(&mut self) -> Instant {
        self.events.peek_time().unwrap_or(Instant::NEVER)
    }

    /// Everything that happens at one instant, at which transfers with these numbers
    /// are complete.
    pub(super) fn step(&mut self, now: Instant, complete: impl Iterator<Item = u32>) {
        self.now = now;
        complete.for_each(|payload| self.complete(payload - self.first_payload));
        while self.events.peek_time() == Some(now) {
            if let Some(event) = self.events.pop() {
                self.handle(event);
            }
        }
        self.give_out_threads();
    }

    fn handle(&mut self, event: Event) {
        match event.rank {
            rank::RUN_ENDS => self.run_ends(event.entity, event.serial),
            rank::CAPACITY => self.capacity_changes(event.entity as usize),
            rank::OUTAGE => self.outage(event.entity as usize),
            rank::HOURS => self.hours_change(event.entity),
            rank::RELEASE => self.release(event.entity),
            rank::COMPRESSED => self.compressed(event.entity),
            rank::ATTEMPT => self.next_attempt(event.entity, event.serial),
            rank::REQUEUE => self.queue(event.entity),
            rank::COPY_AGAIN => self.queue_copy(event.entity),
            _ => self.pull_turn(event.entity, event.serial),
        }
    }

    /// A transfer over the network is complete: a leg's number is its own, a
    /// copy's comes after those of all legs.
    fn complete(&mut self, payload: u32) {
        match payload.checked_sub(self.legs.len() as u32) {
            None => self.moved(payload),
            Some(copy) if self.pulls.contains_key(&copy) => self.pulled(copy),
            Some(copy) => self.copied(copy),
        }
    }

    fn capacity_changes(&mut self, position: usize) {
        let Capacity { link, rate, .. } = self.sending.capacities[position];
        if let Some(position) = self.plan.links.set(link, rate) {
            self.network.set_capacity(self.now, position, rate);
        }
    }

    fn outage(&mut self, position: usize) {
        let (_, target, begins) = self.boundaries[position];
        let outages = self.down.entry(target).or_default();
        if begins {
            *outages += 1;
            match target {
                Target::Site(site) => self.break_sendings(|route| route.to == site),
                Target::Route(from, to) => {
                    self.break_sendings(|route| (route.from, route.to) == (from, to));
                }
                Target::Point(point) | Target::Way(point) => self.break_copies(point),
                Target::Link(_) => {}
            }
            self.break_pulls(target);
        } else {
            *outages -= 1;
            self.wake_resting();
        }
    }

    /// A package is released: its own site copies the files, and compresses
    /// them for others, one package at a time.
    fn release(&mut self, package: u32) {
        let source = self.plan.packages[package as usize].from;
        self.start_copies(package, source);
        let end = match self.sending.rules.compression {
            None => self.now,
            Some(compression) => {
                let files = self.plan.compressed[package as usize];
                let queue = (self.compressors.entry(source))
                    .or_insert_with(|| Station::new(1, Span::FOREVER));
                match queue.request(self.now, time_for(files, compression.rate)) {
                    Visit::Served { end, .. } => end,
                    Visit::GivesUp { .. } => Instant::NEVER,
                }
            }
        };
        self.at(end, rank::COMPRESSED, package, 0);
    }

    fn compressed(&mut self, package: u32) {
        let source = self.plan.packages[package as usize].from;
        self.start_legs(package, source);
    }

    /// A package has come to a site.
    pub(super) fn arrived(&mut self, package: u32, site: SiteId) {
        self.start_copies(package, site);
        self.start_legs(package, site);
    }

    fn start_legs(&mut self, package: u32, site: SiteId) {
        let Some(onward) = self.plan.onward.get_mut(&(package, site)) else {
            return;
        };
        for leg in std::mem::take(&mut onward.legs) {
            self.legs[leg as usize].ready = self.now;
            self.queue(leg);
        }
    }

    fn start_copies(&mut self, package: u32, site: SiteId) {
        let Some(onward) = self.plan.onward.get_mut(&(package, site)) else {
            return;
        };
        for copy in std::mem::take(&mut onward.copies) {
            self.copies[copy as usize].ready = self.now;
            if self.pulls.contains_key(&copy) {
                self.start_pull(copy);
            } else {
                self.queue_copy(copy);
            }
        }
    }

    fn give_out_threads(&mut self) {
        while let Some(site) = self.idle_senders.pop_first() {
            self.start_sendings(site);
        }
        while let Some(site) = self.idle_desks.pop_first() {
            self.start_copying(site);
        }
    }

    /// Counts what is under way at the end.
    pub(super) fn close_books(&mut self) {
        for leg in 0..self.legs.len() {
            self.stop(leg as u32);
        }
        while let Some(copy) = self.copying.first().copied() {
            self.stop_copy(copy);
        }
        while let Some(copy) = self.pulling.first().copied() {
            self.stop_pull(copy);
        }
    }

    /// Takes down an attempt to move something over `path`, or a transfer that begins
    /// there.
    pub(super) fn count_on(&mut self, path: &[LinkId], by: i64) {
        if self.is_shared {
            for link in path {
                *self.beyond_transfers.entry(*link).or_default() += by;
            }
        }
    }

    /// What came of it; `uses` are those of the network.
    pub(super) fn delivery(self, uses: &[LinkUse]) -> Delivery {
        let on_a_way = (0..self.plan.copies.len()).map(|copy| self.arrival(copy));
        let without = self.plan.unreachable.iter().map(|(package, destination)| {
            let package = self.plan.packages[*package as usize];
            Arrival {
                package: package.package,
                point: destination.point,
                at: Instant::NEVER,
                fate: Fate::NoRoute,
                bytes: self.sending.rules.needed(package, destination),
                released: package.released,
                older: destination.behind.is_some(),
                at_site: Instant::NEVER,
                sending_attempts: 0,
                copy_attempts: 0,
                pulled: None,
            }
        });
        let mut arrivals: Vec<_> = on_a_way.chain(without).collect();
        arrivals.sort_by_key(|arrival| (arrival.package, arrival.released, arrival.point));
        Delivery {
            arrivals,
            routes: self.routes.iter().map(|route| route.usage).collect(),
            copies: self.copy_use(),
            pulls: self.pull_use(),
            links: self.link_use(uses),
            passages: self.passages,
        }
    }

    /// How each link was used.
    fn link_use(&self, uses: &[LinkUse]) -> Vec<(LinkId, LinkUse)> {
        let links = self.plan.links.all_positions();
        let used = links.map(|(link, position)| {
            let mut used = uses.get(position as usize).copied().unwrap_or_default();
            if let Some(in_blocks) = self.in_blocks.get(&link) {
                used.peak_use = used.peak_use.max(in_blocks.peak_use);
                used.saturated += in_blocks.saturated;
                used.peak_transfers = used.peak_transfers.max(1);
            }
            // What the network counts are transfers, of which a block is one.
            let beyond = self.beyond_transfers.get(&link).copied().unwrap_or(0);
            used.transfers = used.transfers.saturating_add_signed(beyond);
            (link, used)
        });
        used.collect()
    }

    fn arrival(&self, copy: usize) -> Arrival {
        let (planned, state) = (&self.plan.copies[copy], &self.copies[copy]);
        let package = self.plan.packages[planned.package as usize];
        let way = planned.way.iter().map(|leg| &self.legs[*leg as usize]);
        let pulled = self.told(copy as u32);
        let fate = if state.done.is_some() {
            Fate::Arrived
        } else if state.lost {
            match pulled {
                None => Fate::CopyGaveUp,
                Some(_) => Fate::NotificationGaveUp,
            }
        } else if self.is_starving(copy as u32) {
            Fate::NoSource
        } else if way.clone().any(LegState::is_lost) {
            Fate::SenderGaveUp
        } else {
            Fate::OnItsWay
        };
        Arrival {
            package: package.package,
            point: planned.point,
            at: state.done,
            fate,
            bytes: planned.bytes,
            released: package.released,
            older: planned.older,
            at_site: state.ready,
            sending_attempts: way.clone().map(|leg| leg.attempts).sum(),
            copy_attempts: state.attempts,
            pulled,
        }
    }
}

/// The boundaries of all outages, those that end before they begin left out.
fn boundaries(sending: &Sending) -> Vec<Boundary> {
    let mut boundaries: Vec<_> = (sending.outages.iter())
        .filter(|outage| outage.from < outage.to)
        .flat_map(|o| [(o.from, o.target, true), (o.to, o.target, false)])
        .collect();
    // Ends first: an outage that follows another leaves no instant between.
    boundaries.sort_unstable();
    boundaries
}
