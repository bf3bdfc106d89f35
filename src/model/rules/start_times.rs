//! When a program may start: start windows, which spread assigned programs, and
//! maintenance windows, outside of which nothing starts.

use crate::model::ids::JobId;
use crate::model::rules::answer::{Answer, Effect};
use crate::model::rules::clocks;
use crate::model::rules::conditions;
use crate::model::surroundings::presence::Spell;
use crate::model::way::job::Phase;
use crate::model::way::scene::Scene;
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
    fn may_start(self, windows: &Maintenance, now: Instant, length: Span) -> Spell {
        let time = (now.0 + self.start + self.weekday * DAY) % (7 * DAY);
        let (holds, rest) = windows.may_start(Span(time), length);
        let until = now + rest;
        Spell { holds, until }
    }
}

/// When a job starts in its start window.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Start {
    /// At this moment.
    At(Instant),
    /// It has missed its moment, and draws another from now on.
    DrawAgain,
}

/// When a job that is due at `due` starts: later by its part of the start window.
#[inline]
pub(crate) fn spread_start(scene: &Scene<'_, '_>, id: JobId, due: Instant) -> Start {
    let Some(window) = start_window(scene, id).filter(|_| due.is_some()) else {
        return Start::At(due);
    };
    // A client that learns of a moment that has passed has missed it.
    let begins = match scene.advertisement(id).assignment {
        Some(Assignment::At(at)) => {
            let at = clocks::zoned(scene, id, at);
            at.shown_by(clocks::clock_offset(scene, id))
        }
        _ => due.into(),
    };
    let at = begins + offset(scene, id, window, scene.rare_state(id).missed);
    if at < scene.now.into() && window.redraw {
        Start::DrawAgain
    } else {
        Start::At(at.clamped().max(scene.now))
    }
}

/// The moment at which a job whose assignment has come round now starts.
pub(crate) fn spread_again(
    scene: &Scene<'_, '_>,
    id: JobId,
    window: Option<&StartWindow>,
) -> Instant {
    let missed = scene.rare_state(id).missed;
    window.map_or(scene.now, |window| {
        scene.now + offset(scene, id, window, missed)
    })
}

#[inline]
fn start_window<'w>(scene: &Scene<'w, '_>, id: JobId) -> Option<&'w StartWindow> {
    let world: &'w World = scene.world;
    if world.control.starts.is_empty() {
        return None;
    }
    world.control.starts.get(&scene.jobs[id].advertisement)
}

/// How far into a window a job starts that has `missed` this many moments.
fn offset(scene: &Scene<'_, '_>, id: JobId, window: &StartWindow, missed: u32) -> Span {
    let job = &scene.jobs[id];
    let key = job.key;
    // A machine that draws again must not meet the moment it has missed.
    if window.draw == StartDraw::Fixed && missed == 0 {
        return window.fixed(key);
    }
    let draws = scene.draws.start(key, job.advertisement, missed);
    Span(draws.below(0, window.length.0))
}

/// The next moment of a job that has missed one more, counted from `from`; `None` if
/// it has no start window.
pub(crate) fn next_moment(scene: &Scene<'_, '_>, id: JobId, from: Instant) -> Option<Instant> {
    let window = start_window(scene, id)?;
    Some(from + offset(scene, id, window, scene.rare_state(id).missed + 1))
}

/// Whether a job that was to go on now, while its machine is off until `back`, has
/// missed its moment and draws another.
pub(crate) fn misses_moment(scene: &Scene<'_, '_>, id: JobId, back: Instant) -> bool {
    let job = &scene.jobs[id];
    let missed = job.phase() == Phase::Ready && job.due == scene.now;
    missed && back.is_some() && start_window(scene, id).is_some_and(|window| window.redraw)
}

/// The maintenance windows of a job's machine; none if it may work at any
/// time. What a user has chosen starts when the user says so (`ConfigMgr`, "How
/// to use maintenance windows").
pub(crate) fn windows<'w>(scene: &Scene<'w, '_>, id: JobId) -> Option<&'w Maintenance> {
    let world: &'w World = scene.world;
    let control = &world.control;
    if !is_used(scene) {
        return None;
    }
    scene.advertisement(id).assignment?;
    if let Some(windows) = control.collection_windows.get(scene.jobs[id].machine) {
        return Some(windows);
    }
    let of_profile = control.profile_windows.get(&scene.jobs[id].profile);
    of_profile.or_else(|| control.site_windows.get(&scene.site(id)))
}

/// Whether any machine has maintenance windows.
pub(crate) fn is_used(scene: &Scene<'_, '_>) -> bool {
    let control = &scene.world.control;
    !(control.profile_windows.is_empty()
        && control.site_windows.is_empty()
        && control.collection_windows.sets.is_empty())
}

/// Whether the job must wait for a maintenance window. The maximum run time has to
/// fit, and so has the countdown that a user will be shown before.
pub(crate) fn asks(scene: &Scene<'_, '_>, id: JobId) -> Answer {
    if scene.jobs[id].holds_machine {
        return Answer::Go;
    }
    let Some(windows) = windows(scene, id) else {
        return Answer::Go;
    };
    let length = scene.program(id).maximum_run_time + conditions::countdown_ahead(scene, id);
    let spell = window(scene, id, windows, length);
    if spell.holds {
        return Answer::Go;
    }
    let set = clocks::next_clock_change(scene, id);
    Answer::Do(Effect::WaitForWindow(spell.until.min(set)))
}

/// When a maintenance window may open for a job that waits for one, if none is open for it
/// yet: a machine that is off meanwhile misses none.
pub(crate) fn opens_later(scene: &Scene<'_, '_>, id: JobId) -> Option<Instant> {
    if scene.record(id).cause != Cause::OutsideWindow {
        return None;
    }
    match asks(scene, id) {
        Answer::Do(Effect::WaitForWindow(until)) => Some(until),
        _ => None,
    }
}

/// Whether something that takes `length` may start now in `windows`, by the clock of
/// a job's machine.
pub(crate) fn window(
    scene: &Scene<'_, '_>,
    id: JobId,
    windows: &Maintenance,
    length: Span,
) -> Spell {
    let clock = scene.calendar.shifted(clocks::wall_clock_offset(scene, id));
    clock.may_start(windows, scene.now, length)
}

/// Whether the job's machine has maintenance windows.
pub(crate) fn has_windows(scene: &Scene<'_, '_>, id: JobId) -> bool {
    windows(scene, id).is_some()
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

    fn maintenance(days: &[usize], from: u64, to: u64, must_fit: bool) -> MaintenanceWindow {
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
        let night = Maintenance::of(&[maintenance(&[3, 4], 22, 28, false)]);
        let spell = |hours| FRIDAY.may_start(&night, at(hours), Span::from_hours(12));
        assert_eq!((spell(0).holds, spell(0).until), (false, at(4)));
        assert!(spell(4).holds);
        assert!(spell(9).holds);
        // Saturday 04:00: closed until Thursday 22:00.
        assert_eq!((spell(10).holds, spell(10).until), (false, at(4 + 6 * 24)));
    }

    #[test]
    fn a_program_starts_only_where_its_maximum_run_time_fits() {
        let saturday = Maintenance::of(&[maintenance(&[5], 0, 4, true)]);
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
        let never = Maintenance::of(&[maintenance(&[], 0, 24, false)]);
        assert_eq!(
            FRIDAY.may_start(&never, at(1), Span::ZERO).until,
            Instant::NEVER
        );
    }
}
