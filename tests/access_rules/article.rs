//! One test for every statement of the article.

use crate::lab::*;
use rollcast::access::{MsiPlacement, Purpose, Reason, User, msi_placement};
use rollcast::outcome::{Actor, Cause, Step, log};
use rollcast::product::ClientKind;
use rollcast::world::{Msi, MsiBuild, Role, Trustee};

const CLIENTS: [ClientKind; 2] = [ClientKind::Advanced, ClientKind::Legacy];
const ROLES: [Role; 3] = [
    Role::Workstation,
    Role::MemberServer,
    Role::DomainController,
];

#[test]
fn user_rights_run_in_the_context_of_the_logged_on_user() {
    let lab = Lab::new();
    for kind in CLIENTS {
        for role in ROLES {
            let execution = lab
                .execute(&lab.client(kind, role), &user_rights())
                .expect("runs");
            assert_eq!(execution.actor, Actor::LoggedOnUser, "{kind:?} {role:?}");
        }
    }
}

#[test]
fn user_rights_require_a_user_to_be_logged_on() {
    let lab = Lab::new();
    for kind in CLIENTS {
        let mut client = lab.client(kind, Role::Workstation);
        client.user = None;
        let (actor, refusal) = lab
            .execute(&client, &user_rights())
            .expect_err("nobody there");
        assert_eq!(
            (actor, refusal.reason),
            (Actor::LoggedOnUser, Reason::NoUserLoggedOn)
        );
        assert!(
            lab.execute(&client, &administrative()).is_ok(),
            "administrative rights need none"
        );
    }
}

#[test]
fn user_rights_are_limited_to_what_the_user_may_do() {
    let lab = Lab::new();
    for kind in CLIENTS {
        for administrator in [false, true] {
            let mut client = lab.client(kind, Role::Workstation);
            client.user = Some(User { administrator });
            let execution = lab.execute(&client, &user_rights()).expect("runs");
            assert_eq!(execution.administrator, administrator);
            assert!(!execution.elevated);
        }
    }
}

#[test]
fn advanced_admin_program_runs_as_local_system() {
    let lab = Lab::new();
    let execution = lab
        .execute(&lab.advanced(), &administrative())
        .expect("runs");
    assert_eq!(execution.actor, Actor::LocalSystem);
    assert_eq!(lab.name(execution.actor, "PC01"), r"NT AUTHORITY\SYSTEM");
}

#[test]
fn legacy_admin_program_runs_as_the_client_token_account() {
    let lab = Lab::new();
    let execution = lab.execute(&lab.legacy(), &administrative()).expect("runs");
    assert_eq!(execution.actor, Actor::LocalTokenAccount);
    assert_eq!(
        lab.name(execution.actor, "PC01"),
        r"PC01\SMSCliToknLocalAcct&"
    );
}

#[test]
fn the_token_account_is_elevated_at_the_time_of_installation() {
    let lab = Lab::new();
    let execution = lab.execute(&lab.legacy(), &administrative()).expect("runs");
    assert!(execution.elevated && execution.administrator);
}

#[test]
fn workstations_and_member_servers_have_a_token_account_each() {
    let lab = Lab::new();
    for role in [Role::Workstation, Role::MemberServer] {
        let client = lab.client(ClientKind::Legacy, role);
        let actor = lab.execute(&client, &administrative()).expect("runs").actor;
        assert_ne!(lab.name(actor, "PC01"), lab.name(actor, "PC02"), "{role:?}");
    }
}

#[test]
fn domain_controllers_share_the_domain_copy_of_the_token_account() {
    let lab = Lab::new();
    let client = lab.client(ClientKind::Legacy, Role::DomainController);
    let actor = lab.execute(&client, &administrative()).expect("runs").actor;
    // TechNet cc181332 gives the domain copy a name of its own.
    assert_eq!(lab.name(actor, "DC01"), r"CORP\SMSCliToknAcct&");
    assert_eq!(lab.name(actor, "DC01"), lab.name(actor, "DC02"));
}

#[test]
fn a_per_user_msi_run_with_administrative_rights_ends_where_no_user_sees_it() {
    let lab = Lab::new();
    let per_user = Msi {
        build: MsiBuild::PerUser,
        allusers: None,
        needs_user_profile: false,
    };
    for kind in CLIENTS {
        let client = lab.client(kind, Role::Workstation);
        let execution = lab.execute(&client, &administrative()).expect("runs");
        assert_eq!(
            msi_placement(&execution, per_user, true),
            Ok(MsiPlacement::ServiceProfile)
        );
    }
}

#[test]
fn allusers_2_forces_a_per_user_msi_to_install_per_computer() {
    let lab = Lab::new();
    let forced = Msi {
        build: MsiBuild::PerUser,
        allusers: Some(2),
        needs_user_profile: false,
    };
    for kind in CLIENTS {
        let client = lab.client(kind, Role::Workstation);
        let execution = lab.execute(&client, &administrative()).expect("runs");
        assert_eq!(
            msi_placement(&execution, forced, true),
            Ok(MsiPlacement::PerMachine)
        );
    }
}

#[test]
fn administrative_rights_are_full_on_the_computer_and_none_on_the_network() {
    let lab = Lab::new();
    for (kind, actor) in [
        (ClientKind::Advanced, Actor::LocalSystem),
        (ClientKind::Legacy, Actor::LocalTokenAccount),
    ] {
        let client = lab.client(kind, Role::Workstation);
        let execution = lab.execute(&client, &administrative()).expect("runs");
        assert!(execution.administrator);
        assert!(lab.attempt(&client, actor, SHARE).is_err());
    }
}

#[test]
fn a_package_complete_on_the_distribution_point_installs_on_both_clients() {
    let lab = Lab::new();
    let advanced = lab.reach(&lab.advanced(), &administrative(), Purpose::RunFromPoint);
    assert_eq!(advanced, Ok(Actor::ComputerAccount));
    let legacy = lab.reach(&lab.legacy(), &administrative(), Purpose::RunFromPoint);
    assert_eq!(legacy, Ok(CONNECTION_A));
}

#[test]
fn the_same_program_with_an_external_share_ends_differently_on_the_two_clients() {
    let lab = Lab::new().share_for(&[entry(NAA), entry(SWI)]);
    let advanced = lab.reach(&lab.advanced(), &administrative(), Purpose::Share);
    let legacy = lab.reach(&lab.legacy(), &administrative(), Purpose::Share);
    assert_eq!(advanced, Ok(NAA));
    assert_eq!(legacy, Err((Cause::TokenAccountNoNetwork, Some(5))));
}

#[test]
fn advanced_admin_program_reaches_a_share_as_the_network_access_account() {
    let lab = Lab::new().share_for(&[Trustee::Everyone]);
    let presented = lab.candidates(&lab.advanced(), &administrative(), Purpose::Share);
    assert_eq!(presented, [NAA]);
    assert_eq!(
        lab.reach(&lab.advanced(), &administrative(), Purpose::Share),
        Ok(NAA)
    );
}

#[test]
fn advanced_admin_program_fails_on_a_share_without_a_network_access_account() {
    let lab = Lab::new()
        .share_for(&[Trustee::Everyone])
        .accounts(|accounts| accounts.network_access = None);
    let reached = lab.reach(&lab.advanced(), &administrative(), Purpose::Share);
    assert_eq!(reached, Err((Cause::NoNetworkAccessAccount, None)));
}

#[test]
fn advanced_admin_program_fails_with_access_denied_if_the_network_access_account_has_no_rights() {
    let lab = Lab::new().share_for(&[entry(SWI)]);
    let reached = lab.reach(&lab.advanced(), &administrative(), Purpose::Share);
    assert_eq!(reached, Err((Cause::NetworkAccessAccountDenied, Some(5))));
}

#[test]
fn access_denied_on_a_share_is_noted_in_the_execution_manager_log() {
    let path = log(
        ClientKind::Advanced,
        Step::Share,
        Cause::NetworkAccessAccountDenied,
    );
    assert!(path.ends_with(r"\execmgr.log"), "{path}");
}

#[test]
fn the_installation_stays_with_local_system_though_the_network_access_account_connects() {
    let lab = Lab::new().share_for(&[entry(NAA)]);
    assert_eq!(
        lab.reach(&lab.advanced(), &administrative(), Purpose::Share),
        Ok(NAA)
    );
    let execution = lab
        .execute(&lab.advanced(), &administrative())
        .expect("runs");
    assert_eq!(execution.actor, Actor::LocalSystem);
}

#[test]
fn the_network_access_account_never_executes_anything() {
    let lab = Lab::new();
    for program in [user_rights(), administrative(), with_installation_account()] {
        for kind in CLIENTS {
            for role in ROLES {
                let execution = lab
                    .execute(&lab.client(kind, role), &program)
                    .expect("runs");
                assert_ne!(execution.actor, NAA);
            }
        }
    }
}

#[test]
fn the_software_installation_account_reaches_shares_and_installs() {
    let lab = Lab::new().share_for(&[entry(SWI)]);
    let program = with_installation_account();
    assert_eq!(
        lab.execute(&lab.legacy(), &program).expect("runs").actor,
        SWI
    );
    assert_eq!(lab.reach(&lab.legacy(), &program, Purpose::Share), Ok(SWI));
}

#[test]
fn the_software_installation_account_is_elevated_only_if_necessary() {
    let lab = Lab::new();
    let ordinary = lab
        .execute(&lab.legacy(), &with_installation_account())
        .expect("runs");
    assert!(ordinary.elevated && ordinary.administrator);
    let lab =
        Lab::new().accounts(|accounts| accounts.software_installation = Some(id(DOMAIN_ADMIN)));
    let admin = lab
        .execute(&lab.legacy(), &with_installation_account())
        .expect("runs");
    assert!(!admin.elevated && admin.administrator);
}

#[test]
fn smsapm32_is_the_log_of_the_legacy_client() {
    for step in [Step::Connection, Step::Elevation, Step::Share, Step::Run] {
        let path = log(ClientKind::Legacy, step, Cause::TokenAccountNoNetwork);
        assert!(path.ends_with(r"\Smsapm32.log"), "{step:?}: {path}");
    }
}
