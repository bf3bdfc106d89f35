//! Cases of the Microsoft Knowledge Base, as an administrator of the time met
//! them. Those about passwords and lock-outs stand elsewhere.

use crate::lab::{ADVANCED, DAY, HOUR, LEGACY, Lab, PROGRAM, at, complaints};
use rollcast::model::Entry;
use rollcast::outcome::{Actor, Cause, Ending, Step};

const SHARE: &str = "[server.FS]\nsite = \"hq\"\nroles = [\"file server\"]\n\
    [share.tools]\nserver = \"FS\"\naccess = ['CORP\\swi']\n";
const INSTALLER: &str = "[accounts]\nsoftware_installation = 'CORP\\swi'\n";
const ON_SHARE: &str = "command_line = '\\\\FS\\tools\\setup.exe'\nshares = [{ share = \"tools\", command_line = true }]\n";

#[test]
fn q263279_a_command_line_on_another_share_fails_with_10003_and_an_unspecified_error() {
    let program = PROGRAM.to_owned() + ON_SHARE;
    let lab = Lab::new(&[INSTALLER, LEGACY, &program, SHARE]);
    let row = lab.only();
    assert_eq!((row.ending, row.step), (Ending::Failed, Step::Share));
    assert_eq!((row.status_message, row.code), (10003, Some(2_147_500_037)));
    assert_eq!(row.cause, Cause::TokenAccountNoNetwork);
    assert!(!row.run_start.is_some(), "it never started");
    assert!(!lab.messages("L1").contains(&10005));
}

#[test]
fn q263279_with_the_software_installation_account_it_succeeds() {
    let program = PROGRAM.to_owned() + ON_SHARE + "software_installation_account = true\n";
    let row = Lab::new(&[INSTALLER, LEGACY, &program, SHARE]).only();
    assert_eq!((row.ending, row.status_message), (Ending::Installed, 10008));
    // The account needs rights of its own on the share.
    let closed = SHARE.replace("CORP\\swi", "CORP\\naa");
    let row = Lab::new(&[INSTALLER, LEGACY, &program, &closed]).only();
    assert_eq!(
        (row.status_message, row.cause),
        (10003, Cause::InstallationAccountDenied)
    );
}

#[test]
fn q235811_the_account_cannot_be_chosen_for_a_program_that_needs_a_user() {
    let program = "[program.p]\nrights = \"administrative\"\nruns = \"only when a user is logged on\"\n\
        software_installation_account = true\n";
    let text = complaints(&[INSTALLER, LEGACY, program]);
    assert!(
        text.contains("Q235811") && text.contains("only runs when a user is logged on"),
        "{text}"
    );
}

#[test]
fn q224286_a_connection_of_the_user_is_used_again() {
    let closed = "[package.p]\naccess = ['CORP\\Domain Users']\ndeny = ['CORP\\SMSClient_S01']\n";
    let row = |connections: &str, user: &str| {
        let lab = Lab::set(
            &[LEGACY, connections, user, PROGRAM, closed],
            &["horizon=1 d"],
        );
        (lab.only(), lab.diary("L1"))
    };
    let (without, _) = row("", "");
    assert_eq!(
        (without.ending, without.cause),
        (Ending::Retrying, Cause::ContentAccessDenied)
    );
    let (with, diary) = row("existing_connections = [\"SMS\"]\n", "");
    assert_eq!(
        (with.ending, with.network),
        (Ending::Installed, Actor::LoggedOnUser)
    );
    assert!(
        diary
            .iter()
            .any(|(_, entry)| matches!(entry, Entry::ConnectionReused(_)))
    );
    assert!(
        !diary
            .iter()
            .any(|(_, entry)| matches!(entry, Entry::Attempt { .. })),
        "no account is presented"
    );
    let (nobody, _) = row(
        "existing_connections = [\"SMS\"]\n",
        "user_logged_on = false\n",
    );
    assert_eq!(
        nobody.ending,
        Ending::Retrying,
        "no user, no connection of the user"
    );
}

#[test]
fn q226113_a_point_with_a_connection_is_taken_before_the_others() {
    let points = "[server.\"DP{1..4}\"]\nsite = \"hq\"\nroles = [\"distribution point\"]\nnetwork = \"unlimited\"\n\
        [package.p]\ndistribution_points = [\"DP*\"]\n";
    let many = LEGACY.replace("count = 1", "count = 40") + "existing_connections = [\"DP3\"]\n";
    let lab = Lab::new(&[&many, points, PROGRAM]);
    for (machine, _, row) in lab.rows() {
        assert_eq!(lab.server_name(row.distribution_point), "DP3", "{machine}");
    }
    // If it is down, one of the others does.
    let lab = Lab::new(&[
        &many,
        points,
        PROGRAM,
        "[[fault]]\nat = \"+0 s\"\nserver = [\"DP3\"]\n",
    ]);
    for (machine, _, row) in lab.rows() {
        assert!(
            row.ending == Ending::Installed && lab.server_name(row.distribution_point) != "DP3",
            "{machine}"
        );
    }
}

#[test]
fn q224286_the_advanced_client_knows_no_such_thing() {
    let closed = "[package.p]\naccess = [\"Administrators\"]\n";
    let lab = Lab::set(
        &[
            ADVANCED,
            "existing_connections = [\"SMS\"]",
            PROGRAM,
            closed,
        ],
        &["horizon=1 d"],
    );
    assert_eq!(lab.only().cause, Cause::ContentAccessDenied);
}

#[test]
fn q224286_client_connection_accounts_are_tried_in_the_order_of_the_list() {
    let two = "[account.'CORP\\first']\n[account.'CORP\\second']\n\
        [accounts]\nclient_connection = ['CORP\\first', 'CORP\\second']\n\
        [package.p]\naccess = ['CORP\\second']\n";
    let lab = Lab::new(&[LEGACY, PROGRAM, two]);
    let row = lab.only();
    assert_eq!(
        (row.ending, lab.account(row.network).as_str()),
        (Ending::Installed, r"CORP\second")
    );
    let presented: Vec<String> = lab
        .diary("L1")
        .into_iter()
        .filter_map(|(_, entry)| match entry {
            Entry::Attempt { actor, .. } => Some(lab.account(actor)),
            _ => None,
        })
        .collect();
    assert_eq!(
        presented,
        [r"*\SMSCliToknLocalAcct&", r"CORP\first", r"CORP\second"]
    );
}

/// The group of that name in the distribution point's domain is another group.
#[test]
fn q244409_an_access_list_that_names_the_group_of_another_domain_lets_nobody_in() {
    let run = |group: &str| {
        let text = format!(
            "[domain.CORP]\n[domain.LAB]\ntrusts = [\"CORP\"]\n\
             [group.'CORP\\installers']\nusers = true\n[group.'LAB\\installers']\nusers = true\n\
             [site.hq]\n[server.SMS]\ndomain = \"LAB\"\n\
             roles = [\"management point\", \"client access point\", \"distribution point\"]\n\
             [fleet.pc]\ncount = 1\ndomain = \"CORP\"\n\
             [program.p]\nrights = \"user\"\nneeds_administrator = false\n[package.p]\naccess = ['{group}\\installers']\n"
        );
        Lab::of(&text, &["horizon=1 d"]).only()
    };
    assert_eq!(run("CORP").ending, Ending::Installed);
    let bound_to_the_wrong_group = run("LAB");
    assert_eq!(bound_to_the_wrong_group.cause, Cause::ContentAccessDenied);
    assert_eq!(bound_to_the_wrong_group.code, Some(5));
}

/// A changed list is in force when the points have been refreshed, which is
/// the moment of the fault.
#[test]
fn q210354_the_old_access_list_is_in_force_until_the_points_are_refreshed() {
    for client in [ADVANCED, LEGACY] {
        let run = |refreshed: &str| {
            let package = "[package.p]\naccess = ['CORP\\Domain Admins']\n";
            let update =
                format!("[[fault]]\nat = \"{refreshed}\"\npackage = \"p\"\naccess = [\"Users\"]\n");
            Lab::new(&[client, PROGRAM, package, &update]).only()
        };
        let row = run("+1 d");
        assert_eq!((row.ending, row.run_start), (Ending::Installed, at(DAY)));
        assert_eq!(row.attempts, 145, "refused every ten minutes up to then");
        assert_eq!(run("+0 s").attempts, 1);
    }
}

#[test]
fn q210354_rights_that_are_taken_away_hold_from_the_refresh_on() {
    let taken = "[advertisement.p]\nassigned = \"+2 h\"\n[package.p]\n\
        [[fault]]\nat = \"+1 h\"\npackage = \"p\"\naccess = [\"Administrators\"]\n";
    for client in [ADVANCED, LEGACY] {
        let row = Lab::set(&[client, PROGRAM, taken], &["horizon=1 d"]).only();
        assert_eq!(
            (row.ending, row.cause),
            (Ending::Retrying, Cause::ContentAccessDenied)
        );
        let early = taken.replace("assigned = \"+2 h\"", "assigned = \"+30 min\"");
        assert_eq!(
            Lab::new(&[client, PROGRAM, &early]).only().ending,
            Ending::Installed
        );
    }
}

/// Before SMS 2.0 SP4 the next hourly poll unscheduled the program, after about
/// six tries; SMS 2003 goes on.
#[test]
fn q302674_an_unreachable_point_is_tried_every_ten_minutes_and_once_was_given_up() {
    let down = "[server.DP]\nsite = \"hq\"\nroles = [\"distribution point\"]\n[package.p]\ndistribution_points = [\"DP\"]\n\
        [[fault]]\nat = \"+0 s\"\nserver = [\"DP\"]\n";
    let now = Lab::new(&[LEGACY, PROGRAM, down]).only();
    assert_eq!((now.ending, now.attempts), (Ending::Retrying, 10 * 144 + 1));
    let then = Lab::set(
        &[LEGACY, PROGRAM, down],
        &["rules.legacy_network_retry={ count = 5 }"],
    )
    .only();
    assert_eq!(
        (then.ending, then.attempts, then.report),
        (Ending::Failed, 6, at(50 * 60))
    );
    assert_eq!(
        (then.cause, then.code, then.status_message),
        (Cause::ContentUnreachable, Some(53), 10003)
    );
}

#[test]
fn q205406_without_a_preferred_server_all_points_are_tried_in_random_order() {
    let points = "[server.\"DP{1..3}\"]\nsite = \"hq\"\nroles = [\"distribution point\"]\nnetwork = \"unlimited\"\n\
        [package.p]\ndistribution_points = [\"DP*\"]\n[[fault]]\nat = \"+0 s\"\nfor = \"1 h\"\nserver = [\"DP*\"]\n";
    let many = LEGACY.replace("count = 1", "count = 20");
    let lab = Lab::new(&[&many, PROGRAM, points]);
    let mut orders = std::collections::BTreeSet::new();
    for n in 1..=20 {
        let machine = format!("L{n}");
        let tried = lab
            .diary(&machine)
            .into_iter()
            .filter_map(|(_, entry)| match entry {
                Entry::Point(point) => Some(point),
                _ => None,
            });
        let order: Vec<_> = tried.take(3).collect();
        let mut sorted = order.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), 3, "{machine}: each once");
        orders.insert(order);
        assert_eq!(lab.row(&machine, "p").run_start, at(HOUR));
    }
    assert!(orders.len() >= 4, "of six orders: {}", orders.len());
}

#[test]
fn a_failure_is_found_in_the_log_of_the_client_kind() {
    let program = PROGRAM.to_owned() + "exit_codes = { 1603 = 1 }\n";
    for (client, kind, log) in [
        (
            ADVANCED,
            rollcast::world::ClientKind::Advanced,
            "execmgr.log",
        ),
        (LEGACY, rollcast::world::ClientKind::Legacy, "Smsapm32.log"),
    ] {
        let row = Lab::new(&[client, &program]).only();
        assert!(row.log(kind).ends_with(log));
    }
}

/// With the hotfix a client leaves an account alone that is locked, or whose
/// password is bad, for three days.
#[test]
fn q230242_a_client_that_meets_a_locked_account_may_suspend_itself_for_three_days() {
    // Locked after it has learned of the program, and before that is due.
    let locked = "[advertisement.p]\nassigned = \"+1 min\"\n\
        [[fault]]\nat = \"+30 s\"\nfor = \"1 h\"\naccount = 'CORP\\SMSClient_S01'\n";
    let run = |settings: &[&str]| Lab::set(&[LEGACY, PROGRAM, locked], settings).only();
    let without = run(&[]);
    assert_eq!((without.run_start, without.attempts), (at(HOUR + 60), 7));
    let with = run(&["rules.account_suspension=3 d"]);
    assert_eq!((with.run_start, with.attempts), (at(3 * DAY + 60), 2));
    // Nothing else suspends it.
    let down = "[[fault]]\nat = \"+0 s\"\nfor = \"1 h\"\nserver = [\"SMS\"]\nroles = [\"distribution point\"]\n";
    let row = Lab::set(&[LEGACY, PROGRAM, down], &["rules.account_suspension=3 d"]).only();
    assert_eq!(row.run_start, at(HOUR));
}
