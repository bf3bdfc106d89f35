//! Machines that join collections while the roll-out runs, and machines that
//! leave them.
//!
//! Machines that move together have one set of advertisements, so what is kept
//! grows with the sets and not with the fleet; where no machine moves it is empty.

use super::{AdvertisementId, Fleet};
use crate::units::Instant;
use std::collections::BTreeMap;

/// When a machine is a member of the collection of an advertisement: from one
/// instant on, until before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Membership {
    /// From when on the advertisement is there for the machine.
    pub from: Instant,
    /// From when on it is not any more; [`Instant::NEVER`] if it stays.
    pub until: Instant,
}

impl Membership {
    /// All the time.
    pub const ALWAYS: Self = Self {
        from: Instant::START,
        until: Instant::NEVER,
    };
}

/// The memberships that begin or end while the roll-out runs.
#[derive(Debug, Clone, Default)]
pub struct Memberships {
    /// For each set of [`Fleet::target_sets`], and each advertisement in it, when
    /// its machines are members; empty if all of them are all the time.
    pub of_sets: Vec<Vec<Membership>>,
    /// The names of the collections whose members change, by the advertisements
    /// to them.
    pub collections: BTreeMap<AdvertisementId, String>,
}

impl Memberships {
    /// Whether no machine joins or leaves.
    pub fn is_empty(&self) -> bool {
        self.of_sets.is_empty()
    }

    /// Whether any machine ever leaves a collection.
    pub fn has_leavers(&self) -> bool {
        let mut all = self.of_sets.iter().flatten();
        all.any(|membership| membership.until.is_some())
    }
}

impl Fleet {
    /// When the machine at `position` is a member of the collection of an
    /// advertisement that reaches it.
    pub fn membership(&self, position: u32, advertisement: AdvertisementId) -> Membership {
        let set = self.machines[position as usize].targets as usize;
        let Some(memberships) = self.memberships.of_sets.get(set) else {
            return Membership::ALWAYS;
        };
        let at = self.target_sets[set].binary_search(&advertisement);
        at.map_or(Membership::ALWAYS, |at| memberships[at])
    }
}
