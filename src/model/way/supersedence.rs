//! Programs come to machines and go, and jobs give way to others.

use crate::engine::effort;
use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::supersedence;
use crate::model::rules::withdrawal;
use crate::model::way::events::Kind;
use crate::model::way::job::{NONE, Phase};
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, Step};
use crate::world::{ProgramId, World};

impl<'w, J: Journal> Simulation<'w, '_, J> {
    /// The program of a job's chain has succeeded: it is on the machine,
    /// and whatever it takes the place of is not.
    pub(crate) fn puts_on(&mut self, id: JobId) {
        let world: &'w World = self.scene.world;
        if !self.scene.software.any() {
            return;
        }
        let succession = &world.control.succession;
        let (program, machine) = (self.scene.program_id(id), self.scene.jobs[id].machine);
        self.scene.software.comes(machine, program);
        for old in succession.supersedes.get(&program).into_iter().flatten() {
            self.takes_off(id, *old, Cause::Replaced);
        }
        let advertised = self.scene.advertisement(id).program;
        let superseded = succession.supersedes.get(&advertised);
        for (old, remover) in &succession.uninstall {
            if *remover == program {
                let gives_way = superseded.is_some_and(|olds| olds.contains(old));
                let cause = if gives_way {
                    Cause::Replaced
                } else {
                    Cause::Uninstalled
                };
                self.takes_off(id, *old, cause);
            }
        }
    }

    /// A program goes from a job's machine, and the rows that say it is
    /// there say so no more.
    pub(crate) fn takes_off(&mut self, id: JobId, program: ProgramId, cause: Cause) {
        if !supersedence::has_program(&self.scene, id, program) {
            return;
        }
        let machine = self.scene.jobs[id].machine;
        self.scene.software.goes(machine, program);
        for other in self.scene.siblings(id) {
            if self.scene.advertisement(other).program != program
                || !self.record(other).ending.is_on_the_machine()
            {
                continue;
            }
            if withdrawal::is_removing(&self.scene, other) && !self.scene.jobs[other].holds_machine
            {
                // There is nothing left that its removal could remove.
                let job = self.job(other);
                job.serial = job.serial.wrapping_add(1);
                self.stop_removing(other);
            }
            if self.scene.jobs[other].phase() == Phase::Over {
                self.note(other, || Entry::Gone(cause));
                self.stand(other, Ending::Removed, Step::Done, cause);
            }
        }
    }

    /// A job's machine has learned of its advertisement: whatever it supersedes
    /// is not run there any more. Jobs in the line of the machine find out when
    /// it is their turn.
    pub(crate) fn tell_superseded(&mut self, id: JobId) {
        let succession = &self.scene.world.control.succession;
        let Some(olds) = succession
            .supersedes
            .get(&self.scene.advertisement(id).program)
        else {
            return;
        };
        let host = self.scene.jobs[id].host;
        if host == NONE {
            return;
        }
        let mut untold = self.untold(id);
        untold.retain(|other| {
            effort::spend(1);
            let old = self.scene.advertisement(*other).program;
            let is_told = olds.binary_search(&old).is_ok();
            if is_told {
                self.schedule(*other, Kind::Wake, self.scene.now);
            }
            !is_told
        });
        self.scene.software.keep_untold(host, untold);
    }

    /// The jobs of a job's machine that look for their turn and have not been told
    /// of anything since the last event: to hear it twice is to hear it once.
    fn untold(&mut self, id: JobId) -> Vec<JobId> {
        let scene = &mut self.scene;
        if let Some(known) = scene.software.take_untold(scene.jobs[id].host) {
            return known;
        }
        let others = scene.siblings(id).filter(|other| {
            effort::spend(1);
            let job = &scene.jobs[*other];
            job.phase() == Phase::Ready
                && !job.holds_machine
                && scene.record(*other).cause != Cause::AnotherProgram
                && supersedence::may_be_superseded(scene, *other)
        });
        others.collect()
    }

    /// A job is ready, and what its machine learns of next may tell it.
    pub(crate) fn may_be_told(&mut self, id: JobId) {
        let scene = &mut self.scene;
        let host = scene.jobs[id].host;
        if host != NONE {
            scene.software.may_be_told(host, id);
        }
    }
}
