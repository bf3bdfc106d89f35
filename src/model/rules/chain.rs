//! The programs of a chain: those to run first, those that remove another, then
//! the advertised one.

use crate::model::ids::JobId;
use crate::model::journal::Entry;
use crate::model::rules::answer::{Answer, Effect, Over};
use crate::model::rules::{assignment_time, supersedence};
use crate::model::way::scene::Scene;
use crate::outcome::{Cause, Ending, ReportState, Step};
use crate::product::status;
use crate::world::ProgramId;

/// Whether any advertised program has others to run first.
pub(crate) fn is_used(scene: &Scene<'_, '_>) -> bool {
    scene.plan.has_chains
}

/// Whether another program of the chain follows.
pub(crate) fn is_run_first(scene: &Scene<'_, '_>, id: JobId) -> bool {
    scene.program_id(id) != scene.advertisement(id).program
}

/// How many programs of the chain follow the one that is up.
pub(crate) fn programs_ahead(scene: &Scene<'_, '_>, id: JobId) -> u32 {
    let chain = &scene.plan.chains[scene.advertisement(id).program.index()];
    (chain.len() as u32).saturating_sub(1 + u32::from(scene.jobs[id].stage))
}

/// A program of a chain that is up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Turn {
    pub(crate) stage: u16,
    pub(crate) program: ProgramId,
    /// Whether the content of the one before, if it is in the cache, serves this one too.
    pub(crate) shares_content: bool,
}

/// The program of a job's chain at `stage`, after the one that is up.
pub(crate) fn turn(scene: &Scene<'_, '_>, id: JobId, stage: u16) -> Turn {
    let chain = &scene.plan.chains[scene.advertisement(id).program.index()];
    let program = chain[usize::from(stage)];
    let package = scene.world.programs[program.index()].package;
    Turn {
        stage,
        program,
        shares_content: package == scene.program(id).package,
    }
}

/// The program of a job's chain after the one that is up.
pub(crate) fn next(scene: &Scene<'_, '_>, id: JobId) -> Turn {
    turn(scene, id, scene.jobs[id].stage + 1)
}

/// A job that has found nothing to remove, and has waited since, looks again:
/// what it supersedes may have come meanwhile.
pub(crate) fn goes_back(scene: &Scene<'_, '_>, id: JobId) -> Answer {
    if scene.world.control.succession.supersedes.is_empty() || scene.jobs[id].holds_machine {
        return Answer::Go;
    }
    let advertised = scene.advertisement(id).program;
    let mut before = 0..scene.jobs[id].stage;
    let found = before.find(|stage| {
        let olds = scene.plan.removals.get(&(advertised, *stage));
        olds.is_some_and(|olds| {
            olds.iter()
                .any(|old| supersedence::has_program(scene, id, *old))
        })
    });
    found.map_or(Answer::Go, |stage| Answer::Do(Effect::GoBack(stage)))
}

/// A program to run first that has already succeeded on the machine, under its own
/// advertisement or in another chain, is not run again: what depends on it asks for its
/// first success alone. One that has nothing to remove is not run at all.
pub(crate) fn skips(scene: &Scene<'_, '_>, id: JobId) -> Answer {
    if !is_run_first(scene, id) {
        return Answer::Go;
    }
    let program = scene.program_id(id);
    if scene.world.control.succession.is_tracked() {
        return supersedence::nothing_to_do(scene, id)
            .map_or(Answer::Go, |entry| Answer::Do(Effect::Skip(entry)));
    }
    let machine = scene.jobs[id].machine;
    if scene.history.has_succeeded(machine, program) {
        Answer::Do(Effect::Skip(Entry::AlreadyRan(program)))
    } else {
        Answer::Go
    }
}

/// A program to run first that does not support the machine's platform is not run,
/// as little as if it were advertised, and what depends on it fails.
pub(crate) fn platform(scene: &Scene<'_, '_>, id: JobId) -> Answer {
    let platform = scene.profile(id).platform;
    if !is_run_first(scene, id) || scene.program(id).supports(platform) {
        return Answer::Go;
    }
    match assignment_time::asks(scene, id) {
        Answer::Go => Answer::Over(Over {
            state: Some(ReportState::Failed),
            message: Some(status::PREPARATION_FAILED),
            ..Over::new(Ending::Failed, Step::Condition, Cause::PlatformUnsupported)
        }),
        waits => waits,
    }
}
