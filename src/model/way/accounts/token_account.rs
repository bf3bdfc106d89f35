//! The token accounts of SMS 2.0: one of a machine is taken for that of its domain, with
//! a wrong password.

use crate::access::Target;
use crate::model::ids::JobId;
use crate::model::journal::Journal;
use crate::model::rules::logon::{self, Password};
use crate::model::surroundings::accounts::logon::{Visitor, place, visitor};
use crate::model::surroundings::site_resources;
use crate::model::way::retry::Touch;
use crate::model::way::simulation::Simulation;
use crate::outcome::Actor;
use crate::world::{DomainId, ServerId, ServerRole};

impl<J: Journal> Simulation<'_, '_, J> {
    /// A local token account that a job presents may be taken for the domain's.
    pub(super) fn mistake_token_account(&mut self, id: JobId, actor: Actor, target: Target) {
        let server = target.server(self.scene.world);
        if actor == Actor::LocalTokenAccount
            && self.present_token_account(visitor(&self.scene, id), server)
        {
            self.job(id).waited = true;
        }
    }

    /// A local token account is presented to `server`; whether that was a bad
    /// password for a domain's.
    pub(crate) fn present_token_account(&mut self, visitor: Visitor, server: ServerId) -> bool {
        let Some(domain) = logon::mistaken_domain(&self.scene, server) else {
            return false;
        };
        self.take_token_account(visitor, domain, Some(server));
        true
    }

    /// A program under the Software Installation Account makes a workstation ask a
    /// controller for its groups.
    pub(super) fn mistake_token_account_to_run(&mut self, id: JobId) {
        let client = self.scene.client(id);
        let controller = site_resources::controller(&mut self.scene, id, client.domain);
        if logon::is_mistaken_to_run(&self.scene, &client) {
            self.take_token_account(visitor(&self.scene, id), client.domain, controller);
        }
    }

    /// A controller takes the token account of a machine for that of its domain.
    fn take_token_account(
        &mut self,
        visitor: Visitor,
        domain: DomainId,
        controller: Option<ServerId>,
    ) {
        if let Some(controller) = controller {
            let now = self.scene.now;
            let role = ServerRole::DomainController;
            self.tally.server(controller, role).request(now, now, 1);
            self.touch(Touch::Server(controller, role, false));
        }
        let password = Password {
            place: place(&self.scene, domain, controller),
            right: false,
            older: None,
        };
        self.settle(Actor::DomainTokenAccount(domain), visitor, password);
    }
}
