//! `causes.csv`: one row for each cause and advertisement, of machines without success.

use std::collections::BTreeMap;

use super::cell;
use super::column::columns;
use super::failures::machine_name;
use super::tally::{FailureKey, Failures};
use super::totals::Example;
use crate::outcome::{Case, Cause, Ending, Replication};
use crate::remedy::{Remedy, remedy};
use crate::statistics::{Interval, StudentFactor, WholeMoments};
use crate::units::Instant;
use crate::world::{AdvertisementId, MachineId, World};

/// Example machines that are kept of a cause.
const EXAMPLES: usize = 3;

/// Machines that are without success for one cause, over all replications.
#[derive(Debug, Clone)]
pub(super) struct CauseTotal {
    machines: WholeMoments,
    first: Instant,
    endings: [u64; Ending::ALL.len()],
    /// The one for which an edit of the scenario would do comes first, if there is any.
    examples: Vec<Example>,
    /// Of the first example.
    log: &'static str,
    /// What would help the first example.
    remedy: Remedy,
}

impl CauseTotal {
    fn new() -> Self {
        Self {
            machines: WholeMoments::default(),
            first: Instant::NEVER,
            endings: [0; Ending::ALL.len()],
            examples: Vec::new(),
            log: "",
            remedy: Remedy::default(),
        }
    }

    /// The most frequent outcome.
    fn ending(&self) -> Ending {
        let all = Ending::ALL.iter().copied();
        let most =
            all.max_by_key(|ending| (self.endings[*ending as usize], std::cmp::Reverse(*ending)));
        most.unwrap_or(Ending::Failed)
    }
}

/// Every cause of a run.
#[derive(Debug, Clone, Default)]
pub(super) struct CausesTotal(BTreeMap<(AdvertisementId, Cause), CauseTotal>);

impl CausesTotal {
    /// What would help the machines that a cause has cost an advertisement.
    pub(super) fn remedy(&self, advertisement: AdvertisementId, cause: Cause) -> Remedy {
        let total = self.0.get(&(advertisement, cause));
        total.map_or_else(Remedy::default, |total| total.remedy.clone())
    }

    /// The machine that it would help.
    pub(super) fn example(&self, advertisement: AdvertisementId, cause: Cause) -> Option<Example> {
        let total = self.0.get(&(advertisement, cause));
        total.and_then(|total| total.examples.first().copied())
    }

    /// Takes the next replication.
    pub(super) fn add(
        &mut self,
        world: &World,
        replication: &Replication,
        failures: &BTreeMap<FailureKey, Failures>,
    ) {
        let mut counts = BTreeMap::<_, u64>::new();
        for (key, failures) in failures {
            let of = (key.advertisement, key.cause);
            let machines = failures.instants.len() as u64;
            *counts.entry(of).or_default() += machines;
            let total = self.0.entry(of).or_insert_with(CauseTotal::new);
            total.first = total.first.min(failures.instants[0]);
            total.endings[key.ending as usize] += machines;
            let same = |example: &Example| example.machine == failures.example;
            if total.examples.iter().any(same) {
                continue;
            }
            let example = Example {
                replication: replication.number,
                machine: failures.example,
            };
            let first = total.examples.is_empty();
            if first || total.remedy.settings.is_empty() {
                let (log, remedy) = help(world, replication, key.advertisement, failures.example);
                if first || !remedy.settings.is_empty() {
                    (total.log, total.remedy) = (log, remedy);
                    total.examples.insert(0, example);
                    total.examples.truncate(EXAMPLES);
                    continue;
                }
            }
            if total.examples.len() < EXAMPLES {
                total.examples.push(example);
            }
        }
        for (of, machines) in counts {
            if let Some(total) = self.0.get_mut(&of) {
                total.machines.add(machines);
            }
        }
    }
}

/// The log that tells what became of a machine, and what would help it.
pub(super) fn help(
    world: &World,
    replication: &Replication,
    advertisement: AdvertisementId,
    id: MachineId,
) -> (&'static str, Remedy) {
    let machine = &world.fleet.machines[id.index()];
    let mut offers = world.targets(machine).iter().zip(world.rows(machine));
    let Some((_, row)) = offers.find(|(of, _)| **of == advertisement) else {
        return ("", Remedy::default());
    };
    let outcome = &replication.outcomes[row];
    let case = Case {
        world,
        id,
        machine: &machine_name(world, id),
        advertisement: &world.advertisements[advertisement.index()],
        outcome,
    };
    (outcome.log(case.profile().client), remedy(case))
}

/// One row.
struct Row<'a> {
    advertisement: AdvertisementId,
    cause: Cause,
    total: &'a CauseTotal,
    machines: WholeMoments,
    interval: Option<Interval>,
    targeted: u64,
}

columns! {
    /// Every column, in order.
    COLUMNS: fn cells(world: &World, row: &Row<'_>; out) {
        "advertisement" Text "the advertisement" => cell::text(out, &world.advertisements[row.advertisement.index()].id);
        "cause" Text "the cause that the machines ended with; once it is mended they may meet another, which `explain` finds for one of them; empty where an outcome has none" => cell::name(out, row.cause.name());
        "outcome" Text "the outcome that most of the machines have" => cell::name(out, row.total.ending().name());
        "machines" Number "machines concerned, the mean of the replications" => cell::optional_float(out, row.machines.mean());
        "machines_low" Number "lower bound of the mean (t-interval over replications); empty with one replication, or if all are equal" => cell::optional_float(out, row.interval.map(|i| i.low));
        "machines_high" Number "upper bound" => cell::optional_float(out, row.interval.map(|i| i.high));
        "share_of_advertisement" Share "`machines` among all that the advertisement reaches" => cell::optional_float(out, (row.targeted > 0).then(|| row.machines.mean().unwrap_or(0.0) / row.targeted as f64));
        "replications" Number "replications in which it occurred" => cell::number(out, row.total.machines.count());
        "first_seconds" Instant "last event of the first machine concerned, in any replication" => cell::instant(out, row.total.first);
        "example_1" Text "a machine that it happened to; the first one for which an edit of the scenario would do, if there is any" => example(world, row.total, 0, out);
        "example_1_replication" Number "the replication in which it happened to the first example, for `explain --replication`" => replication_of(row.total, 0, out);
        "example_2" Text "another one, if there is any of another kind, site, account or resource" => example(world, row.total, 1, out);
        "example_2_replication" Number "the replication in which it happened to the second example, for `explain --replication`" => replication_of(row.total, 1, out);
        "example_3" Text "a third one" => example(world, row.total, 2, out);
        "example_3_replication" Number "the replication in which it happened to the third example, for `explain --replication`" => replication_of(row.total, 2, out);
        "what_happened" Text "the cause in a sentence" => cell::text(out, row.cause.explain());
        "what_would_help" Text "what would help the first example machine" => cell::text(out, &row.total.remedy.text);
        "log" Text "the log on the first example machine in which to look" => cell::name(out, row.total.log);
        "what_to_set" Text "the same as the beginning of a command line, to which the scenario is appended; empty if no edit of the scenario does it" => cell::text(out, &row.total.remedy.command());
        "no_setting" Text "why no edit of the scenario does it; empty where `what_to_set` does" => cell::text(out, &row.total.remedy.no_setting);
    }
}

fn example(world: &World, total: &CauseTotal, at: usize, out: &mut Vec<u8>) {
    match total.examples.get(at) {
        Some(example) => cell::text(out, &machine_name(world, example.machine)),
        None => cell::empty(out),
    }
}

fn replication_of(total: &CauseTotal, at: usize, out: &mut Vec<u8>) {
    let example = total.examples.get(at);
    cell::optional_number(out, example.map(|example| u64::from(example.replication)));
}

/// The rows: by advertisement, those with most machines first. `targeted` is
/// by advertisement.
pub(super) fn rows(
    world: &World,
    causes: &CausesTotal,
    replications: u64,
    factor: Option<StudentFactor>,
    targeted: &[u64],
) -> (Vec<u8>, u64) {
    let mut rows: Vec<Row> = causes
        .0
        .iter()
        .map(|((advertisement, cause), total)| {
            let machines = total.machines.padded(replications);
            let targeted = targeted[advertisement.index()];
            let interval = factor.and_then(|factor| machines.interval(factor));
            Row {
                advertisement: *advertisement,
                cause: *cause,
                total,
                machines,
                interval: interval.map(|interval| interval.clamped(0.0, targeted as f64)),
                targeted,
            }
        })
        .collect();
    rows.sort_by_key(|row| {
        let most_first = std::cmp::Reverse(row.machines.sum());
        (row.advertisement, most_first, row.cause)
    });
    let mut out = Vec::new();
    for row in &rows {
        cells(world, row, &mut out);
        cell::end_row(&mut out);
    }
    (out, rows.len() as u64)
}
