//! A program has done its work, and a restart may complete it.

use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::breakage;
use crate::model::rules::chain;
use crate::model::rules::log_off;
use crate::model::rules::restart;
use crate::model::rules::run;
use crate::model::rules::withdrawal;
use crate::model::way::events::Kind;
use crate::model::way::job::Phase;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, ReportState};
use crate::units::Instant;

impl<J: Journal> Simulation<'_, '_, J> {
    /// The end of the way, but for a restart that SMS does not make.
    pub(crate) fn installed(&mut self, id: JobId, restart_outstanding: bool) {
        let (ending, step, cause) = run::success(&self.scene, id, restart_outstanding);
        if !restart_outstanding {
            self.raise(id, run::success_message(&self.scene, id));
            self.enter(id, ReportState::Succeeded);
        }
        let breaks = if ending.is_success() {
            breakage::of_the_chain(&self.scene, id)
        } else {
            None
        };
        let (ending, cause) = match breaks {
            Some(_) => (Ending::Broken, Cause::BrokenAfterSuccess),
            None => (ending, cause),
        };
        self.stand(id, ending, step, cause);
        self.note(id, || Entry::Over(cause));
        self.keep_history(id, ending);
        self.puts_on(id, ending);
        self.end(id, self.scene.now);
        if restart_outstanding {
            self.await_switch_on(id);
        }
        self.scene.note_broken(id, Instant::NEVER);
        self.scene.note_restart_wanted(id, Instant::NEVER);
        if let Some(found) = breaks {
            self.detect_at(id, found);
        }
    }

    /// A restart is outstanding that SMS does not make: it comes when the machine has
    /// been switched off and is on again.
    pub(crate) fn await_switch_on(&mut self, id: JobId) {
        let on = run::next_switch_on(&self.scene, id);
        self.schedule(id, Kind::Restarted, on);
    }

    /// A job is over whose program is there, by a removal in vain or because it ran for
    /// another, and may have a restart outstanding: that may have come meanwhile, or comes when it would have come.
    pub(crate) fn restart_is_outstanding_still(&mut self, id: JobId) {
        let record = *self.record(id);
        if record.ending == Ending::RestartPending {
            let on = run::switch_on_after(&self.scene, id, record.run_end);
            self.schedule(id, Kind::Restarted, on.max(self.scene.now));
        }
    }

    /// SMS logs the user off, if the program of a job asks for it: for what is assigned to
    /// that it is time, and programs that wait for it may run.
    pub(crate) fn logs_user_off(&mut self, id: JobId) {
        let Some(back) = log_off::back(&self.scene, id) else {
            return;
        };
        let (machine, now) = (self.scene.jobs[id].machine, self.scene.now);
        self.scene.log_offs.note(machine, now, back);
        self.note(id, || Entry::LogsUserOff(back));
        for other in self.scene.siblings(id).filter(|other| *other != id) {
            let looks_again = log_off::looks_again(&self.scene, other);
            if let Some(due) = log_off::due(&self.scene, other, back) {
                let due = self.start_of(other, due);
                let job = self.job(other);
                job.due = job.due.min(due);
            }
            if looks_again {
                let due = self.scene.jobs[other].due;
                self.schedule(other, Kind::Wake, due.max(now));
            }
        }
    }

    /// The machine is up again.
    pub(crate) fn restarted(&mut self, id: JobId) {
        if self.scene.jobs[id].phase() == Phase::Over {
            return self.restart_is_over(id);
        }
        if restart::has_waited(&self.scene, id) {
            self.restart_cuts_short(id, self.scene.now);
        }
        if !self.service_is_up(id) {
            return;
        }
        let (machine, now) = (self.scene.jobs[id].machine, self.scene.now);
        self.scene.history.restarts(machine, now);
        for other in self.scene.siblings(id) {
            let over = self.scene.jobs[other].is_over();
            if other != id && (over || withdrawal::is_removing(&self.scene, other)) {
                self.restart_is_over(other);
            }
            self.time_before_has_restarted(other);
            self.scene.note_restart_wanted(other, Instant::NEVER);
        }
        if chain::is_run_first(&self.scene, id) {
            // The chain goes on as it does without a restart: none is pending now.
            self.enter(id, ReportState::Running);
            self.go_on_with_chain(id, false);
        } else {
            self.installed(id, false);
        }
    }

    /// The machine of a job that has begun again has restarted: the row of the time before
    /// waits for that no longer.
    fn time_before_has_restarted(&mut self, id: JobId) {
        let before = self.scene.repeats.row_before(id).copied();
        if let Some(before) = before.filter(|row| row.ending == Ending::RestartPending) {
            let row = run::has_restarted(&self.scene, id, &before);
            self.change_timeline(id, self.scene.now, before.state, row.state);
            if let Some(before) = self.scene.repeats.change_row_before(id) {
                *before = row;
            }
        }
    }

    /// The machine of a job has restarted, however it came to that: what was pending
    /// is done.
    fn restart_is_over(&mut self, id: JobId) {
        let record = *self.record(id);
        if record.ending == Ending::RestartPending {
            let (step, cause) = run::after_restart(&record);
            self.stand(id, Ending::Installed, step, cause);
            self.note(id, || Entry::HasRestarted);
        }
        if record.state != ReportState::RebootPending {
            // No client has watched the program: it says nothing of the restart either.
            return;
        }
        self.raise(id, run::success_message(&self.scene, id));
        self.enter(id, ReportState::Succeeded);
        self.report_anew(id, self.scene.now);
    }
}
