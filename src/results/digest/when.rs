//! When something came about, over the replications of a run: dates to plan
//! with, and the replications in which it never did.

use crate::results::text::rounded;
use crate::statistics::{CONFIDENCE, Moments, median_sorted, quantile_sorted};
use crate::units::{Instant, on_the_calendar, span_and_error};
use crate::world::World;

/// Replications that are named one by one.
const NAMED: usize = 5;

/// The date of an instant, as people write it.
pub(super) fn date(world: &World, at: Instant) -> String {
    if at == Instant::NEVER {
        return "never".to_owned();
    }
    let date = on_the_calendar(world.start, at);
    date.strftime("%a %Y-%m-%d %H:%M").to_string()
}

/// The dates at which it came about in each replication, in their order: what
/// to expect, what to be prepared for, and where it never came.
///
/// The dates are quantiles, the same as in a report. The mean is said beside
/// them where it came in every replication; over the others it would flatter.
pub(super) fn dates(world: &World, times: &[Instant]) -> String {
    let mut sorted: Vec<u64> = times.iter().map(|at| at.0).collect();
    sorted.sort_unstable();
    let shown = |at: Option<u64>| date(world, at.map_or(Instant::NEVER, Instant));
    let median = shown(median_sorted(&sorted));
    let p90 = shown(quantile_sorted(&sorted, 900));
    let never: Vec<usize> = (1..)
        .zip(times)
        .filter(|(_, at)| **at == Instant::NEVER)
        .map(|(number, _)| number)
        .collect();
    if never.is_empty() {
        let moments: Moments = times.iter().filter_map(|at| at.seconds()).collect();
        let mean = moments.mean().unwrap_or(0.0);
        let interval = moments.interval(CONFIDENCE);
        let mean = match interval.map(|interval| interval.high - mean) {
            Some(half) => span_and_error(mean, half),
            None => rounded(mean),
        };
        return format!("median {median}, P90 {p90} (mean: after {mean})");
    }
    format!(
        "median {median}, P90 {p90}; never in {}",
        of_replications(&never, times.len())
    )
}

/// "1 of 20: replication 13".
pub(super) fn of_replications(numbers: &[usize], of: usize) -> String {
    let word = if numbers.len() == 1 {
        "replication"
    } else {
        "replications"
    };
    let named: Vec<String> = numbers.iter().take(NAMED).map(usize::to_string).collect();
    let more = if numbers.len() > NAMED { ", ..." } else { "" };
    format!(
        "{} of {of}: {word} {}{more}",
        numbers.len(),
        named.join(", ")
    )
}
