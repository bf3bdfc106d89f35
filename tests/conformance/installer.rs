//! Where Windows Installer puts a package, by client (Windows Installer,
//! "ALLUSERS property"; S. Rachui, `TechNet` Magazine July 2006, cc160972).

use crate::lab::{ADVANCED, LEGACY, Lab};
use rollcast::outcome::{Actor, Cause, Ending};

const AS_ADMINISTRATOR: &str =
    "[program.p]\nrights = \"administrative\"\nruns = \"whether or not a user is logged on\"\n";
const AS_USER: &str = "[program.p]\nrights = \"user\"\nneeds_administrator = false\n";

fn ending(client: &str, user: &str, program: &str, msi: &str) -> Ending {
    let msi = format!("msi = {{ {msi} }}\n");
    Lab::new(&[client, user, program, &msi]).only().ending
}

const PER_USER: &str = "build = \"per-user\"";
const PER_MACHINE: &str = "build = \"per-machine\"";

#[test]
fn without_allusers_a_per_user_package_goes_to_the_profile_of_the_account_that_runs_it() {
    for client in [ADVANCED, LEGACY] {
        assert_eq!(ending(client, "", AS_USER, PER_USER), Ending::Installed);
        assert_eq!(
            ending(client, "", AS_ADMINISTRATOR, PER_USER),
            Ending::ServiceProfile
        );
    }
}

#[test]
fn the_profile_it_ends_in_differs_by_client() {
    let executing = |client, role: &str| {
        let lab = Lab::new(&[
            client,
            role,
            AS_ADMINISTRATOR,
            "msi = { build = \"per-user\" }",
        ]);
        let row = lab.only();
        assert_eq!(
            (row.cause, row.code),
            (Cause::PerUserIntoService, Some(0)),
            "a success that nobody sees"
        );
        lab.account(row.executing)
    };
    assert_eq!(executing(ADVANCED, ""), r"NT AUTHORITY\SYSTEM");
    assert_eq!(executing(LEGACY, ""), r"*\SMSCliToknLocalAcct&");
    assert_eq!(
        executing(LEGACY, "role = \"domain controller\""),
        r"CORP\SMSCliToknAcct&"
    );
}

#[test]
fn allusers_2_installs_for_the_computer_where_the_account_may_and_for_the_user_where_not() {
    for client in [ADVANCED, LEGACY] {
        let two = "build = \"per-user\", allusers = 2";
        assert_eq!(ending(client, "", AS_ADMINISTRATOR, two), Ending::Installed);
        assert_eq!(ending(client, "", AS_USER, two), Ending::Installed);
    }
}

#[test]
fn allusers_1_fails_without_an_administrator() {
    for client in [ADVANCED, LEGACY] {
        let one = "build = \"per-user\", allusers = 1";
        assert_eq!(ending(client, "", AS_ADMINISTRATOR, one), Ending::Installed);
        assert_eq!(
            ending(client, "user_is_administrator = true", AS_USER, one),
            Ending::Installed
        );
        for msi in [one, PER_MACHINE] {
            let lab = Lab::new(&[client, AS_USER, &format!("msi = {{ {msi} }}\n")]);
            let row = lab.only();
            assert_eq!(
                (row.ending, row.cause, row.code),
                (Ending::Failed, Cause::MsiFailed, Some(1603))
            );
        }
    }
}

#[test]
fn clearing_allusers_makes_a_per_machine_package_per_user() {
    for client in [ADVANCED, LEGACY] {
        let cleared = "build = \"per-machine\", allusers = 0";
        assert_eq!(ending(client, "", AS_USER, cleared), Ending::Installed);
        assert_eq!(
            ending(client, "", AS_ADMINISTRATOR, cleared),
            Ending::ServiceProfile
        );
    }
}

#[test]
fn under_the_software_installation_account_it_goes_to_the_profile_of_that_account() {
    let swi = AS_ADMINISTRATOR.to_owned()
        + "software_installation_account = true\nmsi = { build = \"per-user\" }\n";
    let lab = Lab::new(&[
        "[accounts]\nsoftware_installation = 'CORP\\swi'",
        LEGACY,
        "[package.p]\naccess = [\"Everyone\"]",
        &swi,
    ]);
    let row = lab.only();
    assert_eq!(
        (row.ending, lab.account(row.executing).as_str()),
        (Ending::ServiceProfile, r"CORP\swi")
    );
    assert!(matches!(row.executing, Actor::Account(_)));
}

#[test]
fn another_installation_under_way_is_tried_again_by_the_advanced_client_only() {
    let busy = AS_ADMINISTRATOR.to_owned()
        + "msi = { build = \"per-machine\" }\nexit_codes = { 1618 = 1 }\ninstall_time = \"0 s\"\n";
    let row = |client| Lab::set(&[client, &busy], &["horizon=1 d"]).only();
    assert_eq!(
        (row(ADVANCED).ending, row(LEGACY).ending),
        (Ending::Retrying, Ending::Failed)
    );
    // What Windows Installer itself returned is the program's own failure.
    assert_eq!(row(LEGACY).cause, Cause::ProgramFailed);
}

#[test]
fn cc160972_what_runs_as_an_ordinary_user_is_very_limited() {
    let row = |client: &str, administrator: bool, keys: &str| {
        let user = format!("{client}user_is_administrator = {administrator}\n");
        let program = format!(
            "[program.p]\nrights = \"user\"\n{keys}\n[rules]\nexecution_retry = {{ count = 0 }}\n"
        );
        let row = Lab::new(&[&user, &program]).only();
        (row.ending, row.cause, row.code)
    };
    let done = (Ending::Installed, Cause::None, Some(0));
    let denied = (Ending::Failed, Cause::UserNotAdministrator, Some(5));
    let refused = (Ending::Failed, Cause::MsiFailed, Some(1603));
    for client in [ADVANCED, LEGACY] {
        for (keys, ordinary) in [
            ("", denied),
            ("command_line = 'Install.exe /s'", denied),
            ("command_line = '\"fix update.exe\" /q'", denied),
            (
                "command_line = 'setup.exe'\nneeds_administrator = false",
                done,
            ),
            ("command_line = 'cscript setup.vbs'", done),
            ("command_line = 'reader.exe'", done),
            ("command_line = 'msiexec /i setup.msi /qn'", refused),
            ("command_line = 'msiexec /i setup.msi ALLUSERS=2'", done),
            ("command_line = 'msiexec /x setup.msi'", done),
            ("command_line = 'setup.msi'", refused),
        ] {
            assert_eq!(row(client, false, keys), ordinary, "{client} {keys}");
            assert_eq!(row(client, true, keys), done, "{client} {keys}");
        }
    }
}

#[test]
fn a_package_of_which_no_program_is_written_asks_for_no_administrator() {
    let row = Lab::new(&[ADVANCED, "[package.p]\n"]).only();
    assert_eq!(row.ending, Ending::Installed);
}

#[test]
fn cc160972_a_per_user_package_may_fail_under_a_service_account() {
    for client in [ADVANCED, LEGACY] {
        let run = |program: &str, msi: &str, rules: &str| {
            let keys = format!("msi = {{ {msi} }}\n[rules]\n{rules}\n");
            let row = Lab::new(&[client, program, &keys]).only();
            (row.ending, row.cause, row.code)
        };
        let asks = "build = \"per-user\", needs_user_profile = true";
        assert_eq!(
            run(AS_ADMINISTRATOR, asks, ""),
            (Ending::Failed, Cause::PerUserMsiFailed, Some(1603))
        );
        let done = (Ending::Installed, Cause::None, Some(0));
        assert_eq!(run(AS_USER, asks, ""), done);
        let forced = format!("{asks}, allusers = 2");
        assert_eq!(run(AS_ADMINISTRATOR, &forced, ""), done);
        let forbidden = "disable_user_installs = true";
        let rejected = (Ending::Failed, Cause::PerUserMsiFailed, Some(1625));
        assert_eq!(run(AS_USER, PER_USER, forbidden), rejected);
        assert_eq!(run(AS_ADMINISTRATOR, PER_USER, forbidden), rejected);
        assert_eq!(run(AS_ADMINISTRATOR, &forced, forbidden), done);
    }
}
