//! Documented reasons why the same distribution ends differently on different
//! machines.

use crate::lab::*;
use rollcast::access::{Client, MsiPlacement, Purpose, msi_placement};
use rollcast::outcome::{Actor, Cause};
use rollcast::world::{ClientKind, Msi, MsiBuild, Program, Role, Trustee};

#[test]
fn difference_1_external_share_under_administrative_rights() {
    let lab = Lab::new().share_for(&[entry(NAA), entry(SWI)]);
    assert_eq!(
        lab.reach(&lab.advanced(), &administrative(), Purpose::Share),
        Ok(NAA)
    );
    let without = lab.reach(&lab.legacy(), &administrative(), Purpose::Share);
    assert_eq!(without, Err((Cause::TokenAccountNoNetwork, Some(5))));
    let with = lab.reach(&lab.legacy(), &with_installation_account(), Purpose::Share);
    assert_eq!(with, Ok(SWI));
}

#[test]
fn difference_2_the_ticked_box_changes_who_runs_on_the_legacy_client_alone() {
    let lab = Lab::new().share_for(&[entry(NAA), entry(SWI)]);
    let program = with_installation_account();
    assert_eq!(
        lab.execute(&lab.legacy(), &program).expect("runs").actor,
        SWI
    );
    assert_eq!(
        lab.execute(&lab.advanced(), &program).expect("runs").actor,
        Actor::LocalSystem
    );
    assert_eq!(
        lab.reach(&lab.advanced(), &program, Purpose::Share),
        Ok(NAA)
    );
}

#[test]
fn difference_3_a_per_user_msi_lands_in_a_different_profile_on_each_client() {
    let lab = Lab::new();
    let package = Msi {
        build: MsiBuild::PerUser,
        allusers: None,
        needs_user_profile: false,
    };
    let runs = [
        lab.execute(&lab.advanced(), &administrative())
            .expect("runs"),
        lab.execute(&lab.legacy(), &administrative()).expect("runs"),
        lab.execute(&lab.legacy(), &with_installation_account())
            .expect("runs"),
    ];
    let profiles: Vec<_> = runs.iter().map(|run| lab.name(run.actor, "PC01")).collect();
    assert_eq!(
        profiles,
        [
            r"NT AUTHORITY\SYSTEM",
            r"PC01\SMSCliToknLocalAcct&",
            r"CORP\swi"
        ]
    );
    for run in runs {
        assert_eq!(
            msi_placement(&run, package, true),
            Ok(MsiPlacement::ServiceProfile)
        );
    }
}

#[test]
fn difference_8_domain_users_instead_of_users_denies_advanced_admin_programs_alone() {
    let lab = Lab::new()
        .package_for(&[Trustee::DomainUsers(CORP), Trustee::Administrators])
        .accounts(|accounts| accounts.network_access = None);
    let run =
        |client: Client, program: Program| lab.reach(&client, &program, Purpose::RunFromPoint);
    assert_eq!(
        run(lab.advanced(), administrative()),
        Err((Cause::ContentAccessDenied, Some(5)))
    );
    assert_eq!(run(lab.advanced(), user_rights()), Ok(Actor::LoggedOnUser));
    assert_eq!(run(lab.legacy(), administrative()), Ok(CONNECTION_A));
    let default = Lab::new().accounts(|accounts| accounts.network_access = None);
    let reached = default.reach(
        &default.advanced(),
        &administrative(),
        Purpose::RunFromPoint,
    );
    assert_eq!(
        reached,
        Ok(Actor::ComputerAccount),
        "the default list admits computers"
    );
}

#[test]
fn difference_12_null_sessions_and_guest_restore_success_on_the_legacy_client_alone() {
    let shares = [
        (
            Lab::new()
                .share_for(&[Trustee::Anonymous])
                .with_null_session(),
            Actor::NullSession,
        ),
        (
            Lab::new().share_for(&[Trustee::Guests]).with_guest(),
            Actor::Guest,
        ),
    ];
    for (lab, session) in shares {
        for role in [Role::Workstation, Role::MemberServer] {
            let client = lab.client(ClientKind::Legacy, role);
            assert_eq!(
                lab.reach(&client, &administrative(), Purpose::Share),
                Ok(session)
            );
        }
        let advanced = lab.reach(&lab.advanced(), &administrative(), Purpose::Share);
        assert_eq!(advanced, Err((Cause::NetworkAccessAccountDenied, Some(5))));
    }
}

#[test]
fn difference_13_a_machine_of_an_nt4_domain_needs_the_network_access_account() {
    let lab = Lab::new().accounts(|accounts| accounts.network_access = None);
    let program = administrative();
    let corp = lab.reach(&lab.advanced(), &program, Purpose::RunFromPoint);
    assert_eq!(corp, Ok(Actor::ComputerAccount));
    let old = Client {
        domain: OLD,
        ..lab.advanced()
    };
    let reached = lab.reach(&old, &program, Purpose::RunFromPoint);
    assert_eq!(reached, Err((Cause::NoNetworkAccessAccount, Some(5))));
}
