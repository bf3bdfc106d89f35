//! Times, and things that are declared and of no use.

use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{At, Duration};
use crate::units::Span;
use crate::world::World;

/// The most steps `timeline.csv` may have.
const MOST_STEPS: u64 = 1_000_000;

pub(super) fn check(plan: &Plan, world: &World, problems: &mut Problems) {
    let written = &plan.written;
    let zero = |name: &str, value: Option<&At<Duration>>, problems: &mut Problems| {
        if value.is_some_and(|value| value.0 == Span::ZERO) {
            let message = format!("`{name}` is zero");
            problems.error(
                "zero",
                value.and_then(At::span),
                message,
                "write a length of time above zero",
            );
        }
    };
    zero("horizon", written.horizon.as_ref(), problems);
    zero("timeline_step", written.timeline_step.as_ref(), problems);
    poll_intervals(plan, problems);
    orphans(plan, problems);
    zero(
        "contact_retry",
        written
            .rules
            .as_ref()
            .and_then(|rules| rules.contact_retry.as_ref()),
        problems,
    );
    zero(
        "account_suspension",
        written
            .rules
            .as_ref()
            .and_then(|rules| rules.account_suspension.as_ref()),
        problems,
    );
    let rules = written.rules.as_ref();
    zero(
        "verify_cycle",
        rules.and_then(|rules| rules.verify_cycle.as_ref()),
        problems,
    );
    spin(plan, problems);
    let steps = world.horizon.0 / world.timeline_step.0.max(1);
    if steps > MOST_STEPS {
        let place = written
            .timeline_step
            .as_ref()
            .or(written.horizon.as_ref())
            .and_then(At::span);
        let message = format!("the timeline would have {steps} steps, more than {MOST_STEPS}");
        problems.error(
            "too-many",
            place,
            message,
            "make `timeline_step` longer or `horizon` shorter",
        );
    }
    unused(plan, problems);
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
                "unused",
                wan.span(),
                message,
                "say `parent = \"...\"`, or leave the link out",
            );
        }
    }
}

/// Complains of machines that would do nothing but look for policy.
fn poll_intervals(plan: &Plan, problems: &mut Problems) {
    let written = &plan.written;
    let of_rules = written.rules.as_ref().map(|rules| &rules.poll_interval);
    let defaults = written.inventory.as_ref().and_then(|i| i.defaults.as_ref());
    let of_groups = plan.fleets.list().iter().map(|item| &item.spec);
    let intervals = of_rules
        .into_iter()
        .chain(of_groups.chain(defaults).map(|group| &group.poll_interval));
    for interval in intervals.flatten() {
        if interval.0 < Span::from_secs(1) {
            let message = format!("`poll_interval` is {}, less than a second", interval.0);
            let help = "SMS counts it in minutes: poll_interval = \"60 min\"";
            problems.error("too-short", interval.span(), message, help);
        }
    }
}

/// Complains of clients that would be gone at the first server that is down.
fn orphans(plan: &Plan, problems: &mut Problems) {
    let rules = plan.written.rules.as_ref();
    if let Some(after) = rules.and_then(|rules| rules.orphan_after.as_ref())
        && after.0 < Span::from_secs(1)
    {
        let message = format!("`orphan_after` is {}, less than a second", after.0);
        let help = "Legacy Clients wait for sixty days: orphan_after = \"60 d\"";
        problems.error("too-short", after.span(), message, help);
    }
}

/// Complains of clients that would do nothing but try: a client logs each try.
fn spin(plan: &Plan, problems: &mut Problems) {
    let rules = plan.written.rules.as_ref();
    if let Some(spin) = rules.and_then(|rules| rules.slow_link_spin.as_ref())
        && spin.0 < Span::from_secs(1)
    {
        let message = format!("`slow_link_spin` is {}, less than a second", spin.0);
        let help = "a second is as good as at once: slow_link_spin = \"1 s\"";
        problems.error("too-short", spin.span(), message, help);
    }
}

/// Warns of collections and shares that nothing refers to.
fn unused(plan: &Plan, problems: &mut Problems) {
    let collections = |name: &str| {
        plan.advertisements.list().iter().any(|item| {
            let phases = item.spec.phases.iter().flatten();
            let mut used = phases
                .filter_map(|phase| phase.collection.as_ref())
                .chain(&item.spec.collection);
            used.any(|used| **used == name)
        })
    };
    for item in plan
        .collections
        .list()
        .iter()
        .filter(|item| !collections(&item.name))
    {
        let message = format!("no advertisement uses the collection `{}`", item.name);
        let help = "name it as the `collection` of an advertisement or of a phase, or leave it out";
        problems.warning("unused", item.place.clone(), message, help);
    }
    let shares = |name: &str| {
        let used = plan
            .programs
            .list()
            .iter()
            .flat_map(|item| item.spec.shares.iter().flatten());
        used.into_iter().any(|used| *used.share == name)
    };
    for item in plan.shares.list().iter().filter(|item| !shares(&item.name)) {
        let message = format!("no program reads the share `{}`", item.name);
        let help = "name it in the `shares` of a program, or leave it out";
        problems.warning("unused", item.place.clone(), message, help);
    }
}
