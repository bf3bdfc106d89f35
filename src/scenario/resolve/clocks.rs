//! Clocks that are wrong: faults with a `clock`.

use super::faults::times;
use crate::scenario::ProblemCode;
use crate::scenario::patterns::Patterns;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::At;
use crate::units::{Instant, grouped};
use crate::world::{ClockFault, Clocks, World};

/// The clock faults of `plan`, for the machines of `world`.
pub(super) fn resolve(plan: &Plan, world: &World, problems: &mut Problems) -> Clocks {
    let mut clocks = Vec::new();
    let mut machines_of = Vec::new();
    for fault in &plan.written.fault {
        // What is wrong with its times has been said.
        let mut said = Problems::default();
        let (Some(clock), Some((from, until))) = (&fault.clock, times(fault, plan, &mut said))
        else {
            continue;
        };
        let select = |names: &Option<Vec<At<String>>>, of_servers: bool| {
            let names = names.as_deref().unwrap_or(&[]);
            let mut said = Problems::default();
            if of_servers {
                plan.servers.select(names, &mut said)
            } else {
                plan.sites.select(names, &mut said)
            }
        };
        clocks.push(ClockFault {
            from: from.clamped(),
            until: until.clamped(),
            offset: clock.0,
            servers: select(&fault.server, true)
                .into_iter()
                .map(Into::into)
                .collect(),
            machines: Vec::new(),
            sites: select(&fault.site, false)
                .into_iter()
                .map(Into::into)
                .collect(),
        });
        machines_of.push(fault.machine.as_deref().unwrap_or(&[]));
    }
    let machines = machines(&machines_of, world, problems);
    for (clock, machines) in clocks.iter_mut().zip(machines) {
        clock.machines = machines;
    }
    // A clock that was set right before the start is right.
    clocks.retain(|clock| clock.until > Instant::START);
    Clocks::new(clocks)
}

/// The most machines for which stays, or clocks of faults, are written down, each time
/// that a list means them.
const MOST_MEANT: usize = 10_000_000;

/// The positions of the machines that each of several lists of names and globs
/// stands for, ascending; none where they are too many together.
pub(super) fn machines(
    lists: &[&[At<String>]],
    world: &World,
    problems: &mut Problems,
) -> Vec<Vec<u32>> {
    let mut found = vec![Vec::new(); lists.len()];
    let names = lists.iter().enumerate();
    let names = names.flat_map(|(list, names)| names.iter().map(move |name| (list, name)));
    let names: Vec<(usize, &At<String>)> = names.collect();
    if names.is_empty() {
        return found;
    }
    let patterns: Patterns = names.iter().map(|(_, name)| name.as_str()).collect();
    let mut met = vec![false; names.len()];
    let mut machine_name = String::new();
    let mut meant = 0;
    for (site, range) in world.sites.iter().zip(&world.fleet.by_site) {
        for position in range.clone() {
            let machine = &world.fleet.machines[position as usize];
            machine_name.clear();
            world
                .fleet
                .write_name(machine, &site.name, &mut machine_name);
            for at in patterns.matching(&machine_name) {
                let (list, _) = names[at as usize];
                met[at as usize] = true;
                if found[list].last() != Some(&position) {
                    found[list].push(position);
                    meant += 1;
                }
                if meant > MOST_MEANT {
                    let message = format!(
                        "lists such as this one mean machines more than {} times together",
                        grouped(MOST_MEANT as u64)
                    );
                    let help = "let each `machine` mean fewer of them, or write fewer stays and faults; a clock can be wrong at a whole `site`, and machines travel by `roaming`";
                    let place = names[at as usize].1.span();
                    problems.error(ProblemCode::TooMany, place, message, help);
                    return vec![Vec::new(); lists.len()];
                }
            }
        }
    }
    for ((_, name), _) in names.iter().zip(met).filter(|(_, met)| !met) {
        let message = format!("no machine is called `{}`", ***name);
        let help = "name machines as machines.csv does, or by glob, such as \"hq-*\"";
        problems.error(ProblemCode::UnknownName, name.span(), message, help);
    }
    found
}
