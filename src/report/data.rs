//! What a report is made from: the tables and the manifest of a finished run.

use super::ReportError;
use crate::engine::effort;
use crate::reading;
use crate::remedy::COMMAND;
use crate::results::{KeptRun, Manifest, ObjectiveRecord, OutputError, file_sha256};
use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::path::Path;
use std::sync::OnceLock;

/// Tables that a report reads; the others may be missing.
pub(crate) const NEEDED: [&str; 3] = ["summary", "timeline", "causes"];
/// Tables that it makes use of where they are there.
const WELCOME: [&str; 7] = [
    "failures",
    "resources",
    "decisions",
    "sites",
    "phases",
    "days",
    "use",
];

/// A table, read whole.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    headings: BTreeMap<String, usize>,
    all: Vec<csv::StringRecord>,
    /// The rows of each advertisement, found when they are first asked for.
    of_advertisements: OnceLock<HashMap<String, Vec<usize>>>,
}

/// One row of a table.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    of: &'a Rows,
    cells: &'a csv::StringRecord,
}

impl Rows {
    /// Reads a table.
    ///
    /// # Errors
    /// If the file cannot be read or is not a table.
    pub fn read(path: &Path) -> Result<Self, ReportError> {
        let damaged = |reason: String| ReportError::Table {
            path: path.into(),
            reason,
        };
        let text =
            reading::table(path, reading::MADE).map_err(|error| damaged(error.to_string()))?;
        Self::parse(text).map_err(|error| damaged(error.to_string()))
    }

    fn parse(text: impl Read) -> Result<Self, csv::Error> {
        let mut reader = csv::Reader::from_reader(text);
        let headings = reader.headers()?.iter().enumerate();
        let headings = headings.map(|(at, name)| (name.to_owned(), at)).collect();
        let rows: Result<Vec<_>, _> = reader.records().collect();
        Ok(Self {
            headings,
            all: rows?,
            of_advertisements: OnceLock::new(),
        })
    }

    /// The rows in their order.
    pub fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        let all = self.all.iter();
        all.map(|cells| {
            effort::spend(1);
            Row { of: self, cells }
        })
    }

    /// The rows of one advertisement, in their order. There may be thousands of
    /// advertisements, each of which asks for its own.
    pub fn of<'a>(&'a self, advertisement: &str) -> impl Iterator<Item = Row<'a>> + use<'a> {
        let all = self.of_advertisements.get_or_init(|| {
            let mut all = HashMap::<String, Vec<usize>>::new();
            for (at, row) in self.iter().enumerate() {
                let own = all.entry(row.text("advertisement").to_owned());
                own.or_default().push(at);
            }
            all
        });
        let own = all.get(advertisement).into_iter().flatten();
        own.inspect(|_| effort::spend(1)).map(|at| Row {
            of: self,
            cells: &self.all[*at],
        })
    }

    /// Names of the columns in their order.
    pub fn headings(&self) -> Vec<&str> {
        let mut all: Vec<_> = self.headings.iter().collect();
        all.sort_by_key(|(_, at)| **at);
        all.into_iter().map(|(name, _)| name.as_str()).collect()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

impl<'a> Row<'a> {
    /// A cell as it stands, without the apostrophe that keeps spreadsheets from
    /// calculating; empty if there is no such column.
    pub fn text(&self, column: &str) -> &'a str {
        let at = self.of.headings.get(column);
        let text = at.and_then(|at| self.cells.get(*at)).unwrap_or("");
        match text.strip_prefix('\'') {
            Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest,
            _ => text,
        }
    }

    /// What to set, as options of the command line; empty if there is nothing.
    pub fn options(&self) -> &'a str {
        let command = self.text("what_to_set");
        command.strip_prefix(COMMAND).unwrap_or(command)
    }

    /// A cell as a number; `None` if it is empty.
    pub fn number(&self, column: &str) -> Option<f64> {
        self.text(column).parse().ok()
    }
}

/// A finished run.
#[derive(Debug, Clone)]
pub struct Run {
    /// What it was made from.
    pub manifest: Manifest,
    tables: BTreeMap<String, Rows>,
    none: Rows,
    reaching: OnceLock<usize>,
    /// The objectives about each advertisement, and those about all of them together.
    objectives: OnceLock<HashMap<Option<String>, Vec<usize>>>,
}

impl Run {
    /// Reads the run in `directory`.
    ///
    /// # Errors
    /// If it is not a finished run, if a table that a report needs is missing, or
    /// if a table is not what the manifest says.
    pub fn read(directory: &Path) -> Result<Self, ReportError> {
        let manifest = Manifest::read(directory).map_err(|error| match error {
            OutputError::NoDirectory(_) | OutputError::NoRun { .. } | OutputError::Dangling(_) => {
                ReportError::Directory(error)
            }
            error => ReportError::NoRun {
                path: directory.into(),
                reason: error.to_string(),
            },
        })?;
        let mut tables = BTreeMap::new();
        for output in &manifest.outputs {
            let path = directory.join(&output.file);
            let found =
                file_sha256(&path).map_err(|error| ReportError::of_table(path.clone(), error))?;
            if found != output.sha256 {
                let reason = "it is not what the manifest says: changed or cut off".to_owned();
                return Err(ReportError::Table { path, reason });
            }
            let name = output.table.as_str();
            if NEEDED.contains(&name) || WELCOME.contains(&name) {
                tables.insert(name.to_owned(), Rows::read(&path)?);
            }
        }
        if let Some(missing) = NEEDED.iter().find(|name| !tables.contains_key(**name)) {
            return Err(ReportError::Missing {
                path: directory.into(),
                table: missing,
            });
        }
        Ok(Self {
            manifest,
            tables,
            none: Rows::default(),
            reaching: OnceLock::new(),
            objectives: OnceLock::new(),
        })
    }

    /// A run whose tables were never written; they are as complete as they are
    /// given.
    ///
    /// # Errors
    /// If a table is no CSV.
    pub fn kept(run: KeptRun) -> Result<Self, ReportError> {
        let tables = run.tables.into_iter().map(|(name, text)| {
            let rows = Rows::parse(text.as_slice()).map_err(|error| ReportError::Table {
                path: name.into(),
                reason: error.to_string(),
            })?;
            Ok((name.to_owned(), rows))
        });
        Ok(Self {
            manifest: run.manifest,
            tables: tables.collect::<Result<_, ReportError>>()?,
            none: Rows::default(),
            reaching: OnceLock::new(),
            objectives: OnceLock::new(),
        })
    }

    /// A table; without rows if it was not written.
    pub fn table(&self, name: &str) -> &Rows {
        self.tables.get(name).unwrap_or(&self.none)
    }

    /// The objectives about one advertisement, alone or together with others, in their
    /// order.
    pub(super) fn objectives_about(
        &self,
        advertisement: &str,
    ) -> impl Iterator<Item = &ObjectiveRecord> {
        let of_each = self.objectives.get_or_init(|| {
            let mut of_each = HashMap::<_, Vec<usize>>::new();
            for (at, objective) in self.manifest.objectives.iter().enumerate() {
                let own = of_each.entry(objective.advertisement.clone());
                own.or_default().push(at);
            }
            of_each
        });
        let keys = [Some(advertisement.to_owned()), None];
        let own = keys.iter().filter_map(|key| of_each.get(key));
        let mut own: Vec<usize> = own.flatten().copied().collect();
        own.sort_unstable();
        own.into_iter().map(|at| &self.manifest.objectives[at])
    }

    /// How many advertisements reach a machine.
    pub(super) fn reaching(&self) -> usize {
        *self.reaching.get_or_init(|| {
            let rows = self.table("summary").iter();
            let all = rows.filter(|row| row.text("replication") == "all");
            let reaching = all.filter(|row| row.number("targeted").unwrap_or(0.0) > 0.0);
            reaching.count()
        })
    }

    /// Seconds that the forecast covers.
    pub fn horizon(&self) -> f64 {
        self.manifest.horizon_microseconds as f64 / 1e6
    }

    /// Identifiers of the advertisements, those that reach most machines first.
    pub fn advertisements(&self) -> Vec<String> {
        let all = self.table("summary").iter();
        let all = all.filter(|row| row.text("replication") == "all");
        let mut all: Vec<_> = all
            .map(|row| {
                let targeted = row.number("targeted").unwrap_or(0.0);
                (targeted, row.text("advertisement").to_owned())
            })
            .collect();
        all.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        all.into_iter().map(|(_, id)| id).collect()
    }
}
