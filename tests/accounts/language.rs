//! What the scenario language says about accounts in motion, and what it
//! refuses.

use super::simulated::world;
use rollcast::scenario::load_str;
use rollcast::units::{Instant, Span};
use rollcast::world::{AccountId, DomainId, Lockout, PassThrough, ServerId};

fn refused(text: &str) -> String {
    match load_str(text, &[]) {
        Ok(_) => panic!("this was accepted:\n{text}"),
        Err(problems) => {
            let told = problems
                .list()
                .iter()
                .map(|p| format!("{}: {}", p.code, p.message));
            told.collect::<Vec<_>>().join("\n")
        }
    }
}

#[test]
fn defaults_are_those_of_the_articles() {
    let world = world(
        r#"
[domain.CORP]
lockout = {}
[server.DC]
roles = ["domain controller"]
authentication = {}
[account.'CORP\naa']
[[rotation]]
account = 'CORP\naa'
at = "+1 h"
"#,
    );
    let policy = world.identities.policy(DomainId(0));
    let half_hour = Span::from_mins(30);
    let expected = Lockout {
        threshold: 5,
        window: half_hour,
        duration: half_hour,
        forgiven: 0,
    };
    assert_eq!(policy.lockout, Some(expected));
    assert_eq!(policy.replication, Span::from_mins(5));
    let slots = PassThrough {
        slots: 2,
        hold: Span(100_000),
        patience: Span::from_secs(45),
        confirms_tickets: false,
    };
    let dc = world
        .servers
        .iter()
        .position(|server| server.name == "DC")
        .expect("it is there");
    assert_eq!(world.identities.pass_through[&ServerId::from(dc)], slots);
    let rotation = world.identities.rotations[0];
    assert_eq!(
        (rotation.at, rotation.known_to_sms),
        (rotation.at, rotation.at.clamped())
    );
    assert_eq!(rotation.at.clamped(), Instant::START + Span::from_hours(1));
    assert_eq!(world.rules.configuration_interval, Span::from_hours(23));
}

#[test]
fn an_empty_scenario_has_no_account_in_motion() {
    assert_eq!(world("").identities, rollcast::world::Identities::default());
}

#[test]
fn later_changes_of_settings_keep_what_earlier_ones_said() {
    let world = world(
        r#"
[account.'CORP\a']
[account.'CORP\b']
[[account_change]]
at = "+2 h"
software_installation = 'CORP\b'
[[account_change]]
at = "+1 h"
network_access = 'CORP\a'
"#,
    );
    let handouts = &world.identities.handouts;
    assert_eq!(handouts.len(), 2);
    assert!(handouts[0].at < handouts[1].at);
    let id = |name: &str| {
        let at = world.directory.accounts.iter().position(|a| a.name == name);
        Some(AccountId::from(at.expect("it is there")))
    };
    assert_eq!(handouts[0].accounts.software_installation, None);
    assert_eq!(handouts[1].accounts.network_access, id(r"CORP\a"));
    assert_eq!(handouts[1].accounts.software_installation, id(r"CORP\b"));
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let cases = [
        (
            "[[rotation]]\naccount = 'CORP\\nobody'",
            "unknown-name: there is no account",
        ),
        ("[[rotation]]\nat = \"+1 h\"", "missing-key"),
        (
            "[account.'.\\local']\n[[rotation]]\naccount = '.\\local'",
            "rotation-of-a-local-account",
        ),
        (
            "[domain.HOME]\nkind = \"workgroup\"\nlockout = {}",
            "lockout-of-a-workgroup",
        ),
        (
            "[domain.CORP]\nlockout = { duration = \"5 min\" }",
            "lockout-too-short",
        ),
        ("[domain.CORP]\npdc = \"hq-DP\"", "missing-role"),
        (
            "[[account_change]]\nnetwork_access = 'CORP\\nobody'",
            "unknown-name",
        ),
        ("[[account_change]]\nsites = [\"mars\"]", "unknown-name"),
        (
            "[account.'CORP\\a']\n[[rotation]]\naccount = 'CORP\\a'\nat = \"+1 h\"\nknown_to_sms = \"+9 h\"\n[[rotation]]\naccount = 'CORP\\a'\nat = \"+2 h\"",
            "rotations-out-of-order",
        ),
    ];
    for (text, expected) in cases {
        let problems = refused(text);
        assert!(problems.contains(expected), "{text}\n gave\n{problems}");
    }
}

#[test]
fn a_threshold_of_zero_is_no_lockout() {
    for lockout in ["threshold = 0", "threshold = 0, duration = \"5 min\""] {
        let world = world(&format!("[domain.CORP]\nlockout = {{ {lockout} }}\n"));
        assert_eq!(world.identities.policy(DomainId(0)).lockout, None);
    }
}
