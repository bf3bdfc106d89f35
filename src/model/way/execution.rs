//! A job becomes the executing account, and its program starts.

use crate::client::Mode;
use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::logon;
use crate::model::rules::run::{self, Obstacle};
use crate::model::way::job::Phase;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Actor, ReportState, Resource, Step};
use crate::product::status;
use crate::units::Instant;

impl<J: Journal> Simulation<'_, '_, J> {
    /// Time and conditions allow it: becomes the executing account, then goes
    /// to the content.
    pub(crate) fn launch(&mut self, id: JobId) {
        self.scene.look_for_user(id);
        self.touches.clear();
        self.job(id).innocent = false;
        self.job(id).refused = None;
        match self.become_runner(id) {
            Ok(execution) => {
                self.note(id, || Entry::Executes(execution));
                self.record(id).executing = execution.actor;
                self.job(id).execution = Some(execution);
            }
            Err((actor, refusal)) => {
                self.note(id, || Entry::ExecutionRefused(actor, refusal));
                let record = self.record(id);
                record.executing = actor;
                record.attempts += 1;
                record.resource = match actor {
                    Actor::Account(account) => Resource::Account(account),
                    _ => Resource::None,
                };
                let cause = logon::cause_to_run(&self.scene, id, actor, refusal);
                return self.fail(
                    id,
                    Step::Elevation,
                    cause,
                    Some(refusal.code),
                    status::PREPARATION_FAILED,
                );
            }
        }
        if self.scene.jobs[id].mode == Some(Mode::RunFromPoint) {
            self.connect(id);
        } else {
            self.job(id).waited = false;
            self.occurrence_starts(id);
            // The first run from the cache belongs to the try that filled it; every other
            // one, and one that needs no content, is a try of its own.
            if !std::mem::replace(&mut self.job(id).in_try, false) {
                let record = self.record(id);
                record.attempts += 1;
                (record.run_start, record.run_end) = (Instant::NEVER, Instant::NEVER);
            }
            self.start_program(id);
        }
    }

    /// The files are at hand: the program starts.
    pub(crate) fn start_program(&mut self, id: JobId) {
        let record = self.record(id);
        record.code = None;
        record.resource = Resource::None;
        self.scene.turn_job(id, Phase::ReachingShare);
        let job = self.job(id);
        job.runs += 1;
        job.share = 0;
        job.presented = 0;
        job.refused = None;
        job.started = false;
        self.reach_shares(id);
    }

    /// The program's process comes to life, unless it has before; false if it
    /// ends at once.
    pub(crate) fn process_starts(&mut self, id: JobId) -> bool {
        if std::mem::replace(&mut self.job(id).started, true) {
            return true;
        }
        let (now, program_id) = (self.scene.now, self.scene.program_id(id));
        self.note(id, || Entry::Starts(program_id));
        self.enter(id, ReportState::Running);
        self.raise(id, status::STARTED);
        self.expect_verification(id);
        let record = self.record(id);
        record.run_start = now;
        // The end of an earlier run does not belong to this one.
        record.run_end = Instant::NEVER;
        let (obstacle, told) = run::obstacle(&self.scene, id);
        if let Some(told) = told {
            self.note(id, || told);
        }
        let Some(Obstacle { code, cause }) = obstacle else {
            return true;
        };
        self.exit(id, code, Some(cause));
        false
    }
}
