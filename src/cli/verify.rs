//! `rollcast verify`: make a run again and compare.

use super::interrupt::stop_on_interrupt;
use super::run::failure;
use super::scenario::{ScenarioArguments, ThreadArguments};
use super::{Failure, print};
use crate::division::Plan;
use crate::forecast::{Forecast, provenance};
use crate::model::Watch;
use crate::reading::Shown;
use crate::results::{Environment, Manifest, compare};
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::Arc;

/// Make a run again from its manifest and compare every table, byte by byte.
///
/// Exit code 1 if anything differs.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The output directory of a run.
    directory: PathBuf,

    /// The scenario, if it has moved since.
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,

    #[command(flatten)]
    threads: ThreadArguments,
}

impl Arguments {
    pub(super) fn run(self) -> Result<(), Failure> {
        let recorded = Manifest::read_as_it_is(&self.directory).map_err(Failure::bad_input)?;
        let tables = recorded.tables().map_err(Failure::bad_input)?;
        let mut differences = recorded
            .check_files(&self.directory)
            .map_err(Failure::bad_input)?;
        if self.scenario.is_none() && recorded.scenario.path == "-" {
            return Err(Failure::bad_input(
                "the run was made from standard input, which is not kept: name the same scenario with `--scenario FILE`",
            ));
        }
        let scenario = ScenarioArguments {
            scenario: self
                .scenario
                .clone()
                .unwrap_or_else(|| recorded.scenario.path.clone().into()),
            set: recorded.scenario.overrides.clone(),
            quiet: true,
        };
        let mut loaded = scenario.load()?;
        loaded.world.seed = recorded.seed;
        let folder = tempfile::tempdir().map_err(Failure::failed)?;
        let forecast = Forecast {
            directory: folder.path().join("again"),
            force: false,
            tables,
            replications: recorded.replications,
        };
        let watch = Arc::new(Watch::default());
        stop_on_interrupt(&watch)?;
        let again = self.threads.pool()?.install(|| {
            forecast.run(&loaded.world, &Plan::new(&loaded.world), &watch, || {
                let environment = Environment::here(rayon::current_num_threads(), 0.0);
                provenance(&loaded, &scenario.scenario, &scenario.set, environment)
            })
        });
        differences.extend(compare(&recorded, &again.map_err(failure)?.manifest));
        if differences.is_empty() {
            return print(&format!(
                "{}: the same bytes again\n",
                self.directory.shown()
            ));
        }
        let mut message = format!("{} differs:", self.directory.shown());
        for difference in &differences {
            let _ = write!(message, "\n  {difference}");
        }
        Err(Failure::failed(message))
    }
}
