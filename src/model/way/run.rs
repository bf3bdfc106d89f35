//! A program works, and ends, or its client stops watching it before that.

use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::chain;
use crate::model::rules::run;
use crate::model::rules::withdrawal;
use crate::model::way::events::Kind;
use crate::model::way::job::Phase;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, Step};
use crate::product::status;
use crate::product::win32::ACCESS_DENIED;
use crate::units::{Instant, Span};

impl<J: Journal> Simulation<'_, '_, J> {
    /// The program works for a time.
    pub(crate) fn work(&mut self, id: JobId) {
        let job = self.scene.jobs[id];
        let (key, program) = (self.scene.jobs[id].key, self.scene.program(id));
        let run = job.runs.wrapping_add(self.scene.repeats.runs_before(id));
        let draws = self.scene.draws.run(key, job.advertisement, job.stage, run);
        let overrides = &self.scene.world.fleet.overrides;
        let time = self
            .scene
            .own(id, &overrides.install_time)
            .map_or_else(|| program.install_time.sample(draws.uniform(0)), Span);
        let code = self.scene.own(id, &overrides.exit_code).map_or_else(
            || self.scene.exit_codes(id).pick(draws.uniform(1)),
            |code| code as u32,
        );
        self.note(id, || Entry::Runs(time));
        let taken = self.rights_end(id, time);
        let (time, code) =
            taken.map_or((time, code), |at| (at.since(self.scene.now), ACCESS_DENIED));
        let done = self.scene.done_at(id, time);
        if run::is_left_alone(&self.scene, id) {
            self.scene.turn_job(id, Phase::Running);
            self.job(id).exit_code = code;
            return match done {
                Ok(ends) => self.schedule(id, Kind::RunEnd, ends),
                Err(off) => self.schedule(id, Kind::Off, off),
            };
        }
        let ends = done.unwrap_or(self.scene.now + time);
        let limit = run::limit(&self.scene, id);
        let unwatched = (ends > limit).then_some(ends);
        self.scene
            .note_unwatched(id, unwatched.unwrap_or(Instant::NEVER));
        self.scene.turn_job(id, Phase::Running);
        let job = self.job(id);
        job.rights_taken = taken.is_some();
        job.exit_code = code;
        match done {
            Err(off) if off < limit => self.schedule(id, Kind::Off, off),
            // A client that sleeps finds when it wakes that the time is over.
            _ if ends > limit => {
                let told = self.scene.on_from(id, limit);
                self.schedule(id, Kind::RunEnd, told.min(ends));
            }
            _ => self.schedule(id, Kind::RunEnd, ends),
        }
    }

    /// The program has ended, or the client no longer waits for its end.
    pub(crate) fn run_ended(&mut self, id: JobId) {
        if withdrawal::is_removing(&self.scene, id) {
            return self.removal_ended(id);
        }
        let job = self.scene.jobs[id];
        let runs = [Phase::Running, Phase::ReadingPoint, Phase::ReadingShare];
        if !runs.contains(&job.phase()) {
            // It has come to its end before its maximum run time was over.
            return;
        }
        if run::is_left_alone(&self.scene, id) && job.phase() == Phase::Running {
            return self.ends_alone(id, Some(job.exit_code));
        }
        if matches!(job.phase(), Phase::ReadingPoint | Phase::ReadingShare) {
            return self.leave_alone(id);
        }
        let ends = self.scene.aside(id).unwatched;
        if ends.is_some() {
            self.stop_watching(id, ends);
        } else {
            let why = job.rights_taken.then_some(Cause::ElevationFailed);
            self.exit(id, job.exit_code, why);
        }
    }

    /// The maximum run time is over while the program still reads: the client
    /// watches no longer, and the program reads on.
    fn leave_alone(&mut self, id: JobId) {
        self.note(id, || Entry::StopsWatching);
        let message = status::RUN_TIME_EXCEEDED;
        if chain::is_run_first(&self.scene, id) {
            let moved = self.cancel_transfer(id);
            self.book_moved(id, moved);
            return self.fail(id, Step::Run, Cause::RunTimeExceeded, None, message);
        }
        self.scene.set_aside(id).left_alone = true;
        self.raise(id, message);
        self.stand(id, Ending::InProgress, Step::Run, Cause::RunTimeExceeded);
        self.release_machine(id);
        self.report_alone(id, self.scene.now);
        self.watch_transfer(id);
    }

    /// A program that its client no longer watches ends with `code`, or is cut short.
    pub(crate) fn ends_alone(&mut self, id: JobId, code: Option<u32>) {
        let ending = run::ending_alone(&self.scene, id, code);
        let now = self.scene.now;
        self.scene.set_aside(id).left_alone = false;
        self.stand(id, ending, Step::Run, Cause::RunTimeExceeded);
        let record = self.record(id);
        (record.run_end, record.code) = (now, code);
        if ending != Ending::Failed {
            self.puts_on(id, now);
        }
        self.end_unheard(id);
        self.plan_again(id, now);
    }

    /// The maximum run time is over: the client watches no longer, the program
    /// keeps running (`SMS_Program`).
    fn stop_watching(&mut self, id: JobId, ends: Instant) {
        let job = self.scene.jobs[id];
        self.note(id, || Entry::StopsWatching);
        if chain::is_run_first(&self.scene, id) {
            // Nobody learns whether it succeeds, so what depends on it does not
            // run.
            let message = status::RUN_TIME_EXCEEDED;
            return self.fail(id, Step::Run, Cause::RunTimeExceeded, None, message);
        }
        self.raise(id, status::RUN_TIME_EXCEEDED);
        // Switched off before its end, the machine takes the program with it.
        let off = self.scene.machine_on(id).until;
        let lost = off < ends && !self.scene.profile(id).sleeps;
        let (ends, code) = if lost {
            (off, None)
        } else {
            (ends, Some(job.exit_code))
        };
        self.scene.note_unwatched(id, ends);
        let within = self.scene.world.covers(ends);
        let ending = if within {
            run::ending_alone(&self.scene, id, code)
        } else {
            Ending::InProgress
        };
        self.stand(id, ending, Step::Run, Cause::RunTimeExceeded);
        if within {
            let record = self.record(id);
            record.run_end = ends;
            record.code = code;
            if ending != Ending::Failed {
                self.puts_on(id, ends);
            }
        }
        self.end(id, self.scene.now);
    }
}
