//! Which machines can meet at an account in motion.
//!
//! A password that changes is a matter between one machine and a controller. An
//! account that can be locked is a matter between all who may present it: their
//! sites belong to one group.

use super::accounts_in_motion::{AccountsInMotion, clients_at};
use crate::access::nearest_controllers;
use crate::client::{behaviour, may_race};
use crate::outcome::Actor;
use crate::world::{DomainId, ServerId, SiteAccounts, SiteId, World};

/// Who meets at accounts that can be locked.
#[derive(Debug, Clone)]
pub(crate) struct Meetings<'a>(&'a AccountsInMotion);

impl<'a> Meetings<'a> {
    pub(crate) const fn new(accounts: &'a AccountsInMotion) -> Self {
        Self(accounts)
    }

    /// The domains at whose accounts machines of `site` can meet others, sorted.
    pub(crate) fn of(&self, world: &World, site: SiteId) -> Vec<DomainId> {
        let mut races = domains_of_racing_controllers(world, site);
        if !self.0.locks_any() {
            return races;
        }
        let later = world
            .identities
            .handouts_of(site)
            .iter()
            .map(|handout| &handout.accounts);
        let ever: Vec<&SiteAccounts> = std::iter::once(&world.sites[site.index()].accounts)
            .chain(later)
            .collect();
        let kinds = clients_at(world, site);
        let presents = |actor: &Actor| {
            let mut behaviours = kinds.iter().map(|kind| behaviour(*kind));
            behaviours.any(|behaviour| {
                let mut ever = ever.iter();
                ever.any(|accounts| behaviour.may_present(*actor, accounts))
            })
        };
        let guarded = self.0.guarded_among(world.handed_out_at(site));
        let mut domains: Vec<DomainId> = guarded
            .filter(|(actor, _)| presents(actor))
            .map(|(_, domain)| domain)
            .collect();
        domains.append(&mut races);
        domains.sort_unstable();
        domains.dedup();
        domains
    }
}

/// The domains of controllers at a site whose client services write a token
/// account that others wait for, sorted.
fn domains_of_racing_controllers(world: &World, site: SiteId) -> Vec<DomainId> {
    if !world.rules.token_account_race {
        return Vec::new();
    }
    let range = world.fleet.by_site[site.index()].clone();
    let machines = &world.fleet.machines[range.start as usize..range.end as usize];
    let racing = machines.iter().map(|machine| world.fleet.profile(machine));
    let mut domains: Vec<DomainId> = racing
        .filter(|profile| may_race(world, profile))
        .map(|profile| profile.domain)
        .collect();
    domains.sort_unstable();
    domains.dedup();
    domains
}

/// The PDC of a domain, if its controllers are simulated.
pub(crate) fn primary(world: &World, domain: DomainId) -> Option<ServerId> {
    let controllers = &world.directory.domains[domain.index()].controllers;
    let declared = world.identities.policy(domain).primary;
    declared.or(controllers.first().copied())
}

/// The controllers that `server` may ask, if it passes logons on in a limited
/// number of slots.
pub(crate) fn servers_that_validate(world: &World, server: ServerId) -> Vec<ServerId> {
    if !world.identities.pass_through.contains_key(&server) {
        return Vec::new();
    }
    let site = world.servers[server.index()].site;
    (0..world.directory.domains.len())
        .flat_map(|domain| nearest_controllers(world, domain.into(), site))
        .collect()
}
