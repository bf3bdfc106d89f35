//! The history of a machine: what its programs have come to, by program, whatever
//! advertisement or chain they ran for.

use crate::model::ids::JobId;
use crate::model::rules::{breakage, run};
use crate::model::surroundings::history::Past;
use crate::model::way::job::NONE;
use crate::model::way::scene::Scene;
use crate::outcome::Ending;
use crate::world::ProgramId;

/// Whether it is kept what comes of the program of a job that is up: something may ask
/// for it. A machine with one advertisement has it in its row, unless its client has
/// stopped watching a program to run first.
#[inline]
pub(crate) fn is_kept(scene: &Scene<'_, '_>, id: JobId) -> bool {
    scene.plan.has_history[scene.program_id(id).index()]
        && (scene.jobs[id].host != NONE || run::is_left_alone(scene, id))
}

/// How the program to run first of a job has ended that succeeds now.
pub(crate) fn success_in_chain(
    scene: &Scene<'_, '_>,
    id: JobId,
    restart_outstanding: bool,
) -> Ending {
    let (ending, _, _) = run::success(scene, id, restart_outstanding);
    if ending.is_success() && breakage::found_out_at(scene, id).is_some() {
        Ending::Broken
    } else {
        ending
    }
}

/// What has come of the program of a job that is up and has ended like this, if it has
/// run: what fails before has no history.
pub(crate) fn comes_to(scene: &Scene<'_, '_>, id: JobId, ending: Ending) -> Option<Past> {
    let record = scene.record(id);
    record.run_end.is_some().then_some(Past {
        ending,
        run_end: record.run_end,
        executing: record.executing,
        is_seen: !run::is_left_alone(scene, id),
        by: id,
    })
}

/// What has come of a program on a job's machine, as it is now: it may have gone, and the
/// machine may have restarted.
pub(crate) fn of(scene: &Scene<'_, '_>, id: JobId, program: ProgramId) -> Option<Past> {
    let machine = scene.jobs[id].machine;
    let past = scene.history.of(machine, program)?;
    let is_gone = || scene.software.moved(machine, program) == Some(false);
    let has_restarted = || {
        scene.history.has_restarted_since(machine, past.run_end)
            || run::switch_on_after(scene, id, past.run_end) <= scene.now
    };
    let ending = if past.ending.has_once_succeeded() && is_gone() {
        Ending::Removed
    } else if past.ending == Ending::RestartPending && has_restarted() {
        Ending::Installed
    } else {
        past.ending
    };
    Some(Past { ending, ..past })
}
