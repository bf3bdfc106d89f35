//! Accounts in motion: rotations, settings that change, lockout, pass-through.

use super::{accounts, signed, when};
use crate::scenario::ProblemCode;
use crate::scenario::names::Item;
use crate::scenario::plan::{Plan, is_workgroup};
use crate::scenario::problem::Problems;
use crate::scenario::written::{self, At, ServerRole};
use crate::units::{SignedInstant, Span};
use crate::world::{
    AccountId, AccountState, Change, DomainId, DomainPolicy, Handout, Identities, Lockout,
    PassThrough, Rotation, ServerId, SiteAccounts, SiteId, TimedChange, World,
};
use std::collections::BTreeMap;
use std::ops::Range;

/// Puts what `plan` says about accounts in motion into `world`.
pub(super) fn resolve(plan: &Plan, world: &mut World, problems: &mut Problems) {
    world.identities = Identities {
        policies: policies(plan, problems),
        rotations: rotations(plan, problems),
        handouts: handouts(plan, world, problems),
        pass_through: pass_through(plan),
    };
    create_token_accounts(plan, world);
    reset_token_accounts(plan, world, problems);
}

fn policies(plan: &Plan, problems: &mut Problems) -> BTreeMap<DomainId, DomainPolicy> {
    let domains = plan.domains.list().iter().enumerate();
    domains
        .map(|(at, item)| (DomainId::from(at), policy(at, item, plan, problems)))
        .filter(|(_, policy)| *policy != DomainPolicy::default())
        .collect()
}

fn policy(
    at: usize,
    item: &Item<written::Domain>,
    plan: &Plan,
    problems: &mut Problems,
) -> DomainPolicy {
    let spec = &item.spec;
    DomainPolicy {
        lockout: spec
            .lockout
            .as_ref()
            .and_then(|written| lockout(written, item, problems)),
        primary: spec
            .pdc
            .as_ref()
            .and_then(|name| primary(at, name, plan, problems)),
        replication: spec
            .replication
            .map_or(DomainPolicy::REPLICATION, |span| span.0),
        restricted_groups: spec.restricted_groups.unwrap_or(false),
    }
}

/// The lockout policy; none if its threshold is zero.
fn lockout(
    written: &written::Lockout,
    item: &Item<written::Domain>,
    problems: &mut Problems,
) -> Option<Lockout> {
    if is_workgroup(item) {
        problems.error(
            ProblemCode::LockoutOfAWorkgroup,
            item.place.clone(),
            format!(
                "`{}` is a workgroup, which has no accounts to lock",
                item.name
            ),
            "leave `lockout` out",
        );
    }
    let half_hour = Span::from_mins(30);
    let window = written.window.as_ref().map_or(half_hour, |span| span.0);
    let duration = written.duration.as_ref().map_or(half_hour, |span| span.0);
    let forever = duration == Span::ZERO;
    let threshold = written.threshold.as_ref().map_or(5, |count| count.0 as u32);
    if threshold == 0 {
        return None;
    }
    if duration < window && !forever {
        problems.error(
            ProblemCode::LockoutTooShort,
            written
                .duration
                .as_ref()
                .or(written.window.as_ref())
                .and_then(At::span),
            format!(
                "the lockout of `{}` lasts shorter than its window",
                item.name
            ),
            "Windows wants `duration` to be `window` at least",
        );
    }
    Some(Lockout {
        threshold,
        window,
        duration: if forever { Span::FOREVER } else { duration },
        forgiven: written.forgiven_passwords.map_or(0, |count| count.0 as u32),
    })
}

/// The controller that the domain at `domain` names as its PDC.
fn primary(
    domain: usize,
    name: &At<String>,
    plan: &Plan,
    problems: &mut Problems,
) -> Option<ServerId> {
    let at = plan.servers.resolve(name, problems)?;
    let spec = &plan.servers.get(at).spec;
    let controls = spec
        .roles
        .iter()
        .flatten()
        .any(|role| *role == ServerRole::DomainController);
    let of = spec
        .domain
        .as_ref()
        .map_or(plan.domains.only(), |name| plan.domains.find(name));
    if !controls || of != Some(domain) {
        problems.error(
            ProblemCode::MissingRole,
            name.span(),
            format!(
                "`{}` is not a controller of `{}`",
                **name,
                plan.domains.get(domain).name
            ),
            "name one of the domain's controllers",
        );
    }
    Some(at.into())
}

fn rotations(plan: &Plan, problems: &mut Problems) -> Vec<Rotation> {
    let mut rotations: Vec<(Rotation, SignedInstant)> = plan
        .written
        .rotation
        .iter()
        .filter(|written| written.token_account.is_none())
        .filter_map(|written| rotation(written, plan, problems))
        .collect();
    rotations.sort_by_key(|(rotation, _)| (rotation.account, rotation.at));
    let disordered = rotations.windows(2).find(|pair| {
        let [(before, known_before), (after, known_after)] = [pair[0], pair[1]];
        before.account == after.account && known_after < known_before
    });
    if let Some(pair) = disordered {
        let name = &plan.accounts.get(pair[0].0.account.index()).name;
        problems.error(
            ProblemCode::RotationsOutOfOrder,
            told_late(plan, name),
            format!("SMS is told of a later password of `{name}` before an earlier one"),
            "put `known_to_sms` into the order of `at`",
        );
    }
    rotations
        .into_iter()
        .map(|(rotation, _)| rotation)
        .collect()
}

/// The place of the last `known_to_sms` of an account.
fn told_late(plan: &Plan, account: &str) -> Option<Range<usize>> {
    let of_account = |rotation: &&At<written::Rotation>| {
        let name = rotation.account.as_ref();
        name.is_some_and(|name| name.eq_ignore_ascii_case(account))
    };
    let mut rotations = plan.written.rotation.iter().filter(of_account).rev();
    rotations.find_map(|rotation| rotation.known_to_sms.as_ref().and_then(At::span))
}

/// A rotation, and when SMS was told of it.
fn rotation(
    written: &At<written::Rotation>,
    plan: &Plan,
    problems: &mut Problems,
) -> Option<(Rotation, SignedInstant)> {
    let Some(name) = &written.account else {
        problems.error(
            ProblemCode::MissingKey,
            written
                .at
                .as_ref()
                .and_then(At::span)
                .or_else(|| written.span()),
            "a rotation does not say whose password is changed".to_owned(),
            "add `account = 'DOMAIN\\name'`",
        );
        return None;
    };
    let account = accounts::account(name, plan, problems)?;
    if name.starts_with(".\\") {
        problems.error(
            ProblemCode::RotationOfALocalAccount,
            name.span(),
            format!(
                "`{}` is an account of every machine, with as many passwords",
                **name
            ),
            "rotate an account of a domain",
        );
    }
    let at = when(written.at.as_ref(), plan.start).unwrap_or(SignedInstant::START);
    let known_to_sms = when(written.known_to_sms.as_ref(), plan.start).unwrap_or(at);
    let rotation = Rotation {
        account: account.into(),
        at,
        // All clients know what SMS was told before the start.
        known_to_sms: known_to_sms.clamped(),
    };
    Some((rotation, known_to_sms))
}

/// What each site hands out after each change, by site, then time.
fn handouts(plan: &Plan, world: &World, problems: &mut Problems) -> Vec<Handout> {
    let numbered = plan.written.account_change.iter().zip(0u32..);
    let mut changes: Vec<(SignedInstant, u32, &At<written::AccountChange>)> = numbered
        .map(|(change, number)| {
            let at = when(change.at.as_ref(), plan.start).unwrap_or(SignedInstant::START);
            (at, number, change)
        })
        .collect();
    changes.sort_by_key(|(at, ..)| *at);
    let mut present: Vec<SiteAccounts> = world
        .sites
        .iter()
        .map(|site| site.accounts.clone())
        .collect();
    let mut handouts = Vec::new();
    for (at, number, change) in changes {
        let sites = match &change.sites {
            Some(globs) => plan.sites.select(globs, problems),
            None => (0..present.len()).collect(),
        };
        for site in sites {
            alter(&mut present[site], change, plan, problems);
            let accounts = present[site].clone();
            handouts.push(Handout {
                at: at.clamped(),
                site: SiteId::from(site),
                change: number,
                accounts,
            });
        }
    }
    // Stable: changes of one instant, and those before the start, keep their order.
    handouts.sort_by_key(|handout| (handout.site, handout.at));
    handouts
}

fn alter(
    accounts: &mut SiteAccounts,
    change: &written::AccountChange,
    plan: &Plan,
    problems: &mut Problems,
) {
    let mut find = |name: &At<String>| accounts::account(name, plan, problems).map(AccountId::from);
    if let Some(name) = &change.network_access {
        accounts.network_access = find(&name.with(name.0.clone()));
    }
    if let Some(name) = &change.software_installation {
        accounts.software_installation = find(name);
    }
    if let Some(names) = &change.client_connection {
        accounts.client_connection = accounts::connection_accounts(names, plan, problems);
    }
}

fn pass_through(plan: &Plan) -> BTreeMap<ServerId, PassThrough> {
    let servers = plan.servers.list().iter().enumerate();
    servers
        .filter_map(|(at, item)| {
            let written = item.spec.authentication.as_ref()?;
            let limits = PassThrough {
                slots: written.slots.map_or(2, |count| count.0 as u32),
                hold: written.hold.map_or(Span(100_000), |span| span.0),
                patience: written.patience.map_or(Span::from_secs(45), |span| span.0),
                confirms_tickets: written.pac_validation.unwrap_or(false),
            };
            Some((ServerId::from(at), limits))
        })
        .collect()
}

/// A token account that is created while the roll-out runs is missing on the
/// controllers until it has been replicated.
fn create_token_accounts(plan: &Plan, world: &mut World) {
    for (at, item) in plan.domains.list().iter().enumerate() {
        let Some(created) = item.spec.token_account_created else {
            continue;
        };
        let domain = DomainId::from(at);
        let arrives = signed(created, plan.start) + world.identities.policy(domain).replication;
        if arrives.is_before_start() {
            // All controllers had it by the start.
            continue;
        }
        let token = &mut world.directory.domains[at].token_account;
        let state = std::mem::replace(token, AccountState::Missing);
        insert(world, arrives, Change::TokenAccount(domain, state));
    }
}

/// A token account whose password is reset by hand is wrong for all controllers
/// until SMS sets it anew.
fn reset_token_accounts(plan: &Plan, world: &mut World, problems: &mut Problems) {
    for written in &plan.written.rotation {
        let Some(name) = &written.token_account else {
            continue;
        };
        if let Some(account) = &written.account {
            let message = "a rotation changes one password, and this one names two".to_owned();
            let help = "write either `account` or `token_account`";
            problems.error(
                ProblemCode::AmbiguousRotation,
                account.span(),
                message,
                help,
            );
        }
        let domain = accounts::token_domain(name, plan, problems);
        let Some(domain) = domain.map(DomainId::from) else {
            continue;
        };
        let at = when(written.at.as_ref(), plan.start).unwrap_or(SignedInstant::START);
        let known = when(written.known_to_sms.as_ref(), plan.start).unwrap_or(SignedInstant::NEVER);
        // A rotation that does not say when it was has been by the start.
        if known < at && !(written.at.is_none() && known.is_before_start()) {
            let message = "SMS is told of a password before it is changed".to_owned();
            let help = "let `known_to_sms` not be before `at`, or leave it out";
            problems.error(ProblemCode::RotationsOutOfOrder, name.span(), message, help);
        }
        for (at, state) in [
            (at.min(known), AccountState::WrongPassword),
            (known, AccountState::Ok),
        ] {
            if at.is_some() {
                insert(world, at, Change::TokenAccount(domain, state));
            }
        }
    }
}

/// Puts a change behind those of its moment.
fn insert(world: &mut World, since: SignedInstant, change: Change) {
    let place = world.changes.partition_point(|other| other.since <= since);
    world.changes.insert(place, TimedChange { since, change });
}
