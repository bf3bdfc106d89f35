//! The operating systems of machines and programs.

use super::PlatformId;
use std::collections::BTreeMap;

/// Names of operating-system platforms, sorted, no two of which differ in case alone.
#[derive(Debug, Clone, Default)]
pub struct Platforms {
    names: Vec<String>,
    /// Where each stands, by its name in lower case.
    by_lower: BTreeMap<String, PlatformId>,
}

impl Platforms {
    /// Of names in order; of those that differ in case alone the first counts.
    pub fn new(names: impl IntoIterator<Item = String>) -> Self {
        let mut all = Self::default();
        for name in names {
            let id = PlatformId::from(all.names.len());
            let lower = name.to_lowercase();
            if let std::collections::btree_map::Entry::Vacant(free) = all.by_lower.entry(lower) {
                free.insert(id);
                all.names.push(name);
            }
        }
        all
    }

    /// The one of that name, whatever the case.
    pub(crate) fn find(&self, name: &str) -> Option<PlatformId> {
        self.by_lower.get(&name.to_lowercase()).copied()
    }

    /// Each with its name in lower case.
    pub(crate) fn lower(&self) -> impl Iterator<Item = (&str, PlatformId)> {
        let all = self.by_lower.iter();
        all.map(|(lower, id)| (lower.as_str(), *id))
    }
}

impl std::ops::Deref for Platforms {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.names
    }
}
