//! Which parts of a sending the machines of sites meet on links.

use super::agenda::Reach;
use super::point_sets::{SetId, Sets};
use crate::engine::effort;
use crate::sending::Part;
use crate::units::Instant;
use crate::world::LinkId;
use std::collections::BTreeMap;

/// Of which part each thing is, by its number; what is of none may be missing.
pub(super) struct PartOf(Vec<Option<u32>>);

impl PartOf {
    /// For the things that `of` names of a part.
    pub(super) fn each<T: Copy>(
        parts: &[Part],
        of: impl Fn(&Part) -> &Vec<T>,
        index: impl Fn(T) -> usize,
    ) -> Self {
        let mut all = Vec::new();
        for (part, at) in parts.iter().zip(0u32..) {
            for thing in of(part).iter().map(|thing| index(*thing)) {
                all.resize(all.len().max(thing + 1), None);
                all[thing] = Some(at);
            }
        }
        Self(all)
    }

    pub(super) fn get(&self, thing: usize) -> Option<usize> {
        self.0.get(thing).copied().flatten().map(|at| at as usize)
    }

    /// The parts of links, sorted.
    fn of_links(&self, links: &[LinkId]) -> Vec<usize> {
        effort::spend(links.len());
        let parts = links.iter().filter_map(|link| self.get(link.index()));
        let mut parts: Vec<usize> = parts.collect();
        parts.sort_unstable();
        parts.dedup();
        parts
    }
}

/// Links that many sites may cross.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Shared {
    OfSet(SetId),
    OfTrips(*const Reach),
}

/// The parts that are sent over links that many sites may cross.
struct Crossed {
    /// Sorted.
    parts: Vec<usize>,
    /// Those that may not have been met yet.
    left: Vec<usize>,
    /// When the last byte of them all moves.
    over: Instant,
    /// Those that are sent later than this have been met.
    since: Instant,
}

/// Which parts are met.
pub(super) struct Crossings {
    /// The part of each link.
    crossed: PartOf,
    /// When the last byte of each part moves.
    over: Vec<Instant>,
    met: Vec<bool>,
    shared: BTreeMap<Shared, Crossed>,
}

/// What of the parts the machines of one site may cross.
pub(super) struct Crossing {
    own: Vec<usize>,
    shared: Vec<Shared>,
}

impl Crossings {
    pub(super) fn new(parts: &[Part], over: Vec<Instant>) -> Self {
        Self {
            crossed: PartOf::each(parts, |part| &part.links, LinkId::index),
            met: vec![false; parts.len()],
            over,
            shared: BTreeMap::new(),
        }
    }

    /// What the machines of a site may cross that has not been met; `None` if there is
    /// nothing of that kind.
    pub(super) fn of(
        &mut self,
        reach: &Reach,
        of_site: &[SetId],
        sets: &Sets<'_>,
    ) -> Option<Crossing> {
        let mut own = self.crossed.of_links(&reach.links);
        own.retain(|part| !self.met[*part]);
        let mut shared = Vec::new();
        // The trips come first, then what follows from the sets.
        let of_trips = reach.shared.len() - usize::from(!of_site.is_empty());
        for trips in &reach.shared[..of_trips] {
            let of = Shared::OfTrips(std::ptr::from_ref(&**trips));
            shared.extend(self.is_left(of, &trips.links).then_some(of));
        }
        for set in of_site {
            let of = Shared::OfSet(*set);
            shared.extend(self.is_left(of, sets.links(*set)).then_some(of));
        }
        let is_any = !own.is_empty() || !shared.is_empty();
        is_any.then_some(Crossing { own, shared })
    }

    /// Whether anything that is sent over shared links may not have been met yet.
    fn is_left(&mut self, of: Shared, links: &[LinkId]) -> bool {
        let crossed = self.shared.entry(of).or_insert_with(|| {
            let parts = self.crossed.of_links(links);
            let over = parts.iter().map(|part| self.over[*part]);
            Crossed {
                left: parts.clone(),
                over: over.max().unwrap_or(Instant::START),
                parts,
                since: Instant::NEVER,
            }
        });
        let left = &mut crossed.left;
        while left.pop_if(|part| self.met[*part]).is_some() {}
        !left.is_empty()
    }

    /// Whether any of it is still sent at `first`.
    pub(super) fn last_until(&self, crossing: &Crossing, first: Instant) -> bool {
        let own = crossing.own.iter().map(|part| self.over[*part]);
        let shared = crossing.shared.iter().map(|of| self.shared[of].over);
        own.chain(shared).any(|over| first < over)
    }

    /// Machines that begin at `first` may read over any of the links.
    pub(super) fn meets_all(&mut self, crossing: &Crossing, first: Instant) {
        for part in &crossing.own {
            self.met[*part] |= first < self.over[*part];
        }
        for of in &crossing.shared {
            self.meets_shared(*of, first);
        }
    }

    /// Machines that begin at `first` read over some links and those of some sets.
    pub(super) fn meets(
        &mut self,
        crossing: &Crossing,
        first: Instant,
        (links, sets): (&[LinkId], &[SetId]),
    ) {
        for part in self.crossed.of_links(links) {
            let mut shared = crossing.shared.iter();
            let is_crossed = crossing.own.binary_search(&part).is_ok()
                || shared.any(|of| self.shared[of].parts.binary_search(&part).is_ok());
            self.met[part] |= is_crossed && first < self.over[part];
        }
        for set in sets {
            let of = Shared::OfSet(*set);
            if crossing.shared.contains(&of) {
                self.meets_shared(of, first);
            }
        }
    }

    fn meets_shared(&mut self, of: Shared, first: Instant) {
        let crossed = self.shared.get_mut(&of);
        let Some(crossed) = crossed.filter(|crossed| first < crossed.since) else {
            return;
        };
        crossed.since = first;
        effort::spend(crossed.parts.len());
        for part in &crossed.parts {
            self.met[*part] |= first < self.over[*part];
        }
    }

    /// Whether each part is met.
    pub(super) fn met(self) -> Vec<bool> {
        self.met
    }
}
