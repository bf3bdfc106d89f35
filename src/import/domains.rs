//! Domains, their forests and whom they trust.

use super::facts::{Facts, Lockout, Trust};
use super::fleet::Fleet;
use super::lists::{Lists, folded};
use super::units::key;
use crate::scenario::domain_name;
use crate::scenario::inventory::is_workgroup;
use std::collections::{BTreeMap, BTreeSet};

/// One domain.
#[derive(Debug, Clone, Default)]
pub(super) struct Domain {
    pub(super) is_workgroup: bool,
    pub(super) forest: Option<String>,
    pub(super) trusts: BTreeSet<String>,
    pub(super) pdc: Option<String>,
    pub(super) lockout: Option<Lockout>,
}

/// All domains, by the name that the scenario has for them.
#[derive(Debug, Clone, Default)]
pub(super) struct Domains {
    pub(super) list: BTreeMap<String, Domain>,
    /// What the scenario calls the domain of a DNS name.
    called: BTreeMap<String, String>,
    /// The one with most machines.
    pub(super) largest: Option<String>,
}

impl Domains {
    /// The domain of that name, whatever its case.
    fn find(&self, name: &str) -> Option<String> {
        let mut known = self.list.keys();
        known
            .find(|known| known.eq_ignore_ascii_case(name))
            .cloned()
    }

    /// What the scenario calls a domain, by its DNS name.
    pub(super) fn called(&self, dns: &str) -> Option<&str> {
        self.called.get(dns).map(String::as_str)
    }
}

/// The `NetBIOS` name that a DNS name has by default.
fn short(dns: &str) -> String {
    let label = dns.split('.').next().unwrap_or(dns);
    label.chars().take(15).collect::<String>().to_uppercase()
}

/// The domains of the machines, controllers and trusts.
pub(super) fn domains(facts: &Facts, fleet: &Fleet, lists: &mut Lists) -> Domains {
    let mut domains = Domains::default();
    for name in fleet.domains.keys() {
        let name = declared_as(name, facts, fleet);
        if domains.find(name).is_none() {
            let domain = Domain {
                is_workgroup: is_workgroup(name),
                ..Domain::default()
            };
            domains.list.insert(name.clone(), domain);
        }
    }
    let of_controllers = facts.controllers.values();
    let of_controllers = of_controllers.map(|controller| &controller.domain);
    let all: BTreeSet<&String> = facts.domains.keys().chain(of_controllers).collect();
    let known = Known::new(&all, facts, fleet);
    for dns in all.iter().copied().filter(|name| !name.is_empty()) {
        let called = called(dns, &all, &known, (facts, fleet), lists);
        let called = domains.find(&called).unwrap_or(called);
        domains.list.entry(called.clone()).or_default();
        domains.called.insert(dns.clone(), called);
    }
    forests(&mut domains, facts, lists);
    trusts(&mut domains, facts, lists);
    controllers(&mut domains, facts, fleet, lists);
    lockouts(&mut domains, facts, lists);
    domains.largest = largest(&domains, facts, fleet);
    if facts.trusts.is_empty() {
        assume_one_forest(&mut domains, lists);
    }
    domains
}

/// Domains of which no export says to which forest they belong are in that of the largest:
/// machines of one hierarchy mostly are, and without trust none of theirs would come to a
/// point of another domain.
fn assume_one_forest(domains: &mut Domains, lists: &mut Lists) {
    let Some(largest) = domains.largest.clone() else {
        return;
    };
    let unsaid = |(name, domain): &(&String, &Domain)| {
        !domain.is_workgroup && domain.forest.is_none() && **name != largest
    };
    let joined = domains.list.iter().filter(unsaid);
    let joined: Vec<String> = joined.map(|(name, _)| name.clone()).collect();
    if joined.is_empty() {
        return;
    }
    let said = domains.list.get(&largest);
    let said = said.and_then(|domain| domain.forest.clone());
    let forest = said.unwrap_or_else(|| largest.to_lowercase());
    for name in joined.iter().chain([&largest]) {
        if let Some(domain) = domains.list.get_mut(name) {
            domain.forest = Some(forest.clone());
        }
    }
    let names: Vec<&str> = joined.iter().map(String::as_str).collect();
    let what = format!(
        "whom the domains {} and {largest} trust, as no export holds it",
        folded(&names)
    );
    let setting = |name: &String| format!("domain.{}.forest={}", key(name), name.to_lowercase());
    lists.assume(
        &what,
        "each other, as domains of one forest",
        joined.iter().map(setting).collect(),
    );
}

/// The name under which the domain `name` of machines is declared: the `NetBIOS` name
/// that other rows have for it, if it is clear that they do.
fn declared_as<'a>(name: &'a String, facts: &Facts, fleet: &'a Fleet) -> &'a String {
    if !name.contains('.') {
        return name;
    }
    let wanted = short(name);
    let said = facts.domains.get(&name.to_lowercase());
    let is_clear = said.is_none_or(|domain| domain.netbios.eq_ignore_ascii_case(&wanted));
    let alike = |other: &&String| short(other) == wanted && !other.eq_ignore_ascii_case(name);
    let mut others = fleet.domains.keys().filter(alike);
    match (others.next(), others.next()) {
        (Some(only), None) if is_clear && !only.contains('.') => only,
        _ => name,
    }
}

/// Finds the controller of each domain that is its PDC emulator, and tells of
/// controllers that belong to nothing else.
fn controllers(domains: &mut Domains, facts: &Facts, fleet: &Fleet, lists: &mut Lists) {
    for (host, controller) in &facts.controllers {
        let Some(name) = domains.called.get(&controller.domain) else {
            lists.gap(
                "controllers {}: the export does not hold their domain",
                host,
            );
            continue;
        };
        let machines = fleet.domains.keys().any(|known| known == name);
        let named = facts.domains.contains_key(&controller.domain)
            || facts.trusts.iter().any(|trust| {
                trust.source == controller.domain || trust.target == controller.domain
            });
        if !machines && !named && !fleet.domains.is_empty() {
            lists.gap(
                "controllers of the domain {}, which no machine is in and no other export holds",
                name,
            );
        }
        let emulator = facts
            .domains
            .get(&controller.domain)
            .map(|domain| &domain.pdc);
        if controller.is_pdc || emulator == Some(host) {
            let label = super::units::label(host).to_uppercase();
            if let Some(domain) = domains.list.get_mut(name) {
                domain.pdc = Some(label);
            }
        }
    }
}

fn lockouts(domains: &mut Domains, facts: &Facts, lists: &mut Lists) {
    for (dns, lockout) in &facts.lockouts {
        let found = domains.called.get(dns).cloned();
        let only = || {
            (domains.list.len() == 1)
                .then(|| domains.list.keys().next().cloned())
                .flatten()
        };
        match found
            .or_else(only)
            .and_then(|name| domains.list.get_mut(&name))
        {
            Some(domain) => domain.lockout = Some(lockout.clone()),
            None => lists.gap(
                "password policies of the domains {}, which no other export holds",
                dns,
            ),
        }
    }
}

/// The domain with most machines, or the first of those without any; a workgroup only
/// if there is no other.
fn largest(domains: &Domains, facts: &Facts, fleet: &Fleet) -> Option<String> {
    let mut machines: BTreeMap<String, usize> = BTreeMap::new();
    for (name, count) in &fleet.domains {
        let name = declared_as(name, facts, fleet);
        let name = domains.find(name).unwrap_or_else(|| name.clone());
        *machines.entry(name).or_default() += count;
    }
    let rank = |(name, domain): &(&String, &Domain)| {
        let count = machines.get(*name).copied().unwrap_or(0);
        (
            !domain.is_workgroup,
            count,
            std::cmp::Reverse((*name).clone()),
        )
    };
    let largest = domains.list.iter().max_by_key(rank);
    largest.map(|(name, _)| name.clone())
}

/// What the scenario calls the domain `dns`: as the inventory does, else by its
/// `NetBIOS` name.
fn called(
    dns: &str,
    all: &BTreeSet<&String>,
    known: &Known,
    (facts, fleet): (&Facts, &Fleet),
    lists: &mut Lists,
) -> String {
    let netbios = facts.domains.get(dns).map(|domain| domain.netbios.clone());
    let mut names = fleet.domains.keys();
    if let Some(same) = names.find(|name| name.eq_ignore_ascii_case(dns)) {
        return declared_as(same, facts, fleet).clone();
    }
    let said = netbios.clone().filter(|name| !name.is_empty());
    let wanted = domain_name(&said.unwrap_or_else(|| short(dns)));
    let mut names = fleet.domains.keys();
    if let Some(same) = names.find(|name| name.eq_ignore_ascii_case(&wanted)) {
        return same.clone();
    }
    if netbios.is_none()
        && let Some(same) = resembling(dns, all, known, fleet)
    {
        lists.gap(
            &format!("the domain {{}} is taken for {dns}; Get-ADDomain would tell"),
            same,
        );
        return same.clone();
    }
    wanted
}

/// Names of domains in small letters, to be looked up.
struct Known {
    /// The DNS names, and the `NetBIOS` names that belong to them.
    of_directory: BTreeSet<String>,
    /// The DNS names that are in the inventory, by themselves or by their `NetBIOS` names.
    met: BTreeSet<String>,
}

impl Known {
    fn new(all: &BTreeSet<&String>, facts: &Facts, fleet: &Fleet) -> Self {
        let of_fleet: BTreeSet<String> = fleet.domains.keys().map(|n| n.to_lowercase()).collect();
        let mut of_directory = BTreeSet::new();
        let mut met = BTreeSet::new();
        for dns in all {
            let said = facts.domains.get(*dns).map(|domain| &domain.netbios);
            let said = said.filter(|name| !name.is_empty());
            let netbios = said.cloned().unwrap_or_else(|| short(dns)).to_lowercase();
            let lower = dns.to_lowercase();
            if of_fleet.contains(&netbios) || of_fleet.contains(&lower) {
                met.insert((*dns).clone());
            }
            of_directory.extend([netbios, lower]);
        }
        Self { of_directory, met }
    }
}

/// The domain of the inventory that may be `dns`, where neither `Get-ADDomain` nor the
/// first label tells: one that is called like another label, `CORP` of `ad.corp.com`, or
/// whose name has the first label in it, `CORPEAST` of `east.corp.com`. A name that is that
/// of another domain, or that may be that of several, is not taken.
fn resembling<'a>(
    dns: &str,
    all: &BTreeSet<&String>,
    known: &Known,
    fleet: &'a Fleet,
) -> Option<&'a String> {
    let others = || all.iter().copied().filter(|other| *other != dns);
    let has_label =
        |dns: &str, name: &str| dns.split('.').any(|label| label.eq_ignore_ascii_case(name));
    let has_first = |dns: &str, name: &str| {
        let first = short(dns);
        first.len() >= SHORTEST_PART && name.to_uppercase().contains(&first)
    };
    let free = || {
        let names = fleet.domains.keys();
        names.filter(|name| !known.of_directory.contains(&name.to_lowercase()))
    };
    let only = |is_alike: &dyn Fn(&str, &str) -> bool| {
        let mut alike = free().filter(|name| !name.contains('.') && is_alike(dns, name));
        let found = alike.next().filter(|_| alike.next().is_none())?;
        let is_anothers =
            others().any(|other| !known.met.contains(other) && is_alike(other, found));
        (!is_anothers).then_some(found)
    };
    only(&has_label).or_else(|| only(&has_first))
}

/// How long a label is, at least, that says something as a part of another name.
const SHORTEST_PART: usize = 3;

/// Domains of one forest accept each other's accounts.
fn forests(domains: &mut Domains, facts: &Facts, lists: &mut Lists) {
    let forest_of = forests_by_dns(facts);
    for (dns, forest) in &forest_of {
        let called = domains.called(dns).unwrap_or(dns);
        let called = domains.find(called);
        if let Some(domain) = called.and_then(|name| domains.list.get_mut(&name)) {
            domain.forest = Some(forest.clone());
        }
    }
    join_by_name(domains, &forest_of, lists);
}

/// The forest of each domain, by its DNS name: what controllers and domains say, and what
/// follows from trusts within a forest.
fn forests_by_dns(facts: &Facts) -> BTreeMap<String, String> {
    let of_controllers = facts.controllers.values();
    let said = of_controllers
        .map(|controller| (&controller.domain, &controller.forest))
        .chain(facts.domains.iter().map(|(dns, own)| (dns, &own.forest)))
        .filter(|(dns, forest)| !dns.is_empty() && !forest.is_empty());
    let mut forest_of: BTreeMap<String, String> = said
        .map(|(dns, forest)| (dns.clone(), forest.clone()))
        .collect();
    let mut beside: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for trust in facts.trusts.iter().filter(|trust| trust.within_forest) {
        let (source, target) = (trust.source.as_str(), trust.target.as_str());
        beside.entry(source).or_default().push(target);
        beside.entry(target).or_default().push(source);
    }
    let mut known: Vec<String> = forest_of.keys().cloned().collect();
    // The root of a tree has the shortest name of all.
    let mut roots: Vec<&str> = beside.keys().copied().collect();
    roots.sort_by_key(|dns| std::cmp::Reverse((dns.split('.').count(), *dns)));
    loop {
        while let Some(dns) = known.pop() {
            let Some(forest) = forest_of.get(&dns).cloned() else {
                continue;
            };
            for other in beside.get(dns.as_str()).into_iter().flatten() {
                if !forest_of.contains_key(*other) {
                    forest_of.insert((*other).to_owned(), forest.clone());
                    known.push((*other).to_owned());
                }
            }
        }
        let Some(root) = roots.pop() else {
            return forest_of;
        };
        if !forest_of.contains_key(root) {
            forest_of.insert(root.to_owned(), root.to_owned());
            known.push(root.to_owned());
        }
    }
}

/// A domain whose forest no export says is in that of a domain above it by name, as
/// `sales.corp.com` is below `corp.com`.
fn join_by_name(domains: &mut Domains, forest_of: &BTreeMap<String, String>, lists: &mut Lists) {
    let roots: BTreeSet<&String> = forest_of.values().collect();
    let of_root = |name: &str| {
        let above = |dns: &str| {
            let root = || roots.get(&dns.to_owned()).copied();
            forest_of.get(dns).or_else(root)
        };
        let name = name.to_lowercase();
        let mut rest = name.as_str();
        while let Some((_, parent)) = rest.split_once('.') {
            if let Some(forest) = above(parent) {
                return Some(forest.clone());
            }
            rest = parent;
        }
        None
    };
    let mut joined: Vec<String> = Vec::new();
    for (name, domain) in &mut domains.list {
        if domain.forest.is_none() && !domain.is_workgroup {
            domain.forest = of_root(name);
            joined.extend(domain.forest.is_some().then(|| name.clone()));
        }
    }
    if joined.is_empty() {
        return;
    }
    let names: Vec<&str> = joined.iter().map(String::as_str).collect();
    let setting = |name: &String| format!("domain.{}.forest={}", key(name), name.to_lowercase());
    lists.assume(
        &format!("the forest of the domains {}", folded(&names)),
        "that of the domain above by name",
        joined.iter().map(setting).collect(),
    );
}

/// The domains for which an end of a trust stands: the one of that name and, if the trust
/// is one of forests, all of the forest whose root has it.
fn at_end(domains: &Domains, end: &str, trust: &Trust) -> Vec<String> {
    let own = domains.called(end).map(str::to_owned);
    let own = own
        .or_else(|| domains.find(end))
        .or_else(|| domains.find(&short(end)));
    let forest = |domain: &Domain| trust.of_forests && domain.forest.as_deref() == Some(end);
    let of_forest = domains.list.iter().filter(|(_, domain)| forest(domain));
    let all: BTreeSet<String> = of_forest.map(|(name, _)| name.clone()).chain(own).collect();
    all.into_iter().collect()
}

fn trusts(domains: &mut Domains, facts: &Facts, lists: &mut Lists) {
    for trust in &facts.trusts {
        let sources = at_end(domains, &trust.source, trust);
        let targets = at_end(domains, &trust.target, trust);
        // What is within a forest says which domains are in it, and has been heard.
        let is_heard = trust.within_forest && !(sources.is_empty() && targets.is_empty());
        if !is_heard && (sources.is_empty() || targets.is_empty()) {
            let both = format!("{} of {}", trust.source, trust.target);
            lists.gap(
                "trusts {}: no export holds machines, servers or controllers of the other domain",
                &both,
            );
            continue;
        }
        let back = facts
            .trusts
            .iter()
            .any(|other| other.source == trust.target && other.target == trust.source);
        for source in &sources {
            for target in &targets {
                accept(domains, (source, target), trust);
                if back && trust.source < trust.target && !trust.within_forest {
                    lists.gap(
                        "trusts {} go both ways; the domains accept each other's accounts",
                        &format!("{source} and {target}"),
                    );
                }
            }
        }
    }
}

/// Lets `source` accept the accounts of `target`.
fn accept(domains: &mut Domains, (source, target): (&String, &String), trust: &Trust) {
    let forest = |name: &String| domains.list.get(name).and_then(|d| d.forest.clone());
    let (own, others) = (forest(source), forest(target));
    if source == target || trust.within_forest && own.is_some() && own == others {
        return;
    }
    // Trust that goes both ways would make one forest of two.
    for (name, known) in [(source, own), (target, others)] {
        if let (Some(domain), None, false) =
            (domains.list.get_mut(name), known, trust.within_forest)
        {
            domain.forest = Some(name.to_lowercase());
        }
    }
    if let Some(domain) = domains.list.get_mut(source) {
        domain.trusts.insert(target.clone());
    }
}
