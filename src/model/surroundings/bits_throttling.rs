//! Policies that limit background transfers by the hour.
//!
//! A download over BITS to a machine with a policy belongs to a class of its
//! own whose cap changes with the hour, so that a change costs what the classes
//! are, not what the machines are.

use crate::client::Mode;
use crate::engine::ClassId;
use crate::model::journal::{Entry, Journal};
use crate::model::way::simulation::Simulation;
use crate::units::Rate;
use crate::world::{BitsPolicy, ServerId, World};
use std::collections::BTreeMap;

/// Site of the group, server, rate of the machine's connection, policy.
type Key = (u32, ServerId, Rate, u32);

/// Policies in force and the classes under them; without any memory where no
/// machine has a policy.
#[derive(Debug, Default)]
pub(crate) struct Throttles {
    /// The present rate of each policy.
    rates: Vec<Rate>,
    classes: BTreeMap<Key, ClassId>,
}

impl Throttles {
    pub(crate) fn new(world: &World) -> Self {
        Self {
            rates: world.bits.iter().map(|policy| policy.otherwise).collect(),
            classes: BTreeMap::new(),
        }
    }
}

impl<J: Journal> Simulation<'_, '_, J> {
    /// The policy under which a job downloads from a server, if any.
    fn throttle(&self, id: u32, server: ServerId) -> Option<u32> {
        if self.world.bits.is_empty() || self.jobs[id as usize].mode != Some(Mode::Download) {
            return None;
        }
        let site = &self.world.sites[self.site(id).index()];
        let policy = BitsPolicy {
            ahead: site.time_zone,
            ..self.profile(id).bits.or(site.bits)?
        };
        let background = self.jobs[id as usize].phase == crate::model::way::job::Phase::Downloading
            && self.world.servers[server.index()].bits;
        let known = self.world.bits.binary_search(&policy);
        known.ok().filter(|_| background).map(|at| at as u32)
    }

    /// The class of a download under a policy; `None` if none limits it.
    pub(crate) fn throttled_class(
        &mut self,
        id: u32,
        server: ServerId,
        access: Rate,
    ) -> Option<ClassId> {
        let policy = self.throttle(id, server)?;
        let rate = self.throttles.rates[policy as usize];
        self.note(id, || Entry::Throttled(rate));
        let slot = self.slot_of(id);
        let key = (slot, server, access, policy);
        if let Some(class) = self.throttles.classes.get(&key) {
            return Some(*class);
        }
        let path = self.local_path(slot, server);
        let class = self.network.own_class(&path, access.min(rate));
        self.throttles.classes.insert(key, class);
        Some(class)
    }

    /// A policy has another rate from now on.
    pub(crate) fn change_throttle(&mut self, policy: u32, rate: Rate) {
        self.throttles.rates[policy as usize] = rate;
        for ((.., access, of), class) in &self.throttles.classes {
            if *of == policy {
                self.network.set_cap(self.now, *class, (*access).min(rate));
            }
        }
    }
}
