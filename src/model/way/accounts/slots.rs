//! A server passes logons on to a controller of its own.

use crate::access::{self, Target};
use crate::model::ids::JobId;
use crate::model::journal::Journal;
use crate::model::surroundings::accounts::slots;
use crate::model::surroundings::accounts::slots::role_of;
use crate::model::way::requests::Service;
use crate::model::way::retry::Touch;
use crate::model::way::simulation::Simulation;
use crate::outcome::Actor;
use crate::units::Instant;
use crate::world::{ServerId, ServerRole};

impl<J: Journal> Simulation<'_, '_, J> {
    /// Asks for a logon of `actor` at `target`: `Ok` with when it is validated, `Err`
    /// with the instant at which it is given up.
    pub(crate) fn ask_for_logon(
        &mut self,
        id: JobId,
        actor: Actor,
        target: Target,
        controller: Option<ServerId>,
    ) -> Result<Service, Instant> {
        let passed = match slots::passing(&self.scene, id, actor, target) {
            Some(server) => self.pass_on(id, actor, server, target)?,
            None => Service::at_once(self.scene.now),
        };
        let Some(controller) = controller else {
            return Ok(passed);
        };
        self.record(id).domain_controller = controller.into();
        self.touch(Touch::Server(
            controller,
            ServerRole::DomainController,
            false,
        ));
        let answer = self.ask(controller, ServerRole::DomainController);
        answer.map(|answer| answer.and(passed))
    }

    /// Takes a slot of `server`, in which a ticket is confirmed by a controller of
    /// the server; a logon by NTLM asks it anyway.
    fn pass_on(
        &mut self,
        id: JobId,
        actor: Actor,
        server: ServerId,
        target: Target,
    ) -> Result<Service, Instant> {
        let passed = self.take_slot(server, role_of(target))?;
        if slots::comes_by_ntlm(&self.scene, id, actor) {
            return Ok(passed);
        }
        let domain = access::authority(self.scene.view(), &self.scene.client(id), actor, target);
        let confirming =
            domain.and_then(|domain| slots::controller_of(&self.scene, server, domain));
        let Some(confirming) = confirming else {
            return Ok(passed);
        };
        self.touch(Touch::Server(
            confirming,
            ServerRole::DomainController,
            false,
        ));
        let answer = self.ask(confirming, ServerRole::DomainController);
        answer.map(|answer| answer.and(passed))
    }

    fn take_slot(&mut self, server: ServerId, role: ServerRole) -> Result<Service, Instant> {
        let Some(limits) = self
            .scene
            .world
            .identities
            .pass_through
            .get(&server)
            .copied()
        else {
            return Ok(Service::at_once(self.scene.now));
        };
        let now = self.scene.now;
        let visit = self.scene.ledger.asks_for_slot(server, limits, now);
        self.count_wait(server, role, visit)
    }
}
