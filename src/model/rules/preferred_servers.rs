//! Servers that a Legacy Client prefers (KB Q205406, Q235873).
//!
//! Where Prefserv.exe has written a list into a client's registry, the client
//! tries the servers that are on it and on the list of distribution points for
//! the package; then a point to which its user has a connection; then the other
//! points at random. That the first on the list comes first is an assumption.

use crate::client::behaviour;
use crate::model::ids::JobId;
use crate::model::way::scene::Scene;
use crate::world::{NONE_PREFERRED, Preferred};

/// Marks a tier as a position in the list of preferred servers.
pub(crate) const PREFERRED: u32 = 1 << 31;

/// Marks the first tier of the other points as not begun: the point turned to
/// last is not one of them.
pub(crate) const AFRESH: u32 = 1 << 30;

/// The servers that a job's client prefers.
#[inline]
pub(crate) fn preferred<'w>(scene: &Scene<'w, '_>, id: JobId) -> &'w Preferred {
    if !scene.plan.uses.preferred_servers {
        return &NONE_PREFERRED;
    }
    preferred_of(scene, id)
}

/// The servers that a job's client prefers, in a scenario in which some are preferred.
fn preferred_of<'w>(scene: &Scene<'w, '_>, id: JobId) -> &'w Preferred {
    let world: &'w crate::world::World = scene.world;
    let profile = &world.fleet.profiles[scene.jobs[id].profile.index()];
    let of_site = || &world.sites[scene.site(id).index()].preferred;
    let preferred = profile.preferred.as_ref().unwrap_or_else(of_site);
    if preferred.is_empty() || !behaviour(profile.client).facts().has_preferred_servers {
        return &NONE_PREFERRED;
    }
    preferred
}

/// Where a job begins in the order of its points.
#[inline]
pub(crate) fn first_tier(scene: &Scene<'_, '_>, id: JobId) -> u32 {
    if preferred(scene, id).is_empty() {
        0
    } else {
        PREFERRED
    }
}

/// Whether a job has yet to try its preferred servers.
#[inline]
pub(crate) fn is_at_preferred(scene: &Scene<'_, '_>, id: JobId) -> bool {
    scene.jobs[id].tier & PREFERRED != 0
}
