//! The values a scenario is made of: quantities, times and chances, each read from TOML
//! with a message that says what is wanted.

use crate::engine::{Distribution, parse_distribution};
use crate::scenario::slips::clock_text;
use crate::units::{Rate, Size, Span, parse_rate, parse_size, parse_span};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, Visitor};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::ops::{Deref, Range};
use toml::Spanned;

/// A value and the bytes of the scenario it was read from.
#[derive(Debug, Clone)]
pub(crate) struct At<T>(Spanned<T>);

impl<T> At<T> {
    /// A value that stands nowhere in the scenario, because it is a default.
    pub(crate) fn nowhere(value: T) -> Self {
        Self(Spanned::new(usize::MAX..usize::MAX, value))
    }

    /// The bytes it was read from; none if it is a default.
    pub(crate) fn span(&self) -> Option<Range<usize>> {
        Some(self.0.span()).filter(|span| span.start != usize::MAX)
    }

    /// Another value, said to come from the same place.
    pub(crate) fn with<U>(&self, value: U) -> At<U> {
        At(Spanned::new(self.0.span(), value))
    }
}

impl<T> Deref for At<T> {
    type Target = T;
    fn deref(&self) -> &T {
        self.0.get_ref()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for At<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Spanned::deserialize(deserializer).map(Self)
    }
}

// As map keys, values are what counts and not where they stand.
impl<T: PartialEq> PartialEq for At<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Eq> Eq for At<T> {}

impl<T: PartialOrd> PartialOrd for At<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (**self).partial_cmp(&**other)
    }
}

impl<T: Ord> Ord for At<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        (**self).cmp(&**other)
    }
}

impl<T: JsonSchema> JsonSchema for At<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }
    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// A value written as text: its type, how it is read, and what it is called.
macro_rules! text_value {
    ($(#[doc = $doc:literal])* $name:ident($inner:ty), $read:path, $what:literal, $examples:tt) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq)]
        pub(crate) struct $name(pub $inner);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Text;
                impl Visitor<'_> for Text {
                    type Value = $name;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($what)
                    }
                    fn visit_str<E: de::Error>(self, text: &str) -> Result<$name, E> {
                        $read(text).map($name).map_err(E::custom)
                    }
                }
                deserializer.deserialize_any(Text)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({
                    "type": "string",
                    "description": concat!($($doc),*).trim(),
                    "examples": $examples,
                })
            }
        }
    };
}

text_value!(
    /// A length of time: `us`, `ms`, `s`, `min`, `h`, `d`, `weeks`, and sums of them.
    Duration(Span), parse_span, "a length of time, such as \"90 min\"", ["90 min", "1 h 30 min", "4 d"]
);

text_value!(
    /// A length of time after which something happens again: `1 s` or more.
    Period(Span), parse_period, "a length of time of `1 s` or more, such as \"60 min\"", ["60 min", "1 h 30 min", "4 d"]
);

text_value!(
    /// How long the simulated time runs: more than `0 s`, and `3660 d` at most.
    Horizon(Span), parse_horizon, "a length of time, such as \"7 d\"", ["7 d", "36 h"]
);

text_value!(
    /// By how much the hours of a day move: `1 d` at most.
    Shift(Span), parse_shift, "a length of time, such as \"30 min\"", ["30 min", "2 h"]
);

text_value!(
    /// By how much a clock is ahead (`+7 min`) or behind (`-2 h`).
    Offset(i64), parse_offset, "a length of time with a sign, such as \"-2 h\"", ["+7 min", "-2 h"]
);

text_value!(
    /// An amount of data: `B` with an SI (`kB`, `MB`, `GB`) or IEC (`KiB`, `MiB`, `GiB`) prefix.
    Bytes(Size), parse_size, "an amount of data, such as \"266 MB\"", ["266 MB", "512 KiB"]
);

text_value!(
    /// A data rate: in bits (`kbit/s`, `Mbit/s`) or bytes (`kB/s`, `MiB/s`) per second, or `unlimited`.
    Speed(Rate), parse_rate, "a data rate, such as \"512 kbit/s\"", ["512 kbit/s", "100 Mbit/s", "unlimited"]
);

text_value!(
    /// A length of time that differs from machine to machine: a duration, or
    /// `uniform(low, high)`, `exponential(mean)`, `triangular(low, mode, high)`,
    /// `normal(mean, sd)`, `log-normal(mean, sd)` or `weibull(shape, scale)`.
    Durations(Distribution), parse_distribution,
    "a length of time or a distribution of one, such as \"uniform(5 min, 15 min)\"",
    ["10 min", "uniform(5 min, 15 min)", "log-normal(12 min, 4 min)"]
);

text_value!(
    /// Days of the week, as in `Mon-Fri` or `Mon, Wed, Sat-Sun`.
    Days([bool; 7]), parse_days, "days of the week, such as \"Mon-Fri\"", ["Mon-Fri", "Mon, Wed, Sat-Sun"]
);

text_value!(
    /// A time of day, from `00:00` to `24:00`.
    TimeOfDay(Span), parse_time_of_day, "a time of day, such as \"08:30\"", ["08:30"]
);

text_value!(
    /// Hours of the week: days, hours of the day, or both, as in `Mon-Fri 08:00-18:00`.
    WeekHours([[bool; 24]; 7]), parse_week_hours,
    "hours of the week, such as \"Mon-Fri 08:00-18:00\"",
    ["Mon-Fri 08:00-18:00", "Sat, Sun", "22:00-06:00"]
);

/// The shortest time after which something may happen again. What comes round
/// faster would let a scenario simulate nothing else, and at zero never end.
const SHORTEST_PERIOD: Span = Span::from_secs(1);

/// The longest simulated time: ten years.
const LONGEST_HORIZON: Span = Span::from_days(3_660);

/// The most by which the hours of a day move. To know who is there at some time, the
/// days before and after it are looked at as far as they may reach.
const LONGEST_SHIFT: Span = Span::from_days(1);

/// Reads `"30 min"`, at most [`LONGEST_SHIFT`].
fn parse_shift(text: &str) -> Result<Span, String> {
    let span = parse_span(text).map_err(|error| error.to_string())?;
    if span > LONGEST_SHIFT {
        return Err(format!(
            "`{text}` is too long; `1 d` is the most that is possible here"
        ));
    }
    Ok(span)
}

/// Reads `"60 min"`, at least [`SHORTEST_PERIOD`].
fn parse_period(text: &str) -> Result<Span, String> {
    let span = parse_span(text).map_err(|error| error.to_string())?;
    if span >= SHORTEST_PERIOD {
        return Ok(span);
    }
    Err(format!(
        "`{text}` is too short; `1 s` is the least that is possible here"
    ))
}

/// Reads `"7 d"`, above zero and at most [`LONGEST_HORIZON`].
fn parse_horizon(text: &str) -> Result<Span, String> {
    let span = parse_span(text).map_err(|error| error.to_string())?;
    if span == Span::ZERO {
        return Err(format!("`{text}` is too short; nothing would be simulated"));
    }
    if span > LONGEST_HORIZON {
        return Err(format!(
            "`{text}` is too long; `3660 d` is the most that is possible here"
        ));
    }
    Ok(span)
}

/// Reads `"+7 min"` or `"-2 h"` as microseconds.
fn parse_offset(text: &str) -> Result<i64, String> {
    let bad = || format!("`{text}` has no sign; write `+7 min` for ahead, `-7 min` for behind");
    let (sign, rest) = match text.trim().split_at_checked(1).ok_or_else(bad)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return Err(bad()),
    };
    let span = parse_span(rest).map_err(|error| error.to_string())?;
    let micros = i64::try_from(span.0).map_err(|_| format!("`{text}` is too long"))?;
    Ok(sign * micros)
}

/// Reads `"Mon-Fri"` or `"Mon, Wed, Sat-Sun"`; Monday is the first day.
fn parse_days(text: &str) -> Result<[bool; 7], String> {
    const NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let day = |name: &str| NAMES.iter().position(|day| *day == name.trim());
    let bad = || {
        format!(
            "`{text}` is not a list of days; write Mon, Tue, Wed, Thu, Fri, Sat or Sun, as in \"Mon-Fri, Sun\""
        )
    };
    let mut days = [false; 7];
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (day(first).ok_or_else(bad)?, day(last).ok_or_else(bad)?);
        // Sat-Mon goes round the end of the week.
        let length = (last + 7 - first) % 7;
        (first..=first + length).for_each(|at| days[at % 7] = true);
    }
    Ok(days)
}

/// Reads `"08:30"` as the time since midnight.
fn parse_time_of_day(text: &str) -> Result<Span, String> {
    let bad = || match clock_text(text) {
        Some(meant) => {
            format!("`{text}` is not a time of day as scenarios have it; write \"{meant}\"")
        }
        None => format!("`{text}` is not a time of day; write one such as \"08:30\""),
    };
    let (hours, minutes) = text.split_once(':').ok_or_else(bad)?;
    let hours: u64 = hours.parse().map_err(|_| bad())?;
    let minutes: u64 = minutes.parse().map_err(|_| bad())?;
    let is_time = minutes < 60 && hours * 60 + minutes <= 24 * 60;
    if is_time {
        Ok(Span::from_mins(hours * 60 + minutes))
    } else {
        Err(bad())
    }
}

/// Reads `"Mon-Fri 08:00-18:00"`, `"Sat, Sun"` or `"22:00-06:00"`: days without
/// hours are whole ones, hours without days are those of every day. Hours that
/// end before they begin go on into the next day.
fn parse_week_hours(text: &str) -> Result<[[bool; 24]; 7], String> {
    let (days, hours) = text.split_at(
        text.find(|c: char| c.is_ascii_digit())
            .unwrap_or(text.len()),
    );
    let days = match days.trim() {
        "" if !hours.is_empty() => [true; 7],
        days => parse_days(days)?,
    };
    let (from, to) = if hours.is_empty() {
        (0, 24)
    } else {
        parse_hours(hours)?
    };
    let to = if to > from { to } else { to + 24 };
    let mut week = [[false; 24]; 7];
    for day in (0..7).filter(|day| days[*day]) {
        (from..to).for_each(|hour| week[(day + hour / 24) % 7][hour % 24] = true);
    }
    Ok(week)
}

/// Reads `"08:00-18:00"`, on the hour.
fn parse_hours(text: &str) -> Result<(usize, usize), String> {
    const HOUR: u64 = Span::from_hours(1).0;
    let bad = || format!("`{text}` is not a range of hours; write one such as \"08:00-18:00\"");
    let (from, to) = text.split_once('-').ok_or_else(bad)?;
    let hour = |time: &str| {
        let time = parse_time_of_day(time.trim())?;
        let whole = time
            .0
            .is_multiple_of(HOUR)
            .then_some((time.0 / HOUR) as usize);
        whole.ok_or_else(bad)
    };
    Ok((hour(from)?, hour(to)?))
}
