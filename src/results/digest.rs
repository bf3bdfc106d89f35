//! What a run came to, for a reader at the terminal.
//!
//! Made from the totals alone, in plain text without colour: per advertisement
//! how many machines have it and when, the causes that cost most machines with
//! an example and a remedy, then what was short.

mod decisions;
mod when;

use crate::units::on_one_line;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};

use super::failures::machine_name;
use super::peers;
use super::resources::describe;
use super::summary::ShareInterval;
use super::tally::MILESTONES;
use super::text::{grouped, paragraph, percent, rounded};
use super::totals::{AdvertisementTotal, Example, ResourceTotal, Totals};
use crate::outcome::{Cause, Ending, ResourceKey, mean_use};

use crate::units::{Instant, Span, counted};
use crate::world::{AdvertisementId, Link, World};

/// Causes, links and servers that are listed.
const LISTED: usize = 5;

/// The text.
pub(super) fn digest(world: &World, totals: &Totals) -> String {
    let mut out = String::new();
    write_digest(world, totals, &mut out).expect("writing to a string does not fail");
    out
}

fn write_digest(world: &World, totals: &Totals, out: &mut String) -> fmt::Result {
    head(world, totals, out)?;
    let mut advised = BTreeSet::new();
    let all = totals.advertisements.iter().zip(causes_of_each(totals));
    for (index, (total, sorted)) in all.enumerate() {
        let id = AdvertisementId::from(index);
        advertisement(world, totals, id, total, out)?;
        if total.targeted > 0 {
            decisions::decisions(world, totals, id, out)?;
        }
        causes(world, totals, (id, &sorted), &mut advised, out)?;
    }
    peers::digest(world, totals, out)?;
    links(world, totals, out)?;
    servers(world, totals, out)
}

fn head(world: &World, totals: &Totals, out: &mut String) -> fmt::Result {
    let machines = counted(world.fleet.machines.len() as u64, "machine");
    let replications = match totals.replications {
        1 => "1 replication".to_owned(),
        n => format!("{n} replications"),
    };
    writeln!(out, "{}", on_one_line(&world.title))?;
    writeln!(
        out,
        "{machines}, {replications} of {} from {}, seed {}",
        world.horizon,
        world.start.strftime("%Y-%m-%d %H:%M"),
        world.seed,
    )
}

fn advertisement(
    world: &World,
    totals: &Totals,
    id: AdvertisementId,
    total: &AdvertisementTotal,
    out: &mut String,
) -> fmt::Result {
    let name = &world.advertisements[id.index()].id;
    if total.targeted == 0 {
        return writeln!(out, "\n{name}: reaches no machine");
    }
    let factor = totals.factor();
    let (share, _) = total.success_share(factor);
    write!(
        out,
        "\n{name}: {} of {} installed, {}",
        grouped(total.successes.mean().unwrap_or(0.0)),
        counted(total.targeted, "machine"),
        percent(share.unwrap_or(0.0)),
    )?;
    if let Some(ShareInterval { bounds, n, of }) = total.share_interval(factor) {
        write!(
            out,
            " (95 % interval {} to {} over {})",
            percent(bounds.low),
            percent(bounds.high),
            counted(n, of),
        )?;
    } else {
        write!(out, " in each of {} replications", totals.replications)?;
    }
    let restarts = total.endings[Ending::RestartPending as usize];
    if restarts.sum() > 0 {
        write!(
            out,
            "; {} still to restart",
            grouped(restarts.mean().unwrap_or(0.0))
        )?;
    }
    out.push('\n');
    milestones(world, total, out)?;
    lost_again(total, out)?;
    last_off(total, out)
}

/// What was reached in every replication and is not there at the end: what came round has
/// failed, or the program has gone again.
fn lost_again(total: &AdvertisementTotal, out: &mut String) -> fmt::Result {
    let reached = MILESTONES.iter().zip(&total.times);
    let mut reached = reached.filter(|(_, times)| times.iter().all(|at| at.is_some()));
    let Some((permille, _)) = reached.next_back() else {
        return Ok(());
    };
    let asked = f64::from(*permille) / 1000.0 * total.targeted as f64;
    if total.successes.mean().unwrap_or(0.0) >= asked - 1e-6 {
        return Ok(());
    }
    writeln!(
        out,
        "  fewer than {} % have it at the end: a later run has failed, or the program is gone again",
        permille / 10
    )
}

/// How much of the tail machines are that were off.
fn last_off(total: &AdvertisementTotal, out: &mut String) -> fmt::Result {
    let machines = total.last_off.mean().unwrap_or(0.0);
    let share = machines / total.targeted as f64;
    // Less would be rounded to nothing.
    if share < 0.0005 {
        return Ok(());
    }
    let part = percent(share);
    let last = match machines.round() as u64 {
        _ if share > 0.9995 => "all machines".to_owned(),
        0 | 1 => {
            return writeln!(
                out,
                "  the last machine ({part}): it was off for most of the time"
            );
        }
        machines => format!("the last {} ({part})", counted(machines, "machine")),
    };
    writeln!(
        out,
        "  {last}: at least nine in ten of these were off for most of the time"
    )
}

/// When this share of it had been installed.
fn milestones(world: &World, total: &AdvertisementTotal, out: &mut String) -> fmt::Result {
    for (permille, times) in MILESTONES.iter().zip(&total.times) {
        write!(out, "  {:>3} %  ", permille / 10)?;
        match &times[..] {
            // What takes more machines was not reached either.
            all if all.iter().all(|at| *at == Instant::NEVER) => {
                return writeln!(out, "not reached");
            }
            [one] => {
                let after = rounded(one.since(Instant::START).seconds());
                writeln!(out, "after {after}, {}", when::date(world, *one))?;
            }
            all => writeln!(out, "{}", when::dates(world, all))?,
        }
    }
    Ok(())
}

/// The machines that one cause has cost an advertisement.
pub(super) struct CauseTotal {
    pub(super) machines: u128,
    pub(super) example: Example,
}

/// The causes that cost each advertisement machines, most machines first, by its position.
pub(super) fn causes_of_each(totals: &Totals) -> Vec<Vec<(Cause, CauseTotal)>> {
    let mut all: Vec<BTreeMap<Cause, CauseTotal>> = Vec::new();
    all.resize_with(totals.advertisements.len(), BTreeMap::new);
    for (key, failure) in &totals.failures {
        let by_cause = &mut all[key.advertisement.index()];
        let entry = by_cause.entry(key.cause).or_insert(CauseTotal {
            machines: 0,
            example: failure.example,
        });
        entry.machines += failure.machines.sum();
        entry.example = entry.example.min(failure.example);
    }
    let sorted = all.into_iter().map(|by_cause| {
        let mut sorted: Vec<_> = by_cause.into_iter().collect();
        sorted.sort_by_key(|(cause, entry)| (Reverse(entry.machines), *cause));
        sorted
    });
    sorted.collect()
}

/// The causes that cost most machines; what to do about each is said once.
fn causes(
    world: &World,
    totals: &Totals,
    (id, sorted): (AdvertisementId, &[(Cause, CauseTotal)]),
    advised: &mut BTreeSet<String>,
    out: &mut String,
) -> fmt::Result {
    let targeted = totals.advertisements[id.index()].targeted as f64;
    let counted = |machines: u128| {
        let mean = machines as f64 / totals.replications.max(1) as f64;
        format!("  {:>9}  {:>7}", grouped(mean), percent(mean / targeted))
    };
    for (cause, entry) in sorted.iter().take(LISTED) {
        let name = match cause {
            Cause::None => "no cause recorded",
            _ => cause.name(),
        };
        let example = totals.causes.example(id, *cause).unwrap_or(entry.example);
        write!(
            out,
            "{}  {name}, e.g. {}",
            counted(entry.machines),
            machine_name(world, example.machine)
        )?;
        // `explain` follows the first replication unless it is told another.
        match example.replication {
            1 => out.push('\n'),
            replication => writeln!(out, " -r {replication}")?,
        }
        let remedy = totals.causes.remedy(id, *cause).text;
        for sentence in [cause.explain().to_owned(), remedy] {
            if !sentence.is_empty() && advised.insert(sentence.clone()) {
                paragraph(&sentence, out)?;
            }
        }
    }
    if sorted.len() > LISTED {
        let rest = sorted[LISTED..]
            .iter()
            .map(|(_, entry)| entry.machines)
            .sum();
        let others = sorted.len() - LISTED;
        writeln!(
            out,
            "{}  {others} other {}, see failures.csv",
            counted(rest),
            if others == 1 { "cause" } else { "causes" }
        )?;
    }
    Ok(())
}

/// A link, on the mean of the replications.
struct BusyLink<'w> {
    key: ResourceKey,
    link: &'w Link,
    full: Span,
    mean_use: f64,
    peak_use: Option<f64>,
}

impl<'w> BusyLink<'w> {
    /// `None` for what is not a link, has no limit or was not used.
    fn of(
        world: &'w World,
        totals: &Totals,
        key: ResourceKey,
        total: &ResourceTotal,
    ) -> Option<Self> {
        let ResourceKey::Link(link) = key else {
            return None;
        };
        let link = &world.links[link.index()];
        let replications = u128::from(totals.replications.max(1));
        (total.bytes > 0 && !link.rate.is_unlimited()).then(|| Self {
            key,
            link,
            full: Span::from_secs_f64(((total.saturated / replications) as f64 / 1e6).round()),
            mean_use: mean_use(total.bytes / replications, link).unwrap_or(0.0),
            peak_use: total.peak_use,
        })
    }
}

/// The links that were full the longest, then those used most.
fn links(world: &World, totals: &Totals, out: &mut String) -> fmt::Result {
    let all = totals.resources.iter();
    let mut links: Vec<_> = all
        .filter_map(|(key, total)| BusyLink::of(world, totals, *key, total))
        .collect();
    if links.is_empty() {
        return Ok(());
    }
    links.sort_by(|a, b| {
        let by_use = b.mean_use.total_cmp(&a.mean_use);
        b.full.cmp(&a.full).then(by_use).then(a.key.cmp(&b.key))
    });
    write!(out, "\nBusiest links")?;
    let full = links.iter().filter(|link| link.full > Span::ZERO).count();
    if full > LISTED {
        write!(
            out,
            ", of {} that were full for a time",
            grouped(full as f64)
        )?;
    }
    out.push('\n');
    for link in links.iter().take(LISTED) {
        let (kind, name) = (
            describe(world, link.key).kind,
            describe(world, link.key).name,
        );
        write!(
            out,
            "  {kind} {name}, {}: {} used on average",
            capacity(link.link),
            percent(link.mean_use)
        )?;
        if let Some(peak) = link.peak_use {
            write!(out, ", {} at most", percent(peak))?;
        }
        if link.full > Span::ZERO {
            write!(out, ", full for {}", rounded(link.full.seconds()))?;
        }
        out.push('\n');
    }
    Ok(())
}

/// The rate of a link, with those that calendars and faults give it for a time: what is
/// used, and full, is what it gives then.
fn capacity(link: &Link) -> String {
    let rates = &link.given.others;
    let others = match (rates.iter().min(), rates.iter().max()) {
        (Some(least), Some(most)) if least == most => Some(least.to_string()),
        (Some(least), Some(most)) => Some(format!("{least} to {most}")),
        _ => None,
    };
    let nothing = link.given.nothing.then(|| "nothing".to_owned());
    let at_times: Vec<String> = others.into_iter().chain(nothing).collect();
    if at_times.is_empty() {
        return link.rate.to_string();
    }
    format!("{} and at times {}", link.rate, at_times.join(" or "))
}

/// The servers and shares that refused most requests, or kept them waiting too
/// long.
fn servers(world: &World, totals: &Totals, out: &mut String) -> fmt::Result {
    let turned_away = |total: &ResourceTotal| total.refusals + total.timeouts;
    let mut short: Vec<_> = totals
        .resources
        .iter()
        .filter(|(key, total)| !matches!(key, ResourceKey::Link(_)) && turned_away(total) > 0)
        .collect();
    short.sort_by_key(|(key, total)| (Reverse(turned_away(total)), **key));
    if !short.is_empty() {
        writeln!(out, "\nMost requests turned away")?;
    }
    let each = totals.replications.max(1) as f64;
    for (key, total) in short.into_iter().take(LISTED) {
        let description = describe(world, *key);
        writeln!(
            out,
            "  {} {}: {} refused, {} timed out",
            description.kind,
            description.name,
            grouped(total.refusals as f64 / each),
            grouped(total.timeouts as f64 / each),
        )?;
    }
    Ok(())
}
