//! "Run another program first".

use crate::lab::{ADVANCED, DAY, HOUR, LEGACY, Lab, at};
use rollcast::model::Entry;
use rollcast::outcome::{Cause, Ending, Resource};
use rollcast::units::Size;
use rollcast::world::ServerRole;

const BOTH: [(&str, &str); 2] = [("A1", ADVANCED), ("L1", LEGACY)];

const CHAIN: &str = r#"
[program."*"]
runs = "whether or not a user is logged on"
install_time = "10 min"
[program.runtime]
[program.suite]
run_first = "runtime"
[advertisement.suite]
"#;

#[test]
fn the_program_to_run_first_needs_no_advertisement_of_its_own() {
    for (machine, client) in BOTH {
        let lab = Lab::new(&[client, CHAIN]);
        let row = lab.only();
        assert_eq!(row.ending, Ending::Installed);
        assert_eq!(
            (row.run_start, row.run_end),
            (at(600), at(1200)),
            "{machine}"
        );
        let started = lab
            .diary(machine)
            .into_iter()
            .filter(|(_, e)| matches!(e, Entry::Starts(_)));
        assert_eq!(started.count(), 2);
    }
}

#[test]
fn if_the_program_to_run_first_fails_the_other_does_not_run() {
    for (machine, client) in BOTH {
        let lab = Lab::set(
            &[client, CHAIN],
            &["program.runtime.exit_codes={ 1603 = 1 }"],
        );
        let row = lab.only();
        assert_eq!(
            (row.ending, row.cause),
            (Ending::Failed, Cause::DependencyFailed)
        );
        assert!(
            matches!(row.concerns(), Resource::Program(p) if lab.world.programs[p.index()].id == "runtime")
        );
        assert_eq!(row.report, at(600), "{machine}: nothing ran after it");
    }
}

#[test]
fn a_dependency_that_has_succeeded_before_is_not_run_again() {
    let advertised = "[advertisement.runtime]\n[advertisement.suite]\nassigned = \"+1 h\"\n";
    let text = CHAIN.replace("[advertisement.suite]\n", advertised);
    for (machine, client) in BOTH {
        let lab = Lab::new(&[client, &text]);
        assert_eq!(lab.row(machine, "runtime").run_end, at(600));
        assert_eq!(
            lab.row(machine, "suite").run_start,
            at(HOUR),
            "{machine}: at once"
        );
        assert!(
            lab.diary(machine)
                .iter()
                .any(|(_, e)| matches!(e, Entry::AlreadyRan(_)))
        );
    }
}

#[test]
fn a_dependency_that_has_failed_before_is_run_again() {
    let advertised = "[advertisement.runtime]\n[advertisement.suite]\nassigned = \"+1 h\"\n";
    let text = CHAIN.replace("[advertisement.suite]\n", advertised);
    for (machine, client) in BOTH {
        let lab = Lab::set(
            &[client, &text],
            &["program.runtime.exit_codes={ 1603 = 1 }"],
        );
        assert_eq!(
            lab.row(machine, "suite").cause,
            Cause::DependencyFailed,
            "{machine}"
        );
        assert_eq!(
            lab.row(machine, "suite").run_start,
            at(HOUR),
            "it was tried"
        );
    }
}

#[test]
fn a_chain_of_three_runs_from_its_far_end() {
    let text = CHAIN.replace(
        "[program.runtime]\n",
        "[program.base]\n[program.runtime]\nrun_first = \"base\"\n",
    );
    for (_, client) in BOTH {
        let row = Lab::new(&[client, &text]).only();
        assert_eq!((row.ending, row.run_end), (Ending::Installed, at(1800)));
    }
}

#[test]
fn a_dependency_that_restarts_the_computer_does_so_before_the_other_runs() {
    for (machine, client) in BOTH {
        let lab = Lab::set(
            &[client, CHAIN],
            &["program.runtime.after_running=\"SMS restarts computer\""],
        );
        let row = lab.only();
        assert_eq!(
            (row.ending, row.run_start),
            (Ending::Installed, at(900)),
            "{machine}"
        );
    }
}

/// KB 810867 (`BetaArchive`): a program that can run without a user depends on
/// one that wants a user, and nobody is logged on.
#[test]
fn a_legacy_client_fails_a_dependent_whose_dependency_wants_an_absent_user() {
    let text = CHAIN.replace(
        "[program.runtime]",
        "[program.runtime]\nruns = \"only when a user is logged on\"\nneeds_administrator = false",
    );
    let nobody = "user_logged_on = false\n";
    let legacy = Lab::new(&[LEGACY, nobody, &text]).only();
    assert_eq!(
        (legacy.ending, legacy.cause),
        (Ending::Failed, Cause::DependencyFailed)
    );
    assert!(!legacy.run_start.is_some());
    let advanced = Lab::new(&[ADVANCED, nobody, &text]).only();
    assert_eq!(
        (advanced.ending, advanced.cause),
        (Ending::Waiting, Cause::NoUser),
        "it waits"
    );
    // With a user it is no matter.
    assert_eq!(Lab::new(&[LEGACY, &text]).only().ending, Ending::Installed);
}

#[test]
fn an_advanced_client_that_waits_for_the_user_of_a_dependency_goes_on_when_one_comes() {
    let text = CHAIN.replace(
        "[program.runtime]",
        "[program.runtime]\nruns = \"only when a user is logged on\"\nneeds_administrator = false",
    );
    let tomorrow =
        "sessions = { days = \"Tue\", from = \"08:00\", to = \"17:00\", jitter = \"0 s\" }\n";
    let row = Lab::new(&[ADVANCED, tomorrow, &text]).only();
    assert_eq!(
        (row.ending, row.run_start),
        (Ending::Installed, at(DAY + 600))
    );
}

#[test]
fn a_package_in_the_cache_serves_both_programs_of_a_chain() {
    let text = CHAIN.replace(
        "[advertisement.suite]",
        "[advertisement.suite]\non_local = \"download\"",
    );
    let lab = Lab::new(&[ADVANCED, &text]);
    assert_eq!(
        lab.only().downloaded,
        Size(10_000_000),
        "10 MB is the default"
    );
    assert_eq!(
        lab.server("SMS", ServerRole::DistributionPoint).bytes,
        Size(10_000_000)
    );
}

#[test]
fn a_resumed_download_of_one_package_takes_nothing_off_the_next() {
    // The machine goes off in the middle of the first download, which goes on
    // where it stopped; the second package is fetched whole.
    let text = r#"
[package.first]
size = "90 MB"
[package.second]
size = "90 MB"
[program."*"]
runs = "whether or not a user is logged on"
install_time = "10 min"
[program.runtime]
package = "first"
[program.suite]
package = "second"
run_first = "runtime"
[advertisement.suite]
on_local = "download"
"#;
    let slow = "access = \"100 kbit/s\"\n\
        availability = { days = \"Mon-Sun\", from = \"08:00\", to = \"09:00\", jitter = \"0 s\" }\n";
    let lab = Lab::set(&[ADVANCED, slow, text], &["server.SMS.bits=true"]);
    // 45 MB an hour and a day: two days for each package.
    let row = lab.only();
    assert_eq!(row.downloaded, Size(180_000_000));
    assert_eq!(
        lab.server("SMS", ServerRole::DistributionPoint).bytes,
        Size(180_000_000)
    );
}

#[test]
fn a_program_that_has_run_first_in_one_chain_is_not_run_again_in_another() {
    let both = r#"
[program."*"]
runs = "whether or not a user is logged on"
install_time = "10 min"
[program.runtime]
[program.suite]
run_first = "runtime"
[program.other]
run_first = "runtime"
[advertisement.suite]
[advertisement.other]
assigned = "+5 h"
"#;
    for (machine, client) in BOTH {
        let lab = Lab::new(&[client, both]);
        let started: Vec<_> = lab
            .diary(machine)
            .into_iter()
            .filter_map(|(_, e)| match e {
                Entry::Starts(program) => Some(lab.world.programs[program.index()].id.clone()),
                _ => None,
            })
            .collect();
        assert_eq!(started, ["runtime", "suite", "other"], "{machine}");
    }
}

#[test]
fn a_program_that_has_run_first_has_a_history_of_its_own() {
    let again = "\n[advertisement.runtime]\nassigned = \"+5 h\"\n";
    for (rerun, runs) in [("never", 2), ("if failed", 2), ("always", 3)] {
        for (machine, client) in BOTH {
            let rule = format!("{again}rerun = \"{rerun}\"\n");
            let lab = Lab::new(&[client, CHAIN, &rule]);
            let started = lab
                .diary(machine)
                .into_iter()
                .filter(|(_, e)| matches!(e, Entry::Starts(_)));
            assert_eq!(started.count(), runs, "{machine}, {rerun}");
            let row = lab.row(machine, "runtime");
            assert_eq!(row.ending, Ending::Installed, "{machine}, {rerun}");
            let expected = if runs == 2 {
                Cause::HasRunBefore
            } else {
                Cause::None
            };
            assert_eq!(row.cause, expected, "{machine}, {rerun}");
        }
    }
}

#[test]
fn the_code_of_a_program_to_run_first_is_not_shown_for_the_one_that_waits() {
    for (machine, client) in BOTH {
        for end in [
            "after_running=SMS restarts computer",
            "exit_codes={ 0 = 1 }",
        ] {
            let restart = "program.runtime.".to_owned() + end;
            for horizon in ["horizon=12 min", "horizon=18 min"] {
                let waits = "program.suite.runs=only when no user is logged on";
                let lab = Lab::set(&[client, CHAIN], &[&restart, horizon, waits]);
                let row = lab.row(machine, "suite");
                assert_ne!(row.ending, Ending::Installed, "{row:?}");
                assert_eq!(row.code, None, "{machine}, {end}, {horizon}: {row:?}");
            }
        }
    }
}

#[test]
fn a_program_to_run_first_breaks_machines_like_an_advertised_one() {
    for (machine, client) in BOTH {
        let run = |program: &str| {
            let set =
                format!("program.{program}.breakage={{ share = 1, detected_after = \"1 h\" }}");
            Lab::set(&[client, CHAIN], &[&set]).only()
        };
        for program in ["runtime", "suite"] {
            let row = run(program);
            assert_eq!(
                (row.ending, row.cause),
                (Ending::Broken, Cause::BrokenAfterSuccess),
                "{machine} {program}"
            );
        }
    }
}
