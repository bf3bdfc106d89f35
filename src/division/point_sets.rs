//! What the machines of many sites may turn to in common.
//!
//! Thousands of sites may turn to thousands of points, over a way from each. Such points
//! are a set, found once: the links on the way up from any of them to the site above
//! them all are crossed by whoever may turn to all of them, and what is left to each
//! site is its own way down from there.

use super::agenda::Reach;
use super::meetings::servers_that_validate;
use super::touched::{Moves, close_over_domains};
use crate::client::lists::{Catalogue, Library, ListId, Lists, Sight};
use crate::client::roaming::{points_away, turned_to};
use crate::engine::effort;
use crate::world::{ClientKind, LinkId, PackageId, ServerId, SiteId, World};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Which set of points, in the order in which they have been found.
pub(super) type SetId = usize;

/// Sets of points to which the machines of many sites may turn.
pub(super) struct Sets<'w> {
    world: &'w World,
    catalogue: Catalogue,
    of_list: BTreeMap<(PackageId, ListId), SetId>,
    /// By where a list lies, which several packages may have in common.
    at: BTreeMap<usize, SetId>,
    same: BTreeMap<Vec<ServerId>, SetId>,
    all: Vec<Set>,
}

struct Set {
    points: Vec<ServerId>,
    /// The links from the points up to the top, sorted.
    links: Vec<LinkId>,
    /// The lowest site that none of the points is outside of; there is none if they
    /// stand in several trees.
    top: Option<SiteId>,
}

/// The points to which machines may turn.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Points {
    /// Those of no set, sorted.
    pub(super) few: Vec<ServerId>,
    /// Sorted.
    pub(super) sets: Vec<SetId>,
}

impl<'w> Sets<'w> {
    pub(super) fn new(world: &'w World) -> Self {
        Self {
            world,
            catalogue: Catalogue::default(),
            of_list: BTreeMap::new(),
            at: BTreeMap::new(),
            same: BTreeMap::new(),
            all: Vec::new(),
        }
    }

    /// The lists that packages have in common.
    pub(super) fn library(&self) -> Library {
        self.catalogue.library().clone()
    }

    /// The lists of the points of a package.
    pub(super) fn lists(&mut self, package: PackageId) -> &mut Lists {
        self.catalogue.of(self.world, package)
    }

    /// The points of a package to which a client may turn that is at `place`, its own
    /// site being `home`: all that there ever may be if its content `moves`.
    pub(super) fn points(
        &mut self,
        client: ClientKind,
        (home, place): (SiteId, SiteId),
        package: PackageId,
        moves: bool,
    ) -> Points {
        let world = self.world;
        let holders = &world.packages[package.index()].distribution_points;
        let lists = self.catalogue.of(world, package);
        let (mut few, mut of) = (Vec::new(), Vec::new());
        if moves {
            let turned = turned_to(world, client, place, home, holders, lists);
            (few, of) = (turned.few, turned.lists);
        } else if let Some(points) = points_away(world, client, place, home, holders, lists) {
            let sight = Sight { world, lists };
            for tier in &points.tiers {
                match tier.list() {
                    Some(list) => of.push(list),
                    None => few.extend(tier.iter(sight)),
                }
            }
        }
        few.sort_unstable();
        few.dedup();
        let sets = of.into_iter().map(|list| self.set(package, list));
        let mut sets: Vec<_> = sets.collect();
        sets.sort_unstable();
        sets.dedup();
        Points { few, sets }
    }

    /// The set that the points of a list are.
    pub(super) fn set(&mut self, package: PackageId, list: ListId) -> SetId {
        if let Some(known) = self.of_list.get(&(package, list)) {
            return *known;
        }
        let (world, all) = (self.world, &mut self.all);
        let lists = self.catalogue.of(world, package);
        let same = &mut self.same;
        let set = *self.at.entry(lists.address(list)).or_insert_with(|| {
            let mut points = lists.points(list).to_vec();
            effort::spend(points.len());
            points.sort_unstable();
            *same.entry(points).or_insert_with_key(|points| {
                all.push(Set::new(world, points.clone()));
                all.len() - 1
            })
        });
        self.of_list.insert((package, list), set);
        set
    }

    /// The links from the points of a set up to their top, sorted.
    pub(super) fn links(&self, set: SetId) -> &[LinkId] {
        &self.all[set].links
    }

    /// Appends the links on the way from the top of a set to a site.
    pub(super) fn way_down(&self, set: SetId, site: SiteId, path: &mut Vec<LinkId>) {
        let sites = &self.world.sites;
        if let Some(top) = self.all[set].top {
            self.world.between(top, site, path);
        } else {
            let up = std::iter::successors(Some(site), |at| sites[at.index()].parent);
            let below = up.filter(|at| sites[at.index()].parent.is_some());
            path.extend(below.filter_map(|at| sites[at.index()].wan_down));
        }
        path.extend(sites[site.index()].lan);
    }

    /// What is met by those who may turn to all points of some sets.
    pub(super) fn reach(&self, sets: &[SetId], moves: &Moves) -> Reach {
        let mut reach = Reach::default();
        for set in sets {
            reach.links.extend_from_slice(&self.all[*set].links);
            reach.servers.extend_from_slice(&self.all[*set].points);
        }
        let asked = reach.servers.iter();
        let asked = asked.flat_map(|server| servers_that_validate(self.world, *server));
        let asked: Vec<_> = asked.collect();
        reach.servers.extend(asked);
        close_over_domains(self.world, moves, &mut reach);
        reach.sort();
        reach
    }
}

impl Set {
    fn new(world: &World, points: Vec<ServerId>) -> Self {
        let site_of = |point: &ServerId| world.servers[point.index()].site;
        let mut sites: Vec<_> = points.iter().map(site_of).collect();
        sites.sort_unstable();
        sites.dedup();
        let mut above = sites.iter().copied().map(Some);
        let first = above.next().flatten();
        let top = above.fold(first, |top, site| above_both(world, top?, site?));
        let mut links: Vec<LinkId> = Vec::new();
        for point in &points {
            links.extend(world.servers[point.index()].egress);
        }
        let mut passed = vec![false; world.sites.len()];
        for site in sites {
            links.extend(world.sites[site.index()].lan);
            let mut next = Some(site);
            while let Some(at) = next.filter(|at| Some(*at) != top) {
                effort::spend(1);
                if std::mem::replace(&mut passed[at.index()], true) {
                    break;
                }
                links.extend(world.sites[at.index()].wan_up);
                next = world.sites[at.index()].parent;
            }
        }
        links.sort_unstable();
        links.dedup();
        Self { points, links, top }
    }
}

/// The lowest site that neither is outside of.
fn above_both(world: &World, mut a: SiteId, mut b: SiteId) -> Option<SiteId> {
    while a != b {
        effort::spend(1);
        let (at_a, at_b) = (&world.sites[a.index()], &world.sites[b.index()]);
        if at_a.depth >= at_b.depth {
            a = at_a.parent?;
        } else {
            b = at_b.parent?;
        }
    }
    Some(a)
}

/// What some sites have in common.
pub(super) struct Common {
    pub(super) homes: Vec<SiteId>,
    pub(super) reach: Arc<Reach>,
    /// Whether anything of it has a limit, so that they meet there.
    pub(super) has_limits: bool,
}

impl Common {
    /// The links among these that machines do not cross while they are at `site`:
    /// nothing that comes to a site goes up from it, or from one above it.
    pub(super) fn not_crossed(&self, world: &World, site: SiteId) -> impl Iterator<Item = LinkId> {
        let above = std::iter::successors(Some(site), |at| world.sites[at.index()].parent);
        let up = above.filter_map(|at| world.sites[at.index()].wan_up);
        up.filter(|link| self.reach.links.binary_search(link).is_ok())
    }
}

/// All of it: by the sets, and by what the sites have in common already.
#[derive(Default)]
pub(super) struct Commons {
    known: BTreeMap<(Vec<SetId>, Option<*const Reach>), usize>,
    pub(super) all: Vec<Common>,
}

impl Commons {
    /// What the machines of `home` meet at `sets` of points, beside what they meet on
    /// their trips.
    pub(super) fn of(
        &mut self,
        sets: &Sets<'_>,
        moves: &Moves,
        (home, of): (SiteId, Vec<SetId>),
        away: Option<&Arc<Reach>>,
        is_limited: impl Fn(ServerId) -> bool,
    ) -> &Common {
        let all = &mut self.all;
        let find = |(of, _): &(Vec<SetId>, _)| {
            let mut reach = sets.reach(of, moves);
            if let Some(away) = away {
                let links = &mut reach.links;
                links.retain(|link| away.links.binary_search(link).is_err());
                let servers = &mut reach.servers;
                servers.retain(|server| away.servers.binary_search(server).is_err());
            }
            let mut servers = reach.servers.iter();
            all.push(Common {
                homes: Vec::new(),
                has_limits: !reach.links.is_empty() || servers.any(|id| is_limited(*id)),
                reach: Arc::new(reach),
            });
            all.len() - 1
        };
        let key = (of, away.map(Arc::as_ptr));
        let at = *self.known.entry(key).or_insert_with_key(find);
        self.all[at].homes.push(home);
        &self.all[at]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::load_str;
    use std::collections::BTreeSet;

    /// Two trees; each site has a point, a LAN and a line of its own.
    fn world() -> World {
        let text = r#"
[site.a]
[site."a{1..3}"]
parent = "a"
[site."a1-{1..3}"]
parent = "a1"
[site."a1-1-{1..2}"]
parent = "a1-1"
[site."a2-{1..2}"]
parent = "a2"
[site.z]
[site."z{1..2}"]
parent = "z"
[site."*"]
wan = "2 Mbit/s"
lan = "100 Mbit/s"
[server.SMS]
site = "a"
roles = ["management point", "client access point"]
[server."{site}-DP"]
sites = ["*"]
roles = ["distribution point"]
[fleet.pcs]
sites = ["a"]
count = 1
"#;
        let loaded = load_str(text, &[]);
        loaded
            .unwrap_or_else(|p| panic!("{}", p.render(false)))
            .world
    }

    #[test]
    fn a_set_and_the_way_down_from_it_are_the_ways_from_all_of_its_points() {
        let world = world();
        let points = (0..world.servers.len()).map(ServerId::from);
        let is_point = |id: &ServerId| world.servers[id.index()].roles.distribution_point;
        let points: Vec<_> = points.filter(is_point).collect();
        assert_eq!(points.len(), world.sites.len());
        let (mut tops, mut compared) = (BTreeSet::new(), 0);
        for pick in 1u32..1 << points.len() {
            // Any two points, and some larger sets.
            if pick.count_ones() != 2 && pick % 97 != 0 {
                continue;
            }
            let of = (points.iter().enumerate()).filter(|(at, _)| pick >> at & 1 == 1);
            let of: Vec<_> = of.map(|(_, point)| *point).collect();
            let mut sets = Sets::new(&world);
            sets.all.push(Set::new(&world, of.clone()));
            tops.insert(sets.all[0].top);
            for site in (0..world.sites.len()).map(SiteId::from) {
                let mut ways = Vec::new();
                of.iter()
                    .for_each(|point| world.route(*point, site, &mut ways));
                let ways: BTreeSet<_> = ways.into_iter().collect();
                let common = Common {
                    homes: vec![site],
                    reach: Arc::new(Reach {
                        links: sets.links(0).to_vec(),
                        ..Reach::default()
                    }),
                    has_limits: true,
                };
                let spared: BTreeSet<_> = common.not_crossed(&world, site).collect();
                let mut found = Vec::new();
                sets.way_down(0, site, &mut found);
                let crossed = sets.links(0).iter().filter(|link| !spared.contains(link));
                let found: BTreeSet<_> = found.iter().chain(crossed).copied().collect();
                assert_eq!(found, ways, "{pick:b} to {site:?}");
                compared += 1;
            }
        }
        assert!(tops.contains(&None) && tops.len() > 4, "{tops:?}");
        assert!(compared > 1_000);
    }
}
