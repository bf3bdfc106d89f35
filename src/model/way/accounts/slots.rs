//! A server passes logons on to a controller of its own.

use crate::access::Target;
use crate::model::ids::JobId;
use crate::model::journal::Journal;
use crate::model::rules::pass_through::{self, Passed};
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
        let passed = match pass_through::passes(&self.scene, id, actor, target) {
            Some(passed) => self.pass_on(passed)?,
            None => Service::at_once(self.scene.now),
        };
        let Some(controller) = controller else {
            return Ok(passed);
        };
        self.record(id).domain_controller = controller.into();
        self.ask_controller(controller, passed)
    }

    /// Takes a slot of a server, in which a controller of its own may confirm a ticket.
    fn pass_on(&mut self, passed: Passed) -> Result<Service, Instant> {
        let now = self.scene.now;
        let visit = (self.scene.ledger).asks_for_slot(passed.server, passed.limits, now);
        let taken = self.count_wait(passed.server, passed.role, visit)?;
        match passed.confirming {
            Some(confirming) => self.ask_controller(confirming, taken),
            None => Ok(taken),
        }
    }

    /// A controller answers, too.
    fn ask_controller(
        &mut self,
        controller: ServerId,
        service: Service,
    ) -> Result<Service, Instant> {
        let role = ServerRole::DomainController;
        self.touch(Touch::Server(controller, role, false));
        let answer = self.ask(controller, role);
        answer.map(|answer| answer.and(service))
    }
}
