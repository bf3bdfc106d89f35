//! Status messages: which are said, how each leaves its machine, which are lost, and
//! what the site server knows by them.

use crate::model::ids::JobId;
use crate::model::rules::{equal_tries, orphans};
use crate::model::surroundings::faults;
use crate::model::surroundings::reports::{Line, Waiting};
use crate::model::surroundings::roaming;
use crate::model::way::scene::Scene;
use crate::outcome::ReportState;
use crate::product::status;
use crate::units::{Instant, Span};
use crate::world::{Reporting, ServerId};

/// Whether what becomes of a message that a job raises is followed: one that says the
/// same as the one before is counted, and lost or heard like that one.
pub(crate) fn is_sent(scene: &Scene<'_, '_>, id: JobId, message: u16) -> bool {
    !scene.reports.repeats_itself(id, message)
}

/// Whether the last word of a job that is over since `at` has been said then; if not,
/// the same is said once more.
pub(crate) fn last_word_is_said(scene: &Scene<'_, '_>, id: JobId, at: Instant) -> bool {
    scene.reports.said_at(id) == at
}

fn is_within_reach(scene: &Scene<'_, '_>, id: JobId, contact: ServerId) -> bool {
    faults::reachable(scene, id, contact, scene.behaviour(id).contact_role())
}

/// The server that takes the messages of tries that end alike, if one does: they are
/// lost or heard like the one before.
pub(crate) fn takes_alike(scene: &Scene<'_, '_>, id: JobId) -> Option<ServerId> {
    if !scene.reports.are_followed() {
        return None;
    }
    scene
        .contact(id)
        .filter(|contact| is_within_reach(scene, id, *contact))
}

/// Whether it matters how often a job says something, and when: its messages may be lost,
/// stand in line, or wait at the machine.
pub(crate) fn is_each_followed(scene: &Scene<'_, '_>, id: JobId) -> bool {
    let (Some(reporting), Some(contact)) = (scene.world.reporting, scene.contact(id)) else {
        return false;
    };
    reporting.processing > Span::ZERO
        || reporting.lost > 0.0
        || scene.world.servers[contact.index()].station.is_some()
        || !is_within_reach(scene, id, contact)
}

/// When the client goes that keeps the messages of a job, should nothing change before:
/// what it has not sent by then is never sent (KB Q227033: the client uninstalls itself).
fn client_goes_at(scene: &Scene<'_, '_>, id: JobId) -> Instant {
    if orphans::is_used(scene) {
        orphans::uninstalls_at(scene, id)
    } else {
        Instant::NEVER
    }
}

/// How a message leaves its machine now.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Departure {
    /// There is no server between: the site server hears it at once.
    Heard,
    /// By this server, which passes it on at once.
    By(ServerId),
    /// It never does, for the client that would send it is gone.
    NoClient,
    /// It does not, for the machine is off until then.
    Off(Instant),
    /// It does not, for the server cannot be reached.
    InVain(ServerId),
    /// As a request to this server.
    Request(ServerId),
}

/// How a message of a job leaves its machine now.
pub(crate) fn departs(scene: &Scene<'_, '_>, id: JobId) -> Departure {
    let Some(contact) = scene.contact(id) else {
        return Departure::Heard;
    };
    if scene.world.reporting.is_none() {
        return Departure::By(contact);
    }
    let on = scene.machine_on(id);
    if client_goes_at(scene, id) <= scene.now {
        Departure::NoClient
    } else if !on.holds {
        Departure::Off(on.until)
    } else if is_within_reach(scene, id, contact) {
        Departure::Request(contact)
    } else {
        Departure::InVain(contact)
    }
}

/// How it stands with a message in line.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Standing {
    /// It stays there, and may leave at this instant.
    Stays(Instant),
    /// It is its turn.
    Served,
    /// Its client has given up.
    GivenUp,
    /// The server, or the way to it, is down: the request fails.
    Failed,
    /// Its client has gone meanwhile.
    NoClient,
    /// Its machine is off until then, and has left the line.
    Off(Instant),
}

/// How it stands with a message of a job in line: as with any other request.
pub(crate) fn stands(scene: &Scene<'_, '_>, id: JobId, line: Line) -> Standing {
    let on = scene.machine_on(id);
    let is_held = scene.profile(id).sleeps;
    let goes = client_goes_at(scene, id);
    if goes <= scene.now {
        return Standing::NoClient;
    }
    if !is_within_reach(scene, id, line.contact) {
        return Standing::Failed;
    }
    if !on.holds && !is_held {
        return Standing::Off(on.until);
    }
    if scene.now >= line.until {
        return if line.is_served {
            Standing::Served
        } else {
            Standing::GivenUp
        };
    }
    let moves = roaming::whereabouts(scene, id).until;
    let change = scene.agenda.next_access_change(scene.now).min(moves);
    let off = if is_held { Instant::NEVER } else { on.until };
    Standing::Stays(line.until.min(change).min(off).min(goes))
}

/// What follows tries to send a message in vain.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Then {
    /// It is sent again then, when something may have changed.
    Again(Instant),
    /// It is sent again up to the horizon, next at this instant, and nothing changes.
    InVain(Instant),
    /// The client goes before that.
    NoClient,
}

/// Tries to send a message that cannot end otherwise, because nothing changes before
/// them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InVain {
    /// How many there are, with the present one.
    pub(crate) tries: u64,
    /// When the last of them is.
    pub(crate) last: Instant,
    /// What follows.
    pub(crate) then: Then,
}

/// How often a message is sent in vain to a server that cannot be reached.
pub(crate) fn in_vain(scene: &Scene<'_, '_>, id: JobId, retry: Span) -> InVain {
    // A machine that moves may find a way from there.
    let moves = roaming::whereabouts(scene, id).until;
    let change = scene.agenda.next_access_change(scene.now);
    let goes = client_goes_at(scene, id);
    let change = change.min(scene.machine_on(id).until).min(moves);
    let interval = Span(retry.0.max(1));
    let end = equal_tries::end(scene, change.min(goes));
    let alike = equal_tries::steady(scene, interval, end);
    let last = Instant(scene.now.0 + alike * interval.0);
    let again = last + retry;
    let then = if goes <= again && goes <= change {
        Then::NoClient
    } else if change.is_some() {
        Then::Again(again)
    } else {
        Then::InVain(again)
    };
    InVain {
        tries: 1 + alike,
        last,
        then,
    }
}

/// Whether a message is lost on its way behind the server.
pub(crate) fn is_lost(scene: &Scene<'_, '_>, waiting: Waiting, reporting: &Reporting) -> bool {
    let job = &scene.jobs[waiting.job];
    let draws = scene
        .draws
        .report(job.key, job.advertisement, waiting.number);
    draws.uniform(0) < reporting.lost
}

/// The state that the site server shows for a job once it has heard a message.
pub(crate) fn state_heard(scene: &Scene<'_, '_>, waiting: Waiting) -> ReportState {
    let said = status::message(waiting.message).and_then(|message| message.state);
    let said = said.and_then(|state| ReportState::ALL.get(usize::from(state)));
    said.copied()
        .unwrap_or_else(|| scene.record(waiting.job).state)
}

/// The state that the site server shows for a job of which it has heard that it is
/// over, if that is another: the message of a full cache is the same for the last try.
pub(crate) fn state_at_the_end(scene: &Scene<'_, '_>, id: JobId) -> Option<ReportState> {
    let failed = scene.record(id).state == ReportState::Failed;
    (failed && scene.world.reporting.is_some()).then_some(ReportState::Failed)
}

/// When a job that is over had its last word, heard or not.
pub(crate) fn last_word(scene: &Scene<'_, '_>, id: JobId) -> Instant {
    if scene.reports.are_followed() {
        scene.reports.said_at(id)
    } else {
        scene.record(id).report
    }
}
