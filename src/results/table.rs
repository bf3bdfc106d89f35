//! Which tables a run writes, and in which format.

use std::str::FromStr;

use super::column::Column;
use super::{
    causes, decisions, failures, installer, machines, peers, place_tables, removed, repeated,
    reported, resources, routes, sending, summary, tail, timeline,
};
use crate::outcome::named;
use crate::scenario::nearest;
use crate::world::World;

named! {
    /// A table of a run.
    Table {
        /// One row per replication, machine and advertisement.
        Machines = "machines",
        /// Causes, by what the machines concerned have in common.
        Failures = "failures",
        /// Counts and times per advertisement.
        Summary = "summary",
        /// Machines in each state over time.
        Timeline = "timeline",
        /// Use of links, servers and shares.
        Resources = "resources",
        /// What was decided about roll-outs, and on what figures.
        Decisions = "decisions",
        /// How packages come to their distribution points; only where the
        /// scenario sends any.
        Sending = "sending",
        /// What went from site to site and to distribution points on their way;
        /// only where the scenario sends any.
        Routes = "routes",
        /// Causes, one row each.
        Causes = "causes",
        /// Sites.
        Sites = "sites",
        /// Phases of roll-outs.
        Phases = "phases",
        /// Days.
        Days = "days",
        /// What the sites received, hour by hour.
        Use = "use",
    }
}

impl Table {
    /// Names of its columns, those included that it has where `world` makes use
    /// of what they tell.
    pub fn headings_of(self, world: &World) -> Vec<String> {
        names(self.columns_of(world))
    }

    /// Names of the columns that it has in every run.
    pub fn headings(self) -> Vec<String> {
        names(self.columns())
    }

    /// Its columns, those included that it has where `world` makes use of what
    /// they tell.
    pub fn columns_of(self, world: &World) -> Vec<Column> {
        let extras = self.extras().into_iter();
        let shown = extras.filter(|extra| (extra.is_shown)(world));
        let shown = shown.flat_map(|extra| extra.columns.iter().cloned());
        self.columns().into_iter().chain(shown).collect()
    }

    /// The columns that it has in every run.
    pub fn columns(self) -> Vec<Column> {
        match self {
            Self::Machines => machines::columns(),
            Self::Failures => failures::COLUMNS.to_vec(),
            Self::Summary => summary::columns(),
            Self::Timeline => timeline::columns(),
            Self::Resources => resources::COLUMNS.to_vec(),
            Self::Decisions => decisions::COLUMNS.to_vec(),
            Self::Sending => sending::COLUMNS.to_vec(),
            Self::Routes => routes::COLUMNS.to_vec(),
            Self::Causes => causes::COLUMNS.to_vec(),
            Self::Sites => place_tables::site_columns(),
            Self::Phases => place_tables::phase_columns(),
            Self::Days => place_tables::DAYS.to_vec(),
            Self::Use => place_tables::USE.to_vec(),
        }
    }

    /// The columns that it has behind these in some runs.
    pub fn extras(self) -> Vec<Extra> {
        let extra = |when, is_shown, columns| Extra {
            when,
            is_shown,
            columns,
        };
        match self {
            Self::Machines => vec![
                extra(
                    "with `[reports]`",
                    reported::is_shown,
                    reported::OF_MACHINES,
                ),
                extra(
                    "where assignments come round, or programs run for every user",
                    repeated::is_shown,
                    repeated::OF_MACHINES,
                ),
                extra("with `[peers]`", peers::is_shown, peers::OF_MACHINES),
                extra(
                    "where a program is a Windows Installer package",
                    installer::is_shown,
                    installer::OF_MACHINES,
                ),
            ],
            Self::Summary => vec![
                extra(
                    "with `[reports]`",
                    reported::is_shown,
                    &reported::OF_SUMMARY,
                ),
                extra(
                    "where programs take the place of others, or can be removed",
                    removed::is_shown,
                    &removed::OF_SUMMARY,
                ),
                extra(
                    "where machines can be off",
                    tail::is_shown,
                    &tail::OF_SUMMARY,
                ),
            ],
            Self::Sending => vec![extra(
                "where a point pulls (`pulls_from`)",
                sending::is_pulled,
                sending::OF_PULLS,
            )],
            Self::Use => vec![extra(
                "where a package is `sent`",
                place_tables::is_sent,
                place_tables::USE_OF_SENDING,
            )],
            _ => Vec::new(),
        }
    }
}

/// Columns that a table has in some runs only.
#[derive(Debug, Clone, Copy)]
pub struct Extra {
    /// In which, in words.
    pub when: &'static str,
    /// Whether in runs of this world.
    pub is_shown: fn(&World) -> bool,
    /// Which.
    pub columns: &'static [Column],
}

fn names(columns: Vec<Column>) -> Vec<String> {
    let names = columns.into_iter().map(|column| column.name.into_owned());
    names.collect()
}

/// How a table is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// As it is.
    Csv,
    /// Compressed, as several gzip members one after the other.
    Gzip,
}

impl Format {
    /// The extension of its files.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Gzip => "csv.gz",
        }
    }
}

/// The tables to write, each with its format.
///
/// As text: names with commas between, `machines,summary`; a name may carry an
/// extension, `machines.csv.gz`, that chooses the format; `all` stands for all
/// tables, `none` for the manifest alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableSet {
    formats: [Option<Format>; Table::ALL.len()],
    /// Whether dates and times stand beside the seconds.
    wall_clock: bool,
}

impl TableSet {
    /// No table.
    pub const NONE: Self = Self {
        formats: [None; Table::ALL.len()],
        wall_clock: false,
    };
    /// Every table, uncompressed.
    pub const ALL: Self = Self {
        formats: [Some(Format::Csv); Table::ALL.len()],
        wall_clock: false,
    };

    /// The format of `table`; `None` if it is not to be written.
    pub fn format(&self, table: Table) -> Option<Format> {
        self.formats[table as usize]
    }

    /// The same tables, all compressed.
    #[must_use]
    pub fn compressed(self) -> Self {
        Self {
            formats: self.formats.map(|format| format.map(|_| Format::Gzip)),
            ..self
        }
    }

    /// The same tables, with or without dates and times beside the seconds.
    #[must_use]
    pub fn with_wall_clock(self, wall_clock: bool) -> Self {
        Self { wall_clock, ..self }
    }

    /// Whether dates and times stand beside the seconds.
    pub const fn has_wall_clock(&self) -> bool {
        self.wall_clock
    }

    /// The same tables, but for those in which there is nothing to write about
    /// `world`.
    #[must_use]
    pub fn of(mut self, world: &World) -> Self {
        if world.deliveries.is_empty() {
            self.formats[Table::Sending as usize] = None;
            self.formats[Table::Routes as usize] = None;
        }
        self
    }

    /// The tables to write with the names of their files, in order.
    pub fn files(&self) -> impl Iterator<Item = (Table, Format, String)> + '_ {
        Table::ALL.iter().filter_map(|&table| {
            let format = self.format(table)?;
            Some((
                table,
                format,
                format!("{}.{}", table.name(), format.extension()),
            ))
        })
    }
}

impl Default for TableSet {
    fn default() -> Self {
        Self::ALL
    }
}

/// A name that is not a table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no table `{name}`{}; write some of {}, `all` or `none`", hint(.name), list())]
pub struct UnknownTable {
    /// What was written.
    pub name: String,
}

fn list() -> String {
    let names: Vec<_> = Table::ALL
        .iter()
        .map(|table| format!("`{}`", table.name()))
        .collect();
    names.join(", ")
}

fn hint(name: &str) -> String {
    let names = Table::ALL.iter().map(|table| table.name());
    nearest(name, names).map_or_else(String::new, |near| format!(" (do you mean `{near}`?)"))
}

impl FromStr for TableSet {
    type Err = UnknownTable;

    fn from_str(text: &str) -> Result<Self, UnknownTable> {
        let mut set = Self::NONE;
        for word in text.split(',').map(str::trim) {
            let (name, format) = match word.split_once('.') {
                None | Some((_, "csv")) => (word.strip_suffix(".csv").unwrap_or(word), Format::Csv),
                Some((name, "csv.gz")) => (name, Format::Gzip),
                Some(_) => (word, Format::Csv),
            };
            let table = Table::ALL.iter().find(|table| table.name() == name);
            match (table, name) {
                (Some(&table), _) => set.formats[table as usize] = Some(format),
                (None, "all") => set.formats = [Some(format); Table::ALL.len()],
                (None, "none") => {}
                (None, _) => {
                    return Err(UnknownTable {
                        name: word.to_owned(),
                    });
                }
            }
        }
        Ok(set)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_chosen_by_name_and_compressed_by_extension() {
        let set: TableSet = "summary, machines.csv.gz,timeline.csv".parse().unwrap();
        let files: Vec<_> = set.files().map(|(_, _, file)| file).collect();
        assert_eq!(files, ["machines.csv.gz", "summary.csv", "timeline.csv"]);
        assert_eq!("all".parse(), Ok(TableSet::ALL));
        assert_eq!("all.csv.gz".parse(), Ok(TableSet::ALL.compressed()));
        assert_eq!("none".parse(), Ok(TableSet::NONE));
    }

    #[test]
    fn an_unknown_table_is_answered_with_the_nearest_and_the_whole_list() {
        let error = "machine".parse::<TableSet>().unwrap_err();
        insta::assert_snapshot!(error, @"there is no table `machine` (do you mean `machines`?); write some of `machines`, `failures`, `summary`, `timeline`, `resources`, `decisions`, `sending`, `routes`, `causes`, `sites`, `phases`, `days`, `use`, `all` or `none`");
        assert!("".parse::<TableSet>().is_err());
        assert!("machines.parquet".parse::<TableSet>().is_err());
    }
}
