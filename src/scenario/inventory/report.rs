//! What was made of an inventory, for the person who brought it.

use super::decode::Encoding;
use super::field::Field;
use std::fmt;

/// Why a row was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DropReason {
    /// Superseded by another row of the same machine.
    Obsolete,
    /// It has no name.
    NoName,
    /// No client is installed.
    NoClient,
}

impl DropReason {
    /// Every reason.
    pub const ALL: [Self; 3] = [Self::Obsolete, Self::NoName, Self::NoClient];
}

impl fmt::Display for DropReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Obsolete => "obsolete",
            Self::NoName => "no name",
            Self::NoClient => "no client installed",
        })
    }
}

/// How many lines of dropped rows are told.
const TOLD: usize = 5;

/// The rows that were left out for one reason.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dropped {
    /// How many.
    pub count: usize,
    /// The first of their lines.
    pub lines: Vec<u64>,
}

impl Dropped {
    pub(super) fn push(&mut self, line: u64) {
        self.count += 1;
        if self.lines.len() < TOLD {
            self.lines.push(line);
        }
    }

    /// Adds what was dropped from the lines that follow.
    pub(super) fn append(&mut self, later: &Self) {
        self.count += later.count;
        let room = TOLD - self.lines.len();
        self.lines.extend(later.lines.iter().take(room));
    }
}

/// Which columns were used and which not, which rows were left out and why.
/// [`fmt::Display`] is the report as the user reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappingReport {
    /// How the file stores its characters.
    pub encoding: Encoding,
    /// What stands between cells: `,`, `;` or a tab.
    pub separator: char,
    /// The field of each used column and its heading.
    pub used: Vec<(Field, String)>,
    /// Headings of columns that say nothing the simulation uses.
    pub ignored: Vec<String>,
    /// Fields that the fleet group or the default gives, and for how many
    /// rows: all of them if there is no such column.
    pub defaults: Vec<(Field, usize)>,
    /// Operating systems that are written otherwise than their platform is
    /// called: as written, as called.
    pub platforms: Vec<(String, String)>,
    /// Rows below the heading.
    pub read: usize,
    /// Rows that became machines.
    pub kept: usize,
    /// Rows among the kept ones whose client has not been heard of lately.
    pub inactive: usize,
    /// Rows left out, by [`DropReason::ALL`].
    pub dropped: [Dropped; DropReason::ALL.len()],
}

impl fmt::Display for MappingReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let separator = match self.separator {
            '\t' => "tab".to_owned(),
            other => format!("`{other}`"),
        };
        writeln!(f, "format: {}, separated by {separator}", self.encoding)?;
        writeln!(f, "columns used:")?;
        for (field, heading) in &self.used {
            writeln!(f, "  {field:<21} from {}", heading.escape_debug())?;
        }
        self.write_ignored(f)?;
        self.write_defaults(f)?;
        for (written, called) in &self.platforms {
            writeln!(f, "platform: {} is called {called}", written.escape_debug())?;
        }
        self.write_rows(f)
    }
}

impl MappingReport {
    fn write_ignored(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ignored.is_empty() {
            return Ok(());
        }
        let headings: Vec<_> = self
            .ignored
            .iter()
            .map(|h| h.escape_debug().to_string())
            .collect();
        writeln!(f, "columns ignored: {}", headings.join(", "))
    }

    fn write_defaults(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part): (Vec<_>, Vec<_>) = self
            .defaults
            .iter()
            .partition(|(_, rows)| *rows == self.kept);
        if !whole.is_empty() {
            let fields: Vec<_> = whole.iter().map(|(field, _)| field.name()).collect();
            writeln!(f, "from the scenario: {}", fields.join(", "))?;
        }
        for (field, rows) in part {
            writeln!(
                f,
                "from the scenario: {field}, in {rows} rows with an empty cell"
            )?;
        }
        Ok(())
    }

    fn write_rows(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rows: {} read, {} kept", self.read, self.kept)?;
        if self.inactive > 0 {
            write!(f, " ({} of them inactive)", self.inactive)?;
        }
        for (reason, dropped) in DropReason::ALL.iter().zip(&self.dropped) {
            if dropped.count > 0 {
                let lines: Vec<_> = dropped.lines.iter().map(u64::to_string).collect();
                let more = if dropped.count > lines.len() {
                    ", …"
                } else {
                    ""
                };
                write!(
                    f,
                    "\n  dropped {}: {reason} (lines {}{more})",
                    dropped.count,
                    lines.join(", ")
                )?;
            }
        }
        Ok(())
    }
}
