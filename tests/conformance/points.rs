//! Which distribution points a client uses, and how: local and remote,
//! protected, near, random.

use crate::lab::{ADVANCED, HOUR, LEGACY, Lab, PROGRAM, at};
use rollcast::model::Entry;
use rollcast::outcome::{Cause, Ending, ReportState, Resource, Step};
use rollcast::units::Size;
use rollcast::world::{ServerId, ServerRole, ShareId};
use std::collections::BTreeMap;

/// A branch behind a slow link that is a remote roaming boundary.
const BRANCH: &str = "\n[site.branch]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\n";
const THERE: &str = "sites = [\"branch\"]\n";

fn from_branch(client: &str, site: &str, advertisement: &str) -> Lab {
    Lab::new(&[
        BRANCH,
        site,
        client,
        THERE,
        PROGRAM,
        "[advertisement.p]",
        advertisement,
    ])
}

#[test]
fn a_local_point_is_run_from_by_default_or_downloaded_from() {
    let lab = Lab::new(&[ADVANCED, PROGRAM]);
    assert_eq!(lab.only().run_start, at(0), "it starts, then reads");
    assert!(!lab.messages("A1").contains(&10035));
    let lab = Lab::new(&[
        ADVANCED,
        "access = \"1 Mbit/s\"",
        PROGRAM,
        "[advertisement.p]\non_local = \"download\"",
    ]);
    let row = lab.only();
    assert_eq!(
        (row.content_end, row.run_start),
        (at(80), at(80)),
        "it is fetched, then runs"
    );
}

#[test]
fn with_a_remote_point_only_an_advanced_client_does_not_run_by_default() {
    let lab = from_branch(ADVANCED, "", "");
    let row = lab.only();
    assert_eq!(
        (row.ending, row.cause),
        (Ending::Waiting, Cause::OnlyRemotePoint)
    );
    assert_eq!(
        (row.state, row.status_message),
        (ReportState::Waiting, 10035)
    );
    assert_eq!((row.attempts, row.downloaded), (0, Size(0)));
}

#[test]
fn an_advanced_client_may_download_or_run_from_a_remote_point() {
    let download = from_branch(ADVANCED, "", "on_remote = \"download\"").only();
    assert_eq!((download.content_end, download.run_start), (at(80), at(80)));
    let run = from_branch(ADVANCED, "", "on_remote = \"run\"").only();
    assert_eq!(
        (run.run_start, run.content_end, run.run_end),
        (at(0), at(80), at(680))
    );
}

/// TechNet cc181243: a local roaming boundary makes all points local.
#[test]
fn inside_a_local_roaming_boundary_every_point_is_local() {
    let row = from_branch(ADVANCED, "", "").only();
    assert_eq!(row.ending, Ending::Waiting);
    let fast = Lab::new(&[BRANCH, "slow_boundary = false", ADVANCED, THERE, PROGRAM]).only();
    assert_eq!((fast.ending, fast.run_start), (Ending::Installed, at(0)));
}

/// TechNet cc180961.
#[test]
fn a_legacy_client_always_runs_from_the_point_and_ignores_the_advanced_client_tab() {
    for tab in [
        "",
        "on_remote = \"do not run\"",
        "on_local = \"download\"\non_remote = \"download\"",
    ] {
        let row = from_branch(LEGACY, "", tab).only();
        assert_eq!((row.run_start, row.content_end), (at(0), at(80)), "{tab}");
        assert_eq!(row.ending, Ending::Installed);
    }
}

const TWO_POINTS: &str = r#"
[server.FAR]
site = "hq"
roles = ["distribution point"]
network = "unlimited"
[server.NEAR]
site = "branch"
roles = ["distribution point"]
network = "unlimited"
[package.p]
distribution_points = ["FAR", "NEAR"]
"#;

/// The point that each of a hundred machines used.
fn used(lab: &Lab) -> BTreeMap<String, usize> {
    let mut used = BTreeMap::new();
    for (_, _, row) in lab.rows() {
        *used
            .entry(lab.server_name(row.distribution_point).to_owned())
            .or_default() += 1;
    }
    used
}

fn hundred(client: &str) -> String {
    client.replace("count = 1", "count = 100")
}

#[test]
fn an_advanced_client_prefers_the_point_at_its_own_site() {
    let lab = Lab::new(&[
        BRANCH,
        "slow_boundary = false",
        &hundred(ADVANCED),
        THERE,
        TWO_POINTS,
        PROGRAM,
    ]);
    assert_eq!(used(&lab), BTreeMap::from([("NEAR".to_owned(), 100)]));
}

#[test]
fn an_advanced_client_turns_to_the_next_point_when_the_near_one_cannot_be_reached() {
    let fault = "[[fault]]\nat = \"+0 s\"\nserver = [\"NEAR\"]\n";
    let lab = Lab::new(&[
        BRANCH,
        "slow_boundary = false",
        ADVANCED,
        THERE,
        TWO_POINTS,
        PROGRAM,
        fault,
    ]);
    let row = lab.only();
    assert_eq!(
        (row.ending, lab.server_name(row.distribution_point)),
        (Ending::Installed, "FAR")
    );
    assert_eq!(row.attempts, 1, "within one try");
    assert!(
        lab.diary("A1")
            .iter()
            .any(|(_, e)| matches!(e, Entry::Unreachable(_)))
    );
}

#[test]
fn in_a_slow_boundary_only_the_points_of_the_site_are_local() {
    let lab = from_branch(ADVANCED, TWO_POINTS, "");
    assert_eq!(lab.server_name(lab.only().distribution_point), "NEAR");
}

#[test]
fn advanced_clients_may_be_told_to_choose_at_random() {
    let lab = Lab::set(
        &[
            BRANCH,
            "slow_boundary = false",
            &hundred(ADVANCED),
            THERE,
            TWO_POINTS,
            PROGRAM,
        ],
        &["rules.point_order=random"],
    );
    let used = used(&lab);
    assert!(
        used.len() == 2 && used.values().all(|n| (30..=70).contains(n)),
        "{used:?}"
    );
}

/// KB Q205406: no preferred server, no connection: at random.
#[test]
fn legacy_clients_choose_at_random_among_all_points_wherever_they_stand() {
    let four = "[server.\"DP{1..4}\"]\nroles = [\"distribution point\"]\nsite = \"hq\"\nnetwork = \"unlimited\"\n\
        [package.p]\ndistribution_points = [\"DP*\"]\n";
    let many = LEGACY.replace("count = 1", "count = 1000");
    let lab = Lab::new(&[&many, four, PROGRAM]);
    let used = used(&lab);
    assert_eq!(used.len(), 4);
    // 250 each; the standard deviation is 13.7.
    assert!(used.values().all(|n| (200..=300).contains(n)), "{used:?}");
}

#[test]
fn protected_points_serve_the_clients_of_their_boundary_and_those_use_no_other() {
    let protected = TWO_POINTS.replace("[server.NEAR]", "[server.NEAR]\nprotected = true");
    let lab = Lab::new(&[
        BRANCH,
        "slow_boundary = false",
        "[fleet.there]\ncount = 20\nsites = [\"branch\"]\nname = \"B{number}\"",
        "[fleet.here]\ncount = 20\nsites = [\"hq\"]\nname = \"H{number}\"",
        &protected,
        PROGRAM,
    ]);
    for (machine, _, row) in lab.rows() {
        let expected = if machine.starts_with('B') {
            "NEAR"
        } else {
            "FAR"
        };
        assert_eq!(
            lab.server_name(row.distribution_point),
            expected,
            "{machine}"
        );
    }
}

#[test]
fn a_protected_point_is_out_of_reach_outside_its_boundary_and_for_legacy_clients() {
    let protected = "[server.GUARD]\nsite = \"branch\"\nroles = [\"distribution point\"]\nprotected = true\n\
        [package.p]\ndistribution_points = [\"GUARD\"]\n";
    let row = |client, sites| Lab::new(&[BRANCH, protected, client, sites, PROGRAM]).only();
    assert_eq!(row(ADVANCED, THERE).ending, Ending::Installed);
    let outside = row(ADVANCED, "sites = [\"hq\"]");
    assert_eq!(
        (outside.ending, outside.cause),
        (Ending::Waiting, Cause::PointProtected)
    );
    let legacy = row(LEGACY, THERE);
    assert_eq!(
        (legacy.ending, legacy.cause),
        (Ending::Waiting, Cause::PointProtected)
    );
}

#[test]
fn where_no_point_has_the_content_clients_ask_for_its_location_every_hour() {
    // Replication to the point is complete after a day and a half.
    let missing = "[[fault]]\nat = \"+0 s\"\nuntil = \"+36 h\"\npackage = \"package\"\n\
        distribution_points = [\"SMS\"]\ncontent = \"missing\"\n";
    let lab = Lab::new(&[ADVANCED, PROGRAM, missing]);
    let row = lab.only();
    assert_eq!(
        (row.ending, row.run_start),
        (Ending::Installed, at(36 * HOUR))
    );
    // One poll, 36 questions, one report.
    let management_point = lab.server("SMS", ServerRole::ManagementPoint);
    assert!(
        (36..=38).contains(&management_point.requests),
        "{}",
        management_point.requests
    );
    assert_eq!(lab.messages("A1"), [10002, 10035, 10005, 10008]);
}

#[test]
fn the_location_interval_can_be_set() {
    let missing = "[[fault]]\nat = \"+0 s\"\nuntil = \"+90 min\"\npackage = \"package\"\n\
        distribution_points = [\"SMS\"]\ncontent = \"missing\"\n";
    let row = Lab::set(
        &[ADVANCED, PROGRAM, missing],
        &["rules.location_retry=25 min"],
    )
    .only();
    assert_eq!(row.run_start, at(100 * 60), "the fourth question");
}

/// The program has started: it runs, and the row names what it reads.
#[test]
fn a_program_that_the_horizon_finds_reading_is_running_and_names_what_it_reads() {
    let large = "shares = [{ share = \"files\", read = \"200 MB\" }]\n\
        [share.files]\nserver = \"FS\"\n[server.FS]\nsite = \"hq\"\nroles = [\"file server\"]\n\
        [accounts]\nnetwork_access = 'CORP\\naa'\n";
    let settings = ["horizon=\"1 h\"", "fleet.*.access=\"64 kbit/s\""];
    let row = Lab::set(&[ADVANCED, PROGRAM, large], &settings).only();
    let stands = (row.ending, row.step, row.cause, row.resource);
    let share = Resource::Share(ShareId(0));
    let reads = (Ending::InProgress, Step::Share, Cause::StillRunning, share);
    assert_eq!(stands, reads);
    assert_eq!(
        (row.state, row.status_message, row.code),
        (ReportState::Running, 10005, None)
    );
}

/// A program that reads from the point downloads nothing into the cache: its log is
/// that of execution.
#[test]
fn content_on_its_way_is_told_of_in_the_log_of_what_takes_it() {
    for (how, log, cause) in [
        ("run", "execmgr.log", Cause::StillRunning),
        (
            "download",
            "ContentTransferManager.log",
            Cause::StillDownloading,
        ),
    ] {
        let large =
            format!("[package.p]\nsize = \"200 MB\"\n[advertisement.p]\non_local = \"{how}\"\n");
        let slow = "fleet.adv.access=\"64 kbit/s\"";
        let lab = Lab::set(&[ADVANCED, PROGRAM, &large], &["horizon=\"1 h\"", slow]);
        let row = lab.only();
        assert_eq!((row.cause, row.step), (cause, Step::Content), "{how}");
        let point = Resource::Server(ServerId(0));
        assert_eq!(row.resource, point, "{how}");
        let found = row.log(rollcast::world::ClientKind::Advanced);
        assert!(found.ends_with(log), "{how}: {found}");
    }
}
