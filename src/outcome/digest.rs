//! One number for what became of every machine.
//!
//! The fingerprint of a run is one of its events. Two runs can have the same events
//! and other results: a program that ends with another exit code ends at the same
//! time.

use super::Outcomes;
use std::hash::{Hash, Hasher};

impl Outcomes {
    /// A hash over all rows, the same on every platform.
    pub(crate) fn digest(&self) -> u64 {
        let mut fnv = Fnv(0xcbf2_9ce4_8422_2325);
        self.iter().for_each(|outcome| outcome.hash(&mut fnv));
        fnv.finish()
    }
}

/// The hash of G. Fowler, L. Noll and P. Vo, FNV-1a, of whole words rather than bytes.
struct Fnv(u64);

impl Fnv {
    fn word(&mut self, word: u64) {
        // The high bits take part, too: multiplication alone carries upwards only.
        let mixed = (self.0 ^ word).wrapping_mul(0x0100_0000_01b3);
        self.0 = mixed ^ (mixed >> 29);
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.word(u64::from(*byte)));
    }

    fn write_u8(&mut self, value: u8) {
        self.word(u64::from(value));
    }

    fn write_u16(&mut self, value: u16) {
        self.word(u64::from(value));
    }

    fn write_u32(&mut self, value: u32) {
        self.word(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.word(value);
    }

    fn write_usize(&mut self, value: usize) {
        self.word(value as u64);
    }

    // Which variant of an enumeration it is.
    fn write_isize(&mut self, value: isize) {
        self.word(value as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
