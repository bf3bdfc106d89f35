//! Rings, rates, stop rules, windows and bad packages against timelines worked
//! out by hand.

#[path = "../common/invariants.rs"]
mod invariants;

mod defects;
mod location;
mod rates;
mod rings;
mod starts;
mod stops;
mod whole;

use rollcast::division::Plan;
use rollcast::model::{Watch, replicate};
use rollcast::outcome::{Action, Cause, Decision, Ending, Outcome, Replication};
use rollcast::scenario::{Loaded, load_str};
use rollcast::units::Span;
use rollcast::world::World;

/// Machines that learn of an offer within a second, have the content at once
/// and take ten minutes. The controller looks every 15 minutes.
pub(crate) const QUICK: &str = r#"
horizon = "2 d"
[server.DP]
roles = ["distribution point"]
network = "unlimited"
[fleet.pcs]
count = 1000
access = "unlimited"
poll_interval = "1 s"
[program.package]
runs = "whether or not a user is logged on"
install_time = "10 min"
"#;

pub(crate) const MINUTE: u64 = 60;
pub(crate) const HOUR: u64 = 3_600;

pub(crate) fn load(text: &str) -> Loaded {
    load_str(text, &[]).unwrap_or_else(|problems| panic!("{problems}"))
}

/// The world of [`QUICK`] with `more` after it.
pub(crate) fn world(more: &str) -> World {
    load(&format!("{QUICK}\n{more}")).world
}

pub(crate) fn run(world: &World) -> Replication {
    let run = replicate(world, &Plan::new(world), 1, &Watch::default());
    let replication = run.expect("nobody interrupts it");
    invariants::hold(world, &replication);
    replication
}

/// [`QUICK`] with `more` after it, simulated.
pub(crate) fn run_with(more: &str) -> Replication {
    run(&world(more))
}

/// What was decided at which second.
pub(crate) fn decided(replication: &Replication, action: Action) -> Vec<u64> {
    let wanted = replication
        .decisions
        .iter()
        .filter(|decision| decision.action == action);
    wanted.map(|decision| decision.at.0 / 1_000_000).collect()
}

pub(crate) fn first(replication: &Replication, action: Action) -> Decision {
    let found = replication
        .decisions
        .iter()
        .find(|decision| decision.action == action);
    *found.unwrap_or_else(|| panic!("no {action:?} in {:?}", replication.decisions))
}

/// Machines that learned of it before `second`.
pub(crate) fn learned_before(replication: &Replication, second: u64) -> usize {
    let learned = |outcome: &&Outcome| outcome.policy.0 < Span::from_secs(second).0;
    replication.outcomes.iter().filter(learned).count()
}

pub(crate) fn ended(replication: &Replication, ending: Ending, cause: Cause) -> usize {
    let such = |outcome: &&Outcome| (outcome.ending, outcome.cause) == (ending, cause);
    replication.outcomes.iter().filter(such).count()
}
