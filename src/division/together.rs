//! What is sent over links that clients use at the same time: it is simulated with
//! the machines of one group, on the network that both share.
//!
//! Packages that have no sender, server, point or link in common are sent apart from
//! each other. Those of one part are tied to the machines that may use one of its
//! links before its last byte has moved, and to all machines that read one of its
//! packages, which come to know of it when it has arrived. Where no machine may use
//! one of the links in that time, the sending has been worked out beforehand, and ties
//! nothing.

use super::agenda::Reach;
use super::crossings::{Crossings, PartOf};
use super::forest::Forest;
use super::point_sets::{SetId, Sets};
use super::touched::read_over;
use crate::client::falls_back;
use crate::engine::effort;
use crate::sending::{Delivery, Division, Part, Sending, carried, forecast, over, to_changes};
use crate::units::Instant;
use crate::world::{
    Carried, Change, ContentState, LinkId, PackageId, ProgramId, SiteId, TimedChange, World,
};
use std::collections::BTreeMap;

/// What is sent together with what the machines of a group do.
#[derive(Debug, Clone)]
pub(crate) struct Together {
    /// How it is sent.
    pub(crate) sending: Sending,
    /// Its packages, sorted.
    packages: Vec<PackageId>,
    /// What faults do to their content, and when older versions are outdated, in order
    /// of time.
    pub(crate) faults: Vec<TimedChange>,
    /// Which of these are of a package.
    faults_of: BTreeMap<PackageId, Vec<usize>>,
}

impl Together {
    /// Whether it sends `package`.
    pub(crate) fn sends(&self, package: PackageId) -> bool {
        self.packages.binary_search(&package).is_ok()
    }

    /// When faults change content of a package, if this sends it.
    pub(super) fn faults_of(&self, package: PackageId) -> Option<impl Iterator<Item = Instant>> {
        let of = self.faults_of.get(&package).into_iter().flatten();
        let faults = of.map(|at| self.faults[*at].at());
        self.sends(package).then_some(faults)
    }
}

/// What is sent apart from all machines, where something else is not.
#[derive(Debug, Clone)]
pub(crate) struct Apart {
    /// All of it.
    pub(crate) delivery: Delivery,
    /// What the links have carried of it.
    pub(crate) carried: Vec<Carried>,
}

/// A sending of which some is tied to machines.
pub(super) struct Met<'w> {
    division: Division<'w>,
    /// The parts that are tied.
    parts: Vec<Part>,
    changes: Changes,
}

/// What happens to content that is sent.
struct Changes {
    /// In order of time: what faults do, and when older versions are outdated.
    all: Vec<TimedChange>,
    /// Which of these are of a package.
    of: BTreeMap<PackageId, Vec<usize>>,
}

impl Changes {
    fn of(world: &World) -> Self {
        let is_outdated = |timed: &TimedChange| {
            matches!(timed.change, Change::Content(.., ContentState::Outdated))
        };
        let mut all = to_changes(&world.deliveries);
        all.retain(is_outdated);
        all.extend_from_slice(&world.content_faults);
        // A stable sort: at one instant a version is outdated first, then damaged.
        all.sort_by_key(|timed| timed.since);
        let of = by_package(&all);
        Self { all, of }
    }
}

/// Which of `changes` are of the content of each package.
fn by_package(changes: &[TimedChange]) -> BTreeMap<PackageId, Vec<usize>> {
    let mut of = BTreeMap::<_, Vec<_>>::new();
    for (at, timed) in changes.iter().enumerate() {
        if let Change::Content(package, ..) = &timed.change {
            of.entry(*package).or_default().push(at);
        }
    }
    of
}

impl<'w> Met<'w> {
    /// What each group sends, by the root of its sites in the forest. What is tied to
    /// sites of none of the `groups`, which are given by their roots, is not tied.
    pub(super) fn by_root(
        &mut self,
        forest: &mut Forest,
        groups: &[usize],
    ) -> BTreeMap<usize, Together> {
        let mut packages: BTreeMap<usize, Vec<PackageId>> =
            groups.iter().map(|root| (*root, Vec::new())).collect();
        self.parts.retain(|part| {
            let its = packages.get_mut(&forest.root(forest.link(part.links[0])));
            its.map(|its| its.extend_from_slice(&part.packages))
                .is_some()
        });
        packages.retain(|_, packages| !packages.is_empty());
        let together = |(root, packages)| (root, self.together(packages));
        packages.into_iter().map(together).collect()
    }

    fn together(&self, mut packages: Vec<PackageId>) -> Together {
        packages.sort_unstable();
        let of = |package| self.changes.of.get(package).into_iter().flatten();
        let mut faults: Vec<usize> = packages.iter().flat_map(of).copied().collect();
        faults.sort_unstable();
        let faults = faults.into_iter().map(|at| self.changes.all[at].clone());
        let faults: Vec<_> = faults.collect();
        Together {
            sending: self.division.restricted(&packages),
            faults_of: by_package(&faults),
            faults,
            packages,
        }
    }

    /// What is left of the sending of the world.
    pub(super) fn apart(&self, world: &'w World) -> Option<Apart> {
        let whole = world.sending.as_ref().filter(|_| !self.parts.is_empty())?;
        let together = self.parts.iter().flat_map(|part| &part.packages);
        let mut together: Vec<_> = together.copied().collect();
        together.sort_unstable();
        let mut packages: Vec<_> = whole.packages.iter().map(|sent| sent.package).collect();
        packages.sort_unstable();
        packages.dedup();
        packages.retain(|package| together.binary_search(package).is_err());
        let delivery = forecast(&self.division.restricted_on_all_routes(&packages));
        let carried = carried(world, &delivery);
        Some(Apart { delivery, carried })
    }
}

/// Ties the parts of the sending that machines meet on its links to them, and returns
/// them; `None` if there are none.
pub(super) fn tie<'w>(
    world: &'w World,
    (chains, sets): (&[Vec<ProgramId>], &mut Sets<'_>),
    (reaches, sets_of): (&[Reach], &[Vec<SetId>]),
    travels: bool,
    forest: &mut Forest,
) -> Option<Met<'w>> {
    let division = Division::new(world.sending.as_ref()?);
    let mut parts = division.parts();
    let over = over(&world.deliveries);
    let over = parts.iter().map(|part| {
        let ends = part.packages.iter().filter_map(|package| over.get(package));
        ends.max().copied().unwrap_or(Instant::START)
    });
    let mut crossings = Crossings::new(&parts, over.collect());
    for (site, (reach, of_site)) in reaches.iter().zip(sets_of).enumerate() {
        let Some(crossing) = crossings.of(reach, of_site, sets) else {
            continue;
        };
        let site = SiteId::from(site);
        let first = first_use(world, site, travels);
        if !crossings.last_until(&crossing, first) {
            continue;
        }
        if travels || falls_back(&world.sites[site.index()]) {
            crossings.meets_all(&crossing, first);
        } else {
            let read = read_over(world, chains, sets, site);
            crossings.meets(&crossing, first, (&read.links, &read.sets));
        }
    }
    let mut met = crossings.met().into_iter();
    parts.retain(|_| met.next().unwrap_or_default());
    let crossed = PartOf::each(&parts, |part| &part.links, LinkId::index);
    let sent = PartOf::each(&parts, |part| &part.packages, PackageId::index);
    // Sites that have links in common are one group already.
    for (site, reach) in Reach::parts((0..reaches.len()).map(SiteId::from), reaches) {
        effort::spend(reach.links.len());
        let (links, packages) = (reach.links.iter(), reach.packages.iter());
        let on_links = links.filter_map(|link| crossed.get(link.index()));
        let read = packages.filter_map(|package| sent.get(package.index()));
        let mut before = None;
        for part in on_links.chain(read) {
            effort::spend(1);
            // Links of one part come one after the other.
            if before.replace(part) != Some(part) {
                let link = forest.link(parts[part].links[0]);
                forest.unite(site.index(), link);
            }
        }
    }
    let is_any = !parts.is_empty();
    is_any.then(|| Met {
        division,
        parts,
        changes: Changes::of(world),
    })
}

/// Before which instant no machine of a site uses any link: where clocks are wrong or
/// machines are elsewhere, the earliest that can be.
fn first_use(world: &World, site: SiteId, travels: bool) -> Instant {
    if travels || !world.clocks.is_empty() {
        return Instant::START;
    }
    let range = &world.fleet.by_site[site.index()];
    let machines = &world.fleet.machines[range.start as usize..range.end as usize];
    let mut sets: Vec<u32> = machines.iter().map(|machine| machine.targets).collect();
    sets.sort_unstable();
    sets.dedup();
    let targets = sets
        .iter()
        .flat_map(|set| &world.fleet.target_sets[*set as usize]);
    let available = targets.map(|id| world.available(*id, site));
    available.min().unwrap_or(Instant::NEVER)
}
