//! What labelled transfers have carried from one look to the next, while they are
//! under way too.
//!
//! Each class keeps a sum over its members, so that a look costs what the classes are
//! that carry something, not what the transfers are. Bytes are told when they are sure:
//! of members in flight, each may have moved a part of a byte more than it will be
//! found to have moved, so that as many bytes as there are other members are told later.

use super::fixed::{BYTE, fixed};
use super::{ClassId, Network};
use crate::units::{Instant, Rate, Size};

/// The label of classes whose bytes are not told.
pub(super) const UNLABELLED: u64 = 0;

impl Network {
    /// As [`Network::class`], for transfers whose bytes [`Network::carried`] tells with
    /// `label`, which is not 0. Another label makes another class.
    ///
    /// # Panics
    /// If the path has a link that does not exist.
    pub fn labelled_class(&mut self, path: &[u32], cap: Rate, label: u64) -> ClassId {
        let mut links = std::mem::take(&mut self.scratch);
        links.clear();
        links.extend_from_slice(path);
        links.sort_unstable();
        links.dedup();
        let class = self.find_class(&links, fixed(cap), label);
        self.scratch = links;
        ClassId(class)
    }

    /// Labels a class of its own.
    pub fn label(&mut self, class: ClassId, label: u64) {
        self.classes[class.0].label = label;
    }

    /// Appends what has been carried since the last call, by label: once for each
    /// class that has carried something. `now` is before [`Network::next`].
    pub fn carried(&mut self, now: Instant, told: &mut Vec<(u64, Size)>) {
        self.pass(now);
        let mut carrying = std::mem::take(&mut self.carrying);
        self.effort += carrying.len() as u64;
        carrying.retain(|c| {
            let in_flight = self.surely_moved(*c);
            let class = &mut self.classes[*c];
            let bytes = class.untold.saturating_add(in_flight).max(0);
            if bytes > 0 {
                class.untold -= bytes;
                told.push((class.label, Size(bytes as u64)));
            }
            class.carries = class.members > 0;
            class.carries
        });
        self.carrying = carrying;
    }

    /// Whether a transfer of a label has been under way since the last call of
    /// [`Network::carried`].
    pub fn carries(&self) -> bool {
        !self.carrying.is_empty()
    }

    /// Whole bytes that the members of a class have moved, at least.
    fn surely_moved(&self, c: u32) -> i64 {
        let class = &self.classes[c];
        if class.members == 0 {
            return 0;
        }
        let clock = self.clock_of(class.group).wrapping_add(class.offset);
        let served = clock.wrapping_mul(i128::from(class.members));
        let work = served.wrapping_sub(class.begun);
        let bytes = (work / BYTE).saturating_sub(i128::from(class.members) - 1);
        i64::try_from(bytes.max(0)).unwrap_or(i64::MAX)
    }
}
