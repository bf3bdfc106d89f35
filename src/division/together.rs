//! What is sent over lines that clients use at the same time: it is simulated with
//! the machines of one group, on the network that both share.
//!
//! Packages that have no sender, server, point or line in common are sent apart from
//! each other. Those of one part are tied to the machines that may use one of its
//! lines before its last byte has moved, and to all machines that read one of its
//! packages, which come to know of it when it has arrived. Where no machine may use
//! one of the lines in that time, the sending has been worked out beforehand, and ties
//! nothing.

use super::agenda::Reach;
use super::forest::Forest;
use super::touched::read_over;
use crate::client::falls_back;
use crate::sending::{
    self, Delivery, Part, Sending, forecast, over, parts, restricted, to_changes,
};
use crate::units::Instant;
use crate::world::{
    Carried, Change, ContentState, LinkId, PackageId, ProgramId, SiteId, TimedChange, World,
};

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
}

impl Together {
    pub(super) fn new(world: &World, packages: Vec<PackageId>) -> Option<Self> {
        let sent = |timed: &&TimedChange| match &timed.change {
            Change::Content(package, ..) => packages.binary_search(package).is_ok(),
            _ => false,
        };
        let is_outdated = |timed: &TimedChange| {
            matches!(timed.change, Change::Content(.., ContentState::Outdated))
        };
        let changes = to_changes(&world.deliveries);
        let outdated = changes.iter().filter(|timed| is_outdated(timed));
        let faults = outdated.chain(&world.content_faults).filter(sent);
        let mut faults: Vec<_> = faults.cloned().collect();
        // A stable sort: at one instant a version is outdated first, then damaged.
        faults.sort_by_key(|timed| timed.at);
        Some(Self {
            sending: restricted(world.sending.as_ref()?, &packages),
            faults,
            packages,
        })
    }

    /// Whether it sends `package`.
    pub(crate) fn sends(&self, package: PackageId) -> bool {
        self.packages.binary_search(&package).is_ok()
    }

    /// When faults change content of a package, if this sends it.
    pub(super) fn faults_of(&self, package: PackageId) -> Option<impl Iterator<Item = Instant>> {
        let of = move |timed: &&TimedChange| match &timed.change {
            Change::Content(of, ..) => *of == package,
            _ => false,
        };
        let faults = self.faults.iter().filter(of).map(|timed| timed.at);
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

impl Apart {
    /// What is left of the sending of a world without the packages of `parts`.
    pub(super) fn without(world: &World, parts: &[Part]) -> Option<Self> {
        let whole = world.sending.as_ref().filter(|_| !parts.is_empty())?;
        let together = |package: &PackageId| {
            let mut parts = parts.iter();
            parts.any(|part| part.packages.binary_search(package).is_ok())
        };
        let mut packages: Vec<_> = whole.packages.iter().map(|sent| sent.package).collect();
        packages.sort_unstable();
        packages.retain(|package| !together(package));
        let delivery = forecast(&restricted(whole, &packages));
        let carried = sending::sent(world, &delivery).carried;
        Some(Self { delivery, carried })
    }
}

/// Ties the parts of the sending that machines meet on its lines to them, and returns
/// these parts.
pub(super) fn tie(
    world: &World,
    chains: &[Vec<ProgramId>],
    reaches: &[Reach],
    travels: bool,
    forest: &mut Forest,
) -> Vec<Part> {
    let Some(sending) = &world.sending else {
        return Vec::new();
    };
    let mut met = parts(sending);
    met.retain(|part| {
        let over = over(&world.deliveries, &part.packages);
        let meets = |(site, reach): (usize, &Reach)| {
            have_one_in_common(&reach.links, &part.links)
                && first_use(world, site.into(), travels) < over
                && (travels || reads_over(world, chains, site.into(), &part.links))
        };
        reaches.iter().enumerate().any(meets)
    });
    for part in &met {
        let line = forest.link(part.links[0]);
        for (site, reach) in reaches.iter().enumerate() {
            if have_one_in_common(&reach.links, &part.links)
                || have_one_in_common(&reach.packages, &part.packages)
            {
                forest.unite(site, line);
            }
        }
    }
    met
}

/// Whether machines of a site ever read anything over one of `links`.
fn reads_over(world: &World, chains: &[Vec<ProgramId>], site: SiteId, links: &[LinkId]) -> bool {
    falls_back(&world.sites[site.index()])
        || have_one_in_common(&read_over(world, chains, site), links)
}

/// Before which instant no machine of a site uses any line.
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

/// Whether two sorted lists have anything in common.
fn have_one_in_common<T: Ord>(a: &[T], b: &[T]) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    short.iter().any(|one| long.binary_search(one).is_ok())
}
