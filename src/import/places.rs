//! Which places there are, and what of the network belongs to them.
//!
//! A site of the directory is a place. A boundary group whose boundaries no site
//! of the directory covers is one, too.

use super::facts::{Boundary, Facts};
use super::lists::Lists;
use super::servers::Server;
use crate::scenario::inventory::{MapOptions, Network};
use crate::scenario::plain_name;
use std::collections::{BTreeMap, BTreeSet};

/// One place.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    pub(super) machines: usize,
    /// Those of its machines that are servers, by name in upper case.
    pub(super) servers: BTreeSet<String>,
    pub(super) parent: Option<String>,
    /// The rate of its line and whether the cost of a site link tells it.
    pub(super) wan: Option<(String, bool)>,
    /// Other places whose distribution points are used, by minutes.
    pub(super) fallback: BTreeMap<i64, BTreeSet<String>>,
    /// Whether it has no machines, and no servers, and leads nowhere.
    pub(super) is_left_out: bool,
}

/// All places.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    pub(super) list: BTreeMap<String, Place>,
    /// What rows of the inventory may say, and the place that it means.
    pub(super) says: BTreeMap<String, String>,
    /// The places of each boundary group.
    pub(super) of_group: BTreeMap<String, BTreeSet<String>>,
    pub(super) root: String,
}

impl Places {
    /// The places that `facts` tell.
    pub(super) fn new(facts: &Facts, lists: &mut Lists) -> Self {
        let mut places = Self::default();
        for site in &facts.ad_sites {
            places.declare(site);
        }
        let exported = !facts.ad_sites.is_empty();
        let named = facts.subnets.values();
        let named = named.chain(
            facts
                .controllers
                .values()
                .map(|controller| &controller.site),
        );
        let named = named.chain(facts.links.values().flat_map(|link| &link.sites));
        let by_boundary = facts
            .boundaries
            .values()
            .filter(|boundary| boundary.kind == 1);
        let named = named.chain(by_boundary.map(|boundary| &boundary.value));
        for site in named
            .filter(|site| !site.is_empty())
            .collect::<BTreeSet<_>>()
        {
            if places.find(site).is_none() {
                if exported {
                    lists.gap("the sites {} are named, and the export of sites does not hold them; they are made", site);
                }
                places.declare(site);
            }
        }
        places.subnets(facts, lists);
        places.boundaries(facts, lists);
        places
    }

    /// Adds the site `name`, and an entry for rows that name it where it has to be
    /// called otherwise.
    pub(super) fn declare(&mut self, name: &str) -> String {
        if let Some(known) = self.find(name) {
            return known;
        }
        let plain = plain_name(name);
        let called = self.find(&plain).unwrap_or_else(|| {
            self.list.insert(plain.clone(), Place::default());
            plain
        });
        if called != name && !called.eq_ignore_ascii_case(name) {
            // `?` stands for the character that a name cannot have.
            let glob: String = name
                .chars()
                .map(|c| if matches!(c, '*' | '{' | '}') { '?' } else { c })
                .collect();
            self.say(glob, &called);
        }
        called
    }

    /// Lets rows that say `says` stand at `place`, where an inventory can be told so.
    pub(super) fn say(&mut self, says: String, place: &str) {
        let mut options = MapOptions::default();
        if !says.is_empty() && options.places.add(&says, place).is_ok() {
            self.says.insert(says, place.to_owned());
        }
    }

    /// The place of that name, whatever its case.
    pub(super) fn find(&self, name: &str) -> Option<String> {
        if self.list.contains_key(name) {
            return Some(name.to_owned());
        }
        let (lower, plain) = (name.to_lowercase(), plain_name(name).to_lowercase());
        let mut names = self.list.keys();
        let found = names.find(|known| {
            let known = known.to_lowercase();
            known == lower || known == plain
        });
        found.cloned()
    }

    fn subnets(&mut self, facts: &Facts, lists: &mut Lists) {
        for (network, site) in &facts.subnets {
            match Network::parse(network) {
                Ok(_) => {
                    let site = self.declare(site);
                    self.say(network.clone(), &site);
                }
                Err(_) => lists.gap("subnets {}: they are not of IPv4", network),
            }
        }
    }

    fn boundaries(&mut self, facts: &Facts, lists: &mut Lists) {
        let has_groups = !facts.groups.is_empty() || facts.has_group_boundaries;
        for boundary in facts.boundaries.values() {
            let shown = if boundary.name.is_empty() {
                &boundary.value
            } else {
                &boundary.name
            };
            if boundary.groups.is_empty() && has_groups && facts.has_group_boundaries {
                lists.gap("boundaries {}: they are in no boundary group", shown);
            }
            let groups: Vec<&String> = boundary.groups.iter().collect();
            if groups.len() > 1 {
                lists.gap("boundaries {}: they are in several boundary groups, and the points of all of them are used", shown);
            }
            let Some(place) = self.place_of(boundary, facts, lists) else {
                continue;
            };
            for group in groups {
                self.of_group
                    .entry(group.clone())
                    .or_default()
                    .insert(place.clone());
            }
        }
        for (id, name) in &facts.groups {
            let empty = self.of_group.get(id).is_none_or(BTreeSet::is_empty);
            let empty = empty && self.of_group.get(name).is_none_or(BTreeSet::is_empty);
            if empty && !name.starts_with("Default-Site-Boundary-Group") {
                let kind = if facts.has_group_boundaries {
                    "boundary groups {}: they hold no boundary that tells a place"
                } else {
                    "boundary groups {}: no export tells their boundaries; docs/import.md has the command"
                };
                lists.gap(kind, name);
            }
        }
    }

    /// The place in which a boundary lies.
    fn place_of(
        &mut self,
        boundary: &Boundary,
        facts: &Facts,
        lists: &mut Lists,
    ) -> Option<String> {
        let shown = if boundary.name.is_empty() {
            &boundary.value
        } else {
            &boundary.name
        };
        match boundary.kind {
            1 => return self.find(&boundary.value),
            2 => lists.gap("boundaries {}: they are not of IPv4", shown),
            4 => lists.gap(
                "boundaries {}: they are of virtual private networks, which are not places",
                shown,
            ),
            _ => {}
        }
        if !matches!(boundary.kind, 0 | 3) {
            return None;
        }
        let mut written = boundary.value.replace(' ', "");
        if boundary.kind == 0 && !written.contains('/') {
            // SMS_Boundary has the subnet ID without its mask.
            written.push_str("/24");
            lists.gap(
                "boundaries {}: the export does not hold their masks, 24 bits are assumed",
                shown,
            );
        }
        let Ok(network) = Network::parse(&written) else {
            lists.gap(
                "boundaries {}: their value is neither a subnet nor a range of IPv4",
                shown,
            );
            return None;
        };
        if let Some(place) = self.around(network) {
            return Some(place);
        }
        let group = boundary.groups.iter().next();
        let name = group.map(|id| facts.groups.get(id).unwrap_or(id));
        let place = self.declare(name.unwrap_or(shown));
        self.say(written, &place);
        Some(place)
    }

    /// The place of the narrowest known network that holds all of `network`.
    fn around(&self, network: Network) -> Option<String> {
        let known = self.says.iter().filter_map(|(says, place)| {
            let known = Network::parse(says).ok()?;
            known
                .holds(network)
                .then_some((known.last - known.first, place))
        });
        known.min().map(|(_, place)| place.clone())
    }

    /// Leaves networks out, for an inventory without addresses.
    pub(super) fn forget_networks(&mut self) {
        self.says.retain(|says, _| Network::parse(says).is_err());
    }

    /// Counts the machines whose rows tell no place.
    pub(super) fn settle_at_root(&mut self, machines: usize) {
        let root = self.root.clone();
        self.list.entry(root).or_default().machines += machines;
    }

    /// Lets places use the points of their boundary groups that stand elsewhere,
    /// and after a time those of neighbour groups (learn.microsoft.com, "Boundary
    /// groups and distribution points").
    pub(super) fn fall_back(
        &mut self,
        facts: &Facts,
        servers: &BTreeMap<String, Server>,
        lists: &mut Lists,
    ) {
        let standing = |group: &str| -> BTreeSet<String> {
            let in_group = servers
                .values()
                .filter(|server| server.is_point && server.groups.contains(group));
            in_group.map(|server| server.place.clone()).collect()
        };
        let resolve = |name: &String| -> String {
            let by_name = facts.groups.iter().find(|(_, known)| *known == name);
            by_name.map_or_else(|| name.clone(), |(id, _)| id.clone())
        };
        let mut wanted: Vec<(String, i64, BTreeSet<String>)> = Vec::new();
        for (group, own) in &self.of_group {
            let group = resolve(group);
            let points = standing(&group);
            if points.is_empty() && !facts.group_servers.is_empty() {
                let name = facts.groups.get(&group).unwrap_or(&group);
                lists.gap(
                    "boundary groups {}: they have no distribution point of their own",
                    name,
                );
            }
            wanted.extend(own.iter().map(|place| (place.clone(), 0, points.clone())));
            for ((from, to), minutes) in &facts.relations {
                if resolve(from) == group {
                    let points = standing(&resolve(to));
                    wanted.extend(
                        own.iter()
                            .map(|place| (place.clone(), *minutes, points.clone())),
                    );
                }
            }
        }
        wanted.sort_by_key(|(_, minutes, _)| *minutes);
        for (name, minutes, points) in wanted {
            let Some(place) = self.list.get_mut(&name) else {
                continue;
            };
            let known: BTreeSet<String> = place.fallback.values().flatten().cloned().collect();
            let new: BTreeSet<String> = points
                .into_iter()
                .filter(|at| *at != name && !known.contains(at))
                .collect();
            if !new.is_empty() {
                place.fallback.entry(minutes).or_default().extend(new);
            }
        }
        self.outside_of_groups(facts, servers, lists);
    }

    /// Lets places that no boundary group holds use the points at the top, as those
    /// of the site's default boundary group.
    fn outside_of_groups(
        &mut self,
        facts: &Facts,
        servers: &BTreeMap<String, Server>,
        lists: &mut Lists,
    ) {
        let root = self.root.clone();
        let has_point = |place: &str| {
            let mut servers = servers.values();
            servers.any(|server| server.is_point && server.place == place)
        };
        if facts.group_servers.is_empty() || !has_point(&root) {
            return;
        }
        let inside: BTreeSet<&String> = self.of_group.values().flatten().collect();
        for (name, place) in &mut self.list {
            if *name == root || place.is_left_out || inside.contains(name) || has_point(name) {
                continue;
            }
            let kind =
                "sites {}: they are in no boundary group; their clients use the points at the top";
            lists.gap(kind, name);
            place.fallback.entry(0).or_default().insert(root.clone());
        }
    }
}
