//! Machines: those of fleet groups, counted out over the sites, and those of
//! the inventory.

use super::targets::{INVENTORY, Targets};
use super::topology::domain;
use crate::engine::{Distribution, identity};
use crate::scenario::inventory::{Columns, Inventory, TextColumn};
use crate::scenario::names::{Item, some};
use crate::scenario::pattern::{self, nearest};
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{self, At, Chance, FleetGroup, Inherit, MOST_MACHINES};
use crate::units::{Rate, Span};
use crate::world::{
    Absence, ClientKind, DomainId, Fleet, Machine, NO_OVERRIDE, NamePart, NamePattern, Overrides,
    PlatformId, Profile, ProfileId, Role, ServerId, SiteId, WeekPattern, World,
};
use rayon::slice::ParallelSliceMut;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How the machines of a group are named unless it says otherwise.
const DEFAULT_NAME: &str = "{site}-{fleet}-{number:5}";

/// Machines of a group that says nothing of its size.
const DEFAULT_COUNT: u64 = 100;

/// The names of all platforms that machines run or programs name, sorted.
/// Globs of programs that fit no machine are among them, as names that no
/// machine has.
pub(super) fn platforms(plan: &Plan, inventory: Option<&Inventory>) -> Vec<String> {
    let mut names: BTreeSet<String> = BTreeSet::new();
    for item in plan.fleets.list() {
        names.insert(platform_name(&item.spec, role(&item.spec)));
    }
    if let Some(inventory) = inventory {
        names.extend(inventory.columns.platform.values.iter().cloned());
        let defaults = inventory_defaults(plan);
        names.insert(platform_name(&defaults, role(&defaults)));
        for default_role in [Role::Workstation, Role::MemberServer] {
            names.insert(platform_name(&defaults, default_role));
            names.extend(
                plan.fleets
                    .list()
                    .iter()
                    .map(|item| platform_name(&item.spec, default_role)),
            );
        }
    }
    let wanted = plan
        .programs
        .list()
        .iter()
        .flat_map(|item| item.spec.platforms.iter().flatten());
    for glob in wanted {
        if !names.iter().any(|name| pattern::matches(glob, name)) {
            names.insert(glob.to_string());
        }
    }
    names.into_iter().collect()
}

fn role(spec: &FleetGroup) -> Role {
    spec.role.map_or(Role::Workstation, |word| word.meaning())
}

fn platform_name(spec: &FleetGroup, role: Role) -> String {
    let default = if role == Role::Workstation {
        "Windows XP Professional"
    } else {
        "Windows Server 2003"
    };
    spec.platform.clone().unwrap_or_else(|| default.to_owned())
}

fn inventory_defaults(plan: &Plan) -> FleetGroup {
    plan.written
        .inventory
        .as_ref()
        .and_then(|written| written.defaults.clone())
        .unwrap_or_default()
}

/// The machines of `plan`, for the places, domains and platforms of `world`.
pub(super) fn resolve(
    plan: &Plan,
    world: &World,
    inventory: Option<&Inventory>,
    problems: &mut Problems,
) -> Fleet {
    let mut builder = Builder::new(plan, world, problems);
    let groups = groups(
        plan,
        world,
        inventory.is_some(),
        &mut builder.fleet.profiles,
        problems,
    );
    // Machines are many; there is no use in making them for a scenario that is
    // wrong already.
    if problems.has_errors() {
        return builder.fleet;
    }
    let rows = inventory.map(|inventory| Rows::new(inventory, &mut builder, problems));
    let total = groups
        .iter()
        .map(|group| group.counts.iter().sum::<u64>())
        .sum::<u64>();
    let total = total + inventory.map_or(0, |inventory| inventory.rows as u64);
    if total > MOST_MACHINES {
        let message = format!("the scenario has {total} machines, more than {MOST_MACHINES}");
        problems.error(
            "too-many",
            None,
            message,
            "lower the counts of the fleet groups",
        );
    }
    if problems.has_errors() {
        return Fleet::default();
    }
    builder.fleet.machines.reserve_exact(total as usize);
    let mut first_numbers = vec![1u32; groups.len()];
    for site in 0..world.sites.len() {
        let start = builder.fleet.machines.len() as u32;
        for (group, first) in groups.iter().zip(&mut first_numbers) {
            builder.add_group(group, SiteId::from(site), first);
        }
        if let (Some(rows), Some(inventory)) = (&rows, inventory) {
            builder.add_rows(rows, &inventory.columns, SiteId::from(site));
        }
        builder
            .fleet
            .by_site
            .push(start..builder.fleet.machines.len() as u32);
    }
    builder.finish(inventory, problems)
}

/// A fleet group, ready to be counted out.
struct Group {
    profile: ProfileId,
    naming: NamePattern,
    /// Machines at each site.
    counts: Vec<u64>,
    /// Whether each site counts from one, or goes on where the last one ended.
    numbers_restart: bool,
}

fn groups(
    plan: &Plan,
    world: &World,
    has_inventory: bool,
    profiles: &mut Vec<Profile>,
    problems: &mut Problems,
) -> Vec<Group> {
    let mut groups = Vec::new();
    for item in plan.fleets.list() {
        let naming = naming(item, problems);
        let profile = profile(&item.spec, &item.name, item, plan, world, problems);
        profiles.push(Profile {
            naming: Some(naming.clone()),
            ..profile
        });
        groups.push(Group {
            profile: ProfileId::from(profiles.len() - 1),
            numbers_restart: naming.0.contains(&NamePart::Site),
            naming,
            counts: counts(item, plan, has_inventory, problems),
        });
    }
    groups
}

fn naming(item: &Item<FleetGroup>, problems: &mut Problems) -> NamePattern {
    let written = item.spec.name.as_ref();
    let text = written.map_or(DEFAULT_NAME, |name| name.as_str());
    pattern::machine_names(text, &item.name).unwrap_or_else(|message| {
        let help = "names look like \"{site}-{fleet}-{number:5}\"";
        problems.error(
            "malformed-pattern",
            written.and_then(At::span),
            message,
            help,
        );
        NamePattern(Vec::new())
    })
}

/// How many machines of a group each site has.
fn counts(
    item: &Item<FleetGroup>,
    plan: &Plan,
    has_inventory: bool,
    problems: &mut Problems,
) -> Vec<u64> {
    let spec = &item.spec;
    let chosen = match &spec.sites {
        Some(globs) => plan.sites.select(globs, problems),
        None => (0..plan.sites.list().len()).collect(),
    };
    if let (Some(_), Some(per_site)) = (&spec.count, &spec.per_site) {
        let message = format!(
            "the fleet group `{}` has both a `count` and a `per_site`",
            item.name
        );
        problems.error("impossible", per_site.span(), message, "keep one of them");
    }
    let mut counts = vec![0; plan.sites.list().len()];
    let default = if has_inventory { 0 } else { DEFAULT_COUNT };
    let total = spec.count.as_ref().map_or(default, |count| count.0);
    for (position, site) in chosen.iter().enumerate() {
        let share = total / chosen.len() as u64
            + u64::from((position as u64) < total % chosen.len() as u64);
        counts[*site] = spec.per_site.as_ref().map_or(share, |per_site| per_site.0);
    }
    counts
}

/// The profile of a group or, with the group's name and place of `item`, of
/// machines of the inventory.
fn profile(
    spec: &FleetGroup,
    group: &str,
    item: &Item<FleetGroup>,
    plan: &Plan,
    world: &World,
    problems: &mut Problems,
) -> Profile {
    let role = role(spec);
    Profile {
        group: group.to_owned(),
        naming: None,
        client: spec
            .client
            .map_or(ClientKind::Advanced, |word| word.meaning()),
        role,
        platform: platform(&platform_name(spec, role), world),
        // Position 0 stands in where an error has been reported.
        domain: domain(
            spec.domain.as_ref(),
            &item.place,
            "fleet",
            &item.name,
            plan,
            problems,
        )
        .unwrap_or(DomainId(0)),
        availability: spec.availability.as_ref().map(week),
        absence: spec.absence.as_ref().map(absence),
        sessions: spec.sessions.as_ref().map(week),
        user_logged_on: spec
            .user_logged_on
            .unwrap_or(Chance(f64::from(u8::from(role == Role::Workstation))))
            .0,
        user_is_administrator: spec.user_is_administrator.map_or(0.0, |chance| chance.0),
        access: spec.access.map_or(Rate(100_000_000), |rate| rate.0),
        cache: spec.cache.map_or(world.rules.cache, |size| size.0),
        disk: spec.disk.map(|size| size.0),
        poll_interval: spec
            .poll_interval
            .as_ref()
            .map_or(world.rules.poll_interval, |span| span.0),
        existing_connections: existing_connections(spec, plan, problems),
    }
}

fn existing_connections(
    spec: &FleetGroup,
    plan: &Plan,
    problems: &mut Problems,
) -> Vec<ServerId> {
    let Some(names) = &spec.existing_connections else {
        return Vec::new();
    };
    let servers = plan.servers.select(names, problems);
    servers.into_iter().map(ServerId::from).collect()
}

fn week(written: &written::Week) -> WeekPattern {
    let from = written.from.map_or(Span::from_hours(8), |time| time.0);
    let to = written.to.map_or(Span::from_hours(18), |time| time.0);
    WeekPattern {
        days: written
            .days
            .map_or([true, true, true, true, true, false, false], |days| days.0),
        from,
        to: if to > from {
            to
        } else {
            to + Span::from_days(1)
        },
        jitter: written.jitter.map_or(Span::from_mins(30), |span| span.0),
        attendance: written.attendance.map_or(1.0, |chance| chance.0),
    }
}

fn absence(written: &written::Absence) -> Absence {
    let length = Distribution::Exponential {
        mean: Span::from_days(7),
    };
    Absence {
        share: written.share.map_or(1.0, |share| share.0),
        length: written.length.map_or(length, |length| length.0),
    }
}

fn platform(name: &str, world: &World) -> PlatformId {
    let found = world
        .platforms
        .binary_search_by(|have| have.as_str().cmp(name));
    PlatformId::from(found.expect("`platforms` has collected the names of all profiles"))
}

/// What a row of the inventory has in common with others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Traits {
    group: Option<usize>,
    client: Option<ClientKind>,
    role: Option<Role>,
    platform: u32,
    domain: u32,
}

/// The rows of an inventory, by site.
struct Rows {
    profiles: Vec<ProfileId>,
    by_site: Vec<Vec<u32>>,
}

impl Rows {
    fn new(inventory: &Inventory, builder: &mut Builder, problems: &mut Problems) -> Self {
        let columns = &inventory.columns;
        let plan = builder.plan;
        let groups = known(
            &columns.group,
            "fleet",
            plan.fleets.names(),
            |name| plan.fleets.find(name),
            problems,
        );
        let domains = known(
            &columns.domain,
            "domain",
            plan.domains.names(),
            |name| find_domain(name, plan),
            problems,
        );
        let sites = known(
            &columns.site,
            "site",
            plan.sites.names(),
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
                builder.inventory_profile(traits, columns, domain, problems)
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
            spec.inherit(&inventory_defaults(plan));
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
    names: impl Iterator<Item = &'a str> + Clone,
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
            let message = format!(
                "{machines} machines of the inventory have the {kind} `{name}`, which is not declared"
            );
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

/// Puts machines in their order, names them and finds what reaches them.
struct Builder<'a> {
    plan: &'a Plan,
    world: &'a World,
    fleet: Fleet,
    targets: Targets,
    /// For each machine of the inventory its row, for each other one none.
    rows: Vec<u32>,
    first_job: u64,
    name: String,
}

/// The entry of a machine that is in no row of the inventory.
const NO_ROW: u32 = u32::MAX;

impl<'a> Builder<'a> {
    fn new(plan: &'a Plan, world: &'a World, problems: &mut Problems) -> Self {
        let targets = Targets::new(plan, world, problems);
        Self {
            plan,
            world,
            fleet: Fleet::default(),
            targets,
            rows: Vec::new(),
            first_job: 0,
            name: String::new(),
        }
    }

    /// The profile of rows with these traits: what the row says, then its
    /// group, then the defaults of the inventory.
    fn inventory_profile(
        &mut self,
        traits: Traits,
        columns: &Columns,
        row_domain: Option<usize>,
        problems: &mut Problems,
    ) -> ProfileId {
        let place = self
            .plan
            .written
            .inventory
            .as_ref()
            .and_then(|written| written.file.as_ref()?.span());
        let unnamed = Item {
            name: INVENTORY.to_owned(),
            place,
            spec: FleetGroup::default(),
        };
        let item = traits.group.map_or(&unnamed, |at| self.plan.fleets.get(at));
        let mut spec = item.spec.clone();
        spec.inherit(&inventory_defaults(self.plan));
        if let Some(domain) = row_domain {
            spec.domain = Some(At::nowhere(self.plan.domains.get(domain).name.clone()));
        }
        // A name of an operating system tells servers from workstations, but
        // not which servers are controllers: that the group knows.
        let group_role = role(&spec);
        let role = match traits.role {
            Some(Role::MemberServer) if group_role == Role::DomainController => group_role,
            Some(role) => role,
            None => group_role,
        };
        spec.role = Some(role_word(role));
        if let Some(name) = columns.platform.values.get(traits.platform as usize) {
            spec.platform = Some(name.clone());
        }
        let profile = profile(&spec, &item.name, item, self.plan, self.world, problems);
        let client = traits.client.unwrap_or(profile.client);
        self.fleet.profiles.push(Profile { client, ..profile });
        ProfileId::from(self.fleet.profiles.len() - 1)
    }

    fn add_group(&mut self, group: &Group, site: SiteId, first: &mut u32) {
        let count = group.counts[site.index()] as u32;
        let start = if group.numbers_restart { 1 } else { *first };
        *first += count;
        let profile = &self.fleet.profiles[group.profile.index()];
        let targets = self.targets.of_groups(profile, site);
        let site_name = &self.world.sites[site.index()].name;
        for number in start..start + count {
            self.name.clear();
            group.naming.write(site_name, number, &mut self.name);
            let targets =
                targets.unwrap_or_else(|| self.targets.of_name(profile, site, &self.name));
            let machine = Machine {
                key: identity(&self.name),
                profile: group.profile,
                name: number,
                targets,
                first_job: self.first_job as u32,
            };
            self.first_job += self.targets.count(targets);
            self.fleet.machines.push(machine);
        }
    }

    fn add_rows(&mut self, rows: &Rows, columns: &Columns, site: SiteId) {
        self.rows.resize(self.fleet.machines.len(), NO_ROW);
        let mut sets: HashMap<ProfileId, Option<u32>> = HashMap::new();
        for row in &rows.by_site[site.index()] {
            let id = rows.profiles[*row as usize];
            let profile = &self.fleet.profiles[id.index()];
            let name = columns.names.get(*row);
            let set = *sets
                .entry(id)
                .or_insert_with(|| self.targets.of_groups(profile, site));
            let targets = set.unwrap_or_else(|| self.targets.of_name(profile, site, name));
            let machine = Machine {
                key: identity(name),
                profile: id,
                name: *row,
                targets,
                first_job: self.first_job as u32,
            };
            self.first_job += self.targets.count(targets);
            self.fleet.machines.push(machine);
            self.rows.push(*row);
        }
    }

    fn finish(mut self, inventory: Option<&Inventory>, problems: &mut Problems) -> Fleet {
        if u32::try_from(self.first_job).is_err() {
            let message = format!(
                "the scenario has {} pairs of machine and advertisement",
                self.first_job
            );
            problems.error(
                "too-many",
                None,
                message,
                format!("keep them below {}", u32::MAX),
            );
        }
        if let Some(inventory) = inventory {
            self.fleet.names = inventory.columns.names.clone();
            self.rows.resize(self.fleet.machines.len(), NO_ROW);
            self.fleet.overrides = overrides(&inventory.columns.overrides, &self.rows);
        }
        self.fleet.target_sets = self.targets.finish(self.plan, problems);
        same_names(&self.fleet, self.world, problems);
        self.fleet
    }
}

fn role_word(role: Role) -> written::MachineRole {
    match role {
        Role::Workstation => written::MachineRole::Workstation,
        Role::MemberServer => written::MachineRole::MemberServer,
        Role::DomainController => written::MachineRole::DomainController,
    }
}

/// The columns of the inventory in the order of the machines.
fn overrides(columns: &Overrides, rows: &[u32]) -> Overrides {
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

/// Complains about machines of the same name: their draws would be the same.
fn same_names(fleet: &Fleet, world: &World, problems: &mut Problems) {
    let mut keys: Vec<u64> = fleet.machines.iter().map(|machine| machine.key).collect();
    keys.par_sort_unstable();
    let twice: BTreeSet<u64> = keys
        .windows(2)
        .filter(|pair| pair[0] == pair[1])
        .map(|pair| pair[0])
        .take(100)
        .collect();
    if twice.is_empty() {
        return;
    }
    // Equal keys are equal names but for one chance in 2^64, so look.
    let mut met: BTreeMap<String, &str> = BTreeMap::new();
    for (site, range) in fleet.by_site.iter().enumerate() {
        for machine in &fleet.machines[range.start as usize..range.end as usize] {
            if !twice.contains(&machine.key) {
                continue;
            }
            let mut name = String::new();
            fleet.write_name(machine, &world.sites[site].name, &mut name);
            let group = &fleet.profile(machine).group;
            if let Some(other) = met.insert(name.clone(), group) {
                let message = format!(
                    "two machines are called `{name}`, one of `{other}` and one of `{group}`"
                );
                let help = "put {fleet} or {site} into the `name` of the fleet groups";
                return problems.error("declared-twice", None, message, help);
            }
        }
    }
}
