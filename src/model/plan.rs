//! Which sites can be simulated apart from each other.
//!
//! Two sites belong to one *group* if their machines can meet at something
//! with a limit: a link, a server with a connection limit or a queue; or if they
//! are offered an advertisement by one controller, which hears of both. Groups
//! share nothing, so each is an event loop of its own, on any thread, with the
//! same result. Resources without a limit tie nobody: their use is a sum.

use super::accounts::{Meetings, primary, servers_that_validate};
use super::agenda::{Agenda, Almanac, Reach};
use super::behaviour::behaviour;
use super::credentials::meets_itself;
use super::points::Points;
use super::roaming::{anybody_travels, may_turn_to, points_away, visited};
use super::stock::{Holders, Stock};
use super::{controllers, peers};
use crate::engine::Method;
use crate::outcome::ResourceKey;
use crate::units::{Instant, Span};
use crate::world::{
    AdvertisementId, Change, ClientKind, DomainId, LinkId, PackageId, ProgramId, ServerId,
    ServerRole, SiteId, World,
};
use std::collections::{BTreeMap, BTreeSet};

/// Sites that must be simulated together, in ascending order.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    /// The sites.
    pub(crate) sites: Vec<SiteId>,
    /// Machine × advertisement pairs.
    pub(crate) jobs: usize,
    /// The changes of the world that concern them.
    pub(crate) agenda: Agenda,
}

/// How a world is divided.
#[derive(Debug, Clone)]
pub struct Plan {
    pub(crate) groups: Vec<Group>,
    /// For each server, whether machines of several groups use it.
    pub(crate) spans_groups: Vec<bool>,
    /// Whether any machine is ever at another site than its own.
    pub(crate) travels: bool,
    /// The programs to run for each program, dependencies first, itself last.
    pub(crate) chains: Vec<Vec<ProgramId>>,
    /// The places in chains at which something superseded is removed, and what.
    pub(crate) removals: Removals,
    /// For each program, whether it turns to one server twice.
    pub(crate) meets_itself: Vec<bool>,
    /// The links that each site's machines can use, sorted.
    pub(crate) links_of: Vec<Vec<LinkId>>,
    /// The packages whose content may move.
    stocks: BTreeMap<PackageId, Stock>,
    /// How runs keep events in order and share links.
    pub(crate) method: Method,
    tie: Option<(Tie, usize)>,
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

/// A disjoint-set forest over sites, then links, servers and controlled
/// advertisements.
struct Forest {
    parent: Vec<u32>,
    sites: usize,
    links: usize,
    servers: usize,
}

impl Forest {
    fn new(world: &World) -> Self {
        let (sites, links, servers) = (world.sites.len(), world.links.len(), world.servers.len());
        let size = sites + links + servers + world.advertisements.len();
        Self {
            parent: (0..size as u32).collect(),
            sites,
            links,
            servers,
        }
    }

    fn root(&mut self, mut node: usize) -> usize {
        while self.parent[node] as usize != node {
            self.parent[node] = self.parent[self.parent[node] as usize];
            node = self.parent[node] as usize;
        }
        node
    }

    fn unite(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        // The smaller index stays root, so that the result does not depend on
        // the order of the calls.
        self.parent[a.max(b)] = a.min(b) as u32;
    }

    fn link(&self, link: LinkId) -> usize {
        self.sites + link.index()
    }

    fn server(&self, server: ServerId) -> usize {
        self.sites + self.links + server.index()
    }

    fn rollout(&self, id: AdvertisementId) -> usize {
        self.sites + self.links + self.servers + id.index()
    }
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
        let at_accounts = Meetings::new(world);
        let mut meets = vec![false; world.sites.len()];
        let travels = anybody_travels(world);
        let mut away: Vec<(SiteId, Vec<LinkId>)> = Vec::new();
        let mut first_of: BTreeMap<DomainId, usize> = BTreeMap::new();
        for site in 0..world.sites.len() {
            let mut touched = touched(world, &chains, &moves, site.into());
            for domain in at_accounts.of(world, site.into()) {
                meets[site] = true;
                forest.unite(site, *first_of.entry(domain).or_insert(site));
                touched
                    .servers
                    .extend(controllers::nearest(world, domain, site.into()));
                if let Some(pdc) = primary(world, domain) {
                    // A limited server is counted below.
                    meetings[forest.server(pdc)] += usize::from(!limited(world, pdc));
                    touched.servers.push(pdc);
                }
            }
            let places = travels.then(|| visited(world, site.into()));
            touched.links.extend(peers::link(world, site.into()));
            for place in places.into_iter().flatten() {
                meets[site] = true;
                meets[place.index()] = true;
                forest.unite(site, place.index());
                let mut there = touched_away(world, &chains, &moves, site.into(), place);
                there.links.extend(peers::link(world, place));
                touched.servers.append(&mut there.servers);
                touched.links.extend_from_slice(&there.links);
                away.push((place, there.links));
            }
            notice(world, &moves, site.into(), &mut touched);
            touched.sort();
            for link in &touched.links {
                meetings[forest.link(*link)] += 1;
                forest.unite(site, forest.link(*link));
            }
            for id in controlled(world, site.into()) {
                meetings[forest.rollout(id)] += 1;
                forest.unite(site, forest.rollout(id));
            }
            for id in &touched.servers {
                if limited(world, *id) {
                    meetings[forest.server(*id)] += 1;
                    forest.unite(site, forest.server(*id));
                }
                match used_by[id.index()] {
                    None => used_by[id.index()] = Some(site.into()),
                    Some(_) => several[id.index()].push(site.into()),
                }
            }
            reaches.push(touched);
        }
        for (place, links) in away {
            let there: &mut Reach = &mut reaches[place.index()];
            there.links.extend(links);
            there.sort();
        }
        let spans_groups = (0..world.servers.len())
            .map(|server| {
                used_by[server].is_some_and(|first| {
                    let root = forest.root(first.index());
                    several[server]
                        .iter()
                        .any(|site| forest.root(site.index()) != root)
                })
            })
            .collect();
        let mut groups = groups(world, &mut forest, &meets);
        let tie = tie(world, &forest, &meetings);
        let stocks = Stock::all(world, &moves.content);
        let almanac = Almanac::new(world);
        for group in &mut groups {
            group.agenda = almanac.agenda(&group.sites, &reaches, &stocks);
        }
        let links_of: Vec<_> = reaches.into_iter().map(|reach| reach.links).collect();
        Self {
            tie: tie_of_site(&groups, &links_of, tie).or(tie),
            groups,
            spans_groups,
            travels,
            chains,
            removals,
            meets_itself: world
                .programs
                .iter()
                .map(|program| meets_itself(world, program))
                .collect(),
            links_of,
            stocks,
            method: Method::default(),
        }
    }

    /// The same, for runs by another method of the engine: their results are
    /// the same, what they cost is not. For whoever wants to see that they are.
    #[must_use]
    pub fn by(self, method: Method) -> Self {
        Self { method, ..self }
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

/// Whether a server can serve only so many at once.
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

/// By advertised program and place in its chain.
type Removals = BTreeMap<(ProgramId, u16), Vec<ProgramId>>;

/// The programs to run for `program`: dependencies first, each with the removal
/// of what it supersedes before it, whose places go into `removals`.
fn chain(world: &World, program: ProgramId, removals: &mut Removals) -> Vec<ProgramId> {
    let mut chain = Vec::new();
    for part in dependencies(world, program) {
        for (remover, olds) in world.control.succession.removals(part) {
            removals.insert((program, chain.len() as u16), olds);
            chain.push(remover);
        }
        chain.push(part);
    }
    chain
}

/// What runs first, then `program`. The scenario has been checked for cycles; a
/// cycle would end the list at its first repeat.
fn dependencies(world: &World, program: ProgramId) -> Vec<ProgramId> {
    let mut chain = vec![program];
    let mut at = program;
    while let Some(before) = world.programs[at.index()].run_first {
        if chain.contains(&before) {
            break;
        }
        chain.push(before);
        at = before;
    }
    chain.reverse();
    chain
}

/// What of a world may move from where it stands at the start, so that
/// machines turn elsewhere.
struct Moves {
    /// For each package, whether it may be missing on some of its points.
    content: Vec<bool>,
    /// Whether a domain controller may fail.
    controllers: bool,
    /// Whether a link may be cut, which matters to requests too.
    links: bool,
}

impl Moves {
    fn of(world: &World) -> Self {
        let mut content: Vec<bool> = world
            .packages
            .iter()
            .map(|package| !package.missing_at_start.is_empty())
            .collect();
        let (mut controllers, mut links) = (false, false);
        for timed in &world.changes {
            match &timed.change {
                Change::Content(package, ..) => content[package.index()] = true,
                Change::Server(server, false) => {
                    controllers |= world.servers[server.index()].roles.domain_controller;
                }
                Change::Role(_, ServerRole::DomainController, false) => controllers = true,
                Change::Link(_, rate) => links |= rate.0 == 0,
                _ => {}
            }
        }
        Self {
            content,
            controllers,
            links,
        }
    }
}

/// What the machines of a site can meet at.
fn touched(world: &World, chains: &[Vec<ProgramId>], moves: &Moves, site: SiteId) -> Reach {
    let mut kinds: Vec<(ClientKind, DomainId, u32)> = Vec::new();
    let range = &world.fleet.by_site[site.index()];
    for machine in &world.fleet.machines[range.start as usize..range.end as usize] {
        let profile = world.fleet.profile(machine);
        let kind = (profile.client, profile.domain, machine.targets);
        if kinds.last() != Some(&kind) && !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let mut touched = Reach::default();
    for (client, domain, targets) in kinds {
        touch_kind(
            world,
            chains,
            moves,
            site,
            site,
            (client, domain, targets),
            &mut touched,
        );
    }
    close_over(world, moves, &mut touched);
    touched
}

/// What the machines of `home` can meet while they are at `place`.
fn touched_away(
    world: &World,
    chains: &[Vec<ProgramId>],
    moves: &Moves,
    home: SiteId,
    place: SiteId,
) -> Reach {
    let mut touched = Reach::default();
    let range = &world.fleet.by_site[home.index()];
    let machines = &world.fleet.machines[range.start as usize..range.end as usize];
    let kinds: BTreeSet<(bool, DomainId, u32)> = machines
        .iter()
        .map(|machine| {
            let profile = world.fleet.profile(machine);
            let legacy = profile.client == ClientKind::Legacy;
            (legacy, profile.domain, machine.targets)
        })
        .collect();
    for (legacy, domain, targets) in kinds {
        let client = if legacy {
            ClientKind::Legacy
        } else {
            ClientKind::Advanced
        };
        touch_kind(
            world,
            chains,
            moves,
            home,
            place,
            (client, domain, targets),
            &mut touched,
        );
    }
    close_over(world, moves, &mut touched);
    touched
}

/// What machines of one kind, whose own site is `home`, can meet at `site`.
fn touch_kind(
    world: &World,
    chains: &[Vec<ProgramId>],
    moves: &Moves,
    home: SiteId,
    site: SiteId,
    (client, domain, targets): (ClientKind, DomainId, u32),
    touched: &mut Reach,
) {
    {
        let behaviour = behaviour(client);
        let targets = &world.fleet.target_sets[targets as usize];
        if targets.is_empty() {
            return;
        }
        for contact in [home, site].map(|at| behaviour.contact(&world.sites[at.index()])) {
            touched.servers.extend(contact);
            if let Some(contact) = contact.filter(|_| moves.links) {
                world.route(contact, site, &mut touched.links);
            }
        }
        touched
            .servers
            .extend(controllers::nearest(world, domain, site));
        for advertisement in targets {
            touch_content(
                world,
                chains,
                moves,
                (home, site),
                client,
                *advertisement,
                touched,
            );
        }
    }
}

/// Adds the controllers that are turned to when others fail, and those that
/// servers ask.
fn close_over(world: &World, moves: &Moves, touched: &mut Reach) {
    if moves.controllers && !touched.servers.is_empty() {
        // Whoever loses its controller turns to any other of the domain.
        let domains = &world.directory.domains;
        touched
            .servers
            .extend(domains.iter().flat_map(|domain| &domain.controllers));
    }
    let asked: Vec<_> = touched
        .servers
        .iter()
        .flat_map(|server| servers_that_validate(world, *server))
        .collect();
    touched.servers.extend(asked);
}

fn touch_content(
    world: &World,
    chains: &[Vec<ProgramId>],
    moves: &Moves,
    (home, site): (SiteId, SiteId),
    client: ClientKind,
    advertisement: AdvertisementId,
    touched: &mut Reach,
) {
    let program = world.advertisements[advertisement.index()].program;
    for program in &chains[program.index()] {
        let program = &world.programs[program.index()];
        touch_package(world, moves, (home, site), client, program.package, touched);
        for share in &program.shares {
            touched.shares.push(share.share);
            let server = world.shares[share.share.index()].server;
            touched.servers.push(server);
            world.route(server, site, &mut touched.links);
        }
    }
}

/// The points of a package, and those that machines fall back to where the
/// content may be missing on the better ones.
fn touch_package(
    world: &World,
    moves: &Moves,
    (home, site): (SiteId, SiteId),
    client: ClientKind,
    package: PackageId,
    touched: &mut Reach,
) {
    let holders = &world.packages[package.index()].distribution_points;
    let points: Vec<_> = if moves.content[package.index()] {
        let holders = holders.iter().copied();
        let may = holders.filter(|point| may_turn_to(world, client, site, home, *point));
        may.collect()
    } else {
        let points = points_away(world, client, site, home, holders);
        points.iter().flat_map(Points::iter).collect()
    };
    touched.packages.push(package);
    for point in points {
        touched.servers.push(point);
        world.route(point, site, &mut touched.links);
    }
}

/// What else the machines of a site can come upon that changes: accounts, and
/// the servers that hand out work and validate accounts, with or without a
/// limit.
fn notice(world: &World, moves: &Moves, site: SiteId, touched: &mut Reach) {
    if world.changes.is_empty() {
        return;
    }
    let here = &world.sites[site.index()];
    let contacts = here.management_point.into_iter();
    touched
        .noticed
        .extend(contacts.chain(here.client_access_point));
    let range = &world.fleet.by_site[site.index()];
    for machine in &world.fleet.machines[range.start as usize..range.end as usize] {
        let domain = world.fleet.profile(machine).domain;
        if !touched.domains.contains(&domain) {
            touched.domains.push(domain);
        }
    }
    touched.add_accounts(world, site);
    let servers = touched.servers.iter().chain(&touched.noticed);
    let theirs = servers.filter_map(|server| world.servers[server.index()].domain);
    touched.domains.extend(theirs);
    touched.sort();
    let named = touched.accounts.iter();
    let named = named.filter_map(|id| world.directory.accounts[id.index()].domain);
    for domain in touched.domains.iter().copied().chain(named) {
        touched.noticed.extend(primary(world, domain));
        if moves.controllers {
            let controllers = &world.directory.domains[domain.index()].controllers;
            touched.noticed.extend(controllers);
        }
    }
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
    links_of: &[Vec<LinkId>],
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
        .max_by_key(|site| links_of[site.index()].len())?;
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
        let role = super::tally::main_role(&world.servers[server.index()]);
        ResourceKey::Server(server, role)
    };
    Some((Tie::Resource(key), *count))
}
