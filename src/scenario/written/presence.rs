//! How machines are switched on and off, as written.

use super::{At, Chance, Durations};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};
use std::borrow::Cow;
use std::fmt;

/// How machines are switched on and off: the word for a published or usual way, or
/// a table.
#[derive(Debug, Clone)]
pub(crate) struct Presence(pub Switching);

/// Times on and off that alternate for each machine, long absences, and machines
/// that never come back. At the start every machine is somewhere on its way, as if
/// it had been so for ever.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Switching {
    /// The way to begin with, which the other keys change: `always`, `office`,
    /// `corporate` or `home`. Default: `always`.
    pub like: Option<Like>,
    /// How long a machine is on at a stretch. Default: as `like` says.
    pub up: Option<At<Durations>>,
    /// How long it is off in between. Default: as `like` says.
    pub down: Option<At<Durations>>,
    /// Long absences, apart from the times off. Default: none.
    pub absences: Option<Absences>,
    /// Machines that are switched off for good. Default: none.
    pub gone: Option<Gone>,
}

/// Long absences that come again and again: holidays, journeys.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Absences {
    /// Time between two absences. Default: `exponential(60 d)`, an assumption.
    pub every: Option<At<Durations>>,
    /// How long an absence lasts. Default: `exponential(10 d)`, an assumption.
    pub length: Option<At<Durations>>,
}

/// Machines that never come back: scrapped, stolen, in a drawer for good.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Gone {
    /// Share of the machines. Default: `0.01`, an assumption.
    pub share: Option<Chance>,
    /// How long after the start they go. Default: `0 s`, before the start.
    pub after: Option<Durations>,
}

/// A published or usual way of being on and off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub(crate) enum Like {
    /// Always on.
    #[serde(rename = "always")]
    Always,
    /// On in office hours, from Monday to Friday: `availability = {}`.
    #[serde(rename = "office")]
    Office,
    /// Desktop computers of a large company: times on `weibull(0.55, 35.3 h)`, off
    /// `weibull(0.6, 9.34 h)`, so that 81 % are on at a time (Failure Trace Archive,
    /// `Microsoft99`).
    #[serde(rename = "corporate")]
    Corporate,
    /// Computers at home and on desks that run Skype: times on `weibull(0.64,
    /// 10.86 h)`, off `weibull(0.63, 9.48 h)`, so that 53 % are on at a time
    /// (Failure Trace Archive, `Skype06`).
    #[serde(rename = "home")]
    Home,
}

impl Like {
    /// Its word.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Office => "office",
            Self::Corporate => "corporate",
            Self::Home => "home",
        }
    }

    const ALL: [Self; 4] = [Self::Always, Self::Office, Self::Corporate, Self::Home];

    fn parse(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|like| like.word() == text);
        found.ok_or_else(|| {
            let meant = crate::scenario::pattern::nearest(text, Self::ALL.map(Self::word));
            let meant = meant.map_or(String::new(), |word| format!("; did you mean \"{word}\"?"));
            format!(
                "`{text}` is not a presence; write \"always\", \"office\", \"corporate\" or \
                 \"home\", or a table such as {{ up = \"weibull(0.55, 35.3 h)\", down = \
                 \"weibull(0.6, 9.34 h)\" }}{meant}"
            )
        })
    }
}

impl<'de> Deserialize<'de> for Presence {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct WordOrTable;
        impl<'de> Visitor<'de> for WordOrTable {
            type Value = Presence;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"always\", \"office\", \"corporate\", \"home\" or a table")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Presence, E> {
                let like = Some(Like::parse(text).map_err(E::custom)?);
                Ok(Presence(Switching {
                    like,
                    ..Switching::default()
                }))
            }
            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Presence, A::Error> {
                Switching::deserialize(de::value::MapAccessDeserializer::new(map)).map(Presence)
            }
        }
        deserializer.deserialize_any(WordOrTable)
    }
}

impl JsonSchema for Presence {
    fn schema_name() -> Cow<'static, str> {
        "Presence".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "How machines are switched on and off: a word or a table.",
            "anyOf": [
                generator.subschema_for::<Like>(),
                generator.subschema_for::<Switching>(),
            ],
        })
    }
}
