//! Authentication: which domain validates whom, and what an account that
//! cannot log on meets.

use crate::lab::*;
use rollcast::access::{Client, Reason, Standing, View, attempt, authority};
use rollcast::outcome::Actor;
use rollcast::world::{AccountState, ClientKind, DomainId, Role, Trustee, World};

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
    assert_eq!(refused(&open(), STRANGER), (Reason::NotTrusted, 1326));
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
    assert_eq!(refused(&lab, NAA), (Reason::NotTrusted, 1326));
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
    assert_eq!(refused(&lab, NAA), (Reason::NotTrusted, 1326));
    let lab = open().with(|world| world.servers[FILES.index()].domain = Some(HOME));
    assert_eq!(refused(&lab, NAA), (Reason::NotTrusted, 1326));
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
    let lab = Lab::new()
        .share_for(&[Trustee::Everyone])
        .with_null_session();
    assert!(
        lab.attempt(&lab.legacy(), Actor::LocalTokenAccount, SHARE)
            .is_ok()
    );
    let lab = lab.with(|world| {
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
    let view = View::new(&lab.world, &standing);
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
    let ask = |client: &Client, actor| lab.view(|view| authority(view, client, actor, SHARE));
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
    assert_eq!(
        ask(&corp, STRANGER),
        None,
        "the server does not trust PARTNER, and asks no controller of it (KB 103390)"
    );
    let at = |domain: DomainId| Client { domain, ..corp };
    assert_eq!(ask(&at(PARTNER), Actor::ComputerAccount), None);
    assert_eq!(ask(&at(PARTNER), Actor::LoggedOnUser), None);
    assert_eq!(ask(&at(OLD), Actor::ComputerAccount), None);
    assert_eq!(ask(&at(OLD), Actor::LoggedOnUser), Some(OLD));
    assert_eq!(ask(&at(HOME), Actor::LoggedOnUser), None);
}

/// TechNet cc957461: `NullSessionShares` says which shares a session without
/// credentials may ask for; the list decides then.
#[test]
fn cc957461_the_list_of_a_null_session_share_decides_about_anonymous() {
    let token = |list: &[Trustee]| {
        let lab = Lab::new().share_for(list).with_null_session();
        lab.attempt(&lab.legacy(), Actor::LocalTokenAccount, SHARE)
    };
    assert_eq!(token(&[Trustee::Anonymous]), Ok(Actor::NullSession));
    assert_eq!(token(&[Trustee::Everyone]), Ok(Actor::NullSession));
    for closed in [
        Trustee::Administrators,
        Trustee::Users,
        Trustee::AuthenticatedUsers,
        Trustee::Guests,
        Trustee::DomainUsers(CORP),
    ] {
        let refusal = token(&[closed]).expect_err("no entry means it");
        assert_eq!((refusal.reason, refusal.code), (Reason::AnonymousDenied, 5));
    }
    let listed = Lab::new().share_for(&[Trustee::Anonymous]);
    assert_eq!(
        refused_of(&listed, &listed.legacy(), Actor::LocalTokenAccount),
        (Reason::NoNetworkRights, 5),
        "the share is not open to null sessions"
    );
}

fn refused_of(lab: &Lab, client: &Client, actor: Actor) -> (Reason, u32) {
    let refusal = lab.attempt(client, actor, SHARE).expect_err("refused");
    (refusal.reason, refusal.code)
}

/// learn.microsoft.com jj852275: Local System that falls back to NTLM is a null
/// session before Windows 7 and Windows Server 2008 R2.
#[test]
fn jj852275_a_computer_outside_its_trust_is_anonymous_and_never_guest() {
    let of_partner = |lab: &Lab, expected| {
        let client = Client {
            domain: PARTNER,
            ..lab.advanced()
        };
        for actor in [Actor::ComputerAccount, Actor::LocalSystem] {
            assert_eq!(
                lab.attempt(&client, actor, SHARE)
                    .map_err(|refusal| (refusal.reason, refusal.code)),
                expected
            );
        }
    };
    of_partner(&open(), Err((Reason::NotTrusted, 5)));
    of_partner(&open().with_guest(), Err((Reason::NotTrusted, 5)));
    of_partner(&open().with_null_session(), Ok(Actor::NullSession));
    let workgroup = open()
        .with_guest()
        .with(|world| world.servers[FILES.index()].domain = Some(HOME));
    of_partner(&workgroup, Err((Reason::NotTrusted, 5)));
    // A user who is not known there does become Guest.
    let lab = open().with_guest();
    let client = Client {
        domain: PARTNER,
        ..lab.advanced()
    };
    assert_eq!(
        lab.attempt(&client, Actor::LoggedOnUser, SHARE),
        Ok(Actor::Guest)
    );
}

/// Q224286: "access to the client token account on one domain controller can
/// provide Administrator group rights on all other controllers in that domain".
#[test]
fn q224286_the_token_account_of_controllers_is_administrator_on_controllers_of_its_domain() {
    let token = Actor::DomainTokenAccount(CORP);
    let reach = |lab: &Lab| {
        let controller = lab.client(ClientKind::Legacy, Role::DomainController);
        lab.attempt(&controller, token, SHARE)
            .map_err(|refusal| (refusal.reason, refusal.code))
    };
    let closed = || Lab::new().share_for(&[Trustee::Administrators]);
    assert_eq!(reach(&closed()), Err((Reason::AccessDenied, 5)));
    let on_controller =
        closed().with(|world| world.servers[FILES.index()].roles.domain_controller = true);
    assert_eq!(reach(&on_controller), Ok(token));
    let of_another = on_controller.with(|world| {
        world.servers[FILES.index()].domain = Some(OLD);
    });
    assert_eq!(reach(&of_another), Err((Reason::AccessDenied, 5)));
    // Elsewhere it is the domain user it is.
    let users = || Lab::new().share_for(&[Trustee::DomainUsers(CORP)]);
    assert_eq!(reach(&users()), Ok(token));
    assert_eq!(
        reach(&users().with_token(AccountState::Locked)),
        Err((Reason::Locked, 1909))
    );
    let stranger = users().with(|world| world.servers[FILES.index()].domain = Some(PARTNER));
    assert_eq!(reach(&stranger), Err((Reason::NotTrusted, 1326)));
}
