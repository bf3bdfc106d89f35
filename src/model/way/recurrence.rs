//! A job is planned to begin again, and begins again.

use crate::model::journal::{Entry, Journal};
use crate::model::rules::client_removal;
use crate::model::rules::clocks;
use crate::model::rules::recurrence;
use crate::model::rules::start_times;
use crate::model::rules::supersedence;
use crate::model::rules::withdrawal;
use crate::model::way::events::{Happening, JobId, Kind};
use crate::model::way::job::Phase;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, Outcome, ReportState, Step};
use crate::units::{Instant, Span};
use crate::world::{Assignment, StartDraw};

impl<J: Journal> Simulation<'_, '_, J> {
    /// A job is over at `at`: whether, and when, it begins again.
    pub(crate) fn plan_again(&mut self, id: u32, at: Instant) {
        if !self.scene.world.control.again.repeats() {
            return;
        }
        recurrence::occurrence_starts(&mut self.scene, id);
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
        let unwatched = self.scene.aside(id).unwatched;
        let at = if unwatched.is_some() {
            at.max(unwatched)
        } else {
            at
        };
        let next = self
            .next_occurrence(id, at)
            .min(recurrence::next_user(&mut self.scene, id, at));
        if next.is_some() && next < clocks::expires(&self.scene, id) {
            self.scene.repeats.of.entry(id).or_default();
            if next < self.scene.world.last_moment() {
                self.expect(next, Happening::Again(JobId(id)));
            }
        }
    }

    /// When the assignment comes round after `at`; never, if the program is not
    /// run again after what came of it.
    fn next_occurrence(&mut self, id: u32, at: Instant) -> Instant {
        let world = self.scene.world;
        let advertisement = self.scene.jobs[id as usize].advertisement;
        let Some(interval) = world.control.again.recurring.get(&advertisement) else {
            return Instant::NEVER;
        };
        let ending = self.record(id).ending;
        if !recurrence::runs_again(&self.scene, id, ending.has_once_succeeded()) {
            self.note(id, || Entry::NotAgain(ending.has_once_succeeded()));
            return Instant::NEVER;
        }
        let spec = self.scene.advertisement(id);
        let (first, local) = match spec.assignment {
            Some(Assignment::At(due)) => (due, spec.local.assignment),
            _ => (spec.available, spec.local.available),
        };
        // It comes round by the clock by which it was due.
        let zone = if local {
            clocks::time_zone(&self.scene, id)
        } else {
            0
        };
        let shown =
            Instant(at.0.saturating_add_signed(zone + clocks::clock_offset(&self.scene, id)));
        let next = if shown < first {
            first
        } else {
            let rounds = shown.since(first).0 / interval.0.max(1) + 1;
            first + Span(interval.0.saturating_mul(rounds))
        };
        let next =
            clocks::own_instant(&self.scene, id, clocks::zoned(&self.scene, id, next, local));
        next.max(at + Span(1))
    }

    /// A job that is over begins again.
    pub(crate) fn begin_again(&mut self, id: u32) {
        if self.scene.jobs[id as usize].phase != Phase::Over {
            return;
        }
        let machine = self.scene.jobs[id as usize].machine;
        if supersedence::superseded_by(&self.scene, id).is_some()
            || client_removal::removed_at(&self.scene, machine, self.scene.site(id))
                <= self.scene.now
            || self.scene.software.revoked.contains(&id)
                && withdrawal::is_withdrawn(&self.scene, id)
        {
            // The row goes on to tell of the last time.
            return;
        }
        self.hash_event(Kind::Again, id);
        recurrence::begins_for_whoever_is_there(&mut self.scene, id);
        let repeat = self.scene.repeats.of.entry(id).or_default();
        repeat.times += 1;
        let times = repeat.times;
        self.note(id, || Entry::BeginsAgain(times + 1));
        let before = *self.record(id);
        let repeat = self.scene.repeats.of.entry(id).or_default();
        // What has not started either tells of the time before it.
        repeat.before.get_or_insert(before);
        self.start_record_anew(id);
        let advertisement = self.scene.jobs[id as usize].advertisement;
        let window = self.scene.world.control.starts.get(&advertisement);
        let fixed = window.is_none_or(|window| window.draw == StartDraw::Fixed);
        let job = self.job(id);
        // A program to run first has succeeded, or is tried again: `stage` stays.
        job.phase = Phase::Ready;
        job.mode = None;
        job.point = None;
        job.runs = 0;
        job.content_tries = 0;
        job.counted_down = false;
        self.scene.forget_content_tries(id);
        self.scene.note_unwatched(id, Instant::NEVER);
        if !fixed {
            self.scene.set_aside(id).missed += 1;
        } else if self.scene.aside(id).missed > 0 {
            self.scene.set_aside(id).missed = 0;
        }
        let due = start_times::spread_again(&self.scene, id, window);
        self.job(id).due = due;
        self.schedule(id, Kind::Wake, due);
    }

    /// At the horizon the row of a job that has begun again and has not started is,
    /// as a whole, that of the time before.
    pub(crate) fn close_repeats(&mut self) {
        let unstarted: Vec<(u32, Outcome)> = (self.scene.repeats.of.iter())
            .filter_map(|(id, repeat)| Some((*id, repeat.before?)))
            .collect();
        let last = self.scene.world.last_moment();
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
        let advertisement = self.scene.jobs[id as usize].advertisement;
        if !self
            .scene
            .world
            .control
            .again
            .rerun
            .contains_key(&advertisement)
            || self.scene.jobs[id as usize].holds_machine
        {
            return false;
        }
        let program = self.scene.advertisement(id).program;
        if supersedence::had_before(&self.scene, id, program)
            && !recurrence::runs_again(&self.scene, id, true)
        {
            self.ran_before_the_start(id);
            return true;
        }
        let Some(other) = self.scene.siblings(id).find(|other| {
            *other != id
                && self.scene.jobs[*other as usize].phase == Phase::Over
                && self.scene.advertisement(*other).program == program
                && self.record(*other).run_end.is_some()
        }) else {
            return false;
        };
        let before = *self.record(other);
        let success = before.ending.has_once_succeeded();
        if recurrence::runs_again(&self.scene, id, success) {
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
        self.end(id, self.scene.now);
        true
    }

    /// The program of a job was on its machine before the start, and is not to
    /// run again, even if it has gone since: the job is over.
    fn ran_before_the_start(&mut self, id: u32) {
        self.note(id, || Entry::NotAgain(true));
        self.enter(id, ReportState::WillNotRerun);
        let there =
            supersedence::has_program(&self.scene, id, self.scene.advertisement(id).program);
        let ending = if there {
            Ending::Installed
        } else {
            Ending::Removed
        };
        self.stand(id, ending, Step::Assignment, Cause::HasRunBefore);
        self.end(id, self.scene.now);
    }

    /// Whether the assignment of a job does not hold because the link is slow; if
    /// so it looks again when the link has changed.
    pub(crate) fn link_is_too_slow(&mut self, id: u32) -> bool {
        let advertisement = self.scene.jobs[id as usize].advertisement;
        let waived = &self.scene.world.control.again.not_over_slow_links;
        if waived.is_empty()
            || !waived.contains(&advertisement)
            || !self.scene.behaviour(id).knows_slow_links()
            || self.scene.jobs[id as usize].holds_machine
        {
            return false;
        }
        let (until, rate) = recurrence::rate_of_link(&mut self.scene, id);
        if rate >= self.scene.world.rules.slow_link {
            return false;
        }
        self.note(id, || Entry::SlowLink(rate));
        self.stand(id, Ending::NotTaken, Step::Assignment, Cause::SlowLink);
        if until.is_some() {
            let interval = self.scene.profile(id).poll_interval.0.max(1);
            let looks = until.since(self.scene.now).0.div_ceil(interval).max(1);
            self.schedule(id, Kind::Wake, self.scene.now + Span(looks * interval));
        }
        true
    }
}
