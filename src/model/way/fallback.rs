//! A job goes round its points, is held up at them, and begins a new round.

use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::fallback;
use crate::model::surroundings::faults;
use crate::model::surroundings::roaming;
use crate::model::surroundings::searches;
use crate::model::surroundings::site_resources;
use crate::model::way::events::Kind;
use crate::model::way::job::Phase;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, ReportState, Resource, Step};
use crate::product::win32::BAD_NETWORK_PATH;
use crate::units::{Instant, Span};
use crate::world::ServerRole;

impl<J: Journal> Simulation<'_, '_, J> {
    /// A job begins a round of its points; the tier at which it does.
    pub(crate) fn begin_round(&mut self, id: JobId) -> Option<u32> {
        if !self.scene.searches.any() {
            return None;
        }
        self.scene.searches.begins(id, self.scene.now);
        self.tell_pool(id);
        self.scene.searches.begins_round(id)
    }

    /// Tells which points have come into the pool since the last time; the first
    /// tier of them, if any has.
    fn tell_pool(&mut self, id: JobId) -> Option<u32> {
        let (looked, package) = (
            searches::looked(&self.scene, id),
            self.scene.program(id).package,
        );
        let told = self.scene.searches.told(id)?;
        let points = site_resources::all_points(&mut self.scene, id, package)?;
        let (own, open) = (points.ladder.as_ref()?.own, points.open(looked));
        let from = told.max(own);
        let more = points.tiers.get(from..open).unwrap_or_default().concat();
        self.scene.searches.tell(id, open);
        if more.is_empty() {
            return None;
        }
        self.note(id, || Entry::PoolWidened(looked.time, more));
        Some(from as u32)
    }

    /// A point cannot be reached; whether it holds the job for a time.
    pub(crate) fn is_held_up(&mut self, id: JobId) -> bool {
        if !self.scene.searches.any() {
            return false;
        }
        let place = &self.scene.world.sites[roaming::place_of(&self.scene, id).index()];
        let timeout = self
            .scene
            .behaviour(id)
            .point_timeout(&self.scene.world.rules, place);
        if timeout == Span::ZERO {
            return false;
        }
        let until = self.scene.now + timeout;
        self.scene.searches.begins(id, self.scene.now);
        self.scene.searches.hold(id, until);
        self.job(id).waited = true;
        self.stay_held_up(id, until);
        true
    }

    /// Waits for the point until then, or until something changes.
    fn stay_held_up(&mut self, id: JobId, until: Instant) {
        self.scene.turn_job(id, Phase::HeldUp);
        let change = self.scene.agenda.next_access_change(self.scene.now);
        let moves = roaming::whereabouts(&self.scene, id).until;
        self.schedule(id, Kind::Retry, until.min(change).min(moves));
    }

    /// A point has held a job for long enough, or can perhaps be reached now.
    pub(crate) fn look_again(&mut self, id: JobId) {
        let until = self.scene.searches.held_until(id);
        if self.scene.try_is_void(id) {
            self.leaves_line(id);
            return self.begin_anew(id);
        }
        self.scene.turn_job(id, Phase::Connecting);
        let job = self.job(id);
        let point = job.point;
        if let Some(point) =
            point.filter(|point| fallback::still_serves(&mut self.scene, id, *point))
        {
            let role = ServerRole::DistributionPoint;
            if faults::reachable(&self.scene, id, point, role) {
                self.note(id, || Entry::Point(point));
                if !self.turn_to(id, point) {
                    self.try_points(id);
                }
                return;
            }
            if let Some(until) = until.filter(|until| *until > self.scene.now) {
                return self.stay_held_up(id, until);
            }
        }
        let widened = self.tell_pool(id);
        if fallback::way_changes(&mut self.scene, id) {
            self.scene
                .searches
                .next_round_from(id, widened.unwrap_or(0));
            return self.begin_anew(id);
        }
        self.try_points(id);
    }

    /// Leaves the round of points: the content is to be had in another way.
    fn begin_anew(&mut self, id: JobId) {
        self.release_machine(id);
        self.scene.turn_job(id, Phase::Ready);
        let job = self.job(id);
        job.mode = None;
        self.proceed(id);
    }

    /// The horizon comes while a point holds a job.
    pub(crate) fn close_search(&mut self, id: JobId) {
        let (step, cause) = (Step::Connection, Cause::ContentUnreachable);
        self.stand(id, Ending::Retrying, step, cause);
        let point = self.scene.jobs[id].point;
        let record = self.record(id);
        record.code = Some(BAD_NETWORK_PATH);
        record.resource = point.map_or(Resource::None, Resource::Server);
    }

    /// No point of the pool would serve a job this time. Whether it goes round
    /// them once more, as it does at a site with a fallback for as long as there
    /// is one that holds it up ("until content is found"); such rounds do not
    /// count as tries of the retry rule.
    pub(crate) fn goes_round_again(&mut self, id: JobId, cause: Cause) -> bool {
        if !self.scene.searches.was_held(id) {
            return false;
        }
        let package = self.scene.program(id).package;
        let points = site_resources::all_points(&mut self.scene, id, package);
        if points.is_none_or(|points| points.ladder.is_none()) {
            return false;
        }
        self.enter(id, ReportState::Retrying);
        self.stand(id, Ending::Retrying, Step::Connection, cause);
        self.schedule(id, Kind::Retry, self.scene.now);
        true
    }
}
