//! `rollcast study`: many runs, one decision.

use super::progress::{Progress, ProgressKind};
use super::run::stop_on_interrupt;
use super::scenario::ThreadArguments;
use super::{Failure, print};
use crate::model::Watch;
use crate::study::{
    Decider, Known, Planned, Results, Rule, RunKey, Shard, Store, StudyError, StudyPlan, missing,
    plan, run, salib,
};
use clap::{Subcommand, ValueEnum};
use std::fmt::Write;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Compare what would happen under many settings, with honest statistics.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Plan(PlanArguments),
    Run(RunArguments),
    Status(StatusArguments),
    Merge(MergeArguments),
    Emit(EmitArguments),
}

impl Arguments {
    pub(super) fn run(self) -> Result<(), Failure> {
        match self.command {
            Command::Plan(arguments) => arguments.run(),
            Command::Run(arguments) => arguments.run(),
            Command::Status(arguments) => arguments.run(),
            Command::Merge(arguments) => arguments.run(),
            Command::Emit(arguments) => arguments.run(),
        }
    }
}

impl From<StudyError> for Failure {
    fn from(error: StudyError) -> Self {
        match error {
            StudyError::Interrupted => Self::interrupted(error),
            StudyError::Problems(problems) => Self::bad_input(problems.render(colour())),
            error if error.is_bad_input() => Self::bad_input(error),
            error => Self::failed(error),
        }
    }
}

/// The study is not finished.
fn incomplete(message: String) -> Failure {
    Failure { code: 3, message }
}

fn colour() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// Lists the runs of a study and their estimated cost, without making any.
///
/// The plan is put into the study's directory, from where `study run` takes it
/// on this machine or another.
#[derive(Debug, clap::Args)]
struct PlanArguments {
    /// The study, a TOML file.
    study: PathBuf,

    /// Directory of the study; by default named after it, with `-study`.
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,

    /// List every point, and not only the first ones.
    #[arg(long)]
    list: bool,
}

impl PlanArguments {
    fn run(self) -> Result<(), Failure> {
        let Planned { plan, warnings } = plan(&self.study)?;
        if !warnings.is_empty() {
            eprint!("{}", warnings.render(colour()));
        }
        let directory = directory_of(&self.study, self.output);
        Store::create(&directory, &plan)?;
        print(&describe(&plan, self.list))?;
        eprintln!("planned in {}", directory.display());
        Ok(())
    }
}

/// The directory of the study in this file.
fn directory_of(study: &Path, output: Option<PathBuf>) -> PathBuf {
    output.unwrap_or_else(|| {
        let stem = study.file_stem().unwrap_or_default().to_string_lossy();
        PathBuf::from(format!("{stem}-study"))
    })
}

/// Machines to the horizon that one thread simulates in a second: a cautious
/// round figure. It only serves to tell minutes from days.
const MACHINES_PER_SECOND: f64 = 100_000.0;

fn describe(plan: &StudyPlan, all: bool) -> String {
    let (points, first) = (plan.points.len(), u64::from(plan.replications));
    let least = match plan.rule {
        Rule::Bisection { .. } => first,
        _ => points as u64 * first,
    };
    let most = points as u64 * u64::from(plan.most_replications());
    let cost = |runs: u64| {
        let machines = runs * plan.rows;
        let seconds = machines as f64 / MACHINES_PER_SECOND;
        format!("{machines} machines, about {} on one thread", time(seconds))
    };
    let mut text = format!("{}: {points} points", plan.title);
    let _ = match plan.rule {
        Rule::Fixed => writeln!(
            text,
            " × {first} replications = {least} runs: {}",
            cost(least)
        ),
        Rule::Precision(_) | Rule::Selection { .. } => writeln!(
            text,
            ", {first} to {} replications each = {least} to {most} runs: {} to {}",
            plan.most_replications(),
            cost(least),
            cost(most)
        ),
        Rule::Bisection { .. } => writeln!(
            text,
            ", of which bisection looks at some, {first} to {} replications each: at most {}",
            plan.most_replications(),
            cost(most)
        ),
    };
    let shown = if all { points } else { points.min(20) };
    for (number, point) in plan.points.iter().take(shown).enumerate() {
        let values = plan
            .axes
            .iter()
            .zip(&point.values)
            .map(|(axis, value)| format!("{axis} = {value}"));
        let mark = if plan.baseline == Some(number as u32) {
            "  (baseline)"
        } else {
            ""
        };
        let _ = writeln!(
            text,
            "{:>5}  {}{mark}",
            number + 1,
            values.collect::<Vec<_>>().join(", ")
        );
    }
    if shown < points {
        let _ = writeln!(text, "  ... and {} more; --list shows all", points - shown);
    }
    text
}

/// A rough time in words.
fn time(seconds: f64) -> String {
    if seconds < 90.0 {
        format!("{:.0} s", seconds.max(1.0))
    } else if seconds < 5400.0 {
        format!("{:.0} min", seconds / 60.0)
    } else {
        format!("{:.1} h", seconds / 3600.0)
    }
}

/// Make the runs of a study that are missing, and the tables when all are
/// there.
///
/// Whatever was finished before is reused, however the last attempt ended. Exit
/// code 4 if an objective is missed at every point.
#[derive(Debug, clap::Args)]
struct RunArguments {
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

    #[command(flatten)]
    threads: ThreadArguments,

    /// How progress is shown on standard error.
    #[arg(long, value_enum, default_value_t = ProgressKind::Auto)]
    progress: ProgressKind,

    /// Only errors on the terminal.
    #[arg(short, long)]
    quiet: bool,
}

impl RunArguments {
    fn run(self) -> Result<(), Failure> {
        let (mut plan, directory) = self.plan()?;
        if let Some(scenario) = &self.scenario {
            plan.scenario.clone_from(scenario);
        }
        plan.check_inputs()?;
        let store = Store::open(&directory, &plan);
        let shard = self.shard()?;
        shard.check(&plan)?;
        if shard != Shard::WHOLE && store.has(shard)? {
            self.say(&format!("shard {shard} is finished; nothing to do"));
            return Ok(());
        }
        let counts = self.make(&plan, &store, shard)?;
        self.say(&format!(
            "computed {}, reused {}, failed {}",
            counts.computed, counts.reused, counts.failed
        ));
        if shard == Shard::WHOLE {
            return tables(&plan, &store, self.quiet);
        }
        Ok(())
    }

    fn say(&self, message: &str) {
        if !self.quiet {
            eprintln!("{message}");
        }
    }

    fn plan(&self) -> Result<(StudyPlan, PathBuf), Failure> {
        if self.study.is_dir() {
            return Ok((StudyPlan::read(&self.study)?, self.study.clone()));
        }
        let Planned { plan, warnings } = plan(&self.study)?;
        if !self.quiet && !warnings.is_empty() {
            eprint!("{}", warnings.render(colour()));
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
            .map_err(|_| StudyError::Shard(format!("`{of}` is no number of shards")))?;
        Shard::from_environment(of, |name| std::env::var(name).ok())
    }

    fn make(
        &self,
        plan: &StudyPlan,
        store: &Store,
        shard: Shard,
    ) -> Result<crate::study::Counts, Failure> {
        let watch = Arc::new(Watch::default());
        stop_on_interrupt(&watch)?;
        let known = store.known()?;
        let mut decider = Decider::new(plan);
        let units = shard.slice(decider.units());
        let total = decider.next(&known, units, 1).len() as u64 * plan.rows;
        let pool = self.threads.pool()?;
        let progress = Progress::start(self.progress, self.quiet, &watch, total);
        let counts = pool.install(|| run(plan, store, shard, &watch));
        progress.finish();
        Ok(counts?)
    }
}

/// Writes the tables of a finished study.
fn tables(plan: &StudyPlan, store: &Store, quiet: bool) -> Result<(), Failure> {
    let known = store.known()?;
    let left = missing(plan, &known);
    if !left.is_empty() {
        return Err(incomplete(format!(
            "{} runs are missing, the first is {}; no tables were made; `study status --missing` tells which",
            left.len(),
            run_name(left[0])
        )));
    }
    let results = Results::new(plan, &known);
    let merged = results.write(store, &known)?;
    if !quiet {
        print(&merged.digest)?;
        eprintln!("written to {}", merged.directory.display());
    }
    if merged.missed.is_empty() {
        return Ok(());
    }
    let message = format!("missed at every point: {}", merged.missed.join(", "));
    Err(Failure { code: 4, message })
}

fn run_name(key: RunKey) -> String {
    format!("replication {} of point {}", key.replication, key.point + 1)
}

/// Tell how much of a study is done. Exit code 3 if something is missing.
#[derive(Debug, clap::Args)]
struct StatusArguments {
    /// The directory of the study.
    directory: PathBuf,

    /// Print only the numbers of the shards that are not finished, as in
    /// `3,7-9`: ready for `--array`.
    #[arg(long)]
    missing: bool,

    /// How many shards there are.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    shards: u32,
}

impl StatusArguments {
    fn run(self) -> Result<(), Failure> {
        let plan = StudyPlan::read(&self.directory)?;
        let store = Store::open(&self.directory, &plan);
        let last = Shard {
            number: self.shards,
            of: self.shards,
        };
        last.check(&plan)?;
        let known = store.known()?;
        let open = self.open_shards(&plan, &known);
        if self.missing {
            print(&format!("{}\n", ranges(&open)))?;
        } else {
            let failed = known
                .values()
                .filter(|record| record.error.is_some())
                .count();
            let left = missing(&plan, &known).len();
            print(&format!(
                "{}: {} runs done, {failed} of them failed, {left} to do; {} of {} shards finished\n",
                plan.title,
                known.len(),
                self.shards as usize - open.len(),
                self.shards,
            ))?;
        }
        if open.is_empty() {
            Ok(())
        } else {
            Err(incomplete(String::new()))
        }
    }

    fn open_shards(&self, plan: &StudyPlan, known: &Known) -> Vec<u32> {
        let mut decider = Decider::new(plan);
        let units = decider.units();
        (1..=self.shards)
            .filter(|number| {
                let slice = Shard {
                    number: *number,
                    of: self.shards,
                }
                .slice(units);
                !decider.next(known, slice, 1).is_empty()
            })
            .collect()
    }
}

/// `[3, 7, 8, 9]` as `3,7-9`.
fn ranges(numbers: &[u32]) -> String {
    let parts: Vec<String> = numbers
        .chunk_by(|a, b| a + 1 == *b)
        .map(|part| match part {
            [one] => one.to_string(),
            _ => format!("{}-{}", part[0], part[part.len() - 1]),
        })
        .collect();
    parts.join(",")
}

/// Check all shards of a study and make its tables: the same bytes as if one
/// machine had run it.
///
/// Exit code 3 if runs are missing, 4 if an objective is missed at every point.
#[derive(Debug, clap::Args)]
struct MergeArguments {
    /// The directory of the study.
    directory: PathBuf,

    /// Only errors on the terminal.
    #[arg(short, long)]
    quiet: bool,
}

impl MergeArguments {
    fn run(self) -> Result<(), Failure> {
        let plan = StudyPlan::read(&self.directory)?;
        tables(&plan, &Store::open(&self.directory, &plan), self.quiet)
    }
}

/// Print the script that runs a study on a cluster, or the files that another
/// program needs.
#[derive(Debug, clap::Args)]
struct EmitArguments {
    /// For what.
    #[arg(value_enum)]
    target: EmitTarget,

    /// The directory of the study.
    directory: PathBuf,

    /// How many shards there are to be.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    shards: u32,

    /// For salib: the folder for the files.
    #[arg(short, long, value_name = "DIR", default_value = "salib")]
    output: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum EmitTarget {
    /// `HyperQueue`.
    Hq,
    /// Slurm.
    Slurm,
    /// GNU parallel.
    Parallel,
    /// Kubernetes, as an indexed job.
    Kubernetes,
    /// The inputs and outputs of a finished study for `SALib`.
    Salib,
}

impl EmitArguments {
    fn run(self) -> Result<(), Failure> {
        let plan = StudyPlan::read(&self.directory)?;
        if self.target == EmitTarget::Salib {
            let store = Store::open(&self.directory, &plan);
            let known = store.known()?;
            if !missing(&plan, &known).is_empty() {
                return Err(incomplete(
                    "the study is not finished; `study run` goes on with it".to_owned(),
                ));
            }
            let written = salib::write(&Results::new(&plan, &known), &self.output)?;
            for response in &written.without_mean {
                eprintln!("no file for {response}, which has no mean at some point");
            }
            let files = written
                .files
                .iter()
                .map(|file| format!("{}\n", file.display()));
            return print(&files.collect::<String>());
        }
        let last = Shard {
            number: self.shards,
            of: self.shards,
        };
        last.check(&plan)?;
        let directory = std::path::absolute(&self.directory).unwrap_or(self.directory.clone());
        print(&script(self.target, &quoted(&directory), self.shards))
    }
}

/// A path as a word of a shell.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
    if plain {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

fn script(target: EmitTarget, directory: &str, shards: u32) -> String {
    let run = format!("rollcast study run {directory} --quiet --shard auto/{shards}");
    let missing = format!("rollcast study status {directory} --shards {shards} --missing");
    let merge = format!("rollcast study merge {directory}");
    match target {
        EmitTarget::Hq => format!(
            "#!/bin/sh\n\
             # Submits what is missing; run it again after failures. All workers see the directory.\n\
             missing=$({missing})\n\
             [ -z \"$missing\" ] || hq submit --wait --array \"$missing\" --cpus 1 --crash-limit 5 -- {run} --threads 1\n\
             {merge}\n"
        ),
        EmitTarget::Slurm => format!(
            "#!/bin/sh\n\
             # Submits what is missing; run it again after failures. All nodes see the directory.\n\
             # Sites limit the numbers of an array (MaxArraySize, often 1001).\n\
             missing=$({missing})\n\
             [ -n \"$missing\" ] || exec {merge}\n\
             job=$(sbatch --parsable --requeue --cpus-per-task 1 --array \"$missing\" --wrap '{run} --threads 1')\n\
             # afterany: the merge says what is missing.\n\
             sbatch --dependency \"afterany:$job\" --wrap '{merge}'\n"
        ),
        EmitTarget::Parallel => format!(
            "#!/bin/sh\n\
             # Every shard; those that are finished end at once.\n\
             seq {shards} | parallel --retries 3 'PARALLEL_SEQ={{}} {run} --threads 1'\n\
             {merge}\n"
        ),
        _ => format!(
            "apiVersion: batch/v1\n\
             kind: Job\n\
             metadata:\n  name: rollcast-study\n\
             spec:\n  completions: {shards}\n  parallelism: 10\n  completionMode: Indexed\n  backoffLimitPerIndex: 3\n  \
             template:\n    spec:\n      restartPolicy: Never\n      containers:\n        - name: shard\n          \
             image: rollcast  # yours, with {directory} mounted\n          \
             command: [sh, -c, \"{run}\"]\n\
             # Afterwards: {merge}\n"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_a_row_become_a_range() {
        assert_eq!(ranges(&[3, 7, 8, 9]), "3,7-9");
        assert_eq!(ranges(&[]), "");
        assert_eq!(ranges(&[1, 2]), "1-2");
    }

    #[test]
    fn a_path_with_blanks_or_quotes_is_one_word() {
        assert_eq!(quoted(Path::new("/a/b-1.x")), "/a/b-1.x");
        assert_eq!(quoted(Path::new("/a b/it's")), r"'/a b/it'\''s'");
    }
}
