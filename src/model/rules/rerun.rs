//! Programs that have run on the machine, and are not to run again.

use crate::model::ids::JobId;
use crate::model::journal::Entry;
use crate::model::rules::answer::{Answer, Over};
use crate::model::rules::{history, supersedence};
use crate::model::way::scene::Scene;
use crate::outcome::{Cause, Ending, ReportState, Step};
use crate::world::Rerun;

/// Whether a program that has run on the machine is run again.
pub(crate) fn runs_again(scene: &Scene<'_, '_>, id: JobId, succeeded: bool) -> bool {
    let advertisement = scene.jobs[id].advertisement;
    match scene.world.control.repetition.rerun.get(&advertisement) {
        None | Some(Rerun::Always) => true,
        Some(Rerun::Never) => false,
        Some(Rerun::IfFailed) => !succeeded,
        Some(Rerun::IfSucceeded) => succeeded,
    }
}

/// The program of a job has run on its machine under another advertisement, as one
/// to run first, or before the start.
pub(crate) fn asks(scene: &Scene<'_, '_>, id: JobId) -> Answer {
    let advertisement = scene.jobs[id].advertisement;
    let governed = scene
        .world
        .control
        .repetition
        .rerun
        .contains_key(&advertisement);
    if !governed || scene.jobs[id].holds_machine {
        return Answer::Go;
    }
    let program = scene.advertisement(id).program;
    // What this job has come to itself at an earlier time says when it begins again.
    let past = history::of(scene, id, program).filter(|past| past.by != id);
    if let Some(past) = past {
        let success = past.ending.has_once_succeeded();
        if runs_again(scene, id, success) {
            return Answer::Go;
        }
        return Answer::Over(Over {
            // The machine has what it has since then; a failure was that of the other job.
            past: success.then_some(past),
            ..not_again(past.ending, success)
        });
    }
    if supersedence::had_before(scene, id, program) && !runs_again(scene, id, true) {
        // It may have gone since.
        let there = supersedence::has_program(scene, id, program);
        let ending = if there {
            Ending::Installed
        } else {
            Ending::Removed
        };
        return Answer::Over(not_again(ending, true));
    }
    Answer::Go
}

fn not_again(ending: Ending, success: bool) -> Over {
    Over {
        state: Some(ReportState::WillNotRerun),
        entry: Some(Entry::NotAgain(success)),
        is_without_try: true,
        ..Over::new(ending, Step::Assignment, Cause::HasRunBefore)
    }
}
