//! What is told of collections whose members change.

use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::membership;
use crate::model::way::simulation::Simulation;
use crate::units::Instant;

impl<J: Journal> Simulation<'_, '_, J> {
    /// Notes since when a job's machine is a member, if it has not always been.
    pub(crate) fn note_membership(&mut self, id: JobId) {
        let from = membership::membership(&self.scene, id).from;
        if from > Instant::START {
            let collection = membership::collection(&self.scene, id);
            self.note(id, || Entry::Member(collection.to_owned(), from));
        }
    }
}
