//! `pairs.csv`: each point against the baseline, replication by replication.
//!
//! With common random numbers the two runs of a pair have the same luck, and
//! their difference varies less than either: by how much stands in
//! `variance_reduction`. Where several points are compared, the `joint` bounds
//! hold for all of them at once (Bonferroni).

use super::{
    Declaration, POINT, Part, Results, Table, number, of_points, point_cells, text_columns,
};
use crate::statistics::{CONFIDENCE, Interval, Moments};
use crate::study::figure::optional;
use crate::study::measure::Response;
use crate::units::counted;

pub(super) const TABLE: Declaration = Declaration {
    name: "pairs",
    when: "with a `baseline`",
    row: "one response at one point, against the baseline",
    parts: &[POINT, Part::Axes, Part::Fixed(COLUMNS)],
};

text_columns! {
    COLUMNS: fn cells(response: &Response, baseline: u32, pair: &Pair, joint: Option<Interval>) {
        "response" Text "the response" => &response.name;
        "baseline" Number "the number of the point that it is compared with" => number(baseline);
        "pairs" Number "replications in which both have a number" => pair.difference.count().to_string();
        "mean_difference" OfResponse "mean over the pairs of the point less the baseline" =>
            optional(pair.difference.mean());
        "sd" OfResponse "standard deviation of the differences" => optional(pair.sd());
        "se" OfResponse "standard error of their mean" =>
            optional(pair.sd().map(|sd| sd / (pair.difference.count() as f64).sqrt()));
        "ci_low" OfResponse "lower bound of the 95 % interval of the mean difference, taken alone; empty where the differences do not vary" =>
            optional(pair.interval(CONFIDENCE).map(|alone| alone.low));
        "ci_high" OfResponse "its upper bound" =>
            optional(pair.interval(CONFIDENCE).map(|alone| alone.high));
        "joint_low" OfResponse "lower bound of an interval that holds for all points at once with 95 %" =>
            optional(joint.map(|joint| joint.low));
        "joint_high" OfResponse "its upper bound" => optional(joint.map(|joint| joint.high));
        "correlation" Number "Pearson's correlation of the pairs; empty where one side does not vary" =>
            optional(pair.correlation());
        "variance_reduction" Number "how many times more replications independent runs would need for the same interval; empty where the differences do not vary" =>
            optional(pair.variance_reduction());
        "conclusion" Text "`larger`, `smaller` or `undecided`, by the joint bounds" => conclusion(joint);
        "note" Text "replications without a number on both sides" => pair.note();
    }
}

pub(super) fn table(results: &Results) -> Table {
    let mut writer = of_points(&TABLE, results);
    let Some(baseline) = results.plan.baseline else {
        return writer.finish();
    };
    let others: Vec<u32> = results
        .points()
        .filter(|point| *point != baseline)
        .collect();
    for &point in &others {
        for (number, response) in results.plan.responses.iter().enumerate() {
            let pair = Pair::of(results, baseline, point, number);
            let joint = pair.interval(1.0 - (1.0 - CONFIDENCE) / others.len() as f64);
            let mut row = point_cells(results, point);
            row.extend(cells(response, baseline, &pair, joint));
            writer.row(row);
        }
    }
    writer.finish()
}

/// Two points, over the replications in which both have a number.
#[derive(Default)]
pub(crate) struct Pair {
    pub(crate) difference: Moments,
    baseline: Moments,
    other: Moments,
    /// Sum of the products of the deviations.
    together: f64,
    /// Replications of the other point that have no number on both sides.
    left_out: usize,
}

impl Pair {
    pub(crate) fn of(results: &Results, baseline: u32, point: u32, response: usize) -> Self {
        let pair = Self::of_runs(
            &results.sample(baseline, response),
            &results.sample(point, response),
        );
        let runs = results.of(point).len();
        Self {
            left_out: runs - pair.difference.count() as usize,
            ..pair
        }
    }

    /// Two samples by replication, in order; `None` inside is not a number.
    pub(crate) fn of_runs(theirs: &[(u32, Option<f64>)], mine: &[(u32, Option<f64>)]) -> Self {
        let mut theirs = theirs.iter().peekable();
        let mut samples = Vec::new();
        for (replication, after) in mine {
            while theirs.next_if(|(other, _)| other < replication).is_some() {}
            let before = theirs.next_if(|(other, _)| other == replication);
            if let (Some(before), Some(after)) = (before.and_then(|(_, value)| *value), *after) {
                samples.push((before, after));
            }
        }
        Self::of_samples(&samples)
    }

    /// Pairs of a value at the baseline and one at the other point.
    pub(crate) fn of_samples(samples: &[(f64, f64)]) -> Self {
        let mut pair = Self::default();
        for &(before, after) in samples {
            let far = before - pair.baseline.mean().unwrap_or(before);
            pair.difference.add(after - before);
            pair.baseline.add(before);
            pair.other.add(after);
            pair.together += far * (after - pair.other.mean().unwrap_or(after));
        }
        pair
    }

    pub(crate) fn interval(&self, confidence: f64) -> Option<Interval> {
        self.difference.interval_of_difference(confidence)
    }

    /// Pearson's correlation; none where one side does not vary.
    pub(crate) fn correlation(&self) -> Option<f64> {
        let degrees = self.difference.count() as f64 - 1.0;
        let spread = (self.baseline.variance()? * self.other.variance()?).sqrt();
        (spread > 0.0).then(|| (self.together / degrees / spread).clamp(-1.0, 1.0))
    }

    /// How many times more replications independent runs would need for the
    /// same interval; none where the difference does not vary.
    pub(crate) fn variance_reduction(&self) -> Option<f64> {
        let paired = self.difference.variance()?;
        (paired > 0.0).then_some((self.baseline.variance()? + self.other.variance()?) / paired)
    }

    fn sd(&self) -> Option<f64> {
        self.difference.variance().map(f64::sqrt)
    }

    fn note(&self) -> String {
        if self.left_out == 0 {
            return String::new();
        }
        let left_out = counted(self.left_out as u64, "replication");
        format!("{left_out} without a number on both sides")
    }
}

/// What the interval of a difference tells.
pub(crate) fn conclusion(interval: Option<Interval>) -> &'static str {
    match interval {
        Some(Interval { low, .. }) if low > 0.0 => "larger",
        Some(Interval { high, .. }) if high < 0.0 => "smaller",
        _ => "undecided",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_varies_together_is_compared_more_sharply_than_apart() {
        // Python's statistics.correlation 0.998507503106759; the variances are
        // 2.5, 2.263 and 0.013.
        let samples = [(1.0, 2.0), (2.0, 3.1), (3.0, 3.9), (4.0, 5.0), (5.0, 5.8)];
        let pair = Pair::of_samples(&samples);
        let correlation = pair.correlation().unwrap();
        assert!((correlation - 0.998_507_503_106_759).abs() < 1e-12);
        let reduction = pair.variance_reduction().unwrap();
        assert!((reduction - 366.384_615_384_6).abs() < 1e-9, "{reduction}");
        assert_eq!(conclusion(pair.interval(0.95)), "larger");
    }

    #[test]
    fn pairs_that_do_not_differ_and_too_few_that_differ_alike_decide_nothing() {
        let of = |by: f64, n: u32| {
            let samples = (0..n).map(|n| (f64::from(n), f64::from(n) + by));
            Pair::of_samples(&samples.collect::<Vec<_>>())
        };
        for (by, n, expected) in [
            (0.0, 3, "undecided"),
            (0.0, 300, "undecided"),
            (1.0, 2, "undecided"),
            (1.0, 6, "larger"),
            (-1.0, 6, "smaller"),
        ] {
            let pair = of(by, n);
            assert_eq!(conclusion(pair.interval(0.95)), expected, "{n} times {by}");
            assert_eq!(pair.variance_reduction(), None);
        }
    }
}
