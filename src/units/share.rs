//! Shares as they are written: decimal, and compared without rounding.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A share from 0 to 1 as the decimal fraction that was written, exact to 18
/// places. Counts are compared with it in whole numbers: 0.9993 does not meet
/// 0.9994.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Share(u64);

/// A whole, in parts of [`Share`].
const WHOLE: u64 = 1_000_000_000_000_000_000;

impl Share {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// The whole.
    pub const ALL: Self = Self(WHOLE);

    /// The share of a number of parts in a thousand.
    pub const fn per_mille(parts: u32) -> Self {
        Self(parts as u64 * (WHOLE / 1000))
    }

    /// The shortest decimal fraction that names `value`, which is what its
    /// author wrote; what lies beyond 0 and 1 is the nearest of the two.
    pub fn of(value: f64) -> Self {
        if value.is_nan() || value <= 0.0 {
            return Self(0);
        }
        if value >= 1.0 {
            return Self::ALL;
        }
        // Without an exponent, as `Display` never writes one.
        let text = value.to_string();
        let places = text.strip_prefix("0.").unwrap_or("");
        let (kept, rest) = places.split_at(places.len().min(18));
        let parts: u64 = format!("{kept:0<18}").parse().unwrap_or(0);
        // A share that is too small to write is still more than none.
        let more = rest.bytes().any(|digit| digit != b'0');
        Self((parts + u64::from(more)).min(WHOLE))
    }

    /// The smallest number of `count` things that is at least this share of
    /// them.
    pub fn needed(self, count: u64) -> u64 {
        (u128::from(self.0) * u128::from(count)).div_ceil(u128::from(WHOLE)) as u64
    }

    /// The largest number of `count` things that is at most this share of them.
    pub fn part_of(self, count: u64) -> u64 {
        (u128::from(self.0) * u128::from(count) / u128::from(WHOLE)) as u64
    }

    /// About how much it is.
    pub fn value(self) -> f64 {
        self.0 as f64 / WHOLE as f64
    }
}

/// As a percentage with all of its places: `95 %`, `99.94 %`.
impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hundredth = WHOLE / 100;
        let places = format!("{:016}", self.0 % hundredth);
        let places = places.trim_end_matches('0');
        if places.is_empty() {
            write!(f, "{} %", self.0 / hundredth)
        } else {
            write!(f, "{}.{places} %", self.0 / hundredth)
        }
    }
}

impl From<Share> for String {
    fn from(share: Share) -> Self {
        format!("{}.{:018}", share.0 / WHOLE, share.0 % WHOLE)
    }
}

impl TryFrom<String> for Share {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let value: f64 = text
            .parse()
            .map_err(|_| format!("`{text}` is not a share"))?;
        Ok(Self::of(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_the_decimal_that_was_written() {
        assert_eq!(Share::of(0.95), Share::per_mille(950));
        assert_eq!(Share::of(0.95).needed(20), 19);
        assert_eq!(Share::of(0.1).needed(10), 1);
        assert_eq!(Share::of(0.3).needed(10), 3);
        assert_eq!(Share::of(0.0).needed(10), 0);
        assert_eq!(Share::of(1.0).needed(u64::MAX), u64::MAX);
        assert_eq!(Share::of(1e-30).needed(5), 1);
        assert_eq!(Share::of(0.5).part_of(u64::MAX), u64::MAX / 2);
        assert_eq!(Share::of(0.000_01).part_of(600_000_000), 6_000);
    }

    #[test]
    fn neighbours_in_the_last_place_are_told_apart() {
        // 19,988 of 20,000 is 0.9994: one fewer misses it.
        assert_eq!(Share::of(0.9994).needed(20_000), 19_988);
        assert_eq!(Share::of(0.999_35).needed(20_000), 19_987);
        assert_eq!(Share::of(0.999_351).needed(20_000), 19_988);
        assert_eq!(Share::of(0.000_4).needed(20_000), 8);
        assert_eq!(Share::of(0.000_400_1).needed(20_000), 9);
    }

    #[test]
    fn a_share_is_shown_with_all_of_its_places() {
        for (value, text) in [
            (0.95, "95 %"),
            (0.9994, "99.94 %"),
            (1.0, "100 %"),
            (0.0, "0 %"),
            (0.005, "0.5 %"),
        ] {
            assert_eq!(Share::of(value).to_string(), text);
        }
    }

    #[test]
    fn a_share_comes_back_from_a_file_as_it_was() {
        for value in [0.0, 0.1, 0.95, 0.9994, 0.123_456_789_012_345_6, 1.0] {
            let share = Share::of(value);
            let text = serde_json::to_string(&share).unwrap();
            assert_eq!(serde_json::from_str::<Share>(&text).unwrap(), share);
        }
    }
}
