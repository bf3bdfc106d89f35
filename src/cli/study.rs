//! `rollcast study`: many runs, one decision. One file a command; here is what
//! they share.

mod emit;
mod merge;
mod plan;
mod run;
mod status;

use super::Failure;
use crate::study::StudyError;
use clap::Subcommand;
use emit::EmitArguments;
use merge::MergeArguments;
use plan::PlanArguments;
use run::RunArguments;
use status::StatusArguments;
use std::path::{Path, PathBuf};

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
            StudyError::Problems(problems) => Self::problems(&problems),
            error if error.is_bad_input() => Self::bad_input(error),
            error => Self::failed(error),
        }
    }
}

/// The study is not finished.
fn incomplete(message: String) -> Failure {
    Failure::new(3, message)
}

/// The directory of the study in this file.
fn directory_of(study: &Path, output: Option<PathBuf>) -> PathBuf {
    output.unwrap_or_else(|| {
        let stem = study.file_stem().unwrap_or_default().to_string_lossy();
        PathBuf::from(format!("{stem}-study"))
    })
}
