//! Machines: those of fleet groups, counted out over the sites, and those of
//! the inventory.

use super::layers::refuse_what_makes_machines;
use super::profile;
use super::rows::{self, Rows};
use super::spread::{self, Counts};
use super::targets::Targets;
use crate::engine::{effort, identity};
use crate::scenario::ProblemCode;
use crate::scenario::inventory::{Columns, Inventory};
use crate::scenario::names::Item;
use crate::scenario::pattern;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{At, FleetGroup, MOST_MACHINES, MOST_ROWS};
use crate::units::{Span, grouped};
use crate::world::{
    Fleet, InventoryFile, Machine, NO_OVERRIDE, NamePart, NamePattern, Profile, ProfileId, SiteId,
    World,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

/// How the machines of a group are named unless it says otherwise.
const DEFAULT_NAME: &str = "{site}-{fleet}-{number:5}";

/// The machines of `plan`, for the places, domains and platforms of `world`.
pub(super) fn resolve(
    plan: &Plan,
    world: &World,
    inventory: Option<&Inventory>,
    problems: &mut Problems,
) -> Fleet {
    refuse_what_makes_machines(plan, problems);
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
    let rows = inventory.map(|inventory| {
        let profiles = &mut builder.fleet.profiles;
        Rows::new(inventory, plan, world, profiles, problems)
    });
    let total = groups
        .iter()
        .flat_map(|group| group.parts.iter())
        .map(|(_, counts)| counts.iter().map(|(_, count)| count).sum::<u64>())
        .sum::<u64>();
    let total = total + inventory.map_or(0, |inventory| inventory.rows as u64);
    if total > MOST_MACHINES {
        let message = format!(
            "the scenario has {} machines, more than {}",
            grouped(total),
            grouped(MOST_MACHINES)
        );
        problems.error(
            ProblemCode::TooMany,
            problems
                .section("fleet")
                .or_else(|| problems.section("inventory")),
            message,
            "lower the counts of the fleet groups",
        );
    }
    if problems.has_errors() {
        return Fleet::default();
    }
    builder.fleet.machines.reserve_exact(total as usize);
    let mut first_numbers = vec![1u32; groups.len()];
    let lots = lots(&groups, world.sites.len());
    for site in 0..world.sites.len() {
        let start = builder.fleet.machines.len() as u32;
        for of_group in lots[site].chunk_by(|a, b| a.group == b.group) {
            let at = of_group[0].group;
            builder.add_group(
                &groups[at],
                SiteId::from(site),
                of_group,
                &mut first_numbers[at],
            );
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
    /// Machines that differ in their client alone: a profile, and how many at each
    /// site.
    parts: Vec<(ProfileId, Counts)>,
    naming: NamePattern,
    /// Whether each site counts from one, or goes on where the last one ended.
    numbers_restart: bool,
}

/// Machines of one profile of a group at one site.
struct Lot {
    group: usize,
    profile: ProfileId,
    count: u32,
}

/// The lots of each site, in the order of the groups and of their parts.
fn lots(groups: &[Group], sites: usize) -> Vec<Vec<Lot>> {
    let mut lots: Vec<Vec<Lot>> = Vec::new();
    lots.resize_with(sites, Vec::new);
    for (at, group) in groups.iter().enumerate() {
        for (profile, counts) in &group.parts {
            effort::spend(counts.len());
            for (site, count) in counts {
                lots[*site].push(Lot {
                    group: at,
                    profile: *profile,
                    count: *count as u32,
                });
            }
        }
    }
    lots
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
        let mut counts = spread::counts(item, plan, world.seed, has_inventory, problems);
        let profile = if counts.is_empty() {
            profile::of_template(item, plan, world, problems)
        } else {
            profile::of_group(&item.spec, item, plan, world, problems)
        };
        let profile = Profile {
            naming: Some(naming.clone()),
            ..profile
        };
        let others = spread::kinds(item, profile.client, &counts, plan, problems);
        let mut parts = Vec::new();
        for (client, numbers) in others {
            // Both are in the order of the sites.
            let mut taken = numbers.iter().peekable();
            for (site, all) in &mut counts {
                let here = taken.next_if(|(of, _)| of == site);
                *all -= here.map_or(0, |(_, number)| *number);
            }
            let other = Profile {
                client,
                ..profile.clone()
            };
            parts.push((other, numbers));
        }
        parts.insert(0, (profile, counts));
        let parts = parts.into_iter().map(|(profile, counts)| {
            profiles.push(profile);
            (ProfileId::from(profiles.len() - 1), counts)
        });
        groups.push(Group {
            parts: parts.collect(),
            numbers_restart: naming.0.contains(&NamePart::Site),
            naming,
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
            ProblemCode::MalformedPattern,
            written.and_then(At::span),
            message,
            help,
        );
        NamePattern(Vec::new())
    })
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

    fn add_group(&mut self, group: &Group, site: SiteId, lots: &[Lot], first: &mut u32) {
        let mut number = if group.numbers_restart { 1 } else { *first };
        for lot in lots {
            *first += lot.count;
            let numbers = number..number + lot.count;
            number = numbers.end;
            self.add_part((lot.profile, &group.naming), site, numbers);
        }
    }

    /// Adds machines of one profile, by their numbers.
    fn add_part(&mut self, of: (ProfileId, &NamePattern), site: SiteId, numbers: Range<u32>) {
        let (id, naming) = of;
        if numbers.is_empty() {
            return;
        }
        let profile = &self.fleet.profiles[id.index()];
        let targets = self.targets.of_groups(profile, site);
        let site_name = &self.world.sites[site.index()].name;
        for number in numbers {
            self.name.clear();
            naming.write(site_name, number, &mut self.name);
            let targets =
                targets.unwrap_or_else(|| self.targets.of_name(profile, site, &self.name));
            let machine = Machine {
                key: identity(&self.name),
                profile: id,
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
        if self.first_job > MOST_ROWS {
            let message = format!(
                "the scenario has {} pairs of machine and advertisement, more than {}",
                grouped(self.first_job),
                grouped(MOST_ROWS)
            );
            problems.error(
                ProblemCode::TooMany,
                problems.section("advertisement"),
                message,
                "offer the advertisements to smaller collections, or forecast them apart",
            );
        }
        if let Some(inventory) = inventory {
            self.fleet.names = inventory.columns.names.clone();
            self.fleet.inventory = Some(file(inventory, self.plan));
            self.rows.resize(self.fleet.machines.len(), NO_ROW);
            self.fleet.overrides = rows::overrides(&inventory.columns.overrides, &self.rows);
        }
        self.targets.finish(&mut self.fleet, self.plan, problems);
        same_names(&self.fleet, self.plan, self.world, problems);
        if let Some(inventory) = inventory {
            late_polls(&self.fleet, &inventory.columns.lines, &self.rows, problems);
        }
        self.fleet
    }
}

/// What is remembered of the file, for what is said about its rows.
fn file(inventory: &Inventory, plan: &Plan) -> InventoryFile {
    let written = plan.written.inventory.as_ref();
    let name = written.and_then(|written| written.file.as_ref());
    let used = inventory.report.used.iter();
    InventoryFile {
        file: name.map_or_else(String::new, |name| name.to_string()),
        headings: used
            .map(|(field, heading)| (field.name(), heading.clone()))
            .collect(),
    }
}

/// Refuses offsets of polls that the interval between two polls does not reach; each
/// machine stands on the line of its row.
fn late_polls(fleet: &Fleet, lines: &[u32], rows: &[u32], problems: &mut Problems) {
    let offsets = fleet.overrides.poll_offset.iter().zip(&fleet.machines);
    let late = offsets.zip(rows).find(|((offset, machine), _)| {
        let interval = fleet.profile(machine).poll_interval.0;
        **offset != NO_OVERRIDE && **offset >= interval
    });
    let Some(((offset, machine), row)) = late else {
        return;
    };
    let interval = fleet.profile(machine).poll_interval;
    let line = lines.get(*row as usize).copied().unwrap_or_default();
    let message = format!(
        "line {line} of the inventory has a `poll_offset` of {}, and the machine polls every {interval}",
        Span(*offset)
    );
    let help = "write an offset shorter than the interval, or make `poll_interval` longer";
    let place = problems.section("inventory");
    problems.error(ProblemCode::ImpossibleValue, place, message, help);
}

/// The keys that are there more than once. They are hashes, so that their first bits
/// spread them evenly over many short lists, each of which is sorted in the cache.
fn repeated(keys: &[u64]) -> BTreeSet<u64> {
    const BITS: u32 = 12;
    let list_of = |key: u64| (key >> (u64::BITS - BITS)) as usize;
    let mut ends = vec![0usize; 1 << BITS];
    keys.iter().for_each(|key| ends[list_of(*key)] += 1);
    let mut starts = Vec::with_capacity(ends.len());
    let mut next = 0;
    for end in &mut ends {
        starts.push(next);
        next += *end;
        *end = next;
    }
    let mut sorted = vec![0; keys.len()];
    let mut free = starts.clone();
    for key in keys {
        let at = &mut free[list_of(*key)];
        sorted[*at] = *key;
        *at += 1;
    }
    let mut twice = BTreeSet::new();
    for (start, end) in starts.into_iter().zip(ends) {
        let list = &mut sorted[start..end];
        list.sort_unstable();
        let pairs = list.windows(2).filter(|pair| pair[0] == pair[1]);
        twice.extend(pairs.map(|pair| pair[0]));
    }
    twice
}

/// Refuses machines of the same name, whose draws would be the same. Windows
/// computer names do not differ in case alone, whatever has made them.
fn same_names(fleet: &Fleet, plan: &Plan, world: &World, problems: &mut Problems) {
    let by_case = may_differ_in_case(fleet, world);
    let key = |machine: &Machine, site: &str| {
        if by_case {
            identity(&name_of(fleet, machine, site).to_lowercase())
        } else {
            machine.key
        }
    };
    let keys: Vec<u64> = with_sites(fleet, world)
        .map(|(machine, site)| key(machine, site))
        .collect();
    let mut twice = repeated(&keys);
    // The first of them are as good as all.
    while twice.len() > 100 {
        twice.pop_last();
    }
    if twice.is_empty() {
        return;
    }
    // Equal keys are equal names but for one chance in 2^64, so look.
    let mut met: BTreeMap<String, (String, &str)> = BTreeMap::new();
    for (machine, site) in with_sites(fleet, world) {
        if !twice.contains(&key(machine, site)) {
            continue;
        }
        let name = name_of(fleet, machine, site);
        let group = fleet.profile(machine).group.as_str();
        let Some((other_name, other)) = met.insert(name.to_lowercase(), (name.clone(), group))
        else {
            continue;
        };
        let message = if other_name == name {
            format!("two machines are called `{name}`, one of `{other}` and one of `{group}`")
        } else {
            format!(
                "the names of two machines differ in case alone: `{other_name}` of `{other}` and `{name}` of `{group}`"
            )
        };
        let help = "put {fleet} or {site} into the `name` of the fleet groups";
        let place = plan.fleets.find(group).map(|at| plan.fleets.get(at));
        let place = place.and_then(|item| item.place.clone());
        return problems.error(ProblemCode::DeclaredTwice, place, message, help);
    }
}

/// Every machine, with the name of its site.
fn with_sites<'a>(
    fleet: &'a Fleet,
    world: &'a World,
) -> impl Iterator<Item = (&'a Machine, &'a str)> {
    let sites = fleet.by_site.iter().zip(&world.sites);
    sites.flat_map(|(range, site)| {
        let machines = &fleet.machines[range.start as usize..range.end as usize];
        machines.iter().map(|machine| (machine, site.name.as_str()))
    })
}

fn name_of(fleet: &Fleet, machine: &Machine, site: &str) -> String {
    let mut name = String::new();
    fleet.write_name(machine, site, &mut name);
    name
}

/// Whether names of machines may differ in case alone. The machines of a fleet
/// group at a site have the same letters, so that one name of each is enough to
/// look at; rows of an inventory have been compared with each other already.
fn may_differ_in_case(fleet: &Fleet, world: &World) -> bool {
    if fleet
        .profiles
        .iter()
        .all(|profile| profile.naming.is_none())
    {
        return false;
    }
    let mut met: HashMap<String, String> = HashMap::new();
    let mut before = None;
    with_sites(fleet, world).any(|(machine, site)| {
        let from_group = fleet.profile(machine).naming.is_some();
        let seen = before.replace((machine.profile, site)) == Some((machine.profile, site));
        if from_group && seen {
            return false;
        }
        let mut letters = name_of(fleet, machine, site);
        letters.retain(|letter| !letter.is_ascii_digit());
        let folded = letters.to_lowercase();
        let other = met.entry(folded).or_insert_with(|| letters.clone());
        *other != letters
    })
}
