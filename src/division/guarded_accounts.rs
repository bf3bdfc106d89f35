//! Accounts that bad passwords may lock.

use crate::outcome::Actor;
use crate::world::{AccountId, AccountState, Change, ClientKind, DomainId, SiteId, World};
use std::collections::BTreeSet;

/// The accounts that bad passwords may lock, each with its domain: those of
/// domains that lock accounts, if any machine can hold a wrong password for them.
pub(crate) fn guarded_accounts(world: &World) -> Vec<(Actor, DomainId)> {
    if world.identities.policies.is_empty() {
        return Vec::new();
    }
    let locks = |domain: &DomainId| world.identities.policy(*domain).lockout.is_some();
    let accounts = world.directory.accounts.iter().enumerate();
    let named = accounts.filter_map(|(at, account)| {
        let (id, domain) = (AccountId::from(at), account.domain.filter(|d| locks(d))?);
        can_be_wrong(world, id).then_some((Actor::Account(id), domain))
    });
    let domains = (0..world.directory.domains.len()).map(DomainId::from);
    let tokens = domains
        .filter(|domain| token_can_be_wrong(world, *domain) && locks(domain))
        .map(|domain| (Actor::DomainTokenAccount(domain), domain));
    named.chain(tokens).collect()
}

/// Whether a machine may ever present a wrong password of `account`.
fn can_be_wrong(world: &World, account: AccountId) -> bool {
    let wrong = |change: &Change| *change == Change::Account(account, AccountState::WrongPassword);
    !world.identities.rotations_of(account).is_empty()
        || is_wrong_for_all(world, account)
        || world.changes.iter().any(|timed| wrong(&timed.change))
}

/// Whether any machine may present a wrong password of a domain's token account:
/// workstations whose own has the same name, or its controllers, after a reset
/// by hand (`TechNet` cc181332).
fn token_can_be_wrong(world: &World, domain: DomainId) -> bool {
    let reset = Change::TokenAccount(domain, AccountState::WrongPassword);
    world.rules.token_accounts_share_name
        || world.directory.domains[domain.index()].token_account == AccountState::WrongPassword
        || world.changes.iter().any(|timed| timed.change == reset)
}

/// Whether SMS holds a wrong password of `account` from the start.
pub(crate) fn is_wrong_for_all(world: &World, account: AccountId) -> bool {
    world.directory.accounts[account.index()].state == AccountState::WrongPassword
}

/// The kinds of client that machines of a site run.
pub(super) fn clients_at(world: &World, site: SiteId) -> BTreeSet<ClientKind> {
    let range = world.fleet.by_site[site.index()].clone();
    let machines = &world.fleet.machines[range.start as usize..range.end as usize];
    let profiles = machines.iter().map(|machine| world.fleet.profile(machine));
    profiles.map(|profile| profile.client).collect()
}
