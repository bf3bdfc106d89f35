//! A job goes from one program of its chain to the next.

use crate::model::ids::JobId;
use crate::model::journal::Journal;
use crate::model::way::job::{NONE, Phase};
use crate::model::way::simulation::Simulation;

impl<J: Journal> Simulation<'_, '_, J> {
    /// The program to run first has succeeded: the next one is up.
    pub(crate) fn go_on_with_chain(&mut self, id: JobId) {
        self.puts_on(id);
        let job = self.scene.jobs[id];
        if job.host != NONE {
            let software = &mut self.scene.software;
            software.has_run_first(job.machine, job.program, self.scene.now);
        }
        self.release_machine(id);
        // The code was that of the program before.
        self.record(id).code = None;
        self.next_program(id);
        self.scene.turn_job(id, Phase::Ready);
        self.proceed(id);
    }

    /// Turns to the next program of the chain.
    pub(crate) fn next_program(&mut self, id: JobId) {
        let next = self.scene.jobs[id].stage + 1;
        self.go_to_program(id, next);
    }

    /// The program of the chain at `stage` is up.
    pub(crate) fn go_to_program(&mut self, id: JobId, stage: u16) {
        let before = self.scene.program(id).package;
        let chain = &self.scene.plan.chains[self.scene.advertisement(id).program.index()];
        let program = chain[usize::from(stage)];
        let same_package = self.scene.world.programs[program.index()].package == before;
        self.scene.cache_changes(id);
        let job = self.job(id);
        (job.stage, job.program) = (stage, program);
        job.mode = None;
        job.point = None;
        job.runs = 0;
        // A package that is in the cache serves all its programs.
        job.cached &= same_package;
        self.scene.forget_content_tries(id);
    }
}
