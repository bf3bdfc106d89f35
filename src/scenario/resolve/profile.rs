//! What many machines have in common: the profile of a fleet group, and those
//! of the rows of an inventory.

use super::filter::INVENTORY;
use super::groups;
use super::points::preferred;
use super::presence;
use super::roaming;
use super::rows::Traits;
use super::topology::{Member, domain};
use crate::engine::{Distribution, effort};
use crate::product::is_windows_9x;
use crate::scenario::ProblemCode;
use crate::scenario::inventory::{Columns, Inventory};
use crate::scenario::names::Item;
use crate::scenario::pattern;
use crate::scenario::plan::{Plan, is_workgroup};
use crate::scenario::problem::Problems;
use crate::scenario::written::{self, At, Chance, FleetGroup, Inherit};
use crate::units::{Rate, Span};
use crate::world::{
    Absence, AccountState, ClientKind, DomainId, GroupId, PlatformId, Platforms, Profile, Role,
    RowSays, ServerId, WeekPattern, World,
};
use std::collections::BTreeSet;

/// The names of all platforms that machines run or programs name, sorted. Names
/// that differ in case alone are one, under the first of its spellings. Globs of
/// programs that fit no machine are among them, as names that no machine has.
pub(super) fn platforms(plan: &Plan, inventory: Option<&Inventory>) -> Platforms {
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
    let mut lower: BTreeSet<String> = names.iter().map(|name| name.to_lowercase()).collect();
    for glob in wanted {
        let wanted = glob.to_lowercase();
        let mut known = lower.iter();
        let is_known = lower.contains(&wanted)
            || pattern::is_glob(&wanted) && known.any(|name| pattern::matches(&wanted, name));
        effort::spend(1);
        if !is_known {
            names.insert(glob.to_string());
            lower.insert(wanted);
        }
    }
    Platforms::new(names)
}

/// The platforms that a name or a glob of a program stands for, whatever the case.
pub(super) fn fitting(glob: &str, platforms: &Platforms) -> Vec<PlatformId> {
    effort::spend(1);
    if !pattern::is_glob(glob) {
        return platforms.find(glob).into_iter().collect();
    }
    let glob = glob.to_lowercase();
    let all = platforms.lower();
    let fitting = all.filter(|(lower, _)| pattern::matches(&glob, lower));
    fitting.map(|(_, id)| id).collect()
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

pub(super) fn inventory_defaults(plan: &Plan) -> FleetGroup {
    plan.written
        .inventory
        .as_ref()
        .and_then(|written| written.defaults.clone())
        .unwrap_or_default()
}
/// The group as a member of a domain.
fn member<'a>(item: &'a Item<FleetGroup>, plan: &Plan) -> Member<'a> {
    let declared = plan.fleets.find(&item.name);
    let table = match declared {
        None => Some("[inventory.defaults]"),
        // The only group that is made takes from no pattern.
        Some(at) if plan.fleets.get(at).place.is_none() => Some("[fleet.pcs]"),
        Some(_) => None,
    };
    let what = match declared {
        None => "the machines of the inventory belong".to_owned(),
        Some(_) => format!("the fleet `{}` belongs", item.name),
    };
    Member {
        what,
        table,
        all: "[fleet.\"*\"]",
        place: &item.place,
    }
}

/// The profile that `spec` gives to machines of the group `item`, which may say
/// less of them itself.
pub(super) fn of_group(
    spec: &FleetGroup,
    item: &Item<FleetGroup>,
    plan: &Plan,
    world: &World,
    problems: &mut Problems,
) -> Profile {
    // Position 0 stands in where an error has been reported.
    let domain =
        domain(spec.domain.as_ref(), &member(item, plan), plan, problems).unwrap_or(DomainId(0));
    let user_domain = user_domain(spec, domain, world, plan, problems);
    in_domain(spec, item, (domain, user_domain), plan, world, problems)
}

/// The profile of the group `item`, of which no machine is made. What it says has to
/// exist; what depends on the domain is looked at with the rows that take it over,
/// which may name another.
pub(super) fn of_template(
    item: &Item<FleetGroup>,
    plan: &Plan,
    world: &World,
    problems: &mut Problems,
) -> Profile {
    let named = [&item.spec.domain, &item.spec.user_domain];
    for name in named.into_iter().flatten() {
        plan.domains.resolve(name, problems);
    }
    in_domain(
        &item.spec,
        item,
        (DomainId(0), DomainId(0)),
        plan,
        world,
        problems,
    )
}

/// The profile that `spec` gives to machines of the group `item` in a domain, whose
/// users are of a domain that may be another.
fn in_domain(
    spec: &FleetGroup,
    item: &Item<FleetGroup>,
    (domain, user_domain): (DomainId, DomainId),
    plan: &Plan,
    world: &World,
    problems: &mut Problems,
) -> Profile {
    let role = role(spec);
    Profile {
        group: item.name.clone(),
        naming: None,
        row: RowSays::default(),
        client: spec
            .client
            .map_or(ClientKind::Advanced, |word| word.meaning()),
        role,
        platform: platform(&platform_name(spec, role), world),
        windows_9x: is_windows_9x(&platform_name(spec, role)),
        domain,
        user_domain,
        user_groups: user_groups(spec, plan, problems),
        presence: presence::of_group(spec, problems),
        availability: presence::hours(spec),
        sleeps: spec.off.is_some_and(written::OffWord::meaning),
        absence: spec.absence.as_ref().map(absence),
        roaming: spec
            .roaming
            .as_ref()
            .map(|written| roaming::of_group(written, &item.place, plan, problems)),
        sessions: spec.sessions.as_ref().map(week),
        user_logged_on: spec
            .user_logged_on
            .unwrap_or(Chance(f64::from(u8::from(role == Role::Workstation))))
            .0,
        user_is_administrator: spec.user_is_administrator.map_or(0.0, |chance| chance.0),
        access: spec.access.map_or(Rate(100_000_000), |rate| rate.0),
        bits: spec
            .bits
            .as_ref()
            .map(|bits| super::bits::policy(bits, problems)),
        cache: spec.cache.map_or(world.rules.cache, |size| size.0),
        disk: spec.disk.map(|size| size.0),
        poll_interval: spec
            .poll_interval
            .as_ref()
            .map_or(world.rules.poll_interval, |span| span.0),
        token_account: spec
            .token_account
            .map_or(AccountState::Ok, |state| state.meaning()),
        existing_connections: chosen(spec.existing_connections.as_deref(), plan, problems),
        preferred: (spec.preferred_servers.as_deref())
            .map(|names| preferred(Some(names), plan, problems)),
        mapped_drives: chosen(spec.mapped_drives.as_deref(), plan, problems),
    }
}

/// The servers that names and globs stand for, if any are given.
fn chosen(names: Option<&[At<String>]>, plan: &Plan, problems: &mut Problems) -> Vec<ServerId> {
    let servers = names.map(|names| plan.servers.select(names, problems));
    servers.into_iter().flatten().map(ServerId::from).collect()
}

pub(super) fn week(written: &written::Week) -> WeekPattern {
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
    let found = world.platforms.find(name);
    found.expect("`platforms` has collected the names of all profiles")
}

/// The domain of the users, which that of the machines has to trust.
fn user_domain(
    spec: &FleetGroup,
    domain: DomainId,
    world: &World,
    plan: &Plan,
    problems: &mut Problems,
) -> DomainId {
    let Some(name) = &spec.user_domain else {
        return domain;
    };
    let Some(found) = plan.domains.resolve(name, problems).map(DomainId::from) else {
        return domain;
    };
    let domains = &world.directory.domains;
    if found != domain && !domains[domain.index()].trusts.contains(&found) {
        let here = &domains[domain.index()].name;
        let message = format!(
            "users of {} cannot log on to machines of {here}, which does not trust it",
            **name
        );
        let known = plan.domains.get(found.index());
        let help = if is_workgroup(known) {
            format!(
                "leave `user_domain` out: `{}` is a workgroup, which no domain can trust",
                known.name
            )
        } else {
            format!(
                "let `{}` be among the `trusts` of [domain.{here}], or leave `user_domain` out",
                known.name
            )
        };
        problems.error(ProblemCode::Impossible, name.span(), message, help);
    }
    found
}

fn user_groups(spec: &FleetGroup, plan: &Plan, problems: &mut Problems) -> Vec<GroupId> {
    let names = spec.user_groups.as_deref().unwrap_or(&[]);
    let found = groups::named_groups(names, groups::Member::Users, plan, problems);
    found.into_iter().map(GroupId::from).collect()
}

/// The profile of rows with these traits: what the row says, then its
/// group, then the defaults of the inventory.
pub(super) fn of_rows(
    traits: Traits,
    columns: &Columns,
    row_domain: Option<usize>,
    plan: &Plan,
    world: &World,
    problems: &mut Problems,
) -> Profile {
    let place = plan
        .written
        .inventory
        .as_ref()
        .and_then(|written| written.file.as_ref()?.span());
    let unnamed = Item {
        name: INVENTORY.to_owned(),
        place,
        spec: FleetGroup::default(),
    };
    let item = traits.group.map_or(&unnamed, |at| plan.fleets.get(at));
    let mut spec = item.spec.clone();
    let said_role = spec.role.or(inventory_defaults(plan).role);
    let layer_role = traits.role.or(said_role.map(written::MachineRole::meaning));
    let inventory = plan.written.inventory.as_ref();
    let layers = inventory.map(|written| written.layers(layer_role.unwrap_or(Role::Workstation)));
    layers
        .into_iter()
        .flatten()
        .for_each(|layer| spec.inherit(layer));
    if let Some(domain) = row_domain {
        spec.domain = Some(At::nowhere(plan.domains.get(domain).name.clone()));
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
    let profile = of_group(&spec, item, plan, world, problems);
    let client = traits.client.unwrap_or(profile.client);
    let row = RowSays {
        has_group: traits.group.is_some(),
        has_client: traits.client.is_some(),
    };
    Profile {
        row,
        client,
        ..profile
    }
}

fn role_word(role: Role) -> written::MachineRole {
    match role {
        Role::Workstation => written::MachineRole::Workstation,
        Role::MemberServer => written::MachineRole::MemberServer,
        Role::DomainController => written::MachineRole::DomainController,
    }
}
