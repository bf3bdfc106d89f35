//! Whether the objectives of a scenario are met, and how sure that is.
//!
//! A replication meets an objective or does not. Whether it is met *with a
//! chance* is a statement about all replications there could be, made with
//! the exact interval of Clopper and Pearson; where the replications do not suffice, the answer is that
//! it is undecided, not a guess.

use super::holders::Holding;
use super::tally::for_each_job;
use super::text::{grouped, percent};
use crate::engine::effort;
use crate::outcome::Replication;
use crate::statistics::{Interval, exact};
use crate::units::{self, Instant};
use crate::world::{AdvertisementId, Doubt, Objective, World};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// What can be said of an objective.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It is met.
    Pass,
    /// It is missed.
    Fail,
    /// The replications do not tell.
    Undecided,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Undecided => "undecided",
        })
    }
}

/// How an objective came out over several replications.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judgement {
    /// Replications that met it.
    pub met: u64,
    /// Replications of which the forecast cannot tell whether they did.
    pub unknown: u64,
    /// Replications.
    pub of: u64,
    /// Interval of the chance to meet it; none without replications.
    pub interval: Option<Interval>,
    /// What can be said.
    pub verdict: Verdict,
}

impl Judgement {
    /// The judgement where `met` of `of` replications met an objective that
    /// asks for `chance` with `confidence`.
    ///
    /// A chance of 1 cannot be shown by any sample: it is taken to mean every
    /// replication that was made.
    pub fn new(met: u64, of: u64, chance: f64, confidence: f64) -> Self {
        Self::partly_known(met, 0, of, chance, confidence)
    }

    /// The share of the replications that met it; `None` where the forecast cannot tell
    /// of all of them.
    pub fn share(&self) -> Option<f64> {
        (self.of > 0 && self.unknown == 0).then(|| self.met as f64 / self.of as f64)
    }

    /// As [`Judgement::new`], where of `unknown` more replications nothing can
    /// be said: the verdict is the one that stands whatever became of them.
    pub fn partly_known(met: u64, unknown: u64, of: u64, chance: f64, confidence: f64) -> Self {
        // One-sided: the bound is to be on the right side of the chance.
        let interval = |met| exact(met, of, 2.0 * confidence - 1.0);
        let worst = verdict(met, of, interval(met), chance);
        let best = verdict(met + unknown, of, interval(met + unknown), chance);
        Self {
            met,
            unknown,
            of,
            interval: interval(met).filter(|_| unknown == 0),
            verdict: if worst == best {
                worst
            } else {
                Verdict::Undecided
            },
        }
    }
}

fn verdict(met: u64, of: u64, interval: Option<Interval>, chance: f64) -> Verdict {
    match interval {
        Some(_) if chance >= 1.0 => {
            if met == of {
                Verdict::Pass
            } else {
                Verdict::Fail
            }
        }
        Some(interval) if interval.low >= chance => Verdict::Pass,
        Some(interval) if interval.high < chance => Verdict::Fail,
        None | Some(_) => Verdict::Undecided,
    }
}

/// More replications than this are not proposed to anybody.
const MOST_PROPOSED: u64 = 100_000;

/// The smallest number of replications that decides if all of them meet the
/// objective.
pub fn smallest_deciding(chance: f64, confidence: f64) -> u64 {
    smallest_passing(0, 1, chance, confidence).unwrap_or(MOST_PROPOSED)
}

/// The smallest number of replications, `least` or more, that passes if all but `missed`
/// of them meet the objective; `None` if no number up to a bound does.
fn smallest_passing(missed: u64, least: u64, chance: f64, confidence: f64) -> Option<u64> {
    let passes = |of: u64| {
        let met = of.saturating_sub(missed);
        Judgement::new(met, of, chance, confidence).verdict == Verdict::Pass
    };
    if !passes(MOST_PROPOSED) {
        return None;
    }
    // With the same misses more replications only raise the lower bound.
    let (mut low, mut high) = (least, MOST_PROPOSED);
    while low < high {
        let middle = low.midpoint(high);
        if passes(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Some(low)
}

/// How many replications, those made included, would decide an objective that is
/// undecided, in words. The misses so far count: each of them takes more replications
/// to outweigh.
pub(crate) fn what_would_decide(met: u64, of: u64, chance: f64, confidence: f64) -> String {
    let missed = of.saturating_sub(met);
    let so_far = match missed {
        0 => String::new(),
        1 => ", with 1 miss so far".to_owned(),
        missed => format!(", with {} misses so far", units::grouped(missed)),
    };
    match smallest_passing(missed, of + 1, chance, confidence) {
        Some(least) => format!(
            "it takes {} replications in all to pass{so_far}, if all that follow meet it",
            units::grouped(least)
        ),
        None => format!(
            "up to {} replications in all would not let it pass{so_far}",
            units::grouped(MOST_PROPOSED)
        ),
    }
}

/// Whether `replication` met `objective`: enough of the targeted machines had
/// what they were offered at its moment. `None` if the forecast cannot tell, as
/// [`Objective::doubt`] says.
pub fn is_met(world: &World, objective: &Objective, replication: &Replication) -> Option<bool> {
    Counts::of(world, objective, replication).meet(world, objective)
}

/// What [`is_met`] says of every objective of `world`, in one look at the records.
pub fn are_met(world: &World, replication: &Replication) -> Vec<Option<bool>> {
    let counts = Counts::of_all(world, replication).into_iter();
    let each = world.objectives.iter().zip(counts);
    each.map(|(objective, counts)| counts.meet(world, objective))
        .collect()
}

/// How many of those that an objective is about had it in time.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    targeted: u64,
    in_time: u64,
}

impl Counts {
    fn of(world: &World, objective: &Objective, replication: &Replication) -> Self {
        let machines = 0..world.fleet.machines.len();
        let mut alike = Alike::of([(0, objective.by)].into_iter());
        for_each_job(world, machines, &replication.outcomes, |job| {
            let wanted = objective.advertisement;
            if wanted.is_none_or(|wanted| wanted == job.advertisement) {
                alike.take(&job.holding(world, replication));
            }
        });
        let mut counts = [Self::default()];
        alike.tell(&mut counts);
        let [counts] = counts;
        counts
    }

    /// The counts of every objective, in one look at the records: a scenario may have an
    /// objective for each of a thousand advertisements, or a thousand for one.
    fn of_all(world: &World, replication: &Replication) -> Vec<Self> {
        let mut counts = vec![Self::default(); world.objectives.len()];
        let mut dates = BTreeMap::<Option<AdvertisementId>, Vec<(usize, Instant)>>::new();
        for (at, objective) in world.objectives.iter().enumerate() {
            let of_these = dates.entry(objective.advertisement).or_default();
            of_these.push((at, objective.by));
        }
        let dates = dates.into_iter();
        let mut about: BTreeMap<_, _> = dates
            .map(|(about, dates)| (about, Alike::of(dates.into_iter())))
            .collect();
        if about.is_empty() {
            return counts;
        }
        let machines = 0..world.fleet.machines.len();
        for_each_job(world, machines, &replication.outcomes, |job| {
            for about_it in [Some(job.advertisement), None] {
                if let Some(alike) = about.get_mut(&about_it) {
                    alike.take(&job.holding(world, replication));
                }
            }
        });
        for alike in about.into_values() {
            alike.tell(&mut counts);
        }
        counts
    }

    fn meet(self, world: &World, objective: &Objective) -> Option<bool> {
        let enough = self.in_time >= objective.share.needed(self.targeted);
        match objective.doubt {
            None => Some(enough),
            // What is there by the horizon is there later, too, where nothing takes it.
            Some(Doubt::AfterHorizon) => {
                (enough && !objective.may_be_undone(world)).then_some(true)
            }
            Some(Doubt::NoMachine | Doubt::BeforeStart | Doubt::NoStart) => None,
        }
    }
}

/// Objectives about the same advertisement, or about all of them, which differ in their
/// dates: what a row says of each date is found by search, so that thousands of dates cost
/// little more than one.
struct Alike {
    /// Number and date of each, in order of the dates.
    dates: Vec<(usize, Instant)>,
    targeted: u64,
    /// Those that begin to count at a date, less those that no longer do.
    changes: Vec<i64>,
}

impl Alike {
    fn of(dates: impl Iterator<Item = (usize, Instant)>) -> Self {
        let mut dates: Vec<_> = dates.collect();
        dates.sort_by_key(|(_, by)| *by);
        Self {
            targeted: 0,
            changes: vec![0; dates.len() + 1],
            dates,
        }
    }

    /// Counts a row.
    fn take(&mut self, holding: &Holding) {
        effort::spend(1);
        self.targeted += 1;
        let first = |dates: &[(usize, Instant)], at| dates.partition_point(|(_, by)| *by < at);
        // A row counts once for a date, whatever of it overlaps.
        let mut counted = 0;
        for (from, until) in holding.times() {
            let begins = first(&self.dates, from).max(counted);
            let ends = until.map_or(self.dates.len(), |until| first(&self.dates, until));
            if begins < ends {
                self.changes[begins] += 1;
                self.changes[ends] -= 1;
                counted = ends;
            }
        }
    }

    fn tell(self, counts: &mut [Counts]) {
        let mut in_time = 0;
        for ((at, _), change) in self.dates.iter().zip(self.changes) {
            in_time += change;
            counts[*at] = Counts {
                targeted: self.targeted,
                in_time: in_time.unsigned_abs(),
            };
        }
    }
}

/// How many had what an objective is about by its date, over the replications of a run;
/// by the end of the forecast where the date is later. These are machines, and of an
/// objective about several advertisements each machine once for each of them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ReachedByDate {
    /// Those that the objective is about.
    pub targeted: u64,
    /// How many of these it asks for.
    pub needed: u64,
    /// Those that had it, in the replication with the fewest.
    pub fewest: u64,
    /// Those that had it, in the replication with the most.
    pub most: u64,
    /// Those that had it, the mean of the replications.
    pub mean: f64,
}

impl ReachedByDate {
    /// `29 to 33 of 50 (58.0 % to 66.0 %) had it by then, 30.7 on average; 30 are needed`,
    /// or by the end of the forecast, where the date is later.
    pub(crate) fn words(&self, is_later: bool) -> String {
        let by = if is_later {
            "by the end of the forecast"
        } else {
            "by then"
        };
        let Self {
            targeted,
            needed,
            fewest,
            most,
            mean,
        } = *self;
        let share = |count: u64| percent(count as f64 / targeted.max(1) as f64);
        let had = |count: u64| grouped(count as f64);
        let (of, needed) = (had(targeted), had(needed));
        if fewest == most {
            let share = share(most);
            return format!(
                "{} of {of} ({share}) had it {by}; {needed} are needed",
                had(most)
            );
        }
        format!(
            "{} to {} of {of} ({} to {}) had it {by}, {} on average; {needed} are needed",
            had(fewest),
            had(most),
            share(fewest),
            share(most),
            one_decimal(mean),
        )
    }
}

/// A mean with its thousands apart and one decimal.
fn one_decimal(mean: f64) -> String {
    let tenths = (mean * 10.0).round_ties_even() as u64;
    format!("{}.{}", units::grouped(tenths / 10), tenths % 10)
}

/// An objective over the replications that were made so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Standing {
    met: u64,
    unknown: u64,
    replications: u64,
    targeted: u64,
    /// Fewest, most and sum of those that had it in time.
    in_time: (u64, u64, u128),
}

impl Standing {
    /// Takes the next replication into the standings of every objective.
    pub(super) fn add_all(all: &mut [Self], world: &World, replication: &Replication) {
        let counts = Counts::of_all(world, replication);
        for ((standing, objective), counts) in all.iter_mut().zip(&world.objectives).zip(counts) {
            standing.add(world, objective, counts);
        }
    }

    fn add(&mut self, world: &World, objective: &Objective, counts: Counts) {
        match counts.meet(world, objective) {
            Some(is_met) => self.met += u64::from(is_met),
            None => self.unknown += 1,
        }
        let (fewest, most, sum) = self.in_time;
        let fewest = if self.replications == 0 {
            counts.in_time
        } else {
            fewest.min(counts.in_time)
        };
        self.in_time = (
            fewest,
            most.max(counts.in_time),
            sum + u128::from(counts.in_time),
        );
        self.targeted = counts.targeted;
        self.replications += 1;
    }

    /// What can be said of it.
    pub(super) fn judged(&self, objective: &Objective) -> JudgedObjective {
        let (met, unknown, of) = (self.met, self.unknown, self.replications);
        let (chance, confidence) = (objective.chance, objective.confidence);
        let is_counted = matches!(objective.doubt, None | Some(Doubt::AfterHorizon));
        let (fewest, most, sum) = self.in_time;
        let reached = (is_counted && of > 0).then(|| ReachedByDate {
            targeted: self.targeted,
            needed: objective.share.needed(self.targeted),
            fewest,
            most,
            mean: sum as f64 / of as f64,
        });
        JudgedObjective {
            objective: objective.clone(),
            judgement: Judgement::partly_known(met, unknown, of, chance, confidence),
            reached,
        }
    }
}

/// An objective of a run and how it came out.
#[derive(Debug, Clone)]
pub struct JudgedObjective {
    /// The objective.
    pub objective: Objective,
    /// In how many replications it was met, and what that tells.
    pub judgement: Judgement,
    /// How many had it by its date; `None` if the forecast cannot tell.
    pub reached: Option<ReachedByDate>,
}

/// How many of `of` replications have to meet an objective, in words; `None` where there
/// is one, which has to.
pub(crate) fn asked_of(of: u64, chance: f64, confidence: f64) -> Option<String> {
    if chance < 1.0 {
        return Some(format!(
            "it is asked for in {} of the replications, with a confidence of {} (exact bound of Clopper and Pearson)",
            share_asked(chance),
            share_asked(confidence),
        ));
    }
    (of > 1).then(|| "it is asked for in every replication".to_owned())
}

/// A share that somebody has written: `90 %`, `99.5 %`.
pub(crate) fn share_asked(share: f64) -> String {
    format!("{} %", (share * 1e6).round() / 1e4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Held;

    #[test]
    fn nine_of_ten_do_not_show_ninety_per_cent() {
        assert_eq!(Judgement::new(9, 10, 0.9, 0.95).verdict, Verdict::Undecided);
        assert_eq!(
            Judgement::new(10, 10, 0.9, 0.95).verdict,
            Verdict::Undecided
        );
        assert_eq!(Judgement::new(1, 10, 0.9, 0.95).verdict, Verdict::Fail);
        assert_eq!(Judgement::new(0, 0, 0.9, 0.95).verdict, Verdict::Undecided);
    }

    #[test]
    fn objectives_that_share_a_pass_count_as_each_would_alone() {
        let at = |second: u64| Instant(second * 1_000_000);
        let held = |from, until| Held {
            row: 0,
            from: at(from),
            until: at(until),
        };
        let (none, once, twice) = ([], [held(2, 5)], [held(2, 5), held(5, 7)]);
        let holdings = [
            Holding::made(None, &none),
            Holding::made(Some(at(0)), &none),
            Holding::made(Some(at(4)), &none),
            Holding::made(None, &once),
            Holding::made(Some(at(6)), &once),
            Holding::made(Some(at(9)), &twice),
            // Times that overlap count once.
            Holding::made(Some(at(3)), &once),
        ];
        let dates = [9, 0, 5, 5, 2, 1, 7, 6, 4, 3, 8, 2];
        let mut alike = Alike::of(dates.iter().map(|by| at(*by)).enumerate());
        holdings.iter().for_each(|holding| alike.take(holding));
        let mut counts = [Counts::default(); 12];
        alike.tell(&mut counts);
        for (by, counts) in dates.iter().zip(counts) {
            let has = |holding: &&Holding| {
                let mut times = holding.times();
                times.any(|(from, until)| {
                    from <= at(*by) && until.is_none_or(|until| at(*by) < until)
                })
            };
            assert_eq!(counts.targeted, 7);
            assert_eq!(
                counts.in_time,
                holdings.iter().filter(has).count() as u64,
                "{by}"
            );
        }
    }

    #[test]
    fn enough_replications_decide() {
        let enough = smallest_deciding(0.9, 0.95);
        // 0.9^28 = 0.0523, 0.9^29 = 0.0471.
        assert_eq!(enough, 29);
        for (met, of) in [(0, 1), (1, 2), (11, 11), (25, 25), (28, 28)] {
            let verdict = Judgement::new(met, of, 0.9, 0.95).verdict;
            assert_eq!(verdict, Verdict::Undecided, "{met} of {of}");
        }
        assert_eq!(
            Judgement::new(enough, enough, 0.9, 0.95).verdict,
            Verdict::Pass
        );
    }

    #[test]
    fn the_replications_that_would_decide_outweigh_the_misses_so_far() {
        for (met, of, least) in [(1, 1, 29), (0, 1, 46), (17, 20, 76), (52, 60, 142)] {
            let said = what_would_decide(met, of, 0.9, 0.95);
            assert!(said.contains(&format!(" {least} replications")), "{said}");
            let missed = of - met;
            let passes = |n: u64| Judgement::new(n - missed, n, 0.9, 0.95).verdict;
            assert_eq!(passes(least), Verdict::Pass, "{met} of {of}");
            assert_eq!(passes(least - 1), Verdict::Undecided, "{met} of {of}");
        }
        assert_eq!(
            what_would_decide(0, 1, 0.999_99, 0.95),
            "up to 100,000 replications in all would not let it pass, with 1 miss so far"
        );
    }

    #[test]
    fn what_is_not_known_decides_only_if_it_makes_no_difference() {
        let verdict = |met, unknown, of, chance| {
            Judgement::partly_known(met, unknown, of, chance, 0.95).verdict
        };
        assert_eq!(verdict(0, 1, 1, 1.0), Verdict::Undecided);
        assert_eq!(verdict(0, 9, 10, 1.0), Verdict::Fail);
        assert_eq!(verdict(100, 1, 101, 0.9), Verdict::Pass);
        assert_eq!(verdict(0, 1, 100, 0.9), Verdict::Fail);
        assert_eq!(verdict(50, 50, 100, 0.9), Verdict::Undecided);
    }

    #[test]
    fn a_chance_of_one_means_every_replication_that_was_made() {
        assert_eq!(Judgement::new(1, 1, 1.0, 0.95).verdict, Verdict::Pass);
        assert_eq!(Judgement::new(99, 100, 1.0, 0.95).verdict, Verdict::Fail);
    }
}
