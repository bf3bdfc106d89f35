//! What kinds of distribution points hold a package at a time, anywhere: it
//! decides what is said to a machine that none of them may serve.

use crate::client::Holders;
use crate::units::Instant;
use crate::world::{Change, PackageId, ServerId, World};
use std::collections::{BTreeMap, BTreeSet};

/// A package whose content may move.
#[derive(Debug, Clone)]
pub(crate) struct Stock {
    start: Holders,
    /// When that changes, in order.
    turns: Vec<(Instant, Holders)>,
}

impl Stock {
    /// Those of the packages for which `moves` says so.
    pub(crate) fn all(world: &World, moves: &[bool]) -> BTreeMap<PackageId, Self> {
        let moving = (0..world.packages.len()).filter(|at| moves[*at]);
        let mut counts: BTreeMap<PackageId, Count> = moving
            .map(|at| (at.into(), Count::at_start(world, at.into())))
            .collect();
        let mut stocks: BTreeMap<_, _> = counts
            .iter()
            .map(|(package, count)| (*package, Self::starting(count.holders())))
            .collect();
        for timed in &world.changes {
            if let Change::Content(package, point, state) = &timed.change
                && let Some(count) = counts.get_mut(package)
                && let Some(stock) = stocks.get_mut(package)
            {
                count.change(world, *point, state.is_offered());
                stock.turn(timed.at(), count.holders());
            }
        }
        stocks
    }

    fn starting(start: Holders) -> Self {
        let turns = Vec::new();
        Self { start, turns }
    }

    fn turn(&mut self, at: Instant, holders: Holders) {
        let before = self.turns.last().map_or(self.start, |(_, before)| *before);
        if holders != before {
            self.turns.push((at, holders));
        }
    }

    /// What holds the package at `now`.
    pub(crate) fn at(&self, now: Instant) -> Holders {
        let turned = self.turns.partition_point(|(at, _)| *at <= now);
        let last = turned.checked_sub(1).map(|last| self.turns[last].1);
        last.unwrap_or(self.start)
    }

    /// When that changes, in order.
    pub(crate) fn turns(&self) -> impl Iterator<Item = Instant> + '_ {
        self.turns.iter().map(|(at, _)| *at)
    }
}

impl Holders {
    /// What holds a package whose content does not move.
    pub(crate) fn of(world: &World, package: PackageId) -> Self {
        Count::at_start(world, package).holders()
    }
}

/// How many points of each kind hold a package.
#[derive(Debug, Clone)]
pub(crate) struct Count {
    package: PackageId,
    missing: BTreeSet<ServerId>,
    open: usize,
    protected: usize,
}

impl Count {
    pub(crate) fn at_start(world: &World, package: PackageId) -> Self {
        let declared = &world.packages[package.index()];
        let mut count = Self {
            package,
            missing: declared.distribution_points.iter().copied().collect(),
            open: 0,
            protected: 0,
        };
        for point in declared.distribution_points.iter() {
            let missing = declared.missing_at_start.binary_search(point).is_ok();
            count.change(world, *point, !missing);
        }
        count
    }

    pub(crate) fn change(&mut self, world: &World, point: ServerId, there: bool) {
        let declared = &world.packages[self.package.index()].distribution_points;
        let kind = if world.servers[point.index()].protected {
            &mut self.protected
        } else {
            &mut self.open
        };
        if there {
            *kind += usize::from(self.missing.remove(&point));
        } else if declared.binary_search(&point).is_ok() {
            *kind -= usize::from(self.missing.insert(point));
        }
    }

    pub(crate) const fn holders(&self) -> Holders {
        Holders {
            open: self.open > 0,
            protected: self.protected > 0,
        }
    }
}
