//! `pairs.csv`: each point against the baseline, replication by replication.
//!
//! With common random numbers the two runs of a pair have the same luck, and
//! their difference varies less than either: by how much stands in
//! `variance_reduction`. Where several points are compared, the `joint` bounds
//! hold for all of them at once (Bonferroni).

use super::{Results, Table, Writer, number, point_cells, point_headings};
use crate::statistics::{CONFIDENCE, Interval, Moments};
use crate::study::figure::optional;
use crate::units::counted;

pub(super) const COLUMNS: [&str; 14] = [
    "response",
    "baseline",
    "pairs",
    "mean_difference",
    "sd",
    "se",
    "ci_low",
    "ci_high",
    "joint_low",
    "joint_high",
    "correlation",
    "variance_reduction",
    "conclusion",
    "note",
];

pub(super) fn table(results: &Results) -> Table {
    let own = COLUMNS.map(String::from);
    let mut writer = Writer::new("pairs.csv", point_headings(results).chain(own));
    let Some(baseline) = results.plan.baseline else {
        return writer.finish();
    };
    let others: Vec<u32> = results
        .points()
        .filter(|point| *point != baseline)
        .collect();
    for &point in &others {
        for (response, described) in results.plan.responses.iter().enumerate() {
            let pair = Pair::of(results, baseline, point, response);
            let mut row = point_cells(results, point);
            row.extend([
                described.name.clone(),
                number(baseline),
                pair.difference.count().to_string(),
            ]);
            row.extend(pair.cells(others.len()));
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

    fn cells(&self, comparisons: usize) -> Vec<String> {
        let sd = self.difference.variance().map(f64::sqrt);
        let alone = self.interval(CONFIDENCE);
        let joint = self.interval(1.0 - (1.0 - CONFIDENCE) / comparisons as f64);
        let note = if self.left_out > 0 {
            format!(
                "{} without a number on both sides",
                counted(self.left_out as u64, "replication")
            )
        } else {
            String::new()
        };
        let figures = [
            self.difference.mean(),
            sd,
            sd.map(|sd| sd / (self.difference.count() as f64).sqrt()),
            alone.map(|interval| interval.low),
            alone.map(|interval| interval.high),
            joint.map(|interval| interval.low),
            joint.map(|interval| interval.high),
            self.correlation(),
            self.variance_reduction(),
        ];
        let mut cells: Vec<String> = figures.map(optional).into();
        cells.extend([conclusion(joint).to_owned(), note]);
        cells
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
