//! What jobs share and turn to: distribution points, links, controllers and
//! stations, each worked out once for a site.

use crate::access::nearest_controllers;
use crate::client::behaviour;
use crate::client::points::Points;
use crate::client::roaming::may_turn_to;
use crate::model::ids::JobId;
use crate::model::surroundings::roaming;
use crate::model::surroundings::searches;
use crate::model::way::scene::Located;
use crate::model::way::scene::Scene;
use crate::outcome::Cause;
use crate::units::Instant;
use crate::world::{DomainId, PackageId, ServerId, ServerRole};

/// The points that may serve `package` to a job, and a copy of none of
/// them: the list is worked out once per site and client kind.
pub(crate) fn points<'a>(
    scene: &'a mut Scene<'_, '_>,
    id: JobId,
    package: PackageId,
) -> Result<&'a Points, Cause> {
    let (plan, world, now) = (scene.plan, scene.world, scene.now);
    let profile = scene.jobs[id].profile;
    let on_its_way = scene.on_its_way.holders(package);
    let none = || {
        let holders = on_its_way.unwrap_or_else(|| plan.holders(world, package, now));
        let kind = world.fleet.profiles[profile.index()].client;
        behaviour(kind).without_points(holders)
    };
    if !scene.searches.any() {
        return all_points(scene, id, package).ok_or_else(none);
    }
    let looked = searches::looked(scene, id);
    let points = all_points(scene, id, package).ok_or_else(none)?;
    match points.open(looked) {
        0 if looked.neighbours => Err(Cause::FallbackPending),
        0 => Err(Cause::OnlyRemotePoint),
        _ => Ok(points),
    }
}

/// The same with those that the job may use when it has looked for longer.
#[inline]
pub(crate) fn all_points<'a>(
    scene: &'a mut Scene<'_, '_>,
    id: JobId,
    package: PackageId,
) -> Option<&'a Points> {
    if let Some(sought) = roaming::points_away(scene, id, package) {
        return scene.away.points(sought);
    }
    let at = located(scene, id, package);
    let slot = scene.jobs[id].slot as usize;
    scene.places[slot].points[at].points.as_ref()
}

/// When next after now content of `package` comes to a point that a job may
/// turn to, or leaves it.
pub(crate) fn next_content_change(
    scene: &mut Scene<'_, '_>,
    id: JobId,
    package: PackageId,
) -> Instant {
    let Some(shelf) = scene.agenda.content.get(&package) else {
        return Instant::NEVER;
    };
    let (site, home) = (roaming::place_of(scene, id), scene.site(id));
    if scene.on_its_way.has(package) {
        let kind = scene.profile(id).client;
        let may = |point| may_turn_to(scene.world, kind, site, home, point);
        let fault = shelf.next_change(scene.now, |_| true);
        let arrival = scene.on_its_way.next_arrival(package, scene.now, may);
        return arrival.map_or(fault, |arrival| arrival.min(fault));
    }
    if site != home {
        let kind = scene.profile(id).client;
        let may = |point| may_turn_to(scene.world, kind, site, home, point);
        return shelf.next_change(scene.now, may);
    }
    let at = located(scene, id, package);
    let place = &mut scene.places[scene.jobs[id].slot as usize];
    let (site, located) = (place.site, &mut place.points[at]);
    if located.next_change <= scene.now {
        let behaviour = behaviour(located.kind);
        let may = |point| behaviour.may_turn_to(scene.world, site, point);
        located.next_change = shelf.next_change(scene.now, may);
    }
    located.next_change
}

/// The position of a job's site's list of points for `package`, as it is
/// now.
pub(crate) fn located(scene: &mut Scene<'_, '_>, id: JobId, package: PackageId) -> usize {
    let kind = scene.profile(id).client;
    let place = &mut scene.places[scene.jobs[id].slot as usize];
    let key = |located: &Located| (located.package, located.kind as u8);
    let known = place
        .points
        .binary_search_by_key(&(package, kind as u8), key);
    let epoch = scene.disorder.content_epoch(package);
    if let Ok(at) = known
        && place.points[at].epoch == epoch
    {
        return at;
    }
    let holders = scene.disorder.holders(scene.world, package);
    let points = behaviour(kind).points(scene.world, place.site, holders);
    match known {
        Ok(at) => {
            (place.points[at].points, place.points[at].epoch) = (points, epoch);
            at
        }
        Err(at) => {
            let located = Located {
                kind,
                package,
                points,
                epoch,
                next_change: Instant::START,
            };
            place.points.insert(at, located);
            at
        }
    }
}

/// The controller that validates a logon of `domain` for a job: by its own
/// draw among the nearest.
pub(crate) fn controller(
    scene: &mut Scene<'_, '_>,
    id: JobId,
    domain: DomainId,
) -> Option<ServerId> {
    controller_near(
        scene,
        scene.jobs[id].key,
        roaming::slot_of(scene, id),
        domain,
    )
}

/// The controller that validates a logon of `domain` for the machine with
/// that key, at the group's site number `slot`.
pub(crate) fn controller_near(
    scene: &mut Scene<'_, '_>,
    key: u64,
    slot: u32,
    domain: DomainId,
) -> Option<ServerId> {
    let place = &mut scene.places[slot as usize];
    let known = place.controllers.iter().position(|(d, _)| *d == domain);
    let at = known.unwrap_or_else(|| {
        place
            .controllers
            .push((domain, nearest_controllers(scene.world, domain, place.site)));
        place.controllers.len() - 1
    });
    let near = &place.controllers[at].1;
    if scene.disorder.all_up() {
        return (!near.is_empty()).then(|| near[(key % near.len() as u64) as usize]);
    }
    // Failover: to another near one, else to any of the domain.
    let pick = |servers: &[ServerId]| {
        let up: Vec<_> = servers
            .iter()
            .copied()
            .filter(|s| scene.disorder.is_up(*s, ServerRole::DomainController))
            .collect();
        (!up.is_empty()).then(|| up[(key % up.len() as u64) as usize])
    };
    pick(near).or_else(|| pick(&scene.world.directory.domains[domain.index()].controllers))
}
