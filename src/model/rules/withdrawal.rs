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
use crate::model::rules::clocks;
use crate::model::rules::membership;
use crate::model::surroundings::accounts::contact_logons;
use crate::model::way::scene::Scene;
use crate::outcome::Cause;
use crate::units::Instant;
use crate::world::{Program, World};

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

pub(crate) fn deleted_at(scene: &Scene<'_, '_>, id: JobId) -> Instant {
    let advertisement = scene.jobs[id].advertisement;
    let withdrawn = &scene.world.control.succession.withdrawn;
    let at = withdrawn.get(&advertisement).copied();
    at.unwrap_or(Instant::NEVER)
}

/// Whether the program of a job has the box, and a client that knows of it.
pub(crate) fn is_removable(scene: &Scene<'_, '_>, id: JobId) -> bool {
    let program = scene.advertisement(id).program;
    scene.behaviour(id).uninstalls_withdrawn_programs()
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
pub(crate) fn end_of_the_last(scene: &Scene<'_, '_>, id: JobId) -> Cause {
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
