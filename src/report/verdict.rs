//! The verdict: will it be done, and when.

use super::data::{Row, Run};
use super::decisions;
use super::text::{Clock, count, machines, percent, replications, words};
use crate::results::{ObjectiveRecord, Verdict, asked_of, share_asked, what_would_decide};
use jiff::civil::DateTime;
use maud::{Markup, html};
use std::collections::BTreeMap;

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
        for row in run.table("summary").of(advertisement) {
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

    fn all(&self) -> usize {
        self.times.len() + self.never.len()
    }

    /// The median over all replications: of an even number the midpoint of the
    /// two in the middle, the lower where only that one got there. `None` if
    /// more than half did not.
    fn median(&self) -> Option<f64> {
        let lower = *self.times.get(self.all().div_ceil(2).checked_sub(1)?)?;
        let upper = self.times.get(self.all() / 2).copied();
        Some(upper.map_or(lower, |upper| f64::midpoint(lower, upper)))
    }

    /// By when nine of ten replications got there; `None` if fewer did.
    fn p90(&self) -> Option<f64> {
        let rank = (900 * self.all()).div_ceil(1000);
        self.times.get(rank.checked_sub(1)?).copied()
    }
}

/// The median over all replications of when `percent` of the machines have it.
pub(super) fn median(run: &Run, advertisement: &str, percent: u32) -> Option<f64> {
    Reached::of(run, advertisement, percent).median()
}

/// The median over all replications of the times in `values`, none where a replication
/// did not get there.
pub(super) fn median_of(values: &BTreeMap<u32, Option<f64>>) -> Option<f64> {
    let mut times: Vec<f64> = values.values().flatten().copied().collect();
    times.sort_by(f64::total_cmp);
    let missing = values.iter().filter(|(_, at)| at.is_none());
    let never = missing.map(|(number, _)| number.to_string()).collect();
    Reached { times, never }.median()
}

/// The share of machines from which on a roll-out counts as done where the scenario
/// states no objective.
const DONE: u32 = 95;

/// The verdict on one advertisement in a few sentences: whether it will be done, when,
/// and what it has come to at the end.
///
/// What "done" means is what the objectives of the scenario ask for. Only a scenario
/// without any is held against a share that is not stated.
pub fn sentence(run: &Run, advertisement: &str) -> String {
    if targeted(run, advertisement) == 0.0 {
        return "It reaches no machine.".to_owned();
    }
    let clock = Clock::of(run);
    let mut text = if run.manifest.objectives.is_empty() {
        let lasts = share(run, advertisement) >= f64::from(DONE) / 100.0;
        whether(&Reached::of(run, advertisement, DONE), lasts)
    } else {
        let mine = objectives_of(run, advertisement);
        let said = as_asked(&mine, clock).unwrap_or_default();
        let lost = |o: &&ObjectiveRecord| {
            o.verdict == Verdict::Pass && share(run, advertisement) < o.success - 1e-9
        };
        if mine.iter().all(|o| o.verdict == Verdict::Pass) && mine.iter().any(lost) {
            said + "It does not last. "
        } else {
            said
        }
    };
    for percent in [DONE, 90, 50] {
        let reached = Reached::of(run, advertisement, percent);
        if !reached.times.is_empty() {
            text += &when(run, percent, &reached, clock);
            break;
        }
    }
    let end = clock.moment(run.horizon());
    text += &format!(
        "At the end, {end}, {} of the machines have it",
        percent(share(run, advertisement))
    );
    if let Some(restarts) = still_to_restart(run, advertisement) {
        text += &format!("; {restarts}");
    }
    text + "."
}

/// The verdict on the objectives that are about several advertisements together;
/// `None` where the scenario states none, or they are about one advertisement.
pub fn overall(run: &Run) -> Option<String> {
    if run.reaching() < 2 {
        return None;
    }
    let all = run.manifest.objectives.iter();
    let together: Vec<_> = all.filter(|o| o.advertisement.is_none()).collect();
    let said = as_asked(&together, Clock::of(run))?;
    Some(said.trim_end().to_owned())
}

/// The objectives that are about one advertisement. One for all of them is among these
/// where no other advertisement reaches a machine.
fn objectives_of<'r>(run: &'r Run, advertisement: &str) -> Vec<&'r ObjectiveRecord> {
    let is_alone = run.reaching() < 2;
    let all = run.objectives_about(advertisement);
    all.filter(|objective| objective.advertisement.is_some() || is_alone)
        .collect()
}

/// Whether what `objectives` ask for will be done: not if one of them is missed, and
/// for sure only if none is undecided.
fn as_asked(objectives: &[&ObjectiveRecord], clock: Clock) -> Option<String> {
    let of = |verdict: Verdict| -> Vec<_> {
        let own = objectives.iter().filter(|o| o.verdict == verdict);
        own.map(|objective| asked(objective, clock)).collect()
    };
    let beginnings = [
        (Verdict::Fail, "It will not be done as asked"),
        (
            Verdict::Undecided,
            "It is undecided whether it will be done as asked",
        ),
        (Verdict::Pass, "It will be done as asked"),
    ];
    let all = beginnings.map(|(verdict, beginning)| (beginning, of(verdict)));
    let (beginning, told) = all.into_iter().find(|(_, told)| !told.is_empty())?;
    Some(format!("{beginning}: {}. ", told.join("; ")))
}

/// `90 % by Fri 20 Mar 18:00, met in 7 of 10 replications`.
fn asked(objective: &ObjectiveRecord, clock: Clock) -> String {
    let what = share_asked(objective.success);
    let by = date(objective, clock);
    if objective.of < 2 {
        return format!("{what} by {by}");
    }
    let (met, of) = (objective.met, replications(objective.of as f64));
    format!("{what} by {by}, met in {met} of {of}")
}

/// How many machines have it and still have to restart; `None` if none does.
pub(super) fn still_to_restart(run: &Run, advertisement: &str) -> Option<String> {
    let waiting = of_all(run, advertisement, "restart_pending");
    (waiting > 0.0).then(|| match waiting {
        few if few < 0.05 => "fewer than 0.1 machines still have to restart".to_owned(),
        one if (one - 1.0).abs() < 0.05 => "1 machine still has to restart".to_owned(),
        several => format!("{} still have to restart", machines(several)),
    })
}

/// How much of the tail machines are that were off, which no faster line and no earlier
/// hour mends.
fn last_off(run: &Run, advertisement: &str) -> Option<String> {
    let last = of_all(run, advertisement, "last_off");
    let share = last / targeted(run, advertisement);
    // Less would be rounded to nothing.
    if !share.is_finite() || share < 0.0005 {
        return None;
    }
    let part = percent(share);
    Some(match last.round() as u64 {
        0 | 1 => format!("The last machine ({part}) was off for most of the time."),
        _ if share > 0.9995 => {
            "At least nine in ten of all machines were off for most of the time.".to_owned()
        }
        _ => format!(
            "Of the last {} ({part}), at least nine in ten were off for most of the time.",
            machines(last)
        ),
    })
}

/// Whether it will be done, where the scenario does not say what that means, and whether it
/// `lasts`: what comes round may fail at a later time, and a program may be replaced.
fn whether(done: &Reached, lasts: bool) -> String {
    let (there, never) = (done.times.len(), done.never.len());
    let all = there + never;
    match (there, never) {
        (0, _) => format!("It will not be done: {DONE} % is not reached. "),
        (_, 0) if lasts => "It will be done: ".to_owned(),
        (_, 0) => "It will be done, and does not last: ".to_owned(),
        _ if there > never => format!("It will be done in {there} of {all} replications: "),
        _ => format!("It will be done in {there} of {all} replications only: "),
    }
}

/// When this many machines have it.
fn when(run: &Run, percent: u32, reached: &Reached, clock: Clock) -> String {
    let replications = run.manifest.replications;
    // Beside the share that an objective asks for it is clear which of them is reached.
    let what = if run.manifest.objectives.is_empty() {
        format!("{percent} %")
    } else {
        format!("{percent} % have it")
    };
    // Beside the moments that are asked for, seconds tell apart what looks the same.
    let asked: Vec<f64> = (run.manifest.objectives.iter().map(|o| o.by_seconds))
        .chain([run.horizon()])
        .collect();
    let date = |at: f64| clock.date_beside(at, &asked);
    let mut text = match reached.median() {
        Some(median) => format!("{what} by {}", date(median)),
        None => {
            let first = reached.times.first().copied().unwrap_or(0.0);
            format!(
                "{what} by {} at the earliest; in the median of {replications} replications never",
                date(first)
            )
        }
    };
    if replications > 1 && reached.median().is_some() {
        text += &format!(" in the median of {replications} replications");
        if let Some(late) = reached.p90() {
            text += &format!(" (nine of ten by {})", date(late));
        }
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
    text + ". "
}

pub(super) fn share(run: &Run, advertisement: &str) -> f64 {
    of_all(run, advertisement, "success_share")
}

/// The machines that are offered it.
pub(super) fn targeted(run: &Run, advertisement: &str) -> f64 {
    of_all(run, advertisement, "targeted")
}

/// A figure of all replications.
fn of_all(run: &Run, advertisement: &str, column: &str) -> f64 {
    let mut rows = run.table("summary").of(advertisement);
    let row = rows.find(|row| row.text("replication") == "all");
    row.and_then(|row| row.number(column)).unwrap_or(0.0)
}

/// Phases that do not open in every replication.
fn closed(run: &Run) -> Vec<String> {
    let all = f64::from(run.manifest.replications);
    let rows = run.table("phases").iter();
    let closed = rows.filter_map(|row| {
        // A roll-out to no machine has nothing to open.
        if targeted(run, row.text("advertisement")) == 0.0 {
            return None;
        }
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

/// The first thing to change: the cause with the most machines. Machines that
/// were not offered the program have no fault of their own, so that what stopped
/// the roll-out is told as well.
fn first_remedy(run: &Run, advertisement: &str) -> Option<Markup> {
    let mut rows = run.table("causes").of(advertisement);
    let row = rows.next()?;
    let behind = (row.text("outcome") == "not-offered")
        .then(|| rows.next())
        .flatten();
    Some(html! {
        p {
            (largest(run, advertisement, &row)) ": "
            strong { (words(row.text("cause"))) } ". "
            (decisions::what_happened(run, &row)) " " strong { "What would help: " } (row.text("what_would_help"))
        }
        @if let Some(row) = behind {
            p {
                "Behind it, " (machines(affected(&row))) ": " strong { (words(row.text("cause"))) } ". "
                (decisions::what_happened(run, &row)) " " strong { "What would help: " } (row.text("what_would_help"))
            }
        }
    })
}

/// How large the largest group of those without it is.
fn largest(run: &Run, advertisement: &str, row: &Row) -> String {
    let rows = run.table("causes").of(advertisement);
    let all: f64 = rows.map(|row| affected(&row)).sum();
    let group = affected(row);
    if all - group < 0.05 {
        format!("All of the others, {}", machines(all))
    } else if group > all / 2.0 {
        format!("Most of the others, {} of {}", count(group), count(all))
    } else {
        let (group, all) = (count(group), count(all));
        format!("The largest group of the others, {group} of {all}")
    }
}

fn affected(row: &Row) -> f64 {
    row.number("machines").unwrap_or(0.0)
}

/// The whole view.
pub fn view(run: &Run) -> Markup {
    html! {
        section id="verdict" aria-labelledby="verdict-heading" {
            h2 id="verdict-heading" { "Will it be done, and when?" }
            @if let Some(said) = overall(run) { p.verdict { strong { "All advertisements together: " } (said) } }
            @for advertisement in run.advertisements() {
                p.verdict { strong { (advertisement) ": " } (sentence(run, &advertisement)) }
                @if let Some(remedy) = first_remedy(run, &advertisement) { (remedy) }
                @if let Some(said) = last_off(run, &advertisement) { p { (said) } }
            }
            @for sentence in decisions::stops(run) { p.warn { (sentence) } }
            @for sentence in closed(run) { p.warn { (sentence) } }
            @if !run.manifest.objectives.is_empty() { (objectives(run)) }
        }
    }
}

fn date(objective: &ObjectiveRecord, clock: Clock) -> String {
    match objective.outside {
        Some(_) => {
            let date: Result<DateTime, _> = objective.by_date.parse();
            date.map_or(objective.by_date.replace('T', " "), |date| {
                clock.of_date(date)
            })
        }
        None => clock.moment(objective.by_seconds),
    }
}

fn objectives(run: &Run) -> Markup {
    let clock = Clock::of(run);
    html! {
        table {
            caption { "Objectives" }
            thead { tr { th scope="col" { "Objective" } th scope="col" { "Asked for" } th scope="col" { "Verdict" } th scope="col" { "Why" } } }
            tbody {
                @for objective in &run.manifest.objectives {
                    tr {
                        th scope="row" { (objective.name) }
                        td {
                            (share_asked(objective.success)) " of the machines of "
                            (objective.advertisement.as_deref().unwrap_or("all advertisements"))
                            " by " (date(objective, clock))
                        }
                        td { span class=(format!("tag {}", objective.verdict)) { (objective.verdict) } }
                        td {
                            "met in " (objective.met) " of " (replications(objective.of as f64))
                            @if let Some(asked) = asked_of(objective.of, objective.chance, objective.confidence) { "; " (asked) }
                            @if objective.unknown > 0 { "; " (objective.unknown) " cannot be told" }
                            @if let Some(reached) = &objective.reached { "; " (reached.words(objective.doubt.is_some())) }
                            @if let Some(doubt) = &objective.doubt { "; " (doubt) }
                            @if objective.verdict == Verdict::Undecided && objective.unknown == 0 && objective.doubt.is_none() {
                                "; " (what_would_decide(objective.met, objective.of, objective.chance, objective.confidence))
                            }
                        }
                    }
                }
            }
        }
    }
}
