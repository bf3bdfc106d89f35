//! Gates and objectives that ask for more success than can be expected of the
//! machines, whatever the load: by the exit codes of the program, the uptake by
//! users, the operating systems, and points that clients may not use.
//!
//! What is expected is an upper bound: everything else that can go wrong is left
//! out, and a code after which the client tries again counts as success.

use super::census::{Census, Reached};
use crate::product::exit_codes::Verdict;
use crate::scenario::ProblemCode;
use crate::scenario::names::Items;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::world::{AdvertisementId, Wanted, World};

/// Standard deviations beyond which more success is not put down to chance.
const BEYOND_CHANCE: f64 = 3.0;

/// Machines that an advertisement reaches, and of how many success is expected.
#[derive(Debug, Clone, Copy, Default)]
struct Prospect {
    machines: f64,
    successes: f64,
    /// The variance of the successes: none where each machine is certain to
    /// succeed or not to.
    variance: f64,
}

impl Prospect {
    fn share(self) -> f64 {
        self.successes / self.machines.max(1.0)
    }

    /// Whether `share` of `machines` of these is more than chance would give.
    fn falls_short_of(self, share: f64, machines: f64) -> bool {
        let all = self.machines.max(1.0);
        let mut variance = self.variance / all;
        if machines < self.machines {
            // Which machines are among these is chance as well.
            variance = variance.max(self.share() * (1.0 - self.share()));
        }
        let deviation = (variance / machines.max(1.0)).sqrt();
        self.machines > 0.0 && share > self.share() + BEYOND_CHANCE * deviation + 1e-9
    }
}

/// Warns of gates and objectives out of reach.
pub(super) fn check(plan: &Plan, world: &World, census: &Census, problems: &mut Problems) {
    let mut prospects = vec![Prospect::default(); world.advertisements.len()];
    for reached in census.reached(world) {
        let prospect = &mut prospects[reached.id.index()];
        let (count, chance) = (
            reached.crowd.count as f64,
            chance_of_success(world, &reached),
        );
        prospect.machines += count;
        prospect.successes += count * chance;
        prospect.variance += count * chance * (1.0 - chance);
    }
    gates(plan, world, &prospects, problems);
    objectives(plan, world, &prospects, problems);
}

/// The chance that a machine has the program in the end, if nothing else goes wrong.
fn chance_of_success(world: &World, reached: &Reached<'_>) -> f64 {
    if !reached.is_supported() || reached.waits_for_a_local_point(world) {
        return 0.0;
    }
    let uptake = reached.advertisement.uptake.map_or(1.0, |by| by.share);
    let again = &world.control.again;
    if again.recurring.contains_key(&reached.id)
        || again.every_user.contains(&reached.advertisement.program)
    {
        // What failed once comes round.
        return uptake;
    }
    let of_profile = (reached.advertisement.program, reached.crowd.profile);
    let codes = world.control.exit_codes.get(&of_profile);
    let codes = codes.unwrap_or(&reached.program.exit_codes);
    let (mut below, mut failures) = (0.0, 0.0);
    for (upto, code) in &codes.0 {
        let meaning = &world.rules.exit_codes;
        if meaning.verdict(reached.profile.client, *code) == Verdict::Fail {
            failures += upto - below;
        }
        below = *upto;
    }
    uptake * (1.0 - failures)
}

fn gates(plan: &Plan, world: &World, prospects: &[Prospect], problems: &mut Problems) {
    for (at, item) in plan.advertisements.list().iter().enumerate() {
        let Some(rollout) = world.control.rollouts.get(&AdvertisementId::from(at)) else {
            continue;
        };
        let (last, prospect) = (rollout.phases.len().saturating_sub(1), prospects[at]);
        let mut from = 0.0;
        for phase in &rollout.phases[..last] {
            let machines = prospect.machines * (phase.upto - from);
            from = phase.upto;
            let (Wanted::ShareOfMachines(share) | Wanted::ShareOfReported(share)) =
                phase.gate.wanted
            else {
                continue;
            };
            if !prospect.falls_short_of(share, machines) {
                continue;
            }
            let opens = match phase.deadline {
                Some(_) => "at the deadline only",
                None => "by luck only",
            };
            let message = format!(
                "the gate of the phase `{}` of `{}` asks for {:.1} % success, and {:.1} % at most is expected: the next phase opens {opens}",
                phase.name,
                item.name,
                share * 100.0,
                prospect.share() * 100.0
            );
            let help = "lower `success`, or see to the machines that are left out: by `exit_codes`, `uptake`, `platforms` or distribution points out of reach";
            problems.warning(ProblemCode::OutOfReach, item.place.clone(), message, help);
        }
    }
}

fn objectives(plan: &Plan, world: &World, prospects: &[Prospect], problems: &mut Problems) {
    let items = Items::of("objective", &plan.written.objective, problems);
    for (item, objective) in items.list().iter().zip(&world.objectives) {
        let prospect = match objective.advertisement {
            Some(of) => prospects[of.index()],
            None => prospects
                .iter()
                .fold(Prospect::default(), |sum, one| Prospect {
                    machines: sum.machines + one.machines,
                    successes: sum.successes + one.successes,
                    variance: sum.variance + one.variance,
                }),
        };
        let share = objective.share.value();
        if !prospect.falls_short_of(share, prospect.machines) {
            continue;
        }
        let message = format!(
            "the objective `{}` asks for {:.1} % success, and {:.1} % at most is expected: it is met by luck only",
            item.name,
            share * 100.0,
            prospect.share() * 100.0
        );
        let help = "lower its `success`, or see to the machines that are left out: by `exit_codes`, `uptake`, `platforms` or distribution points out of reach";
        problems.warning(ProblemCode::OutOfReach, item.place.clone(), message, help);
    }
}
