//! What is on a machine, and programs that take the place of others.
//!
//! A program that has succeeded is on the machine, and so is one that the fleet
//! had before the start. One that supersedes it takes its place when it
//! succeeds, having upgraded it or, with `uninstall_first`, having had it removed
//! by a program of the chain before. A program that is superseded by one which
//! the machine has, or has accepted an offer of, is not run any more
//! (learn.microsoft.com, "Revise and supersede applications").
//!
//! Where nothing supersedes anything, nothing is kept and nothing asked.

use crate::engine::{effort, identity};
use crate::model::ids::JobId;
use crate::model::journal::Entry;
use crate::model::rules::answer::{Answer, Over};
use crate::model::rules::{chain, clocks, history, run};
use crate::model::way::job::{NONE, Phase};
use crate::model::way::scene::Scene;
use crate::outcome::{Cause, Ending, ReportState, Step};
use crate::world::{ProfileId, ProgramId, World};

/// Whether a program is on a job's machine.
pub(crate) fn has_program(scene: &Scene<'_, '_>, id: JobId, program: ProgramId) -> bool {
    let job = &scene.jobs[id];
    let moved = scene.software.moved(job.machine, program);
    moved.unwrap_or_else(|| had_before(scene, id, program))
}

/// The programs that are on a job's machine.
fn on_the_machine(scene: &Scene<'_, '_>, id: JobId) -> impl Iterator<Item = ProgramId> {
    let job = &scene.jobs[id];
    let came = scene.software.came(job.machine);
    let (first, last) = (ProgramId::from(0), ProgramId(u32::MAX));
    let installed = &scene.world.control.succession.installed;
    let before = installed.range((job.profile, first)..=(job.profile, last));
    let before = before.map(|((_, program), _)| *program);
    let before = before.filter(move |program| has_program(scene, id, *program));
    came.chain(before).inspect(|_| effort::spend(1))
}

/// Whether a program was on a job's machine before the start.
pub(crate) fn had_before(scene: &Scene<'_, '_>, id: JobId, program: ProgramId) -> bool {
    let job = &scene.jobs[id];
    let key: (ProfileId, ProgramId) = (job.profile, program);
    let Some(share) = scene.world.control.succession.installed.get(&key) else {
        return false;
    };
    let named = identity(&scene.world.programs[program.index()].id);
    scene.draws.installed(job.key, named).uniform(0) < *share
}

/// Whether the program of a job's chain that is up removes what the
/// advertised one supersedes.
pub(crate) fn is_removal(scene: &Scene<'_, '_>, id: JobId) -> bool {
    let key = (scene.advertisement(id).program, scene.jobs[id].stage);
    scene.plan.removals.contains_key(&key)
}

/// Whether the program of a job may ever be superseded; then it waits for
/// everything else that the same poll brings.
pub(crate) fn may_be_superseded(scene: &Scene<'_, '_>, id: JobId) -> bool {
    let by = &scene.world.control.succession.superseded_by;
    !by.is_empty() && by.contains_key(&scene.advertisement(id).program)
}

/// A program that supersedes that of a job, and is on the machine or
/// offered to it.
pub(crate) fn superseded_by<'w>(scene: &Scene<'w, '_>, id: JobId) -> Option<ProgramId> {
    let world: &'w World = scene.world;
    let superseded_by = &world.control.succession.superseded_by;
    if superseded_by.is_empty() {
        return None;
    }
    let by = superseded_by.get(&scene.advertisement(id).program)?;
    let there = on_the_machine(scene, id).filter(|program| by.binary_search(program).is_ok());
    if let Some(there) = there.min() {
        return Some(there);
    }
    if scene.jobs[id].host == NONE {
        return None;
    }
    let advertised = scene
        .plan
        .superseding
        .get(&scene.advertisement(id).program)?;
    let mut offers = advertised.iter().filter_map(|by| {
        effort::spend(1);
        scene.sibling(id, *by)
    });
    let offer = offers.find(|other| is_offered(scene, *other));
    offer.map(|other| scene.advertisement(other).program)
}

/// Whether a job's machine has accepted its advertisement and will run it unless
/// something goes wrong, or lets it run unwatched.
pub(crate) fn is_offered(scene: &Scene<'_, '_>, id: JobId) -> bool {
    let program = &scene.world.programs[scene.advertisement(id).program.index()];
    let fits = program.supports(scene.profile(id).platform);
    let works_alone = run::is_left_alone(scene, id) && !chain::is_run_first(scene, id);
    let lasting =
        works_alone || scene.now < clocks::expires(scene, id) && !scene.software.is_revoked(id);
    let wanted = match scene.jobs[id].phase() {
        // Its machine has not heard of it, even if it stands in line to ask.
        Phase::Unaware | Phase::Asking => false,
        _ => !matches!(
            scene.record(id).ending,
            Ending::Rejected | Ending::NotTaken | Ending::NotOffered
        ),
    };
    fits && lasting && wanted
}

/// A job whose program is superseded is over.
pub(crate) fn asks(scene: &Scene<'_, '_>, id: JobId) -> Answer {
    if scene.jobs[id].holds_machine {
        return Answer::Go;
    }
    let Some(by) = superseded_by(scene, id) else {
        return Answer::Go;
    };
    // It may have been there before, or another run may have put it there: it stays until
    // it is replaced, as that run has left it.
    let program = scene.advertisement(id).program;
    let there = has_program(scene, id, program);
    let past = history::of(scene, id, program);
    let past = past.filter(|past| there && past.ending.has_once_succeeded());
    let ending = match past {
        Some(past) => past.ending,
        None if there => Ending::Installed,
        None => Ending::NotTaken,
    };
    Answer::Over(Over {
        state: Some(ReportState::Canceled),
        entry: Some(Entry::Superseded(by)),
        is_without_try: true,
        past,
        ..Over::new(ending, Step::Assignment, Cause::Superseded)
    })
}

/// What is told if the program of a job's chain that is up has nothing to do: a
/// dependency, or what supersedes it, is on the machine, or what it is to remove is
/// not. What supersedes a dependency and is only offered puts nothing on the machine, so
/// that the dependency runs, as it does in SMS 2003 whenever it has not succeeded there.
pub(crate) fn nothing_to_do(scene: &Scene<'_, '_>, id: JobId) -> Option<Entry> {
    let succession = &scene.world.control.succession;
    let (program, stage) = (scene.program_id(id), scene.jobs[id].stage);
    let advertised = scene.advertisement(id).program;
    if let Some(olds) = scene.plan.removals.get(&(advertised, stage)) {
        let any = olds.iter().any(|old| has_program(scene, id, *old));
        return (!any).then_some(Entry::NothingToRemove(program));
    }
    let mut instead = succession.superseded_by.get(&program).into_iter().flatten();
    let ran = has_program(scene, id, program) || instead.any(|by| has_program(scene, id, *by));
    ran.then_some(Entry::AlreadyRan(program))
}

/// The programs that go from a machine when `program` has succeeded there, in the chain
/// of an advertised one, and why: those that it supersedes, and those that it removes.
pub(crate) fn goes_for(
    world: &World,
    program: ProgramId,
    advertised: ProgramId,
) -> impl Iterator<Item = (ProgramId, Cause)> {
    let succession = &world.control.succession;
    let replaced = succession.supersedes.get(&program).into_iter().flatten();
    let superseded = succession.supersedes.get(&advertised);
    let removed = succession.uninstall.iter();
    let removed = removed.filter(move |(_, remover)| **remover == program);
    let removed = removed.map(move |(old, _)| {
        let gives_way = superseded.is_some_and(|olds| olds.contains(old));
        let cause = if gives_way {
            Cause::Replaced
        } else {
            Cause::Uninstalled
        };
        (*old, cause)
    });
    replaced.map(|old| (*old, Cause::Replaced)).chain(removed)
}

/// What a row loses that says that a program is on the machine, when it goes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Loss {
    /// It says so no more.
    Row,
    /// It says so no more, and its removal, which has not begun, has nothing to remove.
    RowAndRemoval,
}

/// What the row of a job loses when `program` goes from its machine; `None` if it does not
/// say that it is there, or if the job is under way with it.
pub(crate) fn loses(scene: &Scene<'_, '_>, id: JobId, program: ProgramId) -> Option<Loss> {
    let says_so =
        scene.advertisement(id).program == program && scene.record(id).ending.is_on_the_machine();
    let job = &scene.jobs[id];
    if says_so && scene.software.is_removing(id) && !job.holds_machine {
        Some(Loss::RowAndRemoval)
    } else if says_so && job.is_over() {
        Some(Loss::Row)
    } else {
        None
    }
}

/// Whether the row of a job says that its program was removed.
pub(crate) fn says_removed(scene: &Scene<'_, '_>, id: JobId) -> bool {
    scene.jobs[id].is_over() && scene.record(id).ending == Ending::Removed
}

/// Whether the row of the time before of a job that has begun again says that `program`
/// is on its machine, from which it goes.
pub(crate) fn time_before_loses(scene: &Scene<'_, '_>, id: JobId, program: ProgramId) -> bool {
    let before = scene.repeats.row_before(id);
    scene.advertisement(id).program == program
        && before.is_some_and(|row| row.ending.is_on_the_machine())
}

/// The programs that a job's machine need not run any more once it has learned of the
/// job's advertisement, ascending.
pub(crate) fn superseded<'w>(scene: &Scene<'w, '_>, id: JobId) -> Option<&'w [ProgramId]> {
    let world: &'w World = scene.world;
    if scene.jobs[id].host == NONE {
        return None;
    }
    let supersedes = &world.control.succession.supersedes;
    let olds = supersedes.get(&scene.advertisement(id).program)?;
    Some(olds)
}

/// Whether a job looks for its turn, and would give way to another program if it were
/// told of it. One in the line of the machine finds out when it is its turn.
pub(crate) fn is_untold(scene: &Scene<'_, '_>, id: JobId) -> bool {
    effort::spend(1);
    let job = &scene.jobs[id];
    job.phase() == Phase::Ready
        && !job.holds_machine
        && scene.record(id).cause != Cause::AnotherProgram
        && may_be_superseded(scene, id)
}

/// Whether a job gives way to what supersedes `olds`.
pub(crate) fn gives_way(scene: &Scene<'_, '_>, id: JobId, olds: &[ProgramId]) -> bool {
    effort::spend(1);
    olds.binary_search(&scene.advertisement(id).program).is_ok()
}
