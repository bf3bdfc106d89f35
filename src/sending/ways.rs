//! What a world says about the ways between its sites: their rates, and when
//! they are cut.

use std::collections::{BTreeMap, BTreeSet};

use super::{Delivery, Way};
use crate::units::{Instant, Rate, Size, Span};
use crate::world::sending::{Capacity, Outage, Route, Target};
use crate::world::{Carried, Change, LinkId, Received, Sent, ServerId, ServerRole, SiteId, World};

/// A new address between two sites of a world: always open, without a limit,
/// over the WAN links between them, by the clock of the sending site.
pub fn route(world: &World, from: SiteId, to: SiteId) -> Route {
    Route {
        path: wan_links(world, from, to).into_iter().collect(),
        ahead: world.sites[from.index()].time_zone,
        ..Route::new(from, to, Rate::UNLIMITED)
    }
}

/// The links between a site's server and a distribution point to which it
/// copies: the LANs, and the WAN links where the point is at another site.
pub fn way(world: &World, site: SiteId, point: ServerId) -> Vec<LinkId> {
    let there = world.servers[point.index()].site;
    let mut links = wan_links(world, site, there);
    let lan = |site: SiteId| world.sites[site.index()].lan;
    links.extend([lan(site), lan(there)].into_iter().flatten());
    links.into_iter().collect()
}

/// What a delivery has done.
pub fn sent(world: &World, delivery: &Delivery) -> Sent {
    Sent {
        received: received(world, delivery),
        routes: delivery.routes.clone(),
        copies: delivery.copies.clone(),
        pulls: delivery.pulls.clone(),
    }
}

/// What crossed the WAN links towards sites, and when.
fn received(world: &World, delivery: &Delivery) -> Vec<Received> {
    let mut received = Vec::new();
    for passage in &delivery.passages {
        let at = |point: ServerId| world.servers[point.index()].site;
        let (from, to) = match passage.way {
            Way::Route(from, to) => (from, to),
            Way::Copy(site, point) => (site, at(point)),
            Way::Pull(source, point) => (at(source), at(point)),
        };
        let above = sites_above(world, from);
        for site in sites_above(world, to).difference(&above) {
            received.push(Received {
                site: *site,
                from: passage.from,
                until: passage.until,
                bytes: passage.bytes,
            });
        }
    }
    received
}

/// What each link has carried of all that a delivery sent, copied and pulled.
pub(crate) fn carried(world: &World, delivery: &Delivery) -> Vec<Carried> {
    let mut found = BTreeMap::<LinkId, Carried>::new();
    let mut carry = |path: Vec<LinkId>, bytes: Size, attempts, first, last: Instant| {
        if bytes == Size(0) {
            return;
        }
        for link in path {
            let so_far = found.entry(link).or_insert(Carried {
                link,
                bytes: Size(0),
                attempts: 0,
                first: Instant::NEVER,
                last: Instant::NEVER,
                peak_use: 0.0,
                peak_transfers: 0,
                saturated: Span::ZERO,
            });
            so_far.bytes += bytes;
            so_far.attempts += attempts;
            so_far.first = so_far.first.min(first);
            so_far.last = later(so_far.last, last);
        }
    };
    for r in &delivery.routes {
        let path = wan_links(world, r.from, r.to).into_iter().collect();
        carry(path, r.bytes, r.attempts, r.first, r.last);
    }
    for c in &delivery.copies {
        let path = way(world, c.site, c.point);
        carry(path, c.bytes, c.attempts, c.first, c.last);
    }
    for p in &delivery.pulls {
        let path = path(world, p.source, p.point);
        carry(path, p.bytes, p.attempts, p.first, p.last);
    }
    for (link, used) in &delivery.links {
        if let Some(carried) = found.get_mut(link) {
            carried.peak_use = used.peak_use;
            carried.peak_transfers = used.peak_transfers;
            carried.saturated = used.saturated;
        }
    }
    found.into_values().collect()
}

/// The later of two instants that may never have come.
fn later(a: Instant, b: Instant) -> Instant {
    match (a.is_some(), b.is_some()) {
        (true, true) => a.max(b),
        (true, false) => a,
        (false, _) => b,
    }
}

/// When the capacities of `links` change.
pub fn capacities(world: &World, links: &BTreeSet<LinkId>) -> Vec<Capacity> {
    let changes = world.changes.iter().filter_map(|timed| match timed.change {
        Change::Link(link, rate) if links.contains(&link) => Some(Capacity {
            at: timed.at(),
            link,
            rate,
        }),
        _ => None,
    });
    changes.collect()
}

/// The links between a distribution point and another that pulls from it: the
/// network card of the first, the LANs, and the WAN links.
pub fn path(world: &World, source: ServerId, point: ServerId) -> Vec<LinkId> {
    let (source, point) = (
        &world.servers[source.index()],
        &world.servers[point.index()],
    );
    let lan = |site: SiteId| world.sites[site.index()].lan;
    let mut links = wan_links(world, source.site, point.site);
    links.extend(
        [source.egress, lan(source.site), lan(point.site)]
            .into_iter()
            .flatten(),
    );
    links.into_iter().collect()
}

/// The outages of `links`, while they have no capacity.
pub fn cuts(world: &World, links: &BTreeSet<LinkId>) -> Vec<Outage> {
    let cut = |(element, from, to)| match element {
        Element::Link(link) if links.contains(&link) => Some(Outage {
            target: Target::Link(link),
            from,
            to,
        }),
        _ => None,
    };
    failures(world).into_iter().filter_map(cut).collect()
}

/// The outages that the world's faults mean: a route is out while a WAN link on
/// its way has no capacity, a distribution point while its server is down.
pub fn outages(world: &World, routes: &[Route]) -> Vec<Outage> {
    let mut by_link = BTreeMap::<LinkId, Vec<Target>>::new();
    for route in routes {
        for link in wan_links(world, route.from, route.to) {
            let target = Target::Route(route.from, route.to);
            by_link.entry(link).or_default().push(target);
        }
    }
    let mut outages = Vec::new();
    for (element, from, to) in failures(world) {
        let one;
        let targets = match element {
            Element::Link(link) => by_link.get(&link).map_or(&[][..], Vec::as_slice),
            Element::Point(target) => {
                one = [target];
                &one[..]
            }
        };
        outages.extend(targets.iter().map(|target| Outage {
            target: *target,
            from,
            to,
        }));
    }
    outages
}

/// Something that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Element {
    Link(LinkId),
    Point(Target),
}

/// What fails when, and when it is back.
fn failures(world: &World) -> Vec<(Element, Instant, Instant)> {
    let mut since = BTreeMap::<Element, Instant>::new();
    let mut failures = Vec::new();
    for timed in &world.changes {
        let (element, fails) = match &timed.change {
            Change::Link(link, rate) => (Element::Link(*link), rate.0 == 0),
            Change::Server(server, up)
            | Change::Role(server, ServerRole::DistributionPoint, up) => {
                (Element::Point(Target::Point(*server)), !up)
            }
            _ => continue,
        };
        if fails {
            since.entry(element).or_insert(timed.at());
        } else if let Some(from) = since.remove(&element) {
            failures.push((element, from, timed.at()));
        }
    }
    let lasting = since.into_iter();
    failures.extend(lasting.map(|(element, from)| (element, from, Instant::NEVER)));
    failures
}

/// A site and those above it.
fn sites_above(world: &World, site: SiteId) -> BTreeSet<SiteId> {
    std::iter::successors(Some(site), |site| world.sites[site.index()].parent).collect()
}

/// The limited WAN links on the way between two sites: up to the nearest common
/// ancestor, and down again.
fn wan_links(world: &World, from: SiteId, to: SiteId) -> BTreeSet<LinkId> {
    let (up, down) = (sites_above(world, from), sites_above(world, to));
    let rising = up
        .difference(&down)
        .map(|site| world.sites[site.index()].wan_up);
    let falling = down
        .difference(&up)
        .map(|site| world.sites[site.index()].wan_down);
    rising.chain(falling).flatten().collect()
}
