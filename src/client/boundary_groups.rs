//! Boundary groups: the points of a client's own place first, and those of its
//! neighbours as time passes (learn.microsoft.com, "Example of using boundary
//! groups").

use super::advanced::{open, protecting};
use super::points::{Ladder, Points};
use super::sorting;
use crate::access::serves;
use crate::units::Span;
use crate::world::{ClientKind, ServerId, Site, SiteId, World};

/// Whether Advanced Clients here fall back to their neighbours.
pub(crate) fn falls_back(site: &Site) -> bool {
    !site.fallback.is_empty()
}

/// The pool of an Advanced Client at a site with a fallback: the points of its
/// own place, or the protected ones that serve it, then those of its neighbours,
/// soonest first.
pub(crate) fn ladder(world: &World, site: SiteId, holders: &[ServerId]) -> Option<Points> {
    let at = |sites: &[SiteId]| -> Vec<ServerId> {
        let sites = sites.iter();
        let mut points: Vec<_> = sites.flat_map(|site| open(world, *site, holders)).collect();
        points.sort_unstable();
        points
    };
    let protecting = protecting(world, site, holders);
    let own = if protecting.is_empty() {
        at(&[site])
    } else {
        protecting
    };
    let rungs = world.sites[site.index()].fallback.iter();
    let rungs = rungs.map(|fallback| (fallback.after, at(&fallback.sites)));
    let tiers = |points| {
        let tiers = sorting::equals(world, points).into_iter();
        tiers.filter(|tier| !tier.is_empty())
    };
    let mut points = Points::default();
    points.tiers.extend(tiers(own));
    let mut ladder = Ladder {
        own: points.tiers.len(),
        after: vec![Span::ZERO; points.tiers.len()],
    };
    for (after, rung) in rungs {
        points.tiers.extend(tiers(rung));
        ladder.after.resize(points.tiers.len(), after);
    }
    points.ladder = Some(ladder);
    (!points.tiers.is_empty()).then_some(points)
}

/// Whether an Advanced Client at a site with a fallback may ever turn to a point.
pub(crate) fn may_turn_to(world: &World, site: SiteId, point: ServerId) -> bool {
    let server = &world.servers[point.index()];
    if server.protected {
        return serves(server, ClientKind::Advanced, site);
    }
    let neighbours = &world.sites[site.index()].fallback;
    let is_there =
        |fallback: &crate::world::Fallback| fallback.sites.binary_search(&server.site).is_ok();
    server.site == site || neighbours.iter().any(is_there)
}
