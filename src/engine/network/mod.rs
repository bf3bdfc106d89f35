//! Links shared by max-min fairness, exactly.
//!
//! A transfer crosses the links of its path and is no faster than its cap.
//! At every moment the rates are those of progressive filling: all rise
//! together, and a transfer stops when it meets its cap or a link of its path
//! is full (Bertsekas and Gallager, *Data Networks*, 2nd ed., 1992, section
//! 6.5.2). Rates change the instant a transfer starts or ends or a capacity
//! changes. Time, bytes and rates are integers: completions are rounded up to
//! the microsecond, and bytes are conserved on every link.
//!
//! # How it stays local
//!
//! Transfers with the same path and cap form a *class*. A class is at home at
//! one link of its path; the classes at home at one link with one cap form a
//! *group*, which has one rate, the lesser of the cap and the link's *level*.
//! A member is a mark on its class's clock of service, so that no member needs
//! to be touched when its rate changes.
//!
//! A group whose cap is above the level of its home *floats*: all such groups
//! of a link have one rate and one clock, that of the link, so that a change
//! of the level touches none of them. The others are *held* by their caps and
//! have a clock each, at a rate that does not change. Groups are ordered by
//! cap, and only those that the level passes move from one to the other.
//!
//! The classes of one group that cross another link are a *pair* of the two;
//! the pairs of all groups of one home over one link are a *stream*. A link is
//! told the level of a home once for a stream, however many groups are in it.
//!
//! The rates are right when no link carries more than its capacity and no
//! transfer is faster than the level of a link it crosses. A link at which
//! this fails takes the fastest classes that cross it home, which lowers
//! them to its level, until it holds. A change of one level can only change
//! higher ones, so links are put right by ascending level. A link far from
//! full does not follow every change of the levels of the homes of what
//! crosses it: it is woken when one passes a threshold up to which it is sure
//! to hold.
//!
//! A change costs O(log n) in the number of transfers, classes and caps, for
//! each full link whose level it changes and each full link that is told.

mod arena;
mod attach;
mod fill;
mod fixed;
mod heap;
mod level;
mod meter;
mod parts;
mod serve;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use std::num::NonZeroU32;

use crate::units::{Instant, Rate, Size, Span};
use arena::{Arena, Mix, NONE};
use fixed::{BYTE, Level, bits_per_second, fixed, served};
use heap::IndexHeap;
use meter::UNLABELLED;
use parts::{Class, Group, Link, Member, Pair, Step, Stream, Transfer, is_live};

/// Transfers with the same path and cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassId(u32);

/// One transfer; stale after it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransferId {
    /// Its slot, counted from 1, so that an `Option` costs nothing.
    place: NonZeroU32,
    generation: u32,
}

impl TransferId {
    const fn slot(self) -> u32 {
        self.place.get() - 1
    }
}

/// The link that holds a transfer back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bottleneck {
    /// Which.
    pub link: u32,
    /// What it gives at present.
    pub capacity: Rate,
    /// Transfers that cross it.
    pub transfers: u64,
}

/// What a link has carried.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LinkUse {
    /// Bytes carried.
    pub bytes: Size,
    /// Transfers started over the link.
    pub transfers: u64,
    /// Most transfers at one time.
    pub peak_transfers: u64,
    /// Greatest share of the capacity in use, 0 to 1, as seen when a transfer
    /// over the link had just started or was about to end, and when the capacity
    /// changed; 0 for an unlimited link. In between, the rates of its transfers
    /// may rise and fall because of what ends and starts elsewhere.
    pub peak_use: f64,
    /// Time during which the link held transfers back. Of two equally tight
    /// links on a path only one does.
    pub saturated: Span,
    /// When the first transfer started; [`Instant::NEVER`] if none did.
    pub first: Instant,
    /// When the last transfer ended; [`Instant::NEVER`] if none did.
    pub last: Instant,
}

type Lookup<K = u64> = HashMap<K, u32, BuildHasherDefault<Mix>>;

/// Links and the transfers over them.
///
/// Time does not run backwards: each call's `now` is at or after that of the
/// call before, and [`Network::finish`] is called before time passes
/// [`Network::next`].
#[derive(Debug, Clone, Default)]
pub struct Network {
    now: Instant,
    links: Arena<Link>,
    groups: Arena<Group>,
    classes: Arena<Class>,
    /// The paths of all classes, one after the other, each ascending.
    steps: Vec<Step>,
    /// By slot.
    transfers: Vec<Transfer>,
    /// How many transfers have started and ended in each slot.
    generations: Vec<u32>,
    free_transfers: Vec<u32>,
    streams: Arena<Stream>,
    pairs: Arena<Pair>,
    free_groups: Vec<u32>,
    free_streams: Vec<u32>,
    free_pairs: Vec<u32>,
    /// From home and cap to group.
    group_of: Lookup<(u32, u64)>,
    /// From crossed link and home to stream.
    stream_of: Lookup,
    /// From link and group to pair.
    pair_of: Lookup,
    /// From the hash of path and cap to the first such class.
    class_of: Lookup,
    /// When the next transfer is complete on each clock: those of the links
    /// come first, then those of held groups.
    due: IndexHeap<u64>,
    due_places: Vec<u32>,
    /// Places of classes in the heap of their group.
    class_places: Vec<u32>,
    /// Places of groups by cap at their link.
    cap_places: Vec<u32>,
    /// Places of floating groups by mark at their link.
    mark_places: Vec<u32>,
    /// Places of pairs among the fastest over their link.
    pair_places: Vec<u32>,
    /// Places of streams in the watch of their home.
    watch_places: Vec<u32>,
    /// Links to be put right, by their level.
    dirty: BinaryHeap<Reverse<(Level, u32)>>,
    touched: Vec<u32>,
    touched_links: Vec<u32>,
    /// Groups that came to float or to be held since their link's level was
    /// set.
    crossed: Vec<u32>,
    scratch: Vec<u32>,
    /// Labelled classes with something to tell.
    carrying: Vec<u32>,
    /// Whether every change solves the whole component again.
    plain: bool,
    /// How many steps have been taken to put levels right.
    effort: u64,
}

impl Network {
    /// Links with these capacities, numbered from 0.
    pub fn new(capacities: &[Rate]) -> Self {
        let mut network = Self::default();
        network.reset(capacities);
        network
    }

    /// The same network, but every change solves anew for all links and
    /// transfers that are connected with it, by progressive filling. This is
    /// the definition in code; it is what tests and benches compare with.
    pub fn plain(capacities: &[Rate]) -> Self {
        Self {
            plain: true,
            ..Self::new(capacities)
        }
    }

    /// As new, with other links, but keeps the memory. Classes and transfers
    /// from before are no longer valid.
    pub fn reset(&mut self, capacities: &[Rate]) {
        self.now = Instant::START;
        self.links.clear();
        for capacity in capacities {
            let link = self.links.add();
            self.links[link].reset(fixed(*capacity));
        }
        self.groups.clear();
        self.classes.clear();
        self.streams.clear();
        self.pairs.clear();
        self.due.clear();
        self.group_of.clear();
        self.stream_of.clear();
        self.pair_of.clear();
        self.class_of.clear();
        self.dirty.clear();
        for list in [
            &mut self.free_transfers,
            &mut self.free_groups,
            &mut self.free_streams,
            &mut self.free_pairs,
            &mut self.touched,
            &mut self.touched_links,
            &mut self.crossed,
            &mut self.carrying,
            &mut self.due_places,
            &mut self.class_places,
            &mut self.cap_places,
            &mut self.mark_places,
            &mut self.pair_places,
            &mut self.watch_places,
        ] {
            list.clear();
        }
        self.due_places.resize(capacities.len(), NONE);
        self.steps.clear();
        self.effort = 0;
        self.transfers.clear();
        self.generations.clear();
    }

    /// The class of transfers over the links of `path`, each no faster than
    /// `cap`. The same path and cap give the same class; the order of the
    /// path and repetitions in it do not count.
    ///
    /// # Panics
    /// If the path has a link that does not exist.
    pub fn class(&mut self, path: &[u32], cap: Rate) -> ClassId {
        self.labelled_class(path, cap, UNLABELLED)
    }

    fn find_class(&mut self, links: &[u32], cap: u64, label: u64) -> u32 {
        let mut hash = Mix::default();
        hash.write_u64(cap);
        hash.write_u64(label);
        for link in links {
            hash.write_u64(u64::from(*link));
        }
        let hash = hash.finish();
        let first = self.class_of.get(&hash).copied().unwrap_or(NONE);
        let mut class = first;
        while class != NONE {
            let found = &self.classes[class];
            let steps = &self.steps[found.from as usize..found.to as usize];
            if (found.cap, found.label) == (cap, label)
                && steps.iter().map(|step| step.link).eq(links.iter().copied())
            {
                return class;
            }
            class = found.same_hash;
        }
        let class = self.add_class(links, cap, first);
        self.classes[class].label = label;
        self.class_of.insert(hash, class);
        class
    }

    fn add_class(&mut self, links: &[u32], cap: u64, same_hash: u32) -> u32 {
        assert!(
            links.iter().all(|link| (*link as usize) < self.links.len()),
            "a path has a link that does not exist"
        );
        let from = self.steps.len();
        self.steps.extend(links.iter().map(|link| Step {
            link: *link,
            pair: NONE,
            at: 0,
        }));
        let class = self.classes.add();
        self.classes[class].reset(cap, from, self.steps.len(), same_hash);
        self.class_places.push(NONE);
        class
    }

    /// A class that no other call returns, whose cap can be changed by
    /// [`Network::set_cap`].
    ///
    /// # Panics
    /// If the path has a link that does not exist.
    pub fn own_class(&mut self, path: &[u32], cap: Rate) -> ClassId {
        let mut links = path.to_vec();
        links.sort_unstable();
        links.dedup();
        ClassId(self.add_class(&links, fixed(cap), NONE))
    }

    /// Changes the cap of a class of its own; its transfers in flight go on at
    /// their new rates.
    pub fn set_cap(&mut self, now: Instant, class: ClassId, cap: Rate) {
        self.pass(now);
        let (ClassId(c), cap) = (class, fixed(cap));
        let group = self.classes[c].group;
        if group != NONE && self.classes[c].members == 0 {
            self.forget_class(c);
            self.repair();
        }
        if self.classes[c].group == NONE || self.classes[c].cap == cap {
            self.classes[c].cap = cap;
            return;
        }
        let home = self.groups[group].link;
        self.note_peaks(c);
        self.detach(c);
        self.classes[c].cap = cap;
        self.attach(c, home);
        self.repair();
        self.note_peaks(c);
    }

    /// Starts a transfer of `size`; `payload` comes back when it is complete.
    /// One of no size, or that nothing limits, is complete at once.
    pub fn start(&mut self, now: Instant, class: ClassId, size: Size, payload: u32) -> TransferId {
        self.pass(now);
        let ClassId(c) = class;
        if self.classes[c].group == NONE {
            let home = self.best_home(c);
            self.attach(c, home);
        } else if self.classes[c].members == 0 {
            self.is_wanted(c);
        }
        let clock = self.clock_of(self.classes[c].group) + self.classes[c].offset;
        let mark = clock + i128::from(size.0) * BYTE;
        let slot = self.free_transfers.pop().unwrap_or_else(|| {
            self.transfers.push(Transfer::default());
            self.generations.push(0);
            (self.transfers.len() - 1) as u32
        });
        let size = size.0;
        self.transfers[slot as usize] = Transfer {
            mark,
            size,
            class: c,
        };
        let generation = self.generations[slot as usize].wrapping_add(1);
        self.generations[slot as usize] = generation;
        self.classes[c].enqueue(Member {
            mark,
            slot,
            payload,
            size,
        });
        self.classes[c].begins(mark, size);
        if self.classes[c].is_new_to_tell() {
            self.carrying.push(c);
        }
        self.add_members(c, 1);
        self.reschedule(c);
        self.note_start(c);
        self.repair();
        self.note_peaks(c);
        let place = NonZeroU32::MIN.saturating_add(slot);
        TransferId { place, generation }
    }

    /// Ends a transfer before it is complete; the bytes it has moved, none if
    /// it had ended already.
    pub fn cancel(&mut self, now: Instant, id: TransferId) -> Size {
        if !self.is_live(id) {
            return Size(0);
        }
        self.pass(now);
        let slot = id.slot();
        let Transfer {
            mark,
            size,
            class: c,
        } = self.transfers[slot as usize];
        let moved = self.moved(slot);
        self.retire(slot);
        self.classes[c].ends(mark, size, moved);
        self.classes[c].stale += 1;
        self.note_end(c, moved, now);
        self.note_peaks(c);
        self.remove_members(c, 1);
        if self.classes[c].stale > 32.max(self.classes[c].members as usize) {
            self.classes[c].purge(&self.generations, &mut self.free_transfers);
        }
        if self.classes[c].group != NONE {
            self.reschedule(c);
        }
        self.repair();
        Size(moved)
    }

    /// Changes a capacity; at 0 the link's transfers stall until it is raised.
    ///
    /// # Panics
    /// If the link does not exist.
    pub fn set_capacity(&mut self, now: Instant, link: u32, capacity: Rate) {
        self.pass(now);
        self.note_peak(link);
        let changed = &mut self.links[link];
        changed.fold_peak();
        changed.capacity = fixed(capacity);
        changed.breached = true;
        self.mark_dirty(link);
        self.repair();
    }

    /// When the next transfer is complete if nothing changes before;
    /// [`Instant::NEVER`] if none will be.
    pub fn next(&self) -> Instant {
        self.due
            .peek()
            .map_or(Instant::NEVER, |(due, _)| Instant(due))
    }

    /// Appends the payloads of all transfers complete by `now`, ascending.
    pub fn finish(&mut self, now: Instant, done: &mut Vec<u32>) {
        let from = done.len();
        while let Some((due, _)) = self.due.peek().filter(|(due, _)| *due <= now.0) {
            self.now = self.now.max(Instant(due));
            while let Some((_, clock)) = self.due.peek().filter(|(at, _)| *at <= due) {
                self.complete(clock, done);
            }
            self.repair();
        }
        self.now = self.now.max(now);
        done[from..].sort_unstable();
    }

    /// The payloads of transfers that are likely to end next: a hint for fetching
    /// memory early, from which others may be missing, and among which there may
    /// be cancelled ones.
    pub fn upcoming(&self) -> impl Iterator<Item = u32> {
        let links = self.links.len() as u32;
        self.due.ids().filter_map(move |clock| {
            let g = match clock.checked_sub(links) {
                Some(group) => group,
                None => self.links[clock].marks.peek()?.1,
            };
            let (_, c) = self.groups[g].classes.peek()?;
            self.classes[c].first().map(|member| member.payload)
        })
    }

    /// The present rate of a transfer in bit/s: 0 if it has ended, infinite
    /// if nothing limits it.
    pub fn rate(&self, id: TransferId) -> f64 {
        if !self.is_live(id) {
            return 0.0;
        }
        let class = &self.classes[self.transfers[id.slot() as usize].class];
        let group = &self.groups[class.group];
        bits_per_second(if group.held {
            group.cap
        } else {
            served(self.links[group.link].level)
        })
    }

    /// What holds a transfer back at present: the link, its capacity, and how many
    /// transfers cross it; `None` if it has ended, or its own cap or nothing does.
    pub fn held_back_by(&self, id: TransferId) -> Option<Bottleneck> {
        if !self.is_live(id) {
            return None;
        }
        let class = &self.classes[self.transfers[id.slot() as usize].class];
        let group = &self.groups[class.group];
        if group.held {
            return None;
        }
        let link = &self.links[group.link];
        let capacity = bits_per_second(link.capacity);
        capacity.is_finite().then_some(Bottleneck {
            link: group.link,
            capacity: Rate(capacity as u64),
            transfers: link.crossing,
        })
    }

    /// What each link has carried by `now`, for the transfers in flight too.
    pub fn usages(&mut self, now: Instant) -> Vec<LinkUse> {
        self.pass(now);
        let links = 0..self.links.len() as u32;
        let noted = links.map(|link| {
            self.note_peak(link);
            self.usage(link)
        });
        let mut usages: Vec<_> = noted.collect();
        for slot in 0..self.transfers.len() as u32 {
            if is_live(self.generations[slot as usize]) {
                let moved = self.moved(slot);
                let class = &self.classes[self.transfers[slot as usize].class];
                for step in &self.steps[class.from as usize..class.to as usize] {
                    usages[step.link as usize].bytes += Size(moved);
                }
            }
        }
        usages
    }

    /// What `link` has carried; its bytes are those of transfers that have ended,
    /// see [`Network::usages`].
    ///
    /// # Panics
    /// If the link does not exist.
    pub fn usage(&self, link: u32) -> LinkUse {
        self.links[link].usage(self.now)
    }

    /// How many steps all changes so far have taken: levels computed and told,
    /// classes and groups moved, streams looked through. It measures cost
    /// without a clock.
    pub fn effort(&self) -> u64 {
        self.effort
    }

    fn pass(&mut self, now: Instant) {
        debug_assert!(
            now <= self.next(),
            "complete transfers are finished before time goes on"
        );
        self.now = self.now.max(now);
    }

    fn is_live(&self, id: TransferId) -> bool {
        self.generations.get(id.slot() as usize) == Some(&id.generation)
    }
}
