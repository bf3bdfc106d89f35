//! Scenarios in, outcomes out, for tests of the model.

#![allow(
    dead_code,
    reason = "shared by several test binaries, none of which needs all of it"
)]

#[path = "invariants.rs"]
pub(crate) mod invariants;

use rollcast::division::Plan;
use rollcast::model::{Watch, replicate};
use rollcast::outcome::{Outcome, Replication};
use rollcast::scenario::{Loaded, load_str};
use rollcast::units::Instant;
use rollcast::world::World;
use std::collections::BTreeMap;

/// Reads a scenario that has no errors.
pub(crate) fn world(text: &str) -> World {
    loaded(text, &[]).world
}

/// Reads a scenario that has no errors, with settings put over it.
pub(crate) fn loaded(text: &str, settings: &[&str]) -> Loaded {
    let settings: Vec<String> = settings.iter().map(ToString::to_string).collect();
    load_str(text, &settings).unwrap_or_else(|problems| panic!("{}", problems.render(false)))
}

/// Simulates the first replication.
pub(crate) fn run(world: &World) -> Replication {
    let plan = Plan::new(world);
    let replication = replicate(world, &plan, 1, &Watch::default()).expect("no interruption");
    invariants::hold(world, &replication);
    replication
}

/// The outcomes by machine and advertisement.
pub(crate) fn outcomes(world: &World) -> BTreeMap<(String, String), Outcome> {
    outcomes_of(world, &run(world))
}

/// The outcomes of a replication by machine and advertisement.
pub(crate) fn outcomes_of(
    world: &World,
    replication: &Replication,
) -> BTreeMap<(String, String), Outcome> {
    let mut rows = replication.outcomes.iter();
    let mut outcomes = BTreeMap::new();
    for (site, range) in world.sites.iter().zip(&world.fleet.by_site) {
        for position in range.clone() {
            let machine = &world.fleet.machines[position as usize];
            let mut name = String::new();
            world.fleet.write_name(machine, &site.name, &mut name);
            for advertisement in world.targets(machine) {
                let id = world.advertisements[advertisement.index()].id.clone();
                let outcome = *rows.next().expect("a row for every pair");
                outcomes.insert((name.clone(), id), outcome);
            }
        }
    }
    outcomes
}

/// The outcome of a scenario with one machine and one advertisement.
pub(crate) fn only(text: &str) -> Outcome {
    let world = world(text);
    let all = outcomes(&world);
    assert_eq!(all.len(), 1, "one machine, one advertisement");
    *all.values().next().expect("just counted")
}

/// Seconds after the start.
pub(crate) fn seconds(at: Instant) -> f64 {
    at.seconds().expect("it happened")
}
