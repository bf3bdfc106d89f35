//! Boundary groups: the points of a client's own place first, and those of its
//! neighbours as time passes (learn.microsoft.com, "Example of using boundary
//! groups").

use super::advanced::{open, protecting};
use super::lists::{But, Found, Lists};
use super::points::{Ladder, Points, Tier};
use super::{Turned, sorting};
use crate::units::Span;
use crate::world::{ServerId, Site, SiteId, World};

/// Whether Advanced Clients here fall back to their neighbours.
pub(crate) fn falls_back(site: &Site) -> bool {
    !site.fallback.is_empty()
}

/// The pool of an Advanced Client at a site with a fallback: the points of its
/// own place, or the protected ones that serve it, then those of its neighbours,
/// soonest first.
pub(crate) fn ladder(
    world: &World,
    site: SiteId,
    holders: &[ServerId],
    lists: &mut Lists,
) -> Option<Points> {
    let protecting = protecting(world, site, holders);
    let own = if protecting.is_empty() {
        open(world, site, holders).collect()
    } else {
        protecting
    };
    let equals = |points| -> Vec<Tier> {
        let tiers = sorting::equals(world, points).into_iter();
        tiers.map(Tier::from).collect()
    };
    let filled = |tiers: Vec<Tier>| tiers.into_iter().filter(|tier| tier.len() > 0);
    let mut points = Points::default();
    points.tiers.extend(filled(equals(own)));
    let mut ladder = Ladder {
        own: points.tiers.len(),
        after: vec![Span::ZERO; points.tiers.len()],
    };
    for fallback in &world.sites[site.index()].fallback {
        let rung = match lists.at(world, site, &fallback.sites, holders) {
            Found::Few(points) => equals(points),
            Found::Many(list) => sorting::equal_parts(world, lists, list, None, But::Site(site)),
        };
        points.tiers.extend(filled(rung));
        ladder.after.resize(points.tiers.len(), fallback.after);
    }
    points.ladder = Some(ladder);
    (!points.tiers.is_empty()).then_some(points)
}

/// Those of `holders` to which an Advanced Client at a site with a fallback may ever turn.
pub(super) fn turned_to(
    world: &World,
    site: SiteId,
    holders: &[ServerId],
    lists: &mut Lists,
) -> Turned {
    let mut turned = Turned {
        few: protecting(world, site, holders),
        lists: Vec::new(),
    };
    turned.few.extend(open(world, site, holders));
    for fallback in &world.sites[site.index()].fallback {
        turned.add(lists.at(world, site, &fallback.sites, holders));
    }
    turned
}

/// Whether an Advanced Client at a site with a fallback may ever turn to a point.
pub(crate) fn may_turn_to(world: &World, site: SiteId, point: ServerId) -> bool {
    let server = &world.servers[point.index()];
    if server.protected {
        return server.protects(site);
    }
    let neighbours = &world.sites[site.index()].fallback;
    let is_there =
        |fallback: &crate::world::Fallback| fallback.sites.binary_search(&server.site).is_ok();
    server.site == site || neighbours.iter().any(is_there)
}
