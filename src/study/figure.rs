//! Numbers as they stand in files: text that reads back to the same bits.

pub(crate) use crate::units::rounded;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A floating number that is written as text. The shortest decimal that names
/// it is the same on every machine, and JSON readers that round do not see it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure(pub f64);

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Serialize for Figure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Figure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map(Self)
            .map_err(D::Error::custom)
    }
}

/// [`rounded`], or an empty cell.
pub(crate) fn optional(value: Option<f64>) -> String {
    value.map_or_else(String::new, rounded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_reads_back_to_the_same_bits() {
        for value in [0.1 + 0.2, 1e-300, 12_345.678_9, -0.0, 5e15] {
            let text = serde_json::to_string(&Figure(value)).unwrap();
            let read: Figure = serde_json::from_str(&text).unwrap();
            assert_eq!(read.0.to_bits(), value.to_bits(), "{text}");
        }
    }
}
