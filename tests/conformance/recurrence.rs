//! Assignments that come round, programs that run for every user, and programs
//! that are not run again.

use crate::lab::{ADVANCED, DAY, HOUR, LEGACY, Lab, PROGRAM, at};
use rollcast::model::Entry;
use rollcast::outcome::{Cause, Ending, ReportState, Resource};
use rollcast::scenario::load_str;
use rollcast::units::{Instant, Rate, Span};
use rollcast::world::ServerRole;

fn weekly(client: &str, rerun: &str, more: &str) -> Lab {
    let offer = format!("[advertisement.p]\nassigned = \"+1 h\"\nrecurs = \"7 d\"\n{rerun}\n");
    Lab::set(&[client, PROGRAM, more, &offer], &["horizon=22 d"])
}

#[test]
fn kb257271_a_recurring_assignment_runs_again_whatever_came_of_it() {
    for client in [ADVANCED, LEGACY] {
        for (codes, successes) in [("", 4), ("exit_codes = { 1603 = 1 }\n", 0)] {
            let row = weekly(client, "", codes).only();
            // In the first, second, third and fourth week.
            assert_eq!((row.occurrences, row.successes), (4, successes));
            assert_eq!(row.run_start, at(21 * DAY + HOUR));
            assert_eq!(row.policy, at(0), "learned of once");
        }
    }
}

#[test]
fn rules_of_later_versions_run_it_again_after_success_or_failure_or_never() {
    let failing = "exit_codes = { 1603 = 1 }\n";
    for (rule, after_success, after_failure) in [
        ("always", 4, 4),
        ("never", 1, 1),
        ("if failed", 1, 4),
        ("if succeeded", 4, 1),
    ] {
        let rerun = format!("rerun = \"{rule}\"");
        let occurrences = |more| weekly(ADVANCED, &rerun, more).only().occurrences;
        assert_eq!(occurrences(""), after_success, "{rule}");
        assert_eq!(occurrences(failing), after_failure, "{rule}");
    }
}

#[test]
fn a_time_that_is_over_before_it_has_come_is_not_gone_through_twice() {
    // The download ahead of the first time fails for good: the cache is smaller than the
    // package, or the content is damaged.
    let small = "[fleet.adv]\ncache = \"1 MB\"\n";
    let damaged = "[[fault]]\nat = \"+0 s\"\npackage = \"package\"\n\
                   distribution_points = [\"*\"]\ncontent = \"corrupt\"\n";
    for (more, cause) in [
        (small, Cause::CacheTooSmall),
        (damaged, Cause::HashMismatch),
    ] {
        let offer = "[advertisement.p]\nassigned = \"+6 h\"\non_local = \"download\"\n";
        let often = |recurs: &str, horizon: &str| {
            let offer = format!("{offer}{recurs}\n");
            let client = if more == small {
                ADVANCED.replace("[fleet.adv]\n", small)
            } else {
                format!("{ADVANCED}{more}")
            };
            let lab = Lab::set(
                &[&client, PROGRAM, &offer],
                &[&format!("horizon={horizon}")],
            );
            let row = lab.only();
            assert_eq!(row.cause, cause, "{recurs}");
            (row.attempts, row.report)
        };
        let once = often("", "50 h");
        assert_eq!(often("recurs = \"30 d\"", "50 h"), once);
        let (attempts, report) = often("recurs = \"1 d\"", "50 h");
        assert_eq!(attempts, 2, "the second time is a day after the first");
        assert_eq!(report, at(30 * HOUR));
    }
}

#[test]
fn each_time_has_its_own_draw() {
    let many = ADVANCED.replace("count = 1", "count = 400");
    let lab = weekly(
        &many,
        "rerun = \"if failed\"",
        "exit_codes = { 1603 = 0.5 }\n",
    );
    let count = |times| {
        lab.rows()
            .filter(|(_, _, row)| row.occurrences == times)
            .count()
    };
    // A half, a quarter, an eighth, and the rest.
    for (times, expected) in [(1, 200), (2, 100), (3, 50), (4, 50)] {
        let found = count(times);
        assert!(found.abs_diff(expected) < 40, "{times} times: {found}");
    }
    let failed = lab
        .rows()
        .filter(|(_, _, row)| row.ending == Ending::Failed);
    assert!(failed.count().abs_diff(25) < 20);
}

#[test]
fn what_is_still_under_way_when_it_comes_round_is_not_disturbed() {
    let long = "maximum_run_time = \"30 d\"\n";
    let row = weekly(ADVANCED, "", long).only();
    assert_eq!(row.occurrences, 4);
    let slow = PROGRAM.replace("10 min", "10 d") + long;
    let offer = "[advertisement.p]\nassigned = \"+1 h\"\nrecurs = \"7 d\"\n";
    // From day 0 to day 10; the next time is day 14, then day 28. The machine has what it
    // was offered meanwhile, and its row says so.
    for (horizon, times, begun) in [("8 d", 0, 0), ("30 d", 2, 14), ("40 d", 3, 28)] {
        let horizon = format!("horizon={horizon}");
        let row = Lab::set(&[ADVANCED, &slow, offer], &[&horizon]).only();
        let expected = (times, at(begun * DAY + HOUR));
        assert_eq!((row.occurrences, row.run_start), expected, "{horizon}");
        let ending = if times == 0 {
            Ending::InProgress
        } else {
            Ending::Installed
        };
        assert_eq!(row.ending, ending);
    }
}

/// The row of a machine that has what it was offered waits for the end of the present time,
/// or for a try of it that fails; what failed before is not worth waiting for.
#[test]
fn a_time_under_way_takes_no_success_from_the_row_until_it_has_failed() {
    let offer = "[advertisement.p]\nassigned = \"+1 h\"\nrecurs = \"1 d\"\n";
    let row = |codes: &str, horizon: &str| {
        let settings = [codes, &format!("horizon={horizon}")];
        Lab::set(&[ADVANCED, PROGRAM, offer], &settings).only()
    };
    let (works, fails) = (
        "program.p.exit_codes={ 0 = 1 }",
        "program.p.exit_codes={ 1603 = 1 }",
    );
    // Five minutes after one o'clock of the first and of the second day it runs.
    let told = |row: rollcast::outcome::Outcome| (row.ending, row.occurrences);
    assert_eq!(told(row(works, "65 min")), (Ending::InProgress, 0));
    assert_eq!(told(row(works, "1505 min")), (Ending::Installed, 1));
    assert_eq!(told(row(fails, "1505 min")), (Ending::InProgress, 1));
}

#[test]
fn a_program_that_nobody_watches_any_more_is_still_under_way() {
    let long = "maximum_run_time = \"10 min\"\ninstall_time = \"5 h\"\n";
    let program = PROGRAM.replace("install_time = \"10 min\"\n", long);
    let offer = "[advertisement.p]\nrecurs = \"1 h\"\n";
    let row = Lab::set(&[ADVANCED, &program, offer], &["horizon=23 h"]).only();
    // Begun at 0, 6, 12 and 18 o'clock: five hours each, and an hour's wait at
    // most.
    assert_eq!(row.occurrences, 4);
    assert_eq!(row.run_start.0 / 1_000_000 / HOUR, 18);
}

#[test]
fn a_time_that_expires_before_it_starts_leaves_the_row_of_the_time_before() {
    // It comes round at noon, outside of the hours in which it may run, and the
    // advertisement expires before they come. The program is still there.
    let hours = "\nmaintenance = [{ from = \"08:00\", to = \"10:00\" }]\n";
    let client = format!("{ADVANCED}{hours}");
    let program = PROGRAM.replace(
        "install_time",
        "maximum_run_time = \"30 min\"\ninstall_time",
    );
    let offer = "[advertisement.p]\nassigned = \"+0 s\"\nrecurs = \"28 h\"\nexpires = \"+30 h\"\n";
    let row = Lab::new(&[&client, &program, offer]).only();
    assert_eq!((row.occurrences, row.successes), (1, 1));
    assert_eq!(row.ending, Ending::Installed);
    assert_eq!(
        (row.run_start, row.run_end, row.code),
        (at(0), at(600), Some(0)),
        "{row:?}"
    );
}

#[test]
fn kb235815_a_second_advertisement_runs_on_the_machines_that_failed_alone() {
    let offers = "[advertisement.a]\nprogram = \"p\"\n\
        [advertisement.b]\nprogram = \"p\"\nassigned = \"+1 d\"\nrerun = \"if failed\"\n";
    for client in [ADVANCED, LEGACY] {
        let many = client.replace("count = 1", "count = 40");
        let lab = Lab::new(&[&many, PROGRAM, "exit_codes = { 1603 = 0.5 }\n", offers]);
        let mut ran = 0;
        for (machine, _, first) in lab.rows().filter(|(_, ad, _)| *ad == "a") {
            let second = lab.row(machine, "b");
            if first.ending == Ending::Installed {
                assert_eq!(second.state, ReportState::WillNotRerun);
                assert_eq!(
                    (second.ending, second.cause),
                    (Ending::Installed, Cause::HasRunBefore)
                );
                assert!(!second.run_start.is_some());
            } else {
                assert_eq!(second.run_start, at(DAY));
                ran += 1;
            }
        }
        assert!((8..32).contains(&ran));
    }
}

#[test]
fn without_a_rule_each_advertisement_runs_its_program() {
    let offers = "[advertisement.a]\nprogram = \"p\"\n\
        [advertisement.b]\nprogram = \"p\"\nassigned = \"+1 d\"\n";
    let lab = Lab::new(&[ADVANCED, PROGRAM, offers]);
    assert_eq!(lab.row("A1", "b").run_start, at(DAY));
}

/// Three users share a machine; one of them is there on each working day.
fn shared(client: &str, every: &str) -> Lab {
    let users = "users = 3\nsessions = { days = \"Mon-Sun\", jitter = \"0 s\" }\n";
    let many = client.replace("count = 1", "count = 60") + users;
    let program =
        format!("[program.p]\nneeds_administrator = false\ninstall_time = \"10 min\"\n{every}\n");
    Lab::set(&[&many, &program], &["horizon=40 d"])
}

#[test]
fn kb271122_a_program_for_every_user_runs_once_for_each_who_logs_on() {
    for client in [ADVANCED, LEGACY] {
        let lab = shared(client, "every_user = true");
        // The chance that one of three is not there in forty days is small.
        let mut days = Vec::new();
        for (machine, _, row) in lab.rows() {
            assert_eq!((row.occurrences, row.successes), (3, 3), "{machine}");
            days.push(row.run_start.0 / 1_000_000 / DAY);
        }
        // All three have been there after 5.5 days in the mean.
        let mean = days.iter().sum::<u64>() as f64 / days.len() as f64;
        assert!((3.0..6.0).contains(&mean), "{mean}");
        let first = if client == ADVANCED { "A1" } else { "L1" };
        let again = lab
            .diary(first)
            .iter()
            .any(|(_, e)| *e == Entry::BeginsAgain(3));
        assert!(again);
        for (_, _, row) in shared(client, "").rows() {
            assert_eq!(row.run_start, at(0), "once for the computer");
        }
    }
}

#[test]
fn a_program_that_never_comes_to_run_fails_once_for_each_user() {
    let more = "every_user = true\n[package.p]\nsize = \"60 MB\"\n\
        [advertisement.p]\non_local = \"download\"\n";
    let client = format!("{ADVANCED}cache = \"15 MB\"\n");
    for (_, _, row) in shared(&client, more).rows() {
        assert_eq!(row.cause, Cause::CacheTooSmall);
        // The start is at 08:00, when the first of them logs on.
        assert_eq!(row.occurrences, 3);
        assert_eq!(row.successes, 0);
    }
}

#[test]
fn a_failure_while_nobody_is_there_is_nobodys_turn() {
    let more = "every_user = true\n[package.p]\nsize = \"60 MB\"\n\
        [advertisement.p]\non_local = \"download\"\n";
    let users = "cache = \"15 MB\"\nusers = 3\n\
        sessions = { days = \"Mon-Sun\", from = \"10:00\", jitter = \"0 s\" }\n";
    let many = ADVANCED.replace("count = 1", "count = 60") + users;
    let program = format!("[program.p]\n{more}\n");
    for (machine, _, row) in Lab::set(&[&many, &program], &["horizon=40 d"]).rows() {
        // At 08:00, and once for each of the three.
        assert_eq!(row.occurrences, 4, "{machine}");
    }
}

/// A branch behind a link of 32 kbit/s, slower than 40 kbit/s.
const BRANCH: &str = "[site.branch]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\nslow_boundary = false\n";
const WAIVED: &str = "[advertisement.p]\nnot_over_slow_links = true\n";
const SLOW: &str = "site.branch.wan=32 kbit/s";

fn at_branch(client: &str) -> String {
    format!("{client}sites = [\"branch\"]\n")
}

#[test]
fn kb202332_over_a_slow_link_an_assignment_is_not_mandatory_for_a_legacy_client() {
    let run = |client: &str, setting: &str| {
        let settings = ["package.p.size=1 kB", setting];
        Lab::set(&[&at_branch(client), BRANCH, PROGRAM, WAIVED], &settings).only()
    };
    let slow = run(LEGACY, SLOW);
    assert_eq!(
        (slow.ending, slow.cause),
        (Ending::NotTaken, Cause::SlowLink)
    );
    assert_eq!(slow.state, ReportState::Accepted);
    assert_eq!(
        run(LEGACY, "site.branch.wan=64 kbit/s").ending,
        Ending::Installed
    );
    // The Advanced Client has the tab about distribution points instead.
    assert_eq!(run(ADVANCED, SLOW).ending, Ending::Installed);
}

/// Whether its link ever changes makes no difference.
#[test]
fn an_assignment_waived_over_a_slow_link_ends_with_its_advertisement() {
    let fault =
        "[[fault]]\nwan = [\"branch\"]\nrate = \"16 kbit/s\"\nat = \"+0 s\"\nfor = \"5 d\"\n";
    for changes in ["", fault] {
        let run = |end: &str| {
            let parts = [&at_branch(LEGACY), BRANCH, PROGRAM, WAIVED, end, changes];
            Lab::set(&parts, &["package.p.size=1 kB", SLOW]).only()
        };
        let row = run("expires = \"+1 d\"\n");
        assert_eq!(
            (row.ending, row.cause, row.report),
            (Ending::Rejected, Cause::ExpiredWaiting, at(24 * HOUR))
        );
        let row = run("withdrawn = \"+1 d\"\n");
        assert_eq!(
            (row.ending, row.cause),
            (Ending::NotOffered, Cause::Withdrawn)
        );
    }
}

#[test]
fn kb202332_other_advertisements_still_apply() {
    let other = "[advertisement.q]\nprogram = \"p\"\n";
    let lab = Lab::set(
        &[&at_branch(LEGACY), BRANCH, PROGRAM, WAIVED, other],
        &["package.p.size=1 kB", SLOW],
    );
    assert_eq!(lab.row("L1", "p").cause, Cause::SlowLink);
    assert_eq!(lab.row("L1", "q").ending, Ending::Installed);
}

#[test]
fn when_the_link_is_fast_again_the_client_finds_out_at_its_next_look() {
    let fault =
        "[[fault]]\nwan = [\"branch\"]\nrate = \"16 kbit/s\"\nat = \"+0 s\"\nfor = \"150 min\"\n";
    let hourly = at_branch(LEGACY) + "poll_interval = \"1 h\"\n";
    let lab = Lab::set(
        &[&hourly, BRANCH, PROGRAM, WAIVED, fault],
        &["package.p.size=1 kB"],
    );
    let row = lab.only();
    assert_eq!(row.ending, Ending::Installed);
    // The fault ends after two and a half hours; the next look is at the same
    // minute of an hour as the first.
    let hours = if row.policy < at(HOUR / 2) { 3 } else { 2 };
    assert_eq!(row.run_start, row.policy + Span::from_hours(hours));
    let told = lab
        .diary("L1")
        .iter()
        .any(|(_, e)| *e == Entry::SlowLink(Rate(16_000)));
    assert!(told);
}

/// An assignment that is not mandatory over slow links, and a point that is down
/// for ten minutes.
const SPINS: &str = "[rules]\nslow_link_spin = \"1 s\"\n";
const POINT_DOWN: &str = "[[fault]]\nat = \"+0 s\"\nfor = \"10 min\"\nserver = [\"SMS\"]\n\
    roles = [\"distribution point\"]\n";

#[test]
fn q302535_without_a_distribution_point_an_assignment_waived_over_slow_links_is_tried_without_pause()
 {
    let lab = Lab::new(&[SPINS, LEGACY, PROGRAM, WAIVED, POINT_DOWN]);
    let row = lab.only();
    // Each second from 0 to 599, and then the one that gets in: as soon as there
    // is a point.
    assert_eq!((row.ending, row.attempts), (Ending::Installed, 601));
    assert_eq!(row.run_start, at(600));
    assert!(
        lab.replication.events < 20,
        "they are counted, not simulated"
    );
    // Meanwhile the log says that the network is too slow.
    let early = [&["horizon=5 min"][..]].concat();
    let lab = Lab::set(&[SPINS, LEGACY, PROGRAM, WAIVED, POINT_DOWN], &early);
    let row = lab.only();
    assert_eq!((row.ending, row.attempts), (Ending::Retrying, 301));
    assert_eq!(
        (row.cause, row.code),
        (Cause::ContentUnreachable, Some(0xe004_0013))
    );
    let asked = |parts: &[&str]| {
        let lab = Lab::set(parts, &early);
        lab.server("SMS", ServerRole::DistributionPoint).requests
    };
    assert_eq!(asked(&[SPINS, LEGACY, PROGRAM, WAIVED, POINT_DOWN]), 301);
    // By default, without the box and on an Advanced Client it waits.
    for parts in [
        [LEGACY, PROGRAM, WAIVED, POINT_DOWN, ""],
        [SPINS, LEGACY, PROGRAM, "", POINT_DOWN],
        [SPINS, ADVANCED, PROGRAM, WAIVED, POINT_DOWN],
    ] {
        assert_eq!(asked(&parts), 1);
    }
}

#[test]
fn what_cannot_come_round_is_refused() {
    for (text, wanted) in [
        (
            "[advertisement.p]\nassigned = \"logon\"\nrecurs = \"7 d\"\n",
            "does not come round",
        ),
        (
            "[advertisement.p]\nassigned = \"optional\"\nrecurs = \"7 d\"\n",
            "is optional",
        ),
        ("[advertisement.p]\nrecurs = \"1 s\"\n", "every 1 s"),
        (
            "[advertisement.p]\nassigned = \"optional\"\nnot_over_slow_links = true\n",
            "is optional",
        ),
        (
            "[program.p]\nruns = \"only when no user is logged on\"\nevery_user = true\n",
            "does not wait",
        ),
        (
            "[program.p]\nevery_user = true\n[advertisement.p]\nassigned = \"optional\"\n",
            "to none",
        ),
        (
            "[program.p]\nevery_user = true\n[advertisement.p]\nrecurs = \"7 d\"\n",
            "comes round",
        ),
    ] {
        let said = load_str(text, &[]).expect_err(wanted).render(false);
        assert!(
            said.contains(wanted) && said.contains("scenario.toml:"),
            "{said}"
        );
    }
}

/// What another advertisement has done is told without the try that broke before.
#[test]
fn a_program_that_ran_elsewhere_after_a_broken_try_leaves_nothing_of_that_try() {
    let branch = "[site.br]\nparent = \"hq\"\nwan = \"10 Mbit/s\"\n";
    let program = "[package.p]\nsize = \"1 GB\"\n[program.p]\nrights = \"administrative\"\n\
        runs = \"whether or not a user is logged on\"\ninstall_time = \"10 min\"\n";
    let cut = "[[fault]]\nat = \"+65 min\"\nfor = \"2 min\"\nwan = [\"br\"]\n";
    let twice = "[advertisement.a1]\nprogram = \"p\"\nassigned = \"+1 h\"\nrerun = \"if failed\"\n\
        [advertisement.a2]\nprogram = \"p\"\nassigned = \"+70 min\"\n\
        [rules]\nlegacy_network_retry = { count = \"without end\", interval = \"4 h\" }\n";
    let lab = Lab::new(&[LEGACY, "sites = [\"br\"]\n", branch, program, cut, twice]);
    let (broken, ran) = (lab.row("L1", "a1"), lab.row("L1", "a2"));
    assert_eq!(broken.cause, Cause::HasRunBefore);
    assert_eq!(
        (broken.ending, broken.run_end),
        (Ending::Installed, ran.run_end)
    );
    assert_eq!((broken.code, broken.resource), (None, Resource::None));
    assert!(!broken.run_start.is_some() && !broken.content_start.is_some());
    assert!(
        broken.attempts > 0 && broken.downloaded.0 > 0,
        "it has tried all the same"
    );
}

/// A machine that has it keeps it: a longer forecast takes no success back.
#[test]
fn a_machine_is_done_at_the_first_success_that_has_held() {
    let daily = "[advertisement.p]\nassigned = \"+2 h\"\nrecurs = \"1 d\"\n\
        [objective.x]\nadvertisement = \"p\"\nsuccess = 1.0\nby = \"+2 d\"\n";
    for horizon in ["2 d", "2 d 3 h", "5 d"] {
        let lab = Lab::set(
            &[ADVANCED, PROGRAM, daily],
            &[&format!("horizon={horizon}")],
        );
        let objective = &lab.world.objectives[0];
        let met = rollcast::results::is_met(&lab.world, objective, &lab.replication);
        assert_eq!(met, Some(true), "{horizon}");
    }
    // The row itself tells of the last time.
    let lab = Lab::set(&[ADVANCED, PROGRAM, daily], &["horizon=5 d"]);
    let [held] = lab.replication.held[..] else {
        panic!("one row has succeeded before")
    };
    assert_eq!(held.until, Instant::NEVER);
    let last = lab.row("A1", "p").run_end;
    assert_eq!(last.0 - held.from.0, 4 * DAY * 1_000_000);
}

/// Whether an objective is met at its moment, whatever the forecast goes on to tell.
fn is_met_by(by: &str, horizon: &str, parts: &[&str], settings: &[&str]) -> Option<bool> {
    let objective =
        format!("[objective.x]\nadvertisement = \"p\"\nsuccess = 1.0\nby = \"+{by}\"\n");
    let parts = [parts, &[&objective]].concat();
    let horizon = format!("horizon={horizon}");
    let lab = Lab::set(&parts, &[settings, &[&horizon]].concat());
    rollcast::results::is_met(&lab.world, &lab.world.objectives[0], &lab.replication)
}

/// What has happened by a moment does not depend on how long the forecast goes on: a
/// later failure, or a later removal, takes nothing from an earlier date.
#[test]
fn a_longer_forecast_judges_an_earlier_date_alike() {
    let daily = "[advertisement.p]\nassigned = \"+2 h\"\nrecurs = \"1 d\"\n";
    let removal = PROGRAM.replace("program.p]", "program.gone]");
    let removal = format!("{removal}[advertisement.gone]\nassigned = \"+50 h\"\n");
    let removes = "program.p.uninstall=\"gone\"";
    let once = "[advertisement.p]\nassigned = \"+2 h\"\n";
    let cases: [(&[&str], &[&str]); 3] = [
        (
            &[ADVANCED, PROGRAM, daily],
            &["program.p.exit_codes={ 1603 = 0.5 }"],
        ),
        (&[ADVANCED, PROGRAM, once, &removal], &[removes]),
        (&[ADVANCED, PROGRAM, daily, &removal], &[removes]),
    ];
    for (parts, settings) in cases {
        let mut answers = Vec::new();
        for by in ["1 h", "3 h", "27 h", "51 h", "75 h", "99 h"] {
            let at_once = is_met_by(by, by, parts, settings);
            for horizon in ["100 h", "7 d"] {
                let later = is_met_by(by, horizon, parts, settings);
                assert_eq!(later, at_once, "{by} {horizon} {settings:?}");
            }
            answers.push(at_once);
        }
        assert!(answers.contains(&Some(true)) && answers.contains(&Some(false)));
    }
}

/// `timeline.csv` of a shorter forecast is that of a longer one, cut off: at whatever moment
/// of a time that has come round the forecast ends, the row tells what the timeline does.
/// That holds at the end of a step, too, at which something happens.
#[test]
fn a_longer_forecast_has_the_timeline_of_a_shorter_one() {
    let hourly = "[advertisement.p]\nassigned = \"+1 h\"\nrecurs = \"5 h\"\n\
        start_window = { length = \"3 h\", draw = \"fresh\" }\n";
    let hours = "availability = { days = \"Mon-Sun\", from = \"06:00\", to = \"20:00\", jitter = \"0 s\" }\n";
    let few = [
        "program.p.exit_codes={ 1603 = 0.3, 3010 = 0.3 }",
        "timeline_step=10 min",
    ];
    let states = |lab: &Lab, steps: usize| {
        let kinds = ReportState::ALL.len();
        lab.replication.timeline.changes[..steps * kinds].to_vec()
    };
    for client in [ADVANCED, LEGACY] {
        let many = format!("{}{hours}", client.replace("count = 1", "count = 20"));
        let run = |horizon: usize| {
            let horizon = format!("horizon={horizon} min");
            let settings = [&few[..], &[&horizon]].concat();
            Lab::set(&[&many, PROGRAM, hourly], &settings)
        };
        let whole = run(3000);
        for end in [65, 70, 375, 605, 995, 1255, 1770, 1775, 2205] {
            let part = run(end);
            let steps = end / 10;
            assert_eq!(
                states(&part, steps),
                states(&whole, steps),
                "{client} {end}"
            );
            // The rows are in the states with which the timeline ends.
            let mut sums = vec![0; ReportState::ALL.len()];
            for (at, change) in part.replication.timeline.changes.iter().enumerate() {
                sums[at % ReportState::ALL.len()] += change;
            }
            for (_, _, row) in part.rows() {
                sums[row.state as usize] -= 1;
            }
            assert!(
                sums[1..].iter().all(|left| *left == 0),
                "{client} {end} {sums:?}"
            );
        }
    }
}

#[test]
fn a_time_that_broke_the_machine_is_no_success_among_the_times() {
    let breaks = "breakage = { share = 1, detected_after = \"1 h\" }\n";
    for client in [ADVANCED, LEGACY] {
        let program = format!("{PROGRAM}{breaks}");
        let lab = |program: &str| {
            Lab::set(
                &[client, program, "[advertisement.p]\nrecurs = \"1 d\"\n"],
                &["horizon=5 d"],
            )
            .only()
        };
        let (broken, whole) = (lab(&program), lab(PROGRAM));
        assert_eq!(broken.ending, Ending::Broken);
        assert_eq!(broken.occurrences, whole.occurrences);
        assert_eq!((broken.successes, whole.successes), (0, whole.occurrences));
    }
}

/// A program whose first time, on Monday, has left something on the machine, and whose
/// second one waits for a user who never comes again.
fn waits_for_a_second_time(more: &[&str], settings: &[&str]) -> Vec<Lab> {
    let users =
        "sessions = { days = \"Mon\", from = \"08:00\", to = \"09:00\", jitter = \"0 s\" }\n";
    let days = "availability = { days = \"Mon-Sun\", from = \"08:00\", to = \"20:00\", jitter = \"0 s\" }\n";
    let program = PROGRAM.replace(
        "whether or not a user is logged on",
        "only when a user is logged on",
    );
    let again = "[advertisement.p]\nrecurs = \"23 h\"\n";
    let run = |client: &&str| {
        let client = format!("{client}{users}{days}");
        let parts = [&[&client[..], &program, again], more].concat();
        Lab::set(&parts, &[&["horizon=5 d"], settings].concat())
    };
    [ADVANCED, LEGACY].iter().map(run).collect()
}

/// The row tells of the time before as a whole, and of the machine as it is.
#[test]
fn a_machine_has_restarted_since_the_time_before_if_it_was_switched_off_or_another_program_restarts()
 {
    let wants = "program.p.exit_codes={ 3010 = 1 }";
    let told = |lab: &Lab| {
        let row = lab.rows().find(|(_, ad, _)| *ad == "p").expect("a row").2;
        (row.ending, row.cause, row.state, row.run_end)
    };
    let restarted = (
        Ending::Installed,
        Cause::None,
        ReportState::Succeeded,
        at(600),
    );
    for lab in waits_for_a_second_time(&[], &[wants]) {
        assert_eq!(told(&lab), restarted);
    }
    // A machine that sleeps has not, unless another program restarts it.
    let sleeps = ["fleet.\"*\".off=\"sleep\"", wants];
    let pending = (
        Ending::RestartPending,
        Cause::RestartOutstanding,
        ReportState::RebootPending,
        at(600),
    );
    for lab in waits_for_a_second_time(&[], &sleeps) {
        assert_eq!(told(&lab), pending);
    }
    let other = PROGRAM.replace("program.p]", "program.q]");
    let other = format!(
        "{other}after_running = \"SMS restarts computer\"\n[advertisement.q]\nassigned = \"+2 d\"\n"
    );
    for lab in waits_for_a_second_time(&[&other], &sleeps) {
        assert_eq!(told(&lab), restarted);
    }
}

#[test]
fn what_was_removed_since_the_time_before_is_told_to_be_gone() {
    let removal = PROGRAM.replace("program.p]", "program.gone]");
    let removal = format!("{removal}[advertisement.gone]\nassigned = \"+2 d\"\n");
    let removes = ["program.p.uninstall=\"gone\""];
    for lab in waits_for_a_second_time(&[&removal], &removes) {
        let row = lab.rows().find(|(_, ad, _)| *ad == "p").expect("a row").2;
        assert_eq!(
            (row.ending, row.cause),
            (Ending::Removed, Cause::Uninstalled)
        );
        assert_eq!(row.run_end, at(600));
    }
}
