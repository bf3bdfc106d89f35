//! How the machines of a group are spread over sites, as written.

use super::{At, MOST_MACHINES};
use crate::engine::{Distribution, parse_distribution};
use crate::units::grouped;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// Sites, by name or glob: a list, or a table that gives each its weight.
#[derive(Debug, Clone)]
pub(crate) struct Spread {
    /// The names and globs.
    pub names: Vec<At<String>>,
    /// The weight of each; empty if it is a list.
    pub weights: Vec<f64>,
}

/// How many machines each site has: a number for all of them, a number for each
/// of them in the order of their names, or a distribution of numbers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Sizes {
    /// Everywhere the same.
    Same(u64),
    /// One for each site.
    Each(Vec<u64>),
    /// Drawn for each site.
    Drawn(Drawn),
}

/// A distribution of numbers of machines.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Drawn {
    /// `k` machines with a chance in proportion to `k` to the power of minus
    /// `exponent`, up to `most` (G. K. Zipf, 1949).
    Zipf {
        /// The exponent.
        exponent: f64,
        /// The largest number.
        most: u64,
    },
    /// A distribution of lengths of time, with a second for a machine.
    Seconds(Distribution),
}

/// The most that a Zipf distribution may reach.
const MOST_OF_ZIPF: u64 = 1_000_000;

const FORMS: &str = "a number of machines, a list with one number for each site, or \
    \"zipf(exponent, most)\", \"log-normal(mean, sd)\", \"uniform(low, high)\", \
    \"exponential(mean)\", \"triangular(low, mode, high)\" or \"normal(mean, sd)\"";

impl Drawn {
    fn parse(text: &str) -> Result<Self, String> {
        let bad = || format!("`{text}` gives no sizes; write {FORMS}");
        let (name, rest) = text.trim().split_once('(').ok_or_else(bad)?;
        let inner = rest.strip_suffix(')').ok_or_else(bad)?;
        let numbers: Option<Vec<f64>> = inner
            .split(',')
            .map(|number| number.trim().parse().ok())
            .collect();
        let numbers = numbers.ok_or_else(bad)?;
        if name.trim() == "zipf" {
            let &[exponent, most] = &numbers[..] else {
                return Err(bad());
            };
            let whole = most.fract() == 0.0 && (1.0..=MOST_OF_ZIPF as f64).contains(&most);
            if !whole || !(0.0..=10.0).contains(&exponent) {
                return Err(format!(
                    "`{text}`: the exponent is from 0 to 10, and the largest number whole, from 1 to {}",
                    grouped(MOST_OF_ZIPF)
                ));
            }
            let most = most as u64;
            return Ok(Self::Zipf { exponent, most });
        }
        let in_range = |number: &f64| (0.0..=MOST_MACHINES as f64).contains(number);
        if !numbers.iter().all(in_range) {
            return Err(bad());
        }
        let spans: Vec<String> = numbers.iter().map(|number| format!("{number} s")).collect();
        let written = format!("{}({})", name.trim(), spans.join(", "));
        parse_distribution(&written)
            .map(Self::Seconds)
            .map_err(|_| bad())
    }
}

impl<'de> Deserialize<'de> for Spread {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ListOrTable;
        impl<'de> Visitor<'de> for ListOrTable {
            type Value = Spread;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "a list of sites, or a table of weights such as { hq = 40, \"branch-*\" = 1 }",
                )
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, seq: A) -> Result<Spread, A::Error> {
                let seq = de::value::SeqAccessDeserializer::new(seq);
                let names = super::lists::at_least_one(seq)?.unwrap_or_default();
                Ok(Spread {
                    names,
                    weights: Vec::new(),
                })
            }
            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Spread, A::Error> {
                let map = de::value::MapAccessDeserializer::new(map);
                let table: BTreeMap<At<String>, f64> = Deserialize::deserialize(map)?;
                if table.is_empty() {
                    let message =
                        "the table is empty; put at least one site into it, or leave the key out";
                    return Err(de::Error::custom(message));
                }
                let is_weight = |weight: &f64| weight.is_finite() && (0.0..=1e9).contains(weight);
                if let Some((name, weight)) = table.iter().find(|(_, weight)| !is_weight(weight)) {
                    let message = format!(
                        "the weight of `{}` is {weight}; write a number from 0 to 1,000,000,000",
                        **name
                    );
                    return Err(de::Error::custom(message));
                }
                let (names, weights) = table.into_iter().unzip();
                Ok(Spread { names, weights })
            }
        }
        deserializer.deserialize_any(ListOrTable)
    }
}

impl<'de> Deserialize<'de> for Sizes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberListOrText;
        impl NumberListOrText {
            fn number<E: de::Error>(
                value: impl TryInto<u64> + Copy + fmt::Display,
            ) -> Result<u64, E> {
                let number = value.try_into().ok().filter(|n| *n <= MOST_MACHINES);
                number.ok_or_else(|| {
                    E::custom(format!(
                        "{value} is not a whole number from 0 to {}",
                        grouped(MOST_MACHINES)
                    ))
                })
            }
        }
        impl<'de> Visitor<'de> for NumberListOrText {
            type Value = Sizes;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(FORMS)
            }
            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Sizes, E> {
                Self::number(value).map(Sizes::Same)
            }
            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Sizes, E> {
                Self::number(value).map(Sizes::Same)
            }
            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Sizes, E> {
                let most = grouped(MOST_MACHINES);
                let message = format!("{value} is not a whole number from 0 to {most}");
                Err(E::custom(message))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Sizes, E> {
                Drawn::parse(text).map(Sizes::Drawn).map_err(E::custom)
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Sizes, A::Error> {
                let mut each = Vec::new();
                while let Some(value) = seq.next_element::<i64>()? {
                    each.push(Self::number(value)?);
                }
                Ok(Sizes::Each(each))
            }
        }
        deserializer.deserialize_any(NumberListOrText)
    }
}

impl JsonSchema for Spread {
    fn schema_name() -> Cow<'static, str> {
        "Spread".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Sites, by name or glob: a list, or a table that gives each its weight.",
            "anyOf": [
                { "type": "array", "items": { "type": "string" }, "minItems": 1 },
                { "type": "object", "additionalProperties": { "type": "number", "minimum": 0 } },
            ],
        })
    }
}

impl JsonSchema for Sizes {
    fn schema_name() -> Cow<'static, str> {
        "Sizes".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Numbers of machines: one for all sites, a list with one for each, or a distribution.",
            "anyOf": [
                { "type": "integer", "minimum": 0, "maximum": MOST_MACHINES },
                { "type": "array", "items": { "type": "integer", "minimum": 0 } },
                { "type": "string" },
            ],
            "examples": [25, "zipf(1.1, 500)", "log-normal(40, 30)"],
        })
    }
}
