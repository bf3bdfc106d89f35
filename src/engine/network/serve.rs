//! Transfers as they are served: what they have moved, who is complete, and
//! what their links have carried.

use super::Network;
use super::arena::NONE;
use super::fixed::{BYTE, UNLIMITED};
use super::parts::{Member, is_live};
use crate::units::{Instant, Size};

impl Network {
    /// Whole bytes a transfer has moved by now.
    pub(super) fn moved(&self, slot: u32) -> u64 {
        let transfer = &self.transfers[slot as usize];
        let class = &self.classes[transfer.class];
        let clock = self.clock_of(class.group) + class.offset;
        let left = (transfer.mark - clock).max(0) as u128;
        transfer
            .size
            .saturating_sub(left.div_ceil(BYTE as u128) as u64)
    }

    /// Ends a transfer.
    pub(super) fn retire(&mut self, slot: u32) {
        let generation = &mut self.generations[slot as usize];
        *generation = generation.wrapping_add(1);
    }

    /// Whether a member of a class has not been cancelled.
    fn is_in_flight(&self, c: u32, slot: u32) -> bool {
        self.classes[c].stale == 0 || is_live(self.generations[slot as usize])
    }

    /// The clock of a group now.
    #[inline]
    pub(super) fn clock_of(&self, g: u32) -> i128 {
        let group = &self.groups[g];
        if group.held {
            group.clock_at(self.now)
        } else {
            self.links[group.link].clock_at(self.now) + group.clock
        }
    }

    /// Brings the clock on which a group is served to the present.
    #[inline]
    pub(super) fn advance(&mut self, g: u32) {
        let group = &mut self.groups[g];
        if group.held {
            group.advance(self.now);
        } else {
            self.links[group.link].advance(self.now);
        }
    }

    /// Ends all that is complete by now on one clock, as the heap of dues numbers them.
    /// When its next transfer is complete is for [`Network::repair`] to say, which follows.
    pub(super) fn complete(&mut self, clock: u32, done: &mut Vec<u32>) {
        self.due.remove(clock, &mut self.due_places);
        let links = self.links.len() as u32;
        if clock >= links {
            let g = clock - links;
            self.groups[g].advance(self.now);
            let work = if self.groups[g].cap == UNLIMITED {
                i128::MAX
            } else {
                self.groups[g].clock
            };
            self.complete_group(g, work, done);
            return self.touch(g);
        }
        self.links[clock].advance(self.now);
        let work = self.links[clock].clock;
        while let Some((mark, g)) = self.links[clock].marks.peek()
            && mark <= work
        {
            self.complete_group(g, work + self.groups[g].clock, done);
            self.note_mark(g);
        }
        self.touch_link(clock);
    }

    /// Ends all members of a group whose mark is not after `work`.
    fn complete_group(&mut self, g: u32, work: i128, done: &mut Vec<u32>) {
        while let Some((mark, c)) = self.groups[g].classes.peek()
            && mark <= work
        {
            self.complete_class(c, work.saturating_add(self.classes[c].offset), done);
        }
    }

    /// Ends all members of a class whose mark is not after `clock`.
    fn complete_class(&mut self, c: u32, clock: i128, done: &mut Vec<u32>) {
        let (mut ended, mut bytes) = (0, 0u64);
        while let Some(member) = self.classes[c].first()
            && member.mark <= clock
        {
            let slot = member.slot;
            let in_flight = self.is_in_flight(c, slot);
            self.classes[c].take(slot);
            self.free_transfers.push(slot);
            if in_flight {
                self.retire(slot);
                bytes = bytes.saturating_add(member.size);
                self.classes[c].ends(member.mark, member.size, member.size);
                done.push(member.payload);
                ended += 1;
            } else {
                self.classes[c].stale -= 1;
            }
        }
        if ended > 0 {
            self.note_end(c, bytes, self.now);
            self.note_peaks(c);
            self.remove_members(c, ended);
        }
        if self.classes[c].group != NONE {
            self.reschedule(c);
        }
    }

    pub(super) fn note_start(&mut self, c: u32) {
        let class = &self.classes[c];
        for step in &self.steps[class.from as usize..class.to as usize] {
            let link = &mut self.links[step.link];
            link.crossing += 1;
            link.usage.transfers += 1;
            link.usage.peak_transfers = link.usage.peak_transfers.max(link.crossing);
            link.usage.first = link.usage.first.min(self.now);
        }
    }

    pub(super) fn note_end(&mut self, c: u32, bytes: u64, now: Instant) {
        let class = &self.classes[c];
        for step in &self.steps[class.from as usize..class.to as usize] {
            let usage = &mut self.links[step.link].usage;
            usage.bytes += Size(bytes);
            usage.last = now;
        }
    }

    /// Puts a class into its group's heap by its first mark.
    pub(super) fn reschedule(&mut self, c: u32) {
        while let Some(Member { mark, slot, .. }) = self.classes[c].first() {
            if self.is_in_flight(c, slot) {
                let class = &self.classes[c];
                let (g, key) = (class.group, mark - class.offset);
                self.groups[g].classes.set(c, key, &mut self.class_places);
                return self.touch(g);
            }
            let class = &mut self.classes[c];
            class.take(slot);
            class.stale -= 1;
            self.free_transfers.push(slot);
        }
    }
}
