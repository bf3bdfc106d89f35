//! Domains, accounts, groups and access lists.

use super::{AccountId, DomainId, GroupId, MachineId, ServerId};
use std::sync::Arc;

/// The accounts of all domains.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    /// Domains, sorted by name.
    pub domains: Vec<Domain>,
    /// Accounts, sorted by name.
    pub accounts: Vec<Account>,
    /// Groups, sorted by name.
    pub groups: Vec<Group>,
    /// Single computers that access lists name, sorted by name.
    pub computers: Vec<Computer>,
}

/// A single computer that access lists name.
#[derive(Debug, Clone)]
pub struct Computer {
    /// `DOMAIN\machine$`, unique.
    pub name: String,
    /// Which machine it is; none if there is no such machine.
    pub machine: Option<MachineId>,
}

/// What kind of domain it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DomainKind {
    /// Active Directory: computers have accounts they can use on the network.
    ActiveDirectory,
    /// Windows NT 4.0: Local System has no credential it could use on the
    /// network, so a Network Access Account is needed (TechNet cc179669).
    Nt4,
    /// No domain: as Windows NT 4.0, and nothing validates the computer.
    Workgroup,
}

/// A domain.
#[derive(Debug, Clone)]
pub struct Domain {
    /// Name, unique.
    pub name: String,
    /// Kind.
    pub kind: DomainKind,
    /// Domains whose accounts are accepted here, apart from its own.
    pub trusts: Vec<DomainId>,
    /// The domain's controllers; empty means that logons are always validated
    /// and no controller is simulated.
    pub controllers: Vec<ServerId>,
    /// State of `SMSCliToknAcct&`, the one token account that all Legacy
    /// Clients on the domain's controllers share (TechNet cc181332).
    pub token_account: AccountState,
}

/// Whether an account can log on, and the error on the network if it cannot; for a run
/// it is 1317 (KB Q307434).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AccountState {
    /// It can.
    #[default]
    Ok,
    /// Locked out: error 1909.
    Locked,
    /// Disabled: error 1331.
    Disabled,
    /// The account has expired: error 1793.
    Expired,
    /// The password has expired: error 1330.
    PasswordExpired,
    /// The password that SMS holds is not the account's: error 1326.
    WrongPassword,
    /// There is no such account: error 1326.
    Missing,
}

/// A user account of a domain, or of one machine where `domain` is `None`.
#[derive(Debug, Clone)]
pub struct Account {
    /// `DOMAIN\name`, unique.
    pub name: String,
    /// Its domain; `None` for an account of the local machine, which no other
    /// machine knows, but for `servers`.
    pub domain: Option<DomainId>,
    /// Servers that have a local account of the same name and password (KB
    /// Q103390), sorted.
    pub servers: Vec<ServerId>,
    /// Groups it is a member of, beside Domain Users, nested ones included.
    pub groups: Vec<GroupId>,
    /// Member of Domain Admins, hence administrator of every machine of the
    /// domain.
    pub domain_admin: bool,
    /// The right "Access this computer from the network" on every server.
    pub network_logon: bool,
    /// Whether it can log on.
    pub state: AccountState,
}

/// A group of a domain.
#[derive(Debug, Clone)]
pub struct Group {
    /// `DOMAIN\name`, unique.
    pub name: String,
    /// Its domain.
    pub domain: DomainId,
    /// Whether the computer accounts of the domain are members (through Domain
    /// Computers).
    pub computers: bool,
    /// Whether the users of the domain are members (through Domain Users).
    pub users: bool,
    /// The groups whose members are its own: itself, and those in it, nested ones
    /// included; sorted.
    pub members: Vec<GroupId>,
}

/// One entry of an access list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trustee {
    /// Everyone who was authenticated, and Guest.
    Everyone,
    /// Everyone who was authenticated with an account of a trusted domain,
    /// computers included.
    AuthenticatedUsers,
    /// A session without credentials.
    Anonymous,
    /// Guest.
    Guests,
    /// The server's local Users group: Authenticated Users are members.
    Users,
    /// The server's local Administrators group: Domain Admins are members.
    Administrators,
    /// `DOMAIN\Domain Users`: users, no computers.
    DomainUsers(DomainId),
    /// `DOMAIN\Domain Computers`: computers that are not controllers.
    DomainComputers(DomainId),
    /// `DOMAIN\Domain Controllers`.
    DomainControllers(DomainId),
    /// `DOMAIN\Domain Admins`.
    DomainAdmins(DomainId),
    /// A group of the scenario.
    Group(GroupId),
    /// One account.
    Account(AccountId),
    /// One computer, by its position in [`Directory::computers`].
    Computer(u32),
    /// `DOMAIN\SMSCliToknAcct&`, the token account that the domain's controllers share.
    Token(DomainId),
}

/// Who may read something. Deny entries win over allow entries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccessList {
    /// Who may.
    pub allow: Vec<Trustee>,
    /// Who may not, whatever `allow` says.
    pub deny: Vec<Trustee>,
}

/// The accounts an SMS site hands to its clients.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SiteAccounts {
    /// Advanced Client Network Access Account; none by default.
    pub network_access: Option<AccountId>,
    /// Legacy Client Software Installation Account; none by default.
    pub software_installation: Option<AccountId>,
    /// Client Connection accounts of Legacy Clients, tried in order (KB
    /// Q224286). Sites that are handed the same share one list.
    pub client_connection: Arc<[AccountId]>,
}

impl SiteAccounts {
    /// All of them.
    pub(crate) fn named(&self) -> impl Iterator<Item = AccountId> {
        let one = self.network_access.into_iter();
        one.chain(self.software_installation)
            .chain(self.client_connection.iter().copied())
    }
}
