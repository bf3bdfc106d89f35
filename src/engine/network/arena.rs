//! Storage that is reused: a vector whose items are addressed by `u32` and
//! keep their own memory when all are given up.

use std::hash::Hasher;
use std::ops::{Index, IndexMut};

/// Nothing, where an index is expected.
pub(super) const NONE: u32 = u32::MAX;

/// Items in the order in which they were added.
#[derive(Debug, Clone, Default)]
pub(super) struct Arena<T> {
    items: Vec<T>,
    used: usize,
}

impl<T: Default> Arena<T> {
    /// Hands out the next item, which may be one used before; the caller sets
    /// all of it.
    pub(super) fn add(&mut self) -> u32 {
        if self.used == self.items.len() {
            self.items.push(T::default());
        }
        self.used += 1;
        (self.used - 1) as u32
    }

    pub(super) fn len(&self) -> usize {
        self.used
    }

    /// Gives up all items, not their memory.
    pub(super) fn clear(&mut self) {
        self.used = 0;
    }
}

impl<T> Index<u32> for Arena<T> {
    type Output = T;
    fn index(&self, id: u32) -> &T {
        debug_assert!(
            (id as usize) < self.used,
            "an item is used after all are given up"
        );
        &self.items[id as usize]
    }
}

impl<T> IndexMut<u32> for Arena<T> {
    fn index_mut(&mut self, id: u32) -> &mut T {
        debug_assert!(
            (id as usize) < self.used,
            "an item is used after all are given up"
        );
        &mut self.items[id as usize]
    }
}

/// A hasher for keys of a few words: the halves of a product.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u32(&mut self, word: u32) {
        self.write_u64(u64::from(word));
    }

    fn write_u64(&mut self, word: u64) {
        let product = u128::from(self.0 ^ word ^ 0x9e37_79b9_7f4a_7c15) * 0xe703_7ed1_a0b4_28db;
        self.0 = (product as u64) ^ (product >> 64) as u64;
    }
}
