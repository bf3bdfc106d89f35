//! Accounts that cannot log on, that others have locked, or that are missing.

use super::arrival::As;
use super::{Actor, Case, Cause, FAULT, Remedy, Resource, Step, key, list, literal};
use crate::access::Target;
use crate::product::CLIENT_CONNECTION_ACCOUNT;
use crate::world::{
    Account, AccountId, AccountState, Change, ClientKind, DomainId, DomainKind, Role, ServerId,
    ServerRole, UserCondition,
};
use std::collections::BTreeSet;

/// No account stands in the scenario that could be handed out.
const NO_ACCOUNT: &str = "the scenario declares no other account that could log on there: write one as [account.'DOMAIN\\name'] and name it in [accounts]";
/// A workgroup validates the accounts of its servers alone.
const WORKGROUP: &str = "a workgroup trusts no domain, and the scenario declares no account that the server has too (`servers` of an account `.\\name`, KB Q103390)";
/// Controllers have no accounts of their own, and a workgroup knows none of a domain.
const CONTROLLER: &str = "a domain controller has no account of its own (`.\\name`) under which the program could run, and a workgroup knows none of a domain";
/// Users of a workgroup have their accounts on their own machine.
const OWN_USERS: &str =
    "a program with the rights of the user comes as the user, whatever accounts SMS hands out";
/// Only the fault itself ends.
const CLOCK: &str =
    "the scenario sets a clock wrong by a [[fault]], and no other account could be presented";

/// The keys of `[accounts]`.
const NETWORK_ACCESS: &str = "network_access";
const SOFTWARE_INSTALLATION: &str = "software_installation";
const CLIENT_CONNECTION: &str = "client_connection";

impl Case<'_> {
    /// The account that was refused: on the network, or to run the program.
    fn refused(&self) -> Actor {
        match self.outcome.step {
            Step::Elevation => self.outcome.executing,
            _ => self.outcome.network,
        }
    }

    fn domain_of(&self, actor: Actor) -> Option<DomainId> {
        match actor {
            Actor::Account(_) => self.account(actor)?.domain,
            Actor::DomainTokenAccount(domain) => Some(domain),
            Actor::ComputerAccount | Actor::LocalSystem => Some(self.profile().domain),
            Actor::LoggedOnUser => Some(self.profile().user_domain),
            _ => None,
        }
    }

    /// An account that could not log on: unknown, not trusted, or in a state in
    /// which it cannot.
    pub(super) fn unusable(&self) -> Remedy {
        let actor = self.refused();
        if actor == Actor::Nobody {
            let text = "Configure a Software Installation Account at the machine's site: a domain account that the machine trusts.";
            return self.another(text, SOFTWARE_INSTALLATION, NO_ACCOUNT);
        }
        if self.profile().windows_9x && self.outcome.step == Step::Elevation {
            let text = "Let the program run without the Software Installation Account: on Windows 95, 98 and Me it runs as the logged-on user.";
            let unticked = self.of_program("software_installation_account", "false");
            return Remedy::new(text).set(unticked);
        }
        let Some(theirs) = self.domain_of(actor) else {
            return match actor {
                Actor::Account(id) if self.is_held(id) => self.unfit(id),
                _ => self.unknown(actor),
            };
        };
        if let Some(here) = self.asked()
            && let Some(missing) = self.missing_trust(here, theirs, actor)
        {
            return missing;
        }
        match actor {
            Actor::Account(id) => self.unfit(id),
            _ => self.general().or(FAULT),
        }
    }

    /// Whether what was asked has the account `id` of single machines: the machine
    /// itself, unless it is a controller, or a server of the same account.
    fn is_held(&self, id: AccountId) -> bool {
        let account = &self.world.directory.accounts[id.index()];
        match self.outcome.step {
            Step::Elevation => self.profile().role != Role::DomainController,
            _ => self
                .server()
                .is_some_and(|server| account.servers.contains(&server)),
        }
    }

    /// An account of single machines, which the server has not.
    fn unknown(&self, actor: Actor) -> Remedy {
        let name = self.name(actor);
        let text = format!(
            "Configure an account of a domain that the server trusts in place of {name}, which only the machine that holds it knows, or create the account with the same password on the server too (KB Q103390)."
        );
        let server = self.server().map(|id| &self.world.servers[id.index()]);
        match (actor, server) {
            (Actor::Account(id), Some(server)) if !server.roles.domain_controller => {
                self.on_servers(Remedy::new(text), id)
            }
            _ => self.another(text, self.kind(), NO_ACCOUNT),
        }
    }

    /// `remedy` with the account `id` of single machines on the servers as well to
    /// which the program turns.
    fn on_servers(&self, remedy: Remedy, id: AccountId) -> Remedy {
        let account = &self.world.directory.accounts[id.index()];
        let names = quoted(self.turned_to(account).into_iter());
        let there = format!("account.{}.servers={names}", key(&account.name));
        let known = |target| match self.server_of(target).roles.domain_controller {
            true => As::Sound,
            false => As::Known,
        };
        self.admitted_as(remedy.set(there), Actor::Account(id), known)
    }

    /// The servers that have `account`, and those that the program turns to; domain
    /// controllers have no accounts of their own.
    fn turned_to(&self, account: &Account) -> BTreeSet<&str> {
        let world = self.world;
        let program = self.program();
        let points = &world.packages[program.package.index()].distribution_points;
        let shares = program.shares.iter().map(|used| used.share);
        let shares = shares.map(|share| world.shares[share.index()].server);
        let all = account.servers.iter().chain(points).copied().chain(shares);
        let all = all.map(|id| &world.servers[id.index()]);
        let members = all.filter(|server| !server.roles.domain_controller);
        members.map(|server| server.name.as_str()).collect()
    }

    /// The trust that is missing between the domain that was asked and that of the
    /// account.
    fn missing_trust(&self, here: DomainId, theirs: DomainId, actor: Actor) -> Option<Remedy> {
        let domains = &self.world.directory.domains;
        let account = self.name(actor);
        let workgroup = |id: DomainId| domains[id.index()].kind == DomainKind::Workgroup;
        let (asked, of) = (self.domain(here), self.domain(theirs));
        if here == theirs && !workgroup(here) || domains[here.index()].trusts.contains(&theirs) {
            return None;
        }
        if actor == Actor::LoggedOnUser && (workgroup(here) || workgroup(theirs)) {
            let text = format!(
                "{asked} does not know {account}, and a workgroup trusts no domain and is trusted by none: put the files on a server that knows the users, or run the program with administrative rights: it then comes to the server with the account that SMS hands out."
            );
            return Some(self.not_as_user(text));
        }
        if workgroup(here) && self.outcome.step == Step::Elevation {
            let text = format!(
                "The machine is in the workgroup {asked} and does not know {account}: let the program run without the Software Installation Account, or hand out an account of machine and server that has the same name and password on both (KB Q103390)."
            );
            return Some(self.another(text, SOFTWARE_INSTALLATION, WORKGROUP));
        }
        if workgroup(here) {
            let text = format!(
                "{asked} is a workgroup, which trusts no domain: put the files on a server of a domain that knows {account}, or hand out an account that the server has with the same name and password (KB Q103390)."
            );
            return Some(self.another(text, self.kind(), WORKGROUP));
        }
        if workgroup(theirs) {
            let text = format!(
                "{of} is a workgroup, which no domain trusts, so that {account} is not known at {asked}: use an account of {asked}."
            );
            return Some(self.another(text, self.kind(), NO_ACCOUNT));
        }
        let trusts = domains[here.index()].trusts.iter();
        let names = quoted(trusts.map(|id| self.domain(*id)).chain([of]));
        let text = format!(
            "{asked} does not trust {of}, so that {account} is not known there: let {asked} trust {of}, or use an account of {asked}."
        );
        let trusted = Remedy::new(text).set(format!("domain.{}.trusts={names}", key(asked)));
        let known = |target| match self.server_of(target).domain == Some(here) {
            true => As::Known,
            false => As::Sound,
        };
        Some(self.admitted_as(trusted, actor, known))
    }

    /// For a program that runs as a user whom the server does not know.
    fn not_as_user(&self, text: String) -> Remedy {
        let is_content = !matches!(self.outcome.resource, Resource::Share(_));
        if self.profile().client == ClientKind::Legacy && is_content {
            // The Client Connection accounts are presented after the user.
            return self.another(text, CLIENT_CONNECTION, NO_ACCOUNT);
        }
        Remedy::new(text).or(OWN_USERS)
    }

    /// An account that is known, and cannot log on for what it is, or for what the
    /// scenario does to it.
    fn unfit(&self, id: AccountId) -> Remedy {
        let account = &self.world.directory.accounts[id.index()];
        let name = &account.name;
        if let Some(remedy) = state(account) {
            return self.admitted(remedy, Actor::Account(id));
        }
        let kind = self.kind();
        if self.world.identities.rotations_of(id).is_empty() {
            let text = format!(
                "Unlock or enable {name}, or hand out another account: a [[fault]] of the scenario keeps it from logging on."
            );
            return self.another(text, kind, NO_ACCOUNT);
        }
        let text = format!(
            "Tell SMS the new password of {name} as soon as it is changed; better, create a second account, let the clients learn of it, and change the password of the first a cycle of theirs later (KB Q237759)."
        );
        self.another(text, kind, NO_ACCOUNT)
    }

    /// The machine held the right password of an account that others had locked.
    pub(super) fn locked_by_others(&self) -> Remedy {
        let rules = &self.world.rules;
        if let Actor::DomainTokenAccount(_) = self.refused()
            && rules.token_accounts_share_name
        {
            let text = "Give the token accounts of controllers another name than those of workstations, as SMS 2003 does, or let a computer that is no controller be distribution point and client access point (KB Q231399); until then find the machines that present the wrong password, which `explain` names.";
            return Remedy::new(text).set("rules.token_accounts_share_name=false".to_owned());
        }
        if let Actor::DomainTokenAccount(_) = self.refused() {
            return self.token_unusable();
        }
        self.another(self.cause().remedy(), self.kind(), NO_ACCOUNT)
    }

    /// A Legacy Client that has lost its client access point for good.
    pub(super) fn orphaned(&self) -> Remedy {
        let site = self.world.fleet.site_of(self.id);
        let accounts = &self.world.sites[site.index()].accounts.client_connection;
        let rotated = |id: &AccountId| !self.world.identities.rotations_of(*id).is_empty();
        if !accounts.is_empty() && accounts.iter().all(rotated) {
            return self.another(self.cause().remedy(), CLIENT_CONNECTION, NO_ACCOUNT);
        }
        self.general().or(FAULT)
    }

    /// The account of SMS by which the machine came, or was to come.
    fn kind(&self) -> &'static str {
        let is_share = matches!(self.outcome.resource, Resource::Share(_));
        match (self.cause(), self.profile().client) {
            (Cause::InstallationAccountUnusable, _) => SOFTWARE_INSTALLATION,
            _ if self.outcome.step == Step::Elevation => SOFTWARE_INSTALLATION,
            (_, ClientKind::Advanced) => NETWORK_ACCESS,
            // The account that runs the program, which no other follows (Q224286).
            _ if matches!(self.outcome.executing, Actor::Account(_))
                && self.outcome.executing == self.refused() =>
            {
                SOFTWARE_INSTALLATION
            }
            // Beyond the content there is no other (Q263279).
            _ if is_share => SOFTWARE_INSTALLATION,
            (_, ClientKind::Legacy) => CLIENT_CONNECTION,
        }
    }

    /// The token account has nothing to show outside its machine.
    pub(super) fn token_without_network(&self) -> Remedy {
        let text = "Configure a Software Installation Account that may read the share at the machine's site, and tick \"Use Software Installation Account\" for the program, which runs under that account then; or put the files into the package.";
        let site = &self.world.sites[self.world.fleet.site_of(self.id).index()];
        match site.accounts.software_installation {
            Some(id) if self.serves(id, SOFTWARE_INSTALLATION) => {
                self.shares_admit_it(self.boxed(Remedy::new(text)), Actor::Account(id))
            }
            _ => {
                let remedy = self.another(text, SOFTWARE_INSTALLATION, NO_ACCOUNT);
                if remedy.settings.is_empty() {
                    return self.share_open_to_all(remedy);
                }
                remedy
            }
        }
    }

    /// `remedy` with the share open to whom the server takes the token account for, if
    /// it takes it for Guest or for no one in particular.
    fn share_open_to_all(&self, remedy: Remedy) -> Remedy {
        self.shares_admit_it(remedy, Actor::LocalTokenAccount)
    }

    /// `remedy` with the program under the Software Installation Account.
    fn boxed(&self, remedy: Remedy) -> Remedy {
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

    /// `remedy` with the program under the token account, if that comes to every share
    /// that the program reads.
    fn unboxed(&self, remedy: Remedy) -> Option<Remedy> {
        let program = self.program();
        let token = match self.profile().role {
            Role::DomainController => Actor::DomainTokenAccount(self.profile().domain),
            Role::Workstation | Role::MemberServer => Actor::LocalTokenAccount,
        };
        let comes = |target: &Target| self.arrives_as(token, *target).is_ok();
        let shares = self.shares_of(program);
        if !program.software_installation_account || !shares.iter().all(comes) {
            return None;
        }
        let remedy = remedy.set(self.of_program("software_installation_account", "false"));
        Some(self.shares_admit_it(remedy, token))
    }

    /// Hands out another account that would do, of the domain that is asked if the
    /// scenario has one there, and admits it to what was to be reached. `none` says
    /// why there is no such account.
    fn another(&self, text: impl Into<String>, kind: &'static str, none: &'static str) -> Remedy {
        let remedy = Remedy::new(text);
        let domain = self.asked().unwrap_or(self.profile().domain);
        let accounts: Vec<_> = (0..)
            .map(AccountId)
            .zip(&self.world.directory.accounts)
            .filter(|(id, account)| self.is_other(*id, account, kind))
            .collect();
        let find = |would: &dyn Fn(AccountId, &Account) -> bool| {
            let found = accounts.iter().find(|(id, account)| would(*id, account));
            found.map(|(id, _)| *id)
        };
        let own = find(&|id, account| account.domain == Some(domain) && self.serves(id, kind));
        if let Some(id) = own.or_else(|| find(&|id, _| self.serves(id, kind))) {
            return self.handed_out(remedy, id, kind);
        }
        // The same account on the servers too.
        let held = |id, account: &Account| account.domain.is_none() && self.would_serve(id, kind);
        if let Some(id) = find(&held) {
            let remedy = self.handed_out(remedy, id, kind);
            return self.on_servers(remedy, id);
        }
        if kind == SOFTWARE_INSTALLATION
            && let Some(unboxed) = self.unboxed(remedy.clone())
        {
            return unboxed;
        }
        let controller = self.profile().role == Role::DomainController;
        let is_held = none == WORKGROUP && controller && kind == SOFTWARE_INSTALLATION;
        remedy.or(if is_held { CONTROLLER } else { none })
    }

    /// Whether an account that can log on is not handed out as `kind` yet.
    fn is_other(&self, id: AccountId, account: &Account, kind: &'static str) -> bool {
        account.state == AccountState::Ok
            && account.network_logon
            && (kind == CLIENT_CONNECTION || !account.name.contains("\\SMSClient_"))
            && self.refused() != Actor::Account(id)
            && !self.is_handed_out(id, kind)
            && !self.is_moved(id)
    }

    /// Whether the account `id`, handed out as `kind`, is known wherever it comes to.
    fn serves(&self, id: AccountId, kind: &'static str) -> bool {
        let known = |target: &Target| self.is_known_at(id, *target);
        if kind != SOFTWARE_INSTALLATION {
            return self.target().iter().all(known);
        }
        let program = self.program();
        let points = self.points_of(program);
        self.runs_here(id)
            && self.shares_of(program).iter().all(known)
            && (points.is_empty() || points.iter().any(known))
    }

    /// The same of an account of single machines, once the servers have it too, which
    /// no controller can.
    fn would_serve(&self, id: AccountId, kind: &'static str) -> bool {
        let has_own = |target: &Target| !self.server_of(*target).roles.domain_controller;
        if kind != SOFTWARE_INSTALLATION {
            return self.target().iter().all(has_own);
        }
        let program = self.program();
        let points = self.points_of(program);
        self.runs_here(id)
            && self.shares_of(program).iter().all(has_own)
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
        let name = &self.world.directory.accounts[id.index()].name;
        let site = &self.world.sites[self.world.fleet.site_of(self.id).index()];
        let directory = &self.world.directory;
        let present: &[AccountId] = match kind {
            CLIENT_CONNECTION => &site.accounts.client_connection,
            _ => &[],
        };
        let present = present.iter();
        let present = present.map(|id| &directory.accounts[id.index()]);
        let value = if kind == CLIENT_CONNECTION {
            let names = present.clone().map(|account| account.name.as_str());
            quoted(names.chain([name.as_str()]))
        } else {
            literal(name)
        };
        let remedy = remedy.set(format!("accounts.{kind}={value}"));
        let remedy = present.filter_map(declared).fold(remedy, Remedy::set);
        let remedy = match kind {
            SOFTWARE_INSTALLATION => self.boxed(remedy),
            _ => remedy,
        };
        // What the site says itself wins over that.
        let own = match kind {
            NETWORK_ACCESS => site.accounts.network_access.is_some(),
            SOFTWARE_INSTALLATION => site.accounts.software_installation.is_some(),
            _ => self.world.sites.len() > 1,
        };
        let remedy = if own {
            remedy.set(self.of_site(&format!("accounts.{kind}"), &value))
        } else {
            remedy
        };
        self.admitted(remedy, Actor::Account(id))
    }

    pub(super) fn without_network_account(&self) -> Remedy {
        let text = match self.outcome.resource {
            Resource::Share(_) => {
                "Configure a Network Access Account at the machine's site that the server knows and the share admits, or put the files into the package."
            }
            _ => {
                "Configure a Network Access Account at the machine's site that the distribution point knows: outside Active Directory the machine itself has nothing to present."
            }
        };
        self.another(text, NETWORK_ACCESS, NO_ACCOUNT)
    }

    pub(super) fn without_connection_account(&self) -> Remedy {
        let text =
            "Configure a Client Connection account at the site that the distribution point knows.";
        self.another(text, CLIENT_CONNECTION, NO_ACCOUNT)
    }

    pub(super) fn token_unusable(&self) -> Remedy {
        let id = self.profile().domain;
        let name = self.domain(id);
        let text = format!(
            "Unlock {name}\\SMSCliToknAcct&, let SMS set its password anew, and never change that by hand; or install the Advanced Client on domain controllers."
        );
        let moved = |change: &Change| matches!(change, Change::TokenAccount(of, _) if *of == id);
        let mut changes = self.world.changes.iter();
        let declared = self.world.directory.domains[id.index()].token_account;
        if declared == AccountState::Ok || changes.any(|timed| moved(&timed.change)) {
            return self.with_advanced_client(Remedy::new(text));
        }
        Remedy::new(text).set(format!("domain.{}.token_account=\"ok\"", key(name)))
    }

    /// Two accounts of one logon session at one server.
    pub(super) fn conflict(&self) -> Remedy {
        if self.profile().mapped_drives.is_empty() {
            let text = "Download the content before the program runs, put the share on another server than the distribution point, or let one account read both.";
            let remedy = Remedy::new(text)
                .set(self.of_advertisement("on_local", "\"download\""))
                .set(self.of_advertisement("on_remote", "\"download\""));
            return self.with_room(remedy);
        }
        let text = "Have the user disconnect the drive that is mapped to this server, or let the user's own account read what is there: one logon session comes to a server as one account.";
        Remedy::new(text).set(self.of_group("mapped_drives", "[]"))
    }

    /// A ticket that the clocks belie. Accounts with a password come without one.
    pub(super) fn clock_skew(&self) -> Remedy {
        if self.outcome.network == Actor::LoggedOnUser {
            let text = "Set the clocks of the machine, the server and the domain controller right and let Windows Time keep them: a user comes with a Kerberos ticket, and has no other way.";
            return Remedy::new(text).or(CLOCK);
        }
        let remedy = self.another(self.cause().remedy(), NETWORK_ACCESS, NO_ACCOUNT);
        if remedy.settings.is_empty() {
            return self.general().or(CLOCK);
        }
        remedy
    }

    /// Where the Software Installation Account, or the token account, is no
    /// administrator of the machine.
    pub(super) fn not_elevated(&self) -> Remedy {
        let account = self.name(self.outcome.executing);
        let domain = self.domain(self.profile().domain);
        match self.outcome.executing {
            Actor::Account(id) if self.outcome.code == Some(2226) => {
                let name = &self.world.directory.accounts[id.index()].name;
                let text = format!(
                    "Make {account} administrator at the primary domain controller, which a backup domain controller cannot do (KB Q242011)."
                );
                Remedy::new(text).set(format!("account.{}.domain_admin=true", key(name)))
            }
            _ => {
                let text = format!(
                    "List {account} among the members of the local Administrators group where Restricted Groups of Group Policy name them (KB Q295771)."
                );
                Remedy::new(text).set(format!("domain.{}.restricted_groups=false", key(domain)))
            }
        }
    }

    /// A logon that no controller answered: too many at once, or none is up.
    pub(super) fn no_logon_server(&self) -> Remedy {
        self.validators().or(FAULT)
    }

    /// A logon that still waited at the horizon.
    pub(super) fn logon_pending(&self) -> Remedy {
        let remedy = self.validators();
        if remedy.settings.is_empty() {
            return self.longer(self.world.horizon);
        }
        remedy
    }

    /// More room at the server that passes the logon on, and at the controllers.
    fn validators(&self) -> Remedy {
        let world = self.world;
        let text = match self.cause() {
            Cause::NoLogonServer if self.passes_on().is_some() => {
                "Let the server pass more logons on at once (`MaxConcurrentApi`), spread the assignment over time, or place a domain controller nearer to it."
            }
            cause => cause.remedy(),
        };
        let slots = self.passes_on().map(|server| {
            let limits = world.identities.pass_through[&server];
            let wanted = self.crowd(limits.hold, limits.patience);
            self.of_server(server, "authentication.slots", &wanted.to_string())
        });
        let controllers = world.directory.domains.iter().flat_map(|d| &d.controllers);
        let mut controllers: Vec<ServerId> = controllers.copied().collect();
        controllers.sort_unstable();
        controllers.dedup();
        let roomier = controllers
            .into_iter()
            .filter_map(|id| self.roomier(id, ServerRole::DomainController));
        roomier.fold(Remedy::new(text).and(slots), Remedy::set)
    }

    /// The server that was to pass the logon on, if its slots are limited.
    fn passes_on(&self) -> Option<ServerId> {
        let server = self.server().or(self.outcome.distribution_point)?;
        let limits = &self.world.identities.pass_through;
        limits.contains_key(&server).then_some(server)
    }
}

/// What declares an account that SMS makes by itself: a scenario that names the accounts
/// of a list has none but those.
fn declared(account: &Account) -> Option<String> {
    let own = account
        .name
        .ends_with(&format!("\\{CLIENT_CONNECTION_ACCOUNT}"));
    let made = own && account.state == AccountState::Ok;
    made.then(|| format!("account.{}.state=\"ok\"", key(&account.name)))
}

/// Whether a program that runs on this condition needs a user.
fn runs_for_users(condition: UserCondition) -> bool {
    condition == UserCondition::LoggedOn
}

/// Names as a list of a scenario, each once.
fn quoted<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut seen = BTreeSet::new();
    list(
        names.filter(|name| seen.insert(name.to_lowercase())),
        literal,
    )
}

/// An account in a state, or without a right, that keeps it from logging on.
fn state(account: &Account) -> Option<Remedy> {
    let name = &account.name;
    let what = match account.state {
        AccountState::Ok if !account.network_logon => {
            return Some(
                Remedy::new(format!(
                    "Give {name} the right \"Access this computer from the network\" on the server."
                ))
                .set(format!("account.{}.network_logon=true", key(name))),
            );
        }
        AccountState::Ok => return None,
        AccountState::Locked => "Unlock",
        AccountState::Disabled => "Enable",
        AccountState::Expired => "Extend the life of",
        AccountState::PasswordExpired => "Renew the password of",
        AccountState::WrongPassword => "Tell SMS the present password of",
        AccountState::Missing => "Create",
    };
    let text = format!("{what} {name}.");
    Some(Remedy::new(text).set(format!("account.{}.state=\"ok\"", key(name))))
}
