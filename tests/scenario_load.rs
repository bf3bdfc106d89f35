//! Scenarios in, worlds out.

use rollcast::scenario::{Loaded, load_str};
use rollcast::units::{Instant, Rate, SignedInstant, Size, Span};
use rollcast::world::{
    AdvertisementId, Assignment, ClientKind, DomainKind, LinkKind, Rights, Role, Trustee,
    UserCondition, WallTime, World,
};

fn load(text: &str) -> Loaded {
    load_str(text, &[]).unwrap_or_else(|problems| panic!("{problems}"))
}

fn load_with(text: &str, settings: &[&str]) -> World {
    let settings: Vec<String> = settings
        .iter()
        .map(|setting| (*setting).to_owned())
        .collect();
    load_str(text, &settings)
        .unwrap_or_else(|problems| panic!("{problems}"))
        .world
}

fn name_of(world: &World, index: usize) -> String {
    let mut name = String::new();
    let site = world.fleet.site_of(rollcast::world::MachineId::from(index));
    world.fleet.write_name(
        &world.fleet.machines[index],
        &world.sites[site.index()].name,
        &mut name,
    );
    name
}

const TEN_LINES: &str = r#"
title = "Ten lines"
[site."branch-{01..10}"]
parent = "hq"
wan = "512 kbit/s"
[site.hq]
[fleet.pcs]
per_site = 20
[package.patch]
size = "2 MB"
"#;

#[test]
fn an_empty_file_is_a_scenario() {
    let world = load("").world;
    assert_eq!(world.sites[0].name, "hq");
    assert_eq!(world.fleet.machines.len(), 100);
    assert_eq!(name_of(&world, 41), "hq-pcs-00042");
    assert_eq!(world.job_count(), 100);
    assert_eq!(
        world
            .servers
            .iter()
            .map(|s| s.name.as_str())
            .collect::<Vec<_>>(),
        ["hq-CAP", "hq-DP", "hq-MP"]
    );
    assert_eq!(
        world.advertisements[0].assignment,
        Some(Assignment::AsSoonAsPossible)
    );
    assert_eq!(world.advertisements[0].expires, WallTime::NEVER);
    assert_eq!(world.start.to_string(), "2006-03-17T18:00:00");
    assert_eq!(world.horizon, Span::from_days(7));
}

/// A glob gives what it says to all names that it matches, also to those that exist by
/// default.
#[test]
fn what_exists_by_default_takes_what_globs_say() {
    let text = r#"
[domain."*"]
kind = "windows nt 4.0"
[site."*"]
lan = "10 Mbit/s"
[server."*"]
network = "1 Gbit/s"
[fleet."*"]
client = "legacy"
count = 7
[package."*"]
size = "3 MB"
[program."*"]
install_time = "1 min"
[advertisement."*"]
assigned = "+1 h"
[account.'CORP\*']
domain_admin = true
"#;
    let loaded = load(text);
    assert!(loaded.warnings.is_empty(), "{}", loaded.warnings);
    let world = loaded.world;
    assert_eq!(world.directory.domains[0].kind, DomainKind::Nt4);
    assert_eq!(world.fleet.machines.len(), 7);
    assert_eq!(world.fleet.profiles[0].client, ClientKind::Legacy);
    assert_eq!(world.packages[0].size, Size(3_000_000));
    assert_eq!(
        world.programs[0].install_time.sample(0.5),
        Span::from_mins(1)
    );
    let at = Instant::START + Span::from_hours(1);
    let Some(Assignment::At(due)) = world.advertisements[0].assignment else {
        panic!("{:?}", world.advertisements[0].assignment);
    };
    assert_eq!(due.at(0).clamped(), at);
    assert!(
        world
            .directory
            .accounts
            .iter()
            .all(|account| account.domain_admin)
    );
    let lan = |link: &&rollcast::world::Link| link.kind == LinkKind::Lan;
    assert_eq!(
        world.links.iter().find(lan).map(|link| link.rate),
        Some(Rate(10_000_000))
    );
}

#[test]
fn ten_lines_are_enough_for_a_headquarters_and_ten_branches() {
    let world = load(TEN_LINES).world;
    assert_eq!(world.title, "Ten lines");
    assert_eq!(world.sites.len(), 11);
    assert_eq!(world.fleet.machines.len(), 220);
    assert_eq!(
        world
            .links
            .iter()
            .filter(|link| link.kind == LinkKind::WanDown)
            .count(),
        10
    );
    assert!(
        world
            .links
            .iter()
            .filter(|l| l.kind == LinkKind::WanUp)
            .all(|link| link.rate == Rate(512_000))
    );
    assert_eq!(world.packages[0].size, Size(2_000_000));
    let branch = &world.sites[9];
    assert_eq!(
        (branch.name.as_str(), branch.depth, branch.slow_boundary),
        ("branch-10", 1, true)
    );
    assert_eq!(
        world.servers[branch.management_point.unwrap().index()].name,
        "hq-MP"
    );
}

fn problems_of(text: &str) -> String {
    load_str(text, &[]).map_or_else(
        |problems| problems.render(false),
        |loaded| loaded.warnings.render(false),
    )
}

#[test]
fn a_plain_key_takes_from_a_range_what_it_leaves_out_and_a_glob_gives_defaults() {
    let world = load(
        r#"
[site.hq]
[site."branch-{001..120}"]
parent = "hq"
wan = "512 kbit/s"
[site.branch-007]
wan_down = "2 Mbit/s"
[site."branch-0*"]
lan = "10 Mbit/s"
"#,
    )
    .world;
    assert_eq!(world.sites.len(), 121);
    let rate = |name: &str, kind: LinkKind| {
        world
            .links
            .iter()
            .find(|link| link.name == name && link.kind == kind)
            .map(|link| link.rate)
    };
    assert_eq!(rate("branch-007", LinkKind::WanDown), Some(Rate(2_000_000)));
    assert_eq!(rate("branch-007", LinkKind::WanUp), Some(Rate(512_000)));
    assert_eq!(rate("branch-008", LinkKind::WanDown), Some(Rate(512_000)));
    assert_eq!(rate("branch-007", LinkKind::Lan), Some(Rate(10_000_000)));
    assert_eq!(rate("branch-100", LinkKind::Lan), None);
}

/// The number of sites can be set like any other value.
#[test]
fn sites_are_counted_out_by_a_number_in_their_name() {
    let text =
        "[site.\"shop-{number:3}\"]\ncount = 2\nwan = \"1 Mbit/s\"\n[fleet.till]\nper_site = 3\n";
    for (settings, sites) in [(&[][..], 2), (&["site.\"shop-{number:3}\".count=12"], 12)] {
        let world = load_with(text, settings);
        let names: Vec<_> = world.sites.iter().map(|site| site.name.clone()).collect();
        let expected: Vec<_> = (1..=sites).map(|n| format!("shop-{n:03}")).collect();
        assert_eq!(names, expected);
        assert!(world.sites.iter().all(|site| site.wan_down.is_some()));
        assert_eq!(world.fleet.machines.len(), 3 * sites);
    }
}

#[test]
fn a_server_for_each_of_many_sites_is_one_table() {
    let world = load(
        r#"
[site.hq]
[site."branch-{1..3}"]
parent = "hq"
[server."{site}-DP"]
sites = ["branch-*"]
roles = ["distribution point"]
bits = true
[server.branch-2-DP]
network = "10 Mbit/s"
[server."*-DP"]
connection_limit = 10
[package.p]
distribution_points = ["branch-?-DP"]
"#,
    )
    .world;
    let points: Vec<_> = world
        .servers
        .iter()
        .filter(|server| server.roles.distribution_point)
        .collect();
    assert_eq!(
        points.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(),
        ["branch-1-DP", "branch-2-DP", "branch-3-DP"]
    );
    assert!(
        points
            .iter()
            .all(|point| point.bits && point.connection_limit == Some(10))
    );
    assert_eq!(world.sites[points[1].site.index()].name, "branch-2");
    assert_eq!(
        points[1].egress.map(|link| world.links[link.index()].rate),
        Some(Rate(10_000_000))
    );
    assert_eq!(
        points[0].egress.map(|link| world.links[link.index()].rate),
        Some(Rate(100_000_000))
    );
    assert_eq!(world.packages[0].distribution_points.len(), 3);
}

#[test]
fn machines_are_spread_evenly_and_stand_by_site_then_group_then_number() {
    let world = load("[site.{a}]\n".replace("{a}", "a").as_str()).world;
    assert_eq!(world.sites[0].name, "a");
    let world = load(
        "[site.\"s{1..3}\"]\n[fleet.b]\ncount = 4\n[fleet.a]\nper_site = 1\nsites = [\"s1\", \"s3\"]\nname = \"a{number:3}\"\n",
    )
    .world;
    let names: Vec<String> = (0..world.fleet.machines.len())
        .map(|index| name_of(&world, index))
        .collect();
    assert_eq!(
        names,
        [
            "a001",
            "s1-b-00001",
            "s1-b-00002",
            "s2-b-00001",
            "a002",
            "s3-b-00001"
        ]
    );
    assert_eq!(world.fleet.by_site, [0..3, 3..4, 4..6]);
    assert!(
        world
            .fleet
            .machines
            .iter()
            .enumerate()
            .all(|(at, machine)| machine.first_job as usize == at)
    );
    assert!(
        world
            .fleet
            .machines
            .iter()
            .enumerate()
            .all(|(at, m)| m.key == rollcast::engine::identity(&names[at])),
        "the identity of a machine is its name"
    );
}

#[test]
fn collections_pick_by_every_filter_and_add_single_machines() {
    let world = load(
        r#"
[site.hq]
[site.lab]
[fleet.new]
per_site = 2
[fleet.old]
per_site = 1
client = "legacy"
[collection.legacy-at-hq]
client = ["legacy"]
site = ["h*"]
[collection.by-name]
name = ["*-new-*1"]
[collection.mixed]
role = ["member server"]
machines = ["lab-new-00002"]
[advertisement.a]
collection = "legacy-at-hq"
[advertisement.b]
collection = "by-name"
[advertisement.c]
collection = "mixed"
[advertisement.d]
"#,
    )
    .world;
    let reached = |id: &str| -> Vec<String> {
        let at = world
            .advertisements
            .iter()
            .position(|a| a.id == id)
            .unwrap();
        (0..world.fleet.machines.len())
            .filter(|index| {
                world
                    .targets(&world.fleet.machines[*index])
                    .contains(&AdvertisementId::from(at))
            })
            .map(|index| name_of(&world, index))
            .collect()
    };
    assert_eq!(reached("a"), ["hq-old-00001"]);
    assert_eq!(reached("b"), ["hq-new-00001", "lab-new-00001"]);
    assert_eq!(reached("c"), ["lab-new-00002"]);
    assert_eq!(reached("d").len(), 6);
    assert_eq!(world.job_count(), 1 + 2 + 1 + 6);
}

#[test]
fn a_collection_that_names_a_machine_nobody_has_is_an_error() {
    let text =
        "[collection.c]\nmachines = [\"hq-pcs-00101\"]\n[advertisement.a]\ncollection = \"c\"\n";
    assert!(problems_of(text).contains("there is no machine `hq-pcs-00101`"));
    let glob = text.replace("hq-pcs-00101", "hq-*");
    assert!(problems_of(&glob).contains("write the glob into `name`"));
}

#[test]
fn accounts_go_to_every_site_that_names_none_of_its_own() {
    let world = load(
        r#"
[domain.CORP]
[domain.OLD]
kind = "windows nt 4.0"
trusts = ["CORP"]
[server."*"]
domain = "CORP"
[server.DC1]
roles = ["domain controller"]
domain = "OLD"
site = "hq"
[server.MP]
site = "hq"
roles = ["management point", "client access point", "distribution point"]
[fleet.pcs]
domain = "OLD"
[site.hq]
[site.lab]
[site.lab.accounts]
network_access = 'CORP\lab'
[account.'CORP\naa']
state = "password expired"
[account.'CORP\lab']
groups = ['CORP\Sta*']
[account.'.\local']
[group.'CORP\Staff']
computers = true
[accounts]
network_access = 'CORP\naa'
"#,
    )
    .world;
    let name = |account: Option<rollcast::world::AccountId>| {
        account.map(|account| world.directory.accounts[account.index()].name.as_str())
    };
    assert_eq!(
        name(world.sites[0].accounts.network_access),
        Some("CORP\\naa")
    );
    assert_eq!(
        name(world.sites[1].accounts.network_access),
        Some("CORP\\lab")
    );
    let connection: Vec<_> = world.sites[0]
        .accounts
        .client_connection
        .iter()
        .map(|a| name(Some(*a)).unwrap())
        .collect();
    assert_eq!(connection, ["CORP\\SMSClient_S01", "OLD\\SMSClient_S01"]);
    let local = world
        .directory
        .accounts
        .iter()
        .find(|account| account.name == ".\\local")
        .unwrap();
    assert_eq!(local.domain, None);
    let lab = world
        .directory
        .accounts
        .iter()
        .find(|account| account.name == "CORP\\lab")
        .unwrap();
    assert_eq!(lab.groups.len(), 1);
    let old = &world.directory.domains[1];
    assert_eq!((old.trusts.len(), old.controllers.len()), (1, 1));
    assert_eq!(world.servers[old.controllers[0].index()].name, "DC1");
}

#[test]
fn programs_have_the_defaults_of_the_product() {
    let program = &load("").world.programs[0];
    assert_eq!(program.rights, Rights::User);
    assert_eq!(program.user_condition, UserCondition::LoggedOn);
    assert!(!program.software_installation_account && program.run_first.is_none());
    let world = load("[program.p]\nruns = \"whether or not a user is logged on\"\n").world;
    assert_eq!(
        world.programs[0].rights,
        Rights::Administrative,
        "SMS forces administrative rights then"
    );
}

#[test]
fn what_is_missing_from_the_chances_of_exit_codes_goes_to_success() {
    let codes = |text: &str| {
        load(&format!("[program.p]\nexit_codes = {text}\n"))
            .world
            .programs[0]
            .exit_codes
            .clone()
    };
    let mixed = codes("{ 1603 = 0.25, 3010 = 0.25 }");
    assert_eq!(
        [
            mixed.pick(0.0),
            mixed.pick(0.499),
            mixed.pick(0.5),
            mixed.pick(0.75)
        ],
        [0, 0, 1603, 3010]
    );
    let certain = codes("{ 0x643 = 1 }");
    assert_eq!([certain.pick(0.0), certain.pick(0.999_999)], [1603, 1603]);
    assert_eq!(codes("{ 0 = 0.97, 1603 = 0.03 }").pick(0.9701), 1603);
}

#[test]
fn moments_are_wall_clock_or_after_the_start_quoted_or_not() {
    let due = |text: &str| {
        let text = format!("start = 2006-03-17T18:00:00\n[advertisement.a]\nassigned = {text}\n");
        match load(&text).world.advertisements[0].assignment {
            Some(Assignment::At(due)) => Some(due.at(0)),
            _ => None,
        }
    };
    let hours = |hours: i64| Some(SignedInstant(hours * 3_600_000_000));
    assert_eq!(due("\"+2 h\""), hours(2));
    assert_eq!(due("\"2006-03-17T20:00\""), hours(2));
    assert_eq!(due("2006-03-17 20:00:00"), hours(2));
    assert_eq!(
        due("\"2006-03-01\""),
        hours(-(16 * 24 + 18)),
        "the past is the past"
    );
    assert_eq!(due("\"optional\""), None);
    assert!(problems_of("start = 2006-03-17T18:00:00Z\n").contains("local time"));
}

#[test]
fn access_lists_know_the_words_of_windows() {
    let world = load(
        r#"
[share.s]
server = "hq-DP"
access = ["Everyone", 'CORP\Domain Computers', 'CORP\svc', 'CORP\Staff']
deny = ["Guests"]
[account.'CORP\svc']
[group.'CORP\Staff']
[program.p]
shares = [{ share = "s", read = "20 MB", command_line = true }]
"#,
    )
    .world;
    let share = &world.shares[0];
    assert_eq!(share.path, "\\\\hq-DP\\s");
    assert_eq!(share.access.allow.len(), 4);
    assert!(
        share
            .access
            .allow
            .contains(&Trustee::DomainComputers(rollcast::world::DomainId(0)))
    );
    assert_eq!(share.access.deny, [Trustee::Guests]);
    assert!(world.servers[share.server.index()].roles.file_server);
    let use_of_it = world.programs[0].shares[0];
    assert_eq!(
        (use_of_it.read, use_of_it.command_line),
        (Size(20_000_000), true)
    );
}

#[test]
fn weeks_of_presence_and_absence_are_read() {
    let world = load(
        r#"
[fleet.laptops]
availability = { days = "Mon-Fri, Sun", from = "22:00", to = "06:00", jitter = "0 s", attendance = 0.5 }
absence = { share = 0.1, length = "3 d" }
sessions = {}
"#,
    )
    .world;
    let profile = &world.fleet.profiles[0];
    let on = profile.availability.unwrap();
    assert_eq!(on.days, [true, true, true, true, true, false, true]);
    assert_eq!(
        (on.from, on.to),
        (Span::from_hours(22), Span::from_hours(30))
    );
    assert!((profile.absence.unwrap().share - 0.1).abs() < 1e-12);
    assert_eq!(profile.sessions.unwrap().to, Span::from_hours(18));
}

#[test]
fn settings_change_values_add_missing_ones_and_reach_into_patterns() {
    let text =
        "[site.hq]\n[site.\"branch-{1..3}\"]\nparent = \"hq\"\nwan = \"64 kbit/s\"\n[fleet.pcs]\n";
    let world = load_with(
        text,
        &[
            "fleet.pcs.count=12",
            "site.branch-{1..3}.wan=1 Mbit/s",
            "site.\"branch-2\".wan=\"2 Mbit/s\"",
            "title=Two words",
            "rules.countdown=5 min",
            "program.p.shares=[]",
            r"account.CORP\naa.state=locked",
            r"accounts.network_access='CORP\naa'",
        ],
    );
    assert_eq!(world.fleet.machines.len(), 12);
    let down: Vec<u64> = world
        .links
        .iter()
        .filter(|l| l.kind == LinkKind::WanDown)
        .map(|l| l.rate.0)
        .collect();
    assert_eq!(down, [1_000_000, 2_000_000, 1_000_000]);
    let listed = "[share.s]\nserver = \"hq-DP\"\n[program.p]\nshares = [{ share = \"s\" }]\n";
    let world_of_list = load_with(listed, &["program.p.shares.0.read=5 MB"]);
    assert_eq!(world_of_list.programs[0].shares[0].read, Size(5_000_000));
    assert_eq!(world.title, "Two words");
    assert_eq!(world.rules.countdown, Span::from_mins(5));
    assert!(world.sites[0].accounts.network_access.is_some());
}

#[test]
fn clients_and_roles_come_from_the_group() {
    let world =
        load("[fleet.dcs]\nclient = \"legacy\"\nrole = \"domain controller\"\ncount = 1\n").world;
    let profile = &world.fleet.profiles[0];
    assert_eq!(
        (profile.client, profile.role),
        (ClientKind::Legacy, Role::DomainController)
    );
    assert_eq!(
        world.platforms[profile.platform.index()],
        "Windows Server 2003"
    );
    assert!(profile.user_logged_on.abs() < f64::EPSILON);
}

#[test]
fn the_starter_scenario_runs_without_a_warning() {
    let loaded = load(rollcast::scenario::starter());
    assert!(loaded.warnings.is_empty(), "{}", loaded.warnings);
    assert!(loaded.world.fleet.machines.len() > 100);
}

#[test]
fn every_shipped_scenario_loads() {
    let mut found = 0;
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "toml") {
            rollcast::scenario::load(&path, &[]).unwrap_or_else(|problems| panic!("{problems}"));
            found += 1;
        }
    }
    assert!(found > 0);
}

/// Machines at each site, by its name.
fn sizes(world: &World) -> Vec<(String, u32)> {
    let ranges = world.fleet.by_site.iter().zip(&world.sites);
    ranges
        .map(|(range, site)| (site.name.clone(), range.end - range.start))
        .collect()
}

const PLACES: &str = r#"
[site.hq]
[site."region-{1..2}"]
parent = "hq"
[site."branch-{1..5}"]
parent = "region-*"
"#;

#[test]
fn a_hierarchy_with_hubs_takes_five_lines() {
    let world = load(PLACES).world;
    let parent = |name: &str| {
        let site = world.sites.iter().find(|site| site.name == name)?;
        Some(world.sites[site.parent?.index()].name.clone())
    };
    let parents: Vec<_> = (1..=5).map(|n| parent(&format!("branch-{n}"))).collect();
    let regions = ["region-1", "region-1", "region-1", "region-2", "region-2"];
    assert_eq!(parents, regions.map(|name| Some(name.to_owned())));
    assert_eq!(parent("region-2"), Some("hq".to_owned()));
    let error = load_str("[site.hq]\nparent = \"*\"\n", &[]).err();
    assert!(error.unwrap().to_string().contains("no other site matches"));
}

#[test]
fn a_count_is_spread_by_weights_and_a_name_counts_before_a_glob() {
    let fleet =
        "[fleet.pcs]\ncount = 100\nsites = { hq = 40, \"branch-*\" = 1, \"branch-3\" = 6 }\n";
    let world = load(&format!("{PLACES}{fleet}")).world;
    let found: Vec<u32> = sizes(&world).into_iter().map(|(_, n)| n).collect();
    // branch-1 to branch-5, hq, region-1 and region-2.
    assert_eq!(found, [2, 2, 12, 2, 2, 80, 0, 0]);
}

#[test]
fn sizes_are_given_one_by_one_or_drawn_by_name_and_group() {
    let with = |more: &str| {
        load(&format!(
            "{PLACES}[fleet.pcs]\nsites = [\"branch-*\"]\n{more}"
        ))
        .world
    };
    let each = sizes(&with("per_site = [9, 1, 4, 0, 7]\n"));
    assert_eq!(
        each[..5].iter().map(|(_, n)| *n).collect::<Vec<_>>(),
        [9, 1, 4, 0, 7]
    );
    let drawn = sizes(&with("per_site = \"zipf(1.1, 500)\"\n"));
    assert_eq!(drawn, sizes(&with("per_site = \"zipf(1.1, 500)\"\n")));
    assert!(
        drawn[..5].iter().all(|(_, n)| (1..=500).contains(n)),
        "{drawn:?}"
    );
    // Another site does not change the sizes of those that were there.
    let more = "per_site = \"zipf(1.1, 500)\"\n[site.branch-6]\nparent = \"hq\"\n";
    assert_eq!(sizes(&with(more))[..5], drawn[..5]);
    // Many places have the mean of the distribution.
    let many = "[site.hq]\n[site.\"b-{1..1000}\"]\nparent = \"hq\"\n[fleet.pcs]\nsites = [\"b-*\"]\nper_site = \"log-normal(40, 20)\"\n";
    let machines = load(many).world.fleet.machines.len();
    assert!((38_000..42_000).contains(&machines), "{machines}");
    for (bad, part) in [
        ("per_site = [1, 2]", "gives 2 sizes"),
        ("per_site = \"zipf(1.1)\"", "zipf(exponent, most)"),
        ("per_site = \"gamma(1, 2)\"", "gives no sizes"),
        ("per_site = 5\ncount = 7", "both a `count` and a `per_site`"),
        ("per_site = -1", "not a whole number"),
    ] {
        let text = format!("{PLACES}[fleet.pcs]\nsites = [\"branch-*\"]\n{bad}\n");
        let problems = load_str(&text, &[]).err().unwrap().to_string();
        assert!(
            problems.replace("\n  │ ", " ").contains(part),
            "{bad}: {problems}"
        );
    }
}

#[test]
fn kinds_of_clients_have_their_share_at_each_place() {
    let fleet = "[fleet.pcs]\nper_site = 10\nsites = [\"hq\", \"branch-*\"]\n\
        kinds = { \"branch-*\" = { legacy = 0.4 }, branch-2 = { legacy = 1 } }\n\
        [collection.old]\nclient = [\"legacy\"]\n[advertisement.package]\ncollection = \"old\"\n";
    let world = load(&format!("{PLACES}{fleet}")).world;
    let legacy = |site: usize| {
        let range = world.fleet.by_site[site].clone();
        let machines = range.map(|at| world.fleet.profile(&world.fleet.machines[at as usize]));
        machines
            .filter(|profile| profile.client == ClientKind::Legacy)
            .count()
    };
    assert_eq!((0..6).map(legacy).collect::<Vec<_>>(), [4, 10, 4, 4, 4, 0]);
    assert_eq!(world.job_count(), 26);
    assert_eq!(name_of(&world, 9), "branch-1-pcs-00010");
}

#[test]
fn the_number_of_points_is_a_key_of_its_own() {
    let servers = |first: u32| {
        let text = format!(
            "{PLACES}[server.\"{{site}}-DP\"]\nsites = [\"region-*\", \"branch-*\"]\nfirst = {first}\nroles = [\"distribution point\"]\nprotected = true\n"
        );
        let servers = load(&text).world.servers.into_iter();
        let names = servers.map(|server| server.name);
        names
            .filter(|name| name.ends_with("-DP") && name != "hq-DP")
            .collect::<Vec<_>>()
    };
    assert_eq!(servers(3), ["branch-1-DP", "region-1-DP", "region-2-DP"]);
    assert!(servers(0).is_empty());
    assert_eq!(servers(100).len(), 7);
}

#[test]
fn a_branch_that_serves_others_over_its_line_is_one_warning_unless_it_is_meant() {
    let warned = |point: &str, places: &str| {
        let text = format!(
            "[site.hq]\n[site.\"b-{{1..9}}\"]\nparent = \"hq\"\nwan = \"1 Mbit/s\"\n{places}\n\
             [server.HQ]\nsite = \"hq\"\nroles = [\"management point\", \"client access point\", \"distribution point\"]\n\
             [server.\"{{site}}-DP\"]\nsites = [\"b-1\", \"b-2\"]\nroles = [\"distribution point\"]\n{point}\n\
             [advertisement.package]\non_remote = \"download\"\n"
        );
        let warnings = load(&text).warnings.to_string().replace("\n  │ ", " ");
        let about = warnings.matches("may read from the point of").count();
        (about, warnings)
    };
    let (once, text) = warned("", "");
    assert_eq!(once, 1, "{text}");
    assert!(text.contains("machines of 7 other places"), "{text}");
    assert!(
        text.contains("`b-1-DP`, over its line, and from 1 point like it"),
        "{text}"
    );
    assert_eq!(warned("protected = true", "").0, 0);
    assert_eq!(warned("protected = true\nboundary = [\"b-*\"]", "").0, 0);
    assert_eq!(warned("", "fallback = [{ sites = [\"hq\"] }]").0, 0);
    assert_eq!(warned("", "ad_site = \"north\"").0, 0);
}
