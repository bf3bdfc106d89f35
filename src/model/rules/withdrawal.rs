//! Advertisements that are deleted or have expired, machines that leave their
//! collection, and the removal of what they had installed.
//!
//! A client finds out at its first look for policy after that: it runs nothing of
//! a deleted advertisement that has not started. For a machine that has left the
//! collection the advertisement is as good as deleted. A Legacy Client moreover removes
//! programs with the box "Remove software when it is no longer advertised", once
//! the last of their advertisements that it knew of is gone. A look that fails
//! takes nothing away (SMS 2.0 Resource Guide, "Removing Client Applications"; KB
//! Q316021).
//!
//! The removal is an assignment as soon as possible: it waits for the conditions
//! of the program, runs under its account, and needs no content, since its command
//! line is in the registry of the machine. Only a program that the client has seen
//! succeed is removed. Until then, and if the removal fails, it is on the machine.

use crate::model::ids::JobId;
use crate::model::rules::answer::{Answer, Effect};
use crate::model::rules::last_try::{self, Failed};
use crate::model::rules::{
    assignment_time, clocks, history, lines, membership, orphans, run, supersedence,
};
use crate::model::surroundings::accounts::contact_logons;
use crate::model::way::job::Phase;
use crate::model::way::scene::Scene;
use crate::outcome::{Cause, Ending, ReportState};
use crate::product::exit_codes::Verdict;
use crate::product::status;
use crate::units::Instant;
use crate::world::{Program, ProgramId, World};

/// Whether a job removes its program, or has been found without its advertisement.
pub(crate) fn asks(scene: &Scene<'_, '_>, id: JobId) -> Answer {
    if is_removing(scene, id) {
        return Answer::Do(Effect::Remove);
    }
    if scene.software.is_revoked(id) && is_withdrawn(scene, id) {
        return Answer::Do(Effect::Drop);
    }
    Answer::Go
}

/// The first look, from now on, at which a job's machine may find its advertisement
/// deleted.
pub(crate) fn next_look_at_the_end(scene: &Scene<'_, '_>, id: JobId) -> Instant {
    let end = withdrawn_at(scene, id);
    if !end.is_some() || scene.software.is_revoked(id) {
        return Instant::NEVER;
    }
    contact_logons::next_look(scene, scene.jobs[id].machine, end.max(scene.now))
}

/// Whether any advertisement is deleted, or any machine not a member all the
/// time.
pub(crate) fn may_be_withdrawn(scene: &Scene<'_, '_>) -> bool {
    !(scene.world.control.succession.withdrawn.is_empty()
        && scene.world.fleet.memberships.is_empty())
}

/// When the advertisement of a job leaves the list of its machine; never, if
/// that makes no difference.
pub(crate) fn ends(scene: &Scene<'_, '_>, id: JobId) -> Instant {
    let withdrawn = withdrawn_at(scene, id);
    if is_removable(scene, id) {
        withdrawn.min(clocks::expires(scene, id))
    } else {
        withdrawn
    }
}

/// When the advertisement of a job is deleted, or its machine leaves the
/// collection.
pub(crate) fn withdrawn_at(scene: &Scene<'_, '_>, id: JobId) -> Instant {
    deleted_at(scene, id).min(membership::membership(scene, id).until)
}

/// When the advertisement of a job is deleted; [`Instant::NEVER`] if it is not.
pub(crate) fn deleted_at(scene: &Scene<'_, '_>, id: JobId) -> Instant {
    let advertisement = scene.jobs[id].advertisement;
    let withdrawn = &scene.world.control.succession.withdrawn;
    let at = withdrawn.get(&advertisement).copied();
    at.unwrap_or(Instant::NEVER)
}

/// Whether the program of a job has the box, and a client that knows of it.
pub(crate) fn is_removable(scene: &Scene<'_, '_>, id: JobId) -> bool {
    let program = scene.advertisement(id).program;
    scene.behaviour(id).facts().uninstalls_withdrawn_programs
        && scene
            .world
            .control
            .succession
            .not_advertised
            .contains(&program)
}

/// Whether the advertisement of a job has been deleted, or its machine left the
/// collection, as a look now would show.
pub(crate) fn is_withdrawn(scene: &Scene<'_, '_>, id: JobId) -> bool {
    may_be_withdrawn(scene) && withdrawn_at(scene, id) <= scene.now
}

/// Whether a job removes its program.
pub(crate) fn is_removing(scene: &Scene<'_, '_>, id: JobId) -> bool {
    scene.software.is_removing(id)
}

/// The program that says how long the removal takes, and how it ends.
pub(crate) fn removal_of<'w>(scene: &Scene<'w, '_>, id: JobId) -> &'w Program {
    let world: &'w World = scene.world;
    let program = scene.advertisement(id).program;
    let remover = world.control.succession.uninstall.get(&program);
    &world.programs[remover.unwrap_or(&program).index()]
}

/// What ended the last of the advertisements of a job's program.
fn end_of_the_last(scene: &Scene<'_, '_>, id: JobId) -> Cause {
    let program = scene.advertisement(id).program;
    let of_program = scene.siblings(id).filter(|other| {
        scene.advertisement(*other).program == program && scene.software.is_revoked(*other)
    });
    let last = of_program.max_by_key(|other| ends(scene, *other));
    if last.is_some_and(|last| membership::membership(scene, last).until <= ends(scene, last)) {
        Cause::LeftCollection
    } else {
        Cause::NoLongerAdvertised
    }
}

/// What a look finds at which the advertisement of a job may be gone.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Look {
    /// The machine's clock has been set back: the end comes then.
    ClockSetBack(Instant),
    /// The machine is off until then.
    Off(Instant),
    /// The client is gone.
    NoClient,
    /// The list of advertisements, if the machine gets it.
    List,
}

/// What a look of a job's machine finds now.
pub(crate) fn looks(scene: &Scene<'_, '_>, id: JobId) -> Look {
    let end = ends(scene, id);
    let on = scene.machine_on(id);
    if scene.now < end {
        Look::ClockSetBack(end)
    } else if !on.holds {
        Look::Off(on.until)
    } else if orphans::uninstalls_at(scene, id) <= scene.now {
        Look::NoClient
    } else {
        Look::List
    }
}

/// What the row of a job tells whose advertisement is deleted.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Dropped {
    /// The job is in the middle of something, which goes on.
    GoesOn,
    /// It was tried, and has failed.
    Failed(Failed),
    /// No user has chosen it: that remains true.
    NotTaken,
    /// It is not offered any more.
    NotOffered(Cause),
}

/// What the row of a job tells whose advertisement is deleted.
pub(crate) fn drops(scene: &Scene<'_, '_>, id: JobId) -> Dropped {
    let job = &scene.jobs[id];
    let is_free = matches!(job.phase(), Phase::Unaware | Phase::Asking | Phase::Ready);
    if job.holds_machine || !is_free {
        return Dropped::GoesOn;
    }
    if let Some(failed) = last_try::failure(scene, id) {
        return Dropped::Failed(failed);
    }
    match scene.record(id).ending {
        Ending::NotTaken if !assignment_time::is_waived(scene, id) => Dropped::NotTaken,
        _ if membership::collection_left(scene, id).is_some() => {
            Dropped::NotOffered(Cause::LeftCollection)
        }
        _ => Dropped::NotOffered(Cause::Withdrawn),
    }
}

/// Whether a try of a job ends because its advertisement is deleted.
pub(crate) fn ends_try(scene: &Scene<'_, '_>, id: JobId) -> bool {
    lines::waits_for_a_server(scene.jobs[id].phase()) && lines::is_void(scene, id)
}

/// The job that has installed the program of a job, and removes it now: the program is
/// on the machine, and none of its advertisements is left.
pub(crate) fn remover(scene: &Scene<'_, '_>, id: JobId) -> Option<JobId> {
    if !scene.software.is_revoked(id) || !is_removable(scene, id) {
        return None;
    }
    let program = scene.advertisement(id).program;
    let mut installer = None;
    for other in scene.siblings(id) {
        if scene.advertisement(other).program != program {
            continue;
        }
        if is_left(scene, other) || is_removing(scene, other) {
            return None;
        }
        if installer.is_none() && is_seen_installed(scene, other) {
            installer = Some(other);
        }
    }
    let installer = installer.or_else(|| has_run_first(scene, id, program).then_some(id));
    installer.filter(|_| supersedence::has_program(scene, id, program))
}

/// Whether a client knows of an advertisement that is not gone.
fn is_left(scene: &Scene<'_, '_>, id: JobId) -> bool {
    let known = scene.record(id).policy.is_some() || scene.jobs[id].phase() == Phase::Asking;
    known && !scene.software.is_revoked(id)
}

/// Whether a client has seen the program of a job succeed, at this time or at an earlier
/// one.
fn is_seen_installed(scene: &Scene<'_, '_>, id: JobId) -> bool {
    let record = scene.record(id);
    let now = record.ending.is_on_the_machine()
        && record.run_start.is_some()
        && record.cause != Cause::RunTimeExceeded
        && matches!(
            record.state,
            ReportState::Succeeded | ReportState::RebootPending
        );
    // A removal that has failed is not tried again.
    let is_tried = record.cause == Cause::RemovalFailed;
    scene.jobs[id].phase() == Phase::Over && !is_tried && (now || record.successes > 0)
}

/// Whether a client has seen the program of a job succeed as one to run first, which is
/// why the job is over.
fn has_run_first(scene: &Scene<'_, '_>, id: JobId, program: ProgramId) -> bool {
    let past = history::of(scene, id, program);
    let is_seen = past.is_some_and(|past| past.is_seen && past.ending.is_on_the_machine());
    is_seen && scene.jobs[id].is_over() && scene.record(id).cause == Cause::HasRunBefore
}

/// What the row of a job tells of the machine until the removal of its program is over:
/// the program is there, even if it has failed since at a later time.
pub(crate) fn until_removed(scene: &Scene<'_, '_>, id: JobId) -> Ending {
    let ending = scene.record(id).ending;
    if ending.has_run() {
        ending
    } else {
        Ending::Installed
    }
}

/// Why a removal is over that has ended with `code`, and the message it raises.
pub(crate) fn removal_end(scene: &Scene<'_, '_>, id: JobId, code: u32) -> (Cause, u16) {
    let verdict = run::verdict(scene, id, code);
    let gone = matches!(verdict, Verdict::Success | Verdict::RestartPending);
    match (gone, removal_of(scene, id).status_mif) {
        (true, false) => (end_of_the_last(scene, id), status::UNINSTALL_SUCCESS),
        (true, true) => (end_of_the_last(scene, id), status::UNINSTALL_SUCCESS_MIF),
        (false, false) => (Cause::RemovalFailed, status::UNINSTALL_FAILED_EXIT_CODE),
        (false, true) => (Cause::RemovalFailed, status::UNINSTALL_FAILED_MIF),
    }
}
