//! One page that answers: whether it will be done, when, who fails, why, and
//! what to change.
//!
//! A report is made from the tables and the manifest of a finished run alone.
//! Each view is a function from loaded tables to markup, so that a live page
//! can show the same ones. Markup and pictures come from `maud`, which checks
//! them when the program is compiled and escapes every text: a picture is a
//! part of the page, takes its colours from the same style sheet in light and
//! dark, and each of its marks can carry a name, which libraries that draw
//! charts into files do not give. The same results give the same bytes.

pub mod basis;
pub mod causes;
pub mod compare;
pub mod curve;
pub mod data;
pub mod decisions;
pub mod difference;
pub mod load;
pub mod places;
mod sharers;
pub mod study;
pub mod text;
pub mod verdict;

pub use data::{Row, Rows, Run};
pub use load::Thresholds;
pub use study::Study;

use crate::reading::Shown;
use crate::results::OutputError;
use crate::scenario::plain;
use crate::study::compare::{RunComparison, compare_runs};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use std::path::{Path, PathBuf};

/// The style sheet of every page.
pub const STYLE: &str = include_str!("page.css");
/// Makes tables sortable; pages are whole without it.
pub const SCRIPT: &str = include_str!("page.js");

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// There is no directory of a run.
    #[error(transparent)]
    Directory(OutputError),
    /// The directory holds no finished run that can be used.
    #[error("`{}` holds no finished run or study: {reason}", .path.shown())]
    NoRun {
        /// The directory.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// The study has no tables yet.
    #[error("the study in `{}` has no tables: {reason}; `rollcast study run` goes on with it", .path.shown())]
    NoStudy {
        /// The directory.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// A table was not written.
    #[error("`{}` has no table `{table}`; run the scenario again with `--tables all`", .path.shown())]
    Missing {
        /// The directory.
        path: PathBuf,
        /// The table.
        table: &'static str,
    },
    /// A table cannot be used.
    #[error("`{}` cannot be used: {reason}; run the scenario again", .path.shown())]
    Table {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Results of different kinds, or too many.
    #[error("a report is about one run, two runs, or one study; {0}")]
    Kinds(String),
}

impl ReportError {
    /// A table that was not read: a run that is made again does not open one that is closed.
    pub(crate) fn of_table(path: PathBuf, error: OutputError) -> Self {
        match &error {
            OutputError::Io { source, .. }
                if source.kind() == std::io::ErrorKind::PermissionDenied =>
            {
                Self::Directory(error)
            }
            _ => Self::Table {
                path,
                reason: error.to_string(),
            },
        }
    }
}

/// The report about finished results: one run, two runs, or one study.
///
/// # Errors
/// If they are none, or damaged.
pub fn report(directories: &[PathBuf], thresholds: Thresholds) -> Result<String, ReportError> {
    let is_study = |path: &PathBuf| path.join(crate::study::PLAN).is_file();
    match directories {
        [one] if is_study(one) => {
            let study = Study::read(one)?;
            Ok(text_of(page(study.title(), &study::SECTIONS, study.view())))
        }
        [one] => {
            let run = Run::read(one)?;
            Ok(text_of(page(
                &run.manifest.title,
                &SECTIONS,
                views(&run, thresholds),
            )))
        }
        [first, second] if !is_study(first) && !is_study(second) => two(first, second, thresholds),
        [_, _] => Err(ReportError::Kinds(
            "compare two studies with `rollcast compare`".to_owned(),
        )),
        _ => Err(ReportError::Kinds(format!(
            "{} were given",
            directories.len()
        ))),
    }
}

fn two(first: &Path, second: &Path, thresholds: Thresholds) -> Result<String, ReportError> {
    let runs = [Run::read(first)?, Run::read(second)?];
    let comparison: RunComparison =
        compare_runs(first, second).map_err(|error| ReportError::NoRun {
            path: second.into(),
            reason: error.to_string(),
        })?;
    let title = format!("{} (two results)", runs[1].manifest.title);
    let body = html! {
        (compare::view(&runs[0], &runs[1], &comparison))
        h2 { "The second result" }
        (views(&runs[1], thresholds))
    };
    Ok(text_of(page(&title, &SECTIONS, body)))
}

/// The one way from markup to text: what could steer a terminal that shows the file, or
/// turn round the order of a line on the page, is written out.
pub(crate) fn text_of(markup: Markup) -> String {
    plain(&markup.into_string())
}

/// Sections of the report on a run, for the navigation.
const SECTIONS: [(&str, &str); 6] = [
    ("verdict", "Verdict"),
    ("curve", "Progress"),
    ("causes", "Why not everybody"),
    ("load", "Where it hurts"),
    ("places", "Places and days"),
    ("basis", "What it rests on"),
];

/// Every view of a run, in the order in which they answer.
pub fn views(run: &Run, thresholds: Thresholds) -> Markup {
    html! {
        (verdict::view(run))
        (progress(run, None))
        (causes::view(run))
        (load::view(run, thresholds))
        (places::view(run))
        (basis::view(run))
    }
}

/// Advertisements that have a curve of their own.
const MOST_CURVES: usize = 6;

/// The S-curves, over those of the run `before` if one is given.
pub fn progress(run: &Run, before: Option<&Run>) -> Markup {
    let advertisements = run.advertisements();
    html! {
        section id="curve" aria-labelledby="curve-heading" {
            h2 id="curve-heading" { "How does it go?" }
            @for (number, advertisement) in advertisements.iter().take(MOST_CURVES).enumerate() {
                h3 { (advertisement) }
                (curve::view(run, advertisement, number + 1, before))
            }
            @if advertisements.len() > MOST_CURVES {
                p { (advertisements.len() - MOST_CURVES) " more advertisements are in timeline.csv." }
            }
            (decisions::view(run))
        }
    }
}

/// A whole page.
pub fn page(title: &str, sections: &[(&str, &str)], body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " – Rollcast" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { (title) }
                    @if !sections.is_empty() {
                        nav aria-label="Sections" { ul { @for (id, name) in sections { li { a href=(format!("#{id}")) { (name) } } } } }
                    }
                }
                main { (body) }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}
