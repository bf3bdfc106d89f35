//! Clocks that are wrong: Kerberos (`TechNet` cc780011, KB 956627), and what a
//! client does at a time of day.

use crate::lab::{ADVANCED, HOUR, LEGACY, Lab, PROGRAM, at, complaints};
use rollcast::model::Entry;
use rollcast::outcome::{Cause, Ending, Step};
use rollcast::scenario::load_str;

fn wrong(whose: &str, clock: &str, rest: &str) -> String {
    format!("[[fault]]\nat = \"+0 s\"\n{whose}\nclock = \"{clock}\"\n{rest}")
}

const MACHINES: &str = "machine = [\"*1\"]";
const SERVER: &str = "server = [\"SMS\"]";

#[test]
fn cc780011_more_than_five_minutes_are_too_much_for_a_ticket_either_way() {
    for (clock, installed) in [
        ("+5 min", true),
        ("+301 s", false),
        ("-5 min", true),
        ("-2 h", false),
    ] {
        for whose in [MACHINES, SERVER] {
            let lab = Lab::set(
                &[ADVANCED, PROGRAM, &wrong(whose, clock, "")],
                &["horizon=1 d"],
            );
            let row = lab.only();
            if installed {
                assert_eq!(row.ending, Ending::Installed, "{whose} {clock}");
            } else {
                assert_eq!(
                    (row.ending, row.cause, row.code),
                    (Ending::Retrying, Cause::ClockSkew, Some(1398)),
                    "{whose} {clock}"
                );
                assert_eq!(row.step, Step::Connection);
            }
        }
    }
}

/// Named accounts come by NTLM: the Network Access Account after the computer
/// account, and the Client Connection account of a Legacy Client.
#[test]
fn accounts_with_a_password_get_in_whatever_the_clock_says() {
    let naa = "[accounts]\nnetwork_access = 'CORP\\naa'\n";
    let lab = Lab::new(&[naa, ADVANCED, PROGRAM, &wrong(MACHINES, "+1 h", "")]);
    let row = lab.only();
    assert_eq!(
        (row.ending, lab.account(row.network).as_str()),
        (Ending::Installed, r"CORP\naa")
    );
    let refused = lab.diary("A1").into_iter().any(|(_, entry)| {
        matches!(entry, Entry::Attempt { result: Err(refusal), .. } if refusal.code == 1398)
    });
    assert!(refused, "after the computer account");
    let legacy = Lab::new(&[LEGACY, PROGRAM, &wrong(MACHINES, "+1 h", "")]).only();
    assert_eq!(legacy.ending, Ending::Installed);
    // A program of the user comes as the user, whose ticket is no better.
    let user = "[program.p]\nrights = \"user\"\nneeds_administrator = false\n";
    let row = Lab::set(
        &[ADVANCED, user, &wrong(MACHINES, "+1 h", "")],
        &["horizon=1 d"],
    )
    .only();
    assert_eq!(row.cause, Cause::ClockSkew);
}

#[test]
fn outside_active_directory_no_clock_is_looked_at() {
    let text = format!(
        "[domain.NT]\nkind = \"windows nt 4.0\"\n[site.hq]\n[server.SMS]\n\
         roles = [\"management point\", \"client access point\", \"distribution point\"]\n\
         [fleet.pc]\ncount = 1\n[program.p]\nrights = \"user\"\nneeds_administrator = false\n{}",
        wrong("site = [\"hq\"]", "+1 h", "")
            .replace("site", "machine")
            .replace("hq", "*")
    );
    assert_eq!(Lab::of(&text, &[]).only().ending, Ending::Installed);
}

/// KB 956627: the machine takes the time from the controller's answer; a server
/// whose own clock is wrong refuses it all the same.
#[test]
fn kb956627_a_machine_may_correct_itself_and_a_server_does_not() {
    let corrected = "[rules]\nclock_skew_corrected = true\n";
    let row = |whose| {
        let parts = [corrected, ADVANCED, PROGRAM, &wrong(whose, "+1 h", "")];
        Lab::set(&parts, &["horizon=1 d"]).only()
    };
    assert_eq!(row(MACHINES).ending, Ending::Installed);
    assert_eq!(row(SERVER).cause, Cause::ClockSkew);
}

/// All of a site are wrong together: they agree with each other, and not with a
/// controller elsewhere.
#[test]
fn clocks_that_are_wrong_together_agree() {
    let branch = "[site.branch]\nparent = \"hq\"\nslow_boundary = false\n\
        [server.BR-DC]\nsite = \"branch\"\nroles = [\"domain controller\"]\n\
        [server.BR-DP]\nsite = \"branch\"\nroles = [\"distribution point\"]\n\
        [server.HQ-DC]\nsite = \"hq\"\nroles = [\"domain controller\"]\n\
        [package.p]\ndistribution_points = [\"BR-DP\"]\n";
    let there = "sites = [\"branch\"]\n";
    let off = wrong("site = [\"branch\"]", "+1 h", "");
    let row = |more: &str| {
        Lab::set(
            &[branch, ADVANCED, there, PROGRAM, &off, more],
            &["horizon=1 d"],
        )
        .only()
    };
    assert_eq!(row("").ending, Ending::Installed);
    let without = "[[fault]]\nat = \"+0 s\"\nserver = [\"BR-DC\"]\n";
    assert_eq!(row(without).cause, Cause::ClockSkew);
}

#[test]
fn when_the_clock_is_set_right_the_next_try_gets_through() {
    let off = wrong(MACHINES, "+1 h", "for = \"45 min\"\n");
    let row = Lab::new(&[ADVANCED, PROGRAM, &off]).only();
    // Tries every ten minutes.
    assert_eq!((row.run_start, row.attempts), (at(50 * 60), 6));
}

const DUE: &str = "[advertisement.p]\nassigned = \"+6 h\"\n";

/// What is assigned to a time runs at that time by the client's own clock.
#[test]
fn an_assignment_comes_early_where_the_clock_is_ahead_and_late_where_it_is_behind() {
    for client in [ADVANCED, LEGACY] {
        let naa = "[accounts]\nnetwork_access = 'CORP\\naa'\n";
        let start = |fault: &str| {
            Lab::new(&[naa, client, PROGRAM, DUE, fault])
                .only()
                .run_start
        };
        assert_eq!(start(""), at(6 * HOUR));
        assert_eq!(start(&wrong(MACHINES, "+2 h", "")), at(4 * HOUR));
        assert_eq!(start(&wrong(MACHINES, "-2 h", "")), at(8 * HOUR));
        // Set right before its time; and after it, when it is overdue.
        let right = |hours: u64| wrong(MACHINES, "-2 h", &format!("for = \"{hours} h\"\n"));
        assert_eq!(start(&right(5)), at(6 * HOUR));
        assert_eq!(start(&right(7)), at(7 * HOUR));
        // The server's clock is none of the client's business here.
        assert_eq!(
            start(&wrong("server = [\"SMS\"]", "+4 min", "")),
            at(6 * HOUR)
        );
    }
}

#[test]
fn a_maintenance_window_opens_by_the_clock_of_the_machine() {
    let window =
        "maintenance = [{ days = \"Mon\", from = \"12:00\", to = \"14:00\", must_fit = false }]\n";
    for client in [ADVANCED, LEGACY] {
        let naa = "[accounts]\nnetwork_access = 'CORP\\naa'\n";
        let start = |fault: &str| {
            let parts = [naa, client, window, PROGRAM, fault];
            Lab::new(&parts).only().run_start
        };
        // The lab starts on a Monday at 08:00.
        assert_eq!(start(""), at(4 * HOUR));
        assert_eq!(start(&wrong(MACHINES, "+3 h", "")), at(HOUR));
        assert_eq!(start(&wrong(MACHINES, "-3 h", "")), at(7 * HOUR));
        assert_eq!(
            start(&wrong(MACHINES, "-3 h", "for = \"90 min\"\n")),
            at(4 * HOUR)
        );
    }
}

/// What a row tells does not depend on when its machine last looked.
#[test]
fn a_machine_that_is_off_while_no_window_is_open_misses_none() {
    let by_day = "availability = { days = \"Mon-Sun\", from = \"07:00\", to = \"17:00\", jitter = \"0 s\" }\n";
    let at_night =
        "[[fault]]\nat = \"+11 h\"\nfor = \"1 h\"\nmachine = [\"*\"]\nclock = \"+0 s\"\n";
    for client in [ADVANCED, LEGACY] {
        let cause = |window: &str, fault: &str, horizon: &str| {
            let window = format!("maintenance = [{{ from = \"{window}\" }}]\n");
            let parts = [client, by_day, &window, PROGRAM, fault];
            Lab::set(&parts, &[&format!("horizon={horizon}")])
                .only()
                .cause
        };
        for fault in ["", at_night] {
            // The maximum run time of twelve hours does not fit.
            let short = "09:00\", to = \"10:00";
            assert_eq!(cause(short, fault, "20 h"), Cause::OutsideWindow);
            // It opens at ten in the evening, when the machine is off.
            let night = "22:00\", to = \"12:00";
            assert_eq!(cause(night, fault, "13 h"), Cause::OutsideWindow);
            assert_eq!(cause(night, fault, "20 h"), Cause::MachineOff);
        }
    }
}

#[test]
fn an_advertisement_expires_by_the_clock_of_the_machine() {
    let expires = "[advertisement.p]\nexpires = \"+30 d\"\n";
    let row = |clock| Lab::new(&[LEGACY, PROGRAM, expires, &wrong(MACHINES, clock, "")]).only();
    assert_eq!(row("+29 d").ending, Ending::Installed);
    let year = row("+365 d");
    assert_eq!(
        (year.ending, year.status_message),
        (Ending::Rejected, 10019)
    );
}

#[test]
fn explain_says_that_the_clock_is_wrong() {
    let lab = Lab::new(&[LEGACY, PROGRAM, &wrong(MACHINES, "-2 h", "")]);
    let wrong_by = |(_, entry): &(_, Entry)| *entry == Entry::ClockOff(-7_200_000_000);
    assert!(lab.diary("L1").iter().any(wrong_by));
}

#[test]
fn only_the_machines_named_are_concerned() {
    let many = LEGACY.replace("count = 1", "count = 12");
    let lab = Lab::new(&[
        &many,
        PROGRAM,
        DUE,
        &wrong("machine = [\"L1\", \"L1?\"]", "+2 h", ""),
    ]);
    for (machine, _, row) in lab.rows() {
        let early = ["L1", "L10", "L11", "L12"].contains(&machine);
        let due = if early { at(4 * HOUR) } else { at(6 * HOUR) };
        assert_eq!(row.run_start, due, "{machine}");
    }
}

#[test]
fn clock_faults_that_say_too_little_are_errors() {
    let text = complaints(&["[[fault]]\nat = \"+0 s\"\nclock = \"+1 h\"\n"]);
    assert!(text.contains("not whose"), "{text}");
    let text = complaints(&["[[fault]]\nat = \"+0 s\"\nmachine = [\"A1\"]\n"]);
    assert!(text.contains("does not say what is wrong"), "{text}");
    let text = complaints(&[LEGACY, &wrong("machine = [\"X*\"]", "+1 h", "")]);
    assert!(text.contains("no machine is called `X*`"), "{text}");
    let text = complaints(&[&wrong(SERVER, "1 h", "")]);
    assert!(text.contains("has no sign"), "{text}");
}

#[test]
fn faults_that_concern_nothing_are_warnings() {
    let warns = |parts: &str, message: &str| {
        let text = format!("{}{LEGACY}{PROGRAM}{parts}", crate::lab::HQ);
        let loaded = load_str(&text, &[]).expect("no errors");
        let said = loaded.warnings.render(false);
        assert!(said.contains(message), "{message}: {said}");
    };
    warns(&wrong(SERVER, "+4 min", ""), "changes nothing");
    warns(
        "[[fault]]\nat = \"+20 d\"\nserver = [\"SMS\"]\n",
        "begins after the horizon",
    );
    warns(
        "[server.IDLE]\nsite = \"hq\"\n[[fault]]\nat = \"+0 s\"\nserver = [\"IDLE\"]\n",
        "the server has no role",
    );
    warns(
        "[[fault]]\nat = \"+0 s\"\naccount = 'CORP\\naa'\n",
        "no client is handed this account",
    );
    warns(
        "[[fault]]\nat = \"+0 s\"\ntoken_account = \"CORP\"\n",
        "no machine is affected by the fault of the token account of `CORP`",
    );
    warns(
        "[server.DP]\nsite = \"hq\"\nroles = [\"distribution point\"]\n[package.package]\ndistribution_points = [\"SMS\"]\n\
         [[fault]]\nat = \"+0 s\"\npackage = \"package\"\ndistribution_points = [\"DP\"]\n",
        "is not on `DP`",
    );
}

#[test]
fn an_assignment_comes_round_once_on_a_machine_whose_clock_is_ahead() {
    let daily = "[advertisement.p]\nassigned = \"+2 h\"\nrecurs = \"1 d\"\n";
    let ahead = wrong(MACHINES, "+4 min", "");
    let row = Lab::set(&[ADVANCED, PROGRAM, daily, &ahead], &["horizon=3 d"]).only();
    assert_eq!(row.occurrences, 3);
    assert_eq!(row.run_start, at(48 * HOUR + 2 * HOUR - 240));
}
