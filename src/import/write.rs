//! The scenario as text.

use super::collections::{Collections, list};
use super::domains::Domains;
use super::fleet::Fleet;
use super::lists::Lists;
use super::places::Places;
use super::product::Product;
use super::rollout::{Entries, Rollout};
use super::servers::Server;
use super::shares::Share;
use super::units::{day_before, is_plausible, key, moment, text, value};
use crate::units::counted;
use crate::world::Role;
use std::collections::BTreeMap;

/// What is written.
pub(super) struct Parts<'a> {
    pub(super) fleet: &'a Fleet,
    pub(super) places: &'a Places,
    pub(super) servers: &'a BTreeMap<String, Server>,
    pub(super) shares: &'a BTreeMap<String, Share>,
    pub(super) domains: &'a Domains,
    pub(super) rollout: &'a Rollout,
    pub(super) collections: &'a Collections,
    pub(super) product: Product,
    /// Machines per place where there is no inventory.
    pub(super) per_site: u64,
}

impl Parts<'_> {
    /// Whether networks are faster than those of SMS 2003, as the exports are of
    /// Configuration Manager or of newer machines.
    fn is_modern(&self) -> bool {
        match self.product {
            Product::Sms2003 => false,
            Product::ConfigurationManager | Product::Unknown => true,
            Product::None => self.fleet.is_modern(),
        }
    }
}

/// The whole scenario; what it assumes is added to `lists`.
pub(super) fn scenario(parts: &Parts, lists: &mut Lists) -> String {
    let mut out = Text::default();
    head(parts, &mut out, lists);
    machines(parts, &mut out, lists);
    domains(parts, &mut out, lists);
    sites(parts, &mut out);
    servers(parts, &mut out, lists);
    collections(parts, &mut out);
    rollout(parts, &mut out);
    out.part("What this was made of.");
    for line in lists.text().lines() {
        out.comment(line);
    }
    out.0
}

#[derive(Default)]
struct Text(String);

impl Text {
    fn line(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }

    fn comment(&mut self, line: &str) {
        let plain: String = line
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        self.line(format!("# {plain}").trim_end());
    }

    /// A heading between two parts of the file.
    fn part(&mut self, title: &str) {
        self.line("");
        self.comment(&format!("--- {title}"));
        self.line("");
    }

    /// A table with its entries, and a word about it behind its name.
    fn table(&mut self, name: &str, about: &str, entries: &[(&str, String)]) {
        let plain: String = about
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let about = if plain.is_empty() {
            String::new()
        } else {
            format!("  # {plain}")
        };
        self.line(&format!("[{name}]{about}"));
        for (name, value) in entries {
            self.line(&format!("{name} = {value}"));
        }
    }
}

fn head(parts: &Parts, out: &mut Text, lists: &mut Lists) {
    out.comment("A scenario made of exports by `rollcast new --from`. Lines may be changed as you");
    out.comment("like; docs/scenario.md has every key. What was taken, ignored and assumed stands");
    out.comment("at the end.");
    out.line("");
    let title = match parts.rollout.advertisements.values().next() {
        Some(only) if parts.rollout.advertisements.len() == 1 && !only.comment.is_empty() => {
            only.comment.clone()
        }
        _ => "A roll-out, from exports".to_owned(),
    };
    out.line(&format!("title = {}", text(&title)));
    let start = match (&parts.rollout.start, &parts.fleet.newest) {
        (Some(start), _) => Some(moment(start)),
        (None, Some(newest)) if is_plausible(newest) => Some(format!("{newest}T18:00:00")),
        (None, _) => None,
    };
    if let Some(start) = &start {
        out.line(&format!("start = {start}"));
    }
    let days = parts.rollout.horizon_days;
    out.line(&format!("horizon = \"{days} d\""));
    let earlier = start.as_deref().and_then(day_before);
    let earlier = earlier.unwrap_or_else(|| "2030-01-04T18:00:00".to_owned());
    lists.assume(
        "when the forecast begins",
        if parts.rollout.start.is_some() {
            "with the first deployment"
        } else if start.is_some() {
            "at 18:00 on the day on which the inventory last heard of a machine"
        } else {
            "on a Friday evening of 2006"
        },
        vec![format!("start={earlier}")],
    );
    lists.assume(
        "how long it runs",
        &format!("{days} days"),
        vec!["horizon=30 d".to_owned()],
    );
    rules(parts, out, lists);
}

/// The rules that differ from the language's defaults.
fn rules(parts: &Parts, out: &mut Text, lists: &mut Lists) {
    let mut rules = Vec::new();
    let what = "the size of the clients' cache";
    // ccmcache: learn.microsoft.com, "Configure the client cache".
    let size = "5120 MiB, the default of Configuration Manager";
    let (assumed, setting) = match parts.product {
        Product::Sms2003 => ("250 MB, the default of SMS 2003".to_owned(), "500 MB"),
        Product::Unknown => (
            format!("{size}; no file tells whether it is of SMS 2003, which has 250 MB"),
            "250 MB",
        ),
        Product::ConfigurationManager | Product::None => (size.to_owned(), "10 GB"),
    };
    if parts.is_modern() {
        rules.push(("cache", text("5120 MiB")));
    }
    if parts.is_modern() || parts.product == Product::Sms2003 {
        lists.assume(what, &assumed, vec![format!("rules.cache={setting}")]);
    }
    if !parts.shares.is_empty() {
        rules.push(("non_sms_share_order", text("computer account first")));
        lists.assume(
            "as whom programs connect to shares, as no export has a Network Access Account",
            "as the computer",
            vec!["rules.non_sms_share_order=network access account".to_owned()],
        );
    }
    if !rules.is_empty() {
        out.line("");
        out.table("rules", "", &rules);
    }
}

fn machines(parts: &Parts, out: &mut Text, lists: &mut Lists) {
    out.part("Machines.");
    let mut defaults: Vec<(&str, String)> = Vec::new();
    let table = if let Some(file) = &parts.fleet.file {
        let mut entries = vec![("file", text(file))];
        entries.extend(parts.fleet.settings.iter().cloned());
        out.table(
            "inventory",
            &counted(parts.fleet.machines.len() as u64, "machine"),
            &entries,
        );
        if !parts.places.says.is_empty() {
            out.line("");
            let places: Vec<(String, String)> = parts
                .places
                .says
                .iter()
                .map(|(says, place)| (key(says), text(place)))
                .collect();
            let places: Vec<(&str, String)> = places
                .iter()
                .map(|(says, place)| (says.as_str(), place.clone()))
                .collect();
            out.table(
                "inventory.places",
                "where machines stand, by what their rows say",
                &places,
            );
        }
        if parts.fleet.without_place > 0 {
            defaults.push(("sites", list([parts.places.root.as_str()])));
            let machines = counted(parts.fleet.without_place as u64, "machine");
            if let Some(other) = other_place(parts) {
                let what = format!("where {machines} without a place in the files stand");
                let setting = format!("inventory.defaults.sites=[{}]", text(other));
                lists.assume(&what, &parts.places.root, vec![setting]);
            }
        }
        let several = parts.domains.list.len() > 1 && parts.fleet.without_domain > 0;
        if let (Some(domain), true) = (&parts.domains.largest, several) {
            defaults.push(("domain", text(domain)));
            let others = parts.domains.list.keys().find(|other| *other != domain);
            let settings =
                others.map(|other| format!("inventory.defaults.domain={}", value(other)));
            lists.assume(
                &format!(
                    "the domain of {}",
                    counted(parts.fleet.without_domain as u64, "machine")
                ),
                domain,
                settings.into_iter().collect(),
            );
        }
        if parts.fleet.needs_legacy {
            defaults.push(("client", text("legacy")));
            lists.assume(
                "the client of the machines",
                "the Legacy Client, as some run systems older than Windows 2000",
                vec!["inventory.defaults.poll_interval=2 h".to_owned()],
            );
        }
        "inventory.defaults"
    } else {
        defaults.push(("per_site", parts.per_site.to_string()));
        lists.assume(
            "the machines, as no file is an inventory",
            &format!("{} at each place", parts.per_site),
            vec!["fleet.machines.per_site=40".to_owned()],
        );
        if let (Some(domain), true) = (&parts.domains.largest, parts.domains.list.len() > 1) {
            defaults.push(("domain", text(domain)));
            let others = parts.domains.list.keys().find(|other| *other != domain);
            let settings = others.map(|other| format!("fleet.machines.domain={}", value(other)));
            lists.assume(
                "the domain of the machines",
                domain,
                settings.into_iter().collect(),
            );
        }
        "fleet.machines"
    };
    if parts.is_modern() {
        defaults.push(("access", text("1 Gbit/s")));
        lists.assume(
            "the machines' own network connections",
            "1 Gbit/s",
            vec![format!("{table}.access=100 Mbit/s")],
        );
        if parts.fleet.file.is_none() {
            defaults.push(("platform", text("Windows 10 or later")));
            lists.assume(
                "their operating system",
                "Windows 10 or later",
                vec!["fleet.machines.platform=Windows 7".to_owned()],
            );
        }
    }
    defaults.push(("presence", text("corporate")));
    lists.assume(
        "when machines are on",
        "as measured in a large company, four in five at a time",
        vec![format!("{table}.presence=office")],
    );
    defaults.push(("user_logged_on", "0.7".to_owned()));
    lists.assume(
        "at how many a user is logged on",
        "at 70 %",
        vec![format!("{table}.user_logged_on=0.3")],
    );
    out.line("");
    out.table(table, "what rows do not say", &defaults);
    let has_servers = parts
        .fleet
        .machines
        .iter()
        .any(|machine| machine.role != Role::Workstation);
    if has_servers {
        let entries = [
            ("presence", text("always")),
            ("user_logged_on", "false".to_owned()),
        ];
        out.line("");
        out.table(
            "inventory.servers",
            "what holds for servers instead",
            &entries,
        );
        let setting = "inventory.servers.presence=corporate".to_owned();
        lists.assume(
            "when servers are on",
            "always, with no user logged on",
            vec![setting],
        );
    }
}

/// A place that is not the root.
fn other_place<'a>(parts: &'a Parts) -> Option<&'a String> {
    let others = parts.places.list.iter();
    let mut others =
        others.filter(|(name, place)| !place.is_left_out && **name != parts.places.root);
    others.next().map(|(name, _)| name)
}

fn domains(parts: &Parts, out: &mut Text, lists: &mut Lists) {
    if parts.domains.list.is_empty() {
        return;
    }
    out.part("Domains.");
    for (name, domain) in &parts.domains.list {
        let mut entries = Vec::new();
        if domain.is_workgroup {
            entries.push(("kind", text("workgroup")));
        }
        if let Some(forest) = &domain.forest {
            entries.push(("forest", text(forest)));
        }
        if !domain.trusts.is_empty() {
            entries.push(("trusts", list(domain.trusts.iter().map(String::as_str))));
        }
        if let Some(pdc) = domain
            .pdc
            .as_ref()
            .filter(|pdc| parts.servers.contains_key(*pdc))
        {
            entries.push(("pdc", text(pdc)));
        }
        if let Some(lockout) = &domain.lockout {
            let mut keys = vec![format!("threshold = {}", lockout.threshold)];
            keys.extend(
                lockout
                    .duration
                    .iter()
                    .map(|span| format!("duration = \"{span} min\"")),
            );
            keys.extend(
                lockout
                    .window
                    .iter()
                    .map(|span| format!("window = \"{span} min\"")),
            );
            entries.push(("lockout", format!("{{ {} }}", keys.join(", "))));
        }
        out.table(&format!("domain.{}", key(name)), "", &entries);
    }
    // Passwords are in no export; accounts that are locked are a fault to add.
    lists.assume(
        "accounts, and passwords that are wrong",
        "computers connect as themselves, and no Network Access Account is set",
        parts
            .domains
            .list
            .keys()
            .take(1)
            .map(|name| format!("domain.{}.lockout.threshold=3", key(name)))
            .collect(),
    );
}

fn sites(parts: &Parts, out: &mut Text) {
    out.part("Places, with their lines to the place above.");
    let kept = parts
        .places
        .list
        .iter()
        .filter(|(_, place)| !place.is_left_out);
    for (name, place) in kept {
        let mut entries = Vec::new();
        if let Some(parent) = &place.parent {
            entries.push(("parent", text(parent)));
        }
        if let Some((rate, known)) = &place.wan {
            let about = if *known {
                "  # by the cost of its site link"
            } else {
                ""
            };
            entries.push(("wan", format!("{}{about}", text(rate))));
        }
        if !place.fallback.is_empty() {
            let rungs = place.fallback.iter().map(|(minutes, sites)| {
                let sites: Vec<String> = sites.iter().map(|site| text(site)).collect();
                format!(
                    "{{ after = \"{minutes} min\", sites = [{}] }}",
                    sites.join(", ")
                )
            });
            let rungs: Vec<String> = rungs.collect();
            entries.push(("fallback", format!("[{}]", rungs.join(", "))));
        }
        let about = match place.machines {
            0 if parts.fleet.machines.is_empty() => String::new(),
            count => counted(count as u64, "machine"),
        };
        out.table(&format!("site.{}", key(name)), &about, &entries);
    }
}

fn servers(parts: &Parts, out: &mut Text, lists: &mut Lists) {
    out.part("Servers.");
    let mut guessed = Vec::new();
    let mut made = parts.servers.clone();
    let root = &parts.places.root;
    let mut make = |role: &str, change: &mut dyn FnMut(&mut Server)| {
        let name = format!("{}-{role}", root.to_uppercase());
        let server = made.entry(name.clone()).or_default();
        server.place.clone_from(root);
        change(server);
        guessed.push(name);
    };
    if !parts
        .servers
        .values()
        .any(|server| server.is_management_point)
    {
        make("MP", &mut |server| server.is_management_point = true);
    }
    if !parts.servers.values().any(|server| server.is_point) {
        make("DP", &mut |server| {
            server.is_point = true;
            server.bits = true;
        });
    }
    let mut all: Vec<(&str, String)> = Vec::new();
    if parts.is_modern() {
        all.push(("network", text("1 Gbit/s")));
        lists.assume(
            "the servers' network cards",
            "1 Gbit/s",
            vec!["server.\"*\".network=10 Gbit/s".to_owned()],
        );
    }
    if let Some(domain) = parts
        .domains
        .largest
        .as_ref()
        .filter(|_| parts.domains.list.len() > 1)
    {
        all.push(("domain", text(domain)));
    }
    if !all.is_empty() {
        out.table("server.\"*\"", "", &all);
    }
    for (name, server) in &made {
        let roles = [
            (server.is_management_point, "management point"),
            (server.is_point, "distribution point"),
            (server.is_controller, "domain controller"),
            (server.carries_shares, "file server"),
        ];
        let roles = roles.iter().filter(|(has, _)| *has).map(|(_, role)| *role);
        let mut entries = vec![("site", text(&server.place)), ("roles", list(roles))];
        if parts.domains.list.len() > 1 {
            let called = parts.domains.called(&server.domain);
            let other = called.filter(|called| parts.domains.largest.as_deref() != Some(*called));
            entries.extend(other.map(|domain| ("domain", text(domain))));
        }
        if server.is_point && server.bits {
            entries.push(("bits", "true".to_owned()));
        }
        if server.is_point && server.protected {
            entries.push(("protected", "true".to_owned()));
        }
        out.table(&format!("server.{}", key(name)), "", &entries);
    }
    for (name, share) in parts.shares {
        let mut entries = vec![("server", text(&share.server))];
        entries.extend(share.path.as_ref().map(|path| ("path", text(path))));
        out.table(&format!("share.{}", key(name)), "", &entries);
    }
    if !guessed.is_empty() {
        let settings = guessed
            .iter()
            .map(|name| format!("server.{}.network=10 Mbit/s", key(name)));
        let names = guessed.join(" and ");
        lists.assume(
            "the servers of roles that no export names",
            &format!("{names}, at {root}"),
            settings.collect(),
        );
    }
    assume_points(parts, &made, lists);
    let points = made.iter().filter(|(_, server)| server.is_management_point);
    let settings = points.map(|(name, _)| format!("server.{}.station={{servers=8}}", key(name)));
    lists.assume(
        "how many requests management points can serve",
        "as many as come",
        settings.collect(),
    );
}

/// Which packages are on which points, where there are several.
fn assume_points(parts: &Parts, made: &BTreeMap<String, Server>, lists: &mut Lists) {
    let mut points = made.iter().filter(|(_, server)| server.is_point);
    let (Some((first, _)), Some(_)) = (points.next(), points.next()) else {
        return;
    };
    let packages = parts.rollout.packages.iter();
    let with_files =
        packages.filter(|(_, entries)| entries.keys.iter().any(|(key, _)| *key == "size"));
    let settings = with_files.map(|(name, _)| {
        let name = key(name);
        format!("package.{name}.distribution_points=[{}]", text(first))
    });
    let what = "on which distribution points packages are";
    let settings: Vec<String> = settings.collect();
    if !settings.is_empty() {
        lists.assume(what, "on all, from the start", settings);
    }
}

fn collections(parts: &Parts, out: &mut Text) {
    if parts.collections.list.is_empty() {
        return;
    }
    out.part("Collections.");
    for (name, collection) in &parts.collections.list {
        let mut entries = collection.keys.clone();
        if !collection.windows.is_empty() {
            let windows: Vec<String> = collection
                .windows
                .iter()
                .map(super::schedule::Weekly::written)
                .collect();
            entries.push((
                "maintenance",
                format!("[\n    {},\n]", windows.join(",\n    ")),
            ));
        }
        out.table(
            &format!("collection.{}", key(name)),
            &collection.comment,
            &entries,
        );
    }
}

fn rollout(parts: &Parts, out: &mut Text) {
    out.part("What is rolled out.");
    let mut tables = |kind: &str, list: &BTreeMap<String, Entries>| {
        for (name, entries) in list {
            let keys: Vec<(&str, String)> = entries
                .keys
                .iter()
                .map(|(name, value)| {
                    let value = match *name {
                        "collection" => parts
                            .collections
                            .called(value)
                            .map_or_else(|| text(value), text),
                        _ => value.clone(),
                    };
                    (*name, value)
                })
                .collect();
            out.table(&format!("{kind}.{}", key(name)), &entries.comment, &keys);
        }
    };
    tables("package", &parts.rollout.packages);
    tables("program", &parts.rollout.programs);
    tables("advertisement", &parts.rollout.advertisements);
}
