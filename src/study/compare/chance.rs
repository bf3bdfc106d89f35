//! Whether a machine did better, or was luckier.

use std::fmt;

/// How a machine fared in one run against another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It succeeds more often, and not by chance.
    Better,
    /// It succeeds less often, and not by chance.
    Worse,
    /// It differs by no more than chance explains.
    ByChance,
    /// So few replications could not show a difference if there were one.
    Untested,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::ByChance => "by chance",
            Self::Untested => "untested",
        })
    }
}

/// The error that is accepted when a machine is called better or worse.
const ERROR: f64 = 0.05;

impl Change {
    /// From pairs of replications with the same draws: `gained` in which only
    /// the second run succeeded, `lost` in which only the first did, of
    /// `pairs`. The sign test, exact and two-sided (J. Arbuthnott 1710; Q.
    /// `McNemar`, Psychometrika 12, 1947).
    pub fn of_pairs(gained: u64, lost: u64, pairs: u64) -> Self {
        let possible = 2.0 * binomial_tail(0, pairs);
        let found = 2.0 * binomial_tail(gained.min(lost), gained + lost);
        Self::judge(gained.cmp(&lost).is_gt(), found, possible)
    }

    /// From independent replications: `before` of `first` and `after` of
    /// `second` succeeded. Fisher's exact test, two-sided (JRSS 85, 1922).
    pub fn of_samples(before: u64, first: u64, after: u64, second: u64) -> Self {
        let possible = fisher(0, first, second, second);
        let found = fisher(before, first, after, second);
        let better =
            u128::from(after) * u128::from(first) > u128::from(before) * u128::from(second);
        Self::judge(better, found, possible)
    }

    fn judge(better: bool, found: f64, possible: f64) -> Self {
        if possible > ERROR {
            Self::Untested
        } else if found > ERROR {
            Self::ByChance
        } else if better {
            Self::Better
        } else {
            Self::Worse
        }
    }
}

/// The chance of at most `k` heads in `n` throws of a coin.
fn binomial_tail(k: u64, n: u64) -> f64 {
    (0..=k)
        .map(|i| libm::exp(ln_choose(n, i) - n as f64 * std::f64::consts::LN_2))
        .sum()
}

/// The chance of a table as uneven as this one, or more so, given its margins.
fn fisher(before: u64, first: u64, after: u64, second: u64) -> f64 {
    let successes = before + after;
    let chance = |before: u64| {
        libm::exp(
            ln_choose(first, before) + ln_choose(second, successes - before)
                - ln_choose(first + second, successes),
        )
    };
    // Tables that are equally likely but for the last bits are equally uneven.
    let limit = chance(before) * (1.0 + 1e-9);
    let possible = successes.saturating_sub(second)..=successes.min(first);
    possible.map(chance).filter(|chance| *chance <= limit).sum()
}

fn ln_choose(n: u64, k: u64) -> f64 {
    let ln_factorial = |n: u64| libm::lgamma(n as f64 + 1.0);
    ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_tests_are_those_of_scipy() {
        // scipy.stats.binomtest(1, 9).pvalue = 0.0390625
        assert!((2.0 * binomial_tail(1, 9) - 0.039_062_5).abs() < 1e-12);
        // scipy.stats.fisher_exact([[8, 2], [1, 5]])[1] = 0.03496503496503495
        assert!((fisher(8, 10, 1, 6) - 0.034_965_034_965_034_95).abs() < 1e-12);
    }

    #[test]
    fn one_replication_shows_nothing_and_six_of_six_do() {
        assert_eq!(Change::of_pairs(1, 0, 1), Change::Untested);
        assert_eq!(Change::of_pairs(5, 0, 5), Change::Untested);
        assert_eq!(Change::of_pairs(6, 0, 6), Change::Better);
        assert_eq!(Change::of_pairs(0, 6, 6), Change::Worse);
        assert_eq!(Change::of_pairs(4, 2, 10), Change::ByChance);
    }

    #[test]
    fn independent_runs_need_more_than_pairs_to_show_the_same() {
        assert_eq!(Change::of_samples(0, 3, 3, 3), Change::Untested);
        assert_eq!(Change::of_samples(0, 10, 10, 10), Change::Better);
        assert_eq!(Change::of_samples(10, 10, 0, 10), Change::Worse);
        assert_eq!(Change::of_samples(4, 10, 6, 10), Change::ByChance);
    }
}
