//! Accounts that cannot log on, that others have locked, or that are missing.

use super::arrival::As;
use super::handed_out::{
    CLIENT_CONNECTION, NETWORK_ACCESS, NO_ACCOUNT, SOFTWARE_INSTALLATION, WORKGROUP, in_order,
    may_log_on, quoted,
};
use super::{Actor, Case, Cause, FAULT, Remedy, Resource, Step, key};
use crate::world::{
    Account, AccountId, AccountState, Change, DomainId, DomainKind, Role, ServerId, ServerRole,
};

/// Users of a workgroup have their accounts on their own machine.
const OWN_USERS: &str =
    "a program with the rights of the user comes as the user, whatever accounts SMS hands out";
/// The clock is right again when the fault ends, and not before.
const CLOCK: &str =
    "the scenario sets a clock wrong by a [[fault]], and no other account could be presented";

impl Case<'_> {
    /// The account that was refused: on the network, or to run the program.
    pub(super) fn refused(&self) -> Actor {
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
        if self.profile().windows_9x && self.outcome.step == Step::Elevation {
            let text = "Let the program run without the Software Installation Account: on Windows 95, 98 and Me it runs as the logged-on user.";
            let unticked = self.of_program("software_installation_account", "false");
            return Remedy::new(text).set(unticked);
        }
        if actor == Actor::Nobody {
            let text = "Configure a Software Installation Account at the machine's site: a domain account that the machine trusts.";
            return self.another(text, SOFTWARE_INSTALLATION, NO_ACCOUNT);
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

    /// Whether the machine or server that was asked has the local account `id`: every
    /// machine but a controller has it, and so do the servers that the account names.
    fn is_held(&self, id: AccountId) -> bool {
        let account = &self.world.directory.accounts[id.index()];
        match self.outcome.step {
            Step::Elevation => self.profile().role != Role::DomainController,
            _ => self
                .server()
                .is_some_and(|server| account.servers.contains(&server)),
        }
    }

    /// A local account that the server does not have.
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
            let otherwise = if self.profile().windows_9x {
                "; on Windows 95, 98 and Me every program runs as the user"
            } else {
                ", or run the program with administrative rights: it then comes to the server with the account that SMS hands out"
            };
            let text = format!(
                "{asked} does not know {account}, and a workgroup trusts no domain and is trusted by none: put the files on a server that knows the users{otherwise}."
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
            let kind = self.kind();
            let is_bound = self.profile().role == Role::DomainController;
            let or = if is_bound && kind == SOFTWARE_INSTALLATION {
                "into the package"
            } else {
                "hand out an account that the server has with the same name and password (KB Q103390)"
            };
            let text = format!(
                "{asked} is a workgroup, which trusts no domain: put the files on a server of a domain that knows {account}, or {or}."
            );
            return Some(self.another(text, kind, WORKGROUP));
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
        let known = |target| {
            if self.server_of(target).domain == Some(here) {
                As::Known
            } else {
                As::Sound
            }
        };
        Some(self.admitted_as(trusted, actor, known))
    }

    /// For a program that runs as a user whom the server does not know: an account that
    /// SMS hands out is presented instead of the user, or after.
    fn not_as_user(&self, text: String) -> Remedy {
        let site = &self.world.sites[self.world.fleet.site_of(self.id).index()];
        let is_content = !matches!(self.outcome.resource, Resource::Share(_));
        let (kind, own) = if self.behaviour().facts().uses_network_access_account {
            (NETWORK_ACCESS, site.accounts.network_access)
        } else if is_content {
            // The Client Connection accounts are presented after the user.
            return self.another(text, CLIENT_CONNECTION, NO_ACCOUNT);
        } else if self.profile().windows_9x {
            return Remedy::new(text).or(OWN_USERS);
        } else {
            (SOFTWARE_INSTALLATION, site.accounts.software_installation)
        };
        let program = self.program();
        let rights = self.of_program("rights", "\"administrative\"");
        match own.filter(|id| self.would_do(*id, kind)) {
            Some(id) => {
                let remedy = Remedy::new(text).set(rights);
                let remedy = match kind {
                    SOFTWARE_INSTALLATION => {
                        self.runner_admitted(self.boxed(remedy), id, As::Sound)
                    }
                    _ => self.admitted(remedy, Actor::Account(id)),
                };
                self.as_administrator(remedy, program)
            }
            None => {
                let token = self.as_token(Remedy::new(text.clone()));
                if !token.settings.is_empty() && self.declared(Remedy::new(""), kind).is_none() {
                    return token;
                }
                let remedy = self.another(text, kind, OWN_USERS);
                if remedy.settings.is_empty() {
                    return remedy;
                }
                self.as_administrator(remedy.set(rights), program)
            }
        }
    }

    /// `remedy` with administrative rights where the token account then comes to all
    /// that the program reads.
    fn as_token(&self, remedy: Remedy) -> Remedy {
        let program = self.program();
        if !self.behaviour().facts().runs_under_domain_accounts || !self.reads_as_token(program) {
            return remedy;
        }
        let rights = self.of_program("rights", "\"administrative\"");
        self.shares_admit_it(remedy.set(rights), self.token())
    }

    /// An account that is known and cannot log on, because of its state or because of
    /// what the scenario does to it.
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
            let text = "Give the token accounts of controllers another name than those of workstations, as SMS 2003 does, or let a computer that is not a controller be distribution point and client access point (KB Q231399); until then find the machines that present the wrong password, which `explain` names.";
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

    /// The token account has no credentials that another machine accepts.
    pub(super) fn token_without_network(&self) -> Remedy {
        let text = "Configure a Software Installation Account that may read the share at the machine's site, and tick \"Use Software Installation Account\" for the program, which runs under that account then; or put the files into the package.";
        let remedy = self.boxed_instead(text);
        if remedy.settings.is_empty() {
            // As Guest, or without credentials.
            return self.shares_admit_it(remedy, Actor::LocalTokenAccount);
        }
        remedy
    }

    /// The Software Installation Account in place of a token account: that of the site, or
    /// another.
    fn boxed_instead(&self, text: &str) -> Remedy {
        let site = &self.world.sites[self.world.fleet.site_of(self.id).index()];
        match site.accounts.software_installation {
            Some(id) if self.would_do(id, SOFTWARE_INSTALLATION) => {
                self.runner_admitted(self.boxed(Remedy::new(text)), id, As::Sound)
            }
            _ => self.another(text, SOFTWARE_INSTALLATION, NO_ACCOUNT),
        }
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
        if self.refused() == Actor::LocalTokenAccount {
            let name = self.name(Actor::LocalTokenAccount);
            let text = format!(
                "Unlock {name} on the machine itself, and find out which machines present it with another password, as under the names of SMS 2.0 to a server that is a client too (KB Q231399); or install the Advanced Client, which does not use it."
            );
            let in_order = self.of_group("token_account", "\"ok\"");
            return Remedy::new(text).set(in_order);
        }
        let id = self.profile().domain;
        let name = self.domain(id);
        let text = format!(
            "Unlock {name}\\SMSCliToknAcct&, let SMS reset its password, and never change that by hand; or install the Advanced Client on domain controllers."
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

    /// A Kerberos ticket that is refused because clocks differ. Accounts that are
    /// presented with a password need no ticket.
    pub(super) fn clock_skew(&self) -> Remedy {
        if self.outcome.network == Actor::LoggedOnUser {
            let text = "Set the clocks of the machine, the server and the domain controller right and let Windows Time keep them: a user comes with a Kerberos ticket, and has no other way.";
            return Remedy::new(text).or(CLOCK);
        }
        let remedy = match self.outcome.network {
            Actor::DomainTokenAccount(_) => self.boxed_instead(
                "Set the clocks right and let Windows Time keep them; the Software Installation Account comes by NTLM, which looks at no clock.",
            ),
            _ => self.another(self.cause().remedy(), NETWORK_ACCESS, NO_ACCOUNT),
        };
        if remedy.settings.is_empty() {
            return self.general().or(CLOCK);
        }
        remedy
    }

    /// The account that ran the program was not an administrator of the machine.
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

/// An account in a state, or without a right, that keeps it from logging on.
fn state(account: &Account) -> Option<Remedy> {
    let name = &account.name;
    let what = match account.state {
        AccountState::Ok if !account.network_logon => {
            return Some(
                Remedy::new(format!(
                    "Give {name} the right \"Access this computer from the network\" on the server."
                ))
                .set(may_log_on(account)),
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
    let remedy = Remedy::new(text).set(in_order(account));
    let logon = (!account.network_logon).then(|| may_log_on(account));
    Some(remedy.and(logon))
}
