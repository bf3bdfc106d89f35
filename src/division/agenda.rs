//! Which changes of the world concern a group of machines, and when.
//!
//! A change of something that no machine of a group can come upon is none of
//! that group's business: it is not applied there, and wakes no machine. What is
//! changed is looked up by its subject, once, when the world is divided, so that
//! the cost of an agenda follows from what a group can meet and not from how
//! much happens elsewhere.
//!
//! Changes of content are kept by package: they concern the machines whose
//! client may turn to that very point, and a machine that waits for content wakes
//! for no other reason.

use super::holders::Stock;
use super::together::Together;
use crate::engine::effort;
use crate::units::Instant;
use crate::world::{
    AccountId, Change, ContentState, DomainId, LinkId, PackageId, ServerId, ShareId, SiteId, World,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What the machines of one site, or of a group, can come upon.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reach {
    pub(crate) links: Vec<LinkId>,
    /// Servers that they use.
    pub(crate) servers: Vec<ServerId>,
    /// Servers whose state they may notice without meeting others there.
    pub(crate) noticed: Vec<ServerId>,
    pub(crate) shares: Vec<ShareId>,
    pub(crate) packages: Vec<PackageId>,
    /// The domains of machines and servers.
    pub(crate) domains: Vec<DomainId>,
    pub(crate) accounts: Vec<AccountId>,
    /// Servers, links and domains that many sites have in common: those of trips, and
    /// those of points to which all of them may turn.
    pub(crate) shared: Vec<Arc<Reach>>,
    /// Which links of these the machines do not use, sorted.
    pub(crate) spared: Vec<LinkId>,
}

impl Reach {
    /// Each once, in ascending order.
    pub(crate) fn sort(&mut self) {
        fn sort<T: Ord>(list: &mut Vec<T>) {
            effort::spend(list.len());
            // Most of it is in order already, which this kind of sort makes use of.
            list.sort();
            list.dedup();
            list.shrink_to_fit();
        }
        sort(&mut self.links);
        sort(&mut self.servers);
        sort(&mut self.noticed);
        sort(&mut self.shares);
        sort(&mut self.packages);
        sort(&mut self.domains);
        sort(&mut self.accounts);
    }

    /// Whether a link is among those that many sites have in common.
    pub(super) fn shares_link(&self, link: LinkId) -> bool {
        let mut shared = self.shared.iter();
        shared.any(|shared| shared.links.binary_search(&link).is_ok())
    }

    /// Whether a server is among those that many sites have in common.
    pub(super) fn shares_server(&self, server: ServerId) -> bool {
        let mut shared = self.shared.iter();
        shared.any(|shared| shared.servers.binary_search(&server).is_ok())
    }

    /// The reaches of sites, each with its site; what several have in common comes once.
    pub(crate) fn parts(
        sites: impl Iterator<Item = SiteId>,
        reaches: &[Self],
    ) -> Vec<(SiteId, &Self)> {
        let mut met = BTreeSet::new();
        let mut parts = Vec::new();
        for site in sites {
            let own = &reaches[site.index()];
            let shared = own.shared.iter();
            let shared = shared.filter(|shared| met.insert(Arc::as_ptr(shared)));
            parts.push((site, own));
            parts.extend(shared.map(|shared| (site, &**shared)));
        }
        parts
    }

    fn of(sites: &[SiteId], reaches: &[Self]) -> Self {
        let parts = Self::parts(sites.iter().copied(), reaches);
        let of = || parts.iter().map(|(_, reach)| *reach);
        let mut all = Self {
            links: each_once(of().map(|reach| &reach.links), LinkId::index),
            servers: each_once(of().map(|reach| &reach.servers), ServerId::index),
            noticed: each_once(of().map(|reach| &reach.noticed), ServerId::index),
            shares: each_once(of().map(|reach| &reach.shares), ShareId::index),
            packages: each_once(of().map(|reach| &reach.packages), PackageId::index),
            domains: each_once(of().map(|reach| &reach.domains), DomainId::index),
            accounts: each_once(of().map(|reach| &reach.accounts), AccountId::index),
            shared: Vec::new(),
            spared: Vec::new(),
        };
        all.sort();
        all
    }
}

/// What is in any of the lists, without repetitions. What a few sites can come upon is
/// little among all there is of the world, which is not to be looked through for each.
fn each_once<'l, T: Copy + Ord + 'l>(
    lists: impl Iterator<Item = &'l Vec<T>> + Clone,
    index: impl Fn(T) -> usize,
) -> Vec<T> {
    let (mut all, mut met) = (Vec::new(), Vec::new());
    let listed = lists.clone().map(Vec::len).sum::<usize>();
    if lists.clone().flatten().any(|one| index(*one) / 8 > listed) {
        return lists.flatten().copied().collect();
    }
    for one in lists.flatten().copied() {
        let at = index(one);
        if at >= met.len() {
            met.resize(at + 1, false);
        }
        if !std::mem::replace(&mut met[at], true) {
            all.push(one);
        }
    }
    all
}

/// What a change acts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    /// A server, with all its roles or in one of them.
    Server(ServerId),
    /// Clocks, of any machine.
    Clocks,
    /// A policy for background transfers; there are few.
    Bits,
    Link(LinkId),
    Account(AccountId),
    TokenAccount(DomainId),
    Share(ShareId),
    Package(PackageId),
    /// Content on a distribution point, of whatever package.
    Content(ServerId),
}

impl Subject {
    fn of(change: &Change) -> Self {
        match change {
            Change::Server(server, _) | Change::Role(server, ..) => Self::Server(*server),
            Change::Clocks => Self::Clocks,
            Change::Bits(..) => Self::Bits,
            Change::Link(link, _) => Self::Link(*link),
            Change::Account(account, _) => Self::Account(*account),
            Change::TokenAccount(domain, _) => Self::TokenAccount(*domain),
            Change::ShareAccess(share, _) => Self::Share(*share),
            Change::PackageAccess(package, _) => Self::Package(*package),
            Change::Content(_, point, _) => Self::Content(*point),
        }
    }

    /// Everything that changes for machines with this reach.
    fn within(reach: &Reach) -> impl Iterator<Item = Self> {
        let servers = || reach.servers.iter().copied();
        servers()
            .chain(reach.noticed.iter().copied())
            .map(Self::Server)
            .chain([Self::Clocks, Self::Bits])
            .chain(reach.links.iter().copied().map(Self::Link))
            .chain(reach.accounts.iter().copied().map(Self::Account))
            .chain(reach.domains.iter().copied().map(Self::TokenAccount))
            .chain(reach.shares.iter().copied().map(Self::Share))
            .chain(reach.packages.iter().copied().map(Self::Package))
            .chain(servers().map(Self::Content))
    }
}

/// The changes of a world, by their subject.
pub(crate) struct Almanac<'w> {
    world: &'w World,
    /// Positions in [`World::changes`], in order.
    by_subject: BTreeMap<Subject, Vec<u32>>,
}

impl<'w> Almanac<'w> {
    pub(crate) fn new(world: &'w World) -> Self {
        let mut by_subject = BTreeMap::<_, Vec<u32>>::new();
        for (position, timed) in world.changes.iter().enumerate() {
            let positions = by_subject.entry(Subject::of(&timed.change));
            positions.or_default().push(position as u32);
        }
        Self { world, by_subject }
    }

    /// What concerns a group of sites; `reaches` are those of all sites, and
    /// `stocks` the packages whose content may move.
    pub(crate) fn agenda(
        &self,
        sites: &[SiteId],
        reaches: &[Reach],
        stocks: &BTreeMap<PackageId, Stock>,
        together: Option<&Together>,
    ) -> Agenda {
        if self.by_subject.is_empty() && stocks.is_empty() {
            return Agenda::default();
        }
        let reach = Reach::of(sites, reaches);
        let mut agenda = Agenda::default();
        for package in &reach.packages {
            if let Some(stock) = stocks.get(package) {
                let mut shelf = Shelf::new(self.world, *package, &reach.servers, stock);
                if let Some(faults) = together.and_then(|t| t.faults_of(*package)) {
                    shelf.changes = faults.map(|at| (at, None)).collect();
                }
                agenda.content.insert(*package, shelf);
            }
        }
        for subject in Subject::within(&reach) {
            agenda
                .changes
                .extend(self.by_subject.get(&subject).into_iter().flatten());
        }
        agenda.changes.sort_unstable();
        agenda.changes.dedup();
        agenda.sift(self.world, together);
        if together.is_some() {
            agenda.servers = reach.servers;
        }
        agenda
    }
}

/// The changes that a group of sites sees, in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Agenda {
    /// Positions in [`World::changes`].
    pub(crate) changes: Vec<u32>,
    /// Times at which the result of an attempt may change, those of content
    /// left out.
    access: Vec<Instant>,
    /// The packages of the group whose content may move.
    pub(crate) content: BTreeMap<PackageId, Shelf>,
    /// The servers that its machines may turn to, sorted, where packages are sent
    /// together with what the machines do.
    pub(crate) servers: Vec<ServerId>,
}

impl Agenda {
    /// Throws out content of packages that the group does not want, and takes
    /// down when what matters to whom.
    fn sift(&mut self, world: &World, together: Option<&Together>) {
        let mut cut = BTreeSet::new();
        let (access, content) = (&mut self.access, &mut self.content);
        self.changes.retain(|position| {
            let timed = &world.changes[*position as usize];
            let alters_access = match &timed.change {
                // The sending knows when it comes, and what faults do to it.
                Change::Content(package, ..) if together.is_some_and(|t| t.sends(*package)) => {
                    if let Some(shelf) = content.get_mut(package) {
                        shelf.may_spoil = true;
                    }
                    return false;
                }
                Change::Content(package, point, state) => {
                    let declared = &world.packages[package.index()].distribution_points;
                    let shelf = content.get_mut(package);
                    let Some(shelf) = shelf.filter(|_| declared.binary_search(point).is_ok())
                    else {
                        return false;
                    };
                    shelf.changes.push((timed.at(), Some(*point)));
                    shelf.may_spoil |= *state != ContentState::Intact;
                    false
                }
                Change::Link(link, rate) if rate.0 == 0 => cut.insert(*link),
                Change::Link(link, _) => cut.remove(link),
                Change::Bits(..) => false,
                _ => true,
            };
            if alters_access {
                access.push(timed.at());
            }
            true
        });
        for shelf in content.values_mut() {
            shelf.changes.sort_unstable_by_key(|(at, _)| *at);
        }
    }

    /// The first instant after `now` at which the result of an attempt may
    /// change, but for a change of content.
    pub(crate) fn next_access_change(&self, now: Instant) -> Instant {
        let after = self.access.partition_point(|at| *at <= now);
        self.access.get(after).copied().unwrap_or(Instant::NEVER)
    }
}

/// A package whose content may move, as a group sees it.
#[derive(Debug, Clone)]
pub(crate) struct Shelf {
    /// The points within reach of the group that hold it at the start.
    pub(crate) holders: Vec<ServerId>,
    /// When it changes on which point, in order; without a point, where what
    /// is said of a package that cannot be had changes.
    changes: Vec<(Instant, Option<ServerId>)>,
    /// Whether a point may do something else to it than receive it, so that it matters
    /// who reads it there.
    pub(crate) may_spoil: bool,
}

impl Shelf {
    fn new(world: &World, package: PackageId, reached: &[ServerId], stock: &Stock) -> Self {
        let package = &world.packages[package.index()];
        let holds = |point: &ServerId| {
            package.distribution_points.binary_search(point).is_ok()
                && package.missing_at_start.binary_search(point).is_err()
        };
        Self {
            holders: reached.iter().copied().filter(holds).collect(),
            changes: stock.turns().map(|at| (at, None)).collect(),
            may_spoil: false,
        }
    }

    /// The first instant after `now` at which something changes for machines
    /// that `may` turn to a point.
    pub(crate) fn next_change(&self, now: Instant, may: impl Fn(ServerId) -> bool) -> Instant {
        let after = self.changes.partition_point(|(at, _)| *at <= now);
        let mut coming = self.changes[after..].iter();
        let next = coming.find(|(_, point)| point.is_none_or(&may));
        next.map_or(Instant::NEVER, |(at, _)| *at)
    }
}
