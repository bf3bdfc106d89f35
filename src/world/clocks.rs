//! Clocks that are wrong.

use super::{ServerId, SiteId};
use crate::units::{Instant, SignedInstant};
use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::sync::OnceLock;

/// Clocks that are wrong for a time by a fixed amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockFault {
    /// From when on.
    pub from: Instant,
    /// Until when.
    pub until: Instant,
    /// By how many microseconds they are ahead; behind if negative.
    pub offset: i64,
    /// Servers, sorted.
    pub servers: Vec<ServerId>,
    /// Machines by their position in the fleet, sorted.
    pub machines: Vec<u32>,
    /// Sites all of whose servers and machines are meant, sorted.
    pub sites: Vec<SiteId>,
}

/// Everything that is wrong with clocks; of several faults of one clock that
/// hold at a time the last one counts.
#[derive(Debug, Clone, Default)]
pub struct Clocks {
    faults: Vec<ClockFault>,
    index: OnceLock<Index>,
}

/// The faults of each subject.
#[derive(Debug, Clone, Default)]
struct Index {
    servers: HashMap<ServerId, History>,
    machines: HashMap<u32, History>,
    sites: HashMap<SiteId, History>,
}

/// What is wrong with the clock of one subject over time: from each moment on the
/// last fault that holds, if any does.
#[derive(Debug, Clone, Default)]
struct History(Vec<(Instant, Option<u32>)>);

impl Clocks {
    /// Those of the faults, in the order in which they were declared.
    pub fn new(faults: Vec<ClockFault>) -> Self {
        let index = OnceLock::new();
        Self { faults, index }
    }

    /// Whether every clock is right at all times.
    pub fn is_empty(&self) -> bool {
        self.faults.is_empty()
    }

    /// By how much the clock of a server, which stands at `site`, is ahead.
    pub fn of_server(&self, server: ServerId, site: SiteId, now: Instant) -> i64 {
        let index = self.index();
        self.offset([index.servers.get(&server), index.sites.get(&site)], now)
    }

    /// By how much the clock of the machine at `position`, which stands at
    /// `site`, is ahead.
    pub fn of_machine(&self, position: u32, site: SiteId, now: Instant) -> i64 {
        self.offset(self.machine(position, site), now)
    }

    /// The first instant from `now` on at which the clock of that machine shows
    /// `local` or later.
    pub fn shows(
        &self,
        position: u32,
        site: SiteId,
        local: SignedInstant,
        now: Instant,
    ) -> Instant {
        if !local.is_some() {
            return Instant::NEVER;
        }
        let mut at = now;
        loop {
            let next = self.next_change(position, site, at);
            let offset = self.of_machine(position, site, at);
            let there = local.shown_by(offset).clamped().max(at);
            if there < next || !next.is_some() {
                return there;
            }
            at = next;
        }
    }

    /// When, after `now`, the clock of that machine is set next to another time than it
    /// shows: a fault that sets it to what it shows changes nothing.
    pub fn next_change(&self, position: u32, site: SiteId, now: Instant) -> Instant {
        let histories = self.machine(position, site);
        let present = self.offset(histories, now);
        let mut at = now;
        loop {
            let next = histories.into_iter().flatten();
            at = next
                .map(|history| history.next(at))
                .min()
                .unwrap_or(Instant::NEVER);
            if !at.is_some() || self.offset(histories, at) != present {
                return at;
            }
        }
    }

    fn machine(&self, position: u32, site: SiteId) -> [Option<&History>; 2] {
        let index = self.index();
        [index.machines.get(&position), index.sites.get(&site)]
    }

    fn offset(&self, histories: [Option<&History>; 2], now: Instant) -> i64 {
        let holding = histories.into_iter().flatten();
        let last = holding.filter_map(|history| history.at(now)).max();
        last.map_or(0, |fault| self.faults[fault as usize].offset)
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| {
            let mut index = Index::default();
            let numbered = || (0u32..).zip(&self.faults);
            index.servers = histories(
                &self.faults,
                numbered().flat_map(|(at, fault)| fault.servers.iter().map(move |id| (*id, at))),
            );
            index.machines = histories(
                &self.faults,
                numbered().flat_map(|(at, fault)| fault.machines.iter().map(move |id| (*id, at))),
            );
            index.sites = histories(
                &self.faults,
                numbered().flat_map(|(at, fault)| fault.sites.iter().map(move |id| (*id, at))),
            );
            index
        })
    }
}

/// The history of each subject from the numbers of its faults.
fn histories<T: Eq + Hash>(
    faults: &[ClockFault],
    of: impl Iterator<Item = (T, u32)>,
) -> HashMap<T, History> {
    let mut numbers: HashMap<T, Vec<u32>> = HashMap::new();
    for (subject, number) in of {
        numbers.entry(subject).or_default().push(number);
    }
    let history = |(subject, numbers): (T, Vec<u32>)| (subject, History::of(faults, &numbers));
    numbers.into_iter().map(history).collect()
}

impl History {
    fn of(faults: &[ClockFault], numbers: &[u32]) -> Self {
        let mut turns: Vec<(Instant, bool, u32)> = Vec::with_capacity(2 * numbers.len());
        for number in numbers {
            let fault = &faults[*number as usize];
            turns.push((fault.from, true, *number));
            turns.push((fault.until, false, *number));
        }
        turns.sort_unstable();
        let mut holding = BTreeSet::new();
        let mut history: Vec<(Instant, Option<u32>)> = Vec::new();
        for (at, begins, number) in turns {
            if begins {
                holding.insert(number);
            } else {
                holding.remove(&number);
            }
            let last = holding.last().copied();
            match history.last_mut().filter(|(same, _)| *same == at) {
                Some((_, stands)) => *stands = last,
                None => history.push((at, last)),
            }
        }
        Self(history)
    }

    fn at(&self, now: Instant) -> Option<u32> {
        let turned = self.0.partition_point(|(at, _)| *at <= now);
        self.0[turned.checked_sub(1)?].1
    }

    fn next(&self, now: Instant) -> Instant {
        let turned = self.0.partition_point(|(at, _)| *at <= now);
        self.0.get(turned).map_or(Instant::NEVER, |(at, _)| *at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u64 = 3_600_000_000;

    fn hours(n: u64) -> Instant {
        Instant(n * HOUR)
    }

    fn clocks(offset: i64) -> Clocks {
        Clocks::new(vec![ClockFault {
            from: hours(2),
            until: hours(6),
            offset: offset * HOUR as i64,
            servers: vec![ServerId(0)],
            machines: vec![7],
            sites: vec![],
        }])
    }

    #[test]
    fn a_clock_that_is_ahead_shows_a_time_early() {
        let ahead = clocks(3);
        let shows = |local| ahead.shows(7, SiteId(0), hours(local).into(), hours(0));
        assert_eq!(shows(1), hours(1), "before it went wrong");
        assert_eq!(shows(4), hours(2), "at the jump");
        assert_eq!(shows(7), hours(4));
        assert_eq!(shows(10), hours(10), "it has been set right by then");
        assert_eq!(
            ahead.shows(8, SiteId(0), hours(7).into(), hours(0)),
            hours(7),
            "another machine"
        );
    }

    #[test]
    fn a_clock_that_is_set_to_what_it_shows_is_not_changed() {
        let next = |clocks: &Clocks, now| clocks.next_change(7, SiteId(0), hours(now));
        assert_eq!(next(&clocks(0), 0), Instant::NEVER);
        let mut faults = clocks(3).faults;
        faults.push(ClockFault {
            from: hours(4),
            until: hours(8),
            ..faults[0].clone()
        });
        let twice = Clocks::new(faults);
        let changes = [0, 2, 4].map(|now| next(&twice, now));
        assert_eq!(changes, [hours(2), hours(8), hours(8)]);
    }

    #[test]
    fn a_clock_that_is_behind_shows_a_time_late_or_when_it_is_set_right() {
        let behind = clocks(-3);
        let shows = |local| behind.shows(7, SiteId(0), hours(local).into(), hours(0));
        assert_eq!(shows(1), hours(1));
        assert_eq!(shows(2), hours(5));
        assert_eq!(shows(4), hours(6), "not before it is set right");
        assert_eq!(shows(9), hours(9));
        assert_eq!(
            behind.of_server(ServerId(0), SiteId(0), hours(3)),
            -3 * HOUR as i64
        );
        assert_eq!(behind.of_server(ServerId(0), SiteId(0), hours(6)), 0);
    }
}
