//! Machines at other sites than their own (`TechNet` cc181243, cc181572).

use crate::lab::{ADVANCED, DAY, HOUR, LEGACY, Lab, PROGRAM, at, complaints};
use rollcast::division::Plan;
use rollcast::model::Entry;
use rollcast::outcome::{Cause, Ending, Outcome};
use rollcast::units::Size;
use rollcast::world::{LinkKind, ServerRole};

/// A branch behind a slow link, with a distribution point of its own.
const BRANCH: &str = "[site.branch]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\n\
    [server.BR-DP]\nsite = \"branch\"\nroles = [\"distribution point\"]\nnetwork = \"unlimited\"\n";
const EVERYWHERE: &str = "[package.p]\ndistribution_points = [\"SMS\", \"BR-DP\"]\n";
const AT_HQ: &str = "[package.p]\ndistribution_points = [\"SMS\"]\n";
/// The machines belong to headquarters.
const FROM_HQ: &str = "sites = [\"hq\"]\n";
const AWAY: &str = "[[stay]]\nmachine = [\"*\"]\nsite = \"branch\"\n";

fn away(client: &str, rest: &[&str]) -> Lab {
    let mut parts = vec![client, FROM_HQ, BRANCH, PROGRAM, AWAY];
    parts.extend(rest);
    Lab::set(&parts, &["horizon=3 d"])
}

#[test]
fn cc181243_an_advanced_client_uses_the_points_of_the_place_where_it_is() {
    let lab = away(ADVANCED, &[EVERYWHERE]);
    let row = lab.only();
    assert_eq!(
        (row.ending, lab.server_name(row.distribution_point)),
        (Ending::Installed, "BR-DP")
    );
    assert_eq!(lab.link("branch", LinkKind::WanDown).bytes, Size(0));
    let told = |(_, entry): &(_, Entry)| matches!(entry, Entry::Away(..));
    assert!(lab.diary("A1").iter().any(told), "explain says where it is");
    // At home it would have used that of headquarters.
    let parts = [ADVANCED, FROM_HQ, BRANCH, PROGRAM, EVERYWHERE];
    let home = Lab::new(&parts);
    assert_eq!(home.server_name(home.only().distribution_point), "SMS");
}

#[test]
fn cc181572_a_legacy_client_is_bound_to_its_own_site() {
    let lab = away(LEGACY, &[AT_HQ]);
    let row = lab.only();
    assert_eq!(lab.server_name(row.distribution_point), "SMS");
    // All ten megabytes cross the link to the place where the machine is.
    assert_eq!((row.ending, row.content_end), (Ending::Installed, at(80)));
    assert_eq!(
        lab.link("branch", LinkKind::WanDown).bytes,
        Size(10_000_000)
    );
}

/// Outside the boundaries of its site a Legacy Client may be removed: in its next
/// client configuration cycle.
#[test]
fn cc181572_a_legacy_client_outside_its_boundaries_is_removed_in_its_configuration_cycle() {
    let removed = "rules.legacy_removed_outside=true";
    let many = LEGACY.replace("count = 1", "count = 200");
    let stay = AWAY.to_owned() + "at = \"+1 d\"\nfor = \"12 h\"\n";
    let due = "[advertisement.p]\nassigned = \"+3 d\"\n";
    let run = |client: &str, settings: &[&str]| {
        let settings = [settings, &["package.p.size=1 kB"]].concat();
        Lab::set(&[client, FROM_HQ, BRANCH, PROGRAM, &stay, due], &settings)
    };
    let lab = run(&many, &[removed]);
    let mut gone = 0;
    for (machine, _, row) in lab.rows() {
        if row.ending == Ending::Installed {
            continue;
        }
        gone += 1;
        assert_eq!(
            (row.ending, row.cause),
            (Ending::Failed, Cause::ClientRemoved)
        );
        assert!(!row.run_start.is_some() && !row.report.is_some());
        if gone == 1 {
            let when = lab.diary(machine).into_iter().find_map(|(_, e)| match e {
                Entry::ClientRemoved(at) => Some(at),
                _ => None,
            });
            let when = when.expect("explain tells it");
            assert!(at(DAY) <= when && when < at(DAY + 12 * HOUR), "{when:?}");
        }
    }
    // Twelve of twenty-three hours hold the cycle of as many machines.
    assert!(u64::abs_diff(gone, 104) < 35, "{gone}");
    // By default it stays, and so do Advanced Clients.
    let none = |lab: &Lab| {
        lab.rows()
            .all(|(_, _, row)| row.ending == Ending::Installed)
    };
    assert!(none(&run(&many, &[])));
    assert!(none(&run(
        &ADVANCED.replace("count = 1", "count = 200"),
        &[removed]
    )));
    // Away for a whole cycle, all are.
    let lab = Lab::set(
        &[&many, FROM_HQ, BRANCH, PROGRAM, AWAY, due],
        &[removed, "package.p.size=1 kB"],
    );
    assert!(
        lab.rows()
            .all(|(_, _, row)| row.cause == Cause::ClientRemoved)
    );
}

/// A client that is gone looks for no advertisements either: it would lock the
/// account whose password it does not know.
#[test]
fn a_client_that_was_removed_presents_no_passwords_any_more() {
    let passwords = "[server.DC]\nsite = \"hq\"\nroles = [\"domain controller\"]\n\
        [domain.CORP.lockout]\nthreshold = 5\n\
        [[rotation]]\naccount = 'CORP\\SMSClient_S01'\nat = \"+2 d\"\n\
        [advertisement.p]\navailable = \"+5 d\"\n";
    let hourly = LEGACY.to_owned() + "poll_interval = \"1 h\"\n";
    let asked = |rule: &str| {
        let parts = [&hourly, FROM_HQ, BRANCH, PROGRAM, AWAY, passwords];
        let lab = Lab::set(&parts, &["horizon=6 d", rule]);
        lab.server("DC", ServerRole::DomainController).requests
    };
    assert!(asked("rules.legacy_removed_outside=false") > 4 * 23);
    assert_eq!(asked("rules.legacy_removed_outside=true"), 0);
}

/// Who is off at the hour of its cycle looks when it is on again.
#[test]
fn a_cycle_that_falls_into_a_night_is_made_up_in_the_morning() {
    let many = LEGACY.replace("count = 1", "count = 100")
        + "availability = { days = \"Mon-Sun\", from = \"08:00\", to = \"09:00\", jitter = \"0 s\" }\n";
    // Away from the second morning on for a minute: the night before is made up.
    let stay = AWAY.to_owned() + "at = \"+1 d\"\nfor = \"1 min\"\n";
    let due = "[advertisement.p]\nassigned = \"+3 d\"\n";
    let lab = Lab::set(
        &[&many, FROM_HQ, BRANCH, PROGRAM, &stay, due],
        &["rules.legacy_removed_outside=true", "package.p.size=1 kB"],
    );
    let gone = lab
        .rows()
        .filter(|(_, _, row)| row.cause == Cause::ClientRemoved);
    // All but those whose cycle falls into the one hour of the first morning.
    assert!(gone.count() > 80);
}

/// In a remote roaming boundary the points elsewhere are remote.
#[test]
fn what_is_not_at_a_remote_place_is_remote_and_what_then_happens_the_advertisement_says() {
    let waiting = away(ADVANCED, &[AT_HQ]).only();
    assert_eq!(
        (waiting.ending, waiting.cause),
        (Ending::Waiting, Cause::OnlyRemotePoint)
    );
    let offer = |mode: &str| {
        let tab = format!("[advertisement.p]\non_remote = \"{mode}\"\n");
        away(ADVANCED, &[AT_HQ, &tab]).only()
    };
    assert_eq!(offer("download").run_start, at(80));
    let run = offer("run");
    assert_eq!((run.run_start, run.content_end), (at(0), at(80)));
    // In a local boundary they are local.
    let fast = BRANCH.replace("wan =", "slow_boundary = false\nwan =");
    let lab = Lab::new(&[ADVANCED, FROM_HQ, &fast, PROGRAM, AWAY, AT_HQ]);
    assert_eq!(
        (lab.only().ending, lab.only().run_start),
        (Ending::Installed, at(0))
    );
}

#[test]
fn who_waits_for_a_local_point_finds_one_at_home() {
    let stay = AWAY.to_owned() + "for = \"1 d\"\n";
    let lab = Lab::new(&[ADVANCED, FROM_HQ, BRANCH, PROGRAM, &stay, AT_HQ]);
    assert_eq!(
        (lab.only().ending, lab.only().run_start),
        (Ending::Installed, at(DAY))
    );
}

/// Another SMS site, with a management point of its own, has no point with the
/// content: the client falls back to its own site, whose points are remote.
#[test]
fn where_the_other_site_has_nothing_the_points_at_home_are_remote() {
    let other = BRANCH
        .replace("wan =", "slow_boundary = false\nwan =")
        .replace(
            "[\"distribution point\"]",
            "[\"management point\", \"distribution point\"]",
        );
    let lab = |tab: &str| {
        Lab::set(
            &[
                ADVANCED,
                FROM_HQ,
                &other,
                PROGRAM,
                AWAY,
                AT_HQ,
                "[advertisement.p]",
                tab,
            ],
            &["horizon=1 d"],
        )
    };
    assert_eq!(lab("").only().cause, Cause::OnlyRemotePoint);
    let download = lab("on_remote = \"download\"");
    assert_eq!(
        download.server_name(download.only().distribution_point),
        "SMS"
    );
    assert_eq!(download.only().content_end, at(80));
}

#[test]
fn a_protected_point_serves_whoever_is_in_its_boundary() {
    let protected = BRANCH.replace("network =", "protected = true\nnetwork =");
    let row = |stay: &str| {
        let only = "[package.p]\ndistribution_points = [\"BR-DP\"]\n";
        let parts = [ADVANCED, FROM_HQ, &protected, PROGRAM, stay, only];
        Lab::set(&parts, &["horizon=1 d"]).only()
    };
    assert_eq!(row(AWAY).ending, Ending::Installed);
    assert_eq!(row("").cause, Cause::PointProtected);
}

#[test]
fn who_moves_loses_the_transfer_which_bits_resumes_and_smb_begins_again() {
    let download = "[advertisement.p]\non_local = \"download\"\non_remote = \"download\"\n";
    let slow = ADVANCED.to_owned() + "access = \"1 Mbit/s\"\n";
    let later = AWAY.to_owned() + "at = \"+40 s\"\n";
    let row = |bits: &str| {
        let parts = [
            &slow, FROM_HQ, BRANCH, PROGRAM, &later, EVERYWHERE, download,
        ];
        let lab = Lab::set(&parts, &["horizon=1 d", &format!("server.SMS.bits={bits}")]);
        let row = lab.only();
        (
            lab.server_name(row.distribution_point).to_owned(),
            row.downloaded,
            row.content_end,
        )
    };
    // It is tried again after ten minutes, at the point of the other place.
    assert_eq!(
        row("true"),
        ("BR-DP".to_owned(), Size(10_000_000), at(640 + 40))
    );
    assert_eq!(
        row("false"),
        ("BR-DP".to_owned(), Size(15_000_000), at(640 + 80))
    );
}

#[test]
fn a_program_that_runs_runs_on_when_the_machine_moves() {
    let later = AWAY.to_owned() + "at = \"+5 min\"\n";
    for client in [ADVANCED, LEGACY] {
        let lab = Lab::new(&[client, FROM_HQ, BRANCH, PROGRAM, &later, AT_HQ]);
        assert_eq!((lab.only().run_end, lab.only().attempts), (at(600), 1));
    }
}

#[test]
fn the_controller_is_one_near_the_place() {
    let controllers = "[server.BR-DC]\nsite = \"branch\"\nroles = [\"domain controller\"]\n\
        [server.HQ-DC]\nsite = \"hq\"\nroles = [\"domain controller\"]\n";
    for client in [ADVANCED, LEGACY] {
        let lab = away(client, &[EVERYWHERE, controllers]);
        assert_eq!(lab.server_name(lab.only().domain_controller.get()), "BR-DC");
        let home = Lab::new(&[client, FROM_HQ, BRANCH, PROGRAM, EVERYWHERE, controllers]);
        assert_eq!(
            home.server_name(home.only().domain_controller.get()),
            "HQ-DC"
        );
    }
}

/// In the long run a machine that stays a day and is at home for three is away
/// a quarter of its time.
#[test]
fn trips_take_the_share_of_the_time_that_their_lengths_have() {
    let trips = "roaming = { sites = [\"branch\"], stay = \"exponential(1 d)\", home = \"exponential(3 d)\" }\n";
    let many = ADVANCED.replace("count = 1", "count = 2000");
    let due = "[advertisement.p]\nassigned = \"+30 d\"\n";
    let count = |trips: &str, share: &str| {
        let lab = Lab::set(
            &[
                &many,
                FROM_HQ,
                &trips.replace("{ ", &format!("{{ {share}")),
                BRANCH,
                PROGRAM,
                EVERYWHERE,
                due,
            ],
            &["horizon=31 d"],
        );
        lab.rows()
            .filter(|(_, _, row)| lab.server_name(row.distribution_point) == "BR-DP")
            .count()
    };
    // 500 expected, with a standard deviation of 19.4.
    let away = count(trips, "");
    assert!((430..=570).contains(&away), "{away}");
    let half = count(trips, "share = 0.5, ");
    assert!((190..=310).contains(&half), "{half} of 250");
    assert_eq!(count("", ""), 0);
}

/// Machines that stay at home have the draws they had before, and no outcome
/// changes where nobody travels.
#[test]
fn who_does_not_travel_is_not_concerned() {
    let many = |more: &str| {
        let text = ADVANCED.replace("count = 1", "count = 30") + more;
        let lab = Lab::new(&[&text, FROM_HQ, BRANCH, PROGRAM, EVERYWHERE]);
        lab.rows().map(|(_, _, row)| *row).collect::<Vec<_>>()
    };
    assert_eq!(many(""), many("roaming = { share = 0 }\n"));
}

/// Two branches that share nothing are two groups; machines that may be at
/// either tie them.
#[test]
fn sites_between_which_machines_travel_are_simulated_together() {
    let text = |roaming: &str| {
        format!(
            "[site.hq]\n[site.one]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\n[site.two]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\n\
             [server.\"*\"]\nnetwork = \"unlimited\"\n[server.SMS]\nsite = \"hq\"\nroles = [\"distribution point\", \"management point\"]\n\
             [fleet.pc]\nper_site = 5\nsites = [\"one\", \"two\"]\n{roaming}[advertisement.package]\non_remote = \"download\"\n"
        )
    };
    let groups = |roaming: &str| {
        let lab = Lab::of(&text(roaming), &[]);
        let count = Plan::new(&lab.world).group_count();
        let carried: u64 = ["one", "two"]
            .iter()
            .map(|site| lab.link(site, LinkKind::WanDown).bytes.0)
            .sum();
        let downloaded: u64 = lab.rows().map(|(_, _, row)| row.downloaded.0).sum();
        assert_eq!(carried, downloaded, "every byte has crossed a link");
        count
    };
    assert_eq!(groups(""), 2);
    assert_eq!(
        groups("roaming = { sites = [\"one\", \"two\"], home = \"1 h\" }\n"),
        1
    );
    assert_eq!(
        groups("[[stay]]\nmachine = [\"one-pc-00001\"]\nsite = \"two\"\n"),
        1
    );
}

#[test]
fn policy_comes_from_the_own_site_wherever_the_machine_is() {
    let down = "[[fault]]\nat = \"+0 s\"\nfor = \"5 h\"\nwan = [\"branch\"]\n";
    let hourly = ADVANCED.to_owned() + "poll_interval = \"1 h\"\n";
    let lab = Lab::new(&[&hourly, FROM_HQ, BRANCH, PROGRAM, AWAY, EVERYWHERE, down]);
    let policy = lab.only().policy;
    assert!(at(5 * HOUR) <= policy && policy < at(6 * HOUR));
}

#[test]
fn stays_that_cannot_be_are_errors() {
    let text = complaints(&[ADVANCED, "[[stay]]\nmachine = [\"B*\"]\nsite = \"hq\"\n"]);
    assert!(text.contains("no machine is called `B*`"), "{text}");
    let text = complaints(&[ADVANCED, "[[stay]]\nmachine = [\"A1\"]\n"]);
    assert!(text.contains("does not say who is where"), "{text}");
    let twice = "[[stay]]\nmachine = [\"A1\"]\nsite = \"branch\"\nfor = \"2 d\"\n\
        [[stay]]\nmachine = [\"A*\"]\nsite = \"hq\"\nat = \"+1 d\"\n";
    let text = complaints(&[ADVANCED, FROM_HQ, BRANCH, twice]);
    assert!(text.contains("at two sites at a time"), "{text}");
}

/// A stay is added to the trips that a machine makes, and replaces them only while it lasts.
#[test]
fn before_and_after_a_stay_a_machine_makes_its_trips() {
    let many = ADVANCED.replace("count = 1", "count = 30");
    let trips = "roaming = { home = \"5 h\", stay = \"5 h\" }\n";
    let many = format!("{many}{FROM_HQ}{trips}");
    let due = "[advertisement.p]\nassigned = \"+30 h\"\n";
    let points = |stay: &str| {
        let lab = Lab::set(
            &[&many, BRANCH, PROGRAM, EVERYWHERE, stay, due],
            &["horizon=3 d"],
        );
        let name = |row: &Outcome| lab.server_name(row.distribution_point).to_owned();
        lab.rows().map(|(_, _, row)| name(row)).collect::<Vec<_>>()
    };
    let trips_alone = points("");
    let away = trips_alone.iter().filter(|point| *point == "BR-DP").count();
    assert!((5..25).contains(&away), "{away}");
    for over in ["for = \"10 h\"\n", "at = \"+900 h\"\n"] {
        assert_eq!(points(&(AWAY.to_owned() + over)), trips_alone, "{over}");
    }
    let meanwhile = points(&(AWAY.to_owned() + "at = \"+29 h\"\nfor = \"10 h\"\n"));
    assert!(meanwhile.iter().all(|point| point == "BR-DP"));
}

/// The trips are in equilibrium at the start: the share of machines that are away is the same
/// at any moment, whatever the lengths, and nobody makes a trip to the own site.
#[test]
fn at_any_moment_as_many_machines_are_away() {
    let many = ADVANCED.replace("count = 1", "count = 1000");
    for lengths in [
        "home = \"30 h\", stay = \"10 h\"",
        "home = \"uniform(0 h, 60 h)\", stay = \"exponential(10 h)\"",
    ] {
        for hours in [1, 7, 20, 33, 100] {
            let trips = format!("roaming = {{ {lengths} }}\n");
            let due = format!("[advertisement.p]\nassigned = \"+{hours} h\"\n");
            let parts = [&many, FROM_HQ, &trips, BRANCH, PROGRAM, EVERYWHERE, &due];
            let lab = Lab::set(&parts, &["horizon=5 d"]);
            let is_away = |row: &Outcome| lab.server_name(row.distribution_point) == "BR-DP";
            let away = lab.rows().filter(|(_, _, row)| is_away(row)).count();
            // 250 expected, with a standard deviation of 13.7.
            assert!(away.abs_diff(250) < 55, "{away} after {hours} h, {lengths}");
        }
    }
}

#[test]
fn a_stay_where_the_machine_is_anyway_is_no_move() {
    let row = |client, site: &str, stays: &str| {
        let lab = Lab::set(
            &[client, site, BRANCH, PROGRAM, AT_HQ, stays],
            &["horizon=3 d", "advertisement.p.on_remote=\"download\""],
        );
        lab.only()
    };
    let stay = |when: &str| AWAY.replace("[[stay]]\n", &format!("[[stay]]\n{when}"));
    let in_two = stay("for = \"40 s\"\n") + &stay("at = \"+40 s\"\n");
    let (home, at_home) = ("sites = [\"branch\"]\n", "at = \"+40 s\"\nfor = \"10 s\"\n");
    for client in [ADVANCED, LEGACY] {
        let once = row(client, FROM_HQ, AWAY);
        assert_eq!((once.ending, once.attempts), (Ending::Installed, 1));
        assert_eq!(row(client, FROM_HQ, &in_two), once);
        let never = row(client, home, "");
        assert_eq!((never.ending, never.attempts), (Ending::Installed, 1));
        assert_eq!(row(client, home, &stay(at_home)), never);
    }
}
