//! What a run came to, for a reader at the terminal.
//!
//! Made from the totals alone, in plain text without colour: per advertisement
//! how many machines have it and when, the causes that cost most machines with
//! an example and a remedy, then what was short.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use super::failures::machine_name;
use super::manifest::RunRecord;
use super::names;
use super::resources::{describe, mean_use};
use super::run::ResourceKey;
use super::summary::milestone_mean;
use super::tally::MILESTONES;
use super::totals::{AdvertisementTotal, ResourceTotal, Totals};
use crate::outcome::{Cause, Ending};
use crate::statistics::{CONFIDENCE, Interval, wilson};
use crate::units::Span;
use crate::world::{AdvertisementId, MachineId, World};

/// Causes, links and servers that are listed.
const LISTED: usize = 5;

/// The text.
pub(super) fn digest(world: &World, totals: &Totals, runs: &[RunRecord]) -> String {
    let mut out = String::new();
    write_digest(world, totals, runs, &mut out).expect("writing to a string does not fail");
    out
}

fn write_digest(
    world: &World,
    totals: &Totals,
    runs: &[RunRecord],
    out: &mut String,
) -> fmt::Result {
    head(world, totals, runs, out)?;
    for (index, total) in totals.advertisements.iter().enumerate() {
        let id = AdvertisementId::from(index);
        advertisement(world, totals, id, total, out)?;
        causes(world, totals, id, total, out)?;
    }
    links(world, totals, out)?;
    servers(world, totals, out)
}

fn head(world: &World, totals: &Totals, runs: &[RunRecord], out: &mut String) -> fmt::Result {
    let machines = grouped(world.fleet.machines.len() as f64);
    let replications = match totals.replications {
        1 => "1 replication".to_owned(),
        n => format!("{n} replications"),
    };
    let groups = runs.iter().map(|run| run.groups).max().unwrap_or(0);
    writeln!(out, "{}", world.title)?;
    writeln!(
        out,
        "{machines} machines, {replications} of {} from {}, seed {}, {} of machines that share nothing",
        world.horizon,
        world.start.strftime("%Y-%m-%d %H:%M"),
        world.seed,
        if groups == 1 {
            "1 group".to_owned()
        } else {
            format!("{} groups", grouped(f64::from(groups)))
        },
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
    let (share, interval) = total.success_share(factor);
    // One replication has no spread; its own share still has an uncertainty.
    let interval =
        interval.or_else(|| wilson(total.successes.sum() as u64, total.targeted, CONFIDENCE));
    write!(
        out,
        "\n{name}: {} of {} machines installed, {}",
        grouped(total.successes.mean().unwrap_or(0.0)),
        grouped(total.targeted as f64),
        percent(share.unwrap_or(0.0)),
    )?;
    if let Some(Interval { low, high }) = interval {
        write!(
            out,
            " (95 % interval {} to {})",
            percent(low),
            percent(high)
        )?;
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
    for (permille, milestone) in MILESTONES.iter().zip(&total.milestones) {
        write!(out, "  {:>3} %  ", permille / 10)?;
        match milestone_mean(milestone, totals.replications, factor).0 {
            Some(seconds) => {
                let after = Span(Span::from_secs_f64(seconds).0 / 1_000_000 * 1_000_000);
                writeln!(out, "after {after}{}", clock(world, after))?;
            }
            None if milestone.count() == 0 => writeln!(out, "not reached")?,
            None => writeln!(
                out,
                "reached in {} of {} replications",
                milestone.count(),
                totals.replications
            )?,
        }
    }
    Ok(())
}

/// The wall-clock time so long after the start.
fn clock(world: &World, after: Span) -> String {
    let duration = jiff::SignedDuration::from_micros(i64::try_from(after.0).unwrap_or(i64::MAX));
    match world.start.checked_add(duration) {
        Ok(at) => format!(", {}", at.strftime("%a %Y-%m-%d %H:%M")),
        Err(_) => String::new(),
    }
}

/// The machines that one cause has cost an advertisement.
struct CauseTotal {
    machines: u128,
    example: MachineId,
}

fn causes(
    world: &World,
    totals: &Totals,
    id: AdvertisementId,
    total: &AdvertisementTotal,
    out: &mut String,
) -> fmt::Result {
    let mut by_cause: BTreeMap<Cause, CauseTotal> = BTreeMap::new();
    for (key, failure) in totals
        .failures
        .iter()
        .filter(|(key, _)| key.advertisement == id)
    {
        let entry = by_cause.entry(key.cause).or_insert(CauseTotal {
            machines: 0,
            example: failure.example,
        });
        entry.machines += failure.machines.sum();
        entry.example = entry.example.min(failure.example);
    }
    let mut sorted: Vec<_> = by_cause.into_iter().collect();
    sorted.sort_by_key(|(cause, entry)| (std::cmp::Reverse(entry.machines), *cause));
    for (cause, entry) in sorted.iter().take(LISTED) {
        let mean = entry.machines as f64 / totals.replications.max(1) as f64;
        let cause_name = if *cause == Cause::None {
            "no cause recorded"
        } else {
            cause.name()
        };
        writeln!(
            out,
            "  {:>9}  {:>6}  {cause_name}, e.g. {}",
            grouped(mean),
            percent(mean / total.targeted as f64),
            machine_name(world, entry.example),
        )?;
        for sentence in names::advice(*cause) {
            paragraph(sentence, out)?;
        }
    }
    if sorted.len() > LISTED {
        let rest: u128 = sorted[LISTED..]
            .iter()
            .map(|(_, entry)| entry.machines)
            .sum();
        let mean = rest as f64 / totals.replications.max(1) as f64;
        let others = sorted.len() - LISTED;
        writeln!(
            out,
            "  {:>9}  {:>6}  {others} other causes, see failures.csv",
            grouped(mean),
            percent(mean / total.targeted as f64)
        )?;
    }
    Ok(())
}

/// Where the text of a cause begins, and where it should end.
const MARGIN: usize = 21;
const WIDTH: usize = 100;

/// A sentence in as many lines as it takes, none if it is empty.
fn paragraph(sentence: &str, out: &mut String) -> fmt::Result {
    let mut line = String::new();
    for word in sentence.split_whitespace() {
        if !line.is_empty() && MARGIN + line.chars().count() + 1 + word.chars().count() > WIDTH {
            writeln!(out, "{:MARGIN$}{line}", "")?;
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if line.is_empty() {
        Ok(())
    } else {
        writeln!(out, "{:MARGIN$}{line}", "")
    }
}

/// The links that were full the longest, then those used most.
fn links(world: &World, totals: &Totals, out: &mut String) -> fmt::Result {
    let mut used: Vec<_> = totals
        .resources
        .iter()
        .filter(|(key, total)| matches!(key, ResourceKey::Link(_)) && total.bytes > 0)
        .filter_map(|(key, total)| Some((*key, total, describe(world, *key).rate?)))
        .map(|(key, total, rate)| {
            let bytes = total.bytes / u128::from(totals.replications.max(1));
            (
                key,
                total,
                rate,
                mean_use(bytes, rate, world).unwrap_or(0.0),
            )
        })
        .collect();
    used.sort_by(|a, b| {
        b.1.saturated
            .cmp(&a.1.saturated)
            .then(b.3.total_cmp(&a.3))
            .then(a.0.cmp(&b.0))
    });
    if !used.is_empty() {
        writeln!(out, "\nBusiest links")?;
    }
    for (key, total, rate, mean) in used.into_iter().take(LISTED) {
        let description = describe(world, key);
        let full = Span(
            (total.saturated / u128::from(totals.replications.max(1))) as u64 / 1_000_000
                * 1_000_000,
        );
        write!(
            out,
            "  {} {}, {rate}: {} used on average",
            description.kind,
            description.name,
            percent(mean)
        )?;
        if let Some(peak) = total.peak_use {
            write!(out, ", {} at most", percent(peak))?;
        }
        if full > Span::ZERO {
            write!(out, ", full for {full}")?;
        }
        out.push('\n');
    }
    Ok(())
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
    short.sort_by_key(|(key, total)| (std::cmp::Reverse(turned_away(total)), **key));
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

/// A count with its thousands apart, rounded to whole ones unless it is small.
fn grouped(count: f64) -> String {
    if count < 10.0 && count.fract() != 0.0 {
        return format!("{count:.1}");
    }
    let digits = format!("{count:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share as a percentage with one decimal; never rounded up to all or down
/// to none.
fn percent(share: f64) -> String {
    let shown = share * 100.0;
    if share > 0.0 && shown < 0.05 {
        "< 0.1 %".to_owned()
    } else if share < 1.0 && shown >= 99.95 {
        "> 99.9 %".to_owned()
    } else {
        format!("{shown:.1} %")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_their_thousands_apart() {
        for (count, text) in [
            (0.0, "0"),
            (2.5, "2.5"),
            (12.5, "12"),
            (999.0, "999"),
            (1000.0, "1,000"),
            (1_234_567.0, "1,234,567"),
        ] {
            assert_eq!(grouped(count), text);
        }
    }

    #[test]
    fn a_long_sentence_is_broken_between_words() {
        let sentence = "Give the account read access to the share. ".repeat(5);
        let mut out = String::new();
        paragraph(&sentence, &mut out).unwrap();
        assert!(out.lines().count() > 1);
        assert!(
            out.lines()
                .all(|line| line.len() <= WIDTH && line.starts_with(&" ".repeat(MARGIN)))
        );
        assert_eq!(
            out.split_whitespace().collect::<Vec<_>>().join(" "),
            sentence.trim()
        );
        let mut nothing = String::new();
        paragraph("", &mut nothing).unwrap();
        assert_eq!(nothing, "");
    }

    #[test]
    fn a_share_is_not_rounded_to_all_or_nothing() {
        for (share, text) in [
            (0.0, "0.0 %"),
            (0.0001, "< 0.1 %"),
            (0.5, "50.0 %"),
            (0.99999, "> 99.9 %"),
            (1.0, "100.0 %"),
        ] {
            assert_eq!(percent(share), text);
        }
    }
}
