//! Legacy Clients that are removed outside the boundaries of their site.
//!
//! A Legacy Client has no roaming boundaries: outside those of its site its
//! client may be removed (`TechNet` cc181572). It happens in the client
//! configuration cycle, every 23 h at a phase of each machine's own, in which it
//! looks at the settings of its site (KB Q288218); the other discovery, by the
//! logon script of the place, is not simulated. What the machine runs just then it
//! runs to its end. When that is follows from the machine's travels, and is worked out
//! when it is asked for; it never is where the rule does not hold.

use crate::client::behaviour;
use crate::model::surroundings::roaming::{Trips, whereabouts_of};
use crate::model::way::scene::Scene;
use crate::units::Instant;
use crate::world::SiteId;

/// When the client of the machine at `position`, whose own site is `home`, is
/// removed because it is elsewhere; never, if it is not.
#[inline]
pub(crate) fn removed_at(scene: &Scene<'_, '_>, position: u32, home: SiteId) -> Instant {
    if !scene.world.rules.legacy_removed_outside || !scene.away.any {
        return Instant::NEVER;
    }
    removed_elsewhere(scene, position, home)
}

/// When a client is removed where the rule is on and machines travel.
#[inline(never)]
fn removed_elsewhere(scene: &Scene<'_, '_>, position: u32, home: SiteId) -> Instant {
    let machine = &scene.world.fleet.machines[position as usize];
    let profile = scene.world.fleet.profile(machine);
    if !behaviour(profile.client)
        .facts()
        .is_removed_outside_its_site
    {
        return Instant::NEVER;
    }
    let zone = scene.world.sites[home.index()].time_zone;
    let presence = scene.presence.ahead(zone);
    let interval = scene.world.rules.configuration_interval.0.max(1);
    let offset = scene.draws.setup(machine.key).below(3, interval);
    // What falls into hours in which it is off is done when it is on again.
    let done = |cycle: u64| {
        let due = Instant(offset.saturating_add(cycle.saturating_mul(interval)));
        let on = presence.machine(machine.key, profile, due);
        if on.holds { due } else { on.until }
    };
    let (mut at, mut known) = (Instant::START, Trips::default());
    while scene.world.covers(at) {
        let stay = whereabouts_of(scene.world, scene.draws, (position, home), at, &mut known);
        let first = at.0.saturating_sub(offset).div_ceil(interval);
        for cycle in [first.saturating_sub(1), first] {
            let when = done(cycle);
            if stay.site != home && at <= when && when < stay.until {
                return when;
            }
        }
        at = stay.until;
    }
    Instant::NEVER
}
