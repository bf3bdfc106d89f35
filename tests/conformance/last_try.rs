//! What was tried in vain remains true when the advertisement ends, wherever the machine
//! waits then; what was not tried is rejected, or no longer offered.

use crate::lab::{ADVANCED, HOUR, LEGACY, Lab, PROGRAM, at};
use rollcast::outcome::{Cause, Ending, Outcome, ReportState, Resource, Step};

const BOTH: [(&str, &str); 2] = [("A1", ADVANCED), ("L1", LEGACY)];

/// The ways in which an advertisement ends, at eight in the evening.
const ENDS: [&str; 3] = [
    "[advertisement.p]\nexpires = \"+12 h\"\n",
    "[advertisement.p]\nwithdrawn = \"+12 h\"\n",
    "[advertisement.p]\ncollection = \"c\"\n[collection.c]\nsite = [\"*\"]\n\
        [[membership]]\ncollection = \"c\"\nname = [\"*\"]\nleaves = \"+12 h\"\n",
];

/// On from eight to five.
const BY_DAY: &str =
    "availability = { days = \"Mon-Sun\", from = \"08:00\", to = \"17:00\", jitter = \"0 s\" }\n";

/// There from eight to five.
const USER_BY_DAY: &str =
    "sessions = { days = \"Mon-Sun\", from = \"08:00\", to = \"17:00\", jitter = \"0 s\" }\n";

fn told(row: &Outcome) -> (Ending, Step, Cause) {
    (row.ending, row.step, row.cause)
}

/// What comes of a program however its advertisement ends, and the last row.
fn ends_as(parts: &[&str], machine: &str, expected: (Ending, Step, Cause)) -> Outcome {
    let row = |end: &str| {
        let parts: Vec<&str> = parts.iter().copied().chain([end]).collect();
        Lab::set(&parts, &["horizon=3 d"]).row(machine, "p")
    };
    for end in ENDS {
        let row = row(end);
        assert_eq!(told(&row), expected, "{machine} {end} {row:?}");
        // The site does not hear that no other try follows.
        let open = [ReportState::Retrying, ReportState::Waiting];
        if row.ending == Ending::Failed {
            assert!(
                open.contains(&row.state) && !row.report.is_some(),
                "{end} {row:?}"
            );
        }
    }
    row(ENDS[0])
}

#[test]
fn a_program_that_failed_and_waits_for_a_user_has_failed() {
    let client = ADVANCED.to_owned() + USER_BY_DAY;
    let fails = "[program.p]\nrights = \"administrative\"\nexit_codes = { 1618 = 1 }\n";
    let failed = (Ending::Failed, Step::Run, Cause::ProgramFailed);
    let row = ends_as(&[&client, fails], "A1", failed);
    assert_eq!(row.code, Some(1618));
    assert!(row.run_end.is_some() && row.status_message != 10019);
    // One that has not run is rejected.
    let alone = "sessions = { days = \"Sun\", from = \"08:00\", to = \"17:00\" }\n";
    let client = ADVANCED.to_owned() + alone;
    let row = Lab::new(&[&client, fails, ENDS[0]]).only();
    assert_eq!(
        (row.ending, row.cause, row.status_message),
        (Ending::Rejected, Cause::ExpiredWaiting, 10019)
    );
}

#[test]
fn a_program_that_failed_and_waits_for_another_program_has_failed() {
    let fails = format!("{PROGRAM}exit_codes = {{ 1618 = 1 }}\n");
    let other = "[program.long]\nrights = \"administrative\"\n\
        runs = \"whether or not a user is logged on\"\ninstall_time = \"9 h\"\n\
        [advertisement.long]\nassigned = \"+8 h\"\n";
    let failed = (Ending::Failed, Step::Run, Cause::ProgramFailed);
    ends_as(&[ADVANCED, &fails, other], "A1", failed);
}

#[test]
fn a_program_that_was_cut_short_has_failed_where_it_cannot_run_again() {
    for (machine, client) in BOTH {
        let client = client.to_owned() + BY_DAY;
        let long = PROGRAM.replace("10 min", "10 h");
        let failed = (Ending::Failed, Step::Run, Cause::MachineOff);
        let row = ends_as(&[&client, &long], machine, failed);
        assert_eq!((row.run_start, row.run_end.is_some()), (at(0), false));
        assert_eq!(row.status_message, 10020);
    }
}

#[test]
fn content_that_could_not_be_had_counts_until_it_is_at_hand() {
    let slow = "server.SMS.network=1 Mbit/s";
    let fetched = "[package.p]\nsize = \"100 MB\"\n[advertisement.p]\non_local = \"download\"\n";
    let down = |hours: u64| {
        format!(
            "[[fault]]\nat = \"+0 h\"\nfor = \"{hours} h\"\nserver = [\"SMS\"]\n\
            roles = [\"distribution point\"]\n"
        )
    };
    let run = |fault: &str| {
        let expires = "expires = \"+130 min\"\n";
        let lab = [ADVANCED, PROGRAM, fetched, expires, fault];
        Lab::set(&lab, &[slow, "server.SMS.bits=true"]).only()
    };
    let row = run(&down(3));
    assert_eq!(
        told(&row),
        (Ending::Failed, Step::Connection, Cause::ContentUnreachable)
    );
    // From two o'clock on it flows, and was not there in time.
    let row = run(&down(2));
    assert_eq!(
        (row.ending, row.cause),
        (Ending::Rejected, Cause::ExpiredWaiting)
    );
    assert!(row.downloaded.0 > 0);
}

#[test]
fn a_program_of_a_chain_that_failed_is_why_the_advertised_one_has() {
    let needs = "[program.p]\npackage = \"p\"\nrun_first = \"first\"\n[program.first]\n\
        package = \"p\"\nexit_codes = { 1618 = 1 }\n[package.p]\n[program.\"*\"]\n\
        rights = \"administrative\"\nruns = \"whether or not a user is logged on\"\n\
        install_time = \"1 min\"\n";
    let gives_way = "[program.p]\npackage = \"p\"\nsupersedes = [\"old\"]\nuninstall_first = true\n\
        [program.old]\npackage = \"p\"\nuninstall = \"first\"\n[program.first]\n\
        package = \"p\"\nexit_codes = { 1618 = 1 }\n[package.p]\n[program.\"*\"]\n\
        rights = \"administrative\"\nruns = \"whether or not a user is logged on\"\n\
        install_time = \"1 min\"\n";
    let had = ADVANCED.to_owned() + "installed = { old = 1 }\n";
    for (client, chain, cause) in [
        (ADVANCED, needs, Cause::DependencyFailed),
        (&had, gives_way, Cause::OldNotRemoved),
    ] {
        let row = ends_as(&[client, chain], "A1", (Ending::Failed, Step::Run, cause));
        assert_eq!(row.before, Cause::ProgramFailed);
        assert!(matches!(row.concerns(), Resource::Program(_)), "{row:?}");
    }
}

#[test]
fn what_a_program_to_run_first_did_is_not_told_of_the_one_that_waits() {
    let chain = "[program.p]\npackage = \"p\"\nrun_first = \"first\"\n[program.first]\n\
        package = \"p\"\n[package.p]\n[program.\"*\"]\nrights = \"administrative\"\n\
        runs = \"whether or not a user is logged on\"\ninstall_time = \"2 h\"\n\
        [advertisement.p]\nexpires = \"+1 h\"\n";
    for (machine, client) in BOTH {
        let row = Lab::new(&[client, chain]).only();
        assert_eq!(
            (row.ending, row.cause),
            (Ending::Rejected, Cause::ExpiredWaiting),
            "{machine}"
        );
        assert!(
            !row.run_start.is_some() && !row.run_end.is_some(),
            "{row:?}"
        );
        assert_eq!((row.report, row.attempts), (at(2 * HOUR), 1));
    }
}
