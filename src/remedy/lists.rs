//! Access lists that do not admit an account, and the entry that would.

use super::arrival::{As, Seen, shares_of};
use super::{Actor, Case, FAULT, Remedy, Resource, Step, list, literal};
use crate::access::Target;
use crate::outcome::DOMAIN_TOKEN_ACCOUNT;
use crate::world::{Change, DomainId, Program, Rights, Role, Trustee};

impl Case<'_> {
    /// An account that logged on and was not admitted by the access list.
    pub(super) fn denied(&self) -> Remedy {
        let actor = self.outcome.network;
        let replaced = self.is_replaced();
        let seen = self.target().and_then(|target| {
            let seen = self.seen(actor, target, As::Declared);
            let is_admitted = |seen: &Seen| seen.is_allowed && !seen.is_denied && !replaced;
            // A fault has taken the account away, or there is no account.
            let guest = || self.seen_as_guest(target);
            let seen = seen.filter(|seen| !is_admitted(seen)).or_else(guest)?;
            Some((target, self.entry(seen.session)?, seen))
        });
        let Some((target, entry, seen)) = seen else {
            return self
                .general()
                .or("no account was presented that an access list could name");
        };
        let account = self.name(actor);
        let what = self.words_for(target);
        let files = match target {
            Target::Share(_) => ", or put the files into the package",
            Target::Package(..) => "",
        };
        let means = match seen.session {
            Actor::Guest => format!(
                "Let {entry} read {what}{files}: the server does not know {account} and takes it for Guest."
            ),
            Actor::NullSession => {
                format!("Let {entry} read {what}{files}: {account} comes without credentials.")
            }
            _ if entry == account => format!("Let {account} read {what}{files}."),
            _ => format!("Let {entry} read {what}{files}: the machine comes as {account}."),
        };
        if replaced {
            return Remedy::new(means).or(FAULT);
        }
        if !seen.is_denied {
            let opened = self.opened(Remedy::new(means), target, &seen);
            return self.admitted_next(opened, actor, target).or(FAULT);
        }
        let denied = match seen.session {
            Actor::Guest => format!("Guest, for whom the server takes {account},"),
            _ => account,
        };
        let text = format!(
            "Take the entries that mean {denied} out of the list of those who may not read {what}, which win over all others, or let another account reach it; and see that {entry} may read it."
        );
        let opened = self.opened(Remedy::new(text), target, &seen);
        self.admitted_next(opened, actor, target)
    }

    /// `remedy` with the access lists that `actor` meets after that of `target`, and a word
    /// about those that do not admit it.
    fn admitted_next(&self, remedy: Remedy, actor: Actor, target: Target) -> Remedy {
        let next = self.lists_ahead(actor).into_iter();
        next.filter(|list| *list != target)
            .fold(remedy, |remedy, list| {
                let known = remedy.settings.len();
                let mut admitted = self.admitted_to(remedy, vec![list], actor, |_| As::Sound);
                if admitted.settings.len() > known {
                    let what = self.words_for(list);
                    let also = format!(" The program comes to {what} as the same account, which has to be admitted there, too.");
                    admitted.text.push_str(&also);
                }
                admitted
            })
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

    /// `remedy` with the list of `target` changed so that it admits what `seen` is about.
    fn opened(&self, remedy: Remedy, target: Target, seen: &Seen) -> Remedy {
        self.opened_to(remedy, target, seen, self.entry(seen.session))
    }

    /// As [`Self::opened`], where `entry` means the account.
    pub(super) fn opened_to(
        &self,
        remedy: Remedy,
        target: Target,
        seen: &Seen,
        entry: Option<String>,
    ) -> Remedy {
        let path = self.path_of(target);
        let open = seen.is_denied.then(|| {
            let left = seen.others_denied.iter().map(|t| self.trustee(*t));
            let left: Vec<String> = left.collect();
            let left = list(left.iter().map(String::as_str), literal);
            format!("{path}.deny={left}")
        });
        let entry = entry.filter(|_| !seen.is_allowed);
        let named = entry.map(|entry| {
            let known = self.list_of(target).allow.iter();
            let mut names: Vec<String> = known.map(|t| self.trustee(*t)).collect();
            names.push(entry);
            let names = list(names.iter().map(String::as_str), literal);
            format!("{path}.access={names}")
        });
        remedy.and(open).and(named)
    }

    /// `remedy` with the access lists that `actor` will meet as they must be for it,
    /// once it can log on.
    pub(super) fn admitted(&self, remedy: Remedy, actor: Actor) -> Remedy {
        self.admitted_as(remedy, actor, |_| As::Sound)
    }

    /// As [`Self::admitted`], where the state that is assumed of the account depends on
    /// the target.
    pub(super) fn admitted_as(
        &self,
        remedy: Remedy,
        actor: Actor,
        how: impl Fn(Target) -> As,
    ) -> Remedy {
        self.admitted_to(remedy, self.lists_ahead(actor), actor, how)
    }

    /// `remedy` with the shares that `program` reads as they must be for the account
    /// with which it comes when it runs with administrative rights.
    pub(super) fn shares_admit(&self, remedy: Remedy, program: &Program) -> Remedy {
        match self.handed_out_for_shares(program) {
            Some(actor) => self.admitted_to(remedy, shares_of(program), actor, |_| As::Sound),
            None => remedy,
        }
    }

    /// `remedy` with the shares that the program reads as they must be for `actor`.
    pub(super) fn shares_admit_it(&self, remedy: Remedy, actor: Actor) -> Remedy {
        let shares = shares_of(self.program());
        self.admitted_to(remedy, shares, actor, |_| As::Sound)
    }

    /// The account of SMS with which `program` comes to shares if it runs with
    /// administrative rights.
    pub(super) fn handed_out_for_shares(&self, program: &Program) -> Option<Actor> {
        let site = &self.world.sites[self.world.fleet.site_of(self.id).index()];
        let boxed = program.software_installation_account;
        let account = if self.behaviour().facts().uses_network_access_account {
            site.accounts.network_access
        } else {
            site.accounts.software_installation.filter(|_| boxed)
        };
        account.map(Actor::Account)
    }

    /// `remedy` with the access lists of `targets` as they must be for `actor`.
    pub(super) fn admitted_to(
        &self,
        remedy: Remedy,
        targets: Vec<Target>,
        actor: Actor,
        how: impl Fn(Target) -> As,
    ) -> Remedy {
        let known = targets.into_iter();
        known.fold(remedy, |remedy, target| {
            match self.seen(actor, target, how(target)) {
                Some(seen) => self.opened(remedy, target, &seen),
                None => remedy,
            }
        })
    }

    /// The access lists that `actor` meets after its logon: that of what it was to
    /// reach, and of a package's program those of the shares to which it comes as well.
    fn lists_ahead(&self, actor: Actor) -> Vec<Target> {
        let program = self.program();
        let shares = || {
            let is_same = match actor {
                Actor::LoggedOnUser => program.rights == Rights::User,
                _ => self.handed_out_for_shares(program) == Some(actor),
            };
            let shares = shares_of(program);
            if is_same { shares } else { Vec::new() }
        };
        match (self.outcome.step, self.outcome.resource) {
            (Step::Policy, _) => Vec::new(),
            (Step::Elevation, _) => shares_of(program),
            (_, Resource::Share(_)) => self.target().into_iter().collect(),
            _ => self.target().into_iter().chain(shares()).collect(),
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
            Trustee::Token(id) => of(id, DOMAIN_TOKEN_ACCOUNT),
        }
    }
}
