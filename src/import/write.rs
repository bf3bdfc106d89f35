//! The scenario as text.

mod machines;
mod places;
mod servers;

use super::collections::Collections;
use super::domains::Domains;
use super::fleet::Fleet;
use super::lists::Lists;
use super::places::Places;
use super::product::Product;
use super::rollout::{Entries, Rollout};
use super::servers::Server;
use super::shares::Share;
use super::units::{day_before, is_plausible, key, moment, text};
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
    machines::machines(parts, &mut out, lists);
    places::domains(parts, &mut out, lists);
    places::sites(parts, &mut out);
    servers::servers(parts, &mut out, lists);
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
    let title = parts.rollout.title.as_deref();
    let title = title.unwrap_or("A roll-out, from exports");
    out.line(&format!("title = {}", text(title)));
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
    if parts.rollout.start.is_none()
        && start.is_some()
        && let Some((file, other)) = &parts.fleet.other_newest
    {
        lists.assume(
            &format!("the order of day and month in the newest date of {file}"),
            "the month is first; it decides when the forecast begins",
            vec![format!("start={other}T18:00:00")],
        );
    }
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
            "the account with which programs connect to shares, as no export has a Network Access Account",
            "as the computer",
            vec!["rules.non_sms_share_order=network access account".to_owned()],
        );
    }
    if !rules.is_empty() {
        out.line("");
        out.table("rules", "", &rules);
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
