//! The conditions under which a program runs: a user, the machine, a countdown.

use crate::access::{Runner, runner_on};
use crate::model::ids::JobId;
use crate::model::journal::Entry;
use crate::model::rules::answer::{Answer, Effect, Over, Wait};
use crate::model::rules::chain;
use crate::model::way::scene::Scene;
use crate::outcome::{Cause, Ending, ReportState, Step};
use crate::product::status;
use crate::units::{Instant, Span};
use crate::world::UserCondition;

/// A user must be there, or must not.
pub(crate) fn user(scene: &Scene<'_, '_>, id: JobId) -> Answer {
    if scene.jobs[id].holds_machine {
        return Answer::Go;
    }
    let wanted = scene.program(id).user_condition;
    match wanted {
        UserCondition::LoggedOn | UserCondition::Either if runs_as_user(scene, id) => {
            let user = scene.user_at(id, scene.now);
            if user.holds {
                Answer::Go
            } else {
                without_user(scene, id, user.until)
            }
        }
        UserCondition::LoggedOff => {
            let user = scene.user_at(id, scene.now);
            if user.holds {
                Answer::Wait(Wait::for_condition(user.until, Cause::UserPresent))
            } else {
                Answer::Go
            }
        }
        _ => Answer::Go,
    }
}

/// Whether the program runs as the logged-on user, or not at all without one.
fn runs_as_user(scene: &Scene<'_, '_>, id: JobId) -> bool {
    let program = scene.program(id);
    program.user_condition == UserCondition::LoggedOn
        || runner_on(scene.profile(id), program) == Runner::LoggedOnUser
}

/// No user is logged on until `until`, and the program wants a user: the job
/// waits, or has failed.
fn without_user(scene: &Scene<'_, '_>, id: JobId, until: Instant) -> Answer {
    let advertised = &scene.world.programs[scene.advertisement(id).program.index()];
    if chain::is_run_first(scene, id)
        && advertised.user_condition != UserCondition::LoggedOn
        && scene.behaviour(id).facts().absent_user_fails_dependent
    {
        return Answer::Over(Over {
            state: Some(ReportState::Failed),
            message: Some(status::PREPARATION_FAILED),
            entry: Some(Entry::Waits(Cause::NoUser)),
            ..Over::new(Ending::Failed, Step::Condition, Cause::NoUser)
        });
    }
    Answer::Wait(Wait::for_condition(until, Cause::NoUser))
}

/// A program for every user runs for each of them once.
pub(crate) fn for_every_user(scene: &Scene<'_, '_>, id: JobId) -> Answer {
    if scene.jobs[id].holds_machine {
        return Answer::Go;
    }
    Answer::Do(Effect::MeetUser)
}

/// One program at a time runs on a machine, in order of arrival.
pub(crate) fn one_at_a_time(scene: &Scene<'_, '_>, id: JobId) -> Answer {
    let job = &scene.jobs[id];
    let host = scene.hosts.get(job.host as usize);
    if !job.holds_machine && host.is_some_and(|host| host.running.is_some()) {
        return Answer::Do(Effect::StandInLine);
    }
    Answer::Go
}

/// Whether a job is counting down.
pub(crate) fn is_counting_down(scene: &Scene<'_, '_>, id: JobId) -> bool {
    scene.record(id).cause == Cause::CountingDown
}

/// When a job that counts down looks again: when the time is up, or when its machine is
/// switched off before. A machine that sleeps goes on where it was.
pub(crate) fn countdown_looks_at(scene: &Scene<'_, '_>, id: JobId, countdown: Span) -> Instant {
    let ends = scene.now + countdown;
    if scene.profile(id).sleeps {
        ends
    } else {
        ends.min(scene.machine_on(id).until)
    }
}

/// The countdown before an assigned program is shown once to the user who is logged
/// on. One that is cut short, because the machine goes off or the user who is wanted
/// leaves, begins anew.
pub(crate) fn countdown(scene: &Scene<'_, '_>, id: JobId) -> Answer {
    if scene.jobs[id].holds_machine {
        return Answer::Go;
    }
    match countdown_ahead(scene, id) {
        Span::ZERO => Answer::Go,
        countdown => Answer::Do(Effect::CountDown(countdown)),
    }
}

/// The countdown that is still to be shown before the program of a job, if a
/// user is logged on.
pub(crate) fn countdown_ahead(scene: &Scene<'_, '_>, id: JobId) -> Span {
    let countdown = scene.world.rules.countdown;
    let shown = countdown > Span::ZERO
        && scene.advertisement(id).assignment.is_some()
        && !scene.jobs[id].counted_down
        && scene.user_at(id, scene.now).holds;
    if shown { countdown } else { Span::ZERO }
}

/// Nothing stands in the way any more.
pub(crate) fn take_machine(scene: &Scene<'_, '_>, id: JobId) -> Answer {
    if scene.jobs[id].holds_machine {
        Answer::Go
    } else {
        Answer::Do(Effect::TakeMachine)
    }
}
