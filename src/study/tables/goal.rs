//! `goal.csv`: what the search for the first sufficient value looked at.

use super::{
    Declaration, POINT, Part, Results, Table, of_points, point_cells, text_columns, undefined_note,
};
use crate::results::Judgement;
use crate::study::figure::optional;
use crate::study::plan::Rule;
use crate::study::record::Known;
use crate::study::rule::Decider;

pub(super) const TABLE: Declaration = Declaration {
    name: "goal",
    when: "with `[goal]`",
    row: "one look of the search at one point",
    parts: &[POINT, Part::Axes, Part::Fixed(COLUMNS)],
};

text_columns! {
    COLUMNS: fn cells(step: usize, runs: u32, judgement: &Judgement, is_first: bool, note: String) {
        "step" Number "the number of the look, from 1" => step.to_string();
        "runs" Number "runs of the point at that time" => runs.to_string();
        "met" Number "those that met the objective" => judgement.met.to_string();
        "at_least" Share "lower bound of the chance to meet it, with the confidence that this look has" =>
            optional(judgement.interval.map(|interval| interval.low));
        "at_most" Share "its upper bound" => optional(judgement.interval.map(|interval| interval.high));
        "verdict" Text "`pass`, `fail` or `undecided`" => judgement.verdict.to_string();
        "first_sufficient" Text "`yes` at the first value that is enough, else `no`" =>
            if is_first { "yes" } else { "no" };
        "note" Text "why the point was left out" => note;
    }
}

pub(super) fn table(results: &Results, known: &Known) -> Table {
    let mut writer = of_points(&TABLE, results);
    let decider = Decider::new(results.plan);
    let Rule::Bisection { objective, .. } = results.plan.rule else {
        return writer.finish();
    };
    let response = results.plan.objectives[objective].response;
    for chain in 0..decider.units() {
        let search = decider.search(known, chain as usize);
        for (step, (point, runs, judgement)) in search.looked.iter().enumerate() {
            let is_first = search.answer == Some(*point);
            let note = if search.left_out.contains(point) {
                let note = undefined_note(results, *point, response);
                note.map_or_else(String::new, |note| format!("left out: {note}"))
            } else {
                String::new()
            };
            let mut row = point_cells(results, *point);
            row.extend(cells(step + 1, *runs, judgement, is_first, note));
            writer.row(row);
        }
    }
    writer.finish()
}
