//! From files to recognised tables.

use super::fault::{Fault, folded};
use super::kind::{self, Kind};
use super::lists::Lists;
use super::units::is_plausible;
use super::{Source, kind::Spec};
use crate::scenario::inventory::{
    self, Finding, MapOptions, NEVER, Stamp, Table, TableRow, day_text,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// A recognised export.
pub(super) struct File {
    pub(super) path: PathBuf,
    pub(super) spec: &'static Spec,
    columns: BTreeMap<String, usize>,
    /// The headings as they are written.
    written: Vec<String>,
    rows: Vec<TableRow>,
    /// Whether dates such as 03/04/2026 have the month first; none if no date tells.
    pub(super) month_first: Option<bool>,
}

/// A file that is an inventory.
#[derive(Debug, Clone)]
pub(super) struct Machines<'a> {
    pub(super) source: &'a Source,
    /// The machines in upper case that its rows have from a collection, by its ID.
    pub(super) members: BTreeMap<String, BTreeSet<String>>,
    /// How many rows there are.
    pub(super) rows: usize,
}

impl<'a> Machines<'a> {
    /// The inventory that `table` is. `Get-CMDevice` and `Get-CMCollectionMember` give
    /// the same objects, whose paths name the collection that they were asked of:
    /// `SMS_CM_RES_COLL_P0100012.ResourceID=16777219`.
    fn new(source: &'a Source, table: &Table) -> Self {
        let headings = table.normal_headings();
        let column = |wanted: &str| headings.iter().position(|heading| heading == wanted);
        let mut members: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        if let (Some(path), Some(name)) = (column("smsproviderobjectpath"), column("name")) {
            for row in &table.rows {
                let cell = |at: usize| row.cells.get(at).map_or("", |cell| cell.trim());
                let Some(collection) = collection_of_path(cell(path)) else {
                    continue;
                };
                members
                    .entry(collection.to_owned())
                    .or_default()
                    .insert(cell(name).to_uppercase());
            }
        }
        Self {
            source,
            members,
            rows: table.rows.len(),
        }
    }
}

/// The ID of the collection in the path of one of its members.
fn collection_of_path(path: &str) -> Option<&str> {
    let (_, after) = path.split_once("SMS_CM_RES_COLL_")?;
    let id = after.split(|c: char| !c.is_ascii_alphanumeric()).next()?;
    (!id.is_empty()).then_some(id)
}

/// The exports among `sources`, and the inventories.
pub(super) fn recognise<'a>(
    sources: &'a [Source],
    lists: &mut Lists,
) -> Result<(Vec<File>, Vec<Machines<'a>>), Vec<Fault>> {
    let mut sorted: Vec<&Source> = sources.iter().collect();
    sorted.sort_by(|a, b| a.path.cmp(&b.path));
    sorted.dedup_by(|a, b| a.path == b.path);
    let (mut files, mut inventories, mut faults) = (Vec::new(), Vec::new(), Vec::new());
    for source in sorted {
        match Table::read(&source.bytes) {
            Err(finding) => faults.push(Fault::of(source.path.clone(), finding)),
            Ok(table) if table.headings.is_empty() => {
                lists.ignored(&name(source), "it is empty: the command found nothing");
            }
            Ok(table) => match what(source, &table) {
                Ok(Some(spec)) => files.push(File::new(source, spec, table, lists)),
                Ok(None) => inventories.push(Machines::new(source, &table)),
                Err(fault) => faults.push(fault),
            },
        }
    }
    if sources.is_empty() {
        let help = "name the files: rollcast new fleet.toml --from exports/*.csv";
        faults.push(Fault::of(
            PathBuf::from("--from"),
            Finding::file("no file is given", help),
        ));
    }
    if faults.is_empty() {
        files.sort_by(|a: &File, b: &File| (a.spec.kind, &a.path).cmp(&(b.spec.kind, &b.path)));
        Ok((files, inventories))
    } else {
        Err(folded(faults))
    }
}

/// The name of a file in lists.
pub(super) fn name(source: &Source) -> String {
    let name = source.path.file_name().unwrap_or(source.path.as_os_str());
    name.to_string_lossy().into_owned()
}

/// What a table is: an export of a kind, an inventory (none), or nothing known.
fn what(source: &Source, table: &Table) -> Result<Option<&'static Spec>, Fault> {
    let headings = table.normal_headings();
    let path = headings
        .iter()
        .position(|heading| heading == "distinguishedname");
    let path = path.and_then(|at| table.rows.first()?.cells.get(at));
    if let Some(spec) = kind::kind(&headings, path.map_or("", String::as_str)) {
        return Ok(Some(spec));
    }
    match inventory::read_bytes(&source.bytes, &source.path, &MapOptions::default()) {
        Ok(_) => Ok(None),
        // Headings of an inventory, and something wrong in it.
        Err(problems) if problems.iter().any(|problem| !is_about_names(problem)) => Ok(None),
        Err(_) => {
            let shown: Vec<&str> = table.headings.iter().take(8).map(String::as_str).collect();
            let more = if table.headings.len() > 8 {
                ", …"
            } else {
                ""
            };
            let message = format!(
                "no export that is known has these headings: {}{more}",
                shown.join(", ")
            );
            let help = remedy(&table.headings);
            Err(Fault::of(source.path.clone(), Finding::file(message, help)))
        }
    }
}

/// What to do about a file with these headings, which no export has.
fn remedy(headings: &[String]) -> &'static str {
    let first = headings.first().map_or("", |heading| heading.trim());
    match headings.len() {
        _ if first.starts_with('<') || first.starts_with("#< CLIXML") => {
            "the file is a web page or XML; save it as CSV, or export it with `Export-Csv`"
        }
        1 if first.contains("  ") || first.contains(" : ") => {
            "the file has what a command shows on the screen; write it with `Export-Csv`, \
             without `Format-Table` and `Format-List`"
        }
        1 if first == "Length" => {
            "the export holds the lengths of texts; put `Select-Object Name` before `Export-Csv`, \
             without `-ExpandProperty`"
        }
        _ => {
            "docs/import.md has the commands that write the exports; leave the file out, or give \
             the machines' names the heading `Name`"
        }
    }
}

fn is_about_names(problem: &inventory::Problem) -> bool {
    problem.line.is_none()
        && problem
            .message
            .starts_with("no column holds the machines' names")
}

impl File {
    fn new(source: &Source, spec: &'static Spec, table: Table, lists: &mut Lists) -> Self {
        let headings = table.normal_headings();
        let mut columns = BTreeMap::new();
        for (at, heading) in headings.iter().enumerate() {
            columns.entry(heading.clone()).or_insert(at);
        }
        let file_name = name(source);
        let mut passed: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (heading, shown) in headings.iter().zip(&table.headings) {
            if let Some(reason) = spec.passed(heading) {
                passed.entry(reason).or_default().push(shown);
            }
        }
        let whole = match spec.kind {
            Kind::Application => {
                Some("deployments name the application, and no export has its size")
            }
            Kind::PointGroup => Some(
                "packages are on every distribution point; see `distribution_points` of a package",
            ),
            _ => None,
        };
        match whole {
            Some(why) => lists.ignored(&file_name, why),
            None => passed.iter().for_each(|(reason, headings)| {
                lists.ignored_columns(&file_name, headings, reason);
            }),
        }
        if whole.is_none() {
            lists.taken_rows(&file_name, spec.command, table.rows.len());
        }
        let (mut rows, written) = (table.rows, table.headings);
        rows.sort_unstable();
        rows.dedup_by(|a, b| a.cells == b.cells);
        let mut file = Self {
            path: source.path.clone(),
            spec,
            columns,
            written,
            rows,
            month_first: None,
        };
        file.month_first = file.order_of_dates();
        file
    }

    /// Its headings in normal form.
    pub(super) fn headings(&self) -> impl Iterator<Item = &str> {
        self.columns.keys().map(String::as_str)
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = Cells<'_>> {
        self.rows.iter().map(|row| Cells { file: self, row })
    }

    /// What the dates of the file tell about their order.
    fn order_of_dates(&self) -> Option<bool> {
        let (mut day, mut month) = (false, false);
        for row in self.rows() {
            for heading in self.spec.reads.iter().filter(|heading| is_time(heading)) {
                if let Ok(Some(stamp)) = inventory::stamp(row.text(heading)) {
                    day |= stamp.days[1] == NEVER;
                    month |= stamp.days[0] == NEVER;
                }
            }
        }
        match (day, month) {
            (true, false) => Some(false),
            (false, true) => Some(true),
            _ => None,
        }
    }
}

fn is_time(heading: &str) -> bool {
    matches!(
        heading,
        "deploymenttime" | "enforcementdeadline" | "presenttime" | "expirationtime" | "starttime"
    )
}

/// The year of the first SMS. WMI has the first day of 1990 for a time that is not set,
/// in some time zone.
const FIRST: &str = "1994";

/// The cells of one row.
#[derive(Clone, Copy)]
pub(super) struct Cells<'a> {
    file: &'a File,
    row: &'a TableRow,
}

impl<'a> Cells<'a> {
    /// What stands below a heading; nothing if there is no such column.
    pub(super) fn text(&self, heading: &str) -> &'a str {
        let column = self.file.columns.get(heading);
        let cell = column.and_then(|at| self.row.cells.get(*at));
        cell.map_or("", |cell| cell.trim())
    }

    /// Whether there is such a column.
    pub(super) fn has(&self, heading: &str) -> bool {
        self.file.columns.contains_key(heading)
    }

    /// What stands below a heading, as one line.
    pub(super) fn line(&self, heading: &str) -> String {
        let cell = self.text(heading).chars();
        cell.map(|c| if c.is_control() { ' ' } else { c }).collect()
    }

    /// The first of several headings that says something.
    pub(super) fn first(&self, headings: &[&str]) -> &'a str {
        let mut cells = headings.iter().map(|heading| self.text(heading));
        cells.find(|cell| !cell.is_empty()).unwrap_or("")
    }

    /// A fault of this row.
    pub(super) fn fault(&self, heading: &str, message: String, help: &str) -> Fault {
        let finding = Finding::file(message, help).at(self.row.line);
        let heading = self.written(heading);
        Fault::of(self.file.path.clone(), finding.column(heading))
    }

    /// A heading as the file has it.
    pub(super) fn written<'h>(&'h self, heading: &'h str) -> &'h str {
        let column = self.file.columns.get(heading);
        let written = column.and_then(|at| self.file.written.get(*at));
        written.map_or(heading, String::as_str)
    }

    /// A whole number; none if the cell is empty.
    pub(super) fn number(&self, heading: &str) -> Result<Option<i64>, Fault> {
        let cell = self.text(heading);
        if cell.is_empty() {
            return Ok(None);
        }
        let bare: String = cell
            .chars()
            .filter(|c| !matches!(c, ' ' | '\u{a0}'))
            .collect();
        match bare.parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(self.fault(
                heading,
                format!("`{cell}` is not a whole number"),
                "export the file again, with the numbers as the command gives them",
            )),
        }
    }

    /// An enumeration, as its number or by its name.
    pub(super) fn word(&self, heading: &str, words: &[(&str, i64)]) -> Result<Option<i64>, Fault> {
        let cell = self.text(heading);
        if cell.is_empty() {
            return Ok(None);
        }
        let plain = inventory::normal(cell);
        let named = words.iter().find(|(word, _)| *word == plain);
        if let Some((_, number)) = named {
            return Ok(Some(*number));
        }
        cell.parse().map(Some).map_err(|_| {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let message = format!(
                "`{cell}` is neither a number nor one of {}",
                known.join(", ")
            );
            self.fault(
                heading,
                message,
                "export the file again; names are English or numbers",
            )
        })
    }

    /// Yes or no; none if the cell says neither.
    pub(super) fn flag(&self, heading: &str) -> Option<bool> {
        inventory::flag(self.text(heading)).ok()
    }

    /// A date and time, and whether it can be read in two ways.
    pub(super) fn time(&self, heading: &str) -> Result<Option<(Stamp, bool)>, Fault> {
        let cell = self.text(heading);
        match inventory::stamp(cell) {
            Ok(None) => Ok(None),
            Ok(Some(mut stamp)) => {
                let [day_first, month_first] = stamp.days;
                let open = self.file.month_first.is_none()
                    && day_first != month_first
                    && day_first != NEVER
                    && month_first != NEVER;
                let month = self.file.month_first.unwrap_or(true);
                let (wanted, other) = if month {
                    (month_first, day_first)
                } else {
                    (day_first, month_first)
                };
                let day = if wanted == NEVER { other } else { wanted };
                stamp.days = [day; 2];
                let day = day_text(day);
                let is_set = is_plausible(&day) && *day >= *FIRST;
                Ok(is_set.then_some((stamp, open)))
            }
            Err(()) => Err(self.fault(
                heading,
                format!("`{cell}` is not a date"),
                "export the file again, with dates such as 2026-03-14T18:00:00",
            )),
        }
    }

    pub(super) fn kind(&self) -> Kind {
        self.file.spec.kind
    }
}
