//! `fixes.csv` and `attribution.csv`: which one change removes most failures.
//!
//! A machine counts as cured where it failed without the change and succeeds
//! with it, in the same replication with the same draws.

use super::unchanged::is_as_before;
use super::{Declaration, Part, Results, Table, Writer, text_columns};
use crate::statistics::{CONFIDENCE, Interval, StudentFactor, WholeMoments};
use crate::study::figure::optional;
use crate::study::record::Effect;
use std::collections::BTreeMap;

pub(super) const FIXES: Declaration = Declaration {
    name: "fixes",
    when: "with `[fix.NAME]` or `remedies`",
    row: "one change",
    parts: &[Part::Fixed(FIX_COLUMNS)],
};

text_columns! {
    FIX_COLUMNS: fn fix_cells(rank: usize, fix: &Fix, cured: Option<Interval>) {
        "rank" Number "place of the change, the one that helps most first" => rank.to_string();
        "fix" Text "the change" => &fix.name;
        "runs" Number "replications that were compared" => fix.runs().to_string();
        "failures_without" Number "machines that fail without it, the mean over the replications" =>
            optional(fix.before.mean());
        "cured" Number "machines that fail without it and succeed with it, the mean" => optional(fix.cured.mean());
        "cured_low" Number "lower bound of the 95 % interval of that mean" =>
            optional(cured.map(|interval| interval.low.max(0.0)));
        "cured_high" Number "its upper bound" => optional(cured.map(|interval| interval.high));
        "harmed" Number "machines that succeed without it and fail with it, the mean" => optional(fix.harmed.mean());
        "net" Number "`cured` less `harmed`" => optional(fix.net());
        "effect" Text "`none seen` where every run with it is the one without it, to the last event, else `some`" => fix.effect();
    }
}

pub(super) const ATTRIBUTION: Declaration = Declaration {
    name: "attribution",
    when: "with `[fix.NAME]` or `remedies`",
    row: "one change and one cause",
    parts: &[Part::Fixed(CAUSE_COLUMNS)],
};

text_columns! {
    CAUSE_COLUMNS: fn cause_cells(fix: &Fix, cause: &str, before: &WholeMoments, cured: &WholeMoments) {
        "fix" Text "the change" => &fix.name;
        "cause" Text "outcome and cause of the failures" => cause;
        "runs" Number "replications that were compared" => fix.runs().to_string();
        "failures_without" Number "machines that fail for this cause without the change, the mean over the replications" =>
            optional(before.mean());
        "cured" Number "those among them that succeed with it, the mean" => optional(cured.mean());
        "cured_low" Number "lower bound of the 95 % interval of that mean" =>
            optional(cured.interval_of().map(|interval| interval.low.max(0.0)));
        "cured_high" Number "its upper bound" => optional(cured.interval_of().map(|interval| interval.high));
        "cured_share" Share "share of these failures that is cured" =>
            optional((before.sum() > 0).then(|| cured.sum() as f64 / before.sum() as f64));
    }
}

/// Both tables.
pub(super) fn tables(results: &Results) -> [Table; 2] {
    let fixes = ranked(results);
    let mut writer = Writer::new(&FIXES);
    for (rank, fix) in fixes.iter().enumerate() {
        writer.row(fix_cells(rank + 1, fix, fix.cured.interval_of()));
    }
    [writer.finish(), attribution(&fixes)]
}

fn attribution(fixes: &[Fix]) -> Table {
    let mut writer = Writer::new(&ATTRIBUTION);
    for fix in fixes {
        for (cause, counted) in &fix.causes {
            // A cause that did not occur in some replication occurred 0 times.
            let before = counted.before.padded(fix.runs());
            let cured = counted.cured.padded(fix.runs());
            writer.row(cause_cells(fix, cause, &before, &cured));
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
    fn interval_of(&self) -> Option<Interval>;
}

impl Interpreted for WholeMoments {
    fn interval_of(&self) -> Option<Interval> {
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
