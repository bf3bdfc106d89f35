//! Authentication: which domain validates whom, and what an account that
//! cannot log on meets.

use crate::lab::*;
use rollcast::access::{Client, Reason, Standing, View, attempt, authority};
use rollcast::outcome::Actor;
use rollcast::world::{AccountState, DomainId, Trustee, World};

/// The share is open to everyone who can be authenticated.
fn open() -> Lab {
    Lab::new().share_for(&[Trustee::Everyone])
}

fn refused(lab: &Lab, actor: Actor) -> (Reason, u32) {
    let refusal = lab
        .attempt(&lab.advanced(), actor, SHARE)
        .expect_err("refused");
    (refusal.reason, refusal.code)
}

#[test]
fn each_state_of_an_account_has_its_code() {
    for (state, reason, code) in [
        (AccountState::Locked, Reason::Locked, 1909),
        (AccountState::Disabled, Reason::Disabled, 1331),
        (AccountState::Expired, Reason::Expired, 1793),
        (AccountState::PasswordExpired, Reason::PasswordExpired, 1330),
        (AccountState::WrongPassword, Reason::WrongPassword, 1326),
        (AccountState::Missing, Reason::Missing, 1326),
    ] {
        assert_eq!(refused(&open().with_state(NAA, state), NAA), (reason, code));
    }
    assert_eq!(
        open().attempt(&open().advanced(), NAA, SHARE),
        Ok(NAA),
        "nothing else was wrong"
    );
}

#[test]
fn the_right_to_log_on_over_the_network_is_needed() {
    let lab = open().with(|world| world.directory.accounts[id(NAA).index()].network_logon = false);
    assert_eq!(refused(&lab, NAA), (Reason::NoNetworkLogon, 1385));
}

#[test]
fn an_account_of_a_domain_that_is_not_trusted_is_unknown() {
    assert_eq!(refused(&open(), STRANGER), (Reason::UnknownAccount, 1326));
}

#[test]
fn an_account_of_a_trusted_domain_is_known() {
    assert_eq!(
        open().attempt(&open().advanced(), TRUSTED, SHARE),
        Ok(TRUSTED)
    );
}

#[test]
fn trust_goes_one_way() {
    let lab = open().with(|world| {
        world.servers[FILES.index()].domain = Some(PARTNER);
        world.directory.domains[CORP.index()].trusts.push(PARTNER);
    });
    assert_eq!(refused(&lab, NAA), (Reason::UnknownAccount, 1326));
    let lab = lab.with(|world| world.directory.domains[PARTNER.index()].trusts.push(CORP));
    assert_eq!(lab.attempt(&lab.advanced(), NAA, SHARE), Ok(NAA));
}

#[test]
fn a_local_account_is_unknown_to_other_machines() {
    assert_eq!(refused(&open(), LOCAL), (Reason::UnknownAccount, 1326));
}

#[test]
fn a_server_outside_any_domain_knows_nobody() {
    let lab = open().with(|world| world.servers[FILES.index()].domain = None);
    assert_eq!(refused(&lab, NAA), (Reason::UnknownAccount, 1326));
    let lab = open().with(|world| world.servers[FILES.index()].domain = Some(HOME));
    assert_eq!(refused(&lab, NAA), (Reason::UnknownAccount, 1326));
}

#[test]
fn unknown_accounts_become_guest_where_guest_is_enabled() {
    let lab = open().with_guest();
    for actor in [STRANGER, LOCAL] {
        assert_eq!(lab.attempt(&lab.advanced(), actor, SHARE), Ok(Actor::Guest));
    }
    let lab = lab.with_state(NAA, AccountState::Missing);
    assert_eq!(lab.attempt(&lab.advanced(), NAA, SHARE), Ok(Actor::Guest));
}

#[test]
fn guest_is_subject_to_the_access_list() {
    let lab = Lab::new()
        .share_for(&[Trustee::AuthenticatedUsers])
        .with_guest();
    assert_eq!(refused(&lab, STRANGER), (Reason::GuestDenied, 5));
}

#[test]
fn known_accounts_never_become_guest() {
    for state in [
        AccountState::Locked,
        AccountState::WrongPassword,
        AccountState::Disabled,
    ] {
        let lab = open().with_guest().with_state(NAA, state);
        assert_ne!(refused(&lab, NAA).0, Reason::GuestDenied, "{state:?}");
    }
}

#[test]
fn a_deny_entry_for_anonymous_closes_a_null_session_share() {
    let lab = Lab::new().with_null_session().with(|world| {
        world.shares[0].access.deny.push(Trustee::Anonymous);
    });
    assert!(
        lab.attempt(&lab.legacy(), Actor::LocalTokenAccount, SHARE)
            .is_err()
    );
}

#[test]
fn a_user_who_is_not_there_cannot_connect() {
    let lab = open();
    let client = Client {
        user: None,
        ..lab.advanced()
    };
    let refusal = lab
        .attempt(&client, Actor::LoggedOnUser, SHARE)
        .expect_err("nobody there");
    assert_eq!(refusal.reason, Reason::NoUserLoggedOn);
}

#[test]
fn an_attempt_sees_the_accounts_as_they_stand_not_as_they_were_declared() {
    let lab = open();
    let mut standing = Standing::of(&lab.world);
    standing.accounts[id(NAA).index()] = AccountState::Locked;
    let view = View {
        world: &lab.world,
        standing: &standing,
    };
    let refusal = attempt(view, &lab.advanced(), NAA, SHARE).expect_err("locked meanwhile");
    assert_eq!(refusal.reason, Reason::Locked);
}

#[test]
fn the_standing_is_that_of_the_scenario_at_first() {
    let lab = Lab::new()
        .with_state(SWI, AccountState::Expired)
        .with_token(AccountState::Disabled);
    let standing = Standing::of(&lab.world);
    let World { directory, .. } = &lab.world;
    assert_eq!(standing.accounts.len(), directory.accounts.len());
    assert_eq!(standing.accounts[id(SWI).index()], AccountState::Expired);
    assert_eq!(standing.tokens[CORP.index()], AccountState::Disabled);
    assert_eq!(standing.tokens[OLD.index()], AccountState::Ok);
}

#[test]
fn each_account_is_validated_by_controllers_of_its_own_domain() {
    let lab = Lab::new();
    let ask = |client: &Client, actor| lab.view(|view| authority(view, client, actor));
    let corp = lab.advanced();
    assert_eq!(ask(&corp, Actor::ComputerAccount), Some(CORP));
    assert_eq!(ask(&corp, Actor::LoggedOnUser), Some(CORP));
    assert_eq!(ask(&corp, Actor::DomainTokenAccount(CORP)), Some(CORP));
    assert_eq!(ask(&corp, TRUSTED), Some(OLD));
    for nobody in [
        LOCAL,
        Actor::LocalTokenAccount,
        Actor::NullSession,
        Actor::Guest,
        Actor::Nobody,
    ] {
        assert_eq!(ask(&corp, nobody), None, "{nobody:?}");
    }
    let at = |domain: DomainId| Client { domain, ..corp };
    assert_eq!(ask(&at(OLD), Actor::ComputerAccount), None);
    assert_eq!(ask(&at(OLD), Actor::LoggedOnUser), Some(OLD));
    assert_eq!(ask(&at(HOME), Actor::LoggedOnUser), None);
}
