//! Objectives that the forecast cannot judge, or not as they are meant.

use crate::scenario::ProblemCode;
use crate::scenario::names::{Item, Items};
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{At, Objective as Written};
use crate::units::{Share, SignedInstant, dates, on_the_calendar};
use crate::world::{Advertisement, AdvertisementId, Assignment, Doubt, Objective, World};

/// Warns of objectives that are about no machine, or whose moment is outside the
/// forecast, with both dates.
pub(super) fn check(plan: &Plan, world: &World, problems: &mut Problems) {
    let items = Items::of("objective", &plan.written.objective, problems);
    if items.list().is_empty() {
        return;
    }
    let beginnings = beginnings(world);
    // For objectives about all advertisements.
    let first = beginnings.iter().copied().min();
    for (item, objective) in items.list().iter().zip(&world.objectives) {
        asks_for_nothing(item, objective, problems);
        let (Some(doubt), Some(words)) = (objective.doubt, objective.doubt_in_words(world)) else {
            let of = |id: AdvertisementId| beginnings.get(id.index()).copied();
            let begins = objective.advertisement.map_or(first, of);
            too_early(item, objective, begins, world, problems);
            continue;
        };
        let by = item.spec.by.as_ref().and_then(At::span);
        let judged = match doubt {
            Doubt::AfterHorizon => "can be judged only by the end of the forecast",
            Doubt::NoMachine | Doubt::BeforeStart | Doubt::NoStart => "cannot be judged",
        };
        let message = format!("the objective `{}` {judged}: {words}", item.name);
        let help = match doubt {
            Doubt::NoMachine => {
                let help = "give a machine the advertisement, or leave the objective out";
                let place = item.place.clone();
                problems.warning(ProblemCode::Nobody, place, message, help);
                continue;
            }
            Doubt::BeforeStart => "nothing is installed by then: correct `by`, or `start`",
            Doubt::AfterHorizon => "make `horizon` longer, or ask for it by an earlier date",
            Doubt::NoStart => "add `start`, the date and time at which the forecast begins",
        };
        problems.warning(ProblemCode::OutsideTheForecast, by, message, help);
    }
}

/// Warns of an objective that is met whatever happens.
fn asks_for_nothing(item: &Item<Written>, objective: &Objective, problems: &mut Problems) {
    let (key, what, help) = if objective.share == Share::NONE {
        let help = "write the share of the machines that are to have it: success = 0.95";
        ("success", "no machine", help)
    } else if objective.chance <= 0.0 {
        let help = "write the share of the replications that are to meet it: chance = 0.9";
        ("chance", "no replication", help)
    } else {
        return;
    };
    let message = format!(
        "the objective `{}` asks for {what}, and is met whatever happens: `{key}` is 0",
        item.name
    );
    problems.warning(ProblemCode::NoEffect, item.place.clone(), message, help);
}

/// The first moment at which a machine can run each advertisement; nothing where that is
/// open: wrong clocks begin at other times, and machines may have the program already.
fn beginnings(world: &World) -> Vec<SignedInstant> {
    if !world.clocks.is_empty() || !world.control.succession.installed.is_empty() {
        return Vec::new();
    }
    let zones = world.zones();
    let begins = |advertisement: &Advertisement| {
        let in_zones = zones.iter().map(|ahead| begins(advertisement, *ahead));
        in_zones.min().unwrap_or(SignedInstant::START)
    };
    world.advertisements.iter().map(begins).collect()
}

/// Warns of an objective that asks for machines before any of them can begin.
fn too_early(
    item: &Item<Written>,
    objective: &Objective,
    begins: Option<SignedInstant>,
    world: &World,
    problems: &mut Problems,
) {
    if objective.share.needed(1) == 0 {
        return;
    }
    let by = SignedInstant::from(objective.by);
    let begins = begins.map(|first| first.max(SignedInstant::START));
    let Some(first) = begins.filter(|first| *first >= by) else {
        return;
    };
    let first = on_the_calendar(world.start, first);
    let [by, first] = dates([objective.date, first]);
    let message = format!(
        "the objective `{}` cannot be met: it asks for {by}, and nothing that it is about begins before {first}",
        item.name
    );
    let place = item.spec.by.as_ref().and_then(At::span);
    let help = "ask for it by a later date, or make `assigned` and `available` of the advertisement earlier";
    problems.warning(ProblemCode::TooLate, place, message, help);
}

/// The first moment at which a machine whose clock is `ahead` can run what is advertised.
fn begins(advertisement: &Advertisement, ahead: i64) -> SignedInstant {
    let available = advertisement.available.at(ahead);
    match advertisement.assignment {
        // Users run what they see before it is due.
        Some(Assignment::At(due)) if advertisement.uptake.is_none() => due.at(ahead).max(available),
        _ => available,
    }
}
