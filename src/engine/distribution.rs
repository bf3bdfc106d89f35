//! Distributions of durations, sampled by inversion from one uniform draw.

use crate::units::Span;

/// A distribution of a length of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Distribution {
    /// Always the same.
    Constant(Span),
    /// Uniform from `low` to `high`.
    Uniform {
        /// Least value.
        low: Span,
        /// Greatest value.
        high: Span,
    },
    /// Exponential.
    Exponential {
        /// Mean.
        mean: Span,
    },
    /// Triangular.
    Triangular {
        /// Least value.
        low: Span,
        /// Most likely value.
        mode: Span,
        /// Greatest value.
        high: Span,
    },
    /// Normal, values below zero become zero.
    Normal {
        /// Mean.
        mean: Span,
        /// Standard deviation.
        sd: Span,
    },
    /// Log-normal, given by its own mean and standard deviation.
    LogNormal {
        /// Mean of the value.
        mean: Span,
        /// Standard deviation of the value.
        sd: Span,
    },
}
