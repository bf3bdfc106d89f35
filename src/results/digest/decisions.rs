//! What was decided about a roll-out in phases: when each opened, and where it
//! was stopped.

use std::fmt::{self, Write as _};

use super::when::{date, dates, of_replications};
use crate::outcome::Action;
use crate::results::totals::Totals;
use crate::units::Instant;
use crate::world::{AdvertisementId, World};

/// The decisions about an advertisement; nothing where it has no phases.
pub(super) fn decisions(
    world: &World,
    totals: &Totals,
    id: AdvertisementId,
    out: &mut String,
) -> fmt::Result {
    let Some(rollout) = world.control.rollouts.get(&id) else {
        return Ok(());
    };
    let times = |phase: usize, action: Action| {
        let found = totals.decisions.get(&(id, phase, action));
        let mut times = vec![Instant::NEVER; totals.replications as usize];
        for (number, at) in found.into_iter().flatten() {
            times[*number as usize - 1] = *at;
        }
        times
    };
    let width = rollout
        .phases
        .iter()
        .map(|phase| phase.name.chars().count());
    let width = width.max().unwrap_or(0);
    for (phase, described) in rollout.phases.iter().enumerate() {
        let name = &described.name;
        let opened = times(phase, Action::Open);
        match &opened[..] {
            all if all.iter().all(|at| *at == Instant::NEVER) => {
                writeln!(out, "  phase {name:width$}  never opens")?;
            }
            [one] => writeln!(out, "  phase {name:width$}  opens {}", date(world, *one))?,
            all => writeln!(out, "  phase {name:width$}  opens {}", dates(world, all))?,
        }
        for (action, words) in [(Action::Pause, "is paused"), (Action::Abort, "is aborted")] {
            let stopped = times(phase, action);
            let numbers: Vec<usize> = (1..)
                .zip(&stopped)
                .filter(|(_, at)| **at != Instant::NEVER)
                .map(|(number, _)| number)
                .collect();
            let first = stopped.iter().min().copied().unwrap_or(Instant::NEVER);
            match numbers.len() {
                0 => {}
                _ if stopped.len() == 1 => writeln!(
                    out,
                    "  phase {name:width$}  the roll-out {words} {}",
                    date(world, first)
                )?,
                _ => writeln!(
                    out,
                    "  phase {name:width$}  the roll-out {words} in {}, first {}",
                    of_replications(&numbers, stopped.len()),
                    date(world, first)
                )?,
            }
        }
    }
    Ok(())
}
