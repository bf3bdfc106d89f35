//! A response against each axis: every point with its interval, points that
//! differ in this axis alone joined by a line.

use super::answers::list;
use super::values::{possible, shown, shown_beside};
use super::{Study, distinct};
use crate::report::data::Row;
use crate::study::{Measure, Question, Response, ordering};
use maud::{Markup, html};
use std::fmt::Write;

/// Lines in a picture; with more, points alone are shown.
const MOST_LINES: usize = 6;

/// One point of a picture: place on the axis, mean, interval.
struct Dot<'a> {
    at: usize,
    row: Row<'a>,
    mean: f64,
    low: f64,
    high: f64,
    /// Whether there is an interval: one replication has none, and neither have
    /// replications that all give the same.
    has_interval: bool,
}

/// Points that have the values of all other axes in common.
struct Series<'a> {
    name: String,
    dots: Vec<Dot<'a>>,
}

/// The pictures of one response.
pub(super) fn view(study: &Study, response: &Response) -> Markup {
    let rows: Vec<Row> = study.rows_of(&response.name).collect();
    let is_some = |row: &Row, column: &str| row.number(column).is_some_and(|n| n > 0.0);
    let missing = rows.iter().filter(|row| is_some(row, "not_reached"));
    let missing: Vec<String> = missing
        .map(|row| {
            let (never, all) = (row.text("not_reached"), row.text("n"));
            format!("{} (in {never} of {all} not)", study.named(row))
        })
        .collect();
    let undefined = rows.iter().filter(|row| is_some(row, "undefined"));
    let undefined: Vec<String> = undefined
        .map(|row| {
            let note = row.text("note").split("; ").next().unwrap_or_default();
            format!("{} ({note})", study.named(row))
        })
        .collect();
    html! {
        h3 { (response.name) }
        @for axis in study.axes() { (picture(study, response, axis, &rows)) }
        @if !missing.is_empty() {
            p.small { "Not reached in every replication, and so without a mean: " (list(&missing)) "." }
        }
        @if !undefined.is_empty() {
            p.small { "Left out, as there was nothing to look at: " (list(&undefined)) "." }
        }
    }
}

/// The rows that a picture against `axis` shows. A design that moves one axis at a time
/// has a curve through its first point for each axis; points off this curve would all
/// stand above the same value.
fn beside<'a>(study: &Study, axis: &str, rows: &[Row<'a>]) -> Vec<Row<'a>> {
    let first = study.table("points").iter().next();
    let (Question::OneAtATime, Some(first)) = (&study.plan.question, first) else {
        return rows.to_vec();
    };
    let others: Vec<&String> = study.axes().iter().filter(|other| *other != axis).collect();
    let is_on_the_curve = |row: &&Row| others.iter().all(|a| row.text(a) == first.text(a));
    rows.iter().filter(is_on_the_curve).copied().collect()
}

/// The values of an axis from the least to the most, whatever the order of the points. Words
/// have no order but that of the study.
fn in_order(mut values: Vec<String>) -> Vec<String> {
    let pairs = || values.iter().zip(values.iter().skip(1));
    // Dates and times of day of one form are in the order of their letters.
    let form = |value: &str| value.replace(|c: char| c.is_ascii_digit(), "0");
    let is_clock =
        |value: &String| value.contains(':') && value.starts_with(|c: char| c.is_ascii_digit());
    if pairs().all(|(a, b)| ordering(a, b).is_some()) {
        values.sort_by(|a, b| ordering(a, b).unwrap_or(std::cmp::Ordering::Equal));
    } else if values.iter().all(is_clock) && pairs().all(|(a, b)| form(a) == form(b)) {
        values.sort();
    }
    values
}

fn series<'a>(
    study: &Study,
    measure: Measure,
    axis: &str,
    values: &[String],
    rows: &[Row<'a>],
) -> Vec<Series<'a>> {
    let others: Vec<&String> = study.axes().iter().filter(|other| *other != axis).collect();
    let mut all: Vec<Series> = Vec::new();
    for row in rows {
        let Some(mean) = row.number("mean") else {
            continue;
        };
        let Some(at) = values.iter().position(|value| value == row.text(axis)) else {
            continue;
        };
        let name: Vec<String> = others
            .iter()
            .map(|other| format!("{other} {}", row.text(other)))
            .collect();
        let name = name.join(", ");
        let dot = Dot {
            at,
            row: *row,
            mean,
            low: possible(measure, row.number("ci_low").unwrap_or(mean)),
            high: possible(measure, row.number("ci_high").unwrap_or(mean)),
            has_interval: row.number("ci_low").is_some() && row.number("ci_high").is_some(),
        };
        match all.iter_mut().find(|series| series.name == name) {
            Some(series) => series.dots.push(dot),
            None => all.push(Series {
                name,
                dots: vec![dot],
            }),
        }
    }
    for series in &mut all {
        series.dots.sort_by_key(|dot| dot.at);
    }
    all
}

/// Bounds of a picture that hold every interval; a share is never shown as more
/// than it is.
fn bounds(measure: Measure, all: &[Series]) -> (f64, f64) {
    let dots = || all.iter().flat_map(|series| &series.dots);
    let low = dots().map(|dot| dot.low).fold(f64::INFINITY, f64::min);
    let high = dots().map(|dot| dot.high).fold(f64::NEG_INFINITY, f64::max);
    if measure == Measure::Objective {
        return (0.0, 1.0);
    }
    // Where all are the same there is room around them in which that can be seen.
    let room = if high > low {
        (high - low).max(high.abs() * 1e-6)
    } else {
        high.abs().max(1.0)
    };
    let low = if low > 0.0 && low < room {
        0.0
    } else {
        (low - room * 0.05).max(low.min(0.0))
    };
    (low, possible(measure, high + room * 0.05))
}

fn picture(study: &Study, response: &Response, axis: &str, rows: &[Row]) -> Markup {
    let values = in_order(distinct(study.table("points"), axis));
    let rows = beside(study, axis, rows);
    let all = series(study, response.measure, axis, &values, &rows);
    if all.is_empty() || values.len() < 2 {
        return html! {};
    }
    let (low, high) = bounds(response.measure, &all);
    let room = if high > low { high - low } else { 1.0 };
    let y = |value: f64| 12.0 + 180.0 * (1.0 - (value - low) / room);
    // Between words there is nothing that a line could show.
    let is_scale = values
        .iter()
        .all(|value| value.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)));
    let joined =
        is_scale && all.len() <= MOST_LINES && all.iter().any(|series| series.dots.len() > 1);
    // Series stand side by side, so that their intervals can be told apart.
    let width = 820.0 / values.len() as f64;
    let apart = (width * 0.5 / all.len() as f64).min(14.0);
    let x = |at: usize, series: usize| {
        let middle = 110.0 + width * (at as f64 + 0.5);
        middle + (series as f64 - (all.len() - 1) as f64 / 2.0) * apart
    };
    let every = values.len().div_ceil(8);
    let labels = clipped_apart(&values);
    let name = format!("{} against {axis}", response.name);
    html! {
        figure {
            svg viewBox="0 0 960 236" role="img" aria-label=(format!("{name}: {}", said(response, axis, &all))) {
                @for (value, label) in ticks(response.measure, low, room) {
                    line.grid x1="110" x2="940" y1=(format!("{:.1}", y(value))) y2=(format!("{:.1}", y(value))) {}
                    text.label x="104" y=(format!("{:.1}", y(value) + 4.0)) text-anchor="end" { (label) }
                }
                @for (at, label) in labels.iter().enumerate().step_by(every) {
                    @let middle = 110.0 + width * (at as f64 + 0.5);
                    text.label x=(format!("{middle:.1}")) y="212" text-anchor="middle" { (label) }
                }
                text.label x="525" y="232" text-anchor="middle" { (axis) }
                @for (number, series) in all.iter().enumerate() {
                    @let class = number % MOST_LINES;
                    @if joined { path class=(format!("line{class}")) d=(line(series, number, &x, &y)) {} }
                    path.whisker d=(whiskers(series, number, &x, &y)) {}
                    @for dot in &series.dots {
                        circle.mark cx=(format!("{:.1}", x(dot.at, number))) cy=(format!("{:.1}", y(dot.mean))) r="4" {
                            title { (study.named(&dot.row)) ": " (shown_beside(response.measure, dot.mean, (dot.high - dot.low) / 2.0))
                                (interval(response.measure, dot)) }
                        }
                        @if study.is_baseline(&dot.row) {
                            circle.ring cx=(format!("{:.1}", x(dot.at, number))) cy=(format!("{:.1}", y(dot.mean))) r="7" { title { "the baseline" } }
                        }
                    }
                }
            }
            figcaption {
                (name) ": " (what_is_shown(&all))
                @if study.plan.baseline.is_some() { "; the baseline has a ring" }
                "."
                @if joined && all.len() > 1 { (legend(&all)) }
            }
        }
    }
}

/// Places of the axis with their labels; two that read alike are one.
pub(super) fn ticks(measure: Measure, low: f64, room: f64) -> Vec<(f64, String)> {
    let values = [low, low + room / 2.0, low + room];
    let mut all: Vec<(f64, String)> = values
        .map(|value| (value, shown(measure, value)))
        .into_iter()
        .rev()
        .collect();
    all.dedup_by(|a, b| a.1 == b.1);
    all.reverse();
    all
}

/// The interval of a mean, if it has one that can be told from it.
fn interval(measure: Measure, dot: &Dot) -> String {
    let half = (dot.high - dot.low) / 2.0;
    let [low, high] = [dot.low, dot.high].map(|value| shown_beside(measure, value, half));
    match (dot.has_interval, low == high) {
        (false, _) => String::new(),
        (true, true) => " (its 95 % interval is too narrow to be seen)".to_owned(),
        (true, false) => format!(" ({low} to {high})"),
    }
}

/// What the marks are, and why some have no interval.
fn what_is_shown(all: &[Series]) -> String {
    let dots = || all.iter().flat_map(|series| &series.dots);
    let without = || dots().filter(|dot| !dot.has_interval);
    let single = without().any(|dot| dot.row.number("n").is_some_and(|n| n < 2.0));
    let why = match (single, without().count()) {
        (_, 0) => return "mean and 95 % interval of every point".to_owned(),
        (true, _) => "one replication gives none, and at least 2 are needed",
        (false, _) => "every replication gave the same",
    };
    if without().count() == dots().count() {
        format!("mean of every point; there is no interval, as {why}")
    } else {
        format!("mean of every point, with its 95 % interval where there is one: elsewhere {why}")
    }
}

/// The names of series, each with a piece of its line.
fn legend(all: &[Series]) -> Markup {
    html! {
        @for (number, series) in all.iter().enumerate() {
            " "
            span.series {
                svg.swatch viewBox="0 0 30 6" aria-hidden="true" { path class=(format!("line{}", number % MOST_LINES)) d="M0 3H30" {} }
                " " (series.name)
            }
        }
    }
}

fn line(
    series: &Series,
    number: usize,
    x: &impl Fn(usize, usize) -> f64,
    y: &impl Fn(f64) -> f64,
) -> String {
    let mut path = String::new();
    for dot in &series.dots {
        let letter = if path.is_empty() { 'M' } else { 'L' };
        let _ = write!(path, "{letter}{:.1} {:.1}", x(dot.at, number), y(dot.mean));
    }
    path
}

fn whiskers(
    series: &Series,
    number: usize,
    x: &impl Fn(usize, usize) -> f64,
    y: &impl Fn(f64) -> f64,
) -> String {
    let mut path = String::new();
    for dot in &series.dots {
        let _ = write!(
            path,
            "M{:.1} {:.1}V{:.1}",
            x(dot.at, number),
            y(dot.low),
            y(dot.high)
        );
    }
    path
}

/// The least and the most in words, for readers who do not see the picture.
fn said(response: &Response, axis: &str, all: &[Series]) -> String {
    let dots = || all.iter().flat_map(|series| &series.dots);
    let least = dots().min_by(|a, b| a.mean.total_cmp(&b.mean));
    let most = dots().max_by(|a, b| a.mean.total_cmp(&b.mean));
    if let (Some(least), Some(most)) = (least, most) {
        let apart = most.mean - least.mean;
        let [low, high] = [least, most].map(|dot| shown_beside(response.measure, dot.mean, apart));
        if low == high {
            return format!("{low} at every point");
        }
        let [least, most] = [least, most].map(|dot| dot.row.text(axis));
        return format!("from {low} at {axis} {least} to {high} at {axis} {most}");
    }
    String::new()
}

/// A value of an axis, short enough for its place.
pub(super) fn clipped(value: &str) -> String {
    let length = value.chars().count();
    if length <= SHORT {
        return value.to_owned();
    }
    value.chars().take(SHORT - 2).chain(['…']).collect()
}

/// Values of an axis, each short enough for its place; those that differ do not look alike.
pub(super) fn clipped_apart(values: &[String]) -> Vec<String> {
    let both_ends = |value: &String| {
        let letters: Vec<char> = value.chars().collect();
        let end = letters[letters.len() - (SHORT / 2 - 1)..].iter();
        let start = letters[..SHORT / 2 - 1].iter();
        start.chain(['…'].iter()).chain(end).collect::<String>()
    };
    let looks_alike = |shown: &[String], at: usize| {
        let mut all = shown.iter().zip(values);
        all.any(|(other, value)| *other == shown[at] && *value != values[at])
    };
    let mut shown: Vec<String> = values.iter().map(|value| clipped(value)).collect();
    for attempt in 0..2 {
        let alike: Vec<usize> = (0..shown.len())
            .filter(|at| looks_alike(&shown, *at))
            .collect();
        for at in alike {
            shown[at] = match attempt {
                0 => both_ends(&values[at]),
                _ => {
                    let first = values.iter().position(|value| *value == values[at]);
                    format!("value {}", first.unwrap_or(at) + 1)
                }
            };
        }
    }
    shown
}

/// Letters of a value that have room in a picture.
const SHORT: usize = 22;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_an_axis_stand_from_the_least_to_the_most() {
        let ordered = |values: &[&str]| in_order(values.iter().map(|v| (*v).to_owned()).collect());
        assert_eq!(
            ordered(&["2 Mbit/s", "512 kbit/s", "4 Mbit/s"]),
            ["512 kbit/s", "2 Mbit/s", "4 Mbit/s"]
        );
        assert_eq!(ordered(&["0.9", "0.7", "10"]), ["0.7", "0.9", "10"]);
        assert_eq!(ordered(&["1 d", "2 h"]), ["2 h", "1 d"]);
        assert_eq!(
            ordered(&["180 MB", "1 GB", "90 MB"]),
            ["90 MB", "180 MB", "1 GB"]
        );
        assert_eq!(ordered(&["18:00", "08:30"]), ["08:30", "18:00"]);
        assert_eq!(
            ordered(&["2006-03-18T08:00", "2006-03-17T18:00"]),
            ["2006-03-17T18:00", "2006-03-18T08:00"]
        );
        // Words, and values of several kinds, stay as the study has them.
        assert_eq!(ordered(&["none", "all", "ten"]), ["none", "all", "ten"]);
        assert_eq!(
            ordered(&["unlimited", "90 MB", "2"]),
            ["unlimited", "90 MB", "2"]
        );
        assert_eq!(
            ordered(&["on Monday at 8:00", "by 7:00"]),
            ["on Monday at 8:00", "by 7:00"]
        );
    }

    #[test]
    fn values_that_differ_are_cut_so_that_they_can_be_told_apart() {
        let long = "line 512 kbit/s, points ";
        let values = [format!("{long}none"), format!("{long}all"), "10".to_owned()];
        assert_eq!(
            clipped_apart(&values),
            ["line 512 k…oints none", "line 512 k…points all", "10"]
        );
        let same = "a".repeat(30);
        let values = [format!("{same}b{same}"), format!("{same}c{same}")];
        assert_eq!(clipped_apart(&values), ["value 1", "value 2"]);
        let values = [same.clone(), same];
        assert_eq!(
            clipped_apart(&values),
            vec![format!("{}…", "a".repeat(20)); 2]
        );
    }
}
