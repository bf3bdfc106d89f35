//! The tables of a study: made from all runs that count, in their order.
//!
//! The bytes are the same on whatever machine the runs were made, and in how many shards.

use super::error::StudyError;
use super::plan::{Rule, RunKey, StudyPlan};
use super::record::{Known, Record};
use super::rule::Decider;
use super::store::{Store, write_whole};
use super::tables::{self, Table};
use super::value::{Lack, Value};
use crate::answer::StudyAnswer;
use crate::reading;
use crate::results::Verdict;
use crate::units::sha256;
use std::fs;
use std::path::{Path, PathBuf};

/// What a study has come to.
#[derive(Debug)]
pub struct Results<'a> {
    /// The plan.
    pub plan: &'a StudyPlan,
    /// The runs that count, in order.
    pub runs: Vec<&'a Record>,
}

/// The tables of a study on disk.
#[derive(Debug)]
pub struct Merged {
    /// Where.
    pub directory: PathBuf,
    /// What came out, for the reader at the terminal.
    pub digest: String,
    /// The same for programs.
    pub answer: StudyAnswer,
    /// Objectives that no point of the study meets.
    pub missed: Vec<String>,
    /// The objective that was sought, if no value of the axis is enough for it.
    pub not_reached: Option<String>,
}

/// Whether all runs of a study are known, and if not, which are missing as far
/// as can be told.
pub fn missing(plan: &StudyPlan, known: &Known) -> Vec<RunKey> {
    let mut decider = Decider::new(plan);
    let units = 0..decider.units();
    decider.next(known, units, 1)
}

impl<'a> Results<'a> {
    /// The runs of `plan` that count, among those that are known.
    pub fn new(plan: &'a StudyPlan, known: &'a Known) -> Self {
        let mut decider = Decider::new(plan);
        let units = 0..decider.units();
        let used = decider.used(known, units);
        Self {
            plan,
            runs: used.iter().map(|key| &known[key]).collect(),
        }
    }

    /// The runs of one point, in order.
    pub(crate) fn of(&self, point: u32) -> &[&'a Record] {
        let start = self.runs.partition_point(|record| record.point < point);
        let end = self.runs.partition_point(|record| record.point <= point);
        &self.runs[start..end]
    }

    /// The values of a response at a point, by replication: `None` inside
    /// where it did not come about. Runs that failed are left out, and those in which
    /// the response is undefined.
    pub(crate) fn sample(&self, point: u32, response: usize) -> Vec<(u32, Option<f64>)> {
        let value = |record: &&Record| {
            let value = record.value(response)?;
            (value.lack().is_none()).then_some((record.replication, value.number()))
        };
        self.of(point).iter().filter_map(value).collect()
    }

    /// Whether a response is undefined in every run at a point.
    fn is_about_nothing(&self, point: u32, response: usize) -> bool {
        let undefined = self.undefined(point, response);
        undefined.is_some_and(|(runs, _)| runs == self.of(point).len() as u64)
    }

    /// In how many runs at a point a response is undefined, and why in the first of
    /// them; `None` if it is in none.
    pub(crate) fn undefined(&self, point: u32, response: usize) -> Option<(u64, Lack)> {
        let runs = self.of(point).iter();
        let mut lacks = runs.filter_map(|run| run.value(response).and_then(Value::lack));
        let first = lacks.next()?;
        Some((1 + lacks.count() as u64, first))
    }

    /// The points that have runs, in order.
    pub(crate) fn points(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.plan.points.len() as u32).filter(|point| !self.of(*point).is_empty())
    }

    /// Writes the tables into the folder `results` of the study, which appears
    /// whole or not at all.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn write(&self, store: &Store, known: &Known) -> Result<Merged, StudyError> {
        let target = store.directory().join("results");
        let mut listing = Vec::new();
        let mut files = Vec::new();
        for Table { name, text, rows } in tables::all(self, known) {
            let hash = sha256(text.as_bytes());
            listing.push(serde_json::json!({ "file": name, "rows": rows, "sha256": hash }));
            files.push((name, text));
        }
        let manifest = serde_json::json!({
            "plan": self.plan.hash,
            "rollcast": self.plan.rollcast,
            "title": self.plan.title,
            "runs": self.runs.len(),
            "outputs": listing,
        });
        files.push((MANIFEST.to_owned(), format!("{manifest:#}\n")));
        if target.is_dir() {
            renew(&target, store.directory(), &files)?;
        } else {
            appear(&target, store.directory(), &files)?;
        }
        let mut answer = tables::answer(self, known);
        answer.directory = target.display().to_string();
        Ok(Merged {
            directory: target,
            answer,
            digest: tables::digest(self, known),
            missed: self.missed(),
            not_reached: self.not_reached(known),
        })
    }

    /// The objective of a goal that no search has found a value for.
    fn not_reached(&self, known: &Known) -> Option<String> {
        let Rule::Bisection { objective, .. } = self.plan.rule else {
            return None;
        };
        let decider = Decider::new(self.plan);
        let mut searches = (0..decider.units()).map(|chain| decider.search(known, chain as usize));
        let none = searches.all(|search| search.answer.is_none());
        none.then(|| self.plan.objectives[objective].name.clone())
    }

    /// Objectives that are known to be missed, and met at no point.
    fn missed(&self) -> Vec<String> {
        let mut missed = Vec::new();
        for (number, objective) in self.plan.objectives.iter().enumerate() {
            let verdicts: Vec<Verdict> = self
                .points()
                .filter(|point| !self.is_about_nothing(*point, objective.response))
                .map(|point| tables::judge(self, point, number).verdict)
                .collect();
            if !verdicts.is_empty() && verdicts.iter().all(|verdict| *verdict == Verdict::Fail) {
                missed.push(objective.name.clone());
            }
        }
        missed
    }
}

/// The name of the file that lists the tables.
const MANIFEST: &str = "manifest.json";

/// Writes the files of a folder that is not there yet: it appears whole.
fn appear(target: &Path, parent: &Path, files: &[(String, String)]) -> Result<(), StudyError> {
    let staged = stage(target, parent, files)?;
    if let Err(error) = fs::rename(staged.path(), target) {
        // Another process may have been faster.
        return if target.is_dir() {
            renew(target, parent, files)
        } else {
            Err(StudyError::made(target, error))
        };
    }
    // The directory now has another name: there is nothing left to remove.
    let _ = staged.keep();
    Ok(())
}

/// Writes the files of `target` into a hidden folder beside it.
fn stage(
    target: &Path,
    parent: &Path,
    files: &[(String, String)],
) -> Result<tempfile::TempDir, StudyError> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".results-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any other new directory; by default only its owner could read it.
        builder.permissions(fs::Permissions::from_mode(0o777));
    }
    let staged = builder.tempdir_in(parent);
    let staged = staged.map_err(|error| StudyError::made(target, error))?;
    for (name, text) in files {
        write_whole(&staged.path().join(name), text.as_bytes())?;
    }
    Ok(staged)
}

/// Writes the files of a folder that is there: each is replaced in one step,
/// with the list of them last. A table that is no longer made goes; what this
/// program did not write stays. A process that is killed leaves nothing
/// unfinished in the folder.
fn renew(target: &Path, parent: &Path, files: &[(String, String)]) -> Result<(), StudyError> {
    let older = reading::bytes(&target.join(MANIFEST), reading::MADE).unwrap_or_default();
    let older: serde_json::Value = serde_json::from_slice(&older).unwrap_or_default();
    let staged = stage(target, parent, files)?;
    for (name, _) in files {
        let path = target.join(name);
        fs::rename(staged.path().join(name), &path)
            .map_err(|error| StudyError::io(&path, error))?;
    }
    let outputs = older["outputs"].as_array().into_iter().flatten();
    let names = outputs.filter_map(|output| output["file"].as_str());
    for name in names.filter(|name| files.iter().all(|(file, _)| file != name)) {
        // A name is not a way out of the folder.
        if !name.contains(['/', '\\']) {
            let _ = fs::remove_file(target.join(name));
        }
    }
    Ok(())
}
