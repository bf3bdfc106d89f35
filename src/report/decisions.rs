//! What the rules of a roll-out decided, over the replications.

use super::data::{Row, Run};
use super::text::{Clock, count, percent, replications, words};
use crate::outcome::Cause;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// What stands above the table.
const HEADING: &str = "Decisions of the roll-out";
/// Rows of the table that are not folded.
const UNFOLDED: usize = 8;

/// A decision about a phase by a rule, in every replication that has it.
struct Decided<'a> {
    advertisement: &'a str,
    phase: &'a str,
    decision: &'a str,
    rule: &'a str,
    /// The first time in each replication, sorted by time.
    rows: Vec<Row<'a>>,
}

impl<'a> Decided<'a> {
    /// Every decision that changes something, in order of its median time.
    fn all(run: &'a Run) -> Vec<Self> {
        let mut first = BTreeMap::<_, BTreeMap<&str, Row>>::new();
        for row in run.table("decisions").iter() {
            let decision = row.text("decision");
            if decision == "wait" || decision == "go-on" {
                continue;
            }
            let key = (
                row.text("advertisement"),
                row.text("phase"),
                decision,
                row.text("rule"),
            );
            let by_replication = first.entry(key).or_default();
            by_replication.entry(row.text("replication")).or_insert(row);
        }
        let mut all: Vec<Self> = first
            .into_iter()
            .map(|((advertisement, phase, decision, rule), rows)| {
                let mut rows: Vec<Row> = rows.into_values().collect();
                rows.sort_by(|a, b| seconds(a).total_cmp(&seconds(b)));
                Self {
                    advertisement,
                    phase,
                    decision,
                    rule,
                    rows,
                }
            })
            .collect();
        all.sort_by(|a, b| seconds(a.median()).total_cmp(&seconds(b.median())));
        all
    }

    /// The row at the median of the times.
    fn median(&self) -> &Row<'a> {
        &self.rows[(self.rows.len() - 1) / 2]
    }

    /// `16.7 % against 15.0 %`, where the rule looks at a share.
    fn measured(&self) -> Option<String> {
        let row = self.median();
        let figure = |value: f64| {
            if value <= 1.0 {
                percent(value)
            } else {
                count(value)
            }
        };
        let (measured, threshold) = (row.number("measured")?, row.number("threshold")?);
        Some(format!(
            "{} against {}",
            figure(measured),
            figure(threshold)
        ))
    }
}

fn seconds(row: &Row) -> f64 {
    row.number("seconds").unwrap_or(0.0)
}

/// Sentences about roll-outs that were stopped or held up by a rule.
pub fn stops(run: &Run) -> Vec<String> {
    let clock = Clock::of(run);
    let all = Decided::all(run).into_iter();
    let stops = all.filter(|decided| decided.decision == "abort" || decided.decision == "pause");
    stops
        .map(|decided| {
            let row = decided.median();
            let done = if decided.decision == "abort" { "stopped for good" } else { "paused" };
            let measured = decided.measured().map_or_else(String::new, |m| format!(": {m}"));
            format!(
                "{} is {done} in {} of {}, in the median on {}, by the rule {}{measured}; {} of {} machines had been offered it.",
                decided.advertisement,
                decided.rows.len(),
                replications(f64::from(run.manifest.replications)),
                clock.date(seconds(row)),
                decided.rule,
                count(row.number("offered").unwrap_or(0.0)),
                count(row.number("machines").unwrap_or(0.0)),
            )
        })
        .collect()
}

/// What happened to the machines of a cause. Where the page shows what was decided, it
/// says so in place of the table that has all of it.
pub fn what_happened(run: &Run, row: &Row) -> String {
    const TABLE: &str = "decisions.csv tells";
    let text = row.text("what_happened");
    let advertisement = row.text("advertisement");
    let cause = row.text("cause");
    let is_shown = text.contains(TABLE)
        && Decided::all(run).iter().any(|decided| {
            decided.advertisement == advertisement
                && match decided.decision {
                    "abort" => cause == Cause::RolloutAborted.name(),
                    // What waits for its gate stands in the file alone.
                    "pause" => cause == Cause::HeldBack.name(),
                    _ => false,
                }
        });
    if is_shown {
        text.replace(TABLE, &format!("the table “{HEADING}” tells"))
    } else {
        text.to_owned()
    }
}

/// Every decision as a table; nothing without roll-outs under control.
pub fn view(run: &Run) -> Markup {
    let clock = Clock::of(run);
    let all = Decided::all(run);
    let table = html! {
        table {
            thead { tr {
                @for name in ["Advertisement", "Phase", "Decision", "Rule", "Replications", "Median of these", "Measured"] { th scope="col" { (name) } }
            } }
            tbody {
                @for decided in &all {
                    tr {
                        th scope="row" { (decided.advertisement) }
                        td { (decided.phase) }
                        td { (words(decided.decision)) }
                        td { (decided.rule) }
                        td.number { (decided.rows.len()) " of " (run.manifest.replications) }
                        td { (clock.date(seconds(decided.median()))) }
                        td { (decided.measured().unwrap_or_default()) }
                    }
                }
            }
        }
    };
    html! {
        @if all.len() > UNFOLDED { details { summary { (HEADING) " (" (all.len()) ")" } (table) } }
        @else if !all.is_empty() { h3 { (HEADING) } (table) }
    }
}
