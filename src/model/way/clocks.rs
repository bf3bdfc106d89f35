//! What is told of clocks that are wrong.

use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::clocks;
use crate::model::way::simulation::Simulation;

impl<J: Journal> Simulation<'_, '_, J> {
    /// Notes that the clock of a job's machine is wrong, if it is.
    pub(crate) fn note_clock(&mut self, id: JobId) {
        let offset = clocks::clock_offset(&self.scene, id);
        if offset != 0 {
            self.note(id, || Entry::ClockOff(offset));
        }
    }
}
