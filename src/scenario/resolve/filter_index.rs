//! Which of many collections a machine can be in at all.
//!
//! A scenario may have ten thousand collections, and hardly any of them holds a given
//! machine. Those that name fleet groups or machines are found by these names; only the
//! others are asked one by one.

use super::filter::Filter;
use crate::scenario::pattern::is_glob;
use crate::scenario::patterns::Patterns;
use crate::scenario::written;
use std::collections::HashMap;

/// Entries, each with a collection or with none.
#[derive(Debug, Default)]
pub(super) struct FilterIndex {
    /// Those of which any machine may be, ascending.
    always: Vec<usize>,
    /// Those of machines of a fleet group only, ascending.
    of_group: HashMap<String, Vec<usize>>,
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

    /// The other entries that can hold machines of `group`, ascending.
    pub(super) fn of_group(&self, group: &str) -> Vec<usize> {
        let of_group = self.of_group.get(group).map_or(&[][..], Vec::as_slice);
        let mut entries = [&self.always[..], of_group].concat();
        entries.sort_unstable();
        entries
    }

    /// All entries that can hold the machine called `name` of `group`, ascending.
    pub(super) fn of_machine(&self, group: &str, name: &str) -> Vec<usize> {
        let mut entries = self.of_group(group);
        let named = self.of_name.matching(&name.to_lowercase()).into_iter();
        entries.extend(named.map(|entry| entry as usize));
        entries.sort_unstable();
        entries
    }
}
