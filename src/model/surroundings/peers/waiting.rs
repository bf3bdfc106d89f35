//! Waiting for what another machine is fetching.
//!
//! Whoever waits stands in the line of its place and package. A machine that has
//! come to have the package calls as many as it can give to, an upload that ends
//! one more, and one is called if nobody fetches any more. Whoever is called
//! looks again, as everybody does when the time of waiting is over.

use super::PeerEntry;
use crate::model::journal::{Entry, Journal};
use crate::model::way::events::Kind;
use crate::model::way::job::Phase;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, ReportState, Resource, Step};
use crate::units::{Instant, Span};
use crate::world::PackageId;

/// A job that waits, or has waited in vain.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wait {
    /// The position in the group of the site where it waits.
    slot: u32,
    since: Instant,
    until: Instant,
    /// Counts the times that it has entered the line.
    number: u32,
    /// The job of a machine that has called.
    offered: Option<u32>,
    /// It has turned to the distribution points.
    over: bool,
}

impl<J: Journal> Simulation<'_, '_, J> {
    /// Nobody can give: whether the job waits for what another fetches. That
    /// somebody who has it was `asked` in vain counts if not.
    pub(super) fn waits_for_peer(
        &mut self,
        id: u32,
        slot: u32,
        package: PackageId,
        patience: Span,
        asked: bool,
    ) -> bool {
        let now = self.now;
        let before = self.peers.waits.get(&id).copied();
        let before = before.filter(|wait| wait.slot == slot);
        let mut wait = before.unwrap_or(Wait {
            slot,
            since: now,
            until: now + patience,
            number: 0,
            offered: None,
            over: false,
        });
        let goes_on = !wait.over && now < wait.until && self.somebody_fetches(id, slot, package);
        wait.number += 1;
        wait.offered = None;
        if goes_on {
            self.peers.waits.insert(id, wait);
            let shelf = self.peers.shelves.entry((slot, package)).or_default();
            shelf.waiting.push_back((id, wait.number));
            self.stand_waiting(id, package, wait.until);
            return true;
        }
        let counter = self.tally.peers(self.places[slot as usize].site);
        if before.is_some() && !wait.over {
            counter.request(now, now, 1);
            counter.time_out(now - wait.since);
        } else if asked {
            counter.request(now, now, 1);
            counter.refuse(1);
        }
        if before.is_some() {
            wait.over = true;
            self.peers.waits.insert(id, wait);
        }
        false
    }

    fn stand_waiting(&mut self, id: u32, package: PackageId, until: Instant) {
        self.note(id, || Entry::Peer(PeerEntry::Waits(until)));
        self.job(id).phase = Phase::Ready;
        self.enter(id, ReportState::Waiting);
        self.stand(id, Ending::Waiting, Step::Content, Cause::AwaitsPeer);
        self.record(id).resource = Resource::Package(package);
        let off = self.machine_on(id).until.min(self.whereabouts(id).until);
        self.schedule(id, Kind::Retry, until.min(off));
    }

    /// The job of a machine that has called a job in line.
    pub(super) fn offered(&self, id: u32) -> Option<u32> {
        self.peers.waits.get(&id).and_then(|wait| wait.offered)
    }

    /// A job has what it waited for; how long it did.
    pub(in crate::model) fn forget_wait(&mut self, id: u32) -> Span {
        if self.peers.waits.is_empty() {
            return Span::ZERO;
        }
        let wait = self.peers.waits.remove(&id).filter(|wait| !wait.over);
        wait.map_or(Span::ZERO, |wait| self.now - wait.since)
    }

    /// A job begins to fetch what its machine will then give to others.
    pub(super) fn begins_to_fetch(&mut self, id: u32, slot: u32, package: PackageId) {
        let site = self.places[slot as usize].site;
        let peers = self.world.sites[site.index()].peers;
        if peers.is_some_and(|peers| peers.wait > Span::ZERO) && self.gives_at(id, site) {
            let shelf = self.peers.shelves.entry((slot, package)).or_default();
            shelf.fetching.push_back(id);
            self.peers.fetching.insert(id, slot);
        }
    }

    /// Whether a machine other than the job's fetches `package` at the place.
    fn somebody_fetches(&mut self, id: u32, slot: u32, package: PackageId) -> bool {
        loop {
            let shelf = self.peers.shelves.get(&(slot, package));
            let Some(first) = shelf.and_then(|shelf| shelf.fetching.front().copied()) else {
                return false;
            };
            let fetches = first != id
                && self.peers.fetching.get(&first) == Some(&slot)
                && self.program(first).package == package;
            if fetches {
                return true;
            }
            if let Some(shelf) = self.peers.shelves.get_mut(&(slot, package)) {
                shelf.fetching.pop_front();
            }
        }
    }

    /// A job has stopped fetching without having all: if nobody else does, one of
    /// those who wait is called.
    pub(crate) fn stops_fetching(&mut self, id: u32) {
        if self.peers.fetching.is_empty() {
            return;
        }
        let Some(slot) = self.peers.fetching.remove(&id) else {
            return;
        };
        let package = self.program(id).package;
        if !self.somebody_fetches(id, slot, package) {
            self.call(slot, package, None, 1);
        }
    }

    /// A machine can give `package` to `more` machines at the place.
    pub(super) fn calls(&mut self, source: u32, slot: u32, package: PackageId, more: u32) {
        let shelf = self.peers.shelves.get(&(slot, package));
        if shelf.is_some_and(|shelf| !shelf.waiting.is_empty())
            && self.can_give(source, slot, package)
        {
            self.call(slot, package, Some(source), more);
        }
    }

    /// Lets some of those who wait look again.
    fn call(&mut self, slot: u32, package: PackageId, source: Option<u32>, mut many: u32) {
        while many > 0 {
            let shelf = self.peers.shelves.get_mut(&(slot, package));
            let Some((id, number)) = shelf.and_then(|shelf| shelf.waiting.pop_front()) else {
                return;
            };
            let record = self.record(id);
            let stands = (record.ending, record.cause) == (Ending::Waiting, Cause::AwaitsPeer);
            let ready = self.jobs[id as usize].phase == Phase::Ready;
            let on = stands && ready && self.machine_on(id).holds && self.slot_of(id) == slot;
            let wait = self.peers.waits.get_mut(&id);
            let Some(wait) = wait.filter(|wait| on && wait.number == number) else {
                continue;
            };
            wait.offered = source;
            self.schedule(id, Kind::Retry, self.now);
            many -= 1;
        }
    }
}
