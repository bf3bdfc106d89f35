//! Mean and variance of values that come one after the other.

use super::{Interval, StudentFactor};

/// Count, mean and variance of floating values by Welford's method
/// (Technometrics 4, 1962), which does not lose digits where the mean is large
/// and the spread small. The values have to come in a fixed order.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Moments {
    count: u64,
    mean: f64,
    squares: f64,
}

impl Moments {
    /// What floating point makes of the differences of equal values: times have
    /// microseconds, and shares are of 50 million machines at most.
    const ROUNDING: f64 = 1e-9;

    /// Takes one more value.
    pub fn add(&mut self, value: f64) {
        self.count += 1;
        let before = value - self.mean;
        self.mean += before / self.count as f64;
        self.squares += before * (value - self.mean);
    }

    /// How many values.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Their mean; `None` if there are none.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then_some(self.mean)
    }

    /// Their sample variance; `None` if there are fewer than two. Values that are the same
    /// but for the last digits of floating point do not vary.
    pub fn variance(&self) -> Option<f64> {
        let variance = self.squares / (self.count.max(2) - 1) as f64;
        let varies = variance > Self::ROUNDING * Self::ROUNDING;
        (self.count > 1).then_some(if varies { variance } else { 0.0 })
    }

    /// The t-interval of the mean; `None` if there are fewer than two values, or all
    /// are equal: what is rare has not happened yet, and no spread says how rare it is.
    pub fn interval(&self, confidence: f64) -> Option<Interval> {
        let factor = StudentFactor::new(self.count, confidence)?;
        let variance = self.variance().filter(|variance| *variance > 0.0)?;
        Some(Interval::around(self.mean, factor.half_width(variance)))
    }

    /// The interval of a mean difference. Differences that are all equal are told from
    /// zero by the sign test: n of n on one side have a chance of 2 / 2^n. Of
    /// differences that are all zero nothing is known.
    pub fn interval_of_difference(&self, confidence: f64) -> Option<Interval> {
        let chance = libm::exp2(1.0 - self.count as f64);
        let is_sure = self.mean.abs() > Self::ROUNDING && chance <= 1.0 - confidence;
        match self.variance()? {
            0.0 => is_sure.then(|| Interval::around(self.mean, 0.0)),
            _ => self.interval(confidence),
        }
    }
}

impl FromIterator<f64> for Moments {
    fn from_iter<T: IntoIterator<Item = f64>>(values: T) -> Self {
        let mut moments = Self::default();
        for value in values {
            moments.add(value);
        }
        moments
    }
}

/// Count, sum and sum of squares of whole values: exact, hence the same in
/// any order, as long as the squares add up to less than 2^128.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WholeMoments {
    count: u64,
    sum: u128,
    squares: u128,
}

impl WholeMoments {
    /// Takes one more value.
    pub fn add(&mut self, value: u64) {
        self.count += 1;
        self.sum += u128::from(value);
        self.squares += u128::from(value) * u128::from(value);
    }

    /// Takes zeros until there are `count` values: for what did not occur in
    /// some of the replications.
    #[must_use]
    pub fn padded(mut self, count: u64) -> Self {
        self.count = self.count.max(count);
        self
    }

    /// How many values.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Their sum.
    pub fn sum(&self) -> u128 {
        self.sum
    }

    /// Their mean; `None` if there are none.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum as f64 / self.count as f64)
    }

    /// Their sample variance; `None` if there are fewer than two.
    pub fn variance(&self) -> Option<f64> {
        let n = u128::from(self.count);
        // n Σx² − (Σx)² is never negative, and exact.
        let numerator = n
            .checked_mul(self.squares)?
            .checked_sub(self.sum.checked_mul(self.sum)?)?;
        (n > 1).then(|| numerator as f64 / (n * (n - 1)) as f64)
    }

    /// The t-interval of the mean, with a `factor` made for as many values; `None` where
    /// [`Moments::interval`] gives none.
    pub fn interval(&self, factor: StudentFactor) -> Option<Interval> {
        let variance = self.variance().filter(|variance| *variance > 0.0)?;
        Some(Interval::around(self.mean()?, factor.half_width(variance)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::CONFIDENCE;

    #[test]
    fn t_interval_of_the_mean_is_that_of_scipy() {
        let sample = [7.1, 6.8, 7.4, 7.0, 6.9, 7.3, 7.2, 6.7, 7.5, 7.05];
        let moments: Moments = sample.into_iter().collect();
        let interval = moments.interval(CONFIDENCE).unwrap();
        assert!((moments.mean().unwrap() - 7.095).abs() < 1e-12);
        let half_width = (interval.high - interval.low) / 2.0;
        assert!(
            (half_width - 0.185_050_355_499_230_2).abs() < 1e-9,
            "{half_width}"
        );
    }

    #[test]
    fn equal_values_have_no_interval_and_equal_differences_one_where_six_have_a_sign() {
        let of = |value: f64, n: usize| vec![value; n].into_iter().collect::<Moments>();
        for value in [0.0, 0.1, 7.0] {
            assert_eq!(of(value, 1000).interval(CONFIDENCE), None);
        }
        let difference = |value, n| of(value, n).interval_of_difference(CONFIDENCE);
        assert_eq!(difference(0.0, 1000), None);
        assert_eq!(difference(-3.0, 5), None);
        assert_eq!(difference(-3.0, 6), Some(Interval::around(-3.0, 0.0)));
        assert_eq!(of(3.0, 1).interval_of_difference(CONFIDENCE), None);
        // Times that differ by four hours each, to the last digit but one.
        let times = [3835.8954, 3860.7625, 3845.7953, 3774.4764, 3800.1];
        let shift = |by: f64, n: usize| {
            let times = times.iter().cycle().take(n);
            let all = times.map(|time| (time + by) - time).collect::<Moments>();
            (
                all.variance(),
                all.interval_of_difference(CONFIDENCE).is_some(),
            )
        };
        for by in [14_400.0, 0.0016, 1e-6] {
            assert_eq!(shift(by, 5), (Some(0.0), false), "{by}");
            assert_eq!(shift(by, 6), (Some(0.0), true), "{by}");
        }
        let nothing: Moments = [0.3 - (0.1 + 0.2); 20].into_iter().collect();
        assert_eq!(nothing.interval_of_difference(CONFIDENCE), None);
    }

    #[test]
    fn whole_moments_agree_with_welford() {
        let sample = [3u64, 0, 12, 7, 7, 1_000_003];
        let floating: Moments = sample.iter().map(|&x| x as f64).collect();
        let mut whole = WholeMoments::default();
        for x in sample {
            whole.add(x);
        }
        assert!((whole.mean().unwrap() - floating.mean().unwrap()).abs() < 1e-6);
        let (a, b) = (whole.variance().unwrap(), floating.variance().unwrap());
        assert!((a / b - 1.0).abs() < 1e-12, "{a} {b}");
    }

    #[test]
    fn whole_moments_keep_their_digits_where_the_mean_is_large_and_the_spread_small() {
        let mut moments = WholeMoments::default();
        for value in [1_000_000_000_000, 1_000_000_000_001, 1_000_000_000_002] {
            moments.add(value);
        }
        assert_eq!(moments.variance(), Some(1.0));
    }

    #[test]
    fn what_did_not_occur_counts_as_zero() {
        let mut moments = WholeMoments::default();
        moments.add(6);
        let padded = moments.padded(3);
        assert_eq!(padded.mean(), Some(2.0));
        assert_eq!(padded.variance(), Some(12.0));
    }

    #[test]
    fn nothing_has_no_mean_and_one_value_no_variance() {
        assert_eq!(Moments::default().mean(), None);
        assert_eq!(WholeMoments::default().mean(), None);
        let mut one = WholeMoments::default();
        one.add(5);
        assert_eq!((one.mean(), one.variance()), (Some(5.0), None));
    }
}
