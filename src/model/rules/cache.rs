//! The cache of a machine: what a package takes, whether it fits, and what has to
//! go for it.

use crate::client::Mode;
use crate::model::surroundings::reports;
use crate::model::way::job::Phase;
use crate::model::way::scene::Scene;
use crate::units::Size;
use crate::world::PackageId;

pub(crate) fn needs_download(scene: &Scene<'_, '_>, id: u32) -> bool {
    let job = &scene.jobs[id as usize];
    job.mode == Some(Mode::Download) && !job.cached && scene.world.needs_content(scene.program(id))
}

/// Bytes of the package for this machine.
pub(crate) fn package_size(scene: &Scene<'_, '_>, id: u32) -> Size {
    let own = scene.own(id, &scene.world.fleet.overrides.package_bytes);
    own.map_or(
        scene.world.packages[scene.program(id).package.index()].size,
        Size,
    )
}

/// What of the package is not yet in the cache.
pub(crate) fn remaining(scene: &Scene<'_, '_>, id: u32) -> Size {
    let resumed = scene.aside(id).resumed;
    Size(package_size(scene, id).0.saturating_sub(resumed.0))
}

/// The package that a job has brought into the cache.
pub(crate) fn keeps(scene: &Scene<'_, '_>, id: u32) -> Option<PackageId> {
    let job = &scene.jobs[id as usize];
    (job.mode == Some(Mode::Download) && job.cached).then(|| scene.program(id).package)
}

/// Whether a job's content may make room for other content: its job is over
/// and the tombstone age past (KB 839513).
pub(crate) fn is_evictable(scene: &Scene<'_, '_>, id: u32) -> bool {
    let tombstone = scene.world.rules.cache_tombstone;
    let run_end = scene.record(id).run_end;
    let last_used = if run_end.is_some() {
        run_end
    } else {
        reports::last_word(scene, id)
    };
    let over = scene.jobs[id as usize].phase == Phase::Over;
    over && last_used.is_some() && last_used + tombstone <= scene.now
}

/// Bytes of other packages that may not be evicted: those in use, and
/// those not yet past the tombstone age (KB 839513).
pub(crate) fn kept_in_cache(scene: &Scene<'_, '_>, id: u32) -> Size {
    let mut kept = Size(0);
    for other in scene.siblings(id) {
        let job = &scene.jobs[other as usize];
        if other == id || job.mode != Some(Mode::Download) {
            continue;
        }
        let package = keeps(scene, other);
        let first = scene.siblings(id).start;
        if package.is_some() && (first..other).any(|e| e != id && keeps(scene, e) == package) {
            // Counted already: there is one copy for both.
            continue;
        }
        let evictable = is_evictable(scene, other);
        if (scene.jobs[other as usize].cached && !evictable)
            || scene.jobs[other as usize].phase == Phase::Downloading
        {
            kept += package_size(scene, other);
        }
    }
    kept
}
