//! What was made of an inventory, for the person who brought it.

use super::decode::Encoding;
use super::field::Field;
use crate::units::{counted, grouped};
use std::fmt::{self, Write as _};

/// Why a row was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DropReason {
    /// It belongs to the tool that wrote the file: a rule below the headings, a
    /// count at the end.
    NoRow,
    /// It has no name.
    NoName,
    /// Superseded by another row of the same machine.
    Obsolete,
    /// Says the same of the same machine as a row above.
    Repeated,
    /// One of the objects for unknown computers.
    Unknown,
    /// Another device or operating system.
    NotWindows,
    /// The computer account is disabled.
    Disabled,
    /// No client is installed.
    NoClient,
    /// The machine or its client is not in use.
    Inactive,
    /// Not heard of for too long.
    Stale,
}

impl DropReason {
    /// Every reason.
    pub const ALL: [Self; 10] = [
        Self::NoRow,
        Self::NoName,
        Self::Obsolete,
        Self::Repeated,
        Self::Unknown,
        Self::NotWindows,
        Self::Disabled,
        Self::NoClient,
        Self::Inactive,
        Self::Stale,
    ];
}

impl fmt::Display for DropReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoRow => "a line of the tool that wrote the file",
            Self::NoName => "no name",
            Self::Obsolete => "obsolete",
            Self::Repeated => "the same as a row above",
            Self::Unknown => "an object for unknown computers",
            Self::NotWindows => "not Windows",
            Self::Disabled => "disabled",
            Self::NoClient => "no client installed",
            Self::Inactive => "inactive",
            Self::Stale => "stale",
        })
    }
}

/// How many ignored headings are told.
const IGNORED_TOLD: usize = 8;

/// How many lines of dropped rows are told.
const TOLD: usize = 5;

/// The rows that were left out for one reason.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dropped {
    /// How many.
    pub count: usize,
    /// Their lines.
    pub lines: Vec<u64>,
}

impl Dropped {
    pub(super) fn push(&mut self, line: u64) {
        self.count += 1;
        self.lines.push(line);
    }

    /// Which rows, for a message.
    pub(crate) fn lines(&self) -> String {
        let lines: Vec<String> = self.lines.iter().take(TOLD).map(u64::to_string).collect();
        let more = if self.count > lines.len() {
            ", …"
        } else {
            ""
        };
        let word = if self.count == 1 { "line" } else { "lines" };
        format!("({word} {}{more})", lines.join(", "))
    }

    /// Adds what was dropped from the lines that follow.
    pub(super) fn append(&mut self, later: &Self) {
        self.count += later.count;
        self.lines.extend(&later.lines);
    }
}

/// Which columns were used and which not, which rows were left out and why.
/// [`fmt::Display`] is the report as the user reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappingReport {
    /// How the file stores its characters.
    pub encoding: Encoding,
    /// Whether it is JSON.
    pub json: bool,
    /// What stands between cells: `,`, `;` or a tab.
    pub separator: char,
    /// The field of each used column and its heading.
    pub used: Vec<(Field, String)>,
    /// Headings of columns that say nothing the simulation uses.
    pub ignored: Vec<String>,
    /// Fields that the fleet group or the default gives, and for how many
    /// rows: all of them if there is no such column.
    pub defaults: Vec<(Field, usize)>,
    /// Headings of columns each of whose texts stands in one row alone, as merged cells of a
    /// spreadsheet are saved.
    pub merged: Vec<String>,
    /// Operating systems that are written otherwise than their platform is
    /// called: as written, as called.
    pub platforms: Vec<(String, String)>,
    /// Rows below the heading.
    pub read: usize,
    /// Rows that became machines.
    pub kept: usize,
    /// Lines with text above the headings, which were left out.
    pub above: usize,
    /// The newest date of the file, and how long before it a machine was last
    /// heard of that is stale: days and the date before which it was. None where
    /// the file has no dates.
    pub seen: Option<(u32, String, String)>,
    /// The newest date of the file if day and month were the other way round, where no
    /// date of the file tells which is first, and it makes a difference.
    pub other_newest: Option<String>,
    /// Cells with a date that cannot be read: how many, on which lines, and the
    /// first of them.
    pub unread_dates: (Dropped, String),
    /// Dates so far behind all others that a wrong clock gave them: how many, on which
    /// lines, and the first of them.
    pub wrong_clocks: (Dropped, String),
    /// Machines whose name another domain has as well; they are called by their
    /// full names.
    pub in_two_domains: usize,
    /// Rows left out, by [`DropReason::ALL`].
    pub dropped: [Dropped; DropReason::ALL.len()],
}

impl fmt::Display for MappingReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let separator = match self.separator {
            '\t' => "tab".to_owned(),
            other => format!("`{other}`"),
        };
        if self.json {
            write!(f, "format: {}, JSON", self.encoding)?;
        } else {
            write!(f, "format: {}, separated by {separator}", self.encoding)?;
        }
        match self.above {
            0 => writeln!(f)?,
            1 => writeln!(f, "; 1 line above the headings left out")?,
            above => writeln!(f, "; {above} lines above the headings left out")?,
        }
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
    /// Why the inventory, which `bytes` hold, has no machine called `name`: the reason for
    /// which its row was left out, and its line; none if no such row was.
    #[cfg(feature = "cli")]
    pub(crate) fn why_left_out(&self, bytes: &[u8], name: &str) -> Option<String> {
        let naming = [Field::Name, Field::DnsName, Field::DistinguishedName];
        let table = super::table::Table::read(bytes).ok()?;
        let columns: Vec<usize> = self
            .used
            .iter()
            .filter(|(field, _)| naming.contains(field))
            .filter_map(|(_, heading)| table.headings.iter().position(|known| known == heading))
            .collect();
        let is_name = |cell: &str| {
            let cell = cell.trim();
            let first = cell.split([',', '/']).next().unwrap_or(cell);
            let first = first.split_once('=').map_or(first, |(_, first)| first);
            let label = first.split('.').next().unwrap_or(first);
            [cell, first, label]
                .iter()
                .any(|one| one.eq_ignore_ascii_case(name))
        };
        table.rows.iter().find_map(|row| {
            let mut cells = columns.iter().filter_map(|at| row.cells.get(*at));
            cells.any(|cell| is_name(cell)).then_some(())?;
            let reasons = DropReason::ALL.iter().zip(&self.dropped);
            let mut reasons = reasons.filter(|(_, dropped)| dropped.lines.contains(&row.line));
            let (reason, _) = reasons.next()?;
            Some(format!("{reason} (line {})", row.line))
        })
    }

    fn write_ignored(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ignored.is_empty() {
            return Ok(());
        }
        let shown: Vec<_> = self
            .ignored
            .iter()
            .take(IGNORED_TOLD)
            .map(|h| h.escape_debug().to_string())
            .collect();
        let more = match self.ignored.len() - shown.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        writeln!(f, "columns ignored: {}{more}", shown.join(", "))
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
                "from the scenario: {field}, in {} with an empty cell",
                counted(rows as u64, "row")
            )?;
        }
        Ok(())
    }

    fn write_rows(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unread, example) = &self.unread_dates;
        if unread.count > 0 {
            writeln!(
                f,
                "dates not understood: {} {}, such as {example}",
                grouped(unread.count as u64),
                unread.lines()
            )?;
        }
        let (wrong, example) = &self.wrong_clocks;
        if wrong.count > 0 {
            writeln!(
                f,
                "dates of wrong clocks, long after all others: {} {}, such as {example}",
                grouped(wrong.count as u64),
                wrong.lines()
            )?;
        }
        if self.in_two_domains > 0 {
            writeln!(
                f,
                "machines called by their full names, as another domain has the name too: {}",
                grouped(self.in_two_domains as u64)
            )?;
        }
        let [read, kept] = [self.read, self.kept].map(|rows| grouped(rows as u64));
        write!(f, "rows: {read} read, {kept} kept")?;
        write!(f, "{}", self.dropped())
    }

    /// The rows left out, by reason, each on a line of its own.
    pub(super) fn dropped(&self) -> String {
        let mut text = String::new();
        for (reason, dropped) in DropReason::ALL.iter().zip(&self.dropped) {
            if dropped.count > 0 {
                // Writing into a String cannot fail.
                let _ = write!(
                    text,
                    "\n  left out {}: {reason}",
                    grouped(dropped.count as u64)
                );
                if let (DropReason::Stale, Some((days, since, newest))) = (reason, &self.seen) {
                    let _ = write!(
                        text,
                        ", not heard of since {since}, {} before the newest date of the file, {newest}",
                        counted(u64::from(*days), "day")
                    );
                }
                let _ = write!(text, " {}", dropped.lines());
            }
        }
        text
    }
}
