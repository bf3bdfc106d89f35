//! `sensitivity.csv`: how far each axis moves each response.

use super::{Results, Table, Writer};
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

/// One at a time: the lowest and the highest mean that an axis reaches from
/// the first point, and where it is never reached; the widest swing first.
pub(super) fn one_at_a_time(results: &Results) -> Table {
    let columns = [
        "response",
        "axis",
        "n",
        "base",
        "lowest",
        "lowest_at",
        "highest",
        "highest_at",
        "swing",
        "not_reached_at",
        "not_reached_swing",
        "undefined_at",
    ];
    let mut writer = Writer::new("sensitivity.csv", columns);
    let plan = results.plan;
    for (number, response) in plan.responses.iter().enumerate() {
        let swings = (0..plan.axes.len()).map(|axis| (axis, Swing::of(results, axis, number)));
        let mut swings: Vec<(usize, Swing)> = swings
            .filter(|(_, swing)| {
                swing.means.is_some() || !swing.never.is_empty() || !swing.undefined.is_empty()
            })
            .collect();
        // A stable sort: axes of equal swing stay in their order.
        swings.sort_by(|a, b| a.1.before(&b.1));
        for (axis, swing) in swings {
            let at = |point: u32| plan.points[point as usize].values[axis].clone();
            let [lowest, highest] = swing.means.map_or([None; 2], |means| means.map(Some));
            let mean_at = |mean: Option<(f64, u32)>| {
                let place = mean.map_or_else(String::new, |(_, point)| at(point));
                [optional(mean.map(|(mean, _)| mean)), place]
            };
            let all_at = |points: &[u32]| {
                let values: Vec<String> = points.iter().map(|point| at(*point)).collect();
                values.join("; ")
            };
            let mut row = vec![
                response.name.clone(),
                plan.axes[axis].clone(),
                results.sample(0, number).len().to_string(),
                optional(mean(results, 0, number)),
            ];
            row.extend(mean_at(lowest));
            row.extend(mean_at(highest));
            // A difference to what is never reached has no number.
            let width = swing.means.filter(|_| swing.never.is_empty());
            row.push(optional(width.map(|_| swing.width())));
            row.push(all_at(&swing.never));
            row.push(rounded(swing.range_of_never));
            row.push(all_at(&swing.undefined));
            writer.row(row);
        }
    }
    writer.finish()
}

/// Elementary effects (M. Morris, "Factorial sampling plans for preliminary
/// computational experiments", Technometrics 33, 1991), per full range of the
/// axis; `mu_star` after F. Campolongo et al., Environmental Modelling &
/// Software 22 (2007).
pub(super) fn morris(results: &Results, levels: u32) -> Table {
    let columns = [
        "response",
        "axis",
        "effects",
        "not_reached",
        "undefined",
        "mu",
        "mu_star",
        "mu_star_low",
        "mu_star_high",
        "sigma",
    ];
    let mut writer = Writer::new("sensitivity.csv", columns);
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
            let interval = sizes.interval(CONFIDENCE);
            writer.row([
                response.name.clone(),
                name.clone(),
                steps.effects.len().to_string(),
                steps.not_reached.to_string(),
                steps.undefined.to_string(),
                optional(moments.mean()),
                optional(sizes.mean()),
                optional(interval.map(|interval| interval.low.max(0.0))),
                optional(interval.map(|interval| interval.high)),
                optional(moments.variance().map(f64::sqrt)),
            ]);
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
