//! Jobs that are over and begin again: when the assignment comes round, when
//! another user logs on.
//!
//! What has not been asked for costs a look at an empty list where a job ends.

use crate::model::ids::JobId;
use crate::model::rules::{clocks, rerun, run, supersedence, withdrawal};
use crate::model::surroundings::client_removal;
use crate::model::way::scene::Scene;
use crate::outcome::{Cause, Ending, Outcome};
use crate::units::{Instant, SignedInstant, Span};
use crate::world::Assignment;

/// When a user logs on for whom the program has not run.
pub(crate) fn next_user(scene: &Scene<'_, '_>, id: JobId, at: Instant) -> Instant {
    let mut time = at;
    while scene.world.covers(time) {
        let spell = scene.user_at(id, time);
        let served = || {
            let user = user_of(scene, id, spell.until);
            scene.repeats.has_served(id, user)
        };
        if spell.holds && !served() {
            return time.max(scene.now + Span(1));
        }
        time = spell.until;
    }
    Instant::NEVER
}

/// Which user is logged on now, if any.
pub(crate) fn user_there(scene: &Scene<'_, '_>, id: JobId) -> Option<u32> {
    let user = scene.user_at(id, scene.now);
    user.holds.then(|| user_of(scene, id, user.until))
}

/// Whether the program of a job runs for each user of its machine.
pub(crate) fn runs_for_every_user(scene: &Scene<'_, '_>, id: JobId) -> bool {
    let every = &scene.world.control.repetition.every_user;
    !every.is_empty() && every.contains(&scene.advertisement(id).program)
}

/// Which of the machine's users it is whose session ends at `until`.
fn user_of(scene: &Scene<'_, '_>, id: JobId, until: Instant) -> u32 {
    let job = &scene.jobs[id];
    let users = scene.world.control.repetition.users.get(&job.profile);
    users.map_or(0, |users| {
        let draws = scene.draws.user(job.key, until);
        draws.below(0, u64::from(*users)) as u32
    })
}

/// Whether the row of a job that now turns to its content, starts its program or is
/// over may tell of the present time, if it has begun again: not at the last moment.
#[inline]
pub(crate) fn tells_of_now(scene: &Scene<'_, '_>) -> bool {
    scene.now < scene.world.last_moment()
}

/// Whether a job that is over may begin again: not if it was rejected or superseded.
pub(crate) fn may_begin_again(scene: &Scene<'_, '_>, id: JobId) -> bool {
    let record = scene.record(id);
    record.ending != Ending::Rejected && record.cause != Cause::Superseded
}

/// Whether and when an assignment comes round.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Occurrence {
    /// At this instant, after which the job is looked at.
    At(Instant),
    /// It does not recur.
    Never,
    /// The program is not run again, because it has succeeded, or has failed.
    NotAgain(bool),
}

/// When the assignment of a job comes round after `at`, by the clock by which it was
/// due.
pub(crate) fn next_occurrence(scene: &Scene<'_, '_>, id: JobId, at: Instant) -> Occurrence {
    let advertisement = scene.jobs[id].advertisement;
    let Some(interval) = scene.world.control.repetition.recurring.get(&advertisement) else {
        return Occurrence::Never;
    };
    let succeeded = scene.record(id).ending.has_once_succeeded();
    if !rerun::runs_again(scene, id, succeeded) {
        return Occurrence::NotAgain(succeeded);
    }
    let spec = scene.advertisement(id);
    let first = match spec.assignment {
        Some(Assignment::At(due)) => due,
        _ => spec.available,
    };
    // It may have been before the start: what follows is counted from there.
    let first = clocks::zoned(scene, id, first);
    let shown = SignedInstant::from(at).on_clock(clocks::clock_offset(scene, id));
    // What is over before its first time, as a download ahead of it that has failed for
    // good, was over for that time.
    let passed = if shown < first {
        0
    } else {
        shown.since(first).0 / interval.0.max(1)
    };
    let next = first + Span(interval.0.saturating_mul(passed + 1));
    let next = clocks::own_instant(scene, id, next);
    Occurrence::At(next.max(at + Span(1)))
}

/// Whether a job that is over, and whose time has come round, begins again: its program
/// is not superseded, its client is there, and its advertisement is not gone.
pub(crate) fn begins_again(scene: &Scene<'_, '_>, id: JobId) -> bool {
    let (machine, site) = (scene.jobs[id].machine, scene.site(id));
    let gone = scene.software.is_revoked(id) && withdrawal::is_withdrawn(scene, id);
    supersedence::superseded_by(scene, id).is_none()
        && client_removal::removed_at(scene, machine, site) > scene.now
        && !gone
}

/// When a machine has restarted since the time before, whose row waits for that, by being
/// switched off and on again; and the row that tells of it.
pub(crate) fn restarted_since(
    scene: &Scene<'_, '_>,
    id: JobId,
    row: &Outcome,
) -> Option<(Instant, Outcome)> {
    if row.ending != Ending::RestartPending {
        return None;
    }
    let at = run::switch_on_after(scene, id, row.run_end);
    (at <= scene.now).then(|| (at, run::has_restarted(scene, id, row)))
}
