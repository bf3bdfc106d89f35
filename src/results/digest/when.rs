//! When something came about, over the replications of a run: dates to plan
//! with, and the replications in which it never did.

use crate::results::text::whole_seconds;
use crate::statistics::{CONFIDENCE, Moments, median_sorted, quantile_sorted};
use crate::units::{Instant, on_the_calendar, span_to};
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
        let spread = moments
            .interval(CONFIDENCE)
            .map(|interval| interval.high - mean);
        let mean = match spread {
            Some(half) if half > 0.0 && mean >= 60.0 => span_to(mean.floor(), half),
            _ => whole_seconds(mean).to_string(),
        };
        let spread = spread.map_or_else(String::new, |half| format!(" ± {}", half_width(half)));
        return format!("median {median}, P90 {p90} (mean: after {mean}{spread})");
    }
    format!(
        "median {median}, P90 {p90}; never in {}",
        of_replications(&never, times.len())
    )
}

/// Half the width of an interval, in whole seconds; a narrow one is not nothing.
fn half_width(seconds: f64) -> String {
    if seconds > 0.0 && seconds < 0.05 {
        "less than 0.1 s".to_owned()
    } else if seconds > 0.0 && seconds < 1.0 {
        format!("{seconds:.1} s")
    } else {
        whole_seconds(seconds).to_string()
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_interval_is_not_nothing() {
        for (seconds, text) in [
            (0.0, "0 s"),
            (0.02, "less than 0.1 s"),
            (0.09, "0.1 s"),
            (0.6, "0.6 s"),
            (75.9, "1 min 15 s"),
        ] {
            assert_eq!(half_width(seconds), text);
        }
    }
}
