//! Figures of responses as people read them, by what is measured.

use crate::report::text::{count, percent, span, span_beside};
use crate::study::Measure;
use crate::units::Size;

/// A figure of a measure.
pub(super) fn shown(measure: Measure, value: f64) -> String {
    use Measure as M;
    match measure {
        M::TimeTo | M::Saturated | M::MeanWait | M::LongestWait => signed(value, span),
        M::Bytes | M::Downloaded => signed(value, |bytes| Size(bytes.round() as u64).to_string()),
        M::SuccessShare | M::PeakUse | M::Objective => signed(value, percent),
        _ => signed(value, count),
    }
}

/// `value` as far as there can be any: no measure is below nothing, and a share is
/// not above the whole, which the intervals of few replications do not know.
pub(super) fn possible(measure: Measure, value: f64) -> f64 {
    use Measure as M;
    let most = match measure {
        M::SuccessShare | M::PeakUse | M::Objective => 1.0,
        _ => f64::INFINITY,
    };
    value.clamp(0.0, most)
}

/// A figure of a measure beside one that differs by `apart`, or with an error of as much:
/// times that differ are not told alike.
pub(super) fn shown_beside(measure: Measure, value: f64, apart: f64) -> String {
    use Measure as M;
    match measure {
        M::TimeTo | M::Saturated | M::MeanWait | M::LongestWait
            if apart >= 1.0 && value.abs() >= 60.0 =>
        {
            signed(value, |seconds| span_beside(seconds, apart))
        }
        _ => shown(measure, value),
    }
}

fn signed(value: f64, shown: impl Fn(f64) -> String) -> String {
    if value < 0.0 {
        format!("−{}", shown(-value))
    } else {
        shown(value)
    }
}

/// Whether more of it is better.
pub(super) fn more_is_better(measure: Measure) -> bool {
    use Measure as M;
    matches!(measure, M::SuccessShare | M::Successes | M::Objective)
}

/// A number of which nothing is known.
pub(super) fn short(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 || (size >= 1000.0 || value.fract() == 0.0) {
        return signed(value, count);
    }
    let digits = if size >= 100.0 {
        1
    } else if size >= 1.0 {
        2
    } else {
        4
    };
    signed(value, |size| format!("{size:.digits$}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_carry_their_units() {
        assert_eq!(shown(Measure::TimeTo, 2_636.6), "43 min 57 s");
        assert_eq!(shown(Measure::TimeTo, 158_400.0), "1 d 20 h");
        assert_eq!(shown(Measure::Bytes, 15_539_549_783.0), "15.5 GB");
        assert_eq!(shown(Measure::SuccessShare, 0.9784), "97.8 %");
        assert_eq!(shown(Measure::Failures, -1_219.7), "−1,220");
        assert_eq!(short(0.912_332), "0.9123");
        assert_eq!(short(1_219.666), "1,220");
        assert_eq!(short(35.0), "35");
        assert_eq!(short(-0.000_7), "−0.0007");
    }
}
