//! Collections: which filters say who their members are, else the members by
//! name.

use super::facts::Facts;
use super::fleet::{Fleet, Machine};
use super::lists::Lists;
use super::rollout::Rollout;
use super::schedule::Weekly;
use super::units::{Names, key, text};
use crate::units::{counted, grouped};
use crate::world::Role;
use std::collections::{BTreeMap, BTreeSet};

/// One collection.
#[derive(Debug, Clone, Default)]
pub(super) struct Collection {
    pub(super) comment: String,
    /// Keys with their values.
    pub(super) keys: Vec<(&'static str, String)>,
    pub(super) windows: BTreeSet<Weekly>,
}

/// Collections by ID, with the name that the scenario has for each.
#[derive(Debug, Clone, Default)]
pub(super) struct Collections {
    pub(super) list: BTreeMap<String, Collection>,
    called: BTreeMap<String, String>,
}

impl Collections {
    /// What the scenario calls the collection of that ID.
    pub(super) fn called(&self, id: &str) -> Option<&str> {
        self.called.get(id).map(String::as_str)
    }
}

/// Collections of the product that hold every machine.
const EVERYBODY: [&str; 2] = ["SMS00001", "SMSDM003"];

/// The collections that advertisements or windows name.
pub(super) fn collections(
    facts: &Facts,
    fleet: &Fleet,
    rollout: &Rollout,
    lists: &mut Lists,
) -> Collections {
    let mut used: BTreeMap<String, String> = rollout.collections.clone();
    for id in facts.windows.keys() {
        let known = facts
            .collections
            .get(id)
            .map(|collection| collection.name.clone());
        used.entry(id.clone())
            .or_insert_with(|| known.unwrap_or_else(|| id.clone()));
    }
    for (id, collection) in &facts.collections {
        if !used.contains_key(id) {
            let why = if collection.of_users {
                "they are of users"
            } else {
                "no deployment and no maintenance window names them"
            };
            lists.gap(&format!("collections {{}}: {why}"), &collection.name);
        }
    }
    let is_unused =
        |id: &&String| !used.contains_key(*id) && !facts.members_of_devices.contains(*id);
    for id in facts.members.keys().filter(is_unused) {
        lists.gap(
            "members of the collections {}: no deployment and no maintenance window names them",
            id,
        );
    }
    let mut collections = Collections::default();
    let mut twice: BTreeMap<String, usize> = BTreeMap::new();
    for name in used.values() {
        *twice.entry(name.to_lowercase()).or_default() += 1;
    }
    let mut unknown = Vec::new();
    let mut names = Names::default();
    for (id, name) in &used {
        let is_unique = twice.get(&name.to_lowercase()) == Some(&1);
        if !is_unique {
            lists.gap(
                "collections {} share their name; the scenario adds their IDs",
                &format!("{name} ({id})"),
            );
        }
        let called = names.fresh(&if is_unique {
            name.clone()
        } else {
            format!("{name} ({id})")
        });
        let mut collection = match members(id, facts, fleet, &called, lists) {
            Some(collection) => collection,
            None => {
                unknown.push(called.clone());
                Collection {
                    keys: vec![("site", "[\"*\"]".to_owned())],
                    comment: "the export does not hold its members".to_owned(),
                    ..Collection::default()
                }
            }
        };
        if let Some(windows) = facts.windows.get(id) {
            collection.windows.clone_from(windows);
        }
        collections.list.insert(called.clone(), collection);
        collections.called.insert(id.clone(), called);
    }
    if !unknown.is_empty() {
        let settings = unknown
            .iter()
            .map(|name| format!("collection.{}.name=[\"*1\"]", key(name)));
        lists.assume(
            "the members of these collections",
            "every machine",
            settings.collect(),
        );
    }
    collections
}

/// The collection of that ID, if the exports hold its members.
fn members(
    id: &str,
    facts: &Facts,
    fleet: &Fleet,
    called: &str,
    lists: &mut Lists,
) -> Option<Collection> {
    let count = facts
        .collections
        .get(id)
        .and_then(|collection| collection.count);
    let everybody = |comment: String| Collection {
        comment,
        keys: vec![("site", "[\"*\"]".to_owned())],
        ..Collection::default()
    };
    let Some(names) = facts.members.get(id) else {
        return EVERYBODY
            .contains(&id)
            .then(|| everybody("every machine".to_owned()));
    };
    if fleet.machines.is_empty() {
        lists.gap(
            "members of the collections {}: without an inventory they are not known",
            called,
        );
        return None;
    }
    if count.is_some_and(|count| count != names.len() as i64) {
        let exported = grouped(names.len() as u64);
        let said = grouped(u64::try_from(count.unwrap_or(0)).unwrap_or(0));
        lists.gap(
            "the numbers of members differ: {}",
            &format!("{called} ({exported} exported, {said} said)"),
        );
    }
    let members: Vec<&Machine> = names.iter().filter_map(|name| fleet.find(name)).collect();
    let missing = names.len() - members.len();
    if missing > 0 {
        let gap = format!("{called} ({})", grouped(missing as u64));
        lists.gap(
            "members that are not machines of the inventory are left out: {}",
            &gap,
        );
    }
    let comment = counted(members.len() as u64, "machine");
    if members.is_empty() {
        lists.gap(
            "collections {}: none of their members is a machine of the inventory",
            called,
        );
        return Some(Collection {
            comment,
            keys: vec![("name", "[\"no machine\"]".to_owned())],
            ..Collection::default()
        });
    }
    if members.len() == fleet.machines.len() {
        return Some(everybody(format!("every machine, {comment}")));
    }
    let keys = filters(&members, fleet).unwrap_or_else(|| {
        let names: BTreeSet<&str> = members
            .iter()
            .map(|machine| machine.name.as_str())
            .collect();
        vec![("machines", list(names))]
    });
    Some(Collection {
        comment,
        keys,
        ..Collection::default()
    })
}

/// A list of texts; long ones over several lines.
pub(super) fn list<'a>(values: impl IntoIterator<Item = &'a str>) -> String {
    let values: Vec<String> = values.into_iter().map(text).collect();
    let whole = format!("[{}]", values.join(", "));
    if whole.len() <= 76 {
        return whole;
    }
    let mut lines = String::from("[\n");
    let mut line = String::from("   ");
    for value in values {
        if line.len() + value.len() + 2 > 86 {
            lines.push_str(&line);
            lines.push('\n');
            line = String::from("   ");
        }
        line.push_str(&format!(" {value},"));
    }
    lines.push_str(&line);
    lines.push_str("\n]");
    lines
}

/// What machines have in common, by which collections pick them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trait {
    Role,
    Platform,
    Site,
}

impl Trait {
    fn of(self, machine: &Machine) -> &str {
        match self {
            Self::Role => role(machine.role),
            Self::Platform => &machine.platform,
            Self::Site => machine.place.as_deref().unwrap_or(""),
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Platform => "platform",
            Self::Site => "site",
        }
    }
}

const fn role(role: Role) -> &'static str {
    match role {
        Role::Workstation => "workstation",
        Role::MemberServer => "member server",
        Role::DomainController => "domain controller",
    }
}

/// The fewest filters that all members pass and no other machine.
fn filters(members: &[&Machine], fleet: &Fleet) -> Option<Vec<(&'static str, String)>> {
    let mut traits = vec![Trait::Platform, Trait::Site, Trait::Role];
    let values =
        |of: Trait| -> BTreeSet<&str> { members.iter().map(|machine| of.of(machine)).collect() };
    let passes = |traits: &[Trait]| {
        let wanted: Vec<_> = traits.iter().map(|of| (*of, values(*of))).collect();
        let matching = fleet.machines.iter().filter(|machine| {
            wanted
                .iter()
                .all(|(of, values)| values.contains(of.of(machine)))
        });
        matching.count()
    };
    // An empty value cannot be asked for.
    traits.retain(|of| !values(*of).contains(""));
    if traits.is_empty() || passes(&traits) != members.len() {
        return None;
    }
    for of in [Trait::Platform, Trait::Site, Trait::Role] {
        let fewer: Vec<Trait> = traits
            .iter()
            .copied()
            .filter(|other| *other != of)
            .collect();
        if !fewer.is_empty() && passes(&fewer) == members.len() {
            traits = fewer;
        }
    }
    traits.reverse();
    Some(
        traits
            .into_iter()
            .map(|of| (of.key(), list(values(of))))
            .collect(),
    )
}
