//! Which domain controller validates a logon.

use crate::engine::effort;
use crate::world::{DomainId, ServerId, SiteId, World};

/// The controllers of `domain` that a machine at `site` would ask: those at
/// the site itself, else those of the nearest place on the way to the root
/// that has any, else all of them. Empty if the domain's controllers are not
/// simulated.
pub(crate) fn nearest_controllers(world: &World, domain: DomainId, site: SiteId) -> Vec<ServerId> {
    // Ascending, as the servers of a site are.
    let controllers = &world.directory.domains[domain.index()].controllers;
    let mut at = Some(site).filter(|_| !controllers.is_empty());
    while let Some(place) = at {
        let servers = world.servers_at.here(place).iter().copied();
        effort::spend(1 + servers.len());
        let here: Vec<_> = servers
            .filter(|id| controllers.binary_search(id).is_ok())
            .collect();
        if !here.is_empty() {
            return here;
        }
        at = world.sites[place.index()].parent;
    }
    controllers.clone()
}
