//! From what is declared to what it means: names become positions, texts become
//! values, and every default is filled in.
//!
//! References that lead nowhere and values that cannot be are errors here;
//! whether the whole makes sense is asked in `check`.

#![allow(
    clippy::redundant_closure_for_method_calls,
    reason = "`|word| word.meaning()` says as much as the long path of each list of words"
)]

mod access_lists;
mod accounts;
mod advertisements;
mod bits;
mod clocks;
mod control;
mod directory;
mod disturbances;
mod exit_codes;
mod faults;
mod filter;
mod filter_index;
mod fleet;
mod groups;
mod hours;
mod identities;
mod layers;
mod members;
mod objectives;
mod packages;
mod peers;
mod points;
mod presence;
mod profile;
mod programs;
mod repetition;
mod reports;
pub(super) mod retry;
mod roaming;
mod rows;
mod rules;
mod sending;
mod spread;
mod succession;
mod successors;
mod targets;
mod topology;

pub(super) use faults::times as fault_times;

use super::inventory::Inventory;
use super::plan::Plan;
use super::problem::Problems;
use super::written::{At, Moment};
use crate::units::{SignedInstant, Span};
use crate::world::{ServersAt, World};
use jiff::civil::DateTime;

/// The world that `plan` describes. What could not be resolved is left out and
/// stands in `problems` as an error.
pub(crate) fn world(
    plan: &Plan,
    title: String,
    inventory: Option<&Inventory>,
    problems: &mut Problems,
) -> World {
    let written = &plan.written;
    let rules = rules::resolve(plan, problems);
    let directory = directory::resolve(plan, problems);
    let (sites, links, servers) = topology::resolve(plan, problems);
    let shares = topology::shares(plan, problems);
    let platforms = profile::platforms(plan, inventory);
    let packages = packages::packages(plan, problems);
    let programs = programs::programs(plan, &platforms, &rules, problems);
    let advertisements = advertisements::advertisements(plan, problems);
    let servers_at = ServersAt::new(&sites, &servers);
    let mut world = World {
        title: written.title.clone().unwrap_or(title),
        start: plan.start,
        horizon: plan.horizon,
        seed: written.seed.as_ref().map_or(1, |seed| seed.0),
        replications: written
            .replications
            .as_ref()
            .map_or(1, |count| count.0 as u32),
        timeline_step: written
            .timeline_step
            .as_ref()
            .map_or(Span::from_hours(1), |step| step.0),
        rules,
        directory,
        sites,
        links,
        servers,
        servers_at,
        shares,
        platforms,
        fleet: crate::world::Fleet::default(),
        stays: std::collections::BTreeMap::new(),
        packages,
        programs,
        advertisements,
        control: crate::world::Control::default(),
        changes: Vec::new(),
        disturbances: Vec::new(),
        since: SignedInstant::START,
        clocks: crate::world::Clocks::default(),
        identities: crate::world::Identities::default(),
        objectives: objectives::objectives(plan, problems),
        deliveries: Vec::new(),
        deliveries_in_a_row: 0,
        carried: Vec::new(),
        sent: crate::world::Sent::default(),
        sending: None,
        content_faults: Vec::new(),
        bits: Vec::new(),
        traffic: reports::traffic(plan),
        reporting: reports::reporting(plan, problems),
    };
    world.changes = faults::changes(plan, &world, problems);
    world.disturbances = disturbances::disturbances(plan, &world);
    identities::resolve(plan, &mut world, problems);
    sending::deliver(plan, &mut world, problems);
    world.fleet = fleet::resolve(plan, &world, inventory, problems);
    objectives::mark_empty(&mut world);
    directory::find_computers(plan, &mut world, problems);
    bits::resolve(&mut world);
    if !problems.has_errors() {
        world.stays = roaming::stays(plan, &world, problems);
        world.clocks = clocks::resolve(plan, &world, problems);
        world.control = control::resolve(plan, &world, problems);
        world.control.repetition = repetition::resolve(plan, &world, problems);
        world.control.succession = succession::resolve(plan, &world, problems);
    }
    world.since = since(&world);
    world.note_given_rates();
    faults::note_calendars(plan, &mut world);
    world
}

/// The first of the moments at which something changes, if it is before the start.
fn since(world: &World) -> SignedInstant {
    let changes = world.changes.iter().map(|change| change.since);
    let rotations = world.identities.rotations.iter();
    let first = changes.chain(rotations.map(|rotation| rotation.at)).min();
    first.map_or(SignedInstant::START, |first| {
        first.min(SignedInstant::START)
    })
}

/// When `moment` is, before the start too: it is reckoned with as it was written, and
/// clamped to the start where the simulation is told of the result.
fn signed(moment: Moment, start: DateTime) -> SignedInstant {
    let micros = match moment {
        Moment::After(span) => i128::from(span.0),
        Moment::Clock(clock) => start.duration_until(clock).as_micros(),
    };
    SignedInstant::from_micros(micros)
}

/// When `moment` is, if it is written.
fn when(moment: Option<&At<Moment>>, start: DateTime) -> Option<SignedInstant> {
    moment.map(|moment| signed(**moment, start))
}
