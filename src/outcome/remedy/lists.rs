//! Access lists that do not admit an account: which entry would.

use super::{Actor, Case, FAULT, Remedy, Resource, key, list, literal};
use crate::world::{AccessList, AccountId, Change, DomainId, Role, Trustee};

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

    /// `remedy` with the access list that was asked as it must be for the account `id`,
    /// which logs on there as itself.
    pub(super) fn admitted(&self, remedy: Remedy, id: AccountId) -> Remedy {
        let Some((list, path, _)) = self.list() else {
            return remedy;
        };
        let means = |entries: &[Trustee]| entries.iter().any(|entry| self.means(*entry, id));
        let name = &self.world.directory.accounts[id.index()].name;
        let open = means(&list.deny).then(|| format!("{path}.deny=[]"));
        let named = if means(&list.allow) {
            None
        } else {
            self.admits(list, &path, name)
        };
        remedy.and(open).and(named)
    }

    /// Whether an entry of the access list that was asked means the account `id`.
    fn means(&self, entry: Trustee, id: AccountId) -> bool {
        let directory = &self.world.directory;
        let account = &directory.accounts[id.index()];
        let is_user_of = |domain| account.domain == Some(domain);
        let server = self.server().or(self.outcome.distribution_point);
        let here = server.and_then(|id| self.world.servers[id.index()].domain);
        match entry {
            Trustee::Everyone | Trustee::AuthenticatedUsers | Trustee::Users => true,
            Trustee::Administrators => account.domain_admin && here == account.domain,
            Trustee::DomainUsers(domain) => is_user_of(domain),
            Trustee::DomainAdmins(domain) => account.domain_admin && is_user_of(domain),
            Trustee::Group(group) => {
                let members = &directory.groups[group.index()].members;
                members.iter().any(|at| {
                    let group = &directory.groups[at.index()];
                    account.groups.contains(at) || group.users && is_user_of(group.domain)
                })
            }
            Trustee::Account(of) => of == id,
            Trustee::Guests
            | Trustee::Anonymous
            | Trustee::DomainComputers(_)
            | Trustee::DomainControllers(_)
            | Trustee::Computer(_) => false,
        }
    }

    /// The access list that was asked, its path in the scenario, and what it
    /// guards.
    pub(super) fn list(&self) -> Option<(&AccessList, String, String)> {
        match self.outcome.resource {
            Resource::Share(share) => {
                let share = &self.world.shares[share.index()];
                let path = format!("share.{}", key(&share.name));
                Some((&share.access, path, format!("the share {}", share.path)))
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
