//! Domains, their forests and whom they trust.

use super::facts::{Facts, Lockout};
use super::fleet::Fleet;
use super::lists::Lists;
use crate::scenario::domain_name;
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
    let mut dns: BTreeSet<&String> = facts.domains.keys().collect();
    dns.extend(
        facts
            .controllers
            .values()
            .map(|controller| &controller.domain),
    );
    let dns: Vec<&String> = dns.into_iter().filter(|name| !name.is_empty()).collect();
    for name in fleet.domains.keys() {
        let same = domains
            .list
            .keys()
            .any(|known: &String| known.eq_ignore_ascii_case(name));
        if !same {
            let domain = Domain {
                is_workgroup: name.eq_ignore_ascii_case("workgroup"),
                ..Domain::default()
            };
            domains.list.insert(name.clone(), domain);
        }
    }
    for dns in dns {
        let called = called(dns, facts, fleet, lists);
        let mut known = domains.list.keys();
        let same = known.find(|known| known.eq_ignore_ascii_case(&called));
        let called = same.cloned().unwrap_or(called);
        domains.list.entry(called.clone()).or_default();
        domains.called.insert(dns.clone(), called);
    }
    forests(&mut domains, facts);
    trusts(&mut domains, facts, lists);
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
    let mut machines: BTreeMap<&String, usize> = BTreeMap::new();
    for (name, count) in &fleet.domains {
        let mut known = domains.list.keys();
        let same = known.find(|known| known.eq_ignore_ascii_case(name));
        *machines.entry(same.unwrap_or(name)).or_default() += count;
    }
    domains.largest = machines
        .into_iter()
        .max_by_key(|(name, count)| (*count, std::cmp::Reverse(*name)))
        .map(|(name, _)| name.clone());
    domains.largest = domains
        .largest
        .take()
        .or_else(|| domains.list.keys().next().cloned());
    domains
}

/// What the scenario calls the domain `dns`: as the inventory does, else by its
/// `NetBIOS` name.
fn called(dns: &str, facts: &Facts, fleet: &Fleet, lists: &mut Lists) -> String {
    let netbios = facts.domains.get(dns).map(|domain| domain.netbios.clone());
    let mut names = fleet.domains.keys();
    if let Some(same) = names.find(|name| name.eq_ignore_ascii_case(dns)) {
        return same.clone();
    }
    let said = netbios.clone().filter(|name| !name.is_empty());
    let wanted = domain_name(&said.unwrap_or_else(|| short(dns)));
    let mut names = fleet.domains.keys();
    if let Some(same) = names.find(|name| name.eq_ignore_ascii_case(&wanted)) {
        return same.clone();
    }
    // Without Get-ADDomain the other labels are looked at, too.
    if netbios.is_none() {
        let label = |name: &&String| dns.split('.').any(|label| label.eq_ignore_ascii_case(name));
        if let Some(same) = fleet.domains.keys().find(label) {
            lists.gap(
                &format!("the domain {{}} is taken for {dns}; Get-ADDomain would tell"),
                same,
            );
            return same.clone();
        }
    }
    wanted
}

/// Domains of one forest accept each other's accounts.
fn forests(domains: &mut Domains, facts: &Facts) {
    let mut forest_of: BTreeMap<&String, &String> = BTreeMap::new();
    for controller in facts.controllers.values() {
        forest_of.insert(&controller.domain, &controller.forest);
    }
    forest_of.extend(
        facts
            .domains
            .iter()
            .map(|(dns, domain)| (dns, &domain.forest)),
    );
    for (dns, forest) in forest_of
        .into_iter()
        .filter(|(_, forest)| !forest.is_empty())
    {
        let called = domains.called.get(dns);
        if let Some(domain) = called.and_then(|name| domains.list.get_mut(name)) {
            domain.forest = Some(forest.clone());
        }
    }
}

fn trusts(domains: &mut Domains, facts: &Facts, lists: &mut Lists) {
    for trust in &facts.trusts {
        let ends = [&trust.source, &trust.target].map(|end| {
            let called = domains.called.get(end).cloned();
            called.or_else(|| {
                let mut names = domains.list.keys();
                names
                    .find(|name| {
                        name.eq_ignore_ascii_case(end) || name.eq_ignore_ascii_case(&short(end))
                    })
                    .cloned()
            })
        });
        let [Some(source), Some(target)] = ends else {
            let both = format!("{} of {}", trust.source, trust.target);
            lists.gap(
                "trusts {}: no export holds machines, servers or controllers of the other domain",
                &both,
            );
            continue;
        };
        let forest = |name: &String| {
            domains
                .list
                .get(name)
                .and_then(|domain| domain.forest.clone())
        };
        if source == target
            || trust.within_forest
                && forest(&source).is_some()
                && forest(&source) == forest(&target)
        {
            continue;
        }
        let back = facts
            .trusts
            .iter()
            .any(|other| other.source == trust.target && other.target == trust.source);
        if back && trust.source < trust.target && !trust.within_forest {
            lists.gap(
                "trusts {} go both ways; the domains accept each other's accounts",
                &format!("{source} and {target}"),
            );
        }
        let (own, others) = (forest(&source), forest(&target));
        // Trust that goes both ways would make one forest of two.
        for (name, known) in [(&source, own), (&target, others)] {
            if let (Some(domain), None, false) =
                (domains.list.get_mut(name), known, trust.within_forest)
            {
                domain.forest = Some(name.to_lowercase());
            }
        }
        if let Some(domain) = domains.list.get_mut(&source) {
            domain.trusts.insert(target);
        }
    }
}
