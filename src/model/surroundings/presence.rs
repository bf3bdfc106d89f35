//! When a machine is on and when a user is logged on, worked out from its own
//! draws at the moment somebody asks. A machine that is not asked about costs
//! nothing.
//!
//! Times on and off that alternate are followed along the machine's cycles, from
//! where it was asked about last: one step for the next switch, and for a jump
//! far ahead the cycles between, once.

use crate::engine::{Renewal, Track};
use crate::model::draws::ModelDraws;
use crate::units::{Instant, Span};
use crate::world::{Absence, Gone, Profile, WeekPattern, World};
use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Whether something holds now, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spell {
    /// Whether it holds.
    pub(crate) holds: bool,
    /// When that changes; [`Instant::NEVER`] if it does not.
    pub(crate) until: Instant,
}

impl Spell {
    pub(crate) const ALWAYS: Self = Self {
        holds: true,
        until: Instant::NEVER,
    };

    /// It holds before `ends`, and again at `again`.
    const fn until_or_after(now: Instant, ends: Instant, again: Instant) -> Self {
        let holds = now.0 < ends.0;
        Self {
            holds,
            until: if holds { ends } else { again },
        }
    }

    /// Two conditions together. Where one of them does not hold, both may again
    /// when all of those that do not have changed.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self.holds, other.holds) {
            (true, true) => Self {
                holds: true,
                until: self.until.min(other.until),
            },
            (true, false) => other,
            (false, true) => self,
            (false, false) => Self {
                holds: false,
                until: self.until.max(other.until),
            },
        }
    }
}

/// What a pattern is for, hence which draws it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PatternOf {
    Machine,
    User,
}

/// What an alternating process is for, hence which draws it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CycleOf {
    Switching,
    Absences,
}

const DAY: u64 = 86_400_000_000;
/// A pattern that has not come round in this many days never does: no day of
/// the week is in it, or its attendance is zero.
const LOOK_AHEAD_DAYS: i64 = 400;

/// Presence of the machines of one world in one replication.
#[derive(Debug, Clone)]
pub(crate) struct Presence<'w> {
    draws: &'w ModelDraws,
    /// Time of day of the start, microseconds.
    start: i64,
    /// Day of the week of the start, Monday 0.
    weekday: i64,
    /// What comes later is not looked up.
    last: Instant,
    /// How far the alternating processes of machines have been followed: only
    /// those of machines that have been asked for.
    switching: RefCell<Tracks>,
    absences: RefCell<Tracks>,
}

/// Presence where local time has an offset of its own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LocalPresence<'p, 'w> {
    presence: &'p Presence<'w>,
    /// Time of day of the start, microseconds; not necessarily of the same day,
    /// where local time is not the scenario's.
    start: i64,
}

/// Tracks by the key of the machine, which is a hash already.
type Tracks = HashMap<u64, Track, BuildHasherDefault<KeyHasher>>;

/// Takes the key of a machine for its hash.
#[derive(Debug, Clone, Copy, Default)]
struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
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
            last: world.last_moment(),
            switching: RefCell::default(),
            absences: RefCell::default(),
        }
    }

    /// Presence where local time is ahead by `time_zone` microseconds.
    pub(crate) const fn ahead(&self, time_zone: i64) -> LocalPresence<'_, 'w> {
        LocalPresence {
            presence: self,
            start: self.start + time_zone,
        }
    }

    /// Whether an alternating process of a machine is up.
    fn process(&self, process: &Renewal, of: CycleOf, key: u64, now: Instant) -> Spell {
        let tracks = match of {
            CycleOf::Switching => &self.switching,
            CycleOf::Absences => &self.absences,
        };
        let mut tracks = tracks.borrow_mut();
        let track = tracks.entry(key).or_default();
        let cycle = process.cycle(track, now, |number| self.draws.cycle(key, of, number));
        Spell::until_or_after(now, cycle.down, cycle.ends)
    }

    /// Whether a machine has not gone for good.
    fn not_gone(&self, gone: &Gone, key: u64, now: Instant) -> Spell {
        let draws = self.draws.gone(key);
        if draws.uniform(0) >= gone.share {
            return Spell::ALWAYS;
        }
        let at = Instant::START + gone.after.sample(draws.uniform(1));
        Spell::until_or_after(now, at, Instant::NEVER)
    }

    /// Whether a machine is not on the absence that it was on at the start.
    fn back(&self, absence: &Absence, key: u64, now: Instant) -> Spell {
        let draws = self.draws.absence(key);
        if draws.uniform(0) >= absence.share {
            return Spell::ALWAYS;
        }
        let back = Instant::START + absence.length.sample(draws.uniform(1));
        if now >= back {
            return Spell::ALWAYS;
        }
        Spell {
            holds: false,
            until: back,
        }
    }
}

impl LocalPresence<'_, '_> {
    /// Whether the machine is on, and when it is switched off or on next.
    pub(crate) fn machine(&self, key: u64, profile: &Profile, now: Instant) -> Spell {
        if !profile.may_be_off() {
            return Spell::ALWAYS;
        }
        let here = self.machine_at(key, profile, now);
        if here.holds {
            return here;
        }
        let mut at = here.until;
        while at <= self.presence.last {
            let then = self.machine_at(key, profile, at);
            if then.holds {
                break;
            }
            at = then.until;
        }
        Spell {
            holds: false,
            until: at,
        }
    }

    /// Whether everything that can keep the machine off lets it be on. If so, until
    /// the first of it does not; else until when at least one of them will not.
    fn machine_at(&self, key: u64, profile: &Profile, now: Instant) -> Spell {
        let presence = self.presence;
        let how = &profile.presence;
        let hours = profile.availability.as_ref();
        let conditions = [
            hours.map(|hours| self.spell(hours, PatternOf::Machine, key, now)),
            (profile.absence.as_ref()).map(|absence| presence.back(absence, key, now)),
            (how.switching.as_ref()).map(|p| presence.process(p, CycleOf::Switching, key, now)),
            (how.absences.as_ref()).map(|p| presence.process(p, CycleOf::Absences, key, now)),
            (how.gone.as_ref()).map(|gone| presence.not_gone(gone, key, now)),
        ];
        conditions
            .into_iter()
            .flatten()
            .fold(Spell::ALWAYS, Spell::and)
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
        let at_once = |at| {
            let session = self.spell(pattern, PatternOf::User, key, at);
            self.machine(key, profile, at).and(session)
        };
        let here = at_once(now);
        if here.holds {
            return here;
        }
        let mut at = here.until;
        while at <= self.presence.last {
            let then = at_once(at);
            if then.holds {
                break;
            }
            at = then.until;
        }
        Spell {
            holds: false,
            until: at,
        }
    }

    /// The spells of days that touch or overlap are one.
    fn spell(&self, pattern: &WeekPattern, of: PatternOf, key: u64, now: Instant) -> Spell {
        if days_may_touch(pattern) {
            return self.joined_spell(pattern, of, key, now);
        }
        let today = self.day_of(now);
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

    fn joined_spell(&self, pattern: &WeekPattern, of: PatternOf, key: u64, now: Instant) -> Spell {
        if is_round_the_clock(pattern) {
            return Spell::ALWAYS;
        }
        let whole_days = |micros: u64| (micros / DAY) as i64 + 1;
        let back = whole_days(pattern.to.0 + pattern.jitter.0);
        let ahead = whole_days(pattern.jitter.0);
        let around = |at: Instant| {
            let day = self.day_of(at);
            (day - back..=day + ahead).filter_map(|day| self.day(pattern, of, key, day))
        };
        let mut ends = now;
        while ends <= self.presence.last {
            let going_on = around(ends).filter(|spell| spell.0 <= ends && ends < spell.1);
            let Some(later) = going_on.map(|spell| spell.1).max() else {
                break;
            };
            ends = later;
        }
        if ends > now {
            return Spell {
                holds: true,
                until: ends,
            };
        }
        let today = self.day_of(now);
        let first = (today - back..today + LOOK_AHEAD_DAYS)
            .filter_map(|day| self.day(pattern, of, key, day))
            .map(|(begins, _)| begins)
            .find(|begins| now < *begins);
        // Jitter may have a later day begin before it.
        let until = first.map_or(Instant::NEVER, |first| {
            let begins = around(first).map(|(begins, _)| begins);
            begins
                .filter(|begins| now < *begins)
                .fold(first, Instant::min)
        });
        Spell {
            holds: false,
            until,
        }
    }

    /// The day of an instant, counted from that of the start.
    fn day_of(&self, at: Instant) -> i64 {
        (at.0 as i64 + self.start).div_euclid(DAY as i64)
    }

    /// Beginning and end on one day, counted from that of the start.
    fn day(
        &self,
        pattern: &WeekPattern,
        of: PatternOf,
        key: u64,
        day: i64,
    ) -> Option<(Instant, Instant)> {
        let weekday = (self.presence.weekday + day).rem_euclid(7) as usize;
        if !pattern.days[weekday] {
            return None;
        }
        let draws = self.presence.draws.day(key, of, day);
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

/// Whether the spell of a day may reach that of the next.
fn days_may_touch(pattern: &WeekPattern) -> bool {
    pattern.to.0 + 2 * pattern.jitter.0 >= pattern.from.0 + DAY
}

/// Whether the spells of all days are one without an end.
fn is_round_the_clock(pattern: &WeekPattern) -> bool {
    let every_day = pattern.days.iter().all(|day| *day) && pattern.attendance >= 1.0;
    every_day && pattern.jitter == Span::ZERO && pattern.to.0 >= pattern.from.0 + DAY
}
