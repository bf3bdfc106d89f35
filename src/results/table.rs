//! Which tables a run writes, and in which format.

use std::str::FromStr;

use super::{
    decisions, failures, machines, peers, removed, repeated, reported, resources, routes, sending,
    summary, timeline,
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
    }
}

impl Table {
    /// Names of its columns, those included that it has where `world` makes use
    /// of what they tell.
    pub fn headings_of(self, world: &World) -> Vec<String> {
        let mut headings = self.headings();
        let (reported, repeated) = (reported::is_shown(world), repeated::is_shown(world));
        let extras: &[(bool, &[&str])] = match self {
            Self::Machines => &[
                (reported, &reported::OF_MACHINES),
                (repeated, &repeated::OF_MACHINES),
                (peers::is_shown(world), &peers::OF_MACHINES),
            ],
            Self::Summary => &[
                (reported, &reported::OF_SUMMARY),
                (removed::is_shown(world), &removed::OF_SUMMARY),
            ],
            Self::Sending => &[(sending::is_pulled(world), &sending::OF_PULLS)],
            _ => return headings,
        };
        for (_, columns) in extras.iter().filter(|(shown, _)| *shown) {
            headings.extend(columns.iter().map(ToString::to_string));
        }
        headings
    }

    /// Names of the columns that it has in every run.
    pub fn headings(self) -> Vec<String> {
        match self {
            Self::Machines => machines::headings(),
            Self::Failures => failures::headings(),
            Self::Summary => summary::headings(),
            Self::Timeline => timeline::headings(),
            Self::Resources => resources::headings(),
            Self::Decisions => decisions::headings(),
            Self::Sending => sending::headings(),
            Self::Routes => routes::headings(),
        }
    }
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
}

impl TableSet {
    /// No table.
    pub const NONE: Self = Self {
        formats: [None; Table::ALL.len()],
    };
    /// Every table, uncompressed.
    pub const ALL: Self = Self {
        formats: [Some(Format::Csv); Table::ALL.len()],
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
        }
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

/// A name that is no table.
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
        insta::assert_snapshot!(error, @"there is no table `machine` (do you mean `machines`?); write some of `machines`, `failures`, `summary`, `timeline`, `resources`, `decisions`, `sending`, `routes`, `all` or `none`");
        assert!("".parse::<TableSet>().is_err());
        assert!("machines.parquet".parse::<TableSet>().is_err());
    }
}
