//! Which bytes take which way: everything that follows from the specification
//! before anything moves.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::Sending;
use super::links::Links;
use super::supplies::Supplies;
use crate::units::{Rate, Size};
use crate::world::sending::{Destination, Route, SendingRules, SentPackage};
use crate::world::{LinkId, PackageId, Server, ServerId, SiteId};

/// One package over one route: sent once, whatever waits beyond.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leg {
    /// Position in [`Plan::packages`].
    pub(super) package: u32,
    /// Position in [`Plan::routes`].
    pub(super) route: u32,
    /// Bytes as they are sent: the most that a destination beyond needs,
    /// compressed.
    pub(super) bytes: Size,
}

/// One package from a site's server to one distribution point; or from other
/// points, see [`Plan::supplies`].
#[derive(Debug, Clone)]
pub(super) struct Copy {
    /// Position in [`Plan::packages`].
    pub(super) package: u32,
    /// Which that is.
    pub(super) id: PackageId,
    /// The site whose server copies, or notifies.
    pub(super) site: SiteId,
    /// The distribution point.
    pub(super) point: ServerId,
    /// Bytes of files.
    pub(super) bytes: Size,
    /// Whether the point has an older version.
    pub(super) older: bool,
    /// The legs by which the package comes to the site, in order.
    pub(super) way: Vec<u32>,
}

/// What goes on once a package is at a site.
#[derive(Debug, Clone, Default)]
pub(super) struct Onward {
    /// Positions in [`Plan::legs`].
    pub(super) legs: Vec<u32>,
    /// Positions in [`Plan::copies`].
    pub(super) copies: Vec<u32>,
}

/// The whole work.
#[derive(Debug)]
pub(super) struct Plan<'s> {
    /// Sorted, so that positions do not depend on the order of the input.
    pub(super) packages: Vec<&'s SentPackage>,
    /// Sorted by sender, then receiver.
    pub(super) routes: Vec<&'s Route>,
    /// By package, then route.
    pub(super) legs: Vec<Leg>,
    /// By package, then point.
    pub(super) copies: Vec<Copy>,
    /// By package and site.
    pub(super) onward: BTreeMap<(u32, SiteId), Onward>,
    /// Bytes of files that each package's source site compresses.
    pub(super) compressed: Vec<Size>,
    /// Destinations to which no route leads.
    pub(super) unreachable: Vec<(u32, Destination)>,
    /// Rates of the sites' servers, towards their distribution points.
    pub(super) outlets: BTreeMap<SiteId, Rate>,
    /// Rates of the distribution points.
    pub(super) points: BTreeMap<ServerId, Rate>,
    /// Which of the copies are pulled, and from where.
    pub(super) supplies: Supplies<'s>,
    /// The links under all of it.
    pub(super) links: Links,
}

impl<'s> Plan<'s> {
    pub(super) fn new(sending: &'s Sending) -> Self {
        let mut plan = Self::empty(sending);
        let mut trees = BTreeMap::new();
        for (position, package) in plan.packages.clone().into_iter().enumerate() {
            let tree = (trees.entry(package.from))
                .or_insert_with(|| fewest_hops(package.from, &plan.routes));
            plan.add(position as u32, package, tree, &sending.rules);
        }
        for site in plan.copies.iter().map(|copy| copy.site) {
            let rate = sending.outlets.get(&site).copied();
            plan.outlets
                .insert(site, rate.unwrap_or(Server::DEFAULT_EGRESS));
        }
        plan.supplies = Supplies::new(sending, &plan.copies);
        let before = plan.routes.len() + plan.outlets.len() + plan.points.len();
        let moves = plan.moves(sending);
        let links = moves.iter().flat_map(|(_, path)| *path);
        plan.links = Links::new(sending, links, before);
        plan
    }

    /// The links over which each package may move, with its position. A link over which
    /// no package may move does not occur.
    pub(super) fn moves(&self, sending: &'s Sending) -> Vec<(u32, &'s [LinkId])> {
        let legs = self.legs.iter();
        let mut moves: Vec<_> = legs
            .map(|leg| (leg.package, &self.routes[leg.route as usize].path[..]))
            .collect();
        for (at, copy) in (0..).zip(&self.copies) {
            match self.supplies.of.get(&at) {
                None => {
                    let way = sending.ways.get(&copy.point).into_iter();
                    moves.extend(way.map(|way| (copy.package, &way[..])));
                }
                Some(supplies) => {
                    let paths = supplies.iter().map(|supply| &supply.source.path[..]);
                    moves.extend(paths.map(|path| (copy.package, path)));
                }
            }
        }
        moves
    }

    /// Capacities of what nothing but the sending uses: the routes, the sites'
    /// outlets and the points, each in their order.
    pub(super) fn own_rates(&self) -> impl Iterator<Item = Rate> {
        let routes = self.routes.iter().map(|route| route.rate);
        let outlets = self.outlets.values().copied();
        routes.chain(outlets).chain(self.points.values().copied())
    }

    fn empty(sending: &'s Sending) -> Self {
        let mut packages: Vec<_> = sending.packages.iter().collect();
        packages.sort_unstable();
        let mut routes: Vec<_> = sending.routes.iter().collect();
        routes.sort_unstable();
        routes.dedup_by_key(|route| (route.from, route.to));
        Self {
            compressed: vec![Size(0); packages.len()],
            packages,
            routes,
            legs: Vec::new(),
            copies: Vec::new(),
            onward: BTreeMap::new(),
            unreachable: Vec::new(),
            outlets: BTreeMap::new(),
            points: BTreeMap::new(),
            supplies: Supplies::default(),
            links: Links::default(),
        }
    }

    fn add(
        &mut self,
        position: u32,
        package: &SentPackage,
        tree: &BTreeMap<SiteId, u32>,
        rules: &SendingRules,
    ) {
        let mut destinations = package.destinations.clone();
        destinations.sort_unstable();
        destinations.dedup_by_key(|destination| destination.point);
        let ways: Vec<_> = (destinations.into_iter())
            .map(|d| (d, way(package.from, d.site, tree, &self.routes)))
            .collect();
        let legs = self.add_legs(position, package, &ways, rules);
        for (destination, way) in ways {
            match way {
                Some(way) => {
                    let way = way.iter().map(|route| legs[route]).collect();
                    self.add_copy(
                        position,
                        destination,
                        rules.needed(package, &destination),
                        way,
                    );
                }
                None => self.unreachable.push((position, destination)),
            }
        }
    }

    /// The legs of a package, by route.
    fn add_legs(
        &mut self,
        position: u32,
        package: &SentPackage,
        ways: &[(Destination, Option<Vec<u32>>)],
        rules: &SendingRules,
    ) -> BTreeMap<u32, u32> {
        let mut files = BTreeMap::<u32, Size>::new();
        for (destination, way) in ways {
            for route in way.iter().flatten() {
                let most = files.entry(*route).or_default();
                *most = (*most).max(rules.needed(package, destination));
            }
        }
        // Delta and whole package are two archives, each compressed once.
        let archives: BTreeSet<Size> = files.values().copied().collect();
        let compressed = &mut self.compressed[position as usize];
        for archive in archives {
            *compressed += archive;
        }
        let mut legs = BTreeMap::new();
        for (route, files) in files {
            let leg = self.legs.len() as u32;
            self.legs.push(Leg {
                package: position,
                route,
                bytes: rules.packed(files),
            });
            let from = self.routes[route as usize].from;
            self.onward
                .entry((position, from))
                .or_default()
                .legs
                .push(leg);
            legs.insert(route, leg);
        }
        legs
    }

    fn add_copy(&mut self, position: u32, destination: Destination, bytes: Size, way: Vec<u32>) {
        let Destination {
            point,
            site,
            rate,
            behind,
        } = destination;
        let copy = self.copies.len() as u32;
        self.copies.push(Copy {
            package: position,
            id: self.packages[position as usize].package,
            site,
            point,
            bytes,
            older: behind.is_some(),
            way,
        });
        self.onward
            .entry((position, site))
            .or_default()
            .copies
            .push(copy);
        let least = self.points.entry(point).or_insert(rate);
        *least = (*least).min(rate);
    }
}

/// For every site that can be reached from `source`, the last route of a way
/// with the fewest hops; among those, over the sites with the lowest numbers.
fn fewest_hops(source: SiteId, routes: &[&Route]) -> BTreeMap<SiteId, u32> {
    let mut reached = BTreeMap::new();
    let mut next = VecDeque::from([source]);
    while let Some(site) = next.pop_front() {
        let first = routes.partition_point(|route| route.from < site);
        for (ahead, route) in routes[first..].iter().enumerate() {
            if route.from != site {
                break;
            }
            if route.to != source && !reached.contains_key(&route.to) {
                reached.insert(route.to, (first + ahead) as u32);
                next.push_back(route.to);
            }
        }
    }
    reached
}

/// The routes from `source` to `site`, in order; `None` if there is no way.
fn way(
    source: SiteId,
    site: SiteId,
    tree: &BTreeMap<SiteId, u32>,
    routes: &[&Route],
) -> Option<Vec<u32>> {
    let mut way = Vec::new();
    let mut at = site;
    while at != source {
        let route = *tree.get(&at)?;
        way.push(route);
        at = routes[route as usize].from;
    }
    way.reverse();
    Some(way)
}
