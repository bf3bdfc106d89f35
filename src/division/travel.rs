//! Which sites machines may be at, beside their own.

use crate::world::{SiteId, World};

/// Whether any machine is ever at another site than its own.
pub(crate) fn machines_travel(world: &World) -> bool {
    let mut profiles = world.fleet.profiles.iter();
    !world.stays.is_empty() || profiles.any(|profile| profile.roaming.is_some())
}

/// The sites that machines of `site` may be at, beside their own, sorted.
pub(crate) fn visited(world: &World, site: SiteId) -> Vec<SiteId> {
    let range = world.fleet.by_site[site.index()].clone();
    let mut sites: Vec<SiteId> = world
        .stays
        .range(range.clone())
        .flat_map(|(_, stays)| stays.iter().map(|stay| stay.site))
        .collect();
    let mut seen = None;
    for machine in &world.fleet.machines[range.start as usize..range.end as usize] {
        if seen != Some(machine.profile) {
            seen = Some(machine.profile);
            let roaming = world.fleet.profile(machine).roaming.iter();
            sites.extend(roaming.flat_map(|roaming| roaming.sites.iter().copied()));
        }
    }
    sites.sort_unstable();
    sites.dedup();
    sites.retain(|other| *other != site);
    sites
}
