//! What is known of programs on machines beyond the jobs that ran them.

use crate::model::ids::JobId;
use crate::world::{ProgramId, World};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Programs that have come to machines, or gone. Only looked up, never walked.
#[derive(Debug, Default)]
pub(crate) struct Software {
    /// Whether there is anything to know; else none of this is asked about.
    any: bool,
    /// Programs that came to machines (true), or went.
    moved: HashMap<(u32, ProgramId), bool>,
    /// Those that came to each machine and have not gone.
    came: HashMap<u32, BTreeSet<ProgramId>>,
    /// Jobs whose advertisement the machine has found gone.
    revoked: HashSet<JobId>,
    /// Jobs that remove their program.
    removing: HashSet<JobId>,
    /// How many events the group has had.
    turn: u64,
    untold: Untold,
}

/// The jobs of one machine that have yet to be told of what takes their place:
/// known as long as one event after the other brings it an advertisement.
#[derive(Debug, Default)]
struct Untold {
    host: u32,
    turn: u64,
    jobs: Vec<JobId>,
}

impl Software {
    pub(crate) fn new(world: &World) -> Self {
        Self {
            any: world.may_remove_programs(),
            ..Self::default()
        }
    }

    /// Whether programs may take the place of others, or be withdrawn.
    pub(crate) fn any(&self) -> bool {
        self.any
    }

    /// A program comes to a machine.
    pub(crate) fn comes(&mut self, machine: u32, program: ProgramId) {
        self.moved.insert((machine, program), true);
        self.came.entry(machine).or_default().insert(program);
    }

    /// A program goes from a machine.
    pub(crate) fn goes(&mut self, machine: u32, program: ProgramId) {
        self.moved.insert((machine, program), false);
        if let Some(came) = self.came.get_mut(&machine) {
            came.remove(&program);
        }
    }

    /// The programs that came to a machine and have not gone, ascending.
    pub(crate) fn came(&self, machine: u32) -> impl Iterator<Item = ProgramId> + '_ {
        self.came.get(&machine).into_iter().flatten().copied()
    }

    /// Whether a program last came to a machine or went, if it did either.
    pub(crate) fn moved(&self, machine: u32, program: ProgramId) -> Option<bool> {
        self.moved.get(&(machine, program)).copied()
    }

    /// A machine has found the advertisement of a job gone.
    pub(crate) fn revoke(&mut self, id: JobId) {
        self.revoked.insert(id);
    }

    /// Whether a machine has found the advertisement of a job gone.
    pub(crate) fn is_revoked(&self, id: JobId) -> bool {
        !self.revoked.is_empty() && self.revoked.contains(&id)
    }

    /// A job begins to remove its program.
    pub(crate) fn removes(&mut self, id: JobId) {
        self.removing.insert(id);
    }

    /// Whether a job removes its program.
    pub(crate) fn is_removing(&self, id: JobId) -> bool {
        !self.removing.is_empty() && self.removing.contains(&id)
    }

    /// A job removes its program no longer.
    pub(crate) fn stops_removing(&mut self, id: JobId) {
        self.removing.remove(&id);
    }

    /// The next event begins.
    pub(crate) fn begins_event(&mut self) {
        self.turn += 1;
    }

    /// The jobs of a machine that have yet to be told, if the event before told of
    /// the same machine.
    pub(crate) fn take_untold(&mut self, host: u32) -> Option<Vec<JobId>> {
        let known = std::mem::take(&mut self.untold);
        (known.host == host && known.turn + 1 == self.turn).then_some(known.jobs)
    }

    /// Keeps the jobs of a machine that have yet to be told.
    pub(crate) fn keep_untold(&mut self, host: u32, jobs: Vec<JobId>) {
        let turn = self.turn;
        self.untold = Untold { host, turn, jobs };
    }

    /// A job of a machine is ready, and what the machine learns of next may tell it.
    pub(crate) fn may_be_told(&mut self, host: u32, id: JobId) {
        let (turn, untold) = (self.turn, &mut self.untold);
        let goes_on = untold.turn == turn || untold.turn + 1 == turn;
        if untold.host == host && goes_on {
            untold.turn = turn;
            untold.jobs.push(id);
        }
    }
}
