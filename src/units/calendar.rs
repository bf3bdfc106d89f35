//! Simulated instants on the calendar.

use super::Instant;
use jiff::SignedDuration;
use jiff::civil::DateTime;

/// The local date and time of `at` in a simulation that begins at `start`; the
/// last that the calendar has, if it is later.
pub fn on_the_calendar(start: DateTime, at: Instant) -> DateTime {
    let after = SignedDuration::from_micros(i64::try_from(at.0).unwrap_or(i64::MAX));
    start.checked_add(after).unwrap_or(DateTime::MAX)
}
