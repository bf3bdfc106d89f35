//! Rings, rates and stop rules: who is offered an advertisement when, and how
//! the controllers of roll-outs hear of machines.
//!
//! A controlled advertisement has a controller of its own, an entity beside the
//! machines. It is asked at fixed times; at those it opens phases, makes the
//! offers up to the next of them, or stops. A machine that is offered the
//! advertisement learns of it at its next poll; one that is not has no events.
//! The decisions themselves are made in `steering`.

use crate::model::control::roster::News;
use crate::model::control::steering::Steering;
use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::way::events::Happening;
use crate::model::way::job::NONE;
use crate::model::way::scene::Scene;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, ReportState, Step};
use crate::units::{Instant, Span};
use crate::world::{AdvertisementId, Machine, World};

/// The controllers of the roll-outs that a group takes part in.
#[derive(Debug)]
pub(crate) struct Rollouts<'w> {
    steerings: Vec<Steering<'w>>,
    /// For each job its place among the machines of its controller; empty where
    /// nothing is controlled.
    places: Vec<u32>,
    /// Offers of one evaluation, kept for its memory.
    offers: Vec<(Instant, JobId)>,
}

impl<'w> Rollouts<'w> {
    pub(crate) fn new() -> Self {
        Self {
            steerings: Vec::new(),
            places: Vec::new(),
            offers: Vec::new(),
        }
    }

    /// Takes in a job whose advertisement is at `position` of its machine's
    /// set; false if that is not controlled.
    pub(crate) fn enlist(
        &mut self,
        world: &'w World,
        job: JobId,
        machine: &Machine,
        position: usize,
    ) -> bool {
        let id = world.targets(machine)[position];
        let Some(rollout) = world.control.rollouts.get(&id) else {
            return false;
        };
        let known = self
            .steerings
            .iter()
            .position(|steering| steering.id() == id);
        let at = known.unwrap_or_else(|| {
            self.steerings.push(Steering::new(id, rollout));
            self.steerings.len() - 1
        });
        let named = world.fleet.named_phase(machine, position);
        self.steerings[at].enlist(job, machine.key, named);
        true
    }

    /// The controller of an advertisement, if it has one.
    fn of(&mut self, id: AdvertisementId) -> Option<&mut Steering<'w>> {
        self.steerings
            .iter_mut()
            .find(|steering| steering.id() == id)
    }

    /// The place of a job among the machines of its controller.
    fn place(&self, job: JobId) -> Option<u32> {
        self.places
            .get(job.index())
            .copied()
            .filter(|place| *place != NONE)
    }
}

impl Scene<'_, '_> {
    /// How long after it has succeeded the program of a job is found to have
    /// broken the machine; `None` if it does not break it.
    pub(crate) fn breaks(&self, job: JobId) -> Option<Span> {
        let breakage = self.world.control.breakage.get(&self.program_id(job))?;
        let time = self.repeats.times(job);
        let job = &self.jobs[job];
        if !breakage.profiles.is_empty() && !breakage.profiles.contains(&job.profile) {
            return None;
        }
        let draws = self.draws.breakage(job.key, job.advertisement, time);
        let broken = draws.uniform(0) < breakage.share;
        broken.then(|| breakage.detected_after.sample(draws.uniform(1)))
    }
}

impl<J: Journal> Simulation<'_, '_, J> {
    /// All machines are known: controllers put theirs into order, and look at
    /// them for the first time when their advertisement becomes available.
    pub(crate) fn settle_rollouts(&mut self) {
        if self.rollouts.steerings.is_empty() {
            return;
        }
        let mut places = vec![NONE; self.scene.jobs.len()];
        for steering in &mut self.rollouts.steerings {
            steering.settle(|job, place| places[job.index()] = place);
        }
        self.rollouts.places = places;
        for at in 0..self.rollouts.steerings.len() {
            let id = self.rollouts.steerings[at].id();
            let available = self.scene.world.advertisements[id.index()].available;
            self.schedule_evaluation(id, available);
        }
    }

    fn schedule_evaluation(&mut self, id: AdvertisementId, at: Instant) {
        self.expect(at, Happening::Evaluation(id));
    }

    /// The controller of an advertisement looks at what is reported.
    pub(crate) fn evaluate(&mut self, id: AdvertisementId) {
        let (now, horizon) = (self.scene.now, Instant(self.scene.world.horizon.0));
        let mut offers = std::mem::take(&mut self.rollouts.offers);
        let Some(steering) = self.rollouts.of(id) else {
            return;
        };
        let identity = steering.rollout().identity;
        let next = steering.evaluate(now, horizon, &mut self.tally.decisions, &mut offers);
        self.hash_word(identity ^ now.0.rotate_left(20));
        for (at, job) in offers.drain(..) {
            self.offer(job, at);
        }
        self.rollouts.offers = offers;
        if let Some(next) = next {
            self.schedule_evaluation(id, next);
        }
    }

    /// A machine is offered its advertisement from `at` on.
    fn offer(&mut self, job: JobId, at: Instant) {
        let id = self.scene.jobs[job].advertisement;
        let place = self.rollouts.place(job);
        let phase = place.and_then(|place| Some(self.rollouts.of(id)?.phase_name(place)));
        self.note(job, || {
            Entry::Offered(phase.unwrap_or_default().to_owned(), at)
        });
        self.schedule_first_poll(job, at);
    }

    /// The controller, if there is one, will hear at `at` what a job reports.
    /// It takes the word of the machine: what has landed in the profile of a
    /// service account counts as success.
    pub(crate) fn tell_controller(&mut self, job: JobId, at: Instant) {
        if self.rollouts.place(job).is_none() {
            return;
        }
        let news = match self.record(job).state {
            ReportState::Succeeded | ReportState::RebootPending => News::Succeeded,
            ReportState::Failed => News::Failed,
            ReportState::Rejected | ReportState::Expired => News::Rejected,
            // The client has stopped watching: it will say nothing more.
            _ => return,
        };
        self.hear(job, at, news);
    }

    fn hear(&mut self, job: JobId, at: Instant, news: News) {
        let id = self.scene.jobs[job].advertisement;
        if let Some(place) = self.rollouts.place(job)
            && let Some(steering) = self.rollouts.of(id)
        {
            steering.hear(place, at, news);
        }
    }

    /// Somebody will find out after `span` that the machine is broken. Only a
    /// controller cares.
    pub(crate) fn detect_later(&mut self, job: JobId, span: Span) {
        if self.rollouts.place(job).is_some() {
            let at = self.scene.now + span;
            self.expect(at, Happening::Detected(job));
        }
    }

    /// Somebody has found out that the machine is broken.
    pub(crate) fn detected(&mut self, job: JobId) {
        self.note(job, || Entry::FoundBroken);
        let now = self.scene.now;
        self.hear(job, now, News::Broken);
    }

    /// Says of the machines that were not offered an advertisement why.
    pub(crate) fn close_rollouts(&mut self) {
        let steerings = std::mem::take(&mut self.rollouts.steerings);
        for (job, cause) in steerings.iter().flat_map(Steering::left_out) {
            // What came to its end before its turn, as its advertisement was deleted, says
            // so.
            if !self.scene.jobs[job].is_over() {
                self.leave_out(job, cause);
            }
        }
    }

    fn leave_out(&mut self, job: JobId, cause: Cause) {
        self.stand(job, Ending::NotOffered, Step::Policy, cause);
        self.note(job, || Entry::NotOffered(cause));
    }
}
