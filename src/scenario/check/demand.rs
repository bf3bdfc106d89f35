//! Links that cannot carry over the whole horizon what must cross them.
//!
//! The demand is a lower bound: a package counts for a link only where every
//! distribution point that holds it is on the other side, and once for all machines
//! of a site that can take it from each other.

use super::census::Census;
use crate::engine::effort;
use crate::scenario::ProblemCode;
use crate::scenario::names::Place;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{At, Site};
use crate::units::{Size, Span};
use crate::world::{LinkId, PackageId, ServerId, SiteId, World};
use std::collections::BTreeMap;

pub(super) fn check(plan: &Plan, world: &World, census: &Census, problems: &mut Problems) {
    let wanted = wanted(world, census);
    let paths: Vec<Vec<usize>> = (0..world.sites.len())
        .map(|site| up_to_root(site, world))
        .collect();
    let mut down = vec![0u128; world.sites.len()];
    let mut up = vec![0u128; world.sites.len()];
    let mut lan = vec![0u128; world.sites.len()];
    let mut known = BTreeMap::new();
    for (package, by_site) in &wanted {
        let package = &world.packages[package.index()];
        let points = &package.distribution_points;
        let key = points.as_ptr().addr();
        let points_below = known
            .entry(key)
            .or_insert_with(|| PointsBelow::of(world, &paths, points));
        let bytes = |count: u64| u128::from(count) * u128::from(package.size.0);
        let total: u128 = by_site.values().map(|want| bytes(want.copies())).sum();
        let mut below = BTreeMap::<usize, u128>::new();
        for (site, want) in by_site {
            paths[site.index()]
                .iter()
                .for_each(|at| *below.entry(*at).or_default() += bytes(want.copies()));
            lan[site.index()] += bytes(want.machines());
        }
        let below_of = |site: &usize| below.get(site).copied().unwrap_or_default();
        for (site, bytes) in &below {
            if !points_below.counts.contains_key(site) {
                down[*site] += bytes;
            }
        }
        for site in &points_below.whole {
            up[*site] += total - below_of(site);
        }
    }
    for (at, item) in plan.sites.list().iter().enumerate() {
        let site = &world.sites[at];
        let spec = &item.spec;
        let place = |own: fn(&Site) -> Place| own(spec).or(item.place.clone());
        let wan_down = place(|spec| {
            spec.wan_down
                .as_ref()
                .or(spec.wan.as_ref())
                .and_then(At::span)
        });
        let wan_up = place(|spec| {
            spec.wan_up
                .as_ref()
                .or(spec.wan.as_ref())
                .and_then(At::span)
        });
        let own_lan = place(|spec| spec.lan.as_ref().and_then(At::span));
        compare(
            site.wan_down,
            down[at],
            &format!("the WAN link to `{}`", item.name),
            wan_down,
            world,
            problems,
        );
        compare(
            site.wan_up,
            up[at],
            &format!("the WAN link from `{}`", item.name),
            wan_up,
            world,
            problems,
        );
        compare(
            site.lan,
            lan[at],
            &format!("the LAN of `{}`", item.name),
            own_lan,
            world,
            problems,
        );
    }
    cards(plan, world, &wanted, problems);
}

/// The sites with points of a package below them, or at them.
struct PointsBelow {
    /// How many of the points.
    counts: BTreeMap<usize, usize>,
    /// The sites below which all of them are.
    whole: Vec<usize>,
}

impl PointsBelow {
    fn of(world: &World, paths: &[Vec<usize>], points: &[ServerId]) -> Self {
        let mut counts = BTreeMap::<usize, usize>::new();
        for point in points {
            let site = world.servers[point.index()].site.index();
            effort::spend(paths[site].len());
            for at in &paths[site] {
                *counts.entry(*at).or_default() += 1;
            }
        }
        let whole = counts.iter().filter(|(_, count)| **count == points.len());
        let whole = whole.map(|(site, _)| *site).collect();
        Self { counts, whole }
    }
}

/// Machines that want each package, by site.
type Wanted = BTreeMap<PackageId, BTreeMap<SiteId, Want>>;

/// Machines of one site that want a package.
#[derive(Debug, Clone, Copy, Default)]
struct Want {
    /// Those that need a copy from a point each.
    apart: u64,
    /// Those that can take it from each other.
    together: u64,
}

impl Want {
    const fn machines(self) -> u64 {
        self.apart + self.together
    }

    /// The copies that have to come from points.
    fn copies(self) -> u64 {
        self.apart + self.together.min(1)
    }
}

fn wanted(world: &World, census: &Census) -> Wanted {
    let mut wanted = Wanted::new();
    let everybody = census
        .reached(world)
        .filter(|reached| reached.advertisement.assignment.is_some());
    for reached in everybody.filter(|r| r.is_supported() && !r.waits_for_a_local_point(world)) {
        let site = reached.crowd.site;
        let by_site = wanted.entry(reached.program.package).or_default();
        let want: &mut Want = by_site.entry(site).or_default();
        if reached.takes_from_peers(world) {
            want.together += reached.crowd.count;
        } else {
            want.apart += reached.crowd.count;
        }
    }
    wanted
}

/// `site`, its parent, and so on.
fn up_to_root(site: usize, world: &World) -> Vec<usize> {
    std::iter::successors(Some(site), |at| world.sites[*at].parent.map(SiteId::index)).collect()
}

/// Warns if `demand` bytes take longer over `link` than the whole horizon.
fn compare(
    link: Option<LinkId>,
    demand: u128,
    what: &str,
    place: Place,
    world: &World,
    problems: &mut Problems,
) {
    let Some(link) = link.map(|link| &world.links[link.index()]) else {
        return;
    };
    let microseconds = demand * 8_000_000 / u128::from(link.rate.0.max(1));
    if microseconds > u128::from(world.horizon.0) {
        let needed = Span(u64::try_from(microseconds).unwrap_or(u64::MAX));
        let size = Size(u64::try_from(demand).unwrap_or(u64::MAX));
        let message = format!(
            "{size} must cross {what}, which takes {needed} at {}: longer than the horizon",
            link.rate
        );
        let help = "put a distribution point on the near side, send less, or make `horizon` longer";
        problems.warning(ProblemCode::Overload, place, message, help);
    }
}

/// The network cards of distribution points that are the only ones to hold a
/// package.
fn cards(plan: &Plan, world: &World, wanted: &Wanted, problems: &mut Problems) {
    let mut demand = vec![0u128; world.servers.len()];
    for (package, by_site) in wanted {
        let package = &world.packages[package.index()];
        if let [point] = package.distribution_points[..] {
            demand[point.index()] +=
                u128::from(by_site.values().map(|want| want.copies()).sum::<u64>())
                    * u128::from(package.size.0);
        }
    }
    for (at, item) in plan.servers.list().iter().enumerate() {
        let place = item
            .spec
            .network
            .as_ref()
            .and_then(At::span)
            .or(item.place.clone());
        let what = format!("the network card of `{}`", item.name);
        compare(
            world.servers[at].egress,
            demand[at],
            &what,
            place,
            world,
            problems,
        );
    }
}
