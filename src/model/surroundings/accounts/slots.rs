//! Pass-through authentication: a server that does not know an account asks a
//! controller of its own, and can ask only so much at once.
//!
//! A computer account of Active Directory, and a user logged on to one, come
//! with a Kerberos ticket that their own controller has issued: the server asks
//! nobody. Accounts that a client names with a password (Network Access,
//! Software Installation, Client Connection) and users outside Active Directory
//! come by NTLM: the server asks, in one of the slots of its secure channel
//! (`MaxConcurrentApi`), and the slot is held until the answer is there. Where
//! tickets are confirmed (PAC validation, KB 906736), Kerberos takes a slot and
//! asks a controller of the server too, after the client has asked its own.
//! Servers without limits are not told apart: for them the client's controller
//! stands.

use crate::access::{self, Target, nearest_controllers};
use crate::engine::Station;
use crate::model::journal::Journal;
use crate::model::way::retry::Touch;
use crate::model::way::simulation::Simulation;
use crate::outcome::Actor;
use crate::units::Instant;
use crate::world::{DomainId, DomainKind, ServerId, ServerRole};

impl<J: Journal> Simulation<'_, '_, J> {
    /// The controller that validates `actor` for `target`; `None` if none is
    /// simulated, or all are down.
    pub(crate) fn validator(&mut self, id: u32, actor: Actor, target: Target) -> Option<ServerId> {
        let domain = access::authority(self.view(), &self.client(id), actor, target)?;
        match self.passing(id, actor, target) {
            Some(server) if self.comes_by_ntlm(id, actor) => self.controller_of(server, domain),
            _ => self.controller(id, domain),
        }
    }

    /// The controller of `domain` that a server asks; `None` if all are down.
    fn controller_of(&self, server: ServerId, domain: DomainId) -> Option<ServerId> {
        let site = self.world.servers[server.index()].site;
        let up = |servers: &[ServerId]| -> Vec<ServerId> {
            servers
                .iter()
                .copied()
                .filter(|s| self.disorder.is_up(*s, ServerRole::DomainController))
                .collect()
        };
        let mut near = up(&nearest_controllers(self.world, domain, site));
        if near.is_empty() {
            near = up(&self.world.directory.domains[domain.index()].controllers);
        }
        // A server keeps to one controller.
        (!near.is_empty()).then(|| near[server.index() % near.len()])
    }

    /// Asks for a logon of `actor` at `target`: `Ok` with the instant of the
    /// answer, `Err` with the instant at which it is given up.
    pub(crate) fn ask_for_logon(
        &mut self,
        id: u32,
        actor: Actor,
        target: Target,
        controller: Option<ServerId>,
    ) -> Result<Instant, Instant> {
        let passed = match self.passing(id, actor, target) {
            Some(server) => self.pass_on(id, actor, server, target)?,
            None => self.now,
        };
        let Some(controller) = controller else {
            return Ok(passed);
        };
        self.record(id).domain_controller = Some(controller);
        self.touch(Touch::Server(
            controller,
            ServerRole::DomainController,
            false,
        ));
        let answer = self.ask(controller, ServerRole::DomainController);
        answer.map(|at| at.max(passed))
    }

    /// The server that passes the logon on in one of its slots, if it does and
    /// has a limit.
    fn passing(&self, id: u32, actor: Actor, target: Target) -> Option<ServerId> {
        let server = match target {
            Target::Package(_, server) => server,
            Target::Share(share) => self.world.shares[share.index()].server,
        };
        let limits = self.world.identities.pass_through.get(&server)?;
        let passes = self.comes_by_ntlm(id, actor)
            || limits.confirms_tickets && self.comes_by_kerberos(id, actor);
        passes.then_some(server)
    }

    fn comes_by_ntlm(&self, id: u32, actor: Actor) -> bool {
        match actor {
            Actor::Account(_) => true,
            Actor::LoggedOnUser => !self.is_in_active_directory(id),
            _ => false,
        }
    }

    fn comes_by_kerberos(&self, id: u32, actor: Actor) -> bool {
        matches!(actor, Actor::ComputerAccount | Actor::LoggedOnUser)
            && self.is_in_active_directory(id)
    }

    fn is_in_active_directory(&self, id: u32) -> bool {
        let domain = self.profile(id).domain.index();
        self.world.directory.domains[domain].kind == DomainKind::ActiveDirectory
    }

    /// Takes a slot of `server`, in which a ticket is confirmed by a controller of
    /// the server; a logon by NTLM asks it anyway.
    fn pass_on(
        &mut self,
        id: u32,
        actor: Actor,
        server: ServerId,
        target: Target,
    ) -> Result<Instant, Instant> {
        let passed = self.take_slot(server, role_of(target))?;
        if self.comes_by_ntlm(id, actor) {
            return Ok(passed);
        }
        let domain = access::authority(self.view(), &self.client(id), actor, target);
        let confirming = domain.and_then(|domain| self.controller_of(server, domain));
        let Some(confirming) = confirming else {
            return Ok(passed);
        };
        self.touch(Touch::Server(
            confirming,
            ServerRole::DomainController,
            false,
        ));
        let answer = self.ask(confirming, ServerRole::DomainController);
        answer.map(|at| at.max(passed))
    }

    fn take_slot(&mut self, server: ServerId, role: ServerRole) -> Result<Instant, Instant> {
        let Some(limits) = self.world.identities.pass_through.get(&server).copied() else {
            return Ok(self.now);
        };
        let slots = self.ledger.slots.entry(server);
        let visit = slots
            .or_insert_with(|| Station::new(limits.slots, limits.patience))
            .request(self.now, limits.hold);
        self.count_wait(server, role, visit)
    }
}

/// The role in which a server carries a target.
fn role_of(target: Target) -> ServerRole {
    match target {
        Target::Package(..) => ServerRole::DistributionPoint,
        Target::Share(_) => ServerRole::FileServer,
    }
}
