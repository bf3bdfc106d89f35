//! Machines that a program breaks although it has succeeded.

use crate::model::ids::JobId;
use crate::model::rules::chain;
use crate::model::way::scene::Scene;
use crate::units::Instant;

/// When it is found out that the program of a job's chain that succeeds now has broken
/// the machine; `None` if it has not.
pub(crate) fn found_out_at(scene: &Scene<'_, '_>, id: JobId) -> Option<Instant> {
    let breakage = scene.world.control.breakage.get(&scene.program_id(id))?;
    let job = &scene.jobs[id];
    if !breakage.profiles.is_empty() && !breakage.profiles.contains(&job.profile) {
        return None;
    }
    // A program to run first has draws of its own; the advertised one is number 0.
    let ahead = u64::from(chain::programs_ahead(scene, id));
    let number = u64::from(scene.repeats.times(id)) | ahead << 32;
    let draws = scene.draws.breakage(job.key, job.advertisement, number);
    let broken = draws.uniform(0) < breakage.share;
    broken.then(|| scene.now + breakage.detected_after.sample(draws.uniform(1)))
}

/// When it is found out that a machine is broken whose chain of programs is complete
/// now: by the last of them, or by one that ran first.
pub(crate) fn of_the_chain(scene: &Scene<'_, '_>, id: JobId) -> Option<Instant> {
    let before = Some(scene.rare_state(id).broken).filter(|at| at.is_some());
    let found = found_out_at(scene, id).into_iter().chain(before).min();
    found.map(|at| at.max(scene.now))
}
