//! What the machines of a site can come upon: servers, links, shares, packages,
//! accounts.

use super::agenda::Reach;
use super::meetings::{primary, servers_that_validate};
use super::point_sets::{SetId, Sets};
use crate::access::nearest_controllers;
use crate::client::behaviour;
use crate::client::lists::Lists;
use crate::client::roaming::{points_away, turned_to};
use crate::world::{
    Change, ClientKind, DomainId, LinkId, PackageId, ProgramId, ServerId, ServerRole, SiteId, World,
};
use std::collections::BTreeSet;

/// What of a world may move from where it stands at the start, so that
/// machines turn elsewhere.
pub(super) struct Moves {
    /// For each package, whether it may be missing on some of its points.
    pub(super) content: Vec<bool>,
    /// Whether a domain controller may fail.
    controllers: bool,
    /// Whether a link may be cut, which matters to requests too.
    pub(super) links: bool,
}

impl Moves {
    pub(super) fn of(world: &World) -> Self {
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

/// What machines can meet at.
#[derive(Default)]
pub(super) struct Touched {
    pub(super) reach: Reach,
    /// Sets of points to which many may turn.
    pub(super) sets: Vec<SetId>,
}

/// What the machines of a site can meet at.
pub(super) fn touched(
    world: &World,
    chains: &[Vec<ProgramId>],
    moves: &Moves,
    sets: &mut Sets<'_>,
    site: SiteId,
) -> Touched {
    touched_away(world, chains, moves, sets, (site, site))
}

/// What the machines of `home` can meet while they are at `place`, beside what they can
/// meet at home.
pub(super) fn touched_away(
    world: &World,
    chains: &[Vec<ProgramId>],
    moves: &Moves,
    sets: &mut Sets<'_>,
    (home, place): (SiteId, SiteId),
) -> Touched {
    let mut touched = Touched::default();
    for kind in kinds(world, home) {
        touch_kind(
            world,
            chains,
            moves,
            sets,
            (home, place),
            kind,
            &mut touched,
        );
    }
    close_over(world, moves, &mut touched);
    touched
}

/// What decides where machines turn, and what they are offered: a client, a domain and a
/// set of advertisements.
pub(super) type Kind = (ClientKind, DomainId, u32);

/// The kinds of machines of a site.
pub(super) fn kinds(world: &World, site: SiteId) -> BTreeSet<Kind> {
    let range = &world.fleet.by_site[site.index()];
    let machines = &world.fleet.machines[range.start as usize..range.end as usize];
    let mut kinds = BTreeSet::new();
    let mut last = None;
    for machine in machines {
        let profile = world.fleet.profile(machine);
        let kind = (profile.client, profile.domain, machine.targets);
        if last.replace(kind) != Some(kind) {
            kinds.insert(kind);
        }
    }
    kinds
}

/// What machines of one kind, whose own site is `home`, can meet at `site`.
fn touch_kind(
    world: &World,
    chains: &[Vec<ProgramId>],
    moves: &Moves,
    sets: &mut Sets<'_>,
    (home, site): (SiteId, SiteId),
    (client, domain, targets): Kind,
    touched: &mut Touched,
) {
    let behaviour = behaviour(client);
    let targets = &world.fleet.target_sets[targets as usize];
    if targets.is_empty() {
        return;
    }
    // That of their own site has been met at home; what matters is the way to it.
    let from = if moves.links { home } else { site };
    let reach = &mut touched.reach;
    for contact in [from, site].map(|at| behaviour.contact(&world.sites[at.index()])) {
        reach.servers.extend(contact);
        if let Some(contact) = contact.filter(|_| moves.links) {
            world.route(contact, site, &mut reach.links);
        }
    }
    reach
        .servers
        .extend(nearest_controllers(world, domain, site));
    for advertisement in targets {
        let program = world.advertisements[advertisement.index()].program;
        for program in &chains[program.index()] {
            let program = &world.programs[program.index()];
            let package = program.package;
            touch_package(world, moves, sets, (home, site), client, package, touched);
            for share in &program.shares {
                touched.reach.shares.push(share.share);
                let server = world.shares[share.share.index()].server;
                touched.reach.servers.push(server);
                world.route(server, site, &mut touched.reach.links);
            }
        }
    }
}

/// What machines read over.
#[derive(Default)]
pub(super) struct ReadOver {
    /// Links, sorted.
    pub(super) links: Vec<LinkId>,
    /// Those of sets of points, sorted.
    pub(super) sets: Vec<SetId>,
}

/// The links over which machines of a site, which does not fall back to others, read from
/// points and shares: those on the way from a remote point are none of them where the
/// advertisement says that nothing is to be run from there.
pub(super) fn read_over(
    world: &World,
    chains: &[Vec<ProgramId>],
    sets: &mut Sets<'_>,
    site: SiteId,
) -> ReadOver {
    let mut over = ReadOver::default();
    over.links.extend(world.sites[site.index()].peer_link());
    for (client, _, targets) in kinds(world, site) {
        for id in &world.fleet.target_sets[targets as usize] {
            let advertisement = &world.advertisements[id.index()];
            // Whether one reads from a point that is the only one.
            let reads = |point: &ServerId| {
                let points = points_away(world, client, site, site, &[*point], &mut Lists::new());
                let remote = points.map(|points| points.remote || points.begins_remote());
                let mode = |remote| behaviour(client).mode(advertisement, remote);
                remote.and_then(mode).is_some()
            };
            for program in &chains[advertisement.program.index()] {
                let program = &world.programs[program.index()];
                for share in &program.shares {
                    let server = world.shares[share.share.index()].server;
                    world.route(server, site, &mut over.links);
                }
                let package = program.package;
                let holders = &world.packages[package.index()].distribution_points;
                let lists = sets.lists(package);
                let turned = turned_to(world, client, site, site, holders, lists);
                let here = world.servers_at.here(site).iter();
                let here = here.filter(|id| holders.binary_search(id).is_ok());
                for point in here.chain(&turned.few).filter(|point| reads(point)) {
                    world.route(*point, site, &mut over.links);
                }
                for list in turned.lists {
                    // All points that are elsewhere are alike.
                    let points = sets.lists(package).points(list).iter().copied();
                    let mut elsewhere =
                        points.filter(|point| world.servers[point.index()].site != site);
                    if elsewhere.next().is_some_and(|point| reads(&point)) {
                        let set = sets.set(package, list);
                        sets.way_down(set, site, &mut over.links);
                        over.sets.push(set);
                    }
                }
            }
        }
    }
    over.links.sort_unstable();
    over.links.dedup();
    over.sets.sort_unstable();
    over.sets.dedup();
    over
}

/// Adds the controllers that are turned to when others fail, and those that
/// servers ask.
fn close_over(world: &World, moves: &Moves, touched: &mut Touched) {
    let servers = &mut touched.reach.servers;
    if moves.controllers && !(servers.is_empty() && touched.sets.is_empty()) {
        // A machine that loses its controller turns to any other of the domain.
        let domains = &world.directory.domains;
        servers.extend(domains.iter().flat_map(|domain| &domain.controllers));
    }
    let asked: Vec<_> = servers
        .iter()
        .flat_map(|server| servers_that_validate(world, *server))
        .collect();
    servers.extend(asked);
}

/// The points of a package, and those that machines fall back to where the
/// content may be missing on the better ones.
fn touch_package(
    world: &World,
    moves: &Moves,
    sets: &mut Sets<'_>,
    way: (SiteId, SiteId),
    client: ClientKind,
    package: PackageId,
    touched: &mut Touched,
) {
    let points = sets.points(client, way, package, moves.content[package.index()]);
    let reach = &mut touched.reach;
    reach.packages.push(package);
    for point in points.few {
        reach.servers.push(point);
        world.route(point, way.1, &mut reach.links);
    }
    for set in points.sets {
        sets.way_down(set, way.1, &mut reach.links);
        touched.sets.push(set);
    }
}

/// What else the machines of a site can come upon that changes: accounts, and
/// the servers that hand out work and validate accounts, with or without a
/// limit.
pub(super) fn notice(world: &World, moves: &Moves, site: SiteId, touched: &mut Reach) {
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
    touched.accounts.extend(world.handed_out_at(site));
    close_over_domains(world, moves, touched);
}

/// The domains of what is touched and of accounts, and the controllers that are turned
/// to for them, where anything changes.
pub(super) fn close_over_domains(world: &World, moves: &Moves, touched: &mut Reach) {
    if world.changes.is_empty() {
        return;
    }
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
