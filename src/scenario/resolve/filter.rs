//! Which machines a collection, or a change of its members, means.

use super::profile::fitting;
use crate::scenario::pattern;
use crate::scenario::patterns::Patterns;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{self, At};
use crate::world::{ClientKind, PlatformId, Profile, Role, SiteId, World};
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
    /// Ascending.
    pub(super) domains: Option<Vec<usize>>,
    /// Ascending.
    pub(super) platforms: Option<Vec<usize>>,
    clients: Option<Vec<ClientKind>>,
    roles: Option<Vec<Role>>,
    fleets: Option<Vec<String>>,
    /// In lower case: Windows sees no case in names.
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

    /// Whether it names its members and nothing else.
    pub(super) fn has_only_machines(&self) -> bool {
        !self.filters && !self.machines.is_empty()
    }

    /// What is known of the machines of `profile` at `site`.
    pub(super) fn of_groups(&self, profile: &Profile, site: SiteId) -> Verdict {
        let at = |list: &Option<Vec<usize>>, index: usize| {
            let list = list.as_ref();
            list.is_none_or(|list| list.binary_search(&index).is_ok())
        };
        // What takes a moment comes first: lists of sites may be long.
        let matching = self
            .clients
            .as_ref()
            .is_none_or(|list| list.contains(&profile.client))
            && self
                .roles
                .as_ref()
                .is_none_or(|list| list.contains(&profile.role))
            && at(&self.platforms, profile.platform.index())
            && at(&self.domains, profile.domain.index())
            && at(&self.sites, site.index())
            && self.fleets.as_ref().is_none_or(|globs| {
                globs
                    .iter()
                    .any(|glob| pattern::matches(glob, &profile.group))
            });
        let only_named = self.has_only_machines();
        match (matching && !only_named, self.names.is_some()) {
            (true, false) if self.machines.is_empty() => Verdict::In,
            (false, _) if self.machines.is_empty() => Verdict::Out,
            _ => Verdict::Ask,
        }
    }

    /// Whether the machine called `name` is in.
    pub(super) fn of_name(&mut self, profile: &Profile, site: SiteId, name: &str) -> bool {
        let named = self.machines.get_mut(name).map(|met| *met = true).is_some();
        let only_named = self.has_only_machines();
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
                .is_none_or(|patterns| patterns.matches(&name.to_lowercase()))
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
    let texts = |names: &Vec<At<String>>| {
        names
            .iter()
            .map(|name| name.to_string())
            .collect::<Vec<_>>()
    };
    let matching = |globs: &Vec<At<String>>| {
        let ids = globs
            .iter()
            .flat_map(|glob| fitting(glob, &world.platforms));
        let ids: BTreeSet<usize> = ids.map(PlatformId::index).collect();
        ids.into_iter().collect()
    };
    let in_any_case = |names: &Vec<At<String>>| {
        let mut patterns = Patterns::default();
        for (at, name) in names.iter().enumerate() {
            patterns.add(&name.to_lowercase(), at);
        }
        patterns
    };
    let mut result = Filter {
        sites: written
            .site
            .as_ref()
            .map(|names| plan.sites.select(names, problems)),
        domains: (written.domain.as_ref()).map(|names| plan.domains.select(names, problems)),
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
        names: written.name.as_ref().map(in_any_case),
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
