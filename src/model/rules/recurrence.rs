//! Jobs that are over and begin again: when the assignment comes round, when
//! another user logs on.
//!
//! What has not been asked for costs a look at an empty list where a job ends.

use crate::model::ids::JobId;
use crate::model::way::scene::Scene;
use crate::units::{Instant, Span};

/// When a user logs on for whom the program has not run.
pub(crate) fn next_user(scene: &mut Scene<'_, '_>, id: JobId, at: Instant) -> Instant {
    if !runs_for_every_user(scene, id) {
        return Instant::NEVER;
    }
    // What was over before it looked for a user was the turn of whoever was
    // there, if anybody.
    let there = scene.user_at(id, scene.now);
    let looked = there.holds.then(|| user_of(scene, id, there.until));
    scene.repeats.ends_turn(id, looked);
    let mut time = at;
    while scene.world.covers(time) {
        let spell = scene.user_at(id, time);
        let served = || {
            scene
                .repeats
                .has_served(id, user_of(scene, id, spell.until))
        };
        if spell.holds && !served() {
            return time.max(scene.now + Span(1));
        }
        time = spell.until;
    }
    Instant::NEVER
}

pub(crate) fn runs_for_every_user(scene: &Scene<'_, '_>, id: JobId) -> bool {
    let every = &scene.world.control.again.every_user;
    !every.is_empty() && every.contains(&scene.advertisement(id).program)
}

/// Which of the machine's users it is whose session ends at `until`.
pub(crate) fn user_of(scene: &Scene<'_, '_>, id: JobId, until: Instant) -> u32 {
    let job = &scene.jobs[id];
    let users = scene.world.control.again.users.get(&job.profile);
    users.map_or(0, |users| {
        let draws = scene.draws.user(job.key, until);
        draws.below(0, u64::from(*users)) as u32
    })
}

/// Whether the program has run for the user whose session ends at `until`;
/// if not, it will be this one for whom it runs next.
pub(crate) fn has_been_served(scene: &mut Scene<'_, '_>, id: JobId, until: Instant) -> bool {
    if !runs_for_every_user(scene, id) {
        return false;
    }
    let user = user_of(scene, id, until);
    scene.repeats.meets(id, user)
}

/// A program for every user begins for the one who is logged on now, so that
/// it has been that one's turn even if it never comes to run.
pub(crate) fn begins_for_whoever_is_there(scene: &mut Scene<'_, '_>, id: JobId) {
    let user = scene.user_at(id, scene.now);
    if user.holds {
        has_been_served(scene, id, user.until);
    }
}

/// A job turns to its content or starts its program, or is over: if it has begun
/// again, its row tells of the present time from now on.
pub(crate) fn occurrence_starts(scene: &mut Scene<'_, '_>, id: JobId) {
    if scene.now < scene.world.last_moment() {
        scene.repeats.starts(id);
    }
}
