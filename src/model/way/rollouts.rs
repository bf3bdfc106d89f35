//! Rings, rates and stop rules: machines are offered advertisements, and the controllers
//! of roll-outs hear of them.
//!
//! A machine that is offered the advertisement learns of it at its next poll; one that is
//! not has no events.

use crate::model::control::roster::News;
use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::rollouts;
use crate::model::way::events::Happening;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Ending, Step};
use crate::units::Instant;
use crate::world::AdvertisementId;

impl<J: Journal> Simulation<'_, '_, J> {
    /// All machines are known: controllers put theirs into order, and look at
    /// them for the first time when their advertisement becomes available.
    pub(crate) fn settle_rollouts(&mut self) {
        self.rollouts.settle(self.scene.jobs.len());
        for id in self.rollouts.controlled() {
            // It goes by the scenario's clock, the same for all sites.
            let available = self.scene.world.advertisements[id.index()].available.at(0);
            self.expect(available.clamped(), Happening::Evaluation(id));
        }
    }

    /// The controller of an advertisement looks at what is reported.
    pub(crate) fn evaluate(&mut self, id: AdvertisementId) {
        let (now, horizon) = (self.scene.now, Instant(self.scene.world.horizon.0));
        let Some(rollout) = self.scene.world.control.rollouts.get(&id) else {
            return;
        };
        let log = &mut self.tally.decisions;
        let (offers, next) = self.rollouts.decide(id, now, horizon, log);
        self.hash_word(rollout.identity ^ now.0.rotate_left(20));
        for (at, job) in offers.iter().copied() {
            self.offer(job, at);
        }
        self.rollouts.has_offered(offers);
        if let Some(next) = next {
            self.expect(next, Happening::Evaluation(id));
        }
    }

    /// A machine is offered its advertisement from `at` on.
    fn offer(&mut self, job: JobId, at: Instant) {
        let id = self.scene.jobs[job].advertisement;
        let phase = self.rollouts.phase_name(id, job);
        self.note(job, || {
            Entry::Offered(phase.unwrap_or_default().to_owned(), at)
        });
        self.schedule_first_poll(job, at);
    }

    /// The controller, if there is one, will hear at `at` what a job reports.
    pub(crate) fn tell_controller(&mut self, job: JobId, at: Instant) {
        if self.rollouts.has(job)
            && let Some(news) = rollouts::news(&self.scene, job)
        {
            self.hear(job, at, news);
        }
    }

    fn hear(&mut self, job: JobId, at: Instant, news: News) {
        let id = self.scene.jobs[job].advertisement;
        self.rollouts.hear(id, job, at, news);
    }

    /// It will be found out at `at` that the machine is broken. Only a controller cares.
    pub(crate) fn detect_at(&mut self, job: JobId, at: Instant) {
        if self.rollouts.has(job) {
            self.expect(at, Happening::Detected(job));
        }
    }

    /// Somebody has found out that the machine is broken.
    pub(crate) fn detected(&mut self, job: JobId) {
        self.note(job, || Entry::FoundBroken);
        self.hear(job, self.scene.now, News::Broken);
    }

    /// Says of the machines that were not offered an advertisement why.
    pub(crate) fn close_rollouts(&mut self) {
        for (job, cause) in self.rollouts.left_out() {
            if rollouts::is_left_out(&self.scene, job) {
                self.stand(job, Ending::NotOffered, Step::Policy, cause);
                self.note(job, || Entry::NotOffered(cause));
            }
        }
    }
}
