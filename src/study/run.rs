//! Making the runs of a plan: in parallel, each stored as soon as it is done.
//!
//! A point's scenario is loaded once for all its replications. A run that
//! fails is recorded with its reason, and the others go on.

use super::effect::{Effects, Verdicts};
use super::error::StudyError;
use super::measure::Response;
use super::plan::{NoWorld, Question, RunKey, StudyPlan};
use super::record::{Known, Record};
use super::rule::Decider;
use super::shard::Shard;
use super::store::Store;
use crate::division::Plan;
use crate::model::{Interrupted, Memory, Watch, replicate_in};
use crate::scenario::Files;
use crate::world::World;
use rayon::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Runs that were made.
    pub computed: u64,
    /// Runs that were there.
    pub reused: u64,
    /// Of both, runs that failed.
    pub failed: u64,
}

/// Makes the runs of `shard` that are missing, on the threads of the current
/// rayon pool, from the scenario that `files` keeps, and puts them into `store`, as one shard at the end.
///
/// # Errors
/// If `watch.stop` was set or the disk refuses; finished runs are kept.
pub fn run(
    plan: &StudyPlan,
    store: &Store,
    files: &Files,
    shard: Shard,
    watch: &Watch,
) -> Result<Counts, StudyError> {
    let mut decider = Decider::new(plan);
    let units = shard.slice(decider.units());
    let mut known = store.known()?;
    let mine = |key: &RunKey| shard == Shard::WHOLE || in_units(plan, &units, *key);
    let reused = known.keys().filter(|key| mine(key)).count() as u64;
    let width = rayon::current_num_threads().max(1);
    let runner = Runner {
        plan,
        store,
        files,
        watch,
        effects: Effects::default(),
        memory: Memory::default(),
    };
    let mut computed = 0;
    loop {
        let wanted = decider.next(&known, units.clone(), width as u32);
        if wanted.is_empty() {
            break;
        }
        computed += wanted.len() as u64;
        runner.make(&wanted, width, &mut known)?;
    }
    let used = decider.used(&known, units.clone());
    let records: Vec<Record> = used.iter().map(|key| known[key].clone()).collect();
    let failed = records
        .iter()
        .filter(|record| record.error.is_some())
        .count() as u64;
    let surplus: Vec<RunKey> = known
        .keys()
        .filter(|key| mine(key) && used.binary_search(key).is_err())
        .copied()
        .collect();
    if !store.has(shard)? {
        store.finish(shard, records, &surplus)?;
    }
    Ok(Counts {
        computed,
        reused,
        failed,
    })
}

/// Whether a run belongs to these units, where units are points or runs.
fn in_units(plan: &StudyPlan, units: &std::ops::Range<u64>, key: RunKey) -> bool {
    use super::plan::Rule;
    let point = u64::from(key.point);
    match plan.rule {
        Rule::Fixed => {
            units.contains(&(point * u64::from(plan.replications) + u64::from(key.replication) - 1))
        }
        Rule::Precision(_) => units.contains(&point),
        // One unit, and that is whole.
        Rule::Selection { .. } => !units.is_empty(),
        // A search asks for no more than it uses.
        Rule::Bisection { .. } => false,
    }
}

struct Runner<'a> {
    plan: &'a StudyPlan,
    store: &'a Store<'a>,
    files: &'a Files,
    watch: &'a Watch,
    effects: Effects,
    memory: Memory,
}

/// The replications that are wanted of one point.
struct Batch {
    point: u32,
    replications: Vec<u32>,
}

impl Runner<'_> {
    /// Makes the runs `wanted`, which are sorted by point.
    ///
    /// As many points at a time as there are threads, as each holds a whole
    /// world: while one is being loaded, the runs of another go on, and a thread
    /// that has no point left helps with the runs of the others.
    fn make(&self, wanted: &[RunKey], width: usize, known: &mut Known) -> Result<(), StudyError> {
        let batches: Vec<Batch> = wanted
            .chunk_by(|a, b| a.point == b.point)
            .map(|keys| Batch {
                point: keys[0].point,
                replications: keys.iter().map(|key| key.replication).collect(),
            })
            .collect();
        let next = AtomicUsize::new(0);
        let lane = || {
            let mut made = Vec::new();
            while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
                made.extend(self.make_point(batch).inspect_err(|_| {
                    // The other lanes take no further point.
                    next.store(batches.len(), Ordering::Relaxed);
                })?);
            }
            Ok(made)
        };
        let lanes = 0..width.min(batches.len());
        let made: Vec<Result<Vec<Record>, StudyError>> = lanes
            .into_par_iter()
            .with_max_len(1)
            .map(|_| lane())
            .collect();
        for records in made {
            known.extend(records?.into_iter().map(|record| (record.key(), record)));
        }
        Ok(())
    }

    fn make_point(&self, batch: &Batch) -> Result<Vec<Record>, StudyError> {
        let key = |replication: u32| RunKey {
            point: batch.point,
            replication,
        };
        let loaded = catch_unwind(AssertUnwindSafe(|| self.plan.load(batch.point, self.files)));
        let world = match loaded {
            Ok(Ok(loaded)) => loaded.world,
            Ok(Err(NoWorld::Files(error))) => return Err(error),
            failed => {
                let error = match failed {
                    Ok(Err(NoWorld::Impossible(error))) => error,
                    _ => PANIC.to_owned(),
                };
                let failed =
                    |n: &u32| Record::failed(key(*n), error.clone(), self.plan.responses.len());
                let records: Vec<Record> = batch.replications.iter().map(failed).collect();
                records
                    .iter()
                    .try_for_each(|record| self.store.put(record))?;
                return Ok(records);
            }
        };
        let plan = Plan::new(&world);
        batch
            .replications
            .par_iter()
            .map(|replication| {
                let record = self.make_run(&world, &plan, key(*replication))?;
                self.store.put(&record)?;
                Ok(record)
            })
            .collect()
    }

    fn make_run(&self, world: &World, plan: &Plan, key: RunKey) -> Result<Record, StudyError> {
        if self.watch.stop.load(Ordering::Relaxed) {
            return Err(StudyError::Interrupted);
        }
        let fail = |error: String| Record::failed(key, error, self.plan.responses.len());
        match catch_unwind(AssertUnwindSafe(|| self.simulate(world, plan, key))) {
            Ok(Ok(record)) => Ok(record),
            Ok(Err(Stop::Interrupted)) => Err(StudyError::Interrupted),
            Ok(Err(Stop::Failed(error))) => Ok(fail(error)),
            Err(_) => Ok(fail(PANIC.to_owned())),
        }
    }

    fn simulate(&self, world: &World, plan: &Plan, key: RunKey) -> Result<Record, Stop> {
        let run = replicate_in(&self.memory, world, plan, key.replication, self.watch)?;
        let values = Response::all_of(&self.plan.responses, world, &run);
        let effect = if self.plan.question == Question::Fixes {
            let mine = Verdicts::of(world, &run);
            let first = self
                .effects
                .first(self.plan, self.files, key.replication, self.watch)?;
            Some(first.effect(&mine))
        } else {
            None
        };
        let record = Record {
            point: key.point,
            replication: key.replication,
            error: None,
            fingerprint: format!("{:016x}", run.fingerprint),
            events: run.events,
            rows: format!("{:016x}", run.outcomes.digest()),
            values,
            effect,
        };
        self.memory.recycle(run);
        Ok(record)
    }
}

/// What stands in a table where a run broke an invariant of the program.
const PANIC: &str = "the program failed; please report it with the plan";

/// Why a run has no record of success.
#[derive(Debug)]
pub(super) enum Stop {
    /// Stopped from outside.
    Interrupted,
    /// It failed.
    Failed(String),
}

impl From<Interrupted> for Stop {
    fn from(_: Interrupted) -> Self {
        Self::Interrupted
    }
}
