//! Client services of domain controllers that start together (KB Q278345): whether they
//! race, and for how long one waits or hangs.

use crate::client::may_race;
use crate::model::ids::JobId;
use crate::model::journal::Entry;
use crate::model::surroundings::token_race::Service;
use crate::model::way::scene::Scene;
use crate::units::Instant;

/// Whether the client service of a job's machine writes a token account when it starts.
pub(crate) fn is_used(scene: &Scene<'_, '_>, id: JobId) -> bool {
    may_race(scene.world, scene.profile(id))
}

/// Until when a service that has started waits, or hangs, and what is told of it; `None`
/// if it is up.
pub(crate) fn waits(
    scene: &Scene<'_, '_>,
    id: JobId,
    service: Service,
) -> Option<(Instant, Entry)> {
    match service {
        Service::Up => None,
        Service::Hangs => {
            let again = scene.now + scene.world.rules.service_hang;
            Some((again, Entry::Hangs(again)))
        }
        Service::Waits => {
            let policy = scene.world.identities.policy(scene.profile(id).domain);
            let seen = scene.now + policy.replication;
            Some((seen, Entry::AwaitsToken(seen)))
        }
    }
}
