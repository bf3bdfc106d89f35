//! Downloads under a policy that limits background transfers.

use crate::engine::ClassId;
use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::surroundings::bits_throttling;
use crate::model::surroundings::roaming;
use crate::model::way::simulation::Simulation;
use crate::model::way::traffic;
use crate::outcome::Giver;
use crate::units::Rate;
use crate::world::{ServerId, ServerRole};

impl<J: Journal> Simulation<'_, '_, J> {
    /// The class of a download under a policy; `None` if none limits it.
    pub(crate) fn throttled_class(
        &mut self,
        id: JobId,
        server: ServerId,
        access: Rate,
    ) -> Option<ClassId> {
        let policy = bits_throttling::throttle(&self.scene, id, server)?;
        let rate = self.scene.throttles.rate(policy);
        self.note(id, || Entry::Throttled(rate));
        let slot = roaming::slot_of(&self.scene, id);
        let key = (policy, slot, server, access);
        if let Some(class) = self.scene.throttles.class(&key) {
            return Some(class);
        }
        let path = self.local_path(slot, server);
        let class = self.network.own_class(&path, access.min(rate));
        let giver = Giver::Server(server, ServerRole::DistributionPoint);
        self.network.label(class, traffic::label(slot, giver));
        self.scene.throttles.keep(key, class);
        Some(class)
    }

    /// A policy has another rate from now on.
    pub(crate) fn change_throttle(&mut self, policy: u32, rate: Rate) {
        for (class, cap) in self.scene.throttles.change(policy, rate) {
            self.network.set_cap(self.scene.now, class, cap);
        }
    }
}
