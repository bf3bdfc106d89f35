//! A machine logs on, at a server or on itself to run a program: whether a password that
//! may have changed is tried, what the controller finds, and what it takes to the PDC.
//!
//! A password that is presented moves the account: that is booked by the way, between
//! the questions here.

use crate::access::{self, Client, Execution, Grant, Reason, Refusal, Target};
use crate::client::behaviour;
use crate::division::primary;
use crate::model::ids::JobId;
use crate::model::surroundings::accounts::Innocent;
use crate::model::surroundings::accounts::lockout::Place;
use crate::model::surroundings::accounts::logon::{self, Answer, Visitor};
use crate::model::way::scene::Scene;
use crate::outcome::{Actor, Cause};
use crate::world::{AccountId, AccountState, DomainId, Program, Role, ServerId};

/// How a server comes to decide about an account.
#[derive(Debug)]
pub(crate) enum Judgement {
    /// It decides by what it knows.
    Known {
        result: Result<Grant, Refusal>,
        /// Whose controller has refused it, if one has.
        refuses: Option<Refuses>,
    },
    /// The password of this account is tried first.
    Tried(AccountId),
}

/// A controller that refuses an account.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refuses {
    pub(crate) domain: DomainId,
    /// Whether it asks its PDC first.
    pub(crate) to_the_pdc: bool,
}

/// How a server comes to decide about `actor`.
#[inline]
pub(crate) fn judges(
    scene: &Scene<'_, '_>,
    client: &Client<'_>,
    actor: Actor,
    target: Target,
) -> Judgement {
    let moving = if scene.ledger.is_quiet() {
        None
    } else {
        logon::moving(scene, actor)
    };
    let Some(account) = moving else {
        let result = access::attempt(scene.view(), client, actor, target);
        return Judgement::Known {
            refuses: refuses(scene, actor, &result),
            result,
        };
    };
    // Only a server that can ask the account's domain tries the password.
    let asks = verdict(
        scene,
        client,
        (account, AccountState::WrongPassword),
        target,
    )
    .is_err_and(|refusal| refusal.reason == Reason::WrongPassword);
    if asks {
        return Judgement::Tried(account);
    }
    let standing = scene.standing.accounts[account.index()];
    Judgement::Known {
        result: verdict(scene, client, (account, standing), target),
        refuses: None,
    }
}

/// What a server decides about an account that it finds in a state.
pub(crate) fn verdict(
    scene: &Scene<'_, '_>,
    client: &Client<'_>,
    (account, state): (AccountId, AccountState),
    target: Target,
) -> Result<Grant, Refusal> {
    let view = scene.view().with_account(account, state);
    access::attempt(view, client, Actor::Account(account), target)
}

/// Whose controller has refused an account that does not move, if one has.
fn refuses(
    scene: &Scene<'_, '_>,
    actor: Actor,
    result: &Result<Grant, Refusal>,
) -> Option<Refuses> {
    let (Err(refusal), Actor::Account(account)) = (result, actor) else {
        return None;
    };
    let state = scene.standing.accounts[account.index()];
    let by_controller = Reason::of_state(state) == Some(refusal.reason);
    let domain = scene.world.directory.accounts[account.index()].domain;
    Some(Refuses {
        domain: domain.filter(|_| by_controller)?,
        to_the_pdc: logon::is_taken_to_the_pdc(state),
    })
}

/// The place of a refusal, which the controller takes to the PDC or does not.
pub(crate) fn refused_at(
    scene: &Scene<'_, '_>,
    refuses: Refuses,
    controller: Option<ServerId>,
) -> Place {
    let place = logon::place(scene, refuses.domain, controller);
    Place {
        primary: place.primary.filter(|_| refuses.to_the_pdc),
        ..place
    }
}

/// Whether no controller is there to try a password of `domain`, where some are
/// simulated.
pub(crate) fn none_validates(
    scene: &Scene<'_, '_>,
    domain: DomainId,
    controller: Option<ServerId>,
) -> bool {
    controller.is_none() && primary(scene.world, domain).is_some()
}

/// A password that a machine presents.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Password {
    pub(crate) place: Place,
    pub(crate) right: bool,
    /// By how many changes it is older than the present one, if it is.
    pub(crate) older: Option<u32>,
}

/// What a controller does when a machine logs on with a named account.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Trial {
    /// It looks at the password.
    Password(Password),
    /// It does not get that far: the account is in this state, in which it refuses it.
    State(AccountState, Option<Refuses>),
}

/// What a controller does when a machine logs on with a named account.
pub(crate) fn tries(
    scene: &Scene<'_, '_>,
    visitor: Visitor,
    account: AccountId,
    controller: Option<ServerId>,
) -> Trial {
    let standing = scene.standing.accounts[account.index()];
    let Some(domain) = scene.world.directory.accounts[account.index()].domain else {
        return Trial::State(standing, None);
    };
    if !matches!(standing, AccountState::Ok | AccountState::WrongPassword) {
        let to_the_pdc = logon::is_taken_to_the_pdc(standing);
        return Trial::State(standing, Some(Refuses { domain, to_the_pdc }));
    }
    let place = logon::place(scene, domain, controller);
    let held = logon::held(scene, visitor, account);
    let right =
        standing == AccountState::Ok && logon::is_right(scene, account, held, domain, place);
    let present = scene.world.identities.password(account, scene.now.into());
    Trial::Password(Password {
        place,
        right,
        older: present.checked_sub(held),
    })
}

/// What a controller says to a password, right or not, where the account is `locked` or
/// is not.
pub(crate) const fn answers(right: bool, locked: Option<Innocent>) -> Answer {
    let (state, innocent) = match locked {
        Some(Innocent(innocent)) => (AccountState::Locked, innocent),
        None if right => (AccountState::Ok, false),
        None => (AccountState::WrongPassword, false),
    };
    Answer { state, innocent }
}

/// The account that runs a program, if it does so as it stands, without a logon that
/// moves any.
#[inline]
pub(crate) fn runs_as_it_stands(
    scene: &Scene<'_, '_>,
    client: &Client<'_>,
    program: &Program,
) -> Option<Result<Execution, (Actor, Refusal)>> {
    let stands =
        scene.ledger.is_quiet() || !behaviour(client.kind).facts().runs_under_domain_accounts;
    stands.then(|| access::execute(scene.view(), client, program))
}

/// Why a program does not run whose account a machine has refused.
pub(crate) fn cause_to_run(
    scene: &Scene<'_, '_>,
    id: JobId,
    actor: Actor,
    refusal: Refusal,
) -> Cause {
    logon::collateral(scene, id, access::execution_cause(actor, refusal))
}

/// The token account of a machine's domain as a program finds it, and whether it is
/// locked.
pub(crate) fn token_account(scene: &Scene<'_, '_>, client: &Client<'_>) -> (AccountState, bool) {
    let token = Actor::DomainTokenAccount(client.domain);
    let locked = scene.ledger.locked_until(token, scene.now).is_some();
    let before = scene.standing.tokens[client.domain.index()];
    let can_lock = matches!(before, AccountState::Ok | AccountState::WrongPassword);
    let seen = if locked && can_lock {
        AccountState::Locked
    } else {
        before
    };
    (seen, locked)
}

/// What a program meets whose token account is locked.
pub(crate) fn meets_lock(scene: &Scene<'_, '_>, client: &Client<'_>) -> Answer {
    // A controller's own password of the account is right unless somebody has reset it
    // by hand.
    let before = scene.standing.tokens[client.domain.index()];
    Answer {
        state: AccountState::Locked,
        innocent: client.role == Role::DomainController && before == AccountState::Ok,
    }
}

/// How the account comes to run that runs a program.
#[derive(Debug)]
pub(crate) enum Runner {
    /// It is known.
    Known(Result<Execution, (Actor, Refusal)>),
    /// It is known, and the token account of the domain presents its password, right or
    /// not.
    Token(bool, Result<Execution, (Actor, Refusal)>),
    /// The Software Installation Account logs on.
    Installation(AccountId),
}

/// How the account comes to run that runs a program, the token account of the domain
/// being as it is `seen`.
pub(crate) fn runner(
    scene: &Scene<'_, '_>,
    client: &Client<'_>,
    program: &Program,
    seen: AccountState,
) -> Runner {
    let view = scene.view().with_token(client.domain, seen);
    let runner = access::execute(view, client, program);
    let token = Actor::DomainTokenAccount(client.domain);
    match runner {
        Ok(Execution { actor, .. }) if actor == token => Runner::Token(true, runner),
        Err((actor, refusal)) if actor == token && refusal.reason == Reason::WrongPassword => {
            Runner::Token(false, runner)
        }
        Ok(Execution {
            actor: Actor::Account(account),
            ..
        })
        | Err((Actor::Account(account), _)) => Runner::Installation(account),
        _ => Runner::Known(runner),
    }
}

/// How a program runs under the Software Installation Account in a `state`, the token
/// account of the domain being as it is seen.
pub(crate) fn runs_as_installation_account(
    scene: &Scene<'_, '_>,
    client: &Client<'_>,
    program: &Program,
    (account, state): (AccountId, AccountState),
    token: AccountState,
) -> Result<Execution, (Actor, Refusal)> {
    let view = scene.view().with_token(client.domain, token);
    access::execute(view.with_account(account, state), client, program)
}

/// The domain whose controllers try the password of the Software Installation Account
/// when it logs on to a machine, if they do.
pub(crate) fn tries_installation_account(
    scene: &Scene<'_, '_>,
    client: &Client<'_>,
    program: &Program,
    account: AccountId,
    token: AccountState,
) -> Option<DomainId> {
    let wrong = (account, AccountState::WrongPassword);
    let asks = runs_as_installation_account(scene, client, program, wrong, token)
        .is_err_and(|(_, refusal)| refusal.reason == Reason::WrongPassword);
    let domain = scene.world.directory.accounts[account.index()].domain?;
    logon::moving(scene, Actor::Account(account))?;
    asks.then_some(domain)
}

/// The domain for whose token account a domain controller takes that of a machine, with
/// a wrong password, as with the names of SMS 2.0 (KB Q231399).
pub(crate) fn mistaken_domain(scene: &Scene<'_, '_>, server: ServerId) -> Option<DomainId> {
    let spec = &scene.world.servers[server.index()];
    let domain = spec.domain.filter(|_| spec.roles.domain_controller)?;
    logon::mistakes_token(scene, Actor::DomainTokenAccount(domain)).then_some(domain)
}

/// Whether a workstation asks a controller of its domain for the groups of the Software
/// Installation Account as its local token account, which is taken for the domain's (KB
/// Q307434).
pub(crate) fn is_mistaken_to_run(scene: &Scene<'_, '_>, client: &Client<'_>) -> bool {
    client.role != Role::DomainController
        && logon::mistakes_token(scene, Actor::DomainTokenAccount(client.domain))
}
