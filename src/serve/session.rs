//! One scenario, its runs and what they are compared with.

use crate::division::Plan;
use crate::explain::{Explanation, find_or};
use crate::forecast::{in_waves, provenance};
use crate::model::{Interrupted, Watch, replicate};
use crate::outcome::Replication;
use crate::report::{ReportError, Run};
use crate::results::{Environment, OutputError, RunWriter, TableSet};
use crate::scenario::{Files, Loaded, load_kept, with_settings};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Tables that the first picture is made from.
const PICTURE: &str = "summary,timeline,decisions,phases";
/// Tables that every view is made from.
const VIEWS: &str = "summary,timeline,decisions,phases,causes,failures,resources,sites,days,use";

/// Why a run did not come about.
#[derive(Debug)]
pub enum Stopped {
    /// A newer change has stopped it, or the server has.
    Superseded,
    /// The scenario cannot be run with these values: what the command line would
    /// say.
    Bad(String),
}

impl From<Interrupted> for Stopped {
    fn from(_: Interrupted) -> Self {
        Self::Superseded
    }
}

impl From<OutputError> for Stopped {
    fn from(error: OutputError) -> Self {
        Self::Bad(error.to_string())
    }
}

impl From<ReportError> for Stopped {
    fn from(error: ReportError) -> Self {
        Self::Bad(error.to_string())
    }
}

/// A run of which the first replication is done.
#[derive(Debug)]
pub struct Begun {
    /// Number of the change.
    pub number: u64,
    /// The values that were set.
    pub settings: Vec<String>,
    /// The scenario with these.
    pub loaded: Loaded,
    /// Its first replication, as tables.
    pub picture: Run,
    /// The run to compare it with.
    pub before: Option<Arc<Run>>,
    /// From the change to the tables.
    pub seconds: f64,
    plan: Plan,
    first: Replication,
    watch: Arc<Watch>,
}

/// What has been shown.
#[derive(Debug, Default)]
struct Shown {
    latest: Option<Arc<Begun>>,
    /// The last one of which every view was made.
    whole: Option<Arc<Run>>,
    baseline: Option<Arc<Run>>,
}

/// Which change is being worked on.
#[derive(Debug, Default)]
struct Turn {
    number: u64,
    watch: Arc<Watch>,
    closed: bool,
}

/// A scenario that is served.
#[derive(Debug)]
pub struct Session {
    path: PathBuf,
    given: Vec<String>,
    files: Files,
    pool: rayon::ThreadPool,
    turn: Mutex<Turn>,
    shown: Mutex<Shown>,
}

/// A lock; one that a panic has left behind holds what it held before.
fn locked<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Session {
    /// The scenario at `path` with the values `given` on the command line, run on
    /// the threads of `pool`. Its files are read when they are first needed, and
    /// once.
    pub fn new(path: &Path, given: &[String], pool: rayon::ThreadPool) -> Self {
        Self {
            path: path.to_owned(),
            given: given.to_vec(),
            files: Files::default(),
            pool,
            turn: Mutex::default(),
            shown: Mutex::default(),
        }
    }

    /// The values given on the command line.
    pub fn given(&self) -> &[String] {
        &self.given
    }

    /// The files that have been read.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// The scenario with `settings` over it.
    ///
    /// # Errors
    /// If it cannot be used: what the command line would say.
    pub fn load(&self, settings: &[String]) -> Result<Loaded, Stopped> {
        let loaded = load_kept(&self.files, &self.path, settings);
        loaded.map_err(|problems| Stopped::Bad(problems.render(false)))
    }

    /// Stops the run under way and begins no other.
    pub fn close(&self) {
        let mut turn = locked(&self.turn);
        turn.closed = true;
        turn.watch.stop.store(true, Ordering::Relaxed);
    }

    /// Stops the run under way; the number of the next one and its watch.
    fn next(&self) -> Result<(u64, Arc<Watch>), Stopped> {
        let mut turn = locked(&self.turn);
        if turn.closed {
            return Err(Stopped::Superseded);
        }
        turn.watch.stop.store(true, Ordering::Relaxed);
        turn.number += 1;
        turn.watch = Arc::default();
        Ok((turn.number, turn.watch.clone()))
    }

    /// Runs the first replication with `settings`, in place of any run under way.
    ///
    /// # Errors
    /// If the scenario cannot be used, or a newer change has come.
    pub fn begin(&self, settings: &[String]) -> Result<Arc<Begun>, Stopped> {
        let started = Instant::now();
        let (number, watch) = self.next()?;
        let going_on = || {
            if watch.stop.load(Ordering::Relaxed) {
                return Err(Stopped::Superseded);
            }
            Ok(())
        };
        let loaded = self.load(settings)?;
        going_on()?;
        let (plan, first, picture) = self.pool.install(|| {
            let plan = Plan::new(&loaded.world);
            going_on()?;
            let first = replicate(&loaded.world, &plan, 1, &watch)?;
            let mut writer = RunWriter::in_memory(&loaded.world, tables(PICTURE))?;
            writer.add(&first)?;
            let picture = Run::kept(writer.keep(crate::results::Provenance::default())?)?;
            Ok::<_, Stopped>((plan, first, picture))
        })?;
        going_on()?;
        let mut shown = locked(&self.shown);
        let before = shown.baseline.clone().or_else(|| shown.whole.clone());
        let begun = Arc::new(Begun {
            number,
            settings: settings.to_vec(),
            loaded,
            picture,
            before,
            seconds: started.elapsed().as_secs_f64(),
            plan,
            first,
            watch,
        });
        shown.latest = Some(begun.clone());
        Ok(begun)
    }

    /// The run `number`, if it is the latest.
    pub fn latest(&self, number: u64) -> Option<Arc<Begun>> {
        let latest = locked(&self.shown).latest.clone();
        latest.filter(|begun| begun.number == number)
    }

    /// Runs the other replications of run `number` and makes every table of it.
    ///
    /// # Errors
    /// If a newer change has come.
    pub fn complete(&self, number: u64) -> Result<(Arc<Begun>, Arc<Run>), Stopped> {
        let begun = self.latest(number).ok_or(Stopped::Superseded)?;
        let world = &begun.loaded.world;
        let run = self.pool.install(|| {
            let mut writer = RunWriter::in_memory(world, tables(VIEWS))?;
            writer.add(&begun.first)?;
            let rest = 2..=world.replications;
            in_waves(world, &begun.plan, rest, &begun.watch, |replication| {
                writer.add(replication).map_err(Stopped::from)
            })?;
            let provenance = provenance(
                &begun.loaded,
                &self.path,
                &begun.settings,
                Environment::here(rayon::current_num_threads(), begun.seconds),
            );
            Ok::<_, Stopped>(Run::kept(writer.keep(provenance)?)?)
        })?;
        if begun.watch.stop.load(Ordering::Relaxed) {
            return Err(Stopped::Superseded);
        }
        let run = Arc::new(run);
        locked(&self.shown).whole = Some(run.clone());
        Ok((begun, run))
    }

    /// Keeps the last complete run as the one to compare with, or no longer; says
    /// whether there is one.
    pub fn freeze(&self, on: bool) -> bool {
        let mut shown = locked(&self.shown);
        shown.baseline = if on { shown.whole.clone() } else { None };
        shown.baseline.is_some()
    }

    /// The scenario's text with `settings` written into it.
    ///
    /// # Errors
    /// If it cannot be used with them.
    pub fn save(&self, settings: &[String]) -> Result<String, Stopped> {
        let loaded = self.load(settings)?;
        with_settings(&loaded.text, settings).map_err(Stopped::Bad)
    }

    /// The name that the saved scenario gets.
    pub fn file_name(&self) -> String {
        let stem = self.path.file_stem().unwrap_or_default().to_string_lossy();
        let stem = if stem == "-" { "scenario".into() } else { stem };
        format!("{stem}-changed.toml")
    }

    /// What the machine `name` does in the latest run and why, as text, and the
    /// options that would help it.
    ///
    /// # Errors
    /// If there is no such machine.
    pub fn explain(&self, name: &str, replication: u32) -> Result<(String, Vec<String>), Stopped> {
        let latest = locked(&self.shown).latest.clone();
        let begun = latest.ok_or(Stopped::Superseded)?;
        let world = &begun.loaded.world;
        let why = || begun.loaded.why_left_out(&self.files, name);
        let machine = find_or(world, name, &why).map_err(Stopped::Bad)?;
        let mut explanation = Explanation::of(world, &begun.plan, replication, machine);
        explanation.try_remedies(None, &|settings| {
            self.load(&[&begun.settings[..], settings].concat()).ok()
        });
        let stories = explanation.answer(None).advertisements.into_iter();
        let mut settings: Vec<Vec<String>> = stories.map(|story| story.settings).collect();
        settings.retain(|settings| !settings.is_empty());
        settings.dedup();
        let options = settings.iter().map(|settings| {
            let options = settings
                .iter()
                .map(|setting| crate::remedy::option(setting));
            options.collect::<Vec<_>>().join(" ")
        });
        Ok((explanation.text(None), options.collect()))
    }
}

/// A set of tables by their names.
fn tables(names: &str) -> TableSet {
    // The names are those of `Table`, which a test of this file holds.
    names.parse().unwrap_or(TableSet::ALL)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::Table;

    #[test]
    fn the_tables_of_a_page_exist_and_machines_are_not_among_them() {
        for names in [PICTURE, VIEWS] {
            assert!(names.parse::<TableSet>().is_ok());
            assert!(tables(names).format(Table::Machines).is_none());
        }
    }
}
