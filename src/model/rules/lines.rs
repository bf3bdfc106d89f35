//! Waiting in line at a server: whether the line moves, whether the try is still of
//! use, and what a job finds when its answer is there.
//!
//! A request that waits fails at the instant at which the server goes down, or the
//! way to it does, and is given up at the instant at which its advertisement expires
//! or is found gone, or its machine moves. When the answer comes, the job passes the
//! checks of any other job that goes on, and the server behind the request is asked for
//! anew: it may have gone down, or have lost the content. A machine that goes off leaves
//! the line and begins again when it is on; one that sleeps takes the answer when it
//! wakes.

use crate::client::Mode;
use crate::model::ids::JobId;
use crate::model::rules::answer::Answer;
use crate::model::rules::{clocks, connection, fallback, location, orphans, withdrawal};
use crate::model::surroundings::accounts::slots;
use crate::model::surroundings::faults;
use crate::model::surroundings::roaming;
use crate::model::surroundings::sessions;
use crate::model::surroundings::site_resources::Listing;
use crate::model::way::job::Phase;
use crate::model::way::scene::Scene;
use crate::units::Instant;
use crate::world::{ServerId, ServerRole};

/// Whether a job in this phase is, between events, only waiting in line.
pub(crate) const fn is_in_line(phase: Phase) -> bool {
    matches!(
        phase,
        Phase::Asking | Phase::Locating | Phase::Connecting | Phase::ReachingShare
    )
}

/// Whether a job in this phase has learned of its advertisement and waits, between
/// events, for a server.
pub(crate) const fn waits_for_a_server(phase: Phase) -> bool {
    matches!(
        phase,
        Phase::Locating | Phase::Connecting | Phase::HeldUp | Phase::ReachingShare
    )
}

/// Whether the server at which a job stands in line still answers: a controller,
/// which is reached over any link, as it is when it is chosen; and the server that
/// passes the logon on in one of its slots.
pub(crate) fn moves(scene: &Scene<'_, '_>, id: JobId) -> bool {
    let contact = match scene.jobs[id].phase() {
        Phase::Asking => scene.contact(id),
        Phase::Locating => location::contact(scene, id),
        _ => {
            let controller = scene.record(id).domain_controller.get();
            let role = ServerRole::DomainController;
            return controller.is_none_or(|server| scene.disorder.is_up(server, role))
                && slot_is_kept(scene, id);
        }
    };
    let role = scene.behaviour(id).contact_role();
    contact.is_none_or(|server| faults::reachable(scene, id, server, role))
}

/// Whether the server in whose slot a logon waits, if it needs one, is within reach.
fn slot_is_kept(scene: &Scene<'_, '_>, id: JobId) -> bool {
    let (purpose, target) = connection::errand(scene, id);
    let actor = connection::account(scene, id, &scene.client(id), purpose);
    let server = actor.and_then(|actor| slots::passing(scene, id, actor, target));
    server.is_none_or(|server| faults::reachable(scene, id, server, slots::role_of(target)))
}

/// Whether a try that waits in line has become of no use, because its
/// advertisement, its client or its place is gone. A program that has started
/// goes on.
pub(crate) fn is_void(scene: &Scene<'_, '_>, id: JobId) -> bool {
    !has_started(scene, id)
        && (scene.now >= clocks::expires(scene, id)
            || scene.software.is_revoked(id) && withdrawal::is_withdrawn(scene, id)
            || orphans::is_used(scene) && !matches!(orphans::asks(scene, id), Answer::Go)
            || roaming::has_moved(scene, id))
}

/// Whether the program of a job that waits in line has started.
pub(crate) fn has_started(scene: &Scene<'_, '_>, id: JobId) -> bool {
    let job = &scene.jobs[id];
    job.phase() == Phase::ReachingShare && job.started
}

/// When a try that waits in line may become of no use: the advertisement expires,
/// or the machine moves. A client that has not learned of an advertisement knows
/// nothing of that, and a program that has started goes on.
pub(crate) fn may_be_void_at(scene: &Scene<'_, '_>, id: JobId) -> Instant {
    if scene.jobs[id].phase() == Phase::Asking || has_started(scene, id) {
        return Instant::NEVER;
    }
    let expires = clocks::expires(scene, id);
    let ahead = if expires > scene.now {
        expires
    } else {
        Instant::NEVER
    };
    ahead.min(roaming::whereabouts(scene, id).until)
}

/// What a job finds whose request is answered, has failed, or is given up.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Found {
    /// Its machine sleeps until then.
    Asleep(Instant),
    /// Its machine is switched off.
    Off,
    /// The answer to its poll.
    Policy,
    /// The try has become of no use.
    Void,
    /// It has looked before its answer is there, at this instant.
    StillInLine(Instant),
    /// The answer to its question for points.
    Points,
    /// The answer to its logon at a share.
    Share,
    /// The answer to its logon at a point.
    Point,
}

/// What a job finds when its time in line is over.
pub(crate) fn finds(scene: &Scene<'_, '_>, id: JobId) -> Found {
    let on = scene.machine_on(id);
    if !on.holds {
        return if scene.profile(id).sleeps {
            Found::Asleep(on.until)
        } else {
            Found::Off
        };
    }
    let phase = scene.jobs[id].phase();
    let answer = scene.rare_state(id).answer_at;
    if phase == Phase::Asking {
        Found::Policy
    } else if is_void(scene, id) {
        Found::Void
    } else if answer.is_some() && scene.now < answer {
        Found::StillInLine(answer)
    } else {
        match phase {
            Phase::Locating => Found::Points,
            Phase::ReachingShare => Found::Share,
            _ => Found::Point,
        }
    }
}

/// What has become of the server behind a logon by the time it is answered.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Behind {
    /// It is there.
    Server,
    /// The point has lost the content, and another has it.
    OtherPoint,
    /// The last point has lost the content.
    NoPoint,
    /// The point is out of reach.
    PointLost(ServerId),
    /// The server of the share is out of reach.
    ShareLost,
    /// The point from which the program runs is out of reach or has lost the content,
    /// or the machine has left it.
    SourceLost,
}

/// What has become of the point at which a job has waited for its logon.
pub(crate) fn behind_point(scene: &Scene<'_, '_>, id: JobId, listing: Listing) -> Behind {
    let Some(point) = scene.jobs[id].point else {
        return Behind::Server;
    };
    if has_lost_content(scene, id, listing, point) {
        match location::has_gone(scene, id, listing) {
            None => Behind::OtherPoint,
            Some(_) => Behind::NoPoint,
        }
    } else if has_lost_point(scene, id, point) {
        Behind::PointLost(point)
    } else {
        Behind::Server
    }
}

/// What has become of the share at which a job has waited for its logon, and of the
/// point from which its program runs.
pub(crate) fn behind_share(scene: &Scene<'_, '_>, id: JobId, listing: Listing) -> Behind {
    let job = &scene.jobs[id];
    let from = job.point.filter(|_| job.mode == Some(Mode::RunFromPoint));
    let loses = |point: ServerId| {
        roaming::has_moved(scene, id)
            || has_lost_point(scene, id, point)
            || has_lost_content(scene, id, listing, point)
    };
    if from.is_some_and(loses) {
        return Behind::SourceLost;
    }
    let server = sessions::share_server(scene, id, usize::from(job.share));
    if faults::reachable(scene, id, server, ServerRole::FileServer) {
        Behind::Server
    } else {
        Behind::ShareLost
    }
}

/// Whether the point that a job uses is out of reach.
fn has_lost_point(scene: &Scene<'_, '_>, id: JobId, point: ServerId) -> bool {
    !faults::reachable(scene, id, point, ServerRole::DistributionPoint)
}

/// Whether the content that a job wants has gone from its point.
fn has_lost_content(scene: &Scene<'_, '_>, id: JobId, listing: Listing, point: ServerId) -> bool {
    scene.disorder.content_epoch(scene.program(id).package) > 0
        && !fallback::still_serves(scene, id, listing, point)
}
