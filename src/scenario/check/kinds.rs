//! Machines and servers of kinds that do not exist.

use crate::client::behaviour;
use crate::product::is_before_windows_2000;
use crate::scenario::ProblemCode;
use crate::scenario::names::Place;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::spelling::key;
use crate::scenario::written::At;
use crate::world::{AccountState, DomainId, DomainKind, Profile, Role, World};

pub(super) fn check(plan: &Plan, world: &World, problems: &mut Problems) {
    for profile in world.fleet.profiles_in_use() {
        controller_in_workgroup(plan, profile, world, problems);
        client_needs_windows_2000(plan, profile, world, problems);
        no_local_token_account(plan, profile, world, problems);
    }
    forests(plan, world, problems);
    servers(plan, world, problems);
}

fn is_workgroup(world: &World, domain: DomainId) -> bool {
    world.directory.domains[domain.index()].kind == DomainKind::Workgroup
}

/// Where machines of a profile are written down.
pub(super) fn of_group(plan: &Plan, group: &str) -> Place {
    let group = plan.fleets.find(group);
    group.map_or_else(
        || {
            let inventory = plan.written.inventory.as_ref()?;
            inventory.file.as_ref().and_then(At::span)
        },
        |at| plan.fleets.get(at).place.clone(),
    )
}

fn controller_in_workgroup(plan: &Plan, profile: &Profile, world: &World, problems: &mut Problems) {
    if profile.role != Role::DomainController || !is_workgroup(world, profile.domain) {
        return;
    }
    let message = format!(
        "the machines of `{}` are domain controllers, and `{}` is a workgroup, which has none",
        profile.group,
        world.directory.domains[profile.domain.index()].name
    );
    let help = "give them a `domain`, or the role `member server`";
    problems.error(
        ProblemCode::ControllerOfAWorkgroup,
        of_group(plan, &profile.group),
        message,
        help,
    );
}

/// The Advanced Client needs Windows 2000 or later (SMS 2003 Concepts, Planning,
/// and Deployment Guide).
fn client_needs_windows_2000(
    plan: &Plan,
    profile: &Profile,
    world: &World,
    problems: &mut Problems,
) {
    let platform = &world.platforms[profile.platform.index()];
    if !behaviour(profile.client).facts().needs_windows_2000 || !is_before_windows_2000(platform) {
        return;
    }
    let message = format!(
        "machines of `{}` have the Advanced Client on {platform}, and it needs Windows 2000 or later",
        profile.group
    );
    let help = if plan.fleets.find(&profile.group).is_some() {
        "say `client = \"legacy\"` for them"
    } else {
        "say `legacy` for them in a column `client`, or `client = \"legacy\"` in [inventory.defaults]"
    };
    problems.error(
        ProblemCode::ClientWithoutPlatform,
        of_group(plan, &profile.group),
        message,
        help,
    );
}

/// Machines that run nothing under a local token account, the state of which is given.
fn no_local_token_account(plan: &Plan, profile: &Profile, world: &World, problems: &mut Problems) {
    if profile.token_account == AccountState::Ok {
        return;
    }
    let domain = &world.directory.domains[profile.domain.index()].name;
    let uses_it = |client| behaviour(client).facts().runs_under_domain_accounts;
    let mut alike = world.fleet.profiles.iter();
    let mut some_use_it =
        || alike.any(|other| other.group == profile.group && uses_it(other.client));
    let (why, help) = if !uses_it(profile.client) {
        if some_use_it() {
            return;
        }
        (
            "an Advanced Client runs nothing under it".to_owned(),
            "leave it out, or say `client = \"legacy\"`".to_owned(),
        )
    } else if profile.role == Role::DomainController {
        (
            "domain controllers use the one of their domain".to_owned(),
            format!("say `token_account` in [domain.{}]", key(domain)),
        )
    } else if profile.windows_9x {
        (
            "on Windows 95, 98 and Me programs run as the user".to_owned(),
            "leave it out".to_owned(),
        )
    } else {
        return;
    };
    let message = format!(
        "the state of the token account of machines of `{}` has no effect: {why}",
        profile.group
    );
    let place = of_group(plan, &profile.group);
    problems.warning(ProblemCode::NoEffect, place, message, help);
}

fn forests(plan: &Plan, world: &World, problems: &mut Problems) {
    for (item, domain) in plan.domains.list().iter().zip(&world.directory.domains) {
        if item.spec.forest.is_some() && domain.kind != DomainKind::ActiveDirectory {
            let message = format!(
                "`{}` is no Active Directory domain, and is in no forest",
                item.name
            );
            problems.error(
                ProblemCode::NoForest,
                item.place.clone(),
                message,
                "leave `forest` out",
            );
        }
    }
}

fn servers(plan: &Plan, world: &World, problems: &mut Problems) {
    for (item, server) in plan.servers.list().iter().zip(&world.servers) {
        let of_workgroup = server.domain.filter(|domain| is_workgroup(world, *domain));
        if let (Some(domain), true) = (of_workgroup, server.roles.domain_controller) {
            let message = format!(
                "`{}` is a domain controller, and `{}` is a workgroup, which has none",
                item.name,
                world.directory.domains[domain.index()].name
            );
            let help = "give it a `domain` that has controllers, or leave the role out";
            problems.error(
                ProblemCode::ControllerOfAWorkgroup,
                item.place.clone(),
                message,
                help,
            );
        }
    }
}
