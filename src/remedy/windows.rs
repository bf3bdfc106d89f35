//! Maintenance windows that let no program start: what would open them.

use super::{Case, Remedy, key};
use crate::units::{Instant, SignedInstant, Span};
use crate::world::{AfterRunning, Maintenance};

/// The length of a week, microseconds.
const WEEK: i64 = 7 * 86_400_000_000;
/// The hours of a maintenance window that never closes.
const NEVER_CLOSED: &str = "[{from=\"00:00\", to=\"00:00\"}]";

/// Where the maintenance windows of a machine are written.
pub(super) enum Hours<'a> {
    Collection(&'a str),
    Group,
    Site,
}

impl Case<'_> {
    /// The maintenance windows of the machine, and where they are written.
    pub(super) fn windows(&self) -> Option<(&Maintenance, Hours<'_>)> {
        self.advertisement.assignment?;
        let control = &self.world.control;
        let collections = &control.collection_windows;
        if let Some(windows) = collections.get(self.id.0) {
            return Some((windows, Hours::Collection(collections.named(self.id.0)?)));
        }
        let site = self.world.fleet.site_of(self.id);
        let group = self.world.fleet.machines[self.id.index()].profile;
        let of_group = control.profile_windows.get(&group);
        let of_group = of_group.map(|windows| (windows, Hours::Group));
        let of_site = control.site_windows.get(&site);
        of_group.or(of_site.map(|windows| (windows, Hours::Site)))
    }

    /// Maintenance windows that never close, if there are any that do.
    pub(super) fn never_closed(&self) -> Option<String> {
        let (windows, written) = self.windows()?;
        if windows.may_start(Span::ZERO, Span(1)) == (true, Span::FOREVER) {
            return None;
        }
        Some(match written {
            Hours::Collection(name) => {
                format!("collection.{}.maintenance={NEVER_CLOSED}", key(name))
            }
            Hours::Group => self.of_group("maintenance", NEVER_CLOSED),
            Hours::Site => self.of_site("maintenance", NEVER_CLOSED),
        })
    }

    /// Whether something that takes `length` may begin in `windows` after the machine
    /// has learned of the advertisement, as far as it is on.
    fn opens(&self, windows: &Maintenance, length: Span) -> bool {
        let due = self.assigned_to().unwrap_or(SignedInstant::START);
        let from = due.clamped().max(self.outcome.policy);
        self.opens_from(windows, length, from)
    }

    /// Whether something that takes `length` may begin in `windows` from `from` on.
    fn opens_from(&self, windows: &Maintenance, length: Span, from: Instant) -> bool {
        let world = self.world;
        let site = &world.sites[world.fleet.site_of(self.id).index()];
        if !from.is_some() || from > world.last_moment() {
            return false;
        }
        let midnight = world.start.date().at(0, 0, 0, 0);
        let day = i64::from(world.start.date().weekday().to_monday_zero_offset());
        // A time of day is less than a day.
        let time_of_day = midnight.duration_until(world.start).as_micros() as i64;
        let since = from.since(Instant::START).0.cast_signed();
        let time = (since + time_of_day + day * 86_400_000_000 + site.time_zone).rem_euclid(WEEK);
        let (holds, rest) = windows.may_start(Span(time.cast_unsigned()), length);
        holds || from + rest <= world.last_moment()
    }

    /// A program that no maintenance window let start.
    pub(super) fn window(&self) -> Remedy {
        let Some((windows, _)) = self.windows() else {
            return self.longer(self.world.horizon);
        };
        let countdown = self.world.rules.countdown;
        let program = self.program();
        let limit = program.maximum_run_time;
        let longest = windows.longest();
        let room = Span(longest.0.saturating_sub(countdown.0));
        let wider = self.never_closed();
        if limit > room {
            let before = match countdown {
                Span::ZERO => String::new(),
                time => format!(", with the countdown of {time} before it,"),
            };
            let text = format!(
                "The longest maintenance window is {longest}, and the maximum run time of {} ({limit}){before} has to fit into it: lower the maximum run time, or widen the windows.",
                program.id
            );
            let minutes = room.0 / Span::from_mins(1).0;
            let lower = Span::from_mins(minutes);
            let ahead = self.ahead();
            let mut after = ahead.iter().map(|program| program.after_running);
            let restarts = after.any(|after| after == AfterRunning::SmsRestarts)
                && self.world.rules.restart_time > longest;
            let enough = minutes > 0 && self.longest_run(program) <= lower && !restarts;
            let steady = !self.profile().may_be_off();
            if enough && steady && self.opens(windows, lower + countdown) {
                let fits = self.of_program("maximum_run_time", &format!("\"{minutes} min\""));
                return Remedy::new(text).set(fits);
            }
            return Remedy::new(text).and(wider);
        }
        if self.opens(windows, limit + countdown) {
            if let Some(server) = self.server() {
                // The next window is waited for because the last ones were lost.
                let name = &self.world.servers[server.index()].name;
                let text = format!(
                    "The maintenance windows have been open, and {name} could not be used while they were: see to that first, or widen the windows."
                );
                return Remedy::new(text).and(wider);
            }
            let content = self.outcome.content_end;
            let too_late =
                content.is_some() && !self.opens_from(windows, limit + countdown, content);
            let text = if too_late {
                "The content had not come to the machine while a maintenance window was open: have it fetched earlier, or widen the windows."
            } else if self.profile().may_be_off() {
                "The maintenance windows open while the machine is off or has something else to do: move them to hours in which it is on, widen them, or wake it."
            } else {
                "In its maintenance windows the machine waited for something else, such as content, a user or another program, and what was left of them was too short: widen them, or see to it that it is ready when they open."
            };
            return Remedy::new(text).and(wider);
        }
        let text = format!(
            "No maintenance window in which {} fits opens between the time at which it is due and the end of the forecast: open one in that time, or forecast a longer time.",
            program.id
        );
        Remedy::new(text).and(wider)
    }

    /// Windows in which the machine restarts, if its own do not let it.
    pub(super) fn restart_window(&self) -> Option<String> {
        let (windows, _) = self.windows()?;
        let length = self.world.rules.restart_time;
        let fits = !self.profile().may_be_off() && self.opens(windows, length);
        if fits { None } else { self.never_closed() }
    }
}
