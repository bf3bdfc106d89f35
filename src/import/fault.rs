//! What is wrong with an export.

use crate::reading::Shown;
use crate::scenario::inventory::Finding;
use crate::scenario::plain;
use std::fmt;
use std::path::PathBuf;

/// One thing that is wrong with a file, with the way out of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file.
    pub file: PathBuf,
    /// Its line, from 1; none where the whole file is meant.
    pub line: Option<u64>,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub help: String,
}

impl Fault {
    /// A finding about `file`.
    pub(super) fn of(file: PathBuf, finding: Finding) -> Self {
        let column = finding.column.map(|column| format!("column `{column}`: "));
        Self {
            file,
            line: finding.line,
            message: format!("{}{}", column.unwrap_or_default(), finding.message),
            help: finding.help,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.shown())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        let (message, help) = (plain::message(&self.message), plain::message(&self.help));
        write!(f, ": {message}\nhelp: {help}")
    }
}

impl std::error::Error for Fault {}

/// How many faults are told.
const TOLD: usize = 10;

/// Faults in the order of files and lines, those that are alike folded.
pub(super) fn folded(mut faults: Vec<Fault>) -> Vec<Fault> {
    faults.sort_by(|a, b| (&a.file, a.line, &a.message).cmp(&(&b.file, b.line, &b.message)));
    let mut kinds: Vec<(Fault, usize)> = Vec::new();
    for fault in faults {
        let like =
            |known: &&mut (Fault, usize)| known.0.file == fault.file && known.0.help == fault.help;
        match kinds.iter_mut().find(like) {
            Some((_, more)) => *more += 1,
            None => kinds.push((fault, 0)),
        }
    }
    let told = kinds.into_iter().take(TOLD).map(|(mut fault, more)| {
        if more > 0 {
            fault.message.push_str(&format!(", and {more} like it"));
        }
        fault
    });
    told.collect()
}
