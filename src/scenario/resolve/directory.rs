//! Domains, accounts, groups, and the access lists that name them.

use crate::outcome::host_name;
use crate::scenario::ProblemCode;
use crate::scenario::account_names::{self, shown};
use crate::scenario::names::{Item, Items, Place};
use crate::scenario::pattern::nearest;
use crate::scenario::plan::{CLIENT_CONNECTION, Plan, is_workgroup};
use crate::scenario::problem::Problems;
use crate::scenario::written::{self, At, Inherit};
use crate::world::{
    AccessList, Account, AccountId, AccountState, Computer, Directory, Domain, DomainId,
    DomainKind, Group, GroupId, MachineId, ServerId, SiteAccounts, Trustee, World,
};
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The domains that have accounts of their own.
fn account_domains(plan: &Plan) -> impl Iterator<Item = &str> {
    let domains = plan.domains.list().iter();
    let domains = domains.filter(|domain| !is_workgroup(domain));
    domains.map(|domain| domain.name.as_str())
}

/// The directory of `plan`.
pub(super) fn resolve(plan: &Plan, problems: &mut Problems) -> Directory {
    Directory {
        domains: domains(plan, problems),
        accounts: accounts(plan, problems),
        groups: groups(plan, problems),
        computers: plan
            .computers
            .iter()
            .map(|name| Computer {
                name: name.to_string(),
                machine: None,
            })
            .collect(),
    }
}

/// Looks up the machines that access lists name.
pub(super) fn find_computers(plan: &Plan, world: &mut World, problems: &mut Problems) {
    if plan.computers.is_empty() {
        return;
    }
    let mut found: BTreeMap<String, MachineId> = BTreeMap::new();
    let fleet = &world.fleet;
    for (site, range) in world.sites.iter().zip(&fleet.by_site) {
        for position in range.clone() {
            let machine = &fleet.machines[position as usize];
            let domain = &world.directory.domains[fleet.profile(machine).domain.index()].name;
            let mut name = String::new();
            fleet.write_name(machine, &site.name, &mut name);
            let account = format!("{domain}\\{}$", host_name(&name, domain));
            found.insert(account.to_ascii_lowercase(), MachineId(position));
        }
    }
    for (computer, name) in world.directory.computers.iter_mut().zip(&plan.computers) {
        computer.machine = found.get(&name.to_ascii_lowercase()).copied();
        if computer.machine.is_none() {
            let message = format!("there is no machine for the computer account `{}`", **name);
            let near = nearest(&name.to_ascii_lowercase(), found.keys().map(String::as_str));
            let help = near.map_or_else(
                || "write 'DOMAIN\\MACHINE$' with a machine of that domain".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            problems.error(ProblemCode::UnknownName, name.span(), message, help);
        }
    }
}

fn domains(plan: &Plan, problems: &mut Problems) -> Vec<Domain> {
    let controllers = controllers(plan);
    let mut domains: Vec<Domain> = Vec::new();
    for (at, item) in plan.domains.list().iter().enumerate() {
        let written = item.spec.trusts.as_deref().unwrap_or(&[]);
        let trusts = plan.domains.select(written, problems);
        refuse_impossible_trusts(at, item, plan, problems);
        domains.push(Domain {
            name: item.name.clone(),
            kind: item
                .spec
                .kind
                .map_or(DomainKind::ActiveDirectory, |kind| kind.meaning()),
            trusts: trusts
                .into_iter()
                .filter(|other| *other != at && !is_workgroup(plan.domains.get(*other)))
                .map(DomainId::from)
                .collect(),
            controllers: controllers
                .iter()
                .filter(|(domain, _)| *domain == at)
                .map(|(_, server)| (*server).into())
                .collect(),
            token_account: item
                .spec
                .token_account
                .map_or(AccountState::Ok, |state| state.meaning()),
        });
    }
    trust_within_forests(plan, &mut domains);
    domains
}

/// A workgroup has no controllers that could trust another domain, or be trusted; a domain
/// that is to trust itself says nothing. What a glob matches besides is left out.
fn refuse_impossible_trusts(
    at: usize,
    item: &Item<written::Domain>,
    plan: &Plan,
    problems: &mut Problems,
) {
    for name in item.spec.trusts.as_deref().unwrap_or(&[]) {
        if is_workgroup(item) {
            let message = format!("the workgroup `{}` trusts no domain", item.name);
            let help = "leave `trusts` out, or make it a domain by another `kind`";
            problems.error(ProblemCode::Impossible, name.span(), message, help);
            return;
        }
        let Some(other) = plan.domains.find(name) else {
            continue;
        };
        if other == at {
            let message = format!("the domain `{}` is said to trust itself", item.name);
            let help = "leave it out of its `trusts`: a domain knows its own accounts";
            problems.warning(ProblemCode::NoEffect, name.span(), message, help);
        } else if is_workgroup(plan.domains.get(other)) {
            let message = format!(
                "the domain `{}` cannot trust `{}`, which is a workgroup",
                item.name,
                plan.domains.get(other).name
            );
            let help = "leave it out of the `trusts`: a workgroup has no accounts that a domain could know";
            problems.error(ProblemCode::Impossible, name.span(), message, help);
        }
    }
}

/// Lets the domains of a forest trust each other: trust within a forest is
/// transitive and goes both ways, any other goes no further than from one domain
/// to one other (`TechNet` dd277419).
fn trust_within_forests(plan: &Plan, domains: &mut [Domain]) {
    let forests = forests(plan, domains);
    for (at, domain) in domains.iter_mut().enumerate() {
        let mut trusts: Vec<DomainId> = forests
            .iter()
            .enumerate()
            .filter(|(other, forest)| *other != at && **forest == forests[at])
            .map(|(other, _)| DomainId::from(other))
            .chain(domain.trusts.iter().copied())
            .collect();
        trusts.sort_unstable();
        trusts.dedup();
        domain.trusts = trusts;
    }
}

/// The forest of each domain, as the position of one of its domains.
fn forests(plan: &Plan, domains: &[Domain]) -> Vec<usize> {
    let named = |at: usize| {
        let forest = plan.domains.get(at).spec.forest.as_deref();
        forest.map(|name| name.to_lowercase())
    };
    let mutual = |a: usize, b: usize| {
        domains[a].trusts.contains(&b.into()) && domains[b].trusts.contains(&a.into())
    };
    let active = |at: usize| domains[at].kind == DomainKind::ActiveDirectory;
    let joined = |a: usize, b: usize| {
        active(a) && active(b) && named(a) == named(b) && (named(a).is_some() || mutual(a, b))
    };
    let mut forests: Vec<usize> = (0..domains.len()).collect();
    for a in 0..domains.len() {
        for b in 0..a {
            let (of_a, of_b) = (forests[a], forests[b]);
            if of_a != of_b && joined(a, b) {
                for forest in &mut forests {
                    if *forest == of_a {
                        *forest = of_b;
                    }
                }
            }
        }
    }
    forests
}

/// The servers that control a domain, each with its domain. Domains that do not
/// exist are complained about where servers are resolved.
fn controllers(plan: &Plan) -> Vec<(usize, usize)> {
    let servers = plan.servers.list().iter().enumerate();
    servers
        .filter(|(_, item)| {
            item.spec
                .roles
                .iter()
                .flatten()
                .any(|role| *role == written::ServerRole::DomainController)
        })
        .filter_map(|(at, item)| {
            let domain = item
                .spec
                .domain
                .as_ref()
                .map_or(plan.domains.only(), |name| plan.domains.find(name))?;
            Some((domain, at))
        })
        .collect()
}

fn accounts(plan: &Plan, problems: &mut Problems) -> Vec<Account> {
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

/// The word behind the domain, if it is a group that every domain has.
fn group_of_every_domain(name: &str) -> Option<&'static str> {
    let (_, rest) = name.split_once('\\')?;
    let mut words = OF_A_DOMAIN.iter().map(|(word, _)| *word);
    words.find(|word| word.eq_ignore_ascii_case(rest))
}

/// What has `groups`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Member {
    Account,
    Group,
    Users,
}

/// The groups that `names` and globs stand for. Who is in a group that every domain has
/// follows from what the account or the machine is.
pub(super) fn named_groups(
    names: &[At<String>],
    of: Member,
    plan: &Plan,
    problems: &mut Problems,
) -> Vec<usize> {
    let mut declared = Vec::with_capacity(names.len());
    for name in names {
        let Some(group) = group_of_every_domain(name) else {
            // Windows does not tell names apart that differ in case alone.
            let known = plan.groups.find_without_case(name);
            let known = known.map(|at| plan.groups.get(at).name.clone());
            declared.push(name.with(known.unwrap_or_else(|| name.to_string())));
            continue;
        };
        let message = format!("`{}` is a group that every domain has by itself", **name);
        let help = match (of, group) {
            (Member::Account, "Domain Admins") => "write `domain_admin = true` instead",
            (Member::Group, "Domain Users") => "write `users = true` instead",
            (Member::Group, "Domain Computers") => "write `computers = true` instead",
            (Member::Account | Member::Users, "Domain Users") => {
                "leave it out: every account of a domain is in it"
            }
            (Member::Group, _) => "leave it out, and name it in the access list itself",
            _ => "leave it out: users of machines are not in it",
        };
        problems.error(ProblemCode::Impossible, name.span(), message, help);
    }
    plan.groups.select(&declared, problems)
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
fn domain_of(name: &str, place: &Place, plan: &Plan, problems: &mut Problems) -> Option<DomainId> {
    match name.split_once('\\') {
        Some((".", _)) => None,
        Some((domain, rest)) => {
            let found = plan.domains.find_without_case(domain);
            let is_bad = |c: char| c.is_control() || "\\/[]:;|=,+*?<>\"@".contains(c);
            if rest.trim() != rest || rest.is_empty() || rest.contains(is_bad) {
                let message = format!("`{}` is no name that Windows gives", shown(name));
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

fn groups(plan: &Plan, problems: &mut Problems) -> Vec<Group> {
    let mut groups = Vec::new();
    for item in plan.groups.list() {
        let domain = domain_of(&item.name, &item.place, plan, problems);
        refuse_taken_name(item, plan, problems);
        if item.name.starts_with(".\\") {
            let message = format!("the group `{}` is of no domain", item.name);
            problems.error(
                ProblemCode::MalformedName,
                item.place.clone(),
                message,
                "write a domain in front of the backslash",
            );
        }
        let named = item.spec.groups.as_deref().unwrap_or(&[]);
        groups.push(Group {
            name: item.name.clone(),
            // Position 0 stands in where an error has been reported.
            domain: domain.unwrap_or(DomainId(0)),
            computers: item.spec.computers.unwrap_or(false),
            users: item.spec.users.unwrap_or(false),
            members: named_groups(named, Member::Group, plan, problems)
                .into_iter()
                .map(GroupId::from)
                .collect(),
        });
    }
    if let Some(inner) = nest(&mut groups) {
        let item = plan.groups.get(inner.index());
        let message = format!(
            "the group `{}` is in more than {MOST_GROUPS} others, and an account in more than these may not be able to log on (KB 328889)",
            item.name
        );
        let help = "leave it out of some of them";
        problems.error(ProblemCode::Impossible, item.place.clone(), message, help);
    }
    groups
}

/// A group that every domain has, or that is called as an account is.
fn refuse_taken_name(item: &Item<written::Group>, plan: &Plan, problems: &mut Problems) {
    let place = || item.place.clone();
    if group_of_every_domain(&item.name).is_some() {
        let message = format!("`{}` is a group that every domain has by itself", item.name);
        let help = "leave it out: access lists may name it as it is";
        problems.error(ProblemCode::DeclaredTwice, place(), message, help);
    }
    if let Some(at) = plan.accounts.find_without_case(&item.name) {
        let taken = &plan.accounts.get(at).name;
        let message = format!(
            "the group `{}` and the account `{taken}` have one name, which Windows does not allow in a domain",
            item.name
        );
        let help = "give the group a name of its own";
        problems.error(ProblemCode::DeclaredTwice, place(), message, help);
    }
}

/// An account that is in more groups than that may not be able to log on (KB 328889).
const MOST_GROUPS: usize = 1_015;

/// Gives every group itself and all that is in the groups in it; circles do no harm. A
/// group that is in too many others is returned, and those after it stay as they are.
fn nest(groups: &mut [Group]) -> Option<GroupId> {
    let direct: Vec<Vec<GroupId>> = groups.iter().map(|group| group.members.clone()).collect();
    let mut around = vec![0usize; groups.len()];
    let mut seen_by = vec![usize::MAX; groups.len()];
    for (at, group) in groups.iter_mut().enumerate() {
        let mut members = vec![GroupId::from(at)];
        seen_by[at] = at;
        let mut next = 0;
        while let Some(id) = members.get(next).copied() {
            next += 1;
            for inner in &direct[id.index()] {
                if seen_by[inner.index()] != at {
                    seen_by[inner.index()] = at;
                    members.push(*inner);
                }
            }
        }
        for inner in &members {
            around[inner.index()] += 1;
            if around[inner.index()] > MOST_GROUPS + 1 {
                return Some(*inner);
            }
        }
        members.sort_unstable();
        group.members = members;
    }
    None
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

/// An access list: what is written, or `default` where nothing is.
pub(super) fn access_list(
    allow: Option<&[At<String>]>,
    deny: Option<&[At<String>]>,
    default: &[Trustee],
    plan: &Plan,
    problems: &mut Problems,
) -> AccessList {
    let allow = match allow {
        Some(names) => trustees(names, plan, problems),
        None => default.to_vec(),
    };
    AccessList {
        allow,
        deny: trustees(deny.unwrap_or(&[]), plan, problems),
    }
}

/// The principals that every server and every domain has.
const WELL_KNOWN: [(&str, Trustee); 7] = [
    ("Everyone", Trustee::Everyone),
    ("Authenticated Users", Trustee::AuthenticatedUsers),
    ("Anonymous", Trustee::Anonymous),
    ("Anonymous Logon", Trustee::Anonymous),
    ("Guests", Trustee::Guests),
    ("Users", Trustee::Users),
    ("Administrators", Trustee::Administrators),
];
type OfDomain = fn(DomainId) -> Trustee;
const OF_A_DOMAIN: [(&str, OfDomain); 4] = [
    ("Domain Users", Trustee::DomainUsers),
    ("Domain Computers", Trustee::DomainComputers),
    ("Domain Controllers", Trustee::DomainControllers),
    ("Domain Admins", Trustee::DomainAdmins),
];

fn trustees(names: &[At<String>], plan: &Plan, problems: &mut Problems) -> Vec<Trustee> {
    let mut found: Vec<Trustee> = Vec::new();
    for name in names {
        match trustee(name, plan) {
            Some(trustee) => found.push(trustee),
            None => unknown_trustee(name, plan, problems),
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Where Windows shows the groups that every server has, and those of sessions.
const AUTHORITIES: [&str; 2] = ["BUILTIN\\", "NT AUTHORITY\\"];

/// Whom an entry means. Windows does not tell names apart that differ in case alone.
fn trustee(name: &str, plan: &Plan) -> Option<Trustee> {
    let is_authority = |prefix: &&str| {
        let start = name.get(..prefix.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let authority = AUTHORITIES.iter().find(|prefix| is_authority(prefix));
    let bare = authority.map_or(name, |prefix| &name[prefix.len()..]);
    let is_it = |(word, _): &&(&str, Trustee)| word.eq_ignore_ascii_case(bare);
    if let Some((_, trustee)) = WELL_KNOWN.iter().find(is_it) {
        return Some(*trustee);
    }
    if let Some((domain, rest)) = name.split_once('\\')
        && let Some(domain) = plan.domains.find_without_case(domain)
    {
        let mut groups = OF_A_DOMAIN.iter();
        if let Some((_, of)) = groups.find(|(word, _)| word.eq_ignore_ascii_case(rest)) {
            return Some(of(domain.into()));
        }
        let has_accounts = !is_workgroup(plan.domains.get(domain));
        if has_accounts && account_names::is_domain_token(rest) {
            return Some(Trustee::Token(domain.into()));
        }
    }
    if name.ends_with('$') {
        let at = plan
            .computers
            .binary_search_by(|known| known.as_str().cmp(name));
        return at.ok().map(|at| Trustee::Computer(at as u32));
    }
    let group = plan.groups.find_without_case(name);
    group.map(|at| Trustee::Group(at.into())).or_else(|| {
        plan.accounts
            .find_without_case(name)
            .map(|at| Trustee::Account(at.into()))
    })
}

fn unknown_trustee(name: &At<String>, plan: &Plan, problems: &mut Problems) {
    let domains: Vec<&str> = account_domains(plan).collect();
    let domain = domains.first().copied().unwrap_or("DOMAIN");
    if let Some(advice) = account_names::of_the_product(name, domain) {
        problems.error(
            ProblemCode::UnknownName,
            name.span(),
            advice.message,
            advice.help,
        );
        return;
    }
    let mut known: Vec<String> = WELL_KNOWN
        .iter()
        .map(|(word, _)| (*word).to_owned())
        .collect();
    known.extend(
        plan.domains
            .names()
            .flat_map(|domain| OF_A_DOMAIN.map(|(word, _)| format!("{domain}\\{word}"))),
    );
    known.extend(names_of(&plan.groups).chain(names_of(&plan.accounts)));
    // A group of the server itself is not one of the domain.
    let bare = name.rsplit('\\').next().unwrap_or(name);
    let (words, names): (Vec<&str>, Vec<&str>) = known
        .iter()
        .map(String::as_str)
        .partition(|known| !known.contains('\\'));
    let is_bare = |word: &&str| word.eq_ignore_ascii_case(bare);
    let word = words.iter().copied().find(is_bare);
    let word = word.or_else(|| nearest(name, words.iter().copied()));
    let word = word.map(|near| format!("did you mean `{near}`?"));
    let help = match word.or_else(|| account_names::advice("account", name, &names, &domains)) {
        Some(help) => help,
        None => "declare it as a group or an account, or name one of Everyone, Authenticated Users, Anonymous, Guests, \
                 Users, Administrators, DOMAIN\\Domain Users, DOMAIN\\MACHINE$ and the like"
            .to_owned(),
    };
    problems.error(
        ProblemCode::UnknownName,
        name.span(),
        format!("there is no group or account `{}`", shown(name)),
        help,
    );
}

fn names_of<T>(items: &Items<T>) -> impl Iterator<Item = String> {
    items.names().map(str::to_owned)
}
