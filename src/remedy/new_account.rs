//! An account that the scenario does not declare yet: written, handed out, and admitted
//! to what it reaches.

use super::arrival::shares_of;
use super::handed_out::{CLIENT_CONNECTION, NETWORK_ACCESS, SOFTWARE_INSTALLATION, quoted};
use super::{Case, Remedy, key};
use crate::access::{self, Target};
use crate::world::{Account, AccountState, DomainId, DomainKind, Role, ServerId};

impl Case<'_> {
    /// `remedy` with a new account that is handed out as `kind`; `None` if no account
    /// would be known where it is presented.
    pub(super) fn with_new_account(&self, remedy: Remedy, kind: &'static str) -> Option<Remedy> {
        let targets = self.reached_as(kind);
        let account = self.new_account(kind, &targets)?;
        let servers = account.servers.iter();
        let servers = quoted(servers.map(|id| self.world.servers[id.index()].name.as_str()));
        let declared = match account.domain {
            Some(_) => "{}".to_owned(),
            None => format!("{{servers={servers}}}"),
        };
        let written = format!("account.{}={declared}", key(&account.name));
        let remedy = self.named_as(remedy.set(written), &account.name, kind);
        let remedy = match kind {
            SOFTWARE_INSTALLATION => self.boxed(remedy),
            _ => remedy,
        };
        let arrival = access::as_new(&account);
        Some(targets.into_iter().fold(remedy, |remedy, target| {
            let seen = self.said_of(&arrival, target);
            self.opened_to(remedy, target, &seen, Some(account.name.clone()))
        }))
    }

    /// What an account that is handed out as `kind` has to reach.
    fn reached_as(&self, kind: &'static str) -> Vec<Target> {
        let program = self.program();
        match kind {
            SOFTWARE_INSTALLATION => self.read_by_runner(),
            NETWORK_ACCESS => {
                let mut targets: Vec<Target> = self.target().into_iter().collect();
                let shares = shares_of(program);
                targets.extend(shares.into_iter().filter(|at| self.target() != Some(*at)));
                // Another account must not lose what the present one has reached.
                let point = self.point_of_the_account();
                targets.extend(point.filter(|at| self.target() != Some(*at)));
                targets
            }
            _ => self.target().into_iter().collect(),
        }
    }

    /// An account of the domain that is asked, or of another one that is known to all of
    /// `targets`, and to the machine if it is to run programs there; else a local account
    /// of the same name and password on the machine and the servers (KB Q103390).
    fn new_account(&self, kind: &'static str, targets: &[Target]) -> Option<Account> {
        let world = self.world;
        let own = self.profile().domain;
        let runs = kind == SOFTWARE_INSTALLATION;
        let domains = (0..world.directory.domains.len()).map(DomainId::from);
        let mut domains = self.asked().into_iter().chain([own]).chain(domains);
        let known = |domain: &DomainId| {
            let is_domain = world.directory.domains[domain.index()].kind != DomainKind::Workgroup;
            let at = |here: Option<DomainId>| {
                here.is_some_and(|here| access::validates_at(world, here, *domain))
            };
            is_domain
                && (!runs || at(Some(own)))
                && targets
                    .iter()
                    .all(|target| at(self.server_of(*target).domain))
        };
        if let Some(domain) = domains.find(known) {
            let prefix = format!("{}\\", self.domain(domain));
            return Some(self.account_in(&prefix, kind, Some(domain), Vec::new()));
        }
        let servers = self.servers_turned_to();
        let controller = |target: &Target| self.server_of(*target).roles.domain_controller;
        let may_be_local = !targets.is_empty()
            && !targets.iter().any(controller)
            && (!runs || self.profile().role != Role::DomainController);
        may_be_local.then(|| self.account_in(".\\", kind, None, servers))
    }

    /// An account in order, of a name that no other has.
    fn account_in(
        &self,
        prefix: &str,
        kind: &'static str,
        domain: Option<DomainId>,
        servers: Vec<ServerId>,
    ) -> Account {
        let base = match kind {
            NETWORK_ACCESS => "sms-network",
            CLIENT_CONNECTION => "sms-connection",
            _ => "sms-install",
        };
        let mut name = format!("{prefix}{base}");
        let accounts = &self.world.directory.accounts;
        let is_taken = |name: &str| accounts.iter().any(|a| a.name.eq_ignore_ascii_case(name));
        while is_taken(&name) {
            name.push('2');
        }
        Account {
            name,
            domain,
            servers,
            groups: Vec::new(),
            domain_admin: false,
            network_logon: true,
            state: AccountState::Ok,
        }
    }
}
