//! Simulated instants on the calendar.

use super::SignedInstant;
use jiff::SignedDuration;
use jiff::civil::DateTime;

/// The local date and time of `at` in a simulation that begins at `start`; the
/// last that the calendar has, if it is later.
pub fn on_the_calendar(start: DateTime, at: impl Into<SignedInstant>) -> DateTime {
    start.saturating_add(SignedDuration::from_micros(at.into().0))
}
