//! How far jobs have looked for their content, where that takes more than one round
//! of points.

use crate::client::falls_back;
use crate::client::points::Looked;
use crate::model::ids::JobId;
use crate::model::way::scene::Scene;
use crate::units::{Instant, Span};
use crate::world::{RemoteContent, SiteId, World};
use std::collections::BTreeMap;

/// How a job looks for its content.
#[derive(Debug, Clone, Copy)]
struct Search {
    /// When it first could not have it, or first turned to its points.
    since: Instant,
    /// How many tiers of its points it has been told of.
    told: usize,
    /// Whether a point has held it up in this round.
    held: bool,
    /// Until when the present point holds it.
    until: Instant,
    /// The tier at which the next round begins.
    first_tier: u32,
}

/// The jobs of a group that look for content.
#[derive(Debug, Clone, Default)]
pub(crate) struct Searches {
    /// Whether there may be any.
    any: bool,
    by_job: BTreeMap<JobId, Search>,
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
    pub(crate) const fn any(&self) -> bool {
        self.any
    }

    /// A job begins to look for its content, if it has not yet.
    pub(crate) fn begins(&mut self, id: JobId, now: Instant) {
        if self.any {
            self.by_job.entry(id).or_insert(Search {
                since: now,
                told: 0,
                held: false,
                until: Instant::NEVER,
                first_tier: 0,
            });
        }
    }

    /// A job need not look any more.
    #[inline]
    pub(crate) fn ends(&mut self, id: JobId) {
        if !self.by_job.is_empty() {
            self.by_job.remove(&id);
        }
    }

    /// Since when a job has looked, if it does.
    pub(crate) fn since(&self, id: JobId) -> Option<Instant> {
        self.by_job.get(&id).map(|search| search.since)
    }

    /// How many tiers of its points a job that looks has been told of.
    pub(crate) fn told(&self, id: JobId) -> Option<usize> {
        self.by_job.get(&id).map(|search| search.told)
    }

    /// A job has been told of the first `tiers` of its points.
    pub(crate) fn tell(&mut self, id: JobId, tiers: usize) {
        if let Some(search) = self.by_job.get_mut(&id) {
            search.told = tiers;
        }
    }

    /// Whether a job has known points of its content since it began to look.
    pub(crate) fn has_found_points(&self, id: JobId) -> bool {
        self.told(id).is_some_and(|told| told > 0)
    }

    /// A job begins a round; the tier at which it does, if it is not the first.
    pub(crate) fn begins_round(&mut self, id: JobId) -> Option<u32> {
        let search = self.by_job.get_mut(&id)?;
        search.held = false;
        let first = std::mem::take(&mut search.first_tier);
        (first > 0).then_some(first)
    }

    /// The next round of a job begins at this tier.
    pub(crate) fn next_round_from(&mut self, id: JobId, tier: u32) {
        if let Some(search) = self.by_job.get_mut(&id) {
            search.first_tier = tier;
        }
    }

    /// A point holds a job up until then.
    pub(crate) fn hold(&mut self, id: JobId, until: Instant) {
        if let Some(search) = self.by_job.get_mut(&id) {
            search.held = true;
            search.until = until;
        }
    }

    /// Until when a point holds a job up, if one does.
    pub(crate) fn held_until(&self, id: JobId) -> Option<Instant> {
        self.by_job.get(&id).map(|search| search.until)
    }

    /// Whether a point has held a job up in this round.
    pub(crate) fn was_held(&self, id: JobId) -> bool {
        self.by_job.get(&id).is_some_and(|search| search.held)
    }
}

/// How far a job has looked for its content.
#[inline]
pub(crate) fn looked(scene: &Scene<'_, '_>, id: JobId) -> Looked {
    if !scene.searches.any() {
        return Looked::NOTHING;
    }
    let since = scene.searches.since(id);
    Looked {
        time: since.map_or(Span::ZERO, |since| scene.now.since(since)),
        neighbours: scene.advertisement(id).content.remote != RemoteContent::DoNotRun,
    }
}
