//! Programs come to machines and go, and jobs give way to others.

use crate::engine::effort;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::supersedence::{self, Untold};
use crate::model::rules::withdrawal;
use crate::model::way::events::Kind;
use crate::model::way::job::{NONE, Phase};
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, ReportState, Step};
use crate::units::Instant;
use crate::world::{ProgramId, World};

impl<'w, J: Journal> Simulation<'w, '_, J> {
    /// The program of a job's chain has succeeded at `at`: it is on the machine,
    /// and whatever it takes the place of is not.
    pub(crate) fn puts_on(&mut self, id: u32, at: Instant) {
        let world: &'w World = self.scene.world;
        if !self.scene.software.any {
            return;
        }
        let succession = &world.control.succession;
        let (program, machine) = (
            self.scene.program_id(id),
            self.scene.jobs[id as usize].machine,
        );
        self.scene.software.moves(machine, program, at, true);
        for old in succession.supersedes.get(&program).into_iter().flatten() {
            self.takes_off(id, *old, at, Cause::Replaced);
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
                self.takes_off(id, *old, at, cause);
            }
        }
    }

    /// A program goes from a job's machine at `at`, and the rows that say it is
    /// there say so no more.
    pub(crate) fn takes_off(&mut self, id: u32, program: ProgramId, at: Instant, cause: Cause) {
        if !supersedence::has_program(&self.scene, id, program) {
            return;
        }
        let machine = self.scene.jobs[id as usize].machine;
        self.scene.software.moves(machine, program, at, false);
        for other in self.scene.siblings(id) {
            if self.scene.advertisement(other).program != program
                || !self.record(other).ending.is_on_the_machine()
            {
                continue;
            }
            if withdrawal::is_removing(&self.scene, other)
                && !self.scene.jobs[other as usize].holds_machine
            {
                // There is nothing left that its removal could remove.
                let job = self.job(other);
                job.serial = job.serial.wrapping_add(1);
                self.stop_removing(other);
            }
            if self.scene.jobs[other as usize].phase == Phase::Over {
                self.note(other, || Entry::Gone(cause));
                self.stand(other, Ending::Removed, Step::Done, cause);
            }
        }
    }

    /// A job that has found nothing to remove, and has waited since, looks again:
    /// what it supersedes may have come meanwhile.
    pub(crate) fn look_again_for_removals(&mut self, id: u32) {
        let world: &'w World = self.scene.world;
        if world.control.succession.supersedes.is_empty()
            || self.scene.jobs[id as usize].holds_machine
        {
            return;
        }
        let advertised = self.scene.advertisement(id).program;
        for stage in 0..self.scene.jobs[id as usize].stage {
            let olds = self.scene.plan.removals.get(&(advertised, stage));
            if olds.is_some_and(|olds| {
                olds.iter()
                    .any(|old| supersedence::has_program(&self.scene, id, *old))
            }) {
                return self.go_to_program(id, stage);
            }
        }
    }

    /// Whether the program of a job's chain that is up has nothing to do: a
    /// dependency, or what supersedes it, is on the machine, or what it is to
    /// remove is not.
    pub(crate) fn can_be_skipped(&mut self, id: u32) -> bool {
        let world: &'w World = self.scene.world;
        let succession = &world.control.succession;
        let (program, stage) = (
            self.scene.program_id(id),
            self.scene.jobs[id as usize].stage,
        );
        let advertised = self.scene.advertisement(id).program;
        if let Some(olds) = self.scene.plan.removals.get(&(advertised, stage)) {
            let nothing = !olds
                .iter()
                .any(|old| supersedence::has_program(&self.scene, id, *old));
            if nothing {
                self.note(id, || Entry::NothingToRemove(program));
            }
            return nothing;
        }
        let mut instead = succession.superseded_by.get(&program).into_iter().flatten();
        let ran = supersedence::has_program(&self.scene, id, program)
            || instead.any(|by| supersedence::has_program(&self.scene, id, *by));
        if ran {
            self.note(id, || Entry::AlreadyRan(program));
        }
        ran
    }

    /// A job's machine has learned of its advertisement: whatever it supersedes
    /// is not run there any more. Jobs in the line of the machine find out when
    /// it is their turn.
    pub(crate) fn tell_superseded(&mut self, id: u32) {
        let succession = &self.scene.world.control.succession;
        let Some(olds) = succession
            .supersedes
            .get(&self.scene.advertisement(id).program)
        else {
            return;
        };
        if self.scene.jobs[id as usize].host == NONE {
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
        self.scene.software.untold = Untold {
            host: self.scene.jobs[id as usize].host,
            turn: self.scene.software.turn,
            jobs: untold,
        };
    }

    /// The jobs of a job's machine that look for their turn and have not been told
    /// of anything since the last event: to hear it twice is to hear it once.
    fn untold(&mut self, id: u32) -> Vec<u32> {
        let scene = &mut self.scene;
        let (host, turn) = (scene.jobs[id as usize].host, scene.software.turn);
        let known = std::mem::take(&mut scene.software.untold);
        if known.host == host && known.turn + 1 == turn {
            return known.jobs;
        }
        let others = scene.siblings(id).filter(|other| {
            effort::spend(1);
            let job = &scene.jobs[*other as usize];
            job.phase == Phase::Ready
                && !job.holds_machine
                && scene.record(*other).cause != Cause::AnotherProgram
                && supersedence::may_be_superseded(scene, *other)
        });
        others.collect()
    }

    /// A job is ready, and what its machine learns of next may tell it.
    pub(crate) fn may_be_told(&mut self, id: u32) {
        let scene = &mut self.scene;
        let (host, turn) = (scene.jobs[id as usize].host, scene.software.turn);
        let untold = &mut scene.software.untold;
        let goes_on = untold.turn == turn || untold.turn + 1 == turn;
        if host != NONE && untold.host == host && goes_on {
            untold.turn = turn;
            untold.jobs.push(id);
        }
    }

    /// A job whose program is superseded is over; whether it is.
    pub(crate) fn gives_way(&mut self, id: u32) -> bool {
        if self.scene.jobs[id as usize].holds_machine {
            return false;
        }
        let Some(by) = supersedence::superseded_by(&self.scene, id) else {
            return false;
        };
        self.note(id, || Entry::Superseded(by));
        self.enter(id, ReportState::Canceled);
        let program = self.scene.advertisement(id).program;
        if supersedence::has_program(&self.scene, id, program) {
            // It was there before, and stays until it is replaced.
            self.stand(id, Ending::Installed, Step::Assignment, Cause::Superseded);
        } else {
            self.stand(id, Ending::NotTaken, Step::Assignment, Cause::Superseded);
        }
        self.end(id, self.scene.now);
        true
    }
}
