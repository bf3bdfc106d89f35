//! Accounts that are missing where they will be needed, and access lists that
//! admit no account.

use super::census::{Census, Reached};
use super::tell;
use crate::access::{Runner, context, runner_on};
use crate::client::behaviour;
use crate::product::NonSmsShareOrder;
use crate::scenario::ProblemCode;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::world::{
    AccessList, LocalContent, Msi, MsiBuild, RemoteContent, Rights, Server, ServerId, Share,
    SiteAccounts, Trustee, World,
};

pub(super) fn check(plan: &Plan, world: &World, census: &Census, problems: &mut Problems) {
    for (item, share) in plan.shares.list().iter().zip(&world.shares) {
        if admits_no_account(&share.access) && !share.null_session {
            let message = format!("no account can read the share `{}`", item.name);
            problems.warning(
                ProblemCode::Unreadable,
                item.place.clone(),
                message,
                "name an account or a group in `access` that is not in `deny`",
            );
        }
    }
    for (item, package) in plan.packages.list().iter().zip(&world.packages) {
        if admits_no_account(&package.access) {
            let message = format!("no account can read the package `{}`", item.name);
            problems.warning(
                ProblemCode::Unreadable,
                item.place.clone(),
                message,
                "name an account or a group in `access` that is not in `deny`",
            );
        }
    }
    network_access_account(plan, world, census, problems);
    token_account(plan, world, census, problems);
    installation_account(plan, world, census, problems);
    connection_accounts(plan, world, census, problems);
    second_credentials(plan, world, census, problems);
    user_rights(plan, world, census, problems);
}

fn admits_no_account(list: &AccessList) -> bool {
    list.deny.contains(&Trustee::Everyone)
        || list.allow.iter().all(|trustee| list.deny.contains(trustee))
}

/// Whether somebody without an account gets into a share: as Guest, or without
/// a name.
fn is_open(share: &Share, server: &Server) -> bool {
    share.null_session
        || server.guest_enabled
            && share
                .access
                .allow
                .iter()
                .any(|trustee| matches!(trustee, Trustee::Everyone | Trustee::Guests))
}

/// Whether the program reads a share that wants an account.
fn reads_a_closed_share(reached: &Reached, world: &World) -> bool {
    let closed = |share: &Share| !is_open(share, &world.servers[share.server.index()]);
    reached
        .program
        .shares
        .iter()
        .any(|share_use| closed(&world.shares[share_use.share.index()]))
}

fn site_accounts<'a>(reached: &Reached, world: &'a World) -> &'a SiteAccounts {
    &world.sites[reached.crowd.site.index()].accounts
}

/// Whether a program turns to other shares as the Network Access Account: an
/// administrative one of an Advanced Client.
fn connects_as_network_access_account(reached: &Reached) -> bool {
    let facts = behaviour(reached.profile.client).facts();
    facts.uses_network_access_account && reached.program.rights == Rights::Administrative
}

/// Administrative programs of Advanced Clients reach other shares as the
/// Network Access Account alone (S. Rachui, `TechNet` Magazine July 2006).
fn network_access_account(plan: &Plan, world: &World, census: &Census, problems: &mut Problems) {
    if world.rules.non_sms_share_order != NonSmsShareOrder::NetworkAccessAccount {
        return;
    }
    tell(
        (plan, world, census),
        |reached| {
            connects_as_network_access_account(reached)
                && site_accounts(reached, world).network_access.is_none()
                && reads_a_closed_share(reached, world)
        },
        ProblemCode::NoNetworkAccessAccount,
        problems,
        |machines, name| {
            let message = format!(
                "the program of `{name}` reads a share, and there is no Network Access Account for {machines} with the Advanced Client"
            );
            (message, "name an account as `network_access` in [accounts]")
        },
    );
}

/// The token account of Legacy Clients has no rights on the network (KB
/// Q263279); that of controllers is an account of the domain, and administrator on
/// all of its controllers (KB Q224286). Windows 95, 98 and Me have none.
fn token_account(plan: &Plan, world: &World, census: &Census, problems: &mut Problems) {
    tell(
        (plan, world, census),
        |reached| {
            runner_on(reached.profile, reached.program) == Runner::LocalToken
                && reads_a_closed_share(reached, world)
        },
        ProblemCode::TokenAccount,
        problems,
        |machines, name| {
            let message = format!(
                "the program of `{name}` runs under the token account, which cannot reach its share, on {machines} with the Legacy Client"
            );
            (
                message,
                "say `software_installation_account = true` and `runs = \"whether or not a user is logged on\"` for the program, and name the account as `software_installation` in [accounts] (KB Q263279)",
            )
        },
    );
}

fn installation_account(plan: &Plan, world: &World, census: &Census, problems: &mut Problems) {
    let asked = |reached: &Reached| {
        runner_on(reached.profile, reached.program) == Runner::InstallationAccount
    };
    // Q264714.
    tell(
        (plan, world, census),
        |reached| asked(reached) && reached.profile.windows_9x,
        ProblemCode::NoInstallationAccount,
        problems,
        |machines, name| {
            let message = format!(
                "the program of `{name}` wants the Software Installation Account, which {machines} with Windows 95, 98 or Me cannot use"
            );
            (
                message,
                "leave these machines out of the collection, or give them a program without `software_installation_account`: it runs as the logged-on user there (KB Q264714)",
            )
        },
    );
    tell(
        (plan, world, census),
        |reached| {
            asked(reached)
                && !reached.profile.windows_9x
                && site_accounts(reached, world)
                    .software_installation
                    .is_none()
        },
        ProblemCode::NoInstallationAccount,
        problems,
        |machines, name| {
            let message = format!(
                "the program of `{name}` wants the Software Installation Account, and there is none for {machines}"
            );
            (
                message,
                "name an account as `software_installation` in [accounts]",
            )
        },
    );
}

/// Without a Client Connection account, only what a user runs reaches a
/// distribution point (KB Q224286).
fn connection_accounts(plan: &Plan, world: &World, census: &Census, problems: &mut Problems) {
    tell(
        (plan, world, census),
        |reached| {
            behaviour(reached.profile.client)
                .facts()
                .uses_connection_accounts
                && matches!(
                    runner_on(reached.profile, reached.program),
                    Runner::LocalToken | Runner::DomainToken
                )
                && world.needs_content(reached.program)
                && site_accounts(reached, world).client_connection.is_empty()
        },
        ProblemCode::NoConnectionAccount,
        problems,
        |machines, name| {
            let message = format!(
                "there is no Client Connection account with which {machines} with the Legacy Client could get the package of `{name}`"
            );
            (
                message,
                "leave `client_connection` out of [accounts] to have one made, or name one",
            )
        },
    );
}

/// Windows keeps one set of credentials for a server in a logon session (KB
/// 183366): a program that runs from a distribution point, to which Local System
/// is connected as the computer, cannot reach a share of that server as the
/// Network Access Account.
fn second_credentials(plan: &Plan, world: &World, census: &Census, problems: &mut Problems) {
    if world.rules.non_sms_share_order != NonSmsShareOrder::NetworkAccessAccount {
        return;
    }
    tell(
        (plan, world, census),
        |reached| {
            connects_as_network_access_account(reached)
                && site_accounts(reached, world).network_access.is_some()
                && (reached.program.shares.iter())
                    .any(|used| runs_from(reached, world.shares[used.share.index()].server, world))
        },
        ProblemCode::CredentialConflict,
        problems,
        |machines, name| {
            let message = format!(
                "{machines} with the Advanced Client may run the program of `{name}` from the server that carries a share it reads: a second set of credentials there is refused with error 1219"
            );
            (
                message,
                "let the advertisement `download`, or put the share on another server (KB 183366)",
            )
        },
    );
}

/// Whether the machines may run the program from a distribution point on
/// `server`.
fn runs_from(reached: &Reached, server: ServerId, world: &World) -> bool {
    let package = &world.packages[reached.program.package.index()];
    let here = reached.crowd.site;
    let is_remote =
        world.servers[server.index()].site != here && world.sites[here.index()].slow_boundary;
    let content = &reached.advertisement.content;
    let runs = if is_remote {
        content.remote == RemoteContent::Run
    } else {
        content.local == LocalContent::Run
    };
    runs && package.distribution_points.contains(&server)
}

/// What runs with the user's rights "is very limited if the local user does not
/// have administrative rights" (S. Rachui, `TechNet` Magazine July 2006, cc160972).
fn user_rights(plan: &Plan, world: &World, census: &Census, problems: &mut Problems) {
    tell(
        (plan, world, census),
        |reached| {
            let program = reached.program;
            context(program) == Rights::User
                && !reached.profile.windows_9x
                && reached.profile.user_is_administrator < 1.0
                && world.fleet.overrides.user_is_administrator.is_empty()
                && (program.needs_administrator || program.msi.is_some_and(installs_for_all))
        },
        ProblemCode::UserRights,
        problems,
        |machines, name| {
            let message = format!(
                "the program of `{name}` runs with the rights of the user and needs an administrator, which the users of {machines} need not be"
            );
            (
                message,
                "say `rights = \"administrative\"` for the program, or `needs_administrator = false` if it writes nowhere but to the user's own (TechNet cc160972)",
            )
        },
    );
}

/// Whether a package is installed for all users or not at all.
fn installs_for_all(msi: Msi) -> bool {
    match (msi.allusers, msi.build) {
        (Some(value), _) => value == 1,
        (None, build) => build == MsiBuild::PerMachine,
    }
}
