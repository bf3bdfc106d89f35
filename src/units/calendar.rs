//! Simulated instants on the calendar.

use super::SignedInstant;
use jiff::SignedDuration;
use jiff::civil::DateTime;

/// The local date and time of `at` in a simulation that begins at `start`; the
/// last that the calendar has, if it is later.
pub fn on_the_calendar(start: DateTime, at: impl Into<SignedInstant>) -> DateTime {
    start.saturating_add(SignedDuration::from_micros(at.into().0))
}

/// Dates that stand beside each other, as people write them: to the minute where each is
/// a whole one, and otherwise as finely as it takes to tell them apart.
pub(crate) fn dates<const N: usize>(all: [DateTime; N]) -> [String; N] {
    let has = |part: fn(DateTime) -> bool| all.iter().any(|at| part(*at));
    let format = if has(|at| at.subsec_nanosecond() != 0) {
        "%a %Y-%m-%d %H:%M:%S%.f"
    } else if has(|at| at.second() != 0) {
        "%a %Y-%m-%d %H:%M:%S"
    } else {
        "%a %Y-%m-%d %H:%M"
    };
    all.map(|at| at.strftime(format).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_beside_each_other_have_seconds_where_one_has() {
        let date = |text: &str| text.parse::<DateTime>().unwrap();
        let shown = |texts: [&str; 2]| dates(texts.map(date));
        assert_eq!(
            shown(["2026-03-10T08:00:30", "2026-03-10T08:00:00"]),
            ["Tue 2026-03-10 08:00:30", "Tue 2026-03-10 08:00:00"]
        );
        assert_eq!(
            shown(["2026-03-10T08:01:00", "2026-03-10T08:00:00"]),
            ["Tue 2026-03-10 08:01", "Tue 2026-03-10 08:00"]
        );
    }
}
