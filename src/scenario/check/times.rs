//! Times of an advertisement that are in each other's way.

use crate::scenario::ProblemCode;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::At;
use crate::units::{SignedInstant, on_the_calendar};
use crate::world::{Assignment, World};

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
        let shown = |at| on_the_calendar(world.start, at).strftime("%a %Y-%m-%d %H:%M");
        let message = format!(
            "the advertisement `{}` is due {}, before it is available, {}",
            item.name,
            shown(due),
            shown(available),
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
