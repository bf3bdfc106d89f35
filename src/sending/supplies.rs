//! Which points pull which package, and from where: what follows from the specification
//! before anything moves.

use std::collections::{BTreeMap, BTreeSet};

use super::Sending;
use super::plan::Copy;
use crate::world::sending::Source;

/// A source that has a package from the start, or to which it comes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Supply<'s> {
    pub(super) source: &'s Source,
    /// The copy, or pull, by which the source gets it; `None` if it has it from
    /// the start.
    pub(super) by: Option<u32>,
}

/// All pulls, by the position of the copy that each of them stands for.
#[derive(Debug, Default)]
pub(super) struct Supplies<'s> {
    /// The sources of each, in the order in which they are asked. Without any,
    /// the package never comes.
    pub(super) of: BTreeMap<u32, Vec<Supply<'s>>>,
    /// The pulls that wait for a copy, or another pull.
    pub(super) awaiting: BTreeMap<u32, Vec<u32>>,
}

impl<'s> Supplies<'s> {
    /// Those among `copies`, sorted by package and point, whose points pull.
    pub(super) fn new(sending: &'s Sending, copies: &[Copy]) -> Self {
        let mut supplies = Self::default();
        for (at, copy) in copies.iter().enumerate() {
            let sources = sending
                .pulls
                .get(&copy.point)
                .map_or(&[][..], Vec::as_slice);
            if !sources.is_empty() {
                let found = sources
                    .iter()
                    .filter_map(|source| supply(sending, copies, copy, source));
                supplies.of.insert(at as u32, found.collect());
            }
        }
        supplies.keep_fed();
        supplies
    }

    /// Leaves out the sources to which a package never comes.
    fn keep_fed(&mut self) {
        self.await_sources();
        let is_pull = |by: u32| self.of.contains_key(&by);
        let feeds = |supply: &Supply| supply.by.is_none_or(|by| !is_pull(by));
        let mut starving: BTreeSet<u32> = self.of.keys().copied().collect();
        let mut fed: Vec<u32> = (starving.iter().copied())
            .filter(|copy| self.of[copy].iter().any(feeds))
            .collect();
        while let Some(copy) = fed.pop() {
            if starving.remove(&copy) {
                fed.extend(self.awaiting.get(&copy).into_iter().flatten());
            }
        }
        for supplies in self.of.values_mut() {
            supplies.retain(|supply| supply.by.is_none_or(|by| !starving.contains(&by)));
        }
    }

    fn await_sources(&mut self) {
        for (copy, supplies) in &self.of {
            for by in supplies.iter().filter_map(|supply| supply.by) {
                self.awaiting.entry(by).or_default().push(*copy);
            }
        }
    }
}

/// `source` for the pull that `copy` stands for, if the package comes there.
fn supply<'s>(
    sending: &Sending,
    copies: &[Copy],
    copy: &Copy,
    source: &'s Source,
) -> Option<Supply<'s>> {
    let held = sending.held.contains(&(copy.id, source.point));
    let by = copies
        .binary_search_by_key(&(copy.package, source.point), |c| (c.package, c.point))
        .ok()
        .map(|by| by as u32);
    (held || by.is_some()).then_some(Supply {
        source,
        by: by.filter(|_| !held),
    })
}
