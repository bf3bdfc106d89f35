//! The token accounts of SMS 2.0: one of a machine is taken for that of its domain, with
//! a wrong password.

use crate::access::Target;
use crate::model::ids::JobId;
use crate::model::journal::Journal;
use crate::model::surroundings::accounts::logon::{self, Visitor};
use crate::model::surroundings::session_credentials;
use crate::model::surroundings::site_resources;
use crate::model::way::retry::Touch;
use crate::model::way::simulation::Simulation;
use crate::outcome::Actor;
use crate::world::{Role, ServerId, ServerRole};

impl<J: Journal> Simulation<'_, '_, J> {
    /// With the names of SMS 2.0, a local token account that is presented to a
    /// domain controller is taken for the domain's, with a wrong password (KB
    /// Q231399).
    pub(super) fn mistake_token_account(&mut self, id: JobId, actor: Actor, target: Target) {
        let server = session_credentials::target_server(&self.scene, target);
        if actor == Actor::LocalTokenAccount
            && self.present_token_account(logon::visitor(&self.scene, id), server)
        {
            self.job(id).waited = true;
        }
    }

    /// A local token account is presented to `server`; whether that was a bad
    /// password for a domain's.
    pub(crate) fn present_token_account(&mut self, visitor: Visitor, server: ServerId) -> bool {
        let spec = &self.scene.world.servers[server.index()];
        let Some(domain) = spec.domain.filter(|_| spec.roles.domain_controller) else {
            return false;
        };
        let token = Actor::DomainTokenAccount(domain);
        if !logon::mistakes_token(&self.scene, token) {
            return false;
        }
        let place = logon::place(&self.scene, domain, Some(server));
        let now = self.scene.now;
        let role = ServerRole::DomainController;
        self.tally.server(server, role).request(now, now, 1);
        self.touch(Touch::Server(server, role, false));
        self.settle(token, place, visitor, false, None);
        true
    }

    /// With the names of SMS 2.0, a program under the Software Installation
    /// Account makes a workstation ask a controller for the groups of that
    /// account, as its local token account (KB Q307434).
    pub(super) fn mistake_token_account_to_run(&mut self, id: JobId) {
        let client = self.scene.client(id);
        let token = Actor::DomainTokenAccount(client.domain);
        let controller = site_resources::controller(&mut self.scene, id, client.domain);
        if client.role == Role::DomainController || !logon::mistakes_token(&self.scene, token) {
            return;
        }
        if let Some(controller) = controller {
            let now = self.scene.now;
            let role = ServerRole::DomainController;
            self.tally.server(controller, role).request(now, now, 1);
            self.touch(Touch::Server(controller, role, false));
        }
        let place = logon::place(&self.scene, client.domain, controller);
        self.settle(token, place, logon::visitor(&self.scene, id), false, None);
    }
}
