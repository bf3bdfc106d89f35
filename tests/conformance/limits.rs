//! Connection limits: error 71, and the next point.

use crate::lab::{ADVANCED, LEGACY, Lab, PROGRAM, at};
use rollcast::model::Entry;
use rollcast::outcome::{Cause, Ending};
use rollcast::results::ServerRole;

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
        assert_eq!((point.peak_concurrency, point.refusals), (Some(10), 4));
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
        assert!((1..8).contains(&turned), "{turned} of eight");
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
