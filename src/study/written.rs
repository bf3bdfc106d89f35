//! The written form of a study: what the file says, with positions.
//!
//! Every key is here once, with its meaning and default; `docs/studies.md` is
//! the language reference. What the words mean is decided in `resolve`.

use super::measure::Measure;
use crate::scenario::{At, Section, at_least_one};
use serde::Deserialize;

/// A study: a scenario, what varies in it, and what is looked at.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Study {
    /// What the study is called. Default: the name of the file.
    pub title: Option<String>,
    /// The scenario, relative to the study. Required.
    pub scenario: Option<At<String>>,
    /// Settings that hold at every point, as on the command line. Default: none.
    pub set: Vec<At<String>>,
    /// Seed of every draw. Default: the scenario's.
    pub seed: Option<At<u64>>,
    /// Replications of every point; with `[stop]`, `[goal]` or the procedure of
    /// Kim and Nelson, the first of them. Default: the scenario's; at least 10
    /// with `[stop]` or that procedure.
    pub replications: Option<At<u32>>,
    /// Whether replication `n` of every point has the same draws. Default: `true`.
    pub common_random_numbers: Option<bool>,
    /// What varies. Default: nothing.
    pub axis: Section<Axis>,
    /// How points are made of the axes. Default: every combination.
    pub design: Design,
    /// The point that others are compared with: a value for some axes, the
    /// first value for the rest. Default: no comparison.
    pub baseline: Option<Section<toml::Value>>,
    /// What is looked at. Default: `success_share`, `failures` and `time_to_95`.
    pub response: Section<Response>,
    /// When there are enough replications. Default: after `replications`.
    pub stop: Option<Stop>,
    /// Which points may be the best. Default: not asked.
    pub select: Option<Select>,
    /// The first value that is enough. Default: not asked.
    pub goal: Option<Goal>,
    /// Changes of the scenario, of which the one that helps most is wanted; a
    /// study with fixes has no axes. Default: none.
    pub fix: Section<Fix>,
    /// Whether what would help machines of the scenario as it is are changes, too.
    /// Default: `false`.
    pub remedies: Option<bool>,
}

/// Something that varies.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Axis {
    /// The key of the scenario.
    pub path: Option<At<String>>,
    /// Several keys that all get the value.
    pub paths: Vec<At<String>>,
    /// The values.
    pub list: Option<At<Vec<toml::Value>>>,
    /// Evenly spaced values.
    pub range: Option<At<Range>>,
    /// Instead of values, named cases of settings.
    pub cases: Option<At<Section<Vec<At<String>>>>>,
    /// Text around a number, as in `"{} kbit/s"`. Default: the number itself.
    pub format: Option<At<String>>,
}

/// Evenly spaced values, or, for drawn designs, the bounds.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Range {
    /// The first.
    pub from: f64,
    /// The last.
    pub to: f64,
    /// From one to the next. Default: only drawn designs can do without.
    pub step: Option<f64>,
}

/// How points are made of axes.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Design {
    /// The kind. Default: `grid`.
    pub kind: Option<At<DesignKind>>,
    /// Grid: axes that go in step. Default: none.
    pub zip: Vec<Vec<At<String>>>,
    /// Latin hypercube: points. Default: 50.
    pub points: Option<At<u32>>,
    /// Morris: trajectories. Default: 10.
    pub trajectories: Option<At<u32>>,
    /// Morris: levels of an axis, an even number. Default: 4.
    pub levels: Option<At<u32>>,
    /// File: the table of points, relative to the study.
    pub file: Option<At<String>>,
    /// Which points are kept, as in `slots <= 20 and spread > "1 h"`. Default:
    /// all.
    pub constraint: Option<At<String>>,
}

/// How points are made of axes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DesignKind {
    /// Every combination.
    #[default]
    Grid,
    /// The first value of each axis, then each axis alone.
    OneAtATime,
    /// A Latin hypercube (M. `McKay` et al., Technometrics 21, 1979).
    LatinHypercube,
    /// Trajectories of M. Morris, Technometrics 33 (1991).
    Morris,
    /// A table of points.
    File,
}

/// Something that is looked at: a number per run.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Response {
    /// What. Required.
    pub measure: Option<At<Measure>>,
    /// Advertisements, by name or glob. Default: `*`.
    pub advertisement: Option<At<String>>,
    /// Sites of the machines, by name or glob. Default: `*`.
    pub site: Option<At<String>>,
    /// Outcomes, for `machines`. Default: any.
    #[serde(deserialize_with = "at_least_one")]
    pub outcome: Option<Vec<At<String>>>,
    /// Causes, for `machines`. Default: any.
    #[serde(deserialize_with = "at_least_one")]
    pub cause: Option<Vec<At<String>>>,
    /// The share for `time_to`. Default: `0.95`.
    pub share: Option<At<f64>>,
    /// Resources by kind, as in `resources.csv`. Default: `*`.
    pub kind: Option<At<String>>,
    /// Resources by name or glob. Default: `*`.
    pub name: Option<At<String>>,
}

/// When there are enough replications.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Stop {
    /// The response that must be known well. Default: the first.
    pub response: Option<At<String>>,
    /// Half the width of the interval, in the response's unit.
    pub half_width: Option<At<f64>>,
    /// Half the width of the interval, as a share of the mean. Default: 0.1.
    pub relative: Option<At<f64>>,
    /// Replications that must confirm it. Default: 5.
    pub look_ahead: Option<At<u32>>,
    /// The most replications. Default: 1000.
    pub most: Option<At<u32>>,
}

/// Which points may be the best.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Select {
    /// The response. Default: the first.
    pub response: Option<At<String>>,
    /// Which is better. Required.
    pub best: Option<At<Better>>,
    /// How it is found out. Default: `screening`.
    pub procedure: Option<At<Procedure>>,
    /// Confidence that the best is among those that are kept. Default: 0.95.
    pub confidence: Option<At<f64>>,
    /// A difference that does not matter. Default: 0; `kim-nelson` requires it.
    pub indifference: Option<At<f64>>,
    /// The most replications of a point, for `kim-nelson`. Default: 1000.
    pub most: Option<At<u32>>,
}

/// How the best point is found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Procedure {
    /// From the replications that are made anyway: those that are certainly not
    /// the best are left out.
    #[default]
    Screening,
    /// Replications are made until one point is left (S.-H. Kim and B. Nelson,
    /// ACM TOMACS 11, 2001).
    KimNelson,
}

/// Which of two numbers is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Better {
    /// The larger.
    Largest,
    /// The smaller.
    Smallest,
}

/// The first value of an axis at which an objective of the scenario holds.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Goal {
    /// The axis; its values go from too little to enough. Required if there are
    /// several.
    pub axis: Option<At<String>>,
    /// The objective. Default: the scenario's only one.
    pub objective: Option<At<String>>,
    /// The most replications of a value that stays undecided. Default: 200.
    pub most: Option<At<u32>>,
}

/// A change of the scenario.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Fix {
    /// Settings, as on the command line. Required.
    pub set: Vec<At<String>>,
}
