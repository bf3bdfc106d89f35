//! Machines at other sites than their own (`TechNet` cc181243, cc181572).
//!
//! An Advanced Client that is at another place asks the management point of
//! that place where the content is, and uses the distribution points there:
//! they are local where the place is a local roaming boundary, remote where it
//! is a remote one. What is not to be had there it fetches from the points of
//! its own site, which are remote then. Policy, accounts, maintenance windows
//! and reports stay matters of its own site. A Legacy Client is bound to its own
//! site in everything. A machine that moves loses the transfer under way; programs
//! run on. Controllers are those near the place, and everything crosses the links to
//! it.
//!
//! Where a machine is follows from its list of stays, or from draws of its own, and is
//! worked out when it is asked for; it never is in a world where no machine travels.

use crate::client::points::Points;
use crate::client::roaming;
use crate::division::Plan;
use crate::engine::{Track, effort};
use crate::model::draws::ModelDraws;
use crate::model::ids::JobId;
use crate::model::way::scene::Scene;
use crate::units::Instant;
use crate::world::{ClientKind, Machine, PackageId, Roaming, SiteId, World};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

/// Where a machine is, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Whereabouts {
    pub(crate) site: SiteId,
    pub(crate) until: Instant,
}

/// What is known of machines that are away.
#[derive(Debug, Clone, Default)]
pub(crate) struct Away {
    /// Whether any machine travels.
    pub(crate) any: bool,
    /// Where each job was when it located its content.
    located: BTreeMap<JobId, SiteId>,
    /// Points by whose they are, and the count of changes of the package's content
    /// for which they are true.
    points: HashMap<Sought, (u32, Option<Points>)>,
    /// Where the trips of machines have come to, by position.
    trips: RefCell<HashMap<u32, Trips>>,
}

/// Whose points: client kind, package, place and own site.
pub(crate) type Sought = (ClientKind, PackageId, SiteId, SiteId);

impl Away {
    pub(crate) fn new(plan: &Plan) -> Self {
        Self {
            any: plan.travels,
            ..Self::default()
        }
    }

    /// A job locates its content at a site.
    pub(crate) fn locates_at(&mut self, id: JobId, site: SiteId) {
        self.located.insert(id, site);
    }

    /// The points that have been found for `sought`.
    pub(crate) fn points(&self, sought: Sought) -> Option<&Points> {
        self.points[&sought].1.as_ref()
    }
}

/// How far the trips of a machine have been followed, and where it has been found, from
/// when on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trips {
    track: Track,
    found: Option<(Instant, Whereabouts)>,
}

impl Trips {
    fn find(&mut self, from: Instant, site: SiteId, until: Instant) -> Whereabouts {
        let stand = Whereabouts { site, until };
        self.found = Some((from, stand));
        stand
    }
}

/// Where the machine at `position`, whose own site is `home`, is at `now`. A stay where it
/// would be anyway, or that goes on in another one at the same site, is no move.
pub(crate) fn whereabouts_of(
    world: &World,
    draws: &ModelDraws,
    (position, home): (u32, SiteId),
    now: Instant,
    known: &mut Trips,
) -> Whereabouts {
    let mut stand = spell_of(world, draws, (position, home), now, known);
    if world.stays.contains_key(&position) && stand.until.is_some() {
        let mut ahead = known.clone();
        while stand.until.is_some() {
            effort::spend(1);
            let next = spell_of(world, draws, (position, home), stand.until, &mut ahead);
            if next.site != stand.site {
                break;
            }
            stand.until = next.until;
        }
    }
    stand
}

/// Where the machine is at `now`, and until when one stay, or the time between two, lasts.
/// Its trips are followed from where they had come to when they were last asked for.
fn spell_of(
    world: &World,
    draws: &ModelDraws,
    (position, home): (u32, SiteId),
    now: Instant,
    known: &mut Trips,
) -> Whereabouts {
    let machine = &world.fleet.machines[position as usize];
    let stays = world.stays.get(&position).map_or(&[][..], |stays| stays);
    // They follow each other.
    let over = stays.partition_point(|stay| stay.until <= now);
    let until = match stays.get(over) {
        Some(stay) if stay.from <= now => {
            return Whereabouts {
                site: stay.site,
                until: stay.until,
            };
        }
        Some(stay) => stay.from,
        None => Instant::NEVER,
    };
    match &world.fleet.profile(machine).roaming {
        // A trip goes on after a stay that falls into it.
        Some(roaming) => {
            let there = trips(roaming, draws, (machine, home), now, known);
            Whereabouts {
                until: there.until.min(until),
                ..there
            }
        }
        None => at_home(home, until),
    }
}

/// A machine that is at its own site, until then.
pub(crate) const fn at_home(home: SiteId, until: Instant) -> Whereabouts {
    Whereabouts { site: home, until }
}

/// Trips follow each other: at home, away, at home, in equilibrium at the start, which may
/// fall into any of them.
fn trips(
    roaming: &Roaming,
    draws: &ModelDraws,
    (machine, home): (&Machine, SiteId),
    now: Instant,
    known: &mut Trips,
) -> Whereabouts {
    if let Some((from, stand)) = known.found
        && from <= now
        && now < stand.until
    {
        return stand;
    }
    // A machine makes no trip to where it is at home.
    let own = roaming.sites.binary_search(&home);
    let elsewhere = roaming.sites.len() - usize::from(own.is_ok());
    if elsewhere == 0 || draws.roaming(machine.key, 0).uniform(0) >= roaming.share {
        return known.find(Instant::START, home, Instant::NEVER);
    }
    effort::spend(1);
    let of_trip = |cycle: u64| draws.roaming(machine.key, cycle + 1);
    let cycle = roaming.trips.cycle(&mut known.track, now, of_trip);
    if now < cycle.down {
        return known.find(cycle.begins, home, cycle.down);
    }
    let which = of_trip(cycle.number).below(3, elsewhere as u64) as usize;
    let skipped = own.is_ok_and(|own| own <= which);
    let site = roaming.sites[which + usize::from(skipped)];
    known.find(cycle.down, site, cycle.ends)
}

/// Where a job's machine is, and until when.
#[inline]
pub(crate) fn whereabouts(scene: &Scene<'_, '_>, id: JobId) -> Whereabouts {
    let home = scene.site(id);
    if !scene.away.any {
        return at_home(home, Instant::NEVER);
    }
    on_its_trips(scene, id, home)
}

/// Where a machine that may travel is, and until when.
#[inline(never)]
fn on_its_trips(scene: &Scene<'_, '_>, id: JobId, home: SiteId) -> Whereabouts {
    let position = scene.jobs[id].machine;
    let mut trips = scene.away.trips.borrow_mut();
    let known = trips.entry(position).or_default();
    whereabouts_of(scene.world, scene.draws, (position, home), scene.now, known)
}

/// The site at which a job's machine is.
#[inline]
pub(crate) fn place_of(scene: &Scene<'_, '_>, id: JobId) -> SiteId {
    whereabouts(scene, id).site
}

/// The position in the group of the site at which a job's machine is.
#[inline]
pub(crate) fn slot_of(scene: &Scene<'_, '_>, id: JobId) -> u32 {
    let home = scene.jobs[id].slot;
    if !scene.away.any {
        return home;
    }
    slot_on_its_trips(scene, id, home)
}

/// The position in the group of the site at which a machine is that may travel.
#[inline(never)]
fn slot_on_its_trips(scene: &Scene<'_, '_>, id: JobId, home: u32) -> u32 {
    let site = place_of(scene, id);
    // The plan has put every site that a machine can be at into its group.
    let found = scene.places.binary_search_by_key(&site, |place| place.site);
    found.map_or(home, |slot| slot as u32)
}

/// Finds the points of a job whose machine is away; `None` if it is at home.
#[inline]
pub(crate) fn points_away(
    scene: &mut Scene<'_, '_>,
    id: JobId,
    package: PackageId,
) -> Option<Sought> {
    if !scene.away.any {
        return None;
    }
    points_elsewhere(scene, id, package)
}

/// Finds the points of a job where machines travel; `None` if its machine is at home.
pub(crate) fn points_elsewhere(
    scene: &mut Scene<'_, '_>,
    id: JobId,
    package: PackageId,
) -> Option<Sought> {
    let (place, home) = (place_of(scene, id), scene.site(id));
    if place == home {
        return None;
    }
    let epoch = scene.disorder.content_epoch(package);
    let sought = (scene.profile(id).client, package, place, home);
    let known = scene.away.points.get(&sought);
    if known.is_none_or(|(found_in, _)| *found_in != epoch) {
        let holders = scene.disorder.holders(scene.world, package);
        let lists = scene.catalogue.of(scene.world, package);
        let points = roaming::points_away(scene.world, sought.0, place, home, holders, lists);
        scene.away.points.insert(sought, (epoch, points));
    }
    Some(sought)
}

/// Whether a job's machine has moved since it located its content.
pub(crate) fn has_moved(scene: &Scene<'_, '_>, id: JobId) -> bool {
    if !scene.away.any {
        return false;
    }
    let (place, home) = (place_of(scene, id), scene.site(id));
    place != scene.away.located.get(&id).copied().unwrap_or(home)
}
