//! Which accounts a client presents to a server, in which order.

use super::{Client, Execution, View};
use crate::outcome::Actor;
use crate::product::NonSmsShareOrder;
use crate::world::ClientKind;

/// For what a connection is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To run from a distribution point.
    RunFromPoint,
    /// To download from a distribution point.
    Download,
    /// To reach a share that is not a distribution point, from the program.
    Share,
}

/// An entry of an order: one account, or several in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Presented {
    /// The account that runs the program.
    Runner,
    /// The computer account.
    Computer,
    /// The Network Access Account, if there is one.
    NetworkAccess,
    /// Each Client Connection account, in the order of the list.
    ClientConnections,
}

/// The order in which accounts are presented.
#[expect(
    clippy::match_same_arms,
    reason = "each row of the table has its own source"
)]
const fn order(
    kind: ClientKind,
    runner: Actor,
    purpose: Purpose,
    shares: NonSmsShareOrder,
) -> &'static [Presented] {
    use Actor::{Account, LoggedOnUser};
    use ClientKind::{Advanced, Legacy};
    use NonSmsShareOrder::{ComputerAccountFirst, NetworkAccessAccount};
    use Presented::{ClientConnections, Computer, NetworkAccess, Runner};
    use Purpose::{Download, RunFromPoint, Share};
    match (kind, runner, purpose, shares) {
        // KB 826871: in the user's context there are only the user's credentials.
        (Advanced, LoggedOnUser, _, _) => &[Runner],
        // ConfigMgr 2007, "About the Network Access Account": the computer
        // account, automatically followed by the Network Access Account.
        (Advanced, _, RunFromPoint | Download, _) => &[Computer, NetworkAccess],
        // S. Rachui, TechNet Magazine July 2006 (cc160972).
        (Advanced, _, Share, NetworkAccessAccount) => &[NetworkAccess],
        // What a child of Local System presents on Windows 2000 by itself.
        (Advanced, _, Share, ComputerAccountFirst) => &[Computer, NetworkAccess],
        // Q224286, KB 826871: the Software Installation Account needs rights of
        // its own, on distribution points too.
        (Legacy, Account(_), _, _) => &[Runner],
        // Q224286: the current context (the user, or the token account), then
        // each Client Connection account. The Legacy Client never downloads.
        (Legacy, _, RunFromPoint | Download, _) => &[Runner, ClientConnections],
        // Q263279: distribution points are connected by the client; any other
        // path is up to the account that runs the program.
        (Legacy, _, Share, _) => &[Runner],
    }
}

/// The account that `client` presents as its `n`-th try (from 0); `None` when
/// there is none left.
pub fn candidate(
    view: View,
    client: &Client,
    execution: &Execution,
    purpose: Purpose,
    n: usize,
) -> Option<Actor> {
    let mut left = n;
    for presented in order(
        client.kind,
        execution.actor,
        purpose,
        view.world.rules.non_sms_share_order,
    ) {
        let accounts: &[_] = match presented {
            Presented::Runner if left == 0 => return Some(execution.actor),
            Presented::Computer if left == 0 => return Some(Actor::ComputerAccount),
            Presented::Runner | Presented::Computer => {
                left -= 1;
                continue;
            }
            Presented::NetworkAccess => client.accounts.network_access.as_slice(),
            Presented::ClientConnections => &client.accounts.client_connection,
        };
        match accounts.get(left) {
            Some(account) => return Some(Actor::Account(*account)),
            None => left -= accounts.len(),
        }
    }
    None
}
