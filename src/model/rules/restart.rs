//! Restarts: whether a program that has succeeded is followed by one, when it begins, and
//! when the machine is up again.

use crate::model::ids::JobId;
use crate::model::rules::{chain, run, start_times};
use crate::model::way::scene::Scene;
use crate::units::Instant;
use crate::world::AfterRunning;

/// What follows a program that has succeeded.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Next {
    /// The next program of its chain.
    Chain,
    /// A restart.
    Restart,
    /// Nothing: the job is done, but for a restart that somebody makes later.
    Done,
}

/// What follows the program of a job, which has succeeded.
#[inline]
pub(crate) fn follows(scene: &Scene<'_, '_>, id: JobId) -> Next {
    match scene.program(id).after_running {
        AfterRunning::SmsRestarts | AfterRunning::ProgramRestarts => Next::Restart,
        AfterRunning::None | AfterRunning::SmsLogsOff if chain::is_run_first(scene, id) => {
            Next::Chain
        }
        AfterRunning::None | AfterRunning::SmsLogsOff => Next::Done,
    }
}

/// Whether a restart is outstanding for which a program of the chain before the present
/// one has asked.
#[inline]
pub(crate) fn is_outstanding(scene: &Scene<'_, '_>, id: JobId) -> bool {
    let wanted = scene.rare_state(id).restart_wanted;
    wanted.is_some() && run::switch_on_after(scene, id, wanted) > scene.now
}

/// When the restart of a job's machine begins. That of SMS waits for a maintenance
/// window in which a restart fits.
pub(crate) fn begins(scene: &Scene<'_, '_>, id: JobId) -> Instant {
    if scene.program(id).after_running != AfterRunning::SmsRestarts {
        return scene.now;
    }
    let Some(windows) = start_times::windows(scene, id) else {
        return scene.now;
    };
    let length = scene.world.rules.restart_time;
    let spell = start_times::window(scene, id, windows, length);
    if spell.holds { scene.now } else { spell.until }
}

/// When a job's machine is up again whose restart begins at `begins`. If it is switched
/// off before that, it has restarted when it is on again.
pub(crate) fn is_over_at(scene: &Scene<'_, '_>, id: JobId, begins: Instant) -> Instant {
    let at = begins + scene.world.rules.restart_time;
    if scene.machine_on(id).until >= at {
        at
    } else if scene.profile(id).sleeps {
        scene.on_from(id, at)
    } else {
        run::next_switch_on(scene, id)
    }
}

/// Whether a restart that is over has waited for a window: the machine was free meanwhile.
pub(crate) fn has_waited(scene: &Scene<'_, '_>, id: JobId) -> bool {
    !scene.jobs[id].holds_machine
}
