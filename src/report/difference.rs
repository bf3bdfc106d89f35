//! The difference between two runs in words, for the reader of a live page.

use super::compare::{self, values_of_both};
use super::curve::start_difference;
use super::data::{Row, Run};
use super::text::{Clock, count, machines as counted, percent, span, words as spelled};
use super::verdict::median_of;
use crate::units::counted as number_of;
use std::collections::BTreeMap;

/// Advertisements that are told of.
const MOST: usize = 6;
/// Causes that are told of.
const MOST_CAUSES: usize = 3;

/// What the run `now` gives that the run `before` does not, a sentence or two
/// for each advertisement.
///
/// A run of one replication is held against the first replication of the other,
/// which has the same draws. Of runs with the same draws and different numbers of
/// replications those that both have are compared.
pub fn words(before: &Run, now: &Run) -> Vec<String> {
    let advertisements = now.advertisements();
    let told = advertisements.iter().take(MOST);
    told.map(|id| of_one(before, now, id)).collect()
}

/// The replication that both are compared in: the first, or all together.
fn which(before: &Run, now: &Run) -> &'static str {
    let is_one = |run: &Run| run.manifest.replications == 1;
    if is_one(now) || is_one(before) && compare::are_paired(before, now) {
        "1"
    } else {
        "all"
    }
}

fn of_one(before: &Run, now: &Run, advertisement: &str) -> String {
    let which = which(before, now);
    let (Some(old), Some(new)) = (
        row(before, advertisement, which),
        row(now, advertisement, which),
    ) else {
        return format!("{advertisement} was not there before.");
    };
    if let Some(said) = reaches_none(&old, &new) {
        return format!("{advertisement}: {said}.");
    }
    let mut parts = Vec::new();
    // Only the machines are put to a test, so that only these can be beyond chance.
    let more = if are_unequal(before, now) && which == "all" {
        machines_of_both(before, now, advertisement, [&old, &new])
    } else {
        machines(&old, &new)
    };
    parts.extend(more.map(|said| {
        let chance = beyond_chance(before, now, advertisement);
        chance.map_or(said.clone(), |chance| format!("{said} ({chance})"))
    }));
    parts.extend(time(before, now, |share| {
        let column = format!("seconds_to_{share}");
        if which == "1" {
            return [&old, &new].map(|row| Reached {
                at: row.number(&column),
                often: None,
            });
        }
        values_of_both(before, now, advertisement, &column).map(|times| Reached {
            at: median_of(&times),
            often: Some([times.values().flatten().count(), times.len()]),
        })
    }));
    if parts.is_empty() {
        return format!("{advertisement}: no difference.");
    }
    // The table of causes is of all replications of its run.
    let of_which = if before.manifest.replications == now.manifest.replications {
        String::new()
    } else {
        let [then, now] = [before, now].map(|run| run.manifest.replications);
        format!(
            ", the means of {then} and {}",
            number_of(now.into(), "replication")
        )
    };
    let causes = match causes(before, now, advertisement).as_str() {
        "" => String::new(),
        causes => format!(" Machines without it, by cause{of_which}: {causes}."),
    };
    format!("{advertisement}: {}.{causes}", parts.join("; "))
}

fn row<'r>(run: &'r Run, advertisement: &str, replication: &str) -> Option<Row<'r>> {
    let mut rows = run.table("summary").of(advertisement);
    rows.find(|row| row.text("replication") == replication)
}

/// What is to be said where one of the runs reaches no machine: there is no share and
/// no time to hold against those of the other.
fn reaches_none(old: &Row, new: &Row) -> Option<String> {
    let [before, now] = [old, new].map(|row| row.number("targeted").unwrap_or(0.0));
    match (before > 0.0, now > 0.0) {
        (true, true) => None,
        (true, false) => Some(format!(
            "it reaches no machine, and reached {} before",
            counted(before)
        )),
        (false, true) => Some(format!(
            "it reaches {}, and reached none before",
            counted(now)
        )),
        (false, false) => Some("it reaches no machine, now and before".to_owned()),
    }
}

/// Whether the runs have the same draws and one has replications that the other has not.
fn are_unequal(before: &Run, now: &Run) -> bool {
    compare::are_paired(before, now) && before.manifest.replications != now.manifest.replications
}

/// How many machines have it, as an average over the replications that both runs have.
fn machines_of_both(
    before: &Run,
    now: &Run,
    advertisement: &str,
    [old, new]: [&Row; 2],
) -> Option<String> {
    let counts = values_of_both(before, now, advertisement, "success");
    let [machines_before, machines_now] = counts.map(|values| {
        let sum: f64 = values.values().flatten().sum();
        sum / values.len().max(1) as f64
    });
    let share = |machines: f64, row: &Row| {
        machines
            / row
                .number("targeted")
                .filter(|all| *all > 0.0)
                .unwrap_or(1.0)
    };
    gained(
        [machines_before, machines_now],
        [share(machines_before, old), share(machines_now, new)],
    )
}

/// How many machines have it, and which share of those that are offered it.
fn machines(old: &Row, new: &Row) -> Option<String> {
    let of = |column| [old, new].map(|row: &Row| row.number(column).unwrap_or(0.0));
    gained(of("success"), of("success_share"))
}

/// `91.2 % instead of 65.9 %, 1,223 machines more`.
fn gained(machines: [f64; 2], [share_before, share_now]: [f64; 2]) -> Option<String> {
    let more = machines[1] - machines[0];
    if more.abs() < 0.05 && (share_now - share_before).abs() < 1e-9 {
        return None;
    }
    let direction = if more < 0.0 { "fewer" } else { "more" };
    Some(format!(
        "{} instead of {}, {} {} {direction}",
        percent(share_now),
        percent(share_before),
        count(more.abs()),
        if (more.abs() - 1.0).abs() < 0.05 {
            "machine"
        } else {
            "machines"
        },
    ))
}

/// When a share of the machines has it in one of the runs.
struct Reached {
    /// The median of several replications; none if more than half never get there.
    at: Option<f64>,
    /// In how many of how many replications, where there are several.
    often: Option<[usize; 2]>,
}

/// `4 of 5 replications instead of 0 of 5`; `None` of one replication.
fn in_replications(before: &Reached, now: &Reached) -> Option<String> {
    let ([then, of_then], [now, of_now]) = (before.often?, now.often?);
    Some(format!(
        "{now} of {of_now} replications instead of {then} of {of_then}"
    ))
}

/// `95 % by Sat 18 Mar 14:00, 3 h earlier`, for the largest share about which
/// there is something to say. Of several replications it is the median, beside how many
/// of them get there.
fn time(before: &Run, now: &Run, reached: impl Fn(u32) -> [Reached; 2]) -> Option<String> {
    let clock = Clock::of(now);
    let shift = start_difference(now, before);
    for share in [95, 90, 50] {
        let [old, new] = reached(share);
        let often = in_replications(&old, &new);
        let then_date = |then| Clock::of(before).date(then);
        match (old.at, new.at, often) {
            (None, None, _) => {}
            (None, Some(at), Some(often)) => {
                return Some(format!(
                    "{share} % is reached in {often}, in the median by {}",
                    clock.date(at)
                ));
            }
            (Some(at), None, Some(often)) => {
                return Some(format!(
                    "{share} % is reached in {often} (before, in the median: {})",
                    then_date(at)
                ));
            }
            (None, Some(at), None) => {
                return Some(format!("{share} % is reached now, by {}", clock.date(at)));
            }
            (Some(then), None, None) => {
                let then = then_date(then);
                return Some(format!("{share} % is no longer reached (before: {then})"));
            }
            (Some(then), Some(at), often) => {
                let later = at - (then + shift);
                if later.abs() < 1.0 {
                    return None;
                }
                let median = often.map_or("", |_| " in the median");
                return Some(format!(
                    "{share} % by {}{median}, {}{}",
                    clock.date(at),
                    moved(later),
                    of_the_start(-shift, at - then)
                ));
            }
        }
    }
    None
}

/// `3 h earlier`.
fn moved(later: f64) -> String {
    let direction = if later < 0.0 { "earlier" } else { "later" };
    format!("{} {direction}", span(later.abs()))
}

/// What a difference between two dates owes to a forecast that starts `later`, and what
/// to a time from the start that is `longer`; nothing if both start at one moment.
fn of_the_start(later: f64, longer: f64) -> String {
    if later.abs() < 1.0 {
        return String::new();
    }
    let starts = moved(later);
    if longer.abs() < 1.0 {
        return format!(", since the forecast starts {starts}");
    }
    let direction = if longer < 0.0 { "less" } else { "more" };
    let takes = span(longer.abs());
    format!(" (the forecast starts {starts}, and takes {takes} {direction})")
}

/// Whether the machines gained or lost are beyond chance; nothing to say of one
/// replication.
fn beyond_chance(before: &Run, now: &Run, advertisement: &str) -> Option<String> {
    let (a, b) = (&before.manifest, &now.manifest);
    if b.replications == 1 || a.replications == 1 {
        return None;
    }
    let [old, new] = values_of_both(before, now, advertisement, "success");
    let paired = compare::are_paired(before, now);
    let (means, interval) = compare::difference(&old, &new, paired)?;
    Some(compare::conclusion(
        means[1] - means[0],
        interval,
        before,
        now,
    ))
}

/// The causes that changed most: `No user logged on 120 → 3`.
fn causes(before: &Run, now: &Run, advertisement: &str) -> String {
    if now.table("causes").is_empty() && before.table("causes").is_empty() {
        return String::new();
    }
    if before.table("causes").headings().is_empty() || now.table("causes").headings().is_empty() {
        return String::new();
    }
    let mut all = BTreeMap::<String, [f64; 2]>::new();
    for (at, run) in [before, now].into_iter().enumerate() {
        for row in run.table("causes").of(advertisement) {
            let name = match row.text("cause") {
                "" => row.text("outcome"),
                cause => cause,
            };
            all.entry(name.to_owned()).or_default()[at] += row.number("machines").unwrap_or(0.0);
        }
    }
    let mut changed: Vec<_> = all
        .into_iter()
        .filter(|(_, [old, new])| (old - new).abs() >= 0.5)
        .collect();
    changed.sort_by(|a, b| {
        let size = |of: &[f64; 2]| (of[0] - of[1]).abs();
        size(&b.1).total_cmp(&size(&a.1)).then(a.0.cmp(&b.0))
    });
    let told = changed
        .iter()
        .take(MOST_CAUSES)
        .map(|(name, [old, new])| format!("{} {} → {}", spelled(name), count(*old), count(*new)));
    told.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_start_is_told_apart_from_a_longer_time() {
        let (hour, day) = (3_600.0, 86_400.0);
        assert_eq!(of_the_start(0.0, hour), "");
        assert_eq!(
            of_the_start(day, 0.0),
            ", since the forecast starts 1 d later"
        );
        assert_eq!(
            of_the_start(-day, -2.0 * hour),
            " (the forecast starts 1 d earlier, and takes 2 h less)"
        );
    }
}
