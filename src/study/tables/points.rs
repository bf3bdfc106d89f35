//! `points.csv`: a row per point and response.
//!
//! A mean says what to expect, and its interval how well that is known; a
//! quantile over replications says what to be prepared for. Where a response
//! did not come about in some replication there is no mean.

use super::{Results, Table, Writer, point_cells, point_headings, undefined_note};
use crate::statistics::{
    CONFIDENCE, Interval, Moments, quantile_ranks, rank, smallest_sample_with_upper_bound, wilson,
};
use crate::study::figure::optional;
use crate::study::plan::Rule;
use crate::study::record::Known;
use crate::study::rule::{Decider, Progress};

pub(super) const COLUMNS: [&str; 21] = [
    "response",
    "n",
    "failed_runs",
    "undefined",
    "not_reached",
    "mean",
    "sd",
    "se",
    "ci_low",
    "ci_high",
    "smallest",
    "median",
    "median_low",
    "median_high",
    "q95",
    "q95_at_most",
    "largest",
    "reached_share",
    "reached_low",
    "reached_high",
    "note",
];

pub(super) fn table(results: &Results, known: &Known) -> Table {
    let own = COLUMNS.map(String::from);
    let mut writer = Writer::new("points.csv", point_headings(results).chain(own));
    let mut decider = Decider::new(results.plan);
    for point in results.points() {
        let runs = results.of(point).len();
        for (number, response) in results.plan.responses.iter().enumerate() {
            let sample: Vec<Option<f64>> = results
                .sample(point, number)
                .into_iter()
                .map(|(_, value)| value)
                .collect();
            let summary = Summary::of(&sample);
            let mut row = point_cells(results, point);
            let undefined = results.undefined(point, number).map_or(0, |(runs, _)| runs);
            row.extend([
                response.name.clone(),
                summary.n.to_string(),
                (runs - sample.len() - undefined as usize).to_string(),
                undefined.to_string(),
            ]);
            row.extend(summary.cells());
            row.push(note(results, &mut decider, known, point, number, &summary));
            writer.row(row);
        }
    }
    writer.finish()
}

/// What has to be said about the figures of a row.
fn note(
    results: &Results,
    decider: &mut Decider,
    known: &Known,
    point: u32,
    response: usize,
    summary: &Summary,
) -> String {
    let mut notes: Vec<String> = undefined_note(results, point, response)
        .into_iter()
        .collect();
    if summary.n == 0 {
        return notes.concat();
    }
    let needed = smallest_sample_with_upper_bound(0.95, CONFIDENCE);
    if summary.q95_at_most.is_none() {
        if summary.n < needed {
            notes.push(format!("q95_at_most needs {needed} replications"));
        } else {
            notes.push("q95_at_most lies beyond the horizon".to_owned());
        }
    }
    if summary.not_reached > 0 {
        notes.push("no mean, as not every replication reached it".to_owned());
    }
    if let Rule::Precision(precision) = &results.plan.rule
        && precision.response == response
    {
        notes.push(match decider.progress(precision, known, point) {
            Progress::Enough {
                precise: Some(n), ..
            } => format!("precise enough from {n} replications on"),
            _ => format!("not precise enough after {} replications", summary.n),
        });
    }
    notes.join("; ")
}

/// A response at a point.
pub(super) struct Summary {
    n: u64,
    not_reached: u64,
    pub(super) moments: Option<Moments>,
    pub(super) ci: Option<Interval>,
    /// Sorted; those that were not reached count as larger than all.
    sorted: Vec<f64>,
    q95_at_most: Option<f64>,
}

impl Summary {
    pub(super) fn of(sample: &[Option<f64>]) -> Self {
        let mut sorted: Vec<f64> = sample.iter().flatten().copied().collect();
        sorted.sort_by(f64::total_cmp);
        let n = sample.len() as u64;
        let not_reached = n - sorted.len() as u64;
        let moments: Option<Moments> =
            (n > 0 && not_reached == 0).then(|| sample.iter().flatten().copied().collect());
        let ci = moments.and_then(|moments| moments.interval(CONFIDENCE));
        // Both tails together have a tenth, so that each bound has its 95 %.
        let upper = quantile_ranks(n, 0.95, 2.0 * CONFIDENCE - 1.0).high;
        let q95_at_most = upper.and_then(|rank| sorted.get(rank as usize - 1).copied());
        Self {
            n,
            not_reached,
            moments,
            ci,
            sorted,
            q95_at_most,
        }
    }

    fn at_rank(&self, rank: Option<u64>) -> Option<f64> {
        self.sorted.get(rank? as usize - 1).copied()
    }

    fn cells(&self) -> Vec<String> {
        let moments = self.moments;
        let sd = moments
            .and_then(|moments| moments.variance())
            .map(f64::sqrt);
        let median = quantile_ranks(self.n, 0.5, CONFIDENCE);
        let reached = self.sorted.len() as u64;
        let share = wilson(reached, self.n, CONFIDENCE);
        let last = (self.not_reached == 0)
            .then(|| self.sorted.last().copied())
            .flatten();
        let figures = [
            moments.and_then(|moments| moments.mean()),
            sd,
            sd.map(|sd| sd / (self.n as f64).sqrt()),
            self.ci.map(|ci| ci.low),
            self.ci.map(|ci| ci.high),
            self.sorted.first().copied(),
            self.at_rank(rank(500, self.n)),
            self.at_rank(median.low),
            self.at_rank(median.high),
            self.at_rank(rank(950, self.n)),
            self.q95_at_most,
            last,
            (self.n > 0).then(|| reached as f64 / self.n as f64),
            share.map(|share| share.low),
            share.map(|share| share.high),
        ];
        std::iter::once(self.not_reached.to_string())
            .chain(figures.map(optional))
            .collect()
    }
}
