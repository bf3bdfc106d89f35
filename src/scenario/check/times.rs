//! Times of an advertisement that are in each other's way.

use crate::scenario::ProblemCode;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::At;
use crate::units::{SignedInstant, dates, on_the_calendar};
use crate::world::{Assignment, World};
use std::collections::BTreeSet;

/// Warns of machines that are never on, and of programs that work longer than the
/// forecast lasts.
pub(super) fn hopeless(plan: &Plan, world: &World, problems: &mut Problems) {
    let mut told = BTreeSet::new();
    for profile in world.fleet.profiles_in_use() {
        let hours = profile.availability.as_ref();
        if hours.is_none_or(|hours| hours.attendance > 0.0) || !told.insert(&profile.group) {
            continue;
        }
        let found = plan.fleets.find(&profile.group);
        let place = found.and_then(|at| plan.fleets.get(at).place.clone());
        let message = "these machines are never on: the `attendance` of their `availability` is 0";
        let help = "give it a share above 0, or leave it out";
        problems.warning(ProblemCode::Nobody, place, message.to_owned(), help);
    }
    let programs = plan.programs.list().iter().zip(&world.programs);
    for (at, (item, program)) in programs.enumerate() {
        let least = program.install_time.sample(0.0);
        let is_run = world
            .advertisements
            .iter()
            .any(|one| one.program.index() == at);
        // Rows of an inventory may say how long it works instead.
        let is_measured = !world.fleet.overrides.install_time.is_empty();
        if !is_run || is_measured || least < world.horizon {
            continue;
        }
        let message = format!(
            "the program `{}` works for {least} at least, and the forecast ends after {}: none of its runs can succeed",
            item.name, world.horizon
        );
        let help = "make `install_time` shorter, or `horizon` longer";
        problems.warning(ProblemCode::TooLate, item.place.clone(), message, help);
    }
}

/// Warns of advertisements that are due before they are available.
pub(super) fn check(plan: &Plan, world: &World, problems: &mut Problems) {
    let zones = world.zones();
    let items = plan.advertisements.list().iter();
    for (item, advertisement) in items.zip(&world.advertisements) {
        let Some(Assignment::At(due)) = advertisement.assignment else {
            continue;
        };
        // What is due by the start is due as soon as it is available.
        let early = zones.iter().find_map(|ahead| {
            let (due, available) = (due.at(*ahead), advertisement.available.at(*ahead));
            (SignedInstant::START < due && due < available).then_some((due, available))
        });
        let Some((due, available)) = early else {
            continue;
        };
        let [due, available] = dates([due, available].map(|at| on_the_calendar(world.start, at)));
        let message = format!(
            "the advertisement `{}` is due {due}, before it is available, {available}",
            item.name,
        );
        let assigned = item.spec.assigned.as_ref().and_then(At::span);
        let help = "it runs when it becomes available; make `assigned` the later of the two, \
                    or leave `available` out";
        problems.warning(
            ProblemCode::DueBeforeAvailable,
            assigned.or(item.place.clone()),
            message,
            help,
        );
    }
}
