//! Jobs that are over and begin again: when the assignment comes round, when
//! another user logs on; and jobs that do not begin because the program has run
//! before, or because the link is slow.
//!
//! What has not been asked for costs a look at an empty list where a job ends.

use crate::model::journal::{Entry, Journal};
use crate::model::way::events::{Happening, JobId, Kind};
use crate::model::way::job::Phase;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, Outcome, ReportState, Step};
use crate::units::{Instant, Rate, Span};
use crate::world::{Assignment, Change, Rerun, ServerId, SiteId, StartDraw};
use std::collections::BTreeMap;

/// What is known of a job that may begin again.
#[derive(Debug, Clone, Copy, Default)]
struct Repeat {
    /// How often it has begun again.
    times: u32,
    /// The users it has run for, a bit each, and the one it runs for now.
    served: u64,
    user: Option<u32>,
    /// The row of the time before, as long as the present one has not started.
    before: Option<Outcome>,
}

/// Jobs that may begin again, and slow links; without any memory where nobody
/// asks for it.
#[derive(Debug, Default)]
pub(crate) struct Repeats {
    of: BTreeMap<u32, Repeat>,
    /// What links give between a site and its server, and until when.
    links: BTreeMap<(SiteId, ServerId), (Instant, Rate)>,
}

impl Repeats {
    /// How often a job has begun again.
    pub(crate) fn times(&self, id: u32) -> u32 {
        self.of.get(&id).map_or(0, |repeat| repeat.times)
    }

    /// Added to the number of a run, so that each time has its own draws.
    pub(crate) fn runs_before(&self, id: u32) -> u32 {
        self.times(id) << 16
    }
}

impl<J: Journal> Simulation<'_, '_, J> {
    /// A job is over at `at`: whether, and when, it begins again.
    pub(crate) fn plan_again(&mut self, id: u32, at: Instant) {
        if !self.world.control.again.repeats() {
            return;
        }
        self.occurrence_starts(id);
        if self.record(id).ending == Ending::Rejected || self.record(id).cause == Cause::Superseded
        {
            return;
        }
        let record = self.record(id);
        record.occurrences = record.occurrences.saturating_add(1);
        if record.ending.has_once_succeeded() {
            record.successes = record.successes.saturating_add(1);
        }
        // A program that nobody watches any more is under way all the same.
        let unwatched = self.aside(id).unwatched;
        let at = if unwatched.is_some() {
            at.max(unwatched)
        } else {
            at
        };
        let next = self.next_occurrence(id, at).min(self.next_user(id, at));
        if next.is_some() && next < self.expires(id) {
            self.repeats.of.entry(id).or_default();
            if next < self.world.last_moment() {
                self.expect(next, Happening::Again(JobId(id)));
            }
        }
    }

    /// When the assignment comes round after `at`; never, if the program is not
    /// run again after what came of it.
    fn next_occurrence(&mut self, id: u32, at: Instant) -> Instant {
        let world = self.world;
        let advertisement = self.jobs[id as usize].advertisement;
        let Some(interval) = world.control.again.recurring.get(&advertisement) else {
            return Instant::NEVER;
        };
        let ending = self.record(id).ending;
        if !self.runs_again(id, ending.has_once_succeeded()) {
            self.note(id, || Entry::NotAgain(ending.has_once_succeeded()));
            return Instant::NEVER;
        }
        let spec = self.advertisement(id);
        let (first, local) = match spec.assignment {
            Some(Assignment::At(due)) => (due, spec.local.assignment),
            _ => (spec.available, spec.local.available),
        };
        // It comes round by the clock by which it was due.
        let zone = if local { self.time_zone(id) } else { 0 };
        let shown = Instant(at.0.saturating_add_signed(zone + self.clock_offset(id)));
        let next = if shown < first {
            first
        } else {
            let rounds = shown.since(first).0 / interval.0.max(1) + 1;
            first + Span(interval.0.saturating_mul(rounds))
        };
        let next = self.own_instant(id, self.zoned(id, next, local));
        next.max(at + Span(1))
    }

    /// Whether a program that has run on the machine is run again.
    fn runs_again(&self, id: u32, succeeded: bool) -> bool {
        let advertisement = self.jobs[id as usize].advertisement;
        match self.world.control.again.rerun.get(&advertisement) {
            None | Some(Rerun::Always) => true,
            Some(Rerun::Never) => false,
            Some(Rerun::IfFailed) => !succeeded,
            Some(Rerun::IfSucceeded) => succeeded,
        }
    }

    /// When a user logs on for whom the program has not run.
    fn next_user(&mut self, id: u32, at: Instant) -> Instant {
        if !self.runs_for_every_user(id) {
            return Instant::NEVER;
        }
        // What was over before it looked for a user was the turn of whoever was
        // there, if anybody.
        let there = self.user_at(id, self.now);
        let looked = there.holds.then(|| self.user_of(id, there.until));
        let repeat = self.repeats.of.entry(id).or_default();
        if let Some(user) = repeat.user.or(looked) {
            repeat.served |= 1 << user;
        }
        let served = repeat.served;
        let mut time = at;
        while self.world.covers(time) {
            let spell = self.user_at(id, time);
            if spell.holds && served & (1 << self.user_of(id, spell.until)) == 0 {
                return time.max(self.now + Span(1));
            }
            time = spell.until;
        }
        Instant::NEVER
    }

    fn runs_for_every_user(&self, id: u32) -> bool {
        let every = &self.world.control.again.every_user;
        !every.is_empty() && every.contains(&self.advertisement(id).program)
    }

    /// Which of the machine's users it is whose session ends at `until`.
    fn user_of(&self, id: u32, until: Instant) -> u32 {
        let job = &self.jobs[id as usize];
        let users = self.world.control.again.users.get(&job.profile);
        users.map_or(0, |users| {
            let draws = self.draws.user(job.key, until);
            draws.below(0, u64::from(*users)) as u32
        })
    }

    /// Whether the program has run for the user whose session ends at `until`;
    /// if not, it will be this one for whom it runs next.
    pub(crate) fn has_been_served(&mut self, id: u32, until: Instant) -> bool {
        if !self.runs_for_every_user(id) {
            return false;
        }
        let user = self.user_of(id, until);
        let repeat = self.repeats.of.entry(id).or_default();
        repeat.user = Some(user);
        repeat.served & (1 << user) != 0
    }

    /// A program for every user begins for the one who is logged on now, so that
    /// it has been that one's turn even if it never comes to run.
    fn begins_for_whoever_is_there(&mut self, id: u32) {
        let user = self.user_at(id, self.now);
        if user.holds {
            self.has_been_served(id, user.until);
        }
    }

    /// A job that is over begins again.
    pub(crate) fn begin_again(&mut self, id: u32) {
        if self.jobs[id as usize].phase != Phase::Over {
            return;
        }
        let machine = self.jobs[id as usize].machine;
        if self.superseded_by(id).is_some()
            || self.removed_at(machine, self.site(id)) <= self.now
            || self.software.revoked.contains(&id) && self.is_withdrawn(id)
        {
            // The row goes on to tell of the last time.
            return;
        }
        self.hash_event(Kind::Again, id);
        self.begins_for_whoever_is_there(id);
        let repeat = self.repeats.of.entry(id).or_default();
        repeat.times += 1;
        let times = repeat.times;
        self.note(id, || Entry::BeginsAgain(times + 1));
        let before = *self.record(id);
        let repeat = self.repeats.of.entry(id).or_default();
        // What has not started either tells of the time before it.
        repeat.before.get_or_insert(before);
        self.start_record_anew(id);
        let advertisement = self.jobs[id as usize].advertisement;
        let window = self.world.control.starts.get(&advertisement);
        let fixed = window.is_none_or(|window| window.draw == StartDraw::Fixed);
        let job = self.job(id);
        // A program to run first has succeeded, or is tried again: `stage` stays.
        job.phase = Phase::Ready;
        job.mode = None;
        job.point = None;
        job.runs = 0;
        job.content_tries = 0;
        job.counted_down = false;
        self.forget_content_tries(id);
        self.note_unwatched(id, Instant::NEVER);
        if !fixed {
            self.set_aside(id).missed += 1;
        } else if self.aside(id).missed > 0 {
            self.set_aside(id).missed = 0;
        }
        let due = self.spread_again(id, window);
        self.job(id).due = due;
        self.schedule(id, Kind::Wake, due);
    }

    /// A job turns to its content or starts its program, or is over: if it has begun
    /// again, its row tells of the present time from now on.
    pub(crate) fn occurrence_starts(&mut self, id: u32) {
        if !self.repeats.of.is_empty()
            && self.now < self.world.last_moment()
            && let Some(repeat) = self.repeats.of.get_mut(&id)
        {
            repeat.before = None;
        }
    }

    /// At the horizon the row of a job that has begun again and has not started is,
    /// as a whole, that of the time before.
    pub(crate) fn close_repeats(&mut self) {
        let unstarted: Vec<(u32, Outcome)> = (self.repeats.of.iter())
            .filter_map(|(id, repeat)| Some((*id, repeat.before?)))
            .collect();
        let last = self.world.last_moment();
        for (id, before) in unstarted {
            self.enter_at(id, last, before.state);
            let record = self.record(id);
            let present = *record;
            *record = before;
            // What it had said may have been heard since.
            record.heard = present.heard;
            record.report = before.report.min(present.report);
        }
    }

    /// The row tells of the time that has begun, apart from what is counted over
    /// all of them.
    fn start_record_anew(&mut self, id: u32) {
        let record = self.record(id);
        record.status_message = 0;
        record.code = None;
        for instant in [
            &mut record.content_start,
            &mut record.content_end,
            &mut record.run_start,
            &mut record.run_end,
            &mut record.report,
        ] {
            *instant = Instant::NEVER;
        }
    }

    /// The program of a job has run on its machine under another advertisement,
    /// and is not to run again: the job is over.
    pub(crate) fn has_run_before(&mut self, id: u32) -> bool {
        let advertisement = self.jobs[id as usize].advertisement;
        if !self.world.control.again.rerun.contains_key(&advertisement)
            || self.jobs[id as usize].holds_machine
        {
            return false;
        }
        let program = self.advertisement(id).program;
        if self.had_before(id, program) && !self.runs_again(id, true) {
            self.ran_before_the_start(id);
            return true;
        }
        let Some(other) = self.siblings(id).find(|other| {
            *other != id
                && self.jobs[*other as usize].phase == Phase::Over
                && self.advertisement(*other).program == program
                && self.record(*other).run_end.is_some()
        }) else {
            return false;
        };
        let before = *self.record(other);
        let success = before.ending.has_once_succeeded();
        if self.runs_again(id, success) {
            return false;
        }
        self.note(id, || Entry::NotAgain(success));
        let ending = if success {
            before.ending
        } else {
            Ending::Failed
        };
        self.enter(id, ReportState::WillNotRerun);
        self.stand(id, ending, Step::Assignment, Cause::HasRunBefore);
        // The machine has what it has since then.
        self.record(id).run_end = before.run_end;
        self.end(id, self.now);
        true
    }

    /// The program of a job was on its machine before the start, and is not to
    /// run again, even if it has gone since: the job is over.
    fn ran_before_the_start(&mut self, id: u32) {
        self.note(id, || Entry::NotAgain(true));
        self.enter(id, ReportState::WillNotRerun);
        let there = self.has_program(id, self.advertisement(id).program);
        let ending = if there {
            Ending::Installed
        } else {
            Ending::Removed
        };
        self.stand(id, ending, Step::Assignment, Cause::HasRunBefore);
        self.end(id, self.now);
    }

    /// Whether the assignment of a job does not hold because the link is slow; if
    /// so it looks again when the link has changed.
    pub(crate) fn link_is_too_slow(&mut self, id: u32) -> bool {
        let advertisement = self.jobs[id as usize].advertisement;
        let waived = &self.world.control.again.not_over_slow_links;
        if waived.is_empty()
            || !waived.contains(&advertisement)
            || !self.behaviour(id).knows_slow_links()
            || self.jobs[id as usize].holds_machine
        {
            return false;
        }
        let (until, rate) = self.rate_of_link(id);
        if rate >= self.world.rules.slow_link {
            return false;
        }
        self.note(id, || Entry::SlowLink(rate));
        self.stand(id, Ending::NotTaken, Step::Assignment, Cause::SlowLink);
        if until.is_some() {
            let interval = self.profile(id).poll_interval.0.max(1);
            let looks = until.since(self.now).0.div_ceil(interval).max(1);
            self.schedule(id, Kind::Wake, self.now + Span(looks * interval));
        }
        true
    }

    /// What the links between a job's machine and its client access point give
    /// now, whoever else is on them, and until when.
    fn rate_of_link(&mut self, id: u32) -> (Instant, Rate) {
        let (site, now) = (self.site(id), self.now);
        let own = self.own(id, &self.world.fleet.overrides.access);
        let access = own.map_or(self.profile(id).access, Rate);
        let contact = self.behaviour(id).contact(&self.world.sites[site.index()]);
        let Some(contact) = contact else {
            return (Instant::NEVER, access);
        };
        let known = self.repeats.links.get(&(site, contact)).copied();
        let (until, rate) = known.filter(|(until, _)| now < *until).unwrap_or_else(|| {
            let found = self.measure(site, contact);
            self.repeats.links.insert((site, contact), found);
            found
        });
        (until, rate.min(access))
    }

    fn measure(&self, site: SiteId, server: ServerId) -> (Instant, Rate) {
        let mut path = Vec::new();
        self.world.route(server, site, &mut path);
        let mut until = Instant::NEVER;
        let mut rates: Vec<Rate> = (path.iter())
            .map(|link| self.world.links[link.index()].rate)
            .collect();
        for timed in &self.world.changes {
            let Change::Link(link, rate) = &timed.change else {
                continue;
            };
            for (on_path, present) in path.iter().zip(&mut rates) {
                if on_path != link {
                    continue;
                }
                if timed.at <= self.now {
                    *present = *rate;
                } else {
                    until = until.min(timed.at);
                }
            }
        }
        let slowest = rates.into_iter().min();
        (until, slowest.unwrap_or(Rate::UNLIMITED))
    }
}
