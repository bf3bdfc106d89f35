//! Jobs that are over and begin again: when the assignment comes round, when
//! another user logs on.
//!
//! What has not been asked for costs a look at an empty list where a job ends.

use crate::model::ids::JobId;
use crate::model::way::scene::Scene;
use crate::units::{Instant, Span};

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
    let every = &scene.world.control.again.every_user;
    !every.is_empty() && every.contains(&scene.advertisement(id).program)
}

/// Which of the machine's users it is whose session ends at `until`.
fn user_of(scene: &Scene<'_, '_>, id: JobId, until: Instant) -> u32 {
    let job = &scene.jobs[id];
    let users = scene.world.control.again.users.get(&job.profile);
    users.map_or(0, |users| {
        let draws = scene.draws.user(job.key, until);
        draws.below(0, u64::from(*users)) as u32
    })
}

/// Whether the row of a job that now turns to its content, starts its program or is
/// over tells of the present time, if it has begun again: not at the last moment.
pub(crate) fn tells_of_now(scene: &Scene<'_, '_>) -> bool {
    scene.now < scene.world.last_moment()
}
