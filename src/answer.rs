//! Results for programs: what `--json` prints, in a documented form.
//!
//! `schema/results.schema.json` is made from these types. Keys are only ever
//! added; a key that changes its meaning raises [`VERSION`]. Times are seconds
//! after the start; dates are local wall-clock times, as in scenarios. Numbers have the
//! digits that they have in tables.

mod digits;
mod studies;

use crate::scenario::plain_json;
use digits::Digits;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
pub use studies::{
    CompareStudiesAnswer, FixAnswer, PlannedPointAnswer, PointAnswer, PointObjectiveAnswer,
    ResponseAnswer, StudyAnswer, StudyChangeAnswer, StudyDifferenceAnswer, StudyPlanAnswer,
    StudyStatusAnswer,
};

/// Version of the form.
pub const VERSION: u32 = 1;

/// What one command has found.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Answer {
    /// Version of this form, 1.
    pub version: u32,
    /// What was found, by the command that found it.
    #[serde(flatten)]
    pub found: Found,
}

impl Answer {
    /// The answer of this version.
    pub fn new(found: Found) -> Self {
        Self {
            version: VERSION,
            found,
        }
    }

    /// As indented JSON with a newline at the end. What could steer a terminal is
    /// escaped, as JSON allows.
    ///
    /// # Errors
    /// Never for the types of this module: every key is a string.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        let mut bytes = Vec::new();
        let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, Digits::default());
        self.serialize(&mut serializer)?;
        let text = String::from_utf8_lossy(&bytes);
        Ok(plain_json(&text).into_owned() + "\n")
    }
}

/// The finding of a command.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "command", rename_all = "lowercase")]
pub enum Found {
    /// `rollcast run --json`.
    Run(RunAnswer),
    /// `rollcast check --json`.
    Check(CheckAnswer),
    /// `rollcast explain --json`.
    Explain(ExplainAnswer),
    /// `rollcast compare --json` of two runs.
    Compare(CompareAnswer),
    /// `rollcast compare --json` of two studies.
    #[serde(rename = "compare-studies")]
    CompareStudies(CompareStudiesAnswer),
    /// `rollcast study run --json` and `rollcast study merge --json`.
    Study(StudyAnswer),
    /// `rollcast study plan --json`.
    #[serde(rename = "study-plan")]
    StudyPlan(StudyPlanAnswer),
    /// `rollcast study status --json`.
    #[serde(rename = "study-status")]
    StudyStatus(StudyStatusAnswer),
}

/// The JSON Schema (2020-12) of what `--json` prints.
pub fn schema() -> serde_json::Value {
    SchemaSettings::draft2020_12()
        .into_generator()
        .into_root_schema_for::<Answer>()
        .to_value()
}

/// A lower and an upper bound, at 95 %.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Bounds {
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

impl From<crate::statistics::Interval> for Bounds {
    fn from(interval: crate::statistics::Interval) -> Self {
        Self {
            low: interval.low,
            high: interval.high,
        }
    }
}

/// A run.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RunAnswer {
    /// Title of the scenario.
    pub title: String,
    /// The directory of the tables.
    pub directory: String,
    /// Date of the start.
    pub start: String,
    /// Date of the horizon.
    pub end: String,
    /// Machines.
    pub machines: u64,
    /// Replications.
    pub replications: u64,
    /// Seed of every draw.
    pub seed: u64,
    /// Hash over all events.
    pub fingerprint: String,
    /// The objectives of the scenario.
    pub objectives: Vec<ObjectiveAnswer>,
    /// The advertisements.
    pub advertisements: Vec<AdvertisementAnswer>,
}

/// How an objective came out.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ObjectiveAnswer {
    /// Its name.
    pub name: String,
    /// `pass`, `fail` or `undecided`.
    pub verdict: String,
    /// The share of the machines that it asks for.
    pub share: f64,
    /// The date by which it asks for them.
    pub by: String,
    /// Replications that met it.
    pub met: u64,
    /// Replications of which the forecast cannot tell.
    pub unknown: u64,
    /// Replications.
    pub of: u64,
    /// The share of the replications that have to meet it: 1 for every one of them.
    pub chance_asked: f64,
    /// The confidence with which that has to be known, where it is below 1.
    pub confidence: f64,
    /// How many had it by the date; none if the forecast cannot tell.
    pub reached: Option<ReachedAnswer>,
    /// Interval of the chance to meet it.
    pub chance: Option<Bounds>,
    /// Why the forecast cannot judge it, or only in part.
    pub doubt: Option<String>,
}

/// How many had what an objective is about by its date; by the end of the forecast where
/// the date is later. These are machines, and of an objective about several advertisements
/// each machine once for each of them.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ReachedAnswer {
    /// Those that the objective is about.
    pub targeted: u64,
    /// How many of these it asks for.
    pub needed: u64,
    /// Those that had it, in the replication with the fewest.
    pub fewest: u64,
    /// Those that had it, in the replication with the most.
    pub most: u64,
    /// Those that had it, the mean of the replications.
    pub mean: f64,
}

/// What became of an advertisement.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AdvertisementAnswer {
    /// Its name.
    pub name: String,
    /// Machines that it reaches.
    pub targeted: u64,
    /// Machines that were installed, the mean over replications.
    pub installed: f64,
    /// Those among them that still have to restart (`restart-pending`), the mean over
    /// replications.
    pub restart_pending: f64,
    /// Their share, with those that still have to restart; none where no machine is reached.
    pub share: Option<f64>,
    /// Interval of the share, over the replications; over the machines where there is only
    /// one replication. None where the replications do not differ.
    pub share_interval: Option<Bounds>,
    /// How many replications or machines that interval is over.
    pub share_interval_n: Option<u64>,
    /// Which of the two: `replications` or `machines`.
    pub share_interval_over: Option<String>,
    /// When shares of the machines were installed.
    pub times: Vec<TimeAnswer>,
    /// Why machines were not installed, the most frequent cause first.
    pub causes: Vec<CauseAnswer>,
    /// What was decided about it.
    pub decisions: Vec<DecisionAnswer>,
}

/// When a share of the machines was installed.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TimeAnswer {
    /// The share.
    pub share: f64,
    /// Mean seconds; none where not every replication reached it.
    pub seconds: Option<f64>,
    /// Interval of the mean.
    pub interval: Option<Bounds>,
    /// Date of the median over replications; none where half of them never
    /// reached it.
    pub median: Option<String>,
    /// Date by which nine of ten replications reached it.
    pub p90: Option<String>,
    /// Numbers of the replications that never reached it; none where no machine is
    /// reached.
    pub never: Vec<u64>,
}

/// A cause, and the machines that it cost.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CauseAnswer {
    /// Its name; empty where none was recorded.
    pub cause: String,
    /// Machines, the mean over replications.
    pub machines: f64,
    /// A machine that it happened to.
    pub example: String,
    /// The replication in which it did, for `explain --replication`.
    pub example_replication: u32,
    /// What happened.
    pub explanation: String,
    /// What would help it against this cause; it may meet another then, which `explain`
    /// finds.
    pub remedy: String,
    /// The same as values for `--set`, to be used together; empty if no edit of
    /// the scenario does it.
    pub settings: Vec<String>,
    /// Why no edit of the scenario does it; empty where `settings` do.
    pub no_setting: String,
}

/// A decision about a roll-out in phases.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DecisionAnswer {
    /// The phase.
    pub phase: String,
    /// What was decided, as in `decisions.csv`.
    pub decision: String,
    /// Replications in which it was.
    pub replications: u64,
    /// Date of the first time in each of them, the median.
    pub median: String,
}

/// What is wrong with a scenario, and how large it is.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CheckAnswer {
    /// Whether it can run.
    pub valid: bool,
    /// Title of the scenario; none if it cannot run.
    pub title: Option<String>,
    /// Machines; none if it cannot run.
    pub machines: Option<u64>,
    /// Rows of a replication; none if it cannot run.
    pub rows: Option<u64>,
    /// Errors, then warnings.
    pub problems: Vec<ProblemAnswer>,
    /// The stage after which no more was looked for, as its errors leave nothing to look at:
    /// `reading` (the keys and values of the file), `inventory`, or `resolving` (names,
    /// times and machines, before what they come to together). More problems may follow
    /// once these are mended. None where all was looked at.
    pub stopped_after: Option<String>,
}

/// A problem of a scenario.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ProblemAnswer {
    /// `error` or `warning`.
    pub severity: String,
    /// A stable name of its kind.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub help: Option<String>,
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: Option<u64>,
    /// The column, from 1.
    pub column: Option<u64>,
}

/// What one machine does and why.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ExplainAnswer {
    /// The machine.
    pub machine: String,
    /// The replication that it was followed in.
    pub replication: u64,
    /// What became of each advertisement.
    pub advertisements: Vec<StoryAnswer>,
}

/// The story of a machine and an advertisement.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StoryAnswer {
    /// The advertisement.
    pub advertisement: String,
    /// The steps, in order.
    pub steps: Vec<StepAnswer>,
    /// How it ended, as in `machines.csv`.
    pub outcome: String,
    /// The cause, if it failed; empty if it did not.
    pub cause: String,
    /// What happened.
    pub explanation: String,
    /// What would help on this machine.
    pub remedy: String,
    /// The same as values for `--set`, to be used together; empty if no edit of
    /// the scenario does it.
    pub settings: Vec<String>,
    /// Why no edit of the scenario does it; empty where `settings` do.
    pub no_setting: String,
    /// What was met in turn when `settings` had been set and the scenario run again, and
    /// what would help then; empty if nothing was.
    pub next: Vec<HurdleAnswer>,
    /// Whether the machine has the program when all of these settings are set, in order;
    /// none where this was not tried, or not to the end.
    pub mends: Option<bool>,
    /// Why it was not tried to the end; none where it was, or where there is nothing to
    /// try.
    pub not_tried: Option<String>,
    /// The log on the machine to open.
    pub log: String,
    /// Lines to look for there; empty where no sample of one is known.
    pub look_for: Vec<String>,
}

/// What keeps a machine from a program once what kept it before is mended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HurdleAnswer {
    /// The cause, as in `machines.csv`.
    pub cause: String,
    /// What would help.
    pub remedy: String,
    /// The same as values for `--set`, after those that were set before.
    pub settings: Vec<String>,
    /// Why no edit of the scenario does it; empty where `settings` do.
    pub no_setting: String,
}

/// A step of a story.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StepAnswer {
    /// Seconds after the start.
    pub seconds: f64,
    /// What happened.
    pub text: String,
    /// Tries like the one before that the line stands for; 0 where it is one event.
    pub alike: u64,
}

/// Two runs, compared.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CompareAnswer {
    /// Whether replications were compared in pairs, as the seed is the same.
    pub paired: bool,
    /// Replications of each run.
    pub replications: [u64; 2],
    /// Those of each run that were compared: where `paired`, the replications that both
    /// have.
    pub compared: [u64; 2],
    /// Machines and advertisements that both have.
    pub common: u64,
    /// Those that changed outcome.
    pub changed_outcome: u64,
    /// Those that are better, and by more than chance.
    pub better: u64,
    /// Those that are worse, and by more than chance.
    pub worse: u64,
    /// Those that are earlier, and by more than chance.
    pub earlier: u64,
    /// Those that are later, and by more than chance.
    pub later: u64,
    /// By advertisement.
    pub advertisements: Vec<ProgressAnswer>,
    /// Machines without success, by advertisement and cause.
    pub causes: Vec<CauseChangeAnswer>,
}

/// Machines without success for one cause in two runs.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CauseChangeAnswer {
    /// The advertisement.
    pub advertisement: String,
    /// The outcome with its cause, as `--causes` prints it.
    pub outcome: String,
    /// Machines, the mean over the replications of each run.
    #[serde(flatten)]
    pub figure: FigureAnswer,
}

/// An advertisement in two runs.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ProgressAnswer {
    /// Its name.
    pub name: String,
    /// Machines that both runs target.
    pub machines: u64,
    /// Machines that were installed.
    pub installed: FigureAnswer,
    /// Seconds until shares of them were.
    pub times: Vec<SharedFigureAnswer>,
}

/// A figure of two runs, for a share of the machines.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SharedFigureAnswer {
    /// The share.
    pub share: f64,
    /// The seconds.
    #[serde(flatten)]
    pub seconds: FigureAnswer,
}

/// A figure of two runs.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FigureAnswer {
    /// Mean of each run; none where not every replication has it.
    pub means: [Option<f64>; 2],
    /// Interval of the difference.
    pub interval: Option<Bounds>,
    /// `larger`, `smaller`, `the same`, `undecided` or `untested`.
    pub conclusion: String,
}
