//! A job is planned to begin again, and begins again.

use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::clocks;
use crate::model::rules::recurrence::{self, Occurrence};
use crate::model::rules::start_times;
use crate::model::way::events::{Happening, Kind};
use crate::model::way::job::Phase;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Held, Outcome};
use crate::units::Instant;
use crate::world::StartDraw;

impl<J: Journal> Simulation<'_, '_, J> {
    /// A job is over at `at`: whether, and when, it begins again.
    pub(crate) fn plan_again(&mut self, id: JobId, at: Instant) {
        if !self.scene.world.control.repetition.repeats() {
            return;
        }
        self.occurrence_is_over(id);
        if !recurrence::may_begin_again(&self.scene, id) {
            return;
        }
        let record = self.record(id);
        record.occurrences = record.occurrences.saturating_add(1);
        if record.ending.is_success() {
            record.successes = record.successes.saturating_add(1);
        }
        if let Some(since) = record.successful_since() {
            self.scene.possession.begins(id, since);
        }
        let occurs = self.next_occurrence(id, at);
        let next = occurs.min(self.next_user(id, at));
        if next.is_some() && next < clocks::expires(&self.scene, id) {
            self.scene.repeats.expect(id);
            if next < self.scene.world.last_moment() {
                self.expect(next, Happening::Again(id));
            }
        }
    }

    /// A job turns to its content or starts its program: if it has begun again, its row
    /// tells of the present time from now on. While the machine has what it was offered,
    /// the row waits for the end of the present time, or for a try of it that fails.
    pub(crate) fn occurrence_starts(&mut self, id: JobId) {
        let Some(before) = self.scene.repeats.row_before(id) else {
            return;
        };
        if !recurrence::tells_of_now(&self.scene) {
            return;
        }
        if before.ending.is_success() {
            self.scene.repeats.starts(id);
        } else {
            self.row_tells_of_now(id);
        }
    }

    /// A try of a job has failed, or its client gives its program up.
    pub(crate) fn occurrence_goes_wrong(&mut self, id: JobId) {
        if self.scene.repeats.has_started(id) {
            self.row_tells_of_now(id);
        }
    }

    /// A job is over.
    fn occurrence_is_over(&mut self, id: JobId) {
        if recurrence::tells_of_now(&self.scene) || self.scene.repeats.has_started(id) {
            self.row_tells_of_now(id);
        }
    }

    /// The row of a job that has begun again tells of the present time from now on.
    fn row_tells_of_now(&mut self, id: JobId) {
        self.restart_time_before(id);
        let Some(before) = self.scene.repeats.take_row_before(id) else {
            return;
        };
        let record = *self.record(id);
        self.change_timeline(id, self.scene.now, before.state, record.state);
        if before.ending.is_success() && !record.ending.is_success() {
            self.loses(id, before.run_end);
        }
    }

    /// The machine of a job has what it was offered no longer. It had it since `run_end` by
    /// the row of the job, unless something else is known.
    pub(crate) fn loses(&mut self, id: JobId, run_end: Instant) {
        let (noted, until) = (self.scene.possession.ends(id), self.scene.now);
        let from = noted.unwrap_or(run_end);
        if from < until {
            let row = self.row(id);
            self.tally.held.push(Held { row, from, until });
        }
    }

    /// Which row, of all in the world, tells of a job.
    fn row(&self, id: JobId) -> u32 {
        self.scene.machine(id).first_job + self.scene.place_among_siblings(id)
    }

    /// A machine that has been switched off and on again since the time before of a job
    /// has restarted.
    fn restart_time_before(&mut self, id: JobId) {
        let Some(before) = self.scene.repeats.row_before(id).copied() else {
            return;
        };
        if let Some((at, row)) = recurrence::restarted_since(&self.scene, id, &before) {
            self.change_timeline(id, at, before.state, row.state);
            if let Some(before) = self.scene.repeats.change_row_before(id) {
                *before = row;
            }
        }
    }

    /// The turn of a user is over: when another logs on for whom the program has not
    /// run. What was over before it looked for a user was the turn of the one who was
    /// there, if any.
    fn next_user(&mut self, id: JobId, at: Instant) -> Instant {
        if !recurrence::runs_for_every_user(&self.scene, id) {
            return Instant::NEVER;
        }
        let there = recurrence::user_there(&self.scene, id);
        self.scene.repeats.ends_turn(id, there);
        recurrence::next_user(&self.scene, id, at)
    }

    /// A program for every user meets the one who is logged on: whether it has run for
    /// that one before.
    pub(crate) fn meets_user(&mut self, id: JobId) -> bool {
        if !recurrence::runs_for_every_user(&self.scene, id) {
            return false;
        }
        let there = recurrence::user_there(&self.scene, id);
        there.is_some_and(|user| self.scene.repeats.meets(id, user))
    }

    /// When the assignment comes round after `at`; never, if the program is not
    /// run again after what came of it.
    fn next_occurrence(&mut self, id: JobId, at: Instant) -> Instant {
        match recurrence::next_occurrence(&self.scene, id, at) {
            Occurrence::At(next) => next,
            Occurrence::Never => Instant::NEVER,
            Occurrence::NotAgain(succeeded) => {
                // Where that is why it is over, it has been said.
                if self.record(id).cause != Cause::HasRunBefore {
                    self.note(id, || Entry::NotAgain(succeeded));
                }
                Instant::NEVER
            }
        }
    }

    /// A job that is over begins again.
    pub(crate) fn begin_again(&mut self, id: JobId) {
        if self.scene.jobs[id].phase() != Phase::Over {
            return;
        }
        if !recurrence::begins_again(&self.scene, id) {
            // The row goes on to tell of the last time.
            return;
        }
        self.hash_event(Kind::Again, id);
        // It is the turn of the user who is there, even if it never comes to run.
        self.meets_user(id);
        let before = *self.record(id);
        let times = self.scene.repeats.begins(id, before);
        self.note(id, || Entry::BeginsAgain(times + 1));
        self.start_record_anew(id);
        let advertisement = self.scene.jobs[id].advertisement;
        let window = self.scene.world.control.starts.get(&advertisement);
        let fixed = window.is_none_or(|window| window.draw == StartDraw::Fixed);
        self.scene.turn_job(id, Phase::Ready);
        let job = self.job(id);
        // A program to run first has succeeded, or is tried again: `stage` stays.
        job.mode = None;
        job.point = None;
        job.runs = 0;
        job.in_try = false;
        job.content_tries = 0;
        job.counted_down = false;
        self.scene.forget_content_tries(id);
        self.scene.note_end_beyond_limit(id, Instant::NEVER);
        if !fixed {
            self.scene.rare_state_mut(id).missed += 1;
        } else if self.scene.rare_state(id).missed > 0 {
            self.scene.rare_state_mut(id).missed = 0;
        }
        let due = start_times::spread_again(&self.scene, id, window);
        self.job(id).due = due;
        self.schedule(id, Kind::Wake, due);
    }

    /// At the horizon the row that tells of the time before is that as a whole.
    pub(crate) fn close_repeats(&mut self) {
        for id in self.scene.repeats.with_row_before() {
            self.row_stays_with_time_before(id);
        }
        let noted: Vec<_> = self.scene.possession.noted().collect();
        for (id, from) in noted {
            let told = self.scene.record(id).successful_since();
            if told.is_some_and(|told| told != from) {
                let (row, until) = (self.row(id), Instant::NEVER);
                self.tally.held.push(Held { row, from, until });
            }
        }
    }

    /// The present time of a job comes to nothing: its row is that of the time before, if it
    /// still tells of it, apart from what is counted over all times.
    pub(crate) fn row_stays_with_time_before(&mut self, id: JobId) {
        self.restart_time_before(id);
        let Some(before) = self.scene.repeats.take_row_before(id) else {
            return;
        };
        let record = self.record(id);
        let present = *record;
        *record = Outcome {
            attempts: present.attempts,
            downloaded: present.downloaded,
            from_shares: present.from_shares,
            // What it had said may have been heard since.
            heard: present.heard,
            report: before.report.min(present.report),
            ..before
        };
    }

    /// The row tells of the time that has begun, apart from what is counted over
    /// all of them.
    fn start_record_anew(&mut self, id: JobId) {
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
}
