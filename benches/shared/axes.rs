//! The axes along which a scenario can grow, each as a scenario of any size.

#![allow(
    dead_code,
    reason = "the test counts steps, and the bench measures time"
)]

use std::fmt::Write;

/// One axis.
pub(crate) struct Axis {
    /// What grows.
    pub(crate) name: &'static str,
    /// A scenario of that size.
    pub(crate) scenario: fn(usize) -> String,
    /// Sizes at which steps are counted, in a debug build too.
    pub(crate) counted: [usize; 3],
    /// Sizes at which time is measured.
    pub(crate) timed: [usize; 3],
    /// The exponent of its steps that must not be passed.
    pub(crate) most: f64,
}

/// The growth of cost against the growth of size, as the exponent of a power, that must
/// not be passed.
const MOST: f64 = 1.15;

/// Every axis.
pub(crate) const AXES: &[Axis] = &[
    axis(
        "machines",
        machines,
        [500, 2_000, 8_000],
        [20_000, 80_000, 320_000],
    ),
    axis(
        "machines behind a hub",
        hub,
        [500, 2_000, 8_000],
        [20_000, 80_000, 320_000],
    ),
    axis(
        "machines, each with a rate of its own",
        rates,
        [500, 2_000, 8_000],
        [20_000, 80_000, 320_000],
    ),
    axis(
        "machines that wait for a line",
        cut,
        [500, 2_000, 8_000],
        [5_000, 20_000, 80_000],
    ),
    axis(
        "Legacy Clients that read from each of ten branches over full lines",
        all_to_all,
        [2_000, 8_000, 32_000],
        [10_000, 40_000, 160_000],
    ),
    axis(
        "sites, written one by one",
        sites,
        [250, 1_000, 4_000],
        [2_500, 10_000, 40_000],
    ),
    axis(
        "sites in chains of a hundred parents",
        chains,
        [100, 400, 1_600],
        [2_500, 10_000, 40_000],
    ),
    axis(
        "sites with servers of every role",
        roles,
        [100, 400, 1_600],
        [2_500, 10_000, 40_000],
    ),
    axis(
        "sites that content is sent to",
        sending,
        [50, 200, 800],
        [500, 2_000, 8_000],
    ),
    axis(
        "packages that are sent",
        sent_packages,
        [50, 200, 800],
        [500, 2_000, 8_000],
    ),
    axis(
        "groups that send to their own branch",
        sending_groups,
        [50, 200, 800],
        [250, 1_000, 4_000],
    ),
    axis(
        "sites that fall back to all others",
        fallback,
        [50, 200, 800],
        [500, 2_000, 8_000],
    ),
    axis(
        "points of a place that refuse",
        points,
        [200, 400, 800],
        [100, 400, 1_600],
    ),
    axis(
        "advertisements to every machine",
        advertisements,
        [50, 200, 800],
        [100, 300, 900],
    ),
    axis(
        "advertisements of one package to every machine",
        advertisements_of_one_package,
        [50, 200, 800],
        [100, 300, 900],
    ),
    axis(
        "fleet groups, each with an advertisement of its own",
        own_advertisements,
        [50, 200, 800],
        [1_000, 4_000, 16_000],
    ),
    axis(
        "sites, each with a package, a collection and an advertisement of its own",
        own_packages,
        [50, 200, 800],
        [1_000, 4_000, 16_000],
    ),
    axis(
        "sites with a point, each with a package and an advertisement of its own",
        own_packages_on_all,
        [50, 200, 800],
        [1_000, 4_000, 16_000],
    ),
    choices(
        "sites with a point and Legacy Clients, each with a package of its own",
        own_packages_of_legacy_clients,
        [50, 200, 800],
        [1_000, 4_000, 16_000],
    ),
    choices(
        "packages on all the points of one place",
        packages_on_points,
        [50, 200, 800],
        [500, 2_000, 8_000],
    ),
    choices(
        "sites, half of which have a point",
        half_with_points,
        [100, 400, 1_600],
        [2_500, 10_000, 40_000],
    ),
    axis(
        "roll-outs, each with two phases of its own",
        own_rollouts,
        [50, 200, 800],
        [1_000, 4_000, 16_000],
    ),
    axis(
        "collections, each of which its members leave",
        own_memberships,
        [50, 200, 800],
        [1_000, 4_000, 16_000],
    ),
    axis(
        "machines, each in a collection of names that begin and end as many others do",
        collections_by_glob,
        [50, 200, 800],
        [1_000, 4_000, 16_000],
    ),
    axis(
        "fleet groups, each in a collection by glob and with a member by name",
        groups_by_glob,
        [50, 200, 800],
        [1_000, 4_000, 16_000],
    ),
    axis(
        "fleet groups, each at a site of its own and of two kinds",
        own_groups,
        [100, 400, 1_600],
        [2_500, 10_000, 40_000],
    ),
    axis(
        "objectives, each of an advertisement of its own",
        own_objectives,
        [50, 200, 800],
        [1_000, 4_000, 16_000],
    ),
    axis("domains", domains, [50, 200, 800], [500, 2_000, 8_000]),
    axis(
        "programs, each superseding the one before",
        supersedence,
        [25, 100, 400],
        [50, 150, 450],
    ),
    axis(
        "programs in chains of a hundred, each to run first",
        run_first,
        [100, 400, 1_600],
        [1_000, 4_000, 16_000],
    ),
    axis(
        "platforms that a program names",
        platforms,
        [100, 400, 1_600],
        [2_500, 10_000, 40_000],
    ),
    axis(
        "fleet groups with exit codes of their own",
        exit_codes_on,
        [100, 400, 1_600],
        [2_500, 10_000, 40_000],
    ),
    axis(
        "sites with weights and kinds of machines of their own",
        weights,
        [100, 400, 1_600],
        [2_500, 10_000, 40_000],
    ),
    axis(
        "sites with limits of BITS of their own",
        bits,
        [50, 200, 800],
        [1_000, 4_000, 16_000],
    ),
    axis(
        "sites between which machines roam",
        roaming,
        [50, 200, 800],
        [1_000, 4_000, 16_000],
    ),
    axis(
        "sites with points, between which machines roam",
        roaming_points,
        [50, 200, 800],
        [1_000, 4_000, 16_000],
    ),
    axis(
        "entries of `[[stay]]`",
        stays,
        [250, 1_000, 4_000],
        [2_500, 5_000, 10_000],
    ),
    axis(
        "members by name",
        members,
        [250, 1_000, 4_000],
        [2_500, 5_000, 10_000],
    ),
    axis(
        "entries of `[[membership]]`",
        memberships,
        [250, 1_000, 4_000],
        [2_500, 5_000, 10_000],
    ),
    axis(
        "faults of clocks",
        clocks,
        [250, 1_000, 4_000],
        [2_500, 5_000, 10_000],
    ),
    axis(
        "faults of an account",
        accounts,
        [250, 1_000, 4_000],
        [2_500, 5_000, 10_000],
    ),
    axis(
        "sites with an account of their own, whose password changes",
        rotations,
        [100, 400, 1_600],
        [1_000, 4_000, 16_000],
    ),
    axis(
        "sites with Legacy Clients and an account of their own, whose password changes",
        legacy_rotations,
        [100, 400, 1_600],
        [1_000, 4_000, 16_000],
    ),
    axis(
        "sites, each handed another account",
        account_changes,
        [100, 400, 1_600],
        [1_000, 4_000, 16_000],
    ),
    axis(
        "sites with an account of their own that fails",
        own_account_faults,
        [100, 400, 1_600],
        [1_000, 4_000, 16_000],
    ),
    axis(
        "faults of a server",
        servers,
        [250, 1_000, 4_000],
        [2_500, 5_000, 10_000],
    ),
    axis(
        "days on which a program fails",
        retries,
        [10, 40, 160],
        [30, 120, 480],
    ),
    axis(
        "days on which a machine that travels fails",
        travels,
        [10, 40, 160],
        [30, 120, 480],
    ),
];

const fn axis(
    name: &'static str,
    scenario: fn(usize) -> String,
    counted: [usize; 3],
    timed: [usize; 3],
) -> Axis {
    Axis {
        name,
        scenario,
        counted,
        timed,
        most: MOST,
    }
}

/// An axis along which both the machines and the points grow among which each of them
/// chooses by a draw for every point.
const fn choices(
    name: &'static str,
    scenario: fn(usize) -> String,
    counted: [usize; 3],
    timed: [usize; 3],
) -> Axis {
    Axis {
        most: 2.0 * MOST,
        ..axis(name, scenario, counted, timed)
    }
}

const ONE_PACKAGE: &str = r#"
[package.p]
size = "1 MB"
[program.p]
rights = "administrative"
runs = "whether or not a user is logged on"
[advertisement.p]
on_local = "download"
on_remote = "download"
"#;

/// `head`, one package, and `entry` written for every number below `count`.
fn listed(head: &str, count: usize, entry: impl Fn(usize) -> String) -> String {
    let mut text = format!("{head}{ONE_PACKAGE}");
    (0..count).for_each(|at| text += &entry(at));
    text
}

fn machines(count: usize) -> String {
    let head = format!(
        r#"[site.hq]
[site."b{{1..50}}"]
parent = "hq"
[server.SMS]
site = "hq"
roles = ["management point", "client access point"]
[server."{{site}}-DP"]
sites = ["b*"]
roles = ["distribution point"]
[fleet.pcs]
sites = ["b*"]
count = {count}
"#
    );
    listed(&head, 0, |_| String::new())
}

/// Sites, lines and the server grow with the machines, so that all are as full.
fn hub(count: usize) -> String {
    let (sites, rate) = (count / 50, count / 25);
    let head = format!(
        r#"[site.hq]
[site."b{{1..{sites}}}"]
parent = "hq"
wan = "10 Mbit/s"
[server.hq-DP]
roles = ["distribution point"]
network = "{rate} Mbit/s"
[fleet.old]
sites = ["b*"]
count = {}
access = "10 Mbit/s"
[fleet.pcs]
sites = ["b*"]
count = {}
"#,
        count / 2,
        count / 2
    );
    listed(&head, 0, |_| String::new())
}

/// A fleet group for each machine, and no two rates alike.
fn rates(count: usize) -> String {
    let head =
        "[site.hq]\n[server.hq-DP]\nroles = [\"distribution point\"]\nnetwork = \"30 Mbit/s\"\n";
    listed(head, count, |at| {
        let rate = 100_000 + at * 7_919 % 1_000_003 * 90;
        format!("[fleet.f{at}]\ncount = 1\naccess = \"{rate} bit/s\"\n")
    })
}

fn cut(count: usize) -> String {
    let head = format!(
        r#"[site.hq]
[site.b]
parent = "hq"
wan = "100 Mbit/s"
[fleet.pcs]
sites = ["b"]
count = {count}
[[fault]]
at = "+10 min"
for = "1 d"
wan = ["b"]
"#
    );
    listed(&head, 0, |_| String::new())
}

/// Each line is asked for twice what it has, however many machines there are.
fn all_to_all(count: usize) -> String {
    let rate = count * 5 / 3;
    let head = format!(
        r#"[site.hq]
[site."b{{1..10}}"]
parent = "hq"
wan = "{rate} kbit/s"
[server."{{site}}-DP"]
sites = ["b*"]
roles = ["distribution point"]
[fleet.pcs]
sites = ["b*"]
count = {count}
client = "legacy"
"#
    );
    let text = listed(&head, 0, |_| String::new());
    text.replace("1 MB", "10 MB")
}

fn sites(count: usize) -> String {
    let head = "[site.hq]\n[fleet.pcs]\nper_site = 1\n";
    listed(head, count, |at| {
        format!("[site.branch-{at}]\nparent = \"hq\"\nwan = \"100 Mbit/s\"\n")
    })
}

fn weights(count: usize) -> String {
    let of_sites = |entry: fn(usize) -> String| {
        let entries: Vec<String> = (0..count).map(entry).collect();
        entries.join(", ")
    };
    let weights = of_sites(|at| format!("branch-{at} = {}", at % 7 + 1));
    let kinds = of_sites(|at| format!("branch-{at} = {{ legacy = 0.5 }}"));
    let head = format!(
        "[site.hq]\n[fleet.pcs]\ncount = {count}\nsites = {{ {weights} }}\nkinds = {{ {kinds} }}\n"
    );
    listed(&head, count, |at| {
        format!("[site.branch-{at}]\nparent = \"hq\"\n")
    })
}

fn bits(count: usize) -> String {
    let head = "[site.hq]\n[server.DP]\nsite = \"hq\"\nbits = true\nroles = [\"distribution point\"]\n[fleet.pcs]\nper_site = 1\n";
    listed(head, count, |at| {
        let rate = at + 1_000;
        format!("[site.branch-{at}]\nparent = \"hq\"\nbits = {{ rate = \"{rate} kbit/s\" }}\n")
    })
}

/// Every machine may go to every site.
fn roaming(count: usize) -> String {
    let head = format!(
        r#"[site.hq]
[site."b{{1..{count}}}"]
parent = "hq"
wan = "10 Mbit/s"
[fleet.pcs]
per_site = 1
roaming = {{ home = "exponential(3 h)", stay = "uniform(1 h, 2 h)" }}
"#
    );
    listed(&head, 0, |_| String::new())
}

fn roaming_points(count: usize) -> String {
    let points = "[server.\"{site}-DP\"]\nsites = [\"*\"]\nroles = [\"distribution point\"]\n";
    roaming(count) + points
}

fn chains(count: usize) -> String {
    let head = "[site.s0]\n[fleet.pcs]\nsites = [\"s0\"]\ncount = 10\n";
    listed(head, count, |at| {
        let parent = if at % 100 == 0 { 0 } else { at };
        format!("[site.s{}]\nparent = \"s{parent}\"\n", at + 1)
    })
}

fn roles(count: usize) -> String {
    let head = format!(
        r#"[site.hq]
[site."b{{1..{count}}}"]
parent = "hq"
wan = "2 Mbit/s"
[server."{{site}}-S"]
sites = ["*"]
roles = ["management point", "client access point", "distribution point", "file server"]
[server."{{site}}-DC"]
sites = ["*"]
roles = ["domain controller"]
[fleet.pcs]
sites = ["b*"]
per_site = 1
"#
    );
    listed(&head, 0, |_| String::new())
}

fn branches(count: usize, of_site: &str) -> String {
    format!(
        r#"[site.hq]
[site."b{{1..{count}}}"]
parent = "hq"
wan = "2 Mbit/s"
{of_site}
[server.SMS]
site = "hq"
roles = ["management point", "client access point"]
[server."{{site}}-DP"]
sites = ["b*"]
roles = ["distribution point"]
[fleet.pcs]
sites = ["b*"]
per_site = 1
"#
    )
}

fn sending(count: usize) -> String {
    listed(&branches(count, ""), 1, |_| "[package.p.sent]\n".to_owned())
}

/// Packages that are sent to three branches, where nobody waits for them.
fn sent_packages(count: usize) -> String {
    let sent = |at| {
        format!(
            "[package.s{at}]\nsize = \"1 MB\"\n[package.s{at}.sent]\n[program.s{at}]\npackage = \"s{at}\"\n"
        )
    };
    listed(&branches(3, ""), count, sent)
}

/// Trees of a site and its branch, whose clients read over the line of the branch while
/// something is sent over it.
fn sending_groups(count: usize) -> String {
    let mut text = "horizon = \"2 d\"\n[address.line]\n".to_owned();
    for at in 0..count {
        // Writing into a String cannot fail.
        let _ = write!(
            text,
            r#"[site.h{at}]
[site.b{at}]
parent = "h{at}"
wan = "1 Mbit/s"
address = "line"
[server.H{at}]
site = "h{at}"
roles = ["management point", "client access point", "distribution point"]
[server.B{at}]
site = "b{at}"
roles = ["client access point", "distribution point"]
[fleet.f{at}]
sites = ["b{at}"]
count = 2
[collection.c{at}]
site = ["b{at}"]
[package.p{at}]
size = "2 MB"
distribution_points = ["H{at}"]
[program.p{at}]
rights = "administrative"
runs = "whether or not a user is logged on"
[advertisement.p{at}]
program = "p{at}"
collection = "c{at}"
on_remote = "download"
[package.q{at}]
size = "200 MB"
distribution_points = ["B{at}"]
[package.q{at}.sent]
from = "h{at}"
"#
        );
    }
    text
}

fn fallback(count: usize) -> String {
    listed(
        &branches(count, r#"fallback = [{ sites = ["*"] }]"#),
        0,
        |_| String::new(),
    )
}

fn points(count: usize) -> String {
    format!(
        r#"horizon = "2 d"
[site.hq]
[server.SMS]
roles = ["management point", "client access point"]
[server."DP-{{1..{count}}}"]
roles = ["distribution point"]
[fleet.pcs]
count = 40
{ONE_PACKAGE}
[[fault]]
at = "+0 s"
for = "6 h"
server = ["DP-*"]
"#
    )
}

fn advertisements(count: usize) -> String {
    let mut text = "[site.hq]\n[fleet.pcs]\ncount = 20\n[rules]\ncache = \"5 MB\"\n".to_owned();
    for at in 0..count {
        text += &one_program(at, "");
    }
    text
}

/// All of them want the content that the first has fetched.
fn advertisements_of_one_package(count: usize) -> String {
    let mut text = format!("[site.hq]\n[fleet.pcs]\ncount = 20\n{ONE_PACKAGE}");
    for at in 0..count {
        text += &format!(
            "[program.q{at}]\npackage = \"p\"\nrights = \"administrative\"\n\
             runs = \"whether or not a user is logged on\"\n\
             [advertisement.q{at}]\non_local = \"download\"\n"
        );
    }
    text
}

fn own_advertisements(count: usize) -> String {
    let mut text = format!("[site.hq]\n[fleet.\"f{{0..{}}}\"]\ncount = 2\n", count - 1);
    for at in 0..count {
        let collection =
            format!("collection = \"c{at}\"\n[collection.c{at}]\nfleet = [\"f{at}\"]\n");
        text += &one_program(at, "");
        text += &collection;
    }
    text
}

fn collections_by_glob(count: usize) -> String {
    let mut text = format!("[site.hq]\n[fleet.pcs]\ncount = {count}\n");
    for at in 1..=count {
        text += &one_program(at, "");
        text += &format!("collection = \"c{at}\"\n[collection.c{at}]\nname = [\"hq-*{at:05}\"]\n");
    }
    text
}

fn groups_by_glob(count: usize) -> String {
    let mut text = format!(
        "[site.hq]\n[fleet.\"f-{{0..{}}}-x\"]\ncount = 2\n",
        count - 1
    );
    for at in 0..count {
        text += &one_program(at, "");
        let next = (at + 1) % count;
        text += &format!(
            "collection = \"c{at}\"\n[collection.c{at}]\nfleet = [\"f-{at}-*\"]\nmachines = [\"hq-f-{next}-x-00001\"]\n"
        );
    }
    text
}

fn own_packages(count: usize) -> String {
    let mut text = "[site.hq]\n[fleet.pcs]\nsites = [\"b*\"]\nper_site = 2\n".to_owned();
    for at in 0..count {
        text += &one_program(at, "");
        text += &format!(
            "collection = \"c{at}\"\n[collection.c{at}]\nsite = [\"b{at}\"]\n[site.b{at}]\n"
        );
    }
    text
}

/// Sites with a point each behind one management point, and a package of its own for
/// each, which is on all points.
fn own_packages_on_all(count: usize) -> String {
    let mut text = branches(count, "");
    for at in 1..=count {
        text += &one_program(at, "");
        text += &to_branch(at);
    }
    text
}

fn to_branch(at: usize) -> String {
    format!("collection = \"c{at}\"\n[collection.c{at}]\nsite = [\"b{at}\"]\n")
}

fn own_packages_of_legacy_clients(count: usize) -> String {
    let text = own_packages_on_all(count);
    text.replace("[fleet.pcs]\n", "[fleet.pcs]\nclient = \"legacy\"\n")
}

/// As many packages as points; five machines want a third of them each.
fn packages_on_points(count: usize) -> String {
    let mut text = format!(
        r#"[site.hq]
[fleet.pcs]
count = 5
[server."DP-{{1..{count}}}"]
roles = ["distribution point"]
[collection.c0]
name = ["*1"]
[collection.c1]
name = ["*2"]
[collection.c2]
name = ["*3"]
"#
    );
    for at in 0..count {
        text += &one_program(at, "");
        text += &format!("collection = \"c{}\"\n", at % 3);
    }
    text
}

/// Machines of the other half read over the lines of the first.
fn half_with_points(count: usize) -> String {
    let text = branches(count, "");
    let half = format!("sites = [\"b*\"]\nfirst = {}\nroles", count / 2);
    listed(&text.replace("sites = [\"b*\"]\nroles", &half), 0, |_| {
        String::new()
    })
}

fn own_rollouts(count: usize) -> String {
    let mut text = branches(count, "");
    for at in 1..=count {
        let other = at % count + 1;
        text += &one_program(at, "");
        text += &format!(
            r#"collection = "c{at}"
phases = [{{ collection = "d{at}" }}, {{ collection = "e{at}" }}]
[collection.c{at}]
site = ["b{at}", "b{other}"]
[collection.d{at}]
site = ["b{at}"]
[collection.e{at}]
site = ["b{other}"]
"#
        );
    }
    text
}

fn own_memberships(count: usize) -> String {
    let mut text = branches(count, "");
    for at in 1..=count {
        text += &one_program(at, "");
        text += &to_branch(at);
        text += &format!(
            "[[membership]]\ncollection = \"c{at}\"\nsite = [\"b{at}\"]\nleaves = \"+{at} min\"\n"
        );
    }
    text
}

fn own_groups(count: usize) -> String {
    let text = format!("[site.hq]\n[site.\"b{{1..{count}}}\"]\nparent = \"hq\"\n");
    listed(&text, count, |at| {
        let site = at + 1;
        format!(
            "[fleet.f{at}]\nsites = [\"b{site}\"]\ncount = 2\nkinds = {{ \"b{site}\" = {{ legacy = 0.5 }} }}\n"
        )
    })
}

fn own_objectives(count: usize) -> String {
    let text = own_packages_on_all(count);
    let objective =
        |at| format!("[objective.o{at}]\nadvertisement = \"p{at}\"\nby = \"+{at} min\"\n");
    text + &(1..=count).map(objective).collect::<String>()
}

/// Each with a site of its own and the machines there.
fn domains(count: usize) -> String {
    let text = branches(count, "");
    let text = text.replace("]\n[server", "]\ndomain = \"CORP\"\n[server");
    let text = text.replace(
        "[fleet.pcs]",
        "domain = \"CORP\"\n[domain.CORP]\n[fleet.pcs]",
    );
    let text = text.replace("per_site = 1", "per_site = 1\ndomain = \"CORP\"");
    listed(&text, count, |at| {
        let site = at + 1;
        format!(
            "[domain.D{at}]\n[fleet.f{at}]\nsites = [\"b{site}\"]\ncount = 1\ndomain = \"D{at}\"\n"
        )
    })
}

fn supersedence(count: usize) -> String {
    // All of them have room, so that none is tried again for want of it.
    let mut text = "[site.hq]\n[fleet.pcs]\ncount = 20\n[rules]\ncache = \"1 GB\"\n".to_owned();
    for at in 0..count {
        let before = at.checked_sub(1);
        let supersedes = before.map(|before| format!("supersedes = [\"p{before}\"]\n"));
        text += &one_program(at, &supersedes.unwrap_or_default());
    }
    text
}

/// The last program of each chain is advertised.
fn run_first(count: usize) -> String {
    let head = "[site.hq]\n[fleet.pcs]\ncount = 2\n[package.p]\nsize = \"0 B\"\n".to_owned();
    (0..count).fold(head, |mut text, at| {
        // Writing into a String cannot fail.
        let _ = write!(
            text,
            r#"[program.p{at}]
package = "p"
rights = "administrative"
runs = "whether or not a user is logged on"
install_time = "1 s"
"#
        );
        if at % 100 > 0 {
            let _ = writeln!(text, "run_first = \"p{}\"", at - 1);
        }
        text
    })
}

/// A fleet group for each platform, and `more` of the program for them all.
fn on_platforms(count: usize, more: impl Fn(usize) -> String) -> String {
    let head = "[site.hq]\n[package.p]\nsize = \"1 MB\"\n".to_owned();
    let group = |at: usize| format!("[fleet.f{at}]\ncount = 1\nplatform = \"XP of build {at}\"\n");
    let groups: String = (0..count).map(group).collect();
    let entries: Vec<String> = (0..count).map(more).collect();
    let program = ONE_PACKAGE.replace("[package.p]\nsize = \"1 MB\"\n", "");
    let program = program.replace(
        "[program.p]\n",
        &format!("[program.p]\n{}\n", entries.join("")),
    );
    head + &groups + &program
}

fn platforms(count: usize) -> String {
    let text = on_platforms(count, |at| format!("\"xp of build {at}\", "));
    let text = text.replace("[program.p]\n", "[program.p]\nplatforms = [");
    text.replace(", \nrights", "]\nrights")
}

fn exit_codes_on(count: usize) -> String {
    on_platforms(count, |at| {
        let code = at % 200 + 1;
        format!("exit_codes_on.\"xp of build {at}\" = {{ {code} = 0.5 }}\n")
    })
}

fn one_program(at: usize, more: &str) -> String {
    let mut text = String::new();
    // Writing into a String cannot fail.
    let _ = write!(
        text,
        r#"[package.p{at}]
size = "1 MB"
[program.p{at}]
package = "p{at}"
rights = "administrative"
runs = "whether or not a user is logged on"
{more}[advertisement.p{at}]
program = "p{at}"
on_local = "download"
"#
    );
    text
}

fn crowd(count: usize) -> String {
    format!(
        "horizon = \"14 d\"\n[site.hq]\n[site.b]\nparent = \"hq\"\n[fleet.pcs]\nsites = [\"hq\"]\ncount = {count}\n"
    )
}

fn stays(count: usize) -> String {
    listed(&crowd(count), count, |at| {
        let (minute, machine) = (at % 1_000, at + 1);
        format!(
            "[[stay]]\nat = \"+{minute} min\"\nfor = \"30 min\"\nmachine = [\"hq-pcs-{machine:05}\"]\nsite = \"b\"\n"
        )
    })
}

fn members(count: usize) -> String {
    let head = crowd(count);
    let mut text = listed(&head, 0, |_| String::new());
    text += "collection = \"c\"\n[collection.c]\nmachines = [";
    for at in 0..count {
        // Writing into a String cannot fail.
        let _ = write!(text, "\"hq-pcs-{:05}\", ", at + 1);
    }
    text + "]\n"
}

fn memberships(count: usize) -> String {
    let mut text = listed(&crowd(count), 0, |_| String::new());
    text += "collection = \"c\"\n[collection.c]\nfleet = [\"pcs\"]\n";
    for at in 0..count {
        let (minute, machine) = (at % 5_000 + 1, at + 1);
        text += &format!(
            "[[membership]]\ncollection = \"c\"\nname = [\"hq-pcs-{machine:05}\"]\nleaves = \"+{minute} min\"\n"
        );
    }
    text
}

fn clocks(count: usize) -> String {
    listed(&crowd(200), count, |at| {
        let offset = at % 19 + 1;
        format!(
            "[[fault]]\nat = \"+{at} min\"\nfor = \"30 min\"\nsite = [\"hq\"]\nclock = \"+{offset} min\"\n"
        )
    })
}

fn accounts(count: usize) -> String {
    let head = format!(
        "{}[account.'CORP\\naa']\n[accounts]\nnetwork_access = 'CORP\\naa'\n",
        crowd(200)
    );
    listed(&head, count, |at| {
        format!(
            "[[fault]]\nat = \"+{at} min\"\nfor = \"30 s\"\naccount = 'CORP\\naa'\nstate = \"locked\"\n"
        )
    })
}

/// Sites that share nothing, each with an account of its own of this kind, and what
/// happens to it.
fn own_accounts(kind: &str, count: usize, happens: impl Fn(usize, &str) -> String) -> String {
    let (hand, client) = match kind {
        "client_connection" => (["[", "]"], "client = \"legacy\"\n"),
        _ => (["", ""], ""),
    };
    let head = format!(
        "[site.hq]\n[server.HQ]\nsite = \"hq\"\nnetwork = \"unlimited\"\n\
         roles = [\"management point\", \"client access point\", \"distribution point\"]\n\
         [fleet.pcs]\nsites = [\"b*\"]\nper_site = 1\n{client}"
    );
    listed(&head, count, |at| {
        let account = format!("'CORP\\{at}'");
        let [open, close] = hand;
        format!(
            "[site.b{at}]\nparent = \"hq\"\nwan = \"2 Mbit/s\"\n\
             accounts.{kind} = {open}{account}{close}\n[account.{account}]\n{}",
            happens(at, &account)
        )
    })
}

fn password_changes(at: usize, account: &str) -> String {
    let hour = at % 40 + 1;
    format!("[[rotation]]\naccount = {account}\nat = \"+{hour} h\"\n")
}

fn rotations(count: usize) -> String {
    own_accounts("network_access", count, password_changes)
}

fn legacy_rotations(count: usize) -> String {
    own_accounts("client_connection", count, password_changes)
}

fn account_changes(count: usize) -> String {
    own_accounts("network_access", count, |at, _| {
        let hour = at % 40 + 1;
        format!(
            "[account.'CORP\\n{at}']\n[[account_change]]\nat = \"+{hour} h\"\n\
             sites = [\"b{at}\"]\nnetwork_access = 'CORP\\n{at}'\n"
        )
    })
}

fn own_account_faults(count: usize) -> String {
    own_accounts("client_connection", count, |at, account| {
        let hour = at % 40 + 1;
        format!(
            "[[fault]]\nat = \"+{hour} h\"\nfor = \"30 min\"\naccount = {account}\n\
             state = \"locked\"\n"
        )
    })
}

fn servers(count: usize) -> String {
    listed(&crowd(200), count, |at| {
        format!("[[fault]]\nat = \"+{at} min\"\nfor = \"20 s\"\nserver = [\"hq-DP\"]\n")
    })
}

fn fails_for(days: usize, head: &str) -> String {
    let head = format!(
        "horizon = \"{days} d\"\n{head}[rules]\nexecution_retry = {{ count = \"without end\", interval = \"2 h\" }}\n"
    );
    let text = listed(&head, 0, |_| String::new());
    text.replace(
        "[program.p]\n",
        "[program.p]\nexit_codes = { 1618 = 1.0 }\n",
    )
}

fn retries(days: usize) -> String {
    fails_for(days, "[site.hq]\n[fleet.pcs]\ncount = 20\n")
}

fn travels(days: usize) -> String {
    fails_for(
        days,
        "[site.hq]\n[site.\"b{1..5}\"]\nparent = \"hq\"\n[fleet.pcs]\ncount = 20\nroaming = { home = \"exponential(1 d)\", stay = \"uniform(1 h, 1 d)\" }\n",
    )
}
