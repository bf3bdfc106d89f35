//! The scenarios that ship show what their comments say.

use super::simulated::simulate;
use rollcast::outcome::{Cause, Ending};

#[test]
fn rotating_the_network_access_account_the_wrong_way_fails_a_working_day() {
    let wrong = simulate(include_str!("../../scenarios/rotate-naa-wrong.toml"));
    let outcomes = wrong.of("pcs");
    let because = |cause| {
        outcomes
            .iter()
            .filter(|outcome| outcome.cause == cause)
            .count()
    };
    assert!(because(Cause::LockedByOthers) > 5);
    assert!(because(Cause::NetworkAccessAccountUnusable) > 50);
}

#[test]
fn rotating_it_the_right_way_fails_nobody() {
    let right = simulate(include_str!("../../scenarios/rotate-naa-right.toml"));
    assert_eq!(right.of("pcs").len(), 300);
    assert_eq!(
        right.count("pcs", Ending::Failed) + right.count("pcs", Ending::Retrying),
        0
    );
    assert!(right.count("pcs", Ending::Installed) > 290);
}

#[test]
fn a_locked_token_account_stops_all_legacy_controllers_and_no_advanced_one() {
    let text = include_str!("../../scenarios/token-lockout.toml");
    let locked = simulate(text);
    assert!(locked.all("-DC", Ending::Failed, Cause::LockedByOthers));
    assert!(locked.all("-ADC", Ending::Installed, Cause::None));
    let renamed = simulate(&text.replace("share_name = true", "share_name = false"));
    assert!(renamed.all("-DC", Ending::Installed, Cause::None));
}
