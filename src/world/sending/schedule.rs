//! When a route is open, for whom, and how much of the time it may be used.

use crate::units::{Instant, Size, Span};

const HOUR: u64 = Span::from_hours(1).0;
const HOURS_A_WEEK: u64 = 7 * 24;

/// How urgent a package is to its senders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Priority {
    /// Goes first.
    High,
    /// The default of a new package.
    #[default]
    Medium,
    /// Goes last.
    Low,
}

/// What a route takes during one hour of the week (address schedule, Microsoft
/// support article "Components and threads for content distribution").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Availability {
    /// Open for all priorities.
    #[default]
    Open,
    /// Medium and high priority.
    MediumAndHigh,
    /// High priority only.
    HighOnly,
    /// Nothing.
    Closed,
}

impl Availability {
    /// Whether a package of this priority may be sent.
    pub const fn admits(self, priority: Priority) -> bool {
        match self {
            Self::Open => true,
            Self::MediumAndHigh => !matches!(priority, Priority::Low),
            Self::HighOnly => matches!(priority, Priority::High),
            Self::Closed => false,
        }
    }
}

/// The hours of the week, Monday first, in the sending site's local time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Schedule(pub [[Availability; 24]; 7]);

impl Default for Schedule {
    /// Always open: the schedule of a new address.
    fn default() -> Self {
        Self([[Availability::Open; 24]; 7])
    }
}

/// A limit to the use that a route makes of its link. Any limit, even 100 %,
/// leaves one sending at a time to the destination ("Components and threads
/// for content distribution", "How this affects Sender and `PkgXferMgr`
/// threads").
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum RateLimit {
    /// No limit: the default of a new address.
    #[default]
    None,
    /// A share of the time, not of the rate: after every block, sent at full
    /// speed, silence for as long as the share wants. At 50 % a block that took
    /// a second is followed by a second of silence, at 25 % by three (SMS 2003
    /// frequently asked questions, TechNet cc875800). The pause is found anew
    /// after every block (KB Q199110).
    Percent {
        /// Per hour of the day, 0 to 100; more counts as 100. An hour of 0 is
        /// closed.
        by_hour: [u8; 24],
        /// Size of a block, see [`RateLimit::BLOCK`].
        block: Size,
    },
    /// A block at regular intervals, whatever the link could do; a block that
    /// takes longer than the interval is followed by the next at once.
    Pulse {
        /// Size of a block, at most 256 KB in the product.
        block: Size,
        /// From the beginning of one block to that of the next.
        every: Span,
    },
}

impl RateLimit {
    /// The block of a percentage limit: 262,144 bytes, the largest packet of
    /// the SMS 1.x senders (KB Q136032) and the largest block of pulse mode.
    pub const BLOCK: Size = Size(262_144);

    /// Whether there is a limit, hence only one sending at a time.
    pub const fn is_limited(&self) -> bool {
        !matches!(self, Self::None)
    }

    /// Share of the time at an hour of the day, in percent.
    fn percent(&self, hour: usize) -> u8 {
        match self {
            Self::Percent { by_hour, .. } => by_hour[hour].min(100),
            Self::None | Self::Pulse { .. } => 100,
        }
    }
}

/// The wall clock: how long before the scenario's start the last Monday began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WeekClock(pub Span);

impl WeekClock {
    /// The clock of a scenario that starts at `start`.
    pub fn starting(start: jiff::civil::DateTime) -> Self {
        let days = u64::from(start.weekday().to_monday_zero_offset().unsigned_abs());
        let time = start.time();
        let seconds = i64::from(time.hour()) * 3_600
            + i64::from(time.minute()) * 60
            + i64::from(time.second());
        let micros = u64::from(time.subsec_nanosecond().unsigned_abs()) / 1_000;
        Self(Span(
            Span::from_days(days).0 + Span::from_secs(seconds.unsigned_abs()).0 + micros,
        ))
    }

    /// The clock of a place that is `by` microseconds ahead of this one, or behind
    /// if negative.
    pub(crate) fn ahead(self, by: i64) -> Self {
        const WEEK: u64 = HOURS_A_WEEK * HOUR;
        let by = by.rem_euclid(WEEK as i64).unsigned_abs();
        Self(Span((self.0.0 + by) % WEEK))
    }

    /// Hours since that Monday.
    fn hour(self, now: Instant) -> u64 {
        now.0.saturating_add(self.0.0) / HOUR
    }

    /// When an hour that lies ahead begins.
    fn beginning(self, hour: u64) -> Instant {
        Instant(hour.saturating_mul(HOUR).saturating_sub(self.0.0))
    }
}

/// The hours of one route, by the clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hours<'s> {
    pub(crate) clock: WeekClock,
    pub(crate) schedule: &'s Schedule,
    pub(crate) limit: &'s RateLimit,
}

impl Hours<'_> {
    /// What holds in an hour: who is admitted, and the share of the time.
    fn terms(&self, hour: u64) -> (Availability, u8) {
        let in_week = (hour % HOURS_A_WEEK) as usize;
        let percent = self.limit.percent(in_week % 24);
        match percent {
            0 => (Availability::Closed, 0),
            _ => (self.schedule.0[in_week / 24][in_week % 24], percent),
        }
    }

    /// Whether a package of this priority may be sent at `now`.
    pub(crate) fn admits(&self, now: Instant, priority: Priority) -> bool {
        self.terms(self.clock.hour(now)).0.admits(priority)
    }

    /// Share of the time that may be used at `now`, in percent.
    pub(crate) fn percent(&self, now: Instant) -> u8 {
        self.terms(self.clock.hour(now)).1
    }

    /// The first instant after `now` at which other terms hold;
    /// [`Instant::NEVER`] if they are always the same.
    pub(crate) fn next_change(&self, now: Instant) -> Instant {
        let hour = self.clock.hour(now);
        let terms = self.terms(hour);
        (1..=HOURS_A_WEEK)
            .map(|ahead| hour + ahead)
            .find(|later| self.terms(*later) != terms)
            .map_or(Instant::NEVER, |later| self.clock.beginning(later))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_counts_from_monday() {
        let friday = jiff::civil::date(2006, 3, 17).at(18, 30, 5, 0);
        let expected = Span::from_days(4).0 + Span::from_mins(18 * 60 + 30).0 + 5_000_000;
        assert_eq!(WeekClock::starting(friday).0, Span(expected));
        let monday = jiff::civil::date(2006, 3, 20).at(0, 0, 0, 0);
        assert_eq!(WeekClock::starting(monday).0, Span::ZERO);
    }

    #[test]
    fn a_priority_passes_where_its_hours_are_open() {
        let (high, medium, low) = (Priority::High, Priority::Medium, Priority::Low);
        let admitted = |a: Availability| [high, medium, low].map(|p| a.admits(p));
        assert_eq!(admitted(Availability::Open), [true, true, true]);
        assert_eq!(admitted(Availability::MediumAndHigh), [true, true, false]);
        assert_eq!(admitted(Availability::HighOnly), [true, false, false]);
        assert_eq!(admitted(Availability::Closed), [false, false, false]);
    }

    #[test]
    fn a_clock_that_is_ahead_or_behind_goes_round_the_week() {
        let monday = WeekClock(Span::from_hours(1));
        assert_eq!(monday.ahead(HOUR as i64 / 2).0, Span(3 * HOUR / 2));
        assert_eq!(monday.ahead(-2 * HOUR as i64).0, Span::from_hours(167));
    }

    #[test]
    fn terms_change_on_the_hour_of_the_wall_clock_and_wrap_round_the_week() {
        let mut schedule = Schedule::default();
        schedule.0[0][0] = Availability::Closed;
        let sunday_evening =
            WeekClock(Span(Span::from_days(6).0 + Span::from_mins(22 * 60 + 15).0));
        let hours = Hours {
            clock: sunday_evening,
            schedule: &schedule,
            limit: &RateLimit::None,
        };
        let midnight = Instant(Span::from_mins(105).0);
        assert_eq!(hours.next_change(Instant::START), midnight);
        assert!(hours.admits(Instant(midnight.0 - 1), Priority::Low));
        assert!(!hours.admits(midnight, Priority::High));
        assert_eq!(hours.next_change(midnight), midnight + Span::from_hours(1));
        let always = Schedule::default();
        let hours = Hours {
            schedule: &always,
            ..hours
        };
        assert_eq!(hours.next_change(Instant::START), Instant::NEVER);
    }

    #[test]
    fn an_hour_of_no_percent_is_closed() {
        let mut by_hour = [50; 24];
        by_hour[1] = 0;
        let limit = RateLimit::Percent {
            by_hour,
            block: RateLimit::BLOCK,
        };
        let schedule = Schedule::default();
        let hours = Hours {
            clock: WeekClock::default(),
            schedule: &schedule,
            limit: &limit,
        };
        let one = Instant(HOUR);
        assert_eq!(
            (
                hours.percent(Instant::START),
                hours.next_change(Instant::START)
            ),
            (50, one)
        );
        assert!(!hours.admits(one, Priority::High));
    }
}
