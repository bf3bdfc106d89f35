//! A machine logs on with an account in motion: at a server, or on itself to
//! run a program.

use super::contact_logons;
use super::lockout::Place;
use crate::access::Reason;
use crate::division::primary;
use crate::model::ids::JobId;
use crate::model::way::scene::Scene;
use crate::outcome::{Actor, Cause};
use crate::units::SignedInstant;
use crate::world::{AccountId, AccountState, DomainId, ServerId, ServerRole, SiteAccounts, SiteId};

/// How many culprits are named.
pub(crate) const NAMED: usize = 3;

/// What a controller says to a logon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The account as this logon finds it.
    pub(crate) state: AccountState,
    /// It is locked, the password was right, and others locked it.
    pub(crate) innocent: bool,
}

/// Who logs on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Visitor {
    pub(crate) position: u32,
    pub(crate) site: SiteId,
}

/// The accounts that a job's machine has been handed so far.
pub(crate) fn accounts_of<'w>(scene: &Scene<'w, '_>, id: JobId) -> &'w SiteAccounts {
    contact_logons::held_accounts(scene, visitor(scene, id))
}

/// The cause to report, given the one that access rules give: a machine
/// that did nothing wrong says so.
pub(crate) fn collateral(scene: &Scene<'_, '_>, id: JobId, cause: Cause) -> Cause {
    let job = &scene.jobs[id];
    let locked = job
        .refused
        .is_none_or(|(_, refusal)| refusal.reason == Reason::Locked);
    if job.innocent && locked {
        Cause::LockedByOthers
    } else {
        cause
    }
}

/// Where a logon of `domain` is tried that `controller` validates.
pub(crate) fn place(
    scene: &Scene<'_, '_>,
    domain: DomainId,
    controller: Option<ServerId>,
) -> Place {
    let primary = primary(scene.world, domain);
    Place {
        controller,
        primary,
        primary_up: primary
            .is_none_or(|primary| scene.disorder.is_up(primary, ServerRole::DomainController)),
    }
}

/// The number of the password that a machine holds.
pub(crate) fn held(scene: &Scene<'_, '_>, visitor: Visitor, account: AccountId) -> u32 {
    let Some(knowledge) = &scene.ledger.knowledge else {
        return 0;
    };
    let as_of = knowledge.informed(visitor.position, visitor.site, scene.now);
    scene.world.identities.password_known(account, as_of)
}

/// Whether a password is right: for the controller that is asked, or, if it
/// does not know it, for the PDC.
pub(crate) fn is_right(
    scene: &Scene<'_, '_>,
    account: AccountId,
    held: u32,
    domain: DomainId,
    place: Place,
) -> bool {
    let identities = &scene.world.identities;
    let at_primary = held == identities.password(account, scene.now.into());
    if place.controller == place.primary {
        return at_primary;
    }
    let lag = identities.policy(domain).replication;
    let heard = SignedInstant::from(scene.now).before(lag);
    let known_here = identities.password(account, heard);
    held == known_here || (place.primary_up && at_primary)
}

/// Whether a controller that refuses an account in this state asks the PDC first,
/// which may know better: for a wrong or an expired password, and for a lock (KB
/// Q184858, Q230242).
pub(crate) const fn is_taken_to_the_pdc(state: AccountState) -> bool {
    matches!(
        state,
        AccountState::WrongPassword | AccountState::PasswordExpired | AccountState::Locked
    )
}

/// The account behind `actor`, if its password or its lock may move.
pub(crate) fn moving(scene: &Scene<'_, '_>, actor: Actor) -> Option<AccountId> {
    let Actor::Account(account) = actor else {
        return None;
    };
    let moves =
        scene.ledger.guards(actor) || !scene.world.identities.rotations_of(account).is_empty();
    moves.then_some(account)
}

/// The machine and site for which a job logs on.
#[inline]
pub(crate) fn visitor(scene: &Scene<'_, '_>, id: JobId) -> Visitor {
    Visitor {
        position: scene.jobs[id].machine,
        site: scene.site(id),
    }
}

/// Whether local token accounts are taken for that of a domain, and count.
pub(crate) fn mistakes_token(scene: &Scene<'_, '_>, token: Actor) -> bool {
    scene.world.rules.token_accounts_share_name && scene.ledger.guards(token)
}
