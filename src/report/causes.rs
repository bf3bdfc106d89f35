//! Why not everybody: causes, largest first, with what would help.

use super::data::{Row, Run};
use super::decisions::what_happened;
use super::text::{Clock, bar, count, machines, percent, words};
use super::verdict::still_to_restart;
use crate::outcome::Cause;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Causes that are told in full; the others stand in one table.
const TOLD: usize = 8;

/// What machines may have in common: column of `failures.csv` and its name.
const SPLITS: [(&str, &str); 6] = [
    ("code", "Code"),
    ("client", "Client"),
    ("role", "Role"),
    ("site", "Site"),
    ("group", "Fleet group"),
    ("phase", "Phase"),
];

/// The whole view.
pub fn view(run: &Run) -> Markup {
    let rows: Vec<Row> = run.table("causes").iter().collect();
    let mut sorted = rows;
    sorted.sort_by(|a, b| affected(b).total_cmp(&affected(a)));
    let most = sorted.first().map_or(1.0, affected).max(1.0);
    html! {
        section id="causes" aria-labelledby="causes-heading" {
            h2 id="causes-heading" { "Why not everybody?" }
            @if sorted.is_empty() {
                p { @if reaches_any(run) { "Every machine has what it was offered." } @else { "No machine is offered anything." } }
            }
            @else {
                p {
                    "Each machine is counted under the cause that it ended with. Once that is mended it may meet another: "
                    code { "rollcast explain" } " does for one machine what would help, runs the scenario again, and names every cause in turn."
                }
            }
            (restarts(run))
            @for row in sorted.iter().take(TOLD) { (cause(run, row, most)) }
            @if sorted.len() > TOLD { (others(&sorted[TOLD..])) }
        }
    }
}

/// Those that have it and are not done with it: they are among the successes, so that
/// no cause of `causes.csv` counts them.
fn restarts(run: &Run) -> Markup {
    let all = run.advertisements().into_iter();
    let waiting: Vec<_> = all
        .filter_map(|id| Some((still_to_restart(run, &id)?, id)))
        .collect();
    html! {
        @for (restarts, advertisement) in &waiting {
            p { "Of those that have " (advertisement) ", " (restarts) "." }
        }
        @if !waiting.is_empty() { p { (Cause::RestartOutstanding.explain()) " Machines that still have to restart count as those that have it." } }
    }
}

fn reaches_any(run: &Run) -> bool {
    let mut rows = run.table("summary").iter();
    rows.any(|row| row.number("targeted").unwrap_or(0.0) > 0.0)
}

fn affected(row: &Row) -> f64 {
    row.number("machines").unwrap_or(0.0)
}

fn cause(run: &Run, row: &Row, most: f64) -> Markup {
    let clock = Clock::of(run);
    let examples = ["example_1", "example_2", "example_3"].map(|column| {
        let replication = row.text(&format!("{column}_replication"));
        (row.text(column), replication)
    });
    let examples: Vec<_> = examples
        .into_iter()
        .filter(|(name, _)| !name.is_empty())
        .collect();
    let name = match row.text("cause") {
        "" => row.text("outcome"),
        cause => cause,
    };
    html! {
        article.cause {
            h3 { (words(name)) }
            (bar(affected(row) / most))
            p {
                strong { (machines(affected(row))) }
                ", " (percent(row.number("share_of_advertisement").unwrap_or(0.0)))
                " of " (row.text("advertisement")) " (" (outcomes(run, row)) ")"
                @if let (Some(low), Some(high)) = (row.number("machines_low"), row.number("machines_high")) {
                    @if count(low) != count(high) { "; 95 % interval of the mean " (count(low)) " to " (count(high)) }
                    ", in " (row.text("replications")) " of " (run.manifest.replications) " replications"
                }
                @if let Some(first) = row.number("first_seconds") { "; the first one on " (clock.date(first)) }
                "."
            }
            @if !row.text("what_happened").is_empty() {
                p { strong { "What happened: " } (what_happened(run, row)) }
                p { strong { "What would help: " } (row.text("what_would_help")) }
            }
            @if let Some(said) = at_most(run, row) { p { (said) } }
            @if !row.options().is_empty() {
                p.small { "To try it: " code.try { (row.options()) } }
            }
            @if !row.text("no_setting").is_empty() {
                p.small { "No value to set is proposed: " (row.text("no_setting")) "." }
            }
            p.small {
                @if !examples.is_empty() {
                    "For example "
                    @for (at, (name, replication)) in examples.iter().enumerate() {
                        @if at > 0 { ", " }
                        span.machine data-replication=(replication) { (name) }
                        @if run.manifest.replications > 1 { " in replication " (replication) }
                    }
                    ". "
                }
                @if !row.text("log").is_empty() { "Log to open: " code { (row.text("log")) } }
            }
            (splits(run, row))
        }
    }
}

/// How the machines of a cause ended: each of the outcomes with its machines, if there
/// are several. The row has that of its first example alone.
fn outcomes(run: &Run, row: &Row) -> String {
    let mut sums = BTreeMap::<&str, f64>::new();
    let failures = run.table("failures").of(row.text("advertisement"));
    for failure in failures.filter(|one| is_of(one, row)) {
        *sums.entry(failure.text("outcome")).or_default() += affected(&failure);
    }
    if sums.len() < 2 {
        return row.text("outcome").to_owned();
    }
    let mut sums: Vec<_> = sums.into_iter().collect();
    sums.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    let parts = sums
        .iter()
        .map(|(outcome, machines)| format!("{outcome} {}", count(*machines)));
    parts.collect::<Vec<_>>().join(", ")
}

/// Whether a row of failures is of the machines of a cause.
fn is_of(failure: &Row, cause: &Row) -> bool {
    failure.text("advertisement") == cause.text("advertisement")
        && failure.text("cause") == cause.text("cause")
}

/// What could be won at most: the machines of a cause may fail for another one.
fn at_most(run: &Run, row: &Row) -> Option<String> {
    const WORTH_SAYING: f64 = 0.005;
    let lost = row.number("share_of_advertisement")?;
    let advertisement = row.text("advertisement");
    let have = super::verdict::share(run, advertisement);
    (lost >= WORTH_SAYING).then(|| {
        format!(
            "Without this cause at most {} of {advertisement} would have it, instead of {}.",
            percent((have + lost).min(1.0)),
            percent(have)
        )
    })
}

/// Who is concerned, by what machines have in common.
fn splits(run: &Run, cause: &Row) -> Markup {
    let same = |row: &Row| is_of(row, cause);
    let split = |column: &str| {
        let mut sums = BTreeMap::<&str, f64>::new();
        let failures = run.table("failures").of(cause.text("advertisement"));
        for row in failures.filter(same) {
            *sums.entry(row.text(column)).or_default() += affected(&row);
        }
        sums.remove("");
        let mut sums: Vec<_> = sums.into_iter().collect();
        sums.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
        sums
    };
    html! {
        ul.small {
            @for (column, name) in SPLITS {
                @let parts = split(column);
                @if !parts.is_empty() {
                    li {
                        (name) ": "
                        @for (at, (part, machines)) in parts.iter().take(4).enumerate() {
                            @if at > 0 { ", " }
                            (part) " " (count(*machines))
                        }
                        @if parts.len() > 4 { " and " (parts.len() - 4) " more" }
                    }
                }
            }
        }
    }
}

fn others(rows: &[Row]) -> Markup {
    html! {
        details {
            summary { (rows.len()) " more causes" }
            table {
                thead { tr { th scope="col" { "Cause" } th scope="col" { "Advertisement" } th scope="col" { "Machines" } th scope="col" { "What would help" } } }
                tbody {
                    @for row in rows {
                        tr {
                            th scope="row" { (words(row.text("cause"))) }
                            td { (row.text("advertisement")) }
                            td.number { (count(affected(row))) }
                            td { (row.text("what_would_help")) }
                        }
                    }
                }
            }
        }
    }
}
