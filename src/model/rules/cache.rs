//! The cache of a machine: what a package takes, whether it fits, and what has to
//! go for it.

use crate::client::Mode;
use crate::engine::effort;
use crate::model::ids::JobId;
use crate::model::rules::answer::{Answer, Effect};
use crate::model::surroundings::packages_met::PackagesMet;
use crate::model::surroundings::reports;
use crate::model::way::job::Phase;
use crate::model::way::scene::Scene;
use crate::units::Size;
use crate::world::PackageId;

/// Content that is to be downloaded is fetched before anything else.
pub(crate) fn asks(scene: &Scene<'_, '_>, id: JobId) -> Answer {
    if needs_download(scene, id) {
        Answer::Do(Effect::Fetch)
    } else {
        Answer::Go
    }
}

pub(crate) fn needs_download(scene: &Scene<'_, '_>, id: JobId) -> bool {
    let job = &scene.jobs[id];
    job.mode == Some(Mode::Download) && !job.cached && scene.world.needs_content(scene.program(id))
}

/// Bytes of the package for this machine.
pub(crate) fn package_size(scene: &Scene<'_, '_>, id: JobId) -> Size {
    let own = scene.own(id, &scene.world.fleet.overrides.package_bytes);
    own.map_or(
        scene.world.packages[scene.program(id).package.index()].size,
        Size,
    )
}

/// What of the package is not yet in the cache.
pub(crate) fn remaining(scene: &Scene<'_, '_>, id: JobId) -> Size {
    let resumed = scene.aside(id).resumed;
    Size(package_size(scene, id).0.saturating_sub(resumed.0))
}

/// The package that a job has brought into the cache.
pub(crate) fn keeps(scene: &Scene<'_, '_>, id: JobId) -> Option<PackageId> {
    let job = &scene.jobs[id];
    (job.mode == Some(Mode::Download) && job.cached).then(|| scene.program(id).package)
}

/// Whether a job's content may make room for other content: its job is over
/// and the tombstone age past (KB 839513).
pub(crate) fn is_evictable(scene: &Scene<'_, '_>, id: JobId) -> bool {
    let tombstone = scene.world.rules.cache_tombstone;
    let run_end = scene.record(id).run_end;
    let last_used = if run_end.is_some() {
        run_end
    } else {
        reports::last_word(scene, id)
    };
    let over = scene.jobs[id].phase() == Phase::Over;
    over && last_used.is_some() && last_used + tombstone <= scene.now
}

/// The jobs of the same machine that may have content in the cache, ascending. A
/// machine of one job has no need to know.
pub(crate) fn cached_by<'s>(scene: &'s Scene<'_, '_>, id: JobId) -> &'s [JobId] {
    let host = scene.hosts.get(scene.jobs[id].host as usize);
    host.map_or(&[], |host| &host.in_cache)
}

/// Bytes of other packages that may not be evicted: those in use, and
/// those not yet past the tombstone age (KB 839513).
pub(crate) fn kept_in_cache(scene: &Scene<'_, '_>, id: JobId, met: &mut PackagesMet) -> Size {
    let mut kept = Size(0);
    met.begin(scene.world.packages.len());
    effort::spend(cached_by(scene, id).len());
    for other in cached_by(scene, id).iter().copied() {
        let job = &scene.jobs[other];
        if other == id || job.mode != Some(Mode::Download) {
            continue;
        }
        if keeps(scene, other).is_some_and(|package| met.again(package)) {
            // Counted already: there is one copy for both.
            continue;
        }
        let in_use = job.cached && !is_evictable(scene, other);
        if in_use || job.phase() == Phase::Downloading {
            kept += package_size(scene, other);
        }
    }
    kept
}
