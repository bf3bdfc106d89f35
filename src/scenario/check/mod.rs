//! Whether a scenario that can be resolved makes sense.
//!
//! Errors are what SMS would not have allowed, or what cannot be simulated;
//! warnings are what is allowed and probably not meant. Each rule is a function
//! that looks at one thing. None of them changes anything.

mod access;
mod accounts;
mod admission;
mod cache;
mod census;
mod changes;
mod demand;
mod faults;
mod general;
mod kinds;
mod objectives;
mod peers;
mod polls;
mod programs;
mod prospect;
mod reach;
mod sending;
mod strangers;
mod times;

use super::plan::Plan;
use super::problem::{Problems, Stage};
use crate::scenario::ProblemCode;
use crate::units::counted;
use crate::world::World;
use census::{Census, Reached};

/// Puts everything that is questionable about `world`, which `plan` describes,
/// into `problems`.
pub(crate) fn check(plan: &Plan, world: &World, problems: &mut Problems) {
    general::check(plan, world, problems);
    kinds::check(plan, world, problems);
    programs::check(plan, world, problems);
    sending::check(plan, world, problems);
    faults::check(plan, world, problems);
    times::check(plan, world, problems);
    polls::check(plan, world, problems);
    if problems.has_errors() {
        // Without machines, all that follows would be said of everything.
        problems.stopped_after(Stage::Resolving);
        return;
    }
    general::unused(plan, world, problems);
    objectives::check(plan, world, problems);
    times::hopeless(plan, world, problems);
    let census = Census::new(world);
    reach::check(plan, world, &census, problems);
    faults::late(plan, world, problems);
    changes::check(plan, world, problems);
    access::check(plan, world, &census, problems);
    accounts::check(plan, world, problems);
    admission::check(plan, world, &census, problems);
    accounts::strangers(plan, world, problems);
    cache::check(plan, world, &census, problems);
    demand::check(plan, world, &census, problems);
    peers::check(plan, world, &census, problems);
    prospect::check(plan, world, &census, problems);
    strangers::check(plan, world, &census, problems);
    sending::late(plan, world, &census, problems);
}

/// "1 machine", "2,000 machines".
fn machines(count: u64) -> String {
    counted(count, "machine")
}

/// Warns, for each advertisement, of the machines it reaches that `concerned` picks, if
/// there are any.
fn tell<'a>(
    (plan, world, census): (&Plan, &'a World, &'a Census),
    concerned: impl Fn(&Reached<'a>) -> bool,
    code: ProblemCode,
    problems: &mut Problems,
    say: impl Fn(&str, &str) -> (String, &'static str),
) {
    let counts = census.count(world, concerned);
    for (item, count) in plan
        .advertisements
        .list()
        .iter()
        .zip(counts)
        .filter(|(_, count)| *count > 0)
    {
        let (message, help) = say(&machines(count), &item.name);
        problems.warning(code, item.place.clone(), message, help);
    }
}
