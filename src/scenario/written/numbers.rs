//! Numbers a scenario is made of: counts, shares, tries, each read from TOML
//! with a message that says what is wanted.

use crate::units::grouped;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A whole number from `LEAST` to `MOST`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Whole<const LEAST: u64, const MOST: u64>(pub u64);

impl<const LEAST: u64, const MOST: u64> Whole<LEAST, MOST> {
    fn checked<E: de::Error>(value: Option<u64>, written: impl fmt::Display) -> Result<Self, E> {
        value
            .filter(|value| (LEAST..=MOST).contains(value))
            .map(Self)
            .ok_or_else(|| {
                E::custom(format!(
                    "{written} is not a whole number from {LEAST} to {}",
                    grouped(MOST)
                ))
            })
    }
}

impl<'de, const LEAST: u64, const MOST: u64> Deserialize<'de> for Whole<LEAST, MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number<const LEAST: u64, const MOST: u64>;
        impl<const LEAST: u64, const MOST: u64> Visitor<'_> for Number<LEAST, MOST> {
            type Value = Whole<LEAST, MOST>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a whole number from {LEAST} to {}", grouped(MOST))
            }
            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
                Whole::checked(u64::try_from(value).ok(), value)
            }
            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
                Whole::checked(Some(value), value)
            }
            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Self::Value, E> {
                // 2^53: up to here a float names one whole number.
                let whole =
                    value.fract() == 0.0 && (0.0..=9_007_199_254_740_992.0).contains(&value);
                Whole::checked(whole.then_some(value as u64), value)
            }
        }
        deserializer.deserialize_any(Number)
    }
}

impl<const LEAST: u64, const MOST: u64> JsonSchema for Whole<LEAST, MOST> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        format!("Whole{LEAST}To{MOST}").into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": LEAST, "maximum": MOST })
    }
}

/// A share or chance from 0 to 1; `true` is 1 and `false` is 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Chance(pub f64);

impl<'de> Deserialize<'de> for Chance {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Share;
        impl Visitor<'_> for Share {
            type Value = Chance;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a share from 0 to 1, or true or false")
            }
            fn visit_bool<E>(self, value: bool) -> Result<Chance, E> {
                Ok(Chance(f64::from(u8::from(value))))
            }
            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Chance, E> {
                self.visit_f64(value as f64)
            }
            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Chance, E> {
                if (0.0..=1.0).contains(&value) {
                    Ok(Chance(value))
                } else {
                    let percent = (2.0..=100.0).contains(&value);
                    let meant = if percent {
                        format!("; {value} % is written {}", value / 100.0)
                    } else {
                        String::new()
                    };
                    Err(E::custom(format!(
                        "{value} is not a share from 0 to 1{meant}"
                    )))
                }
            }
        }
        deserializer.deserialize_any(Share)
    }
}

impl JsonSchema for Chance {
    fn schema_name() -> Cow<'static, str> {
        "Chance".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A share or chance from 0 to 1; `true` is 1 and `false` is 0.",
            "anyOf": [{ "type": "number", "minimum": 0, "maximum": 1 }, { "type": "boolean" }],
        })
    }
}

/// How often something is tried again: a count, or `without end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tries(pub u32);

impl<'de> Deserialize<'de> for Tries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Count;
        impl Visitor<'_> for Count {
            type Value = Tries;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of tries, or \"without end\"")
            }
            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Tries, E> {
                let count = u32::try_from(value).ok().filter(|count| *count < u32::MAX);
                count
                    .map(Tries)
                    .ok_or_else(|| E::custom(format!("{value} is not a number of tries")))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Tries, E> {
                if text == "without end" {
                    Ok(Tries(u32::MAX))
                } else {
                    Err(E::custom(format!(
                        "`{text}` is neither a number of tries nor \"without end\""
                    )))
                }
            }
        }
        deserializer.deserialize_any(Count)
    }
}

impl JsonSchema for Tries {
    fn schema_name() -> Cow<'static, str> {
        "Tries".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "How often something is tried again: a count, or `without end`.",
            "anyOf": [{ "type": "integer", "minimum": 0 }, { "const": "without end" }],
        })
    }
}

/// A factor from 1 to 1,000, in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Factor(pub u32);

impl<'de> Deserialize<'de> for Factor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Times;
        impl Visitor<'_> for Times {
            type Value = Factor;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a factor of 1 or more, such as 2 or 1.5")
            }
            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Factor, E> {
                self.visit_f64(value as f64)
            }
            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Factor, E> {
                let thousandths = (value * 1_000.0).round();
                if !(1.0..=1_000.0).contains(&value) {
                    Err(E::custom(format!(
                        "{value} is not a factor from 1 to 1,000"
                    )))
                } else if (value * 1_000.0 - thousandths).abs() > 1e-6 {
                    Err(E::custom(format!(
                        "{value} has more than three places after the point"
                    )))
                } else {
                    Ok(Factor(thousandths as u32))
                }
            }
        }
        deserializer.deserialize_any(Times)
    }
}

impl JsonSchema for Factor {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Factor".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number", "minimum": 1, "maximum": 1000 })
    }
}

/// An exit code: 32 bits, with or without a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ExitCode(pub u32);

impl<'de> Deserialize<'de> for ExitCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Code;
        impl Visitor<'_> for Code {
            type Value = ExitCode;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an exit code, such as 1618 or 0x80070005")
            }
            fn visit_i64<E: de::Error>(self, value: i64) -> Result<ExitCode, E> {
                let bits = u32::try_from(value).or_else(|_| i32::try_from(value).map(|v| v as u32));
                bits.map(ExitCode)
                    .map_err(|_| E::custom(format!("{value} is not an exit code of 32 bits")))
            }
        }
        deserializer.deserialize_any(Code)
    }
}

impl JsonSchema for ExitCode {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "ExitCode".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": i32::MIN, "maximum": u32::MAX })
    }
}
