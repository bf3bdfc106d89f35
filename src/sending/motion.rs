//! Bytes on their way between two sites: begun, broken off, complete, counted.

use super::pace::Run;
use super::senders::Phase;
use super::simulation::{Simulation, rank};
use super::specification::Route;
use crate::units::Size;

impl Simulation<'_> {
    /// Connected: the bytes that are left are on their way.
    pub(super) fn move_on(&mut self, leg: u32) {
        let (position, route) = self.route(leg);
        let (now, left) = (self.now, self.legs[leg as usize].left);
        if route.limit.is_limited() {
            let lines = &self.plan.lines;
            let rate = (route.rate.min(route.per_sending)).min(lines.narrowest(&route.path));
            let until = lines.next_change(&route.path, now);
            let run = Run::begin(now, left, rate, until, &self.hours(route));
            let generation = self.enter(leg, Phase::Paced(run));
            return self.at(run.end, rank::RUN_ENDS, leg, generation);
        }
        let state = &mut self.routes[position as usize];
        if state.sharing == 0 {
            state.sharing_since = now;
        }
        state.sharing += 1;
        let transfer = self.network.start(now, state.class, left, leg);
        self.enter(leg, Phase::Shared(transfer));
    }

    /// A run of blocks ends: with the last byte, or because other terms hold.
    pub(super) fn run_ends(&mut self, leg: u32, generation: u32) {
        let state = &self.legs[leg as usize];
        let Phase::Paced(run) = state.phase else {
            return;
        };
        if state.generation != generation {
            return;
        }
        if run.completes {
            return self.sent(leg);
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
            Phase::Shared(_) | Phase::Paced(_)
        ) {
            return;
        }
        self.book(leg);
        self.enter(leg, Phase::Knocking);
        if !self.sending.rules.sender_retry.resumes {
            self.legs[leg as usize].left = self.plan.legs[leg as usize].bytes;
        }
    }

    /// Counts the bytes that have moved since the sending last began to.
    fn book(&mut self, leg: u32) {
        let (now, left) = (self.now, self.legs[leg as usize].left);
        let moved = match self.legs[leg as usize].phase {
            Phase::Paced(run) => {
                let (moved, busy) = run.progress(now);
                self.route_state(leg).usage.busy += busy;
                moved
            }
            Phase::Shared(transfer) => {
                let moved = self.network.cancel(now, transfer);
                let route = self.route_state(leg);
                route.sharing -= 1;
                if route.sharing == 0 {
                    route.usage.busy += now.since(route.sharing_since);
                }
                moved
            }
            _ => Size(0),
        };
        self.route_state(leg).usage.bytes += moved;
        self.legs[leg as usize].left = Size(left.0 - moved.0);
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
