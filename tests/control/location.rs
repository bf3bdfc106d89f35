//! Asking the management point where the content is.

use super::{HOUR, load, run};
use rollcast::outcome::{Cause, Ending, Replication, ResourceKey};
use rollcast::world::ServerRole;

/// A hundred machines that are due at 4:00, and a management point that answers
/// one of them a second; they wait ten seconds.
const HERD: &str = r#"
horizon = "12 h"
[server.MP]
roles = ["management point"]
station = { servers = 1, service = "1 s", patience = "10 s" }
[server.DP]
roles = ["distribution point"]
network = "unlimited"
[fleet.pcs]
count = 100
access = "unlimited"
[program.package]
runs = "whether or not a user is logged on"
install_time = "1 min"
[advertisement.patch]
assigned = "+4 h"
"#;

fn starts(replication: &Replication) -> Vec<u64> {
    let starts = replication
        .outcomes
        .iter()
        .map(|outcome| outcome.run_start.0);
    let mut starts: Vec<u64> = starts.filter(|at| *at < u64::MAX).collect();
    starts.sort_unstable();
    starts
}

#[test]
fn programs_due_at_one_moment_ask_at_one_moment_and_again_an_hour_later() {
    let replication = run(&load(HERD).world);
    // Number n waits n - 1 seconds, so 11 come through; the others give up
    // after ten seconds and ask again an hour later, again at one moment.
    let mut expected = Vec::new();
    for round in 0..8 {
        let began = 4 * HOUR + round * (HOUR + 10);
        expected.extend((1..=11).map(|second| (began + second) * 1_000_000));
    }
    assert_eq!(starts(&replication), expected);
    let left = replication
        .outcomes
        .iter()
        .filter(|o| o.ending == Ending::Waiting);
    assert_eq!(left.clone().count(), 12);
    assert!(
        left.into_iter()
            .all(|outcome| outcome.cause == Cause::NoLocation)
    );
}

#[test]
fn a_start_window_spreads_the_questions() {
    let replication = run(&load(&format!("{HERD}start_window = {{ length = \"1 h\" }}")).world);
    assert_eq!(starts(&replication).len(), 100);
    let point = replication.resources.iter().find(|usage| {
        matches!(
            usage.key,
            ResourceKey::Server(_, ServerRole::ManagementPoint)
        )
    });
    assert_eq!(point.unwrap().timeouts, 0);
}

#[test]
fn a_management_point_without_a_station_answers_at_once() {
    let text: Vec<&str> = HERD
        .lines()
        .filter(|line| !line.starts_with("station"))
        .collect();
    let replication = run(&load(&text.join("\n")).world);
    assert_eq!(starts(&replication), vec![4 * HOUR * 1_000_000; 100]);
}
