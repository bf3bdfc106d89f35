//! Bad packages.

use super::{HOUR, MINUTE, QUICK, decided, ended, first, load, run, run_with, world};
use rollcast::outcome::{Action, Cause, Ending, ReportState};

const OLD: &str = r#"
[fleet.old]
count = 200
access = "unlimited"
poll_interval = "1 s"
platform = "Windows 2000 Professional"
"#;

#[test]
fn exit_codes_on_a_platform_hit_its_machines_alone() {
    let bad = |name: &str| {
        let world = world(&format!(
            "exit_codes_on = {{ \"{name}\" = {{ 1603 = 1 }} }}\n{OLD}"
        ));
        let replication = run(&world);
        let pairs = world.fleet.machines.iter().zip(replication.outcomes.iter());
        for (machine, outcome) in pairs {
            let old = world.fleet.profile(machine).group == "old";
            assert_eq!(outcome.code, Some(if old { 1_603 } else { 0 }), "{name}");
        }
    };
    bad("Windows 2000*");
    bad("old");
}

#[test]
fn a_machine_that_breaks_has_reported_success() {
    let text =
        format!("breakage = {{ share = 0.5, on = [\"old\"], detected_after = \"2 h\" }}\n{OLD}");
    let replication = run_with(&text);
    let broken = ended(&replication, Ending::Broken, Cause::BrokenAfterSuccess);
    assert!((70..130).contains(&broken), "{broken}");
    let reported = replication
        .outcomes
        .iter()
        .filter(|o| o.state == ReportState::Succeeded);
    assert_eq!(reported.count(), 1_200);
    assert_eq!(
        ended(&replication, Ending::Installed, Cause::None),
        1_200 - broken
    );
}

#[test]
fn the_sooner_damage_is_found_the_smaller_the_blast_radius() {
    let broken = |found: &str| {
        let text = format!(
            "breakage = {{ detected_after = \"{found}\" }}\n[advertisement.patch]\n\
             rate = {{ per_minute = 2 }}\nstop = [{{ share = 0.05, minimum = 20 }}]"
        );
        let replication = run_with(&text);
        let abort = first(&replication, Action::Abort);
        assert!(abort.figures.broken >= 1 && abort.figures.failed == 0);
        ended(&replication, Ending::Broken, Cause::BrokenAfterSuccess)
    };
    // Found after 1:00: the first is known at 1:10, seen at 1:15 when 130 more
    // have succeeded: 11 of 131 is above 5 %. Offered by then: 150.
    assert_eq!(broken("1 h"), 150);
    assert!(broken("4 h") > 450);
}

#[test]
fn nobody_finds_damage_before_it_is_detected() {
    let text = r#"
breakage = { detected_after = "3 h" }
[advertisement.patch]
phases = [{ share = 0.1, deferral = "1 h" }, {}]
"#;
    let replication = run_with(text);
    assert_eq!(decided(&replication, Action::Open), [0, HOUR + 15 * MINUTE]);
    assert_eq!(
        ended(&replication, Ending::Broken, Cause::BrokenAfterSuccess),
        1_000
    );
}

#[test]
fn two_patterns_for_one_machine_are_an_error() {
    let text = format!(
        "{QUICK}exit_codes_on = {{ \"Windows 2000*\" = {{ 1603 = 1 }}, old = {{ 5 = 1 }} }}\n{OLD}"
    );
    let problems = rollcast::scenario::load_str(&text, &[]).unwrap_err();
    assert!(
        problems
            .list()
            .iter()
            .any(|problem| problem.code.name() == "declared-twice")
    );
    let unknown = text.replace("Windows 2000*", "Windows 3*");
    let problems = rollcast::scenario::load_str(&unknown, &[]).unwrap_err();
    assert!(
        problems
            .list()
            .iter()
            .any(|problem| problem.code.name() == "unknown-name")
    );
    load(&text.replace("Windows 2000*", "Windows XP*"));
}
