//! The whole chain of decisions for one machine, as text and as data.
//!
//! The machine is followed through the run itself, so that what is told is what
//! `machines.csv` says.

mod find;
mod text;
mod trial;
mod tries;

use crate::answer::{ExplainAnswer, HurdleAnswer, StepAnswer, StoryAnswer};
use crate::division::Plan;
use crate::model::{Diary, Entry, Teller, follow};
use crate::outcome::{Case, Cause, Outcome, look_for};
use crate::remedy::{Remedy, remedy};
use crate::units::Instant;
use crate::world::{AdvertisementId, MachineId, World};
#[cfg(feature = "cli")]
pub(crate) use find::find_or;
pub use find::{advertisement, find};
use std::collections::BTreeMap;
use text::{heading, tell};
use trial::{Limits, Load, Trial, Tried, trials};
use tries::lines;

/// One machine, followed through one replication.
pub struct Explanation<'w> {
    world: &'w World,
    machine: MachineId,
    replication: u32,
    teller: Teller<'w>,
    outcomes: Vec<Outcome>,
    diary: Diary,
    trials: BTreeMap<AdvertisementId, Trial>,
}

impl<'w> Explanation<'w> {
    /// Follows `machine` through replication `replication`.
    pub fn of(world: &'w World, plan: &Plan, replication: u32, machine: MachineId) -> Self {
        let (outcomes, diary) = follow(world, plan, replication, machine);
        Self {
            world,
            machine,
            replication,
            teller: Teller::new(world, machine),
            outcomes,
            diary,
            trials: BTreeMap::new(),
        }
    }

    /// Does what is said to help, and runs the scenario again, for each advertisement
    /// that is told of. `load` gives the scenario with settings put over it.
    pub fn try_remedies(&mut self, wanted: Option<AdvertisementId>, load: &Load<'_>) {
        let (world, machine) = (self.world, self.machine);
        let tried = Tried {
            machine: self.teller.machine_name(),
            replication: self.replication,
        };
        let rows = world.job_count() as u64;
        // A machine that has the program can only lose it.
        let told = self.told(wanted);
        let without = told.filter(|(_, outcome)| !outcome.ending.is_success());
        let first = without.map(|(id, outcome)| {
            let help = remedy(case(world, machine, &self.teller, id, outcome));
            (id, world.advertisements[id.index()].id.as_str(), help)
        });
        self.trials = trials(tried, Limits::USUAL, rows, first, load);
    }

    /// The advertisements that reach the machine, or `wanted` alone, with what
    /// became of them.
    fn told(
        &self,
        wanted: Option<AdvertisementId>,
    ) -> impl Iterator<Item = (AdvertisementId, &Outcome)> {
        let targets = self.targets().iter().copied().zip(&self.outcomes);
        targets.filter(move |(id, _)| wanted.is_none_or(|wanted| wanted == *id))
    }

    fn targets(&self) -> &[AdvertisementId] {
        let machines = &self.world.fleet.machines;
        self.world.targets(&machines[self.machine.index()])
    }

    /// The story as data; of `wanted` alone if it is given.
    pub fn answer(&self, wanted: Option<AdvertisementId>) -> ExplainAnswer {
        let (world, machine, teller) = (self.world, self.machine, &self.teller);
        let stories = self.told(wanted).map(|(id, outcome)| {
            let entries = &self.diary.entries;
            let mut story = story(world, machine, teller, id, outcome, entries);
            if let Some(trial) = self.trials.get(&id) {
                story.mends = trial.end.is_mended();
                story.not_tried = trial.end.why_not();
                story.next = trial.next.iter().map(hurdle).collect();
            }
            story
        });
        ExplainAnswer {
            machine: teller.machine_name().to_string(),
            replication: u64::from(self.replication),
            advertisements: stories.collect(),
        }
    }

    /// The story as text; of `wanted` alone if it is given.
    pub fn text(&self, wanted: Option<AdvertisementId>) -> String {
        let (world, machine, teller) = (self.world, self.machine, &self.teller);
        let mut text = heading(world, machine, teller);
        for (id, outcome) in self.told(wanted) {
            let entries = &self.diary.entries;
            let trial = self.trials.get(&id);
            tell(
                world, machine, teller, id, outcome, entries, trial, &mut text,
            );
        }
        if self.targets().is_empty() {
            text.push_str("\nNo advertisement reaches this machine.\n");
        } else if wanted.is_some_and(|wanted| !self.targets().contains(&wanted)) {
            text.push_str("\nThis advertisement does not reach the machine.\n");
        }
        text
    }
}

/// What a remedy depends on.
fn case<'a>(
    world: &'a World,
    machine: MachineId,
    teller: &'a Teller,
    advertisement: AdvertisementId,
    outcome: &'a Outcome,
) -> Case<'a> {
    Case {
        world,
        id: machine,
        machine: teller.machine_name(),
        advertisement: &world.advertisements[advertisement.index()],
        outcome,
    }
}

/// The story of one advertisement as data.
fn story(
    world: &World,
    machine: MachineId,
    teller: &Teller,
    advertisement: AdvertisementId,
    outcome: &Outcome,
    entries: &[(Instant, AdvertisementId, Entry)],
) -> StoryAnswer {
    let case = case(world, machine, teller, advertisement, outcome);
    let help = remedy(case);
    let own = entries.iter().filter(|(_, of, _)| *of == advertisement);
    let own: Vec<(Instant, &Entry)> = own.map(|(at, _, entry)| (*at, entry)).collect();
    StoryAnswer {
        advertisement: world.advertisements[advertisement.index()].id.clone(),
        steps: lines(teller, &own)
            .into_iter()
            .map(|line| StepAnswer {
                seconds: line.at.since(Instant::START).seconds(),
                text: line.text,
                alike: line.alike,
            })
            .collect(),
        outcome: outcome.ending.name().to_owned(),
        cause: outcome.cause.name().to_owned(),
        explanation: match before(&case) {
            Some(why) => format!("{} {why}", outcome.cause.explain()),
            None => outcome.cause.explain().to_owned(),
        },
        remedy: help.text,
        settings: help.settings,
        no_setting: help.no_setting.into_owned(),
        next: Vec::new(),
        mends: None,
        not_tried: None,
        log: outcome.log(case.profile().client).to_owned(),
        look_for: look_for(&case),
    }
}

/// Why the program that was to run first failed, if that is the cause.
fn before(case: &Case) -> Option<String> {
    let inner = case.outcome.innermost();
    (inner != case.outcome.cause).then(|| {
        let program = &case.program().id;
        format!("{program} failed: {}. {}", inner.name(), inner.explain())
    })
}

/// A cause that was met after what helped before, as data.
fn hurdle((cause, remedy): &(Cause, Remedy)) -> HurdleAnswer {
    HurdleAnswer {
        cause: cause.name().to_owned(),
        remedy: remedy.text.clone(),
        settings: remedy.settings.clone(),
        no_setting: remedy.no_setting.to_string(),
    }
}
