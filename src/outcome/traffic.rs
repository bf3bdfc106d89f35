//! What servers, shares and machines have given, by the hour: bytes as the network
//! carried them, those of transfers that broke off or were not over at the horizon
//! among them.

use crate::units::{Instant, Size, Span};
use crate::world::{LinkId, ServerId, ServerRole, SiteId, World};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// Most stretches of a forecast; they are longer than an hour where it has more.
const MOST: u64 = 96;

const HOUR: u64 = 3_600_000_000;

/// Hours that a stretch may have: whole parts of a day, then whole days.
const LENGTHS: [u64; 8] = [1, 2, 3, 4, 6, 8, 12, 24];

/// The stretches of time for which bytes are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretches {
    /// How long each is, but for the last one.
    pub length: Span,
    /// How many there are.
    pub count: usize,
    horizon: Instant,
}

impl Stretches {
    /// Those of a forecast over `horizon`.
    pub fn of(horizon: Span) -> Self {
        let enough = |hours: &&u64| horizon.0.div_ceil(**hours * HOUR) <= MOST;
        let days = || horizon.0.div_ceil(24 * HOUR * MOST).max(1) * 24;
        let hours = LENGTHS.iter().find(enough).copied().unwrap_or_else(days);
        let length = hours * HOUR;
        Self {
            length: Span(length),
            count: horizon.0.div_ceil(length).max(1) as usize,
            horizon: Instant(horizon.0),
        }
    }

    /// When the stretch at position `at` begins; the horizon if there is none.
    pub fn begin(&self, at: u64) -> Instant {
        Instant(at.saturating_mul(self.length.0)).min(self.horizon)
    }

    /// The stretch in which `at` lies; the last one from the horizon on.
    pub fn at(&self, at: Instant) -> usize {
        ((at.0 / self.length.0) as usize).min(self.count - 1)
    }

    /// The stretches that have a part of what is between two instants; one, if that is
    /// nothing.
    pub fn within(&self, (from, until): (Instant, Instant)) -> RangeInclusive<usize> {
        let first = self.at(from);
        let last = self.at(Instant(until.0.min(self.horizon.0).saturating_sub(1)));
        first..=last.max(first)
    }

    /// Divides bytes that were on their way between two instants evenly among the
    /// stretches, so that they are as many together.
    pub fn spread(
        &self,
        (from, until): (Instant, Instant),
        bytes: Size,
        mut add: impl FnMut(usize, u64),
    ) {
        let from = from.min(self.horizon);
        let until = until.clamp(from, self.horizon);
        let span = until.0 - from.0;
        let mut so_far = 0;
        for at in self.within((from, until)) {
            let end = self.begin(at as u64 + 1).min(until);
            let passed = u128::from(end.0 - from.0) * u128::from(bytes.0);
            let by_then = passed.checked_div(u128::from(span));
            let by_then = by_then.map_or(bytes.0, |by_then| by_then as u64);
            add(at, by_then - so_far);
            so_far = by_then;
        }
    }
}

/// Who has given content, and as what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Giver {
    /// A server: as a distribution point, or what a program reads from its shares.
    Server(ServerId, ServerRole),
    /// Other machines at the same place.
    Peers,
}

/// Bytes by stretch of time; those at the end that carry nothing may be missing.
pub type Bytes = Vec<u64>;

/// What has been given to the machines at each place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Traffic {
    /// By the place where the machines were, and by who gave.
    pub content: BTreeMap<(SiteId, Giver), Bytes>,
    /// Policy, location and status messages over each WAN link towards a site, where
    /// the scenario counts them.
    pub messages: BTreeMap<LinkId, Bytes>,
}

impl Traffic {
    /// Bytes have come to machines at a place.
    pub fn give(&mut self, site: SiteId, giver: Giver, stretch: usize, bytes: Size) {
        let all = self.content.entry((site, giver)).or_default();
        add(all, stretch, bytes.0);
    }

    /// Messages have crossed a link, the first and the last of them at these instants.
    pub fn message(
        &mut self,
        stretches: &Stretches,
        link: LinkId,
        when: (Instant, Instant),
        bytes: Size,
    ) {
        let all = self.messages.entry(link).or_default();
        stretches.spread(when, bytes, |at, bytes| add(all, at, bytes));
    }

    /// Adds what others have told.
    pub fn merge(&mut self, other: Self) {
        for (key, bytes) in other.content {
            join(self.content.entry(key).or_default(), bytes);
        }
        for (link, bytes) in other.messages {
            join(self.messages.entry(link).or_default(), bytes);
        }
    }

    /// What has crossed each limited WAN link towards a site, by the site.
    pub fn over_lines(&self, world: &World) -> BTreeMap<SiteId, Bytes> {
        let ends = world.sites.iter().enumerate();
        let ends: BTreeMap<LinkId, SiteId> = ends
            .filter_map(|(site, of)| Some((of.wan_down?, site.into())))
            .collect();
        let mut over = BTreeMap::<SiteId, Bytes>::new();
        let mut path = Vec::new();
        for ((site, giver), bytes) in &self.content {
            let Giver::Server(server, _) = giver else {
                continue;
            };
            path.clear();
            world.route(*server, *site, &mut path);
            for end in path.iter().filter_map(|link| ends.get(link)) {
                let all = over.entry(*end).or_default();
                (bytes.iter().enumerate()).for_each(|(at, bytes)| add(all, at, *bytes));
            }
        }
        for (link, bytes) in &self.messages {
            if let Some(end) = ends.get(link) {
                join(over.entry(*end).or_default(), bytes.clone());
            }
        }
        over
    }
}

fn add(all: &mut Bytes, stretch: usize, bytes: u64) {
    if all.len() <= stretch {
        all.resize(stretch + 1, 0);
    }
    all[stretch] = all[stretch].saturating_add(bytes);
}

fn join(mine: &mut Bytes, theirs: Bytes) {
    if mine.is_empty() {
        *mine = theirs;
        return;
    }
    let theirs = theirs.into_iter().enumerate();
    theirs.for_each(|(at, bytes)| add(mine, at, bytes));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_are_an_hour_long_until_there_would_be_too_many() {
        for (hours, length) in [(1, 1), (62, 1), (96, 1), (97, 2), (336, 4), (24 * 96, 24)] {
            let found = Stretches::of(Span::from_hours(hours)).length;
            assert_eq!(found, Span::from_hours(length), "{hours} h");
        }
        let year = Stretches::of(Span::from_days(365)).length;
        assert_eq!(year, Span::from_days(4));
    }

    #[test]
    fn what_is_spread_adds_up() {
        let stretches = Stretches::of(Span::from_hours(5));
        let half = |halves: u64| Instant(halves * HOUR / 2);
        let spread = |from, until, bytes| {
            let mut all = Vec::new();
            stretches.spread((from, until), Size(bytes), |at, bytes| {
                all.push((at, bytes));
            });
            all
        };
        assert_eq!(spread(half(1), half(6), 100), [(0, 20), (1, 40), (2, 40)]);
        assert_eq!(spread(half(1), half(1), 7), [(0, 7)]);
        assert_eq!(spread(half(10), half(12), 7), [(4, 7)]);
        let odd = spread(half(3), half(9), 1001);
        assert_eq!(odd.iter().map(|(_, bytes)| bytes).sum::<u64>(), 1001);
        assert_eq!(odd.len(), 4);
    }
}
