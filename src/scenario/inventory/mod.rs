//! Reading a fleet from an inventory: the CSV file that an administrator can
//! export from SMS, Configuration Manager or the directory.
//!
//! The room finds out what the columns mean, reads the values, drops the rows
//! that are not machines and says so in a [`MappingReport`]. It promises the
//! same [`Inventory`] for every order of the rows and every number of threads,
//! and never to panic, whatever the file holds. Whether the sites, groups and
//! domains exist is left to the scenario that names the inventory, as are the
//! defaults for what the inventory does not say.

mod assemble;
mod chunk;
mod columns;
mod date;
mod decode;
mod domains;
mod field;
mod heading;
mod json;
mod path;
mod places;
mod platform;
mod problem;
mod remark;
mod report;
mod rows;
mod stale;
mod table;
mod top;
mod value;
mod wrapped;

pub use columns::{Columns, TextColumn};
pub(crate) use date::{NEVER, Stamp, has_month, shown as day_text, stamp};
pub use decode::Encoding;
pub(crate) use domains::is_workgroup;
pub(crate) use field::normal;
pub use field::{Field, known_headings};
pub(crate) use heading::field_of;
pub(crate) use path::{domain_of_path, parts as path_parts, value_of as path_value};
pub(crate) use places::Network;
pub use places::Places;
pub(crate) use problem::Finding;
pub use problem::Problem;
pub use report::{DropReason, Dropped, MappingReport};
pub(crate) use table::{Row as TableRow, Table};
pub(crate) use value::flag;

use crate::reading;
use heading::Mapping;
use problem::Problems;
use rayon::prelude::*;
use rows::{Plan, Rows};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// In which order dates such as `03/04/2026` are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// 3 April.
    DayFirst = 0,
    /// 4 March.
    MonthFirst = 1,
}

/// How to read an inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapOptions {
    /// The heading that gives a field (by [`Field::name`]), for files whose
    /// own headings do not say it; wins over the known headings. No heading: the
    /// field is not read.
    pub map: BTreeMap<String, Option<String>>,
    /// Reasons for which rows are not left out.
    pub keep: BTreeSet<DropReason>,
    /// A machine that was last heard of this many days before the newest date of
    /// the file is stale.
    pub stale_after: u32,
    /// The order of dates, where the file leaves it open.
    pub dates: Option<DateOrder>,
    /// Where machines stand by what their rows say.
    pub places: Places,
}

impl Default for MapOptions {
    fn default() -> Self {
        Self {
            map: BTreeMap::new(),
            keep: BTreeSet::new(),
            stale_after: STALE_AFTER,
            dates: None,
            places: Places::default(),
        }
    }
}

/// Days after which a machine is stale unless it is said: an assumption. The
/// directory renews `lastLogonTimestamp` every 9 to 14 days.
const STALE_AFTER: u32 = 90;

/// A fleet as an inventory gives it.
#[derive(Debug, Clone)]
pub struct Inventory {
    /// How many machines.
    pub rows: usize,
    /// What is known of them, in the order of their names.
    pub columns: Columns,
    /// What was made of the file.
    pub report: MappingReport,
}

/// Bytes of a piece that one thread reads at a time: small enough to keep all
/// threads busy to the end, large enough to make the cost of a piece vanish.
const CHUNK: usize = 1 << 20;

/// Reads the inventory at `path`.
///
/// # Errors
/// If the file cannot be read, is not text, has no column with names, or if
/// values are wrong or names given twice: the first twenty problems and how
/// many more there are.
pub fn read(path: &Path, options: &MapOptions) -> Result<Inventory, Vec<Problem>> {
    let bytes = reading::bytes(path, reading::MADE).map_err(|error| {
        let (why, help) = reading::obstacle(path, &error).unwrap_or_else(|| {
            let help = "check the path: it is relative to the scenario";
            (error.to_string(), help)
        });
        let message = format!("the inventory cannot be read: {why}");
        Problems::from(Finding::file(message, help)).finish(path)
    })?;
    read_bytes(&bytes, path, options)
}

/// Reads an inventory from the bytes of a file; `path` is for messages only.
///
/// # Errors
/// As [`read`], but for a file that cannot be read.
pub fn read_bytes(
    bytes: &[u8],
    path: &Path,
    options: &MapOptions,
) -> Result<Inventory, Vec<Problem>> {
    read_chunked(bytes, options, CHUNK).map_err(|problems| problems.finish(path))
}

fn read_chunked(bytes: &[u8], options: &MapOptions, size: usize) -> Result<Inventory, Problems> {
    let (text, encoding) = decode::decode(bytes)?;
    if u32::try_from(text.len()).is_err() {
        let help = "split it into several inventories";
        return Err(Finding::file("the file is larger than 4 GiB", help).into());
    }
    let json = json::is_json(&text);
    let text = if json {
        Cow::Owned(json::as_text(&text)?)
    } else {
        match wrapped::unwrapped(&text) {
            Cow::Owned(lines) => Cow::Owned(lines),
            Cow::Borrowed(_) => text,
        }
    };
    let top = top::top(&text)?;
    let separator = top::separator_of_rows(&text, &top);
    let mapping = Mapping::new(top.headings, options)?;
    let plan = Plan::new(&mapping, separator, options);
    let text = text.as_bytes();
    if let Some(at) = chunk::unclosed_quote(text, top.start, separator) {
        return Err(unclosed(text, at).into());
    }
    let chunks = chunk::cut(text, top.data, separator, size);
    let read = |plan: &Plan| -> Vec<Rows> {
        let rows = chunks.par_iter();
        rows.map(|chunk| rows::read_rows(text, chunk, plan))
            .collect()
    };
    let mut rows = read(&plan);
    if let Some(plan) = plan.with_orders_of(&rows) {
        rows = read(&plan);
    }
    if rows.iter().all(|rows| rows.read == 0) {
        let help = "export the inventory again; a heading line alone is not a fleet";
        return Err(Finding::file("the file has no rows below its heading line", help).into());
    }
    let file = assemble::Source {
        encoding,
        json,
        separator,
        above: top.left_out,
    };
    assemble::assemble(rows, &mapping, file, options)
}

/// What is said of the quote at `at`, which takes the rows that follow into one
/// cell.
fn unclosed(text: &[u8], at: usize) -> Finding {
    let line = 1 + memchr::memchr_iter(b'\n', &text[..at]).count() as u64;
    let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |length| at + length);
    let cell = String::from_utf8_lossy(&text[at..end]);
    let message = format!(
        "the quote before {} is not closed",
        heading::shown(cell.trim_matches(['"', '\r']))
    );
    Finding::file(
        message,
        "close it, or double a quote that is part of the text",
    )
    .at(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_the_pieces_changes_nothing() {
        let row = |number: u32| {
            let (name, site) = (number * 37 % 200, number % 7);
            let role = ["", "server"][(number % 2) as usize];
            let site = if site == 0 {
                String::new()
            } else {
                format!("S{site}")
            };
            format!("PC{name:03},{site},\"a\n\"\"b\",{role},{number} MB\n")
        };
        let rows: Vec<String> = (0..200).map(row).collect();
        let text = format!("name,site,note,role,disk\n{}", rows.concat());
        let whole = read_chunked(text.as_bytes(), &MapOptions::default(), usize::MAX).ok();
        let whole = format!("{:?}", whole.expect("the text is right"));
        assert!(whole.contains("rows: 200"), "{whole}");
        for size in [1, 10, 100, 1000] {
            let pieces = read_chunked(text.as_bytes(), &MapOptions::default(), size).ok();
            assert_eq!(format!("{:?}", pieces.expect("the text is right")), whole);
        }
    }

    #[test]
    fn problems_of_several_pieces_come_in_the_order_of_lines() {
        let rows: Vec<String> = (0..40).map(|number| format!("PC{number},fast\n")).collect();
        let text = format!("name,access\n{}", rows.concat());
        let problems = read_chunked(text.as_bytes(), &MapOptions::default(), 8).err();
        let problems = problems.expect("every row is wrong").finish(Path::new("x"));
        let text: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(text[0].starts_with("x:2, "), "{text:?}");
        assert!(
            text[0].contains("and 39 like it (lines 3, 4, 5, 6, 7, …)"),
            "{text:?}"
        );
        assert!(text[1].contains("40 cells or rows"), "{text:?}");
    }
}
