//! Whether those who will come to shares and distribution points are known and
//! admitted there, as the scenario has them at the start: the same questions that a
//! run asks, of every kind of machine.

use super::census::{Census, Reached};
use super::tell;
use crate::access::{
    Client, Execution, Purpose, Reason, Standing, Target, User, View, attempt, candidate, execute,
};
use crate::scenario::ProblemCode;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::world::{AccessList, MachineId, Trustee, World};

/// Stands for no machine in particular.
const ANY: MachineId = MachineId(u32::MAX);

pub(super) fn check(plan: &Plan, world: &World, census: &Census, problems: &mut Problems) {
    let standing = Standing::of(world);
    let view = View::new(world, &standing);
    let is_stopped =
        |reached: &Reached, by: fn(Reason) -> bool| why_stopped(view, reached).is_some_and(by);
    tell(
        (plan, world, census),
        |reached| is_stopped(reached, is_unknown),
        ProblemCode::UntrustedAccount,
        problems,
        |machines, name| {
            let message = format!(
                "nothing where `{name}` is to be had knows the account with which {machines} would come: no trust leads to its domain, or it is an account of one machine"
            );
            (
                message,
                "let the domain of the server or machine trust that of the account, or name an account of a trusted domain (KB 103390)",
            )
        },
    );
    tell(
        (plan, world, census),
        |reached| is_stopped(reached, is_denied),
        ProblemCode::Unadmitted,
        problems,
        |machines, name| {
            let message = format!(
                "the access list admits none of the accounts with which {machines} would come for `{name}`"
            );
            (
                message,
                "add the account that comes to `access`; `rollcast explain` names it and the entry",
            )
        },
    );
}

const fn is_unknown(reason: Reason) -> bool {
    matches!(reason, Reason::NotTrusted | Reason::UnknownAccount)
}

const fn is_denied(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::AccessDenied | Reason::AnonymousDenied | Reason::GuestDenied
    )
}

/// What stops such machines, whatever else happens: the reason of the last account.
fn why_stopped(view: View, reached: &Reached) -> Option<Reason> {
    let world = view.world;
    let client = client(world, reached);
    let execution = match execute(view, &client, reached.program) {
        Ok(execution) => execution,
        Err((_, refusal)) => return Some(refusal.reason),
    };
    let package = reached.program.package;
    let points = &world.packages[package.index()].distribution_points;
    if world.needs_content(reached.program) {
        let mut refused = points.iter().map(|point| {
            refusal(
                view,
                &client,
                &execution,
                Purpose::RunFromPoint,
                Target::Package(package, *point),
            )
        });
        if let Some(first) = refused.next()
            && refused.all(|refusal| refusal.is_some())
            && first.is_some()
        {
            return first;
        }
    }
    let mut shares = reached.program.shares.iter();
    shares.find_map(|used| {
        refusal(
            view,
            &client,
            &execution,
            Purpose::Share,
            Target::Share(used.share),
        )
    })
}

/// Why none of the accounts gets in; none if one does, or if there is none.
fn refusal(
    view: View,
    client: &Client,
    execution: &Execution,
    purpose: Purpose,
    target: Target,
) -> Option<Reason> {
    if names_a_computer(view.world, target) {
        return None;
    }
    let mut last = None;
    for n in 0.. {
        let Some(actor) = candidate(view, client, execution, purpose, n) else {
            break;
        };
        match attempt(view, client, actor, target) {
            Ok(_) => return None,
            Err(refusal) => last = Some(refusal.reason),
        }
    }
    last
}

/// Whether a single computer is named, so that it depends on the machine.
fn names_a_computer(world: &World, target: Target) -> bool {
    let list: &AccessList = match target {
        Target::Package(package, _) => &world.packages[package.index()].access,
        Target::Share(share) => &world.shares[share.index()].access,
    };
    let mut entries = list.allow.iter().chain(&list.deny);
    entries.any(|entry| matches!(entry, Trustee::Computer(_)))
}

fn client<'a>(world: &'a World, reached: &Reached<'a>) -> Client<'a> {
    let profile = reached.profile;
    Client {
        kind: profile.client,
        role: profile.role,
        windows_9x: profile.windows_9x,
        token_account: profile.token_account,
        machine: ANY,
        domain: profile.domain,
        user_domain: Some(profile.user_domain),
        user_groups: &profile.user_groups,
        user: Some(User {
            administrator: false,
        }),
        accounts: &world.sites[reached.crowd.site.index()].accounts,
    }
}
