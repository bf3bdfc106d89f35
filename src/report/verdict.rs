//! The verdict: will it be done, and when.

use super::data::Run;
use super::text::{Clock, count, machines, percent, words};
use crate::results::ObjectiveRecord;
use maud::{Markup, html};

/// The times of one milestone over the replications.
struct Reached {
    /// Sorted; of the replications that got there.
    times: Vec<f64>,
    /// Numbers of the replications that did not.
    never: Vec<String>,
}

impl Reached {
    fn of(run: &Run, advertisement: &str, percent: u32) -> Self {
        let (mut times, mut never) = (Vec::new(), Vec::new());
        let rows = run.table("summary").iter();
        for row in rows.filter(|row| row.text("advertisement") == advertisement) {
            if row.text("replication") == "all" {
                continue;
            }
            match row.number(&format!("seconds_to_{percent}")) {
                Some(at) => times.push(at),
                None => never.push(row.text("replication").to_owned()),
            }
        }
        times.sort_by(f64::total_cmp);
        Self { times, never }
    }

    fn quantile(&self, permille: usize) -> f64 {
        let rank = (permille * self.times.len()).div_ceil(1000).max(1);
        self.times[rank - 1]
    }
}

/// The verdict on one advertisement in one sentence or two.
pub fn sentence(run: &Run, advertisement: &str) -> String {
    let clock = Clock::new(&run.manifest.start);
    let replications = run.manifest.replications;
    let share = share(run, advertisement);
    let mut text = String::new();
    for percent in [95, 90, 50] {
        let reached = Reached::of(run, advertisement, percent);
        if reached.times.is_empty() {
            continue;
        }
        let of = reached.times.len();
        let when = clock.date(reached.quantile(500));
        text = format!("{percent} % by {when}");
        if replications > 1 {
            let late = clock.date(reached.quantile(900));
            text += &format!(
                " in the median of {of} of {replications} replications (nine of ten of them by {late})"
            );
        }
        if !reached.never.is_empty() {
            let shown: Vec<_> = reached.never.iter().take(5).map(String::as_str).collect();
            let more = if reached.never.len() > 5 { ", …" } else { "" };
            text += &format!(
                "; never in {} ({}{more})",
                reached.never.len(),
                shown.join(", ")
            );
        }
        text += ". ";
        if percent < 95 {
            text += "95 % is not reached. ";
        }
        break;
    }
    if text.is_empty() {
        text.push_str("Not even half of the machines get it. ");
    }
    let end = clock.date(run.horizon());
    text += &format!(
        "At the end, {end}, {} of the machines have it.",
        percent(share)
    );
    text
}

fn share(run: &Run, advertisement: &str) -> f64 {
    let mut rows = run.table("summary").iter();
    let row = rows
        .find(|row| row.text("replication") == "all" && row.text("advertisement") == advertisement);
    row.and_then(|row| row.number("success_share"))
        .unwrap_or(0.0)
}

/// Phases that do not open in every replication.
fn closed(run: &Run) -> Vec<String> {
    let all = f64::from(run.manifest.replications);
    let rows = run.table("phases").iter();
    let closed = rows.filter_map(|row| {
        let missing = all - row.number("opened")?;
        (missing > 0.0).then(|| {
            format!(
                "Phase {} of {} never opens in {} of {}.",
                row.text("phase"),
                row.text("advertisement"),
                count(missing),
                replications(all)
            )
        })
    });
    closed.collect()
}

fn replications(n: f64) -> String {
    if n > 1.0 {
        format!("{} replications", count(n))
    } else {
        "1 replication".to_owned()
    }
}

/// The first thing to change: the cause with the most machines.
fn first_remedy(run: &Run, advertisement: &str) -> Option<Markup> {
    let mut rows = run.table("causes").iter();
    let row = rows.find(|row| row.text("advertisement") == advertisement)?;
    let affected = row.number("machines").unwrap_or(0.0);
    Some(html! {
        p {
            "Most of the others, " (machines(affected)) ": "
            strong { (words(row.text("cause"))) } ". "
            (row.text("what_happened")) " " strong { "What would help: " } (row.text("what_would_help"))
        }
    })
}

/// The whole view.
pub fn view(run: &Run) -> Markup {
    html! {
        section id="verdict" aria-labelledby="verdict-heading" {
            h2 id="verdict-heading" { "Will it be done, and when?" }
            @for advertisement in run.advertisements() {
                p.verdict { strong { (advertisement) ": " } (sentence(run, &advertisement)) }
                @if let Some(remedy) = first_remedy(run, &advertisement) { (remedy) }
            }
            @for sentence in closed(run) { p.warn { (sentence) } }
            @if !run.manifest.objectives.is_empty() { (objectives(run)) }
        }
    }
}

fn date(objective: &ObjectiveRecord, clock: Clock) -> String {
    match objective.outside {
        Some(_) => objective.by_date.replace('T', " "),
        None => clock.date(objective.by_seconds),
    }
}

fn objectives(run: &Run) -> Markup {
    let clock = Clock::new(&run.manifest.start);
    html! {
        table {
            caption { "Objectives" }
            thead { tr { th scope="col" { "Objective" } th scope="col" { "Asked for" } th scope="col" { "Verdict" } th scope="col" { "Why" } } }
            tbody {
                @for objective in &run.manifest.objectives {
                    tr {
                        th scope="row" { (objective.name) }
                        td {
                            (percent(objective.success)) " of "
                            (objective.advertisement.as_deref().unwrap_or("all advertisements"))
                            " by " (date(objective, clock))
                        }
                        td { span class=(format!("tag {}", objective.verdict)) { (objective.verdict) } }
                        td {
                            "met in " (objective.met) " of " (replications(objective.of as f64))
                            @if objective.unknown > 0 { "; " (objective.unknown) " cannot be told" }
                            @if let Some(outside) = &objective.outside { "; it is asked for at a moment " (outside) }
                            @if objective.chance < 1.0 {
                                "; it is asked for in " (percent(objective.chance))
                                " of them, with a confidence of " (percent(objective.confidence))
                            }
                        }
                    }
                }
            }
        }
    }
}
