//! Content from machines at the same place: which machine is asked, what it answers,
//! for how long a job waits for what another fetches, and when two machines part.

use crate::client::Mode;
use crate::engine::Draws;
use crate::model::ids::JobId;
use crate::model::rules::{cache, clocks};
use crate::model::surroundings::peers::{Asked, Loss, Wait};
use crate::model::surroundings::roaming;
use crate::model::way::job::Phase;
use crate::model::way::scene::Scene;
use crate::outcome::{Cause, Ending};
use crate::units::{Instant, Rate, Span};
use crate::world::{NO_OVERRIDE, PackageId, SiteId};

/// This many machines of a place are asked, from a random one on, and as many of
/// those that come there at times; an approximation that keeps the cost of a
/// search the same however many have the package.
const ASKED: usize = 32;

/// Whether a job may take its content from other machines, and give it to
/// them.
#[inline]
pub(crate) fn shares_content(scene: &Scene<'_, '_>, id: JobId) -> bool {
    scene.peers.any()
        && scene.jobs[id].mode == Some(Mode::Download)
        && scene.advertisement(id).content.peers
}

/// Whether a job that no point has served may find a machine next time.
pub(crate) fn may_help(scene: &Scene<'_, '_>, id: JobId) -> bool {
    if !shares_content(scene, id) {
        return false;
    }
    let site = &scene.world.sites[roaming::place_of(scene, id).index()];
    site.peers.is_some_and(|peers| peers.share > 0.0)
}

/// Whether a job is taking content from another machine.
#[inline]
pub(crate) fn takes_from_peer(scene: &Scene<'_, '_>, id: JobId) -> bool {
    scene.peers.fetch_of(id).is_some()
}

/// No faster than what a machine gives to each, nor than either's own
/// connection.
pub(crate) fn rate(scene: &Scene<'_, '_>, id: JobId, source: JobId, site: SiteId) -> Rate {
    let access = |job: JobId| {
        let own = scene.own(job, &scene.world.fleet.overrides.access);
        own.filter(|rate| *rate != NO_OVERRIDE)
            .map_or(scene.profile(job).access, Rate)
    };
    let given = scene.world.sites[site.index()]
        .peers
        .map_or(Rate::UNLIMITED, |peers| peers.rate);
    given.min(access(id)).min(access(source))
}

/// How a machine stands to a request for a package.
enum Stance {
    Gives,
    Busy,
    Off,
    Away,
    /// It does not have the package any more.
    HasNot,
}

fn stance(scene: &Scene<'_, '_>, source: JobId, slot: u32, package: PackageId) -> Stance {
    if !has_in_cache(scene, source, package) {
        Stance::HasNot
    } else if uploads_left(scene, source, slot) == 0 {
        Stance::Busy
    } else if roaming::slot_of(scene, source) != slot {
        Stance::Away
    } else if !scene.machine_on(source).holds || is_restarting(scene, source) {
        Stance::Off
    } else {
        Stance::Gives
    }
}

/// Whether a machine can give `package` at the place now.
pub(crate) fn can_give(
    scene: &Scene<'_, '_>,
    source: JobId,
    slot: u32,
    package: PackageId,
) -> bool {
    matches!(stance(scene, source, slot, package), Stance::Gives)
}

/// How many more machines one can give to at a place.
pub(crate) fn uploads_left(scene: &Scene<'_, '_>, source: JobId, slot: u32) -> u32 {
    let site = scene.places[slot as usize].site;
    let most = scene.world.sites[site.index()]
        .peers
        .map_or(0, |peers| peers.connections);
    let given = scene.peers.uploads_of(scene.jobs[source].machine);
    most.saturating_sub(given as u32)
}

/// Whether any job of a machine has `package` in the cache.
fn has_in_cache(scene: &Scene<'_, '_>, source: JobId, package: PackageId) -> bool {
    scene
        .siblings(source)
        .filter(|job| scene.jobs[*job].cached && scene.program(*job).package == package)
        .any(|job| !cache::is_withheld(scene, job))
}

fn is_restarting(scene: &Scene<'_, '_>, source: JobId) -> bool {
    scene
        .siblings(source)
        .any(|job| scene.jobs[job].phase() == Phase::Restarting)
}

/// Whether a job's machine gives what it has to others at `site`.
pub(crate) fn gives_at(scene: &Scene<'_, '_>, id: JobId, site: SiteId) -> bool {
    let share = scene.world.sites[site.index()]
        .peers
        .map_or(0.0, |peers| peers.share);
    scene.draws.giving(scene.jobs[id].key).uniform(0) < share
}

/// The sites at which a job's machine may be beside its own.
pub(crate) fn haunts(scene: &Scene<'_, '_>, id: JobId) -> Vec<SiteId> {
    if !scene.away.any {
        return Vec::new();
    }
    let position = scene.jobs[id].machine;
    if let Some(stays) = scene.world.stays.get(&position) {
        return stays.iter().map(|stay| stay.site).collect();
    }
    let roaming = scene.profile(id).roaming.as_ref();
    roaming.map_or_else(Vec::new, |roaming| roaming.sites.clone())
}

/// A job that looks for a machine of a place to take its package from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Search {
    id: JobId,
    slot: u32,
    package: PackageId,
    /// Among the machines of the place, or those that come there.
    of: usize,
    /// How many of them have been asked.
    tries: usize,
    /// The position of the next, and how many have been passed.
    at: usize,
    seen: usize,
    asked: Asked,
}

/// What comes of asking machines for a package.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Reply {
    /// A machine gives it, by this job.
    Gives(JobId),
    /// A machine has it no longer, and is not to be asked by others.
    HasNot(JobId, usize),
    /// No machine gives it.
    NoMachine(Asked),
}

impl Search {
    /// A search begins at a random machine of the place.
    pub(crate) fn new(scene: &Scene<'_, '_>, id: JobId, slot: u32, package: PackageId) -> Self {
        Self {
            id,
            slot,
            package,
            of: 0,
            tries: 0,
            at: 0,
            seen: 0,
            asked: Asked::default(),
        }
        .among(scene, 0)
    }

    fn among(self, scene: &Scene<'_, '_>, of: usize) -> Self {
        let many = scene.peers.givers(self.slot, self.package, of) as u64;
        Self {
            of,
            tries: 0,
            at: draws(scene, self.id).below(of, many) as usize,
            seen: 0,
            ..self
        }
    }

    /// Asks on, up to the first machine of which something follows.
    pub(crate) fn ask(mut self, scene: &Scene<'_, '_>) -> (Reply, Self) {
        let (slot, package) = (self.slot, self.package);
        loop {
            let many = scene.peers.givers(slot, package, self.of);
            if self.tries == ASKED || self.seen >= many {
                if self.of == 1 {
                    return (Reply::NoMachine(self.asked), self);
                }
                self = self.among(scene, 1);
                continue;
            }
            self.tries += 1;
            self.at %= many;
            let source = scene.peers.giver(slot, package, self.of, self.at);
            if scene.jobs[source].machine != scene.jobs[self.id].machine {
                match stance(scene, source, slot, package) {
                    Stance::Gives => return (Reply::Gives(source), self),
                    Stance::HasNot => return (Reply::HasNot(source, self.of), self),
                    Stance::Busy => self.asked.busy += 1,
                    Stance::Off => self.asked.off += 1,
                    Stance::Away => self.asked.away += 1,
                }
            }
            self.at += 1;
            self.seen += 1;
        }
    }
}

fn draws(scene: &Scene<'_, '_>, id: JobId) -> Draws {
    let job = &scene.jobs[id];
    scene.draws.peers(job.key, job.advertisement, scene.now)
}

/// The machine that has called a job in line, by a job of it, if it can give the
/// package now.
pub(crate) fn caller(
    scene: &Scene<'_, '_>,
    id: JobId,
    slot: u32,
    package: PackageId,
) -> Option<JobId> {
    let offered = scene.peers.wait(id)?.offered;
    offered.filter(|source| can_give(scene, *source, slot, package))
}

/// Whether others may wait for what a job fetches at the place: its machine gives it
/// to them afterwards.
pub(crate) fn will_give(scene: &Scene<'_, '_>, id: JobId, slot: u32) -> bool {
    let site = scene.places[slot as usize].site;
    let peers = scene.world.sites[site.index()].peers;
    peers.is_some_and(|peers| peers.wait > Span::ZERO) && gives_at(scene, id, site)
}

/// Whether `other` fetches `package` at the place, for which the job may wait.
pub(crate) fn fetches_for(
    scene: &Scene<'_, '_>,
    other: JobId,
    id: JobId,
    slot: u32,
    package: PackageId,
) -> bool {
    other != id && scene.peers.is_fetching(other, slot) && scene.program(other).package == package
}

/// How a job waits at the place that finds no machine to give: as before, or from now
/// on.
pub(crate) fn wait(scene: &Scene<'_, '_>, id: JobId, slot: u32, patience: Span) -> (Wait, bool) {
    let before = scene.peers.wait(id).filter(|wait| wait.slot == slot);
    let new = Wait {
        slot,
        since: scene.now,
        until: scene.now + patience,
        number: 0,
        offered: None,
        over: false,
    };
    let wait = before.unwrap_or(new);
    let again = Wait {
        number: wait.number + 1,
        offered: None,
        ..wait
    };
    (again, before.is_some())
}

/// Whether the time of a wait is not over.
pub(crate) fn has_patience(scene: &Scene<'_, '_>, wait: Wait) -> bool {
    !wait.over && scene.now < wait.until
}

/// When a job that waits for another machine looks again, unless it is called.
pub(crate) fn looks_at(scene: &Scene<'_, '_>, id: JobId, until: Instant) -> Instant {
    let moves = roaming::whereabouts(scene, id).until;
    until.min(scene.machine_on(id).until.min(moves))
}

/// Whether a job in line at the place looks again when it is called.
pub(crate) fn hears_call(scene: &Scene<'_, '_>, id: JobId, slot: u32) -> bool {
    let record = scene.record(id);
    (record.ending, record.cause) == (Ending::Waiting, Cause::AwaitsPeer)
        && scene.jobs[id].phase() == Phase::Ready
        && scene.machine_on(id).holds
        && roaming::slot_of(scene, id) == slot
}

/// When a transfer between two machines may end before it is complete: either goes off
/// or leaves the place, or the advertisement expires.
pub(crate) fn parts_at(scene: &Scene<'_, '_>, id: JobId, source: JobId) -> Instant {
    let ends = |job| {
        let moves = roaming::whereabouts(scene, job).until;
        scene.machine_on(job).until.min(moves)
    };
    ends(id).min(ends(source)).min(clocks::expires(scene, id))
}

/// Whether a job and the machine that gives to it have parted.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Parting {
    /// It takes nothing from a machine, or its own has gone.
    NotByPeer,
    /// Both are where they were; the machine gives by this job.
    Stay(JobId),
    /// The machine that gives has gone.
    Lost(Loss),
}

/// Whether a job and the machine that gives to it have parted now.
pub(crate) fn parting(scene: &Scene<'_, '_>, id: JobId) -> Parting {
    let Some(fetch) = scene.peers.fetch_of(id) else {
        return Parting::NotByPeer;
    };
    if !scene.machine_on(id).holds || roaming::slot_of(scene, id) != fetch.slot {
        return Parting::NotByPeer;
    }
    if !scene.machine_on(fetch.source).holds {
        Parting::Lost(Loss::Off)
    } else if roaming::slot_of(scene, fetch.source) != fetch.slot {
        Parting::Lost(Loss::Left)
    } else {
        Parting::Stay(fetch.source)
    }
}
