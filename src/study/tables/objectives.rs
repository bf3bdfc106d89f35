//! `objectives.csv`: whether each point meets the objectives of the scenario.

use super::{Declaration, POINT, Part, Results, Table, of_points, point_cells, text_columns};
use crate::results::{Judgement, Verdict, what_would_decide};
use crate::study::figure::{optional, rounded};
use crate::study::plan::PlannedObjective;
use crate::study::rule;

pub(super) const TABLE: Declaration = Declaration {
    name: "objectives",
    when: "where the scenario has objectives",
    row: "one objective at one point",
    parts: &[POINT, Part::Axes, Part::Fixed(COLUMNS)],
};

text_columns! {
    COLUMNS: fn cells(objective: &PlannedObjective, judgement: &Judgement, why_undecided: Option<String>) {
        "objective" Text "the objective" => &objective.name;
        "met" Number "runs that met it" => judgement.met.to_string();
        "unknown" Number "runs of which the forecast cannot tell" => judgement.unknown.to_string();
        "runs" Number "runs; one that failed has not met it" => judgement.of.to_string();
        "share" Share "share of the runs that met it" => optional(judgement.share());
        "at_least" Share "lower bound of the chance to meet it" =>
            optional(judgement.interval.map(|interval| interval.low));
        "at_most" Share "its upper bound" => optional(judgement.interval.map(|interval| interval.high));
        "chance_wanted" Share "the share of the replications that have to meet it" => rounded(objective.chance.0);
        "confidence" Share "the confidence with which that has to be known" => rounded(objective.confidence.0);
        "verdict" Text "`pass`, `fail` or `undecided`" => judgement.verdict.to_string();
        "why_undecided" Text "why it is undecided" => why_undecided.unwrap_or_default();
    }
}

pub(super) fn table(results: &Results) -> Table {
    let mut writer = of_points(&TABLE, results);
    for point in results.points() {
        for (number, objective) in results.plan.objectives.iter().enumerate() {
            let judgement = judge(results, point, number);
            let why = why_undecided(results, point, number);
            let mut row = point_cells(results, point);
            row.extend(cells(objective, &judgement, why));
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
