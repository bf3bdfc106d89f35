//! Which machines a collection, or a change of its members, means.

use crate::scenario::pattern;
use crate::scenario::patterns::Patterns;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{self, At};
use crate::world::{ClientKind, Profile, Role, SiteId, World};
use std::collections::{BTreeMap, BTreeSet};

/// The name that collections use for the machines of the inventory that are of
/// no fleet group.
pub(super) const INVENTORY: &str = "inventory";

/// A collection, ready to be asked about machines. `None` in a filter lets all
/// pass.
#[derive(Debug, Default)]
pub(super) struct Filter {
    /// Ascending.
    pub(super) sites: Option<Vec<usize>>,
    domains: Option<Vec<bool>>,
    platforms: Option<Vec<bool>>,
    clients: Option<Vec<ClientKind>>,
    roles: Option<Vec<Role>>,
    fleets: Option<Vec<String>>,
    names: Option<Patterns>,
    /// Whether any filter is given.
    filters: bool,
    /// Members by name; whether each was met.
    pub(super) machines: BTreeMap<String, bool>,
}

/// What is known of a machine before its name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    In,
    Out,
    /// It depends on the name.
    Ask,
}

impl Filter {
    /// Whether it has a filter or members: one that has neither would be everybody
    /// by accident.
    pub(super) fn says_anything(&self) -> bool {
        self.filters || !self.machines.is_empty()
    }

    /// The fleet groups that it names, if only machines of these can be in.
    pub(super) fn only_groups(&self) -> Option<&[String]> {
        let groups = self.fleets.as_deref()?;
        let is_plain =
            self.machines.is_empty() && !groups.iter().any(|name| pattern::is_glob(name));
        is_plain.then_some(groups)
    }

    /// What is known of the machines of `profile` at `site`.
    pub(super) fn of_groups(&self, profile: &Profile, site: SiteId) -> Verdict {
        let at =
            |list: &Option<Vec<bool>>, index: usize| list.as_ref().is_none_or(|list| list[index]);
        let here = |sites: &Vec<usize>| sites.binary_search(&site.index()).is_ok();
        let matching = self.sites.as_ref().is_none_or(here)
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

    /// Whether the machine called `name` is in.
    pub(super) fn of_name(&mut self, profile: &Profile, site: SiteId, name: &str) -> bool {
        let named = self.machines.get_mut(name).map(|met| *met = true).is_some();
        let only_named = !self.filters && !self.machines.is_empty();
        if named || only_named {
            return named;
        }
        let machines = std::mem::take(&mut self.machines);
        let others = self.of_groups(profile, site) != Verdict::Out;
        self.machines = machines;
        others
            && self
                .names
                .as_ref()
                .is_none_or(|patterns| patterns.matches(name))
    }
}

/// The filter that `written` describes. Names of things that are not there are
/// errors; those of machines are not looked at yet.
pub(super) fn filter(
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
    let matching = |patterns: &Vec<At<String>>| {
        let patterns = patterns.iter().map(|pattern| pattern.as_str());
        let (globs, names): (Vec<&str>, Vec<&str>) =
            patterns.partition(|pattern| pattern::is_glob(pattern));
        let names: BTreeSet<&str> = names.into_iter().collect();
        world
            .platforms
            .iter()
            .map(|name| {
                let mut globs = globs.iter();
                names.contains(name.as_str()) || globs.any(|glob| pattern::matches(glob, name))
            })
            .collect()
    };
    let mut result = Filter {
        sites: written
            .site
            .as_ref()
            .map(|names| plan.sites.select(names, problems)),
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
        names: written
            .name
            .as_ref()
            .map(|names| names.iter().map(|name| name.as_str()).collect()),
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
