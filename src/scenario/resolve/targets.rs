//! Which advertisements reach which machine.

use crate::scenario::names::Item;
use crate::scenario::pattern;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{self, At};
use crate::world::{AdvertisementId, ClientKind, NO_PHASE, Profile, Role, SiteId, World};
use std::collections::{BTreeMap, BTreeSet};

/// The name that collections use for the machines of the inventory that are of
/// no fleet group.
pub(super) const INVENTORY: &str = "inventory";

/// A collection, ready to be asked about machines. `None` in a filter lets all
/// pass.
#[derive(Debug, Default)]
struct Filter {
    sites: Option<Vec<bool>>,
    domains: Option<Vec<bool>>,
    platforms: Option<Vec<bool>>,
    clients: Option<Vec<ClientKind>>,
    roles: Option<Vec<Role>>,
    fleets: Option<Vec<String>>,
    names: Option<Vec<String>>,
    /// Whether any filter is given.
    filters: bool,
    /// Members by name; whether each was met.
    machines: BTreeMap<String, bool>,
}

/// What is known of a machine before its name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    In,
    Out,
    /// It depends on the name.
    Ask,
}

impl Filter {
    fn of_groups(&self, profile: &Profile, site: SiteId) -> Verdict {
        let at =
            |list: &Option<Vec<bool>>, index: usize| list.as_ref().is_none_or(|list| list[index]);
        let matching = at(&self.sites, site.index())
            && at(&self.domains, profile.domain.index())
            && at(&self.platforms, profile.platform.index())
            && self
                .clients
                .as_ref()
                .is_none_or(|list| list.contains(&profile.client))
            && self
                .roles
                .as_ref()
                .is_none_or(|list| list.contains(&profile.role))
            && self.fleets.as_ref().is_none_or(|globs| {
                globs
                    .iter()
                    .any(|glob| pattern::matches(glob, &profile.group))
            });
        let only_named = !self.filters && !self.machines.is_empty();
        match (matching && !only_named, self.names.is_some()) {
            (true, false) if self.machines.is_empty() => Verdict::In,
            (false, _) if self.machines.is_empty() => Verdict::Out,
            _ => Verdict::Ask,
        }
    }

    /// Whether the machine called `name` is in, `matching` being the verdict of
    /// the other filters.
    fn of_name(&mut self, profile: &Profile, site: SiteId, name: &str) -> bool {
        let named = self.machines.get_mut(name).map(|met| *met = true).is_some();
        if named || !self.filters {
            return named;
        }
        let machines = std::mem::take(&mut self.machines);
        let others = self.of_groups(profile, site) != Verdict::Out;
        self.machines = machines;
        others
            && self
                .names
                .as_ref()
                .is_none_or(|globs| globs.iter().any(|glob| pattern::matches(glob, name)))
    }
}

/// Finds and keeps the sets of advertisements.
pub(super) struct Targets {
    /// The collection of each advertisement; `None` for every machine.
    collection_of: Vec<Option<usize>>,
    /// The phases of each advertisement that name a collection, with it.
    phases_of: Vec<Vec<(u8, usize)>>,
    filters: Vec<Filter>,
    sets: Vec<Set>,
    /// Position of each set in `sets`.
    known: BTreeMap<Set, u32>,
}

/// Advertisements, and the phase that a collection puts a machine into for each
/// of them, or [`NO_PHASE`].
type Set = Vec<(AdvertisementId, u8)>;

impl Targets {
    /// The targets of `plan`, for the sites, domains and platforms of `world`.
    pub(super) fn new(plan: &Plan, world: &World, problems: &mut Problems) -> Self {
        let collection_of = plan.advertisements.list().iter().map(|item| {
            item.spec
                .collection
                .as_ref()
                .and_then(|name| plan.collections.find(name))
        });
        let filters = plan
            .collections
            .list()
            .iter()
            .map(|item| filter(&item.spec, plan, world, problems));
        Self {
            collection_of: collection_of.collect(),
            phases_of: plan
                .advertisements
                .list()
                .iter()
                .map(|item| phases(item, plan))
                .collect(),
            filters: filters.collect(),
            sets: Vec::new(),
            known: BTreeMap::new(),
        }
    }

    /// The set of advertisements that reach all machines of `profile` at `site`;
    /// `None` if that differs from name to name.
    pub(super) fn of_groups(&mut self, profile: &Profile, site: SiteId) -> Option<u32> {
        let verdicts: Vec<Verdict> = self
            .collection_of
            .iter()
            .map(|filter| {
                filter.map_or(Verdict::In, |at| self.filters[at].of_groups(profile, site))
            })
            .collect();
        let filters = &self.filters;
        let phases: Option<Vec<u8>> = self
            .phases_of
            .iter()
            .map(|phases| first_phase(phases, |at| filters[at].of_groups(profile, site)))
            .collect();
        let phases = phases.filter(|_| !verdicts.contains(&Verdict::Ask))?;
        let reached = (0..verdicts.len())
            .filter(|at| verdicts[*at] == Verdict::In)
            .map(|at| (AdvertisementId::from(at), phases[at]))
            .collect();
        Some(self.set(reached))
    }

    /// The set of advertisements that reach the machine called `name`.
    pub(super) fn of_name(&mut self, profile: &Profile, site: SiteId, name: &str) -> u32 {
        let filters = &mut self.filters;
        let reaches = |filter: &Option<usize>| {
            filter.is_none_or(|at| filters[at].of_name(profile, site, name))
        };
        let verdicts: Vec<bool> = self.collection_of.iter().map(reaches).collect();
        let filters = &mut self.filters;
        let mut verdict = |at: usize| {
            if filters[at].of_name(profile, site, name) {
                Verdict::In
            } else {
                Verdict::Out
            }
        };
        let phases = self.phases_of.iter().map(|phases| {
            first_phase(phases, &mut verdict)
                .expect("of a name every filter knows whether it is in")
        });
        let reached = phases
            .enumerate()
            .filter(|(at, _)| verdicts[*at])
            .map(|(at, phase)| (AdvertisementId::from(at), phase))
            .collect();
        self.set(reached)
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

    /// The sets and their phases, by number; no phases if no collection puts any
    /// machine into one. Machines that a collection names and nobody has met are
    /// errors.
    pub(super) fn finish(
        self,
        plan: &Plan,
        problems: &mut Problems,
    ) -> (Vec<Vec<AdvertisementId>>, Vec<Vec<u8>>) {
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
                let help =
                    "names are those of the inventory, or follow the `name` of the fleet group";
                problems.error("unknown-name", name.span(), message, help);
            }
        }
        let named = self.phases_of.iter().any(|phases| !phases.is_empty());
        let ids = |set: &Set| set.iter().map(|(id, _)| *id).collect();
        let phases = |set: &Set| set.iter().map(|(_, phase)| *phase).collect();
        (
            self.sets.iter().map(ids).collect(),
            self.sets.iter().filter(|_| named).map(phases).collect(),
        )
    }
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

fn filter(
    written: &written::Collection,
    plan: &Plan,
    world: &World,
    problems: &mut Problems,
) -> Filter {
    let chosen = |positions: Vec<usize>, length: usize| {
        let mut list = vec![false; length];
        for at in positions {
            list[at] = true;
        }
        list
    };
    let texts = |names: &Vec<At<String>>| {
        names
            .iter()
            .map(|name| name.to_string())
            .collect::<Vec<_>>()
    };
    let matching = |globs: &Vec<At<String>>| {
        world
            .platforms
            .iter()
            .map(|name| globs.iter().any(|glob| pattern::matches(glob, name)))
            .collect()
    };
    let mut result = Filter {
        sites: written
            .site
            .as_ref()
            .map(|names| chosen(plan.sites.select(names, problems), world.sites.len())),
        domains: written.domain.as_ref().map(|names| {
            chosen(
                plan.domains.select(names, problems),
                world.directory.domains.len(),
            )
        }),
        platforms: written.platform.as_ref().map(matching),
        clients: written
            .client
            .as_ref()
            .map(|words| words.iter().map(|word| word.meaning()).collect()),
        roles: written
            .role
            .as_ref()
            .map(|words| words.iter().map(|word| word.meaning()).collect()),
        fleets: written.fleet.as_ref().map(texts),
        names: written.name.as_ref().map(texts),
        filters: false,
        machines: written
            .machines
            .iter()
            .flatten()
            .map(|name| (name.to_string(), false))
            .collect(),
    };
    let has_inventory = plan.written.inventory.is_some();
    let groups = written
        .fleet
        .iter()
        .flatten()
        .filter(|name| !(has_inventory && pattern::matches(name, INVENTORY)));
    for name in groups {
        plan.fleets.select(std::slice::from_ref(name), problems);
    }
    result.filters = result.sites.is_some()
        || result.domains.is_some()
        || result.platforms.is_some()
        || result.clients.is_some()
        || result.roles.is_some()
        || result.fleets.is_some()
        || result.names.is_some();
    result
}
