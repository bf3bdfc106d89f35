//! What a scenario declares, with what exists by default.
//!
//! Patterns are written out and the things that a short scenario does not
//! mention are added: a domain, a site, servers for the roles that clients
//! need, machines, a package, its program and its advertisement. Nothing refers
//! to anything yet.

use super::inventory::Inventory as InventoryRows;
use super::names::{Item, Items, Place};
use super::pattern;
use super::problem::Problems;
use super::written::{
    Account, Accounts, Address, Advertisement, At, Calendar, Collection, Domain, FleetGroup, Group,
    Inherit, Inventory, Package, Program, Scenario, Section, Server, ServerRole, Share, Site,
    UndeclaredSites,
};
use crate::scenario::ProblemCode;
use crate::units::Span;
use jiff::civil::DateTime;
use std::collections::{BTreeMap, BTreeSet};

/// All declared things of a scenario.
pub(crate) struct Plan {
    pub written: Scenario,
    pub start: DateTime,
    pub horizon: Span,
    pub domains: Items<Domain>,
    pub accounts: Items<Account>,
    pub groups: Items<Group>,
    pub sites: Items<Site>,
    pub servers: Items<Server>,
    pub shares: Items<Share>,
    pub fleets: Items<FleetGroup>,
    pub collections: Items<Collection>,
    pub packages: Items<Package>,
    pub programs: Items<Program>,
    pub advertisements: Items<Advertisement>,
    pub calendars: Items<Calendar>,
    pub addresses: Items<Address>,
    /// Computer accounts, `DOMAIN\machine$`, that access lists name, sorted.
    pub computers: Vec<At<String>>,
}

/// The account by which Legacy Clients of the site `S01` connect to servers,
/// made by SMS itself (TechNet cc181332).
pub(crate) const CLIENT_CONNECTION: &str = "SMSClient_S01";

/// The roles without which no client gets anything, and the ends of the names
/// of the servers that have them by default.
const NEEDED_ROLES: [(ServerRole, &str); 3] = [
    (ServerRole::ManagementPoint, "MP"),
    (ServerRole::ClientAccessPoint, "CAP"),
    (ServerRole::DistributionPoint, "DP"),
];

impl Plan {
    /// The plan of `written`, for the machines of `rows` among others.
    pub(crate) fn new(
        written: Scenario,
        rows: Option<&InventoryRows>,
        problems: &mut Problems,
    ) -> Self {
        let sites = sites(&written, rows, problems);
        let domains = domains(&written, rows, problems);
        let packages = packages(&written, problems);
        let programs = programs(&written, &packages, problems);
        let advertisements = advertisements(&written, &programs, problems);
        Self {
            start: written
                .start
                .as_ref()
                .map_or(jiff::civil::datetime(2006, 3, 17, 18, 0, 0, 0), |start| {
                    start.0
                }),
            horizon: written
                .horizon
                .as_ref()
                .map_or(Span::from_days(7), |horizon| horizon.0),
            accounts: accounts(&written, &domains, problems),
            groups: Items::of("group", &written.group, problems),
            calendars: Items::of("calendar", &written.calendar, problems),
            addresses: Items::of("address", &written.address, problems),
            servers: servers(&written, &sites, problems),
            shares: Items::of("share", &written.share, problems),
            fleets: fleets(&written, rows.is_some(), problems),
            collections: Items::of("collection", &written.collection, problems),
            computers: computers(&written),
            written,
            domains,
            sites,
            packages,
            programs,
            advertisements,
        }
    }
}

/// The single computers in access lists: names that end in `$`.
fn computers(written: &Scenario) -> Vec<At<String>> {
    let mut names: Vec<At<String>> = in_access_lists(written)
        .filter(|name| name.ends_with('$'))
        .cloned()
        .collect();
    names.sort();
    names.dedup();
    names
}

fn sites(written: &Scenario, rows: Option<&InventoryRows>, problems: &mut Problems) -> Items<Site> {
    let mut sites = Items::with("site", &written.site, problems, numbered);
    let globs = written.site.iter().filter(|(key, _)| pattern::is_glob(key));
    for (key, count) in globs.filter_map(|(key, spec)| Some((key, spec.count.as_ref()?))) {
        let message = format!(
            "`{}` matches sites that others declare, and counts none",
            **key
        );
        let help = "write `count` where the sites are declared, as in [site.\"branch-{number:4}\"]";
        problems.error(ProblemCode::Impossible, count.span(), message, help);
    }
    if sites.is_empty() {
        sites.add("hq", Site::default(), None, problems);
    }
    let makes = |inventory: &Inventory| inventory.sites.is_some_and(UndeclaredSites::meaning);
    if let (Some(rows), true) = (rows, written.inventory.as_ref().is_some_and(makes)) {
        make_sites(&mut sites, &rows.columns.site.values, problems);
    }
    parents_of_globs(&mut sites, problems);
    sites
}

/// Spreads the sites whose parent is a glob over those that it matches, evenly
/// and neighbours together. A site that names the glob itself is not a parent.
fn parents_of_globs(sites: &mut Items<Site>, problems: &mut Problems) {
    let mut below: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, item) in sites.list().iter().enumerate() {
        let globs = item
            .spec
            .parent
            .iter()
            .filter(|name| pattern::is_glob(name));
        globs.for_each(|glob| below.entry(glob.to_string()).or_default().push(at));
    }
    for (glob, children) in below {
        let Some(written) = sites.get(children[0]).spec.parent.clone() else {
            continue;
        };
        let mut above = sites.select(std::slice::from_ref(&written), problems);
        above.retain(|at| children.binary_search(at).is_err());
        if above.is_empty() {
            let message = format!("no other site matches the parent `{glob}`");
            let help = "name the sites that are parents, as in parent = \"region-*\"";
            problems.error(ProblemCode::UnknownName, written.span(), message, help);
        }
        for (position, child) in children.iter().enumerate() {
            let parent = above.get(position * above.len() / children.len());
            let name = parent.map(|at| sites.get(*at).name.clone());
            sites.spec_mut(*child).parent = name.map(|name| written.with(name));
        }
    }
}

/// Adds the sites called `names` that are not declared: they are below the only
/// site without a parent, if there is one, and take what globs say of them.
fn make_sites(sites: &mut Items<Site>, names: &[String], problems: &mut Problems) {
    let root = match roots(sites)[..] {
        [root] => Some(At::nowhere(root.name.clone())),
        _ => None,
    };
    let mut met = BTreeSet::new();
    let mut made = Vec::new();
    for name in names {
        let is_pattern = pattern::is_glob(name) || name.contains('{');
        if is_pattern || sites.find_without_case(name).is_some() || !met.insert(name.to_lowercase())
        {
            continue;
        }
        made.push((name.clone(), Site::default(), None));
    }
    let added: BTreeSet<String> = made.iter().map(|(name, ..)| name.clone()).collect();
    sites.add_all(made, problems);
    for at in 0..sites.list().len() {
        let item = sites.get(at);
        if item.spec.parent.is_none() && added.contains(&item.name) {
            sites.spec_mut(at).parent.clone_from(&root);
        }
    }
}

/// The sites that one key declares.
fn numbered(
    name: &At<String>,
    spec: &Site,
    most: usize,
    problems: &mut Problems,
) -> Option<Vec<(String, Site)>> {
    let names = pattern::numbered(name, spec.count.as_ref().map_or(1, |count| count.0));
    match (names, &spec.count) {
        (Some(names), Some(_)) => {
            let sites = names.into_iter().map(|name| (name, spec.clone()));
            return Some(sites)
                .filter(|sites| sites.len() <= most)
                .map(Iterator::collect);
        }
        (None, None) => {}
        (Some(_), None) => {
            let message = format!("it is not said how many sites `{}` stands for", **name);
            problems.error(
                ProblemCode::MissingKey,
                name.span(),
                message,
                "write count = 10",
            );
        }
        (None, Some(count)) => {
            let message = format!("`{}` is the name of one site", **name);
            let help =
                "put {number} into the name, as in \"branch-{number:4}\", or leave `count` out";
            problems.error(ProblemCode::Impossible, count.span(), message, help);
        }
    }
    Some(vec![(name.to_string(), spec.clone())])
}

fn domains(
    written: &Scenario,
    rows: Option<&InventoryRows>,
    problems: &mut Problems,
) -> Items<Domain> {
    let mut domains = Items::of("domain", &written.domain, problems);
    if domains.is_empty() {
        let names = rows.map_or(&[][..], |rows| &rows.columns.domain.values);
        let named = domains_of_rows(names).into_iter();
        let made = named.map(|name| (name, Domain::default(), None));
        domains.add_all(made, problems);
    }
    if domains.is_empty() {
        domains.add("CORP", Domain::default(), None, problems);
    }
    domains
}

/// The domains that rows of an inventory are in. Names that differ in case alone are of
/// one domain, and so are a name and the DNS name of which it is the first label, unless
/// another DNS name has the same one.
fn domains_of_rows(names: &[String]) -> Vec<String> {
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    let mut sorted: Vec<String> = names.iter().map(|n| pattern::domain_name(n)).collect();
    sorted.sort_unstable();
    for name in sorted {
        known.entry(name.to_lowercase()).or_insert(name);
    }
    let label = |name: &str| name.split_once('.').map(|(label, _)| label.to_owned());
    let mut alike: BTreeMap<String, u32> = BTreeMap::new();
    for label in known.keys().filter_map(|name| label(name)) {
        *alike.entry(label).or_default() += 1;
    }
    let is_long = |lower: &String| {
        label(lower).is_some_and(|own| alike.get(&own) == Some(&1) && known.contains_key(&own))
    };
    let short = known.iter().filter(|(lower, _)| !is_long(lower));
    short.map(|(_, name)| name.clone()).collect()
}

fn accounts(
    written: &Scenario,
    domains: &Items<Domain>,
    problems: &mut Problems,
) -> Items<Account> {
    let mut accounts = Items::of("account", &written.account, problems);
    let given = written
        .accounts
        .as_ref()
        .is_some_and(|site: &Accounts| site.client_connection.is_some());
    let named = named_connection_accounts(written);
    let made = domains.list().iter().filter(|domain| !is_workgroup(domain));
    let made = made.map(|domain| (format!("{}\\{CLIENT_CONNECTION}", domain.name), domain));
    let wanted = made.filter(|(name, _)| !given || named.contains(&name.to_lowercase()));
    let made = wanted.map(|(name, domain)| {
        let place = domain.place.clone();
        (name, Account::default(), place)
    });
    accounts.add_all(made, problems);
    accounts
}

/// The names in access lists.
fn in_access_lists(written: &Scenario) -> impl Iterator<Item = &At<String>> {
    let shares = written.share.values();
    let shares = shares.flat_map(|share| [&share.access, &share.deny]);
    let packages = written.package.values();
    let packages = packages.flat_map(|package| [&package.access, &package.deny]);
    let faults = written.fault.iter();
    let faults = faults.flat_map(|fault| [&fault.access, &fault.deny]);
    shares.chain(packages).chain(faults).flatten().flatten()
}

/// The Client Connection accounts that lists name, in lower case: one that SMS makes by
/// itself needs no declaration there.
fn named_connection_accounts(written: &Scenario) -> BTreeSet<String> {
    let sites = written.site.values();
    let of_sites = sites.filter_map(|site| site.accounts.as_ref());
    let lists = written.accounts.iter().chain(of_sites);
    let lists = lists.filter_map(|accounts| accounts.client_connection.as_ref());
    let names = lists.flatten().chain(in_access_lists(written));
    names.map(|name| name.to_lowercase()).collect()
}

/// Whether there are no accounts in it that another machine would know.
pub(crate) fn is_workgroup(domain: &Item<Domain>) -> bool {
    domain
        .spec
        .kind
        .is_some_and(|kind| kind.meaning() == crate::world::DomainKind::Workgroup)
}

/// The servers: those with `sites` once for each, and those that exist by
/// default.
fn servers(written: &Scenario, sites: &Items<Site>, problems: &mut Problems) -> Items<Server> {
    let mut servers = Items::with(
        "server",
        &written.server,
        problems,
        |name, spec, most, problems| instances((name, spec), most, sites, problems),
    );
    for (role, end) in NEEDED_ROLES {
        let has_role =
            |server: &Item<Server>| server.spec.roles.iter().flatten().any(|have| *have == role);
        if !servers.list().iter().any(has_role) {
            let roots = roots(sites);
            let made = roots
                .iter()
                .map(|root| default_server(&servers, root, role, end));
            let made: Vec<_> = made.collect();
            servers.add_all(made, problems);
        }
    }
    servers
}

/// The sites without a parent. Where all have one they go round in a circle,
/// which is complained about elsewhere; the first will do then.
fn roots(sites: &Items<Site>) -> Vec<&Item<Site>> {
    let is_root = |site: &&Item<Site>| site.spec.parent.is_none();
    let roots: Vec<_> = sites.list().iter().filter(is_root).collect();
    if roots.is_empty() {
        sites.list().iter().take(1).collect()
    } else {
        roots
    }
}

/// A server with one role, called after its site.
fn default_server(
    servers: &Items<Server>,
    site: &Item<Site>,
    role: ServerRole,
    end: &str,
) -> (String, Server, Place) {
    let mut name = format!("{}-{end}", site.name);
    while servers.find(&name).is_some() {
        name.push('1');
    }
    let spec = Server {
        site: Some(At::nowhere(site.name.clone())),
        roles: Some(vec![role]),
        ..Server::default()
    };
    (name, spec, site.place.clone())
}

/// The `chosen` sites in the order of the patterns that have chosen them.
fn in_order(globs: &[At<String>], chosen: &[usize], sites: &Items<Site>) -> Vec<usize> {
    let fits = |glob: &At<String>, name: &str| **glob == name || pattern::matches(glob, name);
    let rank = |at: &usize| {
        let name = &sites.get(*at).name;
        globs.iter().position(|glob| fits(glob, name))
    };
    let mut ordered = chosen.to_vec();
    ordered.sort_by_key(|at| (rank(at), *at));
    ordered
}

/// One server at each of its `sites`, `{site}` in its name filled in.
fn instances(
    (name, spec): (&At<String>, &Server),
    most: usize,
    sites: &Items<Site>,
    problems: &mut Problems,
) -> Option<Vec<(String, Server)>> {
    let Some(globs) = &spec.sites else {
        if let Some(first) = &spec.first {
            let message = format!("the server `{}` has `first`, and no `sites`", **name);
            let help = "say which sites: sites = [\"branch-*\"]";
            problems.error(ProblemCode::MissingKey, first.span(), message, help);
        }
        return Some(vec![(name.to_string(), spec.clone())]);
    };
    let mut chosen = sites.select(globs, problems);
    if let Some(first) = &spec.first {
        chosen = in_order(globs, &chosen, sites);
        chosen.truncate(first.0 as usize);
    }
    if chosen.len() > 1 && !name.contains("{site}") {
        let message = format!(
            "the server `{}` stands at {} sites, which would give all the same name",
            **name,
            chosen.len()
        );
        problems.error(
            ProblemCode::DeclaredTwice,
            name.span(),
            message,
            "put {site} into its name, as in \"{site}-DP\"",
        );
        return Some(Vec::new());
    }
    if chosen.len() > most {
        return None;
    }
    let made = chosen.into_iter().map(|at| {
        let site = sites.get(at).name.clone();
        let here = |text: &At<String>| text.with(text.replace("{site}", &site));
        let sources = spec.pulls_from.as_ref();
        let pulls_from = sources.map(|names| names.iter().map(here).collect());
        let server_name = name.replace("{site}", &site);
        (
            server_name,
            Server {
                site: Some(name.with(site)),
                sites: None,
                pulls_from,
                ..spec.clone()
            },
        )
    });
    Some(made.collect())
}

fn fleets(written: &Scenario, has_inventory: bool, problems: &mut Problems) -> Items<FleetGroup> {
    let mut fleets = Items::of("fleet", &written.fleet, problems);
    if fleets.is_empty() && !has_inventory {
        fleets.add("pcs", FleetGroup::default(), None, problems);
    }
    fleets
}

fn packages(written: &Scenario, problems: &mut Problems) -> Items<Package> {
    let mut packages = Items::of("package", &written.package, problems);
    if packages.is_empty() {
        packages.add("package", Package::default(), None, problems);
    }
    packages
}

/// The program of a package of which nothing is said: whatever it is, a user may
/// run it.
fn unwritten_program() -> Program {
    Program {
        needs_administrator: Some(false),
        ..Program::default()
    }
}

fn programs(
    written: &Scenario,
    packages: &Items<Package>,
    problems: &mut Problems,
) -> Items<Program> {
    let mut programs = Items::of("program", &written.program, problems);
    if programs.is_empty() || is_unwritten(&written.program, problems) {
        let packages = packages.list().iter();
        let made = packages.map(|package| {
            let place = package.place.clone();
            (package.name.clone(), Program::default(), place)
        });
        programs.add_all(made, problems);
        // What is set of one of them, or said by a glob, says no more than it says.
        let unwritten = unwritten_program();
        programs.each(|program| program.inherit(&unwritten));
    }
    programs
}

/// Whether the scenario says nothing of a section, so that what exists by default
/// does; settings from the command line change that, and take nothing of it away.
fn is_unwritten<T>(section: &Section<T>, problems: &Problems) -> bool {
    let mut spans = section.keys().filter_map(At::span);
    !spans.any(|span| problems.sources().is_in_first(&span))
}

fn advertisements(
    written: &Scenario,
    programs: &Items<Program>,
    problems: &mut Problems,
) -> Items<Advertisement> {
    let mut advertisements = Items::of("advertisement", &written.advertisement, problems);
    if advertisements.is_empty() || is_unwritten(&written.advertisement, problems) {
        let serving = programs.list().iter().flat_map(|other| {
            let other = &other.spec;
            other.run_first.iter().chain(&other.uninstall)
        });
        let serving: BTreeSet<&str> = serving.map(|program| program.as_str()).collect();
        let all = programs.list().iter();
        let offered = all.filter(|program| !serving.contains(program.name.as_str()));
        let made = offered.map(|program| {
            let place = program.place.clone();
            (program.name.clone(), Advertisement::default(), place)
        });
        advertisements.add_all(made, problems);
    }
    advertisements
}
