//! A study: its answer in sentences, each response against each axis, what can
//! be traded for what, and the tables behind it.

mod against;
mod answers;
mod front;
mod goal;
mod tornado;
mod values;

use super::ReportError;
use super::data::{Row, Rows};
use super::text::{count, replications};
use crate::reading;
use crate::study::{Measure, StudyPlan, headings};
use maud::{Markup, html};
use std::collections::BTreeMap;
use std::path::Path;

/// The tables that answer questions, with what they say.
const ANSWERS: [(&str, &str); 7] = [
    ("objectives", "Objectives at each point"),
    ("goal", "Points that the search looked at"),
    ("selection", "Which may be the best"),
    ("sensitivity", "What each axis moves"),
    ("fixes", "Changes by what they cure"),
    ("attribution", "What each change cures"),
    ("pairs", "Against the baseline"),
];

/// Sections of the page, for the navigation.
pub(super) const SECTIONS: [(&str, &str); 4] = [
    ("study", "Answer"),
    ("responses", "Responses"),
    ("tables", "Tables"),
    ("basis", "What it rests on"),
];

/// Rows of a table that is shown.
const MOST_ROWS: usize = 200;
const UNFOLDED: usize = 8;

/// A finished study.
#[derive(Debug)]
pub struct Study {
    runs: u64,
    plan: StudyPlan,
    /// Headings of the axes.
    axes: Vec<String>,
    tables: BTreeMap<String, Rows>,
    none: Rows,
}

impl Study {
    /// Reads the study in `directory`.
    ///
    /// # Errors
    /// If it is not finished or a table is damaged.
    pub fn read(directory: &Path) -> Result<Self, ReportError> {
        let results = directory.join("results");
        let path = results.join("manifest.json");
        let unfinished = |reason: String| ReportError::NoStudy {
            path: directory.into(),
            reason,
        };
        let plan = StudyPlan::read(directory).map_err(|error| unfinished(error.to_string()))?;
        let text =
            reading::bytes(&path, reading::MADE).map_err(|error| unfinished(error.to_string()))?;
        let manifest: serde_json::Value =
            serde_json::from_slice(&text).map_err(|error| unfinished(error.to_string()))?;
        let mut tables = BTreeMap::new();
        for output in manifest["outputs"].as_array().into_iter().flatten() {
            let Some(file) = output["file"].as_str() else {
                continue;
            };
            if file.contains(['/', '\\']) {
                let reason = format!("it names `{file}`, which is not in its directory");
                return Err(unfinished(reason));
            }
            let name = file.trim_end_matches(".csv");
            let path = results.join(file);
            let found = crate::results::file_sha256(&path)
                .map_err(|error| ReportError::of_table(path.clone(), error))?;
            if output["sha256"].as_str() != Some(&found) {
                let reason = "it is not what the manifest says: changed or cut off".to_owned();
                return Err(ReportError::Table { path, reason });
            }
            tables.insert(name.to_owned(), Rows::read(&path)?);
        }
        if !tables.contains_key("points") {
            return Err(unfinished("there is no points.csv".to_owned()));
        }
        Ok(Self {
            runs: manifest["runs"].as_u64().unwrap_or(0),
            axes: headings::of_axes(&plan.axes),
            plan,
            tables,
            none: Rows::default(),
        })
    }

    /// What it is called.
    pub fn title(&self) -> &str {
        &self.plan.title
    }

    /// A table; without rows if the study has none.
    fn table(&self, name: &str) -> &Rows {
        self.tables.get(name).unwrap_or(&self.none)
    }

    /// Headings of the axes.
    fn axes(&self) -> &[String] {
        &self.axes
    }

    /// The rows of a response in `points.csv`.
    fn rows_of<'s>(&'s self, response: &'s str) -> impl Iterator<Item = Row<'s>> {
        let rows = self.table("points").iter();
        rows.filter(move |row| row.text("response") == response)
    }

    /// Whether a row is about the point that others are compared with.
    fn is_baseline(&self, row: &Row) -> bool {
        let number = self.plan.baseline.map(|point| (point + 1).to_string());
        number.as_deref() == Some(row.text("point"))
    }

    /// The values of a row's axes in words.
    fn named(&self, row: &Row) -> String {
        let axes = self.axes();
        match axes {
            [] => "as it is".to_owned(),
            [one] => row.text(one).to_owned(),
            _ => {
                let named = axes.iter().map(|axis| format!("{axis} {}", row.text(axis)));
                named.collect::<Vec<_>>().join(", ")
            }
        }
    }

    /// The whole view.
    pub fn view(&self) -> Markup {
        html! {
            section id="study" aria-labelledby="study-heading" {
                h2 id="study-heading" { "What does the study say?" }
                p { (self.size()) }
                (answers::view(self))
                (goal::view(self))
                (front::view(self))
                (tornado::view(self))
            }
            section id="responses" aria-labelledby="responses-heading" {
                h2 id="responses-heading" { "How do the responses change?" }
                // How often an objective is met has a picture of its own.
                @for response in self.plan.responses.iter().filter(|response| response.measure != Measure::Objective) { (against::view(self, response)) }
            }
            section id="tables" aria-labelledby="tables-heading" {
                h2 id="tables-heading" { "The tables" }
                @for (name, title) in ANSWERS {
                    @if let Some(rows) = self.tables.get(name) { (table(rows, title, UNFOLDED)) }
                }
                (table(self.table("points"), "Every point and response", 0))
            }
            (self.basis())
        }
    }

    fn size(&self) -> String {
        let points = distinct(self.table("points"), "point").len();
        let each = self
            .table("points")
            .iter()
            .filter_map(|row| row.number("n"));
        let (least, most) = each.fold((f64::INFINITY, 0.0), |(a, b): (f64, f64), n| {
            (a.min(n), b.max(n))
        });
        let made = if least < most {
            format!("{} to {} replications", count(least), count(most))
        } else {
            replications(most)
        };
        let point = if points == 1 { "point" } else { "points" };
        format!(
            "{} runs at {points} {point}, {made} of each.",
            count(self.runs as f64)
        )
    }

    fn basis(&self) -> Markup {
        let plan = &self.plan;
        html! {
            section id="basis" aria-labelledby="basis-heading" {
                h2 id="basis-heading" { "What does it rest on?" }
                dl {
                    dt { "Scenario" } dd { (plan.scenario.file_name().unwrap_or_default().to_string_lossy()) }
                    dt { "Seed" } dd { (plan.seed) }
                    dt { "Draws" } dd {
                        @if plan.common_random_numbers { "replication n of every point has the same draws" }
                        @else { "every run has draws of its own" }
                    }
                    dt { "Program" } dd { "rollcast " (plan.rollcast) }
                    dt { "Plan" } dd { code.hash { (plan.hash) } }
                }
                p.small { "Intervals are those of the mean at 95 %, over replications; the forecast is as good as the scenario." }
            }
        }
    }
}

/// The values of a column in the order in which they first occur.
fn distinct(rows: &Rows, column: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for row in rows.iter() {
        if !found.iter().any(|have| have == row.text(column)) {
            found.push(row.text(column).to_owned());
        }
    }
    found
}

/// A table as it stands, its numbers to the digits that a reader can use.
fn table(rows: &Rows, title: &str, unfolded: usize) -> Markup {
    let all: Vec<Row> = rows.iter().collect();
    let headings = rows.headings();
    let table = html! {
        table.sortable {
            thead { tr { @for heading in &headings { th scope="col" { (heading.replace('_', " ")) } } } }
            tbody {
                @for row in all.iter().take(MOST_ROWS) {
                    tr {
                        @for heading in &headings {
                            @match row.number(heading) {
                                Some(number) => { td.number data-v=(row.text(heading)) { (values::short(number)) } }
                                None => { td { (row.text(heading)) } }
                            }
                        }
                    }
                }
            }
        }
        @if all.len() > MOST_ROWS { p { (all.len() - MOST_ROWS) " more rows are in the table." } }
    };
    html! {
        @if all.len() > unfolded { details { summary { (title) " (" (all.len()) " rows)" } (table) } }
        @else { h3 { (title) } (table) }
    }
}
