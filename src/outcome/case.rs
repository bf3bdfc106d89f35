//! A record of a run, and the machine and advertisement that it is about.

use super::{Actor, Outcome, Step};
use crate::world::{Advertisement, MachineId, Profile, Program, World};

/// A record and what it is about.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The scenario.
    pub world: &'a World,
    /// The machine.
    pub id: MachineId,
    /// Its name.
    pub machine: &'a str,
    /// What was offered.
    pub advertisement: &'a Advertisement,
    /// The record.
    pub outcome: &'a Outcome,
}

impl<'a> Case<'a> {
    /// What the machine has in common with others.
    pub fn profile(&self) -> &'a Profile {
        let fleet = &self.world.fleet;
        fleet.profile(&fleet.machines[self.id.index()])
    }

    /// The program that was to run: of a chain, the one that the record tells about.
    pub fn program(&self) -> &'a Program {
        let before = match self.outcome.step {
            // These are of the advertisement.
            Step::Policy | Step::Acceptance | Step::Assignment => None,
            _ => self.outcome.program.before(),
        };
        self.world
            .programs
            .get(before.unwrap_or(self.advertisement.program).index())
            .unwrap_or_else(|| self.advertised())
    }

    /// The program that is advertised.
    pub(crate) fn advertised(&self) -> &'a Program {
        &self.world.programs[self.advertisement.program.index()]
    }

    /// The name of an account, as the machine uses it.
    pub(crate) fn name(&self, actor: Actor) -> String {
        let mut name = String::new();
        actor.write_name(self.world, self.profile(), self.machine, &mut name);
        name
    }
}
