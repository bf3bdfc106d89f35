//! Windows Installer: `ALLUSERS` against the account that runs it.

use crate::lab::*;
use rollcast::access::{Execution, MsiPlacement, User, msi_placement};
use rollcast::world::{Msi, MsiBuild};

fn msi(build: MsiBuild, allusers: Option<u8>) -> Msi {
    Msi { build, allusers }
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
                msi_placement(&user(administrator), package),
                Ok(MsiPlacement::PerUser)
            );
        }
        for service in services() {
            assert_eq!(
                msi_placement(&service, package),
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
        assert_eq!(msi_placement(&user(false), package), Err(1603));
        assert_eq!(
            msi_placement(&user(true), package),
            Ok(MsiPlacement::PerMachine)
        );
        for service in services() {
            assert_eq!(
                msi_placement(&service, package),
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
            msi_placement(&user(false), package),
            Ok(MsiPlacement::PerUser)
        );
        assert_eq!(
            msi_placement(&user(true), package),
            Ok(MsiPlacement::PerMachine)
        );
        for service in services() {
            assert_eq!(
                msi_placement(&service, package),
                Ok(MsiPlacement::PerMachine)
            );
        }
    }
}
