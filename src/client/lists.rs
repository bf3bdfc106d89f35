//! Points that many sites have in common: those behind one server that hands out work,
//! or those of one list of neighbours.
//!
//! What a site may turn to is then a part of such a list, so that thousands of points
//! are not written down once for each of thousands of sites. Short lists are: they cost
//! less than they would save.

use super::points::{FEW, Tier, in_both};
use crate::engine::effort;
use crate::world::{PackageId, ServerId, SiteId, World};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The points of one package at one time, in lists that are made when they are first
/// asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lists {
    by_source: BTreeMap<Source, ListId>,
    all: Vec<Arc<List>>,
    shelf: Option<Shelf>,
}

/// The declared points of a package, and where lists of them are kept.
#[derive(Debug, Clone)]
struct Shelf {
    declared: Arc<[ServerId]>,
    library: Library,
}

/// The lists that packages with the same declared points have in common, so that
/// thousands of packages on thousands of points do not each have their own. A package
/// whose content moves goes on with a copy.
#[derive(Debug, Clone, Default)]
pub(crate) struct Library(Arc<Mutex<Books>>);

/// By where the declared points lie, which are kept beside each list.
type Books = BTreeMap<(usize, Source), (Arc<[ServerId]>, Arc<List>)>;

impl Shelf {
    /// The list of `holders`; the one in the library, if these are the declared points.
    fn list(&self, source: Source, holders: &[ServerId], make: impl FnOnce() -> List) -> Arc<List> {
        if holders.as_ptr() != self.declared.as_ptr() || holders.len() != self.declared.len() {
            return Arc::new(make());
        }
        let books = self.library.0.lock();
        let mut books = books.unwrap_or_else(PoisonError::into_inner);
        let key = (self.declared.as_ptr().addr(), source);
        let book = books.entry(key);
        let (_, list) = book.or_insert_with(|| (Arc::clone(&self.declared), Arc::new(make())));
        Arc::clone(list)
    }
}

/// Which of the [`Lists`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ListId(u32);

/// Which points are in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    ManagementPoint(Option<ServerId>),
    AccessPoint(Option<ServerId>),
    /// By where the list of sites lies, which the world keeps.
    Neighbours(usize),
}

#[derive(Debug, Clone)]
struct List {
    /// Ascending; those with BITS before the others where that counts.
    points: Vec<ServerId>,
    has_bits_first: bool,
    /// The points by the Active Directory sites in which they stand, where that counts.
    by_ad_site: Option<Vec<ServerId>>,
    /// The sites whose points they are, if they are those of neighbours.
    sites: Option<Arc<[SiteId]>>,
}

/// What there is of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// So few that they stand for themselves, ascending.
    Few(Vec<ServerId>),
    Many(ListId),
}

/// A part of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) list: ListId,
    /// Those in this Active Directory site alone.
    pub(crate) ad_site: Option<u32>,
    /// Those with BITS alone, or those without it.
    pub(crate) bits: Option<bool>,
    pub(super) but: But,
}

/// What is left out of a part of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum But {
    Nothing,
    /// What stands at a site.
    Site(SiteId),
    /// What stands in an Active Directory site.
    AdSite(u32),
}

impl But {
    pub(super) fn leaves_out(self, world: &World, point: ServerId) -> bool {
        match self {
            Self::Nothing => false,
            Self::Site(own) => world.servers[point.index()].site == own,
            Self::AdSite(own) => ad_site(world, point) == own,
        }
    }
}

fn ad_site(world: &World, point: ServerId) -> u32 {
    let site = world.servers[point.index()].site;
    world.sites[site.index()].ad_site
}

fn has_bits(world: &World, point: ServerId) -> bool {
    world.servers[point.index()].bits
}

impl List {
    fn new(world: &World, source: Source, mut points: Vec<ServerId>) -> Self {
        let is_legacy = matches!(source, Source::AccessPoint(_));
        let has_bits_first = world.rules.prefer_bits && !is_legacy;
        let order = |point: &ServerId| (has_bits_first && !has_bits(world, *point), *point);
        points.sort_by_key(order);
        let by_ad_site = matches!(source, Source::ManagementPoint(_)).then(|| {
            let mut points = points.clone();
            points.sort_by_key(|point| ad_site(world, *point));
            points
        });
        Self {
            points,
            has_bits_first,
            by_ad_site,
            sites: None,
        }
    }

    fn rank(&self, world: &World, point: ServerId) -> (bool, ServerId) {
        (self.has_bits_first && !has_bits(world, point), point)
    }

    fn has(&self, world: &World, point: ServerId) -> bool {
        let rank = |point| self.rank(world, point);
        let found = self
            .points
            .binary_search_by_key(&rank(point), |point| rank(*point));
        found.is_ok()
    }

    /// Those in an Active Directory site, and with BITS or without it, with what is to
    /// be left out among them.
    fn slice(&self, world: &World, of_ad_site: Option<u32>, bits: Option<bool>) -> &[ServerId] {
        let in_ad_site = |number: u32| {
            let all = self.by_ad_site.as_deref().unwrap_or_default();
            let from = all.partition_point(|point| ad_site(world, *point) < number);
            let until = all.partition_point(|point| ad_site(world, *point) <= number);
            &all[from..until]
        };
        let all = of_ad_site.map_or(&self.points[..], in_ad_site);
        let Some(bits) = bits else {
            return all;
        };
        let (with, without) = all.split_at(all.partition_point(|point| has_bits(world, *point)));
        if bits { with } else { without }
    }

    /// A point has come to have the package, or has it no more.
    fn change(&mut self, world: &World, point: ServerId, has_it: bool) {
        let bits_first = self.has_bits_first;
        let rank = |point: ServerId| (bits_first && !has_bits(world, point), point);
        put(&mut self.points, point, has_it, rank);
        if let Some(by_ad_site) = &mut self.by_ad_site {
            put(by_ad_site, point, has_it, |point| {
                (ad_site(world, point), rank(point))
            });
        }
    }
}

/// Puts a point into a list in the order of `rank`, or takes it out.
fn put<K: Ord>(
    list: &mut Vec<ServerId>,
    point: ServerId,
    has_it: bool,
    rank: impl Fn(ServerId) -> K,
) {
    let found = list.binary_search_by_key(&rank(point), |point| rank(*point));
    match (found, has_it) {
        (Err(at), true) => list.insert(at, point),
        (Ok(at), false) => drop(list.remove(at)),
        _ => {}
    }
}

impl Lists {
    /// None of them yet.
    pub(crate) const fn new() -> Self {
        Self {
            by_source: BTreeMap::new(),
            all: Vec::new(),
            shelf: None,
        }
    }

    /// Those of `holders` that stand, unprotected, at the sites of a management point.
    pub(super) fn behind_management_point(
        &mut self,
        world: &World,
        contact: Option<ServerId>,
        holders: &[ServerId],
    ) -> Found {
        let near = world.servers_at.behind_management_point(contact);
        self.behind(world, Source::ManagementPoint(contact), holders, near)
    }

    /// Those of `holders` that stand, unprotected, at the sites of a client access point.
    pub(super) fn behind_access_point(
        &mut self,
        world: &World,
        contact: Option<ServerId>,
        holders: &[ServerId],
    ) -> Found {
        let near = world.servers_at.behind_access_point(contact);
        self.behind(world, Source::AccessPoint(contact), holders, near)
    }

    fn behind(
        &mut self,
        world: &World,
        source: Source,
        holders: &[ServerId],
        near: &[ServerId],
    ) -> Found {
        if holders.len().min(near.len()) <= FEW {
            return Found::Few(in_both(holders, near));
        }
        let make = || List::new(world, source, in_both(holders, near));
        let id = self.list(source, holders, make);
        self.found(id)
    }

    /// Those of `holders` that stand, unprotected, at `sites`, which the world keeps;
    /// those of `own` may be among many.
    pub(super) fn at(
        &mut self,
        world: &World,
        own: SiteId,
        sites: &Arc<[SiteId]>,
        holders: &[ServerId],
    ) -> Found {
        let is_open = |point: &ServerId| {
            let server = &world.servers[point.index()];
            !server.protected && sites.binary_search(&server.site).is_ok()
        };
        let open = || holders.iter().copied().filter(is_open);
        if holders.len() <= FEW {
            let is_there = |point: &ServerId| !But::Site(own).leaves_out(world, *point);
            return Found::Few(open().filter(is_there).collect());
        }
        if sites.len() <= FEW {
            let there = || sites.iter().filter(|site| **site != own);
            let servers = || there().flat_map(|site| world.servers_at.here(*site));
            if servers().take(FEW + 1).count() <= FEW {
                let holds = |point: &ServerId| holders.binary_search(point).is_ok();
                let mut points: Vec<_> = servers().copied().filter(holds).collect();
                points.retain(|point| !world.servers[point.index()].protected);
                points.sort_unstable();
                return Found::Few(points);
            }
        }
        let source = Source::Neighbours(sites.as_ptr().addr());
        let id = self.list(source, holders, || {
            effort::spend(holders.len());
            List {
                sites: Some(Arc::clone(sites)),
                ..List::new(world, source, open().collect())
            }
        });
        match self.found(id) {
            Found::Few(mut points) => {
                points.retain(|point| !But::Site(own).leaves_out(world, *point));
                Found::Few(points)
            }
            many @ Found::Many(_) => many,
        }
    }

    fn list(
        &mut self,
        source: Source,
        holders: &[ServerId],
        make: impl FnOnce() -> List,
    ) -> ListId {
        let (all, shelf) = (&mut self.all, &self.shelf);
        *self.by_source.entry(source).or_insert_with(|| {
            all.push(match shelf {
                Some(shelf) => shelf.list(source, holders, make),
                None => Arc::new(make()),
            });
            ListId(all.len() as u32 - 1)
        })
    }

    fn found(&self, id: ListId) -> Found {
        let points = self.points(id);
        if points.len() > FEW {
            return Found::Many(id);
        }
        let mut points = points.to_vec();
        points.sort_unstable();
        Found::Few(points)
    }

    /// A list as one tier.
    pub(super) fn whole(&self, list: ListId) -> Tier {
        let part = Part {
            list,
            ad_site: None,
            bits: None,
            but: But::Nothing,
        };
        Tier::Of(part, self.points(list).len())
    }

    /// All points of a list.
    pub(crate) fn points(&self, id: ListId) -> &[ServerId] {
        &self.all[id.0 as usize].points
    }

    /// Where a list lies: packages with the same points may have the same list.
    pub(crate) fn address(&self, id: ListId) -> usize {
        Arc::as_ptr(&self.all[id.0 as usize]).addr()
    }

    /// How many points a part has.
    pub(super) fn count(&self, world: &World, part: Part) -> usize {
        let list = &self.all[part.list.0 as usize];
        let all = list.slice(world, part.ad_site, part.bits).len();
        let is_of = |point: &ServerId| {
            let is_alike = part.bits.is_none_or(|bits| has_bits(world, *point) == bits);
            is_alike && list.has(world, *point)
        };
        all - match part.but {
            But::Nothing => 0,
            But::AdSite(number) => list.slice(world, Some(number), part.bits).len(),
            But::Site(site) => {
                let here = world.servers_at.here(site).iter();
                here.filter(|point| is_of(point)).count()
            }
        }
    }

    /// The points of a part, with those that it leaves out.
    pub(crate) fn slice(&self, world: &World, part: Part) -> &[ServerId] {
        self.all[part.list.0 as usize].slice(world, part.ad_site, part.bits)
    }

    /// Whether a point is in a part.
    pub(super) fn has(&self, world: &World, part: Part, point: ServerId) -> bool {
        self.all[part.list.0 as usize].has(world, point)
            && part
                .ad_site
                .is_none_or(|number| ad_site(world, point) == number)
            && part.bits.is_none_or(|bits| has_bits(world, point) == bits)
            && !part.but.leaves_out(world, point)
    }

    /// A point has come to have the package, or has it no more.
    fn change(&mut self, world: &World, point: ServerId, has_it: bool) {
        let server = &world.servers[point.index()];
        if server.protected {
            return;
        }
        let site = &world.sites[server.site.index()];
        let sources = [
            Source::ManagementPoint(site.management_point),
            Source::AccessPoint(site.client_access_point),
        ];
        for id in sources
            .iter()
            .filter_map(|source| self.by_source.get(source))
        {
            Arc::make_mut(&mut self.all[id.0 as usize]).change(world, point, has_it);
        }
        let is_there = |sites: &Arc<[SiteId]>| sites.binary_search(&server.site).is_ok();
        let of_neighbours = self.by_source.range(Source::Neighbours(0)..);
        for (_, id) in of_neighbours {
            let list = &mut self.all[id.0 as usize];
            if list.sites.as_ref().is_some_and(is_there) {
                Arc::make_mut(list).change(world, point, has_it);
            }
        }
    }
}

/// The lists of all packages.
#[derive(Debug, Clone, Default)]
pub(crate) struct Catalogue {
    of: BTreeMap<PackageId, Lists>,
    library: Library,
}

impl Catalogue {
    /// No list yet, but for those of a library.
    pub(crate) fn with(library: &Library) -> Self {
        Self {
            of: BTreeMap::new(),
            library: library.clone(),
        }
    }

    /// The lists that packages have in common.
    pub(crate) fn library(&self) -> &Library {
        &self.library
    }

    /// The lists of a package, to be added to.
    pub(crate) fn of(&mut self, world: &World, package: PackageId) -> &mut Lists {
        let library = &self.library;
        self.of.entry(package).or_insert_with(|| Lists {
            shelf: Some(Shelf {
                declared: Arc::clone(&world.packages[package.index()].distribution_points),
                library: library.clone(),
            }),
            ..Lists::new()
        })
    }

    /// The lists of a package, as far as they have been asked for.
    pub(crate) fn known(&self, package: PackageId) -> &Lists {
        static NONE: Lists = Lists::new();
        self.of.get(&package).unwrap_or(&NONE)
    }

    /// A point has come to have a package, or has it no more.
    pub(crate) fn change(
        &mut self,
        world: &World,
        package: PackageId,
        point: ServerId,
        has_it: bool,
    ) {
        if let Some(lists) = self.of.get_mut(&package) {
            lists.change(world, point, has_it);
        }
    }
}

/// The lists of a package, to look points up in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sight<'a> {
    pub(crate) world: &'a World,
    pub(crate) lists: &'a Lists,
}
