//! What a job does when its machine has moved.

use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::surroundings::roaming;
use crate::model::surroundings::roaming::Whereabouts;
use crate::model::way::simulation::Simulation;

impl<J: Journal> Simulation<'_, '_, J> {
    /// Notes where a job's machine is, if it is away.
    pub(crate) fn note_place(&mut self, id: JobId) {
        if self.scene.away.any {
            let Whereabouts { site, until } = roaming::whereabouts(&self.scene, id);
            if site != self.scene.site(id) {
                self.note(id, || Entry::Away(site, until));
            }
        }
    }
}
