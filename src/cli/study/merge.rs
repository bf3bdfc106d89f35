//! `rollcast study merge`: the tables of a finished study.

use super::incomplete;
use crate::answer::{Answer, Found};
use crate::cli::terminal::print_points;
use crate::cli::{Failure, print_data, say};
use crate::reading::Shown;
use crate::study::{Results, RunKey, Store, StudyPlan, missing};
use std::path::PathBuf;

/// Check all shards of a study and make its tables: the same bytes as if one
/// machine had run it.
///
/// Exit code 3 if runs are missing, 4 if an objective is missed at every point.
#[derive(Debug, clap::Args)]
pub(super) struct MergeArguments {
    /// The directory of the study.
    directory: PathBuf,

    /// Only errors on the terminal.
    #[arg(short, long)]
    quiet: bool,

    /// Print the results as JSON instead of the summary; `rollcast schema
    /// results` describes them.
    #[arg(long)]
    json: bool,
}

impl MergeArguments {
    pub(super) fn run(self) -> Result<(), Failure> {
        let plan = StudyPlan::read(&self.directory)?;
        let store = Store::open(&self.directory, &plan);
        store.remove_leftovers();
        tables(&plan, &store, self.quiet, self.json)
    }
}

/// Writes the tables of a finished study.
pub(super) fn tables(
    plan: &StudyPlan,
    store: &Store,
    quiet: bool,
    json: bool,
) -> Result<(), Failure> {
    let known = store.known()?;
    let left = missing(plan, &known);
    if !left.is_empty() {
        return Err(incomplete(format!(
            "{} missing, the first is {}; no tables were made; `study status --missing` tells which",
            match left.len() {
                1 => "1 run is".to_owned(),
                count => format!("{count} runs are"),
            },
            run_name(left[0])
        )));
    }
    let results = Results::new(plan, &known);
    let merged = results.write(store, &known)?;
    if json {
        let answer = Answer::new(Found::Study(merged.answer));
        print_data(&answer.to_json().map_err(Failure::failed)?)?;
    } else if !quiet {
        print_points(&merged.digest)?;
        say(&format!("written to {}", merged.directory.shown()));
    }
    let message = match merged.not_reached {
        _ if !merged.missed.is_empty() => {
            format!("missed at every point: {}", merged.missed.join(", "))
        }
        Some(objective) => format!("no value is known to be enough: {objective}"),
        None => return Ok(()),
    };
    Err(Failure::new(4, message))
}

fn run_name(key: RunKey) -> String {
    format!("replication {} of point {}", key.replication, key.point + 1)
}
