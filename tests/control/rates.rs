//! Limits on the rate of offers.

use super::{HOUR, MINUTE, QUICK, decided, ended, learned_before, load, run, run_with};
use rollcast::outcome::{Action, Cause, Ending};

#[test]
fn a_constant_rate_makes_one_offer_after_the_other() {
    let replication = run_with("[advertisement.patch]\nrate = { per_minute = 60 }");
    for second in [1, 10, 899, 900, 999] {
        let learned = learned_before(&replication, second);
        // Number n is offered at second n - 1 and learns of it within another.
        assert!(
            (second as usize - 1..=second as usize).contains(&learned),
            "{second}: {learned}"
        );
    }
    // The last offer is made after 16 min 39 s.
    assert_eq!(decided(&replication, Action::Complete), [30 * MINUTE]);
}

#[test]
fn that_all_are_offered_it_does_not_depend_on_the_horizon() {
    let whole = run_with("[advertisement.patch]\nrate = { per_minute = 60 }");
    for (minutes, wanted) in [(16, 0), (17, 0), (29, 0), (30, 1), (31, 1), (46, 1)] {
        let text = QUICK.replace("horizon = \"2 d\"", &format!("horizon = \"{minutes} min\""));
        let rate = "[advertisement.patch]\nrate = { per_minute = 60 }";
        let short = run(&load(&format!("{text}\n{rate}")).world);
        let completed = decided(&short, Action::Complete);
        assert_eq!(completed.len(), wanted, "{minutes} min");
        assert!(
            whole.decisions.starts_with(&short.decisions),
            "{minutes} min"
        );
    }
}

#[test]
fn an_exponential_rate_grows_as_in_the_example_of_aws() {
    // 50 a minute until 1,000, 100 until 2,000, 200 until 3,000, 400 until
    // 4,000: after 20, 30, 35 and 37.5 minutes.
    let text = QUICK.replace("count = 1000", "count = 5000");
    let rate =
        "rate = { per_minute = 50, factor = 2, after = { notified = 1000 }, at_most = 1000 }";
    let replication = run(&load(&format!("{text}\n[advertisement.patch]\n{rate}")).world);
    for (seconds, machines) in [
        (1_200, 1_000),
        (1_800, 2_000),
        (2_100, 3_000),
        (2_250, 4_000),
    ] {
        let learned = learned_before(&replication, seconds);
        // A second's worth is on its way.
        assert!(
            (machines - 8..=machines).contains(&learned),
            "{seconds} s: {learned}"
        );
    }
}

#[test]
fn a_rate_that_follows_successes_grows_when_they_are_reported() {
    let rate = "rate = { per_minute = 10, factor = 5, after = { succeeded = 40 }, at_most = 50 }";
    let replication = run_with(&format!("[advertisement.patch]\n{rate}"));
    // By 0:15 those offered before 0:05 have reported: 50, so the rate is 50
    // from then on.
    let learned = |minutes| learned_before(&replication, minutes * MINUTE);
    assert!((149..=150).contains(&learned(15)), "{}", learned(15));
    assert!(
        (148 + 250..=150 + 250).contains(&learned(20)),
        "{}",
        learned(20)
    );
}

#[test]
fn a_phase_waits_its_turn_behind_the_rate_of_the_one_before() {
    let text = r#"
[advertisement.patch]
rate = { per_minute = 1 }
phases = [{ share = 0.5, gate = { successes = 10 }, deferral = "0 s" }, {}]
"#;
    let replication = run_with(text);
    // The tenth is offered at 0:09, done at 0:19, seen at 0:30.
    assert_eq!(decided(&replication, Action::Open), [0, 30 * MINUTE]);
    assert!((599..=600).contains(&learned_before(&replication, 10 * HOUR)));
}

#[test]
fn whoever_is_still_waiting_at_the_end_was_not_offered_it_yet() {
    let text = QUICK.replace("horizon = \"2 d\"", "horizon = \"5 h\"");
    let text = format!("{text}\n[advertisement.patch]\nrate = {{ per_minute = 2 }}");
    let replication = run(&load(&text).world);
    // One at 0 s, 30 s, ..., 5 h: 601, of which the last may not have polled.
    let waiting = ended(&replication, Ending::NotOffered, Cause::NotOffered);
    assert_eq!(waiting, 399);
}
