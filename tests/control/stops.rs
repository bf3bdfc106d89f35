//! Rules that stop a roll-out.

use super::{HOUR, MINUTE, QUICK, decided, ended, first, load, run, run_with};
use rollcast::outcome::{Action, Cause, DecisionRule, Ending, RuleVerdict as Verdict};

const FAILS: &str =
    "exit_codes = { 1603 = 1 }\n[advertisement.patch]\nrate = { per_minute = 60 }\n";

#[test]
fn an_abort_stops_offers_to_machines_that_have_none() {
    let text = format!("{FAILS}stop = [{{ share = 0.1, minimum = 20 }}]");
    let replication = run_with(&text);
    // Offers of the first 15 minutes were made at 0:00; at 0:15 those of the
    // first five have failed.
    assert_eq!(decided(&replication, Action::Abort), [15 * MINUTE]);
    let abort = first(&replication, Action::Abort);
    assert_eq!(
        (abort.rule, abort.verdict),
        (DecisionRule::Failed, Verdict::Met)
    );
    assert!(
        (299..=300).contains(&abort.figures.failed),
        "{:?}",
        abort.figures
    );
    assert_eq!((abort.figures.offered, abort.measured), (900, Some(1.0)));
    assert_eq!(
        ended(&replication, Ending::NotOffered, Cause::RolloutAborted),
        100
    );
    assert_eq!(
        ended(&replication, Ending::Failed, Cause::ProgramFailed),
        900
    );
}

#[test]
fn below_its_minimum_a_rule_is_undecided() {
    let scenario = QUICK.replace("count = 1000", "count = 3000");
    let scenario = format!("{scenario}{FAILS}stop = [{{ share = 0.1, minimum = 500 }}]");
    let replication = run(&load(&scenario).world);
    assert_eq!(decided(&replication, Action::Abort), [30 * MINUTE]);
    assert_eq!(
        ended(&replication, Ending::NotOffered, Cause::RolloutAborted),
        3_000 - 1_800
    );
}

#[test]
fn a_pause_ends_after_its_time_and_the_rule_is_not_asked_again() {
    let rule = "stop = [{ share = 0.1, minimum = 20, action = \"pause\", pause = \"1 h\" }]";
    let replication = run_with(&format!("{FAILS}{rule}"));
    assert_eq!(decided(&replication, Action::Pause), [15 * MINUTE]);
    assert_eq!(decided(&replication, Action::Resume), [HOUR + 15 * MINUTE]);
    assert_eq!(
        ended(&replication, Ending::Failed, Cause::ProgramFailed),
        1_000
    );
    let late = |o: &&rollcast::outcome::Outcome| o.policy.0 >= (HOUR + 15 * MINUTE) * 1_000_000;
    assert_eq!(replication.outcomes.iter().filter(late).count(), 100);
}

#[test]
fn a_pause_that_nobody_ends_holds_the_others_back() {
    let rule = "stop = [{ share = 0.1, action = \"pause\" }]";
    let replication = run_with(&format!("{FAILS}{rule}"));
    assert_eq!(
        ended(&replication, Ending::NotOffered, Cause::HeldBack),
        100
    );
    assert!(decided(&replication, Action::Resume).is_empty());
}

#[test]
fn machines_without_a_report_in_time_count_as_overdue() {
    // Half are away for good; after two hours the first of them are overdue.
    let scenario = QUICK.replace(
        "count = 1000",
        "count = 1000\nabsence = { share = 0.5, length = \"9 d\" }",
    );
    let text = r#"
[advertisement.patch]
rate = { per_minute = 1 }
overdue_after = "2 h"
stop = [{ on = "overdue", share = 0.02, minimum = 100 }]
"#;
    let replication = run(&load(&format!("{scenario}{text}")).world);
    let abort = first(&replication, Action::Abort);
    let figures = abort.figures;
    assert_eq!(abort.rule, DecisionRule::Overdue);
    assert!(
        abort.at.0 > 2 * HOUR * 1_000_000 && abort.at.0 < 3 * HOUR * 1_000_000,
        "{}",
        abort.at.0
    );
    assert_eq!((figures.failed, figures.rejected), (0, 0));
    let share = figures.overdue as f64 / (figures.overdue + figures.succeeded) as f64;
    assert!(
        share >= 0.02 && abort.measured == Some(share),
        "{figures:?}"
    );
}

#[test]
fn rejections_count_under_their_own_kind_only() {
    let scenario = |on: &str| {
        let text = format!(
            "platforms = [\"Windows 95\"]\n[advertisement.patch]\nrate = {{ per_minute = 60 }}\nstop = [{{ on = \"{on}\" }}]"
        );
        run_with(&text)
    };
    assert!(decided(&scenario("failed"), Action::Abort).is_empty());
    for on in ["rejected", "any"] {
        let replication = scenario(on);
        assert_eq!(decided(&replication, Action::Abort), [15 * MINUTE], "{on}");
        assert_eq!(first(&replication, Action::Abort).figures.rejected, 900);
    }
}

#[test]
fn what_lands_in_a_service_profile_is_reported_as_success() {
    let text = r#"
msi = { build = "per-user" }
[advertisement.patch]
phases = [{ share = 0.5, deferral = "0 s" }, {}]
stop = [{ share = 0.01 }]
"#;
    let replication = run_with(text);
    assert_eq!(
        ended(
            &replication,
            Ending::ServiceProfile,
            Cause::PerUserIntoService
        ),
        1_000
    );
    assert_eq!(decided(&replication, Action::Open), [0, 15 * MINUTE]);
}

/// Half of the machines fail; the others are in a phase of their own, and both
/// phases are open from the start on.
fn two_groups(first: &str) -> rollcast::outcome::Replication {
    let scenario = QUICK.replace(
        "[fleet.pcs]\ncount = 1000\naccess = \"unlimited\"\npoll_interval = \"1 s\"",
        "[fleet.old]\ncount = 500\naccess = \"unlimited\"\npoll_interval = \"1 s\"\n\
         [fleet.new]\ncount = 500\naccess = \"unlimited\"\npoll_interval = \"1 s\"",
    );
    assert_ne!(scenario, QUICK);
    let text = format!(
        r#"
exit_codes_on = {{ old = {{ 1603 = 1 }} }}
[collection.old]
fleet = ["old"]
[advertisement.patch]
rate = {{ per_minute = 20 }}
phases = [{{ name = "old", collection = "old", deadline = "15 min", {first} }}, {{ name = "new" }}]
"#
    );
    run(&load(&format!("{scenario}{text}")).world)
}

#[test]
fn a_phase_that_is_aborted_lets_the_others_go_on() {
    // 300 are offered it at once, and have failed at 0:15; the next phase opens
    // then, at its deadline, and comes to its end.
    let replication = two_groups("stop = [{ share = 0.1, minimum = 20 }]");
    let abort = first(&replication, Action::Abort);
    assert_eq!(abort.at.0, 15 * MINUTE * 1_000_000);
    assert_eq!(
        (abort.rule, abort.phase, abort.threshold),
        (DecisionRule::PhaseFailed, 0, Some(0.1))
    );
    // Its figures are those of the phase, and not of all thousand.
    assert_eq!((abort.figures.machines, abort.figures.offered), (500, 300));
    assert_eq!(
        ended(&replication, Ending::NotOffered, Cause::RolloutAborted),
        200
    );
    assert_eq!(ended(&replication, Ending::Installed, Cause::None), 500);
    let last = replication.decisions.last().unwrap();
    assert!(
        last.at.0 <= 15 * MINUTE * 1_000_000,
        "nothing is asked when nobody is left to be offered it: {last:?}"
    );
}

#[test]
fn without_the_rule_of_the_phase_all_its_machines_fail() {
    let replication = two_groups("");
    assert!(decided(&replication, Action::Abort).is_empty());
    assert_eq!(
        ended(&replication, Ending::Failed, Cause::ProgramFailed),
        500
    );
}

#[test]
fn a_phase_that_is_paused_goes_on_after_its_time() {
    let rule = "stop = [{ share = 0.1, minimum = 20, action = \"pause\", pause = \"1 h\" }]";
    let replication = two_groups(rule);
    assert_eq!(decided(&replication, Action::Pause), [15 * MINUTE]);
    let resume = first(&replication, Action::Resume);
    assert_eq!(resume.at.0, (HOUR + 15 * MINUTE) * 1_000_000);
    assert_eq!((resume.rule, resume.phase), (DecisionRule::PhaseFailed, 0));
    assert_eq!(
        ended(&replication, Ending::Failed, Cause::ProgramFailed),
        500
    );
    let forever = two_groups("stop = [{ share = 0.1, action = \"pause\" }]");
    assert_eq!(ended(&forever, Ending::NotOffered, Cause::HeldBack), 200);
    assert_eq!(ended(&forever, Ending::Installed, Cause::None), 500);
}

#[test]
fn the_rule_of_a_phase_counts_its_own_machines_only() {
    // The second phase does not fail, however many of the first do.
    let scenario = |rules: [&str; 2]| {
        let text = QUICK.replace("install_time", "exit_codes = { 1603 = 1 }\ninstall_time");
        let [one, two] = rules;
        let phases = format!(
            "[advertisement.patch]\nrate = {{ per_minute = 20 }}\nphases = [\
             {{ share = 0.2, deadline = \"15 min\", {one} }}, {{ {two} }}]"
        );
        run(&load(&format!("{text}{phases}")).world)
    };
    let rule = "stop = [{ share = 0.1, minimum = 250 }]";
    // Some 200 machines are in the first: never 250 reports of it.
    assert!(decided(&scenario([rule, ""]), Action::Abort).is_empty());
    let second = scenario(["", rule]);
    let abort = first(&second, Action::Abort);
    assert_eq!((abort.phase, abort.rule), (1, DecisionRule::PhaseFailed));
    assert!(abort.figures.machines > 750, "{:?}", abort.figures);
}
