//! `rollcast report`: one page about finished results.

use super::file::{self, Existing};
use super::{Failure, print_data, say};
use crate::reading::Shown;
use crate::report::data::NEEDED;
use crate::report::{ReportError, Thresholds, report};
use crate::results::TableSet;
use crate::units::parse_span;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Make one HTML page from finished results: whether it will be done, when, who
/// fails, why, and what to change.
///
/// Give one run, two runs to see what changed, or one study. The page is one
/// file, asks nothing of any server, and can be read with scripts off.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The output directory of a run or study; of a second run to compare.
    #[arg(required = true, num_args = 1..)]
    results: Vec<PathBuf>,

    /// The page; `-` for standard output.
    #[arg(short, long, value_name = "FILE", default_value = "report.html")]
    output: PathBuf,

    /// A line counts as busy that is used to this share over the whole time.
    #[arg(long, value_name = "SHARE", value_parser = read_share, default_value_t = Thresholds::default().line)]
    line_threshold: f64,

    /// A line counts as busy that is full for this many seconds, all in all.
    #[arg(long, value_name = "SECONDS", value_parser = read_seconds, default_value_t = Thresholds::default().full)]
    full_threshold: f64,

    /// A server counts as short that refuses this share of its requests, or lets
    /// them time out.
    #[arg(long, value_name = "SHARE", value_parser = read_share, default_value_t = Thresholds::default().refused)]
    refusal_threshold: f64,

    /// A server counts as slow at which a request waited this many seconds.
    #[arg(long, value_name = "SECONDS", value_parser = read_seconds, default_value_t = Thresholds::default().wait)]
    wait_threshold: f64,
}

impl Arguments {
    pub(super) fn run(self) -> Result<(), Failure> {
        let thresholds = Thresholds {
            line: share("--line-threshold", self.line_threshold)?,
            full: positive("--full-threshold", self.full_threshold)?,
            refused: share("--refusal-threshold", self.refusal_threshold)?,
            wait: positive("--wait-threshold", self.wait_threshold)?,
        };
        let is_stream = self.output == Path::new("-");
        if !is_stream {
            refuse_foreign(&self.output)?;
        }
        let html = report(&self.results, thresholds).map_err(refused)?;
        if is_stream {
            return print_data(&html);
        }
        save(&self.output, &html)?;
        say(&format!("written to {}", self.output.shown()));
        Ok(())
    }
}

/// A share as the command line has it.
fn read_share(text: &str) -> Result<f64, String> {
    let percent = text
        .trim()
        .strip_suffix('%')
        .map(|number| number.trim().parse::<f64>());
    match percent {
        Some(Ok(percent)) => Err(format!("{percent} % is written {}", percent / 100.0)),
        _ => text
            .parse()
            .map_err(|_| "it is not a number; a share is written 0.8".to_owned()),
    }
}

/// Seconds as the command line has them.
fn read_seconds(text: &str) -> Result<f64, String> {
    text.parse().map_err(|_| match parse_span(text) {
        Ok(span) => format!("{text} is written {}", span.seconds()),
        Err(_) => "it is not a number of seconds".to_owned(),
    })
}

fn positive(option: &str, value: f64) -> Result<f64, Failure> {
    if value > 0.0 && value.is_finite() {
        return Ok(value);
    }
    let message = format!("{option} is {value}; give a number above 0");
    Err(Failure::bad_input(message))
}

/// A share of a whole.
fn share(option: &str, value: f64) -> Result<f64, Failure> {
    let value = positive(option, value)?;
    if value <= 1.0 {
        return Ok(value);
    }
    let help = if value <= 100.0 {
        format!("{value} % is written {option} {}", value / 100.0)
    } else {
        format!("give a share above 0 and up to 1, such as {option} 0.8")
    };
    Err(Failure::bad_input(format!(
        "{option} is {value}, and a share is 1 at most\nhelp: {help}"
    )))
}

/// Refuses to replace a file that is not an older page of Rollcast.
fn refuse_foreign(path: &Path) -> Result<(), Failure> {
    if !path.is_file() || is_page(path) {
        return Ok(());
    }
    Err(Failure::bad_input(format!(
        "`{}` exists already and is not a page of rollcast, and is not replaced\nhelp: name another file with `-o`, or remove that one first",
        path.shown()
    )))
}

/// Whether a file is empty or begins as a page of Rollcast does.
fn is_page(path: &Path) -> bool {
    const HEAD: u64 = 4096;
    let mut head = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head));
    let head = String::from_utf8_lossy(&head);
    let title = head.split("</title>").next().unwrap_or("");
    read.is_ok()
        && (head.is_empty() || head.starts_with("<!DOCTYPE html>") && title.ends_with("– Rollcast"))
}

fn refused(error: ReportError) -> Failure {
    Failure::bad_input(error)
}

/// Whether the page can be made of these tables; known before a run that may be long.
pub(super) fn can_be_made_of(tables: TableSet) -> Result<(), Failure> {
    let written: Vec<_> = tables.files().map(|(table, ..)| table.name()).collect();
    match NEEDED.iter().find(|needed| !written.contains(needed)) {
        Some(missing) => Err(Failure::bad_input(format!(
            "`--report` is made of the table `{missing}`, which `--tables` leaves out; add it, or leave one of the two options out"
        ))),
        None => Ok(()),
    }
}

/// The page about the results that were just written to `directory`, beside
/// its tables.
pub(super) fn beside(directory: &Path) -> Result<PathBuf, Failure> {
    let html = report(&[directory.to_owned()], Thresholds::default()).map_err(refused)?;
    let path = directory.join("report.html");
    save(&path, &html)?;
    Ok(path)
}

fn save(path: &Path, html: &str) -> Result<(), Failure> {
    refuse_foreign(path)?;
    file::write(path, html, Existing::Replaced).map_err(|error| file::unwritten(path, &error))
}
