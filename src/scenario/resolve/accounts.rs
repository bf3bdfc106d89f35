//! Accounts, and those that SMS hands to the clients of a site.

use super::directory::account_domains;
use super::groups::{Member, named_groups};
use crate::scenario::ProblemCode;
use crate::scenario::account_names::{self, shown};
use crate::scenario::names::{Item, Place};
use crate::scenario::plan::{CLIENT_CONNECTION, Plan, is_workgroup};
use crate::scenario::problem::Problems;
use crate::scenario::written::{self, At, Inherit};
use crate::world::{Account, AccountId, AccountState, DomainId, ServerId, SiteAccounts};
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The accounts of `plan`.
pub(super) fn accounts(plan: &Plan, problems: &mut Problems) -> Vec<Account> {
    let mut accounts = Vec::new();
    for item in plan.accounts.list() {
        let named = item.spec.groups.as_deref().unwrap_or(&[]);
        let groups = named_groups(named, Member::Account, plan, problems);
        let domain = domain_of(&item.name, &item.place, plan, problems);
        refuse_the_token_account(item, problems);
        accounts.push(Account {
            name: item.name.clone(),
            servers: same_accounts(item, domain, plan, problems),
            domain,
            groups: groups.into_iter().map(Into::into).collect(),
            domain_admin: item.spec.domain_admin.unwrap_or(false),
            network_logon: item.spec.network_logon.unwrap_or(true),
            state: item
                .spec
                .state
                .map_or(AccountState::Ok, |state| state.meaning()),
        });
    }
    accounts
}

/// SMS makes the token account itself, and the scenario declares it with its domain.
fn refuse_the_token_account(item: &Item<written::Account>, problems: &mut Problems) {
    if account_names::names_the_token_account(&item.name) {
        let domain = item.name.split('\\').next().unwrap_or("DOMAIN");
        let message = format!(
            "`{}` is there without being declared: SMS makes it for the domain's controllers (TechNet cc181332)",
            item.name
        );
        let help = format!(
            "leave it out; its state is `token_account` of [domain.{domain}], and lists may name it"
        );
        problems.error(ProblemCode::Impossible, item.place.clone(), message, help);
    }
}

/// The account that `name` refers to, which SMS hands out or a fault is about; if there
/// is none, an error that says what was probably meant. Windows does not tell names
/// apart that differ in case alone.
pub(super) fn account(name: &At<String>, plan: &Plan, problems: &mut Problems) -> Option<usize> {
    let found = plan.accounts.find_without_case(name);
    if found.is_some() {
        return found;
    }
    let domains: Vec<&str> = account_domains(plan).collect();
    let known: Vec<&str> = plan.accounts.names().collect();
    if !account_names::names_the_token_account(name)
        && let Some(advice) = account_names::of_the_product(name, "DOMAIN")
    {
        let help = "name an account of a domain that the scenario declares, or leave it out";
        problems.error(ProblemCode::Impossible, name.span(), advice.message, help);
        return None;
    }
    if account_names::names_the_token_account(name) {
        let message = format!(
            "`{}` is the token account, whose password SMS alone knows: no client is given it",
            **name
        );
        let domain = domains.first().copied().unwrap_or("DOMAIN");
        let help = format!(
            "name another account; a fault or a rotation of this one says `token_account = \"{domain}\"`"
        );
        problems.error(ProblemCode::Impossible, name.span(), message, help);
        return None;
    }
    match account_names::advice("account", name, &known, &domains) {
        Some(help) => {
            let message = format!("there is no account `{}`", shown(name));
            problems.error(ProblemCode::UnknownName, name.span(), message, help);
        }
        None => plan.accounts.unknown(name, name.span(), problems),
    }
    None
}

/// The domain whose token account `name` means: the domain, or that account of it.
pub(super) fn token_domain(
    name: &At<String>,
    plan: &Plan,
    problems: &mut Problems,
) -> Option<usize> {
    let domain = account_names::domain_of_token(name);
    let found = plan.domains.find_without_case(domain);
    if found.is_none() {
        plan.domains.unknown(domain, name.span(), problems);
    }
    found
}

/// The servers that have a local account of the name and password of this one.
fn same_accounts(
    item: &Item<written::Account>,
    domain: Option<DomainId>,
    plan: &Plan,
    problems: &mut Problems,
) -> Vec<ServerId> {
    let is_local = item.name.starts_with(".\\");
    if let (Some(names), false) = (&item.spec.servers, is_local) {
        let message = format!(
            "`{}` is an account of a domain, which has its own rules of trust",
            item.name
        );
        let help =
            "leave `servers` out; it is for accounts `.\\name` of single machines (KB Q103390)";
        let place = names.first().and_then(At::span).or(item.place.clone());
        problems.error(ProblemCode::Impossible, place, message, help);
    }
    if domain.is_some() || !is_local {
        return Vec::new();
    }
    let servers = plan.servers.list();
    let is_controller = |at: usize| {
        let mut roles = servers[at].spec.roles.iter().flatten();
        roles.any(|role| *role == written::ServerRole::DomainController)
    };
    let chosen = match &item.spec.servers {
        Some(names) => plan.servers.select(names, problems),
        None => (0..servers.len())
            .filter(|at| stands_in_a_workgroup(&servers[*at].spec, plan))
            .collect(),
    };
    let known = chosen.into_iter().filter(|at| !is_controller(*at));
    known.map(ServerId::from).collect()
}

fn stands_in_a_workgroup(server: &written::Server, plan: &Plan) -> bool {
    let named = server.domain.as_ref();
    let at = named.map_or(plan.domains.only(), |name| plan.domains.find(name));
    at.is_some_and(|at| is_workgroup(plan.domains.get(at)))
}

/// The domain in front of the backslash of `name`; none for `.\name`.
pub(super) fn domain_of(
    name: &str,
    place: &Place,
    plan: &Plan,
    problems: &mut Problems,
) -> Option<DomainId> {
    match name.split_once('\\') {
        Some((".", _)) => None,
        Some((domain, rest)) => {
            let found = plan.domains.find_without_case(domain);
            let is_bad = |c: char| c.is_control() || "\\/[]:;|=,+*?<>\"@".contains(c);
            if rest.trim() != rest || rest.is_empty() || rest.contains(is_bad) {
                let message = format!("`{}` is not a name that Windows gives", shown(name));
                let domains: Vec<&str> = account_domains(plan).collect();
                let is_good = |meant: &String| {
                    let rest = meant.split_once('\\').map_or("", |(_, rest)| rest);
                    !rest.is_empty() && !rest.contains(is_bad)
                };
                let help = match account_names::respelled(name, &domains).filter(is_good) {
                    Some(meant) => format!("write it as '{meant}'"),
                    None => "write 'DOMAIN\\name' with one backslash, and a name without blanks around it and without any of \\ / [ ] : ; | = , + * ? < > \" @".to_owned(),
                };
                problems.error(ProblemCode::MalformedName, place.clone(), message, help);
            } else if let Some(workgroup) = found.filter(|at| is_workgroup(plan.domains.get(*at))) {
                let workgroup = &plan.domains.get(workgroup).name;
                let message = format!(
                    "`{name}` is of the workgroup `{workgroup}`, which has no accounts of its own"
                );
                let help = format!(
                    "write '.\\{rest}' for an account that the machines themselves have, or name a domain"
                );
                problems.error(ProblemCode::Impossible, place.clone(), message, help);
            }
            if found.is_none() {
                plan.domains.unknown(domain, place.clone(), problems);
            }
            found.map(DomainId::from)
        }
        None => {
            let name = shown(name);
            let message = format!("`{name}` does not say of which domain it is");
            let domains: Vec<&str> = account_domains(plan).collect();
            let help = match account_names::respelled(&name, &domains) {
                Some(meant) => format!("write it as '{meant}'"),
                None => format!("write it as 'DOMAIN\\{name}'"),
            };
            problems.error(ProblemCode::MalformedName, place.clone(), message, help);
            None
        }
    }
}

/// The accounts that SMS hands to the clients of a site, from what the site
/// itself and the whole scenario say. What the whole scenario says of Client Connection
/// accounts is looked up once, and kept in `general`.
pub(super) fn site_accounts(
    site: Option<&written::Accounts>,
    general: &OnceCell<Arc<[AccountId]>>,
    plan: &Plan,
    problems: &mut Problems,
) -> SiteAccounts {
    let own = site.and_then(|site| site.client_connection.as_ref());
    let mut accounts = site.cloned().unwrap_or_default();
    if let Some(general) = &plan.written.accounts {
        accounts.inherit(general);
    }
    let mut find = |name: &At<String>| account(name, plan, problems).map(AccountId::from);
    SiteAccounts {
        network_access: accounts
            .network_access
            .as_ref()
            .and_then(|name| find(&name.with(name.0.clone()))),
        software_installation: accounts.software_installation.as_ref().and_then(&mut find),
        client_connection: match (own, &accounts.client_connection) {
            (Some(names), _) => connection_accounts(names, plan, problems),
            (None, Some(names)) => {
                let list = general.get_or_init(|| connection_accounts(names, plan, problems));
                Arc::clone(list)
            }
            (None, None) => Arc::clone(general.get_or_init(|| default_connection_accounts(plan))),
        },
    }
}

/// Client Connection accounts in the order in which they are named. One that is named
/// again is not presented a second time.
pub(super) fn connection_accounts(
    names: &[At<String>],
    plan: &Plan,
    problems: &mut Problems,
) -> Arc<[AccountId]> {
    let mut accounts = Vec::with_capacity(names.len());
    let mut named = BTreeSet::new();
    for name in names {
        let Some(id) = account(name, plan, problems).map(AccountId::from) else {
            continue;
        };
        if named.insert(id) {
            accounts.push(id);
        } else {
            let message = format!(
                "`client_connection` names the account `{}` twice",
                plan.accounts.get(id.index()).name
            );
            let help =
                "leave one of them out: an account that has been refused is not presented again";
            problems.warning(ProblemCode::NoEffect, name.span(), message, help);
        }
    }
    accounts.into()
}

fn default_connection_accounts(plan: &Plan) -> Arc<[AccountId]> {
    let domains = plan
        .domains
        .list()
        .iter()
        .filter(|domain| !is_workgroup(domain));
    domains
        .filter_map(|domain| {
            plan.accounts
                .find_without_case(&format!("{}\\{CLIENT_CONNECTION}", domain.name))
        })
        .map(AccountId::from)
        .collect()
}
