//! Looking for a machine that has a package.

use crate::model::ids::JobId;
use crate::model::surroundings::peers::transfer;
use crate::model::surroundings::peers::waiting;
use crate::model::surroundings::roaming;
use crate::model::way::job::Phase;
use crate::model::way::scene::Scene;
use crate::world::{PackageId, SiteId};

/// This many machines of a place are asked, from a random one on, and as many of
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
    pub(crate) const fn all(self) -> u32 {
        self.busy + self.off + self.away
    }
}

/// How a machine stands to a request for a package.
pub(crate) enum Stance {
    Gives,
    Busy,
    Off,
    Away,
    /// It does not have the package any more.
    HasNot,
}

/// The job of a machine at the place which can give `package` now.
pub(crate) fn find_peer(
    scene: &mut Scene<'_, '_>,
    id: JobId,
    slot: u32,
    package: PackageId,
) -> Result<JobId, Asked> {
    let mut asked = Asked::default();
    if let Some(source) = waiting::offered(scene, id)
        && matches!(stance(scene, source, slot, package), Stance::Gives)
    {
        return Ok(source);
    }
    let (own, key) = (scene.jobs[id].machine, scene.jobs[id].key);
    let draws = scene
        .draws
        .peers(key, scene.jobs[id].advertisement, scene.now);
    for of in 0..2 {
        let mut seen = 0;
        let mut at = draws.below(of, givers(scene, slot, package, of) as u64) as usize;
        for _ in 0..ASKED {
            let many = givers(scene, slot, package, of);
            if seen >= many {
                break;
            }
            at %= many;
            let source = scene.peers.shelves[&(slot, package)].givers[of].job(at);
            if scene.jobs[source].machine == own {
                (at, seen) = (at + 1, seen + 1);
                continue;
            }
            match stance(scene, source, slot, package) {
                Stance::Gives => return Ok(source),
                Stance::HasNot => {
                    strike_off(scene, source, slot, package, of);
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
pub(crate) fn peers_may_help(scene: &Scene<'_, '_>, id: JobId) -> bool {
    if !scene.peers.any || !transfer::shares_content(scene, id) {
        return false;
    }
    let site = &scene.world.sites[roaming::place_of(scene, id).index()];
    site.peers.is_some_and(|peers| peers.share > 0.0)
}

/// How many machines are known to give `package` at a place: those of the
/// place, or those that come there.
pub(crate) fn givers(scene: &Scene<'_, '_>, slot: u32, package: PackageId, of: usize) -> usize {
    let shelf = scene.peers.shelves.get(&(slot, package));
    shelf.map_or(0, |shelf| shelf.givers[of].len())
}

pub(crate) fn strike_off(
    scene: &mut Scene<'_, '_>,
    source: JobId,
    slot: u32,
    package: PackageId,
    of: usize,
) {
    let jobs = &scene.jobs;
    let machine_of = |job: JobId| jobs[job].machine;
    if let Some(shelf) = scene.peers.shelves.get_mut(&(slot, package)) {
        shelf.givers[of].strike(machine_of(source), machine_of);
    }
}

pub(crate) fn stance(
    scene: &Scene<'_, '_>,
    source: JobId,
    slot: u32,
    package: PackageId,
) -> Stance {
    if !has_in_cache(scene, source, package) {
        Stance::HasNot
    } else if uploads_left(scene, source, slot) == 0 {
        Stance::Busy
    } else if roaming::slot_of(scene, source) != slot {
        Stance::Away
    } else if !scene.machine_on(source).holds || is_restarting(scene, source) {
        Stance::Off
    } else {
        Stance::Gives
    }
}

/// Whether a machine can give `package` at the place now.
pub(crate) fn can_give(
    scene: &Scene<'_, '_>,
    source: JobId,
    slot: u32,
    package: PackageId,
) -> bool {
    matches!(stance(scene, source, slot, package), Stance::Gives)
}

/// How many more machines one can give to at a place.
pub(crate) fn uploads_left(scene: &Scene<'_, '_>, source: JobId, slot: u32) -> u32 {
    let site = scene.places[slot as usize].site;
    let most = scene.world.sites[site.index()]
        .peers
        .map_or(0, |peers| peers.connections);
    let machine = scene.jobs[source].machine;
    let given = scene.peers.uploads.get(&machine).map_or(0, Vec::len);
    most.saturating_sub(given as u32)
}

/// Whether any job of a machine has `package` in the cache.
pub(crate) fn has_in_cache(scene: &Scene<'_, '_>, source: JobId, package: PackageId) -> bool {
    scene
        .siblings(source)
        .any(|job| scene.jobs[job].cached && scene.program(job).package == package)
}

pub(crate) fn is_restarting(scene: &Scene<'_, '_>, source: JobId) -> bool {
    scene
        .siblings(source)
        .any(|job| scene.jobs[job].phase() == Phase::Restarting)
}

/// Whether a job's machine gives what it has to others at `site`.
pub(crate) fn gives_at(scene: &Scene<'_, '_>, id: JobId, site: SiteId) -> bool {
    let share = scene.world.sites[site.index()]
        .peers
        .map_or(0.0, |peers| peers.share);
    scene.draws.giving(scene.jobs[id].key).uniform(0) < share
}

pub(crate) fn shelve(
    scene: &mut Scene<'_, '_>,
    id: JobId,
    slot: u32,
    package: PackageId,
    of: usize,
) {
    if gives_at(scene, id, scene.places[slot as usize].site) {
        let machine = scene.jobs[id].machine;
        let shelf = scene.peers.shelves.entry((slot, package)).or_default();
        shelf.givers[of].enter(machine, id);
    }
}

/// The sites at which a job's machine may be beside its own.
pub(crate) fn haunts(scene: &Scene<'_, '_>, id: JobId) -> Vec<SiteId> {
    if !scene.away.any {
        return Vec::new();
    }
    let position = scene.jobs[id].machine;
    if let Some(stays) = scene.world.stays.get(&position) {
        return stays.iter().map(|stay| stay.site).collect();
    }
    let roaming = scene.profile(id).roaming.as_ref();
    roaming.map_or_else(Vec::new, |roaming| roaming.sites.clone())
}
