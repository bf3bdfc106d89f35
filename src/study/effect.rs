//! What a change does to each machine: the same replication without it, with
//! the same draws, machine by machine.
//!
//! As all draws are functions of who draws and what for, the two runs differ
//! in nothing but the change and what follows from it. A machine that fails
//! without it and succeeds with it was cured by it, for certain, in that
//! replication.

use super::plan::{NoWorld, StudyPlan};
use super::record::Effect;
use super::run::Stop;
use crate::division::Plan;
use crate::engine::identity;
use crate::model::{Watch, replicate};
use crate::outcome::{Cause, Ending, Replication};
use crate::results::for_each_job;
use crate::scenario::Files;
use crate::world::World;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

/// How every machine fared in one replication, sorted by machine and
/// advertisement, both by name.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Verdicts(Vec<((u64, u64), Ending, Cause)>);

impl Verdicts {
    pub(super) fn of(world: &World, run: &Replication) -> Self {
        let names: Vec<u64> = world
            .advertisements
            .iter()
            .map(|a| identity(&a.id))
            .collect();
        let mut verdicts = Vec::with_capacity(run.outcomes.len());
        let machines = 0..world.fleet.machines.len();
        for_each_job(world, machines, &run.outcomes, |job| {
            let who = (job.machine.key, names[job.advertisement.index()]);
            verdicts.push((who, job.outcome.ending, job.outcome.cause));
        });
        verdicts.sort_unstable_by_key(|(who, ..)| *who);
        Self(verdicts)
    }

    /// What a change does that turns these verdicts into `changed`. Machines
    /// that only one of them has are left out.
    pub(super) fn effect(&self, changed: &Self) -> Effect {
        let mut effect = Effect::default();
        let mut others = changed.0.iter().peekable();
        for (who, ending, cause) in &self.0 {
            while others.next_if(|(other, ..)| other < who).is_some() {}
            let Some((_, after, _)) = others.next_if(|(other, ..)| other == who) else {
                continue;
            };
            match (ending.is_success(), after.is_success()) {
                (true, false) => effect.harmed += 1,
                (true, true) => {}
                (false, cured) => {
                    // A failure without a cause is one whose end is to come.
                    let name = if *cause == Cause::None {
                        ending.name()
                    } else {
                        cause.name()
                    };
                    let of = effect.causes.entry(name.to_owned()).or_default();
                    of.before += 1;
                    of.cured += u64::from(cured);
                }
            }
        }
        effect
    }
}

/// The first point of a plan, run once per replication for all changes.
#[derive(Default)]
pub(super) struct Effects {
    world: OnceLock<Result<(World, Plan), String>>,
    verdicts: Mutex<BTreeMap<u32, Arc<OnceLock<Arc<Verdicts>>>>>,
}

impl Effects {
    /// The verdicts of the first point in `replication`.
    pub(super) fn first(
        &self,
        plan: &StudyPlan,
        files: &Files,
        replication: u32,
        watch: &Watch,
    ) -> Result<Arc<Verdicts>, Stop> {
        let place = {
            let mut verdicts = self
                .verdicts
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            Arc::clone(verdicts.entry(replication).or_default())
        };
        if let Some(there) = place.get() {
            return Ok(Arc::clone(there));
        }
        let loaded = self.world.get_or_init(|| {
            let loaded = plan.load(0, files).map_err(|error| match error {
                NoWorld::Impossible(error) => error,
                NoWorld::Files(error) => error.to_string(),
            })?;
            let plan = Plan::new(&loaded.world);
            Ok((loaded.world, plan))
        });
        let (world, world_plan) = loaded
            .as_ref()
            .map_err(|error| Stop::Failed(error.clone()))?;
        let run = replicate(world, world_plan, replication, watch)?;
        // Two threads may come to the same result at the same time.
        Ok(Arc::clone(
            place.get_or_init(|| Arc::new(Verdicts::of(world, &run))),
        ))
    }
}
