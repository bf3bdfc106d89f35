//! Documented sources of inconsistent results between the clients: the same
//! advertisement, another outcome.

use crate::lab::{ADVANCED, LEGACY, Lab, PROGRAM};
use rollcast::outcome::{Actor, Cause, Ending};

const SHARE: &str =
    "[server.FS]\nsite = \"hq\"\nroles = [\"file server\"]\n[share.tools]\nserver = \"FS\"\n";
const BOTH_ACCOUNTS: &str =
    "[accounts]\nnetwork_access = 'CORP\\naa'\nsoftware_installation = 'CORP\\swi'\n";

fn reading() -> String {
    PROGRAM.to_owned() + "shares = [{ share = \"tools\", read = \"1 MB\" }]\n"
}

/// S. Rachui, `TechNet` Magazine July 2006 (cc160972); KB Q263279.
#[test]
fn a_share_that_is_no_distribution_point_wants_the_account_of_the_client_kind() {
    let row = |accounts: &str, client, swi: &str| {
        Lab::new(&[accounts, client, &reading(), swi, SHARE]).only()
    };
    let swi = "software_installation_account = true";
    assert_eq!(row("", ADVANCED, "").cause, Cause::NoNetworkAccessAccount);
    assert_eq!(row(BOTH_ACCOUNTS, ADVANCED, "").ending, Ending::Installed);
    assert_eq!(
        row(BOTH_ACCOUNTS, LEGACY, "").cause,
        Cause::TokenAccountNoNetwork
    );
    assert_eq!(row(BOTH_ACCOUNTS, LEGACY, swi).ending, Ending::Installed);
    let only_legacy = "[accounts]\nsoftware_installation = 'CORP\\swi'\n";
    assert_eq!(
        row(only_legacy, ADVANCED, swi).cause,
        Cause::NoNetworkAccessAccount,
        "its account is not help"
    );
}

/// KB 826871.
#[test]
fn with_the_box_ticked_the_legacy_client_runs_as_the_account_and_the_advanced_as_system() {
    let program = PROGRAM.to_owned() + "software_installation_account = true\n";
    let who = |client| {
        let lab = Lab::new(&[BOTH_ACCOUNTS, client, &program]);
        lab.account(lab.only().executing)
    };
    assert_eq!(who(ADVANCED), r"NT AUTHORITY\SYSTEM");
    assert_eq!(who(LEGACY), r"CORP\swi");
}

#[test]
fn only_the_advanced_client_waits_where_the_point_is_remote() {
    let branch = "[site.branch]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\n";
    let row = |client| Lab::new(&[branch, client, "sites = [\"branch\"]", PROGRAM]).only();
    assert_eq!(row(ADVANCED).cause, Cause::OnlyRemotePoint);
    assert_eq!(row(LEGACY).ending, Ending::Installed);
}

#[test]
fn a_protected_point_is_invisible_to_the_legacy_client() {
    let guarded = "[server.DP]\nsite = \"hq\"\nroles = [\"distribution point\"]\nprotected = true\n\
        [package.p]\ndistribution_points = [\"DP\"]\n";
    let row = |client| Lab::new(&[client, PROGRAM, guarded]).only();
    assert_eq!(row(ADVANCED).ending, Ending::Installed);
    assert_eq!(row(LEGACY).cause, Cause::PointProtected);
}

#[test]
fn a_protected_point_serves_the_advanced_clients_of_its_boundary_alone() {
    let places = "[site.near]\nparent = \"hq\"\n[site.far]\nparent = \"hq\"\n[server.DP]\n\
        site = \"hq\"\nroles = [\"distribution point\"]\nprotected = true\n\
        boundary = [\"near\"]\n[package.p]\ndistribution_points = [\"DP\"]\n";
    let row = |client: &str, site: &str| {
        let client = format!("{client}sites = [\"{site}\"]\n");
        let settings = [
            &client,
            PROGRAM,
            places,
            "[advertisement.p]\non_remote = \"run\"\n",
        ];
        Lab::new(&settings).only()
    };
    assert_eq!(row(ADVANCED, "near").ending, Ending::Installed);
    for (client, site) in [(ADVANCED, "far"), (LEGACY, "near"), (LEGACY, "far")] {
        assert_eq!(row(client, site).cause, Cause::PointProtected, "{site}");
    }
}

#[test]
fn a_program_that_fails_once_in_two_succeeds_sooner_or_later_on_advanced_clients_only() {
    let flaky = PROGRAM.to_owned() + "exit_codes = { 1618 = 0.5 }\n";
    let installed = |client: &str| {
        let many = client.replace("count = 1", "count = 100");
        let lab = Lab::new(&[&many, &flaky]);
        lab.rows()
            .filter(|(_, _, row)| row.ending == Ending::Installed)
            .count()
    };
    assert_eq!(installed(ADVANCED), 100);
    let legacy = installed(LEGACY);
    assert!((30..=70).contains(&legacy), "{legacy}");
}

/// TechNet cc181332; KB Q231399 on what a lock-out does.
#[test]
fn one_locked_token_account_stops_every_legacy_controller_and_no_advanced_one() {
    let fleet = "[fleet.\"*\"]\nrole = \"domain controller\"\nper_site = 3\n\
        [fleet.leg]\nclient = \"legacy\"\nname = \"L{number}\"\n[fleet.adv]\nname = \"A{number}\"\n\
        [fleet.ws]\nclient = \"legacy\"\nrole = \"workstation\"\nname = \"W{number}\"\n\
        [[fault]]\nat = \"+0 s\"\ntoken_account = \"CORP\"\n";
    let lab = Lab::of(
        &format!(
            "start = 2006-03-20T08:00:00\n[site.hq]\n[server.SMS]\nroles = [\"management point\", \"client access point\", \"distribution point\"]\n{PROGRAM}{fleet}"
        ),
        &[],
    );
    for (machine, _, row) in lab.rows() {
        if machine.starts_with('L') {
            assert_eq!(
                (row.ending, row.cause),
                (Ending::Failed, Cause::TokenAccountUnusable),
                "{machine}"
            );
            assert_eq!(row.status_message, 10003);
        } else {
            assert_eq!(row.ending, Ending::Installed, "{machine}");
        }
    }
}

/// COMPUTER$ is in Everyone, Authenticated Users and Users, and is not a member of
/// Domain Users.
#[test]
fn replacing_users_by_domain_users_shuts_administrative_runs_of_the_advanced_client_out() {
    let row = |client, program: &str, who: &str| {
        let package = format!("[package.p]\naccess = ['{who}']\n");
        Lab::set(&[client, program, &package], &["horizon=1 d"]).only()
    };
    let as_user = "[program.p]\nrights = \"user\"\nneeds_administrator = false\n";
    let closed = r"CORP\Domain Users";
    for open in [
        "Everyone",
        "Authenticated Users",
        "Users",
        r"CORP\Domain Computers",
    ] {
        assert_eq!(
            row(ADVANCED, PROGRAM, open).ending,
            Ending::Installed,
            "{open}"
        );
    }
    let denied = row(ADVANCED, PROGRAM, closed);
    assert_eq!(
        (denied.ending, denied.cause, denied.code),
        (Ending::Retrying, Cause::ContentAccessDenied, Some(5))
    );
    assert_eq!(
        row(ADVANCED, as_user, closed).ending,
        Ending::Installed,
        "the user is one"
    );
    let legacy = row(LEGACY, PROGRAM, closed);
    assert_eq!(
        legacy.ending,
        Ending::Installed,
        "so is the Client Connection account"
    );
    assert!(matches!(legacy.network, Actor::Account(_)));
}

#[test]
fn the_network_access_account_follows_where_the_computer_account_is_refused() {
    let naa = "[accounts]\nnetwork_access = 'CORP\\naa'\n";
    let lab = Lab::new(&[
        naa,
        ADVANCED,
        PROGRAM,
        "[package.p]\naccess = ['CORP\\Domain Users']",
    ]);
    let row = lab.only();
    assert_eq!(
        (row.ending, lab.account(row.network).as_str()),
        (Ending::Installed, r"CORP\naa")
    );
}

/// KB Q321580 has the Legacy Client take the wrong platform for its own; the
/// platform is then among those that are not supported.
#[test]
fn a_client_that_takes_its_platform_for_another_is_rejected_with_10018() {
    let mistaken = "platform = \"Windows 2000 Terminal\"\n";
    let other = "[fleet.other]\ncount = 1\nname = \"X{number}\"\n";
    let program = PROGRAM.to_owned() + "platforms = [\"Windows XP*\"]\n";
    let lab = Lab::new(&[LEGACY, mistaken, other, &program]);
    assert_eq!(lab.row("L1", "p").status_message, 10018);
    assert_eq!(lab.row("X1", "p").ending, Ending::Installed);
}

#[test]
fn a_null_session_or_guest_lets_the_token_account_in_on_legacy_clients_alone() {
    for (share, server) in [
        ("null_session = true\n", ""),
        ("", "guest_enabled = true\n"),
    ] {
        let place = format!(
            "[server.FS]\nsite = \"hq\"\nroles = [\"file server\"]\n{server}[share.tools]\nserver = \"FS\"\n{share}"
        );
        let row = |client| Lab::new(&[client, &reading(), &place]).only();
        assert_eq!(row(LEGACY).ending, Ending::Installed, "{share}{server}");
        assert_eq!(
            row(ADVANCED).cause,
            Cause::NoNetworkAccessAccount,
            "{share}{server}"
        );
    }
}

/// TechNet cc179669.
#[test]
fn outside_active_directory_an_advanced_client_needs_the_network_access_account() {
    for (kind, name) in [("windows nt 4.0", "NT"), ("workgroup", "HOME")] {
        let domains = format!("[domain.CORP]\n[domain.{name}]\nkind = \"{kind}\"\n");
        let run = |accounts: &str| {
            let text = format!(
                "{domains}[account.'CORP\\naa']\n{accounts}[site.hq]\n[server.SMS]\ndomain = \"CORP\"\n\
                 roles = [\"management point\", \"client access point\", \"distribution point\"]\n\
                 [fleet.pc]\ncount = 1\ndomain = \"{name}\"\n{PROGRAM}"
            );
            Lab::of(&text, &["horizon=1 d"]).only()
        };
        assert_eq!(run("").cause, Cause::NoNetworkAccessAccount, "{kind}");
        assert_eq!(
            run("[accounts]\nnetwork_access = 'CORP\\naa'\n").ending,
            Ending::Installed,
            "{kind}"
        );
    }
}

/// KB 916797.
#[test]
fn the_same_success_is_10009_where_a_status_mif_is_found_and_10008_where_not() {
    for client in [ADVANCED, LEGACY] {
        let with = PROGRAM.to_owned() + "status_mif = true\n";
        assert_eq!(Lab::new(&[client, &with]).only().status_message, 10009);
        assert_eq!(Lab::new(&[client, PROGRAM]).only().status_message, 10008);
    }
}

/// KB 907979.
#[test]
fn only_what_is_downloaded_is_checked_against_its_hash() {
    let damaged =
        "[[fault]]\nat = \"+0 s\"\npackage = \"package\"\ndistribution_points = [\"SMS\"]\n";
    let download = "[advertisement.p]\non_local = \"download\"\n";
    let row = |client, mode| Lab::new(&[client, PROGRAM, mode, damaged]).only();
    assert_eq!(row(ADVANCED, download).cause, Cause::HashMismatch);
    assert_eq!(row(ADVANCED, "").ending, Ending::Installed);
    assert_eq!(row(LEGACY, download).ending, Ending::Installed);
}
