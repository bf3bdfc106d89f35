//! A program works: for how long and with which code it ends, when that is, and what
//! its client sees of it.

use crate::model::ids::JobId;
use crate::model::rules::{policy_refresh, run, withdrawal};
use crate::model::way::job::Phase;
use crate::model::way::scene::Scene;
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
#[inline]
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
#[inline]
fn exit_codes<'w>(scene: &Scene<'w, '_>, id: JobId) -> &'w ExitCodes {
    let world: &'w World = scene.world;
    let (program, profile) = (scene.program_id(id), scene.jobs[id].profile);
    let special = world.control.exit_codes.get(&(program, profile));
    special.map_or(&world.programs[program.index()].exit_codes, |codes| codes)
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
/// ends if its maximum run time is over before.
#[inline]
pub(crate) fn awaits(scene: &Scene<'_, '_>, id: JobId, time: Span) -> (Awaits, Option<Instant>) {
    let done = scene.done_at(id, time);
    if run::is_left_alone(scene, id) {
        return (done.map_or_else(Awaits::Off, Awaits::RunEnd), None);
    }
    let ends = done.unwrap_or(scene.now + time);
    let limit = run::limit(scene, id);
    let awaits = match done {
        Err(off) if off <= limit => Awaits::Off(off),
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
    /// The end of the time for which its client watches a program, which goes on.
    Limit,
    /// The end of the program.
    Exit,
}

/// What the end of a run, or of its maximum run time, is to a job.
#[inline]
pub(crate) fn run_end(scene: &Scene<'_, '_>, id: JobId) -> RunEnd {
    match scene.jobs[id].phase() {
        _ if withdrawal::is_removing(scene, id) => RunEnd::Removal,
        Phase::ReadingPoint | Phase::ReadingShare => RunEnd::Limit,
        Phase::Running if run::is_left_alone(scene, id) => RunEnd::Alone,
        Phase::Running if scene.rare_state(id).ends_beyond_limit.is_some() => RunEnd::Limit,
        Phase::Running => RunEnd::Exit,
        _ => RunEnd::Past,
    }
}

/// What a job waits for whose program works on after its client has stopped watching
/// it, if it works: a machine that is switched off before takes the program with it.
pub(crate) fn awaits_alone(scene: &Scene<'_, '_>, id: JobId) -> Option<Awaits> {
    if scene.jobs[id].phase() != Phase::Running {
        return None;
    }
    let (ends, off) = (
        scene.rare_state(id).ends_beyond_limit,
        scene.machine_on(id).until,
    );
    Some(if off < ends && !scene.profile(id).sleeps {
        Awaits::Off(off)
    } else {
        Awaits::RunEnd(ends)
    })
}
