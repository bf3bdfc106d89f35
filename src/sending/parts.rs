//! Which packages are sent apart from each other: what has no sender, server, point
//! or link in common takes its way as if there were nothing else.

use std::collections::{BTreeMap, BTreeSet};

use super::Delivery;
use super::plan::Plan;
use crate::units::Instant;
use crate::world::sending::Sending;
use crate::world::{Arrival, Fate, LinkId, PackageId, ServerId, SiteId};

/// Packages that meet each other on their ways.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    /// The packages, sorted.
    pub(crate) packages: Vec<PackageId>,
    /// The links over which they may move, sorted.
    pub(crate) links: Vec<LinkId>,
}

/// Something at which two packages can meet.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Site(SiteId),
    Point(ServerId),
    Link(LinkId),
    Package(PackageId),
}

/// The parts of a sending, in the order of their first packages.
pub(crate) fn parts(sending: &Sending) -> Vec<Part> {
    let plan = Plan::new(sending);
    let mut first_at = BTreeMap::<Place, usize>::new();
    let mut root: Vec<usize> = (0..plan.packages.len()).collect();
    let mut links = vec![BTreeSet::new(); plan.packages.len()];
    for (package, place) in places(&plan, sending) {
        if let Place::Link(link) = place {
            links[package].insert(link);
        }
        let first = *first_at.entry(place).or_insert(package);
        let (a, b) = (find(&mut root, first), find(&mut root, package));
        root[a.max(b)] = a.min(b);
    }
    let mut parts = BTreeMap::<usize, (BTreeSet<PackageId>, BTreeSet<LinkId>)>::new();
    for (at, package) in plan.packages.iter().enumerate() {
        let (packages, all) = parts.entry(find(&mut root, at)).or_default();
        packages.insert(package.package);
        all.append(&mut links[at]);
    }
    let part = |(packages, links): (BTreeSet<_>, BTreeSet<_>)| Part {
        packages: packages.into_iter().collect(),
        links: links.into_iter().collect(),
    };
    parts.into_values().map(part).collect()
}

fn find(root: &mut [usize], mut at: usize) -> usize {
    while root[at] != at {
        root[at] = root[root[at]];
        at = root[at];
    }
    at
}

/// Where each package comes by, by its position in the plan.
fn places(plan: &Plan, sending: &Sending) -> Vec<(usize, Place)> {
    let mut places = Vec::new();
    for (at, package) in plan.packages.iter().enumerate() {
        places.push((at, Place::Package(package.package)));
        places.push((at, Place::Site(package.from)));
    }
    for leg in &plan.legs {
        let (at, route) = (leg.package as usize, plan.routes[leg.route as usize]);
        places.push((at, Place::Site(route.from)));
        places.extend(route.path.iter().map(|link| (at, Place::Link(*link))));
    }
    for (copy, planned) in plan.copies.iter().enumerate() {
        let at = planned.package as usize;
        places.push((at, Place::Site(planned.site)));
        places.push((at, Place::Point(planned.point)));
        let way = match plan.supplies.of.get(&(copy as u32)) {
            None => sending.ways.get(&planned.point).into_iter().collect(),
            Some(supplies) => supplies.iter().map(|s| &s.source.path).collect::<Vec<_>>(),
        };
        let links = way.into_iter().flatten();
        places.extend(links.map(|link| (at, Place::Link(*link))));
    }
    places
}

/// The part of `sending` that concerns `packages`, sorted.
pub(crate) fn restricted(sending: &Sending, packages: &[PackageId]) -> Sending {
    let mut part = sending.clone();
    part.packages
        .retain(|sent| packages.binary_search(&sent.package).is_ok());
    part
}

/// When the last byte of `packages` has moved: [`Instant::NEVER`] if something is on
/// its way at the horizon, or may yet be tried again.
pub(crate) fn over(arrivals: &[Arrival], packages: &[PackageId]) -> Instant {
    let theirs = arrivals
        .iter()
        .filter(|arrival| packages.binary_search(&arrival.package).is_ok())
        .filter(|arrival| !matches!(arrival.fate, Fate::NoRoute | Fate::NoSource));
    let last = theirs.map(|arrival| arrival.at).max();
    last.unwrap_or(Instant::START)
}

impl Delivery {
    /// This and what was sent apart from it, as one.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.arrivals.extend(other.arrivals);
        self.arrivals
            .sort_by_key(|arrival| (arrival.package, arrival.released, arrival.point));
        // Both know of all routes, in the same order; a route is used by one of them.
        for (mine, theirs) in self.routes.iter_mut().zip(other.routes) {
            if theirs.attempts > 0 {
                *mine = theirs;
            }
        }
        self.copies.extend(other.copies);
        self.copies.sort_by_key(|copy| (copy.site, copy.point));
        self.pulls.extend(other.pulls);
        self.pulls.sort_by_key(|pull| (pull.source, pull.point));
        self.lines.extend(other.lines);
        self.lines.sort_by_key(|(link, _)| *link);
        self.passages.extend(other.passages);
        self
    }
}
