//! The verify cycle of the Legacy Client ends what runs (KB Q283130).

use crate::lab::{ADVANCED, DAY, HOUR, LEGACY, Lab, PROGRAM, at};
use rollcast::model::Entry;
use rollcast::outcome::{Cause, Ending, ReportState};
use rollcast::units::{Instant, Size};

const CYCLE: &str = "rules.verify_cycle=30 d";
/// Three days of a month.
const LONG: [&str; 3] = [
    "program.p.install_time=3 d",
    "program.p.maximum_run_time=9 d",
    "horizon=5 d",
];

fn many(client: &str) -> String {
    client.replace("count = 1", "count = 400")
}

#[test]
fn q283130_a_program_that_meets_the_verify_cycle_is_never_heard_of_again() {
    let settings = [&[CYCLE][..], &LONG].concat();
    let lab = Lab::set(&[&many(LEGACY), PROGRAM], &settings);
    let mut ended = 0;
    for (machine, _, row) in lab.rows() {
        if row.ending == Ending::Installed {
            assert_eq!(row.run_end, at(3 * DAY));
            continue;
        }
        ended += 1;
        assert_eq!(
            (row.ending, row.cause),
            (Ending::Failed, Cause::KilledByVerify)
        );
        assert_eq!(
            (row.state, row.status_message),
            (ReportState::Running, 10005)
        );
        assert!(!row.report.is_some() && row.code.is_none());
        assert!(at(0) < row.run_end && row.run_end <= at(3 * DAY));
        if ended == 1 {
            assert_eq!(
                lab.messages(machine),
                [10002, 10005],
                "neither 10006 nor 10007"
            );
            let told = |(_, entry): &(Instant, Entry)| *entry == Entry::EndedByVerification;
            assert!(lab.diary(machine).iter().any(told));
        }
    }
    // Phases are even over thirty days: one machine in ten meets it in three.
    assert!((22..58).contains(&ended), "{ended}");
}

#[test]
fn by_default_and_on_advanced_clients_nothing_is_ended() {
    let settings = [&[CYCLE][..], &LONG].concat();
    let advanced = Lab::set(&[&many(ADVANCED), PROGRAM], &settings);
    assert!(
        advanced
            .rows()
            .all(|(_, _, row)| row.ending == Ending::Installed)
    );
    let default = Lab::set(&[&many(LEGACY), PROGRAM], &LONG);
    assert!(
        default
            .rows()
            .all(|(_, _, row)| row.ending == Ending::Installed)
    );
}

/// A program that reads its package is stopped as well, and takes no more bytes.
#[test]
fn a_program_that_is_reading_its_package_is_ended_too() {
    let slow = LEGACY.to_owned() + "access = \"1 kbit/s\"\n";
    let settings = ["rules.verify_cycle=2 d", "package.p.size=100 MB"];
    let lab = Lab::set(&[&slow, PROGRAM], &settings);
    let row = lab.only();
    assert_eq!(
        (row.ending, row.cause),
        (Ending::Failed, Cause::KilledByVerify)
    );
    let seconds = row.run_end.0 / 1_000_000;
    assert!(row.downloaded > Size(0) && row.downloaded.0.abs_diff(seconds * 125) <= 125);
}

#[test]
fn the_machine_is_free_for_the_next_program_and_an_assignment_that_comes_round_runs_again() {
    let ads = "[advertisement.p]\nrecurs = \"4 d\"\n[advertisement.q]\nprogram = \"p\"\nassigned = \"+1 h\"\n";
    let settings = [
        "rules.verify_cycle=30 h",
        "program.p.install_time=40 h",
        "program.p.maximum_run_time=9 d",
    ];
    let lab = Lab::set(&[LEGACY, PROGRAM, ads], &settings);
    let (first, second) = (lab.row("L1", "p"), lab.row("L1", "q"));
    // Forty hours hold a cycle of thirty: nothing ever comes to its end.
    for row in [first, second] {
        assert_eq!(
            (row.ending, row.cause),
            (Ending::Failed, Cause::KilledByVerify)
        );
    }
    assert!(at(HOUR) < second.run_start, "it had to wait");
    assert_eq!((first.occurrences, first.successes), (3, 0));
}

/// A dependency that is ended is blamed, and a removal leaves the program there.
#[test]
fn a_removal_that_is_ended_leaves_the_program_on_the_machine() {
    let removal = "uninstall = \"r\"\nuninstall_when_not_advertised = true\n[program.r]\n\
        install_time = \"40 h\"\n[advertisement.p]\nexpires = \"+2 d\"\n";
    let lab = Lab::set(&[LEGACY, PROGRAM, removal], &["rules.verify_cycle=30 h"]);
    let row = lab.only();
    assert_eq!(
        (row.ending, row.cause),
        (Ending::Installed, Cause::KilledByVerify)
    );
    assert_eq!(row.status_message, 10012);
}
