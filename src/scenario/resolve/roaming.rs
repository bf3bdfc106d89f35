//! Machines that travel, and those that are elsewhere for a time.

use super::clocks::machines;
use super::when;
use crate::engine::{Distribution, Renewal};
use crate::scenario::ProblemCode;
use crate::scenario::names::Place;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{self, At};
use crate::units::{SignedInstant, Span};
use crate::world::{Roaming, SiteId, Stay, World};
use std::collections::BTreeMap;

/// The trips of a fleet group.
pub(super) fn of_group(
    written: &written::Roaming,
    place: &Place,
    plan: &Plan,
    problems: &mut Problems,
) -> Roaming {
    let sites = match &written.sites {
        Some(globs) => plan.sites.select(globs, problems),
        None => (0..plan.sites.list().len()).collect(),
    };
    let home = Distribution::Exponential {
        mean: Span::from_days(7),
    };
    let stay = Distribution::Uniform {
        low: Span::from_days(1),
        high: Span::from_days(3),
    };
    let home = written.home.map_or(home, |home| home.0);
    let stay = written.stay.map_or(stay, |stay| stay.0);
    let mut sites: Vec<_> = sites.into_iter().map(SiteId::from).collect();
    sites.sort_unstable();
    let roaming = Roaming {
        share: written.share.map_or(1.0, |share| share.0),
        sites,
        trips: Renewal::new(home, stay),
    };
    // Where a machine is follows from all the trips before.
    let trip = home.sample(0.5) + stay.sample(0.5);
    if trip < Span::from_mins(1) {
        let message = format!("a trip and the time at home before it take {trip}");
        let help = "let at least a minute pass: stay = \"uniform(1 d, 3 d)\"";
        let mut sites = written.sites.iter().flatten();
        let place = sites.find_map(At::span).or_else(|| place.clone());
        problems.error(ProblemCode::TooShort, place, message, help);
    }
    roaming
}

/// The stays of machines by name.
pub(super) fn stays(
    plan: &Plan,
    world: &World,
    problems: &mut Problems,
) -> BTreeMap<u32, Vec<Stay>> {
    let mut stays: BTreeMap<u32, Vec<WrittenStay>> = BTreeMap::new();
    let written = plan.written.stay.iter();
    let written = written.filter_map(|written| stay(written, plan, problems));
    let (names, declared): (Vec<_>, Vec<_>) = written.unzip();
    for (positions, stay) in machines(&names, world, problems).iter().zip(declared) {
        for position in positions {
            stays.entry(*position).or_default().push(stay);
        }
    }
    for of_machine in stays.values_mut() {
        of_machine.sort_by_key(|stay| stay.from);
        if of_machine
            .windows(2)
            .any(|pair| pair[1].from < pair[0].until)
        {
            problems.error(
                ProblemCode::ImpossibleTime,
                plan.written.stay.iter().find_map(place),
                "a machine is to be at two sites at a time".to_owned(),
                "let one `[[stay]]` of a machine be over before the next begins",
            );
            break;
        }
    }
    let told = |stays: Vec<WrittenStay>| stays.iter().filter_map(WrittenStay::told).collect();
    let stays = stays.into_iter().map(|(position, of)| (position, told(of)));
    stays
        .filter(|(_, of): &(_, Vec<_>)| !of.is_empty())
        .collect()
}

/// A stay as it is written, which may begin before the start, or be over by then.
#[derive(Clone, Copy)]
struct WrittenStay {
    from: SignedInstant,
    until: SignedInstant,
    site: SiteId,
}

impl WrittenStay {
    /// What the simulation is told of it.
    fn told(&self) -> Option<Stay> {
        (self.until > SignedInstant::START).then_some(Stay {
            from: self.from.clamped(),
            until: self.until.clamped(),
            site: self.site,
        })
    }
}

fn place(written: &At<written::Stay>) -> Option<std::ops::Range<usize>> {
    let machine = written.machine.as_ref().and_then(|names| names.first());
    machine
        .and_then(At::span)
        .or_else(|| written.site.as_ref().and_then(At::span))
        .or_else(|| written.span())
}

/// The names of the machines that a stay is about, and where they are.
fn stay<'a>(
    written: &'a At<written::Stay>,
    plan: &Plan,
    problems: &mut Problems,
) -> Option<(&'a [At<String>], WrittenStay)> {
    let (Some(names), Some(site)) = (&written.machine, &written.site) else {
        let message = "a stay does not say who is where".to_owned();
        let help = "write machine = [\"...\"] and site = \"...\"";
        problems.error(ProblemCode::MissingKey, place(written), message, help);
        return None;
    };
    let site = SiteId::from(plan.sites.resolve(site, problems)?);
    let from = when(written.at.as_ref(), plan.start).unwrap_or(SignedInstant::START);
    if written.lasts.is_some() {
        super::faults::refuse_two_ends("a stay", written.until.as_ref(), problems);
    }
    let until = match written.lasts {
        Some(lasts) => from + lasts.0,
        None => when(written.until.as_ref(), plan.start).unwrap_or(SignedInstant::NEVER),
    };
    // A stay that does not say when it began has begun by the start, and may be over.
    let over = until <= SignedInstant::START;
    if until <= from && !(over && written.at.is_none() && written.lasts.is_none()) {
        let message = "a stay ends before it begins".to_owned();
        let help = "let `until` be later than `at`, or write how long it lasts with `for`";
        problems.error(ProblemCode::ImpossibleTime, place(written), message, help);
        return None;
    }
    if over {
        let message = "a stay is over before the start".to_owned();
        let help = "make `start` earlier, or let the stay last longer";
        problems.warning(ProblemCode::TooLate, place(written), message, help);
    }
    Some((names.as_slice(), WrittenStay { from, until, site }))
}
