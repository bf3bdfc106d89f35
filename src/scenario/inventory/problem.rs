//! What is wrong with an inventory.

use std::fmt;
use std::path::PathBuf;

/// One thing that is wrong with an inventory, with the way out of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The inventory.
    pub file: PathBuf,
    /// Line of the file, counted from 1; `None` if the whole file is meant.
    pub line: Option<u64>,
    /// Heading of the column, if it is about one.
    pub column: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub help: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column `{column}`")?;
        }
        write!(f, ": {}\nhelp: {}", self.message, self.help)
    }
}

impl std::error::Error for Problem {}

/// How many problems are told one by one; the rest is only counted.
pub(super) const TOLD: usize = 20;

/// Problems in the order of lines, at most [`TOLD`] of them kept.
#[derive(Debug, Default)]
pub(super) struct Problems {
    told: Vec<Finding>,
    count: usize,
}

/// A problem before it is known which file it is about.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    pub(super) line: Option<u64>,
    pub(super) column: Option<String>,
    pub(super) message: String,
    pub(super) help: String,
}

impl Finding {
    /// A finding about the whole file.
    pub(super) fn file(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            line: None,
            column: None,
            message: message.into(),
            help: help.into(),
        }
    }

    /// The same finding, about line `line`.
    pub(super) fn at(self, line: u64) -> Self {
        Self {
            line: Some(line),
            ..self
        }
    }

    /// The same finding, about the column headed `heading`.
    pub(super) fn column(self, heading: &str) -> Self {
        Self {
            column: Some(heading.to_owned()),
            ..self
        }
    }
}

impl Problems {
    /// Counts a finding and keeps it if there is room.
    pub(super) fn push(&mut self, finding: Finding) {
        self.count += 1;
        if self.told.len() < TOLD {
            self.told.push(finding);
        }
    }

    /// Adds the problems of the lines that follow.
    pub(super) fn append(&mut self, later: Self) {
        self.count += later.count;
        let room = TOLD - self.told.len();
        self.told.extend(later.told.into_iter().take(room));
    }

    /// Whether nothing is wrong.
    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The list for the user, about `file`.
    pub(super) fn finish(self, file: &std::path::Path) -> Vec<Problem> {
        let untold = self.count - self.told.len();
        let rest = (untold > 0).then(|| {
            let first = self.told.len();
            Finding::file(
                format!("{untold} more problems of this kind"),
                format!("put the first {first} right and look again"),
            )
        });
        let problem = |finding: Finding| Problem {
            file: file.to_owned(),
            line: finding.line,
            column: finding.column,
            message: finding.message,
            help: finding.help,
        };
        self.told.into_iter().chain(rest).map(problem).collect()
    }
}

impl From<Finding> for Problems {
    fn from(finding: Finding) -> Self {
        Self {
            told: vec![finding],
            count: 1,
        }
    }
}
