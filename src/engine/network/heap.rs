//! A binary heap in which an item can be found, moved and removed.

use super::arena::NONE;

/// A min-heap of `(key, id)`; equal keys are ordered by id.
///
/// Where an id lies is kept outside, in a slice indexed by id that several
/// heaps may share as long as no id is in two of them: [`NONE`] for "in none".
/// O(log n) each operation, O(1) for the least.
#[derive(Debug, Clone)]
pub(super) struct IndexHeap<K> {
    items: Vec<(K, u32)>,
}

impl<K> Default for IndexHeap<K> {
    fn default() -> Self {
        Self { items: Vec::new() }
    }
}

impl<K: Ord + Copy> IndexHeap<K> {
    pub(super) fn peek(&self) -> Option<(K, u32)> {
        self.items.first().copied()
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = u32> {
        self.items.iter().map(|(_, id)| *id)
    }

    /// Forgets all items; their places are left to the caller.
    pub(super) fn clear(&mut self) {
        self.items.clear();
    }

    /// Adds `id` or changes its key.
    pub(super) fn set(&mut self, id: u32, key: K, places: &mut [u32]) {
        let at = places[id as usize] as usize;
        if at == NONE as usize {
            let last = self.items.len();
            self.items.push((key, id));
            if last > 0 {
                self.rise(last, places);
            } else {
                places[id as usize] = 0;
            }
        } else {
            let before = std::mem::replace(&mut self.items[at].0, key);
            if key < before {
                self.rise(at, places);
            } else if key > before {
                self.sink(at, places);
            }
        }
    }

    /// Removes `id` if it is here.
    pub(super) fn remove(&mut self, id: u32, places: &mut [u32]) {
        let at = std::mem::replace(&mut places[id as usize], NONE) as usize;
        if at == NONE as usize {
            return;
        }
        self.items.swap_remove(at);
        if at < self.items.len() {
            if at > 0 && self.items[at] < self.items[(at - 1) / 2] {
                self.rise(at, places);
            } else {
                self.sink(at, places);
            }
        }
    }

    #[inline]
    fn rise(&mut self, mut at: usize, places: &mut [u32]) {
        let item = self.items[at];
        while at > 0 && item < self.items[(at - 1) / 2] {
            let above = (at - 1) / 2;
            self.put(at, self.items[above], places);
            at = above;
        }
        self.put(at, item, places);
    }

    fn sink(&mut self, mut at: usize, places: &mut [u32]) {
        let item = self.items[at];
        loop {
            let left = 2 * at + 1;
            if left >= self.items.len() {
                break;
            }
            let right = left + 1;
            let least = if right < self.items.len() && self.items[right] < self.items[left] {
                right
            } else {
                left
            };
            if self.items[least] >= item {
                break;
            }
            self.put(at, self.items[least], places);
            at = least;
        }
        self.put(at, item, places);
    }

    fn put(&mut self, at: usize, item: (K, u32), places: &mut [u32]) {
        self.items[at] = item;
        places[item.1 as usize] = at as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_least_is_that_of_a_plain_list_after_any_sets_and_removals(
            steps in prop::collection::vec((0u32..12, prop::option::of(0u8..6)), 1..200)
        ) {
            let mut heap = IndexHeap::default();
            let mut places = vec![NONE; 12];
            let mut plain = [None; 12];
            for (id, key) in steps {
                plain[id as usize] = key;
                match key {
                    Some(key) => heap.set(id, key, &mut places),
                    None => heap.remove(id, &mut places),
                }
                let least = (0..12u32).filter_map(|i| plain[i as usize].map(|key| (key, i))).min();
                prop_assert_eq!(heap.peek(), least);
            }
        }
    }
}
