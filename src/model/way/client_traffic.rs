//! Messages between a machine and its contact are counted.

use crate::model::ids::JobId;
use crate::model::journal::Journal;
use crate::model::surroundings::client_traffic::{Messages, Way};
use crate::model::surroundings::roaming;
use crate::model::way::simulation::Simulation;
use crate::units::Instant;
use crate::world::{ServerId, ServerRole};

impl<J: Journal> Simulation<'_, '_, J> {
    /// Counts the bytes of messages between a job's machine and a server, at the
    /// server and, where the scenario asks for it, on the links between them.
    pub(crate) fn carry(
        &mut self,
        id: JobId,
        server: ServerId,
        role: ServerRole,
        way: Way,
        messages: Messages,
    ) {
        self.tally.server(server, role).carry(messages.bytes());
        if self.scene.world.traffic.is_some() {
            // From where the machine is.
            let key = (roaming::place_of(&self.scene, id), server, way);
            self.paths.book(self.scene.world, key, messages, self.tally);
        }
    }

    /// Counts `count` questions of a job for distribution points, the last of
    /// them at `last`.
    #[inline]
    pub(crate) fn carry_locations(
        &mut self,
        id: JobId,
        server: ServerId,
        count: u64,
        last: Instant,
    ) {
        if let Some(traffic) = self.scene.world.traffic.filter(|_| count > 0) {
            let messages = Messages {
                count,
                size: traffic.location,
                first: self.scene.now,
                last,
            };
            self.carry_down(id, server, messages);
        }
    }

    #[inline(never)]
    fn carry_down(&mut self, id: JobId, server: ServerId, messages: Messages) {
        let role = self.scene.behaviour(id).contact_role();
        self.carry(id, server, role, Way::Down, messages);
    }
}
