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
    /// This one is better, or as good and earlier where nothing is left to
    /// chance.
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
        let mut rules = None;
        for n in 1..=*most {
            if !contest.replicate(selection, n, known) {
                contest.needs = Some(n);
                break;
            }
            if n < plan.replications {
                continue;
            }
            let rules = rules.get_or_insert_with(|| contest.rules(selection, n, known));
            contest.screen(rules, selection.best, n);
            if contest.left().count() <= 1 {
                break;
            }
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

    /// The rules of the contest, from the first replications.
    fn rules(&mut self, selection: &Selection, first: u32, known: &Known) -> Rules {
        let contenders: Vec<u32> = self.left().collect();
        let samples: Vec<Vec<f64>> = contenders
            .iter()
            .map(|point| sample(selection, *point, first, known))
            .collect();
        let zone = selection.indifference.0;
        let factor = factor(1.0 - selection.confidence.0, self.entrants.len(), first);
        let rules = Rules::new(&contenders, &samples, factor, zone, self.entrants.len());
        for &point in &contenders {
            self.entrants[point as usize].at_most = Some(rules.at_most(point, &contenders));
        }
        rules
    }

    /// Those who leave after replication `n`.
    fn screen(&mut self, rules: &Rules, best: Better, n: u32) {
        let contenders: Vec<(u32, f64)> = self
            .left()
            .filter_map(|point| Some((point, best.sign() * self.entrant(point).moments.mean()?)))
            .collect();
        for &(point, mean) in &contenders {
            let better = contenders.iter().find(|(other, theirs)| {
                let (behind, margin) = (theirs - mean, rules.margin(point, *other, n));
                let as_good = behind >= 0.0 && margin <= 0.0 && *other < point;
                *other != point && (behind > margin || as_good)
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

/// The first numbers of a point.
fn sample(selection: &Selection, point: u32, first: u32, known: &Known) -> Vec<f64> {
    (1..=first)
        .filter_map(|replication| known.get(&RunKey { point, replication }))
        .filter_map(|record| record.value(selection.response)?.number())
        .collect()
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
    /// h²S²/δ for each pair of points.
    reach: Vec<f64>,
    points: usize,
}

impl Rules {
    fn new(
        contenders: &[u32],
        samples: &[Vec<f64>],
        factor: f64,
        zone: f64,
        points: usize,
    ) -> Self {
        let mut reach = vec![0.0; points * points];
        for (at, &point) in contenders.iter().enumerate() {
            for (with, &other) in contenders.iter().enumerate().skip(at + 1) {
                let pairs = samples[at].iter().zip(&samples[with]);
                let differences: Moments = pairs.map(|(mine, theirs)| mine - theirs).collect();
                let both = factor * differences.variance().unwrap_or(0.0) / zone;
                reach[point as usize * points + other as usize] = both;
                reach[other as usize * points + point as usize] = both;
            }
        }
        Self {
            zone,
            reach,
            points,
        }
    }

    fn reach(&self, point: u32, other: u32) -> f64 {
        self.reach[point as usize * self.points + other as usize]
    }

    /// W: by how much `point` may be behind `other` after `n` replications and
    /// stay.
    fn margin(&self, point: u32, other: u32, n: u32) -> f64 {
        let n = f64::from(n);
        ((self.reach(point, other) - self.zone * n) / (2.0 * n)).max(0.0)
    }

    /// After how many replications nothing is left to chance.
    fn at_most(&self, point: u32, contenders: &[u32]) -> u64 {
        contenders
            .iter()
            .map(|other| (self.reach(point, *other) / self.zone).floor() as u64 + 1)
            .max()
            .unwrap_or(1)
    }
}

#[cfg(test)]
mod tests;
