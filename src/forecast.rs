//! The whole way from a loaded scenario to a directory of tables: what
//! `rollcast run` does, for users of the library.

use crate::division::Plan;
use crate::model::{Interrupted, Memory, Watch, replicate_in};
use crate::outcome::Replication;
use crate::results::{
    AssumedRecord, Environment, InputRecord, OutputError, Provenance, RunWriter, ScenarioRecord,
    TableSet, WrittenRun,
};
use crate::scenario::{Loaded, assumed};
use crate::world::World;
use rayon::prelude::*;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

/// What to make of a scenario.
#[derive(Debug, Clone)]
pub struct Forecast {
    /// Where the tables go.
    pub directory: PathBuf,
    /// Whether an older output there may be replaced.
    pub force: bool,
    /// Which tables, and how they are stored.
    pub tables: TableSet,
    /// Replications to make.
    pub replications: u32,
}

/// Why there is no forecast.
#[derive(Debug, thiserror::Error)]
pub enum ForecastError {
    /// Stopped from outside; nothing was written.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    /// The tables could not be written.
    #[error(transparent)]
    Output(#[from] OutputError),
}

impl Forecast {
    /// Simulates every replication of `world`, on the threads of the current
    /// rayon pool, and writes the tables.
    ///
    /// Replications are made as many at a time as there are threads, and
    /// written in order, so that memory does not grow with their number.
    ///
    /// # Errors
    /// If `watch.stop` was set, or the output could not be written; nothing is
    /// left behind then.
    pub fn run(
        &self,
        world: &World,
        plan: &Plan,
        watch: &Watch,
        provenance: impl FnOnce() -> Provenance,
    ) -> Result<WrittenRun, ForecastError> {
        let mut writer = RunWriter::create(&self.directory, self.force, world, self.tables)?;
        in_waves(world, plan, 1..=self.replications, watch, |replication| {
            writer.add(replication).map_err(ForecastError::from)
        })?;
        Ok(writer.finish(provenance())?)
    }
}

/// Simulates the replications with these numbers, as many at a time as there are
/// threads, and shows them to `take` in order. Each is made in the memory of one before.
///
/// # Errors
/// If `watch.stop` was set, or whatever `take` returns.
pub fn in_waves<E: From<Interrupted>>(
    world: &World,
    plan: &Plan,
    numbers: RangeInclusive<u32>,
    watch: &Watch,
    mut take: impl FnMut(&Replication) -> Result<(), E>,
) -> Result<(), E> {
    let width = u32::try_from(rayon::current_num_threads())
        .unwrap_or(1)
        .max(1);
    let mut memory = Memory::default();
    let (mut next, count) = numbers.into_inner();
    while next <= count {
        let end = count.min(next.saturating_add(width - 1));
        let wave: Vec<_> = (next..=end)
            .into_par_iter()
            .map(|n| replicate_in(&memory, world, plan, n, watch))
            .collect();
        if end == count {
            // Nothing is left that needs it, and tables need memory of their own.
            memory = Memory::default();
        }
        for replication in wave {
            let replication = replication?;
            take(&replication)?;
            memory.recycle(replication);
        }
        next = end.saturating_add(1);
    }
    Ok(())
}

/// Where the data of a run comes from, for its manifest: the scenario at `path`
/// with `settings` put over it.
pub fn provenance(
    loaded: &Loaded,
    path: &Path,
    settings: &[String],
    environment: Environment,
) -> Provenance {
    let mut inputs = loaded.inputs.iter().map(|input| InputRecord {
        path: input.path.display().to_string(),
        sha256: input.sha256.clone(),
        rows: input.rows as u64,
    });
    // The scenario itself is the first thing that was read.
    let own = inputs.next();
    let assumed = assumed(&loaded.text, settings).into_iter();
    Provenance {
        scenario: ScenarioRecord {
            path: path.display().to_string(),
            sha256: own.map(|own| own.sha256).unwrap_or_default(),
            overrides: settings.to_vec(),
        },
        inputs: inputs.collect(),
        assumed: assumed
            .map(|assumed| AssumedRecord {
                key: assumed.key,
                names: assumed.names,
                tables: assumed.tables as u64,
                default: assumed.default,
            })
            .collect(),
        environment,
    }
}
