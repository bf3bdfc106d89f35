//! What is on a machine, and programs that take the place of others.
//!
//! A program that has succeeded is on the machine, and so is one that the fleet
//! had before the start. One that supersedes it takes its place when it
//! succeeds, having upgraded it or, with `uninstall_first`, having had it removed
//! by a program of the chain before. A program that is superseded by one which
//! the machine has, or has accepted an offer of, is not run any more
//! (learn.microsoft.com, "Revise and supersede applications").
//!
//! Where nothing supersedes anything, nothing is kept and nothing asked.

use crate::engine::identity;
use crate::model::journal::{Entry, Journal};
use crate::model::way::events::Kind;
use crate::model::way::job::{NONE, Phase};
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, ReportState, Step};
use crate::units::Instant;
use crate::world::{ProfileId, ProgramId, World};
use std::collections::{HashMap, HashSet};

/// What is known of programs on machines beyond the jobs that ran them. Only
/// looked up, never walked.
#[derive(Debug, Default)]
pub(crate) struct Software {
    /// Whether there is anything to know; else none of this is asked about.
    pub(crate) any: bool,
    /// Programs that came to machines, or went, and from when on.
    moved: HashMap<(u32, ProgramId), (Instant, bool)>,
    /// Jobs whose advertisement the machine has found gone.
    pub(crate) revoked: HashSet<u32>,
    /// Jobs that remove their program.
    pub(crate) removing: HashSet<u32>,
}

impl Software {
    pub(crate) fn new(world: &World) -> Self {
        Self {
            any: world.control.succession.is_used() || world.fleet.memberships.has_leavers(),
            ..Self::default()
        }
    }
}

impl<'w, J: Journal> Simulation<'w, '_, J> {
    /// Whether a program is on a job's machine.
    pub(crate) fn has_program(&self, id: u32, program: ProgramId) -> bool {
        let job = &self.jobs[id as usize];
        match self.software.moved.get(&(job.machine, program)) {
            Some((from, there)) => *there && *from <= self.now,
            None => self.had_before(id, program),
        }
    }

    /// Whether a program is on a job's machine, or will be when it ends with
    /// nobody watching.
    fn has_or_gets(&self, id: u32, program: ProgramId) -> bool {
        let moved = self
            .software
            .moved
            .get(&(self.jobs[id as usize].machine, program));
        moved.map_or_else(|| self.had_before(id, program), |(_, there)| *there)
    }

    /// Whether a program was on a job's machine before the start.
    pub(crate) fn had_before(&self, id: u32, program: ProgramId) -> bool {
        let job = &self.jobs[id as usize];
        let key: (ProfileId, ProgramId) = (job.profile, program);
        let Some(share) = self.world.control.succession.installed.get(&key) else {
            return false;
        };
        let named = identity(&self.world.programs[program.index()].id);
        self.draws.installed(job.key, named).uniform(0) < *share
    }

    /// The program of a job's chain has succeeded at `at`: it is on the machine,
    /// and whatever it takes the place of is not.
    pub(crate) fn puts_on(&mut self, id: u32, at: Instant) {
        let world: &'w World = self.world;
        if !self.software.any {
            return;
        }
        let succession = &world.control.succession;
        let (program, machine) = (self.program_id(id), self.jobs[id as usize].machine);
        self.software.moved.insert((machine, program), (at, true));
        for old in succession.supersedes.get(&program).into_iter().flatten() {
            self.takes_off(id, *old, at, Cause::Replaced);
        }
        let advertised = self.advertisement(id).program;
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
        if !self.has_program(id, program) {
            return;
        }
        let machine = self.jobs[id as usize].machine;
        self.software.moved.insert((machine, program), (at, false));
        for other in self.siblings(id) {
            if self.advertisement(other).program != program
                || !self.record(other).ending.is_on_the_machine()
            {
                continue;
            }
            if self.is_removing(other) && !self.jobs[other as usize].holds_machine {
                // There is nothing left that its removal could remove.
                let job = self.job(other);
                job.serial = job.serial.wrapping_add(1);
                self.stop_removing(other);
            }
            if self.jobs[other as usize].phase == Phase::Over {
                self.note(other, || Entry::Gone(cause));
                self.stand(other, Ending::Removed, Step::Done, cause);
            }
        }
    }

    /// A job that has found nothing to remove, and has waited since, looks again:
    /// what it supersedes may have come meanwhile.
    pub(crate) fn look_again_for_removals(&mut self, id: u32) {
        let world: &'w World = self.world;
        if world.control.succession.supersedes.is_empty() || self.jobs[id as usize].holds_machine {
            return;
        }
        let advertised = self.advertisement(id).program;
        for stage in 0..self.jobs[id as usize].stage {
            let olds = self.plan.removals.get(&(advertised, stage));
            if olds.is_some_and(|olds| olds.iter().any(|old| self.has_program(id, *old))) {
                return self.go_to_program(id, stage);
            }
        }
    }

    /// Whether the program of a job's chain that is up has nothing to do: a
    /// dependency, or what supersedes it, is on the machine, or what it is to
    /// remove is not.
    pub(crate) fn can_be_skipped(&mut self, id: u32) -> bool {
        let world: &'w World = self.world;
        let succession = &world.control.succession;
        let (program, stage) = (self.program_id(id), self.jobs[id as usize].stage);
        let advertised = self.advertisement(id).program;
        if let Some(olds) = self.plan.removals.get(&(advertised, stage)) {
            let nothing = !olds.iter().any(|old| self.has_program(id, *old));
            if nothing {
                self.note(id, || Entry::NothingToRemove(program));
            }
            return nothing;
        }
        let mut instead = succession.superseded_by.get(&program).into_iter().flatten();
        let ran = self.has_program(id, program) || instead.any(|by| self.has_program(id, *by));
        if ran {
            self.note(id, || Entry::AlreadyRan(program));
        }
        ran
    }

    /// Whether the program of a job's chain that is up removes what the
    /// advertised one supersedes.
    pub(crate) fn is_removal(&self, id: u32) -> bool {
        let key = (self.advertisement(id).program, self.jobs[id as usize].stage);
        self.plan.removals.contains_key(&key)
    }

    /// A job's machine has learned of its advertisement: whatever it supersedes
    /// is not run there any more. Jobs in the line of the machine find out when
    /// it is their turn.
    pub(crate) fn tell_superseded(&mut self, id: u32) {
        let succession = &self.world.control.succession;
        let Some(olds) = succession.supersedes.get(&self.advertisement(id).program) else {
            return;
        };
        for other in self.siblings(id) {
            let job = &self.jobs[other as usize];
            if job.phase == Phase::Ready
                && !job.holds_machine
                && olds.contains(&self.advertisement(other).program)
                && self.record(other).cause != Cause::AnotherProgram
            {
                self.schedule(other, Kind::Wake, self.now);
            }
        }
    }

    /// Whether the program of a job may ever be superseded; then it waits for
    /// everything else that the same poll brings.
    pub(crate) fn may_be_superseded(&self, id: u32) -> bool {
        let by = &self.world.control.succession.superseded_by;
        !by.is_empty() && by.contains_key(&self.advertisement(id).program)
    }

    /// A program that supersedes that of a job, and is on the machine or
    /// offered to it.
    pub(crate) fn superseded_by(&mut self, id: u32) -> Option<ProgramId> {
        let world: &'w World = self.world;
        let superseded_by = &world.control.succession.superseded_by;
        if superseded_by.is_empty() {
            return None;
        }
        let by = superseded_by.get(&self.advertisement(id).program)?;
        let there = by.iter().find(|by| self.has_or_gets(id, **by));
        if let Some(there) = there {
            return Some(*there);
        }
        if self.jobs[id as usize].host == NONE {
            return None;
        }
        let offers = self.siblings(id);
        let mut offered = None;
        for other in offers {
            let program = self.advertisement(other).program;
            if offered.is_none() && by.contains(&program) && self.is_offered(other) {
                offered = Some(program);
            }
        }
        offered
    }

    /// Whether a job's machine has accepted its advertisement, or is about to,
    /// and will run it unless something goes wrong.
    fn is_offered(&mut self, id: u32) -> bool {
        let platforms = &self.world.programs[self.advertisement(id).program.index()].platforms;
        let fits = platforms.is_empty() || platforms.contains(&self.profile(id).platform);
        let lasting = self.now < self.expires(id) && !self.software.revoked.contains(&id);
        let wanted = match self.jobs[id as usize].phase {
            Phase::Unaware => false,
            Phase::Asking => self.advertisement(id).assignment.is_some(),
            _ => !matches!(
                self.record(id).ending,
                Ending::Rejected | Ending::NotTaken | Ending::NotOffered
            ),
        };
        fits && lasting && wanted
    }

    /// A job whose program is superseded is over; whether it is.
    pub(crate) fn gives_way(&mut self, id: u32) -> bool {
        if self.jobs[id as usize].holds_machine {
            return false;
        }
        let Some(by) = self.superseded_by(id) else {
            return false;
        };
        self.note(id, || Entry::Superseded(by));
        self.enter(id, ReportState::Canceled);
        let program = self.advertisement(id).program;
        if self.has_program(id, program) {
            // It was there before, and stays until it is replaced.
            self.stand(id, Ending::Installed, Step::Assignment, Cause::Superseded);
        } else {
            self.stand(id, Ending::NotTaken, Step::Assignment, Cause::Superseded);
        }
        self.end(id, self.now);
        true
    }
}
