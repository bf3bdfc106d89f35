//! Which sites can be simulated apart from each other.
//!
//! Two sites belong to one *group* if their machines can meet at something
//! with a limit: a link, a server with a connection limit or a queue; or if they
//! are offered an advertisement by one controller, which hears of both. Groups
//! share nothing, so each is an event loop of its own, on any thread, with the
//! same result. Resources without a limit tie no machines together: their use is a sum.

use super::accounts_in_motion::AccountsInMotion;
use super::agenda::{Agenda, Almanac, Reach};
use super::away::Trips;
use super::forest::Forest;
use super::holders::Stock;
use super::meetings::{Meetings, primary};
use super::point_sets::{Commons, Sets};
use super::programs::{Removals, chain, has_history, meets_itself, superseding};
use super::together::{self, Apart, Together};
use super::touched::{Moves, Touched, notice, touched, touched_away};
use super::travel::{machines_travel, places_of_stays};
use super::uses::Uses;
use crate::access::nearest_controllers;
use crate::client::Holders;
use crate::client::lists::Library;
use crate::engine::Method;
use crate::outcome::ResourceKey;
use crate::units::{Instant, Span};
use crate::world::sending::Sending;
use crate::world::{
    AdvertisementId, DomainId, LinkId, PackageId, ProgramId, ServerId, SiteId, World,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Sites that must be simulated together, in ascending order.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    /// The sites.
    pub(crate) sites: Vec<SiteId>,
    /// Machine × advertisement pairs.
    pub(crate) jobs: usize,
    /// The changes of the world that concern them.
    pub(crate) agenda: Agenda,
    /// What is sent over links that they use at the same time.
    pub(crate) together: Option<Box<Together>>,
}

/// How a world is divided.
#[derive(Debug, Clone)]
pub struct Plan {
    pub(crate) groups: Vec<Group>,
    /// For each server, whether machines of several groups use it.
    pub(crate) spans_groups: Vec<bool>,
    /// Whether any machine is ever at another site than its own.
    pub(crate) travels: bool,
    /// What of the things that few scenarios have is there at all.
    pub(crate) uses: Uses,
    /// The programs to run for each program, dependencies first, itself last.
    pub(crate) chains: Vec<Vec<ProgramId>>,
    /// Whether any of these has more than the program itself.
    pub(crate) has_chains: bool,
    /// Whether any advertisement is optional.
    pub(crate) has_optional: bool,
    /// Whether any advertisement expires.
    pub(crate) has_expiry: bool,
    /// When packages are updated that have been sent before.
    pub(crate) updates: BTreeMap<PackageId, Instant>,
    /// For each program, whether what it has come to on a machine may be asked for: by a
    /// chain that it is to run first in, or by `rerun` of one of its advertisements.
    pub(crate) has_history: Vec<bool>,
    /// The places in chains at which something superseded is removed, and what.
    pub(crate) removals: Removals,
    /// For each program that others supersede, the advertisements of those, of the
    /// newest first.
    pub(crate) superseding: BTreeMap<ProgramId, Vec<AdvertisementId>>,
    /// For each program, whether it turns to one server twice.
    pub(crate) meets_itself: Vec<bool>,
    /// The links that each site's machines can use.
    pub(crate) links_of: Vec<Links>,
    /// The lists of points that packages have in common.
    pub(crate) library: Library,
    /// What moves of accounts.
    pub(crate) accounts: AccountsInMotion,
    /// The packages whose content may move.
    stocks: BTreeMap<PackageId, Stock>,
    /// What is sent apart from machines; `None` if that is all that is sent.
    pub(crate) apart: Option<Apart>,
    /// How runs keep events in order and share links.
    pub(crate) method: Method,
    /// Whether all tries are made one by one, also those that end alike.
    pub(crate) single_tries: bool,
    tie: Option<(Tie, usize)>,
}

/// When packages are updated that have been sent before.
fn updates(world: &World) -> BTreeMap<PackageId, Instant> {
    let sending = world.sending.as_ref();
    sending.map(Sending::updates).unwrap_or_default()
}

/// The links that machines of a site can use.
#[derive(Debug, Clone)]
pub(crate) struct Links {
    /// Those that are of this site alone, sorted.
    own: Vec<LinkId>,
    /// Those that many sites have in common.
    shared: Vec<Arc<Reach>>,
    /// Which of these machines of this site do not use, sorted.
    spared: Vec<LinkId>,
}

impl Links {
    fn of(mut reach: Reach) -> Self {
        let mut own = std::mem::take(&mut reach.links);
        own.retain(|link| !reach.shares_link(*link));
        let Reach { shared, spared, .. } = reach;
        Self {
            own,
            shared,
            spared,
        }
    }

    fn count(&self) -> usize {
        let shared = self.shared.iter().map(|shared| shared.links.len());
        self.own.len() + shared.sum::<usize>()
    }

    /// The links of sites, site by site, each in order; what several sites have in
    /// common comes with the first of them.
    pub(crate) fn each<'l>(sites: impl Iterator<Item = &'l Self>, mut take: impl FnMut(LinkId)) {
        let mut left = BTreeMap::new();
        for links in sites {
            let mut all = links.own.clone();
            let is_spared = |link: &LinkId| links.spared.binary_search(link).is_ok();
            for shared in &links.shared {
                let left = left.entry(Arc::as_ptr(shared));
                let left = left.or_insert_with(|| shared.links.clone());
                all.extend(left.iter().filter(|link| !is_spared(link)));
                left.retain(is_spared);
            }
            all.sort();
            all.into_iter().for_each(&mut take);
        }
    }
}

/// What makes sites depend on each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tie {
    /// A resource with a limit.
    Resource(ResourceKey),
    /// The controller of a roll-out.
    Rollout(AdvertisementId),
    /// The machines of a site that may turn to servers at many others.
    Site(SiteId),
}

impl Plan {
    /// Divides `world` into groups.
    pub fn new(world: &World) -> Self {
        let mut removals = Removals::new();
        let chains: Vec<_> = (0..world.programs.len())
            .map(|p| chain(world, p.into(), &mut removals))
            .collect();
        let mut forest = Forest::new(world);
        let mut used_by: Vec<Option<SiteId>> = vec![None; world.servers.len()];
        let mut several: Vec<Vec<SiteId>> = vec![Vec::new(); world.servers.len()];
        let mut meetings = vec![0usize; forest.parent.len()];
        let mut reaches = Vec::with_capacity(world.sites.len());
        let moves = Moves::of(world);
        let accounts = AccountsInMotion::of(world);
        let at_accounts = Meetings::new(&accounts);
        let mut meets = vec![false; world.sites.len()];
        let travels = machines_travel(world);
        let mut trips = Trips::new(world, &chains, &moves);
        let (mut sets, mut commons) = (Sets::new(world), Commons::default());
        let mut sets_of = Vec::with_capacity(world.sites.len());
        // How many of the sites that have links in common do not use them.
        let mut spared = BTreeMap::<LinkId, usize>::new();
        let mut away: Vec<(SiteId, Vec<LinkId>)> = Vec::new();
        let mut first_of: BTreeMap<DomainId, usize> = BTreeMap::new();
        for site in 0..world.sites.len() {
            let Touched {
                reach: mut touched,
                sets: mut turned_to,
            } = touched(world, &chains, &moves, &mut sets, site.into());
            for domain in at_accounts.of(world, site.into()) {
                meets[site] = true;
                forest.unite(site, *first_of.entry(domain).or_insert(site));
                touched
                    .servers
                    .extend(nearest_controllers(world, domain, site.into()));
                if let Some(pdc) = primary(world, domain) {
                    // A limited server is counted below.
                    meetings[forest.server(pdc)] += usize::from(!limited(world, pdc));
                    touched.servers.push(pdc);
                }
            }
            touched.links.extend(world.sites[site].peer_link());
            if travels && let Some(away) = trips.of(site.into(), &mut sets) {
                touched.shared.push(Arc::clone(&away.reach));
                meets[site] = true;
                forest.unite(site, away.home.index());
            }
            let places = travels.then(|| places_of_stays(world, site.into()));
            let places = places.unwrap_or_default();
            let stays = !places.is_empty();
            for place in places {
                meets[site] = true;
                meets[place.index()] = true;
                forest.unite(site, place.index());
                let way = (site.into(), place);
                let there = touched_away(world, &chains, &moves, &mut sets, way);
                turned_to.extend(there.sets);
                let mut there = there.reach;
                there.links.extend(world.sites[place.index()].peer_link());
                touched.servers.append(&mut there.servers);
                touched.links.extend_from_slice(&there.links);
                away.push((place, there.links));
            }
            notice(world, &moves, site.into(), &mut touched);
            touched.sort();
            turned_to.sort_unstable();
            turned_to.dedup();
            if !turned_to.is_empty() {
                let away = touched.shared.first();
                let of = (site.into(), turned_to.clone());
                let common = commons.of(&sets, &moves, of, away, |id| limited(world, id));
                if common.has_limits {
                    forest.unite(site, common.homes[0].index());
                }
                if !stays {
                    let spares = common.not_crossed(world, site.into());
                    touched
                        .spared
                        .extend(spares.filter(|link| touched.links.binary_search(link).is_err()));
                    touched.spared.sort_unstable();
                }
                for link in &touched.spared {
                    *spared.entry(*link).or_default() += 1;
                }
                touched.shared.push(Arc::clone(&common.reach));
            }
            sets_of.push(turned_to);
            for link in &touched.links {
                // What many have in common is counted below.
                meetings[forest.link(*link)] += usize::from(!touched.shares_link(*link));
                forest.unite(site, forest.link(*link));
            }
            for id in controlled(world, site.into()) {
                meetings[forest.rollout(id)] += 1;
                forest.unite(site, forest.rollout(id));
            }
            for id in &touched.servers {
                if limited(world, *id) {
                    meetings[forest.server(*id)] += usize::from(!touched.shares_server(*id));
                    forest.unite(site, forest.server(*id));
                }
                match used_by[id.index()] {
                    None => used_by[id.index()] = Some(site.into()),
                    Some(_) => several[id.index()].push(site.into()),
                }
            }
            reaches.push(touched);
        }
        for trips in &trips.all {
            let home = trips.home.index();
            for (place, _) in &trips.links_at {
                meets[place.index()] = true;
                forest.unite(home, place.index());
            }
        }
        // The sites that have these in common are one group, if anything has a limit.
        let of_trips = trips.all.iter();
        let of_trips = of_trips.map(|trips| (trips.home, trips.homes, &trips.reach));
        let of_points = commons.all.iter();
        let of_points =
            of_points.map(|common| (common.homes[0], common.homes.len(), &common.reach));
        for (home, homes, reach) in of_trips.chain(of_points) {
            for link in &reach.links {
                meetings[forest.link(*link)] += homes;
                forest.unite(home.index(), forest.link(*link));
            }
            for id in &reach.servers {
                if limited(world, *id) {
                    meetings[forest.server(*id)] += homes;
                    forest.unite(home.index(), forest.server(*id));
                }
                match used_by[id.index()] {
                    None => used_by[id.index()] = Some(home),
                    Some(_) => several[id.index()].push(home),
                }
            }
        }
        for (link, sites) in spared {
            meetings[forest.link(link)] -= sites;
        }
        away.extend(trips.all.into_iter().flat_map(|trips| trips.links_at));
        for (place, links) in away {
            let there: &mut Reach = &mut reaches[place.index()];
            there.links.extend(links);
        }
        if travels {
            reaches.iter_mut().for_each(Reach::sort);
        }
        let chained = (&chains[..], &mut sets);
        let sites = (&reaches[..], &sets_of[..]);
        let mut met = together::tie(world, chained, sites, travels, &mut forest);
        let mut spans_groups: Vec<bool> = (0..world.servers.len())
            .map(|server| {
                used_by[server].is_some_and(|first| {
                    let root = forest.root(first.index());
                    several[server]
                        .iter()
                        .any(|site| forest.root(site.index()) != root)
                })
            })
            .collect();
        for common in commons.all.iter().filter(|common| !common.has_limits) {
            let first = forest.root(common.homes[0].index());
            let mut homes = common.homes.iter();
            if homes.any(|home| forest.root(home.index()) != first) {
                let servers = common.reach.servers.iter();
                servers.for_each(|server| spans_groups[server.index()] = true);
            }
        }
        let mut groups = groups(world, &mut forest, &meets);
        let tie = tie(world, &forest, &meetings);
        let stocks = Stock::all(world, &moves.content);
        let almanac = Almanac::new(world);
        let roots = groups.iter().map(|group| group.sites[0].index());
        let roots: Vec<usize> = roots.map(|site| forest.root(site)).collect();
        let mut together = met.as_mut().map(|met| met.by_root(&mut forest, &roots));
        for (group, root) in groups.iter_mut().zip(roots) {
            let its = together.as_mut().and_then(|all| all.remove(&root));
            group.together = its.map(Box::new);
            let together = group.together.as_deref();
            group.agenda = almanac.agenda(&group.sites, &reaches, &stocks, together);
        }
        let offers = world.advertisements.iter();
        let links_of: Vec<_> = reaches.into_iter().map(Links::of).collect();
        Self {
            tie: tie_of_site(&groups, &links_of, tie).or(tie),
            groups,
            spans_groups,
            travels,
            uses: Uses::of(world),
            has_history: has_history(world, &chains),
            has_chains: chains.iter().any(|chain| chain.len() > 1),
            has_optional: offers.clone().any(|offer| offer.assignment.is_none()),
            updates: updates(world),
            has_expiry: offers.clone().any(|offer| offer.expires.is_some()),
            chains,
            removals,
            superseding: superseding(world),
            meets_itself: world
                .programs
                .iter()
                .map(|program| meets_itself(world, program))
                .collect(),
            links_of,
            library: sets.library(),
            accounts,
            stocks,
            apart: met.and_then(|met| met.apart(world)),
            method: Method::default(),
            single_tries: false,
        }
    }

    /// The same, for runs by another method of the engine: their results are
    /// the same, what they cost is not. For tests that show it.
    #[must_use]
    pub fn by(self, method: Method) -> Self {
        Self { method, ..self }
    }

    /// The same, for runs in which equal tries are made one by one instead of being
    /// counted in one step. Rows and counts are the same, but for the most sessions at a
    /// time, to which a session that is over at once adds only in its own event. For tests
    /// that show it.
    #[must_use]
    pub fn with_single_tries(self) -> Self {
        Self {
            single_tries: true,
            ..self
        }
    }

    /// What kinds of distribution points hold `package` at `now`.
    pub(crate) fn holders(&self, world: &World, package: PackageId, now: Instant) -> Holders {
        match self.stocks.get(&package) {
            Some(stock) => stock.at(now),
            None => Holders::of(world, package),
        }
    }

    /// How many groups of machines share nothing with each other.
    pub fn group_count(&self) -> usize {
        self.groups.len()
    }

    /// What ties most sites together and how many they are, if any two are.
    pub fn tie(&self) -> Option<(Tie, usize)> {
        self.tie
    }
}

/// Whether a server has a limit on what it serves at once.
fn limited(world: &World, id: ServerId) -> bool {
    let server = &world.servers[id.index()];
    server.connection_limit.is_some()
        || server.station.is_some()
        || world.identities.pass_through.contains_key(&id)
        || has_inbox(world, id)
}

/// Whether status messages wait in line at a server.
fn has_inbox(world: &World, id: ServerId) -> bool {
    let roles = world.servers[id.index()].roles;
    (roles.management_point || roles.client_access_point)
        && (world.reporting).is_some_and(|reporting| reporting.processing > Span::ZERO)
}

/// The controlled advertisements that reach machines of a site.
fn controlled(world: &World, site: SiteId) -> Vec<AdvertisementId> {
    let rollouts = &world.control.rollouts;
    if rollouts.is_empty() {
        return Vec::new();
    }
    let range = &world.fleet.by_site[site.index()];
    let machines = &world.fleet.machines[range.start as usize..range.end as usize];
    let sets: BTreeSet<u32> = machines.iter().map(|machine| machine.targets).collect();
    let ids: BTreeSet<AdvertisementId> = sets
        .into_iter()
        .flat_map(|set| world.fleet.target_sets[set as usize].iter().copied())
        .filter(|id| rollouts.contains_key(id))
        .collect();
    ids.into_iter().collect()
}

/// The groups: of sites with work, and of those whose machines meet such others
/// at accounts.
fn groups(world: &World, forest: &mut Forest, meets: &[bool]) -> Vec<Group> {
    let mut position: Vec<Option<usize>> = vec![None; world.sites.len()];
    let mut groups: Vec<Group> = Vec::new();
    for site in 0..world.sites.len() {
        let range = &world.fleet.by_site[site];
        let jobs: usize = world.fleet.machines[range.start as usize..range.end as usize]
            .iter()
            .map(|machine| world.targets(machine).len())
            .sum();
        if jobs == 0 && !meets[site] {
            continue;
        }
        // The root has the smallest index of its set, and a set that holds a
        // site has a site as its root.
        let root = forest.root(site);
        let at = *position[root].get_or_insert_with(|| {
            groups.push(Group {
                sites: Vec::new(),
                jobs: 0,
                agenda: Agenda::default(),
                together: None,
            });
            groups.len() - 1
        });
        groups[at].sites.push(site.into());
        groups[at].jobs += jobs;
    }
    groups
}

/// The site whose machines tie the largest group, if no resource that most of
/// the group's sites meet at does.
fn tie_of_site(
    groups: &[Group],
    links_of: &[Links],
    tie: Option<(Tie, usize)>,
) -> Option<(Tie, usize)> {
    let largest = groups
        .iter()
        .map(|group| &group.sites)
        .max_by_key(|sites| sites.len())?;
    if tie.is_none_or(|(_, count)| count * 2 >= largest.len()) {
        return None;
    }
    let site = largest
        .iter()
        .max_by_key(|site| links_of[site.index()].count())?;
    Some((Tie::Site(*site), largest.len()))
}

fn tie(world: &World, forest: &Forest, meetings: &[usize]) -> Option<(Tie, usize)> {
    let (node, count) = meetings
        .iter()
        .enumerate()
        .max_by_key(|(at, n)| (**n, usize::MAX - at))?;
    if *count < 2 {
        return None;
    }
    let servers = forest.sites + forest.links;
    let key = if node < servers {
        ResourceKey::Link((node - forest.sites).into())
    } else if node >= servers + forest.servers {
        let id = (node - servers - forest.servers).into();
        return Some((Tie::Rollout(id), *count));
    } else {
        let server: ServerId = (node - servers).into();
        let role = world.servers[server.index()].roles.main();
        ResourceKey::Server(server, role)
    };
    Some((Tie::Resource(key), *count))
}
