//! The parts a network is made of: links, groups, pairs, classes, transfers.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::LinkUse;
use super::arena::NONE;
use super::fixed::{BYTE, Level, NO_LEVEL, UNLIMITED, level, served, work};
use super::heap::IndexHeap;
use super::meter::UNLABELLED;
use crate::units::{Instant, Span};

/// A link, its level and what it carries.
///
/// The *level* is the rate of every transfer that the link holds back; above
/// every rate, [`NO_LEVEL`], if it holds none back. Its groups with a cap
/// above the level *float*: they are served on the clock of the link. Those
/// with a lower cap are *held* by it and have clocks of their own.
///
/// The fields lie in memory as they are written: what a link is told of the levels of
/// others comes first and takes one line of the cache, as thousands are told.
#[derive(Debug, Clone, Default)]
#[repr(C, align(64))]
pub(super) struct Link {
    pub(super) level: Level,
    /// What transfers at home elsewhere use, if `exact`; else no less.
    pub(super) foreign: Level,
    /// No stream with floating members is faster; only kept if `exact`.
    pub(super) fastest: Level,
    pub(super) dirty: bool,
    /// Whether its next completion has to be computed again.
    pub(super) touched: bool,
    /// Whether it is told when a group that crosses it comes to float or to
    /// be held, so that its streams need not be looked through.
    pub(super) counts: bool,
    /// Whether it is told every change of a level, or only one past a
    /// threshold. If so, it counts too.
    pub(super) exact: bool,
    /// Whether a threshold was passed.
    pub(super) breached: bool,
    pub(super) capacity: u64,
    /// What all members at home here would use at their caps.
    pub(super) demand: Level,
    /// What members of held groups use.
    pub(super) held: Level,
    /// Members of floating groups.
    pub(super) floating: u64,
    pub(super) since: u64,
    /// Work done for each floating transfer up to `since`.
    pub(super) clock: i128,
    pub(super) crossing: u64,
    pub(super) peak: u64,
    /// The groups at home here, by cap: the floating ones lowest first, the
    /// held ones highest first, so that those next to the level are found.
    pub(super) floating_groups: IndexHeap<u64>,
    pub(super) held_groups: IndexHeap<Reverse<u64>>,
    /// The floating groups by their next finish mark on the link's clock.
    pub(super) marks: IndexHeap<i128>,
    /// Streams from other homes over this link.
    pub(super) streams: Vec<u32>,
    /// How many pairs these streams have.
    pub(super) pairs: usize,
    /// Pairs of held groups, fastest first; only kept if it `counts`.
    pub(super) fastest_pairs: IndexHeap<Reverse<u64>>,
    /// Streams from here that must be told of every change of the level.
    pub(super) followers: Vec<Follower>,
    /// Streams from here that must be told when the level passes the key.
    pub(super) watchers: IndexHeap<Level>,
    /// A class without members that has stayed at home here, as it crosses no other link:
    /// its next transfer finds it in its group. [`NONE`] if there is none; one stays at
    /// most, until another class comes.
    pub(super) idle: u32,
    pub(super) saturated_since: Option<Instant>,
    pub(super) usage: LinkUse,
}

impl Link {
    pub(super) fn reset(&mut self, capacity: u64) {
        let mut old = std::mem::take(self);
        for heap in [&mut old.held_groups, &mut old.fastest_pairs] {
            heap.clear();
        }
        old.floating_groups.clear();
        old.watchers.clear();
        old.marks.clear();
        old.streams.clear();
        old.followers.clear();
        *self = Self {
            capacity,
            level: NO_LEVEL,
            idle: NONE,
            floating_groups: old.floating_groups,
            held_groups: old.held_groups,
            marks: old.marks,
            streams: old.streams,
            fastest_pairs: old.fastest_pairs,
            followers: old.followers,
            watchers: old.watchers,
            usage: LinkUse {
                first: Instant::NEVER,
                last: Instant::NEVER,
                ..LinkUse::default()
            },
            ..Self::default()
        };
    }

    /// The clock of the floating transfers at `now`. It stands still while
    /// there are none.
    pub(super) fn clock_at(&self, now: Instant) -> i128 {
        if self.floating == 0 {
            return self.clock;
        }
        self.clock + work(served(self.level), now.0.saturating_sub(self.since))
    }

    pub(super) fn advance(&mut self, now: Instant) {
        // It is often asked for several times at one instant.
        if now.0 > self.since {
            self.clock = self.clock_at(now);
            self.since = now.0;
        }
    }

    /// When the next floating transfer is complete at the present level.
    pub(super) fn due(&self) -> Option<u64> {
        let (mark, _) = self.marks.peek()?;
        due(mark - self.clock, served(self.level), self.since)
    }

    /// Whether no class needs to be held back.
    pub(super) fn fits(&self) -> bool {
        self.capacity == UNLIMITED || self.demand + self.foreign <= level(self.capacity)
    }

    /// Notes the highest load as a share before the capacity changes.
    pub(super) fn fold_peak(&mut self) {
        self.usage.peak_use = self.usage.peak_use.max(self.peak_share());
        self.peak = 0;
    }

    pub(super) fn peak_share(&self) -> f64 {
        if self.capacity == 0 || self.capacity == UNLIMITED {
            return 0.0;
        }
        self.peak as f64 / self.capacity as f64
    }

    /// Notes at `now` whether the link holds transfers back.
    pub(super) fn note_saturation(&mut self, now: Instant) {
        let saturated = self.level != NO_LEVEL && self.crossing > 0;
        match self.saturated_since {
            None if saturated => self.saturated_since = Some(now),
            Some(since) if !saturated => {
                self.usage.saturated += now.since(since);
                self.saturated_since = None;
            }
            _ => {}
        }
    }

    pub(super) fn usage(&self, now: Instant) -> LinkUse {
        let mut usage = self.usage;
        usage.peak_use = usage.peak_use.max(self.peak_share());
        usage.saturated += self
            .saturated_since
            .map_or(Span::ZERO, |since| now.since(since));
        usage
    }
}

/// When work that is left is done by someone served at `rate` from `since` on.
fn due(left: i128, rate: u64, since: u64) -> Option<u64> {
    if left <= 0 || rate == UNLIMITED {
        return Some(since);
    }
    if rate == 0 {
        return None;
    }
    let span = (left as u128).div_ceil(u128::from(rate));
    let span = u64::try_from(span).ok()?;
    since.checked_add(span)
}

/// All classes with one home link and one cap: they have one rate, the lesser
/// of the cap and the link's level, and so one clock of service.
#[derive(Debug, Clone, Default)]
pub(super) struct Group {
    /// The home; [`NONE`] for transfers over no link.
    pub(super) link: u32,
    pub(super) cap: u64,
    /// Whether the cap is what holds it, not the link.
    pub(super) held: bool,
    /// If held, work done for each member up to `since`; else what its clock
    /// is ahead of the link's.
    pub(super) clock: i128,
    pub(super) since: u64,
    pub(super) members: u64,
    /// How many classes it has.
    pub(super) attached: u32,
    /// Its classes by their next finish mark on this clock.
    pub(super) classes: IndexHeap<i128>,
    /// Pairs that must be told when it comes to float or to be held.
    pub(super) followers: Vec<u32>,
    /// Whether its next completion has to be computed again.
    pub(super) touched: bool,
}

impl Group {
    pub(super) fn reset(&mut self, link: u32, cap: u64, held: bool) {
        self.classes.clear();
        self.followers.clear();
        (self.link, self.cap, self.held) = (link, cap, held);
        (self.clock, self.since, self.members, self.attached) = (0, 0, 0, 0);
    }

    /// The clock of a held group at `now`. It stands still while no transfer is
    /// served.
    pub(super) fn clock_at(&self, now: Instant) -> i128 {
        if self.members == 0 {
            return self.clock;
        }
        self.clock + work(self.cap, now.0.saturating_sub(self.since))
    }

    /// Brings the clock of a held group to `now`.
    pub(super) fn advance(&mut self, now: Instant) {
        if now.0 > self.since {
            self.clock = self.clock_at(now);
            self.since = now.0;
        }
    }

    /// When the next member of a held group is complete.
    pub(super) fn due(&self) -> Option<u64> {
        let (mark, _) = self.classes.peek()?;
        due(mark - self.clock, self.cap, self.since)
    }
}

/// A stream over an exact link, in the list of its home: all that a change of the level
/// needs, so that thousands are told from memory in order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Follower {
    pub(super) stream: u32,
    /// The link that the stream crosses.
    pub(super) link: u32,
    /// As in the stream.
    pub(super) floating: u64,
}

/// All that is at home at one link and crosses another.
#[derive(Debug, Clone, Default)]
pub(super) struct Stream {
    /// The link it crosses.
    pub(super) link: u32,
    pub(super) home: u32,
    /// A threshold that is no less than the home's level, as the crossed link knows it;
    /// not kept if that link is exact, which knows the level itself.
    pub(super) level: Level,
    pub(super) members: u64,
    /// Members of floating groups; only kept if the link counts.
    pub(super) floating: u64,
    /// The groups of which it consists.
    pub(super) pairs: Vec<u32>,
    /// Its place in the crossed link's `streams`.
    pub(super) at_link: u32,
    /// Its place in the home's `followers`, if the crossed link is exact.
    pub(super) at_home: u32,
}

/// The classes of one group that cross one link away from home.
#[derive(Debug, Clone, Default)]
pub(super) struct Pair {
    pub(super) link: u32,
    pub(super) group: u32,
    pub(super) stream: u32,
    pub(super) members: u64,
    /// Whether its members are counted as floating; only kept if the link
    /// counts.
    pub(super) floats: bool,
    /// Its place in the stream's `pairs`.
    pub(super) at_stream: u32,
    /// Its place in the group's `followers`, if the link counts.
    pub(super) at_group: u32,
    /// The classes, each with the number of its path step over the link.
    pub(super) classes: Vec<(u32, u32)>,
}

/// One step of a class's path.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub(super) link: u32,
    /// The pair in which the class crosses the link; [`NONE`] at home.
    pub(super) pair: u32,
    /// The class's place in that pair.
    pub(super) at: u32,
}

/// Transfers with the same path and cap.
#[derive(Debug, Clone, Default)]
pub(super) struct Class {
    pub(super) cap: u64,
    /// Its steps lie here in the network's `steps`.
    pub(super) from: u32,
    pub(super) to: u32,
    /// Its group; [`NONE`] while it has no member.
    pub(super) group: u32,
    /// Its own clock of service less that of its group; the whole clock while
    /// it has no group.
    pub(super) offset: i128,
    pub(super) members: u64,
    /// Members with a mark no less than the one before: a queue is enough
    /// for transfers of one size.
    in_order: VecDeque<Member>,
    last_mark: i128,
    out_of_order: BinaryHeap<Reverse<Member>>,
    /// Cancelled members still in the queues.
    pub(super) stale: usize,
    /// Another class with the same hash.
    pub(super) same_hash: u32,
    /// Whether it is among those that have something to tell.
    pub(super) carries: bool,
    /// With which its bytes are told.
    pub(super) label: u64,
    /// The clocks at which its members began, summed up; the sum may pass the range
    /// where the difference to the present clocks does not.
    pub(super) begun: i128,
    /// Bytes of members that have ended, less those that have been told.
    pub(super) untold: i64,
}

impl Class {
    pub(super) fn reset(&mut self, cap: u64, from: usize, to: usize, same_hash: u32) {
        (self.cap, self.from, self.to, self.same_hash) = (cap, from as u32, to as u32, same_hash);
        (
            self.group,
            self.offset,
            self.members,
            self.stale,
            self.last_mark,
        ) = (NONE, 0, 0, 0, 0);
        (self.carries, self.label, self.begun, self.untold) = (false, UNLABELLED, 0, 0);
        self.in_order.clear();
        self.out_of_order.clear();
    }

    /// A member of this `size`, complete at `mark`, begins.
    pub(super) fn begins(&mut self, mark: i128, size: u64) {
        let clock = mark - i128::from(size) * BYTE;
        self.begun = self.begun.wrapping_add(clock);
    }

    /// A member ends that has moved this number of bytes.
    pub(super) fn ends(&mut self, mark: i128, size: u64, moved: u64) {
        let clock = mark - i128::from(size) * BYTE;
        self.begun = self.begun.wrapping_sub(clock);
        self.untold = self.untold.saturating_add_unsigned(moved);
    }

    /// Whether it is to be put among those that have something to tell.
    pub(super) fn is_new_to_tell(&mut self) -> bool {
        self.label != UNLABELLED && !std::mem::replace(&mut self.carries, true)
    }

    pub(super) fn enqueue(&mut self, member: Member) {
        if self.in_order.is_empty() || member.mark >= self.last_mark {
            self.in_order.push_back(member);
            self.last_mark = member.mark;
        } else {
            self.out_of_order.push(Reverse(member));
        }
    }

    /// The member with the least mark; cancelled ones may come as well.
    pub(super) fn first(&self) -> Option<Member> {
        let queued = self.in_order.front();
        let other = self.out_of_order.peek().map(|Reverse(first)| first);
        match (queued, other) {
            (Some(queued), Some(other)) => Some(*queued.min(other)),
            (one, other) => one.or(other).copied(),
        }
    }

    /// Takes the member that [`Class::first`] tells.
    pub(super) fn take(&mut self, slot: u32) {
        if self
            .in_order
            .front()
            .is_some_and(|first| first.slot == slot)
        {
            self.in_order.pop_front();
        } else {
            self.out_of_order.pop();
        }
    }

    /// Takes out all cancelled members.
    pub(super) fn purge(&mut self, generations: &[u32], free: &mut Vec<u32>) {
        let mut keep = |slot: u32| {
            let live = is_live(generations[slot as usize]);
            if !live {
                free.push(slot);
            }
            live
        };
        self.in_order.retain(|member| keep(member.slot));
        self.out_of_order
            .retain(|Reverse(member)| keep(member.slot));
        self.stale = 0;
    }
}

/// A transfer in the queue of its class: all that its end needs, so that the
/// ends of a class read memory in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Member {
    /// The class clock at which it is complete.
    pub(super) mark: i128,
    pub(super) slot: u32,
    pub(super) payload: u32,
    pub(super) size: u64,
}

/// A transfer in its slot, where its identifier leads.
#[derive(Debug, Clone, Default)]
pub(super) struct Transfer {
    /// As in its [`Member`].
    pub(super) mark: i128,
    pub(super) size: u64,
    pub(super) class: u32,
}

/// Whether a slot of that generation has a transfer in flight: each start and
/// each end is another generation, and the first of all is one without.
pub(super) const fn is_live(generation: u32) -> bool {
    generation % 2 == 1
}
