//! Looking for content: in which points, for how long at each, and where next.
//!
//! A point that cannot be reached may hold a client for a time
//! (`point_timeout`) before it turns to the next; SMS 2003 documents no such
//! time. At a site with a `fallback` an Advanced Client looks for content as
//! Configuration Manager does in boundary groups (learn.microsoft.com, "Example
//! of using boundary groups"): it goes round the points of its own place, two
//! minutes at each, and as time passes those of its neighbours come into the
//! pool. It goes on until it finds the content. Points of neighbours are remote:
//! whether and how they are used is said by the advertisement's `on_remote`, once
//! any of them is in the pool.
//!
//! Where no scenario asks for any of this, nothing is kept and nothing is done.

use crate::client::{Behaviour, Mode};
use crate::model::ids::JobId;
use crate::model::surroundings::searches;
use crate::model::surroundings::site_resources;
use crate::model::way::scene::Scene;
use crate::units::Instant;
use crate::world::ServerId;

/// When the pool of a job is widened next.
pub(crate) fn next_rung(scene: &mut Scene<'_, '_>, id: JobId) -> Instant {
    let Some(since) = scene.searches.since(id) else {
        return Instant::NEVER;
    };
    let (looked, package) = (searches::looked(scene, id), scene.program(id).package);
    let next = site_resources::all_points(scene, id, package);
    let next = next.and_then(|points| points.next_rung(looked));
    next.map_or(Instant::NEVER, |after| since + after)
}

/// Whether the content, of a ladder of points, is to be had in another way
/// than when it was located.
pub(crate) fn way_changes(scene: &mut Scene<'_, '_>, id: JobId) -> bool {
    let job = &scene.jobs[id];
    let Some(mode) = job.mode.filter(|_| !job.cached) else {
        return false;
    };
    way(scene, id).is_some_and(|way| way != mode)
}

/// How content is to be had now, if it is to be had from a ladder of points.
pub(crate) fn way(scene: &mut Scene<'_, '_>, id: JobId) -> Option<Mode> {
    let (looked, package) = (searches::looked(scene, id), scene.program(id).package);
    let (behaviour, advertisement): (&dyn Behaviour, _) =
        (scene.behaviour(id), scene.advertisement(id));
    let points = site_resources::points(scene, id, package).ok()?;
    points.ladder.as_ref()?;
    behaviour.mode(advertisement, points.is_remote(looked))
}

pub(crate) fn still_serves(scene: &mut Scene<'_, '_>, id: JobId, point: ServerId) -> bool {
    let package = scene.program(id).package;
    let points = site_resources::points(scene, id, package);
    points.is_ok_and(|points| points.iter().any(|other| other == point))
}
