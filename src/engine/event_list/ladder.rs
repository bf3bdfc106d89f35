//! The fast list: a ladder of pooled chunks.
//!
//! A radix tree over the time, 8 levels of 256 slots. An event lies on the
//! level of the highest byte in which its time differs from the ladder's
//! position, in the slot of that byte, so that pushing touches one chunk and
//! compares nothing. To go on, the first slot of the lowest level is *opened*:
//! if it holds few events they are sorted and popped from the end of that run,
//! if it holds many they are dealt out to the levels below. Events pushed into
//! the time already open go to a small heap beside the run.
//!
//! Slots are chains of fixed chunks from one pool, so a warm ladder does not
//! allocate, and its memory is about that of its events.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{Event, EventList};
use crate::units::Instant;

const LEVELS: usize = 8;
const SLOTS: usize = 256;
/// Half a kilobyte of keys: eight cache lines read in a row.
const CHUNK: usize = 32;
/// A slot of at most this many events is sorted rather than dealt out.
const RUN: u32 = 256;
/// With more events beside the run than this the open slot is closed again.
const BESIDE: usize = 512;
const NONE: u32 = u32::MAX;

#[derive(Debug, Clone)]
struct Chunk {
    keys: [u128; CHUNK],
    next: u32,
}

/// One slot: a chain of chunks, only the first of which is part full.
#[derive(Debug, Clone, Copy)]
struct Slot {
    head: u32,
    len: u32,
}

const EMPTY: Slot = Slot { head: NONE, len: 0 };

/// A ladder of pooled chunks: O(1) an event whatever the number pending.
#[derive(Debug, Clone)]
pub struct Ladder {
    /// Sorted, least last.
    run: Vec<u128>,
    /// Events of the open time that came after it was opened.
    beside: BinaryHeap<Reverse<u128>>,
    /// The last time of the open slot: up to here events belong to `run` and
    /// `beside`, later ones to the slots. `None` before the first is opened.
    open_to: Option<u64>,
    /// The first time of the open slot.
    open_from: u64,
    /// The time against which the levels of later events are measured.
    position: u64,
    slots: Vec<Slot>,
    /// A bit for each slot that is not empty.
    occupied: [[u64; SLOTS / 64]; LEVELS],
    /// A bit for each level that is not empty.
    levels: u8,
    chunks: Vec<Chunk>,
    free: u32,
    len: usize,
}

impl Default for Ladder {
    fn default() -> Self {
        Self {
            run: Vec::new(),
            beside: BinaryHeap::new(),
            open_to: None,
            open_from: 0,
            position: 0,
            slots: vec![EMPTY; LEVELS * SLOTS],
            occupied: [[0; SLOTS / 64]; LEVELS],
            levels: 0,
            chunks: Vec::new(),
            free: NONE,
            len: 0,
        }
    }
}

fn time_of(key: u128) -> u64 {
    (key >> 64) as u64
}

impl Ladder {
    /// An empty ladder.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a key later than `open_to` into its slot.
    fn file(&mut self, key: u128) {
        let time = time_of(key);
        let level = (63 - ((time ^ self.position) | 1).leading_zeros() as usize) / 8;
        let byte = (time >> (8 * level)) as usize % SLOTS;
        let slot = self.slots[level * SLOTS + byte];
        let at = slot.len as usize % CHUNK;
        let head = if at == 0 {
            self.take_chunk(slot.head)
        } else {
            slot.head
        };
        self.chunks[head as usize].keys[at] = key;
        self.slots[level * SLOTS + byte] = Slot {
            head,
            len: slot.len + 1,
        };
        self.occupied[level][byte / 64] |= 1 << (byte % 64);
        self.levels |= 1 << level;
    }

    fn take_chunk(&mut self, next: u32) -> u32 {
        let chunk = self.free;
        if chunk == NONE {
            self.chunks.push(Chunk {
                keys: [0; CHUNK],
                next,
            });
            return (self.chunks.len() - 1) as u32;
        }
        self.free = std::mem::replace(&mut self.chunks[chunk as usize].next, next);
        chunk
    }

    fn give_chunk_back(&mut self, chunk: u32) -> u32 {
        let next = std::mem::replace(&mut self.chunks[chunk as usize].next, self.free);
        self.free = chunk;
        next
    }

    /// Takes the first slot of the lowest level that is not empty: its level,
    /// its byte and what is in it.
    fn take_first_slot(&mut self) -> Option<(usize, usize, Slot)> {
        let level = self.levels.trailing_zeros() as usize;
        let words = self.occupied.get_mut(level)?;
        let word = words.iter().position(|w| *w != 0)?;
        let byte = word * 64 + words[word].trailing_zeros() as usize;
        words[word] &= words[word] - 1;
        if words.iter().all(|w| *w == 0) {
            self.levels &= self.levels - 1;
        }
        let slot = std::mem::replace(&mut self.slots[level * SLOTS + byte], EMPTY);
        Some((level, byte, slot))
    }

    /// Opens slots until the run has an event; false if none is left.
    #[inline(never)]
    fn open_next(&mut self) -> bool {
        while let Some((level, byte, slot)) = self.take_first_slot() {
            // All bits below this level's byte.
            let below = (1u64 << (8 * level)) - 1;
            let kept = !(below | (0xff << (8 * level)));
            let first = self.position & kept | (byte as u64) << (8 * level);
            if slot.len <= RUN || level == 0 {
                self.position = first | below;
                self.open_to = Some(first | below);
                self.open_from = first;
                self.read_into_run(slot);
                return true;
            }
            self.position = first;
            self.deal_out(slot);
        }
        false
    }

    fn read_into_run(&mut self, slot: Slot) {
        let mut left = slot.len as usize;
        let mut chunk = slot.head;
        while left > 0 {
            let used = (left - 1) % CHUNK + 1;
            self.run
                .extend_from_slice(&self.chunks[chunk as usize].keys[..used]);
            chunk = self.give_chunk_back(chunk);
            left -= used;
        }
        self.run.sort_unstable_by_key(|key| Reverse(*key));
    }

    fn deal_out(&mut self, slot: Slot) {
        let mut left = slot.len as usize;
        let mut chunk = slot.head;
        while left > 0 {
            let used = (left - 1) % CHUNK + 1;
            let keys = self.chunks[chunk as usize].keys;
            chunk = self.give_chunk_back(chunk);
            keys[..used].iter().for_each(|key| self.file(*key));
            left -= used;
        }
    }

    /// Closes the open slot when too much was pushed beside its run: its
    /// events go back into slots, finer ones than before. Those pushed before
    /// its start, after somebody looked ahead, have no slot and stay.
    fn close(&mut self) {
        self.position = self.open_from;
        self.open_to = self.open_from.checked_sub(1);
        let mut keys = std::mem::take(&mut self.run);
        keys.extend(self.beside.drain().map(|Reverse(key)| key));
        for key in keys.drain(..) {
            if Some(time_of(key)) > self.open_to {
                self.file(key);
            } else {
                self.beside.push(Reverse(key));
            }
        }
        self.run = keys;
    }

    /// Makes sure that the least event is in `run` or `beside`.
    #[inline]
    fn ready(&mut self) -> bool {
        !(self.run.is_empty() && self.beside.is_empty()) || self.open_next()
    }
}

impl EventList for Ladder {
    fn push(&mut self, event: Event) {
        self.len += 1;
        if Some(event.time.0) > self.open_to {
            return self.file(event.key());
        }
        self.beside.push(Reverse(event.key()));
        if self.beside.len() > BESIDE && self.open_from < self.position {
            self.close();
        }
    }

    fn pop(&mut self) -> Option<Event> {
        if !self.ready() {
            return None;
        }
        self.len -= 1;
        let beside_first = match (self.run.last(), self.beside.peek()) {
            (Some(run), Some(Reverse(beside))) => beside < run,
            (run, _) => run.is_none(),
        };
        let key = if beside_first {
            self.beside.pop().map(|r| r.0)
        } else {
            self.run.pop()
        };
        key.map(Event::of)
    }

    fn peek_time(&mut self) -> Option<Instant> {
        self.ready();
        let run = self.run.last().copied();
        let least = match self.beside.peek() {
            Some(Reverse(beside)) => Some(run.map_or(*beside, |run| run.min(*beside))),
            None => run,
        };
        least.map(|key| Instant(time_of(key)))
    }

    fn upcoming(&self) -> impl Iterator<Item = Event> {
        self.run.iter().rev().map(|key| Event::of(*key))
    }

    fn len(&self) -> usize {
        self.len
    }

    fn clear(&mut self) {
        self.run.clear();
        self.beside.clear();
        while let Some((_, _, slot)) = self.take_first_slot() {
            let mut chunk = slot.head;
            for _ in 0..slot.len.div_ceil(CHUNK as u32) {
                chunk = self.give_chunk_back(chunk);
            }
        }
        (self.open_to, self.open_from, self.position) = (None, 0, 0);
        self.len = 0;
    }
}
