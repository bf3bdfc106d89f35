//! What is planned, done and found in studies. A point of a study has figures that a single
//! run does not have: a mean over replications, and what it differs from.

use super::Bounds;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// Two studies, compared.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CompareStudiesAnswer {
    /// Whether replications were compared in pairs: where the seed is the same, and both
    /// studies have common random numbers.
    pub paired: bool,
    /// Names of the axes, which both have.
    pub axes: Vec<String>,
    /// Runs that count, of each study.
    pub runs: [u64; 2],
    /// Points that only the first has, and that only the second has.
    pub alone: [u64; 2],
    /// What became of each response at each point that both have.
    pub changes: Vec<StudyChangeAnswer>,
}

/// A response at a point of two studies.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StudyChangeAnswer {
    /// The number of the point in the first study, from 1.
    pub point: u64,
    /// Its number in the second.
    pub second_point: u64,
    /// The value of each axis.
    pub values: BTreeMap<String, String>,
    /// The response.
    pub response: String,
    /// Replications of each study in which it is defined.
    pub replications: [u64; 2],
    /// Those among them in which it did not come about.
    pub not_reached: [u64; 2],
    /// Replications in which both have a number; none where they are not compared in
    /// pairs.
    pub pairs: Option<u64>,
    /// Mean of each study; none where it did not come about in every replication.
    pub means: [Option<f64>; 2],
    /// The second less the first: of pairs the mean of their differences, else the
    /// difference of the means.
    pub difference: Option<f64>,
    /// Interval of the difference.
    pub interval: Option<Bounds>,
    /// Correlation of the pairs; none where one side does not vary.
    pub correlation: Option<f64>,
    /// How many times more replications independent runs would need for the same
    /// interval; none where the difference does not vary.
    pub variance_reduction: Option<f64>,
    /// `larger`, `smaller` or `undecided`.
    pub conclusion: String,
}

/// A study.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StudyAnswer {
    /// What it is called.
    pub title: String,
    /// The directory of the tables.
    pub directory: String,
    /// Seed of every draw.
    pub seed: u64,
    /// Runs that count.
    pub runs: u64,
    /// Names of the axes.
    pub axes: Vec<String>,
    /// The point that others are compared with.
    pub baseline: Option<u64>,
    /// The smallest points that are enough, where the study looks for them;
    /// empty if none is known to be.
    pub enough: Option<Vec<u64>>,
    /// The points that may be the best, where the study asks for them.
    pub best: Option<Vec<u64>>,
    /// What each change cures, where the study asks for that; the change that
    /// helps most first.
    pub fixes: Option<Vec<FixAnswer>>,
    /// The points that were run.
    pub points: Vec<PointAnswer>,
}

/// What a study would run.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StudyPlanAnswer {
    /// What it is called.
    pub title: String,
    /// The directory of the study.
    pub directory: String,
    /// Seed of every draw.
    pub seed: u64,
    /// Replications of each point; the first ones, where the study decides by itself whether
    /// it needs more.
    pub replications: u64,
    /// The most replications of a point.
    pub most_replications: u64,
    /// The fewest runs; where bisection looks at some of the points, those of one.
    pub fewest_runs: u64,
    /// The most runs.
    pub most_runs: u64,
    /// Rows of a run, one for each machine and advertisement.
    pub rows: u64,
    /// About how many seconds one thread takes for the fewest runs.
    pub fewest_seconds: f64,
    /// About how many it takes for the most.
    pub most_seconds: f64,
    /// Names of the axes.
    pub axes: Vec<String>,
    /// The point that others are compared with.
    pub baseline: Option<u64>,
    /// The points, all of them.
    pub points: Vec<PlannedPointAnswer>,
}

/// A point that a study would run.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PlannedPointAnswer {
    /// Its number, from 1.
    pub point: u64,
    /// The value of each axis.
    pub values: BTreeMap<String, String>,
}

/// How much of a study is done.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StudyStatusAnswer {
    /// What it is called.
    pub title: String,
    /// The directory of the study.
    pub directory: String,
    /// Whether all is done.
    pub finished: bool,
    /// Runs that are done, failed ones among them.
    pub done: u64,
    /// Runs that failed.
    pub failed: u64,
    /// Runs that are known to be still to do; a study that decides by itself may need more.
    pub to_do: u64,
    /// Shards.
    pub shards: u64,
    /// Numbers of the shards that are not finished.
    pub missing_shards: Vec<u64>,
}

/// A change, and what it cures.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FixAnswer {
    /// Its name.
    pub fix: String,
    /// Machines that fail without it, the mean over replications.
    pub failures_without: Option<f64>,
    /// Machines that fail without it and succeed with it.
    pub cured: Option<f64>,
    /// Interval of that mean.
    pub cured_interval: Option<Bounds>,
    /// Machines that succeed without it and fail with it.
    pub harmed: Option<f64>,
    /// Whether all runs with it are those without it, to the last event.
    pub changes_nothing: bool,
}

/// A point of a study.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PointAnswer {
    /// Its number, from 1.
    pub point: u64,
    /// The value of each axis.
    pub values: BTreeMap<String, String>,
    /// What was looked at.
    pub responses: Vec<ResponseAnswer>,
    /// The objectives of the scenario.
    pub objectives: Vec<PointObjectiveAnswer>,
}

/// A response at a point.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ResponseAnswer {
    /// Its name.
    pub name: String,
    /// Replications in which it is defined.
    pub replications: u64,
    /// Replications in which it did not come about.
    pub not_reached: u64,
    /// Runs in which there was nothing that could have come about, such as a share of no
    /// machine: they are not among the replications.
    pub undefined: u64,
    /// Why it is undefined in the first of them.
    pub why_undefined: Option<String>,
    /// The mean; none where it did not come about in every replication.
    pub mean: Option<f64>,
    /// Interval of the mean; none where there is only one replication.
    pub interval: Option<Bounds>,
    /// The difference from the baseline; none where there is no baseline, and at
    /// the baseline itself.
    pub against_baseline: Option<StudyDifferenceAnswer>,
}

/// A point against the baseline, replication by replication.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StudyDifferenceAnswer {
    /// Replications in which both have a number.
    pub pairs: u64,
    /// The mean difference.
    pub mean: Option<f64>,
    /// Its interval, taken alone.
    pub interval: Option<Bounds>,
    /// `larger`, `smaller`, `the same` or `undecided`, by bounds that hold for all
    /// points at once.
    pub conclusion: String,
}

/// An objective at a point.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PointObjectiveAnswer {
    /// Its name.
    pub name: String,
    /// `pass`, `fail` or `undecided`.
    pub verdict: String,
    /// Replications that met it.
    pub met: u64,
    /// Replications of which the forecast cannot tell.
    pub unknown: u64,
    /// Replications.
    pub of: u64,
    /// Interval of the chance to meet it.
    pub chance: Option<Bounds>,
    /// Why it is undecided; none where it is decided.
    pub why_undecided: Option<String>,
}
