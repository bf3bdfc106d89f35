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

use crate::client::points::Looked;
use crate::client::{Behaviour, Mode, falls_back};
use crate::model::ids::JobId;
use crate::model::surroundings::site_resources;
use crate::model::way::scene::Scene;
use crate::units::{Instant, Span};
use crate::world::{RemoteContent, ServerId, SiteId, World};
use std::collections::BTreeMap;

/// How a job looks for its content.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Search {
    /// When it first could not have it, or first turned to its points.
    pub(crate) since: Instant,
    /// How many tiers of its points it has been told of.
    pub(crate) told: usize,
    /// Whether a point has held it up in this round.
    pub(crate) held: bool,
    /// Until when the present point holds it.
    pub(crate) until: Instant,
    /// The tier at which the next round begins.
    pub(crate) first_tier: u32,
}

/// The jobs of a group that look for content.
#[derive(Debug, Clone, Default)]
pub(crate) struct Searches {
    /// Whether there may be any.
    pub(crate) any: bool,
    pub(crate) by_job: BTreeMap<JobId, Search>,
}

impl Searches {
    /// For the machines that can be at `sites`.
    pub(crate) fn new(world: &World, sites: &[SiteId]) -> Self {
        let timeout = world.rules.point_timeout.unwrap_or(Span::ZERO);
        let mut sites = sites.iter().map(|site| &world.sites[site.index()]);
        let any = timeout > Span::ZERO || sites.any(falls_back);
        Self {
            any,
            by_job: BTreeMap::new(),
        }
    }

    /// Whether there may be any.
    pub(crate) fn any(&self) -> bool {
        self.any
    }

    /// Whether a job has known points of its content since it began to look.
    pub(crate) fn has_found_points(&self, id: JobId) -> bool {
        self.by_job.get(&id).is_some_and(|search| search.told > 0)
    }
}

/// How far a job has looked for its content.
pub(crate) fn looked(scene: &Scene<'_, '_>, id: JobId) -> Looked {
    if !scene.searches.any {
        return Looked::NOTHING;
    }
    let search = scene.searches.by_job.get(&id);
    Looked {
        time: search.map_or(Span::ZERO, |search| scene.now.since(search.since)),
        neighbours: scene.advertisement(id).content.remote != RemoteContent::DoNotRun,
    }
}

/// A job begins to look for its content, if it has not yet.
pub(crate) fn begin_looking(scene: &mut Scene<'_, '_>, id: JobId) {
    if !scene.searches.any {
        return;
    }
    let search = Search {
        since: scene.now,
        told: 0,
        held: false,
        until: Instant::NEVER,
        first_tier: 0,
    };
    scene.searches.by_job.entry(id).or_insert(search);
}

/// A job need not look any more: it has its content, or wants another.
pub(crate) fn stop_looking(scene: &mut Scene<'_, '_>, id: JobId) {
    if scene.searches.any {
        scene.searches.by_job.remove(&id);
    }
}

/// When the pool of a job is widened next.
pub(crate) fn next_rung(scene: &mut Scene<'_, '_>, id: JobId) -> Instant {
    let Some(since) = scene.searches.by_job.get(&id).map(|search| search.since) else {
        return Instant::NEVER;
    };
    let (looked, package) = (looked(scene, id), scene.program(id).package);
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
    let (looked, package) = (looked(scene, id), scene.program(id).package);
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
