//! Distribution points of one branch from which machines of others read, over its
//! line.
//!
//! Thousands of branches without a point may each read from thousands of points: branches
//! with the same lists of points are counted together.

use super::census::{Census, Reached};
use crate::client::behaviour;
use crate::client::lists::{Catalogue, Part, Sight};
use crate::client::points::Tier;
use crate::engine::effort;
use crate::scenario::ProblemCode;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::world::{PackageId, ServerId, SiteId, World};
use std::collections::{BTreeMap, BTreeSet};

/// Warns, once, of unprotected points at places with a line that serve machines of
/// places elsewhere.
pub(super) fn check(plan: &Plan, world: &World, census: &Census, problems: &mut Problems) {
    let mut catalogue = Catalogue::default();
    let tried = tried_first(world, census, &mut catalogue);
    let Served { points, places } = Served::of(world, &catalogue, tried);
    let Some((point, _)) = points
        .iter()
        .max_by_key(|(id, places)| (**places, std::cmp::Reverse(**id)))
    else {
        return;
    };
    let places = match places {
        1 => "1 other place".to_owned(),
        n => format!("{n} other places"),
    };
    let server = &world.servers[point.index()];
    let others = match points.len() - 1 {
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

/// What is tried first at a place that has none of it itself.
#[derive(Default)]
struct Tried {
    few: BTreeSet<ServerId>,
    lists: BTreeMap<Common, (PackageId, Part)>,
}

/// A list of points that places may have in common: where it lies, and whether it is
/// those with BITS or those without.
type Common = (usize, Option<bool>);

/// The points that machines try first, by their place, where none of these is at that
/// place, and the scenario does not say that it is meant.
fn tried_first(
    world: &World,
    census: &Census,
    catalogue: &mut Catalogue,
) -> BTreeMap<SiteId, Tried> {
    let mut tried = BTreeMap::<SiteId, Tried>::new();
    let mut seen = BTreeSet::new();
    for reached in census
        .reached(world)
        .filter(|r| world.needs_content(r.program))
    {
        let (here, package) = (reached.crowd.site, reached.program.package);
        let site = &world.sites[here.index()];
        if site.parent.is_none()
            || !site.fallback.is_empty()
            || reached.waits_for_a_local_point(world)
            || !seen.insert((here, reached.profile.client, package))
        {
            continue;
        }
        let Some(first) = first_tier(&reached, world, catalogue) else {
            continue;
        };
        let lists = catalogue.of(world, package);
        let sight = Sight { world, lists };
        let mut own = world.servers_at.here(here).iter();
        if own.any(|point| first.has(sight, *point)) {
            continue;
        }
        let here = tried.entry(here).or_default();
        match first {
            Tier::These(points) => here.few.extend(points),
            // What is left out of it is of the same Active Directory site.
            Tier::Of(part, _) if part.ad_site.is_none() => {
                let common = (lists.address(part.list), part.bits);
                here.lists.insert(common, (package, part));
            }
            Tier::Of(..) => {}
        }
    }
    tried
}

fn first_tier(reached: &Reached, world: &World, catalogue: &mut Catalogue) -> Option<Tier> {
    let package = reached.program.package;
    let holders = &world.packages[package.index()].distribution_points;
    let kind = behaviour(reached.profile.client);
    let lists = catalogue.of(world, package);
    let points = kind.points(world, reached.crowd.site, holders, lists)?;
    points.tiers.into_iter().next()
}

/// Points at the end of another place's line that serve machines of places elsewhere.
#[derive(Default)]
struct Served {
    /// How many places each of them serves.
    points: BTreeMap<ServerId, usize>,
    /// How many places they serve in all.
    places: usize,
}

impl Served {
    fn of(world: &World, catalogue: &Catalogue, tried: BTreeMap<SiteId, Tried>) -> Self {
        let mut alike = BTreeMap::<Vec<Common>, Vec<(SiteId, Tried)>>::new();
        for (site, tried) in tried {
            let lists = tried.lists.keys().copied().collect();
            alike.entry(lists).or_default().push((site, tried));
        }
        let mut served = Self::default();
        for sites in alike.into_values() {
            served.add(world, catalogue, &sites);
        }
        served.points.retain(|_, places| *places > 0);
        served
    }

    /// Adds what places with the same lists try first.
    fn add(&mut self, world: &World, catalogue: &Catalogue, sites: &[(SiteId, Tried)]) {
        let Some((_, first)) = sites.first() else {
            return;
        };
        let mut common = BTreeSet::<ServerId>::new();
        for (package, part) in first.lists.values() {
            let lists = catalogue.known(*package);
            let points = lists.slice(world, *part).iter();
            effort::spend(points.len());
            common.extend(points.filter(|point| has_line(world, **point)));
        }
        let ad_site = |site: SiteId| world.sites[site.index()].ad_site;
        let mut in_ad_site = BTreeMap::<u32, Vec<ServerId>>::new();
        for point in &common {
            let there = world.servers[point.index()].site;
            in_ad_site.entry(ad_site(there)).or_default().push(*point);
        }
        let mut counts: BTreeMap<ServerId, usize> =
            common.iter().map(|point| (*point, sites.len())).collect();
        let mut one_less = |point: &ServerId| {
            if let Some(places) = counts.get_mut(point) {
                *places -= 1;
            }
        };
        for (site, tried) in sites {
            let near = in_ad_site
                .get(&ad_site(*site))
                .map_or(&[][..], Vec::as_slice);
            let friends = friends(world, *site);
            let friends = friends.iter().filter(|point| {
                let there = world.servers[point.index()].site;
                common.contains(point) && ad_site(there) != ad_site(*site)
            });
            let friends: Vec<&ServerId> = friends.collect();
            let is_other =
                |point: &&ServerId| !common.contains(point) && is_stranger(world, *site, **point);
            let others: Vec<&ServerId> = tried.few.iter().filter(is_other).collect();
            effort::spend(1 + near.len() + friends.len() + others.len());
            let strangers = common.len() - near.len() - friends.len() + others.len();
            self.places += usize::from(strangers > 0);
            near.iter().chain(friends).for_each(&mut one_less);
            for point in others {
                *self.points.entry(*point).or_default() += 1;
            }
        }
        for (point, places) in counts {
            *self.points.entry(point).or_default() += places;
        }
    }
}

/// The points on the way up from a place, and those that it names.
fn friends(world: &World, here: SiteId) -> BTreeSet<ServerId> {
    let up = std::iter::successors(Some(here), |at| world.sites[at.index()].parent);
    let above = up.flat_map(|at| world.servers_at.here(at));
    let named = &world.sites[here.index()].preferred;
    above.chain(named.in_order()).copied().collect()
}

/// Whether a point is unprotected, at a place with a line.
fn has_line(world: &World, point: ServerId) -> bool {
    let server = &world.servers[point.index()];
    let there = &world.sites[server.site.index()];
    let has_line = there.wan_up.is_some() || there.wan_down.is_some();
    there.parent.is_some() && has_line && !server.protected
}

/// Whether a point is at the end of another place's line, on no way up from here, and not
/// named.
fn is_stranger(world: &World, here: SiteId, point: ServerId) -> bool {
    let there = world.servers[point.index()].site;
    let is_near = world.sites[there.index()].ad_site == world.sites[here.index()].ad_site;
    has_line(world, point) && !is_near && !friends(world, here).contains(&point)
}
