//! `sensitivity.csv`: how far each axis moves each response.

use super::{Declaration, Part, Results, Table, Writer, text_columns};
use crate::statistics::{CONFIDENCE, Moments};
use crate::study::figure::{optional, rounded};
use crate::study::measure::Measure;

/// The mean of a response at a point, if every replication has it.
fn mean(results: &Results, point: u32, response: usize) -> Option<f64> {
    let all: Option<Vec<f64>> = results
        .sample(point, response)
        .iter()
        .map(|(_, value)| *value)
        .collect();
    all?.into_iter().collect::<Moments>().mean()
}

/// The share of the replications at a point in which what the response waits
/// for was not reached, 0 for other responses; `None` where it is undefined in all.
fn never(results: &Results, point: u32, response: usize) -> Option<f64> {
    if results.plan.responses[response].measure != Measure::TimeTo {
        return Some(0.0);
    }
    let sample = results.sample(point, response);
    let missed = sample.iter().filter(|(_, value)| value.is_none()).count();
    (!sample.is_empty()).then(|| missed as f64 / sample.len() as f64)
}

/// What an axis does to a response.
struct Swing {
    /// The lowest and the highest mean, each with its point.
    means: Option<[(f64, u32); 2]>,
    /// The points at which it was not reached in every replication.
    never: Vec<u32>,
    /// How far the share of replications that never reach it moves: worse than
    /// any time, as a time that is never reached is longer than all others.
    range_of_never: f64,
    /// The points at which it is undefined in some replication.
    undefined: Vec<u32>,
}

impl Swing {
    fn of(results: &Results, axis: usize, response: usize) -> Self {
        let plan = results.plan;
        let moved = |point: &u32| {
            let levels = &plan.points[*point as usize].levels;
            *point == 0 || levels[axis] != plan.points[0].levels[axis]
        };
        let points: Vec<u32> = results.points().filter(moved).collect();
        let means = || {
            points
                .iter()
                .filter_map(|point| Some((mean(results, *point, response)?, *point)))
        };
        let lowest = means().min_by(|a, b| a.0.total_cmp(&b.0));
        let highest = means().max_by(|a, b| a.0.total_cmp(&b.0));
        let share = |point: &u32| never(results, *point, response);
        let shares = || points.iter().filter_map(share);
        let least = shares().reduce(f64::min).unwrap_or(0.0);
        let is_never = |point: &&u32| share(point).is_some_and(|share| share > 0.0);
        let is_undefined = |point: &&u32| results.undefined(**point, response).is_some();
        Self {
            means: lowest.zip(highest).map(|(low, high)| [low, high]),
            never: points.iter().filter(is_never).copied().collect(),
            range_of_never: shares().fold(0.0, f64::max) - least,
            undefined: points.iter().filter(is_undefined).copied().collect(),
        }
    }

    fn width(&self) -> f64 {
        self.means.map_or(0.0, |[low, high]| high.0 - low.0)
    }

    /// The wider first: what decides whether it is reached at all before what
    /// moves a time.
    fn before(&self, other: &Self) -> std::cmp::Ordering {
        let by_never = other.range_of_never.total_cmp(&self.range_of_never);
        by_never.then(other.width().total_cmp(&self.width()))
    }
}

pub(super) const ONE_AT_A_TIME: Declaration = Declaration {
    name: "sensitivity",
    when: "with the design `one-at-a-time`",
    row: "one response and one axis, the widest swing first",
    parts: &[Part::Fixed(SWING_COLUMNS)],
};

text_columns! {
    SWING_COLUMNS: fn swing_cells(results: &Results, response: usize, axis: usize, swing: &Swing) {
        "response" Text "the response" => &results.plan.responses[response].name;
        "axis" Text "the axis that is moved" => &results.plan.axes[axis];
        "n" Number "runs at the first point in which the response is defined" =>
            results.sample(0, response).len().to_string();
        "base" OfResponse "mean at the first point" => optional(mean(results, 0, response));
        "lowest" OfResponse "the lowest mean along the axis" => optional(swing.means.map(|[low, _]| low.0));
        "lowest_at" Text "the value of the axis there" => swing.means.map_or("", |[low, _]| value(results, axis, low.1));
        "highest" OfResponse "the highest mean along the axis" => optional(swing.means.map(|[_, high]| high.0));
        "highest_at" Text "the value of the axis there" => swing.means.map_or("", |[_, high]| value(results, axis, high.1));
        // A difference to what is never reached has no number.
        "swing" OfResponse "the highest less the lowest; empty where some replication never reached it at some value" =>
            optional(swing.means.filter(|_| swing.never.is_empty()).map(|_| swing.width()));
        "not_reached_at" Text "values of the axis at which some replication never reached it" =>
            values(results, axis, &swing.never);
        "not_reached_swing" Share "how far the share of such replications moves along the axis" =>
            rounded(swing.range_of_never);
        "undefined_at" Text "values of the axis at which the response is undefined in some run" =>
            values(results, axis, &swing.undefined);
    }
}

/// The value of an axis at a point.
fn value<'a>(results: &Results<'a>, axis: usize, point: u32) -> &'a str {
    &results.plan.points[point as usize].values[axis]
}

fn values(results: &Results, axis: usize, points: &[u32]) -> String {
    let values: Vec<&str> = points
        .iter()
        .map(|point| value(results, axis, *point))
        .collect();
    values.join("; ")
}

/// One at a time: the lowest and the highest mean that an axis reaches from
/// the first point, and where it is never reached; the widest swing first.
pub(super) fn one_at_a_time(results: &Results) -> Table {
    let mut writer = Writer::new(&ONE_AT_A_TIME);
    let plan = results.plan;
    for number in 0..plan.responses.len() {
        let swings = (0..plan.axes.len()).map(|axis| (axis, Swing::of(results, axis, number)));
        let mut swings: Vec<(usize, Swing)> = swings
            .filter(|(_, swing)| {
                swing.means.is_some() || !swing.never.is_empty() || !swing.undefined.is_empty()
            })
            .collect();
        // A stable sort: axes of equal swing stay in their order.
        swings.sort_by(|a, b| a.1.before(&b.1));
        for (axis, swing) in swings {
            writer.row(swing_cells(results, number, axis, &swing));
        }
    }
    writer.finish()
}

pub(super) const MORRIS: Declaration = Declaration {
    name: "sensitivity",
    when: "with the design `morris`",
    row: "one response and one axis",
    parts: &[Part::Fixed(MORRIS_COLUMNS)],
};

text_columns! {
    MORRIS_COLUMNS: fn morris_cells(response: &str, axis: &str, steps: &Steps, moments: Moments, sizes: Moments) {
        "response" Text "the response" => response;
        "axis" Text "the axis" => axis;
        "effects" Number "steps along the axis that have a number at both ends" => steps.effects.len().to_string();
        "not_reached" Number "steps with an end at which it did not come about in every run" => steps.not_reached.to_string();
        "undefined" Number "other steps with an end at which it is undefined" => steps.undefined.to_string();
        "mu" OfResponse "mean of the elementary effects, per full range of the axis; empty where steps are not reached" =>
            optional(moments.mean());
        "mu_star" OfResponse "mean of their sizes: how much the axis matters" => optional(sizes.mean());
        "mu_star_low" OfResponse "lower bound of the 95 % interval of that mean" =>
            optional(sizes.interval(CONFIDENCE).map(|interval| interval.low.max(0.0)));
        "mu_star_high" OfResponse "its upper bound" =>
            optional(sizes.interval(CONFIDENCE).map(|interval| interval.high));
        "sigma" OfResponse "standard deviation of the effects: how unevenly it matters" =>
            optional(moments.variance().map(f64::sqrt));
    }
}

/// Elementary effects (M. Morris, "Factorial sampling plans for preliminary
/// computational experiments", Technometrics 33, 1991), per full range of the
/// axis; `mu_star` after F. Campolongo et al., Environmental Modelling &
/// Software 22 (2007).
pub(super) fn morris(results: &Results, levels: u32) -> Table {
    let mut writer = Writer::new(&MORRIS);
    let plan = results.plan;
    for (number, response) in plan.responses.iter().enumerate() {
        let means: Vec<Option<f64>> = (0..plan.points.len() as u32)
            .map(|point| mean(results, point, number))
            .collect();
        for (axis, name) in plan.axes.iter().enumerate() {
            let steps = Steps::of(results, number, &means, axis, levels);
            // A mean over the steps that were reached would flatter the axis.
            let whole = if steps.not_reached == 0 {
                &steps.effects[..]
            } else {
                &[]
            };
            let moments: Moments = whole.iter().copied().collect();
            let sizes: Moments = whole.iter().map(|effect| effect.abs()).collect();
            writer.row(morris_cells(&response.name, name, &steps, moments, sizes));
        }
    }
    writer.finish()
}

/// The steps along an axis.
#[derive(Default)]
struct Steps {
    effects: Vec<f64>,
    /// Steps with an end at which the response did not come about in every replication.
    not_reached: usize,
    /// Other steps with an end at which it is undefined in all.
    undefined: usize,
}

impl Steps {
    fn of(
        results: &Results,
        response: usize,
        means: &[Option<f64>],
        axis: usize,
        levels: u32,
    ) -> Self {
        let points = &results.plan.points;
        let walk = results.plan.axes.len() + 1;
        let is_missed = |point: usize| {
            means[point].is_none() && !results.sample(point as u32, response).is_empty()
        };
        let mut steps = Self::default();
        for (trajectory, chunk) in points.chunks(walk).enumerate() {
            for (step, pair) in chunk.windows(2).enumerate() {
                let (before, after) = (pair[0].levels[axis], pair[1].levels[axis]);
                if before == after {
                    continue;
                }
                let at = trajectory * walk + step;
                let moved = (f64::from(after) - f64::from(before)) / f64::from(levels - 1);
                match (means[at], means[at + 1]) {
                    (Some(a), Some(b)) => steps.effects.push((b - a) / moved),
                    _ if is_missed(at) || is_missed(at + 1) => steps.not_reached += 1,
                    _ => steps.undefined += 1,
                }
            }
        }
        steps
    }
}
