//! When a program may start: start windows, which spread assigned programs, and
//! maintenance windows, outside of which nothing starts.

use crate::model::journal::{Entry, Journal};
use crate::model::surroundings::presence::Spell;
use crate::model::way::events::Kind;
use crate::model::way::job::Phase;
use crate::model::way::simulation::Simulation;
use crate::outcome::Cause;
use crate::units::{Instant, Span};
use crate::world::{Assignment, Maintenance, StartDraw, StartWindow, World};

const DAY: u64 = 86_400_000_000;

/// Where in the week the simulated time stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Calendar {
    /// Time of day of the start, microseconds, and a week, so that the days
    /// before the start have numbers too.
    start: u64,
    /// Day of the week of the start, Monday 0.
    weekday: u64,
}

impl Calendar {
    pub(crate) fn new(world: &World) -> Self {
        let midnight = world.start.date().at(0, 0, 0, 0);
        let weekday = world.start.date().weekday().to_monday_zero_offset();
        Self {
            // A time of day is not negative, nor is the number of a weekday.
            start: midnight.duration_until(world.start).as_micros() as u64 + 7 * DAY,
            weekday: weekday as u64,
        }
    }

    /// The week as a clock shows it that is ahead by `offset` microseconds.
    fn shifted(self, offset: i64) -> Self {
        // A clock that is wrong by weeks shows the same hours of the week.
        let offset = offset.rem_euclid(7 * DAY as i64) as u64;
        Self {
            start: self.start + offset,
            ..self
        }
    }

    /// Whether a program that takes `length` at most may start at `now` in
    /// `windows`, and when that changes.
    pub(crate) fn may_start(self, windows: &Maintenance, now: Instant, length: Span) -> Spell {
        let time = (now.0 + self.start + self.weekday * DAY) % (7 * DAY);
        let (holds, rest) = windows.may_start(Span(time), length);
        let until = now + rest;
        Spell { holds, until }
    }
}

impl<'w, J: Journal> Simulation<'w, '_, J> {
    /// The moment at which a job that is due at `due` starts: later by its part
    /// of the start window.
    pub(crate) fn spread_start(&mut self, id: u32, due: Instant) -> Instant {
        let Some(window) = self.start_window(id).filter(|_| due.is_some()) else {
            return due;
        };
        // Whoever learns of a moment that has passed has missed it.
        let begins = match self.advertisement(id).assignment {
            Some(Assignment::At(at)) => {
                let zone = if self.advertisement(id).local.assignment {
                    self.time_zone(id)
                } else {
                    0
                };
                let ahead = zone + self.clock_offset(id);
                Instant(at.0.saturating_add_signed(-ahead))
            }
            _ => due,
        };
        let at = begins + self.offset(id, window);
        if at >= self.now {
            at
        } else if window.redraw {
            self.draw_again(id, window, self.now)
        } else {
            self.now
        }
    }

    /// The moment at which a job whose assignment has come round now starts.
    pub(crate) fn spread_again(&self, id: u32, window: Option<&StartWindow>) -> Instant {
        window.map_or(self.now, |window| self.now + self.offset(id, window))
    }

    fn start_window(&self, id: u32) -> Option<&'w StartWindow> {
        let world: &'w World = self.world;
        if world.control.starts.is_empty() {
            return None;
        }
        world
            .control
            .starts
            .get(&self.jobs[id as usize].advertisement)
    }

    /// How far into a window the job starts.
    fn offset(&self, id: u32, window: &StartWindow) -> Span {
        let job = &self.jobs[id as usize];
        let key = job.key;
        let missed = self.aside(id).missed;
        // A machine that draws again must not meet the moment it has missed.
        if window.draw == StartDraw::Fixed && missed == 0 {
            return window.fixed(key);
        }
        let draws = self.draws.start(key, job.advertisement, missed);
        Span(draws.below(0, window.length.0))
    }

    fn draw_again(&mut self, id: u32, window: &StartWindow, from: Instant) -> Instant {
        self.set_aside(id).missed += 1;
        from + self.offset(id, window)
    }

    /// The machine is off at the moment at which the job was to start and is
    /// back at `back`: when it looks again. That is then, or, if it draws
    /// again, at its new moment.
    pub(crate) fn missed_start(&mut self, id: u32, kind: Kind, back: Instant) -> Instant {
        let job = &self.jobs[id as usize];
        let missed = kind == Kind::Wake && job.phase == Phase::Ready && job.due == self.now;
        match self.start_window(id) {
            Some(window) if missed && window.redraw && back.is_some() => {
                let again = self.draw_again(id, window, back);
                self.job(id).due = again;
                self.note(id, || Entry::StartsLater(again));
                again
            }
            _ => back,
        }
    }

    /// The maintenance windows of a job's machine; none if it may work at any
    /// time. What a user has chosen starts when the user says so (`ConfigMgr`, "How
    /// to use maintenance windows").
    fn windows(&self, id: u32) -> Option<&'w Maintenance> {
        let world: &'w World = self.world;
        let control = &world.control;
        let of_collections = &control.collection_windows;
        if control.profile_windows.is_empty()
            && control.site_windows.is_empty()
            && of_collections.sets.is_empty()
        {
            return None;
        }
        self.advertisement(id).assignment?;
        if let Some(windows) = of_collections.get(self.jobs[id as usize].machine) {
            return Some(windows);
        }
        let of_profile = control.profile_windows.get(&self.jobs[id as usize].profile);
        of_profile.or_else(|| control.site_windows.get(&self.site(id)))
    }

    /// Whether the job's machine has maintenance windows.
    pub(crate) fn has_windows(&self, id: u32) -> bool {
        self.windows(id).is_some()
    }

    /// Whether the job must wait for a maintenance window; if so it has been
    /// told when to wake. The maximum run time has to fit, and so has the countdown
    /// that a user will be shown before.
    pub(crate) fn wait_for_window(&mut self, id: u32) -> bool {
        if self.jobs[id as usize].holds_machine {
            return false;
        }
        let Some(windows) = self.windows(id) else {
            return false;
        };
        let length = self.program(id).maximum_run_time + self.countdown_ahead(id);
        let clock = self.calendar.shifted(self.wall_clock_offset(id));
        let spell = clock.may_start(windows, self.now, length);
        if !spell.holds {
            // The next start has a countdown of its own.
            self.job(id).counted_down = false;
            self.wait(id, Cause::OutsideWindow);
            let set = self.next_clock_change(id);
            self.schedule(id, Kind::Wake, spell.until.min(set));
        }
        !spell.holds
    }

    /// When the machine of a job has restarted, which SMS does now, or in the next
    /// maintenance window in which a restart fits.
    pub(crate) fn restart_by_sms(&mut self, id: u32) -> Instant {
        let length = self.world.rules.restart_time;
        let begins = self.windows(id).map_or(self.now, |windows| {
            let clock = self.calendar.shifted(self.wall_clock_offset(id));
            let spell = clock.may_start(windows, self.now, length);
            if spell.holds { self.now } else { spell.until }
        });
        if begins > self.now {
            self.note(id, || Entry::Waits(Cause::OutsideWindow));
            self.release_machine(id);
        }
        begins + length
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::MaintenanceWindow;

    const HOUR: u64 = 3_600_000_000;
    /// Starts on a Friday at 18:00.
    const FRIDAY: Calendar = Calendar {
        start: 18 * HOUR + 7 * DAY,
        weekday: 4,
    };

    fn window(days: &[usize], from: u64, to: u64, must_fit: bool) -> MaintenanceWindow {
        let mut week = [false; 7];
        days.iter().for_each(|day| week[*day] = true);
        MaintenanceWindow {
            days: week,
            from: Span::from_hours(from),
            to: Span::from_hours(to),
            must_fit,
        }
    }

    fn at(hours: u64) -> Instant {
        Instant(hours * HOUR)
    }

    #[test]
    fn a_window_that_began_yesterday_is_still_open() {
        // Thursday and Friday, 22:00 to 04:00.
        let night = Maintenance::of(&[window(&[3, 4], 22, 28, false)]);
        let spell = |hours| FRIDAY.may_start(&night, at(hours), Span::from_hours(12));
        assert_eq!((spell(0).holds, spell(0).until), (false, at(4)));
        assert!(spell(4).holds);
        assert!(spell(9).holds);
        // Saturday 04:00: closed until Thursday 22:00.
        assert_eq!((spell(10).holds, spell(10).until), (false, at(4 + 6 * 24)));
    }

    #[test]
    fn a_program_starts_only_where_its_maximum_run_time_fits() {
        let saturday = Maintenance::of(&[window(&[5], 0, 4, true)]);
        let spell =
            |hours, length| FRIDAY.may_start(&saturday, at(hours), Span::from_hours(length));
        assert!(spell(8, 2).holds);
        assert_eq!(spell(8, 2).until, at(8));
        assert_eq!(
            (spell(9, 2).holds, spell(9, 2).until),
            (false, at(6 + 7 * 24))
        );
        assert_eq!(
            (spell(6, 5).holds, spell(6, 5).until),
            (false, Instant::NEVER)
        );
    }

    #[test]
    fn without_a_day_there_is_no_window() {
        let never = Maintenance::of(&[window(&[], 0, 24, false)]);
        assert_eq!(
            FRIDAY.may_start(&never, at(1), Span::ZERO).until,
            Instant::NEVER
        );
    }
}
