//! What a replication comes to by place, by phase and by day: what `sites.csv`,
//! `phases.csv`, `days.csv` and `use.csv` are made from.
//!
//! Machines are counted some at a time, in parallel, and joined in their order.
//! Download traffic is kept in a bounded number of bins a site, so that its
//! size does not grow with the horizon.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::tally::{Job, MILESTONES, for_each_job, milestones, phase_of};
use crate::outcome::Cause;
use crate::outcome::Replication;
use crate::statistics::WholeMoments;
use crate::units::{Instant, Size, Span};
use crate::world::{AdvertisementId, MachineId, Received, SiteId, World};

/// Machines that one thread takes at a time. Any number gives the same result.
const CHUNK: usize = 8192;

/// Most bins of a site; they are wider than an hour where the horizon has more.
const MOST_BINS: u64 = 96;

const HOUR: u64 = 3_600_000_000;

/// Hours that a bin may be wide: whole parts of a day, then whole days.
const WIDTHS: [u64; 8] = [1, 2, 3, 4, 6, 8, 12, 24];

/// How wide the bins of a forecast over `horizon` are.
pub(super) fn bin_width(horizon: Span) -> Span {
    let enough = |hours: &&u64| horizon.0.div_ceil(**hours * HOUR) <= MOST_BINS;
    let days = || horizon.0.div_ceil(24 * HOUR * MOST_BINS).max(1) * 24;
    let hours = WIDTHS.iter().find(enough).copied().unwrap_or_else(days);
    Span(hours * HOUR)
}

/// Bytes of packages that the machines of a site received in a bin, the machines that
/// were receiving any, and what was sent to points over the site's line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Bin {
    /// All of them.
    pub(super) bytes: u64,
    /// Those that came from another site.
    pub(super) from_elsewhere: u64,
    /// Machines.
    pub(super) machines: u64,
    /// What was sent, copied or pulled over the WAN link towards the site.
    pub(super) sent: u64,
    /// What programs read from shares at other sites.
    pub(super) read: u64,
}

impl Bin {
    /// What came over the WAN link towards the site.
    pub(super) fn over_the_line(&self) -> u64 {
        self.from_elsewhere + self.sent + self.read
    }
}

/// Machines that have advertisement, site and phase in common.
#[derive(Debug, Clone, Default)]
struct Group {
    targeted: u64,
    installed: Vec<Instant>,
    last: Option<(Instant, MachineId)>,
    causes: BTreeMap<Cause, u64>,
}

impl Group {
    fn take(&mut self, job: &Job, since: Option<Instant>) {
        self.targeted += 1;
        let outcome = job.outcome;
        if let Some(since) = since {
            self.installed.push(since);
            self.last = self.last.max(Some((since, job.machine_id)));
        } else {
            *self.causes.entry(outcome.cause).or_default() += 1;
        }
    }

    fn append(&mut self, next: Self) {
        self.targeted += next.targeted;
        self.last = self.last.max(next.last);
        for (cause, machines) in next.causes {
            *self.causes.entry(cause).or_default() += machines;
        }
        if self.installed.is_empty() {
            self.installed = next.installed;
        } else {
            self.installed.extend(next.installed);
        }
    }
}

type Key = (AdvertisementId, SiteId, Option<u8>);

/// One replication, or a part of its machines.
#[derive(Debug)]
struct Places {
    groups: Recent<Key, Group>,
    traffic: Recent<SiteId, Vec<Bin>>,
    /// How wide a bin is, microseconds, and how many a site has.
    width: u64,
    bins: usize,
}

/// A map that has the value at hand which was asked for last: machines of one place
/// come one after the other.
#[derive(Debug)]
struct Recent<K, V> {
    at: BTreeMap<K, usize>,
    values: Vec<V>,
    last: Option<(K, usize)>,
}

impl<K, V> Default for Recent<K, V> {
    fn default() -> Self {
        let (at, values, last) = (BTreeMap::new(), Vec::new(), None);
        Self { at, values, last }
    }
}

impl<K: Ord + Copy, V: Default> Recent<K, V> {
    /// The value of `key`, which is new if it has none.
    fn of(&mut self, key: K) -> &mut V {
        let known = self.last.filter(|(last, _)| *last == key);
        let at = known.map_or_else(|| self.place(key), |(_, at)| at);
        self.last = Some((key, at));
        &mut self.values[at]
    }

    fn place(&mut self, key: K) -> usize {
        let next = self.values.len();
        let at = *self.at.entry(key).or_insert(next);
        if at == next {
            self.values.push(V::default());
        }
        at
    }

    /// By key.
    fn into_iter(mut self) -> impl Iterator<Item = (K, V)> {
        let at = self.at.into_iter();
        at.map(move |(key, at)| (key, std::mem::take(&mut self.values[at])))
    }
}

/// Adds what came to a site to what came to it before.
fn join(mine: &mut Vec<Bin>, bins: Vec<Bin>) {
    if mine.is_empty() {
        *mine = bins;
        return;
    }
    mine.resize(mine.len().max(bins.len()), Bin::default());
    for (mine, bin) in mine.iter_mut().zip(&bins) {
        mine.bytes += bin.bytes;
        mine.from_elsewhere += bin.from_elsewhere;
        mine.machines += bin.machines;
        mine.sent += bin.sent;
        mine.read += bin.read;
    }
}

impl Places {
    fn new(world: &World) -> Self {
        let width = bin_width(world.horizon).0;
        Self {
            groups: Recent::default(),
            traffic: Recent::default(),
            width,
            bins: world.horizon.0.div_ceil(width).max(1) as usize,
        }
    }

    fn of(world: &World, replication: &Replication) -> Self {
        let machines = world.fleet.machines.len();
        let parts: Vec<Self> = (0..machines.div_ceil(CHUNK))
            .into_par_iter()
            .map(|part| {
                let mut places = Self::new(world);
                let range = part * CHUNK..machines.min((part + 1) * CHUNK);
                for_each_job(world, range, &replication.outcomes, |job| {
                    places.take(world, &job, job.successful_since(world, replication));
                });
                places
            })
            .collect();
        let mut whole = Self::new(world);
        parts.into_iter().for_each(|part| whole.append(part));
        let sent = replication
            .delivered
            .as_ref()
            .map(|delivered| &delivered.sent);
        for received in &sent.unwrap_or(&world.sent).received {
            let Received { from, until, .. } = *received;
            whole.spread(
                world,
                received.site,
                (from, until),
                received.bytes,
                |bin, bytes| {
                    bin.sent += bytes;
                },
            );
        }
        whole
    }

    fn take(&mut self, world: &World, job: &Job, since: Option<Instant>) {
        let phase = phase_of(world, job).map(|phase| phase as u8);
        let key = (job.advertisement, job.site, phase);
        self.groups.of(key).take(job, since);
        self.receive(world, job, since);
    }

    /// Spreads what a machine received evenly between the beginning and the end of its
    /// content, and what its program read over the time that it ran; after several
    /// tries, from when it learned of the advertisement.
    ///
    /// A row may tell of a later time than that at which its bytes came: of an assignment
    /// that has come round, of another user, of a program whose content one before it in
    /// the chain has brought. Then they came before the machine first had the program, or
    /// else before its program last began.
    fn receive(&mut self, world: &World, job: &Job, since: Option<Instant>) {
        self.receive_content(world, job, since);
        let outcome = job.outcome;
        if outcome.from_shares.0 > 0 {
            let span = if outcome.run_start.is_some() {
                (begun(world, job, outcome.run_start), outcome.run_end)
            } else {
                (learned(job), since.unwrap_or(Instant::NEVER))
            };
            let bytes = Size(from_other_sites(world, job));
            self.spread(world, job.site, span, bytes, |bin, bytes| bin.read += bytes);
        }
    }

    fn receive_content(&mut self, world: &World, job: &Job, since: Option<Instant>) {
        let outcome = job.outcome;
        if outcome.downloaded.0 == 0 {
            return;
        }
        let point = outcome.distribution_point;
        let elsewhere = point.is_some_and(|p| world.servers[p.index()].site != job.site);
        let span = if outcome.content_start.is_some() {
            (
                begun(world, job, outcome.content_start),
                outcome.content_end,
            )
        } else {
            let run_start = since.map_or(outcome.run_start, |since| since.min(outcome.run_start));
            (learned(job), run_start)
        };
        self.spread(world, job.site, span, outcome.downloaded, |bin, bytes| {
            bin.bytes += bytes;
            bin.from_elsewhere += if elsewhere { bytes } else { 0 };
            bin.machines += 1;
        });
    }

    /// Spreads bytes that come to a site evenly over a time.
    fn spread(
        &mut self,
        world: &World,
        site: SiteId,
        (from, until): (Instant, Instant),
        bytes: Size,
        add: impl Fn(&mut Bin, u64),
    ) {
        let (horizon, width) = (world.horizon.0, self.width);
        let start = from.0.min(horizon);
        let end = until.0.clamp(start, horizon).max(start + 1);
        let bins = self.traffic.of(site);
        bins.resize(self.bins, Bin::default());
        let first = start / width;
        let mut begins = first * width;
        for bin in bins.iter_mut().skip(first as usize) {
            if begins >= end {
                break;
            }
            let inside = end.min(begins + width) - start.max(begins);
            if inside == end - start {
                return add(bin, bytes.0);
            }
            let part = u128::from(bytes.0) * u128::from(inside);
            add(bin, (part / u128::from(end - start)) as u64);
            begins += width;
        }
    }

    fn append(&mut self, next: Self) {
        for (key, group) in next.groups.into_iter() {
            self.groups.of(key).append(group);
        }
        for (site, bins) in next.traffic.into_iter() {
            join(self.traffic.of(site), bins);
        }
    }
}

/// When a machine learned of its advertisement; at the latest at the start, if that is
/// not told.
fn learned(job: &Job) -> Instant {
    let learned = job.outcome.policy;
    if learned.is_some() {
        learned
    } else {
        Instant::START
    }
}

/// When an activity began that `last` is the last beginning of: the record has the
/// beginning of the last try, and the bytes of all of them.
fn begun(world: &World, job: &Job, last: Instant) -> Instant {
    let again = &world.control.repetition;
    let is_one = job.outcome.attempts <= 1 && !again.recurring.contains_key(&job.advertisement);
    match job.outcome.policy {
        learned if !is_one && learned.is_some() => last.min(learned),
        _ => last,
    }
}

/// How much of what a program read from shares came from other sites: as much of it
/// as these are among the bytes that it reads; where an inventory says how many bytes
/// these are, from each share as much as from any other.
fn from_other_sites(world: &World, job: &Job) -> u64 {
    let program = world.advertisements[job.advertisement.index()].program;
    let (mut all, mut elsewhere) = (0u128, 0u128);
    for used in &world.programs[program.index()].shares {
        let server = world.shares[used.share.index()].server;
        let read = u128::from(used.read.0.max(1));
        all += read;
        if world.servers[server.index()].site != job.site {
            elsewhere += read;
        }
    }
    let read = u128::from(job.outcome.from_shares.0);
    (read * elsewhere).checked_div(all).unwrap_or(0) as u64
}

/// Machines that have a place or a phase in common, over all replications.
#[derive(Debug, Clone, Default)]
pub(super) struct PlaceTotal {
    /// Machines.
    pub(super) targeted: u64,
    /// Those that succeeded.
    pub(super) success: WholeMoments,
    /// Times of the milestones in microseconds.
    pub(super) milestones: [WholeMoments; MILESTONES.len()],
    /// The last success in any replication.
    pub(super) last: Option<(Instant, MachineId)>,
    /// Machines without success by cause, summed over replications.
    causes: BTreeMap<Cause, u64>,
}

impl PlaceTotal {
    fn add(&mut self, mut group: Group) {
        self.targeted = group.targeted;
        self.success.add(group.installed.len() as u64);
        self.last = self.last.max(group.last);
        for (cause, machines) in &group.causes {
            *self.causes.entry(*cause).or_default() += machines;
        }
        let installed = std::mem::take(&mut group.installed);
        let times = milestones(group.targeted, installed);
        for (total, at) in self.milestones.iter_mut().zip(times) {
            if let Some(at) = at {
                total.add(at.0);
            }
        }
    }

    /// The cause with the most machines, and how many those are, summed over
    /// replications.
    pub(super) fn worst(&self) -> Option<(Cause, u64)> {
        let all = self
            .causes
            .iter()
            .map(|(cause, machines)| (*cause, *machines));
        all.max_by_key(|(cause, machines)| (*machines, std::cmp::Reverse(*cause)))
    }
}

/// One day of an advertisement: successes by its end, by replication.
pub(super) type Day = Vec<u64>;

/// A whole run by place, phase, day and hour.
#[derive(Debug, Clone, Default)]
pub(super) struct PlacesTotal {
    /// By advertisement and site.
    pub(super) sites: BTreeMap<(AdvertisementId, SiteId), PlaceTotal>,
    /// By advertisement and phase.
    pub(super) phases: BTreeMap<(AdvertisementId, u8), PlaceTotal>,
    /// By advertisement.
    pub(super) days: BTreeMap<AdvertisementId, Vec<Day>>,
    /// By site, summed over replications.
    pub(super) traffic: BTreeMap<SiteId, Vec<Bin>>,
}

/// The ends of the days of a forecast, the last one at the horizon. Days begin
/// at midnight by the scenario's clock.
pub(super) fn days(world: &World) -> Vec<Instant> {
    let time = world.start.time();
    let since_midnight =
        (time.hour() as u64 * 60 + time.minute() as u64) * 60 + time.second() as u64;
    let first = 24 * HOUR - since_midnight * 1_000_000;
    let ends = (0..).map(|day| first + day * 24 * HOUR);
    let mut ends: Vec<_> = ends
        .take_while(|end| *end < world.horizon.0)
        .map(Instant)
        .collect();
    ends.push(Instant(world.horizon.0));
    ends
}

impl PlacesTotal {
    /// Takes the next replication.
    pub(super) fn add(&mut self, world: &World, replication: &Replication) {
        let places = Places::of(world, replication);
        let mut sites = BTreeMap::<_, Group>::new();
        let mut phases = BTreeMap::<_, Group>::new();
        for ((advertisement, site, phase), group) in places.groups.into_iter() {
            if let Some(phase) = phase {
                let of_phase = phases.entry((advertisement, phase)).or_default();
                of_phase.append(group.clone());
            }
            sites
                .entry((advertisement, site))
                .or_default()
                .append(group);
        }
        self.add_days(world, &sites);
        for (key, group) in sites {
            self.sites.entry(key).or_default().add(group);
        }
        for (key, group) in phases {
            self.phases.entry(key).or_default().add(group);
        }
        for (site, bins) in places.traffic.into_iter() {
            join(self.traffic.entry(site).or_default(), bins);
        }
    }

    fn add_days(&mut self, world: &World, sites: &BTreeMap<(AdvertisementId, SiteId), Group>) {
        let ends = days(world);
        let mut counts = BTreeMap::<AdvertisementId, Vec<u64>>::new();
        for ((advertisement, _), group) in sites {
            let counts = counts.entry(*advertisement).or_default();
            counts.resize(ends.len(), 0);
            for at in &group.installed {
                let day = ends.partition_point(|end| end <= at).min(ends.len() - 1);
                counts[day] += 1;
            }
        }
        for (advertisement, counts) in counts {
            let days = self.days.entry(advertisement).or_default();
            days.resize(ends.len(), Day::new());
            let mut so_far = 0;
            for (day, count) in days.iter_mut().zip(counts) {
                so_far += count;
                day.push(so_far);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_are_an_hour_wide_until_there_would_be_too_many() {
        for (hours, width) in [(1, 1), (62, 1), (96, 1), (97, 2), (336, 4), (24 * 96, 24)] {
            let found = bin_width(Span::from_hours(hours));
            assert_eq!(found, Span::from_hours(width), "{hours} h");
        }
        let year = bin_width(Span::from_days(365));
        assert_eq!(year, Span::from_days(4));
    }
}
