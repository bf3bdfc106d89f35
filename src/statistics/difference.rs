//! The difference of two means.

use super::{CONFIDENCE, Interval, Moments, StudentFactor};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// The difference of two independent means, with what is known of its error (B. L.
/// Welch, Biometrika 34, 1947). The degrees of freedom are rounded down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Welch {
    /// The second mean less the first.
    pub difference: f64,
    /// Its variance.
    variance: f64,
    degrees: u64,
    /// How many values each sample has.
    counts: [u64; 2],
}

impl Welch {
    /// `None` if one of the samples has fewer than two values.
    pub fn of(first: &Moments, second: &Moments) -> Option<Self> {
        let error = |moments: &Moments| Some(moments.variance()? / moments.count() as f64);
        let (a, b) = (error(first)?, error(second)?);
        let part = |error: f64, moments: &Moments| error * error / (moments.count() - 1) as f64;
        let degrees = if a + b == 0.0 {
            1
        } else {
            // They are at least those of the smaller sample, but for the last bits.
            let degrees = (a + b) * (a + b) / (part(a, first) + part(b, second));
            (degrees.floor() as u64).max(1)
        };
        Some(Self {
            difference: second.mean()? - first.mean()?,
            variance: a + b,
            degrees,
            counts: [first.count(), second.count()],
        })
    }

    /// The interval of the difference; none where neither sample has any spread,
    /// unless their order alone is more than chance explains.
    pub fn interval(&self) -> Option<Interval> {
        if self.variance == 0.0 {
            let is_sure = self.chance() <= 1.0 - CONFIDENCE;
            return is_sure.then(|| Interval::around(self.difference, 0.0));
        }
        let n = self.degrees + 1;
        let factor = StudentFactor::new(n, CONFIDENCE)?;
        // The factor divides by its sample size, which is none here.
        let half_width = factor.half_width(self.variance * n as f64);
        Some(Interval::around(self.difference, half_width))
    }

    /// The chance of a difference that is as large as this one, or larger, where the
    /// means are the same.
    pub fn chance(&self) -> f64 {
        if self.difference == 0.0 {
            return 1.0;
        }
        if self.variance == 0.0 {
            return self.chance_of_order();
        }
        let t = self.difference.abs() / self.variance.sqrt();
        match StudentsT::new(0.0, 1.0, self.degrees as f64) {
            Ok(student) if t.is_finite() => (2.0 * student.sf(t)).min(1.0),
            _ => 0.0,
        }
    }

    /// The chance that all of one sample come before all of the other by chance alone
    /// (F. Wilcoxon, Biometrics Bulletin 1, 1945).
    fn chance_of_order(&self) -> f64 {
        let [a, b] = self.counts.map(|count| count as f64 + 1.0);
        let ways = libm::lgamma(a + b - 1.0) - libm::lgamma(a) - libm::lgamma(b);
        (2.0 * libm::exp(-ways)).min(1.0)
    }
}

/// The interval of the difference of two independent means; `None` if one of them
/// has fewer than two values.
pub fn welch(first: &Moments, second: &Moments) -> Option<Interval> {
    Welch::of(first, second)?.interval()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn welch_interval_and_chance_are_those_of_scipy_but_for_whole_degrees_of_freedom() {
        // scipy.stats.ttest_ind(b, a, equal_var=False): df = 8, difference 3, se = 1,
        // p = 0.0170717; t quantile 0.975 of 8 degrees 2.306004.
        let a: Moments = [1.0, 2.0, 3.0, 4.0, 5.0].into_iter().collect();
        let b: Moments = [4.0, 5.0, 6.0, 7.0, 8.0].into_iter().collect();
        let test = Welch::of(&a, &b).unwrap();
        let interval = test.interval().unwrap();
        assert!(
            (interval.low - (3.0 - 2.306_004)).abs() < 1e-5,
            "{interval:?}"
        );
        assert!((test.chance() - 0.017_071_7).abs() < 1e-6, "{test:?}");
    }

    #[test]
    fn values_without_spread_differ_by_their_order_alone() {
        let of = |value: f64, n: usize| vec![value; n].into_iter().collect::<Moments>();
        let test = |a, b, n| Welch::of(&of(a, n), &of(b, n)).unwrap();
        // Two of the 20 and of the 70 ways to divide 6 and 8 values into halves.
        assert!((test(1.0, 2.0, 3).chance() - 0.1).abs() < 1e-9);
        assert!((test(1.0, 2.0, 4).chance() - 2.0 / 70.0).abs() < 1e-9);
        assert_eq!(test(1.0, 2.0, 3).interval(), None);
        assert!(test(1.0, 2.0, 4).interval().unwrap().low > 0.0);
        assert!(test(1.0, 1.0, 100).chance() >= 1.0);
        assert_eq!(test(1.0, 1.0, 100).interval(), None);
    }
}
