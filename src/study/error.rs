//! What can go wrong between a study file and its tables.

use crate::reading::Shown;
use crate::results::{OutputError, is_bad_place, what_helps};
use crate::scenario::Problems;
use std::io;
use std::path::{Path, PathBuf};

/// Why a study was not planned, run or merged.
#[derive(Debug, thiserror::Error)]
pub enum StudyError {
    /// The study file or its scenario is wrong.
    #[error(transparent)]
    Problems(#[from] Problems),
    /// The plan cannot be used.
    #[error("`{}` cannot be used: {reason}", .path.shown())]
    Plan {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The directory holds another plan.
    #[error("`{}` holds another study, or an older version of this one; nothing was changed; choose another directory, or remove it", .0.shown())]
    AnotherPlan(PathBuf),
    /// A shard belongs to another plan.
    #[error("`{}` belongs to another plan; nothing was changed; take it out of the directory", .0.shown())]
    AnotherShard(PathBuf),
    /// A shard cannot be read.
    #[error("`{}` is damaged: {reason}; remove it, and run the shard again", .path.shown())]
    DamagedShard {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Two machines came to different results.
    #[error(
        "replication {replication} of point {point} has two different results; were the shards made by the same program?"
    )]
    Contradiction {
        /// The point, from 1.
        point: u32,
        /// The replication.
        replication: u32,
    },
    /// The scenario is not the one that was planned.
    #[error("`{}` has changed since the study was planned; plan it again in another directory", .0.shown())]
    ScenarioChanged(PathBuf),
    /// A file of the scenario cannot be read while the study runs.
    #[error("{0}; what was finished is kept, and the same command goes on from there")]
    Unreadable(String),
    /// The scenario is not where it was.
    #[error("there is no scenario `{}` any more; say where it is with `--scenario FILE`", .0.shown())]
    NoScenario(PathBuf),
    /// Another process is at work in the directory.
    #[error("`{}` is in use by {holder}; wait until it is done, or give each process a shard of its own with `--shard`", .directory.shown())]
    Locked {
        /// The directory.
        directory: PathBuf,
        /// The process that is at work.
        holder: String,
    },
    /// The shard cannot be.
    #[error("{0}")]
    Shard(String),
    /// The study cannot be divided.
    #[error(
        "a study that selects by Kim and Nelson cannot be divided into shards, as each replication decides about all points; run it in one piece, with as many `--threads` as there are"
    )]
    Indivisible,
    /// Stopped from outside; what was finished is kept.
    #[error("interrupted; what was finished is kept, and the same command goes on from there")]
    Interrupted,
    /// Nothing can be made where it is to be, or there is nothing to be read.
    #[error(transparent)]
    Place(OutputError),
    /// The file system refuses.
    #[error("`{}`: {}", .path.shown(), in_words(.source))]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// The system's own words.
        source: io::Error,
    },
}

/// What the system says, and what helps where something stands in the way.
fn in_words(error: &io::Error) -> String {
    let again = "move it away, and give the command again";
    match error.kind() {
        io::ErrorKind::NotADirectory => {
            format!("a file stands where a study has a directory; {again}")
        }
        io::ErrorKind::IsADirectory => {
            format!("a directory stands where a study has a file; {again}")
        }
        _ => format!("{error}{}", what_helps(error)),
    }
}

impl StudyError {
    /// The failure `source` at `path`.
    pub(crate) fn io(path: &Path, source: io::Error) -> Self {
        Self::Io {
            path: path.into(),
            source,
        }
    }

    /// The failure to make the directory `target`, or something in it.
    pub(crate) fn made(target: &Path, source: io::Error) -> Self {
        match OutputError::made(target, source) {
            OutputError::Io { path, source } => Self::Io { path, source },
            error => Self::Place(error),
        }
    }

    /// Whether the input is to blame rather than the machine.
    pub fn is_bad_input(&self) -> bool {
        match self {
            Self::Io { source, .. } => {
                source.kind() == io::ErrorKind::IsADirectory || is_bad_place(source.kind())
            }
            Self::Interrupted
            | Self::Contradiction { .. }
            | Self::Locked { .. }
            | Self::Place(OutputError::Full(_)) => false,
            _ => true,
        }
    }
}
