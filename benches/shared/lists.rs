//! Event lists that were weighed against the ladder: a heap with four children
//! to a node, and a radix heap. Both hold events as one number of 16 bytes.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rollcast::engine::{Event, EventList};
use rollcast::units::Instant;

fn key(event: Event) -> u128 {
    u128::from(event.time.0) << 64
        | u128::from(event.rank) << 56
        | u128::from(event.entity) << 24
        | u128::from(event.serial & Event::SERIAL_MASK)
}

fn event(key: u128) -> Event {
    Event {
        time: Instant((key >> 64) as u64),
        rank: (key >> 56) as u8,
        entity: (key >> 24) as u32,
        serial: key as u32 & Event::SERIAL_MASK,
    }
}

/// A heap with four children to a node: fewer levels than a binary one.
#[derive(Default)]
pub(crate) struct QuaternaryHeap(Vec<u128>);

impl EventList for QuaternaryHeap {
    fn push(&mut self, pushed: Event) {
        let pushed = key(pushed);
        let mut at = self.0.len();
        self.0.push(pushed);
        while at > 0 && pushed < self.0[(at - 1) / 4] {
            self.0[at] = self.0[(at - 1) / 4];
            at = (at - 1) / 4;
        }
        self.0[at] = pushed;
    }

    fn pop(&mut self) -> Option<Event> {
        let last = self.0.pop()?;
        let Some(first) = self.0.first().copied() else {
            return Some(event(last));
        };
        let mut at = 0;
        loop {
            let from = 4 * at + 1;
            let to = (from + 4).min(self.0.len());
            let Some(least) = (from..to).min_by_key(|child| self.0[*child]) else {
                break;
            };
            if self.0[least] >= last {
                break;
            }
            self.0[at] = self.0[least];
            at = least;
        }
        self.0[at] = last;
        Some(event(first))
    }

    fn peek_time(&mut self) -> Option<Instant> {
        self.0.first().map(|key| event(*key).time)
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn clear(&mut self) {
        self.0.clear();
    }
}

/// Buckets by the highest bit in which a time differs from the one looked at last;
/// what is due by then is in a small heap, since it may come in any order.
pub(crate) struct RadixHeap {
    now: u64,
    due: BinaryHeap<Reverse<u128>>,
    buckets: Vec<Vec<u128>>,
    len: usize,
}

impl Default for RadixHeap {
    fn default() -> Self {
        Self {
            now: 0,
            due: BinaryHeap::new(),
            buckets: vec![Vec::new(); 65],
            len: 0,
        }
    }
}

impl RadixHeap {
    fn put(&mut self, key: u128) {
        let time = (key >> 64) as u64;
        if time <= self.now {
            self.due.push(Reverse(key));
        } else {
            let bucket = 64 - (time ^ self.now).leading_zeros() as usize;
            self.buckets[bucket].push(key);
        }
    }

    /// Moves on to the time of the least key, if nothing is due.
    fn ready(&mut self) {
        if !self.due.is_empty() {
            return;
        }
        let Some(first) = self.buckets.iter().position(|bucket| !bucket.is_empty()) else {
            return;
        };
        let mut keys = std::mem::take(&mut self.buckets[first]);
        let least = keys.iter().copied().min().unwrap_or_default();
        self.now = (least >> 64) as u64;
        for key in keys.drain(..) {
            self.put(key);
        }
        // The emptied bucket keeps its memory.
        self.buckets[first] = keys;
    }
}

impl EventList for RadixHeap {
    fn push(&mut self, pushed: Event) {
        self.put(key(pushed));
        self.len += 1;
    }

    fn pop(&mut self) -> Option<Event> {
        self.ready();
        let Reverse(popped) = self.due.pop()?;
        self.len -= 1;
        Some(event(popped))
    }

    fn peek_time(&mut self) -> Option<Instant> {
        self.ready();
        self.due.peek().map(|Reverse(key)| event(*key).time)
    }

    fn len(&self) -> usize {
        self.len
    }

    fn clear(&mut self) {
        self.now = 0;
        self.due.clear();
        self.buckets.iter_mut().for_each(Vec::clear);
        self.len = 0;
    }
}
