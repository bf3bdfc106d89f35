//! Which advertisements reach which machine.

use super::filter::{Filter, Verdict, filter};
use super::filter_index::FilterIndex;
use super::members::Moves;
use crate::engine::effort;
use crate::scenario::ProblemCode;
use crate::scenario::names::Item;
use crate::scenario::pattern::is_glob;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written;
use crate::world::{
    AdvertisementId, Fleet, Membership, Memberships, NO_PHASE, Profile, SiteId, World,
};
use std::collections::{BTreeMap, BTreeSet};

/// Finds and keeps the sets of advertisements.
pub(super) struct Targets {
    /// The collection of each advertisement; `None` for every machine.
    collection_of: Vec<Option<usize>>,
    /// The phases of each advertisement that name a collection, with it.
    phases_of: Vec<Vec<(u8, usize)>>,
    filters: Vec<Filter>,
    index: FilterIndex,
    /// The collections whose members change.
    changing: FilterIndex,
    /// Machines that join collections later, or leave them.
    moves: Moves,
    sets: Vec<Set>,
    /// Position of each set in `sets`.
    known: BTreeMap<Set, u32>,
}

/// An advertisement that reaches a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Reached {
    advertisement: AdvertisementId,
    /// The phase that a collection puts the machine into, or [`NO_PHASE`].
    phase: u8,
    /// When the machine is a member of its collection.
    membership: Membership,
}

type Set = Vec<Reached>;

impl Targets {
    /// The targets of `plan`, for the sites, domains and platforms of `world`.
    pub(super) fn new(plan: &Plan, world: &World, problems: &mut Problems) -> Self {
        let collection_of = plan.advertisements.list().iter().map(|item| {
            item.spec
                .collection
                .as_ref()
                .and_then(|name| plan.collections.find(name))
        });
        let filters = plan.collections.list().iter().map(|item| {
            let filter = filter(&item.spec, plan, world, problems);
            if !filter.says_anything() {
                let message = format!("collection `{}` does not say who is in it", item.name);
                let help = "add a filter or `machines`; `site = [\"*\"]` is all machines";
                problems.error(ProblemCode::MissingKey, item.place.clone(), message, help);
            }
            filter
        });
        let collection_of: Vec<_> = collection_of.collect();
        let advertisements = plan.advertisements.list().iter();
        let phases_of: Vec<_> = advertisements.map(|item| phases(item, plan)).collect();
        let filters: Vec<_> = filters.collect();
        let moves = Moves::new(plan, world, problems);
        Self {
            index: index(plan, &collection_of, &phases_of, &filters, &moves),
            changing: changing(plan, &filters, &moves),
            collection_of,
            phases_of,
            filters,
            moves,
            sets: Vec::new(),
            known: BTreeMap::new(),
        }
    }

    /// The set of advertisements that reach all machines of `profile` at `site`;
    /// `None` if that differs from name to name.
    pub(super) fn of_groups(&mut self, profile: &Profile, site: SiteId) -> Option<u32> {
        let verdict = |at: usize| {
            if self.moves.concern(at, profile, site) {
                return Verdict::Ask;
            }
            self.filters[at].of_groups(profile, site)
        };
        let filters = &self.filters;
        let names_machines = |(_, phase): &(u8, usize)| !filters[*phase].machines.is_empty();
        let asks = |at: &usize| {
            effort::spend(1);
            self.collection_of[*at].map(verdict) == Some(Verdict::Ask)
                || self.phases_of[*at].iter().any(names_machines)
        };
        if self.index.named().iter().any(asks) {
            return None;
        }
        let mut reached = Vec::new();
        for at in self.index.of_group(profile, site) {
            let in_phase = |at: usize| filters[at].of_groups(profile, site);
            let phase = first_phase(&self.phases_of[at], in_phase)?;
            match self.collection_of[at].map_or(Verdict::In, verdict) {
                Verdict::Ask => return None,
                Verdict::Out => {}
                Verdict::In => reached.push(Reached {
                    advertisement: at.into(),
                    phase,
                    membership: Membership::ALWAYS,
                }),
            }
        }
        Some(self.set(reached))
    }

    /// The set of advertisements that reach the machine called `name`.
    pub(super) fn of_name(&mut self, profile: &Profile, site: SiteId, name: &str) -> u32 {
        let moving = self.moving_memberships(profile, site, name);
        let mut reached = Vec::new();
        for at in self.index.of_machine(profile, site, name) {
            let filters = &mut self.filters;
            let mut is_in = |at: usize| filters[at].of_name(profile, site, name);
            let membership = match self.collection_of[at] {
                None => Some(Membership::ALWAYS),
                Some(at) => match moving.get(&at) {
                    Some(membership) => *membership,
                    None => is_in(at).then_some(Membership::ALWAYS),
                },
            };
            let phase = first_phase(&self.phases_of[at], |at| {
                if is_in(at) { Verdict::In } else { Verdict::Out }
            });
            let phase = phase.expect("of a name every filter knows whether it is in");
            reached.extend(membership.map(|membership| Reached {
                advertisement: at.into(),
                phase,
                membership,
            }));
        }
        self.set(reached)
    }

    /// When the machine called `name` is a member of each collection whose members
    /// change, and that may hold it at any time.
    fn moving_memberships(
        &mut self,
        profile: &Profile,
        site: SiteId,
        name: &str,
    ) -> BTreeMap<usize, Option<Membership>> {
        let mut found = BTreeMap::new();
        for at in self.changing.of_machine(profile, site, name) {
            let is_in = self.filters[at].of_name(profile, site, name);
            let membership = self.moves.of_name(at, is_in, (profile, site, name));
            found.insert(at, membership);
        }
        found
    }

    /// How many advertisements set number `set` has.
    pub(super) fn count(&self, set: u32) -> u64 {
        self.sets[set as usize].len() as u64
    }

    fn set(&mut self, reached: Set) -> u32 {
        *self.known.entry(reached).or_insert_with_key(|reached| {
            self.sets.push(reached.clone());
            self.sets.len() as u32 - 1
        })
    }

    /// Writes the sets of advertisements into `fleet`, with their phases, if any
    /// collection puts machines into one, and with memberships, if any changes.
    /// Machines that a collection names and the fleet does not have are errors.
    pub(super) fn finish(self, fleet: &mut Fleet, plan: &Plan, problems: &mut Problems) {
        self.look_at_machines(plan, problems);
        let sets = self.sets.iter();
        let ids = sets.map(|set| set.iter().map(|reached| reached.advertisement).collect());
        fleet.target_sets = ids.collect();
        if self.phases_of.iter().any(|phases| !phases.is_empty()) {
            let sets = self.sets.iter();
            let phases = sets.map(|set| set.iter().map(|reached| reached.phase).collect());
            fleet.named_phases = phases.collect();
        }
        let mut all = self.sets.iter().flatten();
        if all.any(|reached| reached.membership != Membership::ALWAYS) {
            fleet.memberships = self.memberships(plan);
        }
        self.moves.finish(plan, problems);
    }

    fn memberships(&self, plan: &Plan) -> Memberships {
        let moving: BTreeSet<usize> = self.moves.collections().collect();
        let named = self.collection_of.iter().enumerate();
        let named = named.filter_map(|(at, collection)| Some((at, (*collection)?)));
        let sets = self.sets.iter();
        let of_sets = sets.map(|set| set.iter().map(|reached| reached.membership).collect());
        Memberships {
            of_sets: of_sets.collect(),
            collections: named
                .filter(|(_, collection)| moving.contains(collection))
                .map(|(at, collection)| (at.into(), plan.collections.get(collection).name.clone()))
                .collect(),
        }
    }

    fn look_at_machines(&self, plan: &Plan, problems: &mut Problems) {
        let phased = self.phases_of.iter().flatten().map(|(_, at)| *at);
        let used: BTreeSet<usize> = self
            .collection_of
            .iter()
            .flatten()
            .copied()
            .chain(phased)
            .collect();
        for (at, filter) in self
            .filters
            .iter()
            .enumerate()
            .filter(|(at, _)| used.contains(at))
        {
            let written = plan.collections.get(at).spec.machines.iter().flatten();
            for name in written.filter(|name| filter.machines.get(name.as_str()) == Some(&false)) {
                let message = format!("there is no machine `{}`", **name);
                let help = if is_glob(name) {
                    "`machines` holds whole names; write the glob into `name` of the collection"
                } else {
                    "names are those of the inventory, or follow the `name` of the fleet group"
                };
                problems.error(ProblemCode::UnknownName, name.span(), message, help);
            }
        }
    }
}

/// The advertisements by who can ever be in their collections, and by the machines that
/// their phases name, each of which has to be met.
fn index(
    plan: &Plan,
    collection_of: &[Option<usize>],
    phases_of: &[Vec<(u8, usize)>],
    filters: &[Filter],
    moves: &Moves,
) -> FilterIndex {
    let mut index = FilterIndex::default();
    for (at, collection) in collection_of.iter().enumerate() {
        match collection {
            Some(collection) => {
                let written = &plan.collections.get(*collection).spec;
                index.add(at, &filters[*collection], written);
                moves.index(*collection, at, plan, &mut index);
            }
            None => index.add_always(at),
        }
        for (_, phase) in &phases_of[at] {
            if !filters[*phase].machines.is_empty() {
                index.add_machines(at, &filters[*phase]);
            }
        }
    }
    index
}

/// The collections whose members change, by who can ever be in them.
fn changing(plan: &Plan, filters: &[Filter], moves: &Moves) -> FilterIndex {
    let mut index = FilterIndex::default();
    for at in moves.collections() {
        index.add(at, &filters[at], &plan.collections.get(at).spec);
        moves.index(at, at, plan, &mut index);
    }
    index
}

/// The phases of an advertisement that name a collection, with its position.
/// More phases than a byte counts, and unknown names, are errors elsewhere.
fn phases(item: &Item<written::Advertisement>, plan: &Plan) -> Vec<(u8, usize)> {
    let written = item.spec.phases.iter().flatten().enumerate();
    written
        .filter_map(|(at, phase)| {
            let collection = plan.collections.find(phase.collection.as_ref()?)?;
            Some((u8::try_from(at).ok()?, collection))
        })
        .collect()
}

/// The first phase whose collection holds a machine, [`NO_PHASE`] if none does;
/// `None` if that depends on the name. Every filter is asked, so that each
/// knows whom it has met.
fn first_phase(phases: &[(u8, usize)], verdict: impl FnMut(usize) -> Verdict) -> Option<u8> {
    let verdicts: Vec<Verdict> = phases.iter().map(|(_, at)| *at).map(verdict).collect();
    if verdicts.contains(&Verdict::Ask) {
        return None;
    }
    let first = verdicts.iter().position(|verdict| *verdict == Verdict::In);
    Some(first.map_or(NO_PHASE, |at| phases[at].0))
}
