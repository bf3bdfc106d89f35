//! What can go wrong between a finished run and its tables on disk.

use crate::reading::Shown;
use crate::reading::dead_link;
use std::io;
use std::path::{Path, PathBuf};

/// The file that makes a directory one of a study, which is no run.
pub(crate) const STUDY_PLAN: &str = "plan.json";

/// What to do where a run is looked for in vain.
const NAME_IT: &str = "name the directory that `rollcast run` has written";

/// Why an output directory was not written, or could not be read.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The directory exists, and may not be replaced.
    #[error("`{}` exists already; choose another directory, or replace it with `--force`", .0.shown())]
    Exists(PathBuf),
    /// The directory exists and holds something else.
    #[error(
        "`{}` is neither empty nor written by rollcast, and is not replaced even with `--force`; choose another directory",
        .0.shown()
    )]
    Foreign(PathBuf),
    /// The path names something that is not a directory.
    #[error("`{}` exists and is not a directory; choose another name, or move it away", .0.shown())]
    NotADirectory(PathBuf),
    /// The path has no last component that could be created, as in `..`.
    #[error("`{}` cannot be created as a directory; name a new one", .0.shown())]
    NoName(PathBuf),
    /// The path is a link that leads nowhere.
    #[error("`{}` is a link that leads to nothing, or back to itself; remove it, or name another place", .0.shown())]
    Dangling(PathBuf),
    /// Nothing can be made where it is to be.
    #[error("`{}` cannot be made there; choose a directory where you may write", .0.shown())]
    NotThere(PathBuf),
    /// The system has no names that are as long.
    #[error("the name `{}` is too long; choose a shorter one", .0.shown())]
    TooLong(PathBuf),
    /// The disk is full.
    #[error("no space left to write `{}`; nothing was kept", .0.shown())]
    Full(PathBuf),
    /// There is no such directory to read.
    #[error("there is no directory `{}`; {NAME_IT}", .0.shown())]
    NoDirectory(PathBuf),
    /// There is something else than a finished run.
    #[error("`{}` holds no finished run: {reason}", .path.shown())]
    NoRun {
        /// What was named.
        path: PathBuf,
        /// What it is instead, and what would be right.
        reason: String,
    },
    /// The manifest is none, or not what the run has written.
    #[error("the manifest `{}` cannot be used: {reason}", .path.shown())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Any other failure of the file system.
    #[error("`{}`: {source}{}", .path.shown(), what_helps(.source))]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// The system's own words.
        source: io::Error,
    },
}

/// Whether a path is to blame for a failure, and another would do.
pub(crate) fn is_bad_place(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{
        InvalidFilename, NotADirectory, NotFound, PermissionDenied, ReadOnlyFilesystem,
    };
    matches!(
        kind,
        NotFound | NotADirectory | InvalidFilename | PermissionDenied | ReadOnlyFilesystem
    )
}

/// What helps where the system does not let this program in.
pub(crate) fn what_helps(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "; check who may read and write it",
        _ => "",
    }
}

impl OutputError {
    /// Whether another place would do: what was given cannot be used.
    pub fn is_bad_place(&self) -> bool {
        matches!(
            self,
            Self::Exists(_)
                | Self::Foreign(_)
                | Self::NotADirectory(_)
                | Self::NoName(_)
                | Self::Dangling(_)
                | Self::NotThere(_)
                | Self::TooLong(_)
        )
    }

    /// That there is no finished run at `path`, and what there is.
    pub(crate) fn no_run(path: &Path) -> Self {
        let what = if !path.exists() {
            return dead_link(path).map_or_else(|| Self::NoDirectory(path.into()), Self::Dangling);
        } else if !path.is_dir() {
            "it is a file"
        } else if path.join(STUDY_PLAN).is_file() {
            "it is the directory of a study"
        } else {
            "it has no `manifest.json`"
        };
        Self::NoRun {
            path: path.into(),
            reason: format!("{what}; {NAME_IT}"),
        }
    }

    /// The failure to make the directory `target`, or something beside it: what stands in
    /// its way, if another place would do.
    pub(crate) fn made(target: &Path, source: io::Error) -> Self {
        let is_in_the_way = |path: &&Path| path.exists() && !path.is_dir();
        if let Some(link) = dead_link(target) {
            Self::Dangling(link)
        } else if let Some(file) = target.ancestors().find(is_in_the_way) {
            Self::NotADirectory(file.into())
        } else if source.kind() == io::ErrorKind::InvalidFilename {
            Self::TooLong(target.into())
        } else if is_bad_place(source.kind()) {
            Self::NotThere(target.into())
        } else {
            Self::io(target, source)
        }
    }

    /// The failure `source` at `path`; a full disk or quota is told apart.
    pub fn io(path: &Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full(path.into()),
            _ => Self::Io {
                path: path.into(),
                source,
            },
        }
    }
}
