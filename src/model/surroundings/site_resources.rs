//! What jobs share and turn to: distribution points, links, controllers and
//! stations, each worked out once for a site.

use crate::access::nearest_controllers;
use crate::client::behaviour;
use crate::client::lists::Sight;
use crate::client::points::Points;
use crate::client::roaming::may_turn_to;
use crate::model::ids::JobId;
use crate::model::surroundings::roaming::{self, Sought};
use crate::model::surroundings::searches;
use crate::model::way::scene::Located;
use crate::model::way::scene::Scene;
use crate::outcome::Cause;
use crate::units::Instant;
use crate::world::{DomainId, PackageId, ServerId, ServerRole};

/// Where the list of points is that a job is told of for its package. A list is worked
/// out once for a site and a kind of client. A listing holds within one event: after
/// that, content may have moved, or the machine.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Listing {
    /// Among those of its own site.
    AtHome { slot: u32, at: u32 },
    /// Among those of machines that are away.
    Away(Sought),
}

/// Looks up which points have the package of a job, working the list out if that is
/// not known.
#[inline]
pub(crate) fn list(scene: &mut Scene<'_, '_>, id: JobId) -> Listing {
    let package = scene.program(id).package;
    if let Some(sought) = roaming::points_away(scene, id, package) {
        return Listing::Away(sought);
    }
    let at = located(scene, id, package) as u32;
    let slot = scene.jobs[id].slot;
    Listing::AtHome { slot, at }
}

/// The points that may serve its package to a job now, or why there are none.
#[inline]
pub(crate) fn points<'a>(
    scene: &'a Scene<'_, '_>,
    id: JobId,
    listing: Listing,
) -> Result<&'a Points, Cause> {
    let points = all_points(scene, listing).ok_or_else(|| without_points(scene, id))?;
    if !scene.searches.any() {
        return Ok(points);
    }
    open_points(scene, id, points)
}

/// The points of a job that may use more of them the longer it has looked.
#[inline(never)]
fn open_points<'a>(
    scene: &'a Scene<'_, '_>,
    id: JobId,
    points: &'a Points,
) -> Result<&'a Points, Cause> {
    let looked = searches::looked(scene, id);
    match points.open(looked) {
        0 if looked.neighbours => Err(Cause::FallbackPending),
        0 => Err(Cause::OnlyRemotePoint),
        _ => Ok(points),
    }
}

/// Why no point may serve its package to a job.
#[inline(never)]
fn without_points(scene: &Scene<'_, '_>, id: JobId) -> Cause {
    let package = scene.program(id).package;
    let on_its_way = scene.on_its_way.holders(package);
    let holders = on_its_way.unwrap_or_else(|| scene.plan.holders(scene.world, package, scene.now));
    scene.behaviour(id).without_points(holders)
}

/// All points of a list, with those that a job may use only when it has looked for
/// longer.
#[inline]
pub(crate) fn all_points<'a>(scene: &'a Scene<'_, '_>, listing: Listing) -> Option<&'a Points> {
    match listing {
        Listing::AtHome { slot, at } => {
            let located = &scene.places[slot as usize].points[at as usize];
            debug_assert_eq!(
                located.epoch,
                scene.disorder.content_epoch(located.package),
                "a list of points is used after content has moved"
            );
            located.points.as_ref()
        }
        Listing::Away(sought) => scene.away.points(sought),
    }
}

/// What the points of a job's package are looked up in.
#[inline]
pub(crate) fn sight<'a>(scene: &'a Scene<'_, '_>, id: JobId) -> Sight<'a> {
    Sight {
        world: scene.world,
        lists: scene.catalogue.known(scene.program(id).package),
    }
}

/// When next after now the package of a job comes to a point that the job may turn
/// to, or leaves it.
pub(crate) fn next_content_change(scene: &mut Scene<'_, '_>, id: JobId) -> Instant {
    let package = scene.program(id).package;
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
#[inline]
fn located(scene: &mut Scene<'_, '_>, id: JobId, package: PackageId) -> usize {
    let kind = scene.profile(id).client;
    let place = &scene.places[scene.jobs[id].slot as usize];
    let epoch = scene.disorder.content_epoch(package);
    // Most sites know one package, for clients of one kind or of both.
    let mut first = place.points.iter().take(2);
    let known = first.position(|located| (located.package, located.kind) == (package, kind));
    match known {
        Some(at) if place.points[at].epoch == epoch => at,
        _ => located_among(scene, id, (package, epoch)),
    }
}

/// The position of a list at a site that knows several, or not this one.
#[inline(never)]
fn located_among(
    scene: &mut Scene<'_, '_>,
    id: JobId,
    (package, epoch): (PackageId, u32),
) -> usize {
    let kind = scene.profile(id).client;
    let place = &scene.places[scene.jobs[id].slot as usize];
    let key = |located: &Located| (located.package, located.kind as u8);
    let known = place
        .points
        .binary_search_by_key(&(package, kind as u8), key);
    match known {
        Ok(at) if place.points[at].epoch == epoch => at,
        known => locate(scene, id, (package, epoch), known),
    }
}

/// The position of a list that is new at its site or no longer right, and is made now.
#[cold]
fn locate(
    scene: &mut Scene<'_, '_>,
    id: JobId,
    (package, epoch): (PackageId, u32),
    known: Result<usize, usize>,
) -> usize {
    let kind = scene.profile(id).client;
    let place = &mut scene.places[scene.jobs[id].slot as usize];
    let holders = scene.disorder.holders(scene.world, package);
    let lists = scene.catalogue.of(scene.world, package);
    let points = behaviour(kind).points(scene.world, place.site, holders, lists);
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

#[cfg(test)]
mod tests {
    use crate::client::behaviour;
    use crate::client::lists::{Catalogue, Lists, Sight};
    use crate::client::points::Points;
    use crate::scenario::load_str;
    use crate::world::{ClientKind, PackageId, ServerId, SiteId, World};
    use std::collections::BTreeMap;

    /// Forty branches behind one management point, in three Active Directory sites; each
    /// falls back to all others, if it says so.
    fn world(rules: &str, of_branch: &str) -> World {
        let text = format!(
            r#"[site.hq]
[site."a{{1..15}}"]
parent = "hq"
slow_boundary = false
ad_site = "a"
{of_branch}
[site."b{{1..24}}"]
parent = "hq"
slow_boundary = false
ad_site = "b"
{of_branch}
[site.c]
parent = "hq"
slow_boundary = false
{of_branch}
[server.SMS]
site = "hq"
roles = ["management point", "client access point"]
[server."{{site}}-DP"]
sites = ["b*", "c"]
roles = ["distribution point"]
[server."{{site}}-BITS"]
sites = ["a*", "b1*"]
bits = true
roles = ["distribution point"]
[fleet.pcs]
per_site = 1
[rules]
{rules}
[package.p]
size = "1 MB"
[program.p]
rights = "administrative"
runs = "whether or not a user is logged on"
[advertisement.p]
"#
        );
        let loaded = load_str(&text, &[]);
        loaded
            .unwrap_or_else(|p| panic!("{}", p.render(false)))
            .world
    }

    fn written_out(points: &Points, world: &World, lists: &Lists) -> Vec<Vec<ServerId>> {
        let sight = Sight { world, lists };
        let tiers = points.tiers.iter();
        let tiers = tiers.map(|tier| {
            let points: Vec<_> = tier.iter(sight).collect();
            assert_eq!(points.len(), tier.len(), "{tier:?}");
            points
        });
        tiers.collect()
    }

    /// What a client at `site` would find if each list were its own.
    fn expected(world: &World, site: SiteId, holders: &[ServerId]) -> Vec<Vec<ServerId>> {
        use crate::product::PointOrder::{AdSiteFirst, Nearest, Random};
        let place = |point: &ServerId| world.servers[point.index()].site;
        let number = |site: SiteId| world.sites[site.index()].ad_site;
        let falls_back = !world.sites[site.index()].fallback.is_empty();
        let rank = |point: &ServerId| {
            let is_own = place(point) == site;
            let is_near = number(place(point)) == number(site);
            let far = match world.rules.point_order {
                _ if falls_back => u8::from(!is_own),
                Nearest => u8::from(!is_own) + u8::from(!is_near),
                AdSiteFirst => u8::from(!is_near),
                Random => 0,
            };
            (
                far,
                world.rules.prefer_bits && !world.servers[point.index()].bits,
            )
        };
        let mut tiers = BTreeMap::<_, Vec<ServerId>>::new();
        for point in holders {
            tiers.entry(rank(point)).or_default().push(*point);
        }
        tiers.into_values().collect()
    }

    #[test]
    fn a_site_finds_in_common_lists_what_it_would_find_in_its_own() {
        for order in ["nearest", "ad site first", "random"] {
            for bits in [true, false] {
                for fallback in ["", "fallback = [{ sites = [\"*\"] }]"] {
                    let rules = format!("point_order = \"{order}\"\nprefer_bits = {bits}");
                    let world = world(&rules, fallback);
                    let mut catalogue = Catalogue::default();
                    let package = PackageId(0);
                    let mut holders = world.packages[0].distribution_points.to_vec();
                    assert!(holders.len() > 34, "there are many");
                    let gone = [holders[3], holders[20], holders[1]];
                    for step in 0..=gone.len() {
                        for site in (0..world.sites.len()).map(SiteId::from) {
                            let lists = catalogue.of(&world, package);
                            let client = behaviour(ClientKind::Advanced);
                            let points = client.points(&world, site, &holders, lists).unwrap();
                            assert_eq!(
                                written_out(&points, &world, lists),
                                expected(&world, site, &holders),
                                "{rules} {fallback} {site:?} {step}"
                            );
                            let sight = Sight {
                                world: &world,
                                lists,
                            };
                            for point in world.packages[0].distribution_points.iter() {
                                assert_eq!(points.has(sight, *point), holders.contains(point));
                            }
                        }
                        let Some(point) = gone.get(step) else {
                            continue;
                        };
                        // Two go, and one of them comes back.
                        let comes = step == 2;
                        let point = if comes { gone[0] } else { *point };
                        if comes {
                            holders.push(point);
                            holders.sort_unstable();
                        } else {
                            holders.retain(|other| *other != point);
                        }
                        catalogue.change(&world, package, point, comes);
                    }
                }
            }
        }
    }
}
