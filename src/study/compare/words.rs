//! What the interval of a difference tells, in the words of the report and of the terminal.

use crate::statistics::Interval;

/// Whether a difference is beyond chance, over this many replications of the run that has
/// fewer. Differences that are all equal have an interval only if there are enough of them.
pub(crate) fn beyond_chance(
    difference: f64,
    interval: Option<Interval>,
    replications: u64,
) -> String {
    match interval {
        None if difference == 0.0 => "no difference".to_owned(),
        None => format!("too few replications to tell: n = {replications}"),
        Some(interval) if interval.low > 0.0 || interval.high < 0.0 => "beyond chance".to_owned(),
        Some(_) => "may be chance".to_owned(),
    }
}

/// The replications from which on the sign test can tell for one machine:
/// 2 × 0.5⁶ is the first that is below 0.05.
pub(crate) const FOR_ONE_MACHINE: u64 = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_interval_says_over_how_many_replications() {
        let between = |low, high| Some(Interval { low, high });
        assert_eq!(beyond_chance(0.0, None, 3), "no difference");
        let few = beyond_chance(2.0, None, 3);
        assert_eq!(few, "too few replications to tell: n = 3");
        assert_eq!(beyond_chance(2.0, between(1.0, 3.0), 3), "beyond chance");
        assert_eq!(beyond_chance(-2.0, between(-3.0, -1.0), 3), "beyond chance");
        assert_eq!(beyond_chance(2.0, between(-1.0, 5.0), 3), "may be chance");
    }
}
