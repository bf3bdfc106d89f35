//! The selection of the best point by a contest over replications.
//!
//! S.-H. Kim and B. Nelson, "A fully sequential procedure for
//! indifference-zone selection in simulation", ACM TOMACS 11 (2001), with
//! c = 1: every point makes some replications, from which the variance of each
//! difference is taken; then, after each further one, a point leaves if some
//! other is better by more than chance explains, until one is left. That is
//! the best with the stated confidence, if it is better than all others by the
//! indifference at least, and else one that is worse by less than that, nearly
//! always. Common random numbers are allowed, and shorten the contest.
//!
//! A difference that has not varied in the first replications has no variance yet: it is
//! taken as soon as there is one, from all replications until then. Until then only the
//! sign test decides, from replications that all differ alike. Points between which
//! nothing differs stay in the contest, and none of them is the best.
//!
//! The contest is a function of the replications in their order: who made
//! them, and how many at a time, does not show.

use super::plan::{Rule, RunKey, Selection, StudyPlan};
use super::record::{Known, Record};
use super::value::Value;
use super::written::Better;
use crate::statistics::Moments;

/// A contest, as far as it has come.
#[derive(Debug, Clone, PartialEq)]
pub struct Contest {
    /// Every point, in order.
    pub entrants: Vec<Entrant>,
    /// The replication that those who are left need next; `None` if the
    /// contest is over, or has come to the last replication that there may be.
    pub needs: Option<u32>,
}

/// A point in a contest.
#[derive(Debug, Clone, PartialEq)]
pub struct Entrant {
    /// Its replications that count: those that were made while it was in the
    /// contest.
    pub count: u32,
    /// Why it left; `None` if it is left.
    pub left: Option<Leaving>,
    /// The most replications that it may take to tell it from all others, once
    /// the variances are known.
    pub at_most: Option<u64>,
    moments: Moments,
}

/// Why a point left the contest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaving {
    /// This one is better.
    Beaten(u32),
    /// In its last replication the run failed, or the response did not come
    /// about or is undefined: it has no mean.
    NoNumber,
}

impl Contest {
    /// The contest that `plan` asks for, with what is `known`; `None` if it asks
    /// for none. It is over when one point is left, or after the most
    /// replications there may be.
    pub fn of(plan: &StudyPlan, known: &Known) -> Option<Self> {
        let (Rule::Selection { most }, Some(selection)) = (&plan.rule, &plan.select) else {
            return None;
        };
        let entrant = Entrant {
            count: 0,
            left: None,
            at_most: None,
            moments: Moments::default(),
        };
        let mut contest = Self {
            entrants: vec![entrant; plan.points.len()],
            needs: None,
        };
        let mut rules = Rules::new(plan.points.len(), plan.replications, selection);
        for n in 1..=*most {
            if !contest.replicate(selection, n, known) {
                contest.needs = Some(n);
                break;
            }
            rules.replicate(&contest.values(selection, n, known), n);
            if n < plan.replications {
                continue;
            }
            contest.screen(&rules, selection.best, n);
            if contest.left().count() <= 1 {
                break;
            }
        }
        let left: Vec<u32> = contest.left().collect();
        for &point in &left {
            contest.entrants[point as usize].at_most = rules.at_most(point, &left);
        }
        Some(contest)
    }

    /// The points that may still be the best.
    pub fn left(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.entrants.len() as u32).filter(|point| self.entrant(*point).left.is_none())
    }

    fn entrant(&self, point: u32) -> &Entrant {
        &self.entrants[point as usize]
    }

    /// Takes replication `n` of those that are left; false if it is not known
    /// of all of them.
    fn replicate(&mut self, selection: &Selection, replication: u32, known: &Known) -> bool {
        let key = |point: u32| RunKey { point, replication };
        let records: Option<Vec<(u32, &Record)>> = self
            .left()
            .map(|point| Some((point, known.get(&key(point))?)))
            .collect();
        let Some(records) = records else { return false };
        for (point, record) in records {
            let entrant = &mut self.entrants[point as usize];
            entrant.count = replication;
            match record.value(selection.response).and_then(Value::number) {
                Some(value) => entrant.moments.add(value),
                None => entrant.left = Some(Leaving::NoNumber),
            }
        }
        true
    }

    /// The numbers of replication `n` of those that are left.
    fn values(&self, selection: &Selection, n: u32, known: &Known) -> Vec<(u32, f64)> {
        let value = |point: u32| {
            let record = known.get(&RunKey {
                point,
                replication: n,
            })?;
            Some((point, record.value(selection.response)?.number()?))
        };
        self.left().filter_map(value).collect()
    }

    /// Those who leave after replication `n`.
    fn screen(&mut self, rules: &Rules, best: Better, n: u32) {
        let contenders: Vec<(u32, f64)> = self
            .left()
            .filter_map(|point| Some((point, best.sign() * self.entrant(point).moments.mean()?)))
            .collect();
        for &(point, mean) in &contenders {
            let better = contenders.iter().find(|(other, theirs)| {
                *other != point && theirs - mean > rules.margin(point, *other, n)
            });
            if let Some((better, _)) = better {
                self.entrants[point as usize].left = Some(Leaving::Beaten(*better));
            }
        }
    }
}

impl Entrant {
    /// The mean of the replications that count.
    pub fn mean(&self) -> Option<f64> {
        match self.left {
            Some(Leaving::NoNumber) => None,
            _ => self.moments.mean(),
        }
    }
}

impl Better {
    /// What a number is multiplied by so that more is better.
    pub(crate) fn sign(self) -> f64 {
        match self {
            Self::Largest => 1.0,
            Self::Smallest => -1.0,
        }
    }
}

/// h²: the squared factor by which chance is feared, for a contest of
/// `points` in which an error with chance `alpha` is allowed, after `first`
/// replications.
fn factor(alpha: f64, points: usize, first: u32) -> f64 {
    let (rivals, degrees) = (points.saturating_sub(1).max(1) as f64, f64::from(first - 1));
    degrees * (libm::pow(2.0 * alpha / rivals, -2.0 / degrees) - 1.0)
}

/// By how much each may be behind each other.
struct Rules {
    /// The indifference.
    zone: f64,
    /// The chance of an error that is allowed.
    alpha: f64,
    /// The replications that every point makes at first.
    first: u32,
    pairs: Vec<Spread>,
    points: usize,
}

/// The difference of two points.
#[derive(Clone, Copy)]
enum Spread {
    /// It has not varied yet, or these are still the first replications.
    Open(Moments),
    /// h²S²/δ.
    Known(f64),
}

impl Rules {
    fn new(points: usize, first: u32, selection: &Selection) -> Self {
        Self {
            zone: selection.indifference.0,
            alpha: 1.0 - selection.confidence.0,
            first,
            pairs: vec![Spread::Open(Moments::default()); points * points],
            points,
        }
    }

    /// Takes the numbers of replication `n`.
    fn replicate(&mut self, values: &[(u32, f64)], n: u32) {
        for (at, (point, mine)) in values.iter().enumerate() {
            for (other, theirs) in &values[at + 1..] {
                let place = self.place(*point, *other);
                let Spread::Open(mut differences) = self.pairs[place] else {
                    continue;
                };
                differences.add(mine - theirs);
                let variance = differences.variance().filter(|variance| *variance > 0.0);
                self.pairs[place] = match variance {
                    Some(variance) if n >= self.first => {
                        let factor = factor(self.alpha, self.points, n);
                        Spread::Known(factor * variance / self.zone)
                    }
                    _ => Spread::Open(differences),
                };
            }
        }
    }

    fn place(&self, point: u32, other: u32) -> usize {
        point.min(other) as usize * self.points + point.max(other) as usize
    }

    /// W: by how much `point` may be behind `other` after `n` replications and
    /// stay.
    fn margin(&self, point: u32, other: u32, n: u32) -> f64 {
        match self.pairs[self.place(point, other)] {
            Spread::Known(reach) => {
                let n = f64::from(n);
                ((reach - self.zone * n) / (2.0 * n)).max(0.0)
            }
            Spread::Open(_) => {
                let rivals = self.points.saturating_sub(1).max(1) as f64;
                let chance = libm::exp2(-f64::from(n));
                if chance <= self.alpha / rivals {
                    0.0
                } else {
                    f64::INFINITY
                }
            }
        }
    }

    /// After how many replications nothing is left to chance; none where a difference
    /// has no variance yet.
    fn at_most(&self, point: u32, left: &[u32]) -> Option<u64> {
        let others = left.iter().filter(|other| **other != point);
        let bounds = others.map(|other| match self.pairs[self.place(point, *other)] {
            Spread::Known(reach) => Some((reach / self.zone).floor() as u64 + 1),
            Spread::Open(_) => None,
        });
        bounds.collect::<Option<Vec<u64>>>()?.into_iter().max()
    }
}

#[cfg(test)]
mod tests;
