//! `summary.csv`: what became of each advertisement, per replication and over
//! all of them.

use super::cell;
use super::removed;
use super::reported;
use super::tally::{AdvertisementTally, MILESTONES, ReplicationTally};
use super::totals::{AdvertisementTotal, Totals};
use crate::outcome::Ending;
use crate::statistics::{CONFIDENCE, Interval, StudentFactor, WholeMoments, wilson};
use crate::units::Instant;
use crate::world::World;

/// Columns, in order.
pub(super) fn headings() -> Vec<String> {
    let mut headings: Vec<String> = ["replication", "advertisement", "targeted"]
        .map(String::from)
        .into();
    headings.extend(removed::always_shown().map(|ending| ending.name().replace('-', "_")));
    headings.extend(
        [
            "success",
            "success_share",
            "success_share_low",
            "success_share_high",
        ]
        .map(String::from),
    );
    for permille in MILESTONES {
        let percent = permille / 10;
        headings.push(format!("seconds_to_{percent}"));
        headings.push(format!("seconds_to_{percent}_low"));
        headings.push(format!("seconds_to_{percent}_high"));
        headings.push(format!("reached_{percent}"));
    }
    headings
}

/// The rows of one replication.
pub(super) fn rows(world: &World, replication: u32, tally: &ReplicationTally) -> (Vec<u8>, u64) {
    let mut out = Vec::new();
    for (advertisement, tally) in world.advertisements.iter().zip(&tally.advertisements) {
        cell::number(&mut out, u64::from(replication));
        cell::text(&mut out, &advertisement.id);
        replication_cells(tally, &mut out);
        if reported::is_shown(world) {
            tally.reported.cells(&mut out);
        }
        if removed::is_shown(world) {
            cell::number(&mut out, tally.endings[Ending::Removed as usize]);
        }
        cell::end_row(&mut out);
    }
    (out, tally.advertisements.len() as u64)
}

fn replication_cells(tally: &AdvertisementTally, out: &mut Vec<u8>) {
    let (targeted, successes) = (tally.targeted(), tally.successes());
    cell::number(out, targeted);
    removed::always_shown().for_each(|ending| cell::number(out, tally.endings[*ending as usize]));
    cell::number(out, successes);
    let share = (targeted > 0).then(|| successes as f64 / targeted as f64);
    share_cells(share, wilson(successes, targeted, CONFIDENCE), out);
    for at in tally.milestones {
        cell::instant(out, at.unwrap_or(Instant::NEVER));
        cell::empty(out);
        cell::empty(out);
        cell::number(out, u64::from(at.is_some()));
    }
}

fn share_cells(share: Option<f64>, interval: Option<Interval>, out: &mut Vec<u8>) {
    cell::optional_float(out, share);
    cell::optional_float(out, interval.map(|interval| interval.low));
    cell::optional_float(out, interval.map(|interval| interval.high));
}

/// The rows over all replications.
pub(super) fn total_rows(world: &World, totals: &Totals) -> (Vec<u8>, u64) {
    let factor = totals.factor();
    let mut out = Vec::new();
    for (advertisement, total) in world.advertisements.iter().zip(&totals.advertisements) {
        cell::name(&mut out, "all");
        cell::text(&mut out, &advertisement.id);
        total_cells(total, totals.replications, factor, &mut out);
        if reported::is_shown(world) {
            total.reported.cells(&mut out);
        }
        if removed::is_shown(world) {
            cell::optional_float(&mut out, total.endings[Ending::Removed as usize].mean());
        }
        cell::end_row(&mut out);
    }
    (out, totals.advertisements.len() as u64)
}

fn total_cells(
    total: &AdvertisementTotal,
    replications: u64,
    factor: Option<StudentFactor>,
    out: &mut Vec<u8>,
) {
    cell::number(out, total.targeted);
    for ending in removed::always_shown() {
        cell::optional_float(out, total.endings[*ending as usize].mean());
    }
    cell::optional_float(out, total.successes.mean());
    let (share, interval) = total.success_share(factor);
    share_cells(share, interval, out);
    for milestone in &total.milestones {
        let (mean, interval) = milestone_mean(milestone, replications, factor);
        cell::optional_float(out, mean);
        cell::optional_float(out, interval.map(|interval| interval.low));
        cell::optional_float(out, interval.map(|interval| interval.high));
        cell::number(out, milestone.count());
    }
}

/// Mean time in seconds and its interval, only if every replication got there:
/// a mean over those that did would flatter.
pub(super) fn milestone_mean(
    milestone: &WholeMoments,
    replications: u64,
    factor: Option<StudentFactor>,
) -> (Option<f64>, Option<Interval>) {
    if milestone.count() < replications {
        return (None, None);
    }
    let mean = milestone.mean().map(|micros| micros / 1e6);
    let interval = factor.and_then(|factor| milestone.interval(factor));
    (
        mean,
        interval.map(|interval| interval.scaled(1e-6).clamped(0.0, f64::INFINITY)),
    )
}

impl AdvertisementTotal {
    /// Mean share of the targeted machines that got it, and its interval over
    /// the replications.
    pub(super) fn success_share(
        &self,
        factor: Option<StudentFactor>,
    ) -> (Option<f64>, Option<Interval>) {
        if self.targeted == 0 {
            return (None, None);
        }
        let each = 1.0 / self.targeted as f64;
        let interval = factor.and_then(|factor| self.successes.interval(factor));
        let mean = self.successes.mean().map(|mean| mean * each);
        (
            mean,
            interval.map(|interval| interval.scaled(each).clamped(0.0, 1.0)),
        )
    }
}
