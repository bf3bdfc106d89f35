//! Passwords and accounts that are changed, and that no client would miss.

use super::faults::AccountsInUse;
use crate::client::{Facts, behaviour};
use crate::scenario::ProblemCode;
use crate::scenario::account_names;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{AccountChange, At, Rotation};
use crate::world::{Handout, SiteAccounts, SiteId, World};

pub(super) fn check(plan: &Plan, world: &World, problems: &mut Problems) {
    let in_use = AccountsInUse::of(world);
    for rotation in &plan.written.rotation {
        account_rotated(rotation, plan, world, &in_use, problems);
        token_account_reset(rotation, plan, &in_use, problems);
    }
    for (change, number) in plan.written.account_change.iter().zip(0u32..) {
        account_change(change, number, world, problems);
    }
}

/// A password is changed that no client is given.
fn account_rotated(
    rotation: &At<Rotation>,
    plan: &Plan,
    world: &World,
    in_use: &AccountsInUse,
    problems: &mut Problems,
) {
    let Some(name) = &rotation.account else {
        return;
    };
    let Some(at) = plan.accounts.find_without_case(name) else {
        return;
    };
    if !in_use.is_handed_out(at.into()) {
        let message = format!(
            "no machine is affected when the password of `{}` is changed: no client is handed this account",
            world.directory.accounts[at].name
        );
        let help = "name it in [accounts], or name another account";
        problems.warning(ProblemCode::Unused, name.span(), message, help);
    }
}

/// The password of a token account is reset under which no client runs anything.
fn token_account_reset(
    rotation: &At<Rotation>,
    plan: &Plan,
    in_use: &AccountsInUse,
    problems: &mut Problems,
) {
    let Some(name) = &rotation.token_account else {
        return;
    };
    let domain = account_names::domain_of_token(name);
    let Some(domain) = plan.domains.find_without_case(domain) else {
        return;
    };
    if !in_use.runs_under_token(domain) {
        let message = format!(
            "no machine is affected when the password of the token account of `{}` is reset: no controller there runs the Legacy Client",
            plan.domains.get(domain).name
        );
        let help =
            "only Legacy Clients on domain controllers run programs under it (TechNet cc181332)";
        problems.warning(ProblemCode::Unused, name.span(), message, help);
    }
}

/// Other accounts that are the same as before, or of a kind that no client of the sites
/// uses.
fn account_change(change: &At<AccountChange>, number: u32, world: &World, problems: &mut Problems) {
    let of_change = |handout: &&Handout| handout.change == number;
    let all: Vec<&Handout> = world.identities.handouts.iter().filter(of_change).collect();
    if all.is_empty() {
        return;
    }
    if all
        .iter()
        .all(|handout| *before(world, handout) == handout.accounts)
    {
        let message = "this change of accounts hands out what the clients have already".to_owned();
        let help = "name other accounts, or leave the [[account_change]] out";
        problems.warning(ProblemCode::NoEffect, change.span(), message, help);
        return;
    }
    let kinds: [(bool, fn(&Facts) -> bool); 3] = [
        (change.network_access.is_some(), |facts| {
            facts.uses_network_access_account
        }),
        (change.software_installation.is_some(), |facts| {
            facts.runs_under_domain_accounts
        }),
        (change.client_connection.is_some(), |facts| {
            facts.uses_connection_accounts
        }),
    ];
    let mut named = kinds.iter().filter(|(is_named, _)| *is_named);
    if !named.any(|(_, uses)| {
        all.iter()
            .any(|handout| any_client(world, handout.site, *uses))
    }) {
        let message =
            "no machine is affected by this change of accounts: no client of its sites uses such accounts"
                .to_owned();
        let help = "Advanced Clients use `network_access`, Legacy Clients `software_installation` and `client_connection`: name sites that have such clients, or leave the [[account_change]] out";
        problems.warning(ProblemCode::Unused, change.span(), message, help);
    }
}

/// What the site of a change handed out before it.
fn before<'w>(world: &'w World, handout: &Handout) -> &'w SiteAccounts {
    let of_site = world.identities.handouts_of(handout.site);
    let at = of_site
        .iter()
        .position(|other| other.change == handout.change)
        .and_then(|at| at.checked_sub(1));
    at.map_or(&world.sites[handout.site.index()].accounts, |at| {
        &of_site[at].accounts
    })
}

/// Whether a machine of a site has a client of which something holds.
fn any_client(world: &World, site: SiteId, holds: fn(&Facts) -> bool) -> bool {
    let machines = &world.fleet.by_site[site.index()];
    let machines = &world.fleet.machines[machines.start as usize..machines.end as usize];
    let mut alike = machines.chunk_by(|a, b| a.profile == b.profile);
    alike.any(|some| holds(behaviour(world.fleet.profile(&some[0]).client).facts()))
}
