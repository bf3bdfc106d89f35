//! Accounts that a site hands out and that cannot log on from the start, or that no
//! server knows.

use crate::access::{Client, Reason, Standing, Target, View, attempt};
use crate::client::behaviour;
use crate::engine::effort;
use crate::outcome::Actor;
use crate::scenario::ProblemCode;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::world::{
    AccountId, AccountState, ClientKind, DomainId, MachineId, PackageId, Role, SiteAccounts, World,
};
use std::collections::{BTreeMap, BTreeSet};

/// Warns of each account that is declared as unusable and is in use at a site.
pub(super) fn check(plan: &Plan, world: &World, problems: &mut Problems) {
    let sites = world.sites.iter();
    let handed = sites.map(|site| (&site.accounts, site.name.as_str()));
    for (id, site) in handed_out(handed) {
        let account = &world.directory.accounts[id.index()];
        let Some(what) = unusable(account.state) else {
            continue;
        };
        let Some(item) = plan.accounts.find(&account.name) else {
            continue;
        };
        let message = format!(
            "the account `{}` {what} from the start, and the clients of site `{site}` are to use it",
            account.name
        );
        let help = "leave `state` out, or write a fault for what happens to the account later; keep it where this is what you want to see";
        let place = plan.accounts.get(item).place.clone();
        problems.warning(ProblemCode::UnusableAccount, place, message, help);
    }
}

/// Warns of each Network Access Account that none of the servers knows to which
/// programs turn: its domain is not trusted there, and they have no account of the
/// same name and password (KB Q103390).
pub(super) fn strangers(plan: &Plan, world: &World, problems: &mut Problems) {
    // Where it stops machines, that has been told.
    let mut told = problems.list().iter();
    if told.any(|problem| problem.code == ProblemCode::UntrustedAccount) {
        return;
    }
    let targets = targets(world);
    let accounts = world.sites.iter().zip(&world.fleet.by_site);
    let accounts: BTreeMap<AccountId, &SiteAccounts> = accounts
        .filter(|(_, machines)| present_it(world, machines))
        .filter_map(|(site, _)| Some((site.accounts.network_access?, &site.accounts)))
        .collect();
    let standing = Standing::of(world);
    let view = View::new(world, &standing);
    for (id, accounts) in accounts {
        let client = anyone(accounts);
        let is_known = |target: &Target| {
            let tried = attempt(view, &client, Actor::Account(id), *target);
            tried.err().is_none_or(|refusal| {
                !matches!(
                    refusal.reason,
                    Reason::NotTrusted | Reason::UnknownAccount | Reason::GuestDenied
                )
            })
        };
        if targets.is_empty() || targets.iter().any(is_known) {
            continue;
        }
        let name = &world.directory.accounts[id.index()].name;
        let Some(item) = plan.accounts.find(name) else {
            continue;
        };
        let message = format!(
            "the Network Access Account `{name}` is known at no server to which programs turn: no domain there trusts its own, and no server has an account of the same name and password"
        );
        let help = "name an account of a domain that the servers trust, add the trust, or list the servers that have the same account in its `servers` (KB Q103390)";
        let place = plan.accounts.get(item).place.clone();
        problems.warning(ProblemCode::UntrustedAccount, place, message, help);
    }
}

/// Whether any of these machines presents a Network Access Account.
fn present_it(world: &World, machines: &std::ops::Range<u32>) -> bool {
    let machines = &world.fleet.machines[machines.start as usize..machines.end as usize];
    let mut alike = machines.chunk_by(|a, b| a.profile == b.profile);
    alike.any(|some| {
        behaviour(world.fleet.profile(&some[0]).client)
            .facts()
            .uses_network_access_account
    })
}

/// What programs that are offered turn to, each server once.
fn targets(world: &World) -> Vec<Target> {
    let offered = world.advertisements.iter().map(|a| a.program);
    let offered: BTreeSet<_> = offered.collect();
    let programs = offered.iter().map(|id| &world.programs[id.index()]);
    let (mut servers, mut targets) = (BTreeSet::new(), Vec::new());
    let mut lists = BTreeSet::new();
    for program in programs {
        let package: PackageId = program.package;
        // Many packages have one list of points.
        let points = &world.packages[package.index()].distribution_points;
        let is_new = lists.insert(points.as_ptr().addr());
        for point in points.iter().filter(|_| is_new) {
            effort::spend(1);
            if servers.insert(*point) {
                targets.push(Target::Package(package, *point));
            }
        }
        for used in &program.shares {
            if servers.insert(world.shares[used.share.index()].server) {
                targets.push(Target::Share(used.share));
            }
        }
    }
    targets
}

/// A client of which nothing matters but its account.
const fn anyone(accounts: &SiteAccounts) -> Client<'_> {
    Client {
        kind: ClientKind::Advanced,
        role: Role::Workstation,
        windows_9x: false,
        token_account: AccountState::Ok,
        machine: MachineId(u32::MAX),
        domain: DomainId(0),
        user_domain: None,
        user_groups: &[],
        user: None,
        accounts,
    }
}

/// Every account that is handed out, with whom the first to hand it out are.
pub(super) fn handed_out<'a, T: Copy>(
    handed: impl Iterator<Item = (&'a SiteAccounts, T)>,
) -> BTreeMap<AccountId, T> {
    let mut used = BTreeMap::new();
    // Many sites have one list of Client Connection accounts.
    let mut lists = BTreeSet::new();
    for (accounts, whose) in handed {
        let SiteAccounts {
            network_access,
            software_installation,
            client_connection,
        } = accounts;
        let single = [*network_access, *software_installation];
        let is_new = lists.insert(client_connection.as_ptr().addr());
        let listed = client_connection.iter().copied().filter(|_| is_new);
        for id in single.into_iter().flatten().chain(listed) {
            effort::spend(1);
            used.entry(id).or_insert(whose);
        }
    }
    used
}

/// What is the matter with an account that cannot log on.
const fn unusable(state: AccountState) -> Option<&'static str> {
    match state {
        AccountState::Ok => None,
        AccountState::Locked => Some("is locked out"),
        AccountState::Disabled => Some("is disabled"),
        AccountState::Expired => Some("has expired"),
        AccountState::PasswordExpired => Some("has an expired password"),
        AccountState::WrongPassword => Some("is presented with a wrong password"),
        AccountState::Missing => Some("does not exist"),
    }
}
