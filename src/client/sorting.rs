//! How an Advanced Client sorts the distribution points that it may use.
//!
//! By place: its own, which is its subnet; those of its Active Directory site;
//! all others. In which order is a rule of the scenario, and so is whether
//! BITS-enabled points come first among those that are equally near. Inside a
//! tier the order is random, see [`super::points`].

use super::lists::{But, ListId, Lists, Part};
use super::points::{FEW, Tier};
use crate::product::PointOrder;
use crate::world::{ServerId, SiteId, World};

/// The points as tiers, best first, for a client at `site`; tiers may be empty.
pub(super) fn tiers(world: &World, site: SiteId, points: Vec<ServerId>) -> Vec<Vec<ServerId>> {
    if points.len() <= 1 {
        return vec![points];
    }
    let ad_site = |site: SiteId| world.sites[site.index()].ad_site;
    let rank = |point: &ServerId| {
        let there = world.servers[point.index()].site;
        let near = there == site;
        let in_ad_site = ad_site(there) == ad_site(site);
        match world.rules.point_order {
            PointOrder::Nearest if near => 0,
            PointOrder::Nearest | PointOrder::AdSiteFirst if in_ad_site => 1,
            PointOrder::Nearest | PointOrder::AdSiteFirst => 2,
            PointOrder::Random => 0,
        }
    };
    let mut ranked: [Vec<ServerId>; 3] = Default::default();
    for point in points {
        ranked[rank(&point)].push(point);
    }
    let tiers = ranked.into_iter();
    tiers.flat_map(|tier| equals(world, tier)).collect()
}

/// The points of one tier: all alike, but for BITS where that counts.
pub(super) fn equals(world: &World, points: Vec<ServerId>) -> Vec<Vec<ServerId>> {
    if !world.rules.prefer_bits {
        return vec![points];
    }
    let has_bits = |point: &ServerId| world.servers[point.index()].bits;
    let (with, without) = points.into_iter().partition(has_bits);
    vec![with, without]
}

/// The tiers of the many points of a list, some of which, `own`, stand at `site`.
pub(super) fn tiers_of(
    world: &World,
    site: SiteId,
    own: Vec<ServerId>,
    (lists, list): (&Lists, ListId),
) -> Vec<Tier> {
    let number = world.sites[site.index()].ad_site;
    let parts = |ad_site, but| equal_parts(world, lists, list, ad_site, but);
    let elsewhere = || parts(None, But::AdSite(number));
    match world.rules.point_order {
        PointOrder::Nearest => {
            let own = equals(world, own).into_iter().map(Tier::from);
            let near = parts(Some(number), But::Site(site));
            own.chain(near).chain(elsewhere()).collect()
        }
        PointOrder::AdSiteFirst => {
            let near = parts(Some(number), But::Nothing);
            near.into_iter().chain(elsewhere()).collect()
        }
        PointOrder::Random => parts(None, But::Nothing),
    }
}

/// Some points of a list as one tier: all alike, but for BITS where that counts.
pub(super) fn equal_parts(
    world: &World,
    lists: &Lists,
    list: ListId,
    ad_site: Option<u32>,
    but: But,
) -> Vec<Tier> {
    let kinds: &[Option<bool>] = if world.rules.prefer_bits {
        &[Some(true), Some(false)]
    } else {
        &[None]
    };
    let parts = kinds.iter().map(|bits| Part {
        list,
        ad_site,
        bits: *bits,
        but,
    });
    parts.map(|part| tier(world, lists, part)).collect()
}

/// A part of a list; few points stand for themselves.
fn tier(world: &World, lists: &Lists, part: Part) -> Tier {
    let all = lists.slice(world, part);
    if all.len() > FEW {
        return Tier::Of(part, lists.count(world, part));
    }
    let points = all.iter().copied();
    let meant = points.filter(|point| !part.but.leaves_out(world, *point));
    Tier::These(meant.collect())
}
