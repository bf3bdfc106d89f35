//! Boundary groups: how an Advanced Client looks for content on the points of its
//! own place, and then on those of its neighbours.

use crate::fleet;
use crate::lab::{ADVANCED, DAY, HOUR, HQ, LEGACY, Lab, PROGRAM, at, complaints};
use rollcast::division::Plan;
use rollcast::model::Entry;
use rollcast::outcome::{Cause, Ending, Outcome};
use rollcast::scenario::load_str;
use rollcast::units::Instant;
use rollcast::world::ServerRole;
use std::collections::BTreeSet;

const MINUTE: u64 = 60;

/// The documented example: three boundary groups of two points each, and the
/// point on the site server in the default site boundary group. One client in
/// `BG_A`.
const EXAMPLE: &str = r#"
[site.BG_B]
[site.BG_C]
[site."BG_*"]
parent = "hq"
[site.BG_A]
fallback = [
    { sites = ["BG_B"], after = "10 min" },
    { sites = ["BG_C"], after = "20 min" },
    { sites = ["hq"] },
]
[server."DP_A{1..2}"]
site = "BG_A"
[server."DP_B{1..2}"]
site = "BG_B"
[server."DP_C{1..2}"]
site = "BG_C"
[server."DP_*"]
roles = ["distribution point"]
network = "unlimited"
[package.p]
distribution_points = ["DP_*", "SMS"]
[advertisement.p]
on_local = "download"
on_remote = "download"
"#;

const IN_A: &str = "sites = [\"BG_A\"]\n";

fn down(servers: &[&str], until: &str) -> String {
    let names = servers.join("\", \"");
    format!("[[fault]]\nat = \"+0 s\"\n{until}\nserver = [\"{names}\"]\n")
}

fn example(faults: &str, settings: &[&str]) -> Lab {
    let sms = "server = [\"SMS\"]";
    let its_point = format!("{sms}\nroles = [\"distribution point\"]");
    let faults = faults.replace(sms, &its_point);
    Lab::set(&[EXAMPLE, ADVANCED, IN_A, PROGRAM, &faults], settings)
}

const ALL_BUT_SITE: [&str; 6] = ["DP_A1", "DP_A2", "DP_B1", "DP_B2", "DP_C1", "DP_C2"];

/// The points that a machine turned to, and when.
fn turns(lab: &Lab) -> Vec<(Instant, String)> {
    let diary = lab.diary("A1");
    let turns = diary.iter().filter_map(|(at, entry)| match entry {
        Entry::Point(point) => Some((*at, lab.server_name(Some(*point)).to_owned())),
        _ => None,
    });
    turns.collect()
}

fn between(turns: &[(Instant, String)], from: u64, to: u64) -> BTreeSet<&str> {
    let turns = turns.iter();
    turns
        .filter(|(when, _)| (at(from * MINUTE)..at(to * MINUTE)).contains(when))
        .map(|(_, point)| point.as_str())
        .collect()
}

/// learn.microsoft.com, "Example of using boundary groups": each point for two
/// minutes; `BG_B` after 10 minutes, `BG_C` after 20, the default site boundary group
/// after 120; then on, every two minutes another, until content is found.
#[test]
fn the_pool_of_the_documented_example_is_widened_after_10_20_and_120_minutes() {
    let faults = down(&ALL_BUT_SITE, "") + &down(&["SMS"], "");
    let lab = example(&faults, &["horizon=6 h"]);
    let turns = turns(&lab);
    let times: Vec<_> = turns.iter().map(|(at, _)| *at).collect();
    let every_two_minutes: Vec<_> = (0..=180).map(|n| at(n * 2 * MINUTE)).collect();
    assert_eq!(times, every_two_minutes);
    let (a, b, c) = (["DP_A1", "DP_A2"], ["DP_B1", "DP_B2"], ["DP_C1", "DP_C2"]);
    let pool = |groups: &[&[&'static str]]| groups.concat().into_iter().collect::<BTreeSet<_>>();
    assert_eq!(between(&turns, 0, 10), pool(&[&a]));
    assert_eq!(between(&turns, 10, 20), pool(&[&a, &b]));
    assert_eq!(between(&turns, 20, 120), pool(&[&a, &b, &c]));
    assert_eq!(between(&turns, 120, 360), pool(&[&a, &b, &c, &["SMS"]]));
    let widened: Vec<_> = lab
        .diary("A1")
        .into_iter()
        .filter_map(|(at, entry)| match entry {
            Entry::PoolWidened(_, points) => Some((at, points.len())),
            _ => None,
        })
        .collect();
    assert_eq!(
        widened,
        [
            (at(10 * MINUTE), 2),
            (at(20 * MINUTE), 2),
            (at(120 * MINUTE), 1)
        ]
    );
    let row = lab.only();
    assert_eq!(
        (row.ending, row.cause, row.code),
        (Ending::Retrying, Cause::ContentUnreachable, Some(53))
    );
}

/// Within a round, the own place comes first, then neighbours as they were added.
#[test]
fn every_round_begins_at_the_own_place_and_ends_at_the_last_neighbour() {
    let faults = down(&ALL_BUT_SITE, "") + &down(&["SMS"], "");
    let turns = turns(&example(&faults, &["horizon=6 h"]));
    let group = |name: &str| name.as_bytes().get(3).copied().unwrap_or(b'Z');
    let late: Vec<u8> = turns
        .iter()
        .filter(|(when, _)| *when > at(150 * MINUTE))
        .map(|(_, name)| group(name))
        .collect();
    let start = late
        .windows(2)
        .position(|pair| pair == *b"ZA" || pair[0] == b'Z')
        .unwrap()
        + 1;
    for round in late[start..].chunks_exact(7) {
        assert_eq!(round[..6], *b"AABBCC");
    }
}

#[test]
fn content_is_found_where_it_is_first_within_reach() {
    let up = |points: &[&str]| {
        let all = ALL_BUT_SITE.iter().chain(&["SMS"]);
        let down_are: Vec<&str> = all.copied().filter(|name| !points.contains(name)).collect();
        let (sms, others): (Vec<&str>, Vec<&str>) =
            down_are.iter().partition(|name| **name == "SMS");
        let mut faults = down(&others, "");
        if !sms.is_empty() {
            faults += &down(&sms, "");
        }
        let lab = example(&faults, &[]);
        let row = lab.only();
        assert_eq!(row.ending, Ending::Installed);
        (
            lab.server_name(row.distribution_point).to_owned(),
            row.content_start.0 / 1_000_000 / MINUTE,
        )
    };
    let (point, minute) = up(&["DP_A2", "DP_B1", "DP_C1", "SMS"]);
    assert!(point == "DP_A2" && minute <= 2, "{point} {minute}");
    // The point of BG_A that is up next in the round may come before, and the
    // other of BG_B.
    let (point, minute) = up(&["DP_B1", "DP_C1", "SMS"]);
    assert!(
        point == "DP_B1" && (10..=14).contains(&minute),
        "{point} {minute}"
    );
    let (point, minute) = up(&["DP_C1", "SMS"]);
    assert!(
        point == "DP_C1" && (20..=30).contains(&minute),
        "{point} {minute}"
    );
    let (point, minute) = up(&["SMS"]);
    assert!(
        point == "SMS" && (120..=132).contains(&minute),
        "{point} {minute}"
    );
}

/// One point each: the times are exact.
const PAIR: &str = r#"
[site.branch]
parent = "hq"
fallback = [{ sites = ["hq"], after = "10 min" }]
[server.BDP]
site = "branch"
roles = ["distribution point"]
network = "unlimited"
[package.p]
distribution_points = ["BDP", "SMS"]
"#;

const DOWNLOAD: &str = "[advertisement.p]\non_local = \"download\"\non_remote = \"download\"\n";
const HERE: &str = "sites = [\"branch\"]\n";

fn pair(parts: &[&str], settings: &[&str]) -> Lab {
    let mut all = vec![PAIR, ADVANCED, HERE, PROGRAM];
    all.extend(parts);
    Lab::set(&all, settings)
}

fn found(lab: &Lab) -> (String, Instant) {
    let row = lab.only();
    assert_eq!(row.ending, Ending::Installed, "{row:?}");
    (
        lab.server_name(row.distribution_point).to_owned(),
        row.content_start,
    )
}

fn at_point(point: &str, seconds: u64) -> (String, Instant) {
    (point.to_owned(), at(seconds))
}

#[test]
fn the_neighbour_is_turned_to_when_its_time_has_come_and_not_before() {
    let gone = down(&["BDP"], "");
    let lab = pair(&[DOWNLOAD, &gone], &[]);
    assert_eq!(found(&lab), at_point("SMS", 600));
    assert_eq!(
        lab.only().attempts,
        5,
        "rounds of two minutes, the last of them widened"
    );
    assert_eq!(lab.server("BDP", ServerRole::DistributionPoint).requests, 5);
    let settings = ["site.branch.fallback=[{ sites = [\"hq\"] }]"];
    let by_default = pair(&[DOWNLOAD, &gone], &settings);
    assert_eq!(found(&by_default), at_point("SMS", 120 * MINUTE));
    // Seven minutes are over in the middle of the fourth round.
    let settings = ["site.branch.fallback=[{ sites = [\"hq\"], after = \"7 min\" }]"];
    assert_eq!(
        found(&pair(&[DOWNLOAD, &gone], &settings)),
        at_point("SMS", 8 * MINUTE)
    );
    let settings = ["site.branch.fallback=[{ sites = [\"hq\"], after = \"0 s\" }]"];
    assert_eq!(
        found(&pair(&[DOWNLOAD, &gone], &settings)),
        at_point("SMS", 2 * MINUTE)
    );
}

#[test]
fn while_the_own_point_is_up_no_neighbour_is_asked() {
    let lab = pair(&[DOWNLOAD], &[]);
    assert_eq!(found(&lab), at_point("BDP", 0));
    assert_eq!(lab.server("SMS", ServerRole::DistributionPoint).requests, 0);
}

#[test]
fn a_point_that_comes_back_is_reached_at_once_by_whoever_waits_for_it() {
    let back = down(&["BDP"], "for = \"5 min\"");
    assert_eq!(found(&pair(&[DOWNLOAD, &back], &[])), at_point("BDP", 300));
    // Nor is a neighbour reached while the link is cut; its management point is
    // asked in vain meanwhile, which stops nobody who knows its points.
    let cut = "[[fault]]\nat = \"+3 min\"\nfor = \"13 min\"\nwan = [\"branch\"]\n";
    let gone = down(&["BDP"], "");
    let lab = pair(&[DOWNLOAD, &gone, cut], &["site.branch.wan=10 Gbit/s"]);
    assert_eq!(found(&lab), at_point("SMS", 16 * MINUTE));
}

#[test]
fn points_of_neighbours_are_remote_and_on_remote_says_how_they_are_used() {
    let gone = down(&["BDP"], "");
    // Not at all, which is the default.
    let lab = pair(&[&gone], &["horizon=6 h"]);
    let row = lab.only();
    assert_eq!(
        (row.ending, row.cause),
        (Ending::Retrying, Cause::ContentUnreachable)
    );
    assert_eq!(lab.server("SMS", ServerRole::DistributionPoint).requests, 0);
    assert_eq!(row.attempts, 181, "every two minutes");
    // Run locally, or downloaded from afar: a new round at the neighbour.
    let mixed = "[advertisement.p]\non_local = \"run\"\non_remote = \"download\"\n";
    let lab = pair(&[mixed, &gone], &[]);
    assert_eq!(found(&lab), at_point("SMS", 600));
    assert!(
        lab.only().run_start >= lab.only().content_end,
        "it is downloaded"
    );
    // And the other way round.
    let mixed = "[advertisement.p]\non_local = \"download\"\non_remote = \"run\"\n";
    let lab = pair(&[mixed, &gone], &[]);
    assert_eq!(found(&lab), at_point("SMS", 600));
    assert_eq!(lab.only().run_start, at(600), "it starts, then reads");
}

#[test]
fn where_the_own_place_does_not_have_the_content_neighbours_come_in_time_too() {
    let nowhere = "[[fault]]\nat = \"+0 s\"\npackage = \"p\"\ndistribution_points = [\"BDP\"]\ncontent = \"missing\"\n";
    let lab = pair(&[DOWNLOAD, nowhere], &[]);
    assert_eq!(found(&lab), at_point("SMS", 600));
    assert!(
        lab.messages("A1").contains(&10035),
        "it waits for content until then"
    );
    let early = pair(&[DOWNLOAD, nowhere], &["horizon=9 min"]).only();
    assert_eq!(
        (early.ending, early.cause),
        (Ending::Waiting, Cause::FallbackPending)
    );
    let never = pair(&[nowhere], &[]).only();
    assert_eq!(
        (never.ending, never.cause),
        (Ending::Waiting, Cause::OnlyRemotePoint)
    );
    // The content arrives meanwhile: the own point comes first.
    let arrives = nowhere.replace("package", "for = \"4 min\"\npackage");
    assert_eq!(
        found(&pair(&[DOWNLOAD, &arrives], &[])),
        at_point("BDP", 600)
    );
    // It arrives at the neighbour after the fallback: the next question finds it.
    let both = nowhere
        .replace("[\"BDP\"]", "[\"BDP\", \"SMS\"]")
        .replace("package", "for = \"90 min\"\npackage");
    let lab = pair(&[DOWNLOAD, &both], &[]);
    assert_eq!(lab.only().ending, Ending::Installed);
    assert_eq!(lab.server_name(lab.only().distribution_point), "BDP");
}

#[test]
fn a_point_that_refuses_at_once_holds_nobody_and_the_retry_rule_holds() {
    // Ten sessions are taken by others all day.
    let full = PAIR.replace(
        "roles = [\"distribution point\"]",
        "roles = [\"distribution point\"]\nconnection_limit = 1",
    ) + "\n[package.big]\nsize = \"1 GB\"\ndistribution_points = [\"BDP\"]\n\
        [program.big]\nruns = \"whether or not a user is logged on\"\n\
        [fleet.holder]\ncount = 1\nname = \"H{number}\"\naccess = \"64 kbit/s\"\nsites = [\"branch\"]\n\
        cache = \"2 GB\"\n[collection.holder]\nfleet = [\"holder\"]\n[collection.rest]\nfleet = [\"adv\"]\n\
        [advertisement.big]\non_local = \"download\"\ncollection = \"holder\"\n";
    let ours = DOWNLOAD.to_owned() + "collection = \"rest\"\navailable = \"+1 min\"\n";
    let poll = ["fleet.adv.poll_interval=1 min"];
    let lab = Lab::set(&[&full, ADVANCED, HERE, PROGRAM, &ours], &poll);
    let row = lab.row("A1", "p");
    assert_eq!(
        (row.ending, lab.server_name(row.distribution_point)),
        (Ending::Installed, "SMS")
    );
    // The first try, and one ten minutes later with the neighbour in the pool.
    assert_eq!(row.attempts, 2);
    assert_eq!(row.content_start.since(row.policy).0, 600 * 1_000_000);
}

#[test]
fn a_legacy_client_knows_no_boundary_groups() {
    let gone = down(&["BDP"], "");
    let lab = Lab::new(&[PAIR, LEGACY, HERE, PROGRAM, &gone]);
    let row = lab.only();
    assert_eq!((row.ending, row.run_start), (Ending::Installed, at(0)));
    assert_eq!(lab.server_name(row.distribution_point), "SMS");
}

#[test]
fn protected_points_are_the_own_ones_of_their_boundary_and_no_neighbours() {
    let gone = down(&["BDP"], "");
    let guarded = PAIR.to_owned()
        + "[server.GUARD]\nsite = \"hq\"\nroles = [\"distribution point\"]\nprotected = true\n\
           network = \"unlimited\"\nboundary = [\"branch\"]\n";
    let guarded = guarded.replace("[\"BDP\", \"SMS\"]", "[\"BDP\", \"SMS\", \"GUARD\"]");
    let run = |faults: &str| Lab::new(&[&guarded, ADVANCED, HERE, PROGRAM, DOWNLOAD, faults]);
    assert_eq!(
        found(&run("")),
        at_point("GUARD", 0),
        "and those use no other"
    );
    assert_eq!(found(&run(&down(&["GUARD"], ""))), at_point("SMS", 600));
    let elsewhere = guarded.replace("boundary = [\"branch\"]", "boundary = [\"hq\"]");
    let lab = Lab::new(&[&elsewhere, ADVANCED, HERE, PROGRAM, DOWNLOAD, &gone]);
    assert_eq!(found(&lab), at_point("SMS", 600));
    assert_eq!(
        lab.server("GUARD", ServerRole::DistributionPoint).requests,
        0
    );
}

#[test]
fn a_machine_that_comes_to_a_place_falls_back_to_the_neighbours_of_that_place() {
    let places = "\n[site.other]\nparent = \"hq\"\n";
    let stay = "[[stay]]\nmachine = [\"A1\"]\nsite = \"branch\"\nat = \"+0 s\"\nuntil = \"+2 d\"\n";
    let gone = down(&["BDP"], "");
    let lab = Lab::new(&[
        PAIR,
        places,
        ADVANCED,
        "sites = [\"other\"]\n",
        PROGRAM,
        DOWNLOAD,
        stay,
        &gone,
    ]);
    assert_eq!(found(&lab), at_point("SMS", 600));
    // Who leaves in the middle of the search begins anew by the rules of the place.
    let leaves = stay.replace("+2 d", "+5 min");
    let lab = Lab::new(&[
        PAIR,
        places,
        ADVANCED,
        "sites = [\"other\"]\n",
        PROGRAM,
        DOWNLOAD,
        &leaves,
        &gone,
    ]);
    let (point, at_home) = found(&lab);
    assert!(
        point == "SMS" && (at(300)..=at(360)).contains(&at_home),
        "{at_home:?}"
    );
}

#[test]
fn a_machine_that_goes_off_in_the_middle_goes_on_when_it_is_back() {
    let on = "availability = { days = \"Mon-Sun\", from = \"07:00\", to = \"08:03\", jitter = \"0 s\" }\n";
    let gone = down(&["BDP"], "");
    let lab = pair(&[DOWNLOAD, &gone, &format!("[fleet.\"a*\"]\n{on}")], &[]);
    // By the next morning the neighbour has long been in the pool.
    let row = lab.only();
    assert_eq!(lab.server_name(row.distribution_point), "SMS");
    assert_eq!(row.content_start, at(23 * HOUR));
}

/// Without a fallback the points are those of SMS 2003; they may hold a client
/// all the same.
#[test]
fn a_point_may_hold_a_client_without_any_fallback() {
    let two = "\n[server.\"DP{1..2}\"]\nsite = \"hq\"\nroles = [\"distribution point\"]\n\
        network = \"unlimited\"\n[package.p]\ndistribution_points = [\"DP*\"]\n";
    let gone = down(&["DP1", "DP2"], "");
    let rules = ["rules.point_timeout=30 s", "horizon=1 d"];
    for client in [ADVANCED, LEGACY] {
        let row = Lab::set(&[client, two, PROGRAM, &gone], &rules).only();
        // A minute at the two points, ten minutes until the next try.
        assert_eq!(
            (row.ending, row.attempts),
            (Ending::Retrying, 1 + (DAY / (11 * MINUTE)) as u32),
            "{client}"
        );
        let back = gone.replace("at = \"+0 s\"", "at = \"+0 s\"\nfor = \"40 s\"");
        let row = Lab::set(&[client, two, PROGRAM, &back], &rules).only();
        assert_eq!(
            (row.ending, row.attempts, row.run_start),
            (Ending::Installed, 1, at(40))
        );
    }
}

#[test]
fn places_that_fall_back_to_one_limited_point_are_one_group() {
    let text = |limit: &str, fallback: &str| {
        format!(
            "{HQ}\n[server.HDP]\nsite = \"hq\"\nroles = [\"distribution point\"]\n{limit}\
             network = \"unlimited\"\n[site.\"b{{1..3}}\"]\nparent = \"hq\"\n{fallback}\
             [server.\"BDP-{{site}}\"]\nsites = [\"b*\"]\nroles = [\"distribution point\"]\n\
             [fleet.pcs]\nsites = [\"b*\"]\nper_site = 2\n[package.p]\n\
             distribution_points = [\"BDP-*\", \"HDP\"]\n[program.p]\n\
             [advertisement.p]\non_remote = \"download\"\n"
        )
    };
    let groups = |limit: &str, fallback: &str| {
        Plan::new(&fleet::world(&text(limit, fallback))).group_count()
    };
    let fallback = "fallback = [{ sites = [\"hq\"] }]\n";
    let limit = "connection_limit = 10\n";
    assert_eq!(groups("", fallback), 3, "without a limit nobody meets");
    assert_eq!(groups(limit, ""), 3, "nor where nobody falls back");
    assert_eq!(groups(limit, fallback), 1);
}

/// The rows of branches are the same whether or not something ties them together.
#[test]
fn branches_fall_back_alike_apart_and_together() {
    let text = |tie: &str| {
        format!(
            "{HQ}{tie}\n[site.\"b{{1..3}}\"]\nparent = \"hq\"\nwan = \"2 Mbit/s\"\n\
             fallback = [{{ sites = [\"hq\"], after = \"15 min\" }}]\n\
             [server.\"BDP-{{site}}\"]\nsites = [\"b*\"]\nroles = [\"distribution point\"]\n\
             [fleet.pcs]\nsites = [\"b*\"]\nper_site = 4\npoll_interval = \"20 min\"\n[package.p]\n\
             distribution_points = [\"BDP-*\", \"SMS\"]\n[program.p]\nrights = \"administrative\"\n\
             runs = \"whether or not a user is logged on\"\n\
             [advertisement.p]\non_local = \"download\"\non_remote = \"download\"\n\
             [[fault]]\nat = \"+5 min\"\nfor = \"37 min\"\nserver = [\"BDP-b1\", \"BDP-b3\"]\n\
             [[fault]]\nat = \"+11 min\"\nfor = \"1 h\"\nwan = [\"b3\"]\n"
        )
    };
    let apart = fleet::world(&text(""));
    let together = fleet::world(&text("[server.\"S*\"]\nconnection_limit = 1000\n"));
    assert_eq!(Plan::new(&apart).group_count(), 3);
    assert_eq!(Plan::new(&together).group_count(), 1);
    let rows = fleet::outcomes(&apart);
    assert_eq!(rows, fleet::outcomes(&together));
    let from_hq = |row: &&Outcome| row.distribution_point == Some(3.into());
    let remote = rows.values().filter(from_hq).count();
    assert!((1..12).contains(&remote), "{remote}");
}

#[test]
fn nonsense_is_refused_and_what_is_not_used_is_said() {
    let with = |fallback: &str| {
        complaints(&[
            &PAIR.replace(
                "fallback = [{ sites = [\"hq\"], after = \"10 min\" }]",
                fallback,
            ),
            ADVANCED,
        ])
    };
    let own = with("fallback = [{ sites = [\"branch\"] }]");
    assert!(
        own.contains("the site `branch` falls back to itself"),
        "{own}"
    );
    let unknown = with("fallback = [{ sites = [\"hqq\"] }]");
    assert!(unknown.contains("did you mean `hq`?"), "{unknown}");
    let twice = with("fallback = [{ sites = [\"hq\"] }, { sites = [\"h*\"], after = \"1 h\" }]");
    assert!(
        twice.contains("the site `branch` falls back to `hq` twice"),
        "{twice}"
    );
    let empty = with("fallback = [{ after = \"1 h\" }]");
    assert!(empty.contains("names no sites"), "{empty}");
    // A glob does not mean the site itself; later before sooner is no matter.
    let text = format!("{HQ}{PAIR}{ADVANCED}{HERE}{PROGRAM}").replace(
        "sites = [\"hq\"], after = \"10 min\"",
        "sites = [\"*\"], after = \"1 h\"",
    );
    let loaded =
        load_str(&text, &[]).unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    let warnings = loaded.warnings.render(false);
    assert!(
        warnings.contains("say `on_remote = \"download\"`"),
        "{warnings}"
    );
}

#[test]
fn content_that_is_sent_to_the_neighbour_is_found_there_by_the_next_question() {
    let nowhere = "[[fault]]\nat = \"+0 s\"\npackage = \"p\"\n\
        distribution_points = [\"BDP\"]\ncontent = \"missing\"\n\
        [[fault]]\nat = \"+0 s\"\nfor = \"90 min\"\npackage = \"p\"\n\
        distribution_points = [\"SMS\"]\ncontent = \"missing\"\n";
    let lab = pair(&[DOWNLOAD, nowhere], &[]);
    assert_eq!(found(&lab), at_point("SMS", 2 * HOUR));
    let early = pair(&[DOWNLOAD, nowhere], &["horizon=1 h"]).only();
    assert_eq!(early.cause, Cause::NoPointHasContent);
}

/// What the comment of the scenario says of it.
#[test]
fn the_shipped_scenario_falls_back_as_it_says() {
    let text = include_str!("../../scenarios/fallback.toml");
    let run = |settings: &[&str]| Lab::of(text, settings);
    let north = |lab: &Lab| -> Vec<(String, Instant)> {
        let rows = lab
            .rows()
            .filter(|(name, ..)| name.starts_with("branch-north"));
        rows.map(|(_, _, row)| {
            assert_eq!(row.ending, Ending::Installed);
            let point = lab.server_name(row.distribution_point).to_owned();
            (point, row.content_start)
        })
        .collect()
    };
    let rows = north(&run(&[]));
    let (own, others): (Vec<_>, Vec<_>) = rows
        .iter()
        .partition(|(point, _)| point == "DP-branch-north");
    assert!((10..20).contains(&own.len()) && own.iter().all(|(_, when)| *when < at(20 * MINUTE)));
    assert!(
        others
            .iter()
            .all(|(point, when)| point == "DP-branch-south" && *when >= at(30 * MINUTE))
    );
    let rows = north(&run(&["site.branch-north.fallback=[{ sites = [\"hq\"] }]"]));
    let late = rows.iter().filter(|(point, _)| point == "HQ");
    assert!(late.clone().count() > 20 && late.clone().all(|(_, when)| *when >= at(140 * MINUTE)));
    assert!(
        rows.iter()
            .all(|(_, when)| !(at(20 * MINUTE)..at(140 * MINUTE)).contains(when))
    );
}
