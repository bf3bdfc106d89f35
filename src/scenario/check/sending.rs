//! Content that comes too late, or not at all.

use super::census::Census;
use crate::engine::effort;
use crate::scenario::ProblemCode;
use crate::scenario::names::some;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::At;
use crate::units::{Instant, Span};
use crate::world::{
    AdvertisementId, Arrival, Assignment, Fate, PackageId, ServerId, SiteId, World,
};
use std::collections::BTreeSet;

/// Without a look at the machines: what leads nowhere and what is of no use.
pub(super) fn check(plan: &Plan, world: &World, problems: &mut Problems) {
    no_way(plan, world, problems);
    no_source(plan, world, problems);
    unused(plan, problems);
}

/// Points to which no address leads.
fn no_way(plan: &Plan, world: &World, problems: &mut Problems) {
    for (at, item) in plan.packages.list().iter().enumerate() {
        let points: Vec<&str> = deliveries(world, PackageId::from(at))
            .filter(|arrival| arrival.fate == Fate::NoRoute)
            .map(|arrival| world.servers[arrival.point.index()].name.as_str())
            .collect();
        if points.is_empty() {
            continue;
        }
        let place = item.spec.sent.as_ref().and_then(At::span);
        let message = format!(
            "no way leads from the source of `{}` to {}: {}",
            item.name,
            distribution_points(points.len()),
            some(points.iter().copied())
        );
        let help = "packages go from a site to those below it: give the sites a `parent`, or say \
                    `sender_from`; or send the package `from` another site";
        problems.warning(ProblemCode::NoWay, place, message, help);
    }
}

/// Points that pull, to none of whose sources the package comes.
fn no_source(plan: &Plan, world: &World, problems: &mut Problems) {
    for (at, item) in plan.packages.list().iter().enumerate() {
        let points: Vec<ServerId> = deliveries(world, PackageId::from(at))
            .filter(|arrival| arrival.fate == Fate::NoSource)
            .map(|arrival| arrival.point)
            .collect();
        let Some(first) = points.first() else {
            continue;
        };
        let names = points
            .iter()
            .map(|point| world.servers[point.index()].name.as_str());
        let message = format!(
            "`{}` never comes to {} that pull: {}; it comes to no point in their `pulls_from`",
            item.name,
            distribution_points(points.len()),
            some(names)
        );
        let sources = plan.servers.get(first.index()).spec.pulls_from.as_ref();
        let place = sources.and_then(|names| names.first()).and_then(At::span);
        let help = "add one of those to the `distribution_points` of the package, or name another \
                    source";
        problems.warning(ProblemCode::NoSource, place, message, help);
    }
}

/// What is said about sending, where no package is sent.
fn unused(plan: &Plan, problems: &mut Problems) {
    let sent = || {
        plan.packages
            .list()
            .iter()
            .filter_map(|item| item.spec.sent.as_ref())
    };
    if let Some(sending) = &plan.written.sending
        && sent().next().is_none()
    {
        let message = "no package is sent, so that [sending] has no effect".to_owned();
        let help = "add a table `sent` to a package, or leave it out";
        problems.warning(ProblemCode::Unused, sending.span(), message, help);
    }
    for behind in sent()
        .filter(|sent| sent.changed.is_none())
        .filter_map(|sent| sent.behind.as_ref())
    {
        let message = "all files are sent, whatever version the points have".to_owned();
        let help = "say how much has `changed`, or leave `behind` out";
        problems.warning(ProblemCode::Unused, behind.span(), message, help);
    }
    let named = |name: &str| {
        let mut names = plan
            .sites
            .list()
            .iter()
            .filter_map(|item| item.spec.address.as_ref());
        names.any(|address| **address == name)
    };
    for item in plan
        .addresses
        .list()
        .iter()
        .filter(|item| !named(&item.name))
    {
        let message = format!("no site has the address `{}`", item.name);
        let help = "name it as the `address` of a site, or leave it out";
        problems.warning(ProblemCode::Unused, item.place.clone(), message, help);
    }
}

/// Machines do not all learn of an advertisement at its first moment.
const SOON: Span = Span(60_000_000);

/// Content that comes after an advertisement is due, to points at which its
/// machines look for it.
pub(super) fn late(plan: &Plan, world: &World, census: &Census, problems: &mut Problems) {
    let mut sites = vec![BTreeSet::new(); world.advertisements.len()];
    if !world.deliveries.is_empty() {
        for reached in census.reached(world) {
            sites[reached.id.index()].insert(reached.crowd.site);
        }
    }
    for (at, item) in plan.advertisements.list().iter().enumerate() {
        let id = AdvertisementId::from(at);
        let due = sites[at].iter().filter_map(|site| due(world, id, *site));
        let Some(due) = due.min() else {
            continue;
        };
        let awaited = awaited(world, id, &sites[at]);
        if let Some(message) = lateness(&item.name, due, &awaited, world) {
            let own = item.spec.assigned.as_ref().and_then(At::span);
            let help = "send it earlier, let its addresses take more, or let it be due later";
            problems.warning(
                ProblemCode::LateContent,
                own.or_else(|| item.place.clone()),
                message,
                help,
            );
        }
    }
}

/// When an advertisement is due at a site, at the earliest; `None` if it is optional.
fn due(world: &World, id: AdvertisementId, site: SiteId) -> Option<Instant> {
    let available = world.available(id, site);
    let ahead = world.sites[site.index()].time_zone;
    let assignment = world.advertisements[id.index()].assignment?;
    Some(match assignment {
        Assignment::At(at) => at.at(ahead).clamped().max(available),
        _ => available,
    })
}

/// The deliveries for which machines at `sites` wait: to their own points, or to
/// any where one of the sites has none.
fn awaited<'w>(
    world: &'w World,
    id: AdvertisementId,
    sites: &BTreeSet<SiteId>,
) -> Vec<&'w Arrival> {
    let program = world.advertisements[id.index()].program;
    let package = world.programs[program.index()].package;
    let points = &world.packages[package.index()].distribution_points;
    let with_points: BTreeSet<SiteId> = points
        .iter()
        .map(|point| world.servers[point.index()].site)
        .collect();
    let anywhere = !sites.is_subset(&with_points);
    deliveries(world, package)
        .filter(|arrival| anywhere || sites.contains(&world.servers[arrival.point.index()].site))
        .filter(|arrival| !matches!(arrival.fate, Fate::NoRoute | Fate::NoSource))
        .collect()
}

/// What to say if some of `awaited` come after `due`.
///
/// What comes within the first minute waits for machines, and not they for it.
fn lateness(name: &str, due: Instant, awaited: &[&Arrival], world: &World) -> Option<String> {
    let waited_for = due + SOON;
    let late = awaited
        .iter()
        .filter(|arrival| arrival.at > waited_for)
        .count();
    let never = awaited
        .iter()
        .filter(|arrival| !arrival.at.is_some())
        .count();
    let last = awaited
        .iter()
        .map(|arrival| arrival.at)
        .filter(|at| at.is_some() && *at > waited_for)
        .max();
    if late == 0 {
        return None;
    }
    let mut message = format!(
        "`{name}` is due {}, before its content is at {late} of {}",
        clock(due, world),
        distribution_points(awaited.len()),
    );
    if let Some(last) = last {
        let span = Span(last.since(due).0 / 1_000_000 * 1_000_000);
        message += &format!("; the last has it {span} later, {}", clock(last, world));
    }
    if never > 0 {
        message += &format!("; to {never} of them it does not come before the horizon");
    }
    Some(message)
}

fn deliveries(world: &World, package: PackageId) -> impl Iterator<Item = &Arrival> {
    let theirs = Arrival::of(package, &world.deliveries).iter();
    theirs.inspect(|_| effort::spend(1))
}

fn distribution_points(count: usize) -> String {
    match count {
        1 => "1 distribution point".to_owned(),
        _ => format!("{count} distribution points"),
    }
}

/// The time by the clock of the scenario.
fn clock(at: Instant, world: &World) -> String {
    let after = i64::try_from(at.0).unwrap_or(i64::MAX);
    let time = world
        .start
        .saturating_add(jiff::SignedDuration::from_micros(after));
    time.strftime("%Y-%m-%d %H:%M").to_string()
}
