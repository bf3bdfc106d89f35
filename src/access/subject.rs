//! What a decision looks at: one machine, and the accounts at one moment.

use crate::world::{
    AccessList, AccountId, AccountState, ClientKind, DomainId, GroupId, MachineId, PackageId, Role,
    ShareId, SiteAccounts, World,
};
use std::collections::BTreeMap;

/// The user who is logged on to a machine. The user is an ordinary member of a
/// domain, the machine's own or another; being administrator of the machine means
/// nothing on the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct User {
    /// Whether it is a local administrator.
    pub administrator: bool,
}

/// One machine, as far as identities go.
#[derive(Debug, Clone, Copy)]
pub struct Client<'a> {
    /// Client kind.
    pub kind: ClientKind,
    /// Role.
    pub role: Role,
    /// Whether it runs Windows 95, 98 or Me, which has no accounts of its own.
    pub windows_9x: bool,
    /// State of its local token account.
    pub token_account: AccountState,
    /// Its position in the fleet.
    pub machine: MachineId,
    /// Domain.
    pub domain: DomainId,
    /// The domain of its users, if it is another one.
    pub user_domain: Option<DomainId>,
    /// The groups of its users, beside Domain Users.
    pub user_groups: &'a [GroupId],
    /// The user logged on, if any.
    pub user: Option<User>,
    /// The accounts that its SMS site hands it.
    pub accounts: &'a SiteAccounts,
}

impl Client<'_> {
    /// The domain of its users.
    pub fn users(&self) -> DomainId {
        self.user_domain.unwrap_or(self.domain)
    }
}

/// The state of every account at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// By account.
    pub accounts: Vec<AccountState>,
    /// The shared token account of domain controllers, by domain.
    pub tokens: Vec<AccountState>,
    /// Access lists of shares that are not as declared.
    pub share_access: BTreeMap<ShareId, AccessList>,
    /// Package access accounts that are not as declared.
    pub package_access: BTreeMap<PackageId, AccessList>,
}

impl Standing {
    /// The accounts as the scenario declares them.
    pub fn of(world: &World) -> Self {
        let directory = &world.directory;
        Self {
            accounts: directory.accounts.iter().map(|a| a.state).collect(),
            tokens: directory.domains.iter().map(|d| d.token_account).collect(),
            share_access: BTreeMap::new(),
            package_access: BTreeMap::new(),
        }
    }
}

/// What a decision looks at: the accounts at this moment, for some of which another
/// state may be assumed.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The scenario.
    pub world: &'a World,
    /// The accounts at this moment.
    pub standing: &'a Standing,
    /// An account for which another state is assumed.
    account: Option<(AccountId, AccountState)>,
    /// A token account likewise.
    token: Option<(DomainId, AccountState)>,
}

impl<'a> View<'a> {
    /// The accounts as they are.
    pub const fn new(world: &'a World, standing: &'a Standing) -> Self {
        Self {
            world,
            standing,
            account: None,
            token: None,
        }
    }

    /// As if an account were in another state.
    #[must_use]
    pub const fn with_account(self, account: AccountId, state: AccountState) -> Self {
        Self {
            account: Some((account, state)),
            ..self
        }
    }

    /// As if the token account of a domain were in another state.
    #[must_use]
    pub const fn with_token(self, domain: DomainId, state: AccountState) -> Self {
        Self {
            token: Some((domain, state)),
            ..self
        }
    }

    /// The state of an account, as it is looked at.
    pub fn account(self, account: AccountId) -> AccountState {
        let seen = self.account.filter(|(seen, _)| *seen == account);
        seen.map_or(self.standing.accounts[account.index()], |(_, state)| state)
    }

    /// The state of the token account of a domain, as it is looked at.
    pub fn token(self, domain: DomainId) -> AccountState {
        let seen = self.token.filter(|(seen, _)| *seen == domain);
        seen.map_or(self.standing.tokens[domain.index()], |(_, state)| state)
    }
}
