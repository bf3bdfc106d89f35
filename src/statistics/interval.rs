//! Intervals of a mean and of a share.

use statrs::distribution::{Beta, ContinuousCDF, Normal, StudentsT};

/// The confidence of every interval in the tables.
pub const CONFIDENCE: f64 = 0.95;

/// A lower and an upper bound, both included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

impl Interval {
    /// The interval of `mean` ± `half_width`.
    pub fn around(mean: f64, half_width: f64) -> Self {
        Self {
            low: mean - half_width,
            high: mean + half_width,
        }
    }

    /// The interval with both bounds multiplied by `factor`, which is not
    /// negative.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        Self {
            low: self.low * factor,
            high: self.high * factor,
        }
    }

    /// The part of the interval between `least` and `most`: a count is never
    /// negative, a share never above one.
    #[must_use]
    pub fn clamped(self, least: f64, most: f64) -> Self {
        Self {
            low: self.low.clamp(least, most),
            high: self.high.clamp(least, most),
        }
    }
}

/// A quantile rounded to nine decimals: what is left of the platform's
/// logarithm, whose last bit differs between machines, goes with the rest.
fn settled(quantile: f64) -> f64 {
    (quantile * 1e9).round() / 1e9
}

/// The interval of a share, after E. B. Wilson, "Probable inference, the law
/// of succession, and statistical inference", JASA 22 (1927): honest for small
/// samples and near 0 and 1, where `share ± error` is not.
///
/// `None` if nothing was tried.
pub fn wilson(successes: u64, trials: u64, confidence: f64) -> Option<Interval> {
    if trials == 0 {
        return None;
    }
    let normal = Normal::standard();
    let z = settled(normal.inverse_cdf(f64::midpoint(1.0, confidence)));
    let n = trials as f64;
    let share = successes as f64 / n;
    let widened = 1.0 + z * z / n;
    let centre = (share + z * z / (2.0 * n)) / widened;
    let variance = share * (1.0 - share) / n + z * z / (4.0 * n * n);
    let half_width = z * variance.sqrt() / widened;
    let interval = Interval::around(centre, half_width);
    // At the ends the bound is exact; the formula misses it by a rounding error.
    Some(Interval {
        low: if successes == 0 { 0.0 } else { interval.low },
        high: if successes == trials {
            1.0
        } else {
            interval.high
        },
    })
}

/// The exact interval of a share, after C. Clopper and E. Pearson, "The use of
/// confidence or fiducial limits illustrated in the case of the binomial",
/// Biometrika 26 (1934): each of its bounds is wrong with half of the error at
/// most, however few trials there are. That is what a verdict rests on.
///
/// `None` if nothing was tried.
pub fn exact(successes: u64, trials: u64, confidence: f64) -> Option<Interval> {
    if trials == 0 {
        return None;
    }
    let tail = (1.0 - confidence) / 2.0;
    let (hits, misses) = (successes as f64, trials.saturating_sub(successes) as f64);
    let all = libm::pow(tail, 1.0 / trials as f64);
    let low = match (successes, successes == trials) {
        (0, _) => 0.0,
        (_, true) => all,
        _ => beta_quantile(hits, misses + 1.0, tail)?,
    };
    let high = match (successes, successes == trials) {
        (_, true) => 1.0,
        (0, _) => 1.0 - all,
        _ => beta_quantile(hits + 1.0, misses, 1.0 - tail)?,
    };
    Some(Interval {
        low: settled(low),
        high: settled(high),
    })
}

/// By halving: it always comes to an end, and sooner than the last bit matters.
fn beta_quantile(a: f64, b: f64, chance: f64) -> Option<f64> {
    let beta = Beta::new(a, b).ok()?;
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..48 {
        let middle = f64::midpoint(low, high);
        if beta.cdf(middle) < chance {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(f64::midpoint(low, high))
}

/// The factor by which a standard error is multiplied to give the half-width
/// of the interval of a mean of `n` values: Student's t quantile with n − 1
/// degrees of freedom. Made once per sample size, as the quantile is dear.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StudentFactor {
    n: u64,
    t: f64,
}

impl StudentFactor {
    /// The factor for samples of `n` values; `None` if `n` is less than two,
    /// as one value says nothing about the spread.
    pub fn new(n: u64, confidence: f64) -> Option<Self> {
        if n < 2 {
            return None;
        }
        let student = StudentsT::new(0.0, 1.0, (n - 1) as f64).ok()?;
        let t = settled(student.inverse_cdf(f64::midpoint(1.0, confidence)));
        Some(Self { n, t })
    }

    /// Half the width of the interval, given the sample variance.
    pub fn half_width(self, variance: f64) -> f64 {
        self.t * (variance / self.n as f64).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The chance of at most `successes` of `trials`, added up one by one.
    fn at_most(successes: u64, trials: u64, chance: f64) -> f64 {
        let mut term = libm::pow(1.0 - chance, trials as f64);
        let mut sum = term;
        for k in 0..successes {
            term *= (trials - k) as f64 / (k + 1) as f64 * chance / (1.0 - chance);
            sum += term;
        }
        sum
    }

    #[test]
    fn each_bound_of_the_exact_interval_is_wrong_with_half_of_the_error() {
        for (successes, trials) in [(0, 1), (1, 1), (1, 2), (9, 10), (21, 22), (3, 200)] {
            let Interval { low, high } = exact(successes, trials, 0.9).unwrap();
            if successes < trials {
                let below = at_most(successes, trials, high);
                assert!(
                    (below - 0.05).abs() < 1e-6,
                    "{successes} of {trials}: {below}"
                );
            } else {
                assert!(high >= 1.0);
            }
            if successes > 0 {
                let above = 1.0 - at_most(successes - 1, trials, low);
                assert!(
                    (above - 0.05).abs() < 1e-6,
                    "{successes} of {trials}: {above}"
                );
            } else {
                assert!(low <= 0.0);
            }
        }
        assert_eq!(exact(0, 0, 0.9), None);
    }

    #[test]
    fn no_verdict_is_wrong_more_often_than_it_may_be() {
        for chance in [0.5, 0.8, 0.9, 0.99] {
            for trials in 1..=60_u64 {
                let is_wrong = |successes: u64, fail: bool| {
                    let bounds = exact(successes, trials, 0.9).unwrap();
                    if fail {
                        bounds.high < chance
                    } else {
                        bounds.low > chance
                    }
                };
                let wrong = |fail: bool| -> f64 {
                    let of = |k: u64| {
                        at_most(k, trials, chance)
                            - k.checked_sub(1).map_or(0.0, |k| at_most(k, trials, chance))
                    };
                    (0..=trials).filter(|k| is_wrong(*k, fail)).map(of).sum()
                };
                for error in [wrong(true), wrong(false)] {
                    assert!(error <= 0.05 + 1e-9, "{chance}, {trials}: {error}");
                }
            }
        }
    }

    #[test]
    fn wilson_interval_of_nine_in_ten_is_that_of_statsmodels() {
        let interval = wilson(9, 10, CONFIDENCE).unwrap();
        assert!(
            (interval.low - 0.595_849_973_204_761_5).abs() < 1e-9,
            "{interval:?}"
        );
        assert!(
            (interval.high - 0.982_123_786_904_927_1).abs() < 1e-9,
            "{interval:?}"
        );
    }

    #[test]
    fn wilson_interval_stays_between_zero_and_one_and_keeps_its_distance_from_certainty() {
        let none = wilson(0, 20, CONFIDENCE).unwrap();
        let all = wilson(20, 20, CONFIDENCE).unwrap();
        assert!(none.low <= 0.0 && none.high > 0.1);
        assert!(all.high >= 1.0 && all.low < 0.9);
        assert_eq!(wilson(0, 0, CONFIDENCE), None);
    }

    #[test]
    fn one_value_has_no_interval_and_two_have_the_widest_factor() {
        assert_eq!(StudentFactor::new(1, CONFIDENCE), None);
        let two = StudentFactor::new(2, CONFIDENCE).unwrap();
        // t quantile 0.975 with one degree of freedom: 12.706204736.
        assert!((two.half_width(2.0) - 12.706_204_736).abs() < 1e-6);
    }
}
