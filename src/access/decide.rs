//! Signatures, to be filled in.

use crate::outcome::{Actor, Cause, named};
use crate::world::{
    AccountState, ClientKind, DomainId, Msi, Program, Role, ServerId, ShareId, SiteAccounts, World, PackageId,
};

/// The user who is logged on to a machine.
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
    /// Domain.
    pub domain: DomainId,
    /// The user logged on, if any.
    pub user: Option<User>,
    /// The accounts that its SMS site hands it.
    pub accounts: &'a SiteAccounts,
}

/// The state of every account at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// By account.
    pub accounts: Vec<AccountState>,
    /// The shared token account of domain controllers, by domain.
    pub tokens: Vec<AccountState>,
}

/// What a decision looks at.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The scenario.
    pub world: &'a World,
    /// The accounts at this moment.
    pub standing: &'a Standing,
}

named! {
    /// Why an account could not do what was asked of it.
    Reason {
        /// to be completed
        NotConfigured = "not-configured",
    }
}

/// An attempt that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub reason: Reason,
    /// Win32 error code.
    pub code: u32,
}

/// Under which account a program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Execution {
    /// The account.
    pub actor: Actor,
    /// Whether it was made administrator for the run.
    pub elevated: bool,
    /// Whether it is administrator of the machine while the program runs.
    pub administrator: bool,
}

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

/// What is to be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A package on a distribution point.
    Package(PackageId, ServerId),
    /// A share.
    Share(ShareId),
}

/// An attempt that succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// As whom the server knows the session: the account presented, or Guest,
    /// or a null session.
    pub session: Actor,
}

/// Where an MSI package ends up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MsiPlacement {
    /// For all users of the computer.
    PerMachine,
    /// In the profile of the logged-on user.
    PerUser,
    /// In the profile of a service account, where no user sees it.
    ServiceProfile,
}

impl Standing {
    /// The accounts as the scenario declares them.
    pub fn of(_world: &World) -> Self {
        todo!()
    }
}

/// The account under which `client` runs `program`, elevated if need be.
pub fn execute(_view: View, _client: &Client, _program: &Program) -> Result<Execution, (Actor, Refusal)> {
    todo!()
}

/// The account that `client` presents as its `n`-th try (from 0); `None` when
/// there is none left.
pub fn candidate(_view: View, _client: &Client, _execution: &Execution, _purpose: Purpose, _n: usize) -> Option<Actor> {
    todo!()
}

/// Whether `actor` gets in.
pub fn attempt(_view: View, _client: &Client, _actor: Actor, _target: Target) -> Result<Grant, Refusal> {
    todo!()
}

/// The domain whose controllers validate a logon of `actor`, if any does.
pub fn authority(_view: View, _client: &Client, _actor: Actor) -> Option<DomainId> {
    todo!()
}

/// The cause to report when the last candidate was refused.
pub fn cause(_client: &Client, _execution: &Execution, _purpose: Purpose, _last: Option<(Actor, Refusal)>) -> Cause {
    todo!()
}

/// Where an MSI package is installed, or the code with which it fails.
pub fn msi_placement(_execution: &Execution, _msi: Msi) -> Result<MsiPlacement, u32> {
    todo!()
}
