//! Content from machines at the same place.
//!
//! An Advanced Client that is about to download first looks for a machine at the
//! place where it is that has the package in its cache, is on, gives, and has an
//! upload free; only then, or after a time of waiting, does it turn to the
//! distribution points. SMS 2003 knows nothing of the kind: the rules are those
//! of client peer cache in Configuration Manager and of peer caching in BITS.
//!
//! A machine that has the package asks for no name, and gives each machine the
//! same fixed rate, over the LAN of the place if that is limited. What arrives
//! has been checked against its hash, so that it is good even if a point's is
//! not. A transfer breaks when the machine that gives goes off, restarts or
//! leaves the place; what has arrived is kept, and another is looked for. What a
//! machine removes from its cache it gives to those who are at it to the end, as
//! BITS does.
//!
//! A machine that waits for what another is fetching stands in the line of its place
//! and package. A machine that has come to have the package calls as many as it can
//! give to, an upload that ends calls one more, and one is called if no machine fetches
//! the package any more. A machine that is called looks again, as all do when the time
//! of waiting is over.
//!
//! Where no site has `peers`, all of this is one look at a flag.

pub(crate) mod shelf;
pub(crate) mod story;

use crate::model::ids::JobId;
use crate::units::{Instant, Size, Span};
use crate::world::{MachineId, PackageId, SiteId, World};
use shelf::Shelf;
use std::collections::{BTreeMap, HashMap};

/// Machines that have been asked in vain for a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Asked {
    /// Give as much as they can.
    pub busy: u32,
    /// Are off, or restart.
    pub off: u32,
    /// Are elsewhere.
    pub away: u32,
}

impl Asked {
    /// All of them.
    pub(crate) const fn all(self) -> u32 {
        self.busy + self.off + self.away
    }
}

/// Why a machine gives no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// It went off.
    Off,
    /// It restarts.
    Restarts,
    /// It left the place.
    Left,
}

/// From where a job is taking its content.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fetch {
    /// A job of the machine that gives.
    pub(crate) source: JobId,
    /// The position in the group of the site where they are.
    pub(crate) slot: u32,
}

/// A job that waits for what another fetches, or has waited in vain.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wait {
    /// The position in the group of the site where it waits.
    pub(crate) slot: u32,
    pub(crate) since: Instant,
    pub(crate) until: Instant,
    /// Counts the times that it has entered the line.
    pub(crate) number: u32,
    /// The job of a machine that has called.
    pub(crate) offered: Option<JobId>,
    /// It has turned to the distribution points.
    pub(crate) over: bool,
}

/// Which machines have what, and which get it from which; it takes no memory where no
/// machine gives anything.
#[derive(Debug, Default)]
pub(crate) struct Peers {
    /// Whether machines give anything anywhere.
    any: bool,
    /// By position of the site in the group, and package.
    shelves: HashMap<(u32, PackageId), Shelf>,
    /// The jobs that a machine is giving to.
    uploads: HashMap<u32, Vec<JobId>>,
    /// From where a job is taking its content.
    fetches: HashMap<JobId, Fetch>,
    /// The position in the group of the site where a job fetches what others
    /// may wait for.
    fetching: HashMap<JobId, u32>,
    /// Jobs that wait, or have waited, for what others fetch.
    waits: HashMap<JobId, Wait>,
    /// What each job has taken.
    taken: BTreeMap<JobId, Taken>,
}

/// What a job has taken from other machines.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Taken {
    pub(crate) bytes: Size,
    /// The last one that gave.
    pub(crate) from: MachineId,
}

/// Something about machines that give content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PeerEntry {
    /// Takes a package from a machine.
    Starts(MachineId, PackageId, Size),
    /// Gives a package to a machine.
    Gives(MachineId, PackageId),
    /// Found no machine to take it from.
    NoMachine(Asked),
    /// Waits for what another machine is fetching, until this instant at most.
    Waits(Instant),
    /// Has lost the machine that gave.
    Lost(MachineId, Loss),
}

impl Peers {
    /// For the machines that can be at `sites`.
    pub(crate) fn new(world: &World, sites: &[SiteId]) -> Self {
        let gives = |site: &SiteId| world.sites[site.index()].peers.is_some();
        Self {
            any: sites.iter().any(gives),
            ..Self::default()
        }
    }

    /// Whether machines give anything anywhere.
    pub(crate) const fn any(&self) -> bool {
        self.any
    }

    /// The machine `from` begins to give to a job.
    pub(crate) fn begins_upload(&mut self, from: MachineId, to: JobId, fetch: Fetch) {
        self.uploads.entry(from.0).or_default().push(to);
        self.fetches.insert(to, fetch);
    }

    /// From where a job is taking its content, if from another machine.
    pub(crate) fn fetch_of(&self, id: JobId) -> Option<Fetch> {
        if self.fetches.is_empty() {
            return None;
        }
        self.fetches.get(&id).copied()
    }

    /// A job takes nothing more from the machine that gave, of which `machine_of` says
    /// the position; what it took, if it did.
    pub(crate) fn ends_upload(
        &mut self,
        id: JobId,
        machine_of: impl Fn(JobId) -> u32,
    ) -> Option<Fetch> {
        let fetch = self.fetch_of(id)?;
        self.fetches.remove(&id);
        let machine = machine_of(fetch.source);
        if let Some(given) = self.uploads.get_mut(&machine) {
            given.retain(|job| *job != id);
            if given.is_empty() {
                self.uploads.remove(&machine);
            }
        }
        Some(fetch)
    }

    /// The jobs that the machine at a position is giving to.
    pub(crate) fn given_by(&self, machine: u32) -> Vec<JobId> {
        if self.uploads.is_empty() {
            return Vec::new();
        }
        self.uploads.get(&machine).cloned().unwrap_or_default()
    }

    /// Bytes have come to a job from a machine.
    pub(crate) fn takes(&mut self, id: JobId, bytes: Size, from: MachineId) {
        let nothing = Taken {
            bytes: Size(0),
            from,
        };
        let taken = self.taken.entry(id).or_insert(nothing);
        taken.bytes += bytes;
        taken.from = from;
    }

    /// Hands over what each job has taken, by job.
    pub(crate) fn hand_over(&mut self) -> BTreeMap<JobId, Taken> {
        std::mem::take(&mut self.taken)
    }

    /// How many machines are known to give `package` at a place: those of the place,
    /// or those that come there.
    pub(crate) fn givers(&self, slot: u32, package: PackageId, of: usize) -> usize {
        let shelf = self.shelves.get(&(slot, package));
        shelf.map_or(0, |shelf| shelf.givers[of].len())
    }

    /// One of the givers, by its position among them.
    pub(crate) fn giver(&self, slot: u32, package: PackageId, of: usize, at: usize) -> JobId {
        self.shelves[&(slot, package)].givers[of].job(at)
    }

    /// A machine is known to give `package` at a place, because of a job of it.
    pub(crate) fn shelve(
        &mut self,
        (machine, id): (u32, JobId),
        slot: u32,
        package: PackageId,
        of: usize,
    ) {
        let shelf = self.shelves.entry((slot, package)).or_default();
        shelf.givers[of].enter(machine, id);
    }

    /// A machine does not give `package` at a place any more.
    pub(crate) fn strike_off(
        &mut self,
        source: JobId,
        slot: u32,
        package: PackageId,
        of: usize,
        machine_of: impl Fn(JobId) -> u32,
    ) {
        if let Some(shelf) = self.shelves.get_mut(&(slot, package)) {
            shelf.givers[of].strike(machine_of(source), machine_of);
        }
    }

    /// How many jobs the machine at a position is giving to.
    pub(crate) fn uploads_of(&self, machine: u32) -> usize {
        self.uploads.get(&machine).map_or(0, Vec::len)
    }

    /// A job begins to fetch what its machine will then give to others.
    pub(crate) fn begins_to_fetch(&mut self, id: JobId, slot: u32, package: PackageId) {
        let shelf = self.shelves.entry((slot, package)).or_default();
        shelf.fetching.push_back(id);
        self.fetching.insert(id, slot);
    }

    /// Whether a job fetches at the place what others may wait for.
    pub(crate) fn is_fetching(&self, id: JobId, slot: u32) -> bool {
        self.fetching.get(&id) == Some(&slot)
    }

    /// The first of the jobs that have begun to fetch `package` at the place, and may
    /// have ended.
    pub(crate) fn first_to_fetch(&self, slot: u32, package: PackageId) -> Option<JobId> {
        let shelf = self.shelves.get(&(slot, package))?;
        shelf.fetching.front().copied()
    }

    /// Forgets that job.
    pub(crate) fn forget_first_to_fetch(&mut self, slot: u32, package: PackageId) {
        if let Some(shelf) = self.shelves.get_mut(&(slot, package)) {
            shelf.fetching.pop_front();
        }
    }

    /// A job has what it waited for; how long it did, up to `now`.
    pub(crate) fn forget_wait(&mut self, id: JobId, now: Instant) -> Span {
        if self.waits.is_empty() {
            return Span::ZERO;
        }
        let wait = self.waits.remove(&id).filter(|wait| !wait.over);
        wait.map_or(Span::ZERO, |wait| now - wait.since)
    }

    /// A job fetches no longer what others may wait for; the position of the site at
    /// which it did.
    pub(crate) fn stops_fetching(&mut self, id: JobId) -> Option<u32> {
        if self.fetching.is_empty() {
            return None;
        }
        self.fetching.remove(&id)
    }

    /// How a job waits, or has waited, for what another fetches.
    pub(crate) fn wait(&self, id: JobId) -> Option<Wait> {
        self.waits.get(&id).copied()
    }

    /// Keeps how a job waits.
    pub(crate) fn keep_wait(&mut self, id: JobId, wait: Wait) {
        self.waits.insert(id, wait);
    }

    /// A job waits at the end of the line for `package` at the place.
    pub(crate) fn joins_line(&mut self, id: JobId, package: PackageId, wait: Wait) {
        self.keep_wait(id, wait);
        let shelf = self.shelves.entry((wait.slot, package)).or_default();
        shelf.waiting.push_back((id, wait.number));
    }

    /// Whether any job may wait for `package` at the place.
    pub(crate) fn has_line(&self, slot: u32, package: PackageId) -> bool {
        let shelf = self.shelves.get(&(slot, package));
        shelf.is_some_and(|shelf| !shelf.waiting.is_empty())
    }

    /// Takes the first out of the line for `package` at the place.
    pub(crate) fn first_in_line(&mut self, slot: u32, package: PackageId) -> Option<(JobId, u32)> {
        let shelf = self.shelves.get_mut(&(slot, package))?;
        shelf.waiting.pop_front()
    }

    /// A machine, or none, calls a job; whether that is still in the wait of this
    /// number.
    pub(crate) fn calls(&mut self, id: JobId, number: u32, source: Option<JobId>) -> bool {
        let wait = self.waits.get_mut(&id);
        let Some(wait) = wait.filter(|wait| wait.number == number) else {
            return false;
        };
        wait.offered = source;
        true
    }
}

/// Whether machines give each other anything at some site.
pub(crate) fn anywhere(world: &World) -> bool {
    world.sites.iter().any(|site| site.peers.is_some())
}
