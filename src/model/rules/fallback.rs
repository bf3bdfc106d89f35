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
use crate::model::journal::{Entry, Journal};
use crate::model::way::events::Kind;
use crate::model::way::job::Phase;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, ReportState, Resource, Step};
use crate::product::win32::BAD_NETWORK_PATH;
use crate::units::{Instant, Span};
use crate::world::{RemoteContent, ServerId, ServerRole, SiteId, World};
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
    by_job: BTreeMap<u32, Search>,
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
    pub(crate) fn has_found_points(&self, id: u32) -> bool {
        self.by_job.get(&id).is_some_and(|search| search.told > 0)
    }
}

impl<J: Journal> Simulation<'_, '_, J> {
    /// How far a job has looked for its content.
    pub(crate) fn looked(&self, id: u32) -> Looked {
        if !self.searches.any {
            return Looked::NOTHING;
        }
        let search = self.searches.by_job.get(&id);
        Looked {
            time: search.map_or(Span::ZERO, |search| self.now.since(search.since)),
            neighbours: self.advertisement(id).content.remote != RemoteContent::DoNotRun,
        }
    }

    /// A job begins to look for its content, if it has not yet.
    pub(crate) fn begin_looking(&mut self, id: u32) {
        if !self.searches.any {
            return;
        }
        let search = Search {
            since: self.now,
            told: 0,
            held: false,
            until: Instant::NEVER,
            first_tier: 0,
        };
        self.searches.by_job.entry(id).or_insert(search);
    }

    /// A job need not look any more: it has its content, or wants another.
    pub(crate) fn stop_looking(&mut self, id: u32) {
        if self.searches.any {
            self.searches.by_job.remove(&id);
        }
    }

    /// A job begins a round of its points; the tier at which it does.
    pub(crate) fn begin_round(&mut self, id: u32) -> Option<u32> {
        if !self.searches.any {
            return None;
        }
        self.begin_looking(id);
        self.tell_pool(id);
        let search = self.searches.by_job.get_mut(&id)?;
        search.held = false;
        let first = std::mem::take(&mut search.first_tier);
        (first > 0).then_some(first)
    }

    /// When the pool of a job is widened next.
    pub(crate) fn next_rung(&mut self, id: u32) -> Instant {
        let Some(since) = self.searches.by_job.get(&id).map(|search| search.since) else {
            return Instant::NEVER;
        };
        let (looked, package) = (self.looked(id), self.program(id).package);
        let next = self.all_points(id, package);
        let next = next.and_then(|points| points.next_rung(looked));
        next.map_or(Instant::NEVER, |after| since + after)
    }

    /// Whoever looks where other rules hold than those by which it has located its
    /// content locates it anew.
    pub(crate) fn locate_anew_if_widened(&mut self, id: u32) {
        if self.searches.any && self.way_changes(id) {
            self.job(id).mode = None;
        }
    }

    /// Whether the content, of a ladder of points, is to be had in another way
    /// than when it was located.
    fn way_changes(&mut self, id: u32) -> bool {
        let job = &self.jobs[id as usize];
        let Some(mode) = job.mode.filter(|_| !job.cached) else {
            return false;
        };
        self.way(id).is_some_and(|way| way != mode)
    }

    /// How content is to be had now, if it is to be had from a ladder of points.
    fn way(&mut self, id: u32) -> Option<Mode> {
        let (looked, package) = (self.looked(id), self.program(id).package);
        let (behaviour, advertisement): (&dyn Behaviour, _) =
            (self.behaviour(id), self.advertisement(id));
        let points = self.points(id, package).ok()?;
        points.ladder.as_ref()?;
        behaviour.mode(advertisement, points.is_remote(looked))
    }

    /// Tells which points have come into the pool since the last time; the first
    /// tier of them, if any has.
    fn tell_pool(&mut self, id: u32) -> Option<u32> {
        let (looked, package) = (self.looked(id), self.program(id).package);
        let told = self.searches.by_job.get(&id)?.told;
        let points = self.all_points(id, package)?;
        let (own, open) = (points.ladder.as_ref()?.own, points.open(looked));
        let from = told.max(own);
        let more = points.tiers.get(from..open).unwrap_or_default().concat();
        self.searches.by_job.get_mut(&id)?.told = open;
        if more.is_empty() {
            return None;
        }
        self.note(id, || Entry::PoolWidened(looked.time, more));
        Some(from as u32)
    }

    /// A point cannot be reached; whether it holds the job for a time.
    pub(crate) fn is_held_up(&mut self, id: u32) -> bool {
        if !self.searches.any {
            return false;
        }
        let place = &self.world.sites[self.place_of(id).index()];
        let timeout = self.behaviour(id).point_timeout(&self.world.rules, place);
        if timeout == Span::ZERO {
            return false;
        }
        self.begin_looking(id);
        let until = self.now + timeout;
        if let Some(search) = self.searches.by_job.get_mut(&id) {
            search.held = true;
            search.until = until;
        }
        self.job(id).waited = true;
        self.stay_held_up(id, until);
        true
    }

    /// Waits for the point until then, or until something changes.
    fn stay_held_up(&mut self, id: u32, until: Instant) {
        self.job(id).phase = Phase::HeldUp;
        let change = self.agenda.next_access_change(self.now);
        let moves = self.whereabouts(id).until;
        self.schedule(id, Kind::Retry, until.min(change).min(moves));
    }

    /// A point has held a job for long enough, or can perhaps be reached now.
    pub(crate) fn look_again(&mut self, id: u32) {
        let until = self.searches.by_job.get(&id).map(|search| search.until);
        let job = self.job(id);
        job.phase = Phase::Connecting;
        let point = job.point;
        if self.has_moved(id) {
            self.stops_fetching(id);
            return self.begin_anew(id);
        }
        if let Some(point) = point.filter(|point| self.still_serves(id, *point)) {
            let role = ServerRole::DistributionPoint;
            if self.reachable(id, point, role) {
                self.note(id, || Entry::Point(point));
                if !self.turn_to(id, point) {
                    self.try_points(id);
                }
                return;
            }
            if let Some(until) = until.filter(|until| *until > self.now) {
                return self.stay_held_up(id, until);
            }
        }
        let widened = self.tell_pool(id);
        if self.way_changes(id) {
            if let Some(search) = self.searches.by_job.get_mut(&id) {
                search.first_tier = widened.unwrap_or(0);
            }
            return self.begin_anew(id);
        }
        self.try_points(id);
    }

    fn still_serves(&mut self, id: u32, point: ServerId) -> bool {
        let package = self.program(id).package;
        let points = self.points(id, package);
        points.is_ok_and(|points| points.iter().any(|other| other == point))
    }

    /// Leaves the round of points: the content is to be had in another way.
    fn begin_anew(&mut self, id: u32) {
        self.release_machine(id);
        let job = self.job(id);
        job.phase = Phase::Ready;
        job.mode = None;
        self.proceed(id);
    }

    /// The horizon comes while a point holds a job.
    pub(crate) fn close_search(&mut self, id: u32) {
        let (step, cause) = (Step::Connection, Cause::ContentUnreachable);
        self.stand(id, Ending::Retrying, step, cause);
        let point = self.jobs[id as usize].point;
        let record = self.record(id);
        record.code = Some(BAD_NETWORK_PATH);
        record.resource = point.map_or(Resource::None, Resource::Server);
    }

    /// No point of the pool would serve a job this time. Whether it goes round
    /// them once more, as it does at a site with a fallback for as long as there
    /// is one that holds it up ("until content is found"); such rounds do not
    /// count as tries of the retry rule.
    pub(crate) fn goes_round_again(&mut self, id: u32, cause: Cause) -> bool {
        if !self
            .searches
            .by_job
            .get(&id)
            .is_some_and(|search| search.held)
        {
            return false;
        }
        let package = self.program(id).package;
        let points = self.all_points(id, package);
        if points.is_none_or(|points| points.ladder.is_none()) {
            return false;
        }
        self.enter(id, ReportState::Retrying);
        self.stand(id, Ending::Retrying, Step::Connection, cause);
        self.schedule(id, Kind::Retry, self.now);
        true
    }
}
