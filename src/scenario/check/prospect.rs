//! Gates and objectives that ask for more success than can be expected of the
//! machines, whatever the load: by the exit codes of programs and of those that run
//! first, the uptake by users, the operating systems, and points that clients may
//! not use.
//!
//! What is expected is an upper bound: everything else that can go wrong is left
//! out, and a code after which the client tries again counts as success.

use super::census::{Census, Reached};
use crate::product::exit_codes::Verdict;
use crate::scenario::ProblemCode;
use crate::scenario::names::Items;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::world::{
    AdvertisementId, ClientKind, ExitCodes, NO_PHASE, ProgramId, Rollout, Wanted, World,
};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Standard deviations beyond which more success is not put down to chance.
const BEYOND_CHANCE: f64 = 3.0;

const HELP: &str = "ask for less, or see to the machines that are left out: by `exit_codes`, `uptake`, `platforms` or distribution points out of reach";

/// Machines, and of how many success is expected.
#[derive(Debug, Clone, Copy, Default)]
struct Prospect {
    machines: f64,
    successes: f64,
    /// The variance of the successes: none where each machine is certain to
    /// succeed or not to.
    variance: f64,
}

impl Prospect {
    /// Takes `machines` of which each succeeds with this chance.
    fn take(&mut self, machines: f64, chance: f64) {
        self.machines += machines;
        self.successes += machines * chance;
        self.variance += machines * chance * (1.0 - chance);
    }

    fn share(self) -> f64 {
        self.successes / self.machines.max(1.0)
    }

    /// Whether `share` of them is more than chance would give.
    fn falls_short_of(self, share: f64) -> bool {
        let deviation = self.variance.sqrt() / self.machines.max(1.0);
        self.machines > 0.0 && share > self.share() + BEYOND_CHANCE * deviation + 1e-9
    }

    /// The same of machines that are drawn from many: which they are is chance, too.
    fn drawn(self) -> Self {
        let share = self.share();
        Self {
            variance: self.variance.max(self.machines * share * (1.0 - share)),
            ..self
        }
    }
}

/// What is known of programs beside the world.
struct Programs {
    /// Those that more than one advertisement offers.
    offered_again: BTreeSet<ProgramId>,
    /// The share of failures of each list of exit codes, by where it lies.
    failures: RefCell<HashMap<(usize, ClientKind), f64>>,
}

/// Warns of gates and objectives out of reach.
pub(super) fn check(plan: &Plan, world: &World, census: &Census, problems: &mut Problems) {
    let mut prospects = vec![Prospect::default(); world.advertisements.len()];
    let mut met = BTreeSet::new();
    let programs = world.advertisements.iter().map(|offered| offered.program);
    let again = Programs {
        offered_again: programs.filter(|program| !met.insert(*program)).collect(),
        failures: RefCell::default(),
    };
    for reached in census.reached(world) {
        let hope = Hope::of(world, &again, &reached);
        let machines = reached.crowd.count as f64;
        prospects[reached.id.index()].take(machines, hope.to_succeed);
    }
    gates(plan, world, &by_phase(world, &again, census), problems);
    objectives(plan, world, &prospects, problems);
}

/// What can be expected of a machine, if nothing else goes wrong.
#[derive(Debug, Clone, Copy)]
struct Hope {
    /// The chance that it has the program in the end.
    to_succeed: f64,
    /// The chance that its final state is reported at all.
    to_report: f64,
}

impl Hope {
    fn of(world: &World, again: &Programs, reached: &Reached<'_>) -> Self {
        let travels = reached.profile.roaming.is_some() || !world.stays.is_empty();
        if reached.waits_for_a_local_point(world) && !travels {
            return Self {
                to_succeed: 0.0,
                to_report: 0.0,
            };
        }
        let to_report = reached.advertisement.uptake.map_or(1.0, |by| by.share);
        Self {
            to_succeed: to_report * chance_of_success(world, again, reached),
            to_report,
        }
    }
}

/// The chance that the program of a machine that runs it ends with success, those
/// that run first included.
fn chance_of_success(world: &World, programs: &Programs, reached: &Reached<'_>) -> f64 {
    let program = reached.advertisement.program;
    let again = &world.control.repetition;
    let comes_round = again.recurring.contains_key(&reached.id)
        || again.every_user.contains(&program)
        || programs.offered_again.contains(&program);
    let mut chance = 1.0;
    let mut next = Some(program);
    while let Some(id) = next {
        let found = &world.programs[id.index()];
        if !found.supports(reached.profile.platform) {
            return 0.0;
        }
        if !comes_round {
            chance *= 1.0 - chance_of_failure(world, programs, reached, id);
        }
        next = found.run_first;
    }
    chance
}

/// The chance that a program ends with a code that the client takes for final.
fn chance_of_failure(
    world: &World,
    programs: &Programs,
    reached: &Reached<'_>,
    program: ProgramId,
) -> f64 {
    let own = world
        .control
        .exit_codes
        .get(&(program, reached.crowd.profile));
    let codes = own.map_or(&world.programs[program.index()].exit_codes, |codes| codes);
    // Groups share one list, which may be long.
    let list = (std::ptr::from_ref(codes).addr(), reached.profile.client);
    let known = programs.failures.borrow().get(&list).copied();
    known.unwrap_or_else(|| {
        let failures = share_of_failures(world, codes, reached.profile.client);
        programs.failures.borrow_mut().insert(list, failures);
        failures
    })
}

/// The share of failures among the exit codes of a program, for a client of this kind.
fn share_of_failures(world: &World, codes: &ExitCodes, client: ClientKind) -> f64 {
    let meaning = &world.rules.exit_codes;
    let (mut below, mut failures) = (0.0, 0.0);
    for (upto, code) in &codes.0 {
        if meaning.verdict(client, *code) == Verdict::Fail {
            failures += upto - below;
        }
        below = *upto;
    }
    failures
}

/// What can be expected of a phase: of its machines, and of those that report.
#[derive(Debug, Clone, Copy, Default)]
struct OfPhase {
    all: Prospect,
    reporting: Prospect,
    /// Whether it is drawn which machines these are.
    is_drawn: bool,
}

/// The phases of roll-outs.
type Phases = BTreeMap<(AdvertisementId, usize), OfPhase>;

fn gates(plan: &Plan, world: &World, phases: &Phases, problems: &mut Problems) {
    for (at, item) in plan.advertisements.list().iter().enumerate() {
        let id = AdvertisementId::from(at);
        let Some(rollout) = world.control.rollouts.get(&id) else {
            continue;
        };
        // Nothing waits for the gate of the last phase.
        let last = rollout.phases.len().saturating_sub(1);
        for (number, phase) in rollout.phases[..last].iter().enumerate() {
            let found = phases.get(&(id, number)).copied().unwrap_or_default();
            let (share, prospect) = match phase.gate.wanted {
                Wanted::ShareOfMachines(share) => (share, found.all),
                Wanted::ShareOfReported(share) => (share, found.reporting),
                Wanted::Count(_) => continue,
            };
            if !prospect.falls_short_of(share) {
                continue;
            }
            let opens = match phase.deadline {
                Some(_) => "opens at the deadline only",
                None if prospect.share() <= 0.0 => "does not open",
                None => "opens by luck only",
            };
            let message = format!(
                "the gate of the phase `{}` of `{}` asks for {}: the next phase {opens}",
                phase.name,
                item.name,
                asked_and_expected(share, prospect.share())
            );
            problems.warning(ProblemCode::OutOfReach, item.place.clone(), message, HELP);
        }
    }
}

/// The machines of phases: those that a collection puts into one, and of the others
/// as many as its share is.
fn by_phase(world: &World, again: &Programs, census: &Census) -> Phases {
    let mut phases = Phases::new();
    for reached in census.reached(world) {
        let Some(rollout) = world.control.rollouts.get(&reached.id) else {
            continue;
        };
        let (hope, machines) = (Hope::of(world, again, &reached), reached.crowd.count as f64);
        for (number, part, is_drawn) in parts(world, &reached, rollout) {
            let phase = phases.entry((reached.id, number)).or_default();
            phase.is_drawn |= is_drawn;
            phase.all.take(machines * part, hope.to_succeed);
            if hope.to_report > 0.0 {
                let chance = hope.to_succeed / hope.to_report;
                phase
                    .reporting
                    .take(machines * part * hope.to_report, chance);
            }
        }
    }
    for phase in phases.values_mut().filter(|phase| phase.is_drawn) {
        phase.all = phase.all.drawn();
        phase.reporting = phase.reporting.drawn();
    }
    phases
}

/// Into which phases machines come, which part of them into each, and whether these
/// are drawn.
fn parts(world: &World, reached: &Reached<'_>, rollout: &Rollout) -> Vec<(usize, f64, bool)> {
    let set = reached.crowd.targets as usize;
    let named = world.fleet.named_phases.get(set);
    let named = named.map_or(NO_PHASE, |phases| phases[reached.position]);
    if named != NO_PHASE {
        return vec![(usize::from(named), 1.0, false)];
    }
    let mut from = 0.0;
    let phases = rollout.phases.iter().enumerate();
    phases
        .map(|(number, phase)| {
            let part = phase.upto - from;
            from = phase.upto;
            (number, part, part < 1.0)
        })
        .collect()
}

fn objectives(plan: &Plan, world: &World, prospects: &[Prospect], problems: &mut Problems) {
    let items = Items::of("objective", &plan.written.objective, problems);
    let all = prospects.iter();
    let all = all.fold(Prospect::default(), |sum, one| Prospect {
        machines: sum.machines + one.machines,
        successes: sum.successes + one.successes,
        variance: sum.variance + one.variance,
    });
    for (item, objective) in items.list().iter().zip(&world.objectives) {
        let of_one = |id: AdvertisementId| prospects[id.index()];
        let prospect = objective.advertisement.map_or(all, of_one);
        let share = objective.share.value();
        if prospect.falls_short_of(share) {
            let met = if prospect.share() <= 0.0 {
                "it cannot be met"
            } else {
                "it is met by luck only"
            };
            let message = format!(
                "the objective `{}` asks for {}: {met}",
                item.name,
                asked_and_expected(share, prospect.share())
            );
            problems.warning(ProblemCode::OutOfReach, item.place.clone(), message, HELP);
        }
    }
}

/// Both shares, with as many places as tell them apart.
fn asked_and_expected(asked: f64, expected: f64) -> String {
    let shown = |share: f64, places: usize| format!("{:.places$} %", share * 100.0);
    let places = (1..=6).find(|places| shown(asked, *places) != shown(expected, *places));
    let places = places.unwrap_or(6);
    if expected <= 0.0 {
        return format!("{} success, and none is expected", shown(asked, places));
    }
    format!(
        "{} success, and {} at most is expected",
        shown(asked, places),
        shown(expected, places)
    )
}
