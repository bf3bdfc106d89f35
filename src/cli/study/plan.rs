//! `rollcast study plan`: what would be run, and about how long it would take.

use super::directory_of;
use crate::answer::{Answer, Found, PlannedPointAnswer, StudyPlanAnswer};
use crate::cli::terminal::warn;
use crate::cli::{Failure, print, print_data, say};
use crate::reading::Shown;
use crate::study::{Planned, Rule, Store, StudyPlan, plan};
use crate::units::counted;
use crate::units::on_one_line;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Lists the runs of a study and their estimated cost, without making any.
///
/// The plan is put into the study's directory, from where `study run` takes it
/// on this machine or another.
#[derive(Debug, clap::Args)]
pub(super) struct PlanArguments {
    /// The study, a TOML file.
    study: PathBuf,

    /// Directory of the study; by default named after it, with `-study`.
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,

    /// List every point, and not only the first ones.
    #[arg(long)]
    list: bool,

    /// Print the plan as JSON, with every point; `rollcast schema results` describes it.
    #[arg(long)]
    json: bool,
}

impl PlanArguments {
    pub(super) fn run(self) -> Result<(), Failure> {
        let Planned { plan, warnings } = plan(&self.study)?;
        warn(&warnings);
        let directory = directory_of(&self.study, self.output);
        Store::create(&directory, &plan)?;
        if self.json {
            let found = Found::StudyPlan(answer(&plan, &directory));
            print_data(&Answer::new(found).to_json().map_err(Failure::failed)?)?;
        } else {
            print(&describe(&plan, self.list))?;
        }
        say(&format!("planned in {}", directory.shown()));
        Ok(())
    }
}

/// Machines to the horizon that one thread simulates in a second: a cautious
/// round figure. It only serves to tell minutes from days.
const MACHINES_PER_SECOND: f64 = 100_000.0;

/// The fewest runs and the most.
fn runs(plan: &StudyPlan) -> (u64, u64) {
    let (points, first) = (plan.points.len() as u64, u64::from(plan.replications));
    let least = match plan.rule {
        Rule::Bisection { .. } => first,
        _ => points * first,
    };
    (least, points * u64::from(plan.most_replications()))
}

/// Seconds that one thread takes for this many runs.
fn seconds(plan: &StudyPlan, runs: u64) -> f64 {
    (runs * plan.rows) as f64 / MACHINES_PER_SECOND
}

fn answer(plan: &StudyPlan, directory: &Path) -> StudyPlanAnswer {
    let (fewest_runs, most_runs) = runs(plan);
    let points = (1..).zip(&plan.points);
    StudyPlanAnswer {
        title: plan.title.clone(),
        directory: directory.display().to_string(),
        seed: plan.seed,
        replications: plan.replications.into(),
        most_replications: plan.most_replications().into(),
        fewest_runs,
        most_runs,
        rows: plan.rows,
        fewest_seconds: seconds(plan, fewest_runs),
        most_seconds: seconds(plan, most_runs),
        axes: plan.axes.clone(),
        baseline: plan.baseline.map(|point| u64::from(point) + 1),
        points: points
            .map(|(number, point)| PlannedPointAnswer {
                point: number,
                values: (plan.axes.iter().cloned())
                    .zip(point.values.iter().cloned())
                    .collect(),
            })
            .collect(),
    }
}

fn describe(plan: &StudyPlan, all: bool) -> String {
    let (points, first) = (plan.points.len(), u64::from(plan.replications));
    let (least, most) = runs(plan);
    let cost = |runs: u64| {
        let machines = counted(runs * plan.rows, "machine");
        let time = time(seconds(plan, runs));
        format!("{machines}, about {time} on one thread")
    };
    let title = on_one_line(&plan.title);
    let mut text = format!("{title}: {}", counted(points as u64, "point"));
    let _ = match plan.rule {
        Rule::Fixed => writeln!(
            text,
            " × {} = {}: {}",
            counted(first, "replication"),
            counted(least, "run"),
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
