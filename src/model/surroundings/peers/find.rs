//! Looking for a machine that has a package.

use crate::model::journal::Journal;
use crate::model::way::job::Phase;
use crate::model::way::simulation::Simulation;
use crate::world::{PackageId, SiteId};

/// So many machines of a place are asked, from a random one on, and so many of
/// those that come there at times; an approximation that keeps the cost of a
/// search the same however many have the package.
const ASKED: usize = 32;

/// Whom a machine has asked in vain.
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
    pub(super) const fn all(self) -> u32 {
        self.busy + self.off + self.away
    }
}

/// How a machine stands to a request for a package.
enum Stance {
    Gives,
    Busy,
    Off,
    Away,
    /// It does not have the package any more.
    HasNot,
}

impl<J: Journal> Simulation<'_, '_, J> {
    /// The job of a machine at the place which can give `package` now.
    pub(super) fn find_peer(
        &mut self,
        id: u32,
        slot: u32,
        package: PackageId,
    ) -> Result<u32, Asked> {
        let mut asked = Asked::default();
        if let Some(source) = self.offered(id)
            && matches!(self.stance(source, slot, package), Stance::Gives)
        {
            return Ok(source);
        }
        let (own, key) = (self.jobs[id as usize].machine, self.jobs[id as usize].key);
        let draws = self
            .draws
            .peers(key, self.jobs[id as usize].advertisement, self.now);
        for of in 0..2 {
            let mut seen = 0;
            let givers = |this: &Self| this.givers(slot, package, of);
            let mut at = draws.below(of, givers(self) as u64) as usize;
            for _ in 0..ASKED {
                let many = givers(self);
                if seen >= many {
                    break;
                }
                at %= many;
                let source = self.peers.shelves[&(slot, package)].givers[of].job(at);
                if self.jobs[source as usize].machine == own {
                    (at, seen) = (at + 1, seen + 1);
                    continue;
                }
                match self.stance(source, slot, package) {
                    Stance::Gives => return Ok(source),
                    Stance::HasNot => {
                        self.strike_off(source, slot, package, of);
                        continue;
                    }
                    Stance::Busy => asked.busy += 1,
                    Stance::Off => asked.off += 1,
                    Stance::Away => asked.away += 1,
                }
                (at, seen) = (at + 1, seen + 1);
            }
        }
        Err(asked)
    }

    /// Whether a job that no point has served may find a machine next time.
    pub(crate) fn peers_may_help(&self, id: u32) -> bool {
        if !self.peers.any || !self.shares_content(id) {
            return false;
        }
        let site = &self.world.sites[self.place_of(id).index()];
        site.peers.is_some_and(|peers| peers.share > 0.0)
    }

    /// How many machines are known to give `package` at a place: those of the
    /// place, or those that come there.
    fn givers(&self, slot: u32, package: PackageId, of: usize) -> usize {
        let shelf = self.peers.shelves.get(&(slot, package));
        shelf.map_or(0, |shelf| shelf.givers[of].len())
    }

    fn strike_off(&mut self, source: u32, slot: u32, package: PackageId, of: usize) {
        let jobs = &self.jobs;
        let machine_of = |job: u32| jobs[job as usize].machine;
        if let Some(shelf) = self.peers.shelves.get_mut(&(slot, package)) {
            shelf.givers[of].strike(machine_of(source), machine_of);
        }
    }

    fn stance(&self, source: u32, slot: u32, package: PackageId) -> Stance {
        if !self.has_in_cache(source, package) {
            Stance::HasNot
        } else if self.uploads_left(source, slot) == 0 {
            Stance::Busy
        } else if self.slot_of(source) != slot {
            Stance::Away
        } else if !self.machine_on(source).holds || self.is_restarting(source) {
            Stance::Off
        } else {
            Stance::Gives
        }
    }

    /// Whether a machine can give `package` at the place now.
    pub(super) fn can_give(&self, source: u32, slot: u32, package: PackageId) -> bool {
        matches!(self.stance(source, slot, package), Stance::Gives)
    }

    /// How many more machines one can give to at a place.
    pub(super) fn uploads_left(&self, source: u32, slot: u32) -> u32 {
        let site = self.places[slot as usize].site;
        let most = self.world.sites[site.index()]
            .peers
            .map_or(0, |peers| peers.connections);
        let machine = self.jobs[source as usize].machine;
        let given = self.peers.uploads.get(&machine).map_or(0, Vec::len);
        most.saturating_sub(given as u32)
    }

    /// Whether any job of a machine has `package` in the cache.
    fn has_in_cache(&self, source: u32, package: PackageId) -> bool {
        self.siblings(source)
            .any(|job| self.jobs[job as usize].cached && self.program(job).package == package)
    }

    fn is_restarting(&self, source: u32) -> bool {
        self.siblings(source)
            .any(|job| self.jobs[job as usize].phase == Phase::Restarting)
    }

    /// Whether a job's machine gives what it has to others at `site`.
    pub(super) fn gives_at(&self, id: u32, site: SiteId) -> bool {
        let share = self.world.sites[site.index()]
            .peers
            .map_or(0.0, |peers| peers.share);
        self.draws.giving(self.jobs[id as usize].key).uniform(0) < share
    }

    /// A job has its package in the cache: the machine can be found by it
    /// wherever it may be.
    pub(crate) fn has_something_to_give(&mut self, id: u32) {
        if !self.peers.any || !self.shares_content(id) {
            return;
        }
        let package = self.program(id).package;
        let home = self.jobs[id as usize].slot;
        self.shelve(id, home, package, 0);
        for site in self.haunts(id) {
            // The plan has put every site that a machine can be at into its group.
            let found = self.places.binary_search_by_key(&site, |place| place.site);
            if let Some(slot) = found.ok().filter(|slot| *slot as u32 != home) {
                self.shelve(id, slot as u32, package, 1);
            }
        }
        self.forget_wait(id);
        self.peers.fetching.remove(&id);
        let here = self.slot_of(id);
        let free = self.uploads_left(id, here);
        if self.gives_at(id, self.places[here as usize].site) {
            self.calls(id, here, package, free);
        }
    }

    fn shelve(&mut self, id: u32, slot: u32, package: PackageId, of: usize) {
        if self.gives_at(id, self.places[slot as usize].site) {
            let machine = self.jobs[id as usize].machine;
            let shelf = self.peers.shelves.entry((slot, package)).or_default();
            shelf.givers[of].enter(machine, id);
        }
    }

    /// The sites at which a job's machine may be beside its own.
    fn haunts(&self, id: u32) -> Vec<SiteId> {
        if !self.away.any {
            return Vec::new();
        }
        let position = self.jobs[id as usize].machine;
        if let Some(stays) = self.world.stays.get(&position) {
            return stays.iter().map(|stay| stay.site).collect();
        }
        let roaming = self.profile(id).roaming.as_ref();
        roaming.map_or_else(Vec::new, |roaming| roaming.sites.clone())
    }
}
