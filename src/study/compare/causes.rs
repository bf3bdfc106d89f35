//! Failures by cause, in two runs: how many more or fewer, and whether that is
//! more than chance.

use super::history::{Names, Seens};
use crate::statistics::{CONFIDENCE, Interval, Moments, welch};
use crate::study::tables::{Declaration, Part, Writer, conclusion, text_columns};
use std::collections::BTreeMap;

/// The causes of two runs.
pub(super) const TABLE: Declaration = Declaration {
    name: "causes",
    when: "of two runs, with `--causes`",
    row: "one advertisement, outcome and cause, the largest change first",
    parts: &[Part::Fixed(COLUMNS)],
};

text_columns! {
    COLUMNS: fn cells(cause: &Causes) {
        "advertisement" Text "the advertisement" => &cause.advertisement;
        "outcome" Text "outcome and cause" => &cause.state;
        "machines_first" Number "machines of the first run, the mean over its replications" => number(cause.means[0]);
        "machines_second" Number "those of the second" => number(cause.means[1]);
        "ci_low" Number "lower bound of the 95 % interval of the difference" =>
            cause.interval.map_or_else(String::new, |interval| number(interval.low));
        "ci_high" Number "its upper bound" =>
            cause.interval.map_or_else(String::new, |interval| number(interval.high));
        "conclusion" Text "`larger`, `smaller` or `undecided`; `untested` where a run has one replication" => cause.conclusion;
    }
}

/// The causes as CSV, a row each.
pub(super) fn table(causes: &[Causes]) -> String {
    let mut writer = Writer::new(&TABLE);
    for cause in causes {
        writer.row(cells(cause));
    }
    writer.finish().text
}

/// A mean of counts, to two decimals.
fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Machines that fail for one cause, per replication.
#[derive(Debug, Clone, PartialEq)]
pub struct Causes {
    /// The advertisement.
    pub advertisement: String,
    /// Outcome and cause.
    pub state: String,
    /// Mean of each run.
    pub means: [f64; 2],
    /// Interval of the difference; none where replications do not suffice.
    pub interval: Option<Interval>,
    /// What the interval tells.
    pub conclusion: &'static str,
}

/// Machines per replication by advertisement and state, of both runs.
pub(super) struct Counts {
    replications: [u32; 2],
    machines: BTreeMap<(String, String), [Vec<u64>; 2]>,
}

impl Counts {
    pub(super) fn new(first: u32, second: u32) -> Self {
        Self {
            replications: [first, second],
            machines: BTreeMap::new(),
        }
    }

    pub(super) fn add(&mut self, run: usize, advertisement: &str, history: &Seens, states: &Names) {
        for (at, seen) in history.iter().enumerate().filter(|(_, seen)| !seen.success) {
            let Some(state) = states.names.get(seen.state as usize) else {
                continue;
            };
            let replications = self.replications;
            let key = (advertisement.to_owned(), state.clone());
            let counts = self
                .machines
                .entry(key)
                .or_insert_with(|| replications.map(|count| vec![0; count as usize]));
            counts[run][at] += 1;
        }
    }

    pub(super) fn causes(self, paired: bool) -> Vec<Causes> {
        let mut causes: Vec<Causes> = self
            .machines
            .into_iter()
            .map(|((advertisement, state), counts)| {
                let moments = counts
                    .each_ref()
                    .map(|run| run.iter().map(|n| *n as f64).collect::<Moments>());
                let interval = if paired {
                    let differences = counts[0]
                        .iter()
                        .zip(&counts[1])
                        .map(|(a, b)| *b as f64 - *a as f64);
                    let differences: Moments = differences.collect();
                    differences.interval_of_difference(CONFIDENCE)
                } else {
                    welch(&moments[0], &moments[1])
                };
                // Of the whole sums, as `causes.csv` has them.
                let mean =
                    |run: &Vec<u64>| run.iter().sum::<u64>() as f64 / run.len().max(1) as f64;
                let means = counts.each_ref().map(mean);
                let conclusion = if moments.iter().all(|run| run.count() > 1) {
                    conclusion(interval)
                } else {
                    "untested"
                };
                Causes {
                    advertisement,
                    state,
                    means,
                    interval,
                    conclusion,
                }
            })
            .collect();
        let size = |c: &Causes| (c.means[1] - c.means[0]).abs();
        causes.sort_by(|a, b| size(b).total_cmp(&size(a)));
        causes
    }
}
