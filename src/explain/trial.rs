//! What is said to help one machine, done and run again.
//!
//! Each run is of the sites alone that the machine is simulated together with. Runs
//! with the same settings are made once, and those of different advertisements at the
//! same time. What all of them may take is bounded by a number of events, so that the
//! answer is the same on any processor.

use super::{case, find};
use crate::division::Plan;
use crate::model::{Teller, outcomes_of};
use crate::outcome::{Cause, Outcome};
use crate::remedy::{Remedy, remedy};
use crate::scenario::Loaded;
use crate::units::grouped;
use crate::world::{AdvertisementId, MachineId};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Events that the trials of one explanation may take, with a row for each machine and
/// advertisement of every scenario that is loaded for them.
const MOST_EVENTS: u64 = 2_000_000;

/// Causes after the first that are looked for.
const MOST_CAUSES: usize = 8;

/// What all trials of one explanation may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    /// Events, and rows of scenarios that are loaded.
    events: u64,
    /// Causes after the first, for each advertisement.
    causes: usize,
}

impl Limits {
    /// Those that an answer names.
    pub(super) const USUAL: Self = Self {
        events: MOST_EVENTS,
        causes: MOST_CAUSES,
    };
}

/// What the machine met when what is said to help had been done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Trial {
    /// What kept it from the program each time, and what would help then.
    pub(super) next: Vec<(Cause, Remedy)>,
    /// What it comes to when all of that is done.
    pub(super) end: End,
}

/// How the trials of one advertisement ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum End {
    /// The machine has the program.
    Mended,
    /// It does not, and nothing more is said to help.
    #[default]
    NotMended,
    /// The next run would take more than [`MOST_EVENTS`] leave.
    TooLong,
    /// There are more than [`MOST_CAUSES`].
    TooMany,
}

impl End {
    /// Whether the machine has the program; `None` if it was not tried to the end.
    pub(super) fn is_mended(self) -> Option<bool> {
        match self {
            Self::Mended => Some(true),
            Self::NotMended => Some(false),
            Self::TooLong | Self::TooMany => None,
        }
    }

    /// Why it was not tried to the end, if it was not.
    pub(super) fn why_not(self) -> Option<String> {
        match self {
            Self::Mended | Self::NotMended => None,
            Self::TooLong => Some(format!(
                "the runs that try what helps one machine take {} events at most",
                grouped(MOST_EVENTS)
            )),
            Self::TooMany => Some(format!(
                "no more than {MOST_CAUSES} causes are looked for after the first"
            )),
        }
    }
}

/// The machine whose remedies are tried, and in which replication.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tried<'a> {
    pub(super) machine: &'a str,
    pub(super) replication: u32,
}

/// Gives the scenario with settings put over it, if it can be loaded with them.
pub(super) type Load<'a> = dyn Fn(&[String]) -> Option<Loaded> + Sync + 'a;

/// The trials of one advertisement, under way.
struct Pending<'a> {
    id: AdvertisementId,
    advertisement: &'a str,
    settings: Vec<String>,
    trial: Trial,
}

/// Does what is said to help first for each of some advertisements, and what is said to
/// help after that, until the machine has the program or nothing new is said. `rows` is
/// the size of the scenario. Advertisements of which the first trial says nothing are
/// left out.
pub(super) fn trials<'a>(
    tried: Tried<'_>,
    limits: Limits,
    rows: u64,
    first: impl Iterator<Item = (AdvertisementId, &'a str, Remedy)>,
    load: &Load<'_>,
) -> BTreeMap<AdvertisementId, Trial> {
    let mut pending: Vec<Pending> = first
        .filter(|(_, _, remedy)| !remedy.settings.is_empty())
        .map(|(id, advertisement, remedy)| Pending {
            id,
            advertisement,
            settings: remedy.settings,
            trial: Trial::default(),
        })
        .collect();
    let mut found = BTreeMap::new();
    let mut left = limits.events;
    while !pending.is_empty() {
        let mut all: Vec<&[String]> = pending.iter().map(|one| &*one.settings).collect();
        all.sort_unstable();
        all.dedup();
        let each = left / all.len() as u64;
        let runs: Vec<Run> = all
            .par_iter()
            .map(|settings| {
                let wanted = pending.iter().filter(|one| one.settings == **settings);
                let wanted: Vec<&str> = wanted.map(|one| one.advertisement).collect();
                Run::of(tried, settings, &wanted, each.checked_sub(rows), load)
            })
            .collect();
        left -= runs.iter().map(|run| run.cost).sum::<u64>().min(left);
        let run_of: Vec<usize> = pending
            .iter()
            .map(|one| all.partition_point(|settings| **settings < *one.settings))
            .collect();
        let mut going_on = Vec::new();
        for (mut one, run) in pending.into_iter().zip(run_of) {
            let met = runs[run].met(one.advertisement);
            match one.take(met, limits) {
                Step::GoesOn => going_on.push(one),
                Step::Ends => drop(found.insert(one.id, one.trial)),
                Step::SaysNothing => {}
            }
        }
        pending = going_on;
    }
    found
}

/// What comes of one more run of an advertisement.
enum Step {
    GoesOn,
    Ends,
    SaysNothing,
}

impl Pending<'_> {
    fn take(&mut self, met: Met, limits: Limits) -> Step {
        let trial = &mut self.trial;
        let (cause, remedy) = match met {
            Met::TooLong => {
                trial.end = End::TooLong;
                return Step::Ends;
            }
            Met::Nothing if trial.next.is_empty() => return Step::SaysNothing,
            Met::Nothing => return Step::Ends,
            Met::Cause(Cause::None, _) => {
                trial.end = End::Mended;
                return Step::Ends;
            }
            Met::Cause(cause, remedy) => (cause, remedy),
        };
        let known = self.settings.len();
        for setting in &remedy.settings {
            if !self.settings.contains(setting) {
                self.settings.push(setting.clone());
            }
        }
        trial.next.push((cause, remedy));
        if self.settings.len() == known {
            return Step::Ends;
        }
        if trial.next.len() >= limits.causes {
            trial.end = End::TooMany;
            return Step::Ends;
        }
        Step::GoesOn
    }
}

/// What kept the machine from a program in one run.
#[derive(Clone)]
enum Met {
    /// This, and what would help; no cause if it has the program.
    Cause(Cause, Remedy),
    /// The run says nothing: it cannot be made, or does not reach the machine.
    Nothing,
    /// The run takes too long.
    TooLong,
}

/// One run of the scenario with settings.
struct Run {
    cost: u64,
    /// By advertisement; the same for those that are not there.
    met: BTreeMap<String, Met>,
    other: Met,
}

impl Run {
    /// Makes the run, which may take `most` events, and looks at the advertisements
    /// `wanted`.
    fn of(
        tried: Tried<'_>,
        settings: &[String],
        wanted: &[&str],
        most: Option<u64>,
        load: &Load<'_>,
    ) -> Self {
        let nothing = |cost: u64, other: Met| Self {
            cost,
            met: BTreeMap::new(),
            other,
        };
        let Some(most) = most else {
            return nothing(0, Met::TooLong);
        };
        let Some(loaded) = load(settings) else {
            return nothing(0, Met::Nothing);
        };
        let world = &loaded.world;
        let rows = world.job_count() as u64;
        let Ok(machine) = find(world, tried.machine) else {
            return nothing(rows, Met::Nothing);
        };
        let plan = Plan::new(world);
        let Some((outcomes, events)) = outcomes_of(world, &plan, tried.replication, machine, most)
        else {
            return nothing(rows + most, Met::TooLong);
        };
        let met = wanted.iter().filter_map(|advertisement| {
            let met = met(&loaded, machine, &outcomes, advertisement)?;
            Some(((*advertisement).to_owned(), met))
        });
        Self {
            cost: rows + events,
            met: met.collect(),
            other: Met::Nothing,
        }
    }

    fn met(&self, advertisement: &str) -> Met {
        let met = self.met.get(advertisement);
        met.unwrap_or(&self.other).clone()
    }
}

/// Why the machine does not have the program of an advertisement, and what would help;
/// `None` if the advertisement does not reach it any more.
fn met(
    loaded: &Loaded,
    machine: MachineId,
    outcomes: &[Outcome],
    advertisement: &str,
) -> Option<Met> {
    let world = &loaded.world;
    let targets = world.targets(&world.fleet.machines[machine.index()]);
    let is_wanted = |id: &AdvertisementId| world.advertisements[id.index()].id == advertisement;
    let at = targets.iter().position(is_wanted)?;
    let teller = Teller::new(world, machine);
    let outcome = outcomes.get(at)?;
    let has_it = outcome.ending.is_success();
    let cause = if has_it { Cause::None } else { outcome.cause };
    let case = case(world, machine, &teller, targets[at], outcome);
    Some(Met::Cause(cause, remedy(case)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::Explanation;
    use crate::scenario::load_str;

    /// The content is closed to the machine, and then the share.
    const SCENARIO: &str = r#"
        horizon = "10 d"
        [domain.CORP]
        [account.'CORP\net']
        [server.FS]
        roles = ["file server"]
        [share.apps]
        access = ['Administrators']
        [package.p]
        access = ['Administrators']
        [program.p]
        rights = "administrative"
        runs = "whether or not a user is logged on"
        shares = [{ share = "apps" }]
        [fleet.pc]
        count = 1
        name = "PC{number}"
    "#;

    /// How the trial of the only advertisement ends, and after how many causes.
    fn tried(limits: Limits) -> (End, usize) {
        let load = |settings: &[String]| load_str(SCENARIO, settings).ok();
        let world = load(&[]).unwrap().world;
        let machine = find(&world, "PC1").unwrap();
        let explanation = Explanation::of(&world, &Plan::new(&world), 1, machine);
        let first = explanation.told(None).map(|(id, outcome)| {
            let case = case(&world, machine, &explanation.teller, id, outcome);
            let name = world.advertisements[id.index()].id.as_str();
            (id, name, remedy(case))
        });
        let tried = Tried {
            machine: "PC1",
            replication: 1,
        };
        let found = trials(tried, limits, 1, first, &load);
        let trial = found.values().next().unwrap();
        (trial.end, trial.next.len())
    }

    #[test]
    fn trials_end_when_they_have_taken_what_they_may() {
        let limits = |events, causes| Limits { events, causes };
        assert_eq!(tried(Limits::USUAL), (End::Mended, 1));
        // Not even the scenario can be loaded; then only once; then there is a cause
        // too many.
        assert_eq!(tried(limits(0, 8)), (End::TooLong, 0));
        assert_eq!(tried(limits(2, 8)), (End::TooLong, 1));
        assert_eq!(tried(limits(1000, 1)), (End::TooMany, 1));
        for end in [End::TooLong, End::TooMany] {
            assert_eq!((end.is_mended(), end.why_not().is_some()), (None, true));
        }
    }
}
