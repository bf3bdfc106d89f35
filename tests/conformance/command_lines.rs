//! What a command line says: shares, drives and Windows Installer properties.

use crate::lab::{ADVANCED, LEGACY, Lab, PROGRAM, complaints};
use rollcast::model::Entry;
use rollcast::outcome::{Actor, Cause, Ending, Step};

const FILES: &str =
    "[server.FS]\nsite = \"hq\"\nroles = [\"file server\"]\n[share.apps]\nserver = \"FS\"\n";
const ACCOUNTS: &str =
    "[accounts]\nnetwork_access = 'CORP\\naa'\nsoftware_installation = 'CORP\\swi'\n";
const BOXED: &str = "software_installation_account = true\n";
const ON_SHARE: &str = "command_line = '\\\\FS\\apps\\setup.exe'\n";

fn without_files(package: &str, client: &str, access: &str) -> Lab {
    let program = format!("{PROGRAM}{BOXED}{ON_SHARE}");
    let share = format!("{FILES}access = [{access}]\n");
    Lab::new(&[package, ACCOUNTS, &share, client, &program])
}

/// S. Rachui, `TechNet` Magazine July 2006 (cc160972): "If the software being
/// requested does not reside on an SMS distribution point …".
#[test]
fn cc160972_a_program_on_a_share_hangs_on_who_reaches_the_share() {
    let package = "[package.p]\ndistribution_points = []\n";
    for (client, account, cause) in [
        (ADVANCED, "'CORP\\naa'", Cause::NetworkAccessAccountDenied),
        (LEGACY, "'CORP\\swi'", Cause::InstallationAccountDenied),
    ] {
        let row = without_files(package, client, account).only();
        assert_eq!((row.ending, row.downloaded.0), (Ending::Installed, 0));
        assert_eq!(row.distribution_point, None);
        assert!(matches!(row.network, Actor::Account(_)));
        let row = without_files(package, client, "'CORP\\Domain Admins'").only();
        assert_eq!((row.ending, row.step), (Ending::Failed, Step::Share));
        assert_eq!(row.cause, cause);
    }
}

#[test]
fn nothing_of_an_empty_package_is_waited_for() {
    let missing = "[package.p]\nsize = \"0 B\"\n[[fault]]\nat = \"+0 h\"\npackage = \"p\"\n\
        distribution_points = [\"SMS\"]\ncontent = \"missing\"\n";
    for (client, machine) in [(ADVANCED, "A1"), (LEGACY, "L1")] {
        let lab = without_files(missing, client, "'CORP\\naa', 'CORP\\swi'");
        assert_eq!(lab.only().ending, Ending::Installed, "{machine}");
        let told = |(_, entry)| matches!(entry, Entry::NoContentNeeded);
        assert!(lab.diary(machine).into_iter().any(told));
    }
    // A package that has files is waited for.
    let files = missing.replace("0 B", "1 MB");
    let row = without_files(&files, ADVANCED, "'CORP\\naa'").only();
    assert_eq!(
        (row.ending, row.cause),
        (Ending::Waiting, Cause::NoPointHasContent)
    );
}

#[test]
fn a_package_without_points_needs_programs_on_shares() {
    let package = "[package.p]\ndistribution_points = []\n";
    let text = complaints(&[package, ADVANCED, PROGRAM]);
    assert!(text.contains("on no distribution point"), "{text}");
    let full = "[package.p]\nsize = \"1 MB\"\ndistribution_points = []\n";
    let program = format!("{PROGRAM}{ON_SHARE}");
    let text = complaints(&[full, FILES, ADVANCED, &program]);
    assert!(text.contains("on no distribution point"), "{text}");
}

/// `TechNet` cc180810: a package may have no source files, where its programs run what
/// is elsewhere or a part of Windows.
#[test]
fn cc180810_a_package_without_files_runs_what_is_elsewhere_or_a_part_of_windows() {
    let run = |package: &str, line: &str, reads: &str| {
        let program = format!("{PROGRAM}command_line = '{line}'\n");
        let share = format!("{FILES}access = [{reads}]\n");
        Lab::new(&[package, ACCOUNTS, &share, ADVANCED, &program]).only()
    };
    let empty = "[package.p]\nsize = \"0 B\"\n[[fault]]\nat = \"+0 h\"\npackage = \"p\"\n\
        distribution_points = [\"SMS\"]\ncontent = \"missing\"\n";
    for package in ["[package.p]\ndistribution_points = []\n", empty] {
        for line in [
            r"msiexec /i \\FS\apps\a.msi ALLUSERS=2 /qn",
            r"cmd /c \\FS\apps\a.cmd",
            r"cscript //b \\FS\apps\a.vbs",
        ] {
            let row = run(package, line, "'CORP\\naa'");
            assert_eq!(
                (row.ending, row.downloaded.0),
                (Ending::Installed, 0),
                "{line}"
            );
            assert!(matches!(row.network, Actor::Account(_)), "{line}");
            let row = run(package, line, "'CORP\\Domain Admins'");
            assert_eq!(row.cause, Cause::NetworkAccessAccountDenied, "{line}");
        }
        let row = run(package, "C:\\tools\\setup.exe", "'CORP\\naa'");
        assert_eq!(row.ending, Ending::Installed);
    }
    let without = "[package.p]\ndistribution_points = []\n";
    assert_eq!(run(without, "defrag.exe C:", "").ending, Ending::Installed);
    for line in ["setup.exe /q", "msiexec /i a.msi", "cmd /c run.cmd"] {
        let program = format!("{PROGRAM}command_line = '{line}'\n");
        let text = complaints(&[without, ADVANCED, &program]);
        assert!(
            text.contains("on no distribution point, and the command line"),
            "{text}"
        );
    }
}

#[test]
fn a_share_that_only_the_command_line_names_is_reached_all_the_same() {
    let program = |line: &str| format!("{PROGRAM}command_line = '{line}'\n");
    let run =
        |client: &str, line: &str| Lab::new(&[ACCOUNTS, FILES, client, &program(line)]).only();
    let row = run(LEGACY, "\\\\fs\\APPS\\setup.exe /q");
    assert_eq!(
        (row.cause, row.status_message),
        (Cause::TokenAccountNoNetwork, 10003),
        "it does not start"
    );
    let row = run(LEGACY, "setup.exe TRANSFORMS=\\\\FS\\apps\\x.mst");
    assert_eq!(
        (row.cause, row.status_message),
        (Cause::TokenAccountNoNetwork, 10006),
        "it starts, and fails"
    );
    assert_eq!(
        run(ADVANCED, "\\\\FS\\apps\\setup.exe").ending,
        Ending::Installed
    );
    let text = complaints(&[LEGACY, &program("\\\\FS\\apps\\setup.exe")]);
    assert!(text.contains("is not a share of the scenario"), "{text}");
    let point = run(ADVANCED, "\\\\SMS\\SMSPKGD$\\P\\setup.exe");
    assert_eq!(point.ending, Ending::Installed, "the package's own share");
}

/// Q263279: a drive that the user has mapped is there for the user alone.
#[test]
fn q263279_a_mapped_drive_is_there_for_the_user_alone() {
    let program = |rights: &str| {
        format!(
            "[program.p]\nrights = \"{rights}\"\ncommand_line = 'O:\\TESTAPP.EXE'\n\
             shares = [{{ share = \"apps\", command_line = true }}]\n"
        )
    };
    for (client, code) in [(LEGACY, 0x8000_4005), (ADVANCED, 3)] {
        let mapped = client.to_owned() + "mapped_drives = [\"FS\"]\n";
        let run = |machine: &str, rights: &str| {
            Lab::new(&[ACCOUNTS, FILES, machine, &program(rights)]).only()
        };
        assert_eq!(run(&mapped, "user").ending, Ending::Installed);
        let row = run(&mapped, "administrative");
        assert_eq!(
            (row.ending, row.cause),
            (Ending::Failed, Cause::DriveNotMapped)
        );
        assert_eq!((row.status_message, row.code), (10003, Some(code)));
        let row = run(client, "user");
        assert_eq!(
            row.cause,
            Cause::DriveNotMapped,
            "this user has not mapped it"
        );
    }
    for line in [
        r"O:\SETUP.EXE",
        r"msiexec /i O:\A.MSI",
        r"cmd /c O:\RUN.CMD",
    ] {
        let text = complaints(&[LEGACY, &format!("{PROGRAM}command_line = '{line}'\n")]);
        assert!(text.contains("from drive O:"), "{text}");
    }
    let local = PROGRAM.to_owned() + "command_line = 'C:\\SETUP.EXE'\n";
    assert_eq!(Lab::new(&[LEGACY, &local]).only().ending, Ending::Installed);
}

#[test]
fn allusers_on_the_command_line_counts() {
    let program = |line: &str, msi: &str| {
        format!("{PROGRAM}command_line = 'msiexec /i tool.msi {line}'\nmsi = {{ {msi} }}\n")
    };
    let run = |line: &str, msi: &str| Lab::new(&[ADVANCED, &program(line, msi)]).only().ending;
    let build = "build = \"per-user\"";
    assert_eq!(run("", build), Ending::ServiceProfile);
    for line in ["ALLUSERS=2 /qn", "allusers=1", "ALLUSERS=\"2\""] {
        assert_eq!(run(line, build), Ending::Installed, "{line}");
    }
    assert_eq!(
        run("ALLUSERS=\"\"", "build = \"per-machine\""),
        Ending::ServiceProfile
    );
    assert_eq!(
        run("ALLUSERS=2", "build = \"per-user\", allusers = 2"),
        Ending::Installed
    );
    let text = complaints(&[
        ADVANCED,
        &program("ALLUSERS=2", "build = \"per-user\", allusers = 0"),
    ]);
    assert!(text.contains("sets ALLUSERS=2"), "{text}");
}
