//! Which domain controller validates a logon.

use crate::world::{DomainId, ServerId, SiteId, World};

/// The controllers of `domain` that a machine at `site` would ask: those at
/// the site itself, else those of the nearest place on the way to the root
/// that has any, else all of them. Empty if the domain's controllers are not
/// simulated.
pub(crate) fn nearest_controllers(world: &World, domain: DomainId, site: SiteId) -> Vec<ServerId> {
    let controllers = &world.directory.domains[domain.index()].controllers;
    let mut at = Some(site);
    while let Some(place) = at {
        let here: Vec<_> = controllers
            .iter()
            .copied()
            .filter(|id| world.servers[id.index()].site == place)
            .collect();
        if !here.is_empty() {
            return here;
        }
        at = world.sites[place.index()].parent;
    }
    controllers.clone()
}
