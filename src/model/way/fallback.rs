//! A job goes round its points, is held up at them, and begins a new round.

use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::fallback::{self, Look};
use crate::model::rules::lines;
use crate::model::surroundings::searches;
use crate::model::surroundings::site_resources;
use crate::model::way::events::Kind;
use crate::model::way::job::Phase;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, ReportState, Step};
use crate::units::Instant;

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
        let looked = searches::looked(&self.scene, id);
        let listing = site_resources::list(&mut self.scene, id);
        let pool = fallback::pool(&self.scene, id, listing)?;
        self.scene.searches.tell(id, pool.open);
        let points = site_resources::all_points(&self.scene, listing)?;
        let more = points.tiers.get(pool.from..pool.open).unwrap_or_default();
        let sight = site_resources::sight(&self.scene, id);
        let more: Vec<_> = more.iter().flat_map(|tier| tier.iter(sight)).collect();
        if more.is_empty() {
            return None;
        }
        self.note(id, || Entry::PoolWidened(looked.time, more));
        Some(pool.from as u32)
    }

    /// A point cannot be reached; whether it holds the job for a time.
    pub(crate) fn is_held_up(&mut self, id: JobId) -> bool {
        let Some(until) = fallback::holds_up(&self.scene, id) else {
            return false;
        };
        self.scene.searches.begins(id, self.scene.now);
        self.scene.searches.hold(id, until);
        self.job(id).waited = true;
        self.stay_held_up(id, until);
        true
    }

    /// Waits for the point until then, or until something changes.
    fn stay_held_up(&mut self, id: JobId, until: Instant) {
        self.scene.turn_job(id, Phase::HeldUp);
        let looks = fallback::looks_at(&self.scene, id, until);
        self.schedule(id, Kind::Retry, looks);
    }

    /// A point has held a job for long enough, or can perhaps be reached now.
    pub(crate) fn look_again(&mut self, id: JobId) {
        if lines::is_void(&self.scene, id) {
            self.leaves_line(id);
            return self.begin_anew(id);
        }
        let listing = site_resources::list(&mut self.scene, id);
        let look = fallback::looks_again(&self.scene, id, listing);
        self.scene.turn_job(id, Phase::Connecting);
        match look {
            Look::PointIsBack(point) => {
                self.note(id, || Entry::Point(point));
                if !self.turn_to(id, point) {
                    self.try_points(id);
                }
            }
            Look::Stays(until) => self.stay_held_up(id, until),
            Look::WayChanges => {
                let widened = self.tell_pool(id).unwrap_or(0);
                self.scene.searches.next_round_from(id, widened);
                self.begin_anew(id);
            }
            Look::NextPoint => {
                self.tell_pool(id);
                self.try_points(id);
            }
        }
    }

    /// Leaves the round of points: the content is to be had in another way.
    fn begin_anew(&mut self, id: JobId) {
        self.release_machine(id);
        self.scene.turn_job(id, Phase::Ready);
        let job = self.job(id);
        job.mode = None;
        self.proceed(id);
    }

    /// Begins another round of the points of the pool, if the job does; whether it does.
    pub(crate) fn goes_round_again(&mut self, id: JobId, cause: Cause) -> bool {
        if !self.scene.searches.any() {
            return false;
        }
        let listing = site_resources::list(&mut self.scene, id);
        if !fallback::goes_round_again(&self.scene, id, listing) {
            return false;
        }
        self.enter(id, ReportState::Retrying);
        self.stand(id, Ending::Retrying, Step::Connection, cause);
        self.occurrence_goes_wrong(id);
        self.scene.note_vain_try(id, Step::Connection, cause);
        self.scene.note_alike_until(id, Instant::START);
        self.schedule(id, Kind::Retry, self.scene.now);
        true
    }
}
