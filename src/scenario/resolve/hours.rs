//! Hours of the week, as instants at which they begin and end.

use crate::units::{Instant, Span};
use jiff::civil::{DateTime, Time};

const DAY: u64 = Span::from_days(1).0;

/// The same hours on some days of the week.
pub(super) struct Hours {
    /// Monday first.
    pub(super) days: [bool; 7],
    /// From midnight.
    pub(super) from: Span,
    /// From midnight; what is not after `from` is on the next day.
    pub(super) to: Span,
}

impl Hours {
    /// When the hours begin (`true`) and end (`false`), from the start, where
    /// they have not begun unless the second entry says so, to the horizon.
    pub(super) fn turns(&self, start: DateTime, horizon: Span) -> Vec<(Instant, bool)> {
        let to = if self.to > self.from {
            self.to.0
        } else {
            self.to.0 + DAY
        };
        let midnight = start.time().duration_since(Time::midnight());
        let into_day = u64::try_from(midnight.as_micros()).unwrap_or(0);
        let first_weekday = start.date().weekday().to_monday_zero_offset() as usize;
        // Microseconds from the midnight before the start; hours of the day
        // before may reach into the first.
        let last_day = horizon.0.saturating_add(into_day) / DAY;
        let windows =
            (0..=last_day + 1).filter(|day| self.days[(first_weekday + 6 + *day as usize) % 7]);
        let mut turns = vec![(0, false)];
        for day in windows {
            // `day` counts from the day before the start.
            let begins = (day * DAY + self.from.0).saturating_sub(DAY + into_day);
            let ends = (day * DAY + to).saturating_sub(DAY + into_day);
            if ends > 0 {
                turns.push((begins, true));
                turns.push((ends, false));
            }
        }
        // Windows that touch or overlap: what is said last at an instant holds.
        turns.sort_by_key(|(at, _)| *at);
        turns
            .into_iter()
            .filter(|(at, _)| *at <= horizon.0)
            .map(|(at, within)| (Instant(at), within))
            .collect()
    }
}
