//! Presenting accounts: for what, to what, which account is up, and whether a
//! controller has to validate it.

use crate::access::{self, Client, Grant, Purpose, Reason, Refusal, Target};
use crate::client::Mode;
use crate::model::ids::JobId;
use crate::model::rules::clocks;
use crate::model::surroundings::session_credentials;
use crate::model::way::job::Phase;
use crate::model::way::scene::Scene;
use crate::outcome::Actor;
use crate::world::DomainId;

/// For what, and to what, a job presents accounts now.
#[inline]
pub(crate) fn errand(scene: &Scene<'_, '_>, id: JobId) -> (Purpose, Target) {
    let job = &scene.jobs[id];
    let program = scene.program(id);
    match (job.phase(), job.mode, job.point) {
        (Phase::Connecting, Some(Mode::Download), Some(point)) => {
            (Purpose::Download, Target::Package(program.package, point))
        }
        (Phase::Connecting, _, Some(point)) => (
            Purpose::RunFromPoint,
            Target::Package(program.package, point),
        ),
        _ => (
            Purpose::Share,
            Target::Share(program.shares[usize::from(job.share)].share),
        ),
    }
}

/// The account that a job presents next, of those that its client has for this
/// purpose; `None` if it has presented all.
#[inline]
pub(crate) fn account(
    scene: &Scene<'_, '_>,
    id: JobId,
    client: &Client<'_>,
    purpose: Purpose,
) -> Option<Actor> {
    let job = &scene.jobs[id];
    let n = usize::from(job.presented);
    access::candidate(scene.view(), client, &job.execution?, purpose, n)
}

/// Whether the access list of `target` admits an account over a session that is open
/// already, whose password is not tried again.
pub(crate) fn admits(
    scene: &Scene<'_, '_>,
    id: JobId,
    actor: Actor,
    target: Target,
) -> Result<Grant, Refusal> {
    access::attempt(scene.view(), &scene.client(id), actor, target)
}

/// What a server decides about an account whose ticket shows the wrong time, given what
/// it would decide otherwise: the ticket is looked at before the access list is.
#[inline]
pub(crate) fn by_the_clock(
    scene: &Scene<'_, '_>,
    id: JobId,
    actor: Actor,
    target: Target,
    result: Result<Grant, Refusal>,
) -> Result<Grant, Refusal> {
    if scene.world.clocks.is_empty() {
        return result;
    }
    by_wrong_clocks(scene, id, actor, target, result)
}

/// What a presentation comes to where some clock is wrong.
#[inline(never)]
fn by_wrong_clocks(
    scene: &Scene<'_, '_>,
    id: JobId,
    actor: Actor,
    target: Target,
    result: Result<Grant, Refusal>,
) -> Result<Grant, Refusal> {
    let known = match result {
        Ok(grant) => grant.session == actor,
        Err(refusal) => refusal.reason == Reason::AccessDenied,
    };
    if known && clocks::is_skewed(scene, id, actor, target) {
        return Err(Reason::ClockSkew.into());
    }
    result
}

/// Of two accounts that were refused, the one whose refusal the row tells.
pub(crate) fn telling(before: Option<(Actor, Refusal)>, now: (Actor, Refusal)) -> (Actor, Refusal) {
    access::telling(before, now)
}

/// The domain whose controllers validate an account that a job presents; `None` for an
/// account that no domain knows, and for one that comes over a session that is there.
#[inline]
pub(crate) fn authority(
    scene: &Scene<'_, '_>,
    id: JobId,
    client: &Client<'_>,
    actor: Actor,
    target: Target,
) -> Option<DomainId> {
    access::authority(scene.view(), client, actor, target)
        .filter(|_| session_credentials::is_new_session(scene, id, actor, target))
}

/// Whether controllers of a domain are simulated.
pub(crate) fn has_controllers(scene: &Scene<'_, '_>, domain: DomainId) -> bool {
    let domain = &scene.world.directory.domains[domain.index()];
    !domain.controllers.is_empty()
}
