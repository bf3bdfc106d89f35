//! What all replications of a run come to, one after the other.

use std::collections::BTreeMap;

use super::causes::{CausesTotal, help};
use super::reported::ReportedTotal;
use super::tally::{FailureKey, Failures, MILESTONES, ReplicationTally};
use crate::outcome::{Action, Ending, Replication, ResourceKey, ResourceUse};
use crate::statistics::{CONFIDENCE, StudentFactor, WholeMoments, quantile_sorted};
use crate::units::{Instant, Span};
use crate::world::{AdvertisementId, MachineId, World};

/// One advertisement over all replications.
#[derive(Debug, Clone, Default)]
pub(super) struct AdvertisementTotal {
    /// Machines that it reaches, the same in each replication.
    pub(super) targeted: u64,
    /// Machines by ending.
    pub(super) endings: [WholeMoments; Ending::ALL.len()],
    /// Machines that got it.
    pub(super) successes: WholeMoments,
    /// Times of the milestones in microseconds, of the replications that
    /// reached them.
    pub(super) milestones: [WholeMoments; MILESTONES.len()],
    /// The same times by replication, never where one did not reach it.
    pub(super) times: [Vec<Instant>; MILESTONES.len()],
    /// Machines by what the site server knows.
    pub(super) reported: ReportedTotal,
    /// The last machines that were late because they were off.
    pub(super) last_off: WholeMoments,
}

/// A machine to which something happened, and where: `explain` follows one machine
/// through one replication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Example {
    /// Number of the replication, from 1.
    pub(super) replication: u32,
    pub(super) machine: MachineId,
}

/// The machines of one [`FailureKey`] over all replications.
#[derive(Debug, Clone)]
pub(super) struct FailureTotal {
    /// Machines per replication in which there were any.
    pub(super) machines: WholeMoments,
    /// Earliest event of any.
    pub(super) first: Instant,
    /// Median instant in microseconds of each such replication, as it came.
    medians: Vec<u64>,
    /// A machine it happened to, in the first replication where it happened.
    pub(super) example: Example,
    /// What would help that machine.
    pub(super) remedy: String,
}

impl FailureTotal {
    fn new(example: Example, remedy: String) -> Self {
        Self {
            machines: WholeMoments::default(),
            first: Instant::NEVER,
            medians: Vec::new(),
            example,
            remedy,
        }
    }

    fn add(&mut self, failures: &Failures) {
        self.machines.add(failures.instants.len() as u64);
        self.first = self.first.min(failures.instants[0]);
        let middle = failures.instants[(failures.instants.len() - 1) / 2];
        self.medians.push(middle.0);
    }

    /// The median over replications of their medians; never, if half of the
    /// machines did nothing.
    pub(super) fn median(&self) -> Instant {
        let mut medians = self.medians.clone();
        medians.sort_unstable();
        quantile_sorted(&medians, 500).map_or(Instant::NEVER, Instant)
    }
}

/// One resource over all replications.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ResourceTotal {
    /// Bytes, summed.
    pub(super) bytes: u128,
    /// Highest use in any replication.
    pub(super) peak_use: Option<f64>,
    /// Time at full use, summed, in microseconds.
    pub(super) saturated: u128,
    /// Refusals, summed.
    pub(super) refusals: u64,
    /// Time-outs, summed.
    pub(super) timeouts: u64,
    /// Longest wait in any replication.
    pub(super) longest_wait: Span,
}

impl ResourceTotal {
    fn add(&mut self, resource: &ResourceUse) {
        self.bytes += u128::from(resource.bytes.0);
        self.peak_use = larger(self.peak_use, resource.peak_use);
        self.saturated += u128::from(resource.saturated.0);
        self.refusals += resource.refusals;
        self.timeouts += resource.timeouts;
        self.longest_wait = self.longest_wait.max(resource.longest_wait);
    }
}

/// The larger of two numbers that may be missing.
fn larger(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.max(b)),
        (a, b) => a.or(b),
    }
}

/// A whole run, counted.
#[derive(Debug, Clone)]
pub(super) struct Totals {
    /// Replications so far.
    pub(super) replications: u64,
    /// By advertisement.
    pub(super) advertisements: Vec<AdvertisementTotal>,
    /// By what the machines have in common.
    pub(super) failures: BTreeMap<FailureKey, FailureTotal>,
    /// When each phase of a roll-out was opened, paused or aborted first, with
    /// the number of the replication.
    pub(super) decisions: BTreeMap<(AdvertisementId, usize, Action), Vec<(u64, Instant)>>,
    /// By resource.
    pub(super) resources: BTreeMap<ResourceKey, ResourceTotal>,
    /// By cause.
    pub(super) causes: CausesTotal,
}

impl Totals {
    /// Nothing yet.
    pub(super) fn new(advertisements: usize) -> Self {
        Self {
            replications: 0,
            advertisements: vec![AdvertisementTotal::default(); advertisements],
            failures: BTreeMap::new(),
            decisions: BTreeMap::new(),
            resources: BTreeMap::new(),
            causes: CausesTotal::default(),
        }
    }

    /// Takes the next replication.
    pub(super) fn add(
        &mut self,
        world: &World,
        replication: &Replication,
        tally: &ReplicationTally,
    ) {
        self.replications += 1;
        self.causes.add(world, replication, &tally.failures);
        for (total, tally) in self.advertisements.iter_mut().zip(&tally.advertisements) {
            total.targeted = tally.targeted();
            total.successes.add(tally.successes());
            total.reported.add(&tally.reported);
            total.last_off.add(tally.last_off);
            for (total, &count) in total.endings.iter_mut().zip(&tally.endings) {
                total.add(count);
            }
            for (times, at) in total.times.iter_mut().zip(tally.milestones) {
                times.push(at.unwrap_or(Instant::NEVER));
            }
            for (total, at) in total.milestones.iter_mut().zip(tally.milestones) {
                if let Some(at) = at {
                    total.add(at.0);
                }
            }
        }
        for (key, failures) in &tally.failures {
            let total = self.failures.entry(*key).or_insert_with(|| {
                let (_, remedy) = help(world, replication, key.advertisement, failures.example);
                let example = Example {
                    replication: replication.number,
                    machine: failures.example,
                };
                FailureTotal::new(example, remedy.text)
            });
            total.add(failures);
        }
        for decision in &replication.decisions {
            let key = (decision.advertisement, decision.phase, decision.action);
            let all = self.decisions.entry(key).or_default();
            // Only the first of a replication.
            if all.last().is_none_or(|(n, _)| *n != self.replications) {
                all.push((self.replications, decision.at));
            }
        }
        for resource in &replication.resources {
            self.resources
                .entry(resource.key)
                .or_default()
                .add(resource);
        }
    }

    /// What turns a standard error into an interval over the replications;
    /// `None` if there is only one.
    pub(super) fn factor(&self) -> Option<StudentFactor> {
        StudentFactor::new(self.replications, CONFIDENCE)
    }
}
