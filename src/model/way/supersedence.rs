//! Programs come to machines and go, and jobs give way to others.

use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::supersedence::{self, Loss};
use crate::model::way::events::Kind;
use crate::model::way::job::NONE;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, Step};
use crate::world::ProgramId;

impl<J: Journal> Simulation<'_, '_, J> {
    /// The program of a job's chain has succeeded: it is on the machine,
    /// and whatever it takes the place of is not.
    #[inline]
    pub(crate) fn puts_on(&mut self, id: JobId) {
        if self.scene.software.any() {
            self.takes_its_place(id);
        }
    }

    #[inline(never)]
    fn takes_its_place(&mut self, id: JobId) {
        let (program, machine) = (self.scene.program_id(id), self.scene.jobs[id].machine);
        self.scene.software.comes(machine, program);
        let advertised = self.scene.advertisement(id).program;
        for (old, cause) in supersedence::goes_for(self.scene.world, program, advertised) {
            self.takes_off(id, old, cause);
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
            if supersedence::time_before_loses(&self.scene, other, program)
                && let Some(before) = self.scene.repeats.change_row_before(other)
            {
                (before.ending, before.step) = (Ending::Removed, Step::Done);
                before.cause = cause;
            }
            let Some(loss) = supersedence::loses(&self.scene, other, program) else {
                continue;
            };
            if matches!(loss, Loss::RowAndRemoval) {
                let job = self.job(other);
                job.serial = job.serial.wrapping_add(1);
                self.stop_removing(other);
            }
            self.note(other, || Entry::Gone(cause));
            self.stand(other, Ending::Removed, Step::Done, cause);
        }
    }

    /// A job's machine has learned of its advertisement: whatever it supersedes
    /// is not run there any more.
    pub(crate) fn tell_superseded(&mut self, id: JobId) {
        let Some(olds) = supersedence::superseded(&self.scene, id) else {
            return;
        };
        let mut untold = self.untold(id);
        untold.retain(|other| {
            let is_told = supersedence::gives_way(&self.scene, *other, olds);
            if is_told {
                self.schedule(*other, Kind::Wake, self.scene.now);
            }
            !is_told
        });
        let host = self.scene.jobs[id].host;
        self.scene.software.keep_untold(host, untold);
    }

    /// The jobs of a job's machine that look for their turn and have not been told
    /// of anything since the last event: to hear it twice is to hear it once.
    fn untold(&mut self, id: JobId) -> Vec<JobId> {
        let scene = &mut self.scene;
        if let Some(known) = scene.software.take_untold(scene.jobs[id].host) {
            return known;
        }
        let others = scene.siblings(id);
        others
            .filter(|other| supersedence::is_untold(scene, *other))
            .collect()
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
