//! Reading a fleet from an inventory: the CSV file that an administrator can
//! export from SMS, Configuration Manager or the directory.
//!
//! The room finds out what the columns mean, reads the values, drops the rows
//! that are no machines and says so in a [`MappingReport`]. It promises the
//! same [`Inventory`] for every order of the rows and every number of threads,
//! and never to panic, whatever the file holds. Whether the sites, groups and
//! domains exist is left to the scenario that names the inventory, as are the
//! defaults for what the inventory does not say.

mod assemble;
mod chunk;
mod columns;
mod decode;
mod field;
mod heading;
mod platform;
mod problem;
mod report;
mod rows;
mod value;

pub use columns::{Columns, TextColumn};
pub use decode::Encoding;
pub use field::Field;
pub use problem::Problem;
pub use report::{DropReason, Dropped, MappingReport};

use heading::Mapping;
use problem::{Finding, Problems};
use rayon::prelude::*;
use rows::{Plan, Rows};
use std::collections::BTreeMap;
use std::path::Path;

/// How to read an inventory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MapOptions {
    /// The heading that gives a field (by [`Field::name`]), for files whose
    /// own headings do not say it; wins over the known headings.
    pub map: BTreeMap<String, String>,
    /// Keeps rows of machines on which no client is installed, as if they had
    /// the client of their group. Without it they are dropped: no
    /// advertisement can reach them.
    pub keep_without_client: bool,
}

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
    let bytes = std::fs::read(path).map_err(|error| {
        let message = format!("the inventory cannot be read: {error}");
        let help = "check the path: it is relative to the scenario";
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
    let start = decode::heading_start(&text);
    let separator = decode::separator(&text[start..]);
    let (headings, data) = headings(&text, start, separator)?;
    let mapping = Mapping::new(headings, options)?;
    let plan = Plan::new(&mapping, separator, options.keep_without_client);
    let text = text.as_bytes();
    let chunks = chunk::cut(text, data, separator, size);
    let rows: Vec<Rows> = chunks
        .par_iter()
        .map(|chunk| rows::read_rows(text, chunk, &plan))
        .collect();
    if rows.iter().all(|rows| rows.read == 0) {
        let help = "export the inventory again; a heading line alone is no fleet";
        return Err(Finding::file("the file has no rows below its heading line", help).into());
    }
    assemble::assemble(rows, &mapping, encoding, separator)
}

/// The headings and where the rows begin.
fn headings(text: &str, start: usize, separator: u8) -> Result<(Vec<String>, usize), Finding> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .delimiter(separator)
        .from_reader(&text.as_bytes()[start..]);
    let mut record = csv::StringRecord::new();
    match reader.read_record(&mut record) {
        Ok(true) => {
            let headings = record
                .iter()
                .map(|heading| heading.trim().to_owned())
                .collect();
            let data = start + reader.position().byte() as usize;
            Ok((headings, data.min(text.len())))
        }
        Ok(false) => {
            let help = "an inventory is a heading line and one row for each machine";
            Err(Finding::file("the file is empty", help))
        }
        Err(error) => {
            let message = format!("the heading line cannot be read: {error}");
            Err(Finding::file(
                message,
                "look at the first line with a text editor",
            ))
        }
    }
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
        let lines: Vec<u64> = problems.iter().filter_map(|problem| problem.line).collect();
        assert_eq!(lines, (2..22).collect::<Vec<u64>>());
    }
}
