//! `sites.csv`, `phases.csv`, `days.csv` and `use.csv`: the run by place, by
//! phase of a roll-out, by day and by hour.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::cell;
use super::column::{Column, columns};
use super::failures::machine_name;
use super::line_capacity::LineCapacity;
use super::places::{Bin, PlaceTotal, PlacesTotal, days};
use super::summary::milestone_mean;
use crate::outcome::{Action, Decision, Stretches};
use crate::statistics::{CONFIDENCE, StudentFactor, WholeMoments, quantile_sorted};
use crate::units::Instant;
use crate::world::{AdvertisementId, SiteId, World};

/// Sites that `use.csv` has at most: those whose lines carry most.
const MOST_SITES: usize = 48;

columns! {
    /// Which site.
    SITE: fn site_cells(world: &World, advertisement: AdvertisementId, site: SiteId; out) {
        "advertisement" Text "the advertisement" => cell::text(out, &world.advertisements[advertisement.index()].id);
        "site" Text "the site" => cell::text(out, &world.sites[site.index()].name);
        "line_bits_per_second" BitsPerSecond "rate of the WAN link towards the site; empty if it has none or it is unlimited" => cell::optional_number(out, line(world, site));
    }
}

columns! {
    /// Which phase, and when it opened.
    PHASE: fn phase_cells(world: &World, advertisement: AdvertisementId, phase: u8, opened: &WholeMoments; out) {
        "advertisement" Text "the advertisement" => cell::text(out, &world.advertisements[advertisement.index()].id);
        "phase" Text "the phase" => cell::text(out, &world.control.rollouts[&advertisement].phases[usize::from(phase)].name);
        "opened" Number "replications in which the phase opened" => cell::number(out, opened.count());
        "opened_seconds" Instant "when it opened, the mean of these" => cell::optional_float(out, opened.mean().map(|micros| micros / 1e6));
    }
}

columns! {
    /// How the machines of a site or a phase fared.
    FARED: fn fared_cells(world: &World, total: &PlaceTotal, replications: u64; out) {
        "machines" Number "machines that the advertisement reaches" => cell::number(out, total.targeted);
        "success" Number "machines whose outcome counts as success, the mean of the replications" => cell::float(out, total.success.mean().unwrap_or(0.0));
        "success_share" Share "`success` among `machines`" => cell::optional_float(out, share(total.success.mean(), total.targeted));
        "seconds_to_50" Instant "when half of `machines` had ended with success, the mean of the replications; empty if one did not get there" => cell::optional_float(out, milestone_mean(&total.milestones[0], replications, None).0);
        "reached_50" Number "in how many replications that was reached" => cell::number(out, total.milestones[0].count());
        "seconds_to_90" Instant "the same of 90 %" => cell::optional_float(out, milestone_mean(&total.milestones[1], replications, None).0);
        "reached_90" Number "in how many replications that was reached" => cell::number(out, total.milestones[1].count());
        "seconds_to_95" Instant "the same of 95 %" => cell::optional_float(out, milestone_mean(&total.milestones[2], replications, None).0);
        "reached_95" Number "in how many replications that was reached" => cell::number(out, total.milestones[2].count());
        "last_seconds" Instant "the last success in any replication" => cell::instant(out, total.last.map_or(Instant::NEVER, |last| last.at));
        "last_machine" Text "the machine of that success" => cell::text(out, &total.last.map_or_else(String::new, |last| machine_name(world, last.machine)));
        "last_replication" Number "the replication of that success, for `explain --replication`" => cell::optional_number(out, total.last.map(|last| last.replication.into()));
        "worst_cause" Text "the cause that most machines without success have" => cell::name(out, total.worst().map_or("", |(cause, _)| cause.name()));
        "worst_cause_machines" Number "those machines, the mean of the replications" => cell::optional_float(out, worst_machines(total, replications));
    }
}

columns! {
    /// A day.
    DAYS: fn day_cells(world: &World, day: &DayRow<'_>; out) {
        "advertisement" Text "the advertisement" => cell::text(out, &world.advertisements[day.advertisement.index()].id);
        "day" Number "number of the day, from 1" => cell::number(out, day.number);
        "date" Date "its date by the scenario's clock" => cell::text(out, &date(world, day.from));
        "from_seconds" Instant "when it begins" => cell::instant(out, day.from);
        "until_seconds" Instant "when it ends: at midnight, or at the horizon" => cell::instant(out, day.until);
        "installed" Number "machines that ended with success on that day, the mean of the replications; those that had lost it before are counted again" => cell::optional_float(out, day.installed);
        "success" Number "machines that had it at its end, the mean of the replications" => cell::optional_float(out, day.moments.mean());
        "success_low" Number "lower bound of its t-interval; empty with one replication, or if all are equal" => cell::optional_float(out, day.interval(|i| i.low));
        "success_high" Number "upper bound" => cell::optional_float(out, day.interval(|i| i.high));
        "success_p10" Number "the 10th percentile over replications" => cell::optional_number(out, quantile_sorted(&day.sorted, 100));
        "success_p90" Number "the 90th percentile over replications" => cell::optional_number(out, quantile_sorted(&day.sorted, 900));
        "success_share" Share "`success` among the machines that the advertisement reaches" => cell::optional_float(out, share(day.moments.mean(), day.targeted));
    }
}

/// A site in a stretch of time.
struct UseRow<'a> {
    world: &'a World,
    capacity: &'a LineCapacity,
    site: SiteId,
    bin: &'a Bin,
    /// Number of the stretch, from 0.
    at: u64,
    replications: u64,
}

impl UseRow<'_> {
    /// The mean over the replications of a sum.
    fn mean(&self, sum: u64) -> f64 {
        sum as f64 / self.replications.max(1) as f64
    }

    /// What passed the line, if it is limited.
    fn through(&self) -> Option<f64> {
        self.world.sites[self.site.index()].wan_down?;
        Some(self.mean(self.bin.through))
    }
}

columns! {
    /// A site and some hours.
    USE: fn use_cells(row: &UseRow<'_>; out) {
        "site" Text "the site" => cell::text(out, &row.world.sites[row.site.index()].name);
        "line_bits_per_second" BitsPerSecond "rate of the WAN link towards the site; empty if it has none or it is unlimited" => cell::optional_number(out, line(row.world, row.site));
        "from_seconds" Instant "when the time begins" => cell::instant(out, bin_start(row.world, row.at));
        "until_seconds" Instant "when it ends" => cell::instant(out, bin_start(row.world, row.at + 1));
        "bytes" Bytes "bytes of packages that machines at the site received, from points and from each other, the mean of the replications; those of transfers that broke off or were not over at the horizon are among them" => cell::float(out, row.mean(row.bin.bytes));
        "bytes_from_elsewhere" Bytes "those among them from distribution points of other sites" => cell::float(out, row.mean(row.bin.from_elsewhere));
        "bytes_read" Bytes "bytes that their programs read from shares at other sites, the mean of the replications" => cell::float(out, row.mean(row.bin.read));
        "share_of_line" Share "`bytes_through` among what the line could carry in that time, at the capacity that calendars and faults left; 1 at most, since messages cross beside the transfers and what is sent is spread evenly; empty where the line gives nothing in all of that time" => cell::optional_float(out, share_of_line(row));
        "bytes_through" Bytes "bytes that passed the WAN link towards the site, those on their way to sites below it too: content, what programs read from shares, what is sent, copied or pulled, and with `[traffic]` policy, location and status traffic; the mean of the replications; empty where the site has no link or an unlimited one. Over all rows they are the `bytes` of the link in `resources.csv`" => cell::optional_float(out, row.through());
        "machines" Number "rows of `machines.csv` that had content on its way in that time, the mean of the replications: those of the machines that belong to the site and have `bytes_downloaded`, each in all hours from the beginning of its content to the end, or, after several tries, from when its machine learned of the advertisement; not a count of the transfers of `bytes`" => cell::float(out, row.mean(row.bin.machines));
    }
}

columns! {
    /// Columns of `use.csv` that are there only if something is sent.
    USE_OF_SENDING: fn use_of_sending(bin: &Bin, replications: u64; out) {
        "bytes_sent" Bytes "bytes that were sent, copied or pulled to distribution points over the WAN link towards the site, those on their way to sites below it too, spread likewise; the mean of the replications" => cell::float(out, bin.sent as f64 / replications.max(1) as f64);
    }
}

/// A number of machines among those that an advertisement reaches; none where that is
/// no machine.
fn share(machines: Option<f64>, targeted: u64) -> Option<f64> {
    machines
        .filter(|_| targeted > 0)
        .map(|machines| machines / targeted as f64)
}

/// Whether anything is sent to distribution points.
pub(super) fn is_sent(world: &World) -> bool {
    !world.deliveries.is_empty()
}

/// The columns of `sites.csv`.
pub(super) fn site_columns() -> Vec<Column> {
    [SITE, FARED].concat()
}

/// The columns of `phases.csv`.
pub(super) fn phase_columns() -> Vec<Column> {
    [PHASE, FARED].concat()
}

/// The rate of the WAN link towards a site, if it is limited.
fn line(world: &World, site: SiteId) -> Option<u64> {
    let rate = world.links[world.sites[site.index()].wan_down?.index()].rate;
    (!rate.is_unlimited()).then_some(rate.0)
}

fn worst_machines(total: &PlaceTotal, replications: u64) -> Option<f64> {
    let (_, machines) = total.worst()?;
    Some(machines as f64 / replications.max(1) as f64)
}

/// The rows of `sites.csv`, by advertisement and site.
pub(super) fn sites(world: &World, totals: &PlacesTotal, replications: u64) -> (Vec<u8>, u64) {
    let mut out = Vec::new();
    for ((advertisement, site), total) in &totals.sites {
        site_cells(world, *advertisement, *site, &mut out);
        fared_cells(world, total, replications, &mut out);
        cell::end_row(&mut out);
    }
    (out, totals.sites.len() as u64)
}

/// When the phases of roll-outs opened.
#[derive(Debug, Clone, Default)]
pub(super) struct Openings(BTreeMap<(AdvertisementId, u8), WholeMoments>);

impl Openings {
    /// Takes the decisions of the next replication.
    pub(super) fn add(&mut self, decisions: &[Decision]) {
        let mut first = BTreeMap::new();
        for decision in decisions.iter().filter(|d| d.action == Action::Open) {
            let key = (decision.advertisement, decision.phase as u8);
            first.entry(key).or_insert(decision.at);
        }
        for (key, at) in first {
            self.0.entry(key).or_default().add(at.0);
        }
    }
}

/// The rows of `phases.csv`, by advertisement and phase.
pub(super) fn phases(
    world: &World,
    totals: &PlacesTotal,
    openings: &Openings,
    replications: u64,
) -> (Vec<u8>, u64) {
    let mut out = Vec::new();
    let mut rows = 0;
    let none = PlaceTotal::default();
    for (advertisement, rollout) in &world.control.rollouts {
        for phase in 0..rollout.phases.len() as u8 {
            let key = (*advertisement, phase);
            let opened = openings.0.get(&key).copied().unwrap_or_default();
            phase_cells(world, *advertisement, phase, &opened, &mut out);
            let total = totals.phases.get(&key).unwrap_or(&none);
            fared_cells(world, total, replications, &mut out);
            cell::end_row(&mut out);
            rows += 1;
        }
    }
    (out, rows)
}

/// One row of `days.csv`.
struct DayRow<'a> {
    advertisement: AdvertisementId,
    number: u64,
    from: Instant,
    until: Instant,
    targeted: u64,
    /// Mean of the machines that came to have it.
    installed: Option<f64>,
    moments: &'a WholeMoments,
    factor: Option<StudentFactor>,
    sorted: Vec<u64>,
}

impl DayRow<'_> {
    fn interval(&self, bound: fn(crate::statistics::Interval) -> f64) -> Option<f64> {
        let interval = self.moments.interval(self.factor?)?;
        Some(bound(interval.clamped(0.0, self.targeted as f64)))
    }
}

fn date(world: &World, at: Instant) -> String {
    clock(world, at).map_or_else(String::new, |clock| clock.date().to_string())
}

fn clock(world: &World, at: Instant) -> Option<jiff::civil::DateTime> {
    let span = jiff::SignedDuration::from_micros(at.0 as i64);
    world.start.checked_add(span).ok()
}

/// The rows of `days.csv`, by advertisement and day.
pub(super) fn day_rows(world: &World, totals: &PlacesTotal, replications: u64) -> (Vec<u8>, u64) {
    let factor = StudentFactor::new(replications, CONFIDENCE);
    let ends = days(world);
    let (mut out, mut rows) = (Vec::new(), 0);
    for (advertisement, all) in &totals.days {
        let all_sites = (*advertisement, SiteId(0))..=(*advertisement, SiteId(u32::MAX));
        let sites = totals.sites.range(all_sites);
        let targeted = sites.map(|(_, total)| total.targeted).sum();
        let mut from = Instant::START;
        for (index, (until, day)) in ends.iter().zip(all).enumerate() {
            let mut moments = WholeMoments::default();
            day.success.iter().for_each(|count| moments.add(*count));
            let mut sorted = day.success.clone();
            sorted.sort_unstable();
            let row = DayRow {
                advertisement: *advertisement,
                number: index as u64 + 1,
                from,
                until: *until,
                targeted,
                installed: (replications > 0).then(|| day.installed as f64 / replications as f64),
                moments: &moments,
                factor,
                sorted,
            };
            day_cells(world, &row, &mut out);
            cell::end_row(&mut out);
            rows += 1;
            from = *until;
        }
    }
    (out, rows)
}

fn bin_start(world: &World, at: u64) -> Instant {
    Stretches::of(world.horizon).begin(at)
}

/// At most 1: what is sent is spread evenly over its time, a little more at some hours
/// than the line gave, and messages take nothing from it. None of a stretch in which the
/// line gives nothing: a share of nothing is no number.
fn share_of_line(row: &UseRow<'_>) -> Option<f64> {
    line(row.world, row.site)?;
    let line = row.world.sites[row.site.index()].wan_down?;
    let bits = row.bin.through as f64 * 8.0 / row.replications.max(1) as f64;
    let most = row.capacity.bits(line, row.at);
    (most > 0.0).then(|| (bits / most).min(1.0))
}

/// The rows of `use.csv`: the sites whose lines carried most for their rate,
/// then those that received most, each with its hours.
pub(super) fn use_rows(world: &World, totals: &PlacesTotal, replications: u64) -> (Vec<u8>, u64) {
    let weight = |site: SiteId, bins: &[Bin]| {
        let sum = |bytes: fn(&Bin) -> u64| bins.iter().map(|b| u128::from(bytes(b))).sum::<u128>();
        let over_line = sum(|bin| bin.through);
        let rate = line(world, site).filter(|rate| *rate > 0);
        // Milliseconds of the line at its full rate.
        let load = rate.map_or(0, |rate| over_line * 8_000 / u128::from(rate));
        (load, sum(|bin| bin.bytes))
    };
    let mut sites: Vec<_> = totals.traffic.iter().collect();
    sites.sort_by_cached_key(|(site, bins)| (Reverse(weight(**site, bins)), **site));
    sites.truncate(MOST_SITES);
    let lines = sites.iter();
    let lines = lines.filter_map(|(site, _)| world.sites[site.index()].wan_down);
    let capacity = LineCapacity::of(world, lines);
    let (mut out, mut rows) = (Vec::new(), 0);
    for (site, bins) in sites {
        for at in 0..Stretches::of(world.horizon).count {
            let bin = bins.get(at).copied().unwrap_or_default();
            let row = UseRow {
                world,
                capacity: &capacity,
                site: *site,
                bin: &bin,
                at: at as u64,
                replications,
            };
            use_cells(&row, &mut out);
            if is_sent(world) {
                use_of_sending(&bin, replications, &mut out);
            }
            cell::end_row(&mut out);
            rows += 1;
        }
    }
    (out, rows)
}
