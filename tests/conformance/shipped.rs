//! The scenarios that ship show what their comments say.

use crate::lab::{DAY, Lab, at};
use rollcast::outcome::{Cause, Ending};
use rollcast::world::LinkKind;

/// KB Q199234, Q103390.
#[test]
fn users_of_an_account_domain_and_a_shop_in_a_workgroup_come_as_who_they_are() {
    let text = include_str!("../../scenarios/two-domains.toml");
    let lab = Lab::of(text, &[]);
    for (machine, advertisement, row) in lab.rows() {
        let of = |name: &str| machine.starts_with(name);
        let expected = match (advertisement, of("SHOP"), of("CLERK")) {
            ("tool", ..) | ("forms", false, _) | ("figures", false, false) => Cause::None,
            ("figures", false, true) => Cause::UserDenied,
            ("toolbar", false, _) => Cause::PerUserMsiFailed,
            ("licence", false, _) if machine == "FINANCE-1" => Cause::None,
            ("licence", false, _) => Cause::NetworkAccessAccountDenied,
            _ => Cause::AccountUnknown,
        };
        assert_eq!(row.cause, expected, "{machine} {advertisement}");
    }
    assert_eq!(lab.account(lab.row("SHOP-1", "tool").network), r"*\sms");
}

#[test]
fn a_new_viewer_takes_the_place_of_the_old_one_and_the_trial_goes() {
    let text = include_str!("../../scenarios/supersede.toml");
    let lab = Lab::of(text, &[]);
    let (mut superseded, mut removed, mut trials) = (0, 0, 0);
    for (machine, advertisement, row) in lab.rows() {
        let new = lab.row(machine, "viewer-2");
        match advertisement {
            "viewer-1" if new.ending == Ending::Installed => {
                assert_ne!(row.ending, Ending::Installed, "{machine} has but one");
                let away = machine.contains("laptops");
                assert!(!away || !row.run_start.is_some(), "{machine}");
                removed += u64::from(row.cause == Cause::Replaced);
                superseded += u64::from(row.cause == Cause::Superseded);
            }
            "viewer-2" => {
                let kept_away = row.cause == Cause::OldNotRemoved;
                assert!(row.ending == Ending::Installed || kept_away, "{machine}");
            }
            "trial" => {
                trials += u64::from(row.ending == Ending::Removed);
                let failed = row.cause == Cause::RemovalFailed;
                assert!(row.ending == Ending::Removed || failed, "{machine}");
                assert!(row.report >= at(3 * DAY), "{machine}");
            }
            _ => assert_eq!(new.cause, Cause::OldNotRemoved),
        }
    }
    assert!(superseded > 10 && removed > 50 && (85..100).contains(&trials));
    let upgraded = Lab::of(text, &["program.viewer-2.uninstall_first=false"]);
    let all = upgraded.rows().filter(|(_, ad, _)| *ad == "viewer-2");
    assert!(
        all.into_iter()
            .all(|(_, _, row)| row.ending == Ending::Installed)
    );
}

#[test]
fn a_blank_source_keeps_everybody_waiting_for_one_line() {
    let text = include_str!("../../scenarios/policy-herd.toml");
    let herd = Lab::of(text, &[]);
    let bytes = 600 * 250_000_000;
    assert_eq!(herd.link("hq", LinkKind::WanDown).bytes.0, bytes);
    // Nobody is done before the line has carried nearly all of it.
    let line = bytes * 8 / 10_000_000;
    let mut ends: Vec<_> = herd.rows().map(|(_, _, row)| row.content_end).collect();
    ends.sort_unstable();
    assert!(at(line) <= ends[599] && ends[300] > at(line * 9 / 10));
    let named = Lab::of(text, &["package.roll-up.distribution_points=[\"HQ-DP\"]"]);
    assert_eq!(named.link("hq", LinkKind::WanDown).bytes.0, 0);
    assert!(named.rows().all(|(_, _, row)| row.run_end < at(4 * 3_600)));
}

#[test]
fn batches_join_the_pilot_and_whoever_leaves_it_loses_the_program() {
    let text = include_str!("../../scenarios/pilot.toml");
    let lab = Lab::of(text, &[]);
    let (tuesday, thursday) = (at(DAY), at(3 * DAY));
    assert_eq!(lab.rows().count(), 10 + 20 + 40);
    let (mut late, mut away) = (0, 0);
    for (machine, _, row) in lab.rows() {
        if machine.starts_with("IT-") {
            assert!(row.policy < tuesday, "{machine}");
            assert_eq!(row.ending, Ending::Installed, "{machine}");
        } else if machine.starts_with("OLD-") {
            assert!(tuesday <= row.policy && row.policy < thursday, "{machine}");
            let removed = (row.ending, row.cause) == (Ending::Removed, Cause::LeftCollection);
            assert_eq!(removed, machine.starts_with("OLD-1"), "{machine}");
        } else if row.policy.is_some() {
            assert!(thursday <= row.policy, "{machine}");
            assert_eq!(row.ending, Ending::Installed, "{machine}");
        } else {
            late += u64::from(row.cause == Cause::LeftCollection);
            away += u64::from(row.ending == Ending::Unaware);
        }
    }
    assert!(late > 0 && away + late < 15, "{late} {away}");
    // The second batch on the first day.
    let early = Lab::of(text, &["membership.1.joins=2006-03-21T06:00:00"]);
    let branch = early.rows().filter(|(name, ..)| name.starts_with("BRANCH"));
    let heard = branch.filter(|(_, _, row)| row.policy < thursday).count();
    assert!(heard >= 20, "those that were there: {heard}");
}
