//! Which account SMS would hand out in the place of one that is refused: one that the
//! machine presents there, that what it meets knows, and that the access lists admit.

use super::arrival::{As, is_known_at, runs_here, shares_of};
use super::{Actor, Case, Cause, Remedy, Resource, Step, key, list, literal};
use crate::access::{Client, Target, View};
use crate::world::{
    Account, AccountId, AccountState, Change, Program, Role, ServerId, SiteAccounts, UserCondition,
};
use std::collections::BTreeSet;

/// No account could be handed out.
pub(super) const NO_ACCOUNT: &str =
    "no account that the scenario could declare would be known wherever it is presented";
/// A workgroup validates the accounts of its servers alone.
pub(super) const WORKGROUP: &str = "a workgroup trusts no domain, and the scenario declares no account that the server has too (`servers` of an account `.\\name`, KB Q103390)";
/// Controllers have no accounts of their own, and a workgroup knows none of a domain.
const CONTROLLER: &str = "a domain controller has no account of its own (`.\\name`) under which the program could run, and a workgroup knows none of a domain";
/// The keys of `[accounts]`.
pub(super) const NETWORK_ACCESS: &str = "network_access";
pub(super) const SOFTWARE_INSTALLATION: &str = "software_installation";
pub(super) const CLIENT_CONNECTION: &str = "client_connection";

/// Whether two sets of accounts are the same in what is handed out as `kind`.
fn is_alike(a: &SiteAccounts, b: &SiteAccounts, kind: &str) -> bool {
    match kind {
        NETWORK_ACCESS => a.network_access == b.network_access,
        SOFTWARE_INSTALLATION => a.software_installation == b.software_installation,
        _ => a.client_connection == b.client_connection,
    }
}

impl Case<'_> {
    /// The account of SMS by which the machine came, or was to come.
    pub(super) fn kind(&self) -> &'static str {
        let is_share = matches!(self.outcome.resource, Resource::Share(_));
        let executing = self.outcome.executing;
        // The account that runs the program, which no other follows (Q224286).
        let runner_is_refused =
            matches!(executing, Actor::Account(_)) && executing == self.refused();
        if self.cause() == Cause::InstallationAccountUnusable
            || self.outcome.step == Step::Elevation
        {
            SOFTWARE_INSTALLATION
        } else if self.behaviour().facts().uses_network_access_account {
            NETWORK_ACCESS
        } else if runner_is_refused || is_share {
            // Beyond the content there is no other (Q263279).
            SOFTWARE_INSTALLATION
        } else {
            CLIENT_CONNECTION
        }
    }

    /// Hands out another account that would do, of the domain that is asked if the
    /// scenario has one there, and admits it to what was to be reached. `none` says
    /// why there is no such account.
    pub(super) fn another(
        &self,
        text: impl Into<String>,
        kind: &'static str,
        none: &'static str,
    ) -> Remedy {
        let remedy = Remedy::new(text);
        if let Some(declared) = self.declared(remedy.clone(), kind) {
            return declared;
        }
        if kind == SOFTWARE_INSTALLATION
            && let Some(unboxed) = self.unboxed(remedy.clone())
        {
            return unboxed;
        }
        if let Some(made) = self.with_new_account(remedy.clone(), kind) {
            return made;
        }
        let controller = self.profile().role == Role::DomainController;
        let is_held = none == WORKGROUP && controller && kind == SOFTWARE_INSTALLATION;
        remedy.or(if is_held { CONTROLLER } else { none })
    }

    /// Hands out another account that the scenario declares and that would do, if there is
    /// one.
    pub(super) fn declared(&self, remedy: Remedy, kind: &'static str) -> Option<Remedy> {
        let accounts = (0..).map(AccountId).zip(&self.world.directory.accounts);
        let others: Vec<_> = accounts
            .filter(|(id, account)| self.is_other(*id, account, kind))
            .collect();
        let (sound, unsound): (Vec<_>, Vec<_>) = others
            .into_iter()
            .partition(|(_, account)| account.state == AccountState::Ok && account.network_logon);
        for accounts in [sound, unsound] {
            let best = self.asking(|view, client| self.best_of(view, client, &accounts, kind));
            if let Some((id, is_new)) = best {
                let remedy = self.handed_out(remedy, id, kind);
                return Some(match kind {
                    _ if !is_new => remedy,
                    SOFTWARE_INSTALLATION => {
                        let remedy = self.on_servers(remedy, id);
                        self.runner_admitted(remedy, id, As::Known)
                    }
                    _ => self.on_servers(remedy, id),
                });
            }
        }
        None
    }

    /// The account that would do: of the domain that is asked, else another one that is
    /// known there, else one of single machines that has to be put on the servers too.
    fn best_of(
        &self,
        view: View,
        client: &Client,
        accounts: &[(AccountId, &Account)],
        kind: &'static str,
    ) -> Option<(AccountId, bool)> {
        let domain = self.asked().unwrap_or(self.profile().domain);
        let known = |(id, _): &&(AccountId, _)| self.serves(view, client, *id, kind);
        let own = accounts
            .iter()
            .filter(|(_, account)| account.domain == Some(domain))
            .find(known);
        if let Some((id, _)) = own.or_else(|| accounts.iter().find(known)) {
            return Some((*id, false));
        }
        let held = accounts
            .iter()
            .filter(|(_, account)| account.domain.is_none())
            .find(|(id, _)| self.would_serve(view, client, *id, kind));
        held.map(|(id, _)| (*id, true))
    }

    /// Whether an account is not handed out as `kind` yet.
    fn is_other(&self, id: AccountId, account: &Account, kind: &'static str) -> bool {
        (kind == CLIENT_CONNECTION || !account.name.contains("\\SMSClient_"))
            && self.refused() != Actor::Account(id)
            && !self.is_handed_out(id, kind)
            && !self.is_moved(id)
    }

    /// Whether the account `id`, handed out as `kind`, would do once it is in order.
    pub(super) fn would_do(&self, id: AccountId, kind: &'static str) -> bool {
        self.asking(|view, client| self.serves(view, client, id, kind))
    }

    /// Whether the account `id`, in order and handed out as `kind`, is known wherever it
    /// comes to.
    fn serves(&self, view: View, client: &Client, id: AccountId, kind: &'static str) -> bool {
        let known = |target: &Target| is_known_at(view, client, id, *target);
        if kind == NETWORK_ACCESS && !self.keeps(view, client, known) {
            return false;
        }
        if kind != SOFTWARE_INSTALLATION {
            return self.target().iter().all(known);
        }
        let program = self.program();
        let points = self.points_of(program);
        runs_here(view, client, id)
            && shares_of(program).iter().all(known)
            && (points.is_empty() || points.iter().any(known))
    }

    /// Whether an account that is `known` at some targets is so wherever the present
    /// Network Access Account alone is: a site has one, and the next refusal must not be
    /// one that it has overcome.
    fn keeps(&self, view: View, client: &Client, known: impl Fn(&Target) -> bool) -> bool {
        let site = &self.world.sites[self.world.fleet.site_of(self.id).index()];
        let Some(present) = site.accounts.network_access else {
            return true;
        };
        let is_reached = |target: &Target| is_known_at(view, client, present, *target);
        let points = self.points_of_the_account(view, client, present);
        (points.is_empty() || points.iter().any(&known))
            && shares_of(self.program())
                .iter()
                .all(|share| !is_reached(share) || known(share))
    }

    /// The points that know the present Network Access Account, where none knows the
    /// computer account.
    fn points_of_the_account(
        &self,
        view: View,
        client: &Client,
        present: AccountId,
    ) -> Vec<Target> {
        let mut points = self.points_of(self.program());
        let comes = |target: &Target| self.arrives_as(Actor::ComputerAccount, *target).is_ok();
        if points.iter().any(comes) {
            return Vec::new();
        }
        points.retain(|point| is_known_at(view, client, present, *point));
        points
    }

    /// The first point that only the present Network Access Account reaches.
    pub(super) fn point_of_the_account(&self) -> Option<Target> {
        let site = &self.world.sites[self.world.fleet.site_of(self.id).index()];
        let present = site.accounts.network_access?;
        self.asking(|view, client| {
            let points = self.points_of_the_account(view, client, present);
            points.first().copied()
        })
    }

    /// The same of an account of single machines, once the servers have it too, which
    /// no controller can.
    fn would_serve(&self, view: View, client: &Client, id: AccountId, kind: &'static str) -> bool {
        let has_own = |target: &Target| !self.server_of(*target).roles.domain_controller;
        if kind == NETWORK_ACCESS && !self.keeps(view, client, has_own) {
            return false;
        }
        if kind != SOFTWARE_INSTALLATION {
            return self.target().iter().all(has_own);
        }
        let program = self.program();
        let points = self.points_of(program);
        runs_here(view, client, id)
            && shares_of(program).iter().all(has_own)
            && (points.is_empty() || points.iter().any(has_own))
    }

    /// Whether the machine's site hands an account out as `kind` already.
    fn is_handed_out(&self, id: AccountId, kind: &'static str) -> bool {
        let site = self.world.fleet.site_of(self.id);
        let accounts = &self.world.sites[site.index()].accounts;
        match kind {
            NETWORK_ACCESS => accounts.network_access == Some(id),
            SOFTWARE_INSTALLATION => accounts.software_installation == Some(id),
            _ => accounts.client_connection.contains(&id),
        }
    }

    /// Whether the scenario changes the password or the state of an account.
    fn is_moved(&self, id: AccountId) -> bool {
        let world = self.world;
        let fault = |change: &Change| matches!(change, Change::Account(of, _) if *of == id);
        !world.identities.rotations_of(id).is_empty()
            || world.changes.iter().any(|timed| fault(&timed.change))
    }

    /// Hands the account `id` out as `kind`, and admits it to what was to be reached.
    fn handed_out(&self, remedy: Remedy, id: AccountId, kind: &'static str) -> Remedy {
        let account = &self.world.directory.accounts[id.index()];
        let remedy = self.named_as(remedy, &account.name, kind);
        let unsound = account.state != AccountState::Ok;
        let remedy = remedy.and(unsound.then(|| in_order(account)));
        let logon = (!account.network_logon).then(|| may_log_on(account));
        let remedy = remedy.and(logon);
        let remedy = match kind {
            SOFTWARE_INSTALLATION => self.boxed(remedy),
            _ => remedy,
        };
        match kind {
            SOFTWARE_INSTALLATION => self.runner_admitted(remedy, id, As::Sound),
            _ => self.admitted(remedy, Actor::Account(id)),
        }
    }

    /// `remedy` with the account `name` named as `kind` in what SMS hands out.
    pub(super) fn named_as(&self, remedy: Remedy, name: &str, kind: &'static str) -> Remedy {
        let site = &self.world.sites[self.world.fleet.site_of(self.id).index()];
        let directory = &self.world.directory;
        let with_it = |accounts: &SiteAccounts| {
            if kind != CLIENT_CONNECTION {
                return literal(name);
            }
            let present = accounts.client_connection.iter();
            let present = present.map(|id| directory.accounts[id.index()].name.as_str());
            quoted(present.chain([name]))
        };
        let value = with_it(&site.accounts);
        let mut remedy = remedy.set(format!("accounts.{kind}={value}"));
        // A change that hands out others would take it away again.
        let mut before = &site.accounts;
        for handout in self
            .world
            .identities
            .handouts_of(self.world.fleet.site_of(self.id))
        {
            if !is_alike(before, &handout.accounts, kind) {
                let (number, value) = (handout.change, with_it(&handout.accounts));
                remedy = remedy.set(format!("account_change.{number}.{kind}={value}"));
            }
            before = &handout.accounts;
        }
        // What the site says itself wins over that.
        let own = match kind {
            NETWORK_ACCESS => site.accounts.network_access.is_some(),
            SOFTWARE_INSTALLATION => site.accounts.software_installation.is_some(),
            _ => self.world.sites.len() > 1,
        };
        if own {
            return remedy.set(self.of_site(&format!("accounts.{kind}"), &value));
        }
        remedy
    }

    /// `remedy` with the account `id` of single machines on the servers as well to
    /// which the program turns.
    pub(super) fn on_servers(&self, remedy: Remedy, id: AccountId) -> Remedy {
        let account = &self.world.directory.accounts[id.index()];
        let held = account.servers.iter().copied();
        let all = held.chain(self.servers_turned_to());
        let names: BTreeSet<&str> = all
            .map(|id| self.world.servers[id.index()].name.as_str())
            .collect();
        let names = quoted(names.into_iter());
        let there = format!("account.{}.servers={names}", key(&account.name));
        let known = |target| {
            if self.server_of(target).roles.domain_controller {
                As::Sound
            } else {
                As::Known
            }
        };
        self.admitted_as(remedy.set(there), Actor::Account(id), known)
    }

    /// The servers that the program turns to; domain controllers have no accounts of
    /// their own.
    pub(super) fn servers_turned_to(&self) -> Vec<ServerId> {
        let world = self.world;
        let program = self.program();
        let points = &world.packages[program.package.index()].distribution_points;
        let shares = program.shares.iter().map(|used| used.share);
        let shares = shares.map(|share| world.shares[share.index()].server);
        let all = points.iter().copied().chain(shares);
        let member = |id: &ServerId| !world.servers[id.index()].roles.domain_controller;
        let mut members: Vec<ServerId> = all.filter(member).collect();
        members.sort_unstable_by_key(|id| &world.servers[id.index()].name);
        members.dedup();
        members
    }

    /// `remedy` with everything that the program reads as it must be for the account
    /// `id` that runs it.
    pub(super) fn runner_admitted(&self, remedy: Remedy, id: AccountId, how: As) -> Remedy {
        self.admitted_to(remedy, self.read_by_runner(), Actor::Account(id), |_| how)
    }

    /// What the account that runs the program reads: the package on the point that is
    /// used, and the shares.
    pub(super) fn read_by_runner(&self) -> Vec<Target> {
        let program = self.program();
        let points = self.points_of(program).into_iter();
        let used = self.outcome.distribution_point;
        let is_used = |target: &Target| match target {
            Target::Package(_, point) => used.is_none_or(|used| used == *point),
            Target::Share(_) => false,
        };
        let used = points.filter(is_used).take(1);
        used.chain(shares_of(program)).collect()
    }

    /// `remedy` with the program under the Software Installation Account.
    pub(super) fn boxed(&self, remedy: Remedy) -> Remedy {
        let program = self.program();
        if program.software_installation_account && !runs_for_users(program.user_condition) {
            return remedy;
        }
        let ticked = self.of_program("software_installation_account", "true");
        let remedy = remedy.set(ticked);
        if runs_for_users(program.user_condition) {
            return self.with_or_without_user(remedy, program);
        }
        remedy
    }

    /// `remedy` with the program under the token account in place of the Software
    /// Installation Account, if that comes to all that the program reads.
    fn unboxed(&self, remedy: Remedy) -> Option<Remedy> {
        let program = self.program();
        if !program.software_installation_account || !self.reads_as_token(program) {
            return None;
        }
        let remedy = remedy.set(self.of_program("software_installation_account", "false"));
        Some(self.shares_admit_it(remedy, self.token()))
    }

    /// The account under which a Legacy Client runs what asks for no other.
    pub(super) fn token(&self) -> Actor {
        match self.profile().role {
            Role::DomainController => Actor::DomainTokenAccount(self.profile().domain),
            Role::Workstation | Role::MemberServer => Actor::LocalTokenAccount,
        }
    }

    /// Whether the token account comes to every share that `program` reads, and it or a
    /// Client Connection account to the content.
    pub(super) fn reads_as_token(&self, program: &Program) -> bool {
        let site = &self.world.sites[self.world.fleet.site_of(self.id).index()];
        let connections = site.accounts.client_connection.iter();
        let token = self.token();
        let mut presented = connections.map(|id| Actor::Account(*id)).chain([token]);
        let comes = |actor: Actor, target: &Target| self.arrives_as(actor, *target).is_ok();
        let points = self.points_of(program);
        let shares = shares_of(program);
        let has_content = points.is_empty()
            || presented.any(|actor| points.iter().any(|point| comes(actor, point)));
        has_content && shares.iter().all(|share| comes(token, share))
    }
}

/// Whether a program that runs on this condition needs a user.
fn runs_for_users(condition: UserCondition) -> bool {
    condition == UserCondition::LoggedOn
}

/// Names as a list of a scenario, each once.
pub(super) fn quoted<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut seen = BTreeSet::new();
    list(
        names.filter(|name| seen.insert(name.to_lowercase())),
        literal,
    )
}

/// The account in a state in which it can log on.
pub(super) fn in_order(account: &Account) -> String {
    format!("account.{}.state=\"ok\"", key(&account.name))
}

/// The account with the right to log on over the network.
pub(super) fn may_log_on(account: &Account) -> String {
    format!("account.{}.network_logon=true", key(&account.name))
}
