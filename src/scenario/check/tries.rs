//! Intervals so short that what is tried again would be tried without end.

use crate::product::RetryRule;
use crate::scenario::ProblemCode;
use crate::scenario::names::Place;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{self, At, Period};
use crate::units::{Instant, Share, Span, grouped};
use crate::world::World;

/// The most tries of one thing on one machine. Each may be an event of its own.
const MOST_TRIES: u64 = 10_000_000;

pub(super) fn check(plan: &Plan, world: &World, problems: &mut Problems) {
    rules(plan, world, problems);
    polls(plan, world, problems);
    if let Some(reporting) = &world.reporting {
        let what = "`retry` of `[reports]`";
        let written = plan.written.reports.as_ref();
        let place = written.and_then(|written| written.retry.as_ref()?.span());
        refuse(what, every(reporting.retry, world), place, world, problems);
    }
}

/// The rules of the product for trying again.
fn rules(plan: &Plan, world: &World, problems: &mut Problems) {
    let rules = &world.rules;
    let written = plan.written.rules.as_ref();
    let place = |rule: fn(&written::Rules) -> &Option<written::RetryRule>| -> Place {
        rule(written?).as_ref()?.interval.as_ref()?.span()
    };
    let counted = [
        (
            "`execution_retry`",
            &rules.execution_retry,
            place(|r| &r.execution_retry),
        ),
        (
            "`network_retry`",
            &rules.network_retry,
            place(|r| &r.network_retry),
        ),
        (
            "`legacy_network_retry`",
            &rules.legacy_network_retry,
            place(|r| &r.legacy_network_retry),
        ),
        (
            "`cache_retry`",
            &rules.cache_retry,
            place(|r| &r.cache_retry),
        ),
    ];
    for (what, rule, place) in counted {
        refuse(what, tries(rule, world), place, world, problems);
    }
    let interval = |key: fn(&written::Rules) -> &Option<At<Period>>| -> Place {
        key(written?).as_ref()?.span()
    };
    for (what, every_so_often, place) in [
        (
            "`location_retry`",
            rules.location_retry,
            interval(|r| &r.location_retry),
        ),
        (
            "`contact_retry`",
            rules.contact_retry,
            interval(|r| &r.contact_retry),
        ),
    ] {
        refuse(what, every(every_so_often, world), place, world, problems);
    }
}

/// The looks for policy of each fleet group.
fn polls(plan: &Plan, world: &World, problems: &mut Problems) {
    for profile in world.fleet.profiles_in_use() {
        let item = plan.fleets.find(&profile.group);
        let place = item.and_then(|at| plan.fleets.get(at).place.clone());
        let what = format!("the `poll_interval` of the fleet group `{}`", profile.group);
        let looks = every(profile.poll_interval, world);
        if refuse(&what, looks, place, world, problems) {
            return;
        }
    }
}

/// How many tries a rule makes within the horizon, jitter aside.
fn tries(rule: &RetryRule, world: &World) -> u64 {
    let steady = RetryRule {
        jitter: Share::NONE,
        ..*rule
    };
    let end = Instant(world.horizon.0);
    steady.tries(0, Instant::START, end, |_| 0).count.into()
}

/// How many times an interval fits into the horizon.
const fn every(interval: Span, world: &World) -> u64 {
    match world.horizon.0.checked_div(interval.0) {
        Some(times) => times,
        None => u64::MAX,
    }
}

/// Refuses what would be tried too often; whether it does.
fn refuse(what: &str, tries: u64, place: Place, world: &World, problems: &mut Problems) -> bool {
    if tries <= MOST_TRIES {
        return false;
    }
    let message = format!(
        "{what} could make a machine try {} times in {}, more than {}",
        grouped(tries),
        world.horizon,
        grouped(MOST_TRIES)
    );
    let help = "make the interval longer, the count smaller or `horizon` shorter";
    problems.error(ProblemCode::TooMany, place, message, help);
    true
}
