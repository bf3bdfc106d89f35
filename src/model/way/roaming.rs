//! What a job does when its machine has moved.

use crate::model::journal::{Entry, Journal};
use crate::model::rules::fallback;
use crate::model::surroundings::roaming;
use crate::model::surroundings::roaming::Whereabouts;
use crate::model::way::simulation::Simulation;

impl<J: Journal> Simulation<'_, '_, J> {
    /// Whoever has moved since it located its content locates it anew.
    pub(crate) fn locate_anew_if_moved(&mut self, id: u32) {
        if !self.scene.away.any {
            return;
        }
        if roaming::has_moved(&self.scene, id) {
            let place = roaming::place_of(&self.scene, id);
            self.scene.away.located.insert(id, place);
            // Its neighbours are others now.
            fallback::stop_looking(&mut self.scene, id);
            let job = self.job(id);
            if !job.cached {
                job.mode = None;
            }
        }
    }

    /// Notes where a job's machine is, if it is away.
    pub(crate) fn note_place(&mut self, id: u32) {
        if self.scene.away.any {
            let Whereabouts { site, until } = roaming::whereabouts(&self.scene, id);
            if site != self.scene.site(id) {
                self.note(id, || Entry::Away(site, until));
            }
        }
    }
}
