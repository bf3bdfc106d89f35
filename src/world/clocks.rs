//! Clocks that are wrong.

use super::{ServerId, SiteId};
use crate::units::Instant;

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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Clocks(pub Vec<ClockFault>);

impl Clocks {
    /// Whether every clock is right at all times.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// By how much the clock of a server, which stands at `site`, is ahead.
    pub fn of_server(&self, server: ServerId, site: SiteId, now: Instant) -> i64 {
        self.offset(now, |fault| {
            fault.servers.binary_search(&server).is_ok() || fault.sites.binary_search(&site).is_ok()
        })
    }

    /// By how much the clock of the machine at `position`, which stands at
    /// `site`, is ahead.
    pub fn of_machine(&self, position: u32, site: SiteId, now: Instant) -> i64 {
        self.offset(now, |fault| fault.concerns(position, site))
    }

    /// The first instant from `now` on at which the clock of that machine shows
    /// `local` or later.
    pub fn shows(&self, position: u32, site: SiteId, local: Instant, now: Instant) -> Instant {
        if !local.is_some() {
            return local;
        }
        let mut at = now;
        loop {
            let next = self.next_change(position, site, at);
            let offset = self.of_machine(position, site, at);
            let there = Instant(local.0.saturating_add_signed(-offset)).max(at);
            if there < next || !next.is_some() {
                return there;
            }
            at = next;
        }
    }

    /// When, after `now`, the clock of that machine is set next.
    pub fn next_change(&self, position: u32, site: SiteId, now: Instant) -> Instant {
        let mine = self.0.iter().filter(|fault| fault.concerns(position, site));
        mine.flat_map(|fault| [fault.from, fault.until])
            .filter(|at| *at > now)
            .min()
            .unwrap_or(Instant::NEVER)
    }

    fn offset(&self, now: Instant, concerned: impl Fn(&ClockFault) -> bool) -> i64 {
        let holding = self
            .0
            .iter()
            .filter(|fault| fault.from <= now && now < fault.until);
        holding
            .filter(|fault| concerned(fault))
            .last()
            .map_or(0, |fault| fault.offset)
    }
}

impl ClockFault {
    fn concerns(&self, position: u32, site: SiteId) -> bool {
        self.machines.binary_search(&position).is_ok() || self.sites.binary_search(&site).is_ok()
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
        Clocks(vec![ClockFault {
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
        let shows = |local| ahead.shows(7, SiteId(0), hours(local), hours(0));
        assert_eq!(shows(1), hours(1), "before it went wrong");
        assert_eq!(shows(4), hours(2), "at the jump");
        assert_eq!(shows(7), hours(4));
        assert_eq!(shows(10), hours(10), "it has been set right by then");
        assert_eq!(
            ahead.shows(8, SiteId(0), hours(7), hours(0)),
            hours(7),
            "another machine"
        );
    }

    #[test]
    fn a_clock_that_is_behind_shows_a_time_late_or_when_it_is_set_right() {
        let behind = clocks(-3);
        let shows = |local| behind.shows(7, SiteId(0), hours(local), hours(0));
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
