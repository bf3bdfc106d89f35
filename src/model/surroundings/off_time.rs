//! Which machines were off for most of the time that a roll-out took them.
//!
//! Worked out after the simulation, from the records and the machines' own
//! draws: nothing in a run depends on it.

use crate::model::draws::ModelDraws;
use crate::model::surroundings::presence::{LocalPresence, Presence};
use crate::outcome::{Outcome, Outcomes};
use crate::units::{Instant, Span};
use crate::world::{AdvertisementId, Machine, SiteId, World};
use rayon::prelude::*;

/// For each row whether the machine was off for more than half of the time from
/// the start of the advertisement until it had ended with success, or until the
/// horizon. Empty if no machine can be off.
pub(crate) fn kept_off(world: &World, draws: &ModelDraws, outcomes: &Outcomes) -> Vec<bool> {
    if !world.has_machines_off() {
        return Vec::new();
    }
    let of_sites: Vec<Vec<bool>> = (0..world.sites.len())
        .into_par_iter()
        .map(|site| {
            let presence = Presence::new(world, draws);
            let local = presence.ahead(world.sites[site].time_zone);
            at_site(world, &local, SiteId::from(site), outcomes)
        })
        .collect();
    of_sites.concat()
}

fn at_site(
    world: &World,
    presence: &LocalPresence,
    site: SiteId,
    outcomes: &Outcomes,
) -> Vec<bool> {
    let machines = world.fleet.by_site[site.index()].clone();
    let machines = machines.map(|position| &world.fleet.machines[position as usize]);
    let rows = machines.flat_map(|machine| {
        let offers = world.targets(machine).iter().zip(world.rows(machine));
        offers.map(move |(id, row)| (machine, *id, row))
    });
    rows.map(|(machine, id, row)| was_off(world, presence, machine, (site, id), &outcomes[row]))
        .collect()
}

fn was_off(
    world: &World,
    presence: &LocalPresence,
    machine: &Machine,
    (site, id): (SiteId, AdvertisementId),
    outcome: &Outcome,
) -> bool {
    let profile = world.fleet.profile(machine);
    if !profile.may_be_off() {
        return false;
    }
    let from = world.available(id, site);
    let to = outcome.successful_since().unwrap_or(world.last_moment());
    let (mut at, mut off) = (from, Span::ZERO);
    while at < to {
        let spell = presence.machine(machine.key, profile, at);
        let until = spell.until.min(to);
        if !spell.holds {
            off += until.since(at);
        }
        at = until.max(Instant(at.0 + 1));
    }
    off.0 > to.since(from).0 / 2
}
