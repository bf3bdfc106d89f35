//! Connection limits: error 71, and the next point.

use crate::lab::{ADVANCED, LEGACY, Lab, PROGRAM, at};
use rollcast::model::Entry;
use rollcast::outcome::{Cause, Ending, Step};
use rollcast::world::ServerRole;

const TEN: &str = "[server.XP]\nsite = \"hq\"\nroles = [\"distribution point\"]\nnetwork = \"unlimited\"\nconnection_limit = 10\n";
const ON_IT: &str = "[package.p]\ndistribution_points = [\"XP\"]\n";

/// KB Q129593: ten sessions. KB Q268500: the next try is ten minutes later.
#[test]
fn the_eleventh_machine_is_refused_with_error_71_and_comes_again() {
    for client in [ADVANCED, LEGACY] {
        let many = client.replace("count = 1", "count = 12\naccess = \"100 Mbit/s\"");
        let lab = Lab::new(&[&many, TEN, ON_IT, PROGRAM]);
        let mut starts: Vec<_> = lab.rows().map(|(_, _, row)| row.run_start).collect();
        starts.sort_unstable();
        assert!(starts[..10].iter().all(|start| *start == at(0)));
        // A session lasts as long as the program, ten minutes and the 0.8 s
        // that the package takes: the second try is too early, the third is not.
        assert!(
            starts[10..].iter().all(|start| *start == at(1200)),
            "{:?}",
            &starts[10..]
        );
        let point = lab.server("XP", ServerRole::DistributionPoint);
        // The Advanced Client asks a full point once more before it goes on.
        let asks = if client == ADVANCED { 2 } else { 1 };
        assert_eq!(
            (point.peak_concurrency, point.refusals),
            (Some(10), 4 * asks)
        );
        assert!(
            lab.rows()
                .all(|(_, _, row)| row.ending == Ending::Installed)
        );
    }
}

#[test]
fn until_it_gets_in_the_machine_is_retrying_for_the_connection_limit() {
    let many = LEGACY.replace("count = 1", "count = 11\naccess = \"100 Mbit/s\"");
    let lab = Lab::set(&[&many, TEN, ON_IT, PROGRAM], &["horizon=15 min"]);
    let refused: Vec<_> = lab
        .rows()
        .filter(|(_, _, row)| row.ending == Ending::Retrying)
        .collect();
    assert_eq!(refused.len(), 1);
    assert_eq!(
        (refused[0].2.cause, refused[0].2.code),
        (Cause::ConnectionLimit, Some(71))
    );
}

#[test]
fn a_client_that_meets_a_limit_turns_to_the_next_point() {
    let two = "[server.\"XP{1..2}\"]\nsite = \"hq\"\nroles = [\"distribution point\"]\nnetwork = \"unlimited\"\nconnection_limit = 1\n\
        [package.p]\ndistribution_points = [\"XP*\"]\n";
    for client in [ADVANCED, LEGACY] {
        // Of many pairs some want the same point first.
        let mut turned = 0;
        for seed in 1..=8 {
            let pair = client.replace("count = 1", "count = 2");
            let lab = Lab::set(&[&pair, two, PROGRAM], &[&format!("seed={seed}")]);
            let mut points: Vec<_> = lab
                .rows()
                .map(|(_, _, row)| row.distribution_point)
                .collect();
            points.sort_unstable();
            points.dedup();
            assert_eq!(points.len(), 2, "each has its own");
            assert!(
                lab.rows()
                    .all(|(_, _, row)| row.run_start == at(0) && row.attempts == 1)
            );
            let second = if client == ADVANCED { "A2" } else { "L2" };
            let full = |(_, entry): &(_, Entry)| matches!(entry, Entry::SessionsFull(_));
            turned += lab.diary(second).iter().filter(|entry| full(entry)).count();
        }
        // "The client will try one more time and then the next", November 2008.
        let asks = if client == ADVANCED { 2 } else { 1 };
        assert!(turned % asks == 0, "{turned}");
        assert!((1..8).contains(&(turned / asks)), "{turned} of eight");
    }
}

/// Whoever is first at an instant at which all are due is decided by when machines
/// poll, which is drawn, and not by their names.
#[test]
fn of_machines_due_at_once_the_one_that_polls_first_in_its_interval_is_let_in() {
    let one = TEN.replace("limit = 10", "limit = 1");
    let due = "[advertisement.p]\nassigned = \"+10 h\"\n";
    let client = |name: &str, hours: u64| {
        format!(
            "[fleet.{name}]\ncount = 1\nname = \"{name}{{number}}\"\nclient = \"legacy\"\npoll_interval = \"{hours} h\"\n"
        )
    };
    for (hours_of_a, hours_of_b) in [(1, 1), (10, 1)] {
        let pair = client("A", hours_of_a) + &client("B", hours_of_b);
        let mut winners = Vec::new();
        for seed in 1..=8 {
            let seed = format!("seed={seed}");
            let lab = Lab::set(&[&pair, &one, ON_IT, PROGRAM, due], &[&seed]);
            let phase = |name, hours| lab.row(name, "p").policy.0 / hours;
            let first = if phase("A1", hours_of_a) < phase("B1", hours_of_b) {
                "A1"
            } else {
                "B1"
            };
            assert_eq!(lab.row(first, "p").run_start, at(36_000));
            winners.push(first);
        }
        // Nor does it help to poll often.
        assert!(winners.contains(&"A1") && winners.contains(&"B1"));
    }
}

#[test]
fn downloads_hold_a_session_only_while_the_content_flows() {
    let many = ADVANCED.replace("count = 1", "count = 11\naccess = \"100 Mbit/s\"");
    let download = "[advertisement.p]\non_local = \"download\"\n";
    let lab = Lab::new(&[&many, TEN, ON_IT, PROGRAM, download]);
    let mut starts: Vec<_> = lab.rows().map(|(_, _, row)| row.run_start.0).collect();
    starts.sort_unstable();
    assert_eq!(
        (starts[9], starts[10]),
        (800_000, 600_800_000),
        "the next try, and the download"
    );
}

/// A share on a workstation that accepts ten sessions; reading takes 8 s alone.
const FILES: &str = "[server.FS]\nsite = \"hq\"\nroles = [\"file server\"]\nnetwork = \"unlimited\"\nconnection_limit = 10\n\
    [share.tools]\nserver = \"FS\"\n[share.more]\nserver = \"FS\"\n[package.p]\nsize = \"0 B\"\n\
    [accounts]\nnetwork_access = 'CORP\\naa'\nsoftware_installation = 'CORP\\swi'\n";

fn reading(shares: &str) -> String {
    format!("{PROGRAM}software_installation_account = true\nshares = [{shares}]\n")
}

fn dozen(client: &str) -> String {
    client.replace("count = 1", "count = 12\naccess = \"10 Mbit/s\"")
}

/// KB Q129593. Error 71 is on the retry list of the Advanced Client; for the
/// Legacy Client the program has failed.
#[test]
fn a_share_on_a_workstation_accepts_ten_sessions_and_refuses_the_eleventh_with_error_71() {
    let program = reading("{ share = \"tools\", read = \"10 MB\" }");
    let advanced = Lab::new(&[&dozen(ADVANCED), &program, FILES]);
    let mut ends: Vec<_> = advanced.rows().map(|(_, _, row)| row.run_end).collect();
    ends.sort_unstable();
    // Eight seconds to read, ten minutes to work; whoever was refused comes
    // again after ten minutes, when nobody is reading.
    assert!(ends[..10].iter().all(|end| *end == at(608)), "{ends:?}");
    assert!(ends[10..].iter().all(|end| *end == at(1208)), "{ends:?}");
    let server = advanced.server("FS", ServerRole::FileServer);
    assert_eq!((server.peak_concurrency, server.refusals), (Some(10), 2));
    assert_eq!(advanced.share("tools").peak_concurrency, Some(10));

    let legacy = Lab::new(&[&dozen(LEGACY), &program, FILES]);
    let failed: Vec<_> = legacy
        .rows()
        .filter(|(_, _, row)| row.ending == Ending::Failed)
        .collect();
    assert_eq!(failed.len(), 2);
    for (machine, _, row) in failed {
        assert_eq!((row.cause, row.code), (Cause::ConnectionLimit, Some(71)));
        assert_eq!((row.status_message, row.step), (10006, Step::Share));
        let full = |(_, entry): &(_, Entry)| matches!(entry, Entry::SessionsFull(_));
        assert!(legacy.diary(machine).iter().any(full));
    }
}

/// Two packages at once, and a program that reads a share beside a download.
#[test]
fn a_machine_has_one_session_at_a_server_whichever_of_its_programs_use_it() {
    let server = "[server.XP]\nsite = \"hq\"\nroles = [\"distribution point\", \"file server\"]\n\
        network = \"8 Mbit/s\"\nconnection_limit = 1\n\
        [share.tools]\nserver = \"XP\"\naccess = [\"Everyone\"]\n\
        [package.\"*\"]\ndistribution_points = [\"XP\"]\nsize = \"100 MB\"\n";
    let programs = "[accounts]\nnetwork_access = 'CORP\\naa'\nsoftware_installation = 'CORP\\swi'\n\
        [program.\"*\"]\nrights = \"administrative\"\nsoftware_installation_account = true\n\
        runs = \"whether or not a user is logged on\"\ninstall_time = \"10 min\"\n\
        [advertisement.\"*\"]\non_local = \"download\"\n";
    let two = "[package.p]\n[package.q]\n[program.a]\npackage = \"p\"\n[program.b]\n\
        package = \"q\"\n[advertisement.a]\n[advertisement.b]\n";
    let share = "[package.p]\n[package.q]\nsize = \"1 kB\"\n[program.a]\npackage = \"p\"\n\
        [program.b]\npackage = \"q\"\nshares = [{ share = \"tools\", read = \"40 MB\" }]\n[advertisement.a]\n\
        [advertisement.b]\n";
    for ads in [two, share] {
        let lab = Lab::new(&[ADVANCED, server, programs, ads]);
        let used = [ServerRole::DistributionPoint, ServerRole::FileServer];
        for role in used {
            let used = lab.server("XP", role);
            assert_eq!(used.refusals, 0, "{ads}");
            assert!(used.peak_concurrency.is_none_or(|peak| peak <= 1), "{ads}");
        }
        for (_, ad, row) in lab.rows() {
            assert_eq!((row.ending, row.attempts), (Ending::Installed, 1), "{ad}");
        }
        // A second machine finds the server full meanwhile, and it comes in when the first
        // has let go of its last session.
        let both = ADVANCED.replace("count = 1", "count = 2");
        let lab = Lab::new(&[&both, server, programs, ads]);
        let point = lab.server("XP", ServerRole::DistributionPoint);
        assert!(
            point.refusals > 0 && point.peak_concurrency == Some(1),
            "{ads}"
        );
        assert!(
            lab.rows()
                .all(|(_, _, row)| row.ending == Ending::Installed)
        );
    }
}

#[test]
fn without_a_limit_everybody_reads_the_share_at_once() {
    let program = reading("{ share = \"tools\", read = \"10 MB\" }");
    let open = FILES.replace("connection_limit = 10\n", "");
    let lab = Lab::new(&[&dozen(LEGACY), &program, &open]);
    assert!(lab.rows().all(|(_, _, row)| row.run_end == at(608)));
    assert_eq!(
        lab.server("FS", ServerRole::FileServer).peak_concurrency,
        Some(12)
    );
}

#[test]
fn two_shares_of_one_server_take_one_session() {
    let two = "{ share = \"tools\", read = \"10 MB\" }, { share = \"more\", read = \"10 MB\" }";
    let ten = LEGACY.replace("count = 1", "count = 10\naccess = \"10 Mbit/s\"");
    let lab = Lab::new(&[&ten, &reading(two), FILES]);
    assert!(
        lab.rows()
            .all(|(_, _, row)| (row.ending, row.run_end) == (Ending::Installed, at(616)))
    );
    let server = lab.server("FS", ServerRole::FileServer);
    assert_eq!((server.peak_concurrency, server.refusals), (Some(10), 0));
    assert_eq!(lab.share("more").peak_concurrency, Some(10));
}

/// Content and share on one workstation: the same session, and the same limit.
#[test]
fn a_workstation_that_is_point_and_file_server_counts_the_sessions_of_both() {
    let both = FILES
        .replace(
            "roles = [\"file server\"]",
            "roles = [\"file server\", \"distribution point\"]",
        )
        .replace(
            "[package.p]\nsize = \"0 B\"",
            "[package.p]\ndistribution_points = [\"FS\"]\naccess = ['CORP\\swi']",
        );
    let program = reading("{ share = \"tools\", read = \"10 MB\" }");
    let lab = Lab::set(&[&dozen(LEGACY), &program, &both], &["horizon=9 min"]);
    let waiting = lab
        .rows()
        .filter(|(_, _, row)| row.cause == Cause::ConnectionLimit);
    assert_eq!(waiting.count(), 2, "at the point, before the share");
    assert!(
        lab.rows()
            .filter(|(_, _, row)| row.run_start.is_some())
            .count()
            == 10
    );
}

/// The client itself connects to the command line: 10003, and the Advanced
/// Client comes again.
#[test]
fn a_full_server_of_the_command_line_is_an_error_while_preparing() {
    // The first ten are still reading when the others come.
    let line = "{ share = \"tools\", command_line = true }, { share = \"more\", read = \"10 MB\" }";
    let legacy = Lab::new(&[&dozen(LEGACY), &reading(line), FILES]);
    let failed: Vec<_> = legacy
        .rows()
        .filter(|(_, _, row)| row.cause == Cause::ConnectionLimit)
        .collect();
    assert_eq!(failed.len(), 2);
    assert!(failed.iter().all(|(_, _, row)| row.status_message == 10003
        && row.code == Some(2_147_500_037)
        && !row.run_start.is_some()));
    let advanced = Lab::new(&[&dozen(ADVANCED), &reading(line), FILES]);
    assert!(
        advanced
            .rows()
            .all(|(_, _, row)| row.ending == Ending::Installed)
    );
    let server = advanced.server("FS", ServerRole::FileServer);
    assert_eq!(server.refusals, 4, "each asks once more before it gives up");
}

/// Twelve requests at once, two served at a time, one second each.
#[test]
fn requests_at_a_station_are_counted_while_they_wait_and_while_they_are_served() {
    let station =
        "[server.SMS]\nstation = { servers = 2, service = \"1 s\", patience = \"30 s\" }\n";
    let many = ADVANCED.replace("count = 1", "count = 12");
    let text = format!(
        "{}{many}{PROGRAM}",
        crate::lab::HQ.replace("[server.SMS]\n", station)
    );
    let lab = Lab::of(&text, &["horizon=20 s"]);
    let point = lab.server("SMS", ServerRole::ManagementPoint);
    assert_eq!(point.peak_concurrency, Some(12));
    assert_eq!(point.timeouts, 0);
}
