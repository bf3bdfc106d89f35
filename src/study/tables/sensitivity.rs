//! `sensitivity.csv`: how far each axis moves each response.

use super::{Results, Table, Writer};
use crate::statistics::{CONFIDENCE, Moments};
use crate::study::figure::{optional, rounded};

/// The mean of a response at a point, if every replication has it.
fn mean(results: &Results, point: u32, response: usize) -> Option<f64> {
    let all: Option<Vec<f64>> = results
        .sample(point, response)
        .iter()
        .map(|(_, value)| *value)
        .collect();
    all?.into_iter().collect::<Moments>().mean()
}

/// One at a time: the lowest and the highest mean that an axis reaches from
/// the first point, the widest swing first.
pub(super) fn one_at_a_time(results: &Results) -> Table {
    let columns = [
        "response",
        "axis",
        "base",
        "lowest",
        "lowest_at",
        "highest",
        "highest_at",
        "swing",
    ];
    let mut writer = Writer::new("sensitivity.csv", columns);
    let plan = results.plan;
    for (number, response) in plan.responses.iter().enumerate() {
        let mut rows: Vec<(f64, Vec<String>)> = Vec::new();
        for (axis, name) in plan.axes.iter().enumerate() {
            let moved = |point: &u32| {
                let levels = &plan.points[*point as usize].levels;
                *point == 0 || levels[axis] != plan.points[0].levels[axis]
            };
            let means: Vec<(f64, u32)> = results
                .points()
                .filter(moved)
                .filter_map(|point| Some((mean(results, point, number)?, point)))
                .collect();
            let lowest = means.iter().copied().min_by(|a, b| a.0.total_cmp(&b.0));
            let highest = means.iter().copied().max_by(|a, b| a.0.total_cmp(&b.0));
            let (Some(lowest), Some(highest)) = (lowest, highest) else {
                continue;
            };
            let at = |point: u32| plan.points[point as usize].values[axis].clone();
            let row = vec![
                response.name.clone(),
                name.clone(),
                optional(mean(results, 0, number)),
                rounded(lowest.0),
                at(lowest.1),
                rounded(highest.0),
                at(highest.1),
                rounded(highest.0 - lowest.0),
            ];
            rows.push((highest.0 - lowest.0, row));
        }
        // A stable sort: axes of equal swing stay in their order.
        rows.sort_by(|a, b| b.0.total_cmp(&a.0));
        for (_, row) in rows {
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
            let effects = elementary_effects(results, &means, axis, levels);
            let moments: Moments = effects.iter().copied().collect();
            let sizes: Moments = effects.iter().map(|effect| effect.abs()).collect();
            let interval = sizes.interval(CONFIDENCE);
            writer.row([
                response.name.clone(),
                name.clone(),
                effects.len().to_string(),
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

fn elementary_effects(
    results: &Results,
    means: &[Option<f64>],
    axis: usize,
    levels: u32,
) -> Vec<f64> {
    let points = &results.plan.points;
    let walk = results.plan.axes.len() + 1;
    let mut effects = Vec::new();
    for (trajectory, chunk) in points.chunks(walk).enumerate() {
        for (step, pair) in chunk.windows(2).enumerate() {
            let (before, after) = (pair[0].levels[axis], pair[1].levels[axis]);
            if before == after {
                continue;
            }
            let at = trajectory * walk + step;
            let moved = (f64::from(after) - f64::from(before)) / f64::from(levels - 1);
            if let (Some(a), Some(b)) = (means[at], means[at + 1]) {
                effects.push((b - a) / moved);
            }
        }
    }
    effects
}
