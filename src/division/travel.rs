//! Which sites machines may be at, beside their own.

use crate::world::{ProfileId, SiteId, World};

/// Whether any machine is ever at another site than its own.
pub(crate) fn machines_travel(world: &World) -> bool {
    let mut profiles = world.fleet.profiles.iter();
    !world.stays.is_empty() || profiles.any(|profile| profile.roaming.is_some())
}

/// The sites at which machines of `site` are said to stay, beside their own, sorted.
pub(super) fn places_of_stays(world: &World, site: SiteId) -> Vec<SiteId> {
    let range = world.fleet.by_site[site.index()].clone();
    let stays = world.stays.range(range);
    let stays = stays.flat_map(|(_, stays)| stays.iter().map(|stay| stay.site));
    let mut sites: Vec<SiteId> = stays.filter(|place| *place != site).collect();
    sites.sort_unstable();
    sites.dedup();
    sites
}

/// The profiles of machines of `site` that make trips, sorted.
pub(super) fn roaming_profiles(world: &World, site: SiteId) -> Vec<ProfileId> {
    let range = world.fleet.by_site[site.index()].clone();
    let (mut profiles, mut seen) = (Vec::new(), None);
    for machine in &world.fleet.machines[range.start as usize..range.end as usize] {
        let is_new = seen.replace(machine.profile) != Some(machine.profile);
        if is_new && world.fleet.profile(machine).roaming.is_some() {
            profiles.push(machine.profile);
        }
    }
    profiles.sort_unstable();
    profiles.dedup();
    profiles
}

/// The sites to which machines of these profiles make trips, sorted.
pub(super) fn sites_of_trips(world: &World, profiles: &[ProfileId]) -> Vec<SiteId> {
    let trips = profiles
        .iter()
        .filter_map(|id| world.fleet.profiles[id.index()].roaming.as_ref());
    let mut sites: Vec<SiteId> = trips.flat_map(|trips| &trips.sites).copied().collect();
    sites.sort_unstable();
    sites.dedup();
    sites
}
