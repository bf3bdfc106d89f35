//! `points.csv`: a row per point and response.
//!
//! A mean says what to expect, and its interval how well that is known; a
//! quantile over replications says what to be prepared for. Where a response
//! did not come about in some replication there is no mean.

use super::{
    Declaration, POINT, Part, Results, Table, of_points, point_cells, text_columns, undefined_note,
};
use crate::statistics::{
    CONFIDENCE, Interval, Moments, QuantileRanks, quantile_ranks, rank,
    smallest_sample_with_upper_bound, wilson,
};
use crate::study::figure::optional;
use crate::study::measure::Response;
use crate::study::plan::Rule;
use crate::study::record::Known;
use crate::study::rule::{Decider, Progress};

pub(super) const TABLE: Declaration = Declaration {
    name: "points",
    when: "in every study",
    row: "one response at one point",
    parts: &[POINT, Part::Axes, Part::Fixed(COLUMNS)],
};

text_columns! {
    COLUMNS: fn cells(response: &Response, left_out: [u64; 2], summary: &Summary, note: String) {
        "response" Text "the response" => &response.name;
        "n" Number "runs in which it is defined, of which the figures are" => summary.n.to_string();
        "failed_runs" Number "runs that failed, which are left out" => left_out[0].to_string();
        "undefined" Number "runs in which it is undefined, which are left out too" => left_out[1].to_string();
        "not_reached" Number "runs among the `n` in which it did not come about" => summary.not_reached.to_string();
        "mean" OfResponse "mean; empty where it did not come about in every run" =>
            optional(summary.moments.and_then(|moments| moments.mean()));
        "sd" OfResponse "standard deviation over the runs" => optional(summary.sd());
        "se" OfResponse "standard error of the mean" =>
            optional(summary.sd().map(|sd| sd / (summary.n as f64).sqrt()));
        "ci_low" OfResponse "lower bound of the 95 % t-interval of the mean; empty where the values do not vary" =>
            optional(summary.ci.map(|ci| ci.low));
        "ci_high" OfResponse "its upper bound" => optional(summary.ci.map(|ci| ci.high));
        "smallest" OfResponse "the smallest value" => optional(summary.sorted.first().copied());
        "median" OfResponse "median over the runs, in which what was not reached counts as later than everything; empty where it was not reached" =>
            optional(summary.at_rank(rank(500, summary.n)));
        "median_low" OfResponse "lower bound of the distribution-free 95 % interval of the median" =>
            optional(summary.at_rank(summary.median_ranks().low));
        "median_high" OfResponse "its upper bound" =>
            optional(summary.at_rank(summary.median_ranks().high));
        "q95" OfResponse "95th percentile over the runs" =>
            optional(summary.at_rank(rank(950, summary.n)));
        "q95_at_most" OfResponse "bound of the 95th percentile, with 95 % confidence; `note` says why there is none" =>
            optional(summary.q95_at_most);
        "largest" OfResponse "the largest value; empty where it was not reached in every run" =>
            optional(summary.largest());
        "reached_share" Share "share of the `n` runs in which it came about" =>
            optional((summary.n > 0).then(|| summary.sorted.len() as f64 / summary.n as f64));
        "reached_low" Share "lower bound of Wilson's 95 % interval of that share" =>
            optional(summary.reached().map(|share| share.low));
        "reached_high" Share "its upper bound" => optional(summary.reached().map(|share| share.high));
        "note" Text "what has to be said about the figures" => note;
    }
}

pub(super) fn table(results: &Results, known: &Known) -> Table {
    let mut writer = of_points(&TABLE, results);
    let mut decider = Decider::new(results.plan);
    for point in results.points() {
        let runs = results.of(point).len() as u64;
        for (number, response) in results.plan.responses.iter().enumerate() {
            let sample: Vec<Option<f64>> = results
                .sample(point, number)
                .into_iter()
                .map(|(_, value)| value)
                .collect();
            let summary = Summary::of(&sample);
            let undefined = results.undefined(point, number).map_or(0, |(runs, _)| runs);
            let left_out = [runs - summary.n - undefined, undefined];
            let note = note(results, &mut decider, known, point, number, &summary);
            let mut row = point_cells(results, point);
            row.extend(cells(response, left_out, &summary, note));
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

    fn sd(&self) -> Option<f64> {
        let moments = self.moments?;
        moments.variance().map(f64::sqrt)
    }

    fn median_ranks(&self) -> QuantileRanks {
        quantile_ranks(self.n, 0.5, CONFIDENCE)
    }

    fn largest(&self) -> Option<f64> {
        let largest = self.sorted.last().copied();
        largest.filter(|_| self.not_reached == 0)
    }

    fn reached(&self) -> Option<Interval> {
        wilson(self.sorted.len() as u64, self.n, CONFIDENCE)
    }
}
