//! Faults that concern nothing, or come when all is over.

use super::accounts::handed_out;
use crate::client::behaviour;
use crate::scenario::ProblemCode;
use crate::scenario::account_names;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::resolve::fault_times;
use crate::scenario::written::{At, Fault};
use crate::units::SignedInstant;
use crate::world::{Account, AccountId, DomainId, Role, ServerId, Trustee, World};
use std::collections::BTreeSet;

pub(super) fn check(plan: &Plan, world: &World, problems: &mut Problems) {
    for fault in &plan.written.fault {
        comes_in_time(fault, plan, world, problems);
        content(fault, plan, world, problems);
    }
}

/// Which accounts clients use, at any time.
pub(super) struct AccountsInUse {
    handed_out: BTreeSet<AccountId>,
    /// Domains whose token account some client runs programs under.
    under_tokens: BTreeSet<DomainId>,
}

impl AccountsInUse {
    pub(super) fn of(world: &World) -> Self {
        let sites = world.sites.iter().map(|site| &site.accounts);
        let later = world.identities.handouts.iter();
        let handed = sites.chain(later.map(|handout| &handout.accounts));
        let profiles = world.fleet.profiles_in_use().into_iter();
        let under_tokens = profiles.filter(|profile| {
            behaviour(profile.client).facts().runs_under_domain_accounts
                && (profile.role == Role::DomainController || world.rules.token_accounts_share_name)
        });
        let handed = handed_out(handed.map(|accounts| (accounts, ())));
        Self {
            handed_out: handed.into_keys().collect(),
            under_tokens: under_tokens.map(|profile| profile.domain).collect(),
        }
    }

    /// Whether clients of any site are handed an account.
    pub(super) fn is_handed_out(&self, id: AccountId) -> bool {
        self.handed_out.contains(&id)
    }

    /// Whether a client runs programs under the token account of a domain's controllers.
    pub(super) fn runs_under_token(&self, domain: usize) -> bool {
        self.under_tokens.contains(&DomainId::from(domain))
    }
}

/// What can be said once there are machines.
pub(super) fn late(plan: &Plan, world: &World, problems: &mut Problems) {
    let in_use = AccountsInUse::of(world);
    for fault in &plan.written.fault {
        servers(fault, plan, world, problems);
        clock(fault, world, problems);
        account(fault, plan, world, &in_use, problems);
        token_account(fault, plan, &in_use, problems);
    }
}

fn comes_in_time(fault: &At<Fault>, plan: &Plan, world: &World, problems: &mut Problems) {
    let mut said = Problems::default();
    let Some((begins, ends)) = fault_times(fault, plan, &mut said) else {
        return;
    };
    let place = fault.at.as_ref().and_then(At::span);
    if begins >= SignedInstant::START + world.horizon {
        let when = if begins == SignedInstant::START + world.horizon {
            "only as the forecast ends"
        } else {
            "after the horizon"
        };
        let message = format!("a fault begins {when}");
        let help = "make `horizon` longer, or `at` earlier";
        problems.warning(ProblemCode::TooLate, place, message, help);
    } else if ends <= SignedInstant::START {
        let message = "a fault is over before the start".to_owned();
        let help = "make `start` earlier, or `until` later";
        problems.warning(ProblemCode::TooLate, place, message, help);
    }
}

/// Content can change only where it is.
fn content(fault: &At<Fault>, plan: &Plan, world: &World, problems: &mut Problems) {
    let mut said = Problems::default();
    let (Some(name), Some(points)) = (&fault.package, &fault.distribution_points) else {
        return;
    };
    let Some(package) = plan.packages.resolve(name, &mut said) else {
        return;
    };
    let holders = &world.packages[package].distribution_points;
    let is_holder = |id: usize| holders.binary_search(&ServerId::from(id)).is_ok();
    for point in points {
        let ids = plan.servers.select(std::slice::from_ref(point), &mut said);
        if !ids.is_empty() && ids.iter().all(|id| !is_holder(*id)) {
            let message = format!("the package `{}` is not on `{}`", **name, **point);
            let help = "name distribution points that hold it";
            problems.warning(ProblemCode::Unused, point.span(), message, help);
        }
    }
}

/// A server that does nothing can be down without anybody noticing.
fn servers(fault: &At<Fault>, plan: &Plan, world: &World, problems: &mut Problems) {
    let mut said = Problems::default();
    for name in fault.server.iter().flatten() {
        let ids = plan.servers.select(std::slice::from_ref(name), &mut said);
        let idle = |id: &usize| world.servers[*id].roles == crate::world::Roles::default();
        if !ids.is_empty() && ids.iter().all(idle) {
            let message = format!(
                "no machine is affected by the fault of `{}`: the server has no role",
                **name
            );
            let help = "give the server `roles`, or name another one";
            problems.warning(ProblemCode::Unused, name.span(), message, help);
        }
    }
}

/// The clock of a server matters to Kerberos alone, which accepts small
/// differences.
fn clock(fault: &At<Fault>, world: &World, problems: &mut Problems) {
    let Some(clock) = fault.clock.as_ref().filter(|_| fault.server.is_some()) else {
        return;
    };
    if clock.0.unsigned_abs() <= world.rules.clock_tolerance.0 {
        let message = format!(
            "a server whose clock is wrong by no more than {} changes nothing",
            world.rules.clock_tolerance
        );
        let help =
            "Kerberos accepts that much: make it more, or lower `clock_tolerance` in [rules]";
        problems.warning(ProblemCode::Unused, clock.span(), message, help);
    }
}

/// An account that no client is handed.
fn account(
    fault: &At<Fault>,
    plan: &Plan,
    world: &World,
    in_use: &AccountsInUse,
    problems: &mut Problems,
) {
    let Some(name) = &fault.account else { return };
    let Some(at) = plan.accounts.find_without_case(name) else {
        return;
    };
    let id = at.into();
    if !in_use.is_handed_out(id) {
        let Account { name: shown, .. } = &world.directory.accounts[at];
        let in_lists = world.shares.iter().any(|share| {
            share.access.allow.contains(&Trustee::Account(id))
                || share.access.deny.contains(&Trustee::Account(id))
        });
        let message = if in_lists {
            format!(
                "no machine is affected by the fault of `{shown}`: lists name the account, but no client is handed it"
            )
        } else {
            format!(
                "no machine is affected by the fault of `{shown}`: no client is handed this account"
            )
        };
        let help = "name it in [accounts], or name another account";
        problems.warning(ProblemCode::Unused, name.span(), message, help);
    }
}

/// The token account of controllers, where no controller is a Legacy Client.
fn token_account(fault: &At<Fault>, plan: &Plan, in_use: &AccountsInUse, problems: &mut Problems) {
    let Some(name) = &fault.token_account else {
        return;
    };
    let named = account_names::domain_of_token(name);
    let Some(domain) = plan.domains.find_without_case(named) else {
        return;
    };
    if !in_use.runs_under_token(domain) {
        let message = format!(
            "no machine is affected by the fault of the token account of `{}`: no controller there runs the Legacy Client",
            **name
        );
        let help =
            "only Legacy Clients on domain controllers run programs under it (TechNet cc181332)";
        problems.warning(ProblemCode::Unused, name.span(), message, help);
    }
}
