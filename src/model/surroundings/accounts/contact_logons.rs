//! Legacy Clients at their client access points.
//!
//! A Legacy Client looks for advertisements every hour, and connects with its
//! Client Connection accounts, each in turn until one gets in (KB Q224286,
//! Q237759). In a calm world these looks change nothing and are not simulated. Where
//! a password has been changed, or an account cannot log on, they do: without an
//! account that gets in there are no advertisements, and every look of a machine that holds an old
//! password is a bad password, which its controller takes to the PDC. Looks of
//! machines that could lock an account, or set back its count, are therefore events,
//! as long as any of them may hold a wrong password. Where nothing can be locked,
//! looks cannot end otherwise until something changes, and are counted in one step.

use super::logon::Visitor;
use crate::access::{Reason, Refusal};
use crate::client::behaviour;
use crate::model::draws::poll_offset;
use crate::model::surroundings::accounts::logon;
use crate::model::surroundings::client_removal;
use crate::model::way::scene::Scene;
use crate::outcome::Actor;
use crate::units::{Instant, SignedInstant};
use crate::world::{AccountId, Role, SiteAccounts, World};

/// Why a Legacy Client did not get in at its client access point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Barred {
    pub(crate) actor: Actor,
    pub(crate) refusal: Refusal,
    pub(crate) innocent: bool,
}

/// A Legacy Client whose looks for advertisements matter to others.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Poller {
    /// Position in the fleet.
    pub(crate) position: u32,
    /// The site's position in the group.
    pub(crate) slot: u32,
    /// Whether its looks may lock an account; else equal ones are counted at once.
    pub(crate) locks: bool,
    /// Up to when its looks are counted, and what came of them.
    pub(crate) last: Instant,
    pub(crate) barred: Option<Barred>,
}

/// Whether a machine is a Legacy Client that may present an account which moves
/// when it looks for advertisements; and whether that can be locked.
pub(crate) fn looks_matter(scene: &Scene<'_, '_>, visitor: Visitor) -> Option<bool> {
    let machine = &scene.world.fleet.machines[visitor.position as usize];
    let profile = scene.world.fleet.profile(machine);
    if !behaviour(profile.client).facts().uses_connection_accounts {
        return None;
    }
    let later = scene.world.identities.handouts_of(visitor.site);
    let handed = &scene.world.sites[visitor.site.index()].accounts;
    let handed = std::iter::once(handed).chain(later.iter().map(|handout| &handout.accounts));
    let mut accounts = handed.flat_map(|accounts| accounts.client_connection.iter());
    let can_lock = |account: &AccountId| {
        let actor = Actor::Account(*account);
        scene.ledger.guards(actor)
    };
    if accounts.clone().any(can_lock) || mistakes_tokens(scene, visitor, profile.role) {
        return Some(true);
    }
    accounts
        .any(|account| is_watched(scene, *account))
        .then_some(false)
}

/// Since when no account of a Legacy Client has been in a state to log on, if so.
pub(crate) fn shut_out_since(scene: &Scene<'_, '_>, visitor: Visitor) -> Option<SignedInstant> {
    let refused = |account: &AccountId| {
        let state = scene.standing.accounts[account.index()];
        let accounts = &scene.plan.accounts;
        Reason::of_state(state).map(|_| accounts.state_since(scene.world, *account, scene.now))
    };
    let handed = held_accounts(scene, visitor).client_connection.iter();
    let since: Option<Vec<SignedInstant>> = handed.map(refused).collect();
    since?.into_iter().max()
}

/// Whether it matters who presents an account at a client access point: its password
/// or its lock may move, or it may be refused.
pub(crate) fn is_watched(scene: &Scene<'_, '_>, account: AccountId) -> bool {
    logon::moving(scene, Actor::Account(account)).is_some()
        || scene.ledger.unusable.contains(&account)
}

/// The accounts that a machine has been handed so far.
#[inline]
pub(crate) fn held_accounts<'w>(scene: &Scene<'w, '_>, visitor: Visitor) -> &'w SiteAccounts {
    let world: &'w World = scene.world;
    if scene.ledger.knowledge.is_some() {
        return accounts_known(scene, visitor);
    }
    &world.sites[visitor.site.index()].accounts
}

/// The accounts that a client knows, which learns of new ones at its polls.
#[inline(never)]
fn accounts_known<'w>(scene: &Scene<'w, '_>, visitor: Visitor) -> &'w SiteAccounts {
    let world: &'w World = scene.world;
    let Visitor { position, site } = visitor;
    match &scene.ledger.knowledge {
        Some(knowledge) => knowledge.accounts(site, knowledge.informed(position, site, scene.now)),
        None => &world.sites[site.index()].accounts,
    }
}

/// When the accounts of a machine that is refused now may change.
pub(crate) fn may_get_in(scene: &Scene<'_, '_>, visitor: Visitor) -> Instant {
    let Visitor { position, site } = visitor;
    let known = scene.ledger.next_change(position, site, scene.now);
    scene.agenda.next_access_change(scene.now).min(known)
}

/// Whether a machine presents its local token account to a client access
/// point that takes it for the domain's.
pub(crate) fn mistakes_tokens(scene: &Scene<'_, '_>, visitor: Visitor, role: Role) -> bool {
    let Some(server) = scene.world.sites[visitor.site.index()].client_access_point else {
        return false;
    };
    let spec = &scene.world.servers[server.index()];
    let token = spec.domain.map(Actor::DomainTokenAccount);
    role != Role::DomainController
        && spec.roles.domain_controller
        && token.is_some_and(|token| logon::mistakes_token(scene, token))
}

/// From when to when any machine may hold a wrong password; `None` if no
/// machine looks for advertisements with an account that can be locked.
pub(crate) fn contested(scene: &Scene<'_, '_>) -> Option<(Instant, Instant)> {
    let world = scene.world;
    let always = scene.plan.accounts.wrong_throughout || !scene.ledger.unusable.is_empty();
    let horizon = world.last_moment();
    let pollers = &scene.ledger.pollers;
    if pollers.is_empty() {
        return None;
    }
    let Some(knowledge) = scene.ledger.knowledge.as_ref().filter(|_| !always) else {
        return Some((Instant::START, horizon));
    };
    let begin = scene.plan.accounts.first_rotation?;
    let site = |poller: &Poller| scene.places[poller.slot as usize].site;
    let learned = pollers
        .iter()
        .map(|p| knowledge.complete(p.position, site(p)));
    Some((begin, learned.max().unwrap_or(horizon).min(horizon)))
}

/// When a machine looks for advertisements next, from `from` on.
pub(crate) fn next_look(scene: &Scene<'_, '_>, position: u32, from: Instant) -> Instant {
    let machine = &scene.world.fleet.machines[position as usize];
    let interval = scene.world.fleet.profile(machine).poll_interval.0.max(1);
    let offset = poll_offset(scene.world, position, &scene.draws.setup(machine.key));
    let ticks = from.0.saturating_sub(offset).div_ceil(interval);
    Instant(offset + ticks * interval)
}

/// The last of a machine's looks that end as the one that it makes now, because
/// nothing changes before; and how many more than this one there are.
pub(crate) fn looks_alike(scene: &Scene<'_, '_>, poller: Poller, off: Instant) -> (Instant, u64) {
    let position = poller.position;
    let site = scene.places[poller.slot as usize].site;
    let machine = &scene.world.fleet.machines[position as usize];
    let interval = scene.world.fleet.profile(machine).poll_interval.0.max(1);
    let mut change = scene.agenda.next_access_change(scene.now).min(off);
    change = change.min(scene.ledger.next_change(position, site, scene.now));
    change = change.min(client_removal::removed_at(scene, position, site));
    let end = change.0.saturating_sub(1).min(scene.ledger.looks_end.0);
    let more = end.saturating_sub(scene.now.0) / interval;
    (Instant(scene.now.0 + more * interval), more)
}
