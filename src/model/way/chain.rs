//! A job goes from one program of its chain to the next.

use crate::model::ids::JobId;
use crate::model::journal::Journal;
use crate::model::rules::breakage;
use crate::model::rules::chain::{self, Turn};
use crate::model::rules::history;
use crate::model::way::job::Phase;
use crate::model::way::simulation::Simulation;

impl<J: Journal> Simulation<'_, '_, J> {
    /// The program to run first has succeeded: the next one is up.
    pub(crate) fn go_on_with_chain(&mut self, id: JobId, restart_outstanding: bool) {
        let ending = history::success_in_chain(&self.scene, id, restart_outstanding);
        self.puts_on(id, ending);
        self.keep_history(id, ending);
        if let Some(found) = breakage::of_the_chain(&self.scene, id) {
            self.scene.note_broken(id, found);
        }
        self.release_machine(id);
        self.go_to_program(id, chain::next(&self.scene, id));
        // What is told so far is told of the program before, apart from content that
        // serves both.
        let serves_both = self.scene.jobs[id].cached;
        let record = self.record(id);
        if serves_both {
            record.forget_run();
        } else {
            record.forget_try();
        }
        self.scene.turn_job(id, Phase::Ready);
        self.proceed(id);
    }

    /// Another program of the chain is up.
    pub(crate) fn go_to_program(&mut self, id: JobId, turn: Turn) {
        self.scene.cache_changes(id);
        let job = self.job(id);
        (job.stage, job.program) = (turn.stage, turn.program);
        job.mode = None;
        job.point = None;
        job.runs = 0;
        job.in_try = false;
        job.cached &= turn.shares_content;
        self.scene.forget_content_tries(id);
    }
}
