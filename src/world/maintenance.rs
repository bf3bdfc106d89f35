//! The hours of the week in which programs may start on some machines.

use super::control::MaintenanceWindow;
use crate::units::Span;

const DAY: i64 = 86_400_000_000;
const WEEK: i64 = 7 * DAY;

/// Maintenance windows, put together: windows that overlap or touch are one window
/// for the entire time of both (`ConfigMgr`, "How to use maintenance windows").
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Maintenance {
    /// Stretches of the week, from Monday 00:00; one that goes on round the end of
    /// the week ends after it. In order, apart from each other.
    stretches: Vec<(Span, Span)>,
    /// Those parts in which a program starts whether or not it fits.
    lax: Vec<(Span, Span)>,
}

/// The windows that machines have from collections, in place of those of their
/// group and site.
#[derive(Debug, Clone, Default)]
pub struct CollectionWindows {
    /// For each machine the number of its windows in `sets`, from 1; 0 for a machine
    /// that has none. Empty if no machine has any.
    pub of_machine: Vec<u16>,
    /// The windows of the collections that machines are in together.
    pub sets: Vec<Maintenance>,
    /// For each of them, one of the collections.
    pub names: Vec<String>,
}

impl CollectionWindows {
    /// The windows of the machine at `position`.
    pub fn get(&self, position: u32) -> Option<&Maintenance> {
        self.sets.get(self.set(position)?)
    }

    /// A collection from which the machine at `position` has windows.
    pub fn named(&self, position: u32) -> Option<&str> {
        self.names.get(self.set(position)?).map(String::as_str)
    }

    fn set(&self, position: u32) -> Option<usize> {
        let set = *self.of_machine.get(position as usize)?;
        set.checked_sub(1).map(usize::from)
    }
}

impl Maintenance {
    /// What `windows` come to.
    pub fn of(windows: &[MaintenanceWindow]) -> Self {
        Self {
            stretches: joined(windows),
            lax: joined(windows.iter().filter(|window| !window.must_fit)),
        }
    }

    /// The longest time that a program may be allowed to take and still fits;
    /// [`Span::FOREVER`] if some window does not ask for that.
    pub fn longest(&self) -> Span {
        if !self.lax.is_empty() {
            return Span::FOREVER;
        }
        let lengths = self.stretches.iter().map(|(from, to)| Span(to.0 - from.0));
        lengths.max().unwrap_or(Span::ZERO)
    }

    /// Whether a program that takes `length` at most may start at `time` of the
    /// week, and after how long that changes; [`Span::FOREVER`] if it does not.
    pub fn may_start(&self, time: Span, length: Span) -> (bool, Span) {
        let lax = fits(&self.lax, time, Span(1));
        let strict = fits(&self.stretches, time, length);
        match (lax.0, strict.0) {
            (true, true) => (true, lax.1.max(strict.1)),
            (true, false) => lax,
            (false, true) => strict,
            (false, false) => (false, lax.1.min(strict.1)),
        }
    }
}

/// As [`Maintenance::may_start`], where a program fits if `room` is left.
fn fits(stretches: &[(Span, Span)], time: Span, room: Span) -> (bool, Span) {
    let mut next = Span::FOREVER;
    for (from, to) in stretches {
        if *to == Span::FOREVER {
            return (true, Span::FOREVER);
        }
        if to.0 - from.0 < room.0 {
            continue;
        }
        // That of the week before may go on into this one.
        for week in [-WEEK, 0, WEEK] {
            let begins = from.0.cast_signed() + week - time.0.cast_signed();
            // The last moment at which it may start.
            let last = begins + (to.0 - from.0 - room.0).cast_signed();
            if begins > 0 {
                next = next.min(Span(begins.cast_unsigned()));
            } else if last >= 0 {
                return (true, Span(last.cast_unsigned()));
            }
        }
    }
    (false, next)
}

/// Windows as stretches of the week, joined where they overlap or touch.
fn joined<'a>(windows: impl IntoIterator<Item = &'a MaintenanceWindow>) -> Vec<(Span, Span)> {
    let mut spells: Vec<(i64, i64)> = Vec::new();
    for window in windows {
        for day in (0..7).filter(|day| window.days[*day]) {
            let midnight = day as i64 * DAY;
            let (from, to) = (window.from.0.cast_signed(), window.to.0.cast_signed());
            // The weeks before and after, so that what goes round the end of the
            // week meets what it touches there.
            for week in [-WEEK, 0, WEEK] {
                spells.push((midnight + from + week, midnight + to + week));
            }
        }
    }
    spells.sort_unstable();
    let mut whole: Vec<(i64, i64)> = Vec::new();
    for (from, to) in spells {
        match whole.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => whole.push((from, to)),
        }
    }
    if whole.iter().any(|(from, to)| to - from >= WEEK) {
        return vec![(Span::ZERO, Span::FOREVER)];
    }
    let of_this_week = whole
        .into_iter()
        .filter(|(from, _)| (0..WEEK).contains(from));
    let span = |time: i64| Span(time.cast_unsigned());
    of_this_week
        .map(|(from, to)| (span(from), span(to)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u64 = 3_600_000_000;

    fn window(days: &[usize], from: u64, to: u64, must_fit: bool) -> MaintenanceWindow {
        let mut week = [false; 7];
        days.iter().for_each(|day| week[*day] = true);
        MaintenanceWindow {
            days: week,
            from: Span(from * HOUR / 2),
            to: Span(to * HOUR / 2),
            must_fit,
        }
    }

    #[test]
    fn windows_that_overlap_or_touch_are_one() {
        let all = [0, 1, 2, 3, 4, 5, 6];
        // Half hours: 22:00 to 00:30 and 00:00 to 02:30.
        let night = [window(&all, 44, 49, true), window(&all, 0, 5, true)];
        assert_eq!(Maintenance::of(&night).longest(), Span(9 * HOUR / 2));
        let touching = [window(&[6], 44, 48, true), window(&[0], 0, 4, true)];
        let open = Maintenance::of(&touching);
        assert_eq!(
            open.longest(),
            Span::from_hours(4),
            "round the end of the week"
        );
        assert!(open.may_start(Span::from_hours(1), Span::from_hours(1)).0);
        assert!(!open.may_start(Span::from_hours(1), Span(HOUR + 1)).0);
        let apart = [window(&all, 0, 2, true), window(&all, 3, 5, true)];
        assert_eq!(Maintenance::of(&apart).longest(), Span::from_hours(1));
    }

    #[test]
    fn windows_of_the_whole_week_are_always_open() {
        let whole = [window(&[0, 1, 2, 3, 4, 5, 6], 0, 48, true)];
        let (holds, until) = Maintenance::of(&whole).may_start(Span(5), Span::from_days(90));
        assert_eq!((holds, until), (true, Span::FOREVER));
    }

    #[test]
    fn a_window_that_need_not_be_kept_joins_one_that_must() {
        let open = Maintenance::of(&[window(&[0], 0, 2, false), window(&[0], 2, 4, true)]);
        assert!(open.may_start(Span::ZERO, Span::from_days(1)).0);
        assert!(!open.may_start(Span::from_hours(1), Span::from_days(1)).0);
        assert!(open.may_start(Span::from_hours(1), Span::from_hours(1)).0);
    }
}
