//! Phases and their gates.

use super::{
    HOUR, MINUTE, QUICK, decided, ended, first, learned_before, load, run, run_with, world,
};
use rollcast::outcome::{Action, Cause, DecisionRule, Ending, RuleVerdict as Verdict};
use rollcast::world::NO_PHASE;

const THREE: &str = r#"
[advertisement.patch]
phases = [
    { name = "pilot", share = 0.1, deferral = "2 h" },
    { name = "early", share = 0.4, gate = { successes = 300 }, deferral = "0 s" },
    { name = "rest" },
]
"#;

#[test]
fn a_phase_opens_when_the_gate_before_it_is_met_and_the_deferral_is_over() {
    let world = world(THREE);
    let replication = run(&world);
    // Offered at 0:00, reported by 0:10, seen at 0:15, deferred to 2:15;
    // offered then, reported by 2:25, seen at 2:30, opened at once.
    let opened = [0, 2 * HOUR + 15 * MINUTE, 2 * HOUR + 30 * MINUTE];
    assert_eq!(decided(&replication, Action::Open), opened);
    let rollout = world.control.rollouts.values().next().unwrap();
    for (machine, outcome) in world.fleet.machines.iter().zip(replication.outcomes.iter()) {
        let phase = rollout.phase_of(machine.key, NO_PHASE).unwrap();
        let after = outcome.policy.0 - opened[phase] * 1_000_000;
        assert!(after < 1_000_000, "phase {phase}: {after} us late");
        assert_eq!(outcome.ending, Ending::Installed);
    }
    let gate = first(&replication, Action::Wait);
    assert_eq!(
        (gate.rule, gate.verdict),
        (DecisionRule::Gate, Verdict::Met)
    );
    assert_eq!(gate.at.0, 15 * MINUTE * 1_000_000);
    assert_eq!(gate.figures.machines, gate.figures.succeeded);
    assert_eq!((gate.measured, gate.threshold), (Some(1.0), Some(0.95)));
    assert_eq!(
        decided(&replication, Action::Complete),
        [2 * HOUR + 30 * MINUTE]
    );
}

#[test]
fn a_ring_is_the_same_machines_in_every_replication_and_others_for_another_advertisement() {
    let one = world(THREE);
    let other = world(&THREE.replace("patch", "another"));
    let pilots = |world: &rollcast::world::World| -> Vec<u64> {
        let rollout = world.control.rollouts.values().next().unwrap();
        let keys = world.fleet.machines.iter().map(|machine| machine.key);
        keys.filter(|key| rollout.phase_of(*key, NO_PHASE) == Some(0))
            .collect()
    };
    assert!((70..130).contains(&pilots(&one).len()));
    assert_ne!(pilots(&one), pilots(&other));
}

#[test]
fn a_collection_puts_its_machines_into_its_phase_and_shares_are_of_the_others() {
    let text = r#"
[fleet.it]
count = 50
access = "unlimited"
poll_interval = "1 s"
[collection.volunteers]
machines = ["hq-pcs-00007"]
[collection.it]
fleet = ["it"]
[advertisement.patch]
phases = [
    { name = "volunteers", collection = "volunteers", deferral = "1 h" },
    { name = "it", collection = "it", deferral = "1 h" },
    { name = "half", share = 0.5, deferral = "1 h" },
    { name = "rest" },
]
"#;
    let replication = run_with(text);
    let opened = decided(&replication, Action::Open);
    assert_eq!(opened, [0, 4_500, 9_000, 13_500]);
    let at = |second: u64| learned_before(&replication, second + 1);
    assert_eq!([at(opened[0]), at(opened[1])], [1, 51]);
    assert!((51 + 440..51 + 560).contains(&at(opened[2])));
    assert_eq!(at(opened[3]), 1_050);
}

#[test]
fn a_gate_that_cannot_be_met_any_more_holds_the_others_back() {
    let text = format!("exit_codes = {{ 1603 = 0.3 }}\n{THREE}");
    let replication = run_with(&text);
    assert_eq!(decided(&replication, Action::Open), [0]);
    let decision = first(&replication, Action::Wait);
    assert_eq!(decision.verdict, Verdict::NotMet);
    let figures = decision.figures;
    assert_eq!(figures.succeeded + figures.failed, figures.machines);
    assert!(figures.failed * 20 > figures.machines);
    let held = ended(&replication, Ending::NotOffered, Cause::HeldBack);
    assert_eq!(held, 1_000 - figures.machines as usize);
}

#[test]
fn a_deadline_opens_the_next_phase_whatever_is_reported() {
    let text = r#"
exit_codes = { 1603 = 0.3 }
[advertisement.patch]
phases = [{ share = 0.1, deadline = "7 h" }, {}]
"#;
    let replication = run_with(text);
    assert_eq!(decided(&replication, Action::Open), [0, 7 * HOUR]);
    assert_eq!(replication.decisions[2].rule, DecisionRule::Deadline);
    assert_eq!(ended(&replication, Ending::NotOffered, Cause::HeldBack), 0);
}

#[test]
fn a_gate_below_its_minimum_is_undecided_and_a_share_of_reports_can_pass_early() {
    // One in ten is away for good: 95 % of all never report, 95 % of those who
    // report do.
    let scenario = |gate: &str| {
        let away = QUICK.replace(
            "count = 1000",
            "count = 1000\nabsence = { share = 0.1, length = \"9 d\" }",
        );
        let phases =
            format!("phases = [{{ share = 0.5, gate = {gate}, deferral = \"0 s\" }}, {{}}]");
        run(&load(&format!("{away}\n[advertisement.patch]\n{phases}")).world)
    };
    let of_all = scenario("{ success = 0.95 }");
    assert_eq!(decided(&of_all, Action::Open), [0]);
    assert!(
        decided(&of_all, Action::Wait).is_empty(),
        "undecided to the end"
    );
    let of_reported = scenario("{ success = 0.95, of_reported = true }");
    assert_eq!(decided(&of_reported, Action::Open), [0, 15 * MINUTE]);
    let too_few = scenario("{ success = 0.95, of_reported = true, minimum = 499 }");
    assert_eq!(decided(&too_few, Action::Open), [0]);
}

#[test]
fn a_gate_that_is_lost_during_the_deferral_stays_shut() {
    let text = r#"
breakage = { share = 0.5, detected_after = "1 h" }
[advertisement.patch]
phases = [{ share = 0.1, deferral = "3 h" }, {}]
"#;
    let replication = run_with(text);
    // Met at 0:15, lost when the damage is found at 1:10, seen at 1:15.
    assert_eq!(decided(&replication, Action::Open), [0]);
    assert_eq!(
        decided(&replication, Action::Wait),
        [15 * MINUTE, HOUR + 15 * MINUTE]
    );
    let lost = replication.decisions.last().unwrap();
    assert_eq!(lost.verdict, Verdict::NotMet);
    assert_eq!(
        lost.figures.succeeded + lost.figures.broken,
        lost.figures.machines
    );
}

#[test]
fn a_phase_is_spread_over_its_time() {
    let world = world("[advertisement.patch]\nphases = [{ spread = \"10 h\" }]");
    let replication = run(&world);
    let rollout = world.control.rollouts.values().next().unwrap();
    for (machine, outcome) in world.fleet.machines.iter().zip(replication.outcomes.iter()) {
        let turn = rollout.turn(machine.key);
        let due = ((u128::from(turn) * u128::from(10 * HOUR * 1_000_000)) >> 64) as u64;
        assert!((due..due + 1_000_000).contains(&outcome.policy.0));
    }
    let half = learned_before(&replication, 5 * HOUR);
    assert!((440..560).contains(&half), "{half}");
}

#[test]
fn whoever_is_in_no_phase_is_never_offered_it() {
    let text = "[advertisement.patch]\nphases = [{ share = 0.2 }]";
    let loaded = load(&format!("{QUICK}{text}"));
    assert!(
        loaded
            .warnings
            .list()
            .iter()
            .any(|problem| problem.code.name() == "no-phase")
    );
    let replication = run(&loaded.world);
    let outside = ended(&replication, Ending::NotOffered, Cause::InNoPhase);
    assert!((750..850).contains(&outside), "{outside}");
    assert_eq!(
        outside + ended(&replication, Ending::Installed, Cause::None),
        1_000
    );
}

/// What was deleted before a phase opened could not be let in by any gate.
#[test]
fn a_machine_whose_advertisement_was_deleted_before_its_phase_says_so() {
    let text = "start = 2006-03-20T08:00:00\nhorizon = \"3 d\"\n[fleet.pcs]\ncount = 10\n[program.p]\nneeds_administrator = false\n\
        runs = \"whether or not a user is logged on\"\nexit_codes = { 1603 = 1 }\n\
        [advertisement.p]\nwithdrawn = \"+4 h\"\nphases = [{ share = 0.3, gate = { success = 0.9 } }, {}]\n";
    let replication = run(&load(text).world);
    let causes: Vec<Cause> = replication.outcomes.iter().map(|row| row.cause).collect();
    let failed = |cause: &Cause| *cause == Cause::ProgramFailed;
    assert!(
        causes.iter().any(failed),
        "the first phase was let in: {causes:?}"
    );
    assert!(causes.contains(&Cause::Withdrawn), "{causes:?}");
    assert!(!causes.contains(&Cause::HeldBack), "{causes:?}");
}

/// Tables tell phases apart by their names.
#[test]
fn phases_of_one_advertisement_have_names_of_their_own() {
    let refused = |phases: &str| {
        let text = format!(
            "{}\n[advertisement.patch]\nphases = {phases}\n",
            super::QUICK
        );
        rollcast::scenario::load_str(&text, &[])
            .map(|_| ())
            .map_err(|problems| problems.to_string())
    };
    for (phases, said) in [
        (
            r#"[{ name = "x", share = 0.5 }, { name = "x" }]"#,
            "are called `x`",
        ),
        (
            r#"[{ name = "x", share = 0.5 }, { name = "X" }]"#,
            "differ in case alone",
        ),
        (r#"[{ name = "2", share = 0.5 }, {}]"#, "are called `2`"),
        (r#"[{ name = " ", share = 0.5 }, {}]"#, "an empty name"),
    ] {
        let told = refused(phases).unwrap_err();
        assert!(told.contains(said), "{phases}: {told}");
    }
    // The one phase of a roll-out without phases is called so too.
    assert_eq!(
        refused(r#"[{ share = 0.5 }, { name = "1st" }, { name = "all" }]"#),
        Ok(())
    );
}

/// As without the keys.
#[test]
fn empty_lists_of_phases_and_rules_make_no_controller() {
    let control = |keys: &str| {
        let text = format!("[advertisement.patch]\nprogram = \"package\"\n{keys}");
        world(&text).control
    };
    for keys in ["phases = []\n", "stop = []\n", "phases = []\nstop = []\n"] {
        assert!(control(keys).rollouts.is_empty(), "{keys}");
    }
    for keys in ["rate = { per_minute = 60 }\n", "phases = []\nstop = [{}]\n"] {
        let rollouts = control(keys).rollouts;
        let phases = rollouts.values().flat_map(|rollout| &rollout.phases);
        let names: Vec<_> = phases.map(|phase| phase.name.as_str()).collect();
        assert_eq!(names, ["all"], "{keys}");
    }
}

/// The controller knows the last word of each machine: one that has failed may succeed when
/// its assignment comes round, and one that has succeeded may fail.
#[test]
fn a_gate_goes_by_the_last_report_of_each_machine() {
    let fails = "exit_codes = { 1603 = 0.5 }\n";
    let rings = |recurs: &str| {
        let replication = run_with(&format!(
            "{fails}[advertisement.package]\n{recurs}\nphases = [\n\
             {{ share = 0.1, gate = {{ success = 0.95 }}, deferral = \"0 s\" }}, {{}}]\n"
        ));
        let opened = decided(&replication, Action::Open);
        (opened.len(), opened.last().copied())
    };
    assert_eq!(rings(""), (1, Some(0)), "half of them have failed for good");
    // Of a half, a quarter, an eighth and so on that have failed one in twenty is left
    // after four more times or so; the last ends ten minutes after it has begun.
    let (phases, opened) = rings("recurs = \"3 h\"\nrerun = \"if failed\"");
    assert_eq!(phases, 2);
    let opened = opened.expect("it opens");
    assert!(
        (9 * HOUR..=15 * HOUR + 30 * MINUTE).contains(&opened),
        "{opened}"
    );
    // Each time is as good as the one before it: a half of them have failed.
    assert_eq!(rings("recurs = \"3 h\"").0, 1);
}
