//! Objectives over the points: how often each is met, with what can be said of
//! its chance, against the chance that is asked for.

use super::against::{clipped, clipped_apart};
use super::{Study, distinct};
use crate::report::data::Row;
use crate::report::text::percent;
use maud::{Markup, html};

/// Points in a picture.
const MOST_POINTS: usize = 30;

/// A picture of each objective.
pub(super) fn view(study: &Study) -> Markup {
    let rows = study.table("objectives");
    html! {
        @for objective in distinct(rows, "objective") {
            @let mine: Vec<Row> = rows.iter().filter(|row| row.text("objective") == objective).take(MOST_POINTS).collect();
            @if mine.len() > 1 { (picture(study, &objective, &mine)) }
        }
    }
}

fn picture(study: &Study, objective: &str, rows: &[Row]) -> Markup {
    let width = 830.0 / rows.len() as f64;
    let x = |at: usize| 110.0 + width * (at as f64 + 0.5);
    let y = |share: f64| 12.0 + 150.0 * (1.0 - share.clamp(0.0, 1.0));
    let number = |row: &Row, column: &str| row.number(column).unwrap_or(0.0);
    let labels = labels(study, rows);
    let height = 190.0 + 16.0 * labels.len() as f64;
    let asked = rows.first().map_or(1.0, |row| number(row, "chance_wanted"));
    let enough: Vec<String> = rows
        .iter()
        .filter(|row| row.text("verdict") == "pass")
        .map(|row| study.named(row))
        .collect();
    let label = if enough.is_empty() {
        format!("Chance of {objective}: no point passes")
    } else {
        format!("Chance of {objective}: passes at {}", enough.join("; "))
    };
    html! {
        h3 { "How often is " (objective) " met?" }
        figure {
            svg viewBox=(format!("0 0 960 {height:.0}")) role="img" aria-label=(label) {
                @for share in [0.0, 0.5, 1.0] {
                    line.grid x1="110" x2="940" y1=(format!("{:.1}", y(share))) y2=(format!("{:.1}", y(share))) {}
                    text.label x="104" y=(format!("{:.1}", y(share) + 4.0)) text-anchor="end" { (percent(share)) }
                }
                line.deadline x1="110" x2="940" y1=(format!("{:.1}", y(asked))) y2=(format!("{:.1}", y(asked))) { title { "asked for: " (percent(asked)) } }
                @for (line, (axis, _)) in labels.iter().enumerate() {
                    text.label x="104" y=(184 + 16 * line) text-anchor="end" { (clipped(axis)) }
                }
                @for (at, row) in rows.iter().enumerate() {
                    @if let (Some(low), Some(high)) = (row.number("at_least"), row.number("at_most")) {
                        path.whisker d=(format!("M{:.1} {:.1}V{:.1}", x(at), y(low), y(high))) {}
                    }
                    @if let Some(share) = row.number("share") {
                        circle class=(format!("mark {}", row.text("verdict"))) cx=(format!("{:.1}", x(at))) cy=(format!("{:.1}", y(share))) r="5" {
                            title { (study.named(row)) ": met in " (row.text("met")) " of " (row.text("runs")) ", " (row.text("verdict")) }
                        }
                    }
                    @if at % rows.len().div_ceil(8) == 0 {
                        @for (line, (_, values)) in labels.iter().enumerate() {
                            text.label x=(format!("{:.1}", x(at))) y=(184 + 16 * line) text-anchor="middle" { (values[at]) }
                        }
                        text.label x=(format!("{:.1}", x(at))) y=(184 + 16 * labels.len()) text-anchor="middle" { (row.text("verdict")) }
                    }
                }
            }
            figcaption {
                "Share of the replications that meet " (objective) ", with what can be said of the chance at 95 %; dashed: "
                (percent(asked)) ", which is asked for."
                @if rows.iter().any(|row| row.number("share").is_none()) { " A point without a mark cannot be judged." }
            }
        }
    }
}

/// What stands under each point: a line for each axis on which the points differ, so that
/// a point that passes and one that fails are not called the same.
fn labels(study: &Study, rows: &[Row]) -> Vec<(String, Vec<String>)> {
    let of = |axis: &String| -> Vec<String> {
        let values = rows.iter().map(|row| row.text(axis).to_owned());
        values.collect()
    };
    let axes = study.axes().iter().map(|axis| (axis.clone(), of(axis)));
    axes.filter(|(_, values)| values.windows(2).any(|pair| pair[0] != pair[1]))
        .map(|(axis, values)| (axis, clipped_apart(&values)))
        .collect()
}
