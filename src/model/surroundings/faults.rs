//! Faults and other changes of the world, and what they do to jobs that are in the
//! middle of something.

use crate::division::{Agenda, Shelf};
use crate::engine::effort;
use crate::model::ids::JobId;
use crate::model::surroundings::roaming;
use crate::model::way::job::Phase;
use crate::model::way::scene::Scene;
use crate::units::SignedInstant;
use crate::world::{ContentState, LinkId, PackageId, ServerId, ServerRole, SiteId, World};
use std::collections::{BTreeMap, BTreeSet};

/// What is not as it was declared.
#[derive(Debug, Clone, Default)]
pub(crate) struct Disorder {
    /// What is down, each since when.
    down: BTreeMap<ServerId, SignedInstant>,
    roles_down: BTreeMap<(ServerId, ServerRole), SignedInstant>,
    cut: BTreeMap<LinkId, SignedInstant>,
    content: BTreeMap<PackageId, Content>,
    damaged: BTreeSet<(PackageId, ServerId)>,
    outdated: BTreeSet<(PackageId, ServerId)>,
}

/// A package whose content may move.
#[derive(Debug, Clone)]
pub(crate) struct Content {
    /// The points that hold it, damaged or not, sorted.
    holders: Vec<ServerId>,
    /// Counts the changes.
    epoch: u32,
    /// Whether it matters who reads it.
    may_spoil: bool,
    /// If so, the jobs that have begun to read it from each point; most have ended.
    readers: BTreeMap<ServerId, Vec<JobId>>,
}

impl Disorder {
    /// The start: packages that have yet to arrive on their points.
    pub(crate) fn at_start(agenda: &Agenda) -> Self {
        let start = |shelf: &Shelf| Content {
            holders: shelf.holders.clone(),
            epoch: 0,
            may_spoil: shelf.may_spoil,
            readers: BTreeMap::new(),
        };
        let shelves = agenda.content.iter();
        Self {
            content: shelves.map(|(id, shelf)| (*id, start(shelf))).collect(),
            ..Self::default()
        }
    }

    /// Whether the server is up in one of its roles.
    pub(crate) fn is_up(&self, server: ServerId, role: ServerRole) -> bool {
        !self.down.contains_key(&server) && !self.roles_down.contains_key(&(server, role))
    }

    /// Whether every server is up, in all its roles.
    pub(crate) fn all_up(&self) -> bool {
        self.down.is_empty() && self.roles_down.is_empty()
    }

    /// Whether every server is up and no link is cut.
    fn is_in_order(&self) -> bool {
        self.all_up() && !self.any_link_cut()
    }

    /// The points within reach on which a package is, damaged or not.
    pub(crate) fn holders<'a>(&'a self, world: &'a World, package: PackageId) -> &'a [ServerId] {
        let declared = &world.packages[package.index()].distribution_points;
        let moving = self.content.get(&package);
        moving.map_or(declared, |content| &content.holders)
    }

    /// A count that has gone up if `package` has come to a point or left one.
    pub(crate) fn content_epoch(&self, package: PackageId) -> u32 {
        self.content.get(&package).map_or(0, |moving| moving.epoch)
    }

    /// Whether the content of `package` on `point` is damaged.
    pub(crate) fn is_damaged(&self, package: PackageId, point: ServerId) -> bool {
        self.damaged.contains(&(package, point))
    }

    /// Whether `point` has an older version of `package` than the site offers.
    pub(crate) fn is_outdated(&self, package: PackageId, point: ServerId) -> bool {
        self.outdated.contains(&(package, point))
    }

    /// The content of `package` on `point` is in another state from now on.
    pub(crate) fn change_content(
        &mut self,
        package: PackageId,
        point: ServerId,
        state: ContentState,
    ) {
        if state == ContentState::Corrupt {
            self.damaged.insert((package, point));
        } else {
            self.damaged.remove(&(package, point));
        }
        if state == ContentState::Outdated {
            self.outdated.insert((package, point));
        } else {
            self.outdated.remove(&(package, point));
        }
        let Some(content) = self.content.get_mut(&package) else {
            return;
        };
        content.epoch += 1;
        match (content.holders.binary_search(&point), state.is_offered()) {
            (Ok(at), false) => drop(content.holders.remove(at)),
            (Err(at), true) => content.holders.insert(at, point),
            _ => {}
        }
    }

    /// A job begins to read `package` from `point`.
    #[inline]
    pub(crate) fn is_read(&mut self, package: PackageId, point: ServerId, id: JobId) {
        if !self.content.is_empty() {
            self.is_read_of_moving(package, point, id);
        }
    }

    /// Notes who reads content that may go.
    #[inline(never)]
    fn is_read_of_moving(&mut self, package: PackageId, point: ServerId, id: JobId) {
        let content = self.content.get_mut(&package);
        if let Some(content) = content.filter(|content| content.may_spoil) {
            content.readers.entry(point).or_default().push(id);
        }
    }

    /// The jobs that have begun to read `package` from `point` since the last time that
    /// this was asked, and those that were reading then, in order. Those that `reads`
    /// does not pick have ended, and are forgotten.
    pub(crate) fn readers(
        &mut self,
        package: PackageId,
        point: ServerId,
        reads: impl Fn(JobId) -> bool,
    ) -> Vec<JobId> {
        let content = self.content.get_mut(&package);
        debug_assert!(
            content.as_ref().is_none_or(|content| content.may_spoil),
            "content is spoilt whose readers have not been noted"
        );
        let Some(readers) = content.and_then(|content| content.readers.get_mut(&point)) else {
            return Vec::new();
        };
        effort::spend(readers.len());
        readers.retain(|id| reads(*id));
        readers.sort_unstable();
        readers.dedup();
        readers.clone()
    }

    /// A server goes down, in all its roles.
    pub(crate) fn goes_down(&mut self, server: ServerId, since: SignedInstant) {
        self.down.entry(server).or_insert(since);
    }

    /// A server is up again.
    pub(crate) fn comes_up(&mut self, server: ServerId) {
        self.down.remove(&server);
    }

    /// A role of a server goes down.
    pub(crate) fn role_goes_down(
        &mut self,
        server: ServerId,
        role: ServerRole,
        since: SignedInstant,
    ) {
        self.roles_down.entry((server, role)).or_insert(since);
    }

    /// A role of a server is up again.
    pub(crate) fn role_comes_up(&mut self, server: ServerId, role: ServerRole) {
        self.roles_down.remove(&(server, role));
    }

    /// A link carries nothing.
    pub(crate) fn is_cut(&mut self, link: LinkId, since: SignedInstant) {
        self.cut.entry(link).or_insert(since);
    }

    /// A link carries something again.
    pub(crate) fn is_mended(&mut self, link: LinkId) {
        self.cut.remove(&link);
    }

    fn any_link_cut(&self) -> bool {
        !self.cut.is_empty()
    }
}

/// The server that a transfer to a job comes from, and its role in it.
pub(crate) fn source(scene: &Scene<'_, '_>, id: JobId) -> Option<(ServerId, ServerRole)> {
    let job = &scene.jobs[id];
    match job.phase() {
        Phase::Downloading | Phase::ReadingPoint => job
            .point
            .map(|point| (point, ServerRole::DistributionPoint)),
        Phase::ReadingShare => {
            let share = scene.program(id).shares[usize::from(job.share)].share;
            let server = scene.world.shares[share.index()].server;
            Some((server, ServerRole::FileServer))
        }
        _ => None,
    }
}

/// Whether a transfer to a job ends when `link` is cut. A download over
/// BITS waits for the link; what runs over SMB breaks.
pub(crate) fn breaks_with(scene: &Scene<'_, '_>, id: JobId, link: LinkId) -> bool {
    let Some((source, _)) = source(scene, id) else {
        return false;
    };
    let bits =
        scene.jobs[id].phase() == Phase::Downloading && scene.world.servers[source.index()].bits;
    !bits
        && crosses(scene, source, roaming::place_of(scene, id), |crossed| {
            crossed == link
        })
}

/// Whether the way from a server to a site leads over a link for which `is` holds.
pub(crate) fn crosses(
    scene: &Scene<'_, '_>,
    server: ServerId,
    site: SiteId,
    is: impl FnMut(LinkId) -> bool,
) -> bool {
    let mut route = Vec::new();
    scene.world.route(server, site, &mut route);
    route.into_iter().any(is)
}

/// Whether a job's machine can reach a server in one of its roles.
#[inline]
pub(crate) fn reachable(
    scene: &Scene<'_, '_>,
    id: JobId,
    server: ServerId,
    role: ServerRole,
) -> bool {
    if scene.disorder.is_in_order() {
        return true;
    }
    reachable_in_disorder(scene, id, server, role)
}

/// Whether a machine can reach a server while something is down or cut.
#[inline(never)]
fn reachable_in_disorder(
    scene: &Scene<'_, '_>,
    id: JobId,
    server: ServerId,
    role: ServerRole,
) -> bool {
    scene.disorder.is_up(server, role)
        && !(scene.disorder.any_link_cut()
            && crosses(scene, server, roaming::place_of(scene, id), |link| {
                scene.disorder.cut.contains_key(&link)
            }))
}

/// Since when a job's machine has not been able to reach a server in one of
/// its roles; `None` if it can.
pub(crate) fn out_of_reach_since(
    scene: &Scene<'_, '_>,
    id: JobId,
    server: ServerId,
    role: ServerRole,
) -> Option<SignedInstant> {
    let disorder = &scene.disorder;
    let down = disorder.down.get(&server).copied();
    let role_down = disorder.roles_down.get(&(server, role)).copied();
    let mut since = down.into_iter().chain(role_down).min();
    if disorder.any_link_cut() {
        crosses(scene, server, roaming::place_of(scene, id), |link| {
            let cut = disorder.cut.get(&link).copied();
            since = since.into_iter().chain(cut).min();
            false
        });
    }
    since
}
