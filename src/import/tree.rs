//! Which place is above which: the cheapest ways over the site links of the
//! directory, from the place where the servers are.

use super::facts::Facts;
use super::lists::{Lists, folded};
use super::places::{Place, Places};
use super::servers::Server;
use super::units::{key, label, value};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

/// The rate of a line of which nothing is known.
pub(super) const WAN: &str = "10 Mbit/s";

/// Rates in kbit/s for which Microsoft names the cost of a site link, 1024 by the
/// decimal logarithm of the rate (TechNet, "Determining the Cost").
const RATES: [u32; 9] = [19, 38, 56, 64, 128, 256, 512, 2048, 4096];

/// The rate that a cost stands for, if it is one of the table.
fn rate_of_cost(cost: i64) -> Option<String> {
    let of_rate = |rate: u32| {
        let kilobits = match rate {
            19 => 19.2,
            38 => 38.4,
            rate => f64::from(rate),
        };
        (1024.0 / (libm::log(kilobits) / libm::log(10.0))).round() as i64
    };
    let mut rates = RATES.into_iter().chain([1024]);
    let rate = rates.find(|rate| of_rate(*rate) == cost)?;
    Some(match rate {
        19 => "19200 bit/s".to_owned(),
        38 => "38400 bit/s".to_owned(),
        1024 => "1024 kbit/s".to_owned(),
        rate => format!("{rate} kbit/s"),
    })
}

/// Gives every place a parent but one.
pub(super) fn plant(
    places: &mut Places,
    facts: &Facts,
    servers: &mut BTreeMap<String, Server>,
    lists: &mut Lists,
) {
    if places.list.is_empty() {
        places.declare("hq");
    }
    places.root = root(places, servers);
    let root = places.root.clone();
    let mut guessed = Vec::new();
    for (name, server) in servers.iter_mut() {
        if server.place.is_empty() {
            server.place.clone_from(&root);
        }
        if server.is_guessed {
            guessed.push((name.clone(), server.place.clone()));
        }
    }
    let ways = ways(places, facts, servers);
    let names: Vec<String> = places.list.keys().cloned().collect();
    let mut apart = Vec::new();
    for name in names.iter().filter(|name| **name != root) {
        let (parent, cost) = match ways.get(name) {
            Some((parent, cost)) => (parent.clone(), Some(*cost)),
            None => (root.clone(), None),
        };
        if cost.is_none() {
            apart.push(name.as_str());
        }
        if let Some(place) = places.list.get_mut(name) {
            place.parent = Some(parent);
            let known = cost.and_then(rate_of_cost);
            place.wan = Some((
                known.clone().unwrap_or_else(|| WAN.to_owned()),
                known.is_some(),
            ));
        }
    }
    let is_ring = facts
        .links
        .values()
        .map(|link| link.sites.len().saturating_sub(1))
        .sum::<usize>()
        >= names.len();
    if is_ring && names.len() > 1 && !ways.is_empty() {
        lists.ignored(
            "site links that are not on the cheapest way",
            "the places of a scenario form a tree",
        );
    }
    leave_out(places, servers, lists);
    assume(places, &guessed, &apart, facts, lists);
}

/// For each place but the root and those that nothing joins to it, the one above it and the
/// cost of the link. Places that links join to each other and not to the root hang from one
/// of their own, which has no way.
fn ways(
    places: &Places,
    facts: &Facts,
    servers: &BTreeMap<String, Server>,
) -> BTreeMap<String, (String, i64)> {
    let mut hubs = BTreeSet::from([places.root.clone()]);
    let joined = neighbours(places, facts, &hubs);
    let mut met: BTreeSet<String> = cheapest(&places.root, &joined).into_keys().collect();
    met.insert(places.root.clone());
    for place in joined.keys() {
        if met.contains(place) {
            continue;
        }
        let mut part: BTreeSet<String> = cheapest(place, &joined).into_keys().collect();
        part.insert(place.clone());
        let here = places.list.iter().filter(|(name, _)| part.contains(*name));
        hubs.insert(top_of(here, servers));
        met.append(&mut part);
    }
    if hubs.len() == 1 {
        return cheapest(&places.root, &joined);
    }
    let joined = neighbours(places, facts, &hubs);
    hubs.iter().flat_map(|hub| cheapest(hub, &joined)).collect()
}

/// The place that everything hangs from.
fn root(places: &Places, servers: &BTreeMap<String, Server>) -> String {
    top_of(places.list.iter(), servers)
}

/// The place with most management points, of these the one with most servers, with most
/// machines, and the first by name.
fn top_of<'a>(
    places: impl DoubleEndedIterator<Item = (&'a String, &'a Place)>,
    servers: &BTreeMap<String, Server>,
) -> String {
    let weight = |at: &(&String, &Place)| {
        let (name, place) = *at;
        let here = || {
            let known = servers.iter().filter(|(_, server)| !server.is_guessed);
            known.filter(|(_, server)| server.works() && server.place == *name)
        };
        let points = here().filter(|(_, server)| server.is_management_point);
        let has_row = |host: &str| {
            [host, label(host)]
                .iter()
                .any(|host| place.servers.contains(&host.to_uppercase()))
        };
        let without_row = here().filter(|(host, _)| !has_row(host));
        let count = place.servers.len() + without_row.count();
        (points.count(), count, place.machines)
    };
    let top = places.rev().max_by_key(weight);
    top.map(|(name, _)| name.clone()).unwrap_or_default()
}

type Neighbours = BTreeMap<String, BTreeMap<String, i64>>;

/// The costs of the ways between places that a site link joins.
fn neighbours(places: &Places, facts: &Facts, hubs: &BTreeSet<String>) -> Neighbours {
    let mut neighbours = Neighbours::new();
    for link in facts.links.values() {
        let sites: BTreeSet<String> = link
            .sites
            .iter()
            .filter_map(|site| places.find(site))
            .collect();
        // A link over many sites joins each of them to each other; the first by name
        // and the places from which others hang are enough to find the cheapest ways.
        for hub in sites
            .iter()
            .filter(|site| hubs.contains(*site))
            .chain(sites.first())
        {
            for site in sites.iter().filter(|site| *site != hub) {
                for (a, b) in [(hub, site), (site, hub)] {
                    let cost = neighbours
                        .entry(a.clone())
                        .or_default()
                        .entry(b.clone())
                        .or_insert(i64::MAX);
                    *cost = (*cost).min(link.cost.max(1));
                }
            }
        }
    }
    neighbours
}

/// For each place that can be reached from `root` the one before it on the
/// cheapest way, the one with the fewest links among equals, and the cost of the
/// last link.
fn cheapest(root: &str, neighbours: &Neighbours) -> BTreeMap<String, (String, i64)> {
    let mut ways: BTreeMap<String, (String, i64)> = BTreeMap::new();
    let mut queue = BinaryHeap::from([Reverse((
        0_i64,
        0_usize,
        String::new(),
        root.to_owned(),
        0_i64,
    ))]);
    let mut done = BTreeSet::new();
    while let Some(Reverse((cost, links, before, place, last))) = queue.pop() {
        if !done.insert(place.clone()) {
            continue;
        }
        for (next, more) in neighbours.get(&place).into_iter().flatten() {
            if !done.contains(next) {
                let total = cost.saturating_add(*more);
                queue.push(Reverse((
                    total,
                    links + 1,
                    place.clone(),
                    next.clone(),
                    *more,
                )));
            }
        }
        if !before.is_empty() {
            ways.insert(place, (before, last));
        }
    }
    ways
}

/// Leaves out places without machines and servers that lie on no way.
fn leave_out(places: &mut Places, servers: &BTreeMap<String, Server>, lists: &mut Lists) {
    let counts = places.list.values().any(|place| place.machines > 0);
    let mut needed: BTreeSet<String> = servers
        .values()
        .map(|server| server.place.clone())
        .collect();
    needed.insert(places.root.clone());
    let inhabited = places
        .list
        .iter()
        .filter(|(_, place)| place.machines > 0 || !counts);
    needed.extend(inhabited.map(|(name, _)| name.clone()));
    let mut ways: Vec<String> = needed.iter().cloned().collect();
    while let Some(name) = ways.pop() {
        let parent = places
            .list
            .get(&name)
            .and_then(|place| place.parent.clone());
        if let Some(parent) = parent.filter(|parent| needed.insert(parent.clone())) {
            ways.push(parent);
        }
    }
    for (name, place) in &mut places.list {
        place.is_left_out = !needed.contains(name);
        if place.is_left_out {
            lists.gap(
                "sites {}: they have no machines and no servers, and are left out",
                name,
            );
        } else if place.machines == 0 && counts {
            lists.gap("sites {}: they have no machines", name);
        }
    }
    let kept: BTreeSet<String> = places
        .list
        .iter()
        .filter(|(_, place)| !place.is_left_out)
        .map(|(name, _)| name.clone())
        .collect();
    places.says.retain(|_, place| kept.contains(place));
}

/// Whether `place` is `above` or hangs from it.
fn is_below(places: &Places, place: &str, above: &str) -> bool {
    let parent = |place: &&str| places.list.get(*place)?.parent.as_deref();
    std::iter::successors(Some(place), parent).any(|place| place == above)
}

fn assume(
    places: &Places,
    guessed: &[(String, String)],
    apart: &[&str],
    facts: &Facts,
    lists: &mut Lists,
) {
    let kept = |name: &&&str| {
        !places
            .list
            .get(**name)
            .is_none_or(|place| place.is_left_out)
    };
    let lines: Vec<&String> = places
        .list
        .iter()
        .filter(|(_, place)| {
            !place.is_left_out && place.wan.as_ref().is_some_and(|(_, known)| !known)
        })
        .map(|(name, _)| name)
        .collect();
    if !lines.is_empty() {
        let settings = lines
            .iter()
            .map(|name| format!("site.{}.wan=2 Mbit/s", key(name)));
        lists.assume(
            "the rates of WAN links",
            &format!("{WAN} each way"),
            settings.collect(),
        );
    }
    let known: Vec<String> = places
        .list
        .iter()
        .filter(|(_, place)| {
            !place.is_left_out && place.wan.as_ref().is_some_and(|(_, known)| *known)
        })
        .map(|(name, _)| format!("site.{}.wan=10 Mbit/s", key(name)))
        .collect();
    if !known.is_empty() {
        lists.assume(
            "the rates of WAN links whose site link has a cost of Microsoft's table",
            "the rate that the table has for the cost",
            known,
        );
    }
    let apart: Vec<&&str> = apart.iter().filter(kept).collect();
    if !apart.is_empty() {
        let why = if facts.links.is_empty() {
            "no export holds site links"
        } else {
            "no site link leads there"
        };
        let kept = places.list.iter().filter(|(_, place)| !place.is_left_out);
        let kept = kept.map(|(name, _)| name.as_str());
        // A place that hangs from another cannot be above it.
        let pairs = apart.iter().flat_map(|name| {
            let others = kept.clone().filter(|other| *other != places.root);
            let others = others.filter(|other| !is_below(places, other, name));
            others.map(|other| (**name, other))
        });
        if let Some((name, other)) = pairs.into_iter().next() {
            let named: Vec<&str> = apart.iter().map(|name| **name).collect();
            let what = format!("the place above {}, as {why}", folded(&named));
            lists.assume(
                &what,
                &places.root,
                vec![format!("site.{}.parent={}", key(name), value(other))],
            );
        }
    }
    if !guessed.is_empty() {
        let other = |place: &String| {
            places
                .list
                .iter()
                .find(|(name, other)| *name != place && !other.is_left_out)
        };
        let settings = guessed.iter().filter_map(|(name, place)| {
            Some(format!(
                "server.{}.site={}",
                key(name),
                value(other(place)?.0)
            ))
        });
        let settings: Vec<String> = settings.collect();
        if !settings.is_empty() {
            let how = "at the largest place of their boundary groups, else at the top";
            lists.assume("where these servers stand", how, settings);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_of_the_table_are_rates() {
        for (cost, rate) in [
            (798, "19200 bit/s"),
            (586, "56 kbit/s"),
            (567, "64 kbit/s"),
            (486, "128 kbit/s"),
            (425, "256 kbit/s"),
            (378, "512 kbit/s"),
            (340, "1024 kbit/s"),
            (309, "2048 kbit/s"),
            (283, "4096 kbit/s"),
        ] {
            assert_eq!(rate_of_cost(cost).as_deref(), Some(rate), "{cost}");
        }
        assert_eq!(rate_of_cost(100), None);
    }
}
