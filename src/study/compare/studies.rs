//! Two studies: the points that both have, response by response.

use crate::statistics::{CONFIDENCE, Moments, welch};
use crate::study::error::StudyError;
use crate::study::figure::optional;
use crate::study::plan::StudyPlan;
use crate::study::results::{Results, missing};
use crate::study::store::Store;
use crate::study::tables::{Pair, Table, Writer, conclusion, headings};
use std::path::Path;

/// Columns beside those of the axes.
pub(crate) const COLUMNS: [&str; 12] = [
    "point",
    "response",
    "n_first",
    "n_second",
    "mean_first",
    "mean_second",
    "difference",
    "ci_low",
    "ci_high",
    "correlation",
    "variance_reduction",
    "conclusion",
];

/// Compares the studies in two directories, point by point: points are the
/// same if their axes have the same values. Returns a CSV table and the number
/// of its rows.
///
/// # Errors
/// If one of them is not a finished study, or they have no point and response in
/// common.
pub fn compare_studies(first: &Path, second: &Path) -> Result<(String, usize), StudyError> {
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
    let paired =
        plans[0].seed == plans[1].seed && plans.iter().all(|plan| plan.common_random_numbers);
    let Table { text, rows, .. } = table(&results, paired);
    if rows == 0 {
        return Err(StudyError::Plan {
            path: second.into(),
            reason: format!(
                "it has no point and response in common with `{}`",
                first.display()
            ),
        });
    }
    Ok((text, rows))
}

fn table(results: &[Results; 2], paired: bool) -> Table {
    let axes = &results[0].plan.axes;
    let mut writer = Writer::new(
        "compare.csv",
        COLUMNS
            .iter()
            .map(|c| (*c).to_owned())
            .chain(headings::of_axes(axes)),
    );
    for before in results[0].points() {
        let values = &results[0].plan.points[before as usize].values;
        let same = |point: &u32| {
            results[1].plan.axes == *axes
                && results[1].plan.points[*point as usize].values == *values
        };
        let Some(after) = results[1].points().find(same) else {
            continue;
        };
        for (number, response) in results[0].plan.responses.iter().enumerate() {
            let Some(theirs) = results[1]
                .plan
                .responses
                .iter()
                .position(|other| other == response)
            else {
                continue;
            };
            let mut row = vec![(before + 1).to_string(), response.name.clone()];
            row.extend(cells(results, [(before, number), (after, theirs)], paired));
            row.extend(values.iter().cloned());
            writer.row(row);
        }
    }
    writer.finish()
}

fn cells(results: &[Results; 2], at: [(u32, usize); 2], paired: bool) -> Vec<String> {
    let sample = |run: usize| results[run].sample(at[run].0, at[run].1);
    let (before, after) = (sample(0), sample(1));
    let moments = [&before, &after].map(|sample| {
        let all: Option<Vec<f64>> = sample.iter().map(|(_, value)| *value).collect();
        all.unwrap_or_default().into_iter().collect::<Moments>()
    });
    let pair = Pair::of_runs(&before, &after);
    let interval = if paired {
        pair.interval(CONFIDENCE)
    } else {
        welch(&moments[0], &moments[1])
    };
    let means = moments.map(|moments| moments.mean());
    let only = |value: Option<f64>| {
        if paired {
            optional(value)
        } else {
            String::new()
        }
    };
    // The interval of pairs is one of their difference, which that of the means is
    // where no number is missing.
    let difference = if paired {
        pair.difference.mean()
    } else {
        means[0].zip(means[1]).map(|(a, b)| b - a)
    };
    let mut cells = [before.len(), after.len()].map(|n| n.to_string()).to_vec();
    cells.extend(means.map(optional));
    cells.extend([
        optional(difference),
        optional(interval.map(|interval| interval.low)),
        optional(interval.map(|interval| interval.high)),
        only(pair.correlation()),
        only(pair.variance_reduction()),
        conclusion(interval).to_owned(),
    ]);
    cells
}
