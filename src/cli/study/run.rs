//! `rollcast study run`: what is missing is made.

use super::directory_of;
use super::merge::tables;
use crate::cli::Failure;
use crate::cli::interrupt::stop_on_interrupt;
use crate::cli::progress::{Progress, ProgressKind};
use crate::cli::scenario::ThreadArguments;
use crate::cli::terminal::{say, warn};
use crate::model::Watch;
use crate::reading::Shown;
use crate::scenario::Files;
use crate::study::{Counts, Decider, Planned, Shard, Store, StudyError, StudyPlan, plan, run};
use std::path::PathBuf;
use std::sync::Arc;

/// Make the runs of a study that are missing, and the tables when all are
/// there.
///
/// Whatever was finished before is reused, however the last attempt ended. Exit
/// code 4 if an objective is missed at every point.
#[derive(Debug, clap::Args)]
pub(super) struct RunArguments {
    /// The study, a TOML file, or the directory of one that is planned.
    study: PathBuf,

    /// Directory of the study; by default named after it, with `-study`.
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,

    /// Only this part, as in `17/500`; `auto/500` takes the number from
    /// `HyperQueue`, Slurm, GNU parallel or Kubernetes.
    #[arg(long, value_name = "N/OF")]
    shard: Option<String>,

    /// Where the scenario is on this machine, if not where it was planned.
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,

    /// Write `report.html` beside the tables as well.
    #[arg(long)]
    report: bool,

    #[command(flatten)]
    threads: ThreadArguments,

    /// How progress is shown on standard error.
    #[arg(long, value_enum, default_value_t = ProgressKind::Auto)]
    progress: ProgressKind,

    /// Only errors on the terminal.
    #[arg(short, long)]
    quiet: bool,

    /// Print the results as JSON instead of the summary; `rollcast schema
    /// results` describes them.
    #[arg(long, conflicts_with = "shard")]
    json: bool,
}

impl RunArguments {
    pub(super) fn run(self) -> Result<(), Failure> {
        let (mut plan, directory) = self.plan()?;
        if let Some(scenario) = &self.scenario {
            plan.scenario.clone_from(scenario);
        }
        let files = plan.read_inputs()?;
        let store = Store::open(&directory, &plan);
        let shard = self.shard()?;
        plan.check_shards(shard.of)?;
        if shard != Shard::WHOLE && store.has(shard)? {
            self.say(&format!("shard {shard} is finished; nothing to do"));
            return Ok(());
        }
        let _lock = store.lock(shard)?;
        for line in store.repair()? {
            say(&format!("warning: {line}"));
        }
        let counts = self.make(&plan, &store, &files, shard)?;
        self.say(&format!(
            "computed {}, reused {}, failed {}",
            counts.computed, counts.reused, counts.failed
        ));
        if shard == Shard::WHOLE {
            let judged = tables(&plan, &store, self.quiet, self.json);
            // A study that misses its objectives has tables as well.
            let has_tables = judged
                .as_ref()
                .map_or_else(|error| error.code == 4, |()| true);
            if self.report && has_tables {
                let page = crate::cli::report::beside(&directory)?;
                self.say(&format!("report in {}", page.shown()));
            }
            return judged;
        }
        Ok(())
    }

    fn say(&self, message: &str) {
        if !self.quiet {
            say(message);
        }
    }

    fn plan(&self) -> Result<(StudyPlan, PathBuf), Failure> {
        if self.study.is_dir() {
            return Ok((StudyPlan::read(&self.study)?, self.study.clone()));
        }
        let Planned { plan, warnings } = plan(&self.study)?;
        if !self.quiet {
            warn(&warnings);
        }
        let directory = directory_of(&self.study, self.output.clone());
        Store::create(&directory, &plan)?;
        Ok((plan, directory))
    }

    fn shard(&self) -> Result<Shard, StudyError> {
        let Some(text) = &self.shard else {
            return Ok(Shard::WHOLE);
        };
        let of = match text.split_once('/') {
            Some(("auto", of)) => of,
            None if text == "auto" => {
                let message =
                    "`--shard auto` does not say how many shards there are; write auto/500";
                return Err(StudyError::Shard(message.to_owned()));
            }
            _ => return text.parse(),
        };
        let of = of
            .parse()
            .map_err(|_| StudyError::Shard(format!("`{of}` is not a number of shards")))?;
        Shard::from_environment(of, |name| std::env::var(name).ok())
    }

    fn make(
        &self,
        plan: &StudyPlan,
        store: &Store,
        files: &Files,
        shard: Shard,
    ) -> Result<Counts, Failure> {
        let watch = Arc::new(Watch::default());
        stop_on_interrupt(&watch)?;
        let known = store.known()?;
        let mut decider = Decider::new(plan);
        let units = shard.slice(decider.units());
        let total = decider.next(&known, units, 1).len() as u64 * plan.rows;
        let pool = self.threads.pool()?;
        let progress = Progress::start(self.progress, self.quiet, &watch, total);
        let counts = pool.install(|| run(plan, store, files, shard, &watch));
        progress.finish();
        Ok(counts?)
    }
}
