//! Times, and things that are declared and of no use.

use crate::scenario::ProblemCode;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::At;
use crate::units::grouped;
use crate::world::{ShareId, World};
use jiff::SignedDuration;
use jiff::civil::DateTime;
use std::collections::BTreeSet;

/// The most steps `timeline.csv` may have.
const MOST_STEPS: u64 = 1_000_000;
/// The most steps of all advertisements together. Each has a count for every state.
const MOST_COUNTS: u64 = 20_000_000;

/// Refuses a start with which the forecast passes the last date that can be written,
/// also by clocks that are ahead.
fn last_date(plan: &Plan, world: &World, problems: &mut Problems) {
    const AHEAD: SignedDuration = SignedDuration::from_hours(48);
    let horizon = i64::try_from(world.horizon.0).unwrap_or(i64::MAX);
    let length = SignedDuration::from_micros(horizon).saturating_add(AHEAD);
    if world.start.checked_add(length).is_ok() {
        return;
    }
    let start = plan.written.start.as_ref().and_then(At::span);
    let horizon = plan.written.horizon.as_ref().and_then(At::span);
    let help = match DateTime::MAX.checked_sub(length) {
        Ok(latest) => format!(
            "the latest start with this horizon is {}",
            latest.strftime("%Y-%m-%d")
        ),
        Err(_) => "make `horizon` shorter".to_owned(),
    };
    problems.error(
        ProblemCode::OutOfRange,
        start.or(horizon),
        "the forecast would pass 9999-12-31, the last date that can be written".to_owned(),
        help,
    );
}

/// Refuses a timeline that would fill the memory.
fn timeline(plan: &Plan, world: &World, problems: &mut Problems) {
    let steps = world.horizon.0.div_ceil(world.timeline_step.0.max(1));
    let advertisements = world.advertisements.len() as u64;
    let counts = steps.saturating_mul(advertisements);
    let message = if steps > MOST_STEPS {
        format!(
            "the timeline would have {} steps, more than {}",
            grouped(steps),
            grouped(MOST_STEPS)
        )
    } else if counts > MOST_COUNTS {
        format!(
            "the timeline would have {} steps for each of {} advertisements, more than {} together",
            grouped(steps),
            grouped(advertisements),
            grouped(MOST_COUNTS)
        )
    } else {
        return;
    };
    let written = &plan.written;
    let step = written.timeline_step.as_ref().and_then(At::span);
    let horizon = written.horizon.as_ref().and_then(At::span);
    let place = step
        .or(horizon)
        .or_else(|| problems.section("advertisement"));
    problems.error(
        ProblemCode::TooMany,
        place,
        message,
        "make `timeline_step` longer or `horizon` shorter",
    );
}

pub(super) fn check(plan: &Plan, world: &World, problems: &mut Problems) {
    timeline(plan, world, problems);
    last_date(plan, world, problems);
    plan.sites.warn_of_untaken(problems);
    plan.servers.warn_of_untaken(problems);
    plan.fleets.warn_of_untaken(problems);
    plan.domains.warn_of_untaken(problems);
    plan.accounts.warn_of_untaken(problems);
    plan.shares.warn_of_untaken(problems);
    plan.packages.warn_of_untaken(problems);
    plan.programs.warn_of_untaken(problems);
    plan.advertisements.warn_of_untaken(problems);
    plan.collections.warn_of_untaken(problems);
    plan.groups.warn_of_untaken(problems);
    plan.calendars.warn_of_untaken(problems);
    plan.addresses.warn_of_untaken(problems);
    for item in plan
        .sites
        .list()
        .iter()
        .filter(|item| item.spec.parent.is_none())
    {
        let spec = &item.spec;
        if let Some(wan) = [&spec.wan, &spec.wan_down, &spec.wan_up]
            .into_iter()
            .flatten()
            .next()
        {
            let message = format!(
                "the site `{}` has a WAN link, but no parent to be at its other end",
                item.name
            );
            problems.warning(
                ProblemCode::Unused,
                wan.span(),
                message,
                "say `parent = \"...\"`, or leave the link out",
            );
        }
    }
}

/// Warns of collections and shares that nothing refers to: a name that is not declared
/// may have meant one of them.
pub(super) fn unused(plan: &Plan, world: &World, problems: &mut Problems) {
    let advertisements = plan.advertisements.list().iter();
    let named = advertisements.flat_map(|item| {
        let phases = item.spec.phases.iter().flatten();
        let named = phases.filter_map(|phase| phase.collection.as_ref());
        named.chain(&item.spec.collection)
    });
    let named: BTreeSet<&str> = named.map(|name| name.as_str()).collect();
    for item in plan
        .collections
        .list()
        .iter()
        .filter(|item| item.spec.maintenance.is_none() && !named.contains(item.name.as_str()))
    {
        let message = format!("no advertisement uses the collection `{}`", item.name);
        let help = "name it as the `collection` of an advertisement or of a phase, or leave it out";
        problems.warning(ProblemCode::Unused, item.place.clone(), message, help);
    }
    let read: BTreeSet<ShareId> = world
        .programs
        .iter()
        .flat_map(|program| program.shares.iter().map(|used| used.share))
        .collect();
    for (at, item) in plan.shares.list().iter().enumerate() {
        if read.contains(&ShareId::from(at)) {
            continue;
        }
        let message = format!("no program reads the share `{}`", item.name);
        let help = "name it in the command line or the `shares` of a program, or leave it out";
        problems.warning(ProblemCode::Unused, item.place.clone(), message, help);
    }
}
