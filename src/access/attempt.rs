//! Whether an account gets in: who validates it, then what the access list
//! says.

use super::access_list::Session;
use super::trust::validates_at;
use super::{Client, Reason, Refusal, View};
use crate::outcome::Actor;
use crate::world::{
    AccessList, AccountId, DomainId, DomainKind, PackageId, Role, Server, ServerId, ShareId, World,
};

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

/// The guarded side: a server, and the list that is consulted on it.
struct Door<'a> {
    world: &'a World,
    id: ServerId,
    server: &'a Server,
    list: &'a AccessList,
    null_session: bool,
}

/// What a client brings to the door.
enum Credential<'a> {
    /// An account that a domain can validate, and what speaks against it.
    Domain(DomainId, Session<'a>, Option<Reason>),
    /// An account of single machines, which no other one knows, unless it has the
    /// same.
    Local(Option<AccountId>),
    /// The token account of the machine itself.
    LocalToken,
    /// No credential at all, and why.
    Nothing(Reason),
}

/// Whether `actor` gets in.
///
/// An account that the server's domain does not know becomes Guest where Guest
/// is enabled, else error 1326; one that it knows must be able to log on
/// (1326, 1330, 1331, 1793, 1909), hold the right to do so over the network
/// (1385), and be admitted by the access list (5).
///
/// # Errors
///
/// Why not, with the Win32 error code.
pub fn attempt<'a>(
    view: View<'a>,
    client: &Client<'a>,
    actor: Actor,
    target: Target,
) -> Result<Grant, Refusal> {
    let door = Door::of(view, target);
    match credential(view, client, actor)? {
        Credential::Domain(domain, session, objection) if door.knows(domain) => {
            door.validated(actor, session, objection)
        }
        // Local System outside its trust falls back to NTLM, as a null session
        // before Windows 7 and 2008 R2, and is never Guest (learn.microsoft.com
        // jj852275).
        Credential::Domain(_, Session::Computer { .. }, _) => door.without_credential(Refusal {
            code: Reason::AccessDenied.code(),
            reason: Reason::NotTrusted,
        }),
        Credential::Domain(domain, ..) => door.stranger(door.unknown(domain)),
        // The server does not know the domain, which is that machine, and looks
        // into its own accounts (KB Q103390).
        Credential::Local(Some(id)) if door.has_the_same(id) => {
            let account = &view.world.directory.accounts[id.index()];
            let session = Session::Named {
                domain: None,
                id,
                account,
            };
            door.validated(actor, session, objection(view, id))
        }
        Credential::Local(_) => door.stranger(Reason::UnknownAccount),
        Credential::LocalToken => door
            .without_credential(Reason::NoNetworkRights.into())
            .or_else(|refusal| door.as_guest().ok_or_else(|| door.guest_denied(refusal))),
        Credential::Nothing(reason) => door.without_credential(reason.into()),
    }
}

/// The domain whose controllers validate a logon of `actor` at the server of
/// `target`, if any does: the trust of the server is asked before any of them is
/// turned to (KB 103390).
pub fn authority(view: View, client: &Client, actor: Actor, target: Target) -> Option<DomainId> {
    let domain = own_authority(view, client, actor)?;
    Door::of(view, target).knows(domain).then_some(domain)
}

/// The domain whose controllers know `actor`, if any does.
fn own_authority(view: View, client: &Client, actor: Actor) -> Option<DomainId> {
    let directory = &view.world.directory;
    let (domain, usable) = match actor {
        // Windows NT 4.0 computers have accounts too, but nothing to present.
        Actor::LocalSystem | Actor::ComputerAccount => {
            let kind = directory.domains[client.domain.index()].kind;
            (client.domain, kind == DomainKind::ActiveDirectory)
        }
        Actor::LoggedOnUser => (client.users(), client.user.is_some()),
        Actor::DomainTokenAccount(domain) => (domain, true),
        Actor::Account(id) => (directory.accounts[id.index()].domain?, true),
        Actor::Nobody | Actor::LocalTokenAccount | Actor::NullSession | Actor::Guest => {
            return None;
        }
    };
    let validates = directory.domains[domain.index()].kind != DomainKind::Workgroup;
    (usable && validates).then_some(domain)
}

/// What `client` brings when it presents `actor`.
fn credential<'a>(
    view: View<'a>,
    client: &Client<'a>,
    actor: Actor,
) -> Result<Credential<'a>, Refusal> {
    match actor {
        Actor::Nobody => Err(Reason::NotConfigured.into()),
        Actor::LoggedOnUser if client.user.is_none() => Err(Reason::NoUserLoggedOn.into()),
        Actor::LoggedOnUser => {
            let domain = client.users();
            let session = Session::User {
                domain,
                groups: client.user_groups,
            };
            Ok(Credential::Domain(domain, session, None))
        }
        Actor::LocalSystem | Actor::ComputerAccount => Ok(computer(view.world, client)),
        Actor::Account(id) => Ok(named(view, id)),
        // Q263279: of no use here.
        Actor::LocalTokenAccount => Ok(Credential::LocalToken),
        // An account of the domain as any other, and more on controllers.
        Actor::DomainTokenAccount(domain) => Ok(Credential::Domain(
            domain,
            Session::Token { domain },
            Reason::of_state(view.token(domain)),
        )),
        Actor::NullSession => Ok(Credential::Nothing(Reason::NoCredential)),
        Actor::Guest => Ok(Credential::Local(None)),
    }
}

/// What Local System brings: the computer account, if its domain gives it a
/// credential to use (`TechNet` cc179669: others need a Network Access Account).
fn computer(world: &World, client: &Client) -> Credential<'static> {
    let domain = client.domain;
    match world.directory.domains[domain.index()].kind {
        DomainKind::ActiveDirectory => {
            let controller = client.role == Role::DomainController;
            let session = Session::Computer {
                domain,
                controller,
                machine: client.machine,
            };
            Credential::Domain(domain, session, None)
        }
        DomainKind::Nt4 | DomainKind::Workgroup => Credential::Nothing(Reason::NoCredential),
    }
}

/// What an account of the directory brings, and what speaks against it.
fn named(view: View, id: AccountId) -> Credential {
    let account = &view.world.directory.accounts[id.index()];
    let Some(domain) = account.domain else {
        return Credential::Local(Some(id));
    };
    let session = Session::Named {
        domain: Some(domain),
        id,
        account,
    };
    Credential::Domain(domain, session, objection(view, id))
}

/// What speaks against a logon with an account over the network.
fn objection(view: View, id: AccountId) -> Option<Reason> {
    let account = &view.world.directory.accounts[id.index()];
    Reason::of_state(view.account(id))
        .or((!account.network_logon).then_some(Reason::NoNetworkLogon))
}

impl<'a> Door<'a> {
    fn of(view: View<'a>, target: Target) -> Self {
        let (world, standing) = (view.world, view.standing);
        match target {
            Target::Package(package, server) => Self {
                world,
                id: server,
                server: &world.servers[server.index()],
                list: standing
                    .package_access
                    .get(&package)
                    .unwrap_or(&world.packages[package.index()].access),
                null_session: false,
            },
            Target::Share(id) => {
                let share = &world.shares[id.index()];
                Self {
                    world,
                    id: share.server,
                    server: &world.servers[share.server.index()],
                    list: standing.share_access.get(&id).unwrap_or(&share.access),
                    null_session: share.null_session,
                }
            }
        }
    }

    /// Whether the server's domain can validate accounts of `domain`.
    fn knows(&self, domain: DomainId) -> bool {
        self.server
            .domain
            .is_some_and(|here| validates_at(self.world, here, domain))
    }

    /// Whether the server has a local account of the name and password of this one.
    fn has_the_same(&self, id: AccountId) -> bool {
        let account = &self.world.directory.accounts[id.index()];
        account.servers.binary_search(&self.id).is_ok()
    }

    /// Why an account of `domain` is not known here.
    fn unknown(&self, domain: DomainId) -> Reason {
        let directory = &self.world.directory;
        let of_a_domain =
            |id: DomainId| directory.domains[id.index()].kind != DomainKind::Workgroup;
        if of_a_domain(domain) {
            Reason::NotTrusted
        } else {
            Reason::UnknownAccount
        }
    }

    fn admits(&self, session: Session) -> bool {
        session.admitted_by(self.list, &self.world.directory, self.server)
    }

    /// An account of a domain that the server's domain can ask.
    fn validated(
        &self,
        actor: Actor,
        session: Session,
        objection: Option<Reason>,
    ) -> Result<Grant, Refusal> {
        match objection {
            Some(Reason::Missing) => self.stranger(Reason::Missing),
            Some(reason) => Err(reason.into()),
            None if self.admits(session) => Ok(Grant { session: actor }),
            None => Err(Reason::AccessDenied.into()),
        }
    }

    /// An account nobody here knows: Guest, or nothing.
    fn stranger(&self, reason: Reason) -> Result<Grant, Refusal> {
        self.as_guest()
            .ok_or_else(|| self.guest_denied(reason.into()))
    }

    /// Why a stranger does not get in: the list, where it was taken for Guest.
    fn guest_denied(&self, otherwise: Refusal) -> Refusal {
        if self.server.guest_enabled {
            Reason::GuestDenied.into()
        } else {
            otherwise
        }
    }

    /// The session of Guest, where there is one and the list admits it.
    fn as_guest(&self) -> Option<Grant> {
        let admitted = self.server.guest_enabled && self.admits(Session::Guest);
        admitted.then_some(Grant {
            session: Actor::Guest,
        })
    }

    /// A null session: only on a share that was opened to it (`NullSessionShares`,
    /// `TechNet` cc957461), and if the list admits it.
    fn without_credential(&self, otherwise: Refusal) -> Result<Grant, Refusal> {
        if !self.null_session {
            Err(otherwise)
        } else if self.admits(Session::Anonymous) {
            Ok(Grant {
                session: Actor::NullSession,
            })
        } else {
            Err(Reason::AnonymousDenied.into())
        }
    }
}
