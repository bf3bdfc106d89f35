//! Intervals and counts: how long each client goes on trying, and at what.

use crate::lab::{ADVANCED, DAY, HOUR, LEGACY, Lab, PROGRAM, at};
use rollcast::model::Entry;
use rollcast::outcome::{Cause, Ending, ReportState, Resource};
use rollcast::product::exit_codes::{RESTART, RETRY};
use rollcast::scenario::load_str;
use rollcast::world::ServerRole;

const WEEK: u64 = 7 * DAY;

/// A share that nobody but administrators may read.
const VAULT: &str = "\n[server.FS]\nsite = \"hq\"\nroles = [\"file server\"]\n\
    [share.vault]\nserver = \"FS\"\naccess = [\"Administrators\"]\n";

fn at_once(code: u32) -> String {
    format!(
        "{}exit_codes = {{ {code} = 1 }}\n",
        PROGRAM.replace("10 min", "0 s")
    )
}

/// M. Niehaus, `MyITForum`: `ExecutionFailureRetryCount` 1008,
/// `ExecutionFailureRetryInterval` 600 s.
#[test]
fn an_advanced_client_runs_a_program_again_for_seven_days_exactly() {
    for advertisement in ["on_local = \"run\"", "on_local = \"download\""] {
        let empty = "[package.p]\nsize = \"0 B\"\n[advertisement.p]\n";
        let row = Lab::new(&[ADVANCED, &at_once(1618), empty, advertisement]).only();
        assert_eq!(
            (row.ending, row.state, row.code),
            (Ending::Failed, ReportState::Failed, Some(1618))
        );
        assert_eq!(
            row.attempts, 1009,
            "the first and 1008 more: {advertisement}"
        );
        assert_eq!((row.report, row.status_message), (at(WEEK), 10006));
    }
}

#[test]
fn refused_tries_that_are_counted_in_one_step_last_seven_days_too() {
    let vault = PROGRAM.to_owned() + "shares = [{ share = \"vault\" }]\n";
    let lab = Lab::new(&[
        "[accounts]\nnetwork_access = 'CORP\\naa'",
        ADVANCED,
        VAULT,
        &vault,
    ]);
    let row = lab.only();
    assert_eq!(
        (row.ending, row.cause, row.code),
        (Ending::Failed, Cause::NetworkAccessAccountDenied, Some(5))
    );
    assert_eq!((row.attempts, row.report), (1009, at(WEEK)));
    assert_eq!(
        (row.run_start, row.run_end),
        (at(WEEK), at(WEEK)),
        "the last run"
    );
    let share = lab.share("vault");
    assert_eq!((share.requests, share.refusals), (1009, 1009));
    assert_eq!((share.first, share.last), (at(0), at(WEEK)));
}

#[test]
fn before_the_week_is_over_a_program_with_a_code_of_the_list_is_retrying() {
    let row = Lab::set(&[ADVANCED, &at_once(1618)], &["horizon=6 d"]).only();
    assert_eq!(
        (row.ending, row.state),
        (Ending::Retrying, ReportState::Retrying)
    );
    assert!((863..=865).contains(&row.attempts), "{}", row.attempts);
}

#[test]
fn the_interval_counts_from_the_end_of_the_failed_run() {
    let program = PROGRAM.to_owned() + "exit_codes = { 4 = 1 }\n";
    let lab = Lab::new(&[ADVANCED, "access = \"100 Mbit/s\"", &program]);
    let starts: Vec<_> = lab
        .diary("A1")
        .into_iter()
        .filter(|(_, entry)| matches!(entry, Entry::Starts(_)))
        .map(|(at, _)| at)
        .take(3)
        .collect();
    assert_eq!(starts[0], at(0));
    for pair in starts.windows(2) {
        // Ten minutes of work, ten of waiting; the package is read in 0.8 s.
        assert_eq!((pair[1] - pair[0]).0, 1_200_800_000);
    }
}

#[test]
fn count_and_interval_can_be_set() {
    let row = Lab::set(
        &[ADVANCED, "access = \"100 Mbit/s\"", &at_once(4)],
        &["rules.execution_retry={ count = 3, interval = \"1 h\" }"],
    )
    .only();
    assert_eq!((row.ending, row.attempts), (Ending::Failed, 4));
    assert_eq!(
        row.report.0 / 1_000_000,
        3 * HOUR + 3,
        "and four times 0.8 s to read the package"
    );
}

#[test]
fn an_advanced_client_tries_the_codes_of_the_list_again_and_no_others() {
    let others = [
        1,
        2,
        3,
        6,
        100,
        1385,
        1602,
        1603,
        1612,
        1619,
        1625,
        1640,
        1909,
        2_147_942_405,
    ];
    let codes: Vec<u32> = RETRY.iter().copied().chain(others).collect();
    let mut programs = String::from(
        "[program.\"*\"]\nruns = \"whether or not a user is logged on\"\ninstall_time = \"0 s\"\n[package.package]\nsize = \"0 B\"\n",
    );
    for code in &codes {
        let program = format!("[program.c{code}]\nexit_codes = {{ {code} = 1 }}\n");
        programs.push_str(&program);
    }
    for client in [ADVANCED, LEGACY] {
        let lab = Lab::set(&[client, &programs], &["horizon=2 h"]);
        for code in &codes {
            let row = lab.row(
                if client == ADVANCED { "A1" } else { "L1" },
                &format!("c{code}"),
            );
            let again = client == ADVANCED && RETRY.contains(code);
            assert_eq!(
                row.ending,
                if again {
                    Ending::Retrying
                } else {
                    Ending::Failed
                },
                "{code}"
            );
            assert_eq!(row.attempts > 1, again, "{code}");
        }
    }
    assert_eq!((RETRY.len(), RESTART.len()), (40, 4));
}

/// KB Q268500: "Returning action code 2", unscheduled.
#[test]
fn a_legacy_client_never_runs_a_failed_program_again() {
    let row = Lab::new(&[LEGACY, &at_once(1618)]).only();
    assert_eq!(
        (row.ending, row.attempts, row.status_message),
        (Ending::Failed, 1, 10006)
    );
}

/// The first network failures, then success: exit codes are drawn anew for
/// every run.
#[test]
fn a_program_that_may_succeed_next_time_does_in_the_end() {
    let many = ADVANCED.replace("count = 1", "count = 200");
    let program = PROGRAM.to_owned() + "exit_codes = { 1618 = 0.5 }\n";
    let lab = Lab::new(&[&many, &program]);
    let mut attempts: Vec<u32> = lab.rows().map(|(_, _, row)| row.attempts).collect();
    assert!(
        lab.rows()
            .all(|(_, _, row)| row.ending == Ending::Installed)
    );
    attempts.sort_unstable();
    let mean = f64::from(attempts.iter().sum::<u32>()) / 200.0;
    assert!((1.7..2.3).contains(&mean), "geometric, mean 2: {mean}");
}

/// KB Q302674, Q268500: every ten minutes; since SMS 2.0 SP4 without end.
#[test]
fn a_legacy_client_tries_an_unreachable_point_every_ten_minutes_without_end() {
    let down = "[[fault]]\nat = \"+0 s\"\nserver = [\"DP\"]\n";
    let point = "[server.DP]\nsite = \"hq\"\nroles = [\"distribution point\"]\nnetwork = \"unlimited\"\n\
        [package.p]\ndistribution_points = [\"DP\"]\n";
    let lab = Lab::new(&[LEGACY, point, PROGRAM, down]);
    let row = lab.only();
    assert_eq!(
        (row.ending, row.cause, row.code),
        (Ending::Retrying, Cause::ContentUnreachable, Some(53))
    );
    assert_eq!(
        (row.attempts, row.status_message),
        (1441, 10003),
        "ten days of ten minutes"
    );
    assert_eq!(
        lab.server("DP", ServerRole::DistributionPoint).requests,
        1441
    );
    // Back after eight days, it is reached at the next try.
    let back = down.to_owned() + "for = \"8 d\"\n";
    let row = Lab::new(&[LEGACY, point, PROGRAM, &back]).only();
    assert_eq!(
        (row.ending, row.run_start),
        (Ending::Installed, at(8 * DAY))
    );
    // The Advanced Client has given up by then.
    let row = Lab::new(&[ADVANCED, point, PROGRAM, &back]).only();
    assert_eq!(
        (row.ending, row.attempts, row.report),
        (Ending::Failed, 1009, at(WEEK))
    );
}

/// KB 839513.
#[test]
fn a_package_larger_than_the_cache_fails_at_once_with_10050() {
    let lab = Lab::new(&[
        ADVANCED,
        PROGRAM,
        "[package.p]\nsize = \"251 MB\"\n[advertisement.p]\non_local = \"download\"",
    ]);
    let row = lab.only();
    assert_eq!(
        (row.ending, row.cause, row.status_message),
        (Ending::Failed, Cause::CacheTooSmall, 10050)
    );
    assert_eq!(
        (row.attempts, row.report),
        (1, at(0)),
        "it is not tried again"
    );
    // Run from the point, the size is no matter; 250 MB fit exactly.
    assert_eq!(
        Lab::new(&[ADVANCED, PROGRAM, "[package.p]\nsize = \"251 MB\""])
            .only()
            .ending,
        Ending::Installed
    );
    let fits = Lab::new(&[
        ADVANCED,
        PROGRAM,
        "[package.p]\nsize = \"250 MB\"\n[advertisement.p]\non_local = \"download\"",
    ]);
    assert_eq!(fits.only().ending, Ending::Installed);
}

const TWO_PACKAGES: &str = r#"
[package.a]
size = "200 MB"
[package.b]
size = "100 MB"
[program."*"]
runs = "whether or not a user is logged on"
install_time = "10 min"
[program.a]
[program.b]
[advertisement."*"]
on_local = "download"
[advertisement.a]
[advertisement.b]
available = "+1 h"
"#;

#[test]
fn a_full_cache_is_tried_every_four_hours_until_older_content_is_past_its_tombstone_age() {
    let lab = Lab::new(&[ADVANCED, TWO_PACKAGES]);
    let (first, second) = (lab.row("A1", "a"), lab.row("A1", "b"));
    assert_eq!(
        (first.ending, second.ending),
        (Ending::Installed, Ending::Installed)
    );
    // The first ends before one o'clock after the start and is kept for a day:
    // 1 h + 6 × 4 h is the first try after that.
    assert!(first.run_end < at(HOUR));
    assert_eq!(second.content_start, at(25 * HOUR));
    assert_eq!(
        lab.messages("A1").iter().filter(|id| **id == 10051).count(),
        6
    );
}

#[test]
fn a_package_stays_in_a_full_cache_as_long_as_one_of_its_programs_needs_it() {
    let again = "[program.again]\npackage = \"a\"\n[advertisement.again]\navailable = \"+20 h\"\n";
    let late = ["advertisement.b.available=+26 h"];
    let lab = Lab::set(&[ADVANCED, TWO_PACKAGES, again], &late);
    // The package that came first is there for the second program too, which ends at
    // about 20:10 and needs it for a day: the sixth try finds it gone.
    assert_eq!(lab.row("A1", "again").downloaded.0, 0);
    assert_eq!(lab.row("A1", "b").content_start, at(46 * HOUR));
    // With nothing else of it, the first copy has gone by then.
    let lab = Lab::set(&[ADVANCED, TWO_PACKAGES], &late);
    assert_eq!(lab.row("A1", "b").content_start, at(26 * HOUR));
}

#[test]
fn after_eighteen_tries_in_three_days_a_full_cache_is_given_up() {
    let lab = Lab::set(&[ADVANCED, TWO_PACKAGES], &["rules.cache_tombstone=30 d"]);
    let second = lab.row("A1", "b");
    assert_eq!(
        (second.ending, second.cause),
        (Ending::Failed, Cause::CacheFull)
    );
    assert_eq!(second.report, at(HOUR + 18 * 4 * HOUR));
    assert_eq!(second.attempts, 19);
}

#[test]
fn a_try_that_finds_no_room_in_the_cache_counts_like_any_other() {
    // The sixth look for room finds it.
    let late = ["advertisement.b.available=+1 h"];
    let lab = Lab::set(&[ADVANCED, TWO_PACKAGES], &late);
    let full = lab.messages("A1").iter().filter(|id| **id == 10051).count();
    let row = lab.row("A1", "b");
    assert_eq!(row.ending, Ending::Installed);
    assert_eq!(row.attempts as usize, full + 1);
    // Another advertisement of the same package fills the cache meanwhile.
    let again = "[program.again]\npackage = \"b\"\n[advertisement.again]\navailable = \"+2 h\"\n";
    let lab = Lab::set(&[ADVANCED, TWO_PACKAGES, again], &late);
    let rows = [lab.row("A1", "b"), lab.row("A1", "again")];
    assert!(rows.iter().all(|row| row.ending == Ending::Installed));
    assert!(
        rows.iter()
            .any(|row| row.downloaded.0 == 0 && row.attempts > 1)
    );
    // No try but the one that finds the cache too small.
    let small = ["rules.cache=1 MB"];
    let row = Lab::set(&[ADVANCED, TWO_PACKAGES], &small).row("A1", "b");
    assert_eq!((row.cause, row.attempts), (Cause::CacheTooSmall, 1));
}

#[test]
fn a_full_cache_says_nothing_of_what_refused_an_earlier_try() {
    // The point refuses the second package until the cache is full of the first.
    let refused = "[[fault]]\nat = \"+0 h\"\nfor = \"150 min\"\npackage = \"b\"\n\
        access = [\"Administrators\"]\n";
    let settings = [
        "rules.cache_tombstone=30 d",
        "advertisement.a.available=+2 h",
        "advertisement.b.available=+1 h",
    ];
    let lab = Lab::set(&[ADVANCED, TWO_PACKAGES, refused], &settings);
    let row = lab.row("A1", "b");
    assert_eq!((row.cause, row.code), (Cause::CacheFull, None), "{row:?}");
    assert_eq!(row.resource, Resource::None);
}

#[test]
fn tries_are_made_only_while_the_machine_is_on() {
    let office = "availability = { days = \"Mon-Sun\", from = \"08:00\", to = \"18:00\", jitter = \"0 s\" }\n";
    let vault = PROGRAM.to_owned() + "shares = [{ share = \"vault\" }]\n";
    let lab = Lab::set(&[ADVANCED, office, VAULT, &vault], &["horizon=119 h"]);
    let row = lab.only();
    assert_eq!(
        (row.ending, row.cause),
        (Ending::Retrying, Cause::NoNetworkAccessAccount)
    );
    // Every ten minutes from 08:00 to 17:50; what is due at 18:00 is made up the
    // next morning at 08:00.
    assert_eq!(row.attempts, 5 * 60);
}

#[test]
fn an_interval_at_which_a_run_would_try_without_end_is_refused() {
    let endless = "{ count = \"without end\", interval = \"1 s\" }";
    let jitters = "{ count = \"without end\", interval = \"1 s\", jitter = 0.5 }";
    for (table, rule, value) in [
        ("rules", "execution_retry", endless),
        ("rules", "network_retry", jitters),
        ("rules", "legacy_network_retry", "{ interval = \"1 s\" }"),
        (
            "rules",
            "cache_retry",
            "{ count = 50_000_000, interval = \"1 s\" }",
        ),
        ("rules", "location_retry", "\"1 s\""),
        ("rules", "contact_retry", "\"1 s\""),
        ("rules", "poll_interval", "\"1 s\""),
        // These take the place of another interval.
        ("rules", "slow_link_spin", "\"1 s\""),
        ("rules", "account_suspension", "\"1 s\""),
        ("rules", "verify_cycle", "\"1 s\""),
        ("reports", "retry", "\"1 s\""),
        ("sending", "copy_retry", endless),
        ("sending", "pull_notify", endless),
        ("sending", "pull_poll", endless),
        ("sending", "retry_interval", "\"1 s\""),
        ("sending", "reschedule", "\"1 s\""),
        ("sending", "pull_recheck", "\"1 s\""),
        ("sending", "pull_look_again", "\"1 s\""),
        ("sending", "pull_resume", "\"1 s\""),
    ] {
        let years = format!("horizon = \"3650 d\"\n[{table}]\n{rule} = {value}\n");
        let problems = load_str(&years, &[]).expect_err(rule).render(false);
        assert!(problems.contains("too-many"), "{problems}");
        assert!(problems.contains(rule), "{problems}");
        // Few tries at that interval, or a month of them, are no matter.
        let days = years.replace("3650 d", "30 d");
        assert!(load_str(&days, &[]).is_ok(), "{rule}");
    }
    let few =
        "horizon = \"3650 d\"\n[rules]\nexecution_retry = { count = 1008, interval = \"1 s\" }\n";
    assert!(load_str(few, &[]).is_ok());
}

#[test]
fn every_run_is_a_try_wherever_its_content_comes_from() {
    let again = "recurs = \"12 h\"\n";
    let fetched = "[package.p]\nsize = \"1 MB\"\n[advertisement.p]\non_local = \"download\"\n";
    let from_point = "[package.p]\nsize = \"1 MB\"\n[advertisement.p]\n";
    let row = |client: &str, ad: &str| {
        let parts = [client, PROGRAM, ad, again];
        Lab::set(&parts, &["horizon=2 d"]).only()
    };
    for (client, ad) in [
        (ADVANCED, fetched),
        (ADVANCED, from_point),
        (LEGACY, from_point),
    ] {
        let row = row(client, ad);
        assert_eq!((row.attempts, row.occurrences), (4, 4), "{client}{ad}");
    }
    // The second advertisement of a package finds it in the cache.
    let two = format!(
        "{fetched}[advertisement.q]\nprogram = \"p\"\nassigned = \"+5 h\"\nrerun = \"always\"\non_local = \"download\"\n"
    );
    let lab = Lab::new(&[ADVANCED, PROGRAM, &two]);
    for ad in ["p", "q"] {
        let row = lab.row("A1", ad);
        assert_eq!((row.attempts, row.ending), (1, Ending::Installed), "{ad}");
    }
}

/// A cache that is full again later is another matter: the tries begin anew.
#[test]
fn a_cache_that_had_room_and_is_full_again_is_tried_as_often_as_the_first_time() {
    let rules = "[rules]\ncache_tombstone = \"6 h\"\ncache_retry = { count = 2, interval = \"4 h\" }\n\
        network_retry = { count = 9, interval = \"2 h\" }\n";
    let three: String = ["p", "q", "r"]
        .map(|name| {
            let program = PROGRAM.replace("program.p", &format!("program.{name}"));
            format!("{program}package = \"{name}\"\n[package.{name}]\nsize = \"8 MB\"\n")
        })
        .concat();
    let offers = "[advertisement.q]\non_local = \"download\"\n\
        [advertisement.p]\navailable = \"+1 h\"\non_local = \"download\"\n\
        [advertisement.r]\navailable = \"+630 min\"\non_local = \"download\"\n";
    // There is room nine hours after the start, and the point is down then.
    let down = "[[fault]]\nat = \"+8 h\"\nfor = \"2 h\"\nserver = [\"SMS\"]\n\
        roles = [\"distribution point\"]\n";
    let client = format!("{ADVANCED}cache = \"10 MB\"\n");
    let lab = Lab::new(&[&client, rules, &three, offers, down]);
    let full = lab.diary("A1").into_iter();
    let full = full.filter(|(_, entry)| matches!(entry, Entry::CacheFull(_)));
    let hours: Vec<u64> = full.map(|(at, _)| at.0 / 3_600_000_000).collect();
    assert_eq!(hours, [1, 5, 11, 15]);
    let row = lab.row("A1", "p");
    assert_eq!((row.ending, row.cause), (Ending::Installed, Cause::None));
}
