//! "Remove software when it is no longer advertised" (KB Q316021; SMS 2.0
//! Resource Guide, "Removing Client Applications"), and advertisements that are
//! withdrawn.

use crate::lab::{ADVANCED, DAY, HOUR, LEGACY, Lab, at, complaints};
use rollcast::model::Entry;
use rollcast::outcome::{Cause, Ending, ReportFate, ReportState, Step};
use rollcast::scenario::load_str;
use rollcast::units::{Instant, Size, Span};
use rollcast::world::ServerRole;

/// A program of ten minutes, removed in five.
pub(crate) const PROGRAMS: &str = r#"
[program.p]
runs = "whether or not a user is logged on"
install_time = "10 min"
uninstall = "remove"
uninstall_when_not_advertised = true
[program.remove]
install_time = "5 min"
"#;
const EXPIRES: &str = "[advertisement.p]\nexpires = \"+2 d\"\n";
const WITHDRAWN: &str = "[advertisement.p]\nwithdrawn = \"+2 d\"\n";

/// When the client began to remove the program.
pub(crate) fn removal_began(lab: &Lab, machine: &str) -> Option<Instant> {
    let mut diary = lab.diary(machine).into_iter();
    diary.find_map(|(when, entry)| matches!(entry, Entry::Removes(..)).then_some(when))
}

#[test]
fn q316021_what_is_no_longer_advertised_is_removed_and_five_messages_tell_of_it() {
    for end in [EXPIRES, WITHDRAWN] {
        let run = |settings: &[&str]| Lab::set(&[LEGACY, PROGRAMS, end], settings);
        let lab = run(&[]);
        let row = lab.only();
        assert_eq!(
            (row.ending, row.cause, row.code),
            (Ending::Removed, Cause::NoLongerAdvertised, Some(0))
        );
        assert_eq!(removal_began(&lab, "L1"), Some(at(2 * DAY)));
        assert_eq!(row.report, at(2 * DAY + 300), "the site hears of it");
        assert_eq!(row.run_end, at(600), "when it was installed");
        assert_eq!(lab.messages("L1"), [10002, 10005, 10008, 10012, 10015]);
        assert_eq!(
            row.state,
            ReportState::Succeeded,
            "which these change nothing of"
        );
        // By a status MIF.
        let mif = "program.remove.status_mif=true";
        assert_eq!(run(&[mif]).messages("L1")[3..], [10012, 10016]);
        // It fails.
        let fails = "program.remove.exit_codes={ 1603 = 1 }";
        let lab = run(&[fails]);
        let row = lab.only();
        assert_eq!(
            (row.ending, row.cause, row.code),
            (Ending::Installed, Cause::RemovalFailed, Some(1603))
        );
        assert_eq!(lab.messages("L1")[3..], [10012, 10013]);
        assert_eq!(run(&[mif, fails]).messages("L1")[3..], [10012, 10014]);
    }
}

#[test]
fn without_the_box_or_on_an_advanced_client_it_stays() {
    let unticked = "program.p.uninstall_when_not_advertised=false";
    let row = Lab::set(&[LEGACY, PROGRAMS, EXPIRES], &[unticked]).only();
    assert_eq!((row.ending, row.cause), (Ending::Installed, Cause::None));
    let row = Lab::new(&[ADVANCED, PROGRAMS, EXPIRES]).only();
    assert_eq!((row.ending, row.cause), (Ending::Installed, Cause::None));
}

#[test]
fn it_is_found_out_at_the_next_look_and_a_look_that_fails_takes_nothing_away() {
    let hourly = LEGACY.to_owned() + "poll_interval = \"1 h\"\n";
    let lab = Lab::new(&[&hourly, PROGRAMS, EXPIRES]);
    let phase = lab.only().policy;
    let began = removal_began(&lab, "L1").expect("it expires");
    assert_eq!(began, phase + Span::from_days(2));
    // The client access point is down from the expiry on for two and a half hours:
    // it is tried again every hour.
    let down = "[[fault]]\nat = \"+2 d\"\nfor = \"150 min\"\nserver = [\"SMS\"]\n\
        roles = [\"client access point\"]\n";
    let lab = Lab::new(&[&hourly, PROGRAMS, EXPIRES, down]);
    let hours = if phase < at(HOUR / 2) { 3 } else { 2 };
    assert_eq!(
        removal_began(&lab, "L1"),
        Some(began + Span::from_hours(hours))
    );
    // Down to the end, it stays.
    let down = down.replace("for = \"150 min\"\n", "");
    let row = Lab::new(&[&hourly, PROGRAMS, EXPIRES, &down]).only();
    assert_eq!((row.ending, row.cause), (Ending::Installed, Cause::None));
}

#[test]
fn a_program_is_removed_when_the_last_of_its_advertisements_is_gone() {
    let two = |second: &str| {
        let ads = format!("{EXPIRES}[advertisement.q]\nprogram = \"p\"\n{second}");
        let lab = Lab::new(&[LEGACY, PROGRAMS, &ads]);
        (
            removal_began(&lab, "L1"),
            lab.row("L1", "p"),
            lab.row("L1", "q"),
        )
    };
    let (began, first, second) = two("expires = \"+4 d\"\n");
    assert_eq!(began, Some(at(4 * DAY)));
    for row in [first, second] {
        assert_eq!(
            (row.ending, row.cause),
            (Ending::Removed, Cause::NoLongerAdvertised)
        );
    }
    assert_eq!(two("").0, None, "one that does not end keeps it");
    // One that the machine has not heard of does not: it brings the program back.
    let (began, first, second) = two("available = \"+5 d\"\n");
    assert_eq!(began, Some(at(2 * DAY)));
    // The row of the first tells of that, since when the program is there again.
    assert_eq!(
        (first.ending, first.cause, first.run_end),
        (Ending::Installed, Cause::HasRunBefore, second.run_end)
    );
    assert_eq!(second.ending, Ending::Installed);
}

#[test]
fn the_removal_needs_no_content_and_counts_none() {
    let lab = Lab::new(&[
        LEGACY,
        PROGRAMS,
        EXPIRES,
        "[[fault]]\nat = \"+1 d\"\nserver = [\"SMS\"]\nroles = [\"distribution point\"]\n",
    ]);
    let row = lab.only();
    assert_eq!(
        (row.ending, row.downloaded),
        (Ending::Removed, Size(10_000_000))
    );
    assert_eq!(lab.server("SMS", ServerRole::DistributionPoint).requests, 1);
}

#[test]
fn the_removal_runs_under_the_conditions_and_the_account_of_the_program() {
    // While a user is there from 08:00 to 18:00 it waits; the start is at 08:00.
    let users = "sessions = { days = \"Mon-Sun\", jitter = \"0 s\" }\n";
    let client = format!("{LEGACY}{users}");
    let alone = "program.p.runs=only when no user is logged on";
    let lab = Lab::set(&[&client, PROGRAMS, EXPIRES], &[alone]);
    assert_eq!(removal_began(&lab, "L1"), Some(at(2 * DAY + 10 * HOUR)));
    assert_eq!(lab.only().ending, Ending::Removed);
    let early = Lab::set(&[&client, PROGRAMS, EXPIRES], &[alone, "horizon=54 h"]);
    let row = early.only();
    assert_eq!(
        (row.ending, row.cause, row.step),
        (Ending::Installed, Cause::RemovalPending, Step::Run)
    );
    assert_eq!(row.state, ReportState::Succeeded);
    // The Software Installation Account is disabled meanwhile.
    let account = "[accounts]\nsoftware_installation = 'CORP\\swi'\n[[fault]]\nat = \"+1 d\"\n\
        account = 'CORP\\swi'\nstate = \"disabled\"\n";
    let ticked = "program.p.software_installation_account=true";
    let lab = Lab::set(&[LEGACY, PROGRAMS, EXPIRES, account], &[ticked]);
    let row = lab.only();
    assert_eq!(
        (row.ending, row.cause),
        (Ending::Installed, Cause::RemovalFailed)
    );
    assert_eq!(row.status_message, 10003);
    assert!(row.code.is_some());
}

#[test]
fn one_program_at_a_time_runs_on_a_machine_removals_too() {
    let other = "[program.q]\nruns = \"whether or not a user is logged on\"\ninstall_time = \"3 h\"\n\
        [advertisement.q]\nassigned = \"+47 h\"\n";
    let lab = Lab::new(&[LEGACY, PROGRAMS, EXPIRES, other]);
    assert_eq!(removal_began(&lab, "L1"), Some(at(50 * HOUR)));
    // And what comes in the middle of a removal waits for its end.
    let other = other.replace("+47 h", "+2885 min");
    let lab = Lab::set(
        &[LEGACY, PROGRAMS, EXPIRES, &other],
        &["program.remove.install_time=30 min"],
    );
    assert_eq!(lab.row("L1", "q").run_start, at(48 * HOUR + 30 * 60));
}

#[test]
fn a_machine_that_is_off_removes_it_when_it_is_back_and_begins_anew_if_it_goes_off() {
    let hours = |from: &str, to: &str| {
        format!(
            "{LEGACY}availability = {{ days = \"Mon-Sun\", from = \"{from}\", to = \"{to}\", jitter = \"0 s\" }}\n"
        )
    };
    // Off at 08:00, the hour of the expiry.
    let late = hours("10:00", "20:00");
    let lab = Lab::new(&[&late, PROGRAMS, EXPIRES]);
    assert_eq!(removal_began(&lab, "L1"), Some(at(2 * DAY + 2 * HOUR)));
    // It goes off at noon in the middle of the removal.
    let noon = hours("07:00", "12:00");
    let lab = Lab::set(
        &[&noon, PROGRAMS, EXPIRES],
        &["program.remove.install_time=6 h"],
    );
    let row = lab.only();
    assert_eq!(
        (row.ending, row.cause),
        (Ending::Installed, Cause::RemovalPending)
    );
    let begun = lab.diary("L1").into_iter();
    let begun = begun.filter(|(_, entry)| matches!(entry, Entry::Removes(..)));
    assert!(begun.count() > 5, "day after day");
}

#[test]
fn a_program_that_succeeds_after_the_expiry_is_removed_too() {
    let lab = Lab::set(
        &[
            LEGACY,
            PROGRAMS,
            "[advertisement.p]\nassigned = \"+47 h\"\nexpires = \"+2 d\"\n",
        ],
        &["program.p.install_time=2 h"],
    );
    assert!(lab.only().run_end == at(49 * HOUR));
    let began = removal_began(&lab, "L1").expect("it was running when it expired");
    assert!(
        at(49 * HOUR) <= began && began < at(49 * HOUR + 1),
        "{began:?}"
    );
}

#[test]
fn a_program_that_was_superseded_is_not_removed_once_more() {
    let newer = "[program.new]\nruns = \"whether or not a user is logged on\"\nsupersedes = [\"p\"]\n\
        [advertisement.new]\navailable = \"+1 d\"\n";
    let lab = Lab::new(&[LEGACY, PROGRAMS, EXPIRES, newer]);
    assert_eq!(removal_began(&lab, "L1"), None);
    assert_eq!(lab.row("L1", "p").cause, Cause::Replaced);
}

#[test]
fn a_removal_that_waits_for_the_machine_is_dropped_when_the_program_is_replaced() {
    // The new program runs from before the expiry until after it.
    let newer = "[program.new]\nruns = \"whether or not a user is logged on\"\nsupersedes = [\"p\"]\n\
        install_time = \"2 h\"\n[advertisement.new]\navailable = \"+47 h\"\n";
    let lab = Lab::new(&[LEGACY, PROGRAMS, EXPIRES, newer]);
    assert_eq!(removal_began(&lab, "L1"), None);
    let row = lab.row("L1", "p");
    assert_eq!((row.ending, row.cause), (Ending::Removed, Cause::Replaced));
    assert_eq!(lab.row("L1", "new").run_end, at(49 * HOUR));
}

#[test]
fn a_look_at_the_instant_of_a_try_comes_before_it() {
    // Tries every ten minutes and looks every hour fall on the same instants.
    let refused = "[package.p]\naccess = [\"CORP\\\\Domain Users\"]\n\
        [advertisement.p]\non_local = \"download\"\nwithdrawn = \"+5 h\"\n";
    let lab = Lab::new(&[ADVANCED, PROGRAMS, refused]);
    assert_eq!(lab.only().attempts, 30);
}

/// A withdrawn advertisement: who has not begun never does.
#[test]
fn whoever_has_not_started_before_an_advertisement_is_withdrawn_never_does() {
    for (machine, client) in [("A1", ADVANCED), ("L1", LEGACY)] {
        let run = |ad: &str, settings: &[&str]| {
            Lab::set(&[client, PROGRAMS, "[advertisement.p]\n", ad], settings)
        };
        // It waits for its time.
        let lab = run("assigned = \"+3 d\"\nwithdrawn = \"+2 d\"\n", &[]);
        let row = lab.only();
        assert_eq!(
            (row.ending, row.cause),
            (Ending::NotOffered, Cause::Withdrawn)
        );
        assert!(
            row.policy.is_some() && !row.run_start.is_some(),
            "{machine}"
        );
        let told = |(when, entry): &(Instant, Entry)| {
            *when == at(2 * DAY) && *entry == Entry::NotAdvertised(true)
        };
        assert!(lab.diary(machine).iter().any(told));
        // It never heard of it: the server was down.
        let down =
            "withdrawn = \"+2 d\"\n[[fault]]\nat = \"+0 s\"\nfor = \"50 h\"\nserver = [\"SMS\"]\n";
        let row = run(down, &["fleet.*.poll_interval=1 h"]).only();
        assert_eq!(
            (row.ending, row.cause),
            (Ending::NotOffered, Cause::Withdrawn)
        );
        assert!(!row.policy.is_some(), "{machine}");
        // It was in the middle of it, and ends it.
        let long = "program.p.install_time=3 d";
        let row = run(
            "withdrawn = \"+2 d\"\n",
            &[long, "rules.maximum_run_time=9 d"],
        )
        .only();
        assert_eq!(row.run_end, at(3 * DAY), "{machine}");
        // It tried in vain.
        let down = "withdrawn = \"+2 d\"\n[[fault]]\nat = \"+0 s\"\nserver = [\"SMS\"]\n\
            roles = [\"distribution point\"]\n";
        let row = run(down, &[]).only();
        assert_eq!(
            (row.ending, row.cause),
            (Ending::Failed, Cause::ContentUnreachable)
        );
        assert!(
            row.attempts <= 2 * 24 * 6 + 1,
            "{machine}: {}",
            row.attempts
        );
    }
}

/// The controller of a roll-out goes on offering what is not there any more.
#[test]
fn offers_of_a_withdrawn_advertisement_reach_nobody() {
    let many = ADVANCED.replace("count = 1", "count = 60");
    let rings = "[advertisement.p]\nwithdrawn = \"+2 d\"\nphases = [{ name = \"first\", share = 0.5,\
        deferral = \"1 d\" }, { name = \"second\", share = 0.2, deferral = \"3 d\" }, { name = \"rest\" }]\n";
    let lab = Lab::new(&[&many, PROGRAMS, rings]);
    let (mut installed, mut late) = (0, 0);
    for (machine, _, row) in lab.rows() {
        match row.ending {
            Ending::Installed => {
                assert!(row.run_start < at(2 * DAY), "{machine}");
                installed += 1;
            }
            ending => {
                assert_eq!(ending, Ending::NotOffered, "{machine}");
                late += u64::from(row.cause == Cause::Withdrawn);
            }
        }
    }
    assert!(
        (30..55).contains(&installed) && late > 0,
        "{installed} {late}"
    );
}

#[test]
fn with_reports_the_messages_of_a_removal_are_heard_and_change_no_state() {
    let run = |more: &str| Lab::new(&[LEGACY, PROGRAMS, EXPIRES, more]);
    let (with, without) = (run("[reports]\n"), run(""));
    let row = with.only();
    assert_eq!(
        (row.ending, row.heard),
        (Ending::Removed, ReportState::Succeeded)
    );
    assert_eq!(row.report_fate, ReportFate::Heard);
    // The last word is that of the removal.
    assert_eq!(row.report, without.only().report);
    let asked = |lab: &Lab| lab.server("SMS", ServerRole::ClientAccessPoint).requests;
    // The policy and five messages; without, the last word of each of the two.
    assert_eq!((asked(&with), asked(&without)), (6, 3));
    assert_eq!(without.only().report, at(2 * DAY + 300));
}

#[test]
fn an_assignment_that_comes_round_ends_where_it_is_withdrawn() {
    let ad = "[advertisement.p]\nrecurs = \"1 d\"\nwithdrawn = \"+60 h\"\n";
    let row = Lab::new(&[ADVANCED, PROGRAMS, ad]).only();
    assert_eq!((row.occurrences, row.successes), (3, 3));
    assert_eq!(
        (row.ending, row.run_end),
        (Ending::Installed, at(2 * DAY + 600))
    );
}

#[test]
fn what_cannot_be_removed_or_withdrawn_is_refused() {
    for (text, wanted) in [
        (
            "[program.x]\nuninstall_when_not_advertised = true\n",
            "by nothing",
        ),
        (
            "[program.x]\nuninstall = \"remove\"\nuninstall_when_not_advertised = true\nevery_user = true\n",
            "once for every user",
        ),
        (
            "[advertisement.p]\navailable = \"+2 d\"\nwithdrawn = \"+1 d\"\n",
            "withdrawn before it becomes available",
        ),
    ] {
        let said = complaints(&[LEGACY, PROGRAMS, text]);
        assert!(
            said.contains(wanted) && said.contains("scenario.toml:"),
            "{said}"
        );
    }
    for (parts, wanted) in [
        ([ADVANCED, "[advertisement.p]\n"], "no Legacy Client"),
        (
            [LEGACY, "[advertisement.p]\nwithdrawn = \"+300 d\"\n"],
            "after the horizon",
        ),
    ] {
        let text = format!("{}{}{PROGRAMS}{}", crate::lab::HQ, parts[0], parts[1]);
        let loaded = load_str(&text, &[]).expect("only warnings");
        let said = loaded.warnings.render(false);
        assert!(said.contains(wanted), "{said}");
    }
}

#[test]
fn a_machine_that_comes_back_on_looks_before_it_starts_what_is_due() {
    let program = "[program.p]\nrights = \"administrative\"\n\
        runs = \"whether or not a user is logged on\"\ninstall_time = \"10 min\"\n";
    let day = "availability = { days = \"Mon-Sun\", from = \"08:00\", to = \"17:00\", \
        jitter = \"0 s\" }\n";
    // Due at night; deleted, or left, before the machine is on again.
    let withdrawn = "[advertisement.p]\nassigned = \"+12 h\"\nwithdrawn = \"+20 h\"\n";
    let left = "[advertisement.p]\nassigned = \"+12 h\"\ncollection = \"c\"\n\
        [collection.c]\nname = [\"*\"]\n[[membership]]\ncollection = \"c\"\n\
        fleet = [\"*\"]\nleaves = \"+20 h\"\n";
    for client in [ADVANCED, LEGACY] {
        for (gone, cause) in [(withdrawn, Cause::Withdrawn), (left, Cause::LeftCollection)] {
            let pc = format!("{client}{day}poll_interval = \"1 h\"\n");
            let row = Lab::new(&[&pc, program, gone]).only();
            assert_eq!(
                (row.ending, row.cause),
                (Ending::NotOffered, cause),
                "{row:?}"
            );
            assert_eq!(row.run_start, Instant::NEVER);
            // One that sleeps has been woken no earlier.
            let sleeper = format!("{pc}off = \"sleep\"\n");
            assert_eq!(
                Lab::new(&[&sleeper, program, gone]).only().ending,
                Ending::NotOffered
            );
        }
    }
    // What cannot be looked up cannot be found out: it runs.
    let unreachable = "[[fault]]\nat = \"+20 h\"\nfor = \"5 h\"\nserver = [\"SMS\"]\n\
        roles = [\"client access point\"]\n";
    let pc = format!("{LEGACY}{day}poll_interval = \"1 h\"\n");
    let row = Lab::new(&[&pc, program, withdrawn, unreachable]).only();
    assert_eq!(
        (row.ending, row.run_start),
        (Ending::Installed, at(DAY)),
        "{row:?}"
    );
}

#[test]
fn a_removal_has_no_maximum_run_time_that_a_window_could_be_too_short_for() {
    let windows = "[site.hq]\nmaintenance = [{ from = \"22:00\", to = \"00:00\" }]\n";
    let short = "[program.p]\nmaximum_run_time = \"1 h\"\n";
    let warned = |more: &str| {
        let parts = PROGRAMS.replace("[program.p]\n", short);
        let text = format!("{windows}{LEGACY}{parts}{EXPIRES}{more}");
        let loaded = load_str(&text, &[]).expect("no errors");
        let mut all = loaded.warnings.list().iter();
        all.any(|problem| problem.code.name() == "no-window")
    };
    assert!(!warned(""));
    assert!(
        warned("[advertisement.remove]\n"),
        "it runs as a program, too"
    );
}

#[test]
fn a_program_that_succeeded_and_failed_at_a_later_time_is_removed_too() {
    // It succeeds at the first time, and has no room at the second.
    let again = "[advertisement.p]\nrecurs = \"1 d\"\nexpires = \"+36 h\"\n";
    let fails = "exit_codes = { 1603 = 0.5 }\n";
    let programs = PROGRAMS.replace("uninstall = ", &format!("{fails}uninstall = "));
    let rows: Vec<_> = (1..40)
        .map(|seed| {
            let seed = format!("seed={seed}");
            Lab::set(&[LEGACY, &programs, again], &[&seed, "horizon=3 d"]).only()
        })
        .collect();
    let told = |successes: u16| {
        let mut of = rows.iter().filter(move |row| row.successes == successes);
        assert!(of.clone().count() > 3);
        of.all(|row| (row.ending == Ending::Removed) == (successes > 0))
    };
    assert!(told(0) && told(1) && told(2), "{rows:?}");
}

/// The program is gone, and nothing waits for the restart.
/// The advertisement is found gone while a second time is under way, which may fail.
#[test]
fn a_program_that_succeeded_is_removed_when_a_later_time_that_was_under_way_is_over() {
    let again = "[advertisement.p]\nrecurs = \"1 d\"\nwithdrawn = \"+26 h\"\n";
    let long = "exit_codes = { 1603 = 0.5 }\ninstall_time = \"4 h\"\n";
    let programs = PROGRAMS.replace("install_time = \"10 min\"\n", long);
    let mut counts = [0; 3];
    for seed in 1..40 {
        let seed = format!("seed={seed}");
        let row = Lab::set(&[LEGACY, &programs, again], &[&seed, "horizon=3 d"]).only();
        assert_eq!(row.occurrences, 2);
        assert_eq!(row.ending == Ending::Removed, row.successes > 0, "{row:?}");
        counts[usize::from(row.successes)] += 1;
    }
    assert!(counts.iter().all(|count| *count > 3), "{counts:?}");
}

/// Its row says that it has failed up to the look at which the removal begins.
#[test]
fn a_program_that_failed_at_a_later_time_is_not_there_before_its_removal_begins() {
    let again = "[advertisement.p]\nrecurs = \"1 d\"\nexpires = \"+36 h\"\n";
    let fails = "exit_codes = { 1603 = 0.5 }\n";
    let programs = PROGRAMS.replace("uninstall = ", &format!("{fails}uninstall = "));
    let mut seen = 0;
    for seed in 1..40 {
        let seed = format!("seed={seed}");
        let lab = Lab::set(&[LEGACY, &programs, again], &[&seed, "horizon=3 d"]);
        let first = lab.replication.held.first().map(|held| held.from);
        if lab.only().successes != 1 || first != Some(at(600)) {
            continue;
        }
        seen += 1;
        let held = lab.replication.held.iter();
        let held: Vec<_> = held.map(|held| (held.from, held.until)).collect();
        let look = 36 * HOUR;
        let expected = [(at(600), at(DAY + 600)), (at(look), at(look + 300))];
        assert_eq!(held, expected);
    }
    assert!(seen > 3, "{seen}");
}

/// What waits for a user, a window or another program: the machine has the program
/// until it is removed, once.
#[test]
fn a_removal_that_waits_takes_nothing_from_the_machine_before_it_is_done() {
    let user = LEGACY.to_owned() + "sessions = { days = \"Mon\", jitter = \"0 s\" }\n";
    let wanted = "program.p.runs=only when a user is logged on";
    let rights = "program.p.rights=administrative";
    for (horizon, ending, until) in [
        ("3 d", Ending::Installed, None),
        ("9 d", Ending::Removed, Some(at(7 * DAY + 300))),
    ] {
        let horizon = format!("horizon={horizon}");
        let gone = WITHDRAWN.replace("+2 d", "+30 h");
        let lab = Lab::set(&[&user, PROGRAMS, &gone], &[wanted, rights, &horizon]);
        let row = lab.only();
        assert_eq!(row.ending, ending);
        let held: Vec<_> = lab.replication.held.iter().collect();
        let held = held.iter().map(|held| (held.from, held.until));
        let expected = until.map(|until| (row.run_end, until));
        assert_eq!(held.collect::<Vec<_>>(), Vec::from_iter(expected));
    }
}

#[test]
fn a_removal_is_told_by_the_row_of_the_time_that_has_installed_the_program() {
    // The third time has begun and waits for its moment of the start window.
    let window = "recurs = \"1 d\"\nstart_window = { length = \"20 h\", draw = \"fixed\" }\n";
    for end in [EXPIRES, WITHDRAWN] {
        let times = |at: &str| format!("{}{window}", end.replace("+2 d", at));
        for code in [0, 1603] {
            let codes = format!("program.remove.exit_codes={{ {code} = 1 }}");
            let tell = |at: &str| {
                let lab = Lab::set(&[LEGACY, PROGRAMS, &times(at)], &[&codes]);
                let row = lab.only();
                assert_eq!(row.occurrences, 2, "{at}");
                assert!(row.report > at_look(&lab), "{at}");
                (row.ending, row.cause, row.step, row.code, row.run_start)
            };
            assert_eq!(tell("+48 h 30 min"), tell("+47 h"), "{code}");
        }
    }
}

/// When the machine found the advertisement gone and began the removal.
fn at_look(lab: &Lab) -> Instant {
    removal_began(lab, "L1").unwrap_or_else(|| panic!("{:?}", lab.diary("L1")))
}

#[test]
fn a_removal_whose_code_asks_for_a_restart_has_succeeded() {
    let restarts = "program.remove.exit_codes={ 3010 = 1 }";
    let lab = Lab::set(&[LEGACY, PROGRAMS, EXPIRES], &[restarts]);
    let row = lab.only();
    assert_eq!(
        (row.ending, row.cause, row.code),
        (Ending::Removed, Cause::NoLongerAdvertised, Some(3010))
    );
    assert_eq!(lab.messages("L1")[3..], [10012, 10015]);
}

/// On from eight to eight.
const BY_DAY: &str =
    "availability = { days = \"Mon-Sun\", from = \"08:00\", to = \"20:00\", jitter = \"0 s\" }\n";

/// A restart that the installation has left outstanding comes all the same, whether the
/// removal ends before the machine is switched off, or is still waited for then.
#[test]
fn a_removal_in_vain_does_not_keep_a_machine_from_having_restarted() {
    let client = format!("{LEGACY}{BY_DAY}");
    let wants = "program.p.exit_codes={ 3010 = 1 }";
    let fails = "program.remove.exit_codes={ 1603 = 1 }";
    let pending = [
        "advertisement.p.expires=\"+2 h\"",
        "advertisement.p.withdrawn=\"+2 h\"",
    ];
    for end in pending {
        let row = |more: &[&str]| {
            let settings = [&[wants, fails, end], more].concat();
            Lab::set(&[&client, PROGRAMS, "[advertisement.p]\n"], &settings).only()
        };
        let told = |row: &rollcast::outcome::Outcome| (row.ending, row.cause, row.state);
        let removal = Cause::RemovalFailed;
        let before = row(&["horizon=11 h"]);
        let expected = (Ending::RestartPending, removal, ReportState::RebootPending);
        assert_eq!(told(&before), expected, "{end}");
        let after = row(&[]);
        let expected = (Ending::Installed, removal, ReportState::Succeeded);
        assert_eq!(told(&after), expected, "{end}");
        // The removal waits for a user who is there on the third day alone.
        let waits = [
            "program.p.runs=\"only when a user is logged on\"",
            "program.p.rights=\"administrative\"",
            "fleet.leg.sessions={ days = \"Mon, Wed\", from = \"08:00\", to = \"09:00\", jitter = \"0 s\" }",
        ];
        let after = row(&waits);
        assert_eq!(
            told(&after),
            (Ending::Installed, removal, ReportState::Succeeded),
            "{end}"
        );
    }
}
