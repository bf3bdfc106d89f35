//! Servers that a Legacy Client prefers to others: Prefserv.exe.

use crate::lab::{ADVANCED, LEGACY, Lab, PROGRAM, complaints};
use rollcast::model::Entry;
use rollcast::outcome::{Actor, Cause, Ending};
use rollcast::world::ServerRole;
use std::collections::BTreeMap;

/// Four points, and one that does not hold the package.
const POINTS: &str = "\n[server.\"DP{1..5}\"]\nsite = \"hq\"\nroles = [\"distribution point\"]\n\
    network = \"unlimited\"\n[package.p]\ndistribution_points = [\"DP1\", \"DP2\", \"DP3\", \"DP4\"]\n";

fn many(client: &str) -> String {
    client.replace("count = 1", "count = 400")
}

/// How many machines used each point.
fn used(lab: &Lab) -> BTreeMap<String, usize> {
    let mut used = BTreeMap::new();
    for (_, _, row) in lab.rows() {
        assert_eq!(row.ending, Ending::Installed);
        let point = lab.server_name(row.distribution_point).to_owned();
        *used.entry(point).or_default() += 1;
    }
    used
}

fn down(servers: &str) -> String {
    format!("[[fault]]\nat = \"+0 s\"\nserver = [{servers}]\n")
}

#[test]
fn q205406_a_preferred_server_comes_before_existing_connections_and_random_choice() {
    let preferred = "preferred_servers = [\"DP2\"]\n";
    let connected = "existing_connections = [\"DP3\"]\n";
    let lab = Lab::new(&[&many(LEGACY), preferred, connected, POINTS, PROGRAM]);
    assert_eq!(used(&lab), BTreeMap::from([("DP2".to_owned(), 400)]));
    let lab = Lab::new(&[&many(LEGACY), connected, POINTS, PROGRAM]);
    assert_eq!(used(&lab), BTreeMap::from([("DP3".to_owned(), 400)]));
    // Off by default: 100 each, with a standard deviation of 8.7.
    let lab = Lab::new(&[&many(LEGACY), POINTS, PROGRAM]);
    let random = used(&lab);
    assert!(random.len() == 4 && random.values().all(|n| (60..=140).contains(n)));
}

#[test]
fn q205406_when_it_cannot_be_reached_the_existing_connection_is_next_and_then_the_others() {
    let preferred = "preferred_servers = [\"DP2\"]\n";
    let connected = "existing_connections = [\"DP3\"]\n";
    let lab = Lab::new(&[
        &many(LEGACY),
        preferred,
        connected,
        POINTS,
        PROGRAM,
        &down("\"DP2\""),
    ]);
    assert_eq!(used(&lab), BTreeMap::from([("DP3".to_owned(), 400)]));
    assert!(
        lab.rows()
            .all(|(_, _, row)| row.attempts == 1 && row.network == Actor::LoggedOnUser)
    );
    let refused = lab.server("DP2", ServerRole::DistributionPoint);
    assert_eq!((refused.requests, refused.refusals), (400, 400));
    let lab = Lab::new(&[
        &many(LEGACY),
        preferred,
        connected,
        POINTS,
        PROGRAM,
        &down("\"DP2\", \"DP3\""),
    ]);
    let random = used(&lab);
    assert_eq!(random.len(), 2, "{random:?}");
    assert!(
        random.values().all(|n| (160..=240).contains(n)),
        "{random:?}"
    );
    // Nobody asks a preferred server that has failed once more in the same try.
    assert_eq!(
        lab.server("DP2", ServerRole::DistributionPoint).requests,
        400
    );
}

#[test]
fn preferred_servers_are_tried_in_the_order_of_the_list() {
    let preferred = "preferred_servers = [\"DP5\", \"DP4\", \"DP1\"]\n";
    let run = |faults: &str| {
        used(&Lab::new(&[
            &many(LEGACY),
            preferred,
            POINTS,
            PROGRAM,
            faults,
        ]))
    };
    // DP5 does not hold the package: it is on the preferred list alone.
    assert_eq!(run(""), BTreeMap::from([("DP4".to_owned(), 400)]));
    assert_eq!(
        run(&down("\"DP4\"")),
        BTreeMap::from([("DP1".to_owned(), 400)])
    );
    let lab = Lab::new(&[LEGACY, preferred, POINTS, PROGRAM, &down("\"DP4\"")]);
    let turns: Vec<&str> = lab
        .diary("L1")
        .iter()
        .filter_map(|(_, entry)| match entry {
            Entry::PreferredPoint(point) => Some(*point),
            _ => None,
        })
        .map(|point| lab.world.servers[point.index()].name.as_str())
        .collect();
    assert_eq!(turns, ["DP4", "DP1"]);
}

#[test]
fn a_fleet_group_has_the_preferred_servers_of_its_site_or_its_own() {
    let site = "[site.hq]\npreferred_servers = [\"DP1\"]\n";
    let text = |group: &str| {
        let hq = crate::lab::HQ.replace("[site.hq]\n", site);
        format!("{hq}{}{group}{POINTS}{PROGRAM}", many(LEGACY))
    };
    let used = |group| used(&Lab::of(&text(group), &[]));
    assert_eq!(used(""), BTreeMap::from([("DP1".to_owned(), 400)]));
    let own = used("preferred_servers = [\"DP3\"]\n");
    assert_eq!(own, BTreeMap::from([("DP3".to_owned(), 400)]));
    assert_eq!(used("preferred_servers = []\n").len(), 4, "none of its own");
}

#[test]
fn a_preferred_server_that_refuses_is_followed_by_the_others() {
    let two = "[server.DP1]\nsite = \"hq\"\nroles = [\"distribution point\"]\n\
        [server.DP2]\nsite = \"hq\"\nroles = [\"distribution point\"]\nconnection_limit = 1\n\
        [package.p]\ndistribution_points = [\"DP*\"]\n";
    let three = LEGACY.replace("count = 1", "count = 3") + "preferred_servers = [\"DP2\"]\n";
    let used = used(&Lab::new(&[&three, two, PROGRAM]));
    assert_eq!(
        used,
        BTreeMap::from([("DP1".to_owned(), 2), ("DP2".to_owned(), 1)])
    );
}

#[test]
fn an_advanced_client_knows_no_preferred_servers() {
    let lab = Lab::new(&[
        &many(ADVANCED),
        "preferred_servers = [\"DP2\"]",
        POINTS,
        PROGRAM,
    ]);
    assert_eq!(used(&lab).len(), 4);
}

#[test]
fn with_everything_down_tries_go_on_as_without_preferred_servers() {
    let run = |preferred: &str| {
        let lab = Lab::set(
            &[LEGACY, preferred, POINTS, PROGRAM, &down("\"DP*\"")],
            &["horizon=1 d"],
        );
        let row = lab.only();
        assert_eq!(
            (row.ending, row.cause),
            (Ending::Retrying, Cause::ContentUnreachable)
        );
        let points = ["DP1", "DP2", "DP3", "DP4"];
        (
            row.attempts,
            points.map(|dp| lab.server(dp, ServerRole::DistributionPoint).requests),
        )
    };
    assert_eq!(run(""), (145, [145; 4]));
    assert_eq!(
        run("preferred_servers = [\"DP3\", \"DP1\"]\n"),
        (145, [145; 4])
    );
}

#[test]
fn the_only_point_may_be_the_preferred_one() {
    let only = POINTS.replace("\"DP1\", \"DP2\", \"DP3\", \"DP4\"", "\"DP3\"");
    let preferred = "preferred_servers = [\"DP3\"]\n";
    let lab = Lab::set(
        &[LEGACY, preferred, &only, PROGRAM, &down("\"DP3\"")],
        &["horizon=1 h"],
    );
    let row = lab.only();
    assert_eq!(
        (row.ending, row.cause),
        (Ending::Retrying, Cause::ContentUnreachable)
    );
    assert_eq!((row.attempts, row.code), (7, Some(53)));
    assert_eq!(lab.server("DP3", ServerRole::DistributionPoint).requests, 7);
}

#[test]
fn a_preferred_server_must_be_a_distribution_point() {
    let more = "[server.FS]\nsite = \"hq\"\nroles = [\"file server\"]\n";
    let problem = complaints(&[LEGACY, "preferred_servers = [\"FS\"]\n", more]);
    assert!(
        problem.contains("the preferred server `FS` is not a distribution point"),
        "{problem}"
    );
    let problem = complaints(&[LEGACY, "preferred_servers = [\"SMZ\"]\n"]);
    assert!(problem.contains("did you mean `SMS`?"), "{problem}");
}
