//! Waiting for what another machine is fetching.
//!
//! A machine that waits stands in the line of its place and package. A machine that
//! has come to have the package calls as many as it can give to, an upload that ends
//! one more, and one is called if no machine fetches it any more. A machine that is
//! called looks again, as all do when the time of waiting is over.

use crate::model::ids::JobId;
use crate::model::surroundings::peers::find;
use crate::model::way::scene::Scene;
use crate::units::{Instant, Span};
use crate::world::PackageId;

/// A job that waits, or has waited in vain.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wait {
    /// The position in the group of the site where it waits.
    pub(crate) slot: u32,
    pub(crate) since: Instant,
    pub(crate) until: Instant,
    /// Counts the times that it has entered the line.
    pub(crate) number: u32,
    /// The job of a machine that has called.
    pub(crate) offered: Option<JobId>,
    /// It has turned to the distribution points.
    pub(crate) over: bool,
}

/// The job of a machine that has called a job in line.
pub(crate) fn offered(scene: &Scene<'_, '_>, id: JobId) -> Option<JobId> {
    scene.peers.waits.get(&id).and_then(|wait| wait.offered)
}

/// A job has what it waited for; how long it did.
pub(crate) fn forget_wait(scene: &mut Scene<'_, '_>, id: JobId) -> Span {
    if scene.peers.waits.is_empty() {
        return Span::ZERO;
    }
    let wait = scene.peers.waits.remove(&id).filter(|wait| !wait.over);
    wait.map_or(Span::ZERO, |wait| scene.now - wait.since)
}

/// A job begins to fetch what its machine will then give to others.
pub(crate) fn begins_to_fetch(scene: &mut Scene<'_, '_>, id: JobId, slot: u32, package: PackageId) {
    let site = scene.places[slot as usize].site;
    let peers = scene.world.sites[site.index()].peers;
    if peers.is_some_and(|peers| peers.wait > Span::ZERO) && find::gives_at(scene, id, site) {
        let shelf = scene.peers.shelves.entry((slot, package)).or_default();
        shelf.fetching.push_back(id);
        scene.peers.fetching.insert(id, slot);
    }
}

/// Whether a machine other than the job's fetches `package` at the place.
pub(crate) fn somebody_fetches(
    scene: &mut Scene<'_, '_>,
    id: JobId,
    slot: u32,
    package: PackageId,
) -> bool {
    loop {
        let shelf = scene.peers.shelves.get(&(slot, package));
        let Some(first) = shelf.and_then(|shelf| shelf.fetching.front().copied()) else {
            return false;
        };
        let fetches = first != id
            && scene.peers.fetching.get(&first) == Some(&slot)
            && scene.program(first).package == package;
        if fetches {
            return true;
        }
        if let Some(shelf) = scene.peers.shelves.get_mut(&(slot, package)) {
            shelf.fetching.pop_front();
        }
    }
}
