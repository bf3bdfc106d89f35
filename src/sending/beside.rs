//! A sending beside others: on a network that it shares with them.
//!
//! The owner of the network runs the loop. It asks when the sending has something to
//! do, tells it which of its transfers are complete, and lends it the network while
//! it acts. Everything else is as in a sending that is alone, but for one thing: the
//! blocks of a sending under a rate limit are transfers like all others.

use super::Delivery;
use super::plan::Plan;
use super::simulation::Simulation;
use crate::engine::{LinkUse, Network};
use crate::units::{Instant, Rate};
use crate::world::sending::Sending;
use crate::world::{LinkId, PackageId, ServerId};

/// A sending on a network of others.
pub(crate) struct Beside<'s>(Simulation<'s>);

/// What a sending needs on a network: the links that others may use too, and
/// capacities that are its own.
pub(crate) struct Needs<'s> {
    sending: &'s Sending,
    plan: Plan<'s>,
}

impl<'s> Needs<'s> {
    /// Those of `sending`.
    pub(crate) fn of(sending: &'s Sending) -> Self {
        let plan = Plan::new(sending);
        Self { sending, plan }
    }

    /// The links over which anything may move, in order.
    pub(crate) fn links(&self) -> impl Iterator<Item = LinkId> {
        self.plan.links.links()
    }

    /// Capacities beside them.
    pub(crate) fn own_rates(&self) -> impl Iterator<Item = Rate> {
        self.plan.own_rates()
    }
}

impl<'s> Beside<'s> {
    /// A sending with these needs. Its links are where `position` says, its own
    /// capacities begin at `first_own`, and its transfers are numbered from
    /// `first_payload`.
    pub(crate) fn new(
        needs: Needs<'s>,
        position: impl Fn(LinkId) -> u32,
        first_own: u32,
        first_payload: u32,
        network: &mut Network,
    ) -> Self {
        let Needs { sending, mut plan } = needs;
        plan.links.place(position);
        let mut simulation = Simulation::of(sending, plan, Network::default());
        simulation.first_own = first_own;
        simulation.first_payload = first_payload;
        simulation.is_shared = true;
        let mut beside = Self(simulation);
        beside.with(network, Simulation::open);
        beside
    }

    fn with<T>(&mut self, network: &mut Network, act: impl FnOnce(&mut Simulation<'s>) -> T) -> T {
        std::mem::swap(network, &mut self.0.network);
        let result = act(&mut self.0);
        std::mem::swap(network, &mut self.0.network);
        result
    }

    /// When it has something to do, beside what becomes complete in the network.
    pub(crate) fn next(&mut self) -> Instant {
        self.0.next_event()
    }

    /// Lets everything happen that comes at `now`, at which its transfers with these
    /// numbers are complete. Appends what has come to distribution points.
    pub(crate) fn step(
        &mut self,
        now: Instant,
        complete: &[u32],
        network: &mut Network,
        arrived: &mut Vec<(PackageId, ServerId)>,
    ) {
        self.with(network, |simulation| {
            simulation.step(now, complete.iter().copied());
        });
        let simulation = &mut self.0;
        for copy in simulation.completed.drain(..) {
            let copy = &simulation.plan.copies[copy as usize];
            arrived.push((copy.id, copy.point));
        }
    }

    /// Counts what is under way at the horizon.
    pub(crate) fn close(&mut self, horizon: Instant, network: &mut Network) {
        self.with(network, |simulation| {
            simulation.now = horizon;
            simulation.close_books();
        });
    }

    /// What came of it, on a network that was used so.
    pub(crate) fn delivery(self, uses: &[LinkUse]) -> Delivery {
        self.0.delivery(uses)
    }
}
