//! Packages that are sent over links that machines of the group use at the same
//! time: what has come to points so far, and what may yet come.
//!
//! When content will come is not known before it has: the machines themselves slow
//! it. One that waits for it therefore looks again at every turn.

use crate::client::Holders;
use crate::division::{Count, Together};
use crate::sending::Coming;
use crate::units::{Instant, Span};
use crate::world::{Arrival, Change, ContentState, PackageId, ServerId, TimedChange, World};
use std::collections::BTreeMap;

/// All such packages of a group.
#[derive(Debug, Clone, Default)]
pub(crate) struct OnItsWay {
    packages: BTreeMap<PackageId, Awaited>,
    coming: BTreeMap<(PackageId, ServerId), Coming>,
}

/// One package.
#[derive(Debug, Clone)]
struct Awaited {
    count: Count,
    released: Instant,
    /// To how many points it has not come yet.
    missing: usize,
    /// When it comes to which point, if that is known from a run that was the same.
    known: Option<Vec<(Instant, ServerId)>>,
}

impl OnItsWay {
    /// The start of a group.
    pub(crate) fn at_start(world: &World, together: Option<&Together>, known: &[Arrival]) -> Self {
        let mut all = Self::default();
        let mut arrivals = BTreeMap::<PackageId, Vec<(Instant, ServerId)>>::new();
        for arrival in known.iter().filter(|_| together.is_some()) {
            let theirs = arrivals.entry(arrival.package).or_default();
            theirs.push((arrival.at, arrival.point));
        }
        arrivals
            .values_mut()
            .for_each(|known| known.sort_unstable());
        for sent in together
            .iter()
            .flat_map(|together| &together.sending.packages)
        {
            let package = sent.package;
            let missing = &world.packages[package.index()].missing_at_start;
            let mut pending = 0;
            for destination in &sent.destinations {
                let is_there = missing.binary_search(&destination.point).is_err();
                let is_older = destination.behind.is_some() && sent.released > Instant::START;
                pending += usize::from(!is_there || is_older);
                let key = (package, destination.point);
                all.coming.insert(key, Coming::new(is_there));
            }
            let awaited = Awaited {
                count: Count::at_start(world, package),
                released: sent.released,
                missing: pending,
                known: arrivals.get(&package).cloned(),
            };
            all.packages.insert(package, awaited);
        }
        all
    }

    /// What kinds of points hold a package, if it is one of these.
    pub(crate) fn holders(&self, package: PackageId) -> Option<Holders> {
        self.packages
            .get(&package)
            .map(|awaited| awaited.count.holders())
    }

    /// Before which instant after `now` the package comes to none of the points that
    /// `may` picks; `None` if it is none of these.
    pub(crate) fn next_arrival(
        &self,
        package: PackageId,
        now: Instant,
        may: impl Fn(ServerId) -> bool,
    ) -> Option<Instant> {
        let awaited = self.packages.get(&package)?;
        if let Some(known) = &awaited.known {
            let next = first_after(known, now, may);
            return Some(next.map_or(Instant::NEVER, |(at, _)| at));
        }
        Some(match awaited.missing {
            0 => Instant::NEVER,
            _ => awaited.released.max(now + Span(1)),
        })
    }

    /// The first point to which the package comes after `now` among those that
    /// `may` picks, if that is known.
    pub(crate) fn known_arrival(
        &self,
        package: PackageId,
        now: Instant,
        may: impl Fn(ServerId) -> bool,
    ) -> Option<(Instant, ServerId)> {
        let known = self.packages.get(&package)?.known.as_ref()?;
        first_after(known, now, may)
    }

    /// Whether it is one of these packages.
    pub(crate) fn has(&self, package: PackageId) -> bool {
        self.packages.contains_key(&package)
    }

    /// A package has come to a point; its new state there, if that is new.
    pub(crate) fn arrives(
        &mut self,
        world: &World,
        package: PackageId,
        point: ServerId,
    ) -> Option<ContentState> {
        if let Some(awaited) = self.packages.get_mut(&package) {
            awaited.missing = awaited.missing.saturating_sub(1);
        }
        let coming = self.coming.get_mut(&(package, point))?;
        let state = coming.becomes(ContentState::Intact);
        self.count(world, package, point, state)
    }

    /// A fault changes content, which may not have come yet, or it is outdated; what
    /// there is of it, if that is new.
    pub(crate) fn fault(
        &mut self,
        world: &World,
        fault: &TimedChange,
    ) -> Option<(PackageId, ServerId, ContentState)> {
        let Change::Content(package, point, state) = fault.change else {
            return None;
        };
        let state = match self.coming.get_mut(&(package, point)) {
            Some(coming) if state == ContentState::Outdated => coming.becomes(state),
            Some(coming) => coming.fault(state),
            None => Some(state),
        };
        let state = self.count(world, package, point, state)?;
        Some((package, point, state))
    }

    fn count(
        &mut self,
        world: &World,
        package: PackageId,
        point: ServerId,
        state: Option<ContentState>,
    ) -> Option<ContentState> {
        let there = state?.is_offered();
        if let Some(awaited) = self.packages.get_mut(&package) {
            awaited.count.change(world, point, there);
        }
        state
    }
}

/// The first arrival after `now`, of those in order, at a point that `may` picks.
fn first_after(
    known: &[(Instant, ServerId)],
    now: Instant,
    may: impl Fn(ServerId) -> bool,
) -> Option<(Instant, ServerId)> {
    let after = known.partition_point(|(at, _)| *at <= now);
    let mut coming = known[after..].iter().copied();
    coming.find(|(_, point)| may(*point))
}
