//! Which packages are sent apart from each other: what has no sender, server, point
//! or link in common takes its way as if there were nothing else.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::Delivery;
use super::plan::{Copy, Leg, Plan};
use crate::engine::effort;
use crate::units::Instant;
use crate::world::sending::{Capacity, Outage, Sending, Target};
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

/// A sending that is to be divided.
pub(crate) struct Division<'s> {
    sending: &'s Sending,
    plan: Plan<'s>,
    events: OnceCell<Events<'s>>,
}

/// What happens to targets and links in the course of a sending, by these.
#[derive(Default)]
struct Events<'s> {
    outages: BTreeMap<Target, Vec<&'s Outage>>,
    capacities: BTreeMap<LinkId, Vec<&'s Capacity>>,
}

impl<'s> Events<'s> {
    fn of(sending: &'s Sending) -> Self {
        let mut events = Self::default();
        for outage in &sending.outages {
            let outages = events.outages.entry(outage.target);
            outages.or_default().push(outage);
        }
        for capacity in &sending.capacities {
            let capacities = events.capacities.entry(capacity.link);
            capacities.or_default().push(capacity);
        }
        events
    }
}

impl<'s> Division<'s> {
    pub(crate) fn new(sending: &'s Sending) -> Self {
        Self {
            sending,
            plan: Plan::new(sending),
            events: OnceCell::new(),
        }
    }

    /// The parts of the sending, in the order of their first packages.
    pub(crate) fn parts(&self) -> Vec<Part> {
        let plan = &self.plan;
        let mut first_at = BTreeMap::<Place, usize>::new();
        let mut root: Vec<usize> = (0..plan.packages.len()).collect();
        let mut links = vec![BTreeSet::new(); plan.packages.len()];
        for (package, place) in self.places() {
            effort::spend(1);
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
            all.extend(std::mem::take(&mut links[at]));
        }
        let part = |(packages, links): (BTreeSet<_>, BTreeSet<_>)| Part {
            packages: packages.into_iter().collect(),
            links: links.into_iter().collect(),
        };
        parts.into_values().map(part).collect()
    }

    /// Where each package comes by, by its position in the plan.
    fn places(&self) -> Vec<(usize, Place)> {
        let plan = &self.plan;
        let mut places = Vec::new();
        for (at, package) in plan.packages.iter().enumerate() {
            places.push((at, Place::Package(package.package)));
            places.push((at, Place::Site(package.from)));
        }
        for leg in &plan.legs {
            let route = plan.routes[leg.route as usize];
            places.push((leg.package as usize, Place::Site(route.from)));
        }
        for copy in &plan.copies {
            let at = copy.package as usize;
            places.push((at, Place::Site(copy.site)));
            places.push((at, Place::Point(copy.point)));
        }
        for (package, path) in plan.moves(self.sending) {
            let links = path.iter().map(|link| Place::Link(*link));
            places.extend(links.map(|link| (package as usize, link)));
        }
        places
    }

    /// The part of the sending that concerns `packages`, which are sorted. It has the
    /// routes, points, links and outages that they use in the whole, and no others.
    pub(crate) fn restricted(&self, packages: &[PackageId]) -> Sending {
        let (whole, plan) = (self.sending, &self.plan);
        let mut part = Sending {
            clock: whole.clock,
            horizon: whole.horizon,
            rules: whole.rules,
            ..Sending::default()
        };
        let mut targets = BTreeSet::new();
        let mut links = BTreeSet::new();
        let mut routes = BTreeSet::new();
        let mut point = |part: &mut Sending, point: ServerId| {
            targets.insert(Target::Point(point));
            targets.insert(Target::Way(point));
            let way = whole.ways.get_key_value(&point);
            part.ways.extend(way.map(|(at, way)| (*at, way.clone())));
            let pulls = whole.pulls.get_key_value(&point);
            part.pulls
                .extend(pulls.map(|(at, sources)| (*at, sources.clone())));
            links.extend(way.into_iter().flat_map(|(_, way)| way));
            for source in pulls.into_iter().flat_map(|(_, sources)| sources) {
                targets.insert(Target::Point(source.point));
                links.extend(&source.path);
            }
        };
        for package in packages {
            let all = (*package, ServerId(0))..=(*package, ServerId(u32::MAX));
            part.held.extend(whole.held.range(all));
            for at in among(&plan.packages, |sent| sent.package, *package) {
                effort::spend(1);
                part.packages.push(plan.packages[at].clone());
                let legs = among(&plan.legs, |leg: &Leg| leg.package, at as u32);
                routes.extend(plan.legs[legs].iter().map(|leg| leg.route));
                let copies = among(&plan.copies, |copy: &Copy| copy.package, at as u32);
                for copy in &plan.copies[copies] {
                    point(&mut part, copy.point);
                    let outlet = whole.outlets.get(&copy.site);
                    part.outlets.extend(outlet.map(|rate| (copy.site, *rate)));
                }
            }
        }
        for route in routes {
            let route = plan.routes[route as usize];
            targets.insert(Target::Site(route.to));
            targets.insert(Target::Route(route.from, route.to));
            links.extend(&route.path);
            part.routes.push(route.clone());
        }
        targets.extend(links.iter().map(|link| Target::Link(*link)));
        let events = self.events.get_or_init(|| Events::of(whole));
        let outages = targets.iter().filter_map(|at| events.outages.get(at));
        part.outages.extend(outages.flatten().copied());
        let capacities = links.iter().filter_map(|link| events.capacities.get(link));
        part.capacities.extend(capacities.flatten().copied());
        let rates = links
            .iter()
            .filter_map(|link| whole.links.get_key_value(link));
        part.links.extend(rates.map(|(link, rate)| (*link, *rate)));
        part
    }

    /// The same, but with all routes, used or not.
    pub(crate) fn restricted_on_all_routes(&self, packages: &[PackageId]) -> Sending {
        Sending {
            routes: self.sending.routes.clone(),
            ..self.restricted(packages)
        }
    }
}

/// Where those with one key are in a list that is sorted by it.
fn among<T, K: Ord>(list: &[T], key: impl Fn(&T) -> K, of: K) -> std::ops::Range<usize> {
    let first = list.partition_point(|one| key(one) < of);
    first..first + list[first..].partition_point(|one| key(one) == of)
}

fn find(root: &mut [usize], mut at: usize) -> usize {
    while root[at] != at {
        root[at] = root[root[at]];
        at = root[at];
    }
    at
}

/// When the last byte of each package has moved: [`Instant::NEVER`] if something is on
/// its way at the horizon, or may yet be tried again. A package of which nothing moves is
/// left out.
pub(crate) fn over(arrivals: &[Arrival]) -> BTreeMap<PackageId, Instant> {
    let mut over = BTreeMap::new();
    let moving = |arrival: &&Arrival| !matches!(arrival.fate, Fate::NoRoute | Fate::NoSource);
    for arrival in arrivals.iter().filter(moving) {
        let last = over.entry(arrival.package).or_insert(Instant::START);
        *last = arrival.at.max(*last);
    }
    over
}

impl Delivery {
    /// This delivery, which has all routes, together with others. Each of these has been
    /// sent over routes of its own.
    pub(crate) fn with(mut self, others: Vec<Self>) -> Self {
        for other in others {
            self.arrivals.extend(other.arrivals);
            self.copies.extend(other.copies);
            self.pulls.extend(other.pulls);
            self.links.extend(other.links);
            self.passages.extend(other.passages);
            for theirs in other.routes {
                let key = (theirs.from, theirs.to);
                let at = (self.routes).binary_search_by_key(&key, |route| (route.from, route.to));
                match at {
                    Ok(at) => self.routes[at] = theirs,
                    Err(at) => self.routes.insert(at, theirs),
                }
            }
        }
        self.arrivals
            .sort_by_key(|arrival| (arrival.package, arrival.released, arrival.point));
        self.copies.sort_by_key(|copy| (copy.site, copy.point));
        self.pulls.sort_by_key(|pull| (pull.source, pull.point));
        self.links.sort_by_key(|(link, _)| *link);
        self
    }
}
