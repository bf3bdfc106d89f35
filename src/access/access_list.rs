//! Access lists: what a session is a member of, and whether a list admits it.

use crate::world::{
    AccessList, Account, AccountId, Directory, DomainId, GroupId, MachineId, Server, Trustee,
};

/// A session that a server has validated, or taken for Guest.
#[derive(Debug, Clone, Copy)]
pub(super) enum Session<'a> {
    /// A computer account.
    Computer {
        /// Its domain.
        domain: DomainId,
        /// Whether it is a domain controller.
        controller: bool,
        /// Which machine it is.
        machine: MachineId,
    },
    /// An ordinary user of a domain.
    User {
        /// Its domain.
        domain: DomainId,
        /// Its groups, beside Domain Users.
        groups: &'a [GroupId],
    },
    /// A named account of a domain, or of the server itself.
    Named {
        /// Its domain, if it is of one.
        domain: Option<DomainId>,
        /// Which.
        id: AccountId,
        /// What is known of it.
        account: &'a Account,
    },
    /// The token account that the controllers of a domain share.
    Token {
        /// Its domain.
        domain: DomainId,
    },
    /// Guest of the server.
    Guest,
    /// A session without credentials.
    Anonymous,
}

impl Session<'_> {
    /// The domain whose Domain Users it is a member of.
    const fn user_of(&self) -> Option<DomainId> {
        match self {
            Self::User { domain, .. } | Self::Token { domain } => Some(*domain),
            Self::Named { domain, .. } => *domain,
            Self::Computer { .. } | Self::Guest | Self::Anonymous => None,
        }
    }

    /// The domain whose Domain Computers it is a member of; controllers are
    /// not.
    const fn computer_of(&self) -> Option<DomainId> {
        match self {
            Self::Computer {
                domain,
                controller: false,
                ..
            } => Some(*domain),
            _ => None,
        }
    }

    /// The domain whose Domain Controllers it is a member of.
    const fn controller_of(&self) -> Option<DomainId> {
        match self {
            Self::Computer {
                domain,
                controller: true,
                ..
            } => Some(*domain),
            _ => None,
        }
    }

    /// The domain whose Domain Admins it is a member of.
    const fn admin_of(&self) -> Option<DomainId> {
        match self {
            Self::Named {
                domain, account, ..
            } if account.domain_admin => *domain,
            _ => None,
        }
    }

    /// Whether it is administrator of `server`. The token account of controllers
    /// is on all of those of its domain, for good (Q224286, Q278660).
    fn administers(&self, server: &Server) -> bool {
        let own = |domain: Option<DomainId>| domain.is_some() && domain == server.domain;
        match self {
            Self::Token { domain } => server.roles.domain_controller && own(Some(*domain)),
            _ => own(self.admin_of()),
        }
    }

    /// Whether it is a member of this group itself, groups in it aside.
    fn is_in(&self, id: GroupId, directory: &Directory) -> bool {
        let group = &directory.groups[id.index()];
        let named = match self {
            Self::Named { account, .. } => account.groups.contains(&id),
            Self::User { groups, .. } => groups.contains(&id),
            _ => false,
        };
        named
            || group.users && self.user_of() == Some(group.domain)
            || group.computers && self.computer_of() == Some(group.domain)
    }

    /// Whether the entry `trustee` of a list on `server` means this session.
    pub(super) fn is(&self, trustee: Trustee, directory: &Directory, server: &Server) -> bool {
        let guest = matches!(self, Self::Guest);
        let anonymous = matches!(self, Self::Anonymous);
        match trustee {
            // Anonymous too, as up to Windows 2000 and with
            // `EveryoneIncludesAnonymous` later (KB 278259).
            Trustee::Everyone => true,
            Trustee::AuthenticatedUsers | Trustee::Users => !guest && !anonymous,
            Trustee::Guests => guest,
            Trustee::Anonymous => anonymous,
            Trustee::Administrators => self.administers(server),
            Trustee::DomainUsers(domain) => self.user_of() == Some(domain),
            Trustee::DomainComputers(domain) => self.computer_of() == Some(domain),
            Trustee::DomainControllers(domain) => self.controller_of() == Some(domain),
            Trustee::DomainAdmins(domain) => self.admin_of() == Some(domain),
            Trustee::Group(id) => {
                let members = &directory.groups[id.index()].members;
                members.iter().any(|id| self.is_in(*id, directory))
            }
            Trustee::Computer(at) => {
                let wanted = directory.computers[at as usize].machine;
                matches!(self, Self::Computer { machine, .. } if wanted == Some(*machine))
            }
            Trustee::Account(account) => matches!(self, Self::Named { id, .. } if *id == account),
            Trustee::Token(of) => matches!(self, Self::Token { domain } if *domain == of),
        }
    }

    /// Whether `list`, on `server`, admits this session:
    /// deny entries win, and a session that no entry means is not admitted.
    pub(super) fn admitted_by(
        &self,
        list: &AccessList,
        directory: &Directory,
        server: &Server,
    ) -> bool {
        let named_in = |entries: &[Trustee]| entries.iter().any(|t| self.is(*t, directory, server));
        !named_in(&list.deny) && named_in(&list.allow)
    }
}
