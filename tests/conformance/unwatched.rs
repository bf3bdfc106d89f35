//! Programs that their client has stopped watching (10021): what comes of them is known
//! when they end, and not before.

use crate::lab::{ADVANCED, HOUR, LEGACY, Lab, PROGRAM, at};
use rollcast::model::Entry;
use rollcast::outcome::{Case, Cause, Ending, Outcome, look_for};
use rollcast::product::status;
use rollcast::units::Instant;

const BOTH: [(&str, &str); 2] = [("A1", ADVANCED), ("L1", LEGACY)];

/// From eight o'clock to one o'clock; the client watches until nine.
const FIVE_HOURS: &str = "maximum_run_time = \"1 h\"\n";

fn program() -> String {
    PROGRAM.replace("10 min", "5 h") + FIVE_HOURS
}

/// What the row of a job tells when the horizon is at so many hours.
fn told(parts: &[&str], machine: &str, ad: &str, hours: u64) -> Outcome {
    Lab::set(parts, &[&format!("horizon={hours} h")]).row(machine, ad)
}

#[test]
fn what_happens_before_its_end_does_not_depend_on_where_the_horizon_is() {
    let program = program();
    let needs = "[program.q]\nrights = \"administrative\"\nrun_first = \"p\"\n\
        runs = \"whether or not a user is logged on\"\ninstall_time = \"1 min\"\n\
        [advertisement.p]\n[advertisement.q]\nassigned = \"+2 h\"\n";
    for (machine, client) in BOTH {
        let row = |hours| told(&[client, &program, needs], machine, "q", hours);
        // It has not succeeded by ten o'clock, and is run first.
        for hours in [4, 5, 12, 24] {
            let row = row(hours);
            assert_eq!(
                (row.ending, row.cause, row.report),
                (Ending::Failed, Cause::DependencyFailed, at(3 * HOUR)),
                "{machine}, {hours} h"
            );
        }
        let later = needs.replace("+2 h", "+5 h");
        let row = told(&[client, &program, &later], machine, "q", 12);
        assert_eq!(
            (row.ending, row.run_start),
            (Ending::Installed, at(5 * HOUR))
        );
    }
}

/// What it leaves on the machine does not depend on who watches.
#[test]
fn it_leaves_on_the_machine_what_it_leaves_when_it_is_watched() {
    for (more, wanted) in [
        ("", (Ending::Installed, Cause::RunTimeExceeded)),
        (
            "msi = { build = \"per-user\" }\n",
            (Ending::ServiceProfile, Cause::PerUserIntoService),
        ),
        (
            "breakage = { share = 1, detected_after = \"1 h\" }\n",
            (Ending::Broken, Cause::BrokenAfterSuccess),
        ),
        (
            "exit_codes = { 3010 = 1 }\nbreakage = { share = 1, detected_after = \"1 h\" }\n",
            (Ending::Broken, Cause::BrokenAfterSuccess),
        ),
        (
            "exit_codes = { 1603 = 1 }\nbreakage = { share = 1, detected_after = \"1 h\" }\n",
            (Ending::Failed, Cause::RunTimeExceeded),
        ),
    ] {
        for (machine, client) in BOTH {
            let offer = "[advertisement.p]\n[advertisement.once]\nprogram = \"p\"\n\
                assigned = \"+9 h\"\nrerun = \"never\"\n";
            let unwatched = Lab::new(&[client, &program(), more, offer]);
            let row = unwatched.row(machine, "p");
            assert_eq!((row.ending, row.cause), wanted, "{machine} {more}");
            // Others of the machine tell the same.
            assert_eq!(unwatched.row(machine, "once").ending, row.ending, "{more}");
            let watched = Lab::set(
                &[client, &program(), more, offer],
                &["program.p.maximum_run_time=9 h"],
            );
            assert_eq!(watched.row(machine, "p").ending, row.ending, "{more}");
        }
    }
}

/// A restart for another program, and one for the end of the machine's day, is told.
#[test]
fn that_a_program_is_cut_short_is_told_whoever_watches() {
    let q = PROGRAM.replace("program.p", "program.q")
        + "after_running = \"SMS restarts computer\"\n[advertisement.p]\n\
           [advertisement.q]\nassigned = \"+2 h\"\n";
    for (machine, client) in BOTH {
        let lab = Lab::new(&[client, &program(), &q]);
        let told = lab.diary(machine).into_iter();
        let told: Vec<_> = told
            .filter(|(_, entry)| matches!(entry, Entry::Interrupted | Entry::RestartsFor(_)))
            .collect();
        // Ten minutes after two hours.
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told.iter().all(|(when, _)| *when == at(2 * HOUR + 600)));
        assert_eq!(lab.row(machine, "p").ending, Ending::Failed);
        // One that is watched, and a download.
        let noon = "availability = { days = \"Mon-Sun\", from = \"04:00\", to = \"11:00\", jitter = \"0 s\" }\n";
        let lab = Lab::new(&[client, noon, &program(), "[advertisement.p]\n"]);
        let told = lab.diary(machine).into_iter();
        let told = told.filter(|(_, entry)| matches!(entry, Entry::Interrupted));
        assert_eq!(told.count(), 1, "it goes off at eleven");
    }
}

#[test]
fn it_is_in_progress_until_it_ends() {
    let program = program();
    for (machine, client) in BOTH {
        let row = |hours| {
            told(
                &[client, &program, "[advertisement.p]\n"],
                machine,
                "p",
                hours,
            )
        };
        for hours in [1, 4] {
            let row = row(hours);
            assert_eq!(
                (row.ending, row.cause, row.run_end, row.code),
                (
                    Ending::InProgress,
                    Cause::RunTimeExceeded,
                    Instant::NEVER,
                    None
                )
            );
        }
        for hours in [5, 6] {
            let row = row(hours);
            assert_eq!(
                (row.ending, row.cause, row.run_end, row.report),
                (
                    Ending::Installed,
                    Cause::RunTimeExceeded,
                    at(5 * HOUR),
                    at(HOUR)
                )
            );
        }
    }
}

/// Whether it reads when its time is over or works makes no difference to others.
#[test]
fn a_program_that_works_on_is_to_others_as_one_that_reads_on() {
    let branch = "[site.br]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\n[package.p]\nsize = \"450 MB\"\n";
    let program = format!("{PROGRAM}maximum_run_time = \"30 min\"\n");
    let works = "program.p.install_time=70 min";
    let here = "package.p.size=0 B";
    for (machine, client) in BOTH {
        let client = format!("{client}sites = [\"br\"]\n");
        for rerun in ["never", "if failed"] {
            for (due, runs) in [(60, true), (80, false)] {
                let ads = format!(
                    "[advertisement.p]\non_remote = \"run\"\n[advertisement.b]\nprogram = \"p\"\n\
                    on_remote = \"run\"\nassigned = \"+{due} min\"\nrerun = \"{rerun}\"\n"
                );
                for settings in [&[] as &[&str], &[works, here]] {
                    let lab = Lab::set(&[branch, &client, &program, &ads], settings);
                    let first = lab.row(machine, "p");
                    assert_eq!(first.status_message, status::RUN_TIME_EXCEEDED);
                    let second = lab.row(machine, "b");
                    assert_eq!(
                        second.run_start.is_some(),
                        runs,
                        "{machine}, {rerun}, {due} min, {settings:?}: {second:?}"
                    );
                    if !runs {
                        assert_eq!(
                            (second.ending, second.cause, second.run_end),
                            (Ending::Installed, Cause::HasRunBefore, first.run_end)
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn what_it_supersedes_gives_way_when_it_ends() {
    let program = program();
    let parts = "supersedes = [\"old\"]\n[program.old]\n[advertisement.p]\nassigned = \"+1 h\"\n\
        [advertisement.old]\n";
    for (machine, client) in BOTH {
        let client = format!("{client}installed = {{ old = 1 }}\n");
        let parts = [client.as_str(), &program, parts];
        let superseded = told(&parts, machine, "old", 5);
        assert_eq!(
            (superseded.ending, superseded.cause),
            (Ending::Installed, Cause::Superseded)
        );
        let removed = told(&parts, machine, "old", 12);
        assert_eq!(
            (removed.ending, removed.cause),
            (Ending::Removed, Cause::Replaced)
        );
        let diary = Lab::new(&parts).diary(machine);
        let gone = diary
            .iter()
            .find(|(_, entry)| matches!(entry, Entry::Gone(Cause::Replaced)));
        assert_eq!(gone.map(|(at, _)| *at), Some(at(6 * HOUR)));
    }
}

#[test]
fn a_machine_that_is_switched_off_before_its_end_loses_it() {
    let program = program();
    let hours = "availability = { days = \"Mon-Sun\", from = \"06:00\", to = \"12:00\", jitter = \"0 s\" }\n";
    for (machine, client) in BOTH {
        let on = format!("{client}{hours}");
        let sleeps = format!("{on}off = \"sleep\"\n");
        let ad = "[advertisement.p]\n";
        let row = |client: &str, hours| told(&[client, &program, ad], machine, "p", hours);
        assert_eq!(row(&on, 3).ending, Ending::InProgress);
        let lost = row(&on, 12);
        assert_eq!(
            (lost.ending, lost.cause, lost.run_end, lost.code),
            (Ending::Failed, Cause::RunTimeExceeded, at(4 * HOUR), None)
        );
        // A machine that sleeps from noon to six goes on with it.
        let wakes = row(&sleeps, 48);
        assert_eq!(
            (wakes.ending, wakes.run_end),
            (Ending::Installed, at(23 * HOUR))
        );
        // Switched off just when the time is over: it starts again at six.
        let just = Lab::set(&[&on, &program, ad], &["program.p.maximum_run_time=4 h"]);
        let just = just.row(machine, "p");
        assert_eq!(
            (just.ending, just.run_start, just.run_end),
            (Ending::Installed, at(22 * HOUR), at(27 * HOUR))
        );
    }
}

#[test]
fn a_program_to_run_first_is_under_way_until_it_ends() {
    let program = program();
    let needs = "[program.q]\nrights = \"administrative\"\nrun_first = \"p\"\n\
        runs = \"whether or not a user is logged on\"\ninstall_time = \"1 min\"\n\
        [advertisement.q]\nassigned = \"+0 s\"\nrecurs = \"1 h\"\n";
    for (machine, client) in BOTH {
        // It ends at one o'clock, and the next time is two: it has succeeded by then.
        let first = (Cause::DependencyFailed, at(0), at(5 * HOUR));
        let next = (Cause::None, at(6 * HOUR), at(6 * HOUR + 60));
        for (hours, expected) in [(5, first), (7, next)] {
            let row = told(&[client, &program, needs], machine, "q", hours);
            assert_eq!(
                (row.cause, row.run_start, row.run_end),
                expected,
                "{machine}, {hours} h"
            );
        }
    }
}

#[test]
fn a_machine_that_is_switched_off_and_on_has_restarted_after_it_too() {
    let wants = program() + "exit_codes = { 3010 = 1 }\n";
    let by_day = "availability = { days = \"Mon-Sun\", from = \"06:00\", to = \"20:00\", \
        jitter = \"0 s\" }\n";
    for (machine, client) in BOTH {
        let row = |more: &str, hours| {
            let client = format!("{client}{more}");
            told(
                &[&client, &wants, "[advertisement.p]\n"],
                machine,
                "p",
                hours,
            )
        };
        assert_eq!(row(by_day, 20).ending, Ending::RestartPending);
        let restarted = row(by_day, 23);
        assert_eq!(
            (restarted.ending, restarted.cause, restarted.run_end),
            (Ending::Installed, Cause::RunTimeExceeded, at(5 * HOUR)),
            "{machine}"
        );
        let slept = row(&format!("{by_day}off = \"sleep\"\n"), 23);
        assert_eq!(slept.ending, Ending::RestartPending);
    }
}

/// The client has stopped watching, and writes nothing about the end of the program.
#[test]
fn no_line_of_a_log_tells_how_it_ended() {
    let program = program();
    for (machine, client) in BOTH {
        for codes in ["", "exit_codes = { 1603 = 1 }\n"] {
            let ends = format!("{program}{codes}");
            let lab = Lab::new(&[client, &ends, "[advertisement.p]\n"]);
            let outcome = lab.row(machine, "p");
            assert_eq!(outcome.cause, Cause::RunTimeExceeded, "{machine} {codes}");
            let case = Case {
                world: &lab.world,
                id: lab.machine(machine),
                machine,
                advertisement: &lab.world.advertisements[0],
                outcome: &outcome,
            };
            assert_eq!(look_for(&case), Vec::<String>::new(), "{machine} {codes}");
        }
    }
}
