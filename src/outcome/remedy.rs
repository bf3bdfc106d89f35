//! What would help one machine: a function of the cause, of the account that was
//! refused and why, of what it was to reach, and of the client.
//!
//! [`Cause::remedy`] speaks of a cause in general. Here the accounts, domains and
//! shares are those of the record, and where an edit of the scenario would do, it
//! is given as `--set` takes it.

use super::{Actor, Cause, Outcome, Resource, Step};
use crate::world::{
    AccessList, Account, AccountState, ClientKind, DomainId, DomainKind, Profile, Program, Role,
    ServerId, Trustee, UserCondition, World,
};

/// What would help.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Remedy {
    /// What to do, in sentences.
    pub text: String,
    /// The same as values for `--set`, to be used together; empty if no edit of
    /// the scenario does it.
    pub settings: Vec<String>,
}

impl Remedy {
    fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            settings: Vec::new(),
        }
    }

    fn set(mut self, setting: String) -> Self {
        self.settings.push(setting);
        self
    }

    /// The settings as options of the command line, quoted for a shell.
    pub fn options(&self) -> String {
        let options = self.settings.iter().map(|setting| option(setting));
        options.collect::<Vec<_>>().join(" ")
    }
}

/// A setting as an option of the command line, quoted for a shell.
pub(crate) fn option(setting: &str) -> String {
    format!("--set '{}'", setting.replace('\'', "'\\''"))
}

/// A record and what it is about.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The scenario.
    pub world: &'a World,
    /// What the machine has in common with others.
    pub profile: &'a Profile,
    /// Its name.
    pub machine: &'a str,
    /// The program that was to run.
    pub program: &'a Program,
    /// The record.
    pub outcome: &'a Outcome,
}

/// What would help in this case.
pub fn remedy(case: Case) -> Remedy {
    let special = match case.outcome.cause {
        Cause::NetworkAccessAccountUnusable
        | Cause::ConnectionAccountUnusable
        | Cause::InstallationAccountUnusable
        | Cause::AccountUnknown
        | Cause::DomainNotTrusted => case.unusable(),
        Cause::ContentAccessDenied
        | Cause::NetworkAccessAccountDenied
        | Cause::ConnectionAccountDenied
        | Cause::InstallationAccountDenied
        | Cause::TokenAccountDenied
        | Cause::UserDenied
        | Cause::ComputerAccountDenied => case.denied(),
        Cause::TokenAccountNoNetwork => Some(case.token_without_network()),
        Cause::NoNetworkAccessAccount => Some(case.without_network_account()),
        Cause::NoConnectionAccount => Some(case.without_connection_account()),
        Cause::TokenAccountUnusable => Some(case.token_unusable()),
        Cause::CredentialConflict => Some(case.conflict()),
        Cause::PerUserIntoService | Cause::PerUserMsiFailed => Some(case.per_user()),
        Cause::UserNotAdministrator | Cause::MsiFailed => Some(case.no_administrator()),
        Cause::PlatformUnsupported => Some(case.platform()),
        Cause::OnlyRemotePoint => Some(case.remote()),
        Cause::NoPointHasContent => Some(case.no_point()),
        Cause::CacheTooSmall | Cause::CacheFull => Some(case.cache()),
        Cause::UserPresent => Some(case.user_present()),
        Cause::PointProtected => Some(case.protected()),
        Cause::NoUser => Some(case.no_user()),
        Cause::ElevationFailed => Some(case.not_elevated()),
        Cause::ClockSkew if case.outcome.network == Actor::LoggedOnUser => Some(Remedy::new(
            "Set the clocks of the machine, the server and the domain controller right and let Windows Time keep them: a user comes with a Kerberos ticket, and has no other way.",
        )),
        _ => None,
    };
    special.unwrap_or_else(|| Remedy::new(case.outcome.cause.remedy()))
}

impl Case<'_> {
    fn domain(&self, id: DomainId) -> &str {
        &self.world.directory.domains[id.index()].name
    }

    /// The name of an account, as the machine uses it.
    pub(super) fn name(&self, actor: Actor) -> String {
        let mut name = String::new();
        actor.write_name(self.world, self.profile, self.machine, &mut name);
        name
    }

    /// The server that refused, if one did.
    fn server(&self) -> Option<ServerId> {
        match self.outcome.resource {
            Resource::Server(server) => Some(server),
            Resource::Share(share) => Some(self.world.shares[share.index()].server),
            _ => None,
        }
    }

    /// The account that was refused: on the network, or to run the program.
    fn refused(&self) -> Actor {
        match self.outcome.step {
            Step::Elevation => self.outcome.executing,
            _ => self.outcome.network,
        }
    }

    /// The domain that was to validate the account: the server's, or the machine's
    /// own.
    fn asked(&self) -> Option<DomainId> {
        match self.outcome.step {
            Step::Elevation => Some(self.profile.domain),
            _ => self.world.servers[self.server()?.index()].domain,
        }
    }

    fn account(&self, actor: Actor) -> Option<&Account> {
        match actor {
            Actor::Account(id) => Some(&self.world.directory.accounts[id.index()]),
            _ => None,
        }
    }

    fn domain_of(&self, actor: Actor) -> Option<DomainId> {
        match actor {
            Actor::Account(_) => self.account(actor)?.domain,
            Actor::DomainTokenAccount(domain) => Some(domain),
            Actor::ComputerAccount | Actor::LocalSystem => Some(self.profile.domain),
            Actor::LoggedOnUser => Some(self.profile.user_domain),
            _ => None,
        }
    }

    /// An account that could not log on: unknown, not trusted, or in a state in
    /// which it cannot.
    fn unusable(&self) -> Option<Remedy> {
        let actor = self.refused();
        if actor == Actor::Nobody {
            let text = "Configure a Software Installation Account at the machine's site: a domain account that the machine trusts.";
            return Some(self.with_account(Remedy::new(text), "software_installation"));
        }
        if self.profile.windows_9x && self.outcome.step == Step::Elevation {
            let text = "Let the program run without the Software Installation Account: on Windows 95, 98 and Me it runs as the logged-on user.";
            return Some(
                Remedy::new(text).set(self.of_program("software_installation_account", "false")),
            );
        }
        let Some(theirs) = self.domain_of(actor) else {
            return Some(Remedy::new(format!(
                "Configure an account of a domain that the server trusts in place of {}, which only the machine that holds it knows.",
                self.name(actor)
            )));
        };
        if let Some(here) = self.asked()
            && let Some(missing) = self.missing_trust(here, theirs, actor)
        {
            return Some(missing);
        }
        self.account(actor).and_then(state)
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
        if workgroup(here) || workgroup(theirs) {
            let one = if workgroup(here) { asked } else { of };
            return Some(Remedy::new(format!(
                "{one} is a workgroup, which trusts no domain and is trusted by none: put the files on a server of a domain that knows {account}, or use an account of the server's own domain."
            )));
        }
        let mut trusts: Vec<&str> = domains[here.index()]
            .trusts
            .iter()
            .map(|id| self.domain(*id))
            .collect();
        trusts.push(of);
        let list = trusts
            .iter()
            .map(|name| format!("{name:?}"))
            .collect::<Vec<_>>()
            .join(", ");
        let text = format!(
            "{asked} does not trust {of}, so that {account} is not known there: let {asked} trust {of}, or use an account of {asked}."
        );
        Some(Remedy::new(text).set(format!("domain.{}.trusts=[{list}]", key(asked))))
    }

    /// An account that logged on and was not admitted by the access list.
    fn denied(&self) -> Option<Remedy> {
        let actor = self.outcome.network;
        let (list, path, what) = self.list()?;
        let entry = self.entry(actor)?;
        let account = self.name(actor);
        if !list.deny.is_empty() {
            let text = format!(
                "Take the entries that mean {account} out of the list of those who may not read {what}, which win over all others, or let another account reach it; and see that {entry} may read it."
            );
            return Some(
                Remedy::new(text)
                    .set(format!("{path}.deny=[]"))
                    .set(self.admits(list, &path, &entry)),
            );
        }
        let files = match self.outcome.resource {
            Resource::Share(_) => ", or put the files into the package",
            _ => "",
        };
        let text =
            format!("Let {entry} read {what}, as whom the machine comes with {account}{files}.");
        Some(Remedy::new(text).set(self.admits(list, &path, &entry)))
    }

    /// The access list with one entry more.
    fn admits(&self, list: &AccessList, path: &str, entry: &str) -> String {
        let mut names: Vec<String> = list.allow.iter().map(|t| self.trustee(*t)).collect();
        names.push(entry.to_owned());
        let names = names
            .iter()
            .map(|name| format!("'{name}'"))
            .collect::<Vec<_>>()
            .join(", ");
        format!("{path}.access=[{names}]")
    }

    /// The access list that was asked, its path in the scenario, and what it
    /// guards.
    fn list(&self) -> Option<(&AccessList, String, String)> {
        match self.outcome.resource {
            Resource::Share(share) => {
                let share = &self.world.shares[share.index()];
                let path = format!("share.{}", key(&share.name));
                Some((&share.access, path, format!("the share {}", share.path)))
            }
            Resource::Server(_) => {
                let package = &self.world.packages[self.program.package.index()];
                let path = format!("package.{}", key(&package.id));
                Some((&package.access, path, format!("the package {}", package.id)))
            }
            _ => None,
        }
    }

    /// The entry of an access list by which an account would be admitted.
    fn entry(&self, actor: Actor) -> Option<String> {
        let own = self.domain(self.profile.domain);
        Some(match actor {
            Actor::ComputerAccount | Actor::LocalSystem => match self.profile.role {
                Role::DomainController => format!("{own}\\Domain Controllers"),
                Role::Workstation | Role::MemberServer => format!("{own}\\Domain Computers"),
            },
            Actor::LoggedOnUser => {
                format!("{}\\Domain Users", self.domain(self.profile.user_domain))
            }
            Actor::DomainTokenAccount(domain) => format!("{}\\Domain Users", self.domain(domain)),
            Actor::Account(_) => self.account(actor)?.name.clone(),
            Actor::Guest => "Guests".to_owned(),
            Actor::NullSession => "Anonymous".to_owned(),
            Actor::LocalTokenAccount | Actor::Nobody => return None,
        })
    }

    fn trustee(&self, trustee: Trustee) -> String {
        let directory = &self.world.directory;
        let of = |id: DomainId, group: &str| format!("{}\\{group}", self.domain(id));
        match trustee {
            Trustee::Everyone => "Everyone".to_owned(),
            Trustee::AuthenticatedUsers => "Authenticated Users".to_owned(),
            Trustee::Anonymous => "Anonymous".to_owned(),
            Trustee::Guests => "Guests".to_owned(),
            Trustee::Users => "Users".to_owned(),
            Trustee::Administrators => "Administrators".to_owned(),
            Trustee::DomainUsers(id) => of(id, "Domain Users"),
            Trustee::DomainComputers(id) => of(id, "Domain Computers"),
            Trustee::DomainControllers(id) => of(id, "Domain Controllers"),
            Trustee::DomainAdmins(id) => of(id, "Domain Admins"),
            Trustee::Group(id) => directory.groups[id.index()].name.clone(),
            Trustee::Account(id) => directory.accounts[id.index()].name.clone(),
            Trustee::Computer(at) => directory.computers[at as usize].name.clone(),
        }
    }

    fn of_program(&self, property: &str, value: &str) -> String {
        format!("program.{}.{property}={value}", key(&self.program.id))
    }

    /// The token account has nothing to show outside its machine.
    fn token_without_network(&self) -> Remedy {
        let text = "Configure a Software Installation Account that may read the share at the machine's site, and tick \"Use Software Installation Account\" for the program, which runs under that account then; or put the files into the package.";
        let sites = &self.world.sites;
        let configured = sites
            .iter()
            .any(|site| site.accounts.software_installation.is_some());
        let remedy = if configured {
            Remedy::new(text)
        } else {
            self.with_account(Remedy::new(text), "software_installation")
        };
        let boxed = remedy.set(self.of_program("software_installation_account", "true"));
        if self.program.user_condition == UserCondition::LoggedOn {
            let runs = "\"whether or not a user is logged on\"";
            return boxed.set(self.of_program("runs", runs));
        }
        boxed
    }

    /// Where the fleet group of the machine is written.
    fn group(&self) -> String {
        match self.profile.group.as_str() {
            "inventory" => "inventory.defaults".to_owned(),
            name => format!("fleet.{}", key(name)),
        }
    }

    fn of_advertisement(&self, property: &str, value: &str) -> Option<String> {
        let mut all = self.world.advertisements.iter();
        let found = all.find(|a| self.world.programs[a.program.index()].id == self.program.id)?;
        Some(format!(
            "advertisement.{}.{property}={value}",
            key(&found.id)
        ))
    }

    /// Hands an account of the domain that is asked out as `kind`, if the scenario
    /// has one that can log on, and admits it to what was to be reached.
    fn with_account(&self, remedy: Remedy, kind: &str) -> Remedy {
        let domain = self.asked().unwrap_or(self.profile.domain);
        let is_list = kind == "client_connection";
        let mut accounts = self.world.directory.accounts.iter();
        let found = accounts.find(|account| {
            account.domain == Some(domain)
                && account.state == AccountState::Ok
                && account.network_logon
                && (is_list || !account.name.contains("\\SMSClient_"))
        });
        let Some(Account { name, .. }) = found else {
            return remedy;
        };
        let value = if is_list {
            format!("['{name}']")
        } else {
            format!("'{name}'")
        };
        let remedy = remedy.set(format!("accounts.{kind}={value}"));
        match self.list() {
            Some((list, path, _)) => remedy.set(self.admits(list, &path, name)),
            None => remedy,
        }
    }

    fn without_network_account(&self) -> Remedy {
        let text = match self.outcome.resource {
            Resource::Share(_) => {
                "Configure a Network Access Account at the machine's site that the server knows and the share admits, or put the files into the package."
            }
            _ => {
                "Configure a Network Access Account at the machine's site that the distribution point knows: outside Active Directory the machine itself has nothing to present."
            }
        };
        self.with_account(Remedy::new(text), "network_access")
    }

    fn without_connection_account(&self) -> Remedy {
        let text =
            "Configure a Client Connection account at the site that the distribution point knows.";
        self.with_account(Remedy::new(text), "client_connection")
    }

    fn token_unusable(&self) -> Remedy {
        let domain = self.domain(self.profile.domain);
        let text = format!(
            "Unlock {domain}\\SMSCliToknAcct&, let SMS set its password anew, and never change that by hand; or install the Advanced Client on domain controllers."
        );
        Remedy::new(text).set(format!("domain.{}.token_account=\"ok\"", key(domain)))
    }

    /// Two accounts of one logon session at one server.
    fn conflict(&self) -> Remedy {
        if self.profile.mapped_drives.is_empty() {
            let text = "Download the content before the program runs, put the share on another server than the distribution point, or let one account read both.";
            return with(
                Remedy::new(text),
                self.of_advertisement("on_local", "\"download\""),
            );
        }
        let text = "Have the user disconnect the drive that is mapped to this server, or let the user's own account read what is there: one logon session comes to a server as one account.";
        Remedy::new(text).set(format!("{}.mapped_drives=[]", self.group()))
    }

    /// A package that went, or was to go, into one profile.
    fn per_user(&self) -> Remedy {
        let line = &self.program.command_line;
        let upper = line.to_ascii_uppercase();
        let text = "Install per computer: put ALLUSERS=2 on the command line, and run the program with administrative rights.";
        let forced = if let Some(at) = upper.find("ALLUSERS=") {
            let end = upper[at..].find(' ').map_or(line.len(), |blank| at + blank);
            let line = format!("{}ALLUSERS=2{}", &line[..at], &line[end..]);
            self.of_program("command_line", &format!("'{line}'"))
        } else {
            self.of_program("msi.allusers", "2")
        };
        let remedy = Remedy::new(text).set(forced);
        if self.outcome.executing == Actor::LoggedOnUser {
            return remedy.set(self.of_program("rights", "\"administrative\""));
        }
        remedy
    }

    /// The user who runs the program is no administrator.
    fn no_administrator(&self) -> Remedy {
        let account = match self.profile.client {
            ClientKind::Advanced => "Local System",
            ClientKind::Legacy => "the token account",
        };
        let text = format!(
            "Run the program with administrative rights: it runs as {account} then, which shares have to admit and into whose profile a per-user installation goes."
        );
        Remedy::new(text).set(self.of_program("rights", "\"administrative\""))
    }

    fn platform(&self) -> Remedy {
        let name = |id: usize| self.world.platforms[id].as_str();
        let own = name(self.profile.platform.index());
        let known = self.program.platforms.iter().map(|id| name(id.index()));
        let names = known.chain([own]).map(|name| format!("\"{name}\""));
        let list = names.collect::<Vec<_>>().join(", ");
        let text = format!(
            "Add {own} to the platforms of the program, or leave such machines out of the collection."
        );
        Remedy::new(text).set(self.of_program("platforms", &format!("[{list}]")))
    }

    fn remote(&self) -> Remedy {
        let text = "Let the advertisement download from a remote distribution point, or add a local one to the package.";
        with(
            Remedy::new(text),
            self.of_advertisement("on_remote", "\"download\""),
        )
    }

    fn no_point(&self) -> Remedy {
        let package = &self.world.packages[self.program.package.index()].id;
        let text = "Add a distribution point near the machine to the package.";
        Remedy::new(text).set(format!(
            "package.{}.distribution_points=[\"*\"]",
            key(package)
        ))
    }

    fn cache(&self) -> Remedy {
        let size = self.world.packages[self.program.package.index()].size.0;
        let enough = (size / 1_000_000 + 1) * 2;
        let text = "Enlarge the cache, or run the program from the distribution point; the disk is not asked.";
        Remedy::new(text).set(format!("{}.cache=\"{enough} MB\"", self.group()))
    }

    fn user_present(&self) -> Remedy {
        let text = "Let the program run whether or not a user is logged on, or have users log off.";
        let runs = "\"whether or not a user is logged on\"";
        Remedy::new(text).set(self.of_program("runs", runs))
    }

    fn protected(&self) -> Remedy {
        let package = &self.world.packages[self.program.package.index()];
        let points = package.distribution_points.iter();
        let opened = points.map(|id| {
            let name = &self.world.servers[id.index()].name;
            format!("server.{}.protected=false", key(name))
        });
        let text = match self.profile.client {
            ClientKind::Legacy => {
                "Add a distribution point that is not protected to the package, or install the Advanced Client: Legacy Clients never learn of protected points."
            }
            ClientKind::Advanced => {
                "Extend the boundary of a protected distribution point to the machine's site, or add one that is not protected to the package."
            }
        };
        opened.fold(Remedy::new(text), Remedy::set)
    }

    fn no_user(&self) -> Remedy {
        let account = match self.profile.client {
            ClientKind::Advanced => "Local System, with the Network Access Account on shares",
            ClientKind::Legacy => "the token account, or the Software Installation Account",
        };
        let text = format!(
            "Have a user log on, or let the program run whether or not a user is logged on. It then runs with administrative rights, as {account}: shares must admit that account, and a per-user installation goes into its profile."
        );
        Remedy::new(text)
            .set(self.of_program("runs", "\"whether or not a user is logged on\""))
            .set(self.of_program("rights", "\"administrative\""))
    }

    fn not_elevated(&self) -> Remedy {
        let account = self.name(self.outcome.executing);
        let text = format!(
            "List {account} among the members of the local Administrators group where Restricted Groups of Group Policy name them (KB Q295771); on a backup domain controller, make it administrator at the primary one (KB Q242011)."
        );
        let domain = self.domain(self.profile.domain);
        match self.outcome.executing {
            Actor::Account(id) if self.outcome.code == Some(2226) => {
                let name = &self.world.directory.accounts[id.index()].name;
                Remedy::new(text).set(format!("account.{}.domain_admin=true", key(name)))
            }
            _ => Remedy::new(text).set(format!("domain.{}.restricted_groups=false", key(domain))),
        }
    }
}

/// `remedy` with a setting, if there is one.
fn with(remedy: Remedy, setting: Option<String>) -> Remedy {
    match setting {
        Some(setting) => remedy.set(setting),
        None => remedy,
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

/// A key of a `--set` path, quoted where it must be.
fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !name.is_empty() && name.chars().all(bare) {
        name.to_owned()
    } else {
        format!("'{name}'")
    }
}
