//! Times a scenario is made of: moments, due times, wall-clock times.

use crate::scenario::slips::{Slip, meant_date};
use crate::units::{Span, likely_span, parse_span};
use jiff::civil::DateTime;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, Error as _, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A moment: wall-clock time, or a length of time after the scenario's start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Local wall-clock time.
    Clock(DateTime),
    /// This long after the start.
    After(Span),
}

impl Moment {
    /// Reads `2006-03-17T18:00`, `2006-03-17 18:00`, `2006-03-17` or `+2 h`.
    fn parse(text: &str) -> Result<Self, String> {
        if let Some(span) = text.trim().strip_prefix('+') {
            return parse_span(span)
                .map(Self::After)
                // What is proposed is to stand behind the sign as well.
                .map_err(|error| error.to_string().replace("write \"", "write \"+"));
        }
        parse_clock(text).map(Self::Clock).map_err(|error| {
            // `3 h` lacks the sign of a time after the start.
            match parse_span(text.trim()) {
                Ok(_) => format!("`{0}` is a length of time, and a moment is wanted; write \"+{0}\" for that long after the start", text.trim()),
                Err(_) => match likely_span(text) {
                    Some(span) if meant_date(text).is_none() && !text.contains(':') => format!(
                        "`{text}` is not a moment; write \"+{span}\" for that long after the start"
                    ),
                    _ => error,
                },
            }
        })
    }
}

fn parse_clock(text: &str) -> Result<DateTime, String> {
    if text.ends_with(['Z', 'z']) || text.get(10..).is_some_and(|time| time.contains(['+', '-'])) {
        return Err(format!(
            "`{text}` names a time zone; scenarios are in local time, write it without"
        ));
    }
    text.trim().parse().map_err(|_| match meant_date(text) {
        Some(Slip { message, help }) => format!("{message}; {help}"),
        None => format!("`{text}` is not a date and time; write one such as \"2006-03-17T18:00\""),
    })
}

/// When an advertised program is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    /// As soon as the policy has arrived.
    AsSoonAsPossible,
    /// When a user next logs on.
    Logon,
    /// When the user next logs off.
    Logoff,
    /// Never: users choose.
    Optional,
    /// At a moment.
    At(Moment),
}

impl Due {
    fn parse(text: &str) -> Result<Self, String> {
        const WORDS: [(&str, Due); 4] = [
            ("as soon as possible", Due::AsSoonAsPossible),
            ("logon", Due::Logon),
            ("logoff", Due::Logoff),
            ("optional", Due::Optional),
        ];
        if let Some((_, due)) = WORDS.iter().find(|(word, _)| *word == text) {
            return Ok(*due);
        }
        if text.starts_with(|c: char| c.is_ascii_digit() || c == '+') {
            return Moment::parse(text).map(Self::At);
        }
        if let Some(span) = likely_span(text) {
            return Err(format!(
                "`{text}` is not a moment; write \"+{span}\" for that long after the start"
            ));
        }
        let known = WORDS.map(|(word, _)| word);
        let meant = match text.trim().to_lowercase().as_str() {
            "now" | "asap" | "immediately" | "at once" | "at start" | "start" => Some(known[0]),
            "never" | "manual" | "manually" | "available" | "none" => Some(known[3]),
            "noon" | "midnight" => None,
            _ => crate::scenario::pattern::nearest(text, known),
        };
        let meant = meant.map_or(String::new(), |word| format!("; did you mean \"{word}\"?"));
        Err(format!(
            "`{text}` is neither \"as soon as possible\", \"logon\", \"logoff\", \"optional\", \
             a date and time nor a time after the start such as \"+2 h\"{meant}"
        ))
    }
}

/// A visitor for what may be text or a TOML date-time.
struct TextOrClock<T> {
    read: fn(&str) -> Result<T, String>,
    what: &'static str,
}

impl<'de, T> Visitor<'de> for TextOrClock<T> {
    type Value = T;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        (self.read)(text).map_err(E::custom)
    }
    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        // How the toml crate hands over a date-time that stands unquoted.
        let value = toml::value::Datetime::deserialize(de::value::MapAccessDeserializer::new(map))
            .map_err(|_| A::Error::custom(format!("a table is not {}", self.what)))?;
        (self.read)(&value.to_string()).map_err(A::Error::custom)
    }
}

const MOMENT: &str = "a date and time such as \"2006-03-17T18:00\", or \"+2 h\" after the start";

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextOrClock {
            read: Self::parse,
            what: MOMENT,
        })
    }
}

impl<'de> Deserialize<'de> for Due {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let what =
            "\"as soon as possible\", \"logon\", \"logoff\", \"optional\" or a date and time";
        deserializer.deserialize_any(TextOrClock {
            read: Self::parse,
            what,
        })
    }
}

/// Local wall-clock time, as text or as a TOML date-time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clock(pub DateTime);

impl<'de> Deserialize<'de> for Clock {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let what = "a date and time such as \"2006-03-17T18:00\"";
        deserializer
            .deserialize_any(TextOrClock {
                read: parse_clock,
                what,
            })
            .map(Self)
    }
}

macro_rules! text_schema {
    ($name:ident, $description:literal, $examples:tt) => {
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "description": $description, "examples": $examples })
            }
        }
    };
}
text_schema!(
    Clock,
    "Local wall-clock time, as text or as a TOML date-time.",
    ["2006-03-17T18:00"]
);
text_schema!(
    Moment,
    "Local wall-clock time, or a length of time after the scenario's start.",
    ["2006-03-17T18:00", "+2 h"]
);
text_schema!(
    Due,
    "`as soon as possible`, `logon`, `logoff`, `optional`, or the moment at which the program is due.",
    ["as soon as possible", "2006-03-18T02:00", "+2 h"]
);
