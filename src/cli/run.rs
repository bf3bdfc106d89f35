//! `rollcast run`: simulate a scenario and write the tables.

use super::interrupt::stop_on_interrupt;
use super::progress::{Progress, ProgressKind};
use super::scenario::{ScenarioArguments, ThreadArguments};
use super::terminal::print_digest;
use super::{Failure, print, print_data, say};
use crate::answer::{Answer, Found};
use crate::division::Plan;
use crate::forecast::{Forecast, ForecastError, provenance};
use crate::model::Watch;
use crate::reading::Shown;
use crate::results::{Environment, TableSet, Verdict, WrittenRun, asked_of, what_would_decide};
use crate::scenario::Loaded;
use crate::world::World;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

/// Simulate a scenario and write what happened to every machine, and why.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    scenario: ScenarioArguments,

    /// Directory for the tables; by default named after the scenario, with
    /// `-results`.
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,

    /// Replace an older output.
    #[arg(long)]
    force: bool,

    /// Replications, each with draws of its own; by default what the scenario
    /// says.
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    replications: Option<u32>,

    /// Seed of every draw; by default what the scenario says.
    #[arg(long)]
    seed: Option<u64>,

    /// Tables to write, as in `machines,summary`; by default all.
    #[arg(long, default_value = "all", value_name = "TABLES")]
    tables: TableSet,

    /// Compress the tables with gzip (`machines.csv.gz`).
    #[arg(long)]
    compress: bool,

    /// Write date and time (ISO 8601) beside every instant in seconds.
    #[arg(long)]
    wall_clock: bool,

    /// Write `report.html` beside the tables as well.
    #[arg(long)]
    report: bool,

    #[command(flatten)]
    threads: ThreadArguments,

    /// How progress is shown on standard error.
    #[arg(long, value_enum, default_value_t = ProgressKind::Auto)]
    progress: ProgressKind,

    /// Print the results as JSON instead of the summary; `rollcast schema
    /// results` describes them.
    #[arg(long)]
    json: bool,
}

impl Arguments {
    pub(super) fn run(self) -> Result<(), Failure> {
        if self.report {
            super::report::can_be_made_of(self.tables)?;
        }
        self.threads.pool()?.install(|| self.forecast())
    }

    fn forecast(&self) -> Result<(), Failure> {
        let mut loaded = self.scenario.load()?;
        if let Some(seed) = self.seed {
            loaded.world.seed = seed;
        }
        let written = self.simulate(&loaded)?;
        if self.report {
            let page = super::report::beside(&written.directory)?;
            if !self.scenario.quiet {
                say(&format!("report in {}", page.shown()));
            }
        }
        if self.json {
            let answer = Answer::new(Found::Run(written.answer.clone()));
            print_data(&answer.to_json().map_err(Failure::failed)?)?;
            return self.judge(&loaded.world, &written);
        }
        if !self.scenario.quiet {
            print_digest(&written.digest)?;
            say(&format!("written to {}", written.directory.shown()));
        }
        self.judge(&loaded.world, &written)
    }

    /// Says how the objectives came out; an error if one is missed.
    fn judge(&self, world: &World, written: &WrittenRun) -> Result<(), Failure> {
        let mut missed = Vec::new();
        for judged in &written.objectives {
            let (objective, judgement) = (&judged.objective, &judged.judgement);
            let mut line = format!(
                "objective {}: {}, met in {} of {}",
                objective.name,
                judgement.verdict,
                judgement.met,
                crate::units::counted(judgement.of, "replication")
            );
            let asked = asked_of(judgement.of, objective.chance, objective.confidence);
            let reached = judged
                .reached
                .map(|reached| reached.words(objective.doubt.is_some()));
            for part in asked.into_iter().chain(reached) {
                line += &format!("; {part}");
            }
            if let Some(doubt) = objective.doubt_in_words(world) {
                line += &format!("; {doubt}");
            }
            match judgement.verdict {
                Verdict::Fail => missed.push(line),
                _ if self.scenario.quiet || self.json => {}
                Verdict::Pass => print(&(line + "\n"))?,
                Verdict::Undecided if judgement.unknown > 0 => print(&(line + "\n"))?,
                Verdict::Undecided => {
                    let (met, of) = (judgement.met, judgement.of);
                    let (chance, confidence) = (objective.chance, objective.confidence);
                    let needed = what_would_decide(met, of, chance, confidence);
                    print(&format!("{line}; {needed}\n"))?;
                }
            }
        }
        if missed.is_empty() {
            return Ok(());
        }
        Err(Failure::new(4, missed.join("\n")))
    }

    fn simulate(&self, loaded: &Loaded) -> Result<WrittenRun, Failure> {
        let (world, started) = (&loaded.world, Instant::now());
        let plan = Plan::new(world);
        let replications = self.replications.unwrap_or(world.replications);
        let tables = if self.compress {
            self.tables.compressed()
        } else {
            self.tables
        }
        .with_wall_clock(self.wall_clock);
        let forecast = Forecast {
            directory: self.directory(),
            force: self.force,
            tables,
            replications,
        };
        let watch = Arc::new(Watch::default());
        stop_on_interrupt(&watch)?;
        let total = world.job_count() as u64 * u64::from(replications);
        let progress = Progress::start(self.progress, self.scenario.quiet, &watch, total);
        let result = forecast.run(world, &plan, &watch, || {
            let seconds = started.elapsed().as_secs_f64();
            let environment = Environment::here(rayon::current_num_threads(), seconds);
            let scenario = &self.scenario;
            provenance(loaded, &scenario.scenario, &scenario.set, environment)
        });
        progress.finish();
        result.map_err(failure)
    }

    fn directory(&self) -> PathBuf {
        self.output.clone().unwrap_or_else(|| {
            let scenario = &self.scenario.scenario;
            let stem = scenario.file_stem().unwrap_or_default().to_string_lossy();
            let stem = if stem == "-" { "stdin".into() } else { stem };
            PathBuf::from(format!("{stem}-results"))
        })
    }
}

/// What to say of a forecast that did not come about.
pub(super) fn failure(error: ForecastError) -> Failure {
    match error {
        ForecastError::Interrupted(_) => Failure::interrupted("interrupted; nothing was written"),
        ForecastError::Output(error) if error.is_bad_place() => Failure::bad_input(error),
        ForecastError::Output(error) => Failure::failed(error),
    }
}
