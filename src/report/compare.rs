//! Two results: what changed, and which of it is beyond chance.

use super::data::{Row, Run};
use super::difference;
use super::text::{count, percent, span, words};
use super::verdict::{share, targeted};
use crate::remedy::option;
use crate::statistics::{CONFIDENCE, Interval, Moments, welch};
use crate::study::compare::{Change, Changed, FOR_ONE_MACHINE, RunComparison, beyond_chance};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Causes that are listed.
const LISTED: usize = 15;

/// The whole view.
pub fn view(first: &Run, second: &Run, comparison: &RunComparison) -> Markup {
    html! {
        section id="changes" aria-labelledby="changes-heading" {
            h2 id="changes-heading" { "What changed?" }
            p {
                "First: " (first.manifest.title) (settings(first)) ". Second: " (second.manifest.title) (settings(second)) ". "
                (how(comparison))
            }
            @for sentence in difference::words(first, second) { p.verdict { (sentence) } }
            (objectives(first, second))
            p { (machines(comparison)) }
            (remedies(first, second))
            (figures(first, second, comparison.paired))
            (causes(comparison))
        }
    }
}

/// How the replications of both are compared.
fn how(comparison: &RunComparison) -> String {
    let [first, second] = comparison.replications;
    if !comparison.paired {
        return "The seeds differ; they are compared as independent samples.".to_owned();
    }
    let which = match first.min(second) {
        _ if first == second => String::new(),
        1 => format!(": the first, which both have, of {first} and {second}"),
        both => format!(": the first {both}, which both have, of {first} and {second}"),
    };
    format!("Both have the same seed and are compared replication by replication{which}.")
}

/// How many machines changed, in outcome and in time, and how many of them by more
/// than chance.
fn machines(comparison: &RunComparison) -> String {
    let both = comparison.looked_at();
    if comparison.common == 0 {
        return "No machine is reached by the same advertisement in both.".to_owned();
    }
    let of = |wanted: &dyn Fn(&Changed) -> bool| {
        let all = comparison.changed.iter();
        count(all.filter(|changed| wanted(changed)).count() as f64)
    };
    if !comparison.is_tested() {
        let changed = format!(
            "Of {both}, {} changed outcome, and {} have it at another \
             time.",
            of(&|c| c.outcome_differs),
            of(&|c| c.seconds[0] != c.seconds[1]),
        );
        let fewest = comparison.compared[0].min(comparison.compared[1]);
        return match fewest {
            0 | 1 => format!(
                "{changed} One replication shows what happened in it. Whether the difference is \
                 more than chance takes at least 2, and {FOR_ONE_MACHINE} for a single machine."
            ),
            n if n < FOR_ONE_MACHINE => format!(
                "{changed} Whether a single machine changed by more than chance takes \
                 {FOR_ONE_MACHINE} replications at least."
            ),
            _ => changed,
        };
    }
    format!(
        "Of {both}, {} changed outcome: {} better and {} worse beyond \
         chance, {} perhaps by chance, {} in too few replications to tell. {} have it at another \
         time: {} earlier and {} later beyond chance.",
        of(&|c| c.outcome_differs),
        of(&|c| c.outcome_differs && c.change == Change::Better),
        of(&|c| c.outcome_differs && c.change == Change::Worse),
        of(&|c| c.outcome_differs && c.change == Change::ByChance),
        of(&|c| c.outcome_differs && c.change == Change::Untested),
        of(&|c| c.seconds[0] != c.seconds[1]),
        of(&|c| c.time == Change::Better),
        of(&|c| c.time == Change::Worse),
    )
}

/// Objectives whose verdict is another one.
fn objectives(first: &Run, second: &Run) -> Markup {
    let all = first.manifest.objectives.iter();
    let before: BTreeMap<&str, _> = all.map(|then| (then.name.as_str(), then)).collect();
    let all = second.manifest.objectives.iter();
    let changed = all.filter_map(|now| Some((*before.get(now.name.as_str())?, now)));
    html! {
        @for (then, now) in changed.filter(|(then, now)| then.verdict != now.verdict) {
            p.verdict {
                "Objective " (now.name) ": "
                span class=(format!("tag {}", then.verdict)) { (then.verdict) } " → "
                span class=(format!("tag {}", now.verdict)) { (now.verdict) }
            }
        }
    }
}

/// What remedies give that the second run has and the first has not.
fn remedies(first: &Run, second: &Run) -> Markup {
    let given = |run: &Run, options: &str| {
        let set = &run.manifest.scenario.overrides;
        let set: Vec<String> = set.iter().map(|setting| option(setting)).collect();
        !options.is_empty()
            && options.split(" --set ").all(|part| {
                let wanted = part.strip_prefix("--set ").unwrap_or(part);
                set.iter()
                    .any(|option| option.strip_prefix("--set ") == Some(wanted))
            })
    };
    let rows = first.table("causes").iter();
    let tried = rows.filter(|row| {
        let options = row.options();
        given(second, options) && !given(first, options)
    });
    let left = |row: &Row| {
        let mut rows = second.table("causes").of(row.text("advertisement"));
        rows.find(|other| other.text("cause") == row.text("cause"))
            .and_then(|row| row.number("machines"))
            .unwrap_or(0.0)
    };
    html! {
        @for row in tried {
            @let advertisement = row.text("advertisement");
            p.verdict {
                "The second result has the remedy for “" (words(row.text("cause"))) "”: machines with that cause go from "
                (count(row.number("machines").unwrap_or(0.0))) " to " (count(left(&row)))
                ", and " (percent(share(second, advertisement))) " of " (advertisement) " have it instead of " (percent(share(first, advertisement))) "."
            }
        }
    }
}

fn settings(run: &Run) -> String {
    let set = &run.manifest.scenario.overrides;
    if set.is_empty() {
        String::new()
    } else {
        format!(" with {}", set.join(", "))
    }
}

/// Values of a column of `summary.csv` by replication.
pub(super) fn values(run: &Run, advertisement: &str, column: &str) -> BTreeMap<u32, Option<f64>> {
    let rows = run.table("summary").of(advertisement);
    rows.filter_map(|row| Some((row.text("replication").parse().ok()?, row.number(column))))
        .collect()
}

/// Values of a column in both, of runs with the same draws those of the replications that
/// both have: another replication would pass off its own draws as a difference.
pub(super) fn values_of_both(
    first: &Run,
    second: &Run,
    advertisement: &str,
    column: &str,
) -> [BTreeMap<u32, Option<f64>>; 2] {
    let [mut a, mut b] = [first, second].map(|run| values(run, advertisement, column));
    if are_paired(first, second) {
        a.retain(|number, _| b.contains_key(number));
        b.retain(|number, _| a.contains_key(number));
    }
    [a, b]
}

/// Whether a replication of one has the draws of the replication with the same number of
/// the other.
pub(super) fn are_paired(first: &Run, second: &Run) -> bool {
    first.manifest.seed == second.manifest.seed
}

/// Means of both, their difference and its interval; `None` where a value is
/// missing in any replication.
pub(super) fn difference(
    a: &BTreeMap<u32, Option<f64>>,
    b: &BTreeMap<u32, Option<f64>>,
    paired: bool,
) -> Option<([f64; 2], Option<Interval>)> {
    let all = |values: &BTreeMap<u32, Option<f64>>| {
        values.values().copied().collect::<Option<Vec<f64>>>()
    };
    let (first, second) = (all(a)?, all(b)?);
    let moments = [&first, &second].map(|values| values.iter().copied().collect::<Moments>());
    let interval = if paired {
        let both = a.iter().filter_map(|(n, x)| Some((*b.get(n)?)? - (*x)?));
        both.collect::<Moments>().interval_of_difference(CONFIDENCE)
    } else {
        welch(&moments[0], &moments[1])
    };
    Some(([moments[0].mean()?, moments[1].mean()?], interval))
}

/// What the interval of a difference of both runs tells.
pub(super) fn conclusion(
    difference: f64,
    interval: Option<Interval>,
    first: &Run,
    second: &Run,
) -> String {
    let (a, b) = (&first.manifest, &second.manifest);
    let fewest = a.replications.min(b.replications);
    beyond_chance(difference, interval, fewest.into())
}

fn figures(first: &Run, second: &Run, paired: bool) -> Markup {
    let columns = [
        ("success", "Machines that have it"),
        ("seconds_to_50", "Mean time to 50 %"),
        ("seconds_to_90", "Mean time to 90 %"),
        ("seconds_to_95", "Mean time to 95 %"),
    ];
    html! {
        table {
            thead { tr { th scope="col" { "Figure" } th scope="col" { "First" } th scope="col" { "Second" } th scope="col" { "Difference" } th scope="col" { "Beyond chance?" } } }
            tbody {
                @for advertisement in first.advertisements() {
                    @for (column, name) in columns {
                        @let [a, b] = values_of_both(first, second, &advertisement, column);
                        tr {
                            th scope="row" { (advertisement) ": " (name) }
                            @match difference(&a, &b, paired) {
                                Some((means, interval)) => {
                                    td.number { (shown(column, means[0])) } td.number { (shown(column, means[1])) }
                                    td.number { (signed(column, means[1] - means[0])) }
                                    td { (conclusion(means[1] - means[0], interval, first, second)) }
                                }
                                None => {
                                    td { (reached(first, &advertisement, &a)) }
                                    td { (reached(second, &advertisement, &b)) }
                                    td {} td {}
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn reached(run: &Run, advertisement: &str, values: &BTreeMap<u32, Option<f64>>) -> String {
    if targeted(run, advertisement) == 0.0 {
        return "reaches no machine".to_owned();
    }
    let there = values.values().flatten().count();
    format!("reached in {there} of {}", values.len())
}

fn shown(column: &str, value: f64) -> String {
    if column == "success" {
        count(value)
    } else {
        span(value)
    }
}

fn signed(column: &str, value: f64) -> String {
    let sign = if value < 0.0 { "−" } else { "+" };
    format!("{sign}{}", shown(column, value.abs()))
}

fn causes(comparison: &RunComparison) -> Markup {
    let fewest = comparison.compared[0].min(comparison.compared[1]);
    html! {
        @if !comparison.causes.is_empty() {
            table {
                caption { "Machines without success by outcome and cause, the mean of the replications; each difference is tested by itself" }
                thead { tr { th scope="col" { "Outcome and cause" } th scope="col" { "Advertisement" } th scope="col" { "First" } th scope="col" { "Second" } th scope="col" { "Difference" } th scope="col" { "Beyond chance?" } } }
                tbody {
                    @for cause in comparison.causes.iter().take(LISTED) {
                        @let [before, after] = cause.means;
                        tr {
                            th scope="row" { (words(&cause.state)) } td { (cause.advertisement) }
                            td.number { (count(before)) } td.number { (count(after)) }
                            td.number { (signed("success", after - before)) }
                            td { (beyond_chance(after - before, cause.interval, fewest)) }
                        }
                    }
                }
            }
        }
    }
}
