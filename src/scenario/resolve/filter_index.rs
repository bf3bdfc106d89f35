//! Which of many collections a machine can be in at all.
//!
//! A scenario may have ten thousand collections, and hardly any of them holds a given
//! machine. Those that name fleet groups, machines, or a few sites, domains or platforms are found by
//! these names; only the others are asked one by one.

use super::filter::Filter;
use crate::engine::effort;
use crate::scenario::pattern::is_glob;
use crate::scenario::patterns::Patterns;
use crate::scenario::written::{self, At};
use crate::world::{Profile, SiteId};
use std::collections::HashMap;

/// Collections of more sites, domains or platforms than this are asked at every one: a
/// list for each of them would be as long as all sites are for all collections.
const A_FEW: usize = 16;

/// Entries, each with a collection or with none.
#[derive(Debug, Default)]
pub(super) struct FilterIndex {
    /// Those of which any machine may be, ascending.
    always: Vec<usize>,
    /// Those of machines of a fleet group only, ascending.
    of_group: Patterns,
    /// Those of machines at a site only, ascending.
    of_site: HashMap<usize, Vec<usize>>,
    /// Those of machines of a domain only, ascending.
    of_domain: HashMap<usize, Vec<usize>>,
    /// Those of machines of a platform only, ascending.
    of_platform: HashMap<usize, Vec<usize>>,
    /// Those of machines with certain names only, ascending.
    named: Vec<usize>,
    /// The same by their names, in lower case.
    of_name: Patterns,
}

impl FilterIndex {
    /// Adds an entry that has to be asked of every machine. Entries come in order.
    pub(super) fn add_always(&mut self, entry: usize) {
        add_once(&mut self.always, entry);
    }

    /// Adds an entry with the collection that is `written` so, and its filter. Entries
    /// come in order; one that has several collections is found by each of them.
    pub(super) fn add(&mut self, entry: usize, filter: &Filter, written: &written::Collection) {
        if !filter.machines.is_empty() {
            self.add_machines(entry, filter);
            if filter.has_only_machines() {
                return;
            }
        }
        let few = |list: &Option<Vec<usize>>| list.clone().filter(|list| list.len() <= A_FEW);
        let fleets = written.fleet.iter().flatten();
        let has_globs = fleets.clone().any(|name| is_glob(name));
        if written.fleet.is_some() && !has_globs {
            self.add_groups(entry, fleets);
        } else if let Some(sites) = few(&filter.sites) {
            add_to(&mut self.of_site, &sites, entry);
        } else if let Some(domains) = few(&filter.domains) {
            add_to(&mut self.of_domain, &domains, entry);
        } else if let Some(platforms) = few(&filter.platforms) {
            add_to(&mut self.of_platform, &platforms, entry);
        } else if let Some(names) = &written.name {
            self.add_named(entry, names.iter().map(|name| name.as_str()));
        } else if written.fleet.is_some() {
            self.add_groups(entry, fleets);
        } else {
            self.add_always(entry);
        }
    }

    fn add_groups<'a>(&mut self, entry: usize, names: impl Iterator<Item = &'a At<String>>) {
        names.for_each(|name| self.of_group.add(name, entry));
    }

    /// Adds an entry that is asked of the machines that a filter names one by one.
    pub(super) fn add_machines(&mut self, entry: usize, filter: &Filter) {
        self.add_named(entry, filter.machines.keys().map(String::as_str));
    }

    fn add_named<'a>(&mut self, entry: usize, names: impl Iterator<Item = &'a str>) {
        add_once(&mut self.named, entry);
        names.for_each(|name| self.of_name.add(&name.to_lowercase(), entry));
    }

    /// The entries that hold machines with certain names only.
    pub(super) fn named(&self) -> &[usize] {
        &self.named
    }

    /// The other entries that can hold machines of `profile` at `site`, ascending.
    pub(super) fn of_group(&self, profile: &Profile, site: SiteId) -> Vec<usize> {
        let lists = [
            Some(&self.always),
            self.of_site.get(&site.index()),
            self.of_domain.get(&profile.domain.index()),
            self.of_platform.get(&profile.platform.index()),
        ];
        let mut entries: Vec<usize> = lists.into_iter().flatten().flatten().copied().collect();
        let of_group = self.of_group.matching(&profile.group).into_iter();
        entries.extend(of_group.map(|entry| entry as usize));
        effort::spend(entries.len());
        entries.sort_unstable();
        entries.dedup();
        entries
    }

    /// All entries that can hold the machine called `name` of `profile` at `site`,
    /// ascending.
    pub(super) fn of_machine(&self, profile: &Profile, site: SiteId, name: &str) -> Vec<usize> {
        let mut entries = self.of_group(profile, site);
        let named = self.of_name.matching(&name.to_lowercase()).into_iter();
        entries.extend(named.map(|entry| entry as usize));
        effort::spend(entries.len());
        entries.sort_unstable();
        entries.dedup();
        entries
    }
}

fn add_once(list: &mut Vec<usize>, entry: usize) {
    if list.last() != Some(&entry) {
        list.push(entry);
    }
}

fn add_to(lists: &mut HashMap<usize, Vec<usize>>, keys: &[usize], entry: usize) {
    for key in keys {
        add_once(lists.entry(*key).or_default(), entry);
    }
}
