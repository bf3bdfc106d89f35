//! The four quantities and their arithmetic.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

/// A point in simulated time: whole microseconds since the scenario's start.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(pub u64);

/// A moment as it was written: whole microseconds from the scenario's start, negative
/// before it.
///
/// What is counted from a moment, shifted by a time zone, or put in order is reckoned
/// with this. [`SignedInstant::clamped`] comes last, where the simulation is told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SignedInstant(pub i64);

/// A length of simulated time in whole microseconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span(pub u64);

/// An amount of data in whole bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Size(pub u64);

/// A data rate in whole bits per second.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Rate(pub u64);

impl Instant {
    /// The scenario's start.
    pub const START: Self = Self(0);
    /// An instant that never comes; also "this did not happen" in a record.
    pub const NEVER: Self = Self(u64::MAX);

    /// Whether this instant ever comes.
    pub const fn is_some(self) -> bool {
        self.0 != u64::MAX
    }

    /// Seconds since the start; `None` for an instant that never comes, so that
    /// none of them passes for a number.
    pub fn seconds(self) -> Option<f64> {
        self.is_some().then_some(self.0 as f64 / 1e6)
    }

    /// Time elapsed since `earlier`, zero if `earlier` is later.
    pub const fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl SignedInstant {
    /// The scenario's start.
    pub const START: Self = Self(0);
    /// A moment that never comes.
    pub const NEVER: Self = Self(i64::MAX);
    /// The last moment that comes.
    const LAST: i64 = i64::MAX - 1;

    /// This number of microseconds from the start; a moment that is too far away for the type
    /// still comes.
    pub(crate) fn from_micros(micros: i128) -> Self {
        let micros = micros.clamp(i128::from(i64::MIN), i128::from(Self::LAST));
        i64::try_from(micros).map_or(Self::NEVER, Self)
    }

    /// Whether this moment ever comes.
    pub const fn is_some(self) -> bool {
        self.0 != i64::MAX
    }

    /// Whether it comes before the scenario's start.
    pub const fn is_before_start(self) -> bool {
        self.0 < 0
    }

    /// The simulated instant: the start for what lies before it.
    pub const fn clamped(self) -> Instant {
        if self.is_some() {
            Instant(if self.0 < 0 {
                0
            } else {
                self.0.cast_unsigned()
            })
        } else {
            Instant::NEVER
        }
    }

    /// The moment at which a clock that is ahead by `micros` shows this one.
    #[must_use]
    pub fn shown_by(self, micros: i64) -> Self {
        if self.is_some() {
            Self(self.0.saturating_sub(micros).min(Self::LAST))
        } else {
            self
        }
    }

    /// What a clock that is ahead by `micros` shows at this moment.
    #[must_use]
    pub fn on_clock(self, micros: i64) -> Self {
        self.shown_by(micros.saturating_neg())
    }

    /// This long before; what never comes does not come before either.
    #[must_use]
    pub fn before(self, span: Span) -> Self {
        if self.is_some() {
            Self(self.0.saturating_sub_unsigned(span.0))
        } else {
            self
        }
    }

    /// Time elapsed since `earlier`, zero if `earlier` is later.
    pub const fn since(self, earlier: Self) -> Span {
        if self.0 <= earlier.0 {
            Span::ZERO
        } else {
            Span(self.0.abs_diff(earlier.0))
        }
    }
}

impl From<Instant> for SignedInstant {
    fn from(at: Instant) -> Self {
        if at.is_some() {
            Self(i64::try_from(at.0).map_or(Self::LAST, |at| at.min(Self::LAST)))
        } else {
            Self::NEVER
        }
    }
}

impl Add<Span> for SignedInstant {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        if self.is_some() && span != Span::FOREVER {
            Self(self.0.saturating_add_unsigned(span.0).min(Self::LAST))
        } else {
            Self::NEVER
        }
    }
}

impl fmt::Debug for SignedInstant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_before_start() {
            write!(f, "t-{}", Span(self.0.unsigned_abs()))
        } else {
            fmt::Debug::fmt(&self.clamped(), f)
        }
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// Longer than any scenario.
    pub const FOREVER: Self = Self(u64::MAX);

    /// A span of whole seconds.
    pub const fn from_secs(seconds: u64) -> Self {
        Self(seconds * 1_000_000)
    }

    /// A span of whole minutes.
    pub const fn from_mins(minutes: u64) -> Self {
        Self::from_secs(minutes * 60)
    }

    /// A span of whole hours.
    pub const fn from_hours(hours: u64) -> Self {
        Self::from_mins(hours * 60)
    }

    /// A span of whole days of 24 hours.
    pub const fn from_days(days: u64) -> Self {
        Self::from_hours(days * 24)
    }

    /// A span of `seconds`, rounded to the nearest microsecond; negative or
    /// not-a-number input becomes zero, too long input [`Span::FOREVER`].
    pub fn from_secs_f64(seconds: f64) -> Self {
        // `as` saturates, which is what the doc line promises.
        Self((seconds * 1e6).round() as u64)
    }

    /// The length in seconds.
    pub fn seconds(self) -> f64 {
        self.0 as f64 / 1e6
    }
}

impl Rate {
    /// No limit: such a link or server is not simulated as a shared resource.
    pub const UNLIMITED: Self = Self(u64::MAX);

    /// Whether this is [`Rate::UNLIMITED`].
    pub const fn is_unlimited(self) -> bool {
        self.0 == u64::MAX
    }
}

impl Add<Span> for Instant {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl Sub<Instant> for Instant {
    type Output = Span;
    fn sub(self, earlier: Self) -> Span {
        self.since(earlier)
    }
}

impl Add for Span {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Span {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl AddAssign for Size {
    fn add_assign(&mut self, other: Self) {
        self.0 = self.0.saturating_add(other.0);
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_some() {
            write!(f, "t+{}", Span(self.0))
        } else {
            f.write_str("never")
        }
    }
}

impl fmt::Display for Span {
    /// The two largest units that matter, as in `2 d 3 h` or `1.5 s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::FOREVER {
            return f.write_str("forever");
        }
        let seconds = self.0 / 1_000_000;
        if seconds < 60 {
            return write!(f, "{} s", self.0 as f64 / 1e6);
        }
        let units = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
        let first = units.iter().position(|(n, _)| seconds >= *n).unwrap_or(3);
        let (n, unit) = units[first];
        write!(f, "{} {unit}", seconds / n)?;
        match units.get(first + 1) {
            Some((m, next)) if seconds % n / m > 0 => write!(f, " {} {next}", seconds % n / m),
            _ => Ok(()),
        }
    }
}

impl Span {
    /// The span so that [`parse_span`](super::parse_span) gives it back exactly.
    pub(crate) const fn exactly(self) -> Exactly {
        Exactly(self)
    }
}

/// A length of time in seconds, told as finely as `apart`, what it differs by from one
/// beside it. As [`Span`] otherwise: in its two largest units.
pub(crate) fn span_to(seconds: f64, apart: f64) -> String {
    if seconds < 60.0 {
        return Span::from_secs_f64(seconds.round()).to_string();
    }
    let second_unit = |seconds: f64| {
        let first = UNITS.iter().position(|(n, _)| seconds >= *n as f64);
        first.map_or(3, |first| (first + 1).min(3))
    };
    let finest = second_unit(seconds).max(second_unit(apart));
    in_units(seconds, UNITS[finest].0)
}

/// Units of time in seconds, the largest first.
const UNITS: [(u64, &str); 4] = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];

/// A length of time rounded to `step` seconds, in units.
fn in_units(seconds: f64, step: u64) -> String {
    let mut rest = (seconds / step as f64).round() as u64 * step;
    let mut parts = Vec::new();
    for (n, name) in UNITS {
        if rest >= n {
            parts.push(format!("{} {name}", rest / n));
        }
        rest %= n;
    }
    if parts.is_empty() {
        return "0 s".to_owned();
    }
    parts.join(" ")
}

/// A mean length of time and its error, both in seconds: the error with two digits, and
/// the mean no finer than these. What is shorter than a minute, and so is its error, has a
/// decimal.
pub(crate) fn span_and_error(mean: f64, error: f64) -> String {
    let is_short = mean < 60.0 && error < 60.0;
    let error_told = match error {
        _ if error > 0.0 && error < 0.05 => "less than 0.1 s".to_owned(),
        _ if error > 0.0 && (error < 1.0 || is_short) => format!("{error:.1} s"),
        _ => in_units(error, step_of(error)),
    };
    let mean_told = if is_short {
        format!("{mean:.1} s")
    } else {
        in_units(mean, step_of(error))
    };
    format!("{mean_told} ± {error_told}")
}

/// Seconds to which an error is told with two digits.
fn step_of(error: f64) -> u64 {
    const STEPS: [u64; 5] = [86_400, 3_600, 600, 60, 10];
    let step = STEPS.iter().find(|step| error >= **step as f64 * 10.0);
    step.copied().unwrap_or(1)
}

/// A span as it is written in a scenario, to the last microsecond.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Exactly(Span);

impl fmt::Display for Exactly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let us = self.0.0;
        let units = [
            (86_400_000_000, "d"),
            (3_600_000_000, "h"),
            (60_000_000, "min"),
            (1_000_000, "s"),
            (1_000, "ms"),
        ];
        match units
            .iter()
            .find(|(n, _)| us >= *n && us.is_multiple_of(*n))
        {
            Some((n, unit)) => write!(f, "{} {unit}", us / n),
            None if us == 0 => f.write_str("0 s"),
            None => write!(f, "{us} us"),
        }
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Writes `value` with the largest of `units` (each `step` apart) that leaves
/// at least one, to three significant figures.
fn scaled(f: &mut fmt::Formatter<'_>, value: u64, step: f64, units: &[&str]) -> fmt::Result {
    let mut v = value as f64;
    let mut i = 0;
    while v >= step && i + 1 < units.len() {
        v /= step;
        i += 1;
    }
    let digits = if i == 0 || v >= 100.0 {
        0
    } else if v >= 10.0 {
        1
    } else {
        2
    };
    let text = format!("{v:.digits$}");
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    write!(f, "{text} {}", units[i])
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        scaled(
            f,
            self.0,
            1000.0,
            &["B", "kB", "MB", "GB", "TB", "PB", "EB"],
        )
    }
}

impl fmt::Debug for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_unlimited() {
            return f.write_str("unlimited");
        }
        scaled(
            f,
            self.0,
            1000.0,
            &["bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"],
        )
    }
}

impl fmt::Debug for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_is_told_no_finer_than_two_digits_of_its_error() {
        for (mean, error, text) in [
            (105_845.0, 2_625.0, "1 d 5 h 24 min ± 44 min"),
            (158_400.0, 12_600.0, "1 d 20 h ± 3 h 30 min"),
            (158_700.0, 12_800.0, "1 d 20 h 10 min ± 3 h 30 min"),
            (76_661.0, 1_609.0, "21 h 18 min ± 27 min"),
            (14_063.0, 24.4, "3 h 54 min 23 s ± 24 s"),
            (14_063.0, 127.0, "3 h 54 min 20 s ± 2 min 10 s"),
            (864_000.0, 40_000.0, "10 d ± 11 h"),
            (8_640_000.0, 900_000.0, "100 d ± 10 d"),
            // What is not known to an hour is not told to a minute.
            (90.0, 90_000.0, "0 s ± 1 d 1 h"),
            // An interval that is narrow is not nothing, and neither is a short mean.
            (36_302.0, 0.4, "10 h 5 min 2 s ± 0.4 s"),
            (36_302.0, 0.02, "10 h 5 min 2 s ± less than 0.1 s"),
            (36_302.0, 0.0, "10 h 5 min 2 s ± 0 s"),
            (12.34, 3.21, "12.3 s ± 3.2 s"),
            (30.0, 90.0, "30 s ± 1 min 30 s"),
        ] {
            assert_eq!(span_and_error(mean, error), text);
        }
    }
}
