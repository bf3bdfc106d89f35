//! A program works: for how long and with which code it ends, when that is, and what
//! its client sees of it.

use crate::model::ids::JobId;
use crate::model::rules::{chain, policy_refresh, run, withdrawal};
use crate::model::way::job::Phase;
use crate::model::way::scene::Scene;
use crate::outcome::Ending;
use crate::product::win32::ACCESS_DENIED;
use crate::units::{Instant, Span};
use crate::world::{ExitCodes, World};

/// What a program does on its machine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Work {
    /// For how long it would work.
    pub(crate) full: Span,
    /// When Group Policy takes its rights away before that.
    pub(crate) rights_end: Option<Instant>,
    /// For how long it works.
    pub(crate) time: Span,
    /// The code it returns.
    pub(crate) code: u32,
}

/// What the program of a job does on its machine.
pub(crate) fn works(scene: &Scene<'_, '_>, id: JobId) -> Work {
    let (job, program) = (&scene.jobs[id], scene.program(id));
    let run = job.runs.wrapping_add(scene.repeats.runs_before(id));
    let draws = scene.draws.run(job.key, job.advertisement, job.stage, run);
    let overrides = &scene.world.fleet.overrides;
    let full = scene
        .own(id, &overrides.install_time)
        .map_or_else(|| program.install_time.sample(draws.uniform(0)), Span);
    let code = scene.own(id, &overrides.exit_code).map_or_else(
        || exit_codes(scene, id).pick(draws.uniform(1)),
        |code| code as u32,
    );
    let rights_end = policy_refresh::rights_end(scene, id, full);
    let (time, code) = rights_end.map_or((full, code), |at| (at.since(scene.now), ACCESS_DENIED));
    Work {
        full,
        rights_end,
        time,
        code,
    }
}

/// The exit codes of the program that a job runs, on its machine.
fn exit_codes<'w>(scene: &Scene<'w, '_>, id: JobId) -> &'w ExitCodes {
    let world: &'w World = scene.world;
    let (program, profile) = (scene.program_id(id), scene.jobs[id].profile);
    let special = world.control.exit_codes.get(&(program, profile));
    special.unwrap_or(&world.programs[program.index()].exit_codes)
}

/// What a job waits for while its program works.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Awaits {
    /// The end of the program, or that of its maximum run time.
    RunEnd(Instant),
    /// The machine is switched off before that.
    Off(Instant),
}

/// What a job waits for while its program works for this `time`, and when the program
/// ends if its client will have stopped watching by then.
pub(crate) fn awaits(scene: &Scene<'_, '_>, id: JobId, time: Span) -> (Awaits, Option<Instant>) {
    let done = scene.done_at(id, time);
    if run::is_left_alone(scene, id) {
        return (done.map_or_else(Awaits::Off, Awaits::RunEnd), None);
    }
    let ends = done.unwrap_or(scene.now + time);
    let limit = run::limit(scene, id);
    let awaits = match done {
        Err(off) if off < limit => Awaits::Off(off),
        // A client that sleeps finds when it wakes that the time is over.
        _ if ends > limit => Awaits::RunEnd(scene.on_from(id, limit).min(ends)),
        _ => Awaits::RunEnd(ends),
    };
    (awaits, (ends > limit).then_some(ends))
}

/// What the end of a run, or of its maximum run time, is to a job.
#[derive(Debug, Clone, Copy)]
pub(crate) enum RunEnd {
    /// The end of the removal of its program.
    Removal,
    /// Nothing: the program has come to its end before.
    Past,
    /// The end of a program that its client does not watch any more.
    Alone,
    /// The end of the time for which its client watches a program that still reads.
    WhileReading,
    /// The end of the time for which its client watches a program that ends then.
    BeforeEnd(Instant),
    /// The end of the program.
    Exit,
}

/// What the end of a run, or of its maximum run time, is to a job.
pub(crate) fn run_end(scene: &Scene<'_, '_>, id: JobId) -> RunEnd {
    let unwatched = scene.aside(id).unwatched;
    match scene.jobs[id].phase() {
        _ if withdrawal::is_removing(scene, id) => RunEnd::Removal,
        Phase::ReadingPoint | Phase::ReadingShare => RunEnd::WhileReading,
        Phase::Running if run::is_left_alone(scene, id) => RunEnd::Alone,
        Phase::Running if unwatched.is_some() => RunEnd::BeforeEnd(unwatched),
        Phase::Running => RunEnd::Exit,
        _ => RunEnd::Past,
    }
}

/// How a program goes on that its client stops watching.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Unwatched {
    /// What depends on it does not run, because the client does not learn whether it
    /// succeeds.
    FailsChain,
    /// It ends then, with this code, or is cut short by the machine without one.
    Ends(Instant, Option<u32>),
}

/// How the program of a job goes on that would end at `ends`, after its client has
/// stopped watching it. A machine that is switched off before takes the program with
/// it.
pub(crate) fn unwatched(scene: &Scene<'_, '_>, id: JobId, ends: Instant) -> Unwatched {
    if chain::is_run_first(scene, id) {
        return Unwatched::FailsChain;
    }
    let off = scene.machine_on(id).until;
    if off < ends && !scene.profile(id).sleeps {
        Unwatched::Ends(off, None)
    } else {
        Unwatched::Ends(ends, Some(scene.jobs[id].exit_code))
    }
}

/// What a job that its client has stopped watching shows, whose program ends at `ends`
/// with `code`.
pub(crate) fn ending_unwatched(
    scene: &Scene<'_, '_>,
    id: JobId,
    ends: Instant,
    code: Option<u32>,
) -> Ending {
    if scene.world.covers(ends) {
        run::ending_alone(scene, id, code)
    } else {
        Ending::InProgress
    }
}
