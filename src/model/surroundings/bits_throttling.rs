//! Policies that limit background transfers by the hour.
//!
//! A download over BITS to a machine with a policy belongs to a class of its
//! own whose cap changes with the hour, so that a change costs what the classes
//! are, not what the machines are.

use crate::client::Mode;
use crate::engine::{ClassId, effort};
use crate::model::ids::JobId;
use crate::model::way::scene::Scene;
use crate::units::Rate;
use crate::world::{BitsPolicy, ServerId, World};
use std::collections::BTreeMap;

/// Policy, site of the group, server, rate of the machine's connection.
pub(crate) type Key = (u32, u32, ServerId, Rate);

/// Policies in force and the classes under them; without any memory where no
/// machine has a policy.
#[derive(Debug, Default)]
pub(crate) struct Throttles {
    /// The present rate of each policy.
    rates: Vec<Rate>,
    classes: BTreeMap<Key, ClassId>,
}

impl Throttles {
    /// The rate of a policy now.
    pub(crate) fn rate(&self, policy: u32) -> Rate {
        self.rates[policy as usize]
    }

    /// The class of downloads under a policy, if there is one.
    pub(crate) fn class(&self, key: &Key) -> Option<ClassId> {
        self.classes.get(key).copied()
    }

    /// Keeps a class that has been made.
    pub(crate) fn keep(&mut self, key: Key, class: ClassId) {
        self.classes.insert(key, class);
    }

    /// A policy has another rate: the classes under it, with their new caps.
    pub(crate) fn change(&mut self, policy: u32, rate: Rate) -> Vec<(ClassId, Rate)> {
        self.rates[policy as usize] = rate;
        let first = (policy, 0, ServerId::from(0), Rate(0));
        let under = self.classes.range(first..);
        let under = under.inspect(|_| effort::spend(1));
        let under = under.take_while(|((of, ..), _)| *of == policy);
        under
            .map(|((.., access), class)| (*class, (*access).min(rate)))
            .collect()
    }

    pub(crate) fn new(world: &World) -> Self {
        Self {
            rates: world.bits.iter().map(|policy| policy.otherwise).collect(),
            classes: BTreeMap::new(),
        }
    }
}

/// The policy under which a job downloads from a server, if any.
#[inline]
pub(crate) fn throttle(scene: &Scene<'_, '_>, id: JobId, server: ServerId) -> Option<u32> {
    if scene.world.bits.is_empty() {
        return None;
    }
    throttle_of(scene, id, server)
}

/// The policy under which a job downloads where there are any.
#[inline(never)]
fn throttle_of(scene: &Scene<'_, '_>, id: JobId, server: ServerId) -> Option<u32> {
    if scene.jobs[id].mode != Some(Mode::Download) {
        return None;
    }
    let site = &scene.world.sites[scene.site(id).index()];
    let policy = BitsPolicy {
        ahead: site.time_zone,
        ..scene.profile(id).bits.or(site.bits)?
    };
    let background = scene.jobs[id].phase() == crate::model::way::job::Phase::Downloading
        && scene.world.servers[server.index()].bits;
    let known = scene.world.bits.binary_search(&policy);
    known.ok().filter(|_| background).map(|at| at as u32)
}
