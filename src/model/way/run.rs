//! A program works, and ends, or its client stops watching it before that.

use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::breakage;
use crate::model::rules::chain;
use crate::model::rules::run;
use crate::model::rules::work::{self, Awaits, RunEnd};
use crate::model::way::events::Kind;
use crate::model::way::job::Phase;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, Step};
use crate::product::status;
use crate::units::Instant;

impl<J: Journal> Simulation<'_, '_, J> {
    /// The program works for a time.
    pub(crate) fn work(&mut self, id: JobId) {
        let work = work::works(&self.scene, id);
        self.note(id, || Entry::Runs(work.full));
        if let Some(at) = work.rights_end {
            self.note(id, || Entry::RightsTaken(at));
        }
        let (awaits, beyond_limit) = work::awaits(&self.scene, id, work.time);
        if !run::is_left_alone(&self.scene, id) {
            self.scene
                .note_end_beyond_limit(id, beyond_limit.unwrap_or(Instant::NEVER));
            self.job(id).rights_taken = work.rights_end.is_some();
        }
        self.scene.turn_job(id, Phase::Running);
        self.job(id).exit_code = work.code;
        self.await_end(id, awaits);
    }

    fn await_end(&mut self, id: JobId, awaits: Awaits) {
        match awaits {
            Awaits::RunEnd(at) => self.schedule(id, Kind::RunEnd, at),
            Awaits::Off(at) => self.schedule(id, Kind::Off, at),
        }
    }

    /// The program has ended, or the client no longer waits for its end.
    pub(crate) fn run_ended(&mut self, id: JobId) {
        let job = &self.scene.jobs[id];
        let (code, rights_taken) = (job.exit_code, job.rights_taken);
        match work::run_end(&self.scene, id) {
            RunEnd::Removal => self.removal_ended(id),
            RunEnd::Past => {}
            RunEnd::Alone => self.exit(id, code, None),
            RunEnd::Limit => self.leave_alone(id),
            RunEnd::Exit => {
                let why = rights_taken.then_some(Cause::ElevationFailed);
                self.exit(id, code, why);
            }
        }
    }

    /// The maximum run time is over: the client watches no longer, and the program reads
    /// or works on (`SMS_Program`). What comes of it is known when it ends.
    fn leave_alone(&mut self, id: JobId) {
        self.note(id, || Entry::StopsWatching);
        let message = status::RUN_TIME_EXCEEDED;
        self.scene.rare_state_mut(id).left_alone = true;
        if chain::is_run_first(&self.scene, id) {
            // What depends on it fails now: its client will not hear how it ends.
            let now = self.scene.now;
            self.says_failure(id, now, Step::Run, Cause::RunTimeExceeded, None, message);
        } else {
            self.raise(id, message);
            self.stand(id, Ending::InProgress, Step::Run, Cause::RunTimeExceeded);
        }
        self.occurrence_goes_wrong(id);
        self.release_machine(id);
        self.report_alone(id, self.scene.now);
        match work::awaits_alone(&self.scene, id) {
            Some(awaits) => {
                self.scene.note_end_beyond_limit(id, Instant::NEVER);
                self.await_end(id, awaits);
            }
            None => self.watch_transfer(id),
        }
    }

    /// A program that its client no longer watches ends with `code`, or is cut short.
    pub(crate) fn ends_alone(&mut self, id: JobId, code: Option<u32>) {
        let (ending, cause) = run::ending_alone(&self.scene, id, code);
        let now = self.scene.now;
        let is_advertised = !chain::is_run_first(&self.scene, id);
        let breaks = if !ending.is_success() {
            None
        } else if is_advertised {
            breakage::of_the_chain(&self.scene, id)
        } else {
            breakage::found_out_at(&self.scene, id)
        };
        let (ending, cause) = match breaks {
            Some(_) => (Ending::Broken, Cause::BrokenAfterSuccess),
            None => (ending, cause),
        };
        self.record(id).run_end = now;
        self.keep_history(id, ending);
        self.scene.rare_state_mut(id).left_alone = false;
        if is_advertised {
            self.stand(id, ending, Step::Run, cause);
            self.record(id).code = code;
        }
        if ending != Ending::Failed {
            self.puts_on(id, ending);
        }
        self.end_unheard(id);
        self.removed_at_next_look(id);
        if is_advertised && ending == Ending::RestartPending {
            self.await_switch_on(id);
        }
        if let Some(found) = breaks.filter(|_| is_advertised) {
            self.scene.note_broken(id, Instant::NEVER);
            self.detect_at(id, found);
        }
        self.plan_again(id, now);
    }
}
