//! What is wrong with an inventory.

use crate::reading::Shown;
use crate::units::grouped;
use std::fmt::{self, Write as _};
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
        write!(f, "{}", self.file.shown())?;
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

/// How many kinds of problem are told; the rest is only counted.
const TOLD: usize = 20;

/// How many lines of one kind of problem are told.
const LINES: usize = 5;

/// Problems in the order of lines. Those of one column with one way out are one
/// kind, and of each kind the first is told.
#[derive(Debug, Default)]
pub(super) struct Problems {
    kinds: Vec<Kind>,
}

/// The problems up to some point.
pub(super) struct Mark(Vec<usize>);

/// Problems that are alike.
#[derive(Debug)]
struct Kind {
    first: Finding,
    count: usize,
    /// The lines of the first of the others.
    others: Vec<u64>,
}

/// A problem before it is known which file it is about.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    pub(crate) line: Option<u64>,
    pub(crate) column: Option<String>,
    pub(crate) message: String,
    pub(crate) help: String,
}

impl Finding {
    /// A finding about the whole file.
    pub(crate) fn file(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            line: None,
            column: None,
            message: message.into(),
            help: help.into(),
        }
    }

    /// The same finding, about line `line`.
    pub(crate) fn at(self, line: u64) -> Self {
        Self {
            line: Some(line),
            ..self
        }
    }

    /// The same finding, about the column headed `heading`.
    pub(crate) fn column(self, heading: &str) -> Self {
        Self {
            column: Some(heading.to_owned()),
            ..self
        }
    }
}

impl Finding {
    fn is_like(&self, other: &Self) -> bool {
        (&self.column, &self.help) == (&other.column, &other.help) && other.line.is_some()
    }
}

impl Problems {
    /// Adds a finding.
    pub(super) fn push(&mut self, finding: Finding) {
        let line = finding.line;
        let kind = Kind {
            first: finding,
            count: 1,
            others: Vec::new(),
        };
        self.add(kind, line);
    }

    fn add(&mut self, kind: Kind, line: Option<u64>) {
        match self
            .kinds
            .iter_mut()
            .find(|known| known.first.is_like(&kind.first))
        {
            Some(known) => {
                known.count += kind.count;
                let room = LINES - known.others.len();
                known
                    .others
                    .extend(line.into_iter().chain(kind.others).take(room));
            }
            None => self.kinds.push(kind),
        }
    }

    /// Adds the problems of the lines that follow.
    pub(super) fn append(&mut self, later: Self) {
        for kind in later.kinds {
            let line = kind.first.line;
            self.add(kind, line);
        }
    }

    /// How many there are of each kind.
    pub(super) fn mark(&self) -> Mark {
        Mark(self.kinds.iter().map(|kind| kind.count).collect())
    }

    /// Forgets what has been added since.
    pub(super) fn back_to(&mut self, mark: Mark) {
        self.kinds.truncate(mark.0.len());
        for (kind, count) in self.kinds.iter_mut().zip(mark.0) {
            kind.count = count;
            kind.others.truncate(count - 1);
        }
    }

    /// Whether nothing is wrong.
    pub(super) fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// The list for the user, about `file`, in the order of lines and with a
    /// count at its end where kinds stand for several rows.
    pub(super) fn finish(mut self, file: &std::path::Path) -> Vec<Problem> {
        self.kinds.sort_by_key(|kind| kind.first.line);
        let rows: usize = self.kinds.iter().map(|kind| kind.count).sum();
        let kinds = self.kinds.len();
        let summary = (rows > kinds || kinds > TOLD).then(|| {
            let message = format!(
                "{} cells or rows cannot be read{}",
                grouped(rows as u64),
                if kinds > TOLD {
                    format!(", {kinds} kinds of them; {TOLD} are told")
                } else {
                    String::new()
                }
            );
            let help = "mend the others of a kind in the same way as the one that is shown";
            Finding::file(message, help)
        });
        let problem = |finding: Finding| Problem {
            file: file.to_owned(),
            line: finding.line,
            column: finding.column,
            message: finding.message,
            help: finding.help,
        };
        let told = self.kinds.into_iter().take(TOLD).map(Kind::told);
        told.chain(summary).map(problem).collect()
    }
}

impl Kind {
    /// The first of the kind, with a word about the others.
    fn told(self) -> Finding {
        let mut finding = self.first;
        let others = self.count - 1;
        if others > 0 {
            let lines: Vec<String> = self.others.iter().map(u64::to_string).collect();
            let more = if others > lines.len() { ", …" } else { "" };
            let _ = write!(
                finding.message,
                ", and {} like it (line{} {}{more})",
                grouped(others as u64),
                if others == 1 { "" } else { "s" },
                lines.join(", ")
            );
        }
        finding
    }
}

impl From<Finding> for Problems {
    fn from(finding: Finding) -> Self {
        let mut problems = Self::default();
        problems.push(finding);
        problems
    }
}
