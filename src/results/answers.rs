//! A run as an answer for programs.

use super::digest::{CauseTotal, causes_of_each};
use super::failures::machine_name;
use super::objective::JudgedObjective;
use super::summary::milestone_mean;
use super::tally::MILESTONES;
use super::totals::{AdvertisementTotal, Totals};
use crate::answer::{
    AdvertisementAnswer, CauseAnswer, DecisionAnswer, ObjectiveAnswer, ReachedAnswer, RunAnswer,
    TimeAnswer,
};
use crate::outcome::{Action, Cause, Ending};
use crate::statistics::{median_sorted, quantile_sorted};
use crate::units::{Instant, on_the_calendar};
use crate::world::{AdvertisementId, World};

/// The answer of a run; the directory and the fingerprint are known later.
pub(super) fn answer(world: &World, totals: &Totals, objectives: &[JudgedObjective]) -> RunAnswer {
    let advertisements = totals.advertisements.iter().enumerate();
    RunAnswer {
        title: world.title.clone(),
        directory: String::new(),
        start: world.start.to_string(),
        end: on_the_calendar(world.start, Instant::START + world.horizon).to_string(),
        machines: world.fleet.machines.len() as u64,
        replications: totals.replications,
        seed: world.seed,
        fingerprint: String::new(),
        objectives: objectives
            .iter()
            .map(|judged| objective(world, judged))
            .collect(),
        advertisements: advertisements
            .zip(causes_of_each(totals))
            .map(|((index, total), causes)| {
                advertisement(world, totals, index.into(), total, causes)
            })
            .collect(),
    }
}

fn objective(world: &World, judged: &JudgedObjective) -> ObjectiveAnswer {
    let (objective, judgement) = (&judged.objective, &judged.judgement);
    ObjectiveAnswer {
        name: objective.name.clone(),
        verdict: judgement.verdict.to_string(),
        share: objective.share.value(),
        by: objective.date.to_string(),
        met: judgement.met,
        unknown: judgement.unknown,
        of: judgement.of,
        chance_asked: objective.chance,
        confidence: objective.confidence,
        reached: judged.reached.map(|reached| ReachedAnswer {
            targeted: reached.targeted,
            needed: reached.needed,
            fewest: reached.fewest,
            most: reached.most,
            mean: reached.mean,
        }),
        chance: judgement.interval.map(Into::into),
        doubt: objective.doubt_in_words(world),
    }
}

fn advertisement(
    world: &World,
    totals: &Totals,
    id: AdvertisementId,
    total: &AdvertisementTotal,
    causes: Vec<(Cause, CauseTotal)>,
) -> AdvertisementAnswer {
    let factor = totals.factor();
    let (share, _) = total.success_share(factor);
    let interval = total.share_interval(factor);
    let times = MILESTONES.iter().zip(&total.milestones).zip(&total.times);
    AdvertisementAnswer {
        name: world.advertisements[id.index()].id.clone(),
        targeted: total.targeted,
        installed: total.successes.mean().unwrap_or(0.0),
        restart_pending: total.endings[Ending::RestartPending as usize]
            .mean()
            .unwrap_or(0.0),
        share,
        share_interval: interval.map(|interval| interval.bounds.into()),
        share_interval_n: interval.map(|interval| interval.n),
        share_interval_over: interval.map(|interval| format!("{}s", interval.of)),
        times: times
            .map(|((permille, milestone), times)| {
                let (seconds, interval) = milestone_mean(milestone, totals.replications, factor);
                TimeAnswer {
                    share: f64::from(*permille) / 1000.0,
                    seconds,
                    interval: interval.map(Into::into),
                    median: quantile(world, times, median_sorted),
                    p90: quantile(world, times, |sorted| quantile_sorted(sorted, 900)),
                    never: (1..)
                        .zip(times)
                        // Where no machine is reached there is no share to wait for.
                        .filter(|(_, at)| total.targeted > 0 && **at == Instant::NEVER)
                        .map(|(number, _)| number)
                        .collect(),
                }
            })
            .collect(),
        causes: causes
            .into_iter()
            .map(|(cause, lost)| {
                let help = totals.causes.remedy(id, cause);
                let example = totals.causes.example(id, cause).unwrap_or(lost.example);
                CauseAnswer {
                    cause: cause.name().to_owned(),
                    machines: lost.machines as f64 / totals.replications.max(1) as f64,
                    example: machine_name(world, example.machine),
                    example_replication: example.replication,
                    explanation: cause.explain().to_owned(),
                    remedy: help.text,
                    settings: help.settings,
                    no_setting: help.no_setting.into_owned(),
                }
            })
            .collect(),
        decisions: decisions(world, totals, id),
    }
}

fn decisions(world: &World, totals: &Totals, id: AdvertisementId) -> Vec<DecisionAnswer> {
    let rollout = world.control.rollouts.get(&id);
    let name = |phase: usize| {
        let phase = rollout.and_then(|rollout| rollout.phases.get(phase));
        phase.map_or_else(String::new, |phase| phase.name.clone())
    };
    let from = totals.decisions.range((id, 0, Action::ALL[0])..);
    let own = from.take_while(|((of, ..), _)| *of == id);
    own.map(|((_, phase, action), times)| {
        let instants: Vec<Instant> = times.iter().map(|(_, at)| *at).collect();
        DecisionAnswer {
            phase: name(*phase),
            decision: action.name().to_owned(),
            replications: times.len() as u64,
            median: quantile(world, &instants, median_sorted).unwrap_or_default(),
        }
    })
    .collect()
}

/// The date of a quantile over replications; none if it was never reached.
fn quantile(
    world: &World,
    times: &[Instant],
    of: impl Fn(&[u64]) -> Option<u64>,
) -> Option<String> {
    let mut sorted: Vec<u64> = times.iter().map(|at| at.0).collect();
    sorted.sort_unstable();
    let at = of(&sorted).map(Instant)?;
    (at != Instant::NEVER).then(|| on_the_calendar(world.start, at).to_string())
}
