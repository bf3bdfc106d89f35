//! What is to be run: the immutable `plan.json` of a study's directory.
//!
//! A plan holds everything that decides about results, the scenario by its
//! hash, so that a machine far away runs the same study or none. Its own hash
//! covers all of it but the place where the scenario lies.

use super::design::Point;
use super::error::StudyError;
use super::figure::Figure;
use super::measure::Response;
use super::written::Better;
use crate::engine::identity;
use crate::reading::{self, dead_link};
use crate::results::OutputError;
use crate::results::STUDY_PLAN;
use crate::scenario::ProblemCode;
use crate::scenario::{Files, Loaded, load_kept};
use crate::units::sha256;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The name of a plan in its directory.
pub const PLAN: &str = STUDY_PLAN;

/// Changes whenever an older program could not read a plan.
const SCHEMA: u32 = 2;

/// What a study runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StudyPlan {
    /// Layout of this file.
    pub schema: u32,
    /// Version of the program that made it, and must run it.
    pub rollcast: String,
    /// SHA-256 of everything but this and the path of the scenario.
    pub hash: String,
    /// What the study is called.
    pub title: String,
    /// Where the scenario lies.
    pub scenario: PathBuf,
    /// SHA-256 of the scenario and of every file that it reads at any point, in
    /// the order in which they were read first.
    pub inputs: Vec<String>,
    /// Seed of every draw.
    pub seed: u64,
    /// Whether replication `n` of every point has the same draws.
    pub common_random_numbers: bool,
    /// Names of the axes.
    pub axes: Vec<String>,
    /// Bounds of each axis that has a range.
    pub bounds: Vec<Option<[Figure; 2]>>,
    /// The points, in order.
    pub points: Vec<Point>,
    /// The point that others are compared with.
    pub baseline: Option<u32>,
    /// What is looked at; the objectives of the scenario come last.
    pub responses: Vec<Response>,
    /// Objectives of the scenario.
    pub objectives: Vec<PlannedObjective>,
    /// Replications of each point; the first of them, where a rule may ask for
    /// more.
    pub replications: u32,
    /// Which runs are made.
    pub rule: Rule,
    /// What is asked of the results beyond the usual tables.
    pub question: Question,
    /// Which points may be the best.
    pub select: Option<Selection>,
    /// Machine × advertisement pairs of a run, as the first point has it.
    pub rows: u64,
}

/// An objective as far as judging it goes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedObjective {
    /// Its name.
    pub name: String,
    /// Number of the response that says whether a run met it.
    pub response: usize,
    /// Chance with which it must be met.
    pub chance: Figure,
    /// Confidence with which that must be known.
    pub confidence: Figure,
}

/// Which runs are made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// All replications of all points.
    Fixed,
    /// At each point as many as it takes to know a response well.
    Precision(Precision),
    /// At each point that bisection looks at, as many as it takes to judge an
    /// objective.
    Bisection {
        /// The axis that is searched.
        axis: usize,
        /// Number of the objective.
        objective: usize,
        /// The most replications of a point.
        most: u32,
    },
    /// At each point as many as it takes to tell it from the best, until one
    /// is left.
    Selection {
        /// The most replications of a point.
        most: u32,
    },
}

/// When a mean is known well enough.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Precision {
    /// Number of the response.
    pub response: usize,
    /// Half the width of the interval, in the response's unit.
    pub half_width: Option<Figure>,
    /// Half the width of the interval, as a share of the mean.
    pub relative: Option<Figure>,
    /// Replications that must confirm it.
    pub look_ahead: u32,
    /// The most replications.
    pub most: u32,
}

/// What is asked of the results beyond the usual tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// Nothing.
    None,
    /// How far each axis moves the responses, one at a time.
    OneAtATime,
    /// Elementary effects.
    Morris {
        /// Levels of the grid.
        levels: u32,
    },
    /// Which of the points, each a change of the first, helps most.
    Fixes,
}

/// Which points may be the best.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Selection {
    /// Number of the response.
    pub response: usize,
    /// Whether more is better.
    pub(crate) best: Better,
    /// Confidence that the best is kept.
    pub confidence: Figure,
    /// A difference that does not matter.
    pub indifference: Figure,
}

/// A run of a study: a point, by number from 0, and a replication, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunKey {
    /// The point.
    pub point: u32,
    /// The replication.
    pub replication: u32,
}

impl StudyPlan {
    /// The layout and version that this program writes.
    pub(crate) fn stamp(mut self) -> Self {
        self.schema = SCHEMA;
        env!("CARGO_PKG_VERSION").clone_into(&mut self.rollcast);
        self.hash = self.own_hash();
        self
    }

    fn own_hash(&self) -> String {
        let bare = Self {
            hash: String::new(),
            scenario: PathBuf::new(),
            ..self.clone()
        };
        sha256(bare.text().as_bytes())
    }

    /// The text of the file.
    pub fn text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self)
            .expect("a plan has only string keys, and writing to a string does not fail");
        text.push('\n');
        text
    }

    /// Reads the plan of a study's directory.
    ///
    /// # Errors
    /// If there is none, it was changed, or another version made it.
    pub fn read(directory: &Path) -> Result<Self, StudyError> {
        // Runs that are there may be of another plan.
        const AGAIN: &str = "plan the study again in another directory";
        let path = directory.join(PLAN);
        if let Some(link) = dead_link(directory) {
            return Err(StudyError::Place(OutputError::Dangling(link)));
        }
        if !directory.exists() {
            let reason = "there is no such directory; `study plan` makes one".to_owned();
            return Err(StudyError::Plan {
                path: directory.into(),
                reason,
            });
        }
        if !directory.is_dir() {
            let reason = "it is a file; name the directory of a study".to_owned();
            return Err(StudyError::Plan {
                path: directory.into(),
                reason,
            });
        }
        if !path.exists() {
            let reason = "it holds no study; `study plan` puts one there".to_owned();
            return Err(StudyError::Plan {
                path: directory.into(),
                reason,
            });
        }
        let text =
            reading::bytes(&path, reading::MADE).map_err(|error| StudyError::io(&path, error))?;
        let bad = |reason: String| StudyError::Plan {
            path: path.clone(),
            reason,
        };
        let plan: Self = serde_json::from_slice(&text).map_err(|error| {
            bad(format!(
                "it is damaged, or no plan of rollcast ({error}); {AGAIN}"
            ))
        })?;
        let version = env!("CARGO_PKG_VERSION");
        if plan.schema != SCHEMA || plan.rollcast != version {
            return Err(bad(format!(
                "rollcast {} made it, and this is {version}; {AGAIN}",
                plan.rollcast
            )));
        }
        if plan.hash != plan.own_hash() {
            return Err(bad(format!("it was changed after it was made; {AGAIN}")));
        }
        Ok(plan)
    }

    /// Loads the scenario at a point, from the bytes that `files` keeps.
    ///
    /// # Errors
    /// If the point cannot be, or a file is not the one that was planned.
    pub(super) fn load(&self, point: u32, files: &Files) -> Result<Loaded, NoWorld> {
        let at = &self.points[point as usize];
        let loaded = load_kept(files, &self.scenario, &at.settings);
        let mut loaded = loaded.map_err(|problems| {
            if let Some(problem) = problems
                .list()
                .iter()
                .find(|p| p.code == ProblemCode::UnreadableFile)
            {
                return NoWorld::Files(StudyError::Unreadable(problem.message.clone()));
            }
            // Where the scenario lies differs from machine to machine, and the
            // message stands in a table that must not.
            let place = self.scenario.display().to_string();
            let name = self
                .scenario
                .file_name()
                .unwrap_or_default()
                .to_string_lossy();
            NoWorld::Impossible(first_line(&problems).replace(&place, &name))
        })?;
        self.check_loaded(&loaded).map_err(NoWorld::Files)?;
        loaded.world.seed = if self.common_random_numbers {
            self.seed
        } else {
            self.seed ^ identity(&format!("point {point}"))
        };
        Ok(loaded)
    }

    /// Reads the scenario and its files, and checks that they are those that
    /// were planned. Runs are made from what is read here.
    ///
    /// # Errors
    /// If one is missing or has changed.
    pub fn read_inputs(&self) -> Result<Files, StudyError> {
        if !self.scenario.is_file() {
            return Err(StudyError::NoScenario(self.scenario.clone()));
        }
        let files = Files::default();
        let loaded = load_kept(&files, &self.scenario, &[])?;
        self.check_loaded(&loaded)?;
        Ok(files)
    }

    /// Checks that what was loaded was read from files that were planned.
    fn check_loaded(&self, loaded: &Loaded) -> Result<(), StudyError> {
        let mut inputs = loaded.inputs.iter();
        match inputs.find(|input| !self.inputs.contains(&input.sha256)) {
            Some(changed) => Err(StudyError::ScenarioChanged(changed.path.clone())),
            None => Ok(()),
        }
    }

    /// Checks that the study can be divided into this many shards.
    ///
    /// # Errors
    /// If it is one piece.
    pub fn check_shards(&self, of: u32) -> Result<(), StudyError> {
        let is_one_piece = matches!(self.rule, Rule::Selection { .. });
        if is_one_piece && of > 1 {
            return Err(StudyError::Indivisible);
        }
        Ok(())
    }

    /// The most replications that a point can have.
    pub fn most_replications(&self) -> u32 {
        match &self.rule {
            Rule::Fixed => self.replications,
            Rule::Precision(precision) => precision.most,
            Rule::Bisection { most, .. } | Rule::Selection { most } => *most,
        }
    }
}

/// Why a point has no world.
#[derive(Debug)]
pub(super) enum NoWorld {
    /// The scenario cannot be at this point: its runs failed.
    Impossible(String),
    /// A file is missing or has changed: there is no run.
    Files(StudyError),
}

/// A list of problems in one line: the first, and how many more.
pub(crate) fn first_line(problems: &crate::scenario::Problems) -> String {
    let errors: Vec<_> = problems
        .list()
        .iter()
        .filter(|p| p.severity == crate::scenario::Severity::Error)
        .collect();
    let Some(first) = errors.first() else {
        return "the scenario cannot be used".to_owned();
    };
    let help = first
        .help
        .as_ref()
        .map_or_else(String::new, |help| format!("; {help}"));
    let more = if errors.len() > 1 {
        format!(" (and {} more)", errors.len() - 1)
    } else {
        String::new()
    };
    format!("{}: {}{help}{more}", first.file, first.message)
}
