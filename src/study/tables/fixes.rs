//! `fixes.csv` and `attribution.csv`: which one change removes most failures.
//!
//! A machine counts as cured where it failed without the change and succeeds
//! with it, in the same replication with the same draws.

use super::unchanged::is_as_before;
use super::{Results, Table, Writer};
use crate::statistics::{CONFIDENCE, StudentFactor, WholeMoments};
use crate::study::figure::optional;
use crate::study::record::Effect;
use std::collections::BTreeMap;

/// Both tables.
pub(super) fn tables(results: &Results) -> [Table; 2] {
    let fixes = ranked(results);
    let mut writer = Writer::new(
        "fixes.csv",
        [
            "rank",
            "fix",
            "runs",
            "failures_without",
            "cured",
            "cured_low",
            "cured_high",
            "harmed",
            "net",
            "effect",
        ],
    );
    for (rank, fix) in fixes.iter().enumerate() {
        let cured = fix.cured.interval_of();
        writer.row([
            (rank + 1).to_string(),
            fix.name.clone(),
            fix.cured.count().to_string(),
            optional(fix.before.mean()),
            optional(fix.cured.mean()),
            optional(cured.map(|interval| interval.low.max(0.0))),
            optional(cured.map(|interval| interval.high)),
            optional(fix.harmed.mean()),
            optional(fix.net()),
            fix.effect().to_owned(),
        ]);
    }
    [writer.finish(), attribution(&fixes)]
}

fn attribution(fixes: &[Fix]) -> Table {
    let columns = [
        "fix",
        "cause",
        "runs",
        "failures_without",
        "cured",
        "cured_low",
        "cured_high",
        "cured_share",
    ];
    let mut writer = Writer::new("attribution.csv", columns);
    for fix in fixes {
        for (cause, counted) in &fix.causes {
            // A cause that did not occur in some replication occurred 0 times.
            let (before, cured) = (
                counted.before.padded(fix.runs()),
                counted.cured.padded(fix.runs()),
            );
            let interval = cured.interval_of();
            let share = (before.sum() > 0).then(|| cured.sum() as f64 / before.sum() as f64);
            writer.row([
                fix.name.clone(),
                cause.clone(),
                fix.runs().to_string(),
                optional(before.mean()),
                optional(cured.mean()),
                optional(interval.map(|interval| interval.low.max(0.0))),
                optional(interval.map(|interval| interval.high)),
                optional(share),
            ]);
        }
    }
    writer.finish()
}

/// A change and what it does.
pub(crate) struct Fix {
    pub(crate) name: String,
    pub(super) before: WholeMoments,
    pub(crate) cured: WholeMoments,
    pub(crate) harmed: WholeMoments,
    /// Whether its runs are those without it, to the last event.
    pub(crate) is_as_before: bool,
    causes: BTreeMap<String, Counted>,
}

#[derive(Default)]
struct Counted {
    before: WholeMoments,
    cured: WholeMoments,
}

pub(super) trait Interpreted {
    fn interval_of(&self) -> Option<crate::statistics::Interval>;
}

impl Interpreted for WholeMoments {
    fn interval_of(&self) -> Option<crate::statistics::Interval> {
        let factor = StudentFactor::new(self.count(), CONFIDENCE)?;
        self.interval(factor)
    }
}

impl Fix {
    fn add(&mut self, effect: &Effect) {
        self.before
            .add(effect.causes.values().map(|cause| cause.before).sum());
        self.cured
            .add(effect.causes.values().map(|cause| cause.cured).sum());
        self.harmed.add(effect.harmed);
        for (cause, machines) in &effect.causes {
            let counted = self.causes.entry(cause.clone()).or_default();
            counted.before.add(machines.before);
            counted.cured.add(machines.cured);
        }
    }

    /// Whether it makes a difference, in a word.
    fn effect(&self) -> &'static str {
        match (self.runs(), self.is_as_before) {
            (0, _) => "",
            (_, true) => "none seen",
            (_, false) => "some",
        }
    }

    fn runs(&self) -> u64 {
        self.cured.count()
    }

    /// Machines cured less machines harmed, per run.
    pub(crate) fn net(&self) -> Option<f64> {
        Some(self.cured.mean()? - self.harmed.mean()?)
    }
}

/// The changes, the one that helps most first.
pub(crate) fn ranked(results: &Results) -> Vec<Fix> {
    let mut fixes: Vec<Fix> = results
        .points()
        .filter(|point| *point > 0)
        .map(|point| {
            let mut fix = Fix {
                name: results.plan.points[point as usize].values.concat(),
                before: WholeMoments::default(),
                cured: WholeMoments::default(),
                harmed: WholeMoments::default(),
                is_as_before: is_as_before(results, point),
                causes: BTreeMap::new(),
            };
            results
                .of(point)
                .iter()
                .filter_map(|record| record.effect.as_ref())
                .for_each(|effect| fix.add(effect));
            fix
        })
        .collect();
    let worth = |fix: &Fix| fix.net().unwrap_or(f64::NEG_INFINITY);
    fixes.sort_by(|a, b| worth(b).total_cmp(&worth(a)));
    fixes
}
