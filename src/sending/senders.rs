//! Senders: who may use a thread, and what happens when a site does not answer.
//!
//! Every route has a queue, and tells its sender the first of it as long as the
//! route could begin another sending at this hour; the sender gives its free
//! threads to the first among these.

use std::collections::BTreeSet;

use super::arrival::RouteUse;
use super::pace::{Block, Run};
use super::plan::Leg;
use super::simulation::{Simulation, rank};
use crate::engine::{ClassId, Event, TransferId};
use crate::units::{Instant, Size, Span};
use crate::world::SiteId;
use crate::world::sending::{Hours, Priority};
use crate::world::sending::{Route, Target};

/// A rescheduling interval of nothing would stop the clock.
pub(super) const LEAST_DELAY: Span = Span::from_secs(1);

/// The order of a queue: priority, then who waits longest, then the leg, hence
/// package and route.
type Turn = (Priority, Instant, u32);

/// Where a sending stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// The package is not here yet, or rests until it is rescheduled.
    Away,
    /// In the queue of its route.
    Queued,
    /// Holds a thread between two attempts to connect.
    Knocking,
    /// Under way, sharing the route.
    Shared(TransferId),
    /// Under way, in blocks.
    Paced(Run),
    /// Under way with a block that shares the network with others.
    Block(Block),
    /// Silent between two blocks.
    Silent,
    /// At the other end.
    Done,
    /// Given up.
    Lost,
}

/// One sending.
#[derive(Debug, Clone)]
pub(super) struct LegState {
    pub(super) phase: Phase,
    /// Counts changes of phase; events of an earlier one are stale.
    pub(super) generation: u32,
    pub(super) left: Size,
    /// When it could first be sent.
    pub(super) ready: Instant,
    /// Attempts in a row.
    pub(super) tries: u32,
    /// Attempts in all.
    pub(super) attempts: u32,
    /// When it has last begun to move, and the bytes that have moved since.
    pub(super) begun: Instant,
    pub(super) passed: Size,
}

impl LegState {
    pub(super) fn new(leg: &Leg) -> Self {
        Self {
            phase: Phase::Away,
            generation: 0,
            left: leg.bytes,
            ready: Instant::NEVER,
            tries: 0,
            attempts: 0,
            begun: Instant::NEVER,
            passed: Size(0),
        }
    }

    pub(super) fn is_lost(&self) -> bool {
        self.phase == Phase::Lost
    }
}

/// One route.
#[derive(Debug, Clone)]
pub(super) struct RouteState {
    pub(super) class: ClassId,
    queue: BTreeSet<Turn>,
    /// Sendings that hold a thread.
    pub(super) active: BTreeSet<u32>,
    /// Those of them that share the link at this moment.
    pub(super) sharing: u32,
    pub(super) sharing_since: Instant,
    /// What its sender has been told to be next.
    offer: Option<Turn>,
    /// Whether a change of hours is awaited.
    watched: bool,
    pub(super) usage: RouteUse,
}

/// The sender of one site.
#[derive(Debug, Clone, Default)]
pub(super) struct Sender {
    /// Threads in use.
    active: u32,
    /// The first in the queue of every route that could begin.
    offers: BTreeSet<(Turn, u32)>,
}

impl<'s> Simulation<'s> {
    pub(super) fn open_routes(&mut self) {
        for (position, route) in self.plan.routes.iter().enumerate() {
            let links = self.plan.links.positions(&route.path);
            let own = self.first_own + position as u32;
            let path: Vec<u32> = links.chain([own]).collect();
            let class = self.network.class(&path, route.per_sending);
            self.routes.push(RouteState {
                class,
                queue: BTreeSet::new(),
                active: BTreeSet::new(),
                sharing: 0,
                sharing_since: Instant::START,
                offer: None,
                watched: false,
                usage: RouteUse {
                    from: route.from,
                    to: route.to,
                    bytes: Size(0),
                    sendings: 0,
                    attempts: 0,
                    failures: 0,
                    busy: Span::ZERO,
                    first: Instant::NEVER,
                    last: Instant::NEVER,
                },
            });
            self.senders.entry(route.from).or_default();
        }
    }

    pub(super) fn route(&self, leg: u32) -> (u32, &'s Route) {
        let route = self.plan.legs[leg as usize].route;
        (route, self.plan.routes[route as usize])
    }

    pub(super) fn route_state(&mut self, leg: u32) -> &mut RouteState {
        let route = self.plan.legs[leg as usize].route;
        &mut self.routes[route as usize]
    }

    fn sender(&mut self, site: SiteId) -> &mut Sender {
        self.senders
            .get_mut(&site)
            .expect("every route has a sender since open_routes")
    }

    pub(super) fn priority(&self, leg: u32) -> Priority {
        let package = self.plan.legs[leg as usize].package;
        self.plan.packages[package as usize].priority
    }

    fn turn(&self, leg: u32) -> Turn {
        (self.priority(leg), self.legs[leg as usize].ready, leg)
    }

    pub(super) fn hours(&self, route: &'s Route) -> Hours<'s> {
        Hours {
            clock: self.sending.clock.ahead(route.ahead),
            schedule: &route.schedule,
            limit: &route.limit,
        }
    }

    /// Enters a new phase; the number that its events carry.
    pub(super) fn enter(&mut self, leg: u32, phase: Phase) -> u32 {
        let state = &mut self.legs[leg as usize];
        state.phase = phase;
        state.generation = (state.generation + 1) & Event::SERIAL_MASK;
        state.generation
    }

    /// Puts a leg into the queue of its route.
    pub(super) fn queue(&mut self, leg: u32) {
        self.enter(leg, Phase::Queued);
        let turn = self.turn(leg);
        self.route_state(leg).queue.insert(turn);
        self.offer(self.route(leg).0);
    }

    /// Tells the sender what the route has to offer now.
    fn offer(&mut self, position: u32) {
        let route = self.plan.routes[position as usize];
        let threads = if route.limit.is_limited() {
            1
        } else {
            self.sending.rules.sendings_per_site as usize
        };
        let (hours, now) = (self.hours(route), self.now);
        let state = &mut self.routes[position as usize];
        let first = (state.queue.first().copied())
            .filter(|(priority, ..)| state.active.len() < threads && hours.admits(now, *priority));
        let before = std::mem::replace(&mut state.offer, first);
        let offers = &mut self.sender(route.from).offers;
        if let Some(turn) = before {
            offers.remove(&(turn, position));
        }
        if let Some(turn) = first {
            offers.insert((turn, position));
        }
        self.idle_senders.insert(route.from);
        self.watch_hours(position);
    }

    /// Awaits the next change of hours, as long as there is something to send.
    fn watch_hours(&mut self, position: u32) {
        let hours = self.hours(self.plan.routes[position as usize]);
        let state = &mut self.routes[position as usize];
        if state.watched || state.queue.is_empty() && state.active.is_empty() {
            return;
        }
        let change = hours.next_change(self.now);
        state.watched = change.is_some();
        self.at(change, rank::HOURS, position, 0);
    }

    pub(super) fn hours_change(&mut self, position: u32) {
        let hours = self.hours(self.plan.routes[position as usize]);
        self.routes[position as usize].watched = false;
        for leg in self.routes[position as usize].active.clone() {
            if !hours.admits(self.now, self.priority(leg)) {
                self.send_back(leg);
            }
        }
        self.offer(position);
    }

    /// The route has closed: back to the queue, without a thread.
    pub(super) fn send_back(&mut self, leg: u32) {
        self.stop(leg);
        self.let_go(leg);
        self.queue(leg);
    }

    /// Gives out the free threads of a site.
    pub(super) fn start_sendings(&mut self, site: SiteId) {
        while self.sender(site).active < self.sending.rules.sendings {
            let Some(((turn, position), leg)) =
                self.sender(site).offers.first().map(|o| (*o, o.0.2))
            else {
                break;
            };
            let route = &mut self.routes[position as usize];
            route.queue.remove(&turn);
            route.active.insert(leg);
            self.sender(site).active += 1;
            self.legs[leg as usize].tries = 0;
            self.attempt(leg);
            self.offer(position);
        }
    }

    pub(super) fn let_go(&mut self, leg: u32) {
        let (position, route) = self.route(leg);
        self.routes[position as usize].active.remove(&leg);
        self.sender(route.from).active -= 1;
        self.offer(position);
    }

    pub(super) fn next_attempt(&mut self, leg: u32, generation: u32) {
        if self.legs[leg as usize].generation == generation {
            self.attempt(leg);
        }
    }

    /// Tries to connect.
    fn attempt(&mut self, leg: u32) {
        let (now, route) = (self.now, self.route(leg).1);
        self.count_on(&route.path, 1);
        let state = &mut self.legs[leg as usize];
        state.tries += 1;
        state.attempts += 1;
        let usage = &mut self.route_state(leg).usage;
        usage.attempts += 1;
        usage.first = usage.first.min(now);
        if self.is_down(Target::Site(route.to)) || self.is_down(Target::Route(route.from, route.to))
        {
            self.failed(leg);
        } else {
            let state = &mut self.legs[leg as usize];
            (state.begun, state.passed) = (now, Size(0));
            self.move_on(leg);
        }
    }

    /// An attempt failed: another in a while, or back to the queue much later.
    pub(super) fn failed(&mut self, leg: u32) {
        self.route_state(leg).usage.failures += 1;
        let (state, retry) = (&self.legs[leg as usize], self.sending.rules.sender_retry);
        if state.tries < retry.attempts {
            let generation = self.enter(leg, Phase::Knocking);
            return self.at(self.now + retry.interval, rank::ATTEMPT, leg, generation);
        }
        let again = self.now + retry.reschedule.max(LEAST_DELAY);
        if again > state.ready + retry.give_up {
            self.enter(leg, Phase::Lost);
        } else {
            self.enter(leg, Phase::Away);
            self.at(again, rank::REQUEUE, leg, 0);
        }
        self.let_go(leg);
    }
}
