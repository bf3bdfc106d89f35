//! A program has returned a code: it has succeeded, failed, or runs again.

use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::restart::{self, Next};
use crate::model::rules::retry::Failure;
use crate::model::rules::run;
use crate::model::way::events::Kind;
use crate::model::way::job::Phase;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, ReportState};
use crate::product::exit_codes::Verdict;
use crate::product::status;

impl<J: Journal> Simulation<'_, '_, J> {
    /// The program has returned `code`; `why` if it is known that it could not
    /// have done otherwise.
    pub(crate) fn exit(&mut self, id: JobId, code: u32, why: Option<Cause>) {
        let now = self.scene.now;
        self.note(id, || Entry::Exits(code));
        if run::is_left_alone(&self.scene, id) {
            return self.ends_alone(id, Some(code));
        }
        let record = self.record(id);
        record.run_end = now;
        record.code = Some(code);
        self.end_session(id);
        self.scene.turn_job(id, Phase::Ready);
        match run::verdict(&self.scene, id, code) {
            Verdict::Success => self.succeeded(id, false),
            Verdict::RestartPending => self.succeeded(id, true),
            Verdict::Retry => self.run_again(id, why),
            Verdict::Fail => {
                let (step, cause) = run::blame(&self.scene, id, why);
                let message = run::failure_message(&self.scene, id);
                self.fail(id, step, cause, Some(code), message);
            }
        }
    }

    /// A code of the retry list.
    fn run_again(&mut self, id: JobId, why: Option<Cause>) {
        let (step, cause) = run::blame(&self.scene, id, why);
        let message = run::failure_message(&self.scene, id);
        // What accounts and access lists refuse, they refuse again; a code
        // that was drawn is drawn anew.
        let alike = why.is_some();
        self.repeat_run(
            id,
            alike,
            Failure {
                step,
                cause,
                message,
                messages: if self.scene.jobs[id].started { 2 } else { 1 },
            },
        );
    }

    /// Runs the program again later, or gives up.
    pub(crate) fn repeat_run(&mut self, id: JobId, alike: bool, failure: Failure) {
        let used = self.scene.jobs[id].runs - 1;
        let alike = alike && !self.scene.jobs[id].waited;
        let rule = self
            .scene
            .behaviour(id)
            .program_retry(&self.scene.world.rules);
        self.release_machine(id);
        let made = self.try_again(id, rule, used, alike, failure);
        self.job(id).runs += made;
    }

    fn succeeded(&mut self, id: JobId, restart_wanted: bool) {
        self.logs_user_off(id);
        let next = restart::follows(&self.scene, id);
        let restarts = matches!(next, Next::Restart);
        if matches!(next, Next::Chain) {
            if restart_wanted {
                self.scene.note_restart_wanted(id, self.scene.now);
            }
            return self.go_on_with_chain(id, restart_wanted);
        }
        let restart_wanted = restart_wanted || restart::is_outstanding(&self.scene, id);
        if restarts || restart_wanted {
            self.raise(id, status::RESTART_PENDING);
            self.enter(id, ReportState::RebootPending);
        }
        if restarts {
            self.restart(id);
        } else {
            self.installed(id, restart_wanted);
        }
    }

    /// The machine of a job restarts, now or in a maintenance window.
    fn restart(&mut self, id: JobId) {
        self.scene.turn_job(id, Phase::Restarting);
        let begins = restart::begins(&self.scene, id);
        if begins > self.scene.now {
            self.note(id, || Entry::RestartWaits(begins));
            self.release_machine(id);
        } else {
            self.note(id, || Entry::Restarts);
        }
        self.stops_giving(id);
        let over = restart::is_over_at(&self.scene, id, begins);
        if begins == self.scene.now {
            self.restart_cuts_short(id, over);
        }
        self.schedule(id, Kind::Restarted, over);
    }
}
