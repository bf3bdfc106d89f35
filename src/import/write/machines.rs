//! Machines: the inventory, and what its rows do not say.

use super::{Parts, Text};
use crate::import::collections::list;
use crate::import::lists::Lists;
use crate::import::units::{key, text, value};
use crate::units::counted;
use crate::world::{ClientKind, Role};

/// What rows do not say, as entries of the table that does.
type Defaults = Vec<(&'static str, String)>;

pub(super) fn machines(parts: &Parts, out: &mut Text, lists: &mut Lists) {
    out.part("Machines.");
    let (table, mut defaults) = match &parts.fleet.file {
        Some(file) => {
            inventory(file, parts, out);
            ("inventory.defaults", of_rows(parts, lists))
        }
        None => ("fleet.machines", without_inventory(parts, lists)),
    };
    if parts.is_modern() {
        modern(table, parts, &mut defaults, lists);
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
    servers(parts, out, lists);
}

/// The table of the inventory, and where machines stand by what its rows say.
fn inventory(file: &str, parts: &Parts, out: &mut Text) {
    let mut entries = vec![("file", text(file))];
    entries.extend(parts.fleet.settings.iter().cloned());
    let about = counted(parts.fleet.machines.len() as u64, "machine");
    out.table("inventory", &about, &entries);
    if parts.places.says.is_empty() {
        return;
    }
    let places = parts.places.says.iter();
    let places: Vec<(String, String)> = places
        .map(|(says, place)| (key(says), text(place)))
        .collect();
    let places: Vec<(&str, String)> = places
        .iter()
        .map(|(says, place)| (says.as_str(), place.clone()))
        .collect();
    let about = "where machines stand, by what their rows say";
    out.line("");
    out.table("inventory.places", about, &places);
}

/// What the rows of the inventory leave open.
fn of_rows(parts: &Parts, lists: &mut Lists) -> Defaults {
    let mut defaults = Vec::new();
    if parts.fleet.without_place > 0 {
        defaults.push(("sites", list([parts.places.root.as_str()])));
        let machines = counted(parts.fleet.without_place as u64, "machine");
        if let Some(other) = other_place(parts) {
            let what = format!("where {machines} without a place in the files stand");
            let setting = format!("inventory.defaults.sites=[{}]", text(other));
            lists.assume(&what, &parts.places.root, vec![setting]);
        }
    }
    if parts.fleet.without_domain > 0 {
        let machines = counted(parts.fleet.without_domain as u64, "machine");
        let what = format!("the domain of {machines}");
        defaults.extend(domain("inventory.defaults", &what, parts, lists));
    }
    if parts.fleet.needs_legacy {
        defaults.push(("client", text(ClientKind::Legacy.name())));
        lists.assume(
            "the client of the machines",
            "the Legacy Client, as some run systems older than Windows 2000",
            vec!["inventory.defaults.poll_interval=2 h".to_owned()],
        );
    }
    defaults
}

/// As many machines at each place, where no file is an inventory.
fn without_inventory(parts: &Parts, lists: &mut Lists) -> Defaults {
    lists.assume(
        "the machines, as no file is an inventory",
        &format!("{} at each place", parts.per_site),
        vec!["fleet.machines.per_site=40".to_owned()],
    );
    let mut defaults = vec![("per_site", parts.per_site.to_string())];
    let what = "the domain of the machines";
    defaults.extend(domain("fleet.machines", what, parts, lists));
    defaults
}

/// The domain of machines that say none, where there are several.
fn domain(
    table: &str,
    what: &str,
    parts: &Parts,
    lists: &mut Lists,
) -> Option<(&'static str, String)> {
    let domain = parts.domains.largest.as_ref()?;
    let mut others = parts.domains.list.keys().filter(|other| *other != domain);
    let setting = format!("{table}.domain={}", value(others.next()?));
    lists.assume(what, domain, vec![setting]);
    Some(("domain", text(domain)))
}

/// What machines newer than those of SMS 2003 have.
fn modern(table: &str, parts: &Parts, defaults: &mut Defaults, lists: &mut Lists) {
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

/// What holds for the servers of the inventory instead.
fn servers(parts: &Parts, out: &mut Text, lists: &mut Lists) {
    let mut machines = parts.fleet.machines.iter();
    if machines.all(|machine| machine.role == Role::Workstation) {
        return;
    }
    let entries = [
        ("presence", text("always")),
        ("user_logged_on", "false".to_owned()),
    ];
    let about = "what holds for servers instead";
    out.line("");
    out.table("inventory.servers", about, &entries);
    lists.assume(
        "when servers are on",
        "always, with no user logged on",
        vec!["inventory.servers.presence=corporate".to_owned()],
    );
}

/// A place that is not the root.
fn other_place<'a>(parts: &'a Parts) -> Option<&'a String> {
    let others = parts.places.list.iter();
    let mut others =
        others.filter(|(name, place)| !place.is_left_out && **name != parts.places.root);
    others.next().map(|(name, _)| name)
}
