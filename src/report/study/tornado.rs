//! What each axis moves, the axis that moves most on top.

use super::Study;
use super::values::{shown, shown_beside};
use crate::report::data::Row;
use crate::study::Response;
use maud::{Markup, html};

const ROW: f64 = 26.0;
/// Axes in a picture.
const MOST_AXES: usize = 20;

/// The bars of every response.
pub(super) fn view(study: &Study) -> Markup {
    let rows = study.table("sensitivity");
    html! {
        @for response in &study.plan.responses {
            @let mine: Vec<Row> = rows.iter().filter(|row| row.text("response") == response.name).take(MOST_AXES).collect();
            @if !mine.is_empty() {
                @if mine.iter().any(|row| row.number("mu_star").is_some()) { (effects(response, &mine)) }
                @else { (swings(response, &mine)) }
            }
        }
    }
}

/// One at a time: from the lowest to the highest mean, around that of the first
/// point.
fn swings(response: &Response, rows: &[Row]) -> Markup {
    let base = rows.iter().find_map(|row| row.number("base"));
    let ends = rows
        .iter()
        .flat_map(|row| [row.number("lowest"), row.number("highest")]);
    let all: Vec<f64> = ends.flatten().chain(base).collect();
    let low = all.iter().copied().fold(f64::INFINITY, f64::min);
    let high = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let room = if high > low { high - low } else { 1.0 };
    let x = |value: f64| 210.0 + 520.0 * (value - low) / room;
    let height = ROW * rows.len() as f64 + 30.0;
    let said = rows
        .first()
        .map_or_else(String::new, |row| row.text("axis").to_owned());
    html! {
        h3 { "What moves " (response.name) "?" }
        figure {
            svg viewBox=(format!("0 0 960 {height:.0}")) role="img" aria-label=(format!("What moves {}: {said} most", response.name)) {
                @for (at, row) in rows.iter().enumerate() {
                    @let y = 6.0 + ROW * at as f64;
                    text.label x="200" y=(format!("{:.1}", y + 14.0)) text-anchor="end" { (row.text("axis")) }
                    @if let (Some(lowest), Some(highest)) = (row.number("lowest"), row.number("highest")) {
                        rect.filled x=(format!("{:.1}", x(lowest))) y=(format!("{y:.1}")) width=(format!("{:.1}", (x(highest) - x(lowest)).max(1.5))) height=(ROW - 8.0) {
                            title { (row.text("axis")) ": " (shown_beside(response.measure, lowest, highest - lowest)) " at " (row.text("lowest_at")) ", " (shown_beside(response.measure, highest, highest - lowest)) " at " (row.text("highest_at")) }
                        }
                    }
                    @if !row.text("not_reached_at").is_empty() {
                        text.label x="950" y=(format!("{:.1}", y + 14.0)) text-anchor="end" { "not reached at " (super::against::clipped(row.text("not_reached_at"))) }
                    }
                }
                @if let Some(base) = base {
                    line.deadline x1=(format!("{:.1}", x(base))) x2=(format!("{:.1}", x(base))) y1="0" y2=(format!("{:.1}", height - 24.0)) { title { "the first point" } }
                    text.label x=(format!("{:.1}", x(base))) y=(format!("{:.1}", height - 6.0)) text-anchor="middle" { (shown(response.measure, base)) }
                }
            }
            figcaption {
                "From the lowest to the highest mean when one axis is moved and the others stay; dashed: the first point."
                ul {
                    @for row in rows {
                        li {
                            (row.text("axis")) ": " (moved(response, row))
                        }
                    }
                }
            }
        }
    }
}

/// What one axis does to a response, in words.
fn moved(response: &Response, row: &Row) -> String {
    let mut parts = Vec::new();
    if let (Some(lowest), Some(highest)) = (row.number("lowest"), row.number("highest")) {
        let shown = |value: f64| shown_beside(response.measure, value, highest - lowest);
        let (low, high) = (row.text("lowest_at"), row.text("highest_at"));
        let everywhere = ["not_reached_at", "undefined_at"]
            .iter()
            .all(|at| row.text(at).is_empty());
        if lowest >= highest && everywhere {
            parts.push(format!("moves nothing, {} at every value", shown(lowest)));
        } else {
            parts.push(format!(
                "{} at {low}, {} at {high}",
                shown(lowest),
                shown(highest)
            ));
        }
    }
    let places = [
        ("not reached in every replication", "not_reached_at"),
        ("undefined, and left out,", "undefined_at"),
    ];
    for (what, column) in places {
        if !row.text(column).is_empty() {
            parts.push(format!("{what} at {}", row.text(column)));
        }
    }
    parts.join("; ")
}

/// Elementary effects: the mean size of an effect, with its interval.
fn effects(response: &Response, rows: &[Row]) -> Markup {
    let most = rows
        .iter()
        .filter_map(|row| row.number("mu_star_high").or_else(|| row.number("mu_star")));
    let most = most.fold(0.0, f64::max).max(1e-12);
    let x = |value: f64| 210.0 + 620.0 * value / most;
    let height = ROW * rows.len() as f64 + 8.0;
    let number = |row: &Row, column: &str| row.number(column).unwrap_or(0.0);
    html! {
        h3 { "What moves " (response.name) "?" }
        figure {
            svg viewBox=(format!("0 0 960 {height:.0}")) role="img" aria-label=(format!("Mean size of elementary effects on {}; {} has the largest", response.name, largest(rows))) {
                @for (at, row) in rows.iter().enumerate() {
                    @let y = 6.0 + ROW * at as f64;
                    @let value = number(row, "mu_star");
                    text.label x="200" y=(format!("{:.1}", y + 14.0)) text-anchor="end" { (row.text("axis")) }
                    rect.filled x="210" y=(format!("{y:.1}")) width=(format!("{:.1}", (x(value) - 210.0).max(1.5))) height=(ROW - 8.0) {
                        title { (row.text("axis")) ": " (shown(response.measure, value)) }
                    }
                    path.interval d=(format!("M{:.1} {:.1}H{:.1}", x(number(row, "mu_star_low")), y + 9.0, x(number(row, "mu_star_high")))) {}
                    text.label x=(format!("{:.1}", x(number(row, "mu_star_high").max(value)) + 6.0)) y=(format!("{:.1}", y + 14.0)) { (shown(response.measure, value)) }
                }
            }
            figcaption {
                "Mean size of the elementary effects of each axis over its whole range (Morris, 1991), with 95 % intervals."
                @for row in rows {
                    @if number(row, "undefined") > 0.0 { " " (row.text("axis")) ": from " (row.text("effects")) " steps; left out for an undefined end: " (row.text("undefined")) "." }
                }
            }
        }
    }
}

fn largest(rows: &[Row]) -> String {
    let found = rows.iter().max_by(|a, b| {
        let size = |row: &Row| row.number("mu_star").unwrap_or(0.0);
        size(a).total_cmp(&size(b))
    });
    found.map_or_else(String::new, |row| row.text("axis").to_owned())
}
