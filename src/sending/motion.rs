//! Bytes on their way between two sites: begun, broken off, complete, counted.

use super::arrival::{Passage, Way};
use super::pace::{Block, Run, block_of, next_block};
use super::senders::{LegState, Phase};
use super::simulation::{Simulation, rank};
use crate::units::{Instant, Rate, Size, Span};
use crate::world::sending::Route;

impl Simulation<'_> {
    /// Connected: the bytes that are left are on their way.
    pub(super) fn move_on(&mut self, leg: u32) {
        let (position, route) = self.route(leg);
        let (now, left) = (self.now, self.legs[leg as usize].left);
        if route.limit.is_limited() && self.is_shared {
            return self.next_block(leg);
        }
        if route.limit.is_limited() {
            let links = &self.plan.links;
            let rate = (route.rate.min(route.per_sending)).min(links.narrowest(&route.path));
            let until = links.next_change(&route.path, now);
            let run = Run::begin(now, left, rate, until, &self.hours(route));
            self.note_blocks(leg, rate, Span::ZERO);
            let generation = self.enter(leg, Phase::Paced(run));
            return self.at(run.end, rank::RUN_ENDS, leg, generation);
        }
        self.count_on(&route.path, -1);
        let state = &mut self.routes[position as usize];
        if state.sharing == 0 {
            state.sharing_since = now;
        }
        state.sharing += 1;
        let payload = self.first_payload + leg;
        let transfer = self.network.start(now, state.class, left, payload);
        self.enter(leg, Phase::Shared(transfer));
    }

    /// Begins the next block on a network that others share.
    fn next_block(&mut self, leg: u32) {
        let (position, route) = self.route(leg);
        let (now, payload) = (self.now, self.first_payload + leg);
        let size = block_of(self.legs[leg as usize].left, &route.limit);
        if size.0 == 0 && self.legs[leg as usize].left.0 > 0 {
            // Blocks of nothing never carry anything.
            self.enter(leg, Phase::Silent);
            return;
        }
        let class = self.routes[position as usize].class;
        self.count_on(&route.path, -1);
        let transfer = self.network.start(now, class, size, payload);
        let begun = now;
        self.enter(
            leg,
            Phase::Block(Block {
                transfer,
                begun,
                size,
            }),
        );
    }

    /// A transfer of a sending is complete: all of it, or a block.
    pub(super) fn moved(&mut self, leg: u32) {
        let Phase::Block(block) = self.legs[leg as usize].phase else {
            return self.sent(leg);
        };
        if block.size == self.legs[leg as usize].left {
            return self.sent(leg);
        }
        let next = next_block(block.begun, self.now, &self.hours(self.route(leg).1));
        self.booked(leg, block.size, self.now.since(block.begun));
        let generation = self.enter(leg, Phase::Silent);
        self.at(next, rank::RUN_ENDS, leg, generation);
    }

    /// What sendings in blocks do to the links of a route that the network does not
    /// see.
    fn note_blocks(&mut self, leg: u32, rate: Rate, busy: Span) {
        for link in &self.route(leg).1.path {
            let capacity = self.plan.links.rate(*link);
            if capacity.is_unlimited() || capacity.0 == 0 {
                continue;
            }
            let seen = self.in_blocks.entry(*link).or_default();
            let part = rate.0.min(capacity.0) as f64 / capacity.0 as f64;
            seen.peak_use = seen.peak_use.max(part);
            if rate >= capacity {
                seen.saturated += busy;
            }
        }
    }

    /// A run of blocks ends: with the last byte, or because other terms hold.
    pub(super) fn run_ends(&mut self, leg: u32, generation: u32) {
        let state = &self.legs[leg as usize];
        if state.generation != generation {
            return;
        }
        match state.phase {
            Phase::Paced(run) if run.completes => return self.sent(leg),
            Phase::Paced(_) | Phase::Silent => {}
            _ => return,
        }
        let admitted = self
            .hours(self.route(leg).1)
            .admits(self.now, self.priority(leg));
        if admitted {
            self.book(leg);
            self.move_on(leg);
        } else {
            self.send_back(leg);
        }
    }

    /// The last byte has arrived.
    pub(super) fn sent(&mut self, leg: u32) {
        let (now, site) = (self.now, self.route(leg).1.to);
        self.book(leg);
        // The network has ended a complete transfer by itself, and counts none
        // of its bytes as cancelled.
        let rest = std::mem::take(&mut self.legs[leg as usize].left);
        self.legs[leg as usize].passed += rest;
        self.leg_passed(leg);
        self.enter(leg, Phase::Done);
        let usage = &mut self.route_state(leg).usage;
        usage.bytes += rest;
        usage.sendings += 1;
        usage.last = now;
        self.let_go(leg);
        self.arrived(self.plan.legs[leg as usize].package, site);
    }

    /// Stops what is under way, if anything is.
    pub(super) fn stop(&mut self, leg: u32) {
        if !matches!(
            self.legs[leg as usize].phase,
            Phase::Shared(_) | Phase::Paced(_) | Phase::Block(_) | Phase::Silent
        ) {
            return;
        }
        self.book(leg);
        self.leg_passed(leg);
        self.enter(leg, Phase::Knocking);
        if !self.sending.rules.sender_retry.resumes {
            self.legs[leg as usize].left = self.plan.legs[leg as usize].bytes;
        }
    }

    /// Counts the bytes that have moved since the sending last began to.
    fn book(&mut self, leg: u32) {
        let now = self.now;
        let (moved, busy) = match self.legs[leg as usize].phase {
            Phase::Paced(run) => {
                let (moved, busy) = run.progress(now);
                self.note_blocks(leg, run.rate, busy);
                (moved, busy)
            }
            Phase::Block(block) => {
                let moved = self.network.cancel(now, block.transfer);
                (moved, now.since(block.begun))
            }
            Phase::Shared(transfer) => {
                let moved = self.network.cancel(now, transfer);
                let route = self.route_state(leg);
                route.sharing -= 1;
                let shared = now.since(route.sharing_since);
                let busy = if route.sharing == 0 {
                    shared
                } else {
                    Span::ZERO
                };
                (moved, busy)
            }
            _ => (Size(0), Span::ZERO),
        };
        self.booked(leg, moved, busy);
    }

    fn booked(&mut self, leg: u32, moved: Size, busy: Span) {
        let usage = &mut self.route_state(leg).usage;
        usage.bytes += moved;
        usage.busy += busy;
        let state = &mut self.legs[leg as usize];
        state.left = Size(state.left.0 - moved.0);
        state.passed += moved;
    }

    /// A sending has arrived or broken off: when its bytes were on their way.
    fn leg_passed(&mut self, leg: u32) {
        let route = self.route(leg).1;
        let LegState { begun, passed, .. } = self.legs[leg as usize];
        self.passed(Way::Route(route.from, route.to), begun, passed);
        self.legs[leg as usize].passed = Size(0);
    }

    /// Takes down that bytes were on their way since `begun`.
    pub(super) fn passed(&mut self, way: Way, begun: Instant, bytes: Size) {
        if bytes.0 > 0 {
            self.passages.push(Passage {
                way,
                from: begun,
                until: self.now,
                bytes,
            });
        }
    }

    /// Routes go down: every sending over them breaks, which is its first failed
    /// attempt.
    pub(super) fn break_sendings(&mut self, is_out: impl Fn(&Route) -> bool) {
        for position in 0..self.routes.len() {
            if !is_out(self.plan.routes[position]) {
                continue;
            }
            for leg in self.routes[position].active.clone() {
                let moving = !matches!(self.legs[leg as usize].phase, Phase::Knocking);
                if moving {
                    self.stop(leg);
                    self.legs[leg as usize].tries = 1;
                    self.failed(leg);
                }
            }
        }
    }
}
