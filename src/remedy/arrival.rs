//! Which identity a server gives to the accounts of a machine, and what its access
//! lists say of that identity: [`access`] answers, as it does for a run.

use super::{Actor, Case, Resource, key};
use crate::access::{self, Arrival, Client, Reason, Refusal, Standing, Target, User, View};
use crate::world::{AccessList, AccountId, AccountState, PackageId, Program, Server, Trustee};

/// The state that is assumed of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum As {
    /// As the scenario declares it.
    Declared,
    /// As if it were in order.
    Sound,
    /// As if it were in order and the server knew it.
    Known,
}

/// What an access list says of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    /// The identity that the server gives it.
    pub(super) session: Actor,
    /// Whether an allow entry means it.
    pub(super) is_allowed: bool,
    /// Whether a deny entry means it.
    pub(super) is_denied: bool,
    /// The other deny entries.
    pub(super) others_denied: Vec<Trustee>,
}

impl<'a> Case<'a> {
    /// The machine, with a user who is logged on.
    fn client(&self) -> Client<'a> {
        let profile = self.profile();
        let site = self.world.fleet.site_of(self.id);
        Client {
            kind: profile.client,
            role: profile.role,
            windows_9x: profile.windows_9x,
            token_account: profile.token_account,
            machine: self.id,
            domain: profile.domain,
            user_domain: Some(profile.user_domain),
            user_groups: &profile.user_groups,
            user: Some(User {
                administrator: profile.user_is_administrator >= 1.0,
            }),
            accounts: &self.world.sites[site.index()].accounts,
        }
    }

    /// Asks about the accounts as the scenario declares them.
    pub(super) fn asking<T>(&self, ask: impl FnOnce(View<'_>, &Client<'_>) -> T) -> T {
        let standing = Standing::of(self.world);
        ask(View::new(self.world, &standing), &self.client())
    }

    /// The identity that the server of `target` gives to `actor`.
    pub(super) fn arrives_as(&self, actor: Actor, target: Target) -> Result<Actor, Refusal> {
        self.asking(|view, client| {
            access::arrival(view, client, actor, target).map(|arrival| arrival.session)
        })
    }

    /// What the list of `target` says of `actor`; `None` if the server refuses its
    /// logon.
    pub(super) fn seen(&self, actor: Actor, target: Target, how: As) -> Option<Seen> {
        self.asking(|view, client| {
            let view = match (actor, how) {
                (Actor::Account(id), As::Sound) => view.with_account(id, AccountState::Ok),
                _ => view,
            };
            let arrival = match how {
                As::Known => access::as_itself(view, client, actor),
                As::Declared | As::Sound => {
                    let stranger = |refusal: &Refusal| {
                        matches!(refusal.reason, Reason::UnknownAccount | Reason::NotTrusted)
                    };
                    match access::arrival(view, client, actor, target) {
                        Ok(arrival) => Some(arrival),
                        Err(refusal) if stranger(&refusal) => None,
                        Err(_) => access::as_itself(view, client, actor),
                    }
                }
            };
            arrival.map(|arrival| self.said_of(&arrival, target))
        })
    }

    /// What the list of `target` says of Guest, if the server has one.
    pub(super) fn seen_as_guest(&self, target: Target) -> Option<Seen> {
        let has_guest = self.server_of(target).guest_enabled;
        has_guest.then(|| self.seen(Actor::Guest, target, As::Declared))?
    }

    pub(super) fn said_of(&self, arrival: &Arrival<'_>, target: Target) -> Seen {
        let list = self.list_of(target);
        let server = target.server(self.world);
        let means = |entry: &Trustee| arrival.is(*entry, self.world, server);
        let others = list.deny.iter().copied().filter(|entry| !means(entry));
        Seen {
            session: arrival.session,
            is_allowed: list.allow.iter().any(means),
            is_denied: list.deny.iter().any(means),
            others_denied: others.collect(),
        }
    }

    /// What the machine was to reach, if an access list guards it.
    pub(super) fn target(&self) -> Option<Target> {
        match self.outcome.resource {
            Resource::Share(share) => Some(Target::Share(share)),
            Resource::Server(server) => Some(Target::Package(self.program().package, server)),
            _ => None,
        }
    }

    /// The package of `program` on the distribution points that hold it.
    pub(super) fn points_of(&self, program: &Program) -> Vec<Target> {
        let package: PackageId = program.package;
        let points = &self.world.packages[package.index()].distribution_points;
        let points = points.iter();
        points
            .map(|point| Target::Package(package, *point))
            .collect()
    }

    /// The server on which `target` is.
    pub(super) fn server_of(&self, target: Target) -> &'a Server {
        &self.world.servers[target.server(self.world).index()]
    }

    /// The list of those who may reach `target`, as it is declared.
    pub(super) fn list_of(&self, target: Target) -> &'a AccessList {
        match target {
            Target::Package(id, _) => &self.world.packages[id.index()].access,
            Target::Share(id) => &self.world.shares[id.index()].access,
        }
    }

    /// Where the scenario writes that list.
    pub(super) fn path_of(&self, target: Target) -> String {
        match target {
            Target::Package(id, _) => {
                format!("package.{}", key(&self.world.packages[id.index()].id))
            }
            Target::Share(id) => format!("share.{}", key(&self.world.shares[id.index()].name)),
        }
    }

    /// `target` in words.
    pub(super) fn words_for(&self, target: Target) -> String {
        match target {
            Target::Package(id, _) => {
                format!("the package {}", self.world.packages[id.index()].id)
            }
            Target::Share(id) => format!("the share {}", self.world.shares[id.index()].path),
        }
    }
}

/// Whether the server of `target` knows the account and, if that is in order, lets it
/// log on.
pub(super) fn is_known_at(view: View, client: &Client, id: AccountId, target: Target) -> bool {
    let actor = Actor::Account(id);
    let view = view.with_account(id, AccountState::Ok);
    match access::arrival(view, client, actor, target) {
        Ok(arrival) => arrival.session == actor,
        Err(refusal) => refusal.reason == Reason::NoNetworkLogon,
    }
}

/// Whether the machine itself knows the account, so that it could run a program, if it
/// is in order.
pub(super) fn runs_here(view: View, client: &Client, id: AccountId) -> bool {
    let view = view.with_account(id, AccountState::Ok);
    access::unusable_here(view, client, id).is_none()
}

/// The shares that `program` reads.
pub(super) fn shares_of(program: &Program) -> Vec<Target> {
    let shares = program.shares.iter();
    shares.map(|used| Target::Share(used.share)).collect()
}
