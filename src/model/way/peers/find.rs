//! A machine has something to give to others.

use crate::model::ids::JobId;
use crate::model::journal::Journal;
use crate::model::surroundings::peers::find;
use crate::model::surroundings::peers::transfer;
use crate::model::surroundings::peers::waiting;
use crate::model::surroundings::roaming;
use crate::model::way::simulation::Simulation;

impl<J: Journal> Simulation<'_, '_, J> {
    /// A job has its package in the cache: the machine can be found by it
    /// wherever it may be.
    pub(crate) fn has_something_to_give(&mut self, id: JobId) {
        if !self.scene.peers.any() || !transfer::shares_content(&self.scene, id) {
            return;
        }
        let package = self.scene.program(id).package;
        let home = self.scene.jobs[id].slot;
        find::shelve(&mut self.scene, id, home, package, 0);
        for site in find::haunts(&self.scene, id) {
            // The plan has put every site that a machine can be at into its group.
            let found = self
                .scene
                .places
                .binary_search_by_key(&site, |place| place.site);
            if let Some(slot) = found.ok().filter(|slot| *slot as u32 != home) {
                find::shelve(&mut self.scene, id, slot as u32, package, 1);
            }
        }
        waiting::forget_wait(&mut self.scene, id);
        self.scene.peers.stops_fetching(id);
        let here = roaming::slot_of(&self.scene, id);
        let free = find::uploads_left(&self.scene, id, here);
        if find::gives_at(&self.scene, id, self.scene.places[here as usize].site) {
            self.calls(id, here, package, free);
        }
    }
}
