//! The difference of two means.

use super::{CONFIDENCE, Interval, Moments, StudentFactor};

/// The interval of the difference of two independent means (B. L. Welch,
/// Biometrika 34, 1947), with the degrees of freedom rounded down; `None` if
/// one of them has fewer than two values.
pub fn welch(first: &Moments, second: &Moments) -> Option<Interval> {
    let error = |moments: &Moments| Some(moments.variance()? / moments.count() as f64);
    let (a, b) = (error(first)?, error(second)?);
    let difference = second.mean()? - first.mean()?;
    if a + b == 0.0 {
        return Some(Interval::around(difference, 0.0));
    }
    let part = |error: f64, moments: &Moments| error * error / (moments.count() - 1) as f64;
    let degrees = ((a + b) * (a + b) / (part(a, first) + part(b, second))).floor() as u64;
    let n = degrees + 1;
    let factor = StudentFactor::new(n, CONFIDENCE)?;
    // The factor divides by its sample size, which is none here.
    Some(Interval::around(
        difference,
        factor.half_width((a + b) * n as f64),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn welch_interval_is_that_of_scipy_but_for_whole_degrees_of_freedom() {
        // scipy.stats.ttest_ind(b, a, equal_var=False): df = 8, difference 3,
        // se = 1; t quantile 0.975 of 8 degrees 2.306004.
        let a: Moments = [1.0, 2.0, 3.0, 4.0, 5.0].into_iter().collect();
        let b: Moments = [4.0, 5.0, 6.0, 7.0, 8.0].into_iter().collect();
        let interval = welch(&a, &b).unwrap();
        assert!(
            (interval.low - (3.0 - 2.306_004)).abs() < 1e-5,
            "{interval:?}"
        );
    }
}
