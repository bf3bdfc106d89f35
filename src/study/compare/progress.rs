//! How many machines an advertisement reached in two runs, and how soon.

use super::history::{Seen, Seens};
use crate::statistics::{CONFIDENCE, Interval, Moments, rank, welch};
use crate::study::tables::conclusion;
use std::collections::BTreeMap;

/// The shares of the machines, in parts of 1,000, whose times are compared.
const MILESTONES: [u32; 3] = [500, 900, 950];

/// A figure of both runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Mean over the replications of each run; none where not every replication
    /// has it.
    pub means: [Option<f64>; 2],
    /// Replications of each run that have it.
    pub reached: [u64; 2],
    /// Interval of the difference; none where replications do not suffice.
    pub interval: Option<Interval>,
    /// What the interval tells.
    pub conclusion: &'static str,
}

impl Figure {
    fn of(first: &[Option<f64>], second: &[Option<f64>], paired: bool) -> Self {
        let whole = |sample: &[Option<f64>]| -> Option<Moments> {
            let all: Option<Vec<f64>> = sample.iter().copied().collect();
            all.map(|all| all.into_iter().collect())
        };
        let moments = [whole(first), whole(second)];
        let interval = if paired {
            let pairs = first.iter().zip(second);
            let differences: Option<Vec<f64>> = pairs.map(|(a, b)| Some((*b)? - (*a)?)).collect();
            differences.and_then(|all| {
                all.into_iter()
                    .collect::<Moments>()
                    .interval_of_difference(CONFIDENCE)
            })
        } else {
            let [first, second] = &moments;
            first
                .as_ref()
                .zip(second.as_ref())
                .and_then(|(a, b)| welch(a, b))
        };
        let reached = [first, second].map(|sample| sample.iter().flatten().count() as u64);
        Self {
            means: moments.map(|moments| moments.and_then(|moments| moments.mean())),
            reached,
            interval,
            conclusion: match &moments {
                [Some(a), Some(b)] if a.count().min(b.count()) > 1 => conclusion(interval),
                _ => "untested",
            },
        }
    }

    /// By how much the second mean is larger.
    pub fn difference(&self) -> Option<f64> {
        Some(self.means[1]? - self.means[0]?)
    }
}

/// One advertisement in both runs, over the machines that both have.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// The advertisement.
    pub advertisement: String,
    /// Machines that both runs target.
    pub machines: u64,
    /// Machines that were installed.
    pub installed: Figure,
    /// Seconds until a share of the machines was installed, each with the share
    /// in parts of 1,000.
    pub times: Vec<(u32, Figure)>,
    /// Machines that succeed in the second run alone, per replication; none
    /// where replications are not pairs.
    pub gained: Option<f64>,
    /// Machines that succeed in the first run alone, likewise.
    pub lost: Option<f64>,
    /// Of the machines that succeed in both: those that are earlier in the
    /// second run, per replication.
    pub earlier: Option<f64>,
    /// Those that are later.
    pub later: Option<f64>,
    /// By how many seconds the middle one of them is later; negative if it is
    /// earlier.
    pub median_shift: Option<f64>,
}

/// What is gathered of one advertisement.
struct Gathered {
    machines: u64,
    /// Instants of installation in microseconds, by run and replication.
    installed: [Vec<Vec<u64>>; 2],
    gained: u64,
    lost: u64,
    /// Differences in microseconds of pairs that both succeed.
    shifts: Vec<i64>,
}

/// Gathers the progress of all advertisements.
pub(super) struct Gathering {
    replications: [u32; 2],
    paired: bool,
    by_advertisement: BTreeMap<String, Gathered>,
}

impl Gathering {
    pub(super) fn new(replications: [u32; 2], paired: bool) -> Self {
        Self {
            replications,
            paired,
            by_advertisement: BTreeMap::new(),
        }
    }

    /// Takes a machine that both runs have.
    pub(super) fn add(&mut self, advertisement: &str, before: &Seens, after: &Seens) {
        if !self.by_advertisement.contains_key(advertisement) {
            let installed = self.replications.map(|n| vec![Vec::new(); n as usize]);
            let gathered = Gathered {
                machines: 0,
                installed,
                gained: 0,
                lost: 0,
                shifts: Vec::new(),
            };
            self.by_advertisement
                .insert(advertisement.to_owned(), gathered);
        }
        let Some(gathered) = self.by_advertisement.get_mut(advertisement) else {
            return;
        };
        gathered.machines += 1;
        for (run, seens) in [before, after].into_iter().enumerate() {
            for (at, seen) in seens.iter().enumerate() {
                gathered.installed[run][at].extend(seen.installed);
            }
        }
        if self.paired {
            for (a, b) in before.iter().zip(after) {
                gathered.pair(*a, *b);
            }
        }
    }

    /// The progress of all advertisements, by name.
    pub(super) fn finish(self) -> Vec<Progress> {
        let pairs = f64::from(self.replications[0].min(self.replications[1]).max(1));
        let paired = self.paired;
        let each = |count: u64| paired.then_some(count as f64 / pairs);
        let finish = |(advertisement, mut gathered): (String, Gathered)| Progress {
            advertisement,
            machines: gathered.machines,
            gained: each(gathered.gained),
            lost: each(gathered.lost),
            earlier: each(gathered.shifts.iter().filter(|s| **s < 0).count() as u64),
            later: each(gathered.shifts.iter().filter(|s| **s > 0).count() as u64),
            median_shift: median(&mut gathered.shifts),
            installed: gathered.installed_figure(paired),
            times: gathered.times(paired),
        };
        self.by_advertisement.into_iter().map(finish).collect()
    }
}

impl Gathered {
    fn pair(&mut self, before: Seen, after: Seen) {
        match (before.success, after.success) {
            (false, true) => self.gained += 1,
            (true, false) => self.lost += 1,
            _ => {}
        }
        if let (Some(a), Some(b)) = (before.installed, after.installed) {
            self.shifts.push(b as i64 - a as i64);
        }
    }

    fn installed_figure(&self, paired: bool) -> Figure {
        let [first, second] = self.installed.each_ref().map(|run| {
            let counts = run.iter().map(|all| Some(all.len() as f64));
            counts.collect::<Vec<Option<f64>>>()
        });
        Figure::of(&first, &second, paired)
    }

    fn times(&mut self, paired: bool) -> Vec<(u32, Figure)> {
        self.installed
            .iter_mut()
            .flatten()
            .for_each(|all| all.sort_unstable());
        let figure = |permille: u32| {
            let needed = rank(permille, self.machines).unwrap_or(1) as usize;
            let [first, second] = self.installed.each_ref().map(|run| {
                let reached = run.iter().map(|all| all.get(needed - 1));
                reached
                    .map(|at| at.map(|at| *at as f64 / 1e6))
                    .collect::<Vec<Option<f64>>>()
            });
            (permille, Figure::of(&first, &second, paired))
        };
        MILESTONES.into_iter().map(figure).collect()
    }
}

/// The lower of the two in the middle, in seconds.
fn median(shifts: &mut [i64]) -> Option<f64> {
    shifts.sort_unstable();
    let middle = shifts.len().checked_sub(1)? / 2;
    Some(shifts[middle] as f64 / 1e6)
}
