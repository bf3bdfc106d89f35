//! Which distribution point a job turns to next, and why none would serve it.
//!
//! A client tries the servers that it prefers, if it has such a list; then the points
//! to which its user has a connection, if it can use those; then the others, tier by
//! tier, in an order of its own inside each.

use crate::access::{self, Purpose, Target};
use crate::client::Mode;
use crate::client::points::{Asker, Tier};
use crate::engine::effort;
use crate::model::ids::JobId;
use crate::model::rules::preferred_servers::{self, AFRESH, PREFERRED};
use crate::model::rules::{connection, fallback};
use crate::model::surroundings::accounts::logon;
use crate::model::surroundings::faults;
use crate::model::surroundings::searches;
use crate::model::surroundings::site_resources::{self, Listing};
use crate::model::way::scene::Scene;
use crate::outcome::Cause;
use crate::product::win32::{BAD_NETWORK_PATH, REQUEST_NOT_ACCEPTED};
use crate::world::{ServerId, ServerRole};

/// Where a job turns to next.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Turn {
    /// To a server that its client prefers.
    Preferred(ServerId),
    /// To the points to which its user has a connection.
    Connections,
    /// To another point.
    Point(ServerId),
    /// Nowhere: it has tried all.
    Nowhere,
}

/// Where a job turns to next, and the tier at which it then is.
#[inline]
pub(crate) fn next(
    scene: &Scene<'_, '_>,
    id: JobId,
    listing: Listing,
    asker: Asker<'_>,
) -> (Turn, u32) {
    if preferred_servers::is_at_preferred(scene, id) {
        return next_preferred(scene, id, listing);
    }
    let job = &scene.jobs[id];
    let afresh = job.tier & AFRESH != 0;
    let tier = job.tier & !AFRESH;
    let last = job.point.filter(|_| !afresh);
    let (point, tier) = next_in_order(scene, id, listing, (tier, last), asker);
    (point.map_or(Turn::Nowhere, Turn::Point), tier)
}

/// The next preferred server that may serve a job; after the last of them, the points
/// to which its user has a connection are up.
fn next_preferred(scene: &Scene<'_, '_>, id: JobId, listing: Listing) -> (Turn, u32) {
    let from = (scene.jobs[id].tier & !PREFERRED) as usize;
    let preferred = preferred_servers::preferred(scene, id).in_order();
    let points = site_resources::points(scene, id, listing).ok();
    let sight = site_resources::sight(scene, id);
    let next = points.and_then(|points| {
        let serves = |at: &usize| points.has(sight, preferred[*at]);
        (from..preferred.len()).find(serves)
    });
    next.map_or((Turn::Connections, AFRESH), |at| {
        (Turn::Preferred(preferred[at]), PREFERRED | (at as u32 + 1))
    })
}

/// The point after the last one, in a job's own order, and its tier.
#[inline]
fn next_in_order(
    scene: &Scene<'_, '_>,
    id: JobId,
    listing: Listing,
    (mut tier, last): (u32, Option<ServerId>),
    asker: Asker<'_>,
) -> (Option<ServerId>, u32) {
    let Ok(points) = site_resources::points(scene, id, listing) else {
        return (None, tier);
    };
    // The order is that of the try that has just been counted.
    let tries = scene.record(id).attempts - 1;
    // Drawn only where there is something to choose.
    let draw = || draw(scene, id, tries);
    let tried = preferred_servers::preferred(scene, id);
    let open = points.open(searches::looked(scene, id));
    let mut next = |last| {
        let asker = Asker {
            orders: &mut *asker.orders,
            ..asker
        };
        points.next(&mut tier, open, last, draw, asker)
    };
    let mut point = next(last);
    while point.is_some_and(|point| tried.has(point)) {
        point = next(point);
    }
    (point, tier)
}

/// Whether the client of a job may go over connections of its user.
#[inline]
pub(crate) fn has_connections(scene: &Scene<'_, '_>, id: JobId) -> bool {
    scene.plan.uses.existing_connections
        && !scene.profile(id).existing_connections.is_empty()
        && scene.behaviour(id).facts().uses_existing_connections
        && scene.jobs[id].user.is_some()
}

/// The points that can serve the job and to which its user has a connection.
pub(crate) fn of_connections(scene: &Scene<'_, '_>, id: JobId, listing: Listing) -> Vec<ServerId> {
    let Ok(points) = site_resources::points(scene, id, listing) else {
        return Vec::new();
    };
    let existing = &scene.profile(id).existing_connections;
    let role = ServerRole::DistributionPoint;
    points
        .iter(site_resources::sight(scene, id))
        .filter(|point| {
            existing.binary_search(point).is_ok() && faults::reachable(scene, id, *point, role)
        })
        .collect()
}

/// What the draws of tries that end alike choose between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Choice {
    /// Nothing: each try turns to the same points in the same order.
    Nothing,
    /// Points that treat the client alike: only the names differ.
    Equal,
    /// Points of which one may end a try in another way than the others do.
    Unequal,
}

/// What the draws of a job's tries choose between that end as the present one does.
pub(crate) fn choice(scene: &Scene<'_, '_>, id: JobId, listing: Listing) -> Choice {
    let job = &scene.jobs[id];
    if job.mode == Some(Mode::Download) && job.cached {
        return Choice::Nothing;
    }
    if looks_for_a_time(scene, id, listing) {
        return Choice::Unequal;
    }
    let Ok(points) = site_resources::points(scene, id, listing) else {
        return Choice::Nothing;
    };
    let open = points.open(searches::looked(scene, id));
    let mut tiers = points.tiers[..open].iter().filter(|tier| tier.len() > 1);
    if points.tiers[..open].iter().all(|tier| tier.len() == 1) {
        return Choice::Nothing;
    }
    // Where the order is not that of tiers alone, or more than the access list decides, a
    // try is simulated to know how it ends.
    let is_plain = points.ladder.is_none()
        && preferred_servers::preferred(scene, id).is_empty()
        && !has_connections(scene, id)
        && scene.world.clocks.is_empty()
        && scene.ledger.is_quiet();
    if is_plain && tiers.all(|tier| treats_alike(scene, id, tier)) {
        Choice::Equal
    } else {
        Choice::Unequal
    }
}

/// Whether the next try of a job takes a time of its own to come to a point: one of those
/// in its pool cannot be reached and holds it up, or it looks anew and has to wait until
/// the point that has served it comes into its pool.
fn looks_for_a_time(scene: &Scene<'_, '_>, id: JobId, listing: Listing) -> bool {
    if !scene.searches.any() {
        return false;
    }
    let Some(points) = site_resources::all_points(scene, listing) else {
        return false;
    };
    let open = &points.tiers[..points.open(searches::looked(scene, id))];
    let sight = site_resources::sight(scene, id);
    let looks_anew = scene.searches.since(id).is_none();
    let served = scene.record(id).distribution_point.filter(|_| looks_anew);
    let waits = served.is_some_and(|point| !open.iter().any(|tier| tier.has(sight, point)));
    let role = ServerRole::DistributionPoint;
    let holds = fallback::holds_up(scene, id).is_some();
    let mut points = open.iter().flat_map(|tier| tier.iter(sight));
    waits || holds && points.any(|point| !faults::reachable(scene, id, point, role))
}

/// Whether all points of a tier treat a job alike: whatever account it presents.
fn treats_alike(scene: &Scene<'_, '_>, id: JobId, tier: &Tier) -> bool {
    let (job, program) = (&scene.jobs[id], scene.program(id));
    let Some(execution) = job.execution else {
        return false;
    };
    let (view, client) = (scene.view(), scene.client(id));
    let purpose = match job.mode {
        Some(Mode::Download) => Purpose::Download,
        _ => Purpose::RunFromPoint,
    };
    let actors = (0..).map_while(|n| access::candidate(view, &client, &execution, purpose, n));
    let actors: Vec<_> = actors.collect();
    let role = ServerRole::DistributionPoint;
    // What is open at a point is open at a share of the same server.
    let has_share = |point: ServerId| {
        let mut shares = program.shares.iter();
        shares.any(|wanted| scene.world.shares[wanted.share.index()].server == point)
    };
    let is_limited = |point: ServerId| {
        scene.world.servers[point.index()]
            .connection_limit
            .is_some()
            || scene.world.identities.pass_through.contains_key(&point)
    };
    let treats = |point: ServerId| {
        let of_actor = actors.iter().map(|actor| {
            let target = Target::Package(program.package, point);
            let authority = access::authority(view, &client, *actor, target);
            (authority, access::attempt(view, &client, *actor, target))
        });
        (
            faults::reachable(scene, id, point, role),
            of_actor.collect::<Vec<_>>(),
        )
    };
    effort::spend(tier.len());
    let mut points = tier.iter(site_resources::sight(scene, id));
    let first = points.next().map(|first| (first, treats(first)));
    first.is_none_or(|(first, treated)| {
        !has_share(first)
            && !is_limited(first)
            && points
                .all(|point| !has_share(point) && !is_limited(point) && treats(point) == treated)
    })
}

/// The point that serves a job at the try after `tries` others, among those that serve it
/// alike.
pub(crate) fn serves_at(
    scene: &Scene<'_, '_>,
    id: JobId,
    listing: Listing,
    tries: u32,
) -> Option<ServerId> {
    let tier = tier_of(scene, id, listing)?;
    tier.first(site_resources::sight(scene, id), draw(scene, id, tries))
}

/// The point that refuses a job last at the try after `tries` others, where all refuse it.
pub(crate) fn refuses_last_at(
    scene: &Scene<'_, '_>,
    id: JobId,
    listing: Listing,
    tries: u32,
) -> Option<ServerId> {
    let tier = tier_of(scene, id, listing)?;
    tier.last(site_resources::sight(scene, id), draw(scene, id, tries))
}

/// The tier of the point to which a job has turned last.
fn tier_of<'s>(scene: &'s Scene<'_, '_>, id: JobId, listing: Listing) -> Option<&'s Tier> {
    let points = site_resources::points(scene, id, listing).ok()?;
    let (sight, point) = (site_resources::sight(scene, id), scene.jobs[id].point?);
    points.tiers.iter().find(|tier| tier.has(sight, point))
}

/// What gives the try of a job after `tries` others its order of points.
fn draw(scene: &Scene<'_, '_>, id: JobId, tries: u32) -> u64 {
    let job = &scene.jobs[id];
    scene
        .draws
        .points(job.key, job.advertisement, tries)
        .bits(0)
}

/// Why no point would serve a job this time, and the code of that.
pub(crate) fn failure(scene: &Scene<'_, '_>, id: JobId) -> (Cause, Option<u32>) {
    let job = &scene.jobs[id];
    let code = job.refused.map(|(_, refusal)| refusal.code);
    if job.refused.is_none() && job.limit_met {
        return (Cause::ConnectionLimit, Some(REQUEST_NOT_ACCEPTED));
    }
    if job.refused.is_none() && job.unreachable {
        return (Cause::ContentUnreachable, Some(BAD_NETWORK_PATH));
    }
    let Some(execution) = job.execution else {
        return (Cause::ContentAccessDenied, code);
    };
    let (purpose, _) = connection::errand(scene, id);
    let cause = access::cause(&scene.client(id), &execution, purpose, job.refused);
    (logon::collateral(scene, id, cause), code)
}

#[cfg(test)]
mod tests {
    use crate::client::lists::{Lists, Sight};
    use crate::client::points::{Asker, PointOrders, Points};
    use crate::scenario::load_str;
    use crate::world::{ServerId, World};

    fn world() -> World {
        let points = "[server.\"D{0..499}\"]\nsite = \"hq\"\nroles = [\"distribution point\"]\n";
        load_str(&format!("[site.hq]\n{points}[fleet.pcs]\ncount = 1\n"), &[])
            .unwrap()
            .world
    }

    fn asker<'o>(orders: &'o mut PointOrders, sight: Sight<'o>) -> Asker<'o> {
        let (job, epoch) = (7, 0);
        Asker {
            orders,
            job,
            epoch,
            sight,
        }
    }

    #[test]
    fn a_large_tier_is_tried_in_the_order_of_a_look_through_it_for_each() {
        let (world, lists) = (&world(), &Lists::new());
        let sight = Sight { world, lists };
        let all: Vec<_> = (0..500).map(ServerId).collect();
        let points = Points::new([all.clone()], false).unwrap();
        let mut orders = PointOrders::default();
        for draw in [1u64, 99, u64::MAX] {
            let (mut tier, mut last) = (0, None);
            for _ in 0..all.len() {
                // One that nothing is remembered of looks through all of them.
                let mut anew = PointOrders::default();
                let anew = asker(&mut anew, sight);
                let expected = points.next(&mut 0, 1, last, || draw, anew);
                last = points.next(&mut tier, 1, last, || draw, asker(&mut orders, sight));
                assert_eq!(last, expected);
            }
            let end = points.next(&mut tier, 1, last, || draw, asker(&mut orders, sight));
            assert_eq!((end, tier), (None, 1), "each has been tried once");
        }
    }

    #[test]
    fn every_point_is_tried_once_tier_by_tier() {
        let (world, lists) = (&world(), &Lists::new());
        let sight = Sight { world, lists };
        let all: Vec<_> = (0..20).map(ServerId).collect();
        let points = Points::new([all[..5].to_vec(), vec![], all[5..].to_vec()], false).unwrap();
        for draw in [1u64, 99, u64::MAX, 0x1234_5678_9ABC_DEF0] {
            let mut tier = 0;
            let mut seen = Vec::new();
            let mut orders = PointOrders::default();
            while let Some(point) = points.next(
                &mut tier,
                2,
                seen.last().copied(),
                || draw,
                asker(&mut orders, sight),
            ) {
                seen.push(point);
            }
            assert!(
                seen[..5].iter().all(|p| p.0 < 5),
                "the first tier comes first"
            );
            seen.sort_unstable();
            assert_eq!(seen, all);
        }
    }

    #[test]
    fn the_first_point_is_uniform_over_the_tier() {
        let (world, lists) = (&world(), &Lists::new());
        let sight = Sight { world, lists };
        let points = Points::new([(0..4).map(ServerId).collect::<Vec<_>>()], false).unwrap();
        let mut first = [0u32; 4];
        let mut draw = 1u64;
        for _ in 0..4_000 {
            draw = draw
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let mut orders = PointOrders::default();
            let draw = || draw ^ (draw >> 29);
            let point = points.next(&mut 0, 1, None, draw, asker(&mut orders, sight));
            let point = point.unwrap();
            first[point.index()] += 1;
        }
        assert!(first.iter().all(|n| (850..1150).contains(n)), "{first:?}");
    }
}
