//! `summary.csv`: what became of each advertisement, per replication and over
//! all of them.

use super::cell;
use super::column::{Column, Unit, columns};
use super::removed;
use super::reported;
use super::tail;
use super::tally::{AdvertisementTally, MILESTONES, ReplicationTally};
use super::totals::{AdvertisementTotal, Totals};
use crate::outcome::Ending;
use crate::statistics::{CONFIDENCE, Interval, StudentFactor, WholeMoments, wilson};
use crate::units::Instant;
use crate::world::World;

/// A count of one replication, or the mean of several.
#[derive(Debug, Clone, Copy)]
enum Count {
    Whole(u64),
    Mean(Option<f64>),
}

impl Count {
    fn write(self, out: &mut Vec<u8>) {
        match self {
            Self::Whole(count) => cell::number(out, count),
            Self::Mean(mean) => cell::optional_float(out, mean),
        }
    }
}

/// When a milestone was reached.
struct Milestone {
    /// The instant of one replication.
    at: Instant,
    /// The mean of several in seconds, and its interval.
    mean: Option<f64>,
    interval: Option<Interval>,
    /// In how many replications it was reached.
    reached: u64,
}

impl Milestone {
    fn time(&self, out: &mut Vec<u8>) {
        match self.mean {
            Some(mean) => cell::float(out, mean),
            None => cell::instant(out, self.at),
        }
    }
}

/// One row.
struct Row<'a> {
    /// `None` over all replications.
    replication: Option<u32>,
    advertisement: &'a str,
    targeted: u64,
    /// By [`Ending`].
    endings: [Count; Ending::ALL.len()],
    success: Count,
    share: Option<f64>,
    interval: Option<Interval>,
    milestones: [Milestone; MILESTONES.len()],
    /// What the site server knows.
    reported: [Count; reported::COUNTS],
    /// The last machines that were late because they were off.
    last_off: Count,
}

columns! {
    /// About what.
    FIRST: fn first_cells(row: &Row<'_>; out) {
        "replication" Text "number, or `all`" => match row.replication {
            Some(number) => cell::number(out, number.into()),
            None => cell::name(out, "all"),
        };
        "advertisement" Text "the advertisement" => cell::text(out, row.advertisement);
        "targeted" Number "machines that it reaches" => cell::number(out, row.targeted);
    }
}

columns! {
    /// How many have it.
    SUCCESS: fn success_cells(row: &Row<'_>; out) {
        "success" Number "machines whose outcome counts as success" => row.success.write(out);
        "success_share" Share "`success` among `targeted`" => cell::optional_float(out, row.share);
        "success_share_low" Share "lower bound of its interval" => cell::optional_float(out, row.interval.map(|i| i.low));
        "success_share_high" Share "upper bound" => cell::optional_float(out, row.interval.map(|i| i.high));
    }
}

/// The columns that the table always has, in order.
pub(super) fn columns() -> Vec<Column> {
    let endings = removed::always_shown().map(|ending| {
        let doc = format!("machines whose [outcome](#outcomes) is `{}`", ending.name());
        Column::one_of(ending.name().replace('-', "_"), Unit::Number, doc)
    });
    let milestones = MILESTONES.iter().flat_map(|permille| {
        let percent = permille / 10;
        let time = |suffix, doc: &str| {
            let name = format!("seconds_to_{percent}{suffix}");
            Column::one_of(name, Unit::Instant, doc.to_owned())
        };
        let when = format!("when {percent} % of the targeted machines had ended with success");
        let reached = "in how many replications that was reached".to_owned();
        [
            time("", &when),
            time("_low", "lower bound of its interval"),
            time("_high", "upper bound"),
            Column::one_of(format!("reached_{percent}"), Unit::Number, reached),
        ]
    });
    let first = FIRST.iter().cloned().chain(endings);
    let rest = SUCCESS.iter().cloned().chain(milestones);
    first.chain(rest).collect()
}

/// Which columns a scenario has beside those of all.
#[derive(Clone, Copy)]
struct Shown {
    reported: bool,
    removed: bool,
    tail: bool,
}

impl Shown {
    fn in_world(world: &World) -> Self {
        Self {
            reported: reported::is_shown(world),
            removed: removed::is_shown(world),
            tail: tail::is_shown(world),
        }
    }
}

/// The cells of a row.
fn cells(shown: Shown, row: &Row, out: &mut Vec<u8>) {
    first_cells(row, out);
    removed::always_shown().for_each(|ending| row.endings[*ending as usize].write(out));
    success_cells(row, out);
    for milestone in &row.milestones {
        milestone.time(out);
        cell::optional_float(out, milestone.interval.map(|interval| interval.low));
        cell::optional_float(out, milestone.interval.map(|interval| interval.high));
        cell::number(out, milestone.reached);
    }
    if shown.reported {
        row.reported.iter().for_each(|count| count.write(out));
    }
    if shown.removed {
        row.endings[Ending::Removed as usize].write(out);
    }
    if shown.tail {
        row.last_off.write(out);
    }
    cell::end_row(out);
}

/// The rows of one replication.
pub(super) fn rows(world: &World, replication: u32, tally: &ReplicationTally) -> (Vec<u8>, u64) {
    let (shown, mut out) = (Shown::in_world(world), Vec::new());
    for (advertisement, tally) in world.advertisements.iter().zip(&tally.advertisements) {
        let row = row_of(replication, &advertisement.id, tally);
        cells(shown, &row, &mut out);
    }
    (out, tally.advertisements.len() as u64)
}

fn row_of<'a>(replication: u32, advertisement: &'a str, tally: &AdvertisementTally) -> Row<'a> {
    let (targeted, successes) = (tally.targeted(), tally.successes());
    Row {
        replication: Some(replication),
        advertisement,
        targeted,
        endings: tally.endings.map(Count::Whole),
        success: Count::Whole(successes),
        share: (targeted > 0).then(|| successes as f64 / targeted as f64),
        interval: wilson(successes, targeted, CONFIDENCE),
        milestones: tally.milestones.map(|at| Milestone {
            at: at.unwrap_or(Instant::NEVER),
            mean: None,
            interval: None,
            reached: u64::from(at.is_some()),
        }),
        reported: tally.reported.0.map(Count::Whole),
        last_off: Count::Whole(tally.last_off),
    }
}

/// The rows over all replications.
pub(super) fn total_rows(world: &World, totals: &Totals) -> (Vec<u8>, u64) {
    let factor = totals.factor();
    let (shown, mut out) = (Shown::in_world(world), Vec::new());
    for (advertisement, total) in world.advertisements.iter().zip(&totals.advertisements) {
        let (share, interval) = total.success_share(factor);
        let row = Row {
            replication: None,
            advertisement: &advertisement.id,
            targeted: total.targeted,
            endings: total.endings.map(|count| Count::Mean(count.mean())),
            success: Count::Mean(total.successes.mean()),
            share,
            interval,
            milestones: total.milestones.map(|milestone| {
                let (mean, interval) = milestone_mean(&milestone, totals.replications, factor);
                Milestone {
                    at: Instant::NEVER,
                    mean,
                    interval,
                    reached: milestone.count(),
                }
            }),
            reported: total.reported.means().map(Count::Mean),
            last_off: Count::Mean(total.last_off.mean()),
        };
        cells(shown, &row, &mut out);
    }
    (out, totals.advertisements.len() as u64)
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

    /// The interval of that share as people and programs are told it: over the replications,
    /// or over the machines of a single one, which has no spread and is uncertain all the
    /// same.
    pub(super) fn share_interval(&self, factor: Option<StudentFactor>) -> Option<ShareInterval> {
        let replications = self.successes.count();
        let (interval, n, of) = if replications == 1 {
            let successes = self.successes.sum() as u64;
            let interval = wilson(successes, self.targeted, CONFIDENCE);
            (interval, self.targeted, "machine")
        } else {
            (self.success_share(factor).1, replications, "replication")
        };
        interval.map(|bounds| ShareInterval { bounds, n, of })
    }
}

/// An interval of a share, and what it was counted over.
#[derive(Debug, Clone, Copy)]
pub(super) struct ShareInterval {
    pub(super) bounds: Interval,
    /// How many there are of those.
    pub(super) n: u64,
    /// `machine` or `replication`.
    pub(super) of: &'static str,
}
