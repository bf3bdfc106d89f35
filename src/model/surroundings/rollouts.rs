//! The controllers of the roll-outs that a group takes part in.
//!
//! A controlled advertisement has a controller of its own, an entity beside the
//! machines. It is asked at fixed times; at those it opens phases, makes the
//! offers up to the next of them, or stops. The decisions themselves are made in
//! `control`.

use crate::model::control::roster::News;
use crate::model::control::steering::Steering;
use crate::model::ids::JobId;
use crate::model::way::job::NONE;
use crate::outcome::{Cause, Decision};
use crate::units::Instant;
use crate::world::{AdvertisementId, Machine, World};
use std::collections::BTreeMap;

/// The controllers of a group.
#[derive(Debug, Default)]
pub(crate) struct Rollouts<'w> {
    steerings: Vec<Steering<'w>>,
    /// Where the controller of an advertisement is among them.
    position: BTreeMap<AdvertisementId, usize>,
    /// For each job its place among the machines of its controller; empty where
    /// nothing is controlled.
    places: Vec<u32>,
    /// Offers of one evaluation, kept for its memory.
    offers: Vec<(Instant, JobId)>,
}

impl<'w> Rollouts<'w> {
    /// Takes in a job whose advertisement is at `position` of its machine's
    /// set; false if that is not controlled.
    #[inline]
    pub(crate) fn enlist(
        &mut self,
        world: &'w World,
        job: JobId,
        machine: &Machine,
        position: usize,
    ) -> bool {
        !world.control.rollouts.is_empty() && self.enlist_with(world, job, machine, position)
    }

    /// Enlists a job where some advertisements are controlled.
    #[inline(never)]
    fn enlist_with(
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
        let known = self.of(id).is_some();
        if !known {
            self.position.insert(id, self.steerings.len());
            self.steerings.push(Steering::new(id, rollout));
        }
        let named = world.fleet.named_phase(machine, position);
        if let Some(steering) = self.of(id) {
            steering.enlist(job, machine.key, named);
        }
        true
    }

    /// All of the `jobs` are known: controllers put theirs into order.
    pub(crate) fn settle(&mut self, jobs: usize) {
        if self.steerings.is_empty() {
            return;
        }
        let mut places = vec![NONE; jobs];
        for steering in &mut self.steerings {
            steering.settle(|job, place| places[job.index()] = place);
        }
        self.places = places;
    }

    /// The advertisements that have a controller here.
    pub(crate) fn controlled(&self) -> Vec<AdvertisementId> {
        self.steerings.iter().map(Steering::id).collect()
    }

    /// The controller of an advertisement, if it has one.
    fn of(&mut self, id: AdvertisementId) -> Option<&mut Steering<'w>> {
        let at = *self.position.get(&id)?;
        self.steerings.get_mut(at)
    }

    /// The place of a job among the machines of its controller.
    fn place(&self, job: JobId) -> Option<u32> {
        self.places
            .get(job.index())
            .copied()
            .filter(|place| *place != NONE)
    }

    /// Whether a job's advertisement has a controller.
    pub(crate) fn has(&self, job: JobId) -> bool {
        self.place(job).is_some()
    }

    /// The name of the phase of a job, if it is in one.
    pub(crate) fn phase_name(&mut self, id: AdvertisementId, job: JobId) -> Option<&'w str> {
        let place = self.place(job)?;
        Some(self.of(id)?.phase_name(place))
    }

    /// The controller of an advertisement decides at `now`: what it offers up to its next
    /// look, and when that is, if it is needed. The offers are given back with
    /// [`Self::has_offered`].
    pub(crate) fn decide(
        &mut self,
        id: AdvertisementId,
        now: Instant,
        horizon: Instant,
        log: &mut Vec<Decision>,
    ) -> (Vec<(Instant, JobId)>, Option<Instant>) {
        let mut offers = std::mem::take(&mut self.offers);
        let steering = self.of(id);
        let next = steering.and_then(|steering| steering.evaluate(now, horizon, log, &mut offers));
        (offers, next)
    }

    /// Offers have been made; their memory is kept.
    pub(crate) fn has_offered(&mut self, mut offers: Vec<(Instant, JobId)>) {
        offers.clear();
        self.offers = offers;
    }

    /// The controller of a job's advertisement will hear `news` of it at `at`.
    pub(crate) fn hear(&mut self, id: AdvertisementId, job: JobId, at: Instant, news: News) {
        if let Some(place) = self.place(job)
            && let Some(steering) = self.of(id)
        {
            steering.hear(place, at, news);
        }
    }

    /// The jobs that have not been offered their advertisement, and why.
    pub(crate) fn left_out(&self) -> Vec<(JobId, Cause)> {
        self.steerings.iter().flat_map(Steering::left_out).collect()
    }
}
