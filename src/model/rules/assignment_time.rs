//! The time of an assignment, and of what a user has chosen.

use crate::model::ids::JobId;
use crate::model::rules::answer::{Answer, Wait};
use crate::model::surroundings::presence::Spell;
use crate::model::way::scene::Scene;
use crate::outcome::{Cause, Ending};
use crate::units::Instant;
use crate::world::Assignment;

/// Whether any advertisement of the scenario is optional.
pub(crate) fn any_optional(scene: &Scene<'_, '_>) -> bool {
    scene.plan.has_optional
}

/// What is assigned may be fetched ahead of its time; an optional program is
/// fetched when a user has chosen it (SMS 2003 asks with "Program Download
/// Required").
pub(crate) fn optional(scene: &Scene<'_, '_>, id: JobId) -> Answer {
    if scene.advertisement(id).assignment.is_some() {
        return Answer::Go;
    }
    asks(scene, id)
}

/// A job waits for its time.
pub(crate) fn asks(scene: &Scene<'_, '_>, id: JobId) -> Answer {
    let due = scene.jobs[id].due;
    if due <= scene.now {
        return Answer::Go;
    }
    Answer::Wait(Wait::for_time(due, Ending::Waiting, cause(scene, id)))
}

/// Why a job that waits for its time does.
pub(crate) fn cause(scene: &Scene<'_, '_>, id: JobId) -> Cause {
    match scene.advertisement(id).assignment {
        Some(Assignment::Logon) => Cause::NoUser,
        Some(Assignment::Logoff) => Cause::UserPresent,
        Some(_) => Cause::NotDue,
        None => Cause::ChosenLater,
    }
}

/// Whether the assignment of a job is waived: it waits for its link, unlike what no user
/// has chosen, which waits for nothing.
pub(crate) fn is_waived(scene: &Scene<'_, '_>, id: JobId) -> bool {
    scene.record(id).cause == Cause::SlowLink
}

/// Whether a user of a job's machine is in a session at `at`, and until when. A session ends
/// where the machine is switched off, and a user who is logged on all the time logs on again
/// when it is on; a machine that sleeps keeps its user.
pub(crate) fn session(scene: &Scene<'_, '_>, id: JobId, at: Instant) -> Spell {
    let (user, profile) = (scene.user_at(id, at), scene.profile(id));
    if profile.sessions.is_some() || profile.sleeps || !profile.may_be_off() {
        user
    } else {
        scene.machine_at(id, at).and(user)
    }
}

/// The beginning of the next session.
pub(crate) fn next_logon(scene: &Scene<'_, '_>, id: JobId) -> Instant {
    let present = session(scene, id, scene.now);
    if !present.holds {
        return present.until;
    }
    if !present.until.is_some() {
        return Instant::NEVER;
    }
    let next = session(scene, id, present.until);
    if next.holds {
        present.until
    } else {
        next.until
    }
}

/// The end of the present session, or of the next.
pub(crate) fn next_logoff(scene: &Scene<'_, '_>, id: JobId) -> Instant {
    let present = session(scene, id, scene.now);
    if present.holds || !present.until.is_some() {
        return present.until;
    }
    session(scene, id, present.until).until
}
