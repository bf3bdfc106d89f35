//! Intervals between tries that grow, and that chance makes longer or shorter.

use crate::lab::{ADVANCED, HOUR, LEGACY, Lab, PROGRAM, at, complaints};
use rollcast::model::Entry;
use rollcast::outcome::{Cause, Ending};
use rollcast::units::Instant;
use rollcast::world::ServerRole;

const MINUTE: u64 = 60;

/// A share that nobody but administrators may read, and a program that reads it.
const VAULT: &str = "\n[server.FS]\nsite = \"hq\"\nroles = [\"file server\"]\n\
    [share.vault]\nserver = \"FS\"\naccess = [\"Administrators\"]\n\
    [accounts]\nnetwork_access = 'CORP\\naa'\n\
    [program.p]\nrights = \"administrative\"\n\
    runs = \"whether or not a user is logged on\"\nshares = [{ share = \"vault\" }]\n";

/// A program that fails at once with a code of the retry list.
const FAILS: &str = "\n[package.p]\nsize = \"0 B\"\n[program.p]\nrights = \"administrative\"\n\
    runs = \"whether or not a user is logged on\"\ninstall_time = \"0 s\"\nexit_codes = { 1618 = 1 }\n";

fn execution(rule: &str) -> String {
    format!("rules.execution_retry={{ {rule} }}")
}

#[test]
fn intervals_that_double_add_up_to_a_geometric_sum() {
    let rule = execution("count = 4, factor = 2");
    // 10 + 20 + 40 + 80 min, whether the tries are simulated or counted.
    for what in [FAILS, VAULT] {
        let row = Lab::set(&[ADVANCED, what], &[&rule]).only();
        assert_eq!((row.ending, row.attempts), (Ending::Failed, 5));
        assert_eq!(row.report, at(150 * MINUTE));
    }
}

#[test]
fn a_factor_may_be_a_decimal_fraction() {
    let rule = execution("count = 3, factor = 1.5, interval = \"8 min\"");
    let row = Lab::set(&[ADVANCED, FAILS], &[&rule]).only();
    // 8 + 12 + 18 min.
    assert_eq!(row.report, at(38 * MINUTE));
}

#[test]
fn with_a_longest_interval_a_week_sees_the_tries_of_the_sum() {
    let rule = execution("factor = 2, at_most = \"4 h\"");
    for what in [FAILS, VAULT] {
        let row = Lab::set(&[ADVANCED, what], &[&rule, "horizon=7 d"]).only();
        // 10 + 20 + 40 + 80 + 160 = 310 min; of the other 9,770, each 240 a try.
        assert_eq!(
            (row.ending, row.attempts),
            (Ending::Retrying, 1 + 5 + 9_770 / 240)
        );
    }
    let steady = Lab::set(&[ADVANCED, FAILS], &["horizon=7 d"]).only();
    assert_eq!(steady.attempts, 1009, "without backoff");
}

#[test]
fn each_rule_has_its_own_backoff_and_that_for_content_follows_that_for_programs() {
    let down = "\n[[fault]]\nat = \"+0 s\"\nserver = [\"DP\"]\n\
        [server.DP]\nsite = \"hq\"\nroles = [\"distribution point\"]\n\
        [package.p]\ndistribution_points = [\"DP\"]\n";
    let row = |client, rules: &[&str]| Lab::set(&[client, down, PROGRAM], rules).only();
    let doubling = execution("count = 3, factor = 2");
    let advanced = row(ADVANCED, &[&doubling]);
    assert_eq!((advanced.attempts, advanced.report), (4, at(70 * MINUTE)));
    let network = "rules.network_retry={ factor = 1 }";
    let advanced = row(ADVANCED, &[&doubling, network]);
    assert_eq!((advanced.attempts, advanced.report), (4, at(30 * MINUTE)));
    let legacy = row(
        LEGACY,
        &[
            "rules.legacy_network_retry={ factor = 3, at_most = \"1 h\" }",
            "horizon=1 d",
        ],
    );
    // 10, 40, 100 min and on every hour.
    assert_eq!(
        (legacy.ending, legacy.attempts),
        (Ending::Retrying, 1 + 2 + (24 * 60 - 40) / 60)
    );
}

#[test]
fn a_full_cache_is_tried_again_at_growing_intervals_too() {
    let two = "\n[package.a]\nsize = \"200 MB\"\n[package.b]\nsize = \"100 MB\"\n\
        [program.\"*\"]\nruns = \"whether or not a user is logged on\"\ninstall_time = \"10 min\"\n\
        [program.a]\n[program.b]\n[advertisement.\"*\"]\non_local = \"download\"\n\
        [advertisement.a]\n[advertisement.b]\navailable = \"+1 h\"\n";
    let rules = [
        "rules.cache_tombstone=30 d",
        "rules.cache_retry={ count = 4, factor = 2 }",
    ];
    let row = Lab::set(&[ADVANCED, two], &rules).row("A1", "b");
    assert_eq!((row.ending, row.cause), (Ending::Failed, Cause::CacheFull));
    assert_eq!(row.report, at(HOUR + (4 + 8 + 16 + 32) * HOUR));
}

/// The times of a machine's tries, as it tells them.
fn tries(lab: &Lab) -> Vec<Instant> {
    let starts = |(at, entry): &(Instant, Entry)| matches!(entry, Entry::Starts(_)).then_some(*at);
    lab.diary("A1").iter().filter_map(starts).collect()
}

#[test]
fn jitter_makes_intervals_longer_or_shorter_by_its_share_at_most() {
    let rule = execution("count = 200, jitter = 0.3");
    let lab = Lab::set(&[ADVANCED, FAILS], &[&rule]);
    let tries = tries(&lab);
    assert_eq!(tries.len(), 201);
    let minutes: Vec<f64> = tries
        .windows(2)
        .map(|pair| pair[1].since(pair[0]).0 as f64 / 60e6)
        .collect();
    assert!(minutes.iter().all(|span| (7.0..=13.0).contains(span)));
    assert!(minutes.iter().any(|span| *span < 8.0) && minutes.iter().any(|span| *span > 12.0));
    // Uniform over six minutes: the mean of 200 has a standard deviation of 0.12.
    let mean = minutes.iter().sum::<f64>() / 200.0;
    assert!((9.6..10.4).contains(&mean), "{mean}");
}

#[test]
fn tries_of_machines_that_fail_at_one_moment_are_drawn_apart() {
    let ten = ADVANCED.replace("count = 1", "count = 10");
    let rule = execution("count = 1, jitter = 0.5");
    let lab = Lab::set(&[&ten, FAILS], &[&rule]);
    let mut ends: Vec<Instant> = lab.rows().map(|(_, _, row)| row.report).collect();
    ends.sort_unstable();
    ends.dedup();
    assert_eq!(ends.len(), 10);
}

/// Changes that change nothing, at odd times: each ends a step in which tries
/// are counted.
fn disturbances() -> String {
    let fault = |minute| {
        format!(
            "\n[[fault]]\nat = \"+{minute} min\"\nfor = \"7 min\"\nshare = \"vault\"\n\
             access = [\"Administrators\"]\n"
        )
    };
    (1..250).map(|n| fault(n * 37)).collect()
}

#[test]
fn tries_counted_in_one_step_are_those_made_one_by_one() {
    let rules = [
        "",
        "count = 40, factor = 1.25",
        "factor = 2, at_most = \"3 h\"",
        "factor = 1.1, at_most = \"2 h\", jitter = 0.4",
        "jitter = 1",
    ];
    for rule in rules {
        let run = |more: &str| {
            let lab = Lab::set(&[ADVANCED, VAULT, more], &[&execution(rule)]);
            let row = lab.only();
            let contact = lab.server("SMS", ServerRole::ManagementPoint);
            let used = [lab.share("vault"), contact];
            (
                row,
                used.map(|used| (used.requests, used.refusals, used.first, used.last)),
            )
        };
        let (together, apart) = (run(""), run(&disturbances()));
        assert_eq!(together, apart, "{rule}");
        assert!(together.0.attempts > 20, "{rule}");
    }
}

#[test]
fn rules_that_cannot_be_are_refused() {
    let problem = |rule: &str| complaints(&[ADVANCED, "[rules]\n", rule]);
    let shorter = problem("execution_retry = { interval = \"1 h\", at_most = \"30 min\" }");
    assert!(
        shorter.contains("no interval is longer than 30 min, but the first is 1 h"),
        "{shorter}"
    );
    assert!(
        shorter.contains("let `at_most` be as long as `interval`"),
        "{shorter}"
    );
    let shrinks = problem("execution_retry = { factor = 0.5 }");
    assert!(
        shrinks.contains("0.5 is not a factor from 1 to 1,000"),
        "{shrinks}"
    );
    let fine = problem("execution_retry = { factor = 1.0001 }");
    assert!(fine.contains("more than three places"), "{fine}");
    let jitter = problem("execution_retry = { jitter = 1.5 }");
    assert!(
        jitter.contains("1.5 is not a share from 0 to 1"),
        "{jitter}"
    );
    let sending = complaints(&[ADVANCED, "[sending]\ncopy_retry = { jitter = 0.1 }"]);
    assert!(
        sending.contains("packages are sent alike in every replication"),
        "{sending}"
    );
}
