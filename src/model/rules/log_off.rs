//! SMS logs the user off after a program: when the user is back, and for whom that is a
//! logon or a logoff.

use crate::model::ids::JobId;
use crate::model::rules::{assignment_time, withdrawal};
use crate::model::way::job::Phase;
use crate::model::way::scene::Scene;
use crate::outcome::Cause;
use crate::units::{Instant, Span};
use crate::world::{AfterRunning, Assignment};

/// A user logs on again at the latest after this time, if nothing ends the session
/// before: an assumption.
const BACK_AFTER: Span = Span::from_hours(24);

/// When the user whom SMS logs off after the program of a job is back; `None` if SMS logs
/// no user off, or none is there.
///
/// The session is over. The next one begins when it would have begun: by `sessions`, or
/// when the machine is switched on again; where the present one would have lasted longer,
/// a day later.
pub(crate) fn back(scene: &Scene<'_, '_>, id: JobId) -> Option<Instant> {
    if scene.program(id).after_running != AfterRunning::SmsLogsOff {
        return None;
    }
    let session = assignment_time::session(scene, id, scene.now);
    if !session.holds {
        return None;
    }
    let over = session.until.min(scene.now + BACK_AFTER);
    let then = assignment_time::session(scene, id, over);
    Some(if then.holds { over } else { then.until })
}

/// When a job that waits for a user to log on or off is due, because the user of its
/// machine logs off now and on again at `back`; `None` if it waits for nothing of the kind.
pub(crate) fn due(scene: &Scene<'_, '_>, id: JobId, back: Instant) -> Option<Instant> {
    let job = &scene.jobs[id];
    let is_known = !matches!(job.phase(), Phase::Unaware | Phase::Asking | Phase::Over);
    if !is_known || job.due <= scene.now {
        return None;
    }
    match scene.advertisement(id).assignment {
        Some(Assignment::Logon) => Some(back),
        Some(Assignment::Logoff) => Some(scene.now),
        _ => None,
    }
}

/// Whether a job looks again when it is due, or at once, now that the user is gone.
pub(crate) fn looks_again(scene: &Scene<'_, '_>, id: JobId) -> bool {
    let job = &scene.jobs[id];
    let cause = scene.record(id).cause;
    let is_awaited = cause == Cause::UserPresent
        || cause == Cause::NoUser && job.due > scene.now
        || withdrawal::is_removing(scene, id);
    job.phase() == Phase::Ready && !job.holds_machine && is_awaited
}
