//! Assignments that come round, programs that run for every user, and
//! assignments that do not hold over a slow link.

use crate::scenario::ProblemCode;
use crate::scenario::names::Item;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{self, At, Due};
use crate::units::Span;
use crate::world::{ProfileId, Repetition, Rerun, UserCondition, World};

/// What of `plan` comes round again, for the machines of `world`.
pub(super) fn resolve(plan: &Plan, world: &World, problems: &mut Problems) -> Repetition {
    let mut again = Repetition::default();
    for (at, item) in plan.programs.list().iter().enumerate() {
        if item.spec.every_user.as_deref() == Some(&true) {
            look_at_every_user(at, item, world, problems);
            again.every_user.insert(at.into());
        }
    }
    for (at, item) in plan.advertisements.list().iter().enumerate() {
        let spec = &item.spec;
        if let Some(recurs) = &spec.recurs {
            look_at_recurrence(item, recurs, problems);
            if again.every_user.contains(&world.advertisements[at].program) {
                let message = format!(
                    "the program of `{}` runs once for every user, and its assignment comes round",
                    item.name
                );
                let help = "leave out `recurs`, or the program's `every_user`";
                problems.error(ProblemCode::Impossible, recurs.span(), message, help);
            }
            again.recurring.insert(at.into(), recurs.0);
        }
        match spec.rerun.map(|word| word.meaning()) {
            None | Some(Rerun::Always) => {}
            Some(rule) => drop(again.rerun.insert(at.into(), rule)),
        }
        if spec.not_over_slow_links.as_deref() == Some(&true) {
            needs_assignment(item, spec.not_over_slow_links.as_ref(), problems);
            again.not_over_slow_links.insert(at.into());
        }
    }
    users(plan, world, &mut again);
    again
}

/// Events do not come round (KB Q257271), and nothing does that is optional.
fn look_at_recurrence(
    item: &Item<written::Advertisement>,
    recurs: &At<written::Period>,
    problems: &mut Problems,
) {
    needs_assignment(item, Some(recurs), problems);
    let event = matches!(
        item.spec.assigned.as_deref(),
        Some(Due::Logon | Due::Logoff)
    );
    if event {
        let message = format!(
            "the assignment of `{}` to an event does not come round",
            item.name
        );
        let help = "assign it to a time: assigned = \"as soon as possible\"";
        problems.error(ProblemCode::Impossible, recurs.span(), message, help);
    }
    if recurs.0 < Span::from_mins(1) {
        let message = format!(
            "the assignment of `{}` comes round every {}",
            item.name, recurs.0
        );
        let help = "let at least a minute pass: recurs = \"7 d\"";
        problems.error(ProblemCode::TooShort, recurs.span(), message, help);
    }
}

fn needs_assignment<T>(
    item: &Item<written::Advertisement>,
    place: Option<&At<T>>,
    problems: &mut Problems,
) {
    let assigned = item.spec.assigned.as_deref();
    let optional =
        assigned == Some(&Due::Optional) || (assigned.is_none() && item.spec.uptake.is_some());
    if optional {
        let message = format!(
            "the advertisement `{}` is optional and has no assignment",
            item.name
        );
        let help = "assign it: assigned = \"as soon as possible\"";
        problems.error(
            ProblemCode::Impossible,
            place.and_then(At::span),
            message,
            help,
        );
    }
}

/// "For every user" is for assigned programs that wait for a user.
fn look_at_every_user(
    at: usize,
    item: &Item<written::Program>,
    world: &World,
    problems: &mut Problems,
) {
    let place = || item.spec.every_user.as_ref().and_then(At::span);
    if world.programs[at].user_condition != UserCondition::LoggedOn {
        let message = format!(
            "the program `{}` runs for every user, and does not wait for any",
            item.name
        );
        let help = "let it run \"only when a user is logged on\"";
        problems.error(ProblemCode::Impossible, place(), message, help);
    }
    let offers = world
        .advertisements
        .iter()
        .filter(|a| a.program.index() == at);
    for optional in offers.filter(|offer| offer.assignment.is_none()) {
        let message = format!(
            "the program `{}` runs for every user, and `{}` assigns it to none",
            item.name, optional.id
        );
        let help = "assign it: only assigned programs run once for every user (SMS_Program)";
        problems.error(ProblemCode::Impossible, place(), message, help);
    }
}

/// How many users share the machines of each profile, where several do.
fn users(plan: &Plan, world: &World, again: &mut Repetition) {
    let inventory = plan.written.inventory.as_ref();
    for (at, profile) in world.fleet.profiles.iter().enumerate() {
        let group = plan.fleets.find(&profile.group);
        let of_group = group.and_then(|at| plan.fleets.get(at).spec.users);
        let rows = inventory.filter(|_| profile.naming.is_none());
        let layers = rows.map(|inventory| inventory.layers(profile.role));
        let of_rows = layers.into_iter().flatten().find_map(|layer| layer.users);
        if let Some(users) = of_group.or(of_rows).filter(|users| users.0 > 1) {
            again.users.insert(ProfileId::from(at), users.0 as u32);
        }
    }
}
