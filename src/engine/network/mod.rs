//! Links shared by max-min fairness, exactly.
//!
//! First, straightforward form: everything is recomputed at every change.

use crate::units::{Instant, Rate, Size, Span};

/// Transfers with the same path and cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassId(u32);

/// One transfer; stale after it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransferId {
    slot: u32,
    generation: u32,
}

/// What a link has carried.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LinkUse {
    /// Bytes carried by ended transfers, and by those in flight as of the
    /// last [`Network::settle`].
    pub bytes: Size,
    /// Transfers started over the link.
    pub transfers: u64,
    /// Most transfers at one time.
    pub peak_transfers: u64,
    /// Greatest share of the capacity in use, 0 to 1.
    pub peak_use: f64,
    /// Time during which the link held transfers back.
    pub saturated: Span,
    /// When the first transfer started; [`Instant::NEVER`] if none did.
    pub first: Instant,
    /// When the last transfer ended; [`Instant::NEVER`] if none did.
    pub last: Instant,
}

#[derive(Debug, Clone)]
struct Class {
    path: Vec<u32>,
    cap: u64,
    rate: u64,
    members: u64,
}

#[derive(Debug, Clone, Default)]
struct Transfer {
    generation: u32,
    class: u32,
    payload: u32,
    active: bool,
    size: u64,
    counted: u64,
    /// In units of 2^-27 byte/s times 1 µs.
    left: u128,
}

#[derive(Debug, Clone)]
struct Link {
    capacity: u64,
    crossing: u64,
    usage: LinkUse,
}

const FREE: u64 = u64::MAX;
/// One byte in rate units times microseconds.
const BYTE: u128 = (1 << 27) * 1_000_000;

fn units(rate: Rate) -> u64 {
    if rate.is_unlimited() {
        FREE
    } else {
        rate.0.min((1 << 40) - 1) << 24
    }
}

/// Links and the transfers over them.
#[derive(Debug, Clone, Default)]
pub struct Network {
    links: Vec<Link>,
    classes: Vec<Class>,
    transfers: Vec<Transfer>,
    free: Vec<u32>,
    time: u64,
    next: Option<u64>,
}

impl Network {
    /// Links with these capacities, numbered from 0.
    pub fn new(capacities: &[Rate]) -> Self {
        let mut network = Self::default();
        network.reset(capacities);
        network
    }

    /// As new, with other links, but keeps the memory.
    pub fn reset(&mut self, capacities: &[Rate]) {
        *self = Self::default();
        let usage = LinkUse {
            first: Instant::NEVER,
            last: Instant::NEVER,
            ..LinkUse::default()
        };
        self.links.extend(capacities.iter().map(|c| Link {
            capacity: units(*c),
            crossing: 0,
            usage,
        }));
    }

    /// The class of transfers over the links of `path`, each no faster than
    /// `cap`. The same path and cap give the same class.
    ///
    /// # Panics
    /// If a link of the path does not exist.
    pub fn class(&mut self, path: &[u32], cap: Rate) -> ClassId {
        let mut path = path.to_vec();
        path.sort_unstable();
        path.dedup();
        assert!(
            path.iter().all(|l| (*l as usize) < self.links.len()),
            "no such link"
        );
        let cap = units(cap);
        let found = self
            .classes
            .iter()
            .position(|c| c.path == path && c.cap == cap);
        ClassId(found.unwrap_or_else(|| {
            self.classes.push(Class {
                path,
                cap,
                rate: 0,
                members: 0,
            });
            self.classes.len() - 1
        }) as u32)
    }

    /// Starts a transfer of `size`; `payload` comes back when it is complete.
    pub fn start(&mut self, now: Instant, class: ClassId, size: Size, payload: u32) -> TransferId {
        self.advance(now);
        let slot = self.free.pop().unwrap_or_else(|| {
            self.transfers.push(Transfer::default());
            (self.transfers.len() - 1) as u32
        });
        let transfer = &mut self.transfers[slot as usize];
        let generation = transfer.generation;
        let left = u128::from(size.0) * BYTE;
        *transfer = Transfer {
            generation,
            class: class.0,
            payload,
            active: true,
            size: size.0,
            counted: 0,
            left,
        };
        let class = &mut self.classes[class.0 as usize];
        class.members += 1;
        for link in &class.path {
            let link = &mut self.links[*link as usize];
            link.crossing += 1;
            link.usage.transfers += 1;
            link.usage.peak_transfers = link.usage.peak_transfers.max(link.crossing);
            link.usage.first = link.usage.first.min(now);
        }
        self.solve();
        TransferId { slot, generation }
    }

    /// Ends a transfer before it is complete; the bytes it moved, 0 if it had
    /// ended already.
    pub fn cancel(&mut self, now: Instant, id: TransferId) -> Size {
        let Some(transfer) = self.transfers.get(id.slot as usize) else {
            return Size(0);
        };
        if !transfer.active || transfer.generation != id.generation {
            return Size(0);
        }
        self.advance(now);
        let moved = self.moved(id.slot);
        self.end(now, id.slot, moved);
        self.solve();
        Size(moved)
    }

    /// Changes a capacity; at 0 the link's transfers stall until it is raised.
    pub fn set_capacity(&mut self, now: Instant, link: u32, capacity: Rate) {
        self.advance(now);
        self.links[link as usize].capacity = units(capacity);
        self.solve();
    }

    /// When the next transfer will be complete if nothing changes.
    pub fn next(&self) -> Instant {
        self.next.map_or(Instant::NEVER, Instant)
    }

    /// Appends the payloads of all transfers complete by `now`, ascending.
    pub fn finish(&mut self, now: Instant, done: &mut Vec<u32>) {
        let from = done.len();
        while let Some(at) = self.next.filter(|at| *at <= now.0) {
            self.advance(Instant(at));
            for slot in 0..self.transfers.len() {
                let t = &self.transfers[slot];
                let unlimited = self.classes[t.class as usize].rate == FREE;
                if t.active && (t.left == 0 || unlimited) {
                    done.push(t.payload);
                    let size = t.size;
                    self.end(Instant(at), slot as u32, size);
                }
            }
            self.solve();
        }
        self.advance(now);
        done[from..].sort_unstable();
    }

    /// The present rate of a transfer in bit/s, 0 if it has ended.
    pub fn rate(&self, id: TransferId) -> f64 {
        match self.transfers.get(id.slot as usize) {
            Some(t) if t.active && t.generation == id.generation => {
                let rate = self.classes[t.class as usize].rate;
                if rate == FREE {
                    f64::INFINITY
                } else {
                    rate as f64 / (1u64 << 24) as f64
                }
            }
            _ => 0.0,
        }
    }

    /// Counts the bytes of the transfers in flight at `now`.
    pub fn settle(&mut self, now: Instant) {
        self.advance(now);
        for slot in 0..self.transfers.len() {
            if self.transfers[slot].active {
                let moved = self.moved(slot as u32);
                self.count(slot as u32, moved);
            }
        }
    }

    /// What `link` has carried.
    pub fn usage(&self, link: u32) -> LinkUse {
        self.links[link as usize].usage
    }

    fn moved(&self, slot: u32) -> u64 {
        let t = &self.transfers[slot as usize];
        t.size - t.left.div_ceil(BYTE) as u64
    }

    fn count(&mut self, slot: u32, moved: u64) {
        let t = &mut self.transfers[slot as usize];
        for link in &self.classes[t.class as usize].path {
            self.links[*link as usize].usage.bytes += Size(moved - t.counted);
        }
        t.counted = moved;
    }

    fn end(&mut self, now: Instant, slot: u32, moved: u64) {
        self.count(slot, moved);
        let t = &mut self.transfers[slot as usize];
        t.active = false;
        t.generation = t.generation.wrapping_add(1);
        self.free.push(slot);
        let class = &mut self.classes[t.class as usize];
        class.members -= 1;
        for link in &class.path {
            let link = &mut self.links[*link as usize];
            link.crossing -= 1;
            link.usage.last = now;
        }
    }

    fn advance(&mut self, now: Instant) {
        let passed = now.0.saturating_sub(self.time);
        for t in self.transfers.iter_mut().filter(|t| t.active) {
            let rate = self.classes[t.class as usize].rate;
            t.left = t.left.saturating_sub(u128::from(rate) * u128::from(passed));
        }
        for link in 0..self.links.len() {
            if passed > 0
                && self.load(link) >= u128::from(self.links[link].capacity).saturating_sub(1 << 20)
            {
                let crossing = self.links[link].crossing;
                self.links[link].usage.saturated += Span(if crossing > 0 { passed } else { 0 });
            }
        }
        self.time = self.time.max(now.0);
    }

    fn load(&self, link: usize) -> u128 {
        let crossing = self
            .classes
            .iter()
            .filter(|c| c.path.contains(&(link as u32)));
        crossing
            .map(|c| u128::from(c.rate) * u128::from(c.members))
            .sum()
    }

    /// Progressive filling: all rates rise together; a class stops at its cap
    /// or when a link of its path is full.
    fn solve(&mut self) {
        let mut open: Vec<usize> = (0..self.classes.len())
            .filter(|c| self.classes[*c].members > 0)
            .collect();
        let mut left: Vec<(u64, u64)> = self
            .links
            .iter()
            .map(|l| (l.capacity, l.crossing))
            .collect();
        while !open.is_empty() {
            let limit = |c: &Class, left: &[(u64, u64)]| {
                let shares = c
                    .path
                    .iter()
                    .map(|l| left[*l as usize])
                    .filter(|(c, n)| *c != FREE && *n > 0);
                shares.map(|(c, n)| c / n).min().unwrap_or(FREE).min(c.cap)
            };
            let level = open
                .iter()
                .map(|c| limit(&self.classes[*c], &left))
                .min()
                .unwrap_or(FREE);
            let held: Vec<usize> = open
                .iter()
                .copied()
                .filter(|c| limit(&self.classes[*c], &left) <= level)
                .collect();
            for c in &held {
                let class = &mut self.classes[*c];
                class.rate = level;
                for l in &class.path {
                    let (capacity, n) = &mut left[*l as usize];
                    *n -= class.members;
                    if *capacity != FREE {
                        *capacity = capacity.saturating_sub(level.saturating_mul(class.members));
                    }
                }
            }
            open.retain(|c| !held.contains(c));
        }
        for link in 0..self.links.len() {
            let capacity = self.links[link].capacity;
            let used = if capacity == 0 {
                0.0
            } else {
                (self.load(link) as f64 / capacity as f64).min(1.0)
            };
            self.links[link].usage.peak_use = self.links[link].usage.peak_use.max(used);
        }
        self.next = (self.transfers.iter().filter(|t| t.active))
            .filter_map(|t| self.due(t))
            .min();
    }

    fn due(&self, t: &Transfer) -> Option<u64> {
        match self.classes[t.class as usize].rate {
            _ if t.left == 0 => Some(self.time),
            0 => None,
            FREE => Some(self.time),
            rate => Some(
                self.time
                    .saturating_add(t.left.div_ceil(u128::from(rate)) as u64),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_transfers_share_one_link_and_end_together() {
        let mut network = Network::new(&[Rate(8_000_000)]);
        let class = network.class(&[0, 0], Rate::UNLIMITED);
        network.start(Instant(0), class, Size(1_000_000), 7);
        network.start(Instant(0), class, Size(1_000_000), 3);
        assert_eq!(network.next(), Instant(2_000_000));
        let mut done = Vec::new();
        network.finish(Instant(2_000_000), &mut done);
        assert_eq!((done, network.next()), (vec![3, 7], Instant::NEVER));
        assert_eq!(network.usage(0).bytes, Size(2_000_000));
    }

    #[test]
    fn no_size_or_no_limit_completes_at_once_and_a_cap_alone_is_the_rate() {
        let mut network = Network::new(&[Rate(8_000)]);
        let (link, none) = (
            network.class(&[0], Rate::UNLIMITED),
            network.class(&[], Rate::UNLIMITED),
        );
        let capped = network.class(&[], Rate(8_000));
        network.start(Instant(5), link, Size(0), 1);
        network.start(Instant(5), none, Size(1 << 40), 2);
        network.start(Instant(5), capped, Size(1_000), 3);
        let mut done = Vec::new();
        network.finish(Instant(5), &mut done);
        assert_eq!(
            (&done[..], network.next()),
            (&[1, 2][..], Instant(1_000_005))
        );
    }
}
