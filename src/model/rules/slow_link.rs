//! Assignments that do not hold over slow links.

use crate::model::ids::JobId;
use crate::model::journal::Entry;
use crate::model::rules::answer::{Answer, Effect, Wait};
use crate::model::way::scene::Scene;
use crate::outcome::{Cause, Ending};
use crate::units::{Instant, Rate, Span};
use crate::world::{Change, ServerId, SiteId};

/// Whether any assignment does not hold over slow links.
pub(crate) fn is_used(scene: &Scene<'_, '_>) -> bool {
    !scene
        .world
        .control
        .repetition
        .not_over_slow_links
        .is_empty()
}

/// Whether the assignment of a job does not hold because the link is slow; if so
/// it looks again when the link has changed.
pub(crate) fn asks(scene: &Scene<'_, '_>, id: JobId) -> Answer {
    let advertisement = scene.jobs[id].advertisement;
    let waived = &scene.world.control.repetition.not_over_slow_links;
    if !waived.contains(&advertisement)
        || !scene.behaviour(id).facts().knows_slow_links
        || scene.jobs[id].holds_machine
    {
        return Answer::Go;
    }
    let Some((until, rate)) = rate_of_link(scene, id) else {
        return Answer::Do(Effect::MeasureLink);
    };
    if rate >= scene.world.rules.slow_link {
        return Answer::Go;
    }
    let looks = if until.is_some() {
        let interval = scene.profile(id).poll_interval.0.max(1);
        let looks = until.since(scene.now).0.div_ceil(interval).max(1);
        scene.now + Span(looks * interval)
    } else {
        until
    };
    Answer::Wait(Wait {
        entry: Some(Entry::SlowLink(rate)),
        ..Wait::for_time(looks, Ending::NotTaken, Cause::SlowLink)
    })
}

/// Between which site and server a job's link is.
pub(crate) fn ends_of_link(scene: &Scene<'_, '_>, id: JobId) -> Option<(SiteId, ServerId)> {
    Some((scene.site(id), scene.contact(id)?))
}

/// What the links between a job's machine and its client access point give
/// now, whatever else is on them, and until when; `None` if that is not known.
fn rate_of_link(scene: &Scene<'_, '_>, id: JobId) -> Option<(Instant, Rate)> {
    let own = scene.own(id, &scene.world.fleet.overrides.access);
    let access = own.map_or(scene.profile(id).access, Rate);
    let Some(ends) = ends_of_link(scene, id) else {
        return Some((Instant::NEVER, access));
    };
    let (until, rate) = scene.link_rates.known(ends, scene.now)?;
    Some((until, rate.min(access)))
}

/// What the links between a site and a server give now, and until when.
pub(crate) fn measure(
    scene: &Scene<'_, '_>,
    (site, server): (SiteId, ServerId),
) -> (Instant, Rate) {
    let mut path = Vec::new();
    scene.world.route(server, site, &mut path);
    let mut until = Instant::NEVER;
    let mut rates: Vec<Rate> = (path.iter())
        .map(|link| scene.world.links[link.index()].rate)
        .collect();
    for timed in &scene.world.changes {
        let Change::Link(link, rate) = &timed.change else {
            continue;
        };
        for (on_path, present) in path.iter().zip(&mut rates) {
            if on_path != link {
                continue;
            }
            if timed.at() <= scene.now {
                *present = *rate;
            } else {
                until = until.min(timed.at());
            }
        }
    }
    let slowest = rates.into_iter().min();
    (until, slowest.unwrap_or(Rate::UNLIMITED))
}
