//! A study: each response against each axis, and the tables that answer its
//! questions.

use super::ReportError;
use super::data::{Row, Rows};
use maud::{Markup, html};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// The tables that answer questions, with what they say.
const ANSWERS: [(&str, &str); 7] = [
    ("objectives", "Objectives at each point"),
    ("goal", "How much is enough?"),
    ("selection", "Which is the best?"),
    ("sensitivity", "What matters?"),
    ("fixes", "Which change helps most?"),
    ("attribution", "What each change cures"),
    ("pairs", "Against the baseline"),
];

/// Rows of a table that is shown.
const MOST_ROWS: usize = 200;
const UNFOLDED: usize = 12;

/// A finished study.
#[derive(Debug)]
pub struct Study {
    title: String,
    runs: u64,
    plan: String,
    axes: Vec<String>,
    tables: BTreeMap<String, Rows>,
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
        let text = std::fs::read(&path).map_err(|error| unfinished(error.to_string()))?;
        let manifest: serde_json::Value =
            serde_json::from_slice(&text).map_err(|error| unfinished(error.to_string()))?;
        let mut tables = BTreeMap::new();
        for output in manifest["outputs"].as_array().into_iter().flatten() {
            let Some(file) = output["file"].as_str() else {
                continue;
            };
            let name = file.trim_end_matches(".csv");
            let path = results.join(file);
            let found = crate::results::file_sha256(&path).map_err(|error| ReportError::Table {
                path: path.clone(),
                reason: error.to_string(),
            })?;
            if output["sha256"].as_str() != Some(&found) {
                let reason = "it is not what the manifest says: changed or cut off".to_owned();
                return Err(ReportError::Table { path, reason });
            }
            tables.insert(name.to_owned(), Rows::read(&path)?);
        }
        let points = tables.get("points");
        let points = points.ok_or_else(|| unfinished("there is no points.csv".to_owned()))?;
        let known = |name: &&str| *name != "point" && *name != "response";
        let axes = points.headings().into_iter();
        let axes = axes.take_while(|name| *name != "n").filter(known);
        Ok(Self {
            title: manifest["title"].as_str().unwrap_or("Study").to_owned(),
            runs: manifest["runs"].as_u64().unwrap_or(0),
            plan: manifest["plan"].as_str().unwrap_or("").to_owned(),
            axes: axes.map(str::to_owned).collect(),
            tables,
        })
    }

    /// What it is called.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The whole view.
    pub fn view(&self) -> Markup {
        let none = Rows::default();
        let points = self.tables.get("points").unwrap_or(&none);
        html! {
            section id="study" aria-labelledby="study-heading" {
                h2 id="study-heading" { "What does the study say?" }
                p { (self.runs) " runs at " (distinct(points, "point").len()) " points." }
                @for response in distinct(points, "response") {
                    h3 { (response) }
                    @for axis in &self.axes { (against(points, &response, axis)) }
                }
                @if let Some(rows) = self.tables.get("sensitivity") { (tornado(rows)) }
                @for (name, title) in ANSWERS {
                    @if let Some(rows) = self.tables.get(name) { (table(rows, title)) }
                }
            }
            section id="basis" aria-labelledby="basis-heading" {
                h2 id="basis-heading" { "What does it rest on?" }
                p { "Plan " code.hash { (self.plan) } }
                (table(points, "Every point and response"))
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

/// One point of a picture: place on the axis, mean, interval.
struct Dot<'a> {
    at: usize,
    row: Row<'a>,
    mean: f64,
    low: f64,
    high: f64,
}

/// A response against one axis, every point with its interval.
fn against(points: &Rows, response: &str, axis: &str) -> Markup {
    let values = distinct(points, axis);
    let rows = points.iter().filter(|row| row.text("response") == response);
    let dots: Vec<Dot> = rows
        .filter_map(|row| {
            let mean = row.number("mean").or_else(|| row.number("median"))?;
            let at = values.iter().position(|value| value == row.text(axis))?;
            let low = row.number("ci_low").unwrap_or(mean);
            let high = row.number("ci_high").unwrap_or(mean);
            Some(Dot {
                at,
                row,
                mean,
                low,
                high,
            })
        })
        .collect();
    if dots.is_empty() || values.len() < 2 {
        return html! {};
    }
    let low = dots.iter().map(|dot| dot.low).fold(f64::INFINITY, f64::min);
    let high = dots
        .iter()
        .map(|dot| dot.high)
        .fold(f64::NEG_INFINITY, f64::max);
    let room = if high > low { high - low } else { 1.0 };
    let y = |value: f64| 12.0 + 180.0 * (1.0 - (value - low) / room);
    let x = |at: usize| 110.0 + 820.0 * (at as f64 + 0.5) / values.len() as f64;
    let path = dots.iter().fold(String::new(), |mut path, dot| {
        let _ = write!(
            path,
            "M{:.1} {:.1}V{:.1}",
            x(dot.at),
            y(dot.low),
            y(dot.high)
        );
        path
    });
    let every = values.len().div_ceil(10);
    html! {
        figure {
            svg viewBox="0 0 960 236" role="img" aria-label=(format!("{response} against {axis}")) {
                @for value in [low, low + room / 2.0, low + room] {
                    line.grid x1="100" x2="940" y1=(format!("{:.1}", y(value))) y2=(format!("{:.1}", y(value))) {}
                    text.label x="94" y=(format!("{:.1}", y(value) + 4.0)) text-anchor="end" { (short(value)) }
                }
                @for (at, value) in values.iter().enumerate().step_by(every) {
                    text.label x=(format!("{:.1}", x(at))) y="212" text-anchor="middle" { (value) }
                }
                text.label x="520" y="232" text-anchor="middle" { (axis) }
                path.whisker d=(path) {}
                @for dot in &dots {
                    circle.mark cx=(format!("{:.1}", x(dot.at))) cy=(format!("{:.1}", y(dot.mean))) r="4" {
                        title { "point " (dot.row.text("point")) ": " (short(dot.mean)) " (" (short(dot.low)) " to " (short(dot.high)) ")" }
                    }
                }
            }
            figcaption { (response) " against " (axis) ": mean and 95 % interval of every point" }
        }
    }
}

fn short(value: f64) -> String {
    if value.abs() >= 100.0 || value == 0.0 {
        super::text::count(value)
    } else {
        format!("{value:.3}")
    }
}

/// The swing of each axis as bars, the largest first.
fn tornado(rows: &Rows) -> Markup {
    let size = |row: &Row| {
        row.number("swing")
            .or_else(|| row.number("mu_star"))
            .unwrap_or(0.0)
            .abs()
    };
    html! {
        @for response in distinct(rows, "response") {
            @let mine = largest_first(rows, &response, size);
            @let most = mine.first().map_or(0.0, size);
            @if most > 0.0 {
                h3 { "What moves " (response) }
                @for row in &mine {
                    p.small { (row.text("axis")) ": " (short(size(row))) }
                    div.bar aria-hidden="true" { span style=(format!("width:{:.1}%", size(row) / most * 100.0)) {} }
                }
            }
        }
    }
}

/// The rows of a response by size.
fn largest_first<'a>(rows: &'a Rows, response: &str, size: impl Fn(&Row) -> f64) -> Vec<Row<'a>> {
    let mine = rows.iter().filter(|row| row.text("response") == response);
    let mut mine: Vec<Row> = mine.collect();
    mine.sort_by(|a, b| size(b).total_cmp(&size(a)));
    mine
}

/// A table as it stands.
fn table(rows: &Rows, title: &str) -> Markup {
    let all: Vec<Row> = rows.iter().collect();
    let headings = rows.headings();
    let table = html! {
        table.sortable {
            thead { tr { @for heading in &headings { th scope="col" { (heading) } } } }
            tbody {
                @for row in all.iter().take(MOST_ROWS) {
                    tr { @for heading in &headings { td { (row.text(heading)) } } }
                }
            }
        }
        @if all.len() > MOST_ROWS { p { (all.len() - MOST_ROWS) " more rows are in the table." } }
    };
    html! {
        @if all.len() > UNFOLDED { details { summary { (title) " (" (all.len()) " rows)" } (table) } }
        @else { h3 { (title) } (table) }
    }
}
