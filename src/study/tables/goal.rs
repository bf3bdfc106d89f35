//! `goal.csv`: what the search for the first sufficient value looked at.

use super::{Results, Table, Writer, point_cells, point_headings, undefined_note};
use crate::study::figure::optional;
use crate::study::plan::Rule;
use crate::study::record::Known;
use crate::study::rule::Decider;

pub(super) const COLUMNS: [&str; 8] = [
    "step",
    "runs",
    "met",
    "at_least",
    "at_most",
    "verdict",
    "first_sufficient",
    "note",
];

pub(super) fn table(results: &Results, known: &Known) -> Table {
    let own = COLUMNS.map(String::from);
    let mut writer = Writer::new("goal.csv", point_headings(results).chain(own));
    let decider = Decider::new(results.plan);
    let Rule::Bisection { objective, .. } = results.plan.rule else {
        return writer.finish();
    };
    let response = results.plan.objectives[objective].response;
    for chain in 0..decider.units() {
        let search = decider.search(known, chain as usize);
        for (step, (point, runs, judgement)) in search.looked.iter().enumerate() {
            let mut row = point_cells(results, *point);
            row.extend([
                (step + 1).to_string(),
                runs.to_string(),
                judgement.met.to_string(),
                optional(judgement.interval.map(|interval| interval.low)),
                optional(judgement.interval.map(|interval| interval.high)),
                judgement.verdict.to_string(),
                if search.answer == Some(*point) {
                    "yes"
                } else {
                    "no"
                }
                .to_owned(),
                if search.left_out.contains(point) {
                    let note = undefined_note(results, *point, response);
                    note.map_or_else(String::new, |note| format!("left out: {note}"))
                } else {
                    String::new()
                },
            ]);
            writer.row(row);
        }
    }
    writer.finish()
}
