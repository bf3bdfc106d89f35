//! Windows Installer: `ALLUSERS` against the account that runs it.

use crate::lab::*;
use rollcast::access::{Execution, MsiFailure, MsiPlacement, User, msi_placement};
use rollcast::world::{Msi, MsiBuild};

fn msi(build: MsiBuild, allusers: Option<u8>) -> Msi {
    Msi {
        build,
        allusers,
        needs_user_profile: false,
    }
}

/// Local System, the token account, and the Software Installation Account.
fn services() -> [Execution; 3] {
    let lab = Lab::new();
    [
        lab.execute(&lab.advanced(), &administrative())
            .expect("runs"),
        lab.execute(&lab.legacy(), &administrative()).expect("runs"),
        lab.execute(&lab.legacy(), &with_installation_account())
            .expect("runs"),
    ]
}

fn user(administrator: bool) -> Execution {
    let lab = Lab::new();
    let mut client = lab.advanced();
    client.user = Some(User { administrator });
    lab.execute(&client, &user_rights()).expect("runs")
}

#[test]
fn allusers_unset_installs_per_user() {
    for package in [
        msi(MsiBuild::PerUser, None),
        msi(MsiBuild::PerMachine, Some(0)),
    ] {
        for administrator in [false, true] {
            assert_eq!(
                msi_placement(&user(administrator), package, true),
                Ok(MsiPlacement::PerUser)
            );
        }
        for service in services() {
            assert_eq!(
                msi_placement(&service, package, true),
                Ok(MsiPlacement::ServiceProfile)
            );
        }
    }
}

#[test]
fn allusers_1_installs_per_machine_and_fails_without_privileges() {
    for package in [
        msi(MsiBuild::PerMachine, None),
        msi(MsiBuild::PerUser, Some(1)),
    ] {
        assert_eq!(
            msi_placement(&user(false), package, true),
            Err(MsiFailure::NotPrivileged)
        );
        assert_eq!(
            msi_placement(&user(true), package, true),
            Ok(MsiPlacement::PerMachine)
        );
        for service in services() {
            assert_eq!(
                msi_placement(&service, package, true),
                Ok(MsiPlacement::PerMachine)
            );
        }
    }
}

#[test]
fn allusers_2_installs_per_machine_if_privileged_and_per_user_if_not() {
    for build in [MsiBuild::PerUser, MsiBuild::PerMachine] {
        let package = msi(build, Some(2));
        assert_eq!(
            msi_placement(&user(false), package, true),
            Ok(MsiPlacement::PerUser)
        );
        assert_eq!(
            msi_placement(&user(true), package, true),
            Ok(MsiPlacement::PerMachine)
        );
        for service in services() {
            assert_eq!(
                msi_placement(&service, package, true),
                Ok(MsiPlacement::PerMachine)
            );
        }
    }
}

#[test]
fn a_per_user_installation_fails_where_the_package_asks_for_a_user_or_policy_forbids_it() {
    let asks = Msi {
        needs_user_profile: true,
        ..msi(MsiBuild::PerUser, None)
    };
    for service in services() {
        assert_eq!(
            msi_placement(&service, asks, true),
            Err(MsiFailure::NoUserProfile)
        );
        let forced = Msi {
            allusers: Some(2),
            ..asks
        };
        assert_eq!(
            msi_placement(&service, forced, false),
            Ok(MsiPlacement::PerMachine),
            "nothing of this installation is per user"
        );
    }
    assert_eq!(
        msi_placement(&user(false), asks, true),
        Ok(MsiPlacement::PerUser)
    );
    for execution in services().into_iter().chain([user(false), user(true)]) {
        let refused = msi_placement(&execution, msi(MsiBuild::PerUser, None), false);
        assert_eq!(refused, Err(MsiFailure::UserInstallsDisabled));
        assert_eq!(refused.map_err(MsiFailure::code), Err(1625));
    }
}
