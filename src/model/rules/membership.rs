//! When a job's machine is a member of the collection of its advertisement.
//!
//! One that joins is offered the advertisement at its first look from then on; what
//! follows from leaving is in [`withdrawal`](crate::model::rules::withdrawal). Where no members
//! change there is nothing to look up.

use crate::model::journal::{Entry, Journal};
use crate::model::way::simulation::Simulation;
use crate::units::Instant;
use crate::world::{Membership, World};

impl<'w, J: Journal> Simulation<'w, '_, J> {
    /// When a job's machine is a member.
    pub(crate) fn membership(&self, id: u32) -> Membership {
        let fleet = &self.world.fleet;
        if fleet.memberships.is_empty() {
            return Membership::ALWAYS;
        }
        let job = &self.jobs[id as usize];
        fleet.membership(job.machine, job.advertisement)
    }

    /// Notes since when a job's machine is a member, if it has not always been.
    pub(crate) fn note_membership(&mut self, id: u32) {
        let from = self.membership(id).from;
        if from > Instant::START {
            let collection = self.collection(id);
            self.note(id, || Entry::Member(collection.to_owned(), from));
        }
    }

    /// The collection that a job's machine has left by now, if that came before
    /// the end of the advertisement.
    pub(crate) fn collection_left(&self, id: u32) -> Option<&'w str> {
        let left = self.membership(id).until;
        (left <= self.now && left <= self.deleted_at(id)).then(|| self.collection(id))
    }

    /// The name of the collection of a job's advertisement, whose members change.
    fn collection(&self, id: u32) -> &'w str {
        let world: &'w World = self.world;
        let collections = &world.fleet.memberships.collections;
        let name = collections.get(&self.jobs[id as usize].advertisement);
        name.map_or("", String::as_str)
    }
}
