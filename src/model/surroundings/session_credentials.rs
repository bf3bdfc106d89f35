//! The accounts with which a job's logon session has opened sessions at
//! servers.
//!
//! What the client opens for the content, the program inherits: both are of one
//! logon session, that of the account that runs the program. A program that
//! reaches a share on the same server with other credentials is refused with
//! error 1219, or goes over the session that is there. Only programs that turn to
//! one server twice, and users with mapped drives, can meet this; for all others
//! nothing is kept or asked. Other advertisements of the same machine are taken for
//! other logon sessions.

use crate::access::{self, Connection, Refusal, Target};
use crate::model::ids::JobId;
use crate::model::way::scene::Scene;
use crate::outcome::Actor;
use crate::world::ServerId;
use std::collections::BTreeMap;

/// For each job whose program turns to one server twice, the servers at which it has
/// sessions, and as whom.
pub(crate) type OpenAs = BTreeMap<JobId, Vec<(ServerId, Actor)>>;

/// Whether a job presents `actor` over a new session, which somebody has to
/// validate.
#[inline]
pub(crate) fn is_new_session(
    scene: &Scene<'_, '_>,
    id: JobId,
    actor: Actor,
    target: Target,
) -> bool {
    !may_be_open(scene) || matches!(connection(scene, id, actor, target), Ok(Connection::New(_)))
}

/// How a job reaches `target` when it presents `actor`.
#[inline]
pub(crate) fn connection(
    scene: &Scene<'_, '_>,
    id: JobId,
    actor: Actor,
    target: Target,
) -> Result<Connection, Refusal> {
    if !may_be_open(scene) {
        return Ok(Connection::New(actor));
    }
    connection_beside(scene, id, actor, target)
}

/// The connection that a job makes where there may be sessions at servers already.
fn connection_beside(
    scene: &Scene<'_, '_>,
    id: JobId,
    actor: Actor,
    target: Target,
) -> Result<Connection, Refusal> {
    let runner = scene.jobs[id].execution.map(|e| e.actor);
    match (open_as(scene, id, target), runner) {
        (Some(open), Some(runner)) => access::second_session(runner, Some(open), actor),
        _ => Ok(Connection::New(actor)),
    }
}

/// As whom the logon session of a job has a session at the server of
/// `target`.
#[inline]
pub(crate) fn open_as(scene: &Scene<'_, '_>, id: JobId, target: Target) -> Option<Actor> {
    if !may_be_open(scene) {
        return None;
    }
    look_up_session(scene, id, target)
}

/// Whether the logon session of any job may have a session at a server.
#[inline]
fn may_be_open(scene: &Scene<'_, '_>) -> bool {
    scene.plan.uses.mapped_drives || !scene.open_as.is_empty()
}

/// The account of the session that a job's logon session has at the server of `target`.
fn look_up_session(scene: &Scene<'_, '_>, id: JobId, target: Target) -> Option<Actor> {
    let mapped = &scene.profile(id).mapped_drives;
    let server = target.server(scene.world);
    let opened = scene
        .open_as
        .get(&id)
        .and_then(|sessions| sessions.iter().find(|(at, _)| *at == server));
    opened.map(|(_, actor)| *actor).or_else(|| {
        let job = &scene.jobs[id];
        let users = job
            .execution
            .is_some_and(|e| e.actor == Actor::LoggedOnUser);
        (users && mapped.binary_search(&server).is_ok()).then_some(Actor::LoggedOnUser)
    })
}

/// A job has been let in as `actor`; the session lasts until its program
/// ends.
pub(crate) fn remember_session(scene: &mut Scene<'_, '_>, id: JobId, actor: Actor, target: Target) {
    if !scene.plan.meets_itself[scene.program_id(id).index()] {
        return;
    }
    let server = target.server(scene.world);
    let sessions = scene.open_as.entry(id).or_default();
    if sessions.iter().all(|(at, _)| *at != server) {
        sessions.push((server, actor));
    }
}

/// The program, or the download, has ended, and its sessions with it.
#[inline]
pub(crate) fn forget_sessions(scene: &mut Scene<'_, '_>, id: JobId) {
    if !scene.open_as.is_empty() {
        scene.open_as.remove(&id);
    }
}
