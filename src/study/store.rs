//! The directory of a study: runs that stand there whole or not at all.
//!
//! ```text
//! plan.json                    what is run; never changed
//! runs/p00012-r0003.json       a finished run, until its shard is finished
//! shards/00017-of-00500.json   a finished shard
//! results/                     tables, when every run is known
//! ```
//!
//! Every file is written under a temporary name and renamed. A process that is
//! killed leaves a temporary file that is never read, and that `study run` and
//! `study merge` remove when it is an hour old: until then it may be that of a
//! process on another machine. Plan, shards and tables are handed to the disk (`fsync`)
//! before they get their names. A single run is not, as a study may make
//! thousands in a second: each carries a checksum, and one that power failure or
//! anything else damaged is set aside and made again.

use super::error::StudyError;
use super::plan::{PLAN, RunKey, StudyPlan};
use super::record::{Known, Record};
use super::shard::Shard;
use super::{lock::Lock, lock::is_lock};
use crate::reading;
use crate::reading::Shown;
use crate::units::sha256;
use serde::{Deserialize, Serialize};
use std::fs;
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A study's directory.
#[derive(Debug)]
pub struct Store<'p> {
    directory: PathBuf,
    plan: &'p StudyPlan,
}

/// A finished run on disk.
#[derive(Serialize, Deserialize)]
struct RunFile {
    plan: String,
    /// SHA-256 of the record as it stands here.
    sha256: String,
    record: Record,
}

/// A finished shard on disk.
#[derive(Serialize, Deserialize)]
struct ShardFile {
    plan: String,
    shard: Shard,
    /// SHA-256 of the records as they stand here.
    sha256: String,
    records: Vec<Record>,
}

const RUNS: &str = "runs";
const SHARDS: &str = "shards";

impl<'p> Store<'p> {
    /// Puts `plan` into `directory`, which may hold the same plan already.
    ///
    /// # Errors
    /// If it holds another one, or the disk refuses.
    pub fn create(directory: &Path, plan: &'p StudyPlan) -> Result<Self, StudyError> {
        let path = directory.join(PLAN);
        if path.exists() {
            let there = StudyPlan::read(directory)?;
            if there.hash != plan.hash {
                return Err(StudyError::AnotherPlan(directory.into()));
            }
        } else {
            if let Some(stranger) = foreign(directory)? {
                return Err(StudyError::Plan {
                    path: directory.into(),
                    reason: format!(
                        "it holds `{stranger}`, and no study; choose another directory"
                    ),
                });
            }
            fs::create_dir_all(directory).map_err(|error| StudyError::made(directory, error))?;
            write_whole(&path, plan.text().as_bytes())?;
        }
        Ok(Self::open(directory, plan))
    }

    /// The directory from which `plan` was read.
    pub fn open(directory: &Path, plan: &'p StudyPlan) -> Self {
        Self {
            directory: directory.into(),
            plan,
        }
    }

    /// Where it is.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Every run that is there.
    ///
    /// # Errors
    /// If a file belongs to another plan, a shard is damaged, two files
    /// disagree, or the disk refuses. A damaged run counts as not made.
    pub fn known(&self) -> Result<Known, StudyError> {
        let mut known = Known::new();
        for path in files(&self.directory.join(SHARDS))? {
            for record in self.read_shard(&path)?.records {
                add(&mut known, record)?;
            }
        }
        for path in files(&self.directory.join(RUNS))? {
            if let Found::Run(record) = self.read_run(&path)? {
                add(&mut known, record)?;
            }
        }
        Ok(known)
    }

    /// The run in a file of the folder `runs`.
    fn read_run(&self, path: &Path) -> Result<Found, StudyError> {
        let bytes = match reading::bytes(path, reading::MADE) {
            Ok(bytes) => bytes,
            // Another process has put it into a shard meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
            Err(error) => return Err(StudyError::io(path, error)),
        };
        let Ok(run) = serde_json::from_slice::<RunFile>(&bytes) else {
            return Ok(Found::Damaged);
        };
        if run.sha256 != sha256(json(&run.record).as_bytes()) {
            return Ok(Found::Damaged);
        }
        if run.plan != self.plan.hash {
            return Err(StudyError::AnotherShard(path.into()));
        }
        let is_its_own = self.fits(&run.record) && self.run_path(run.record.key()) == path;
        Ok(if is_its_own {
            Found::Run(run.record)
        } else {
            Found::Damaged
        })
    }

    /// Locks `shard` for this process.
    ///
    /// # Errors
    /// If another process is making it.
    pub fn lock(&self, shard: Shard) -> Result<Lock, StudyError> {
        let name = format!(".{:05}-of-{:05}.lock", shard.number, shard.of);
        Lock::take(&self.directory.join(name))
    }

    /// Sets damaged runs and shards aside, so that they are made again, and
    /// removes what killed processes left; one line for each that is set aside.
    ///
    /// # Errors
    /// If a file belongs to another plan, or the disk refuses.
    pub fn repair(&self) -> Result<Vec<String>, StudyError> {
        let mut lines = Vec::new();
        for path in files(&self.directory.join(RUNS))? {
            if matches!(self.read_run(&path)?, Found::Damaged) {
                lines.push(set_aside(&path, "the run is made again")?);
            }
        }
        for path in files(&self.directory.join(SHARDS))? {
            if let Err(StudyError::DamagedShard { .. }) = self.read_shard(&path) {
                lines.push(set_aside(&path, "its runs are made again")?);
            }
        }
        self.remove_leftovers();
        Ok(lines)
    }

    /// Removes what killed processes left. What is younger than an hour may belong
    /// to a process on another machine, and stays.
    pub fn remove_leftovers(&self) {
        for folder in [RUNS, SHARDS, "."] {
            remove_leftovers(&self.directory.join(folder));
        }
    }

    /// Whether a record can be one of this plan.
    fn fits(&self, record: &Record) -> bool {
        (record.point as usize) < self.plan.points.len()
            && (1..=self.plan.most_replications()).contains(&record.replication)
            && record.values.len() == self.plan.responses.len()
    }

    fn read_shard(&self, path: &Path) -> Result<ShardFile, StudyError> {
        let damaged = |reason: String| StudyError::DamagedShard {
            path: path.into(),
            reason,
        };
        let bytes =
            reading::bytes(path, reading::MADE).map_err(|error| StudyError::io(path, error))?;
        let file: ShardFile =
            serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
        if file.plan != self.plan.hash {
            return Err(StudyError::AnotherShard(path.into()));
        }
        if file.sha256 != hash_of(&file.records) {
            return Err(damaged(
                "its records are not those that were written".to_owned(),
            ));
        }
        if let Some(record) = file.records.iter().find(|record| !self.fits(record)) {
            return Err(damaged(format!(
                "the plan has no point {}, replication {}",
                record.point + 1,
                record.replication
            )));
        }
        Ok(file)
    }

    /// Whether this shard is finished.
    ///
    /// # Errors
    /// If its file belongs to another plan or is damaged.
    pub fn has(&self, shard: Shard) -> Result<bool, StudyError> {
        let path = self.shard_path(shard);
        if path.exists() {
            self.read_shard(&path).map(|_| true)
        } else {
            Ok(false)
        }
    }

    /// Keeps a run.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn put(&self, record: &Record) -> Result<(), StudyError> {
        let run = RunFile {
            plan: self.plan.hash.clone(),
            sha256: sha256(json(record).as_bytes()),
            record: record.clone(),
        };
        let bytes = json(&run);
        write(
            &self.run_path(record.key()),
            bytes.as_bytes(),
            Kept::UntilPowerFails,
        )
    }

    /// Keeps a finished shard, and removes its single runs.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn finish(
        &self,
        shard: Shard,
        records: Vec<Record>,
        surplus: &[RunKey],
    ) -> Result<(), StudyError> {
        let keys: Vec<RunKey> = records.iter().map(Record::key).collect();
        let file = ShardFile {
            plan: self.plan.hash.clone(),
            shard,
            sha256: hash_of(&records),
            records,
        };
        write_whole(&self.shard_path(shard), json(&file).as_bytes())?;
        for key in keys.iter().chain(surplus) {
            // Another process may have done so; what remains does no harm.
            let _ = fs::remove_file(self.run_path(*key));
        }
        // Only if it is empty.
        let _ = fs::remove_dir(self.directory.join(RUNS));
        Ok(())
    }

    fn run_path(&self, key: RunKey) -> PathBuf {
        let name = format!("p{:05}-r{:04}.json", key.point + 1, key.replication);
        self.directory.join(RUNS).join(name)
    }

    fn shard_path(&self, shard: Shard) -> PathBuf {
        self.directory
            .join(SHARDS)
            .join(format!("{:05}-of-{:05}.json", shard.number, shard.of))
    }
}

/// What a file of the folder `runs` holds.
enum Found {
    Run(Record),
    /// Not what was written there.
    Damaged,
    /// It is gone.
    Nothing,
}

/// Gives a damaged file another name, under which it is not read.
fn set_aside(path: &Path, then: &str) -> Result<String, StudyError> {
    let mut aside = path.as_os_str().to_owned();
    aside.push(".damaged");
    match fs::rename(path, &aside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(StudyError::io(path, error));
        }
        _ => {}
    }
    Ok(format!(
        "`{}` is damaged: it is set aside as `{}`, and {then}",
        path.shown(),
        Path::new(&aside).shown()
    ))
}

/// Removes temporary files that are older than any write takes.
fn remove_leftovers(folder: &Path) {
    const AN_HOUR: std::time::Duration = std::time::Duration::from_secs(3_600);
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name();
        let is_ours = name
            .to_str()
            .is_some_and(|name| name.starts_with('.') && name.ends_with(TEMPORARY));
        let age = entry.metadata().and_then(|metadata| metadata.modified());
        let age = age.ok().and_then(|time| time.elapsed().ok());
        if is_ours && age.is_some_and(|age| age > AN_HOUR) {
            // What cannot be removed does no harm.
            let _ = fs::remove_file(entry.path()).or_else(|_| fs::remove_dir_all(entry.path()));
        }
    }
}

fn add(known: &mut Known, record: Record) -> Result<(), StudyError> {
    let key = record.key();
    match known.get(&key) {
        Some(there) if *there != record => Err(StudyError::Contradiction {
            point: key.point + 1,
            replication: key.replication,
        }),
        Some(_) => Ok(()),
        None => {
            known.insert(key, record);
            Ok(())
        }
    }
}

fn hash_of(records: &[Record]) -> String {
    sha256(json(&records).as_bytes())
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value)
        .expect("records have only string keys, and writing to a string does not fail")
}

/// The finished files of a folder, by name; none if there is no folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>, StudyError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(StudyError::io(folder, error)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| StudyError::io(folder, error))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // macOS puts files called `._NAME` beside others on foreign disks.
        if name.ends_with(".json") && !name.starts_with('.') && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The name of a file in `directory`, if there is one.
fn foreign(directory: &Path) -> Result<Option<String>, StudyError> {
    match fs::read_dir(directory) {
        Ok(entries) => Ok(entries
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .find(|name| !name.ends_with(TEMPORARY) && !is_lock(name))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StudyError::made(directory, error)),
    }
}

/// The end of the name of a file that is not finished.
const TEMPORARY: &str = ".tmp";

/// What a file that is written has to outlive.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// The process.
    UntilPowerFails,
    /// The power too: it is handed to the disk.
    Always,
}

/// Writes a file so that it is there whole or not at all, also when the power
/// fails.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), StudyError> {
    write(path, bytes, Kept::Always)
}

fn write(path: &Path, bytes: &[u8], kept: Kept) -> Result<(), StudyError> {
    let failed = |error| StudyError::io(path, error);
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|error| StudyError::made(folder, error))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // Processes on other machines may write the same file at the same time.
    let nonce = std::hash::RandomState::new().build_hasher().finish();
    let temporary = folder.join(format!(".{name}.{nonce:016x}{TEMPORARY}"));
    let written = fs::File::create(&temporary).and_then(|mut file| {
        file.write_all(bytes)?;
        if kept == Kept::Always {
            file.sync_all()?;
        }
        Ok(())
    });
    written
        .and_then(|()| fs::rename(&temporary, path))
        .map_err(|error| {
            let _ = fs::remove_file(&temporary);
            failed(error)
        })
}
