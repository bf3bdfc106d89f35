//! Maximum run times of programs that read: each is waited for, and hardly any is
//! reached.

use crate::engine::Event;
use crate::units::Instant;
use std::collections::VecDeque;

/// The ends of maximum run times, earliest first.
///
/// Programs that start one after the other reach their limits in that order, so that a
/// queue does what the event list would do at a greater cost. Most of the programs have
/// ended by then, and their limits never come into the event list.
#[derive(Debug, Default)]
pub(crate) struct RunTimeLimits {
    pending: VecDeque<Event>,
}

impl RunTimeLimits {
    /// Takes a limit that is not before those that are here; gives back another.
    pub(crate) fn add(&mut self, limit: Event) -> Option<Event> {
        if self
            .pending
            .back()
            .is_some_and(|last| limit.time < last.time)
        {
            return Some(limit);
        }
        self.pending.push_back(limit);
        None
    }

    /// When the first of them is reached.
    pub(crate) fn first(&self) -> Instant {
        self.pending
            .front()
            .map_or(Instant::NEVER, |limit| limit.time)
    }

    /// Takes the first of those that are reached by `now`.
    pub(crate) fn reached(&mut self, now: Instant) -> Option<Event> {
        if self.first() > now {
            return None;
        }
        self.pending.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(time: u64, entity: u32) -> Event {
        let (time, rank, serial) = (Instant(time), 1, 0);
        Event {
            time,
            rank,
            entity,
            serial,
        }
    }

    #[test]
    fn limits_are_reached_in_order_and_one_out_of_order_is_given_back() {
        let mut limits = RunTimeLimits::default();
        assert_eq!(limits.first(), Instant::NEVER);
        assert_eq!(limits.add(limit(20, 1)), None);
        assert_eq!(limits.add(limit(20, 0)), None);
        assert_eq!(limits.add(limit(30, 2)), None);
        assert_eq!(limits.add(limit(29, 3)), Some(limit(29, 3)));
        assert_eq!(limits.first(), Instant(20));
        assert_eq!(limits.reached(Instant(19)), None);
        assert_eq!(limits.reached(Instant(20)), Some(limit(20, 1)));
        assert_eq!(limits.reached(Instant(20)), Some(limit(20, 0)));
        assert_eq!(limits.reached(Instant(20)), None);
        assert_eq!(limits.first(), Instant(30));
    }
}
