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
        | Cause::DomainNotTrusted => case.unusable(),
        Cause::ContentAccessDenied
        | Cause::NetworkAccessAccountDenied
        | Cause::InstallationAccountDenied
        | Cause::TokenAccountDenied
        | Cause::UserDenied
        | Cause::ComputerAccountDenied => case.denied(),
        Cause::TokenAccountNoNetwork => Some(case.token_without_network()),
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

    fn name(&self, actor: Actor) -> String {
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
            Actor::ComputerAccount | Actor::LocalSystem | Actor::LoggedOnUser => {
                Some(self.profile.domain)
            }
            _ => None,
        }
    }

    /// An account that could not log on: unknown, not trusted, or in a state in
    /// which it cannot.
    fn unusable(&self) -> Option<Remedy> {
        let actor = self.refused();
        if actor == Actor::Nobody {
            return Some(Remedy::new(
                "Configure a Software Installation Account at the machine's site: a domain account that the machine trusts.",
            ));
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
            return Some(Remedy::new(format!(
                "Take the entries that mean {account} out of the list of those who may not read {what}, or let another account reach it, and see that {entry} may read it."
            )));
        }
        let mut names: Vec<String> = list.allow.iter().map(|t| self.trustee(*t)).collect();
        names.push(entry.clone());
        let names = names
            .iter()
            .map(|name| format!("'{name}'"))
            .collect::<Vec<_>>()
            .join(", ");
        let files = match self.outcome.resource {
            Resource::Share(_) => ", or put the files into the package",
            _ => "",
        };
        let text =
            format!("Let {entry} read {what}, as whom the machine comes with {account}{files}.");
        Some(Remedy::new(text).set(format!("{path}.access=[{names}]")))
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
            Actor::LoggedOnUser => format!("{own}\\Domain Users"),
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
        let boxed = Remedy::new(text).set(self.of_program("software_installation_account", "true"));
        if self.program.user_condition == UserCondition::LoggedOn {
            let runs = "\"whether or not a user is logged on\"";
            return boxed.set(self.of_program("runs", runs));
        }
        boxed
    }

    fn protected(&self) -> Remedy {
        Remedy::new(match self.profile.client {
            ClientKind::Legacy => {
                "Add a distribution point that is not protected to the package, or install the Advanced Client: Legacy Clients never learn of protected points."
            }
            ClientKind::Advanced => {
                "Extend the boundary of a protected distribution point to the machine's site, or add one that is not protected to the package."
            }
        })
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
        Remedy::new(text)
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
