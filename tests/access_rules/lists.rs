//! Access lists: who is a member of what.

use crate::lab::*;
use rollcast::access::Client;
use rollcast::outcome::Actor;
use rollcast::world::{ClientKind, Role, Trustee};

/// Whether a list with `trustee` alone admits `actor` of a workstation.
fn admits(trustee: Trustee, actor: Actor) -> bool {
    let lab = Lab::new().share_for(&[trustee]);
    lab.attempt(&lab.advanced(), actor, SHARE).is_ok()
}

/// The same for a domain controller's computer account.
fn admits_controller(trustee: Trustee) -> bool {
    let lab = Lab::new().share_for(&[trustee]);
    let controller = lab.client(ClientKind::Advanced, Role::DomainController);
    lab.attempt(&controller, Actor::ComputerAccount, SHARE)
        .is_ok()
}

#[test]
fn who_is_not_mentioned_is_not_admitted() {
    let lab = Lab::new();
    for actor in [
        Actor::ComputerAccount,
        Actor::LoggedOnUser,
        NAA,
        DOMAIN_ADMIN,
    ] {
        assert_eq!(
            lab.attempt(&lab.advanced(), actor, SHARE)
                .expect_err("empty list")
                .code,
            5
        );
    }
}

#[test]
fn everyone_users_and_authenticated_users_hold_users_and_computers() {
    for trustee in [
        Trustee::Everyone,
        Trustee::AuthenticatedUsers,
        Trustee::Users,
    ] {
        for actor in [Actor::ComputerAccount, Actor::LoggedOnUser, NAA, TRUSTED] {
            assert!(admits(trustee, actor), "{trustee:?} {actor:?}");
        }
        assert!(admits_controller(trustee));
    }
}

#[test]
fn computers_are_in_domain_computers_and_not_in_domain_users() {
    assert!(admits(
        Trustee::DomainComputers(CORP),
        Actor::ComputerAccount
    ));
    assert!(!admits(Trustee::DomainUsers(CORP), Actor::ComputerAccount));
    assert!(!admits(
        Trustee::DomainControllers(CORP),
        Actor::ComputerAccount
    ));
}

#[test]
fn controllers_are_in_domain_controllers_and_not_in_domain_computers() {
    assert!(admits_controller(Trustee::DomainControllers(CORP)));
    assert!(!admits_controller(Trustee::DomainComputers(CORP)));
    assert!(!admits_controller(Trustee::DomainUsers(CORP)));
}

#[test]
fn users_are_in_domain_users_of_their_own_domain() {
    for actor in [Actor::LoggedOnUser, NAA, SWI, DOMAIN_ADMIN] {
        assert!(admits(Trustee::DomainUsers(CORP), actor), "{actor:?}");
        assert!(!admits(Trustee::DomainUsers(OLD), actor), "{actor:?}");
    }
    assert!(admits(Trustee::DomainUsers(OLD), TRUSTED));
}

#[test]
fn administrators_are_the_domain_admins_of_the_servers_domain() {
    assert!(admits(Trustee::Administrators, DOMAIN_ADMIN));
    assert!(admits(Trustee::DomainAdmins(CORP), DOMAIN_ADMIN));
    assert!(!admits(Trustee::DomainAdmins(OLD), DOMAIN_ADMIN));
    for actor in [Actor::ComputerAccount, Actor::LoggedOnUser, NAA, TRUSTED] {
        assert!(!admits(Trustee::Administrators, actor), "{actor:?}");
    }
    let lab = Lab::new()
        .share_for(&[Trustee::Administrators])
        .with(|world| world.directory.accounts[id(TRUSTED).index()].domain_admin = true);
    assert!(
        lab.attempt(&lab.advanced(), TRUSTED, SHARE).is_err(),
        "admin of another domain"
    );
}

#[test]
fn an_administrator_of_the_machine_is_an_ordinary_user_on_the_network() {
    let lab = Lab::new().share_for(&[Trustee::Administrators]);
    let user = rollcast::access::User {
        administrator: true,
    };
    let client = Client {
        user: Some(user),
        ..lab.advanced()
    };
    assert!(lab.attempt(&client, Actor::LoggedOnUser, SHARE).is_err());
}

#[test]
fn groups_hold_their_members_and_whole_kinds_of_accounts() {
    assert!(admits(Trustee::Group(INSTALLERS), NAA));
    assert!(!admits(Trustee::Group(INSTALLERS), SWI));
    assert!(admits(Trustee::Group(STAFF), Actor::LoggedOnUser));
    assert!(admits(Trustee::Group(STAFF), SWI));
    assert!(!admits(Trustee::Group(STAFF), TRUSTED));
    assert!(!admits(Trustee::Group(STAFF), Actor::ComputerAccount));
    assert!(admits(Trustee::Group(COMPUTERS), Actor::ComputerAccount));
    assert!(!admits(Trustee::Group(COMPUTERS), Actor::LoggedOnUser));
    assert!(!admits_controller(Trustee::Group(COMPUTERS)));
}

#[test]
fn kb244409_a_group_of_the_same_name_in_another_domain_is_another_group() {
    assert!(!admits(Trustee::Group(OLD_INSTALLERS), NAA));
}

#[test]
fn an_entry_for_one_account_means_that_account() {
    assert!(admits(entry(NAA), NAA));
    assert!(!admits(entry(NAA), SWI));
    assert!(!admits(entry(NAA), Actor::LoggedOnUser));
}

#[test]
fn an_entry_for_anonymous_admits_nobody_who_was_authenticated() {
    for actor in [Actor::ComputerAccount, Actor::LoggedOnUser, NAA] {
        assert!(!admits(Trustee::Anonymous, actor));
    }
}

#[test]
fn deny_wins_over_allow_for_members_only() {
    let lab = Lab::new().share_for(&[Trustee::Everyone]).with(|world| {
        world.shares[0]
            .access
            .deny
            .push(Trustee::DomainComputers(CORP));
    });
    assert!(
        lab.attempt(&lab.advanced(), Actor::ComputerAccount, SHARE)
            .is_err()
    );
    assert!(
        lab.attempt(&lab.advanced(), Actor::LoggedOnUser, SHARE)
            .is_ok()
    );
}
