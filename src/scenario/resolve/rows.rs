//! The rows of an inventory: where each machine stands and which profile it has.

use super::profile;
use crate::scenario::inventory::{Inventory, TextColumn};
use crate::scenario::names::some;
use crate::scenario::pattern::nearest;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{FleetGroup, Inherit};
use crate::world::{ClientKind, NO_OVERRIDE, Overrides, Profile, ProfileId, Role, World};
use std::collections::{BTreeMap, HashMap};

/// What a row of the inventory has in common with others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Traits {
    /// Position of its fleet group.
    pub group: Option<usize>,
    /// Its client, if the row says so.
    pub client: Option<ClientKind>,
    /// Its role, if the row says so.
    pub role: Option<Role>,
    /// Its entry in the column of platforms.
    pub platform: u32,
    /// Its entry in the column of domains.
    pub domain: u32,
}

/// The rows of an inventory, by site.
pub(super) struct Rows {
    /// The profile of each row.
    pub profiles: Vec<ProfileId>,
    /// The rows at each site, in the order of their names.
    pub by_site: Vec<Vec<u32>>,
}

impl Rows {
    /// The rows of `inventory`, whose profiles are added to `profiles`.
    pub(super) fn new(
        inventory: &Inventory,
        plan: &Plan,
        world: &World,
        profiles: &mut Vec<Profile>,
        problems: &mut Problems,
    ) -> Self {
        let columns = &inventory.columns;
        let groups = known(
            &columns.group,
            "fleet",
            &plan.fleets.names(),
            |name| plan.fleets.find(name),
            problems,
        );
        let domains = known(
            &columns.domain,
            "domain",
            &plan.domains.names(),
            |name| find_domain(name, plan),
            problems,
        );
        let sites = known(
            &columns.site,
            "site",
            &plan.sites.names(),
            |name| plan.sites.find(name),
            problems,
        );
        let mut rows = Self {
            profiles: Vec::new(),
            by_site: vec![Vec::new(); plan.sites.list().len()],
        };
        if problems.has_errors() {
            return rows;
        }
        let cell = |column: &TextColumn, row: usize| {
            column.cells.get(row).copied().unwrap_or(TextColumn::EMPTY)
        };
        let mut seen: HashMap<Traits, ProfileId> = HashMap::new();
        let mut home = DefaultSites::default();
        for row in 0..inventory.rows {
            let group = groups.get(cell(&columns.group, row) as usize).copied();
            let traits = Traits {
                group,
                client: columns.client.get(row).copied().flatten(),
                role: columns.role.get(row).copied().flatten(),
                platform: cell(&columns.platform, row),
                domain: cell(&columns.domain, row),
            };
            let profile = *seen.entry(traits).or_insert_with(|| {
                let domain = domains.get(traits.domain as usize).copied();
                profiles.push(profile::of_rows(
                    traits, columns, domain, plan, world, problems,
                ));
                ProfileId::from(profiles.len() - 1)
            });
            let site = sites.get(cell(&columns.site, row) as usize).copied();
            let site = site.or_else(|| home.of(group, plan, problems));
            rows.profiles.push(profile);
            rows.by_site[site.unwrap_or(0)].push(row as u32);
        }
        rows
    }
}

/// Where the machines of each group stand whose row does not say.
#[derive(Default)]
struct DefaultSites(BTreeMap<Option<usize>, Option<usize>>);

impl DefaultSites {
    fn of(&mut self, group: Option<usize>, plan: &Plan, problems: &mut Problems) -> Option<usize> {
        *self.0.entry(group).or_insert_with(|| {
            let mut spec = group.map_or_else(FleetGroup::default, |at| plan.fleets.get(at).spec.clone());
            spec.inherit(&profile::inventory_defaults(plan));
            let candidates = match &spec.sites {
                Some(globs) => plan.sites.select(globs, problems),
                None => (0..plan.sites.list().len()).filter(|at| plan.sites.get(*at).spec.parent.is_none()).collect(),
            };
            if candidates.len() != 1 {
                let place = plan.written.inventory.as_ref().and_then(|written| written.file.as_ref()?.span());
                let message = "some machines of the inventory do not say at which site they stand".to_owned();
                let help = "fill the column `site`, or name one site in `sites` of [inventory.defaults] or of their group";
                problems.error("ambiguous", place, message, help);
            }
            candidates.first().copied()
        })
    }
}

/// The position of a domain; inventories do not care for case.
fn find_domain(name: &str, plan: &Plan) -> Option<usize> {
    plan.domains.find(name).or_else(|| {
        plan.domains
            .names()
            .position(|have| have.eq_ignore_ascii_case(name))
    })
}

/// What each value of a text column refers to; an error for each that refers to
/// nothing.
fn known<'a>(
    column: &TextColumn,
    kind: &str,
    names: &(impl Iterator<Item = &'a str> + Clone),
    find: impl Fn(&str) -> Option<usize>,
    problems: &mut Problems,
) -> Vec<usize> {
    let mut positions = Vec::with_capacity(column.values.len());
    for (value, name) in column.values.iter().enumerate() {
        let found = find(name);
        if found.is_none() {
            let machines = column
                .cells
                .iter()
                .filter(|cell| **cell == value as u32)
                .count();
            let machines = match machines {
                1 => "1 machine of the inventory has".to_owned(),
                _ => format!("{machines} machines of the inventory have"),
            };
            let message = format!("{machines} the {kind} `{name}`, which is not declared");
            let help = match nearest(name, names.clone()) {
                Some(near) => {
                    format!("declare [{kind}.\"{name}\"], or write `{near}` in the inventory")
                }
                None => format!(
                    "declare [{kind}.\"{name}\"]; there are: {}",
                    some(names.clone())
                ),
            };
            problems.error("unknown-name", None, message, help);
        }
        positions.push(found.unwrap_or(0));
    }
    positions
}
/// The columns of the inventory in the order of the machines.
pub(super) fn overrides(columns: &Overrides, rows: &[u32]) -> Overrides {
    let ordered = |column: &Vec<u64>| -> Vec<u64> {
        if column.is_empty() {
            return Vec::new();
        }
        rows.iter()
            .map(|row| column.get(*row as usize).copied().unwrap_or(NO_OVERRIDE))
            .collect()
    };
    Overrides {
        access: ordered(&columns.access),
        poll_offset: ordered(&columns.poll_offset),
        install_time: ordered(&columns.install_time),
        share_bytes: ordered(&columns.share_bytes),
        package_bytes: ordered(&columns.package_bytes),
        user_logged_on: ordered(&columns.user_logged_on),
        user_is_administrator: ordered(&columns.user_is_administrator),
        cache: ordered(&columns.cache),
        disk: ordered(&columns.disk),
        exit_code: ordered(&columns.exit_code),
    }
}
