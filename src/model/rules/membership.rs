//! When a job's machine is a member of the collection of its advertisement.
//!
//! One that joins is offered the advertisement at its first look from then on; what
//! follows from leaving is in [`withdrawal`](crate::model::rules::withdrawal). Where no members
//! change there is nothing to look up.

use crate::model::ids::JobId;
use crate::model::rules::withdrawal;
use crate::model::way::scene::Scene;
use crate::world::{Membership, World};

/// When a job's machine is a member.
pub(crate) fn membership(scene: &Scene<'_, '_>, id: JobId) -> Membership {
    let fleet = &scene.world.fleet;
    if fleet.memberships.is_empty() {
        return Membership::ALWAYS;
    }
    let job = &scene.jobs[id];
    fleet.membership(job.machine, job.advertisement)
}

/// The collection that a job's machine has left by now, if that came before
/// the end of the advertisement.
pub(crate) fn collection_left<'w>(scene: &Scene<'w, '_>, id: JobId) -> Option<&'w str> {
    let left = membership(scene, id).until;
    (left <= scene.now && left <= withdrawal::deleted_at(scene, id)).then(|| collection(scene, id))
}

/// The name of the collection of a job's advertisement, whose members change.
pub(crate) fn collection<'w>(scene: &Scene<'w, '_>, id: JobId) -> &'w str {
    let world: &'w World = scene.world;
    let collections = &world.fleet.memberships.collections;
    let name = collections.get(&scene.jobs[id].advertisement);
    name.map_or("", String::as_str)
}
