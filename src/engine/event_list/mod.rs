//! The pending event list: what happens next.
//!
//! Events are ordered by what they are, `(time, rank, entity, serial)`, never
//! by when they were inserted: the order must not depend on how the work was
//! divided, and an event that does nothing must not reorder others. With such
//! a total order every correct list delivers the same sequence, so the fast
//! [`Ladder`] has the plain [`HeapList`] as its oracle. [`AnyList`] is the one
//! or the other, or the plain one with a record of what is asked of it.

mod any;
mod heap;
mod ladder;
mod recorded;

pub use any::AnyList;
pub use heap::HeapList;
pub use ladder::Ladder;
pub use recorded::{Operation, RecordedList};

use crate::units::Instant;

/// One pending event. The field order is the delivery order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Event {
    /// When it happens.
    pub time: Instant,
    /// Orders the kinds of events of one instant; lower goes first.
    pub rank: u8,
    /// Whom it concerns.
    pub entity: u32,
    /// The entity's own counter or generation; 24 bits are kept.
    pub serial: u32,
}

impl Event {
    /// The bits of [`Event::serial`] that are kept.
    pub const SERIAL_MASK: u32 = 0x00ff_ffff;

    /// The event as one number whose order is the delivery order.
    fn key(self) -> u128 {
        u128::from(self.time.0) << 64
            | u128::from(self.rank) << 56
            | u128::from(self.entity) << 24
            | u128::from(self.serial & Self::SERIAL_MASK)
    }

    /// The event of a [`Event::key`].
    fn of(key: u128) -> Self {
        Self {
            time: Instant((key >> 64) as u64),
            rank: (key >> 56) as u8,
            entity: (key >> 24) as u32,
            serial: key as u32 & Self::SERIAL_MASK,
        }
    }
}

/// A list of pending events, delivered in their total order.
///
/// Events may be pushed at any time from that of the last popped event
/// onwards, also at that very time with a lower rank: of those pending, the
/// least is always next. Equal events may be pushed more than once.
pub trait EventList {
    /// Adds an event.
    fn push(&mut self, event: Event);
    /// Takes the least event.
    fn pop(&mut self) -> Option<Event>;
    /// The time of the least event.
    fn peek_time(&mut self) -> Option<Instant>;
    /// Events that are about to come, next first, as far as they are at hand:
    /// a hint for fetching memory early, from which others may be missing.
    fn upcoming(&self) -> impl Iterator<Item = Event> {
        std::iter::empty()
    }
    /// How many events are pending.
    fn len(&self) -> usize;
    /// Whether nothing is pending.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Forgets all events and the time reached, and keeps the memory.
    fn clear(&mut self);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_order_is_field_order_and_the_key_gives_the_event_back() {
        let event = |time, rank, entity, serial| Event {
            time: Instant(time),
            rank,
            entity,
            serial,
        };
        let sorted = [
            event(0, 255, u32::MAX, Event::SERIAL_MASK),
            event(1, 0, 0, 1),
            event(1, 0, 1, 0),
            event(1, 1, 0, 0),
            event(1 << 40, 0, 0, 0),
        ];
        assert!(sorted.is_sorted() && sorted.is_sorted_by_key(|e| e.key()));
        assert!(sorted.iter().all(|e| Event::of(e.key()) == *e));
    }
}
