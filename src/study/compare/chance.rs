//! Whether a machine did better, or was luckier.

use crate::statistics::Welch;
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

/// The share of the machines called better or worse that may be so by chance.
const ERROR: f64 = 0.05;

/// The test of one machine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Test {
    /// Whether it does better, if it differs at all.
    better: bool,
    /// The chance of a difference that is as large as this one, or larger, where both
    /// runs are alike.
    chance: f64,
    /// The least chance that figures like these can come to.
    least: f64,
    /// The least that figures of as many replications can come to.
    possible: f64,
}

impl Test {
    /// From pairs of replications with the same draws: `gained` in which only
    /// the second run succeeded, `lost` in which only the first did, of
    /// `pairs`. The sign test, exact and two-sided (J. Arbuthnott 1710; Q.
    /// `McNemar`, Psychometrika 12, 1947).
    pub(super) fn of_pairs(gained: u64, lost: u64, pairs: u64) -> Self {
        Self {
            better: gained > lost,
            chance: (2.0 * binomial_tail(gained.min(lost), gained + lost)).min(1.0),
            least: 2.0 * binomial_tail(0, gained + lost),
            possible: 2.0 * binomial_tail(0, pairs),
        }
    }

    /// From independent replications: `before` of `first` and `after` of
    /// `second` succeeded. Fisher's exact test, two-sided (JRSS 85, 1922).
    pub(super) fn of_samples(before: u64, first: u64, after: u64, second: u64) -> Self {
        let successes = before + after;
        let ends = [successes.saturating_sub(second), successes.min(first)];
        let [fewest, most] = ends.map(|before| fisher(before, first, successes - before, second));
        let better =
            u128::from(after) * u128::from(first) > u128::from(before) * u128::from(second);
        Self {
            better,
            chance: fisher(before, first, after, second),
            least: fewest.min(most),
            possible: fisher(0, first, second, second),
        }
    }

    /// From the means of independent samples of times, of which the earlier is the
    /// better.
    pub(super) fn of_times(test: &Welch) -> Self {
        Self {
            better: test.difference < 0.0,
            chance: test.chance(),
            least: 0.0,
            possible: 0.0,
        }
    }

    fn is_untested(&self) -> bool {
        self.possible > ERROR
    }
}

/// Judges all machines together; `None` is a machine of which nothing can be tested.
///
/// Tested one by one, a twentieth of the machines would differ by chance alone. The
/// false discovery rate is held instead: of the machines that are called better or
/// worse, one in twenty is expected to be so by chance (Y. Benjamini and Y. Hochberg,
/// JRSS B 57, 1995). Machines whose figures could not show a difference whichever way
/// they fell are left out of their number (P. Gilbert, Applied Statistics 54, 2005).
pub(super) fn judge(tests: &[Option<Test>]) -> Vec<Change> {
    let limit = limit(tests);
    let judged = tests.iter().map(|test| match test {
        None => Change::Untested,
        Some(test) if test.is_untested() => Change::Untested,
        Some(test) if test.chance > limit => Change::ByChance,
        Some(test) if test.better => Change::Better,
        Some(_) => Change::Worse,
    });
    judged.collect()
}

/// The largest chance that is still taken for a difference; less than any if none is.
fn limit(tests: &[Option<Test>]) -> f64 {
    let testable = tests.iter().flatten();
    let testable = testable.filter(|test| !test.is_untested() && test.least <= ERROR);
    let mut chances: Vec<f64> = testable.map(|test| test.chance).collect();
    chances.sort_by(f64::total_cmp);
    let machines = chances.len() as f64;
    let mut ranked = chances.iter().enumerate().rev();
    let small = |(rank, chance): &(usize, &f64)| **chance <= ERROR * (rank + 1) as f64 / machines;
    ranked.find(small).map_or(-1.0, |(_, chance)| *chance)
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

    fn alone(test: Test) -> Change {
        judge(&[Some(test)])[0]
    }

    #[test]
    fn one_replication_shows_nothing_and_six_of_six_do() {
        let of_pairs = |gained, lost, pairs| alone(Test::of_pairs(gained, lost, pairs));
        assert_eq!(of_pairs(1, 0, 1), Change::Untested);
        assert_eq!(of_pairs(5, 0, 5), Change::Untested);
        assert_eq!(of_pairs(6, 0, 6), Change::Better);
        assert_eq!(of_pairs(0, 6, 6), Change::Worse);
        assert_eq!(of_pairs(4, 2, 10), Change::ByChance);
    }

    #[test]
    fn independent_runs_need_more_than_pairs_to_show_the_same() {
        let of_samples = |a, first, b, second| alone(Test::of_samples(a, first, b, second));
        assert_eq!(of_samples(0, 3, 3, 3), Change::Untested);
        assert_eq!(of_samples(0, 10, 10, 10), Change::Better);
        assert_eq!(of_samples(10, 10, 0, 10), Change::Worse);
        assert_eq!(of_samples(4, 10, 6, 10), Change::ByChance);
    }

    #[test]
    fn what_is_rare_for_one_machine_is_not_for_many() {
        let lucky = Test::of_pairs(6, 0, 8);
        let wavering = Test::of_pairs(4, 4, 8);
        let unmoved = Test::of_pairs(0, 0, 8);
        // The machines that never differ are not evidence against the one that does.
        let mut tests = vec![Some(unmoved); 100];
        tests.push(Some(lucky));
        assert_eq!(judge(&tests)[100], Change::Better);
        // Twenty that go either way are: one in thirty-two is lucky like this.
        tests.extend([Some(wavering); 20]);
        assert_eq!(judge(&tests)[100], Change::ByChance);
        // Where all gain, all are better.
        assert_eq!(judge(&[Some(lucky); 50]), vec![Change::Better; 50]);
    }

    #[test]
    fn a_machine_without_figures_is_untested_and_changes_nothing_for_others() {
        let gains = Some(Test::of_pairs(6, 0, 6));
        assert_eq!(judge(&[gains, None]), [Change::Better, Change::Untested]);
        assert_eq!(judge(&[]), []);
    }
}
