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

use crate::client::Mode;
use crate::model::ids::JobId;
use crate::model::surroundings::faults;
use crate::model::surroundings::roaming;
use crate::model::surroundings::searches;
use crate::model::surroundings::site_resources::{self, Listing};
use crate::model::way::scene::Scene;
use crate::units::{Instant, Span};
use crate::world::{ServerId, ServerRole};

/// When the pool of a job is widened next.
pub(crate) fn next_rung(scene: &Scene<'_, '_>, id: JobId, listing: Listing) -> Instant {
    let Some(since) = scene.searches.since(id) else {
        return Instant::NEVER;
    };
    let looked = searches::looked(scene, id);
    let points = site_resources::all_points(scene, listing);
    let next = points.and_then(|points| points.next_rung(looked));
    next.map_or(Instant::NEVER, |after| since + after)
}

/// Tiers of points that have come into the pool of a job since it was told last.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pool {
    /// The first tier that is new.
    pub(crate) from: usize,
    /// This many tiers are in the pool.
    pub(crate) open: usize,
}

/// What has come into the pool of a job that looks for content on a ladder of points.
pub(crate) fn pool(scene: &Scene<'_, '_>, id: JobId, listing: Listing) -> Option<Pool> {
    let told = scene.searches.told(id)?;
    let points = site_resources::all_points(scene, listing)?;
    let own = points.ladder.as_ref()?.own;
    Some(Pool {
        from: told.max(own),
        open: points.open(searches::looked(scene, id)),
    })
}

/// Whether the content, of a ladder of points, is to be had in another way
/// than when it was located.
pub(crate) fn way_changes(scene: &Scene<'_, '_>, id: JobId, listing: Listing) -> bool {
    let job = &scene.jobs[id];
    let Some(mode) = job.mode.filter(|_| !job.cached) else {
        return false;
    };
    way(scene, id, listing).is_some_and(|way| way != mode)
}

/// How content is to be had now, if it is to be had from a ladder of points.
fn way(scene: &Scene<'_, '_>, id: JobId, listing: Listing) -> Option<Mode> {
    let points = site_resources::points(scene, id, listing).ok()?;
    points.ladder.as_ref()?;
    let remote = points.is_remote(searches::looked(scene, id));
    let advertisement = scene.advertisement(id);
    scene.behaviour(id).mode(advertisement, remote)
}

/// Whether a point may still serve a job.
pub(crate) fn still_serves(
    scene: &Scene<'_, '_>,
    id: JobId,
    listing: Listing,
    point: ServerId,
) -> bool {
    let points = site_resources::points(scene, id, listing);
    points.is_ok_and(|points| points.has(site_resources::sight(scene, id), point))
}

/// Until when a point that cannot be reached holds a job up; `None` if the job turns
/// to the next at once.
pub(crate) fn holds_up(scene: &Scene<'_, '_>, id: JobId) -> Option<Instant> {
    if !scene.searches.any() {
        return None;
    }
    let place = &scene.world.sites[roaming::place_of(scene, id).index()];
    let timeout = scene.behaviour(id).point_timeout(&scene.world.rules, place);
    (timeout > Span::ZERO).then(|| scene.now + timeout)
}

/// When a job that a point holds up until then looks whether something has changed.
pub(crate) fn looks_at(scene: &Scene<'_, '_>, id: JobId, until: Instant) -> Instant {
    let change = scene.agenda.next_access_change(scene.now);
    let moves = roaming::whereabouts(scene, id).until;
    until.min(change).min(moves)
}

/// What a job finds that a point has held up.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Look {
    /// The point can be reached now.
    PointIsBack(ServerId),
    /// The point cannot be reached yet, and holds the job on.
    Stays(Instant),
    /// The content is to be had in another way, among the points of a wider pool.
    WayChanges,
    /// The next point is up.
    NextPoint,
}

/// What a job finds when it looks again at the point that holds it up.
pub(crate) fn looks_again(scene: &Scene<'_, '_>, id: JobId, listing: Listing) -> Look {
    let point = scene.jobs[id].point;
    if let Some(point) = point.filter(|point| still_serves(scene, id, listing, *point)) {
        if faults::reachable(scene, id, point, ServerRole::DistributionPoint) {
            return Look::PointIsBack(point);
        }
        let until = scene.searches.held_until(id);
        if let Some(until) = until.filter(|until| *until > scene.now) {
            return Look::Stays(until);
        }
    }
    if way_changes(scene, id, listing) {
        Look::WayChanges
    } else {
        Look::NextPoint
    }
}

/// Whether a job that no point of its pool would serve goes round them once more, as
/// it does at a site with a fallback for as long as there is a point that holds it up
/// ("until content is found"); such rounds do not count as tries of the retry rule.
pub(crate) fn goes_round_again(scene: &Scene<'_, '_>, id: JobId, listing: Listing) -> bool {
    let points = site_resources::all_points(scene, listing);
    scene.searches.was_held(id) && points.is_some_and(|points| points.ladder.is_some())
}
