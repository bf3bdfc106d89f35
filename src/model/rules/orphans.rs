//! Legacy Clients that reach no client access point any more.
//!
//! They try every hour, and uninstall themselves after sixty days (KB Q227033):
//! whatever they had still to do is not done, and the site hears nothing of it.
//! Since when a client has been out of touch follows from what is down and from
//! the passwords that were changed; nothing is kept for it, and nothing asked
//! where the simulated time is shorter than that.

use crate::model::rules::client_removal;
use crate::model::surroundings::faults;
use crate::model::way::scene::Scene;
use crate::units::Instant;

/// When the client of a job goes, should nothing change before: it uninstalls
/// itself, or is removed outside the boundaries of its site.
pub(crate) fn uninstalls_at(scene: &Scene<'_, '_>, id: u32) -> Instant {
    let removed =
        client_removal::removed_at(scene, scene.jobs[id as usize].machine, scene.site(id));
    orphaned_at(scene, id).min(removed)
}

/// When the client of a job uninstalls itself, should nothing change before.
pub(crate) fn orphaned_at(scene: &Scene<'_, '_>, id: u32) -> Instant {
    let after = scene.world.rules.orphan_after;
    if scene.world.horizon < after || !scene.behaviour(id).uninstalls_when_out_of_touch() {
        return Instant::NEVER;
    }
    out_of_touch_since(scene, id).map_or(Instant::NEVER, |since| since + after)
}

/// Since when a client has not got in at its contact.
pub(crate) fn out_of_touch_since(scene: &Scene<'_, '_>, id: u32) -> Option<Instant> {
    let behaviour = scene.behaviour(id);
    let contact = behaviour.contact(&scene.world.sites[scene.site(id).index()])?;
    let down = faults::out_of_reach_since(scene, id, contact, behaviour.contact_role());
    let barred =
        scene
            .ledger
            .barred_since(scene.jobs[id as usize].machine, scene.site(id), scene.now);
    down.into_iter().chain(barred).min()
}
