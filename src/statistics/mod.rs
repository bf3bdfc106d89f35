//! Means, shares and quantiles, each with the interval that says how far to
//! trust it.
//!
//! Sums are made in a fixed order and, where the values are whole, exactly, so
//! that the same run gives the same figures with any number of threads. An
//! interval that the sample cannot support is `None`, never a made-up number.
//! The room knows nothing of fleets; which figures a table shows is decided
//! in `results` and `study`.

mod difference;
mod interval;
mod moments;
mod quantiles;

pub use difference::{Welch, welch};
pub use interval::{CONFIDENCE, Interval, StudentFactor, exact, wilson};
pub use moments::{Moments, WholeMoments};
pub use quantiles::{
    QuantileRanks, median_sorted, quantile_ranks, quantile_sorted, rank,
    smallest_sample_with_upper_bound,
};
