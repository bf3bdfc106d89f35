//! Clocks that are wrong: faults with a `clock`.

use super::faults::times;
use crate::scenario::ProblemCode;
use crate::scenario::pattern;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::At;
use crate::world::{ClockFault, Clocks, World};

/// The clock faults of `plan`, for the machines of `world`.
pub(super) fn resolve(plan: &Plan, world: &World, problems: &mut Problems) -> Clocks {
    let mut clocks = Vec::new();
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
            from,
            until,
            offset: clock.0,
            servers: select(&fault.server, true)
                .into_iter()
                .map(Into::into)
                .collect(),
            machines: machines(fault.machine.as_deref().unwrap_or(&[]), world, problems),
            sites: select(&fault.site, false)
                .into_iter()
                .map(Into::into)
                .collect(),
        });
    }
    Clocks(clocks)
}

/// The positions of the machines that names and globs stand for.
pub(super) fn machines(names: &[At<String>], world: &World, problems: &mut Problems) -> Vec<u32> {
    if names.is_empty() {
        return Vec::new();
    }
    let mut met = vec![false; names.len()];
    let mut found = Vec::new();
    let mut machine_name = String::new();
    for (site, range) in world.sites.iter().zip(&world.fleet.by_site) {
        for position in range.clone() {
            let machine = &world.fleet.machines[position as usize];
            machine_name.clear();
            world
                .fleet
                .write_name(machine, &site.name, &mut machine_name);
            let mut is_meant = false;
            for (name, met) in names.iter().zip(&mut met) {
                if pattern::matches(name, &machine_name) {
                    (*met, is_meant) = (true, true);
                }
            }
            if is_meant {
                found.push(position);
            }
        }
    }
    for (name, _) in names.iter().zip(met).filter(|(_, met)| !met) {
        let message = format!("no machine is called `{}`", **name);
        let help = "name machines as machines.csv does, or by glob, such as \"hq-*\"";
        problems.error(ProblemCode::UnknownName, name.span(), message, help);
    }
    found
}
