//! Distribution points of one branch from which machines of others read, over its
//! line.

use super::census::{Census, Reached};
use crate::client::behaviour;
use crate::client::lists::{Catalogue, Lists, Sight};
use crate::scenario::ProblemCode;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::world::{ServerId, SiteId, World};
use std::collections::{BTreeMap, BTreeSet};

/// Warns, once, of unprotected points at places with a line that serve machines of
/// places elsewhere.
pub(super) fn check(plan: &Plan, world: &World, census: &Census, problems: &mut Problems) {
    let mut served: BTreeMap<ServerId, BTreeSet<SiteId>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut catalogue = Catalogue::default();
    for reached in census
        .reached(world)
        .filter(|r| world.needs_content(r.program))
    {
        let here = (
            reached.crowd.site,
            reached.profile.client,
            reached.program.package,
        );
        if reached.waits_for_a_local_point(world) || !seen.insert(here) {
            continue;
        }
        let lists = catalogue.of(reached.program.package);
        for point in strangers(&reached, world, lists) {
            served.entry(point).or_default().insert(reached.crowd.site);
        }
    }
    let Some((point, _)) = served
        .iter()
        .max_by_key(|(id, places)| (places.len(), std::cmp::Reverse(**id)))
    else {
        return;
    };
    let places: BTreeSet<SiteId> = served.values().flatten().copied().collect();
    let places = match places.len() {
        1 => "1 other place".to_owned(),
        n => format!("{n} other places"),
    };
    let server = &world.servers[point.index()];
    let others = match served.len() - 1 {
        0 => String::new(),
        1 => ", and from 1 point like it".to_owned(),
        n => format!(", and from {n} points like it"),
    };
    let message = format!(
        "machines of {places} may read from the point of {}, `{}`, over its line{others}",
        world.sites[server.site.index()].name,
        server.name,
    );
    let help = "say `protected = true` for it, or name the places that it serves as its `boundary`; \
                a `fallback` of these places says that it is meant";
    let place = plan.servers.get(point.index()).place.clone();
    problems.warning(ProblemCode::ServesStrangers, place, message, help);
}

/// The points at the end of another place's line among those that machines try
/// first, if none of these is at their own place or on the way up from it, and the
/// scenario does not say that it is meant.
fn strangers(reached: &Reached, world: &World, lists: &mut Lists) -> Vec<ServerId> {
    let here = reached.crowd.site;
    let site = &world.sites[here.index()];
    let package = &world.packages[reached.program.package.index()];
    let kind = behaviour(reached.profile.client);
    let Some(points) = kind.points(world, here, &package.distribution_points, lists) else {
        return Vec::new();
    };
    let sight = Sight { world, lists };
    let way_up = |at: SiteId| std::iter::successors(Some(at), |at| world.sites[at.index()].parent);
    let is_local = |id: ServerId| world.servers[id.index()].site == here;
    let first = || {
        points
            .tiers
            .iter()
            .take(1)
            .flat_map(|tier| tier.iter(sight))
    };
    let is_root = site.parent.is_none();
    if is_root || !site.fallback.is_empty() || first().any(is_local) {
        return Vec::new();
    }
    let is_stranger = |id: &ServerId| {
        let server = &world.servers[id.index()];
        let there = &world.sites[server.site.index()];
        let has_line =
            there.parent.is_some() && (there.wan_up.is_some() || there.wan_down.is_some());
        let is_above = way_up(here).any(|at| at == server.site);
        let is_named = site.preferred.contains(id) || there.ad_site == site.ad_site;
        has_line && !server.protected && !is_above && !is_named
    };
    first().filter(is_stranger).collect()
}
