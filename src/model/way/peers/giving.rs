//! A machine has something to give to others, and calls those that wait for it.

use crate::model::ids::JobId;
use crate::model::journal::Journal;
use crate::model::rules::peers;
use crate::model::surroundings::roaming;
use crate::model::way::events::Kind;
use crate::model::way::simulation::Simulation;
use crate::world::PackageId;

impl<J: Journal> Simulation<'_, '_, J> {
    /// A job has its package in the cache: the machine can be found by it
    /// wherever it may be.
    pub(crate) fn has_something_to_give(&mut self, id: JobId) {
        if !peers::shares_content(&self.scene, id) {
            return;
        }
        let package = self.scene.program(id).package;
        let home = self.scene.jobs[id].slot;
        self.shelve(id, home, package, 0);
        for site in peers::haunts(&self.scene, id) {
            // The plan has put every site that a machine can be at into its group.
            let found = self
                .scene
                .places
                .binary_search_by_key(&site, |place| place.site);
            if let Some(slot) = found.ok().filter(|slot| *slot as u32 != home) {
                self.shelve(id, slot as u32, package, 1);
            }
        }
        self.scene.peers.forget_wait(id, self.scene.now);
        self.scene.peers.stops_fetching(id);
        let here = roaming::slot_of(&self.scene, id);
        let free = peers::uploads_left(&self.scene, id, here);
        if peers::gives_at(&self.scene, id, self.scene.places[here as usize].site) {
            self.calls(id, here, package, free);
        }
    }

    fn shelve(&mut self, id: JobId, slot: u32, package: PackageId, of: usize) {
        let site = self.scene.places[slot as usize].site;
        if peers::gives_at(&self.scene, id, site) {
            let machine = self.scene.jobs[id].machine;
            self.scene.peers.shelve((machine, id), slot, package, of);
        }
    }

    /// A job begins to fetch what others may wait for.
    pub(crate) fn begins_to_fetch(&mut self, id: JobId, slot: u32, package: PackageId) {
        if peers::will_give(&self.scene, id, slot) {
            self.scene.peers.begins_to_fetch(id, slot, package);
        }
    }

    /// A job has stopped fetching without having all: if no other does, one of
    /// those that wait is called.
    pub(crate) fn stops_fetching(&mut self, id: JobId) {
        let Some(slot) = self.scene.peers.stops_fetching(id) else {
            return;
        };
        let package = self.scene.program(id).package;
        if !self.another_fetches(id, slot, package) {
            self.call(slot, package, None, 1);
        }
    }

    /// Whether a machine other than the job's fetches `package` at the place.
    pub(crate) fn another_fetches(&mut self, id: JobId, slot: u32, package: PackageId) -> bool {
        while let Some(first) = self.scene.peers.first_to_fetch(slot, package) {
            if peers::fetches_for(&self.scene, first, id, slot, package) {
                return true;
            }
            self.scene.peers.forget_first_to_fetch(slot, package);
        }
        false
    }

    /// A machine can give `package` to `more` machines at the place.
    pub(crate) fn calls(&mut self, source: JobId, slot: u32, package: PackageId, more: u32) {
        if self.scene.peers.has_line(slot, package)
            && peers::can_give(&self.scene, source, slot, package)
        {
            self.call(slot, package, Some(source), more);
        }
    }

    /// Lets some of those that wait look again.
    fn call(&mut self, slot: u32, package: PackageId, source: Option<JobId>, mut many: u32) {
        while many > 0 {
            let Some((id, number)) = self.scene.peers.first_in_line(slot, package) else {
                return;
            };
            if peers::hears_call(&self.scene, id, slot)
                && self.scene.peers.calls(id, number, source)
            {
                self.schedule(id, Kind::Retry, self.scene.now);
                many -= 1;
            }
        }
    }
}
