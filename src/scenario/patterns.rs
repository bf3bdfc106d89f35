//! Many names and globs, asked at once which of them a name matches.
//!
//! Lists of a scenario may name ten thousand machines one by one, and there may
//! be a million of them: none is held against each entry.

use super::pattern::{is_glob, matches};
use std::collections::HashMap;

/// Names and globs, each with the number of the entry that it belongs to.
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    plain: HashMap<String, Vec<u32>>,
    /// Globs by what stands before their first wildcard.
    by_start: Affixes,
    /// Globs that begin with a wildcard, by what stands after their last.
    by_end: Affixes,
}

impl Patterns {
    /// Adds the name or glob `pattern` of entry number `entry`.
    pub(crate) fn add(&mut self, pattern: &str, entry: usize) {
        let entry = entry as u32;
        if !is_glob(pattern) {
            self.plain
                .entry(pattern.to_owned())
                .or_default()
                .push(entry);
            return;
        }
        let start = pattern.find(['*', '?']).unwrap_or(0);
        let end = pattern.rfind(['*', '?']).map_or(0, |at| at + 1);
        if start > 0 || end == pattern.len() {
            self.by_start.add(&pattern[..start], pattern, entry);
        } else {
            self.by_end.add(&pattern[end..], pattern, entry);
        }
    }

    /// The entries one of whose patterns matches `name`, ascending, each once.
    pub(crate) fn matching(&self, name: &str) -> Vec<u32> {
        let plain = self.plain.get(name).into_iter().flatten().copied();
        let globs = self.globs_near(name);
        let globs = globs.filter(|(glob, _)| matches(glob, name));
        let mut entries: Vec<u32> = plain.chain(globs.map(|(_, entry)| *entry)).collect();
        entries.sort_unstable();
        entries.dedup();
        entries
    }

    /// Whether any matches `name`.
    pub(crate) fn matches(&self, name: &str) -> bool {
        self.plain.contains_key(name) || self.globs_near(name).any(|(glob, _)| matches(glob, name))
    }

    /// The globs that begin or end as `name` does.
    fn globs_near<'a, 'n: 'a>(&'a self, name: &'n str) -> impl Iterator<Item = &'a (String, u32)> {
        let starts = self.by_start.of(move |length| name.get(..length));
        let end = move |length| name.get(name.len().checked_sub(length)?..);
        starts.chain(self.by_end.of(end))
    }
}

impl<'a> FromIterator<&'a str> for Patterns {
    /// Numbers the patterns from 0.
    fn from_iter<I: IntoIterator<Item = &'a str>>(patterns: I) -> Self {
        let mut found = Self::default();
        for (entry, pattern) in patterns.into_iter().enumerate() {
            found.add(pattern, entry);
        }
        found
    }
}

/// Globs by a text with which every name that matches begins, or ends.
#[derive(Debug, Default)]
struct Affixes {
    globs: HashMap<String, Vec<(String, u32)>>,
    /// The lengths that these texts have.
    lengths: Vec<usize>,
}

impl Affixes {
    fn add(&mut self, affix: &str, glob: &str, entry: u32) {
        if !self.lengths.contains(&affix.len()) {
            self.lengths.push(affix.len());
        }
        let alike = self.globs.entry(affix.to_owned()).or_default();
        alike.push((glob.to_owned(), entry));
    }

    /// The globs for the texts of the right lengths that `part` gives.
    fn of<'a, 'n: 'a>(
        &'a self,
        part: impl Fn(usize) -> Option<&'n str> + 'a,
    ) -> impl Iterator<Item = &'a (String, u32)> {
        let parts = self.lengths.iter().filter_map(move |length| part(*length));
        parts.filter_map(|part| self.globs.get(part)).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn together_they_find_what_each_finds_alone(
            patterns in prop::collection::vec("[ab*?é]{0,4}", 0..12),
            name in "[abé]{0,5}",
        ) {
            let together: Patterns = patterns.iter().map(String::as_str).collect();
            let alone: Vec<u32> = (0..patterns.len() as u32)
                .filter(|at| matches(&patterns[*at as usize], &name))
                .collect();
            prop_assert_eq!(together.matches(&name), !alone.is_empty());
            prop_assert_eq!(together.matching(&name), alone);
        }
    }
}
