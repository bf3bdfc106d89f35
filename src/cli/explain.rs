//! `rollcast explain`: the whole chain of decisions for one machine.

use super::scenario::ScenarioArguments;
use super::{Failure, print};
use crate::answer::{Answer, Found};
use crate::division::Plan;
use crate::explain::{self, Explanation};
use crate::scenario::{Files, Loaded, load_kept};

/// Tell what one machine does and why: who runs the program, which accounts
/// are tried where, what each meets, and what would help.
///
/// The machine is followed through the run itself, so that what is told is
/// what `machines.csv` says.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    scenario: ScenarioArguments,

    /// The machine.
    #[arg(short, long, value_name = "NAME")]
    machine: String,

    /// Only this advertisement.
    #[arg(short, long, value_name = "ID")]
    advertisement: Option<String>,

    /// The replication to follow; any, also one that the scenario does not ask
    /// for.
    #[arg(short, long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    replication: u32,

    /// Seed of every draw; by default what the scenario says.
    #[arg(long)]
    seed: Option<u64>,

    /// Print the story as JSON; `rollcast schema results` describes it.
    #[arg(long)]
    json: bool,
}

impl Arguments {
    pub(super) fn run(self) -> Result<(), Failure> {
        let files = Files::default();
        let mut loaded = self.scenario.load_in(&files)?;
        if let Some(seed) = self.seed {
            loaded.world.seed = seed;
        }
        let world = &loaded.world;
        let wanted = self.advertisement.as_deref();
        let wanted = wanted.map(|id| explain::advertisement(world, id));
        let wanted = wanted.transpose().map_err(Failure::bad_input)?;
        let why = || loaded.why_left_out(&files, &self.machine);
        let machine = explain::find_or(world, &self.machine, &why).map_err(Failure::bad_input)?;
        let plan = Plan::new(world);
        let mut explanation = Explanation::of(world, &plan, self.replication, machine);
        explanation.try_remedies(wanted, &|settings| self.with(&files, settings));
        if self.json {
            let answer = Answer::new(Found::Explain(explanation.answer(wanted)));
            return print(&answer.to_json().map_err(Failure::failed)?);
        }
        print(&explanation.text(wanted))
    }

    /// The scenario with settings beside those that are given.
    fn with(&self, files: &Files, settings: &[String]) -> Option<Loaded> {
        let all = [self.scenario.set.as_slice(), settings].concat();
        let mut loaded = load_kept(files, &self.scenario.scenario, &all).ok()?;
        if let Some(seed) = self.seed {
            loaded.world.seed = seed;
        }
        Some(loaded)
    }
}
