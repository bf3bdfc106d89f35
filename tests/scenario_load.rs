//! Scenarios in, worlds out.

use rollcast::scenario::{Loaded, load_str};
use rollcast::units::{Instant, Rate, Size, Span};
use rollcast::world::{
    AdvertisementId, Assignment, ClientKind, LinkKind, Machine, Rights, Role, Trustee,
    UserCondition, World,
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
    assert_eq!(world.advertisements[0].expires, Instant::NEVER);
    assert_eq!(world.start.to_string(), "2006-03-17T18:00:00");
    assert_eq!(world.horizon, Span::from_days(7));
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
