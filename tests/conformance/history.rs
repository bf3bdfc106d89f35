//! What a program has come to on a machine is one record, whatever it ran for: other
//! rows of the machine tell the same after a chain as after an advertisement of its own.

use crate::lab::{ADVANCED, HOUR, LEGACY, Lab, PROGRAM, at};
use rollcast::outcome::{Actor, Cause, Ending, Outcome, ReportState};
use rollcast::units::Instant;

const BOTH: [(&str, &str); 2] = [("A1", ADVANCED), ("L1", LEGACY)];

/// Off from two to four in the morning.
const NIGHT: &str =
    "availability = { days = \"Mon-Sun\", from = \"04:00\", to = \"02:00\", jitter = \"0 s\" }\n";

/// Off from ten to eleven in the morning, in the middle of what works for three hours.
const NOON: &str =
    "availability = { days = \"Mon-Sun\", from = \"11:00\", to = \"10:00\", jitter = \"0 s\" }\n";

/// It works for three hours, and its client watches for one.
const UNWATCHED: &str = "install_time = \"3 h\"\nmaximum_run_time = \"1 h\"\n";

/// A program named `name` that runs under any condition, with `more` of its own.
fn program(name: &str, more: &str) -> String {
    let head = PROGRAM.replace("program.p", &format!("program.{name}"));
    if more.contains("install_time") {
        head.replace("install_time = \"10 min\"\n", more)
    } else {
        head + more
    }
}

/// The machine has run `base` an hour after the start, in the chain of another program or
/// by an advertisement of its own; then there are `others`.
fn after((in_chain, client): (bool, &str), base: &str, others: &str, settings: &[&str]) -> Lab {
    let first = if in_chain {
        let top = program("top", "run_first = \"base\"\n");
        format!("{top}[advertisement.top]\nassigned = \"+1 h\"\n")
    } else {
        "[advertisement.first]\nprogram = \"base\"\nassigned = \"+1 h\"\n".to_owned()
    };
    Lab::set(&[client, &program("base", base), &first, others], settings)
}

/// What a row tells of the program and its machine.
fn told(row: &Outcome) -> (Ending, Cause, Option<u32>, Instant, Instant, Actor) {
    let ran = (row.run_start, row.run_end);
    (row.ending, row.cause, row.code, ran.0, ran.1, row.executing)
}

#[test]
fn other_rows_tell_the_same_after_a_chain_as_after_an_advertisement_of_its_own() {
    let fails = "exit_codes = { 1603 = 1 }\n";
    let wants = "exit_codes = { 3010 = 1 }\n";
    let cases = [
        (String::new(), ""),
        (fails.to_owned(), ""),
        (wants.to_owned(), ""),
        (wants.to_owned(), NIGHT),
        ("msi = { build = \"per-user\" }\n".to_owned(), ""),
        ("after_running = \"SMS restarts computer\"\n".to_owned(), ""),
        (
            "breakage = { share = 1, detected_after = \"4 h\" }\n".to_owned(),
            "",
        ),
        (UNWATCHED.to_owned(), ""),
        (format!("{UNWATCHED}{fails}"), ""),
        (format!("{UNWATCHED}{wants}"), ""),
        (format!("{UNWATCHED}{wants}"), NIGHT),
        (UNWATCHED.to_owned(), NOON),
    ];
    for (base, presence) in &cases {
        for rerun in ["never", "if failed", "if succeeded", "always"] {
            for tracked in ["", "installed = { another = 1 }\n"] {
                let others = format!(
                    "{}{}[advertisement.base]\nassigned = \"+6 h\"\nrerun = \"{rerun}\"\n\
                    [advertisement.other]\nassigned = \"+12 h\"\n",
                    program("other", "run_first = \"base\"\n"),
                    program("another", ""),
                );
                for (machine, client) in BOTH {
                    let client = format!("{client}{presence}{tracked}");
                    let of = |in_chain| after((in_chain, &client), base, &others, &[]);
                    let (chain, own) = (of(true), of(false));
                    for row in ["base", "other"] {
                        assert_eq!(
                            told(&chain.row(machine, row)),
                            told(&own.row(machine, row)),
                            "{machine}, {row}: {base}{presence}{tracked}{rerun}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn what_a_program_has_come_to_is_told_of_it_when_it_is_not_run_again() {
    let end = at(HOUR + HOUR / 6);
    for (base, rerun, ending, run_end) in [
        (
            "exit_codes = { 1603 = 1 }\n",
            "never",
            Ending::Failed,
            Instant::NEVER,
        ),
        (
            "exit_codes = { 3010 = 1 }\n",
            "if failed",
            Ending::RestartPending,
            end,
        ),
        (
            "msi = { build = \"per-user\" }\n",
            "if failed",
            Ending::ServiceProfile,
            end,
        ),
        (
            "breakage = { share = 1, detected_after = \"4 h\" }\n",
            "if failed",
            Ending::Broken,
            end,
        ),
        (UNWATCHED, "never", Ending::Installed, at(4 * HOUR)),
    ] {
        let others = format!("[advertisement.base]\nassigned = \"+6 h\"\nrerun = \"{rerun}\"\n");
        for in_chain in [true, false] {
            let row = after((in_chain, ADVANCED), base, &others, &[]).row("A1", "base");
            assert_eq!(
                (row.ending, row.cause, row.run_start, row.run_end),
                (ending, Cause::HasRunBefore, Instant::NEVER, run_end),
                "{base}, in a chain: {in_chain}"
            );
        }
    }
}

/// A restart for one program is a restart for all of the machine.
#[test]
fn a_superseded_row_tells_what_another_run_has_left_on_the_machine() {
    let new = "[program.new]\nsupersedes = [\"base\"]\n[advertisement.new]\n\
               available = \"+5 h\"\nassigned = \"+9 d\"\n";
    let late = "[advertisement.late]\nprogram = \"base\"\nassigned = \"+20 h\"\n";
    for base in [
        "",
        "exit_codes = { 3010 = 1 }\n",
        "exit_codes = { 1603 = 1 }\n",
        "msi = { build = \"per-user\" }\n",
        "breakage = { share = 1, detected_after = \"1 h\" }\n",
        UNWATCHED,
    ] {
        for (in_chain, (machine, client)) in [(true, BOTH[0]), (false, BOTH[0]), (true, BOTH[1])] {
            let lab = after((in_chain, client), base, &format!("{new}{late}"), &[]);
            let row = lab.row(machine, "late");
            let state = (row.cause, row.state);
            assert_eq!(state, (Cause::Superseded, ReportState::Canceled), "{base}");
            let again = "advertisement.late.rerun=\"never\"";
            let again = &[again, "advertisement.late.assigned=\"+4 h 30 min\""];
            let alike = after((in_chain, client), base, late, again);
            let alike = alike.row(machine, "late");
            if alike.ending == Ending::Failed {
                assert_eq!(
                    (row.ending, row.run_end),
                    (Ending::NotTaken, Instant::NEVER)
                );
                continue;
            }
            assert_eq!(row.ending, alike.ending, "{base}");
            assert_eq!(row.run_end, alike.run_end, "{base}");
            assert_eq!(row.executing, alike.executing, "{base}");
        }
    }
}

#[test]
fn what_is_there_before_counts_from_when_the_new_program_is_heard_of() {
    let new = "[program.new]\nsupersedes = [\"base\"]\n[advertisement.new]\n\
               available = \"+30 h\"\nassigned = \"+9 d\"\n";
    let late = "[advertisement.late]\nprogram = \"base\"\nassigned = \"+40 h\"\n";
    let by = |by: &str| {
        let objective = format!("[objective.late]\nadvertisement = \"late\"\nby = \"{by}\"\n");
        let there = "[fleet.adv]\ninstalled = { base = 1 }\n";
        let client = ADVANCED.replace("[fleet.adv]\n", there);
        let lab = Lab::new(&[&client, &program("base", ""), new, late, &objective]);
        let row = lab.row("A1", "late");
        assert_eq!(
            (row.ending, row.cause),
            (Ending::Installed, Cause::Superseded)
        );
        rollcast::results::is_met(&lab.world, &lab.world.objectives[0], &lab.replication)
    };
    assert_eq!((by("+20 h"), by("+40 h")), (Some(false), Some(true)));
}

#[test]
fn a_row_that_tells_what_another_has_come_to_follows_it_through_a_restart() {
    let wants = "exit_codes = { 3010 = 1 }\n";
    let base = "[advertisement.base]\nassigned = \"+6 h\"\nrerun = \"if failed\"\n";
    let restarts = program("r", "after_running = \"SMS restarts computer\"\n");
    let later = |due: &str| format!("{base}{restarts}[advertisement.r]\nassigned = \"{due}\"\n");
    let (before, behind) = (later("+3 h"), later("+9 h"));
    let new = "[program.new]\nsupersedes = [\"base\"]\n[advertisement.new]\n\
               available = \"+4 h\"\nassigned = \"+9 d\"\n";
    for (machine, client) in BOTH {
        let by_night = format!("{client}{NIGHT}");
        let sleeps = format!("{by_night}off = \"sleep\"\n");
        for in_chain in [true, false] {
            for (client, others, hours, ending) in [
                (by_night.as_str(), base, 12, Ending::RestartPending),
                (&by_night, base, 24, Ending::Installed),
                (&sleeps, base, 24, Ending::RestartPending),
                (client, &before, 12, Ending::Installed),
                (client, &behind, 8, Ending::RestartPending),
                (client, &behind, 12, Ending::Installed),
            ] {
                let horizon = format!("horizon={hours} h");
                for (also, cause) in [("", Cause::HasRunBefore), (new, Cause::Superseded)] {
                    // Whether it is run again would be asked first.
                    let rerun = "rerun = \"if failed\"\n";
                    let others = match cause {
                        Cause::Superseded => others.replace(rerun, also),
                        _ => others.to_owned(),
                    };
                    let lab = after((in_chain, client), wants, &others, &[&horizon]);
                    let row = lab.row(machine, "base");
                    assert_eq!(
                        (row.ending, row.cause),
                        (ending, cause),
                        "{machine}, {hours} h, in a chain: {in_chain}, {others}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_removal_that_its_client_no_longer_watches_takes_the_program_away_when_it_ends() {
    let old = program("old", "uninstall = \"rm\"\n");
    let rm = program("rm", UNWATCHED);
    let new = program("new", "supersedes = [\"old\"]\nuninstall_first = true\n");
    let later =
        "[advertisement.old]\navailable = \"+7 h\"\nassigned = \"+8 h\"\nrerun = \"never\"\n";
    for (machine, client) in BOTH {
        let has = format!("{client}installed = {{ old = 1 }}\n");
        let chain = [
            &has,
            &old,
            &rm,
            &new,
            later,
            "[advertisement.new]\nassigned = \"+1 h\"\n",
        ];
        let own = [
            &has,
            &old,
            &rm,
            later,
            "[advertisement.rm]\nassigned = \"+1 h\"\n",
        ];
        for parts in [&chain[..], &own] {
            let row = Lab::new(parts).row(machine, "old");
            assert_eq!(
                (row.ending, row.cause),
                (Ending::Removed, Cause::HasRunBefore),
                "{machine}"
            );
        }
    }
}

#[test]
fn the_last_run_of_a_program_is_its_history() {
    let base = "[advertisement.base]\nassigned = \"+12 h\"\nrerun = \"if failed\"\n";
    // It comes round at nine, at noon and at three o'clock.
    let again = format!("recurs = \"3 h\"\nexpires = \"+8 h\"\n{base}");
    for (machine, client) in BOTH {
        let row = after((false, client), "", &again, &[]).row(machine, "base");
        assert_eq!(
            (row.ending, row.cause, row.run_start),
            (Ending::Installed, Cause::HasRunBefore, Instant::NEVER),
            "{machine}"
        );
        assert!(row.run_end > at(7 * HOUR), "{machine}: {row:?}");
    }
}

#[test]
fn a_program_that_was_seen_to_succeed_in_a_chain_is_removed_when_it_is_no_longer_advertised() {
    let box_of = "uninstall_when_not_advertised = true\nuninstall = \"rm\"\n";
    let base = "[advertisement.base]\nassigned = \"+6 h\"\nrerun = \"if failed\"\n\
        withdrawn = \"+12 h\"\n";
    let base = &(program("rm", "") + base);
    let gone = ["advertisement.first.withdrawn=\"+8 h\""];
    let unwatched = format!("{box_of}{UNWATCHED}");
    for (spec, ending, cause) in [
        (box_of, Ending::Removed, Cause::NoLongerAdvertised),
        (&unwatched, Ending::Installed, Cause::HasRunBefore),
    ] {
        for (in_chain, settings) in [(true, &[][..]), (false, &gone)] {
            let row = after((in_chain, LEGACY), spec, base, settings).row("L1", "base");
            assert_eq!(
                (row.ending, row.cause),
                (ending, cause),
                "{spec}, {in_chain}"
            );
        }
    }
    let stays = after((true, ADVANCED), box_of, base, &[]).row("A1", "base");
    assert_eq!(stays.ending, Ending::Installed);
}

/// A client that has found no point asks on, and each question comes after those about the
/// machine itself: what another advertisement has come to is found at the next of them.
#[test]
fn a_client_that_waits_for_content_finds_out_that_its_program_has_run() {
    let base = "horizon = \"1 d\"\n[site.hq]\n[site.br]\nparent = \"hq\"\n\
        [server.DP]\nsite = \"hq\"\nroles = [\"distribution point\"]\n\
        [fleet.pc]\ncount = 1\nname = \"A{number}\"\nsites = [\"br\"]\n\
        [package.p]\n[program.p]\nrights = \"administrative\"\n\
        runs = \"whether or not a user is logged on\"\ninstall_time = \"10 min\"\n\
        [advertisement.far]\nprogram = \"p\"\nrerun = \"never\"\n\
        [advertisement.p]\non_remote = \"run\"\nassigned = \"+6 h\"\n";
    for ending in [Ending::Installed, Ending::Failed] {
        let text = if ending == Ending::Failed {
            base.replace(
                "[advertisement.far]",
                "exit_codes = { 1603 = 1 }\n[advertisement.far]",
            )
        } else {
            base.to_owned()
        };
        let lab = Lab::of(&text, &[]);
        let (row, own) = (lab.row("A1", "far"), lab.row("A1", "p"));
        assert_eq!((row.ending, row.cause), (ending, Cause::HasRunBefore));
        assert!(own.run_end > at(6 * HOUR) && own.ending == ending);
        let found = row.report;
        assert!(found > own.run_end && found <= own.run_end + rollcast::units::Span::from_hours(1));
    }
}
