//! `objectives.csv`: whether each point meets the objectives of the scenario.

use super::{Results, Table, Writer, point_cells, point_headings};
use crate::results::Judgement;
use crate::study::figure::{optional, rounded};
use crate::study::record::Record;

pub(super) const COLUMNS: [&str; 9] = [
    "objective",
    "met",
    "runs",
    "share",
    "at_least",
    "at_most",
    "chance_wanted",
    "confidence",
    "verdict",
];

pub(super) fn table(results: &Results) -> Table {
    let own = COLUMNS.map(String::from);
    let mut writer = Writer::new("objectives.csv", point_headings(results).chain(own));
    for point in results.points() {
        for (number, objective) in results.plan.objectives.iter().enumerate() {
            let judgement = judge(results, point, number);
            let mut row = point_cells(results, point);
            row.extend([
                objective.name.clone(),
                judgement.met.to_string(),
                judgement.of.to_string(),
                optional((judgement.of > 0).then(|| judgement.met as f64 / judgement.of as f64)),
                optional(judgement.interval.map(|interval| interval.low)),
                optional(judgement.interval.map(|interval| interval.high)),
                rounded(objective.chance.0),
                rounded(objective.confidence.0),
                judgement.verdict.to_string(),
            ]);
            writer.row(row);
        }
    }
    writer.finish()
}

/// Whether a point meets the objective with this number. A run that failed has
/// not met it.
pub(crate) fn judge(results: &Results, point: u32, objective: usize) -> Judgement {
    let objective = &results.plan.objectives[objective];
    let runs = results.of(point);
    let count = |wanted: Option<f64>| {
        let found = |record: &&&Record| record.value(objective.response) == Some(wanted);
        runs.iter().filter(found).count() as u64
    };
    Judgement::partly_known(
        count(Some(1.0)),
        count(None),
        runs.len() as u64,
        objective.chance.0,
        objective.confidence.0,
    )
}
