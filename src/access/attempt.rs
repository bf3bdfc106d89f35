//! Whether an account gets in: who validates it, then what the access list
//! says.

use super::access_list::Session;
use super::trust::validates_at;
use super::{Client, Reason, Refusal, View};
use crate::outcome::Actor;
use crate::world::{
    AccessList, Account, AccountId, DomainId, DomainKind, PackageId, Role, Server, ServerId,
    ShareId, Trustee, World,
};

/// What is to be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A package on a distribution point.
    Package(PackageId, ServerId),
    /// A share.
    Share(ShareId),
}

impl Target {
    /// The server on which the target is.
    pub fn server(self, world: &World) -> ServerId {
        match self {
            Self::Package(_, server) => server,
            Self::Share(share) => world.shares[share.index()].server,
        }
    }
}

/// An attempt that succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// The identity of the session at the server: the account presented, Guest, or a
    /// null session.
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
    /// An account that a domain can validate, and the objection to its logon.
    Domain(DomainId, Session<'a>, Option<Reason>),
    /// A local account, which another machine knows only if it has the same one.
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
    let arrival = door.arrival(view, client, actor)?;
    if door.admits(arrival.kind) {
        let session = arrival.session;
        return Ok(Grant { session });
    }
    Err(match arrival.session {
        Actor::Guest => Reason::GuestDenied,
        Actor::NullSession => Reason::AnonymousDenied,
        _ => Reason::AccessDenied,
    }
    .into())
}

/// An account that has logged on at a server, before the access list is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival<'a> {
    /// The account itself, or Guest, or a null session.
    pub session: Actor,
    kind: Session<'a>,
}

impl Arrival<'_> {
    /// Whether an entry of an access list on `server` means it.
    pub(crate) fn is(&self, entry: Trustee, world: &World, server: ServerId) -> bool {
        let server = &world.servers[server.index()];
        self.kind.is(entry, &world.directory, server)
    }
}

/// The identity that the server of `target` gives to `actor`.
///
/// # Errors
///
/// Why the server refuses the logon, with the Win32 error code.
pub(crate) fn arrival<'a>(
    view: View<'a>,
    client: &Client<'a>,
    actor: Actor,
    target: Target,
) -> Result<Arrival<'a>, Refusal> {
    Door::of(view, target).arrival(view, client, actor)
}

/// `actor` at a server that knows it and has no objection to its logon; `None` if it
/// has no account that a server could know.
pub(crate) fn as_itself<'a>(
    view: View<'a>,
    client: &Client<'a>,
    actor: Actor,
) -> Option<Arrival<'a>> {
    let kind = match credential(view, client, actor).ok()? {
        Credential::Domain(_, session, _) => session,
        Credential::Local(id) => local(view.world, id?),
        Credential::LocalToken | Credential::Nothing(_) => return None,
    };
    Some(Arrival {
        session: actor,
        kind,
    })
}

/// An account that is not declared yet, at a server that knows it.
pub(crate) fn as_new(account: &Account) -> Arrival<'_> {
    Arrival {
        session: Actor::Nobody,
        kind: Session::Named {
            domain: account.domain,
            // No entry of a list means it by its name yet.
            id: AccountId(u32::MAX),
            account,
        },
    }
}

/// The domain whose controllers validate a logon of `actor` at the server of
/// `target`, if there is one: the server looks at the trusts of its domain before it
/// turns to any controller (KB 103390).
pub fn authority(view: View, client: &Client, actor: Actor, target: Target) -> Option<DomainId> {
    let domain = own_authority(view, client, actor)?;
    let world = view.world;
    let server = target.server(world);
    knows(world, &world.servers[server.index()], domain).then_some(domain)
}

/// Whether the domain of a server can validate accounts of `domain`.
fn knows(world: &World, server: &Server, domain: DomainId) -> bool {
    let here = server.domain;
    here.is_some_and(|here| validates_at(world, here, domain))
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
#[inline]
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

/// The session of a local account that the server has too.
fn local(world: &World, id: AccountId) -> Session<'_> {
    Session::Named {
        domain: None,
        id,
        account: &world.directory.accounts[id.index()],
    }
}

/// What an account of the directory brings, and the objection to its logon.
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

/// The objection to a logon with an account over the network.
fn objection(view: View, id: AccountId) -> Option<Reason> {
    let account = &view.world.directory.accounts[id.index()];
    Reason::of_state(view.account(id))
        .or((!account.network_logon).then_some(Reason::NoNetworkLogon))
}

impl<'a> Door<'a> {
    #[inline]
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
        knows(self.world, self.server, domain)
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

    /// The identity that the server gives to `actor`, whatever its list says.
    #[inline]
    fn arrival(
        &self,
        view: View<'a>,
        client: &Client<'a>,
        actor: Actor,
    ) -> Result<Arrival<'a>, Refusal> {
        match credential(view, client, actor)? {
            Credential::Domain(domain, session, objection) if self.knows(domain) => {
                self.validated(actor, session, objection)
            }
            // Local System outside its trust falls back to NTLM, as a null session
            // before Windows 7 and 2008 R2, and is never Guest (learn.microsoft.com
            // jj852275).
            Credential::Domain(_, Session::Computer { .. }, _) => {
                self.without_credential(Refusal {
                    code: Reason::AccessDenied.code(),
                    reason: Reason::NotTrusted,
                })
            }
            Credential::Domain(domain, ..) => self.stranger(self.unknown(domain)),
            // The server does not know the domain, which is that machine, and looks
            // into its own accounts (KB Q103390).
            Credential::Local(Some(id)) if self.has_the_same(id) => {
                self.validated(actor, local(view.world, id), objection(view, id))
            }
            Credential::Local(_) => self.stranger(Reason::UnknownAccount),
            // A null session first, and Guest where that is not admitted.
            Credential::LocalToken if !self.server.guest_enabled => {
                self.without_credential(Reason::NoNetworkRights.into())
            }
            Credential::LocalToken if self.null_session && self.admits(Session::Anonymous) => {
                Ok(ANONYMOUS)
            }
            Credential::LocalToken => Ok(GUEST),
            Credential::Nothing(reason) => self.without_credential(reason.into()),
        }
    }

    fn admits(&self, session: Session) -> bool {
        session.admitted_by(self.list, &self.world.directory, self.server)
    }

    /// An account of a domain that the server's domain can ask.
    fn validated(
        &self,
        actor: Actor,
        kind: Session<'a>,
        objection: Option<Reason>,
    ) -> Result<Arrival<'a>, Refusal> {
        match objection {
            Some(Reason::Missing) => self.stranger(Reason::Missing),
            Some(reason) => Err(reason.into()),
            None => Ok(Arrival {
                session: actor,
                kind,
            }),
        }
    }

    /// An account that is not known here: Guest, or refused.
    fn stranger(&self, reason: Reason) -> Result<Arrival<'a>, Refusal> {
        if self.server.guest_enabled {
            Ok(GUEST)
        } else {
            Err(reason.into())
        }
    }

    /// A null session: only on a share that was opened to it (`NullSessionShares`,
    /// `TechNet` cc957461).
    fn without_credential(&self, otherwise: Refusal) -> Result<Arrival<'a>, Refusal> {
        if self.null_session {
            Ok(ANONYMOUS)
        } else {
            Err(otherwise)
        }
    }
}

const GUEST: Arrival<'static> = Arrival {
    session: Actor::Guest,
    kind: Session::Guest,
};

const ANONYMOUS: Arrival<'static> = Arrival {
    session: Actor::NullSession,
    kind: Session::Anonymous,
};
