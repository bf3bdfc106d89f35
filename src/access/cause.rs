//! Which cause to report when no account is left to try.

use super::{Client, Execution, Purpose, Reason, Refusal};
use crate::outcome::{Actor, Cause};
use crate::world::ClientKind;

/// The cause to report when [`super::execute`] found no account to run the
/// program.
pub const fn execution_cause(actor: Actor, refusal: Refusal) -> Cause {
    match (actor, refusal.reason) {
        (_, Reason::NoUserLoggedOn) => Cause::NoUser,
        (_, Reason::NotElevated) => Cause::ElevationFailed,
        (_, Reason::NotTrusted) => Cause::DomainNotTrusted,
        (_, Reason::UnknownAccount) => Cause::AccountUnknown,
        (Actor::LocalTokenAccount | Actor::DomainTokenAccount(_), _) => Cause::TokenAccountUnusable,
        _ => Cause::InstallationAccountUnusable,
    }
}

/// The cause to report when the last candidate was refused; `None` if there
/// was not even a first one.
pub fn cause(
    client: &Client,
    execution: &Execution,
    purpose: Purpose,
    last: Option<(Actor, Refusal)>,
) -> Cause {
    let Some((actor, refusal)) = last else {
        // The Advanced Client alone can be without a candidate: no share of
        // others is reached without a Network Access Account.
        return Cause::NoNetworkAccessAccount;
    };
    match refusal.reason {
        Reason::NoLogonServer => Cause::NoLogonServer,
        Reason::ClockSkew => Cause::ClockSkew,
        Reason::CredentialConflict => Cause::CredentialConflict,
        // Outside Active Directory nothing but that account can help.
        Reason::NoCredential => Cause::NoNetworkAccessAccount,
        Reason::AccessDenied | Reason::GuestDenied | Reason::AnonymousDenied => {
            denied(client, execution, purpose, actor)
        }
        Reason::NotTrusted => Cause::DomainNotTrusted,
        Reason::UnknownAccount => Cause::AccountUnknown,
        _ => unusable(client, execution, purpose, actor),
    }
}

/// Which of two refusals of one attempt tells more. It is the later one, unless that
/// only says that the server does not know an account, while the earlier one says that
/// the server knows another account, which is not on the access list.
pub fn telling(earlier: Option<(Actor, Refusal)>, later: (Actor, Refusal)) -> (Actor, Refusal) {
    let of_the_list = |(actor, refusal): &(Actor, Refusal)| {
        matches!(actor, Actor::Account(_)) && refusal.reason == Reason::AccessDenied
    };
    let unknown = later.1.code == Reason::NotTrusted.code();
    earlier
        .filter(|earlier| unknown && of_the_list(earlier))
        .unwrap_or(later)
}

/// The account was validated, and not admitted.
fn denied(client: &Client, execution: &Execution, purpose: Purpose, actor: Actor) -> Cause {
    match (purpose, actor) {
        (Purpose::RunFromPoint | Purpose::Download, _) => Cause::ContentAccessDenied,
        (Purpose::Share, Actor::LoggedOnUser) => Cause::UserDenied,
        (Purpose::Share, Actor::LocalTokenAccount) => Cause::TokenAccountNoNetwork,
        (Purpose::Share, Actor::DomainTokenAccount(_)) => Cause::TokenAccountDenied,
        (Purpose::Share, Actor::Account(_)) if actor == execution.actor => {
            Cause::InstallationAccountDenied
        }
        (Purpose::Share, Actor::Account(_)) => match client.kind {
            ClientKind::Advanced => Cause::NetworkAccessAccountDenied,
            // Over the connection that the client has made to its point.
            ClientKind::Legacy => Cause::ConnectionAccountDenied,
        },
        (Purpose::Share, _) => Cause::ComputerAccountDenied,
    }
}

/// The account could not log on at all.
fn unusable(client: &Client, execution: &Execution, purpose: Purpose, actor: Actor) -> Cause {
    match (purpose, client.kind, actor) {
        (_, _, Actor::Account(_)) if actor == execution.actor => Cause::InstallationAccountUnusable,
        (_, ClientKind::Advanced, Actor::Account(_)) => Cause::NetworkAccessAccountUnusable,
        (_, ClientKind::Legacy, Actor::Account(_)) => Cause::ConnectionAccountUnusable,
        (_, _, Actor::DomainTokenAccount(_)) => Cause::TokenAccountUnusable,
        (Purpose::Share, _, Actor::LocalTokenAccount) => Cause::TokenAccountNoNetwork,
        (_, _, Actor::LocalTokenAccount) => Cause::NoConnectionAccount,
        _ => denied(client, execution, purpose, actor),
    }
}
