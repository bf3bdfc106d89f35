//! The plain list: a binary heap, the oracle and the baseline.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{Event, EventList};
use crate::units::Instant;

/// A binary heap of events: O(log n) an event, no surprises.
#[derive(Debug, Clone, Default)]
pub struct HeapList {
    keys: BinaryHeap<Reverse<u128>>,
}

impl EventList for HeapList {
    fn push(&mut self, event: Event) {
        self.keys.push(Reverse(event.key()));
    }

    fn pop(&mut self) -> Option<Event> {
        self.keys.pop().map(|Reverse(key)| Event::of(key))
    }

    fn peek_time(&mut self) -> Option<Instant> {
        self.keys.peek().map(|Reverse(key)| Event::of(*key).time)
    }

    fn len(&self) -> usize {
        self.keys.len()
    }

    fn clear(&mut self) {
        self.keys.clear();
    }
}
