//! `objectives.csv`: whether each point meets the objectives of the scenario.

use super::{Results, Table, Writer, point_cells, point_headings};
use crate::results::{Judgement, Verdict, what_would_decide};
use crate::study::figure::{optional, rounded};
use crate::study::rule;

pub(super) const COLUMNS: [&str; 11] = [
    "objective",
    "met",
    "unknown",
    "runs",
    "share",
    "at_least",
    "at_most",
    "chance_wanted",
    "confidence",
    "verdict",
    "why_undecided",
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
                judgement.unknown.to_string(),
                judgement.of.to_string(),
                optional(judgement.share()),
                optional(judgement.interval.map(|interval| interval.low)),
                optional(judgement.interval.map(|interval| interval.high)),
                rounded(objective.chance.0),
                rounded(objective.confidence.0),
                judgement.verdict.to_string(),
                why_undecided(results, point, number).unwrap_or_default(),
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
    rule::judge(objective, results.of(point), objective.confidence.0)
}

/// Why it is undecided whether a point meets the objective with this number; `None`
/// if it is decided.
pub(crate) fn why_undecided(results: &Results, point: u32, objective: usize) -> Option<String> {
    let judgement = judge(results, point, objective);
    if judgement.verdict != Verdict::Undecided {
        return None;
    }
    let objective = &results.plan.objectives[objective];
    Some(match results.undefined(point, objective.response) {
        Some((_, lack)) => lack.words().to_owned(),
        None if judgement.unknown > 0 => {
            "it is missed at the horizon, and asked for later".to_owned()
        }
        None => {
            let (chance, confidence) = (objective.chance.0, objective.confidence.0);
            what_would_decide(judgement.met, judgement.of, chance, confidence)
        }
    })
}
