//! Programs that take the place of others, and programs that are taken away
//! again.

use super::signed;
use crate::client::behaviour;
use crate::scenario::ProblemCode;
use crate::scenario::names::Item;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{self, At};
use crate::units::SignedInstant;
use crate::world::{ProfileId, ProgramId, Role, Succession, World};
use std::collections::{BTreeMap, BTreeSet};

/// What of `plan` takes the place of something, for the machines of `world`.
pub(super) fn resolve(plan: &Plan, world: &World, problems: &mut Problems) -> Succession {
    let mut succession = Succession::default();
    let direct = supersedes(plan, problems);
    uninstall(plan, world, &mut succession, problems);
    for (at, item) in plan.programs.list().iter().enumerate() {
        uninstall_first(item, &direct[at], plan, problems);
        if item.spec.uninstall_first.as_deref() == Some(&true) {
            succession.uninstall_first.insert(at.into());
        }
        not_advertised(at, item, world, &mut succession, problems);
    }
    for at in 0..direct.len() {
        let all = closure(&direct, at);
        for old in &all {
            let by = succession.superseded_by.entry(*old).or_default();
            by.push(at.into());
        }
        if !all.is_empty() {
            succession.supersedes.insert(at.into(), all);
        }
    }
    withdrawn(plan, world, &mut succession, problems);
    installed(plan, world, &mut succession, problems);
    succession
}

/// What each program supersedes by its own word.
fn supersedes(plan: &Plan, problems: &mut Problems) -> Vec<Vec<ProgramId>> {
    let mut direct = Vec::new();
    for item in plan.programs.list() {
        let names = item.spec.supersedes.as_deref().unwrap_or(&[]);
        let found = names.iter();
        let found: Vec<_> = found
            .filter_map(|name| plan.programs.resolve(name, problems))
            .map(ProgramId::from)
            .collect();
        direct.push(found);
    }
    for (at, item) in plan.programs.list().iter().enumerate() {
        if closure(&direct, at).contains(&at.into()) {
            let place = item.spec.supersedes.iter().flatten().next();
            let message = format!("the program `{}` supersedes itself", item.name);
            let help = "break the circle by leaving one name out of a `supersedes`";
            problems.error(ProblemCode::Circle, place.and_then(At::span), message, help);
        }
    }
    direct
}

/// Everything that the program at `start` supersedes, through others too,
/// sorted; itself among it if they go round in a circle.
fn closure(direct: &[Vec<ProgramId>], start: usize) -> Vec<ProgramId> {
    let mut found = BTreeSet::new();
    let mut open = direct[start].clone();
    while let Some(program) = open.pop() {
        if found.insert(program) {
            open.extend_from_slice(&direct[program.index()]);
        }
    }
    found.into_iter().collect()
}

/// Which program removes which.
fn uninstall(plan: &Plan, world: &World, succession: &mut Succession, problems: &mut Problems) {
    for (at, item) in plan.programs.list().iter().enumerate() {
        let Some(name) = &item.spec.uninstall else {
            continue;
        };
        let Some(remover) = plan.programs.resolve_other(&item.name, name, problems) else {
            continue;
        };
        let complaint = if remover == at {
            Some(format!("the program `{}` is to remove itself", item.name))
        } else if world.programs[remover].run_first.is_some() {
            Some(format!(
                "the program `{}`, which removes `{}`, has a program to run first",
                **name, item.name
            ))
        } else {
            None
        };
        if let Some(message) = complaint {
            let help = "let `uninstall` name another program, which runs by itself";
            problems.error(ProblemCode::Impossible, name.span(), message, help);
        }
        succession.uninstall.insert(at.into(), remover.into());
    }
}

/// A program that removes what it supersedes has to know how.
fn uninstall_first(
    item: &Item<written::Program>,
    superseded: &[ProgramId],
    plan: &Plan,
    problems: &mut Problems,
) {
    let Some(place) = item.spec.uninstall_first.as_ref().filter(|first| ***first) else {
        return;
    };
    if superseded.is_empty() {
        let message = format!(
            "the program `{}` uninstalls first, and supersedes nothing",
            item.name
        );
        let help = "say what it supersedes: supersedes = [\"old\"]";
        problems.error(ProblemCode::Impossible, place.span(), message, help);
    }
    for old in superseded {
        let old = plan.programs.get(old.index());
        if old.spec.uninstall.is_none() {
            let message = format!(
                "the program `{}` uninstalls `{}` first, which nothing removes",
                item.name, old.name
            );
            let help = format!(
                "name the program that does: [program.{}] uninstall = \"...\"",
                old.name
            );
            problems.error(ProblemCode::Impossible, place.span(), message, help);
        }
    }
}

/// The box "Remove software when it is no longer advertised".
fn not_advertised(
    at: usize,
    item: &Item<written::Program>,
    world: &World,
    succession: &mut Succession,
    problems: &mut Problems,
) {
    let box_ticked = item.spec.uninstall_when_not_advertised.as_ref();
    let Some(place) = box_ticked.filter(|ticked| ***ticked) else {
        return;
    };
    succession.not_advertised.insert(at.into());
    let name = &item.name;
    if item.spec.uninstall.is_none() {
        let message =
            format!("the program `{name}` is removed when it is no longer advertised, by nothing");
        let help =
            "name a program whose run time and exit codes the removal has: uninstall = \"...\"";
        problems.error(ProblemCode::Impossible, place.span(), message, help);
    }
    if world.control.repetition.every_user.contains(&at.into()) {
        let message = format!(
            "the program `{name}` runs once for every user, and is removed when it is no longer advertised"
        );
        let help = "leave out `uninstall_when_not_advertised`, or `every_user`";
        problems.error(ProblemCode::Impossible, place.span(), message, help);
    }
    let mut profiles = world.fleet.profiles.iter();
    if !profiles.any(|profile| {
        behaviour(profile.client)
            .facts()
            .uninstalls_withdrawn_programs
    }) {
        let message = format!(
            "the program `{name}` is removed when it is no longer advertised, and there is no Legacy Client to do so"
        );
        let help = "let a fleet group have `client = \"legacy\"`, or leave it out";
        problems.warning(ProblemCode::NoEffect, place.span(), message, help);
    }
}

fn withdrawn(plan: &Plan, world: &World, succession: &mut Succession, problems: &mut Problems) {
    let zones = world.zones();
    for (at, item) in plan.advertisements.list().iter().enumerate() {
        let Some(written) = &item.spec.withdrawn else {
            continue;
        };
        let moment = signed(**written, plan.start);
        let name = &item.name;
        let available = world.advertisements[at].available;
        let is_early = |ahead: &i64| moment <= available.at(*ahead);
        let never = zones.iter().all(is_early);
        if never || moment <= SignedInstant::START {
            let when = if never {
                "before it becomes available"
            } else {
                "by the start"
            };
            let message = format!("the advertisement `{name}` is withdrawn {when}");
            let help = "make `withdrawn` later than `available` and than the start";
            problems.error(ProblemCode::Impossible, written.span(), message, help);
        } else if moment > SignedInstant::START + world.horizon {
            let message = format!("the advertisement `{name}` is withdrawn after the horizon");
            let help = "make `horizon` longer, or `withdrawn` earlier";
            problems.warning(ProblemCode::TooLate, written.span(), message, help);
        }
        succession.withdrawn.insert(at.into(), moment.clamped());
    }
}

/// What the machines of each profile have before the start.
fn installed(plan: &Plan, world: &World, succession: &mut Succession, problems: &mut Problems) {
    let inventory = plan.written.inventory.as_ref();
    let servers = inventory.map(|inventory| inventory.layers(Role::MemberServer));
    let layers = servers.into_iter().flatten();
    let of_layers = layers.filter_map(|layer| layer.installed.as_ref());
    let groups = plan.fleets.list().iter();
    let written = groups.filter_map(|item| item.spec.installed.as_ref());
    let mut known: BTreeMap<&str, ProgramId> = BTreeMap::new();
    for name in written.chain(of_layers).flat_map(BTreeMap::keys) {
        if let Some(program) = plan.programs.resolve(name, problems) {
            known.insert(name, program.into());
        }
    }
    for (at, profile) in world.fleet.profiles.iter().enumerate() {
        let group = plan.fleets.find(&profile.group);
        let of_group = group.and_then(|at| plan.fleets.get(at).spec.installed.as_ref());
        let rows = inventory.filter(|_| profile.naming.is_none());
        let layers = rows.map(|inventory| inventory.layers(profile.role));
        let mut layers = layers.into_iter().flatten();
        let of_rows = layers.find_map(|layer| layer.installed.as_ref());
        for (name, share) in of_group.or(of_rows).into_iter().flatten() {
            if let Some(program) = known.get(name.as_str()).filter(|_| share.0 > 0.0) {
                let key = (ProfileId::from(at), *program);
                succession.installed.insert(key, share.0);
            }
        }
    }
}
