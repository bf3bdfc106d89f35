//! What is to be run next, and which runs count.
//!
//! Both are functions of the plan and of what is known, and look at the
//! replications of a point strictly in their order. A run that was made too
//! many, because several are made at a time, is not looked at: the tables do
//! not depend on the number of threads, nor on who was killed when.

use super::contest::Contest;
use super::plan::{PlannedObjective, Precision, Rule, RunKey, StudyPlan};
use super::record::{Known, Record};
use super::value::Value;
use crate::results::{Judgement, Verdict};
use crate::statistics::{CONFIDENCE, Moments, StudentFactor};
use std::ops::Range;

/// Decides for a plan.
#[derive(Debug)]
pub struct Decider<'p> {
    plan: &'p StudyPlan,
    /// Chains of points for bisection.
    chains: Vec<Vec<u32>>,
    /// By sample size; dear, and asked for again and again.
    factors: Vec<Option<StudentFactor>>,
}

/// How far a point has come on the way to a precise mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// These replications are enough.
    Enough {
        /// Replications that count, those that confirm among them.
        count: u32,
        /// The first that was precise enough; `None` if none was, and the
        /// most there may be have been made.
        precise: Option<u32>,
    },
    /// This replication is not known yet.
    Needs(u32),
}

/// How far bisection has come.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    /// The points it looked at, each with its replications and judgement.
    pub looked: Vec<(u32, u32, Judgement)>,
    /// Those of them at which the objective is about nothing: the search goes on as if
    /// they were not points.
    pub left_out: Vec<u32>,
    /// The runs it waits for.
    pub needs: Vec<RunKey>,
    /// The first point that is enough, if the search is over and there is one.
    pub answer: Option<u32>,
}

impl<'p> Decider<'p> {
    /// Decides for `plan`.
    pub fn new(plan: &'p StudyPlan) -> Self {
        Self {
            plan,
            chains: chains(plan),
            factors: Vec::new(),
        }
    }

    /// How many parts the study can be divided into: runs, or, where it
    /// depends on earlier runs how many there are, points or searches; one
    /// where it depends on the runs of all points.
    pub fn units(&self) -> u64 {
        let points = self.plan.points.len() as u64;
        match self.plan.rule {
            Rule::Fixed => points * u64::from(self.plan.replications),
            Rule::Precision(_) => points,
            Rule::Bisection { .. } => self.chains.len() as u64,
            Rule::Selection { .. } => 1,
        }
    }

    /// The runs of `units` that are to be made next: none if all is known.
    /// Where the rule asks for one more replication, `ahead` are made at a
    /// time.
    pub fn next(&mut self, known: &Known, units: Range<u64>, ahead: u32) -> Vec<RunKey> {
        let plan = self.plan;
        match &plan.rule {
            Rule::Fixed => units
                .map(|unit| self.fixed(unit))
                .filter(|key| !known.contains_key(key))
                .collect(),
            Rule::Precision(precision) => units
                .flat_map(
                    |point| match self.progress(precision, known, point as u32) {
                        Progress::Enough { .. } => Vec::new(),
                        Progress::Needs(first) => {
                            let end = plan.replications.max(first + ahead - 1).min(precision.most);
                            missing(known, point as u32, first..=end)
                        }
                    },
                )
                .collect(),
            Rule::Bisection { .. } => units
                .flat_map(|chain| self.search(known, chain as usize).needs)
                .collect(),
            Rule::Selection { most } => units
                .flat_map(|_| contenders(plan, known, ahead, *most))
                .collect(),
        }
    }

    /// The runs of `units` that count, in order; those that are known, if not
    /// all of them are.
    pub fn used(&mut self, known: &Known, units: Range<u64>) -> Vec<RunKey> {
        let plan = self.plan;
        let mut used: Vec<RunKey> = match &plan.rule {
            Rule::Fixed => units.map(|unit| self.fixed(unit)).collect(),
            Rule::Precision(precision) => units
                .flat_map(|point| {
                    let count = match self.progress(precision, known, point as u32) {
                        Progress::Enough { count, .. } => count,
                        Progress::Needs(first) => first - 1,
                    };
                    (1..=count).map(move |replication| RunKey {
                        point: point as u32,
                        replication,
                    })
                })
                .collect(),
            Rule::Bisection { .. } => units
                .flat_map(|chain| self.search(known, chain as usize).looked)
                .flat_map(|(point, count, _)| {
                    (1..=count).map(move |replication| RunKey { point, replication })
                })
                .collect(),
            Rule::Selection { .. } => units
                .filter_map(|_| Contest::of(plan, known))
                .flat_map(|contest| (0..).zip(contest.entrants))
                .flat_map(|(point, entrant)| {
                    (1..=entrant.count).map(move |replication| RunKey { point, replication })
                })
                .collect(),
        };
        used.retain(|key| known.contains_key(key));
        used.sort_unstable();
        used
    }

    fn fixed(&self, unit: u64) -> RunKey {
        let replications = u64::from(self.plan.replications);
        RunKey {
            point: (unit / replications) as u32,
            replication: (unit % replications) as u32 + 1,
        }
    }

    /// How far `point` has come: after S. Hoad, S. Robinson and R. Davies,
    /// "Automating DES output analysis: how many replications to run", WSC
    /// 2007. It is enough when the interval has been narrow at some number of
    /// replications and stays so while as many as `look_ahead` per hundred are
    /// added, which all count.
    pub fn progress(&mut self, precision: &Precision, known: &Known, point: u32) -> Progress {
        let mut moments = Moments::default();
        let mut precise: Option<u32> = None;
        for n in 1..=precision.most {
            let Some(record) = known.get(&RunKey {
                point,
                replication: n,
            }) else {
                return Progress::Needs(n);
            };
            // A number that did not come about is not precise, however many
            // replications there are; a run that failed is not a number at all.
            match record.value(precision.response) {
                Some(Value::Number(value)) => moments.add(value),
                Some(Value::NotReached) => moments.add(f64::INFINITY),
                Some(Value::Undefined(_)) | None => {}
            }
            // More replications of nothing are nothing.
            if n >= self.plan.replications && moments.count() == 0 {
                return Progress::Enough {
                    count: n,
                    precise: None,
                };
            }
            if n < self.plan.replications || !self.is_precise(precision, &moments) {
                precise = None;
                continue;
            }
            let first = *precise.get_or_insert(n);
            if n - first >= precision.look_ahead.saturating_mul(first.max(100)) / 100 {
                return Progress::Enough {
                    count: n,
                    precise: Some(first),
                };
            }
        }
        Progress::Enough {
            count: precision.most,
            precise,
        }
    }

    fn is_precise(&mut self, precision: &Precision, moments: &Moments) -> bool {
        let n = moments.count() as usize;
        while self.factors.len() <= n {
            self.factors
                .push(StudentFactor::new(self.factors.len() as u64, CONFIDENCE));
        }
        let (Some(factor), Some(variance), Some(mean)) =
            (self.factors[n], moments.variance(), moments.mean())
        else {
            return false;
        };
        let half_width = if variance == 0.0 {
            unseen(mean, n)
        } else {
            factor.half_width(variance)
        };
        half_width.is_finite()
            && precision.half_width.is_none_or(|most| half_width <= most.0)
            && precision
                .relative
                .is_none_or(|most| half_width <= most.0 * mean.abs())
    }

    /// The most replications of any point that a finished search has judged.
    pub(crate) fn most_looked(&self, known: &Known) -> u32 {
        let searches = (0..self.chains.len()).map(|chain| self.search(known, chain));
        let looked = searches.flat_map(|mut search| {
            let left_out = search.left_out;
            search
                .looked
                .retain(|(point, ..)| !left_out.contains(point));
            search.looked
        });
        looked.map(|(_, runs, _)| runs).max().unwrap_or(0)
    }

    /// The search along one chain of points, from too little to enough: the
    /// last point first, as nothing is enough if that is not, then by halves. If the last
    /// is not enough, the first is looked at too: it shows an order that is the wrong way
    /// round.
    ///
    /// A point whose replications do not tell is taken for not enough; one at which the
    /// objective is about nothing is left out.
    pub fn search(&self, known: &Known, chain: usize) -> Search {
        let mut search = Search {
            looked: Vec::new(),
            left_out: Vec::new(),
            needs: Vec::new(),
            answer: None,
        };
        // It ends early where runs are missing: `search.needs` names them.
        let _ = self.search_in(known, self.chains[chain].clone(), &mut search);
        search
    }

    /// [`Decider::search`] among `points`; `None` if runs are missing.
    fn search_in(&self, known: &Known, mut points: Vec<u32>, search: &mut Search) -> Option<()> {
        loop {
            let last = *points.last()?;
            match self.look(known, last, search)? {
                Look::Enough => break,
                Look::TooLittle => {
                    points.pop();
                    while self.look(known, *points.first()?, search)? == Look::LeftOut {
                        points.remove(0);
                    }
                    return Some(());
                }
                Look::LeftOut => points.pop(),
            };
        }
        let (mut enough, mut least) = (points.len() - 1, 0);
        while least < enough {
            let middle = usize::midpoint(least, enough);
            match self.look(known, points[middle], search)? {
                Look::Enough => enough = middle,
                Look::TooLittle => least = middle + 1,
                Look::LeftOut => {
                    points.remove(middle);
                    enough -= 1;
                }
            }
        }
        search.answer = Some(points[enough]);
        Some(())
    }

    /// Whether `point` is enough; `None` if runs are missing.
    fn look(&self, known: &Known, point: u32, search: &mut Search) -> Option<Look> {
        let Rule::Bisection {
            objective, most, ..
        } = self.plan.rule
        else {
            return Some(Look::TooLittle);
        };
        let objective = &self.plan.objectives[objective];
        let sizes = looks(self.plan.replications, most, objective.chance.0);
        // Who looks several times is to be wrong no more often than who looks
        // once (Bonferroni).
        let confidence = 1.0 - (1.0 - objective.confidence.0) / sizes.len() as f64;
        for (at, &size) in sizes.iter().enumerate() {
            let needs = missing(known, point, 1..=size);
            if !needs.is_empty() {
                search.needs.extend(needs);
                return None;
            }
            let key = |replication| RunKey { point, replication };
            let records: Vec<&Record> = (1..=size).filter_map(|n| known.get(&key(n))).collect();
            let judgement = judge(objective, &records, confidence);
            let is_about_nothing = records.iter().all(|record| {
                let value = record.value(objective.response);
                value.and_then(Value::lack).is_some()
            });
            if is_about_nothing {
                search.left_out.push(point);
            } else if judgement.verdict == Verdict::Undecided && at + 1 < sizes.len() {
                continue;
            }
            search.looked.push((point, size, judgement));
            return Some(match judgement.verdict {
                _ if is_about_nothing => Look::LeftOut,
                Verdict::Pass => Look::Enough,
                Verdict::Fail | Verdict::Undecided => Look::TooLittle,
            });
        }
        Some(Look::TooLittle)
    }
}

/// What a search makes of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Enough,
    TooLittle,
    /// The objective is about nothing there.
    LeftOut,
}

/// What the runs of a point say of an objective. A run that failed has not met it.
pub(crate) fn judge(
    objective: &PlannedObjective,
    records: &[&Record],
    confidence: f64,
) -> Judgement {
    let values = || {
        records
            .iter()
            .map(|record| record.value(objective.response))
    };
    let met = values().filter(|value| *value == Some(Value::Number(1.0)));
    let unknown =
        values().filter(|value| matches!(value, Some(Value::NotReached | Value::Undefined(_))));
    Judgement::partly_known(
        met.count() as u64,
        unknown.count() as u64,
        records.len() as u64,
        objective.chance.0,
        confidence,
    )
}

/// How far the mean of `n` equal values may be off. A value that differs has a chance of
/// 1 − 0.05^(1/n) at most, with the confidence of the tables, and is thought to differ by
/// as much as the value itself; from nothing it may differ by anything.
fn unseen(value: f64, n: usize) -> f64 {
    if value == 0.0 {
        return f64::INFINITY;
    }
    value.abs() * (1.0 - libm::pow(1.0 - CONFIDENCE, 1.0 / n as f64))
}

/// After how many replications an objective is judged: doubled each time.
fn looks(first: u32, most: u32, chance: f64) -> Vec<u32> {
    if chance >= 1.0 {
        return vec![first];
    }
    let mut sizes = vec![first];
    while let Some(next) = sizes
        .last()
        .map(|size| size.saturating_mul(2))
        .filter(|next| *next <= most)
    {
        sizes.push(next);
    }
    sizes
}

/// What those who are left in a contest need, `ahead` replications at a time.
fn contenders(plan: &StudyPlan, known: &Known, ahead: u32, most: u32) -> Vec<RunKey> {
    let Some(contest) = Contest::of(plan, known) else {
        return Vec::new();
    };
    let Some(first) = contest.needs else {
        return Vec::new();
    };
    let end = plan.replications.max(first + ahead - 1).min(most);
    contest
        .left()
        .flat_map(|point| missing(known, point, first..=end))
        .collect()
}

fn missing(known: &Known, point: u32, replications: std::ops::RangeInclusive<u32>) -> Vec<RunKey> {
    replications
        .map(|replication| RunKey { point, replication })
        .filter(|key| !known.contains_key(key))
        .collect()
}

/// The points that differ in the searched axis alone, in its order.
fn chains(plan: &StudyPlan) -> Vec<Vec<u32>> {
    let Rule::Bisection { axis, .. } = plan.rule else {
        return Vec::new();
    };
    let others = |point: usize| {
        let mut levels = plan.points[point].levels.clone();
        levels[axis] = 0;
        levels
    };
    let mut chains = std::collections::BTreeMap::<Vec<u32>, Vec<u32>>::new();
    for point in 0..plan.points.len() {
        chains.entry(others(point)).or_default().push(point as u32);
    }
    let level = |point: &u32| plan.points[*point as usize].levels[axis];
    let mut chains: Vec<Vec<u32>> = chains.into_values().collect();
    for chain in &mut chains {
        chain.sort_by_key(level);
    }
    chains
}
