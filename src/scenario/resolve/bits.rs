//! Policies for background transfers, and when they change rates.

use super::hours::Hours;
use crate::engine::effort;
use crate::scenario::ProblemCode;
use crate::scenario::problem::Problems;
use crate::scenario::written::{self, At, Speed};
use crate::units::{Rate, Span};
use crate::world::{BitsPolicy, Change, TimedChange, World};
use std::collections::BTreeSet;

/// What a policy means.
pub(super) fn policy(written: &written::Bits, problems: &mut Problems) -> BitsPolicy {
    let mut rate = |written: Option<&At<Speed>>, default: Rate| {
        let rate = written.map_or(default, |rate| rate.0);
        if rate == Rate(0) {
            let message = "a policy lets nothing through, which ends every job of BITS in an error";
            let help = "write a rate above zero, such as \"10 kbit/s\"";
            let place = written.and_then(At::span);
            problems.error(ProblemCode::Zero, place, message.to_owned(), help);
        }
        rate
    };
    BitsPolicy {
        rate: rate(written.rate.as_ref(), Rate(10_000)),
        otherwise: rate(written.otherwise.as_ref(), Rate::UNLIMITED),
        days: written.days.map_or([true; 7], |days| days.0),
        from: written.from.map_or(Span::from_hours(8), |time| time.0),
        to: written.to.map_or(Span::from_hours(17), |time| time.0),
        ahead: 0,
    }
}

/// Finds the policies that any machine has, and puts the times at which they
/// change rates among the world's changes.
pub(super) fn resolve(world: &mut World) {
    let of_profiles: BTreeSet<BitsPolicy> = (world.fleet.profiles.iter())
        .filter_map(|profile| profile.bits)
        .collect();
    let zones: BTreeSet<i64> = world.sites.iter().map(|site| site.time_zone).collect();
    let mut policies: Vec<BitsPolicy> = Vec::new();
    for ahead in zones {
        let here = of_profiles.iter().copied();
        policies.extend(here.map(|policy| BitsPolicy { ahead, ..policy }));
    }
    for site in &world.sites {
        let ahead = site.time_zone;
        let here = site.bits.into_iter();
        policies.extend(here.map(|policy| BitsPolicy { ahead, ..policy }));
    }
    policies.sort_unstable();
    policies.dedup();
    effort::spend(policies.len());
    for (at, policy) in policies.iter().enumerate() {
        let hours = Hours {
            days: policy.days,
            from: policy.from,
            to: policy.to,
        };
        let ahead = jiff::SignedDuration::from_micros(policy.ahead);
        let local = world.start.saturating_add(ahead);
        for (when, within) in hours.turns(local, world.horizon) {
            let rate = if within {
                policy.rate
            } else {
                policy.otherwise
            };
            world.changes.push(TimedChange {
                since: when.into(),
                change: Change::Bits(at as u32, rate),
            });
        }
    }
    // A stable sort: other changes keep their order.
    world.changes.sort_by_key(|timed| timed.since);
    world.bits = policies;
}
