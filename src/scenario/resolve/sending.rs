//! Packages on their way: what is sent by which addresses, and what comes of it.
//!
//! [`deliver`] asks [`crate::sending`] when each distribution point has its
//! content as long as no client uses the same lines, and enters the answer into the
//! world. The faults of the world are known by then; the machines are not. What they
//! do meet is sent anew in each replication.

mod address;
mod content;
mod pulls;

use super::retry::{self, retry_without_jitter};
use super::when;
use crate::scenario::ProblemCode;
use crate::scenario::names::Item;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{self, At, Period, Sent};
use crate::sending::{
    Compression, Destination, Outage, Route, SenderRetry, Sending, SendingRules, SentPackage,
    Target, WeekClock, capacities, carried, cuts, forecast, missing_at_start, outages, route, sent,
    way,
};
use crate::units::{Instant, Rate, Share, SignedInstant, grouped};
use crate::world::{Arrival, LinkId, PackageId, ServerId, SiteId, World};
use pulls::Pulls;
use std::collections::{BTreeMap, BTreeSet};

/// Lets every package that is `sent` come to its distribution points: sets what
/// is missing at the start, the changes by which it comes, and the deliveries.
pub(super) fn deliver(plan: &Plan, world: &mut World, problems: &mut Problems) {
    let pulls = Pulls::new(plan, world, problems);
    let ways = Ways::new(plan, world, &pulls, problems);
    let packages = packages(plan, world, &ways, problems);
    let rules = SendingRules {
        pull: pulls::rules(plan, problems),
        ..rules(plan, problems)
    };
    if packages.is_empty() || problems.has_errors() {
        return;
    }
    let mut outages = outages(world, &ways.routes);
    outages.extend(ways.broken_copies(world));
    let pulled = pulls.links();
    outages.extend(cuts(world, &pulled));
    let between = ways.between(world);
    let links: BTreeSet<LinkId> = pulled
        .into_iter()
        .chain(between.values().flatten().copied())
        .chain(ways.routes.iter().flat_map(|route| route.path.clone()))
        .collect();
    let sending = Sending {
        clock: WeekClock::starting(world.start),
        horizon: world.horizon,
        rules,
        capacities: capacities(world, &links),
        links: (links.into_iter())
            .map(|link| (link, world.links[link.index()].rate))
            .collect(),
        ways: between,
        held: pulls::held(world, &packages),
        pulls: pulls.sources,
        routes: ways.routes,
        packages,
        outages,
        ..Sending::default()
    };
    let delivery = forecast(&sending);
    world.content_faults = content::faults(world, &sending.packages);
    for (at, package) in world.packages.iter_mut().enumerate() {
        package.missing_at_start = missing_at_start(&delivery.arrivals, PackageId::from(at));
    }
    world.changes = content::settle(&delivery.arrivals, std::mem::take(&mut world.changes));
    world.carried = carried(world, &delivery);
    world.sent = sent(world, &delivery);
    world.deliveries_in_a_row = in_a_row(world, &delivery.arrivals);
    world.deliveries = delivery.arrivals;
    world.sending = Some(sending);
}

/// Microseconds that what is sent takes, one after the other, by the slowest line.
fn in_a_row(world: &World, arrivals: &[Arrival]) -> u128 {
    let bytes = arrivals.iter().map(|arrival| {
        let size = world.packages[arrival.package.index()].size;
        u128::from(arrival.bytes.0.max(size.0))
    });
    let slowest = world.links.iter().map(|link| link.rate.0).min();
    let slowest = u128::from(slowest.unwrap_or(u64::MAX).max(1));
    bytes.sum::<u128>() * 8 * 1_000_000 / slowest
}

/// How the sites reach one another, and their servers the points.
struct Ways {
    /// By site: the one whose server copies to the distribution points there.
    copied_by: Vec<SiteId>,
    /// Addresses, to each site that has a server of its own.
    routes: Vec<Route>,
    /// Points to which no site copies.
    pulling: BTreeSet<ServerId>,
}

impl Ways {
    fn new(plan: &Plan, world: &World, pulls: &Pulls, problems: &mut Problems) -> Self {
        let terms = address::all(plan, problems);
        let mut copied_by = Vec::new();
        for (at, item) in plan.sites.list().iter().enumerate() {
            let named = item.spec.copied_by.as_ref();
            let site = named.and_then(|name| plan.sites.resolve(name, problems));
            copied_by.push(SiteId::from(site.unwrap_or(at)));
        }
        let mut ways = Self {
            copied_by,
            routes: Vec::new(),
            pulling: pulls.sources.keys().copied().collect(),
        };
        for (at, item) in plan.sites.list().iter().enumerate() {
            let (to, spec) = (SiteId::from(at), &item.spec);
            let named = spec.sender_from.as_ref();
            let named = named.and_then(|name| plan.sites.resolve(name, problems));
            let from = named.map(SiteId::from).or_else(|| ways.above(to, world));
            let address = spec.address.as_ref();
            let address = address.and_then(|name| plan.addresses.resolve(name, problems));
            if let Some(from) = from.filter(|_| ways.has_server(to)) {
                let mut route = route(world, from, to);
                if let Some(address) = address {
                    terms[address].apply(&mut route);
                }
                ways.routes.push(route);
            }
        }
        ways
    }

    /// Whether the site receives packages and copies them itself.
    fn has_server(&self, site: SiteId) -> bool {
        self.copied_by[site.index()] == site
    }

    /// The nearest site on the way up that has a server.
    fn above(&self, site: SiteId, world: &World) -> Option<SiteId> {
        let parent = |site: &SiteId| world.sites[site.index()].parent;
        std::iter::successors(parent(&site), parent).find(|above| self.has_server(*above))
    }

    /// The distribution point as a destination, whose card limits what comes to
    /// it; the links between limit it elsewhere.
    fn destination(&self, point: ServerId, behind: Option<u32>, world: &World) -> Destination {
        let server = &world.servers[point.index()];
        let rate = |link: LinkId| world.links[link.index()].rate;
        Destination {
            point,
            site: self.copied_by[server.site.index()],
            rate: server.egress.map_or(Rate::UNLIMITED, rate),
            behind,
        }
    }

    /// The links between each distribution point and the server that copies to
    /// it.
    fn between(&self, world: &World) -> BTreeMap<ServerId, Vec<LinkId>> {
        let servers = world.servers.iter().enumerate();
        servers
            .map(|(at, server)| (ServerId::from(at), server))
            .filter(|(at, server)| server.roles.distribution_point && !self.pulling.contains(at))
            .map(|(at, server)| (at, way(world, self.copied_by[server.site.index()], at)))
            .collect()
    }

    /// When copies to distribution points of another site break, because a WAN
    /// link on their way is cut; such a point cannot be notified either.
    fn broken_copies(&self, world: &World) -> Vec<Outage> {
        let mut by_way = BTreeMap::<_, Vec<_>>::new();
        for (at, server) in world.servers.iter().enumerate() {
            let from = self.copied_by[server.site.index()];
            if server.roles.distribution_point && from != server.site {
                let target = Target::Way(ServerId::from(at));
                by_way.entry((from, server.site)).or_default().push(target);
            }
        }
        let ways = by_way.keys().map(|(from, to)| route(world, *from, *to));
        let mut broken = Vec::new();
        for cut in outages(world, &ways.collect::<Vec<_>>()) {
            if let Target::Route(from, to) = cut.target {
                let points = by_way[&(from, to)].iter();
                broken.extend(points.map(|target| Outage {
                    target: *target,
                    ..cut
                }));
            }
        }
        broken
    }
}

/// The most copies that are sent. Each is a job of its own.
const MOST_SENT: usize = 1_000_000;

fn packages(plan: &Plan, world: &World, ways: &Ways, problems: &mut Problems) -> Vec<SentPackage> {
    let mut packages = Vec::new();
    let mut copies = 0;
    let only_root = only_root(plan);
    for (at, item) in plan.packages.list().iter().enumerate() {
        let Some(sent) = &item.spec.sent else {
            continue;
        };
        let changed = sent.changed.as_ref().map(|changed| changed.0);
        let behind = changed.map(|_| sent.behind.as_ref().map_or(1, |behind| behind.0 as u32));
        let points = points(
            item,
            sent,
            &world.packages[at].distribution_points,
            plan,
            problems,
        );
        copies += points.len();
        if copies > MOST_SENT {
            let most = grouped(MOST_SENT as u64);
            problems.error(
                ProblemCode::TooMany,
                sent.span(),
                format!("packages would be sent to distribution points more than {most} times"),
                "send them to fewer `points`",
            );
            break;
        }
        packages.push(SentPackage {
            package: PackageId::from(at),
            from: source((item, sent), only_root, plan, problems),
            size: world.packages[at].size,
            changed,
            // What was sent before the start is not known: all of it is from then on.
            released: when(sent.at.as_ref(), plan.start)
                .map_or(Instant::START, SignedInstant::clamped),
            priority: sent.priority.map(|word| word.meaning()).unwrap_or_default(),
            destinations: (points.into_iter())
                .map(|point| ways.destination(point, behind, world))
                .collect(),
        });
    }
    packages
}

/// The only site without a parent, if there is one alone.
fn only_root(plan: &Plan) -> Option<usize> {
    let sites = plan.sites.list();
    let mut roots = (0..sites.len()).filter(|at| sites[*at].spec.parent.is_none());
    roots.next().filter(|_| roots.next().is_none())
}

/// The site whose server has the source files.
fn source(
    (item, sent): (&Item<written::Package>, &At<Sent>),
    only_root: Option<usize>,
    plan: &Plan,
    problems: &mut Problems,
) -> SiteId {
    let found = match (&sent.from, only_root) {
        (Some(name), _) => plan.sites.resolve(name, problems),
        (None, Some(root)) => Some(root),
        (None, None) => {
            let message = format!("it is not clear from where `{}` is sent", item.name);
            problems.error(
                ProblemCode::Ambiguous,
                sent.span(),
                message,
                "say `from = \"...\"`",
            );
            None
        }
    };
    // Position 0 stands in where an error has been reported.
    SiteId::from(found.unwrap_or(0))
}

/// The points to which a package comes.
fn points(
    item: &Item<written::Package>,
    sent: &Sent,
    holding: &[ServerId],
    plan: &Plan,
    problems: &mut Problems,
) -> Vec<ServerId> {
    let Some(names) = &sent.points else {
        return holding.to_vec();
    };
    let mut points = Vec::new();
    for name in names {
        let chosen = plan.servers.select(std::slice::from_ref(name), problems);
        let before = points.len();
        let chosen: Vec<_> = chosen.into_iter().map(ServerId::from).collect();
        points.extend(
            chosen
                .iter()
                .filter(|point| holding.binary_search(point).is_ok()),
        );
        if points.len() == before && !chosen.is_empty() {
            let message = format!(
                "`{}` is among the `points` to which `{}` is sent, but not among its `distribution_points`",
                **name, item.name
            );
            let help = "add it to the `distribution_points` of the package";
            problems.error(ProblemCode::NoSuchPoint, name.span(), message, help);
        }
    }
    points.sort_unstable();
    points.dedup();
    points
}

/// The product's rules with what the scenario says put over them.
fn rules(plan: &Plan, problems: &mut Problems) -> SendingRules {
    let rules = SendingRules::default();
    let Some(written) = &plan.written.sending else {
        return rules;
    };
    let whole = |value: Option<u64>, default: u32| value.map_or(default, |value| value as u32);
    let sender = rules.sender_retry;
    let mut every = |key, written: &Option<At<Period>>| {
        retry::every(key, written.as_ref(), plan.horizon, problems)
    };
    SendingRules {
        sendings: whole(written.threads.map(|count| count.0), rules.sendings),
        sendings_per_site: whole(
            written.threads_per_site.map(|count| count.0),
            rules.sendings_per_site,
        ),
        sender_retry: SenderRetry {
            attempts: whole(written.attempts.map(|count| count.0), sender.attempts),
            interval: every("retry_interval", &written.retry_interval).unwrap_or(sender.interval),
            reschedule: every("reschedule", &written.reschedule).unwrap_or(sender.reschedule),
            give_up: written.give_up.map_or(sender.give_up, |span| span.0),
            resumes: written.resumes.unwrap_or(sender.resumes),
        },
        compression: compression(written, problems),
        delta_reach: whole(written.delta_reach.map(|count| count.0), rules.delta_reach),
        copy_packages: whole(
            written.copy_packages.map(|count| count.0),
            rules.copy_packages,
        ),
        copy_points: whole(written.copy_points.map(|count| count.0), rules.copy_points),
        copy_retry: retry_without_jitter(
            "copy_retry",
            (written.copy_retry.as_ref(), rules.copy_retry),
            plan.horizon,
            problems,
        ),
        pull: rules.pull,
    }
}

fn compression(written: &written::Sending, problems: &mut Problems) -> Option<Compression> {
    let default = Compression::default();
    let rate = written.compression_rate.as_ref();
    address::not_zero(
        rate,
        "a server that compresses at rate zero never ends",
        problems,
    );
    written.compression.unwrap_or(true).then_some(Compression {
        rate: rate.map_or(default.rate, |rate| rate.0),
        compressed_to: (written.compressed_to)
            .map_or(default.compressed_to, |share| Share::of(share.0)),
    })
}
