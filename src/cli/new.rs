//! `rollcast new`: a scenario to start from.

use super::file::{self, Existing};
use super::{Failure, print, print_data, say};
use crate::import::{self, Source};
use crate::reading;
use crate::reading::Shown;
use crate::scenario::spelling::argument;
use crate::scenario::starter;
use std::fs;
use std::path::{Path, PathBuf};

/// Write a commented scenario that runs, to start from.
///
/// With `--from`, of what administrators can export: an inventory, and what the
/// cmdlets of Configuration Manager and Active Directory give, as CSV or JSON.
/// docs/import.md has the commands.
#[derive(Debug, clap::Args)]
#[command(override_usage = "rollcast new [FILE] [--force] [--from <FILE>...]")]
pub(super) struct Arguments {
    /// The file to write; by default standard output.
    file: Option<PathBuf>,

    /// Make the scenario of these exports, or of all files in these folders.
    #[arg(long, num_args = 1.., value_name = "FILE")]
    from: Vec<PathBuf>,

    /// Replace an existing file.
    #[arg(long)]
    force: bool,
}

impl Arguments {
    pub(super) fn run(self) -> Result<(), Failure> {
        let (text, lists) = if self.from.is_empty() {
            (starter().to_owned(), None)
        } else {
            if self.file.is_none() {
                refuse_scenario_behind(&self.from)?;
            }
            let to = self.file.as_deref().unwrap_or(Path::new("fleet.toml"));
            let draft = import::draft(&sources(&self.from)?, to).map_err(faults)?;
            (draft.text, Some(draft.lists.text()))
        };
        let Some(path) = &self.file else {
            return print_data(&text);
        };
        write(path, &text, self.force)?;
        if let Some(lists) = lists {
            print(&lists)?;
        }
        let word = argument(&path.display().to_string());
        say(&format!(
            "written to {}; try: rollcast run {word}",
            path.shown()
        ));
        Ok(())
    }
}

/// Refuses the scenario's file among the exports, where it stands behind `--from`.
fn refuse_scenario_behind(from: &[PathBuf]) -> Result<(), Failure> {
    let Some((last, exports)) = from.split_last().filter(|(_, rest)| !rest.is_empty()) else {
        return Ok(());
    };
    let is_scenario = last.extension().is_some_and(|ending| ending == "toml");
    if last.exists() && !is_scenario {
        return Ok(());
    }
    let why = if last.exists() {
        "is a scenario"
    } else {
        "does not exist"
    };
    let exports: Vec<String> = exports
        .iter()
        .map(|path| argument(&path.display().to_string()))
        .collect();
    let word = argument(&last.display().to_string());
    let last = last.shown();
    Err(Failure::bad_input(format!(
        "`{last}` {why}, and what stands behind `--from` are exports\nhelp: the file of the scenario stands before it: rollcast new {word} --from {}",
        exports.join(" ")
    )))
}

/// The files that are named, and those of the folders that are.
fn sources(named: &[PathBuf]) -> Result<Vec<Source>, Failure> {
    let mut sources = Vec::new();
    for path in named {
        if path.is_dir() {
            let entries = fs::read_dir(path).map_err(|error| unreadable(path, &error))?;
            for entry in entries {
                let path = entry.map_err(|error| unreadable(path, &error))?.path();
                if path.is_file() && is_export(&path) {
                    sources.push(source(path)?);
                }
            }
        } else {
            sources.push(source(path.clone())?);
        }
    }
    if sources.is_empty() {
        let help = "exports end in .csv, .json, .txt or .tsv";
        return Err(Failure::bad_input(format!(
            "`--from` names folders without exports\nhelp: {help}"
        )));
    }
    Ok(sources)
}

/// Whether a file of a folder may be an export.
fn is_export(path: &Path) -> bool {
    let extension = path.extension().map(std::ffi::OsStr::to_ascii_lowercase);
    let known = ["csv", "json", "txt", "tsv"];
    extension.is_some_and(|extension| known.iter().any(|known| extension == *known))
}

fn source(path: PathBuf) -> Result<Source, Failure> {
    let bytes = reading::bytes(&path, reading::MADE).map_err(|error| unreadable(&path, &error))?;
    Ok(Source { path, bytes })
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    let (why, help) =
        reading::obstacle(path, error).unwrap_or_else(|| (error.to_string(), "check the path"));
    Failure::bad_input(format!(
        "`{}` cannot be read: {why}\nhelp: {help}",
        path.shown()
    ))
}

fn faults(faults: Vec<import::Fault>) -> Failure {
    let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
    Failure::bad_input(lines.join("\nerror: "))
}

/// Writes the file whole or not at all.
fn write(path: &Path, text: &str, force: bool) -> Result<(), Failure> {
    if path.exists() && !force {
        return Err(Failure::bad_input(format!(
            "`{}` exists already; choose another name, or replace it with `--force`",
            path.shown()
        )));
    }
    let existing = if force {
        Existing::Replaced
    } else {
        Existing::Kept
    };
    file::write(path, text, existing).map_err(|error| file::unwritten(path, &error))
}
