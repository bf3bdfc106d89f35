//! The fleet in simulated time: what every machine does from the first poll to
//! its report.
//!
//! ```text
//!   poll ─► accept or reject ─► wait for the assignment
//!             │                        │
//!             ▼ download first         ▼ run from the point
//!   find a point ─► connect (which account?) ─► content
//!             │
//!             ▼
//!   conditions (user, other programs) ─► become the executing account
//!             │
//!             ▼
//!   shares (which account?) ─► work ─► exit code ─► done, again, or failed ─► report
//! ```
//!
//! The engine says *when*, `access` says *whether, and under which account*, `client`
//! says what differs between client kinds, and this room says *what next*. `division`
//! has divided the world into groups that share nothing; each is one `simulation`.
//! `events` declares what can happen, and `end` is where a job comes to its end.

mod control;
mod counters;
mod draws;
mod ids;
mod journal;
mod memory;
mod rules;
mod story;
mod surroundings;
mod way;

pub use journal::{Diary, Entry, Flow, Journal};
pub use memory::Memory;
pub use story::Teller;
pub use surroundings::peers::{Asked, Loss, PeerEntry};
pub use way::setup::is_user_administrator;
pub use way::simulation::Interrupted;

use crate::division::{Group, Plan};
use crate::engine::{AnyList, Operation, RecordedList};
use crate::outcome::{Delivered, Outcome, Outcomes, Replication};
use crate::sending::{self, Delivery};
use crate::world::{MachineId, World};
use counters::Tally;
use draws::ModelDraws;
use rayon::prelude::*;
use std::sync::atomic::{AtomicBool, AtomicU64};
use way::records;
use way::simulation::{Simulation, Workspace};

/// How far a run has come, and whether it should stop; shared between threads.
#[derive(Debug, Default)]
pub struct Watch {
    /// Machine × advertisement pairs that have come to their end so far.
    pub done: AtomicU64,
    /// Simulated time, in microseconds, of the group looked at last; zero
    /// before the first look.
    pub now: AtomicU64,
    /// Set to stop at the next opportunity.
    pub stop: AtomicBool,
    /// Events after which each group stops, at the next look.
    pub most_events: Option<u64>,
}

/// Simulates one replication (numbered from 1), on the threads of the current
/// rayon pool. The result does not depend on their number.
///
/// # Errors
/// If `watch.stop` was set.
pub fn replicate(
    world: &World,
    plan: &Plan,
    number: u32,
    watch: &Watch,
) -> Result<Replication, Interrupted> {
    replicate_in(&Memory::default(), world, plan, number, watch)
}

/// As [`replicate`], in the memory of replications before.
///
/// # Errors
/// If `watch.stop` was set.
pub fn replicate_in(
    memory: &Memory,
    world: &World,
    plan: &Plan,
    number: u32,
    watch: &Watch,
) -> Result<Replication, Interrupted> {
    let draws = ModelDraws::new(world, number);
    let mut outcomes = memory.outcomes(world, plan);
    let of_groups = records::by_group(world, &plan.groups, &mut outcomes);
    let mut tally = (plan.groups.par_iter())
        .zip(of_groups)
        .try_fold(
            || (Tally::new(world), memory.workspace(world, plan)),
            |(mut tally, mut workspace), (group, records)| {
                Simulation::new(
                    world,
                    plan,
                    &draws,
                    group,
                    records,
                    &mut workspace,
                    &mut tally,
                    &mut (),
                )
                .run(&mut workspace, watch)?;
                Ok((tally, workspace))
            },
        )
        .map(|part| {
            let (tally, workspace) = part?;
            memory.keep(workspace);
            Ok(tally)
        })
        .try_reduce_with(|a, b| Ok(a.merge(b)))
        .unwrap_or_else(|| Ok(Tally::new(world)))?;
    surroundings::client_traffic::count_polls(world, &draws, &mut tally);
    let delivered = delivered(world, plan, std::mem::take(&mut tally.delivered));
    let kept_off = surroundings::off_time::kept_off(world, &draws, &outcomes);
    Ok(Replication {
        number,
        outcomes,
        resources: tally.resources(world, plan),
        delivered,
        traffic: std::mem::take(&mut tally.traffic),
        decisions: tally.take_decisions(),
        from_peers: tally.take_from_peers(),
        held: tally.take_held(),
        kept_off,
        timeline: tally.timeline,
        events: tally.events,
        groups: plan.groups.len() as u32,
        fingerprint: tally.fingerprint,
    })
}

/// What was sent, if some of it was together with what machines did.
fn delivered(world: &World, plan: &Plan, together: Vec<Delivery>) -> Option<Delivered> {
    let apart = plan.apart.as_ref()?;
    let whole = apart.delivery.clone().with(together);
    Some(Delivered {
        sent: sending::sent(world, &whole),
        arrivals: whole.arrivals,
    })
}

/// Simulates the group of `machine` in replication `number` and keeps a diary
/// of that machine; returns it with the machine's outcomes, one per
/// advertisement that reaches it.
pub fn follow(
    world: &World,
    plan: &Plan,
    number: u32,
    machine: MachineId,
) -> (Vec<Outcome>, Diary) {
    let site = world.fleet.site_of(machine);
    let rows = world.rows(&world.fleet.machines[machine.index()]);
    let mut diary = Diary::of(machine.0);
    let mut outcomes = Outcomes::new(world.job_count(), plan.groups.len());
    let watch = Watch::default();
    let its = |group: &Group| group.sites.contains(&site);
    if let Some(at) = plan.groups.iter().position(its) {
        if plan.groups[at].together.is_some() {
            // Machines that wait for content are told when it comes, which what they do
            // decides: one run finds it out, and the next tells it.
            let mut first = Outcomes::new(world.job_count(), plan.groups.len());
            let tally = run_group(world, plan, number, at, &mut first, &mut (), &watch);
            let delivered = tally.into_iter().flat_map(|tally| tally.delivered);
            diary.arrivals = delivered.flat_map(|d| d.arrivals).collect();
        }
        // This watch is its own, so the run cannot be interrupted.
        let _ = run_group(world, plan, number, at, &mut outcomes, &mut diary, &watch);
    }
    (rows.map(|row| outcomes[row]).collect(), diary)
}

/// As [`follow`], without a diary: the outcomes of `machine` and how many events its
/// group took; `None` if they are more than `most`.
pub fn outcomes_of(
    world: &World,
    plan: &Plan,
    number: u32,
    machine: MachineId,
    most: u64,
) -> Option<(Vec<Outcome>, u64)> {
    let site = world.fleet.site_of(machine);
    let rows = world.rows(&world.fleet.machines[machine.index()]);
    let mut outcomes = Outcomes::new(world.job_count(), plan.groups.len());
    let mut events = 0;
    if let Some(at) = plan
        .groups
        .iter()
        .position(|group| group.sites.contains(&site))
    {
        let watch = Watch {
            most_events: Some(most),
            ..Watch::default()
        };
        let tally = run_group(world, plan, number, at, &mut outcomes, &mut (), &watch).ok()?;
        events = tally.events;
    }
    Some((rows.map(|row| outcomes[row]).collect(), events))
}

/// Simulates the group at position `at` alone.
fn run_group(
    world: &World,
    plan: &Plan,
    number: u32,
    at: usize,
    outcomes: &mut Outcomes,
    journal: &mut impl Journal,
    watch: &Watch,
) -> Result<Tally, Interrupted> {
    let draws = ModelDraws::new(world, number);
    let records = records::by_group(world, &plan.groups, outcomes).swap_remove(at);
    let mut workspace = Workspace::new(world, plan.method);
    let mut tally = Tally::new(world);
    let simulation = Simulation::new(
        world,
        plan,
        &draws,
        &plan.groups[at],
        records,
        &mut workspace,
        &mut tally,
        journal,
    );
    simulation.run(&mut workspace, watch)?;
    Ok(tally)
}

/// What replication `number` asks of its event list, group by group: for weighing
/// lists against each other, and for holding one against the other.
pub fn list_operations(world: &World, plan: &Plan, number: u32) -> Vec<Vec<Operation>> {
    let draws = ModelDraws::new(world, number);
    let mut outcomes = Outcomes::new(world.job_count(), plan.groups.len());
    let of_groups = records::by_group(world, &plan.groups, &mut outcomes);
    let mut tally = Tally::new(world);
    let mut workspace = Workspace::new(world, plan.method);
    workspace.list = AnyList::Recorded(RecordedList::default());
    let mut asked = Vec::with_capacity(plan.groups.len());
    let mut nobody = ();
    for (group, records) in plan.groups.iter().zip(of_groups) {
        let simulation = Simulation::new(
            world,
            plan,
            &draws,
            group,
            records,
            &mut workspace,
            &mut tally,
            &mut nobody,
        );
        // This watch is its own, so the run cannot be interrupted.
        let _ = simulation.run(&mut workspace, &Watch::default());
        if let AnyList::Recorded(list) = &mut workspace.list {
            asked.push(list.take_operations());
        }
    }
    asked
}
