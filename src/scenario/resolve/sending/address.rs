//! Addresses: rates, limits and hours of the way to a site.

use crate::scenario::ProblemCode;
use crate::scenario::names::Place;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{Address, At, Chance, Speed, TimeOfDay};
use crate::sending::{Availability, RateLimit, Route, Schedule};
use crate::units::{Rate, Size, Span};

const HOUR: Span = Span::from_hours(1);

/// What an address says about the way to a site.
pub(super) struct Terms {
    rate: Option<Rate>,
    per_sending: Rate,
    limit: RateLimit,
    schedule: Schedule,
}

impl Terms {
    /// Puts them over a route, which has the rate of the links on its way.
    pub(super) fn apply(&self, route: &mut Route) {
        route.rate = self.rate.unwrap_or(route.rate);
        route.per_sending = self.per_sending;
        route.limit = self.limit.clone();
        route.schedule = self.schedule.clone();
    }
}

/// All addresses of `plan`, in its order.
pub(super) fn all(plan: &Plan, problems: &mut Problems) -> Vec<Terms> {
    let mut all = Vec::new();
    for item in plan.addresses.list() {
        let spec = &item.spec;
        for rate in [&spec.rate, &spec.rate_per_sending] {
            not_zero(rate.as_ref(), "nothing is sent at rate zero", problems);
        }
        all.push(Terms {
            rate: spec.rate.as_ref().map(|rate| rate.0),
            per_sending: (spec.rate_per_sending.as_ref()).map_or(Rate::UNLIMITED, |rate| rate.0),
            limit: limit(&item.name, spec, problems),
            schedule: schedule(spec),
        });
    }
    all
}

/// Complains about a rate of zero.
pub(super) fn not_zero(rate: Option<&At<Speed>>, message: &str, problems: &mut Problems) {
    if let Some(rate) = rate.filter(|rate| rate.0.0 == 0) {
        let help = "write a rate above zero, or leave the key out";
        problems.error(ProblemCode::ZeroRate, rate.span(), message.to_owned(), help);
    }
}

fn limit(name: &str, spec: &Address, problems: &mut Problems) -> RateLimit {
    let block = spec
        .block
        .as_ref()
        .map_or(RateLimit::BLOCK, |block| block.0);
    if block == Size(0) {
        let message = "a block of no bytes sends nothing".to_owned();
        problems.error(
            ProblemCode::Zero,
            spec.block.as_ref().and_then(At::span),
            message,
            "write 1 KiB or more",
        );
    }
    let share = spec.share.as_ref().or(spec.otherwise.as_ref());
    match (share, &spec.every) {
        (None, None) => {
            useless(name, spec, problems);
            RateLimit::None
        }
        (Some(_), None) => RateLimit::Percent {
            by_hour: by_hour(spec, problems),
            block,
        },
        (None, Some(every)) => pulse(spec, block, every.0, problems),
        (Some(share), Some(_)) => {
            let message = format!("the address `{name}` has a `share` and a pulse");
            let help = "leave out `share` and `otherwise`, or leave out `every`";
            problems.error(ProblemCode::Ambiguous, share.span(), message, help);
            RateLimit::None
        }
    }
}

/// Warns of keys that say more about a limit that there is not.
fn useless(name: &str, spec: &Address, problems: &mut Problems) {
    let times = [&spec.from, &spec.to].into_iter().flatten().map(At::span);
    let found = times.chain(spec.block.iter().map(At::span)).next();
    if let Some(place) = found {
        let message = format!("the address `{name}` has no limit that this could belong to");
        problems.warning(
            ProblemCode::Unused,
            place,
            message,
            "add `share` or `every`, or leave it out",
        );
    }
}

fn pulse(spec: &Address, block: Size, every: Span, problems: &mut Problems) -> RateLimit {
    if block > RateLimit::BLOCK {
        let place = spec.block.as_ref().and_then(At::span);
        let message = format!("a block of {block} is larger than SMS allows in pulse mode");
        problems.error(
            ProblemCode::Impossible,
            place,
            message,
            "write 256 KiB or less",
        );
    }
    RateLimit::Pulse { block, every }
}

/// Percentages by hour of the day.
fn by_hour(spec: &Address, problems: &mut Problems) -> [u8; 24] {
    let from = hour(spec.from.as_ref(), 0, problems);
    let to = hour(spec.to.as_ref(), 24, problems);
    let to = if to > from { to } else { to + 24 };
    let mut by_hour = [percent(spec.otherwise.as_ref()); 24];
    (from..to).for_each(|hour| by_hour[hour % 24] = percent(spec.share.as_ref()));
    by_hour
}

fn hour(time: Option<&At<TimeOfDay>>, default: usize, problems: &mut Problems) -> usize {
    let Some(time) = time else {
        return default;
    };
    if !time.0.0.is_multiple_of(HOUR.0) {
        let place: Place = time.span();
        let message = "the limits of an address change on the hour".to_owned();
        problems.error(
            ProblemCode::MalformedValue,
            place,
            message,
            "write a full hour, such as \"08:00\"",
        );
    }
    (time.0.0 / HOUR.0) as usize
}

/// A share in whole percents, as SMS has them; a small one is not none.
fn percent(share: Option<&At<Chance>>) -> u8 {
    let share = share.map_or(1.0, |share| share.0);
    let least = u8::from(share > 0.0);
    ((share * 100.0).round() as u8).max(least)
}

/// The hours of the week; where several lists name an hour, the strictest.
fn schedule(spec: &Address) -> Schedule {
    let mut schedule = Schedule::default();
    let lists = [
        (&spec.medium_and_high, Availability::MediumAndHigh),
        (&spec.high_only, Availability::HighOnly),
        (&spec.closed, Availability::Closed),
    ];
    for (list, availability) in lists {
        for hours in list.iter().flatten() {
            for (day, hours) in schedule.0.iter_mut().zip(hours.0) {
                for (hour, named) in day.iter_mut().zip(hours) {
                    if named {
                        *hour = availability;
                    }
                }
            }
        }
    }
    schedule
}
