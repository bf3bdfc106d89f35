//! `manifest.json`: what a run was made from and what came out, enough to make
//! it again and to tell whether the second time was the same.
//!
//! Keys stand in a fixed order. Whatever may differ between two equal runs
//! (threads, machine, duration) is in `environment` and never compared.

mod difference;
mod features;

pub use difference::{Difference, compare};
pub(crate) use features::Feature;

use super::error::OutputError;
use super::file::file_sha256;
use super::objective::{JudgedObjective, ReachedByDate, Verdict};
use super::table::TableSet;
use crate::outcome::Replication;
use crate::reading::{self, dead_link};
use crate::units::{Instant, hexadecimal, sha256};
use crate::world::{Doubt, World};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::Path;
use std::{fs, io};

/// Name of the file in the output directory.
pub const MANIFEST: &str = "manifest.json";

/// Version of the manifest's own form.
const SCHEMA: u32 = 2;

/// What stands around the checksum of a manifest's own text, its last key.
const CHECKSUM: &str = ",\n  \"sha256\": \"";

const END: &str = "\"\n}\n";

/// A whole manifest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this form, 2.
    pub schema: u32,
    /// The program that wrote it.
    pub tool: Tool,
    /// Title of the scenario.
    pub title: String,
    /// Seed of every draw.
    pub seed: u64,
    /// Replications made.
    pub replications: u32,
    /// Simulated time, in microseconds.
    pub horizon_microseconds: u64,
    /// The scenario.
    pub scenario: ScenarioRecord,
    /// Other files that were read.
    pub inputs: Vec<InputRecord>,
    /// Date and time of second 0 by the scenario's clock, as in
    /// `2006-03-17T18:00:00`.
    pub start: String,
    /// Sites whose local time is not that of the scenario's clock.
    pub time_zones: Vec<TimeZoneRecord>,
    /// Hours in which most machines are in use.
    pub working_hours: WorkingHours,
    /// What the scenario disturbs: its faults that hold at some moment of the forecast.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<FaultRecord>,
    /// Features that the scenario uses, by name, of which the model leaves something out;
    /// none in a manifest of an older version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub features: Option<Vec<String>>,
    /// Values that the scenario does not give, with the defaults that were
    /// assumed.
    pub assumed: Vec<AssumedRecord>,
    /// Objectives and how they came out.
    pub objectives: Vec<ObjectiveRecord>,
    /// Whether dates and times stand beside the seconds in the tables.
    pub wall_clock: bool,
    /// Events processed, over all replications.
    pub events: u64,
    /// Hash over the fingerprints of the replications.
    pub fingerprint: String,
    /// The replications.
    pub runs: Vec<RunRecord>,
    /// The tables.
    pub outputs: Vec<OutputRecord>,
    /// What does not count for reproducibility.
    pub environment: Environment,
}

/// A program and its version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The scenario of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScenarioRecord {
    /// Its file, as given.
    pub path: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Values that were set from outside, as `path=value`.
    pub overrides: Vec<String>,
}

/// A file that a scenario refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputRecord {
    /// The file, as given.
    pub path: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Rows read.
    pub rows: u64,
}

/// A site in a time zone of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeZoneRecord {
    /// The site.
    pub site: String,
    /// Seconds that its local time is ahead of the scenario's clock; negative
    /// if behind.
    pub ahead_seconds: i64,
}

/// A fault of the scenario.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FaultRecord {
    /// When it begins, in seconds; 0 for one that began before the start.
    pub from_seconds: f64,
    /// When it ends; `None` if it does not.
    pub until_seconds: Option<f64>,
    /// What is otherwise meanwhile, as in `HQ-DP is down`.
    pub what: String,
}

impl FaultRecord {
    fn all(world: &World) -> Vec<Self> {
        let all = world.disturbances.iter().map(|disturbance| Self {
            from_seconds: disturbance.from.seconds().unwrap_or(0.0),
            until_seconds: disturbance.until.seconds(),
            what: disturbance.what.clone(),
        });
        all.collect()
    }
}

/// Hours of the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkingHours {
    /// Which days, Monday first.
    pub days: [bool; 7],
    /// Beginning, in seconds from midnight.
    pub from_seconds: u64,
    /// End, in seconds from the same midnight.
    pub until_seconds: u64,
    /// Whether the scenario gives none, so that these are an assumption.
    pub assumed: bool,
}

impl WorkingHours {
    /// Those of the profile with the most machines that has any: the hours of
    /// users' sessions, else those in which the machines are on.
    fn of(world: &World) -> Self {
        let patterns = world
            .fleet
            .profiles
            .iter()
            .zip(&world.fleet.counts().of_profile);
        let patterns = patterns.filter_map(|(profile, machines)| {
            let pattern = profile.sessions.or(profile.availability)?;
            Some((*machines, pattern))
        });
        // The first of those with the most machines.
        let most = patterns.reduce(|a, b| if b.0 > a.0 { b } else { a });
        match most {
            Some((_, pattern)) => Self {
                days: pattern.days,
                from_seconds: pattern.from.0 / 1_000_000,
                until_seconds: pattern.to.0 / 1_000_000,
                assumed: false,
            },
            None => Self {
                days: [true, true, true, true, true, false, false],
                from_seconds: 8 * 3600,
                until_seconds: 18 * 3600,
                assumed: true,
            },
        }
    }
}

/// A value that tables of the scenario do not give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssumedRecord {
    /// The kind of table and the key, as in `program.install_time`.
    pub key: String,
    /// The first of the tables that leave it out; none for a table without a name.
    pub names: Vec<String>,
    /// How many tables leave it out.
    pub tables: u64,
    /// The default, as the language reference states it.
    pub default: String,
}

/// An objective and how it came out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ObjectiveRecord {
    /// Its name.
    pub name: String,
    /// The advertisement; `None` for all of them together.
    pub advertisement: Option<String>,
    /// The share of the targeted machines that is asked for.
    pub success: f64,
    /// By when, in seconds; 0 for a moment before the start.
    pub by_seconds: f64,
    /// The same moment on the calendar.
    pub by_date: String,
    /// Where the moment lies if it is outside the forecast.
    pub outside: Option<String>,
    /// Why the forecast cannot judge it, or only in part, if it cannot.
    #[serde(default)]
    pub doubt: Option<String>,
    /// The share of replications that have to meet it.
    pub chance: f64,
    /// The confidence with which that has to be known.
    pub confidence: f64,
    /// Replications that met it.
    pub met: u64,
    /// Replications of which the forecast cannot tell.
    pub unknown: u64,
    /// Replications.
    pub of: u64,
    /// How many had it by the date; none if the forecast cannot tell.
    #[serde(default)]
    pub reached: Option<ReachedByDate>,
    /// What can be said.
    pub verdict: Verdict,
}

impl ObjectiveRecord {
    /// The record of an objective of `world`.
    pub(super) fn of(world: &World, judged: &JudgedObjective) -> Self {
        let (objective, judgement) = (&judged.objective, &judged.judgement);
        let advertisement = objective.advertisement;
        Self {
            name: objective.name.clone(),
            advertisement: advertisement.map(|id| world.advertisements[id.index()].id.clone()),
            success: objective.share.value(),
            by_seconds: objective.by.since(Instant::START).seconds(),
            by_date: objective.date.to_string(),
            outside: objective.doubt.and_then(|doubt| match doubt {
                Doubt::NoMachine => None,
                Doubt::BeforeStart => Some("before the start".to_owned()),
                Doubt::AfterHorizon => Some("after the end of the forecast".to_owned()),
                Doubt::NoStart => Some("a date outside a forecast without `start`".to_owned()),
            }),
            doubt: objective.doubt_in_words(world),
            chance: objective.chance,
            confidence: objective.confidence,
            met: judgement.met,
            unknown: judgement.unknown,
            of: judgement.of,
            reached: judged.reached,
            verdict: judgement.verdict,
        }
    }
}

/// One replication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Its number, from 1.
    pub replication: u32,
    /// Hash over all its events, as 16 hexadecimal digits.
    pub fingerprint: String,
    /// Events processed.
    pub events: u64,
    /// Groups of machines that shared nothing with each other.
    pub groups: u32,
}

impl RunRecord {
    /// The record of `replication`.
    pub fn of(replication: &Replication) -> Self {
        Self {
            replication: replication.number,
            fingerprint: format!("{:016x}", replication.fingerprint),
            events: replication.events,
            groups: replication.groups,
        }
    }
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputRecord {
    /// Which.
    pub table: String,
    /// Its file in the directory.
    pub file: String,
    /// Its rows without the heading.
    pub rows: u64,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// On what a run was made.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Environment {
    /// Threads.
    pub threads: usize,
    /// Operating system and processor architecture.
    pub host: String,
    /// Duration in seconds.
    pub seconds: f64,
}

impl Environment {
    /// A run on this machine.
    pub fn here(threads: usize, seconds: f64) -> Self {
        let host = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
        Self {
            threads,
            host,
            seconds,
        }
    }
}

/// Where the data of a run came from and on what it was made.
#[derive(Debug, Clone, Default)]
pub struct Provenance {
    /// The scenario.
    pub scenario: ScenarioRecord,
    /// Other files that were read.
    pub inputs: Vec<InputRecord>,
    /// Defaults that were assumed.
    pub assumed: Vec<AssumedRecord>,
    /// On what it was made.
    pub environment: Environment,
}

impl Manifest {
    /// The manifest of a run of `world`.
    pub(super) fn new(
        world: &World,
        runs: Vec<RunRecord>,
        outputs: Vec<OutputRecord>,
        provenance: Provenance,
    ) -> Self {
        Self {
            schema: SCHEMA,
            tool: Tool {
                name: env!("CARGO_PKG_NAME").into(),
                version: env!("CARGO_PKG_VERSION").into(),
            },
            title: world.title.clone(),
            seed: world.seed,
            replications: runs.len() as u32,
            horizon_microseconds: world.horizon.0,
            start: world.start.to_string(),
            time_zones: time_zones(world),
            working_hours: WorkingHours::of(world),
            faults: FaultRecord::all(world),
            features: Some(Feature::names_in(world)),
            assumed: provenance.assumed,
            objectives: Vec::new(),
            wall_clock: false,
            scenario: provenance.scenario,
            inputs: provenance.inputs,
            events: runs.iter().map(|run| run.events).sum(),
            fingerprint: combined(&runs),
            runs,
            outputs,
            environment: provenance.environment,
        }
    }

    /// The tables that were written.
    ///
    /// # Errors
    /// If the manifest names a table that this version does not know.
    pub fn tables(&self) -> Result<TableSet, super::UnknownTable> {
        let files: Vec<_> = self
            .outputs
            .iter()
            .map(|output| output.file.as_str())
            .collect();
        if files.is_empty() {
            Ok(TableSet::NONE)
        } else {
            let tables: TableSet = files.join(",").parse()?;
            Ok(tables.with_wall_clock(self.wall_clock))
        }
    }

    /// Writes the manifest into `directory`.
    pub(super) fn write(&self, directory: &Path) -> Result<(), OutputError> {
        let path = directory.join(MANIFEST);
        let text = serde_json::to_string_pretty(self).expect("all keys of a manifest are strings");
        let body = text.trim_end_matches("\n}");
        let text = format!("{body}{CHECKSUM}{}{END}", sha256(body.as_bytes()));
        fs::write(&path, text).map_err(|error| OutputError::io(&path, error))
    }

    /// Reads the manifest in `directory`.
    ///
    /// # Errors
    /// If there is none, if it is not a manifest that this version knows, or if it has
    /// been changed since the run wrote it.
    pub fn read(directory: &Path) -> Result<Self, OutputError> {
        let manifest = Self::read_as_it_is(directory)?;
        let path = directory.join(MANIFEST);
        let text =
            reading::text(&path, reading::MADE).map_err(|error| OutputError::io(&path, error))?;
        let reason = match text
            .strip_suffix(END)
            .and_then(|text| text.rsplit_once(CHECKSUM))
        {
            Some((body, checksum)) if checksum == sha256(body.as_bytes()) => return Ok(manifest),
            Some(_) => "it has been changed since the run wrote it",
            None => "it has no checksum of its own at its end",
        };
        Err(OutputError::Manifest {
            path,
            reason: format!("{reason}; run the scenario again"),
        })
    }

    /// Reads the manifest in `directory`, changed or not: who makes the run again
    /// compares all that counts.
    ///
    /// # Errors
    /// If there is none, or if it is not a manifest that this version knows.
    pub fn read_as_it_is(directory: &Path) -> Result<Self, OutputError> {
        let path = directory.join(MANIFEST);
        let text = reading::bytes(&path, reading::MADE).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
                OutputError::no_run(directory)
            }
            _ => dead_link(&path)
                .map_or_else(|| OutputError::io(&path, error), OutputError::Dangling),
        })?;
        let wrong = |reason: String| OutputError::Manifest {
            path: path.clone(),
            reason,
        };
        let header: Header =
            serde_json::from_slice(&text).map_err(|error| wrong(error.to_string()))?;
        if header.schema != SCHEMA {
            let age = if header.schema > SCHEMA {
                "newer"
            } else {
                "older"
            };
            return Err(wrong(format!(
                "its form {} is {age} than this program's, {SCHEMA}; run the scenario again with this version",
                header.schema
            )));
        }
        let manifest: Self =
            serde_json::from_slice(&text).map_err(|error| wrong(error.to_string()))?;
        let is_elsewhere = |output: &&OutputRecord| output.file.contains(['/', '\\']);
        match manifest.outputs.iter().find(is_elsewhere) {
            Some(output) => Err(wrong(format!(
                "it names `{}`, which is not in its directory; run the scenario again",
                output.file
            ))),
            None => Ok(manifest),
        }
    }

    /// Compares the files in `directory` with what this manifest says about
    /// them.
    ///
    /// # Errors
    /// If a file cannot be read.
    pub fn check_files(&self, directory: &Path) -> Result<Vec<Difference>, OutputError> {
        let mut differences = Vec::new();
        for output in &self.outputs {
            let found = file_sha256(&directory.join(&output.file))?;
            differences.extend(Difference::between(&output.file, &output.sha256, &found));
        }
        Ok(differences)
    }
}

fn time_zones(world: &World) -> Vec<TimeZoneRecord> {
    let elsewhere = world.sites.iter().filter(|site| site.time_zone != 0);
    let records = elsewhere.map(|site| TimeZoneRecord {
        site: site.name.clone(),
        ahead_seconds: site.time_zone / 1_000_000,
    });
    records.collect()
}

/// The part of a manifest that tells whether the rest can be read.
#[derive(Deserialize)]
struct Header {
    schema: u32,
}

/// The files that a manifest lists, none where it cannot be read.
pub(super) fn written_by_runs(path: &Path) -> Vec<String> {
    let text = reading::bytes(path, reading::MADE).unwrap_or_default();
    let manifest: serde_json::Value = serde_json::from_slice(&text).unwrap_or_default();
    let outputs = manifest["outputs"].as_array().into_iter().flatten();
    let files = outputs.filter_map(|output| output["file"].as_str());
    files.map(str::to_owned).collect()
}

/// Whether the file is a manifest of this program, of whatever version.
pub(super) fn is_manifest(path: &Path) -> bool {
    #[derive(Deserialize)]
    struct Marked {
        tool: Named,
    }
    #[derive(Deserialize)]
    struct Named {
        name: String,
    }
    let marked = reading::bytes(path, reading::MADE)
        .ok()
        .and_then(|text| serde_json::from_slice::<Marked>(&text).ok());
    marked.is_some_and(|marked| marked.tool.name == env!("CARGO_PKG_NAME"))
}

/// One fingerprint for all replications: the first 16 digits of the SHA-256 of
/// theirs, one per line.
fn combined(runs: &[RunRecord]) -> String {
    let mut hash = Sha256::new();
    for run in runs {
        hash.update(run.fingerprint.as_bytes());
        hash.update(b"\n");
    }
    let mut text = hexadecimal(&hash.finalize());
    text.truncate(16);
    text
}
