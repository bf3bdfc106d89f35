//! What is said to help one machine, done and run again.

use super::{case, find};
use crate::division::Plan;
use crate::model::{Teller, follow};
use crate::outcome::Cause;
use crate::remedy::{Remedy, remedy};
use crate::scenario::Loaded;

/// What the machine met when what is said to help had been done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Trial {
    /// What kept it from the program each time, and what would help then.
    pub(super) next: Vec<(Cause, Remedy)>,
    /// Whether it has the program when all of that is done.
    pub(super) is_mended: bool,
}

/// The machine and the advertisement whose remedies are tried.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tried<'a> {
    pub(super) machine: &'a str,
    pub(super) advertisement: &'a str,
    pub(super) replication: u32,
}

/// How many causes after the first are looked for.
const MOST_CAUSES: usize = 8;

impl Trial {
    /// Does what `first` says, and what is said to help after that, until the machine has
    /// the program or nothing new is said. `load` gives the scenario with settings put
    /// over it. `None` if `first` has no settings, or the scenario cannot be loaded with
    /// them.
    pub(super) fn of(
        tried: Tried<'_>,
        first: &Remedy,
        load: &mut dyn FnMut(&[String]) -> Option<Loaded>,
    ) -> Option<Self> {
        let mut settings = first.settings.clone();
        let mut trial = Self::default();
        while !settings.is_empty() {
            let Some((cause, remedy)) = run_again(tried, &load(&settings)?) else {
                return Some(trial);
            };
            if cause == Cause::None {
                trial.is_mended = true;
                return Some(trial);
            }
            let known = settings.len();
            for setting in &remedy.settings {
                if !settings.contains(setting) {
                    settings.push(setting.clone());
                }
            }
            trial.next.push((cause, remedy));
            if settings.len() == known || trial.next.len() > MOST_CAUSES {
                return Some(trial);
            }
        }
        None
    }
}

/// Why the machine does not have the program in the scenario as it is now, no cause if it
/// has it, and what would help; `None` if the advertisement does not reach it any more.
fn run_again(tried: Tried<'_>, loaded: &Loaded) -> Option<(Cause, Remedy)> {
    let world = &loaded.world;
    let machine = find(world, tried.machine).ok()?;
    let (outcomes, _) = follow(world, &Plan::new(world), tried.replication, machine);
    let targets = world.targets(&world.fleet.machines[machine.index()]);
    let is_wanted = |id: &_| {
        let advertisement: &crate::world::AdvertisementId = id;
        world.advertisements[advertisement.index()].id == tried.advertisement
    };
    let at = targets.iter().position(is_wanted)?;
    let teller = Teller::new(world, machine);
    let outcome = outcomes.get(at)?;
    let case = case(world, machine, &teller, targets[at], outcome);
    let has_it = outcome.ending.is_success();
    let cause = if has_it { Cause::None } else { outcome.cause };
    Some((cause, remedy(case)))
}
