//! Servers, what they do, and where they stand.

use super::facts::Facts;
use super::fleet::Fleet;
use super::lists::Lists;
use super::places::Places;
use super::units::label;
use crate::scenario::plain_name;
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

/// One server.
#[derive(Debug, Clone, Default)]
pub(super) struct Server {
    pub(super) is_point: bool,
    pub(super) is_management_point: bool,
    pub(super) is_controller: bool,
    /// Whether it carries shares that are not distribution points.
    pub(super) carries_shares: bool,
    pub(super) protected: bool,
    pub(super) bits: bool,
    /// Its boundary groups.
    pub(super) groups: BTreeSet<String>,
    /// Where it stands; nothing until the root is known.
    pub(super) place: String,
    /// Whether no export says where.
    pub(super) is_guessed: bool,
    /// Its domain, by DNS name; empty if not known.
    pub(super) domain: String,
}

impl Server {
    /// Whether it does something for SMS or the directory.
    pub(super) fn works(&self) -> bool {
        self.is_point || self.is_management_point || self.is_controller
    }
}

/// Full names of hosts, of which exports have the short ones, too.
pub(super) struct Hosts {
    /// The only full name with a label.
    full: BTreeMap<String, Option<String>>,
}

impl Hosts {
    pub(super) fn new(facts: &Facts) -> Self {
        let mut full: BTreeMap<String, Option<String>> = BTreeMap::new();
        let in_groups = facts.group_servers.values().flatten();
        let with_roles = facts.roles.iter().map(|(host, _)| host);
        let of_sites = facts.cm_sites.values().map(|site| &site.server);
        let all = in_groups.chain(with_roles).chain(of_sites);
        let all = all
            .chain(facts.points.keys())
            .chain(facts.controllers.keys());
        for host in all.filter(|host| host.contains('.')) {
            full.entry(label(host).to_owned())
                .and_modify(|known| {
                    if known.as_ref() != Some(host) {
                        *known = None;
                    }
                })
                .or_insert_with(|| Some(host.clone()));
        }
        Self { full }
    }

    /// The full name of `host` if one is known.
    pub(super) fn full(&self, host: &str) -> String {
        let known = self.full.get(host).cloned().flatten();
        known.unwrap_or_else(|| host.to_owned())
    }

    /// What the scenario calls the server of a UNC path.
    pub(super) fn of_path(&self, host: &str) -> String {
        let host = host.to_lowercase();
        let full = self.full(&host);
        let known = self.full.get(label(&full));
        let is_another =
            full.contains('.') && known.is_some_and(|known| *known != Some(full.clone()));
        if is_another || full.parse::<Ipv4Addr>().is_ok() {
            full.to_uppercase()
        } else {
            self.called(&full)
        }
    }

    /// What the scenario calls the host of that full name.
    fn called(&self, full: &str) -> String {
        let label = label(full);
        match self.full.get(label) {
            // Two domains have it.
            Some(None) => full.to_uppercase(),
            _ => label.to_uppercase(),
        }
    }
}

/// The servers that `facts` tell, by name.
pub(super) fn servers(
    facts: &Facts,
    hosts: &Hosts,
    fleet: &Fleet,
    places: &Places,
    lists: &mut Lists,
) -> BTreeMap<String, Server> {
    let mut servers: BTreeMap<String, Server> = BTreeMap::new();
    let mut add = |host: &str, change: &mut dyn FnMut(&mut Server)| {
        if host.is_empty() {
            return;
        }
        let full = hosts.full(host);
        let name = plain_name(&hosts.called(&full));
        let server = servers.entry(name).or_default();
        if let Some((_, domain)) = full.split_once('.') {
            domain.clone_into(&mut server.domain);
        }
        change(server);
    };
    for (host, point) in &facts.points {
        add(host, &mut |server| {
            server.is_point = true;
            server.protected = point.protected;
            server.bits = point.bits;
        });
    }
    for (host, role) in &facts.roles {
        match role.as_str() {
            "sms distribution point" => add(host, &mut |server| {
                server.is_point = true;
                server.bits |= facts.points.is_empty();
            }),
            "sms management point" => add(host, &mut |server| server.is_management_point = true),
            other => lists.gap(
                &format!("servers {{}}: the role `{other}` is not simulated"),
                &hosts.called(&hosts.full(host)),
            ),
        }
    }
    for (host, controller) in &facts.controllers {
        add(host, &mut |server| {
            server.is_controller = true;
            controller.domain.clone_into(&mut server.domain);
            if let Some(place) = places.find(&controller.site) {
                server.place = place;
            }
        });
    }
    let tells_points = !facts.points.is_empty()
        || facts
            .roles
            .iter()
            .any(|(_, role)| role == "sms distribution point");
    for (group, members) in &facts.group_servers {
        if !facts.groups.is_empty() && !facts.groups.contains_key(group) {
            for host in members {
                lists.gap(
                    "site systems {}: they are in boundary groups that no export holds",
                    &hosts.called(host),
                );
            }
            continue;
        }
        for host in members {
            add(host, &mut |server| {
                server.groups.insert(group.clone());
                // Without a list of points, a site system of a group is taken for one.
                if !tells_points {
                    server.is_point = true;
                    server.bits = true;
                }
            });
        }
    }
    for site in facts
        .cm_sites
        .values()
        .filter(|site| site.parent.is_empty())
    {
        if facts
            .roles
            .iter()
            .all(|(_, role)| role != "sms management point")
            && !site.server.is_empty()
        {
            add(&site.server, &mut |server| {
                server.is_management_point = true;
            });
        }
    }
    leave_out(&mut servers, facts, lists);
    for (name, server) in &mut servers {
        stand(name, server, facts, fleet, places);
    }
    servers
}

/// Leaves out points that no boundary group lets a client use, and servers that
/// do nothing.
fn leave_out(servers: &mut BTreeMap<String, Server>, facts: &Facts, lists: &mut Lists) {
    let by_groups = !facts.group_servers.is_empty();
    for (name, server) in servers.iter_mut() {
        if server.is_point && by_groups && server.groups.is_empty() {
            lists.gap(
                "distribution points {}: they are in no boundary group, and no client looks there",
                name,
            );
            server.is_point = false;
        }
    }
    servers.retain(|name, server| {
        let works = server.works();
        if !works && !server.groups.is_empty() {
            lists.gap(
                "site systems {}: no export says that they are distribution points",
                name,
            );
        }
        works
    });
}

/// Finds out where a server stands: as its site in the directory, its row of the
/// inventory, or its boundary groups say.
pub(super) fn stand(
    name: &str,
    server: &mut Server,
    facts: &Facts,
    fleet: &Fleet,
    places: &Places,
) {
    if !server.place.is_empty() {
        return;
    }
    if let Some(place) = fleet.find(name).and_then(|machine| machine.place.clone()) {
        server.place = place;
        return;
    }
    server.is_guessed = true;
    let of_group = |group: &String| {
        let by_name = facts
            .groups
            .get(group)
            .and_then(|name| places.of_group.get(name));
        places.of_group.get(group).or(by_name)
    };
    let around: BTreeSet<&String> = server
        .groups
        .iter()
        .filter_map(of_group)
        .flatten()
        .collect();
    let machines = |place: &&&String| places.list.get(**place).map_or(0, |place| place.machines);
    // The last of equals wins in `max_by_key`, and the first by name should.
    if let Some(place) = around.iter().rev().max_by_key(machines) {
        server.place = (*place).clone();
    }
}
