//! The shipped inventory is what its generator makes and reads as what its
//! scenario needs.

use rollcast::scenario::inventory::{self, Field, MapOptions};
use rollcast::world::{ClientKind, Role};
use std::collections::BTreeSet;
use std::path::Path;

#[allow(
    dead_code,
    unreachable_pub,
    reason = "an example's `main` is not called here"
)]
#[path = "../examples/make_inventory.rs"]
mod make_inventory;

const FILE: &str = "scenarios/inventory/hartwell.csv";

#[test]
fn the_committed_file_is_what_the_generator_makes() {
    let committed = std::fs::read_to_string(FILE).unwrap();
    let made = make_inventory::inventory();
    let differing = committed
        .lines()
        .zip(made.lines())
        .find(|(have, want)| have != want);
    assert_eq!(differing, None, "run `cargo run --example make_inventory`");
    assert_eq!(committed, made);
}

#[test]
fn the_fleet_is_about_5000_machines_in_121_places_with_30_percent_legacy_clients() {
    let fleet = inventory::read(Path::new(FILE), &MapOptions::default()).unwrap();
    assert!(
        (4_800..5_400).contains(&fleet.rows),
        "{} machines",
        fleet.rows
    );
    let sites: BTreeSet<&str> = fleet
        .columns
        .site
        .values
        .iter()
        .map(String::as_str)
        .collect();
    assert_eq!(sites.len(), 121);
    assert!(sites.contains("hq") && sites.contains("branch-001") && sites.contains("branch-120"));
    assert_eq!(fleet.columns.domain.values, ["HARTWELL"]);

    let legacy = fleet
        .columns
        .client
        .iter()
        .filter(|kind| **kind == Some(ClientKind::Legacy));
    let share = legacy.count() as f64 / fleet.rows as f64;
    assert!((0.28..0.32).contains(&share), "{share} legacy");
    let nt4 = fleet
        .columns
        .platform
        .values
        .iter()
        .position(|p| p == "Windows NT 4.0 Workstation");
    let nt4 = nt4.unwrap() as u32;
    let cells = fleet
        .columns
        .platform
        .cells
        .iter()
        .zip(&fleet.columns.client);
    let mut clients_of_nt4 = cells
        .filter(|(cell, _)| **cell == nt4)
        .map(|(_, client)| *client);
    assert!(clients_of_nt4.all(|client| client == Some(ClientKind::Legacy)));
}

#[test]
fn the_headquarters_and_the_larger_branches_have_domain_controllers() {
    let fleet = inventory::read(Path::new(FILE), &MapOptions::default()).unwrap();
    let columns = &fleet.columns;
    let controllers_at = |site: &str| {
        let rows = (0..fleet.rows).filter(|row| columns.site.get(*row) == Some(site));
        rows.filter(|row| columns.role[*row] == Some(Role::DomainController))
            .count()
    };
    assert_eq!(controllers_at("hq"), 4);
    let branches = columns.site.values.iter().filter(|site| *site != "hq");
    let with_one = branches.filter(|site| controllers_at(site) == 1).count();
    assert!(
        (20..80).contains(&with_one),
        "{with_one} branches with a controller"
    );
}

#[test]
fn the_report_tells_what_became_of_columns_and_rows() {
    let report = inventory::read(Path::new(FILE), &MapOptions::default())
        .unwrap()
        .report;
    let used: Vec<Field> = report.used.iter().map(|(field, _)| *field).collect();
    for field in [
        Field::Name,
        Field::Site,
        Field::Client,
        Field::HasClient,
        Field::Role,
    ] {
        assert!(used.contains(&field), "{field}");
    }
    assert!(report.ignored.contains(&"Netbios_Name0".to_owned()));
    insta::assert_snapshot!(report);
}
