//! Two studies: the points that both have, response by response.

use crate::reading::Shown;
use crate::statistics::{CONFIDENCE, Interval, Moments, welch};
use crate::study::error::StudyError;
use crate::study::figure::optional;
use crate::study::plan::StudyPlan;
use crate::study::results::{Results, missing};
use crate::study::store::Store;
use crate::study::tables::{Declaration, Pair, Part, Writer, conclusion, text_columns};
use std::collections::BTreeMap;
use std::path::Path;

/// The comparison of two studies.
pub(super) const TABLE: Declaration = Declaration {
    name: "compare",
    when: "of two studies",
    row: "one response at one point that both have",
    parts: &[Part::Fixed(COLUMNS), Part::Axes],
};

text_columns! {
    COLUMNS: fn cells(change: &StudyChange) {
        "point" Number "the number of the point in the first study, from 1" => change.points[0].to_string();
        "response" Text "the response" => &change.response;
        "n_first" Number "runs of the first study in which the response is defined" => change.replications[0].to_string();
        "n_second" Number "those of the second" => change.replications[1].to_string();
        "mean_first" OfResponse "mean of the first; empty where it did not come about in every run" =>
            optional(change.means[0]);
        "mean_second" OfResponse "mean of the second" => optional(change.means[1]);
        "difference" OfResponse "the second less the first; where replications are compared in pairs, the mean of their differences" =>
            optional(change.difference);
        "ci_low" OfResponse "lower bound of the 95 % interval of the difference" =>
            optional(change.interval.map(|interval| interval.low));
        "ci_high" OfResponse "its upper bound" => optional(change.interval.map(|interval| interval.high));
        "correlation" Number "Pearson's correlation of the pairs; empty without pairs, and where one side does not vary" =>
            optional(change.correlation);
        "variance_reduction" Number "how many times more replications independent runs would need for the same interval; empty without pairs, and where the differences do not vary" =>
            optional(change.variance_reduction);
        "conclusion" Text "`larger`, `smaller` or `undecided`" => change.conclusion;
    }
}

/// Two studies, point by point.
#[derive(Debug, Clone, PartialEq)]
pub struct StudyComparison {
    /// Whether replication `n` of both had the same draws.
    pub paired: bool,
    /// Names of the axes, in the order of the first.
    pub axes: Vec<String>,
    /// Runs that count, of each.
    pub runs: [u64; 2],
    /// Points that only the first has, and that only the second has.
    pub alone: [u64; 2],
    /// What became of each response at each point that both have.
    pub changes: Vec<StudyChange>,
}

/// A response at a point of two studies.
#[derive(Debug, Clone, PartialEq)]
pub struct StudyChange {
    /// The number of the point in each study, from 1.
    pub points: [u32; 2],
    /// The value of each axis.
    pub values: Vec<String>,
    /// The name of the response.
    pub response: String,
    /// Replications of each in which the response is defined.
    pub replications: [u64; 2],
    /// Those among them in which it did not come about.
    pub not_reached: [u64; 2],
    /// Replications in which both have a number, where they are compared in pairs.
    pub pairs: Option<u64>,
    /// Mean of each; none where it did not come about in every replication.
    pub means: [Option<f64>; 2],
    /// The second less the first: of pairs the mean of their differences.
    pub difference: Option<f64>,
    /// Interval of the difference.
    pub interval: Option<Interval>,
    /// Correlation of the pairs.
    pub correlation: Option<f64>,
    /// How many times more replications independent runs would need.
    pub variance_reduction: Option<f64>,
    /// `larger`, `smaller` or `undecided`.
    pub conclusion: &'static str,
}

/// Compares the studies in two directories, point by point: points are the
/// same if their axes have the same values, in whatever order the axes stand.
///
/// # Errors
/// If one of them is not a finished study, or they have no point and response in
/// common.
pub fn compare_studies(first: &Path, second: &Path) -> Result<StudyComparison, StudyError> {
    let plans = [StudyPlan::read(first)?, StudyPlan::read(second)?];
    let known = [
        Store::open(first, &plans[0]).known()?,
        Store::open(second, &plans[1]).known()?,
    ];
    for (at, path) in [first, second].into_iter().enumerate() {
        if !missing(&plans[at], &known[at]).is_empty() {
            let reason = "the study is not finished; `study run` goes on with it".to_owned();
            return Err(StudyError::Plan {
                path: path.into(),
                reason,
            });
        }
    }
    let results = [
        Results::new(&plans[0], &known[0]),
        Results::new(&plans[1], &known[1]),
    ];
    compare(&results).map_err(|apart| StudyError::Plan {
        path: second.into(),
        reason: apart.reason(&plans, first),
    })
}

/// Why two studies cannot be compared.
enum Apart {
    Axes,
    Points,
    Responses,
}

impl Apart {
    fn reason(&self, plans: &[StudyPlan; 2], first: &Path) -> String {
        let first = first.shown();
        let [theirs, own] = match self {
            Self::Axes => [0, 1].map(|at: usize| list(plans[at].axes.iter(), "no axis")),
            Self::Points => {
                return format!(
                    "it has no point in common with `{first}`: no point has the same values of \
                     all axes; give both studies the values that are to be compared"
                );
            }
            Self::Responses => [0, 1].map(|at: usize| {
                let names = plans[at].responses.iter().map(|response| &response.name);
                list(names, "no response")
            }),
        };
        match self {
            Self::Axes => format!(
                "it has {own}, and `{first}` has {theirs}; studies are compared at points that \
                 have the same values of the same axes"
            ),
            _ => format!(
                "it has no response in common with `{first}`: it asks for {own}, the other for \
                 {theirs}; a response is the same if its name and all that is asked of it are"
            ),
        }
    }
}

/// Names for a message, or the words for none of them.
fn list<'a>(names: impl Iterator<Item = &'a String>, none: &str) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match names.len() {
        0 => none.to_owned(),
        _ => names.join(", "),
    }
}

fn compare(results: &[Results; 2]) -> Result<StudyComparison, Apart> {
    let [a, b] = [results[0].plan, results[1].plan];
    let place = |axis: &String| b.axes.iter().position(|other| other == axis);
    let places: Option<Vec<usize>> = a.axes.iter().map(place).collect();
    let places = places.filter(|places| places.len() == b.axes.len());
    let places = places.ok_or(Apart::Axes)?;
    let responses = a.responses.iter().enumerate();
    let both: Vec<(usize, usize)> = responses
        .filter_map(|(at, own)| Some((at, b.responses.iter().position(|other| other == own)?)))
        .collect();
    let in_order = |point: u32| -> Vec<&String> {
        let values = &b.points[point as usize].values;
        places.iter().map(|place| &values[*place]).collect()
    };
    let theirs: BTreeMap<Vec<&String>, u32> =
        results[1].points().map(|at| (in_order(at), at)).collect();
    let paired = a.seed == b.seed && a.common_random_numbers && b.common_random_numbers;
    let mut changes = Vec::new();
    let (mut own, mut common) = (0, 0);
    for before in results[0].points() {
        own += 1;
        let values: Vec<&String> = a.points[before as usize].values.iter().collect();
        let Some(&after) = theirs.get(&values) else {
            continue;
        };
        common += 1;
        let change = |(first, second)| change(results, [(before, first), (after, second)], paired);
        changes.extend(both.iter().copied().map(change));
    }
    if common == 0 {
        return Err(Apart::Points);
    }
    if both.is_empty() {
        return Err(Apart::Responses);
    }
    Ok(StudyComparison {
        paired,
        axes: a.axes.clone(),
        runs: [0, 1].map(|at: usize| results[at].runs.len() as u64),
        alone: [own - common, theirs.len() as u64 - common],
        changes,
    })
}

fn change(results: &[Results; 2], at: [(u32, usize); 2], paired: bool) -> StudyChange {
    let plan = results[0].plan;
    let (point, response) = at[0];
    let samples = [0, 1].map(|run: usize| results[run].sample(at[run].0, at[run].1));
    let moments = samples.each_ref().map(|sample| {
        let all: Option<Vec<f64>> = sample.iter().map(|(_, value)| *value).collect();
        all.unwrap_or_default().into_iter().collect::<Moments>()
    });
    let means = moments.map(|moments| moments.mean());
    let pair = paired.then(|| Pair::of_runs(&samples[0], &samples[1]));
    let interval = match &pair {
        Some(pair) => pair.interval(CONFIDENCE),
        None => welch(&moments[0], &moments[1]),
    };
    let never = |sample: &Vec<(u32, Option<f64>)>| {
        let never = sample.iter().filter(|(_, value)| value.is_none());
        never.count() as u64
    };
    StudyChange {
        points: at.map(|(point, _)| point + 1),
        values: plan.points[point as usize].values.clone(),
        response: plan.responses[response].name.clone(),
        replications: samples.each_ref().map(|sample| sample.len() as u64),
        not_reached: samples.each_ref().map(never),
        pairs: pair.as_ref().map(|pair| pair.difference.count()),
        means,
        // The interval of pairs is one of their difference, which that of the means is
        // where no number is missing.
        difference: match &pair {
            Some(pair) => pair.difference.mean(),
            None => means[0].zip(means[1]).map(|(a, b)| b - a),
        },
        interval,
        correlation: pair.as_ref().and_then(Pair::correlation),
        variance_reduction: pair.as_ref().and_then(Pair::variance_reduction),
        conclusion: conclusion(interval),
    }
}

impl StudyComparison {
    /// The changes as CSV, a row each.
    pub fn table(&self) -> String {
        let mut writer = Writer::with(&TABLE, &self.axes, &[]);
        for change in &self.changes {
            let mut row = cells(change);
            row.extend(change.values.iter().cloned());
            writer.row(row);
        }
        writer.finish().text
    }
}
