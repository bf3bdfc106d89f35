//! Fixes and axes that made no difference in any run: with them the runs are the same, to
//! the last event and to what became of every machine.
//!
//! Nothing can be said against a change of which no run has seen anything: the value
//! may be one that another setting of the scenario overrides.

use super::Results;
use crate::study::record::Record;
use std::collections::BTreeMap;

/// Whether every run of `point` is the same as that of the first point with the same
/// draws; false where there is none to compare.
pub(super) fn is_as_before(results: &Results, point: u32) -> bool {
    let mut runs = results.of(point).iter().filter(|run| run.error.is_none());
    let before = results.of(0);
    let same = |run: &Record| {
        let mut first = before.iter().filter(|run| run.error.is_none());
        first.any(|other| other.replication == run.replication && other.is_like(run))
    };
    let Some(first) = runs.next() else {
        return false;
    };
    same(first) && runs.all(|run| same(run))
}

/// The axes of which no value makes a difference anywhere: points that differ in such
/// an axis alone have the same runs. Needs replications with common draws.
pub(super) fn idle_axes<'a>(results: &'a Results<'_>) -> Vec<&'a str> {
    if !results.plan.common_random_numbers {
        return Vec::new();
    }
    let axes = results.plan.axes.iter().enumerate();
    axes.filter(|(axis, _)| is_idle(results, *axis))
        .map(|(_, name)| name.as_str())
        .collect()
}

fn is_idle(results: &Results, axis: usize) -> bool {
    let mut seen: BTreeMap<(Vec<&str>, u32), (&str, &Record)> = BTreeMap::new();
    let mut is_compared = false;
    for run in results.runs.iter().filter(|run| run.error.is_none()) {
        let mut values: Vec<&str> = results.plan.points[run.point as usize]
            .values
            .iter()
            .map(String::as_str)
            .collect();
        let value = values.remove(axis);
        let met = seen.entry((values, run.replication));
        let (other, before) = *met.or_insert((value, *run));
        if !before.is_like(run) {
            return false;
        }
        is_compared |= other != value;
    }
    is_compared
}
