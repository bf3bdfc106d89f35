//! When a job may fare otherwise than it does now, as far as is known: until then, what
//! is refused is refused again.

use crate::model::ids::JobId;
use crate::model::rules::orphans;
use crate::model::rules::withdrawal;
use crate::model::surroundings::roaming;
use crate::model::way::scene::Scene;
use crate::units::{Instant, Span};

/// The first instant after now at which a try of this job may end otherwise, content
/// aside.
pub(crate) fn of_access(scene: &Scene<'_, '_>, id: JobId) -> Instant {
    let (position, site) = (scene.jobs[id].machine, scene.site(id));
    let known = scene.ledger.next_change(position, site, scene.now);
    let change = scene.agenda.next_access_change(scene.now);
    change.min(known).min(of_its_own(scene, id))
}

/// When next the machine moves, its client goes, or it finds its advertisement
/// gone, whatever changes in the world.
pub(crate) fn of_its_own(scene: &Scene<'_, '_>, id: JobId) -> Instant {
    let leaves = orphans::uninstalls_at(scene, id).max(scene.now + Span(1));
    let gone = withdrawal::next_look_at_the_end(scene, id);
    roaming::whereabouts(scene, id).until.min(leaves).min(gone)
}
