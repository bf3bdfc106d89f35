//! Places: one row a site; then phases, collections and days.

use super::data::{Row, Run};
use super::text::{Clock, count, percent, rate, words};
use maud::{Markup, html};

/// Rows of a table that is not folded.
const UNFOLDED: usize = 25;
/// Sites that are shown at most; those with the smallest share of success.
const MOST_SITES: usize = 200;

/// What stands where there is nothing to say.
const NONE: &str = "–";

/// The whole view.
pub fn view(run: &Run) -> Markup {
    let mut sites: Vec<Row> = run.table("sites").iter().collect();
    let all = sites.len();
    let success = |row: &Row| share(row).unwrap_or(f64::INFINITY);
    sites.sort_by(|a, b| success(a).total_cmp(&success(b)));
    sites.truncate(MOST_SITES);
    let shown = if all > sites.len() {
        format!(
            "Sites: the {} with the smallest success of {all}",
            sites.len()
        )
    } else {
        format!("Sites ({all})")
    };
    let phases: Vec<Row> = run.table("phases").iter().collect();
    html! {
        section id="places" aria-labelledby="places-heading" {
            h2 id="places-heading" { "Where and by when?" }
            @if !sites.is_empty() { (folded(sites.len(), &shown, fared(run, &sites, "site", "Site"))) }
            @if !phases.is_empty() { h3 { "By phase" } (fared(run, &phases, "phase", "Phase")) }
            (collections(run))
            (days(run))
        }
    }
}

/// The share of the machines that have it; none where there is no machine.
fn share(row: &Row) -> Option<f64> {
    row.number("success_share")
}

/// That share as it stands in a table.
fn shown_share(row: &Row) -> String {
    share(row).map_or_else(|| NONE.to_owned(), percent)
}

fn folded(rows: usize, summary: &str, table: Markup) -> Markup {
    html! {
        @if rows > UNFOLDED { details { summary { (summary) } (table) } } @else { h3 { (summary) } (table) }
    }
}

/// Machines, success and times of sites or phases.
fn fared(run: &Run, rows: &[Row], column: &str, heading: &str) -> Markup {
    let clock = Clock::of(run);
    let several = run.advertisements().len() > 1;
    let lined = column == "site";
    let time = |row: &Row, column: &str| {
        row.number(column)
            .map_or_else(|| missed(run, row, column), |at| clock.date(at))
    };
    let means = if run.manifest.replications > 1 {
        ["50 % by (mean)", "90 % by (mean)", "95 % by (mean)"]
    } else {
        ["50 % by", "90 % by", "95 % by"]
    };
    let last = if run.manifest.replications > 1 {
        "Last of all replications"
    } else {
        "Last"
    };
    let sort = |row: &Row, column: &str| row.text(column).to_owned();
    html! {
        table.sortable {
            thead { tr {
                th scope="col" { (heading) }
                @if several { th scope="col" { "Advertisement" } }
                @if lined { th scope="col" { "Line" } }
                @for name in ["Machines", "Success"].into_iter().chain(means).chain([last, "Last machine", "Worst cause"]) { th scope="col" { (name) } }
            } }
            tbody {
                @for row in rows {
                    tr {
                        th scope="row" { (row.text(column)) }
                        @if several { td { (row.text("advertisement")) } }
                        @if lined { td.number data-v=(sort(row, "line_bits_per_second")) { @if let Some(line) = row.number("line_bits_per_second") { (rate(line)) } } }
                        td.number data-v=(sort(row, "machines")) { (count(row.number("machines").unwrap_or(0.0))) }
                        td.number data-v=(sort(row, "success_share")) { (shown_share(row)) }
                        @for column in ["seconds_to_50", "seconds_to_90", "seconds_to_95", "last_seconds"] {
                            td data-v=(sort(row, column)) { (time(row, column)) }
                        }
                        td { (last_machine(run, row)) }
                        td {
                            @if !row.text("worst_cause").is_empty() {
                                (words(row.text("worst_cause"))) " (" (count(row.number("worst_cause_machines").unwrap_or(0.0))) ")"
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The machine of the last success, and where there are several replications, that in
/// which it came.
fn last_machine(run: &Run, row: &Row) -> Markup {
    let (machine, replication) = (row.text("last_machine"), row.text("last_replication"));
    html! {
        @if machine.is_empty() {
        } @else if replication.is_empty() {
            span.machine { (machine) }
        } @else {
            span.machine data-replication=(replication) { (machine) }
            @if run.manifest.replications > 1 { " in replication " (replication) }
        }
    }
}

/// What stands where there is no mean: in how many replications a share was
/// reached, if in any.
fn missed(run: &Run, row: &Row, column: &str) -> String {
    let share = column.trim_start_matches("seconds_to_");
    match row.number(&format!("reached_{share}")) {
        Some(times) if times > 0.0 => {
            format!("in {} of {}", count(times), run.manifest.replications)
        }
        _ => NONE.to_owned(),
    }
}

/// Advertisements with their collections, in one row each.
fn collections(run: &Run) -> Markup {
    let clock = Clock::of(run);
    let rows = run.table("summary").iter();
    let rows = rows.filter(|row| row.text("replication") == "all");
    let collection = |advertisement: &str| {
        let row = run.table("failures").of(advertisement).next();
        row.map_or("", |row| row.text("collection"))
    };
    let by_when = |row: &Row| match super::verdict::median(run, row.text("advertisement"), 95) {
        Some(at) => clock.date(at),
        None if share(row).is_some() => "not reached".to_owned(),
        None => NONE.to_owned(),
    };
    html! {
        h3 { "By advertisement and collection" }
        table {
            thead { tr { th scope="col" { "Advertisement" } th scope="col" { "Collection" } th scope="col" { "Machines" } th scope="col" { "Success" } th scope="col" { (if run.manifest.replications > 1 { "95 % by (median)" } else { "95 % by" }) } } }
            tbody {
                @for row in rows {
                    tr {
                        th scope="row" { (row.text("advertisement")) }
                        td { (collection(row.text("advertisement"))) }
                        td.number { (count(row.number("targeted").unwrap_or(0.0))) }
                        td.number { (shown_share(&row)) }
                        td { (by_when(&row)) }
                    }
                }
            }
        }
    }
}

fn days(run: &Run) -> Markup {
    let clock = Clock::of(run);
    let days: Vec<Row> = run.table("days").iter().collect();
    let several = run.manifest.replications > 1;
    let table = html! {
        @if lose(&days) {
            p.small { "Where fewer have it than those of the day before and those installed that day, a later run of it has failed, or it was removed again." }
        }
        table {
            thead { tr {
                th scope="col" { "Day" } th scope="col" { "Advertisement" } th scope="col" { "Installed that day" } th scope="col" { "Have it by the end" } th scope="col" { "Share" }
                @if several { th scope="col" { "P10 to P90" } }
            } }
            tbody {
                @for row in &days {
                    tr {
                        th scope="row" { (clock.day(row.number("from_seconds").unwrap_or(0.0))) }
                        td { (row.text("advertisement")) }
                        td.number { (count(row.number("installed").unwrap_or(0.0))) }
                        td.number { (count(row.number("success").unwrap_or(0.0))) }
                        td.number { (shown_share(row)) }
                        @if several { td.number { (row.text("success_p10")) " to " (row.text("success_p90")) } }
                    }
                }
            }
        }
    };
    html! { @if !days.is_empty() { (folded(days.len(), "By day", table)) } }
}

/// Whether there is a day at the end of which fewer have it than had it before and were
/// added.
fn lose(days: &[Row]) -> bool {
    let number = |row: &Row, column: &str| row.number(column).unwrap_or(0.0);
    let pairs = days.iter().zip(days.iter().skip(1));
    let mut of_one = pairs.filter(|(a, b)| a.text("advertisement") == b.text("advertisement"));
    of_one.any(|(before, day)| {
        number(day, "success") + 0.5 < number(before, "success") + number(day, "installed")
    })
}
