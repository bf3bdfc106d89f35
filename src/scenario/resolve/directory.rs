//! The directory: its domains and whom they trust, its accounts, groups and computers.

use super::accounts::accounts;
use super::groups::groups;
use crate::outcome::host_name;
use crate::scenario::ProblemCode;
use crate::scenario::names::Item;
use crate::scenario::pattern::nearest;
use crate::scenario::plan::{Plan, is_workgroup};
use crate::scenario::problem::Problems;
use crate::scenario::written::{self};
use crate::world::{
    AccountState, Computer, Directory, Domain, DomainId, DomainKind, MachineId, World,
};
use std::collections::{BTreeMap, BTreeSet};

/// The domains that have accounts of their own.
pub(super) fn account_domains(plan: &Plan) -> impl Iterator<Item = &str> {
    let domains = plan.domains.list().iter();
    let domains = domains.filter(|domain| !is_workgroup(domain));
    domains.map(|domain| domain.name.as_str())
}

/// The directory of `plan`.
pub(super) fn resolve(plan: &Plan, problems: &mut Problems) -> Directory {
    Directory {
        domains: domains(plan, problems),
        accounts: accounts(plan, problems),
        groups: groups(plan, problems),
        computers: plan
            .computers
            .iter()
            .map(|name| Computer {
                name: name.to_string(),
                machine: None,
            })
            .collect(),
    }
}

/// Looks up the machines that access lists name.
pub(super) fn find_computers(plan: &Plan, world: &mut World, problems: &mut Problems) {
    if plan.computers.is_empty() {
        return;
    }
    let mut found: BTreeMap<String, MachineId> = BTreeMap::new();
    let fleet = &world.fleet;
    for (site, range) in world.sites.iter().zip(&fleet.by_site) {
        for position in range.clone() {
            let machine = &fleet.machines[position as usize];
            let domain = &world.directory.domains[fleet.profile(machine).domain.index()].name;
            let mut name = String::new();
            fleet.write_name(machine, &site.name, &mut name);
            let account = format!("{domain}\\{}$", host_name(&name, domain));
            found.insert(account.to_ascii_lowercase(), MachineId(position));
        }
    }
    for (computer, name) in world.directory.computers.iter_mut().zip(&plan.computers) {
        computer.machine = found.get(&name.to_ascii_lowercase()).copied();
        if computer.machine.is_none() {
            let message = format!("there is no machine for the computer account `{}`", **name);
            let near = nearest(&name.to_ascii_lowercase(), found.keys().map(String::as_str));
            let help = near.map_or_else(
                || "write 'DOMAIN\\MACHINE$' with a machine of that domain".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            problems.error(ProblemCode::UnknownName, name.span(), message, help);
        }
    }
}

fn domains(plan: &Plan, problems: &mut Problems) -> Vec<Domain> {
    let controllers = controllers(plan);
    let mut domains: Vec<Domain> = Vec::new();
    for (at, item) in plan.domains.list().iter().enumerate() {
        let written = item.spec.trusts.as_deref().unwrap_or(&[]);
        let trusts = plan.domains.select(written, problems);
        refuse_impossible_trusts(at, item, plan, problems);
        domains.push(Domain {
            name: item.name.clone(),
            kind: item
                .spec
                .kind
                .map_or(DomainKind::ActiveDirectory, |kind| kind.meaning()),
            trusts: trusts
                .into_iter()
                .filter(|other| *other != at && !is_workgroup(plan.domains.get(*other)))
                .map(DomainId::from)
                .collect(),
            controllers: controllers
                .iter()
                .filter(|(domain, _)| *domain == at)
                .map(|(_, server)| (*server).into())
                .collect(),
            token_account: item
                .spec
                .token_account
                .map_or(AccountState::Ok, |state| state.meaning()),
        });
    }
    trust_within_forests(plan, &mut domains);
    domains
}

/// A workgroup has no controllers that could trust another domain, or be trusted; a domain
/// that is to trust itself says nothing. What a glob matches besides is left out.
fn refuse_impossible_trusts(
    at: usize,
    item: &Item<written::Domain>,
    plan: &Plan,
    problems: &mut Problems,
) {
    for name in item.spec.trusts.as_deref().unwrap_or(&[]) {
        if is_workgroup(item) {
            let message = format!("the workgroup `{}` trusts no domain", item.name);
            let help = "leave `trusts` out, or make it a domain by another `kind`";
            problems.error(ProblemCode::Impossible, name.span(), message, help);
            return;
        }
        let Some(other) = plan.domains.find(name) else {
            continue;
        };
        if other == at {
            let message = format!("the domain `{}` is said to trust itself", item.name);
            let help = "leave it out of its `trusts`: a domain knows its own accounts";
            problems.warning(ProblemCode::NoEffect, name.span(), message, help);
        } else if is_workgroup(plan.domains.get(other)) {
            let message = format!(
                "the domain `{}` cannot trust `{}`, which is a workgroup",
                item.name,
                plan.domains.get(other).name
            );
            let help = "leave it out of the `trusts`: a workgroup has no accounts that a domain could know";
            problems.error(ProblemCode::Impossible, name.span(), message, help);
        }
    }
}

/// Lets the domains of a forest trust each other: trust within a forest is
/// transitive and goes both ways, any other goes no further than from one domain
/// to one other (`TechNet` dd277419).
fn trust_within_forests(plan: &Plan, domains: &mut [Domain]) {
    let forests = forests(plan, domains);
    let mut members: BTreeMap<usize, Vec<DomainId>> = BTreeMap::new();
    for (at, forest) in forests.iter().enumerate() {
        members.entry(*forest).or_default().push(at.into());
    }
    for (at, domain) in domains.iter_mut().enumerate() {
        let others = members.get(&forests[at]).into_iter().flatten();
        let others = others.filter(|other| other.index() != at);
        let mut trusts: Vec<DomainId> = others.chain(&domain.trusts).copied().collect();
        trusts.sort_unstable();
        trusts.dedup();
        domain.trusts = trusts;
    }
}

/// The forest of each domain, as the position of one of its domains: those that name one
/// forest are in it, and of the others those that trust each other.
fn forests(plan: &Plan, domains: &[Domain]) -> Vec<usize> {
    let mut above: Vec<usize> = (0..domains.len()).collect();
    let mut first_of: BTreeMap<String, usize> = BTreeMap::new();
    let mut unnamed: BTreeSet<(usize, usize)> = BTreeSet::new();
    for (at, domain) in domains.iter().enumerate() {
        if domain.kind != DomainKind::ActiveDirectory {
            continue;
        }
        if let Some(name) = plan.domains.get(at).spec.forest.as_deref() {
            let first = *first_of.entry(name.to_lowercase()).or_insert(at);
            join(&mut above, first, at);
        } else {
            unnamed.extend(domain.trusts.iter().map(|other| (at, other.index())));
        }
    }
    for (a, b) in &unnamed {
        if unnamed.contains(&(*b, *a)) {
            join(&mut above, *a, *b);
        }
    }
    (0..domains.len()).map(|at| top(&mut above, at)).collect()
}

/// The domain that stands for the forest of the one at `at`.
fn top(above: &mut [usize], mut at: usize) -> usize {
    while above[at] != at {
        // What stands in between is passed over the next time.
        above[at] = above[above[at]];
        at = above[at];
    }
    at
}

fn join(above: &mut [usize], a: usize, b: usize) {
    let (a, b) = (top(above, a), top(above, b));
    above[a.max(b)] = a.min(b);
}

/// The servers that control a domain, each with its domain. Domains that do not
/// exist are complained about where servers are resolved.
fn controllers(plan: &Plan) -> Vec<(usize, usize)> {
    let servers = plan.servers.list().iter().enumerate();
    servers
        .filter(|(_, item)| {
            item.spec
                .roles
                .iter()
                .flatten()
                .any(|role| *role == written::ServerRole::DomainController)
        })
        .filter_map(|(at, item)| {
            let domain = item
                .spec
                .domain
                .as_ref()
                .map_or(plan.domains.only(), |name| plan.domains.find(name))?;
            Some((domain, at))
        })
        .collect()
}
