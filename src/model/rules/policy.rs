//! Learning of an advertisement: whom a client asks for its policy, whether it accepts
//! what it gets, and when the program is due.

use crate::model::ids::JobId;
use crate::model::rules::answer::Answer;
use crate::model::rules::{assignment_time, clocks, expiry};
use crate::model::surroundings::faults;
use crate::model::way::scene::Scene;
use crate::outcome::{Cause, ReportState, Step};
use crate::product::status;
use crate::units::Instant;
use crate::world::{Assignment, ServerId};

/// How a job gets its policy.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Poll {
    /// There is no server between: it has it at once.
    HasPolicy,
    /// From this server.
    Asks(ServerId),
    /// From this server, which cannot be reached.
    InVain(ServerId),
}

/// How a job gets its policy now.
#[inline]
pub(crate) fn polls(scene: &Scene<'_, '_>, id: JobId) -> Poll {
    let role = scene.behaviour(id).contact_role();
    match scene.contact(id) {
        None => Poll::HasPolicy,
        Some(contact) if faults::reachable(scene, id, contact, role) => Poll::Asks(contact),
        Some(contact) => Poll::InVain(contact),
    }
}

/// Whether a client accepts an advertisement of which it has learned.
#[inline]
pub(crate) fn accepts(scene: &Scene<'_, '_>, id: JobId) -> Answer {
    let program = &scene.world.programs[scene.advertisement(id).program.index()];
    let platform = scene.profile(id).platform;
    let rejects = |state, message, cause| {
        Answer::Over(expiry::rejected(Step::Acceptance, state, message, cause))
    };
    if !program.supports(platform) {
        rejects(
            ReportState::Rejected,
            status::REJECTED_PLATFORM,
            Cause::PlatformUnsupported,
        )
    } else if scene.now >= clocks::expires(scene, id) {
        rejects(
            ReportState::Expired,
            status::REJECTED_EXPIRED,
            Cause::Expired,
        )
    } else {
        Answer::Go
    }
}

/// When an assigned program is due; never, if it is assigned to an event that does not
/// come. `None` if the program is optional.
#[inline]
pub(crate) fn assigned(scene: &Scene<'_, '_>, id: JobId) -> Option<Instant> {
    Some(match scene.advertisement(id).assignment? {
        Assignment::AsSoonAsPossible => scene.now,
        Assignment::At(at) => scene.now.max(clocks::assigned(scene, id, at)),
        Assignment::Logon => assignment_time::next_logon(scene, id),
        Assignment::Logoff => assignment_time::next_logoff(scene, id),
    })
}

/// When a user wants an optional program, if one chooses it (KB Q277876).
pub(crate) fn chosen(scene: &Scene<'_, '_>, id: JobId) -> Option<Instant> {
    let job = &scene.jobs[id];
    let draws = scene.draws.uptake(job.key, job.advertisement);
    let user = scene.user_at(id, scene.now);
    let has_users = scene.profile(id).sessions.is_some() || user.holds || user.until.is_some();
    let uptake = scene.advertisement(id).uptake.filter(|_| has_users)?;
    (draws.uniform(0) < uptake.share).then(|| scene.now + uptake.delay.sample(draws.uniform(1)))
}
