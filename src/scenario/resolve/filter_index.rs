//! Which of many collections a machine can be in at all.
//!
//! A scenario may have ten thousand collections, and hardly any of them holds a given
//! machine. Those that name fleet groups, machines or a few sites are found by these names;
//! only the others are asked one by one.

use super::filter::Filter;
use crate::engine::effort;
use crate::scenario::pattern::is_glob;
use crate::scenario::patterns::Patterns;
use crate::scenario::written;
use crate::world::SiteId;
use std::collections::HashMap;

/// Collections of more sites than this are asked at every site: a list for each of them
/// would be as long as all sites are for all collections.
const A_FEW_SITES: usize = 16;

/// Entries, each with a collection or with none.
#[derive(Debug, Default)]
pub(super) struct FilterIndex {
    /// Those of which any machine may be, ascending.
    always: Vec<usize>,
    /// Those of machines of a fleet group only, ascending.
    of_group: HashMap<String, Vec<usize>>,
    /// Those of machines at a site only, ascending.
    of_site: HashMap<usize, Vec<usize>>,
    /// Those of machines with certain names only, ascending.
    named: Vec<usize>,
    /// The same by their names, in lower case.
    of_name: Patterns,
}

impl FilterIndex {
    /// Adds an entry that has to be asked of every machine. Entries come in order.
    pub(super) fn add_always(&mut self, entry: usize) {
        self.always.push(entry);
    }

    /// Adds an entry with the collection that is `written` so, and its filter. Entries
    /// come in order.
    pub(super) fn add(&mut self, entry: usize, filter: &Filter, written: &written::Collection) {
        let fleets = written.fleet.iter().flatten();
        let mut globs = fleets.clone().filter(|name| is_glob(name));
        if !filter.machines.is_empty() {
            if filter.has_only_machines() {
                self.add_named(entry, filter.machines.keys().map(String::as_str));
            } else {
                self.always.push(entry);
            }
        } else if let Some(names) = &written.name {
            self.add_named(entry, names.iter().map(|name| name.as_str()));
        } else if written.fleet.is_some() && globs.next().is_none() {
            for group in fleets {
                let of_group = self.of_group.entry(group.to_string()).or_default();
                if of_group.last() != Some(&entry) {
                    of_group.push(entry);
                }
            }
        } else if let Some(few) = filter.sites.as_ref().filter(|s| s.len() <= A_FEW_SITES) {
            for site in few {
                let of_site = self.of_site.entry(*site).or_default();
                if of_site.last() != Some(&entry) {
                    of_site.push(entry);
                }
            }
        } else {
            self.always.push(entry);
        }
    }

    fn add_named<'a>(&mut self, entry: usize, names: impl Iterator<Item = &'a str>) {
        self.named.push(entry);
        names.for_each(|name| self.of_name.add(&name.to_lowercase(), entry));
    }

    /// The entries that hold machines with certain names only.
    pub(super) fn named(&self) -> &[usize] {
        &self.named
    }

    /// The other entries that can hold machines of `group` at `site`, ascending.
    pub(super) fn of_group(&self, group: &str, site: SiteId) -> Vec<usize> {
        let of_group = self.of_group.get(group).map_or(&[][..], Vec::as_slice);
        let of_site = self.of_site.get(&site.index());
        let of_site = of_site.map_or(&[][..], Vec::as_slice);
        let mut entries = [&self.always[..], of_group, of_site].concat();
        effort::spend(entries.len());
        entries.sort_unstable();
        entries
    }

    /// All entries that can hold the machine called `name` of `group` at `site`,
    /// ascending.
    pub(super) fn of_machine(&self, group: &str, site: SiteId, name: &str) -> Vec<usize> {
        let mut entries = self.of_group(group, site);
        let named = self.of_name.matching(&name.to_lowercase()).into_iter();
        entries.extend(named.map(|entry| entry as usize));
        entries.sort_unstable();
        entries
    }
}
