//! What a replication comes to by place, by phase and by day: what `sites.csv`,
//! `phases.csv`, `days.csv` and `use.csv` are made from.
//!
//! Machines are counted some at a time, in parallel, and joined in their order.
//! Download traffic is kept in a bounded number of bins a site, so that its
//! size does not grow with the horizon.

use std::collections::BTreeMap;

use super::holders::{Holders, Holding};
use super::tally::{Job, MILESTONES, milestones, phase_of};
use crate::outcome::Cause;
use crate::outcome::{Bytes, Giver, Replication, Stretches, Traffic};
use crate::statistics::WholeMoments;
use crate::units::{Instant, Size};
use crate::world::{AdvertisementId, MachineId, Received, ServerRole, SiteId, World};

const HOUR: u64 = 3_600_000_000;

/// What machines at a site received in a stretch of time, how many they were, and what
/// passed the site's line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Bin {
    /// Bytes of packages.
    pub(super) bytes: u64,
    /// Those that came from another site.
    pub(super) from_elsewhere: u64,
    /// Machines.
    pub(super) machines: u64,
    /// What was sent, copied or pulled over the WAN link towards the site.
    pub(super) sent: u64,
    /// What programs read from shares at other sites.
    pub(super) read: u64,
    /// All that passed the WAN link towards the site, if its rate is limited.
    pub(super) through: u64,
}

/// Machines that have advertisement, site and phase in common.
#[derive(Debug, Clone, Default)]
struct Group {
    targeted: u64,
    holders: Holders,
    last: Option<(Instant, MachineId)>,
    causes: BTreeMap<Cause, u64>,
}

impl Group {
    fn take(&mut self, job: &Job, holding: &Holding) {
        self.targeted += 1;
        self.holders.take(holding);
        let outcome = job.outcome;
        if let Some(since) = holding.since() {
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
        self.holders.append(next.holders);
    }
}

type Key = (AdvertisementId, SiteId, Option<u8>);

/// One replication, or a part of its machines.
#[derive(Debug)]
pub(super) struct Places {
    groups: Recent<Key, Group>,
    traffic: Recent<SiteId, Vec<Bin>>,
    stretches: Stretches,
}

/// A map that has the value at hand which was asked for last: machines of one place
/// come one after the other.
#[derive(Debug)]
pub(super) struct Recent<K, V> {
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
    #[inline]
    pub(super) fn of(&mut self, key: K) -> &mut V {
        let at = match &self.last {
            Some((last, at)) if *last == key => *at,
            _ => self.place(key),
        };
        &mut self.values[at]
    }

    fn place(&mut self, key: K) -> usize {
        let next = self.values.len();
        let at = *self.at.entry(key).or_insert(next);
        if at == next {
            self.values.push(V::default());
        }
        self.last = Some((key, at));
        at
    }

    /// By key.
    fn iter(&self) -> impl Iterator<Item = (K, &V)> {
        self.at.iter().map(|(key, at)| (*key, &self.values[*at]))
    }

    /// By key.
    pub(super) fn into_iter(mut self) -> impl Iterator<Item = (K, V)> {
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
        mine.through += bin.through;
    }
}

impl Places {
    pub(super) fn new(world: &World) -> Self {
        Self {
            groups: Recent::default(),
            traffic: Recent::default(),
            stretches: Stretches::of(world.horizon),
        }
    }

    /// Adds what machines and points have received.
    pub(super) fn receive(&mut self, world: &World, replication: &Replication) {
        self.receive_content(world, &replication.traffic);
        let delivered = replication.delivered.as_ref();
        let sent = delivered.map_or(&world.sent, |delivered| &delivered.sent);
        for received in &sent.received {
            let Received { from, until, .. } = *received;
            let limited = world.sites[received.site.index()].wan_down.is_some();
            self.spread(
                received.site,
                (from, until),
                received.bytes,
                |bin, bytes| {
                    bin.sent += bytes;
                    bin.through += if limited { bytes } else { 0 };
                },
            );
        }
    }

    /// Adds what came to machines, and over which lines.
    fn receive_content(&mut self, world: &World, traffic: &Traffic) {
        for ((site, giver), bytes) in &traffic.content {
            let (point, elsewhere) = match giver {
                Giver::Peers => (true, false),
                Giver::Server(server, role) => (
                    *role == ServerRole::DistributionPoint,
                    world.servers[server.index()].site != *site,
                ),
            };
            self.add(*site, bytes, |bin, bytes| {
                bin.bytes += if point { bytes } else { 0 };
                bin.from_elsewhere += if point && elsewhere { bytes } else { 0 };
                bin.read += if elsewhere && !point { bytes } else { 0 };
            });
        }
        for (site, bytes) in traffic.over_lines(world) {
            self.add(site, &bytes, |bin, bytes| bin.through += bytes);
        }
    }

    fn add(&mut self, site: SiteId, bytes: &Bytes, add: impl Fn(&mut Bin, u64)) {
        for (bin, bytes) in self.bins_of(site, bytes.len()).iter_mut().zip(bytes) {
            add(bin, *bytes);
        }
    }

    /// Counts a row.
    pub(super) fn take(&mut self, world: &World, job: &Job, holding: &Holding) {
        let phase = phase_of(world, job).map(|phase| phase as u8);
        let key = (job.advertisement, job.site, phase);
        self.groups.of(key).take(job, holding);
        self.note_receiver(world, job, holding.since());
    }

    /// Counts a machine as long as it received content: between the beginning and the
    /// end of that, after several tries from when it learned of the advertisement.
    ///
    /// A row may tell of a later time than that at which its bytes came: of an assignment
    /// that has come round, of another user, of a program whose content one before it in
    /// the chain has brought. Then they came before the machine first had the program, or
    /// else before its program last began.
    fn note_receiver(&mut self, world: &World, job: &Job, since: Option<Instant>) {
        let (outcome, stretches) = (job.outcome, self.stretches);
        if outcome.downloaded.0 == 0 {
            return;
        }
        let span = if outcome.content_start.is_some() {
            (
                begun(world, job, outcome.content_start),
                outcome.content_end,
            )
        } else {
            let run_start = since.map_or(outcome.run_start, |since| since.min(outcome.run_start));
            (learned(job), run_start)
        };
        let received = stretches.within(span);
        let bins = self.bins_of(job.site, received.end() + 1);
        for bin in &mut bins[received] {
            bin.machines += 1;
        }
    }

    /// Spreads bytes that come to a site evenly over a time.
    fn spread(
        &mut self,
        site: SiteId,
        when: (Instant, Instant),
        bytes: Size,
        add: impl Fn(&mut Bin, u64),
    ) {
        let stretches = self.stretches;
        let bins = self.bins_of(site, stretches.within(when).end() + 1);
        stretches.spread(when, bytes, |at, bytes| add(&mut bins[at], bytes));
    }

    /// One bin for each stretch of time, at least for this many. Those at the end that
    /// nothing came in may be missing.
    fn bins_of(&mut self, site: SiteId, stretches: usize) -> &mut [Bin] {
        let bins = self.traffic.of(site);
        if bins.len() < stretches {
            bins.resize(stretches, Bin::default());
        }
        bins
    }

    /// When machines of all places came to have what each advertisement offers.
    pub(super) fn holders(&self, world: &World) -> Vec<Holders> {
        let mut holders = vec![Holders::default(); world.advertisements.len()];
        for ((advertisement, ..), group) in self.groups.iter() {
            holders[advertisement.index()].add(&group.holders);
        }
        holders
    }

    /// Adds the machines that follow.
    pub(super) fn append(&mut self, next: Self) {
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

/// A success that no other came after.
#[derive(Debug, Clone, Copy)]
pub(super) struct LastSuccess {
    pub(super) at: Instant,
    pub(super) machine: MachineId,
    /// The number of its replication: the first of those in which that machine is the
    /// last, at the same instant.
    pub(super) replication: u32,
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
    pub(super) last: Option<LastSuccess>,
    /// Machines without success by cause, summed over replications.
    causes: BTreeMap<Cause, u64>,
}

impl PlaceTotal {
    fn add(&mut self, replication: u32, mut group: Group) {
        self.targeted = group.targeted;
        self.success.add(group.holders.at_the_end());
        if group.last > self.last.map(|last| (last.at, last.machine)) {
            self.last = group.last.map(|(at, machine)| LastSuccess {
                at,
                machine,
                replication,
            });
        }
        for (cause, machines) in &group.causes {
            *self.causes.entry(*cause).or_default() += machines;
        }
        let holders = std::mem::take(&mut group.holders);
        let times = milestones(group.targeted, holders);
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

/// One day of an advertisement.
#[derive(Debug, Clone, Default)]
pub(super) struct Day {
    /// Machines that had it at its end, by replication.
    pub(super) success: Vec<u64>,
    /// Machines that came to have it, summed over replications.
    pub(super) installed: u64,
}

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
    /// Takes the next replication, which has this number.
    pub(super) fn add(&mut self, world: &World, replication: u32, places: Places) {
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
            self.sites.entry(key).or_default().add(replication, group);
        }
        for (key, group) in phases {
            self.phases.entry(key).or_default().add(replication, group);
        }
        for (site, bins) in places.traffic.into_iter() {
            join(self.traffic.entry(site).or_default(), bins);
        }
    }

    fn add_days(&mut self, world: &World, sites: &BTreeMap<(AdvertisementId, SiteId), Group>) {
        let ends = days(world);
        // What falls on the end of a day has happened by then.
        let day_of = |at: &Instant| ends.partition_point(|end| end < at);
        let mut counts = BTreeMap::<AdvertisementId, Vec<(u64, u64)>>::new();
        for ((advertisement, _), group) in sites {
            let counts = counts.entry(*advertisement).or_default();
            counts.resize(ends.len(), (0, 0));
            for at in group.holders.gained() {
                counts[day_of(at)].0 += 1;
            }
            for at in group.holders.lost() {
                counts[day_of(at)].1 += 1;
            }
        }
        for (advertisement, counts) in counts {
            let days = self.days.entry(advertisement).or_default();
            days.resize(ends.len(), Day::default());
            let mut have_it = 0;
            for (day, (gained, lost)) in days.iter_mut().zip(counts) {
                have_it = have_it + gained - lost;
                day.success.push(have_it);
                day.installed += gained;
            }
        }
    }
}
