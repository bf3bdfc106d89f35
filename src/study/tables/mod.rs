//! Tables, one a file; `docs/studies.md` describes every column.

mod answer;
mod declared;
mod digest;
mod fixes;
mod goal;
pub(crate) mod headings;
mod objectives;
mod pairs;
mod points;
mod runs;
mod select;
mod sensitivity;
mod unchanged;

use super::plan::{Question, Rule};
use super::record::Known;
use super::results::Results;
use crate::results::{Column, Unit, neutral};
use crate::units::counted;
pub(crate) use answer::answer;
pub(crate) use declared::text_columns;
pub use declared::{Declaration, Part};
pub(crate) use digest::digest;
pub(crate) use objectives::{judge, why_undecided};
pub(crate) use pairs::{Pair, conclusion};

/// The tables that studies write, as they are declared.
pub const TABLES: [&Declaration; 10] = [
    &runs::TABLE,
    &points::TABLE,
    &pairs::TABLE,
    &objectives::TABLE,
    &select::TABLE,
    &sensitivity::ONE_AT_A_TIME,
    &sensitivity::MORRIS,
    &fixes::FIXES,
    &fixes::ATTRIBUTION,
    &goal::TABLE,
];

/// A table, ready to be written.
pub(crate) struct Table {
    /// Its file.
    pub name: String,
    /// Its bytes.
    pub text: String,
    /// Its rows, without the heading.
    pub rows: usize,
}

/// The tables that the study's plan asks for.
pub(crate) fn all(results: &Results, known: &Known) -> Vec<Table> {
    let plan = results.plan;
    let mut tables = vec![runs::table(results), points::table(results, known)];
    if plan.baseline.is_some() {
        tables.push(pairs::table(results));
    }
    if !plan.objectives.is_empty() {
        tables.push(objectives::table(results));
    }
    if let Some(selection) = &plan.select {
        tables.push(select::table(results, known, selection));
    }
    match plan.question {
        Question::OneAtATime => tables.push(sensitivity::one_at_a_time(results)),
        Question::Morris { levels } => tables.push(sensitivity::morris(results, levels)),
        Question::Fixes => tables.extend(fixes::tables(results)),
        Question::None => {}
    }
    if let Rule::Bisection { .. } = plan.rule {
        tables.push(goal::table(results, known));
    }
    tables
}

/// A table in the making.
pub(crate) struct Writer {
    name: String,
    rows: usize,
    csv: csv::Writer<Vec<u8>>,
}

impl Writer {
    /// A table whose columns do not depend on a study.
    pub(crate) fn new(table: &Declaration) -> Self {
        Self::with(table, &[], &[])
    }

    /// A table of a study with these axes and responses.
    pub(crate) fn with(table: &Declaration, axes: &[String], responses: &[&str]) -> Self {
        let mut writer = Self {
            name: format!("{}.csv", table.name),
            rows: 0,
            csv: csv::Writer::from_writer(Vec::new()),
        };
        writer.row(table.headings(axes, responses));
        writer.rows = 0;
        writer
    }

    /// Adds a row, which has as many cells as there are headings. What a
    /// spreadsheet would take for a formula is made text.
    pub(crate) fn row<S: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = S>) {
        let cells: Vec<S> = cells.into_iter().collect();
        self.csv
            .write_record(cells.iter().map(|cell| neutral(cell.as_ref()).into_owned()))
            .expect("rows are as long as the heading, and memory does not refuse");
        self.rows += 1;
    }

    /// The finished table.
    pub(crate) fn finish(self) -> Table {
        let bytes = self.csv.into_inner().expect("memory does not refuse");
        let text = String::from_utf8(bytes).expect("every cell is text");
        Table {
            name: self.name,
            text,
            rows: self.rows,
        }
    }
}

/// The name of a point in tables: its number, from 1.
fn number(point: u32) -> String {
    (point + 1).to_string()
}

/// What is said where a response is undefined at a point, with the runs of which that
/// is true; `None` where it is defined in all.
pub(super) fn undefined_note(results: &Results, point: u32, response: usize) -> Option<String> {
    let (undefined, lack) = results.undefined(point, response)?;
    let runs = results.of(point).len();
    Some(format!(
        "undefined in {undefined} of {}: {}",
        counted(runs as u64, "run"),
        lack.words()
    ))
}

/// A table of the points of a study.
fn of_points(table: &Declaration, results: &Results) -> Writer {
    let plan = results.plan;
    let responses = plan.responses.iter();
    let responses: Vec<&str> = responses.map(|response| &*response.name).collect();
    Writer::with(table, &plan.axes, &responses)
}

/// The first column of every table of points.
const POINT: Part = Part::Fixed(&[Column::new(
    "point",
    Unit::Number,
    "the number of the point, from 1",
)]);

/// The cells that say which point it is.
fn point_cells(results: &Results, point: u32) -> Vec<String> {
    let values = &results.plan.points[point as usize].values;
    std::iter::once(number(point))
        .chain(values.iter().cloned())
        .collect()
}
