//! `rollcast compare`: two finished runs or studies.

mod summary;

use super::{Failure, print, print_data};
use crate::answer::{
    Answer, CauseChangeAnswer, CompareAnswer, CompareStudiesAnswer, FigureAnswer, Found,
    ProgressAnswer, SharedFigureAnswer, StudyChangeAnswer,
};
use crate::results::OutputError;
use crate::study::PLAN;
use crate::study::compare::{
    Change, Changed, Figure, RunComparison, StudyComparison, compare_runs, compare_studies,
};
use std::path::PathBuf;

/// Compare two finished runs, or two finished studies: how many machines
/// changed outcome and time, by cause, and what of it is more than chance.
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

    /// Print what changed as JSON; `rollcast schema results` describes it.
    #[arg(long, conflicts_with_all = ["machines", "causes"])]
    json: bool,
}

impl Arguments {
    pub(super) fn run(self) -> Result<(), Failure> {
        for path in [&self.first, &self.second] {
            if !path.is_dir() {
                return Err(Failure::bad_input(OutputError::no_run(path)));
            }
        }
        let is_study = |path: &PathBuf| path.join(PLAN).is_file();
        if is_study(&self.first) != is_study(&self.second) {
            return Err(Failure::bad_input(
                "one of the two is a study, the other is not; compare like with like",
            ));
        }
        if is_study(&self.first) {
            return self.studies();
        }
        let comparison = compare_runs(&self.first, &self.second)?;
        if self.json {
            return print_json(Found::Compare(answer(&comparison)));
        }
        let text = if self.machines {
            comparison.machines_table()
        } else if self.causes {
            comparison.causes_table()
        } else {
            summary::summary(&comparison)
        };
        if self.machines || self.causes {
            print_data(&text)
        } else {
            print(&text)
        }
    }

    /// Two studies: a table, or the same for programs.
    fn studies(&self) -> Result<(), Failure> {
        if let Some(option) = match (self.machines, self.causes) {
            (true, _) => Some("--machines"),
            (_, true) => Some("--causes"),
            _ => None,
        } {
            return Err(Failure::bad_input(format!(
                "`{option}` is for two runs, and these are studies, which keep responses alone; \
                 leave it out"
            )));
        }
        let comparison = compare_studies(&self.first, &self.second)?;
        if self.json {
            return print_json(Found::CompareStudies(studies_answer(&comparison)));
        }
        print_data(&comparison.table())
    }
}

fn print_json(found: Found) -> Result<(), Failure> {
    let text = Answer::new(found).to_json().map_err(Failure::failed)?;
    print_data(&text)
}

fn studies_answer(comparison: &StudyComparison) -> CompareStudiesAnswer {
    let axes = &comparison.axes;
    CompareStudiesAnswer {
        paired: comparison.paired,
        axes: axes.clone(),
        runs: comparison.runs,
        alone: comparison.alone,
        changes: comparison
            .changes
            .iter()
            .map(|change| StudyChangeAnswer {
                point: u64::from(change.points[0]),
                second_point: u64::from(change.points[1]),
                values: axes.iter().cloned().zip(change.values.clone()).collect(),
                response: change.response.clone(),
                replications: change.replications,
                not_reached: change.not_reached,
                pairs: change.pairs,
                means: change.means,
                difference: change.difference,
                interval: change.interval.map(Into::into),
                correlation: change.correlation,
                variance_reduction: change.variance_reduction,
                conclusion: change.conclusion.to_owned(),
            })
            .collect(),
    }
}

fn answer(comparison: &RunComparison) -> CompareAnswer {
    let count = |wanted: &dyn Fn(&Changed) -> bool| {
        comparison.changed.iter().filter(|c| wanted(c)).count() as u64
    };
    CompareAnswer {
        paired: comparison.paired,
        replications: comparison.replications,
        compared: comparison.compared,
        common: comparison.common,
        changed_outcome: count(&|c| c.outcome_differs),
        better: count(&|c| c.change == Change::Better),
        worse: count(&|c| c.change == Change::Worse),
        earlier: count(&|c| c.time == Change::Better),
        later: count(&|c| c.time == Change::Worse),
        advertisements: comparison
            .progress
            .iter()
            .map(|progress| ProgressAnswer {
                name: progress.advertisement.clone(),
                machines: progress.machines,
                installed: figure(&progress.installed),
                times: progress
                    .times
                    .iter()
                    .map(|(permille, seconds)| SharedFigureAnswer {
                        share: f64::from(*permille) / 1000.0,
                        seconds: figure(seconds),
                    })
                    .collect(),
            })
            .collect(),
        causes: comparison
            .causes
            .iter()
            .map(|cause| CauseChangeAnswer {
                advertisement: cause.advertisement.clone(),
                outcome: cause.state.clone(),
                figure: FigureAnswer {
                    means: cause.means.map(Some),
                    interval: cause.interval.map(Into::into),
                    conclusion: cause.conclusion.to_owned(),
                },
            })
            .collect(),
    }
}

fn figure(figure: &Figure) -> FigureAnswer {
    FigureAnswer {
        means: figure.means,
        interval: figure.interval.map(Into::into),
        conclusion: figure.conclusion.to_owned(),
    }
}
