//! When programs start: start windows and maintenance windows.

use crate::scenario::ProblemCode;
use crate::scenario::names::Item;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::resolve::filter::{Filter, Verdict, filter};
use crate::scenario::resolve::filter_index::FilterIndex;
use crate::scenario::written::{self, At};
use crate::units::Span;
use crate::world::{
    AdvertisementId, CollectionWindows, Control, Machine, Maintenance, MaintenanceWindow, Profile,
    ProfileId, SiteId, StartDraw, StartWindow, World,
};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn start_window(
    id: AdvertisementId,
    item: &Item<written::Advertisement>,
    world: &World,
    problems: &mut Problems,
) -> Option<StartWindow> {
    let written = item.spec.start_window.as_ref()?;
    if world.advertisements[id.index()].assignment.is_none() {
        let message = format!(
            "the advertisement `{}` is optional: users choose when it starts",
            item.name
        );
        let help = "assign it, or leave out `start_window`";
        problems.error(ProblemCode::Impossible, written.span(), message, help);
    }
    Some(StartWindow {
        length: written
            .length
            .map_or(Span::from_hours(2), |length| length.0),
        draw: written
            .draw
            .map_or(StartDraw::Fresh, written::StartDrawWord::meaning),
        redraw: written.redraw.unwrap_or(true),
    })
}

/// The windows of fleet groups and sites.
pub(super) fn windows(plan: &Plan, world: &World, control: &mut Control) {
    for (at, item) in plan.sites.list().iter().enumerate() {
        if let Some(written) = &item.spec.maintenance {
            control
                .site_windows
                .insert(SiteId::from(at), together(written));
        }
    }
    for (at, profile) in world.fleet.profiles.iter().enumerate() {
        if let Some(written) = maintenance(plan, profile) {
            let windows = together(written);
            control.profile_windows.insert(ProfileId::from(at), windows);
        }
    }
}

/// The windows of collections, machine by machine.
pub(super) fn collection_windows(
    plan: &Plan,
    world: &World,
    problems: &mut Problems,
) -> CollectionWindows {
    let mut with_windows: Vec<(Filter, &[written::MaintenanceWindow])> = Vec::new();
    let (mut names, mut index) = (Vec::new(), FilterIndex::default());
    for item in plan.collections.list() {
        if let Some(written) = &item.spec.maintenance {
            let filter = filter(&item.spec, plan, world, problems);
            index.add(names.len(), &filter, &item.spec);
            with_windows.push((filter, written));
            names.push(&item.name);
        }
    }
    let mut windows = CollectionWindows::default();
    if with_windows.is_empty() {
        return windows;
    }
    let mut known: BTreeMap<Vec<usize>, u16> = BTreeMap::from([(Vec::new(), 0)]);
    let mut name = String::new();
    for (machine, site) in machines(world) {
        let profile = world.fleet.profile(machine);
        let mut of = match index.named() {
            [] => index.of_group(profile, site),
            _ => {
                name.clear();
                let place = &world.sites[site.index()].name;
                world.fleet.write_name(machine, place, &mut name);
                index.of_machine(profile, site, &name)
            }
        };
        of.retain(|at| is_member(&mut with_windows[*at].0, machine, site, world));
        let set = match known.get(&of) {
            Some(set) => *set,
            None => {
                let new = known.len();
                if new > usize::from(u16::MAX) {
                    let message = "collections with `maintenance` overlap in more than 65,535 ways";
                    let help = "give fewer collections hours of their own";
                    problems.error(ProblemCode::TooMany, None, message.to_owned(), help);
                    return CollectionWindows::default();
                }
                let all = of.iter().flat_map(|at| with_windows[*at].1);
                windows.sets.push(together(all));
                windows.names.push(names[of[0]].clone());
                known.insert(of, new as u16);
                new as u16
            }
        };
        windows.of_machine.push(set);
    }
    windows
}

/// Every machine in order, with its site.
fn machines(world: &World) -> impl Iterator<Item = (&Machine, SiteId)> {
    let sites = world.fleet.by_site.iter().enumerate();
    sites.flat_map(|(site, range)| {
        let machines = &world.fleet.machines[range.start as usize..range.end as usize];
        machines
            .iter()
            .map(move |machine| (machine, SiteId::from(site)))
    })
}

fn is_member(filter: &mut Filter, machine: &Machine, site: SiteId, world: &World) -> bool {
    let profile = world.fleet.profile(machine);
    match filter.of_groups(profile, site) {
        Verdict::In => true,
        Verdict::Out => false,
        Verdict::Ask => {
            let mut name = String::new();
            let place = &world.sites[site.index()].name;
            world.fleet.write_name(machine, place, &mut name);
            filter.of_name(profile, site, &name)
        }
    }
}

/// The windows that the fleet group of a profile names or, for machines of the
/// inventory, its defaults.
fn maintenance<'p>(
    plan: &'p Plan,
    profile: &Profile,
) -> Option<&'p Vec<written::MaintenanceWindow>> {
    let inventory = plan
        .written
        .inventory
        .as_ref()
        .filter(|_| profile.naming.is_none());
    let layers = inventory.map(|written| written.layers(profile.role));
    let spec = plan
        .fleets
        .find(&profile.group)
        .map(|at| &plan.fleets.get(at).spec);
    spec.into_iter()
        .chain(layers.into_iter().flatten())
        .find_map(|spec| spec.maintenance.as_ref())
}

fn together<'a>(written: impl IntoIterator<Item = &'a written::MaintenanceWindow>) -> Maintenance {
    let windows: Vec<MaintenanceWindow> = written.into_iter().map(window).collect();
    Maintenance::of(&windows)
}

fn window(written: &written::MaintenanceWindow) -> MaintenanceWindow {
    let from = written.from.map_or(Span::from_hours(22), |time| time.0);
    let to = written.to.map_or(Span::from_hours(5), |time| time.0);
    MaintenanceWindow {
        days: written.days.map_or([true; 7], |days| days.0),
        from,
        to: if to > from {
            to
        } else {
            to + Span::from_days(1)
        },
        must_fit: written.must_fit.unwrap_or(true),
    }
}

/// Warns of programs that fit into no window at all.
pub(super) fn look_at_windows(
    plan: &Plan,
    world: &World,
    control: &Control,
    problems: &mut Problems,
) {
    let all = control
        .profile_windows
        .values()
        .chain(control.site_windows.values())
        .chain(&control.collection_windows.sets);
    let Some(longest) = all.map(Maintenance::longest).max() else {
        return;
    };
    let unlimited = removers(plan, world);
    let chosen = chosen_by_users(world);
    let programs = plan.programs.list().iter().zip(&world.programs);
    for (at, (item, program)) in programs.enumerate() {
        let countdown = world.rules.countdown;
        if unlimited.contains(&at) || chosen.contains(&at) {
            continue;
        }
        if program.maximum_run_time + countdown > longest {
            let counted = if countdown > Span::ZERO {
                format!(" after a countdown of {countdown} to its user")
            } else {
                String::new()
            };
            let message = format!(
                "the program `{}` may take {}{counted}, which fits into no maintenance window",
                program.id, program.maximum_run_time
            );
            let help = "lower its `maximum_run_time`, or say `must_fit = false` for the windows";
            problems.warning(ProblemCode::NoWindow, item.place.clone(), message, help);
        }
    }
}

/// The programs that users alone start, who need no maintenance window: those of optional
/// advertisements, with what runs before them, by their places in the list.
fn chosen_by_users(world: &World) -> BTreeSet<usize> {
    let started = |is_assigned: bool| {
        let mut started = BTreeSet::new();
        let those = world.advertisements.iter();
        for advertisement in those.filter(|one| one.assignment.is_some() == is_assigned) {
            let mut next = Some(advertisement.program);
            // A circle of programs is told elsewhere, and ends here.
            while let Some(program) = next.filter(|program| started.insert(program.index())) {
                next = world.programs[program.index()].run_first;
            }
        }
        started
    };
    &started(false) - &started(true)
}

/// The programs that start only to remove what is no longer advertised, to which no
/// maximum run time applies, by their places in the list.
fn removers(plan: &Plan, world: &World) -> BTreeSet<usize> {
    let programs = plan.programs.list();
    let place = |name: &At<String>| plan.programs.find(name);
    let specs = || programs.iter().map(|item| &item.spec);
    let mut removers: BTreeSet<usize> = specs()
        .filter_map(|spec| spec.uninstall.as_ref())
        .filter_map(place)
        .collect();
    if specs().any(|spec| spec.uninstall_first.as_deref() == Some(&true)) {
        // One of them may be run first.
        return BTreeSet::new();
    }
    for at in specs()
        .filter_map(|spec| spec.run_first.as_ref())
        .filter_map(place)
    {
        removers.remove(&at);
    }
    for advertisement in &world.advertisements {
        removers.remove(&advertisement.program.index());
    }
    removers
}
