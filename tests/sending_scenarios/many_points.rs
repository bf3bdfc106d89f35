//! Sites whose machines may turn to the points of all others: what they have in common
//! is worked out once, and ties them together only where something has a limit.

use rollcast::division::{Plan, Tie};
use rollcast::engine::Method;
use rollcast::outcome::ResourceKey;
use rollcast::world::World;

use crate::groups::tables;
use crate::loaded;

const BRANCHES: usize = 40;

/// Branches with a point each behind one management point. Nothing has a limit.
fn branches(of_branch: &str, more: &str, settings: &[&str]) -> World {
    let text = format!(
        r#"horizon = "2 d"
[site.hq]
[site."b{{1..{BRANCHES}}}"]
parent = "hq"
{of_branch}
[server.SMS]
site = "hq"
network = "unlimited"
roles = ["management point", "client access point"]
[server."{{site}}-DP"]
sites = ["b*"]
network = "unlimited"
roles = ["distribution point"]
[fleet.pcs]
sites = ["b*"]
per_site = 2
[fleet.old]
sites = ["b1*"]
per_site = 1
client = "legacy"
[program.p]
rights = "administrative"
runs = "whether or not a user is logged on"
[advertisement.p]
on_local = "download"
on_remote = "download"
[package.p]
size = "1 MB"
{more}"#
    );
    loaded(&text, settings).world
}

/// Scenarios in which machines may read from every branch, by what they show.
fn cases(also: &str, settings: &[&str]) -> Vec<(&'static str, World)> {
    let branches =
        |of_branch: &str, more: &str| branches(of_branch, &format!("{more}{also}"), settings);
    let to_all = "fallback = [{ sites = [\"*\"], after = \"10 min\" }]";
    let down = "[[fault]]\nat = \"+0 s\"\nfor = \"6 h\"\nserver = [\"b3*-DP\"]\n";
    let gone = "[[fault]]\nat = \"+10 min\"\nfor = \"2 h\"\npackage = \"p\"\n\
        distribution_points = [\"b2*-DP\"]\ncontent = \"missing\"\n";
    let sent = "[package.p.sent]\nat = \"+20 min\"\n";
    vec![
        ("content is sent", branches("", sent)),
        ("content goes", branches("", gone)),
        ("points are down", branches(to_all, down)),
        ("content is sent, with a fallback", branches(to_all, sent)),
        (
            "content goes, with a fallback",
            branches(to_all, &format!("{gone}{down}")),
        ),
    ]
}

#[test]
fn sites_that_may_turn_to_many_points_are_tied_only_by_what_has_a_limit() {
    for (what, world) in cases("", &[]) {
        let plan = Plan::new(&world);
        assert_eq!((plan.group_count(), plan.tie()), (BRANCHES, None), "{what}");
    }
    for (what, world) in cases("[server.\"b7-D*\"]\nconnection_limit = 1000\n", &[]) {
        let plan = Plan::new(&world);
        let named = |name| world.servers.iter().position(|server| server.name == name);
        let point = named("b7-DP").expect("it is there").into();
        assert_eq!(plan.group_count(), 1, "{what}");
        let Some((Tie::Resource(ResourceKey::Server(server, _)), BRANCHES)) = plan.tie() else {
            panic!("{what}: {:?}", plan.tie());
        };
        assert_eq!(server, point, "{what}");
    }
}

#[test]
fn a_line_up_from_a_branch_is_used_by_all_branches_but_itself() {
    for (what, world) in cases("", &["site.b7.wan_up=1 Mbit/s"]) {
        let plan = Plan::new(&world);
        let Some((Tie::Resource(ResourceKey::Link(link)), count)) = plan.tie() else {
            panic!("{what}: {:?}", plan.tie());
        };
        assert_eq!(world.links[link.index()].name, "b7", "{what}");
        assert_eq!(count, BRANCHES - 1, "{what}");
    }
}

#[test]
fn machines_that_read_from_many_branches_do_the_same_in_one_group_and_in_many() {
    let limit = ["server.SMS.connection_limit=1000000"];
    for ((what, apart), (_, tied)) in cases("", &[]).into_iter().zip(cases("", &limit)) {
        assert!(Plan::new(&apart).group_count() > 1, "{what}");
        assert_eq!(Plan::new(&tied).group_count(), 1, "{what}");
        let (one, many) = (
            tables(&tied, Method::Tuned, 1),
            tables(&apart, Method::Simple, 2),
        );
        assert_eq!(one["machines.csv"], many["machines.csv"], "{what}");
        let from_others = one["machines.csv"].lines().filter(|line| {
            let own = line.split(',').find(|field| field.starts_with('b'));
            own.is_some_and(|own| !line.contains(&format!("{own}-DP")))
        });
        assert!(from_others.count() > 3, "{what}: some read elsewhere");
    }
}
