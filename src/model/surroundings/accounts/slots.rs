//! Pass-through authentication: a server that does not know an account asks a
//! controller of its own, and can ask only so much at once.
//!
//! A computer account of Active Directory, and a user logged on to one, come
//! with a Kerberos ticket that their own controller has issued: the server asks
//! no controller. Accounts that a client names with a password (Network Access,
//! Software Installation, Client Connection) and users outside Active Directory
//! come by NTLM: the server asks, in one of the slots of its secure channel
//! (`MaxConcurrentApi`), and the slot is held until the answer is there. Where
//! tickets are confirmed (PAC validation, KB 906736), Kerberos takes a slot and
//! asks a controller of the server too, after the client has asked its own.
//! Servers without limits are not told apart: for them the client's controller
//! stands.

use crate::access::{self, Target, nearest_controllers};
use crate::model::ids::JobId;
use crate::model::surroundings::site_resources;
use crate::model::way::scene::Scene;
use crate::outcome::Actor;
use crate::world::{DomainId, DomainKind, ServerId, ServerRole};

/// The controller that validates `actor` for `target`; `None` if none is
/// simulated, or all are down.
pub(crate) fn validator(
    scene: &mut Scene<'_, '_>,
    id: JobId,
    actor: Actor,
    target: Target,
) -> Option<ServerId> {
    let domain = access::authority(scene.view(), &scene.client(id), actor, target)?;
    validator_of(scene, id, actor, target, domain)
}

/// The controller that validates `actor`, of an account of `domain`, for `target`; `None`
/// if none is simulated, or all are down.
pub(crate) fn validator_of(
    scene: &mut Scene<'_, '_>,
    id: JobId,
    actor: Actor,
    target: Target,
    domain: DomainId,
) -> Option<ServerId> {
    match passing(scene, id, actor, target) {
        Some(server) if comes_by_ntlm(scene, id, actor) => controller_of(scene, server, domain),
        _ => site_resources::controller(scene, id, domain),
    }
}

/// The controller of `domain` that a server asks; `None` if all are down.
pub(crate) fn controller_of(
    scene: &Scene<'_, '_>,
    server: ServerId,
    domain: DomainId,
) -> Option<ServerId> {
    let site = scene.world.servers[server.index()].site;
    let up = |servers: &[ServerId]| -> Vec<ServerId> {
        servers
            .iter()
            .copied()
            .filter(|s| scene.disorder.is_up(*s, ServerRole::DomainController))
            .collect()
    };
    let mut near = up(&nearest_controllers(scene.world, domain, site));
    if near.is_empty() {
        near = up(&scene.world.directory.domains[domain.index()].controllers);
    }
    // A server keeps to one controller.
    (!near.is_empty()).then(|| near[server.index() % near.len()])
}

/// The server that passes the logon on in one of its slots, if it does and
/// has a limit.
#[inline]
pub(crate) fn passing(
    scene: &Scene<'_, '_>,
    id: JobId,
    actor: Actor,
    target: Target,
) -> Option<ServerId> {
    if scene.world.identities.pass_through.is_empty() {
        return None;
    }
    passing_in_a_slot(scene, id, actor, target)
}

/// The server in whose slot a logon is passed on, where some server has a limit.
#[inline(never)]
fn passing_in_a_slot(
    scene: &Scene<'_, '_>,
    id: JobId,
    actor: Actor,
    target: Target,
) -> Option<ServerId> {
    let server = target.server(scene.world);
    let limits = scene.world.identities.pass_through.get(&server)?;
    let passes = comes_by_ntlm(scene, id, actor)
        || limits.confirms_tickets && comes_by_kerberos(scene, id, actor);
    passes.then_some(server)
}

/// Whether a job presents `actor` by NTLM, so that the server passes the logon on.
pub(crate) fn comes_by_ntlm(scene: &Scene<'_, '_>, id: JobId, actor: Actor) -> bool {
    match actor {
        Actor::Account(_) => true,
        Actor::LoggedOnUser => !is_in_active_directory(scene, id),
        _ => false,
    }
}

/// Whether a job presents `actor` by a Kerberos ticket.
pub(crate) fn comes_by_kerberos(scene: &Scene<'_, '_>, id: JobId, actor: Actor) -> bool {
    matches!(actor, Actor::ComputerAccount | Actor::LoggedOnUser)
        && is_in_active_directory(scene, id)
}

/// Whether a job's machine is in an Active Directory domain, which gives tickets.
pub(crate) fn is_in_active_directory(scene: &Scene<'_, '_>, id: JobId) -> bool {
    let domain = scene.profile(id).domain.index();
    scene.world.directory.domains[domain].kind == DomainKind::ActiveDirectory
}

/// The role in which a server carries a target.
pub(crate) fn role_of(target: Target) -> ServerRole {
    match target {
        Target::Package(..) => ServerRole::DistributionPoint,
        Target::Share(_) => ServerRole::FileServer,
    }
}
