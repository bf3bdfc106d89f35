//! Locating content: whether any is needed, who is asked for it, how it is used, and
//! how a client waits that finds none.

use crate::client::Mode;
use crate::client::lists::Lists;
use crate::client::points::Points;
use crate::client::roaming::points_away;
use crate::model::ids::JobId;
use crate::model::rules::{clocks, equal_tries, fallback, retry, turning_points};
use crate::model::surroundings::faults;
use crate::model::surroundings::roaming;
use crate::model::surroundings::searches;
use crate::model::surroundings::site_resources::{self, Listing};
use crate::model::way::job::NONE;
use crate::model::way::scene::Scene;
use crate::outcome::{Cause, Ending, Step};
use crate::units::{Instant, Span};
use crate::world::{Arrival, ServerId};

/// Whether the program of a job needs content.
#[inline]
pub(crate) fn needs_content(scene: &Scene<'_, '_>, id: JobId) -> bool {
    scene.world.needs_content(scene.program(id))
}

/// What a client finds that locates the content of a job.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Location {
    /// Points from which the content is used in this way.
    Found(Mode),
    /// No point that may be used.
    Nowhere(Cause),
}

/// Where the content of a job is, and how it is used from there.
#[inline]
pub(crate) fn locates(scene: &Scene<'_, '_>, id: JobId, listing: Listing) -> Location {
    let points = match site_resources::points(scene, id, listing) {
        Ok(points) => points,
        Err(cause) => return Location::Nowhere(cause),
    };
    let remote = points.is_remote(searches::looked(scene, id));
    let mode = scene.behaviour(id).mode(scene.advertisement(id), remote);
    mode.map_or(Location::Nowhere(Cause::OnlyRemotePoint), Location::Found)
}

/// Why no point has the content of a job that was located before, if none has.
#[inline]
pub(crate) fn has_gone(scene: &Scene<'_, '_>, id: JobId, listing: Listing) -> Option<Cause> {
    site_resources::points(scene, id, listing).err()
}

/// Whether a job has waited for its content to be located, and now asks again.
pub(crate) fn asks_again(scene: &Scene<'_, '_>, id: JobId) -> bool {
    let record = scene.record(id);
    record.ending == Ending::Waiting && record.step == Step::Location
}

/// How a client asks on that has found no point for its content.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AsksOn {
    /// How often it asks in vain, with the present question if that is one.
    pub(crate) questions: u64,
    /// When it asks first, and last.
    pub(crate) first: Instant,
    pub(crate) last: Instant,
    /// When it looks whether content has come; `None` if nothing will change.
    pub(crate) next: Option<Instant>,
    /// Until when all of it is in vain, apart from what others on its machine do.
    pub(crate) alike_until: Instant,
}

/// How a client asks on for its content, which comes or goes at `content`. That it
/// asks `again` now counts as well as what it asks until something changes.
pub(crate) fn asks_on(
    scene: &Scene<'_, '_>,
    id: JobId,
    again: bool,
    content: Instant,
    listing: Listing,
) -> AsksOn {
    let now = scene.now;
    let interval = scene.behaviour(id).location_retry(&scene.world.rules);
    let interval = Span(interval.0.max(1));
    let rung = fallback::next_rung(scene, id, listing);
    let change = content
        .min(turning_points::of_its_own(scene, id))
        // After it has expired, the next question is the one that finds out.
        .min(clocks::expires(scene, id).max(now + Span(1)))
        .min(scene.machine_on(id).until)
        .min(rung);
    // Each question comes after the gates ahead of it, which may have an answer by then.
    let met = if asks_what_others_do(scene, id) {
        change.min(retry::held_back_at(scene, id))
    } else {
        change
    };
    let asked = equal_tries::steady(scene, interval, equal_tries::end(scene, met));
    let after = |times: u64| Instant(now.0 + times * interval.0);
    AsksOn {
        questions: asked + u64::from(again),
        first: if again { now } else { after(1) },
        last: after(asked),
        next: met.is_some().then(|| after(asked + 1).min(rung)),
        alike_until: change,
    }
}

/// Whether a gate ahead of the content asks what other advertisements of its machine have
/// come to: whether the program has run, is superseded, or has nothing to run first.
pub(crate) fn asks_what_others_do(scene: &Scene<'_, '_>, id: JobId) -> bool {
    let job = &scene.jobs[id];
    let rerun = &scene.world.control.repetition.rerun;
    job.host != NONE
        && (rerun.contains_key(&job.advertisement)
            || scene.software.any()
            || scene.program_id(id) != scene.advertisement(id).program)
}

/// When the content of a job comes next to a point that may serve it, and to which,
/// as far as that is known.
pub(crate) fn next_arrival(scene: &Scene<'_, '_>, id: JobId) -> Option<(Instant, ServerId)> {
    let (world, package, now) = (scene.world, scene.program(id).package, scene.now);
    let (behaviour, advertisement) = (scene.behaviour(id), scene.advertisement(id));
    let (place, home) = (roaming::place_of(scene, id), scene.site(id));
    let kind = scene.profile(id).client;
    let serves = |point: ServerId| {
        let points = points_away(world, kind, place, home, &[point], &mut Lists::new());
        let remote = |points: &Points| points.remote || points.begins_remote();
        points.is_some_and(|points| behaviour.mode(advertisement, remote(&points)).is_some())
    };
    if scene.on_its_way.has(package) {
        return scene.on_its_way.known_arrival(package, now, serves);
    }
    let coming = Arrival::of(package, &world.deliveries).iter();
    coming
        .filter(|arrival| arrival.at > now)
        .filter(|arrival| serves(arrival.point))
        .map(|arrival| (arrival.at, arrival.point))
        .min()
}

/// The server that a job asks where content is: a client that is away asks there, or
/// at its own site where there is no such server.
#[inline]
pub(crate) fn contact(scene: &Scene<'_, '_>, id: JobId) -> Option<ServerId> {
    let (behaviour, sites) = (scene.behaviour(id), &scene.world.sites);
    let home = scene.contact(id);
    if !behaviour.facts().roams {
        return home;
    }
    let here = behaviour.contact(&sites[roaming::place_of(scene, id).index()]);
    here.or(home)
}

/// What a client asks at the moment at which it wants its content.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Question {
    /// Nothing: it knows its points.
    Nothing,
    /// This server.
    To(ServerId),
    /// This server, which cannot be reached.
    InVain(ServerId),
}

/// What a client asks before it turns to its points.
#[inline]
pub(crate) fn asks(scene: &Scene<'_, '_>, id: JobId) -> Question {
    let behaviour = scene.behaviour(id);
    match contact(scene, id).filter(|_| behaviour.facts().asks_for_points) {
        None => Question::Nothing,
        Some(contact) if faults::reachable(scene, id, contact, behaviour.contact_role()) => {
            Question::To(contact)
        }
        Some(contact) => Question::InVain(contact),
    }
}

/// Whether a client turns to its points though the management point does not answer:
/// if it has found the content before. Otherwise it has to ask again later.
pub(crate) fn knows_points(scene: &Scene<'_, '_>, id: JobId) -> bool {
    scene.jobs[id].content_tries > 0 || scene.searches.has_found_points(id)
}

/// How a wait for the management point has ended.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Reply {
    /// It has answered.
    Points,
    /// It is out of reach by now.
    Lost(ServerId),
    /// The client has given up.
    TimedOut,
}

/// How the wait of a job for the management point has ended.
pub(crate) fn reply(scene: &Scene<'_, '_>, id: JobId) -> Reply {
    if scene.jobs[id].answered {
        return Reply::Points;
    }
    let role = scene.behaviour(id).contact_role();
    let lost = contact(scene, id).filter(|contact| !faults::reachable(scene, id, *contact, role));
    lost.map_or(Reply::TimedOut, Reply::Lost)
}
