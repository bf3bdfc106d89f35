//! How an Advanced Client sorts the points that it may use: by subnet, Active
//! Directory site and SMS site.

use crate::lab::{ADVANCED, Lab, PROGRAM};
use rollcast::outcome::Ending;
use std::collections::BTreeMap;

/// A town of two places in one Active Directory site, and a place elsewhere; a
/// point in each.
const TOWN: &str = r#"
[site.town]
[site.east]
parent = "town"
ad_site = "town"
slow_boundary = false
[site.far]
parent = "town"
slow_boundary = false
[server.TOWN]
site = "town"
roles = ["distribution point"]
network = "unlimited"
[server.EAST]
site = "east"
roles = ["distribution point"]
network = "unlimited"
[server.FAR]
site = "far"
roles = ["distribution point"]
network = "unlimited"
[package.p]
distribution_points = ["TOWN", "EAST", "FAR"]
"#;

/// How many of 400 machines at `site` used each point.
fn used(site: &str, rules: &[&str], down: &[&str], places: &str) -> BTreeMap<String, usize> {
    let here = format!(
        "{}sites = [\"{site}\"]\n",
        ADVANCED.replace("count = 1", "count = 400")
    );
    let fault = |server: &&str| format!("[[fault]]\nat = \"+0 s\"\nserver = [\"{server}\"]\n");
    let faults = down.iter().map(fault).collect::<Vec<_>>().concat();
    let lab = Lab::set(&[places, &here, PROGRAM, &faults], rules);
    let mut used = BTreeMap::new();
    for (_, _, row) in lab.rows() {
        assert_eq!((row.ending, row.attempts), (Ending::Installed, 1));
        let point = lab.server_name(row.distribution_point).to_owned();
        *used.entry(point).or_default() += 1;
    }
    used
}

fn all(point: &str) -> BTreeMap<String, usize> {
    BTreeMap::from([(point.to_owned(), 400)])
}

/// Whether the points were used about equally often.
fn at_random(used: &BTreeMap<String, usize>, points: &[&str]) -> bool {
    let share = 400 / points.len();
    used.keys().eq(points) && used.values().all(|n| n.abs_diff(share) < 50)
}

#[test]
fn nearest_is_the_place_then_its_ad_site_then_the_rest() {
    assert_eq!(used("east", &[], &[], TOWN), all("EAST"));
    assert_eq!(used("east", &[], &["EAST"], TOWN), all("TOWN"));
    assert_eq!(used("east", &[], &["EAST", "TOWN"], TOWN), all("FAR"));
    // Where nobody names an Active Directory site, each place is one of its own.
    let apart = TOWN.replace("ad_site = \"town\"\n", "");
    let rest = used("east", &[], &["EAST"], &apart);
    assert!(at_random(&rest, &["FAR", "TOWN"]), "{rest:?}");
}

/// snowland.se: AD site, then subnet, then SMS site; inside the AD site the
/// subnet is not looked at here.
#[test]
fn with_the_ad_site_first_its_points_are_equal_wherever_they_stand() {
    let first = ["rules.point_order=ad site first"];
    let near = used("east", &first, &[], TOWN);
    assert!(at_random(&near, &["EAST", "TOWN"]), "{near:?}");
    assert_eq!(used("east", &first, &["EAST", "TOWN"], TOWN), all("FAR"));
    assert_eq!(used("far", &first, &[], TOWN), all("FAR"));
}

#[test]
fn at_random_neither_counts() {
    let any = used("east", &["rules.point_order=random"], &[], TOWN);
    assert!(at_random(&any, &["EAST", "FAR", "TOWN"]), "{any:?}");
}

#[test]
fn remote_points_of_the_ad_site_come_before_other_remote_points() {
    let slow = TOWN
        .replace("slow_boundary = false", "slow_boundary = true")
        .replace("\"TOWN\", \"EAST\", \"FAR\"", "\"TOWN\", \"FAR\"")
        + "[advertisement.p]\non_remote = \"download\"\n[program.p]\n";
    let program = PROGRAM.replace("\n[program.p]\n", "");
    let here = format!(
        "{}sites = [\"east\"]\n",
        ADVANCED.replace("count = 1", "count = 40")
    );
    let lab = Lab::new(&[&slow, &program, &here]);
    for (_, _, row) in lab.rows() {
        assert_eq!(lab.server_name(row.distribution_point), "TOWN");
    }
}

/// Configuration Manager 2007.
#[test]
fn bits_enabled_points_may_be_preferred_inside_a_tier() {
    let bits = ["rules.prefer_bits=true"];
    let with_bits = |point: &str| {
        TOWN.replace(
            &format!("[server.{point}]\n"),
            &format!("[server.{point}]\nbits = true\n"),
        )
    };
    let any = ["rules.prefer_bits=true", "rules.point_order=random"];
    assert_eq!(used("east", &any, &[], &with_bits("FAR")), all("FAR"));
    assert_eq!(
        used("east", &bits, &[], &with_bits("FAR")),
        all("EAST"),
        "inside a tier only"
    );
    let first = ["rules.prefer_bits=true", "rules.point_order=ad site first"];
    assert_eq!(used("east", &first, &[], &with_bits("TOWN")), all("TOWN"));
    assert_eq!(
        used("east", &first, &["TOWN"], &with_bits("TOWN")),
        all("EAST")
    );
    let by_default = used(
        "east",
        &["rules.point_order=random"],
        &[],
        &with_bits("FAR"),
    );
    assert!(
        at_random(&by_default, &["EAST", "FAR", "TOWN"]),
        "SMS 2003 does not"
    );
}
