//! Intervals of a mean and of a share.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

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
