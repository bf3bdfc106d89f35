//! Pass-through authentication: whether a server passes a logon on in one of its slots,
//! and which controller confirms a ticket there.

use crate::access::{self, Target};
use crate::model::ids::JobId;
use crate::model::surroundings::accounts::slots;
use crate::model::way::scene::Scene;
use crate::outcome::Actor;
use crate::world::{PassThrough, ServerId, ServerRole};

/// A logon that takes a slot.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Passed {
    pub(crate) server: ServerId,
    pub(crate) role: ServerRole,
    pub(crate) limits: PassThrough,
    /// The controller of the server that confirms a ticket; a logon by NTLM asks one
    /// anyway.
    pub(crate) confirming: Option<ServerId>,
}

/// How a logon of `actor` at `target` is passed on, if it takes a slot.
#[inline]
pub(crate) fn passes(
    scene: &Scene<'_, '_>,
    id: JobId,
    actor: Actor,
    target: Target,
) -> Option<Passed> {
    let server = slots::passing(scene, id, actor, target)?;
    passes_at(scene, id, actor, (server, target))
}

/// How a logon is passed on at a `server` that has slots.
#[inline(never)]
fn passes_at(
    scene: &Scene<'_, '_>,
    id: JobId,
    actor: Actor,
    (server, target): (ServerId, Target),
) -> Option<Passed> {
    let limits = *scene.world.identities.pass_through.get(&server)?;
    let confirming = if slots::comes_by_ntlm(scene, id, actor) {
        None
    } else {
        access::authority(scene.view(), &scene.client(id), actor, target)
            .and_then(|domain| slots::controller_of(scene, server, domain))
    };
    Some(Passed {
        server,
        role: slots::role_of(target),
        limits,
        confirming,
    })
}
