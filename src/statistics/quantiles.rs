//! Quantiles by rank, and their interval without any assumption about the
//! distribution.

use statrs::distribution::{Binomial, DiscreteCDF};

/// The rank, from 1, of the `quantile` of `count` sorted values: the smallest
/// such that at least that share of the values is at or below it. `None` if
/// there are no values.
///
/// The share is given in parts of 1,000, as ⌈0.95 × 20⌉ in floating numbers
/// may well be 20.
pub fn rank(permille: u32, count: u64) -> Option<u64> {
    let product = u128::from(permille) * u128::from(count);
    (count > 0).then(|| product.div_ceil(1000).max(1) as u64)
}

/// The `permille` quantile of `sorted` values by [`rank`].
pub fn quantile_sorted(sorted: &[u64], permille: u32) -> Option<u64> {
    let rank = rank(permille, sorted.len() as u64)?;
    sorted.get(rank as usize - 1).copied()
}

/// The median of `sorted` values: of an even number the midpoint of the two in
/// the middle. `u64::MAX` stands for what never came: where only the lower of
/// the two came, the median is the lower.
pub fn median_sorted(sorted: &[u64]) -> Option<u64> {
    let lower = quantile_sorted(sorted, 500)?;
    let upper = sorted[sorted.len() / 2];
    Some(match upper {
        u64::MAX => lower,
        upper => lower.midpoint(upper),
    })
}

/// Between which ranks, from 1, of a sorted sample a quantile lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuantileRanks {
    /// Rank of the lower bound; `None` if the sample has no value low enough.
    pub low: Option<u64>,
    /// Rank of the upper bound; `None` if the sample has no value high enough.
    pub high: Option<u64>,
}

/// The two-sided interval of a quantile from the order statistics of `count`
/// independent values: how many of them lie below the quantile is binomial
/// (H. A. David, "Order Statistics", section 2.5).
///
/// `quantile` and `confidence` lie strictly between 0 and 1.
pub fn quantile_ranks(count: u64, quantile: f64, confidence: f64) -> QuantileRanks {
    let none = QuantileRanks {
        low: None,
        high: None,
    };
    let Ok(below) = Binomial::new(quantile, count) else {
        return none;
    };
    if count == 0 {
        return none;
    }
    let tail = (1.0 - confidence) / 2.0;
    let (low, high) = (below.inverse_cdf(tail), below.inverse_cdf(1.0 - tail) + 1);
    QuantileRanks {
        low: (low > 0).then_some(low),
        high: (high <= count).then_some(high),
    }
}

/// How many values it takes for the largest of them to bound `quantile` from
/// above with `confidence`: the sample that a message asks for where
/// [`quantile_ranks`] has no upper bound. 59 for 95 % with 95 %.
pub fn smallest_sample_with_upper_bound(quantile: f64, confidence: f64) -> u64 {
    (libm::log(1.0 - confidence) / libm::log(quantile)).ceil() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rank_of_a_share_is_exact() {
        assert_eq!(rank(950, 20), Some(19));
        assert_eq!(rank(950, 21), Some(20));
        assert_eq!(rank(500, 4), Some(2));
        assert_eq!(rank(990, 100), Some(99));
        assert_eq!(rank(0, 5), Some(1));
        assert_eq!(rank(1000, 5), Some(5));
        assert_eq!(rank(500, 0), None);
    }

    #[test]
    fn the_median_of_an_even_number_is_between_the_two_in_the_middle() {
        assert_eq!(median_sorted(&[10, 20, 40, 50]), Some(30));
        assert_eq!(median_sorted(&[10, 20, 40]), Some(20));
        assert_eq!(median_sorted(&[7]), Some(7));
        assert_eq!(median_sorted(&[10, 20, u64::MAX, u64::MAX]), Some(20));
        assert_eq!(median_sorted(&[10, u64::MAX, u64::MAX]), Some(u64::MAX));
        assert_eq!(median_sorted(&[]), None);
    }

    #[test]
    fn a_quantile_by_rank_is_one_of_the_values() {
        assert_eq!(quantile_sorted(&[1, 2, 3, 4], 500), Some(2));
        assert_eq!(quantile_sorted(&[1, 2, 3], 500), Some(2));
        assert_eq!(quantile_sorted(&[], 500), None);
    }

    #[test]
    fn ten_values_bound_the_95th_percentile_from_below_only() {
        assert_eq!(
            quantile_ranks(10, 0.95, 0.95),
            QuantileRanks {
                low: Some(8),
                high: None
            }
        );
    }

    #[test]
    fn two_hundred_values_bound_the_95th_percentile_by_ranks_184_and_197() {
        assert_eq!(
            quantile_ranks(200, 0.95, 0.95),
            QuantileRanks {
                low: Some(184),
                high: Some(197)
            }
        );
    }

    #[test]
    fn no_values_bound_nothing_and_few_values_do_not_bound_a_low_quantile_from_below() {
        assert_eq!(
            quantile_ranks(0, 0.5, 0.95),
            QuantileRanks {
                low: None,
                high: None
            }
        );
        let few = quantile_ranks(10, 0.05, 0.95);
        assert_eq!(few.low, None);
        assert!(few.high.is_some());
    }

    #[test]
    fn the_95th_percentile_needs_59_values_for_a_one_sided_bound() {
        assert_eq!(smallest_sample_with_upper_bound(0.95, 0.95), 59);
        // One fewer is not enough: 0.95^58 > 0.05 >= 0.95^59.
        assert!(0.95f64.powi(58) > 0.05 && 0.95f64.powi(59) <= 0.05);
    }
}
