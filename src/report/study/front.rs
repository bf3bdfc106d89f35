//! What can be had for what: two responses against each other, and the points
//! that no other point beats in both.

use super::Study;
use super::against::ticks;
use super::values::{more_is_better, possible, shown};
use crate::report::data::Row;
use crate::study::{Measure, Response};
use maud::{Markup, html};
use std::fmt::Write;

/// Pictures at most.
const MOST_PICTURES: usize = 3;
/// Points in a picture.
const MOST_POINTS: usize = 400;
/// Points of the front that are named.
const NAMED: usize = 8;

/// A point with the means of both responses.
struct Point<'a> {
    row: Row<'a>,
    x: f64,
    y: f64,
}

/// The pictures of pairs of responses between which something is traded.
pub(super) fn view(study: &Study) -> Markup {
    // How often an objective is met has a picture of its own.
    let responses = study.plan.responses.iter();
    let responses = responses.filter(|response| response.measure != Measure::Objective);
    let responses: Vec<&Response> = responses.collect();
    let mut pictures = Vec::new();
    for (at, first) in responses.iter().enumerate() {
        for second in &responses[at + 1..] {
            let points = points(study, first, second);
            let front = front(&points, first, second);
            if is_traded(&points, &front) && pictures.len() < MOST_PICTURES {
                let all = study.rows_of(&first.name).take(MOST_POINTS).count();
                pictures.push(picture(study, [first, second], &points, &front, all));
            }
        }
    }
    html! {
        @if !pictures.is_empty() { h3 { "What is traded for what?" } }
        @for picture in pictures { (picture) }
    }
}

fn points<'s>(study: &'s Study, first: &'s Response, second: &'s Response) -> Vec<Point<'s>> {
    let of_second: Vec<Row> = study.rows_of(&second.name).collect();
    let rows = study.rows_of(&first.name).take(MOST_POINTS);
    let both = rows.filter_map(|row| {
        let other = of_second
            .iter()
            .find(|other| other.text("point") == row.text("point"))?;
        Some(Point {
            row,
            x: row.number("mean")?,
            y: other.number("mean")?,
        })
    });
    both.collect()
}

/// Whether two points of the front differ in both responses by more than a
/// reader of the picture would take for the same.
fn is_traded(points: &[Point], front: &[usize]) -> bool {
    let wide = |of: fn(&Point) -> f64| {
        let values = || front.iter().map(|at| of(&points[*at]));
        let low = values().fold(f64::INFINITY, f64::min);
        let high = values().fold(f64::NEG_INFINITY, f64::max);
        let size = values().map(f64::abs).fold(0.0, f64::max);
        high - low > size * 0.002
    };
    front.len() > 1 && wide(|point| point.x) && wide(|point| point.y)
}

/// Positions of the points that no other one beats, from the left.
fn front(points: &[Point], first: &Response, second: &Response) -> Vec<usize> {
    let better = |response: &Response, a: f64, b: f64| {
        if more_is_better(response.measure) {
            a >= b
        } else {
            a <= b
        }
    };
    let beats = |a: &Point, b: &Point| {
        let as_good = better(first, a.x, b.x) && better(second, a.y, b.y);
        let is_same = a.x.total_cmp(&b.x).is_eq() && a.y.total_cmp(&b.y).is_eq();
        as_good && !is_same
    };
    let all = 0..points.len();
    let mut kept: Vec<usize> = all
        .filter(|at| !points.iter().any(|other| beats(other, &points[*at])))
        .collect();
    kept.sort_by(|a, b| points[*a].x.total_cmp(&points[*b].x));
    kept
}

/// Least and most, with a little room, as far as the measure goes.
fn bounds(measure: Measure, values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| {
        (a.min(v), b.max(v))
    });
    let room = (high - low).max(high.abs() * 1e-6).max(1e-9);
    let edge = |value| possible(measure, value);
    (edge(low - room * 0.06), edge(high + room * 0.06))
}

fn picture(
    study: &Study,
    responses: [&Response; 2],
    points: &[Point],
    front: &[usize],
    all: usize,
) -> Markup {
    let (left, right) = bounds(responses[0].measure, points.iter().map(|point| point.x));
    let (low, high) = bounds(responses[1].measure, points.iter().map(|point| point.y));
    let x = |value: f64| 130.0 + 800.0 * (value - left) / (right - left);
    let y = |value: f64| 12.0 + 220.0 * (1.0 - (value - low) / (high - low));
    let mut path = String::new();
    for at in front {
        let letter = if path.is_empty() { 'M' } else { 'L' };
        let _ = write!(
            path,
            "{letter}{:.1} {:.1}",
            x(points[*at].x),
            y(points[*at].y)
        );
    }
    let [first, second] = responses;
    let both = |point: &Point| {
        format!(
            "{}: {}, {}",
            study.named(&point.row),
            shown(first.measure, point.x),
            shown(second.measure, point.y)
        )
    };
    let direction = |response: &Response| {
        if more_is_better(response.measure) {
            "more"
        } else {
            "less"
        }
    };
    html! {
        figure {
            svg viewBox="0 0 960 284" role="img" aria-label=(format!("{} against {}: {} of {} points are beaten by no other in both", second.name, first.name, front.len(), points.len())) {
                @for (h, label) in ticks(second.measure, low, high - low) {
                    line.grid x1="130" x2="930" y1=(format!("{:.1}", y(h))) y2=(format!("{:.1}", y(h))) {}
                    text.label x="124" y=(format!("{:.1}", y(h) + 4.0)) text-anchor="end" { (label) }
                }
                @for (v, label) in ticks(first.measure, left, right - left) {
                    text.label x=(format!("{:.1}", x(v))) y="252" text-anchor="middle" { (label) }
                }
                text.label x="530" y="276" text-anchor="middle" { (first.name) " →   ↑ " (second.name) }
                path.line0 d=(path) {}
                @for (at, point) in points.iter().enumerate() {
                    @let on = front.contains(&at);
                    circle class=(if on { "mark" } else { "beaten" }) cx=(format!("{:.1}", x(point.x))) cy=(format!("{:.1}", y(point.y))) r=(if on { "5" } else { "3.5" }) { title { (both(point)) } }
                }
            }
            figcaption {
                (second.name) " against " (first.name) ", means. Better is " (direction(first)) " " (first.name) " and "
                (direction(second)) " " (second.name) "; the line joins the points that no other beats in both"
                @if all > points.len() { ", among " (points.len()) " of " (all) " points: the others have no mean of one of them" }
                ":"
                ul { @for at in front.iter().take(NAMED) { li { (both(&points[*at])) } } @if front.len() > NAMED { li { "and " (front.len() - NAMED) " more" } } }
            }
        }
    }
}
