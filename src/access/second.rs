//! A second connection from one logon session to one server.

use super::{Reason, Refusal};
use crate::outcome::Actor;

/// How a logon session that may have a session at a server already goes there
/// as `presented`, its own account being `runner`.
///
/// Windows keeps one set of credentials for a server in a logon session (KB
/// 183366). The account of the logon session itself brings none: it goes over
/// the session that is open, whichever account opened it (KB Q224286). So does an account
/// that is named and is the one already used. Any other one is refused.
///
/// # Errors
///
/// Error 1219, another set of credentials.
pub fn second_session(
    runner: Actor,
    open: Option<Actor>,
    presented: Actor,
) -> Result<Connection, Refusal> {
    let own = presented == runner
        || (runner == Actor::LocalSystem && presented == Actor::ComputerAccount);
    match open {
        None => Ok(Connection::New(presented)),
        Some(open) if own || open == presented => Ok(Connection::Reused(open)),
        Some(_) => Err(Reason::CredentialConflict.into()),
    }
}

/// How a logon session reaches a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// Over a session of its own, as this account.
    New(Actor),
    /// Over the one that is open, as the account that opened it.
    Reused(Actor),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::AccountId;

    const NAA: Actor = Actor::Account(AccountId(0));
    const OTHER: Actor = Actor::Account(AccountId(1));

    #[test]
    fn a_first_connection_meets_no_other() {
        assert_eq!(
            second_session(Actor::LocalSystem, None, NAA),
            Ok(Connection::New(NAA))
        );
    }

    #[test]
    fn kb183366_a_second_set_of_credentials_is_refused_with_1219() {
        for (runner, open) in [
            (Actor::LocalSystem, Actor::ComputerAccount),
            (Actor::LocalTokenAccount, OTHER),
            (Actor::LoggedOnUser, Actor::LoggedOnUser),
        ] {
            let refused = second_session(runner, Some(open), NAA).expect_err("two sets");
            assert_eq!(refused.code, 1219);
        }
    }

    #[test]
    fn q224286_an_account_without_credentials_of_its_own_uses_those_that_are_there() {
        for (runner, presented) in [
            (Actor::LocalSystem, Actor::ComputerAccount),
            (Actor::LocalTokenAccount, Actor::LocalTokenAccount),
            (Actor::LoggedOnUser, Actor::LoggedOnUser),
            (Actor::LocalSystem, NAA),
        ] {
            assert_eq!(
                second_session(runner, Some(NAA), presented),
                Ok(Connection::Reused(NAA))
            );
        }
    }
}
