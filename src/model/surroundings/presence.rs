//! When a machine is on and when a user is logged on, worked out from its own
//! draws at the moment somebody asks. Nobody who does not ask pays for it.

use crate::model::draws::ModelDraws;
use crate::units::{Instant, Span};
use crate::world::{Profile, WeekPattern, World};

/// Whether something holds now, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spell {
    /// Whether it holds.
    pub(crate) holds: bool,
    /// When that changes; [`Instant::NEVER`] if it does not.
    pub(crate) until: Instant,
}

impl Spell {
    const ALWAYS: Self = Self {
        holds: true,
        until: Instant::NEVER,
    };
}

/// What a pattern is for, hence which draws it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PatternOf {
    Machine,
    User,
}

const DAY: u64 = 86_400_000_000;
/// A pattern that has not come round in this many days never does: no day of
/// the week is in it, or its attendance is zero.
const LOOK_AHEAD_DAYS: i64 = 400;

/// Presence of the machines of one world in one replication.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Presence<'w> {
    draws: &'w ModelDraws,
    /// Time of day of the start, microseconds; not necessarily of the same day,
    /// where local time is not the scenario's.
    start: i64,
    /// Day of the week of the start, Monday 0.
    weekday: i64,
}

impl<'w> Presence<'w> {
    pub(crate) fn new(world: &World, draws: &'w ModelDraws) -> Self {
        let time = world.start.time();
        let seconds = i64::from(time.hour()) * 3_600
            + i64::from(time.minute()) * 60
            + i64::from(time.second());
        let start = seconds * 1_000_000 + i64::from(time.subsec_nanosecond() / 1_000);
        let weekday = i64::from(world.start.date().weekday().to_monday_zero_offset());
        Self {
            draws,
            start,
            weekday,
        }
    }

    /// The same where local time is ahead by so many microseconds.
    pub(crate) fn ahead(self, time_zone: i64) -> Self {
        Self {
            start: self.start + time_zone,
            ..self
        }
    }

    /// Whether the machine is on.
    pub(crate) fn machine(&self, key: u64, profile: &Profile, now: Instant) -> Spell {
        let back = self.back(key, profile);
        if now < back {
            let then = self.machine_on(key, profile, back);
            let until = if then.holds { back } else { then.until };
            return Spell {
                holds: false,
                until,
            };
        }
        self.machine_on(key, profile, now)
    }

    fn machine_on(&self, key: u64, profile: &Profile, now: Instant) -> Spell {
        profile.availability.map_or(Spell::ALWAYS, |pattern| {
            self.spell(&pattern, PatternOf::Machine, key, now)
        })
    }

    /// When the machine comes back from an absence it was on at the start.
    fn back(&self, key: u64, profile: &Profile) -> Instant {
        let Some(absence) = profile.absence else {
            return Instant::START;
        };
        let draws = self.draws.absence(key);
        if draws.uniform(0) < absence.share {
            Instant::START + absence.length.sample(draws.uniform(1))
        } else {
            Instant::START
        }
    }

    /// Whether a user is logged on, as the profile's sessions say; the machine
    /// has to be on for it.
    pub(crate) fn user(
        &self,
        pattern: &WeekPattern,
        key: u64,
        profile: &Profile,
        now: Instant,
    ) -> Spell {
        let on = self.machine(key, profile, now);
        let session = self.spell(pattern, PatternOf::User, key, now);
        match (on.holds, session.holds) {
            (true, true) => Spell {
                holds: true,
                until: on.until.min(session.until),
            },
            (true, false) => self.first_session(pattern, key, profile, session.until),
            (false, _) => self.first_session(pattern, key, profile, on.until),
        }
    }

    /// No session now; the next begins when machine and user are both there.
    fn first_session(
        &self,
        pattern: &WeekPattern,
        key: u64,
        profile: &Profile,
        from: Instant,
    ) -> Spell {
        let mut at = from;
        for _ in 0..LOOK_AHEAD_DAYS {
            if !at.is_some() {
                break;
            }
            let on = self.machine(key, profile, at);
            let session = self.spell(pattern, PatternOf::User, key, at);
            match (on.holds, session.holds) {
                (true, true) => {
                    return Spell {
                        holds: false,
                        until: at,
                    };
                }
                (false, _) => at = on.until,
                (true, false) => at = session.until,
            }
        }
        Spell {
            holds: false,
            until: Instant::NEVER,
        }
    }

    fn spell(&self, pattern: &WeekPattern, of: PatternOf, key: u64, now: Instant) -> Spell {
        let today = (now.0 as i64 + self.start).div_euclid(DAY as i64);
        // Yesterday's spell may reach into today.
        for day in today - 1..today + LOOK_AHEAD_DAYS {
            let Some((begins, ends)) = self.day(pattern, of, key, day) else {
                continue;
            };
            if now < begins {
                return Spell {
                    holds: false,
                    until: begins,
                };
            }
            if now < ends {
                return Spell {
                    holds: true,
                    until: ends,
                };
            }
        }
        Spell {
            holds: false,
            until: Instant::NEVER,
        }
    }

    /// Beginning and end on one day, counted from that of the start.
    fn day(
        &self,
        pattern: &WeekPattern,
        of: PatternOf,
        key: u64,
        day: i64,
    ) -> Option<(Instant, Instant)> {
        let weekday = (self.weekday + day).rem_euclid(7) as usize;
        if !pattern.days[weekday] {
            return None;
        }
        let draws = self.draws.day(key, of, day);
        if draws.uniform(0) >= pattern.attendance {
            return None;
        }
        let moved = |span: Span, uniform: f64| {
            let jitter = (pattern.jitter.0 as f64 * (2.0 * uniform - 1.0)) as i64;
            let midnight = day * DAY as i64 - self.start;
            Instant((midnight + span.0 as i64 + jitter).max(0) as u64)
        };
        let (begins, ends) = (
            moved(pattern.from, draws.uniform(1)),
            moved(pattern.to, draws.uniform(2)),
        );
        (begins < ends).then_some((begins, ends))
    }
}
