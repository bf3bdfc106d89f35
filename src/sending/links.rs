//! The links under everything that is sent, copied or pulled, whose capacities
//! change with calendars and faults.

use std::collections::BTreeMap;

use super::Sending;
use crate::units::{Instant, Rate};
use crate::world::LinkId;

/// One link.
#[derive(Debug, Clone)]
struct State {
    /// Its position in the network.
    position: u32,
    /// Its capacity now.
    rate: Rate,
    /// When its capacity changes, ascending.
    changes: Vec<Instant>,
}

/// All links that something may move over, by their numbers in the world.
#[derive(Debug, Clone, Default)]
pub(super) struct Links(BTreeMap<LinkId, State>);

impl Links {
    /// The links of `paths`, as of the start, at positions in the network from
    /// `first` on.
    pub(super) fn new<'p>(
        sending: &Sending,
        paths: impl Iterator<Item = &'p LinkId>,
        first: usize,
    ) -> Self {
        let mut states: BTreeMap<LinkId, State> = paths
            .map(|link| {
                let rate = sending.links.get(link).copied();
                let state = State {
                    position: 0,
                    rate: rate.unwrap_or(Rate::UNLIMITED),
                    changes: Vec::new(),
                };
                (*link, state)
            })
            .collect();
        for (at, state) in states.values_mut().enumerate() {
            state.position = (first + at) as u32;
        }
        for capacity in &sending.capacities {
            if let Some(state) = states.get_mut(&capacity.link) {
                state.changes.push(capacity.at);
            }
        }
        for state in states.values_mut() {
            state.changes.sort_unstable();
        }
        Self(states)
    }

    /// All of them, by their numbers in the world.
    pub(super) fn links(&self) -> impl Iterator<Item = LinkId> {
        self.0.keys().copied()
    }

    /// Moves each to where `position` says that it is in the network.
    pub(super) fn place(&mut self, position: impl Fn(LinkId) -> u32) {
        for (link, state) in &mut self.0 {
            state.position = position(*link);
        }
    }

    /// The capacity of `link` now.
    pub(super) fn rate(&self, link: LinkId) -> Rate {
        self.0
            .get(&link)
            .map_or(Rate::UNLIMITED, |state| state.rate)
    }

    /// Where each of them is in the network.
    pub(super) fn all_positions(&self) -> impl Iterator<Item = (LinkId, u32)> {
        self.0.iter().map(|(link, state)| (*link, state.position))
    }

    /// The capacities now, in the order of the positions.
    pub(super) fn rates(&self) -> impl Iterator<Item = Rate> {
        self.0.values().map(|state| state.rate)
    }

    /// Where the links of `path` are in the network.
    pub(super) fn positions(&self, path: &[LinkId]) -> impl Iterator<Item = u32> {
        self.on(path).map(|state| state.position)
    }

    /// Changes the capacity of a link; its position, if anything may move over it.
    pub(super) fn set(&mut self, link: LinkId, rate: Rate) -> Option<u32> {
        let state = self.0.get_mut(&link)?;
        state.rate = rate;
        Some(state.position)
    }

    /// The narrowest capacity on `path` now.
    pub(super) fn narrowest(&self, path: &[LinkId]) -> Rate {
        let rates = self.on(path).map(|state| state.rate);
        rates.min().unwrap_or(Rate::UNLIMITED)
    }

    /// When a capacity on `path` changes next after `now`; [`Instant::NEVER`] if
    /// none does.
    pub(super) fn next_change(&self, path: &[LinkId], now: Instant) -> Instant {
        let next = self.on(path).filter_map(|state| {
            let passed = state.changes.partition_point(|at| *at <= now);
            state.changes.get(passed).copied()
        });
        next.min().unwrap_or(Instant::NEVER)
    }

    fn on(&self, path: &[LinkId]) -> impl Iterator<Item = &State> {
        path.iter().filter_map(|link| self.0.get(link))
    }
}
