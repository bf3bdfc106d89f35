//! From a site's server to the distribution points of the site: over SMB,
//! without a throttle, and not resumable (documentation of Configuration
//! Manager 2007; SMS 2003 copies the same way).

use std::collections::{BTreeMap, BTreeSet};

use super::arrival::{CopyUse, Way};
use super::senders::LEAST_DELAY;
use super::simulation::{Simulation, rank};
use crate::engine::{ClassId, TransferId};
use crate::units::{Instant, Rate, Size};
use crate::world::sending::Target;
use crate::world::{ServerId, SiteId};

/// The order of a site's packages: who came first, then the package.
type Turn = (Instant, u32);

/// One copy.
#[derive(Debug, Clone)]
pub(super) struct CopyState {
    class: ClassId,
    transfer: Option<TransferId>,
    /// When the site had the package.
    pub(super) ready: Instant,
    pub(super) attempts: u32,
    /// When the point had it.
    pub(super) done: Instant,
    /// Given up.
    pub(super) lost: bool,
    moved: Size,
    failures: u32,
    first: Instant,
    begun: Instant,
}

/// The copies of one site.
#[derive(Debug, Clone, Default)]
pub(super) struct Desk {
    waiting: BTreeMap<Turn, BTreeSet<u32>>,
    /// Packages in hand, and to how many points each is copied at the moment.
    busy: BTreeMap<Turn, u32>,
}

impl Desk {
    /// The copy that begins next, if a thread is free for one: a package in
    /// hand has `points` threads, and `packages` are in hand at once.
    fn next(&self, packages: u32, points: u32) -> Option<(Turn, u32)> {
        let in_hand = |turn: &Turn| self.busy.get(turn).copied();
        let turn = if self.busy.len() < packages as usize {
            self.waiting
                .keys()
                .find(|turn| in_hand(turn).unwrap_or(0) < points)
        } else {
            (self.busy.iter())
                .filter(|(_, copies)| **copies < points)
                .map(|(turn, _)| turn)
                .find(|turn| self.waiting.contains_key(turn))
        }?;
        let copy = self.waiting.get(turn)?.first()?;
        Some((*turn, *copy))
    }

    fn take(&mut self, turn: Turn, copy: u32) {
        if let Some(copies) = self.waiting.get_mut(&turn) {
            copies.remove(&copy);
            if copies.is_empty() {
                self.waiting.remove(&turn);
            }
        }
        *self.busy.entry(turn).or_default() += 1;
    }

    fn give_back(&mut self, turn: Turn) {
        if let Some(copies) = self.busy.get_mut(&turn) {
            *copies -= 1;
            if *copies == 0 {
                self.busy.remove(&turn);
            }
        }
    }
}

impl Simulation<'_> {
    pub(super) fn open_desks(&mut self) {
        let routes = self.first_own as usize + self.plan.routes.len();
        let position = |at: Option<usize>| at.expect("the plan has every site and point of a copy");
        let sites: Vec<SiteId> = self.plan.outlets.keys().copied().collect();
        let points: Vec<ServerId> = self.plan.points.keys().copied().collect();
        for copy in &self.plan.copies {
            let outlet = routes + position(sites.binary_search(&copy.site).ok());
            let point = routes + sites.len() + position(points.binary_search(&copy.point).ok());
            let between = self.sending.ways.get(&copy.point);
            let between = between.map_or(&[][..], Vec::as_slice);
            let links = self.plan.links.positions(between);
            let path: Vec<u32> = links.chain([outlet as u32, point as u32]).collect();
            let class = self.network.class(&path, Rate::UNLIMITED);
            self.desks.entry(copy.site).or_default();
            self.copies.push(CopyState {
                class,
                transfer: None,
                ready: Instant::NEVER,
                attempts: 0,
                done: Instant::NEVER,
                lost: false,
                moved: Size(0),
                failures: 0,
                first: Instant::NEVER,
                begun: Instant::NEVER,
            });
        }
    }

    fn desk(&mut self, site: SiteId) -> &mut Desk {
        self.desks
            .get_mut(&site)
            .expect("every copy has a desk since open_desks")
    }

    fn copy_turn(&self, copy: u32) -> (SiteId, Turn) {
        let planned = &self.plan.copies[copy as usize];
        (
            planned.site,
            (self.copies[copy as usize].ready, planned.package),
        )
    }

    /// Puts a copy into the queue of its site.
    pub(super) fn queue_copy(&mut self, copy: u32) {
        let (site, turn) = self.copy_turn(copy);
        self.desk(site)
            .waiting
            .entry(turn)
            .or_default()
            .insert(copy);
        self.idle_desks.insert(site);
    }

    /// Gives out the free threads of a site.
    pub(super) fn start_copying(&mut self, site: SiteId) {
        let rules = &self.sending.rules;
        while let Some((turn, copy)) = self.desk(site).next(rules.copy_packages, rules.copy_points)
        {
            self.desk(site).take(turn, copy);
            self.attempt_copy(copy);
        }
    }

    fn attempt_copy(&mut self, copy: u32) {
        let planned = &self.plan.copies[copy as usize];
        let (point, bytes) = (planned.point, planned.bytes);
        let down = self.is_down(Target::Point(point)) || self.is_down(Target::Way(point));
        let state = &mut self.copies[copy as usize];
        state.attempts += 1;
        state.first = state.first.min(self.now);
        let sending = self.sending;
        let path = sending.ways.get(&point).map_or(&[][..], Vec::as_slice);
        if down {
            self.count_on(path, 1);
            return self.copy_failed(copy);
        }
        let state = &mut self.copies[copy as usize];
        let payload = self.first_payload + self.legs.len() as u32 + copy;
        state.begun = self.now;
        state.transfer = Some(self.network.start(self.now, state.class, bytes, payload));
        self.copying.insert(copy);
    }

    /// Another attempt later, from the first byte, while there are retries.
    fn copy_failed(&mut self, copy: u32) {
        let (site, turn) = self.copy_turn(copy);
        self.desk(site).give_back(turn);
        self.idle_desks.insert(site);
        let retry = self.sending.rules.copy_retry;
        let state = &mut self.copies[copy as usize];
        state.failures += 1;
        if state.attempts > retry.count {
            state.lost = true;
        } else {
            let again = self.now + retry.pause(state.attempts - 1).max(LEAST_DELAY);
            self.at(again, rank::COPY_AGAIN, copy, 0);
        }
    }

    /// The last byte has arrived.
    pub(super) fn copied(&mut self, copy: u32) {
        let (site, turn) = self.copy_turn(copy);
        self.desk(site).give_back(turn);
        self.idle_desks.insert(site);
        self.copying.remove(&copy);
        let bytes = self.plan.copies[copy as usize].bytes;
        let state = &mut self.copies[copy as usize];
        state.done = self.now;
        state.moved += bytes;
        let begun = state.begun;
        self.copy_passed(copy, begun, bytes);
        self.completed.push(copy);
        self.supplied(copy);
    }

    /// Stops a copy that is under way, and counts its bytes.
    pub(super) fn stop_copy(&mut self, copy: u32) {
        self.copying.remove(&copy);
        let state = &mut self.copies[copy as usize];
        if let Some(transfer) = state.transfer.take() {
            let moved = self.network.cancel(self.now, transfer);
            state.moved += moved;
            let begun = state.begun;
            self.copy_passed(copy, begun, moved);
        }
    }

    fn copy_passed(&mut self, copy: u32, begun: Instant, bytes: Size) {
        let planned = &self.plan.copies[copy as usize];
        let way = Way::Copy(planned.site, planned.point);
        self.passed(way, begun, bytes);
    }

    /// A point goes down: every copy to it breaks.
    pub(super) fn break_copies(&mut self, point: ServerId) {
        for copy in self.copying.clone() {
            if self.plan.copies[copy as usize].point == point {
                self.stop_copy(copy);
                self.copy_failed(copy);
            }
        }
    }

    /// What every site has copied to every point.
    pub(super) fn copy_use(&self) -> Vec<CopyUse> {
        let mut uses = BTreeMap::new();
        for (copy, state) in self.copies.iter().enumerate() {
            if self.pulls.contains_key(&(copy as u32)) {
                continue;
            }
            let planned = &self.plan.copies[copy];
            let (site, point) = (planned.site, planned.point);
            let usage = uses.entry((site, point)).or_insert(CopyUse {
                site,
                point,
                bytes: Size(0),
                copies: 0,
                attempts: 0,
                failures: 0,
                first: Instant::NEVER,
                last: Instant::NEVER,
            });
            usage.bytes += state.moved;
            usage.attempts += u64::from(state.attempts);
            usage.failures += u64::from(state.failures);
            usage.first = usage.first.min(state.first);
            if state.done.is_some() {
                usage.copies += 1;
                usage.last = if usage.last.is_some() {
                    usage.last.max(state.done)
                } else {
                    state.done
                };
            }
        }
        uses.into_values().collect()
    }
}
