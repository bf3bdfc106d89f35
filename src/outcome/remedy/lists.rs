//! Access lists that do not admit an account: which entry would.

use super::{Actor, Case, FAULT, Remedy, Resource, Step, key, list, literal};
use crate::world::{
    AccessList, Change, ClientKind, DomainId, GroupId, Program, Rights, Role, ServerId, Share,
    Trustee,
};

/// An access list, its path in the scenario, and the server on which it stands.
type List<'a> = (&'a AccessList, String, Option<ServerId>);

impl Case<'_> {
    /// An account that logged on and was not admitted by the access list.
    pub(super) fn denied(&self) -> Remedy {
        let actor = self.outcome.network;
        let (Some((list, path, what)), Some(entry)) = (self.list(), self.entry(actor)) else {
            return self
                .general()
                .or("no account was presented that an access list could name");
        };
        let account = self.name(actor);
        let files = match self.outcome.resource {
            Resource::Share(_) => ", or put the files into the package",
            _ => "",
        };
        let means = if entry == account {
            format!("Let {account} read {what}{files}.")
        } else {
            format!("Let {entry} read {what}{files}: the machine comes as {account}.")
        };
        if self.is_replaced() {
            return Remedy::new(means).or(FAULT);
        }
        if list.deny.is_empty() {
            return Remedy::new(means).and(self.admits(list, &path, &entry));
        }
        let text = format!(
            "Take the entries that mean {account} out of the list of those who may not read {what}, which win over all others, or let another account reach it; and see that {entry} may read it."
        );
        Remedy::new(text)
            .set(format!("{path}.deny=[]"))
            .and(self.admits(list, &path, &entry))
    }

    /// Whether a fault puts another access list in the place of this one.
    fn is_replaced(&self) -> bool {
        let package = self.program().package;
        let replaces = |change: &Change| match (self.outcome.resource, change) {
            (Resource::Share(share), Change::ShareAccess(of, _)) => share == *of,
            (Resource::Server(_), Change::PackageAccess(of, _)) => package == *of,
            _ => false,
        };
        self.world
            .changes
            .iter()
            .any(|timed| replaces(&timed.change))
    }

    /// The access list with one entry more; `None` if it has the entry already.
    fn admits(&self, known: &AccessList, path: &str, entry: &str) -> Option<String> {
        let mut names: Vec<String> = known.allow.iter().map(|t| self.trustee(*t)).collect();
        if names.iter().any(|name| name.eq_ignore_ascii_case(entry)) {
            return None;
        }
        names.push(entry.to_owned());
        let names = list(names.iter().map(String::as_str), literal);
        Some(format!("{path}.access={names}"))
    }

    /// `remedy` with the access lists that `actor` will meet as they must be for it,
    /// once it can log on.
    pub(super) fn admitted(&self, remedy: Remedy, actor: Actor) -> Remedy {
        self.admitted_to(remedy, self.lists_ahead(actor), actor)
    }

    /// `remedy` with the shares that `program` reads as they must be for the account
    /// with which it comes when it runs with administrative rights.
    pub(super) fn shares_admit(&self, remedy: Remedy, program: &Program) -> Remedy {
        match self.handed_out_for_shares(program) {
            Some(actor) => self.admitted_to(remedy, self.shares_of(program), actor),
            None => remedy,
        }
    }

    /// `remedy` with the shares that the program reads as they must be for `actor`.
    pub(super) fn shares_admit_it(&self, remedy: Remedy, actor: Actor) -> Remedy {
        self.admitted_to(remedy, self.shares_of(self.program()), actor)
    }

    /// The account of SMS with which `program` comes to shares if it runs with
    /// administrative rights.
    fn handed_out_for_shares(&self, program: &Program) -> Option<Actor> {
        let site = &self.world.sites[self.world.fleet.site_of(self.id).index()];
        let boxed = program.software_installation_account;
        let account = match self.profile().client {
            ClientKind::Advanced => site.accounts.network_access,
            ClientKind::Legacy => site.accounts.software_installation.filter(|_| boxed),
        };
        account.map(Actor::Account)
    }

    fn admitted_to(&self, remedy: Remedy, lists: Vec<List<'_>>, actor: Actor) -> Remedy {
        lists
            .into_iter()
            .fold(remedy, |remedy, (list, path, server)| {
                let means = |entries: &[Trustee]| {
                    entries
                        .iter()
                        .any(|entry| self.means(*entry, actor, server))
                };
                let open = means(&list.deny).then(|| format!("{path}.deny=[]"));
                let entry = self.entry(actor).filter(|_| !means(&list.allow));
                let named = entry.and_then(|entry| self.admits(list, &path, &entry));
                remedy.and(open).and(named)
            })
    }

    /// The access lists of the shares that `program` reads.
    fn shares_of(&self, program: &Program) -> Vec<List<'_>> {
        let shares = program.shares.iter();
        let shares = shares.map(|used| &self.world.shares[used.share.index()]);
        shares
            .map(|share| (&share.access, path_of(share), Some(share.server)))
            .collect()
    }

    /// The access lists that `actor` meets after its logon: that of what it was to
    /// reach, and of a package's program those of the shares to which it comes as well.
    fn lists_ahead(&self, actor: Actor) -> Vec<List<'_>> {
        let program = self.program();
        let asked = || {
            let server = self.server().or(self.outcome.distribution_point);
            let asked = self.list();
            asked.map(|(list, path, _)| (list, path, server))
        };
        let shares = || {
            let is_same = match actor {
                Actor::LoggedOnUser => program.rights == Rights::User,
                _ => self.handed_out_for_shares(program) == Some(actor),
            };
            let shares = self.shares_of(program);
            if is_same { shares } else { Vec::new() }
        };
        match (self.outcome.step, self.outcome.resource) {
            (Step::Policy, _) => Vec::new(),
            (Step::Elevation, _) => self.shares_of(program),
            (_, Resource::Share(_)) => asked().into_iter().collect(),
            _ => asked().into_iter().chain(shares()).collect(),
        }
    }

    /// Whether an entry of an access list on `server` means `actor`, which logs on
    /// there as itself.
    fn means(&self, entry: Trustee, actor: Actor, server: Option<ServerId>) -> bool {
        let directory = &self.world.directory;
        let profile = self.profile();
        let (user_of, groups): (Option<DomainId>, &[GroupId]) = match actor {
            Actor::Account(id) => {
                let account = &directory.accounts[id.index()];
                (account.domain, &account.groups)
            }
            Actor::LoggedOnUser => (Some(profile.user_domain), &profile.user_groups),
            Actor::DomainTokenAccount(domain) => (Some(domain), &[]),
            _ => (None, &[]),
        };
        let is_computer = matches!(actor, Actor::ComputerAccount | Actor::LocalSystem);
        let own = is_computer.then_some(profile.domain);
        let controller = matches!(profile.role, Role::DomainController);
        let admin_of = self.account(actor).filter(|account| account.domain_admin);
        let admin_of = admin_of.and_then(|account| account.domain);
        let here = server.and_then(|id| self.world.servers[id.index()].domain);
        match entry {
            Trustee::Everyone | Trustee::AuthenticatedUsers | Trustee::Users => true,
            Trustee::Administrators => admin_of.is_some() && admin_of == here,
            Trustee::DomainUsers(domain) => user_of == Some(domain),
            Trustee::DomainComputers(domain) => own == Some(domain) && !controller,
            Trustee::DomainControllers(domain) => own == Some(domain) && controller,
            Trustee::DomainAdmins(domain) => admin_of == Some(domain),
            Trustee::Group(group) => {
                let members = &directory.groups[group.index()].members;
                members.iter().any(|at| {
                    let group = &directory.groups[at.index()];
                    groups.contains(at)
                        || group.users && user_of == Some(group.domain)
                        || group.computers && own == Some(group.domain) && !controller
                })
            }
            Trustee::Account(id) => actor == Actor::Account(id),
            Trustee::Computer(at) => {
                is_computer && directory.computers[at as usize].machine == Some(self.id)
            }
            Trustee::Guests | Trustee::Anonymous => false,
        }
    }

    /// The access list that was asked, its path in the scenario, and what it
    /// guards.
    pub(super) fn list(&self) -> Option<(&AccessList, String, String)> {
        match self.outcome.resource {
            Resource::Share(share) => {
                let share = &self.world.shares[share.index()];
                Some((
                    &share.access,
                    path_of(share),
                    format!("the share {}", share.path),
                ))
            }
            Resource::Server(_) => {
                let package = &self.world.packages[self.program().package.index()];
                let path = format!("package.{}", key(&package.id));
                Some((&package.access, path, format!("the package {}", package.id)))
            }
            _ => None,
        }
    }

    /// The entry of an access list by which an account would be admitted.
    fn entry(&self, actor: Actor) -> Option<String> {
        let own = self.domain(self.profile().domain);
        Some(match actor {
            Actor::ComputerAccount | Actor::LocalSystem => match self.profile().role {
                Role::DomainController => format!("{own}\\Domain Controllers"),
                Role::Workstation | Role::MemberServer => format!("{own}\\Domain Computers"),
            },
            Actor::LoggedOnUser => match self.profile().user_groups.first() {
                Some(group) => self.world.directory.groups[group.index()].name.clone(),
                None => format!("{}\\Domain Users", self.domain(self.profile().user_domain)),
            },
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
}

/// The path of a share in the scenario.
fn path_of(share: &Share) -> String {
    format!("share.{}", key(&share.name))
}
