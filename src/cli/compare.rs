//! `rollcast compare`: two finished runs or studies.

use super::{Failure, print, print_data};
use crate::study::PLAN;
use crate::study::compare::{Change, RunComparison, compare_runs, compare_studies};
use std::fmt::Write;
use std::path::PathBuf;

/// Compare two finished runs, or two finished studies: which machines changed
/// outcome, by cause, and which did better only by chance.
///
/// With the same seed, the runs are compared replication by replication.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The output directory of the first run or study.
    first: PathBuf,

    /// That of the second.
    second: PathBuf,

    /// Print every machine that changed, as CSV, instead of the summary.
    #[arg(long)]
    machines: bool,

    /// Print every cause, as CSV, instead of the summary.
    #[arg(long, conflicts_with = "machines")]
    causes: bool,
}

impl Arguments {
    pub(super) fn run(self) -> Result<(), Failure> {
        for path in [&self.first, &self.second] {
            if !path.is_dir() {
                let message = format!("there is no directory `{}`", path.display());
                return Err(Failure::bad_input(message));
            }
        }
        let is_study = |path: &PathBuf| path.join(PLAN).is_file();
        if is_study(&self.first) != is_study(&self.second) {
            return Err(Failure::bad_input(
                "one of the two is a study, the other is not; compare like with like",
            ));
        }
        if is_study(&self.first) {
            return print(&compare_studies(&self.first, &self.second)?.0);
        }
        let comparison = compare_runs(&self.first, &self.second)?;
        let text = if self.machines {
            machines(&comparison)
        } else if self.causes {
            causes(&comparison)
        } else {
            Ok(summary(&comparison))
        };
        let text = text.map_err(Failure::failed)?;
        if self.machines || self.causes {
            print_data(&text)
        } else {
            print(&text)
        }
    }
}

fn machines(comparison: &RunComparison) -> Result<String, csv::Error> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record([
        "advertisement",
        "machine",
        "successes_first",
        "successes_second",
        "first",
        "second",
        "change",
    ])?;
    for changed in &comparison.changed {
        table.write_record([
            &changed.advertisement,
            &changed.machine,
            &changed.successes[0].to_string(),
            &changed.successes[1].to_string(),
            &changed.states[0],
            &changed.states[1],
            &changed.change.to_string(),
        ])?;
    }
    Ok(text(table))
}

fn causes(comparison: &RunComparison) -> Result<String, csv::Error> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record([
        "advertisement",
        "outcome",
        "machines_first",
        "machines_second",
        "ci_low",
        "ci_high",
        "conclusion",
    ])?;
    for cause in &comparison.causes {
        let bound = |bound: Option<f64>| bound.map_or_else(String::new, number);
        table.write_record([
            &cause.advertisement,
            &cause.state,
            &number(cause.means[0]),
            &number(cause.means[1]),
            &bound(cause.interval.map(|interval| interval.low)),
            &bound(cause.interval.map(|interval| interval.high)),
            cause.conclusion,
        ])?;
    }
    Ok(text(table))
}

fn text(table: csv::Writer<Vec<u8>>) -> String {
    let bytes = table.into_inner().expect("writing to memory does not fail");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A mean of counts, to two decimals.
fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Causes that are shown.
const MOST_SHOWN: usize = 15;

fn summary(comparison: &RunComparison) -> String {
    let [first, second] = comparison.replications;
    let how = if comparison.paired {
        "the same seed, compared replication by replication"
    } else {
        "different seeds, compared as independent samples"
    };
    let mut out = format!("{first} and {second} replications; {how}\n");
    let count = |change: Change| {
        comparison
            .changed
            .iter()
            .filter(|c| c.change == change)
            .count()
    };
    let _ = writeln!(
        out,
        "{} of {} machines and advertisements changed: {} better, {} worse, {} by chance, {} in too few replications to tell",
        comparison.changed.len(),
        comparison.common,
        count(Change::Better),
        count(Change::Worse),
        count(Change::ByChance),
        count(Change::Untested),
    );
    let [alone_first, alone_second] = comparison.alone;
    if alone_first + alone_second > 0 {
        let _ = writeln!(
            out,
            "{alone_first} only in the first, {alone_second} only in the second"
        );
    }
    if !comparison.causes.is_empty() {
        let _ = writeln!(out, "\nMachines without success, per replication:");
    }
    for cause in comparison.causes.iter().take(MOST_SHOWN) {
        let _ = writeln!(
            out,
            "  {:>10} -> {:<10} {:10} {} {}",
            number(cause.means[0]),
            number(cause.means[1]),
            cause.conclusion,
            cause.advertisement,
            cause.state
        );
    }
    out
}
