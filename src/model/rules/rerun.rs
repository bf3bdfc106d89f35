//! Programs that have run on the machine, and are not to run again.

use crate::model::ids::JobId;
use crate::model::journal::Entry;
use crate::model::rules::answer::{Answer, Over};
use crate::model::rules::supersedence;
use crate::model::way::job::Phase;
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
    let ran_first = scene.software.ran_first_at(scene.jobs[id].machine, program);
    if let Some(at) = ran_first.filter(|_| !runs_again(scene, id, true)) {
        return Answer::Over(Over {
            run_end: Some(at),
            ..not_again(Ending::Installed, true)
        });
    }
    let Some(other) = scene.siblings(id).find(|other| {
        *other != id
            && scene.jobs[*other].phase() == Phase::Over
            && scene.advertisement(*other).program == program
            && scene.record(*other).run_end.is_some()
    }) else {
        return Answer::Go;
    };
    let before = scene.record(other);
    let success = before.ending.has_once_succeeded();
    if runs_again(scene, id, success) {
        return Answer::Go;
    }
    let ending = if success {
        before.ending
    } else {
        Ending::Failed
    };
    Answer::Over(Over {
        // The machine has what it has since then; a failure was that of the other job.
        run_end: success.then_some(before.run_end),
        ..not_again(ending, success)
    })
}

fn not_again(ending: Ending, success: bool) -> Over {
    Over {
        state: Some(ReportState::WillNotRerun),
        entry: Some(Entry::NotAgain(success)),
        is_without_try: true,
        ..Over::new(ending, Step::Assignment, Cause::HasRunBefore)
    }
}
