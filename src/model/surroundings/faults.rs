//! Faults and other changes of the world, and what they do to whoever is in
//! the middle of something.

use crate::division::{Agenda, Shelf};
use crate::model::journal::{Entry, Journal};
use crate::model::way::events::Kind;
use crate::model::way::job::Phase;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Actor, Cause, Ending, ReportState, Resource, Step};
use crate::product::status;
use crate::product::win32::NETWORK_NAME_DELETED;
use crate::units::{Instant, Size};
use crate::world::{Change, ContentState, LinkId, PackageId, ServerId, ServerRole, SiteId, World};
use std::collections::{BTreeMap, BTreeSet};

/// What is not as it was declared.
#[derive(Debug, Clone, Default)]
pub(crate) struct Disorder {
    /// What is down, each since when.
    down: BTreeMap<ServerId, Instant>,
    roles_down: BTreeMap<(ServerId, ServerRole), Instant>,
    cut: BTreeMap<LinkId, Instant>,
    content: BTreeMap<PackageId, Content>,
    damaged: BTreeSet<(PackageId, ServerId)>,
}

/// A package whose content may move.
#[derive(Debug, Clone)]
struct Content {
    /// The points that hold it, damaged or not, sorted.
    holders: Vec<ServerId>,
    /// Counts the changes.
    epoch: u32,
}

impl Disorder {
    /// The start: packages that have yet to arrive on their points.
    pub(crate) fn at_start(agenda: &Agenda) -> Self {
        let start = |shelf: &Shelf| Content {
            holders: shelf.holders.clone(),
            epoch: 0,
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

    fn change_content(&mut self, package: PackageId, point: ServerId, state: ContentState) {
        if state == ContentState::Corrupt {
            self.damaged.insert((package, point));
        } else {
            self.damaged.remove(&(package, point));
        }
        let Some(content) = self.content.get_mut(&package) else {
            return;
        };
        content.epoch += 1;
        match (
            content.holders.binary_search(&point),
            state == ContentState::Missing,
        ) {
            (Ok(at), true) => drop(content.holders.remove(at)),
            (Err(at), false) => content.holders.insert(at, point),
            _ => {}
        }
    }

    fn any_link_cut(&self) -> bool {
        !self.cut.is_empty()
    }
}

impl<J: Journal> Simulation<'_, '_, J> {
    /// Applies every change that is due now.
    pub(crate) fn apply_changes(&mut self) {
        while self.next_change() <= self.now {
            let position = self.agenda.changes[self.changes_seen] as usize;
            self.changes_seen += 1;
            self.apply(position);
        }
    }

    /// When the next change of the group's world comes.
    pub(crate) fn next_change(&self) -> Instant {
        let next = self.agenda.changes.get(self.changes_seen);
        next.map_or(Instant::NEVER, |position| {
            self.world.changes[*position as usize].at
        })
    }

    fn apply(&mut self, position: usize) {
        let world = self.world;
        match &world.changes[position].change {
            Change::Server(server, true) => {
                self.disorder.down.remove(server);
            }
            Change::Server(server, false) => {
                let now = self.now;
                self.disorder.down.entry(*server).or_insert(now);
                self.interrupt(|simulation, id| {
                    simulation
                        .source(id)
                        .is_some_and(|(source, _)| source == *server)
                });
            }
            Change::Role(server, role, true) => {
                self.disorder.roles_down.remove(&(*server, *role));
            }
            Change::Role(server, role, false) => {
                let now = self.now;
                self.disorder
                    .roles_down
                    .entry((*server, *role))
                    .or_insert(now);
                self.interrupt(|simulation, id| simulation.source(id) == Some((*server, *role)));
            }
            // Who asks looks them up.
            Change::Clocks => {}
            Change::Link(link, rate) => {
                let local = self.local_link(*link);
                self.network.set_capacity(self.now, local, *rate);
                if rate.0 == 0 {
                    let now = self.now;
                    self.disorder.cut.entry(*link).or_insert(now);
                    self.interrupt(|simulation, id| simulation.breaks_with(id, *link));
                } else {
                    self.disorder.cut.remove(link);
                }
            }
            Change::Account(account, state) => {
                self.standing.accounts[account.index()] = *state;
                self.ledger.administered(Actor::Account(*account), *state);
            }
            Change::TokenAccount(domain, state) => {
                self.standing.tokens[domain.index()] = *state;
                self.ledger
                    .administered(Actor::DomainTokenAccount(*domain), *state);
            }
            Change::ShareAccess(share, list) => {
                self.standing.share_access.insert(*share, list.clone());
            }
            Change::PackageAccess(package, list) => {
                self.standing.package_access.insert(*package, list.clone());
            }
            Change::Bits(policy, rate) => self.change_throttle(*policy, *rate),
            Change::Content(package, point, state) => {
                self.disorder.change_content(*package, *point, *state);
                self.content_changes_under_readers(*package, *point, *state);
            }
        }
    }

    /// Content goes from a point, or is damaged there, while jobs read it: what has
    /// gone breaks their transfers, and what is damaged is found out when it is
    /// checked.
    fn content_changes_under_readers(
        &mut self,
        package: PackageId,
        point: ServerId,
        state: ContentState,
    ) {
        let reads = |simulation: &Self, id: u32| {
            let job = &simulation.jobs[id as usize];
            matches!(job.phase, Phase::Downloading | Phase::ReadingPoint)
                && job.point == Some(point)
                && simulation.program(id).package == package
        };
        match state {
            ContentState::Missing => self.interrupt(reads),
            ContentState::Corrupt => {
                for id in 0..self.jobs.len() as u32 {
                    if self.jobs[id as usize].transfer.is_some() && reads(self, id) {
                        self.set_aside(id).damaged = true;
                    }
                }
            }
            ContentState::Intact => {}
        }
    }

    /// The server that a transfer to a job comes from, and its role in it.
    fn source(&self, id: u32) -> Option<(ServerId, ServerRole)> {
        let job = &self.jobs[id as usize];
        match job.phase {
            Phase::Downloading | Phase::ReadingPoint => job
                .point
                .map(|point| (point, ServerRole::DistributionPoint)),
            Phase::ReadingShare => {
                let share = self.program(id).shares[usize::from(job.share)].share;
                let server = self.world.shares[share.index()].server;
                Some((server, ServerRole::FileServer))
            }
            _ => None,
        }
    }

    /// Whether a transfer to a job ends when `link` is cut. A download over
    /// BITS waits for the link; what runs over SMB breaks.
    fn breaks_with(&self, id: u32, link: LinkId) -> bool {
        let Some((source, _)) = self.source(id) else {
            return false;
        };
        let bits = self.jobs[id as usize].phase == Phase::Downloading
            && self.world.servers[source.index()].bits;
        !bits && self.crosses(source, self.place_of(id), |crossed| crossed == link)
    }

    fn crosses(&self, server: ServerId, site: SiteId, is: impl FnMut(LinkId) -> bool) -> bool {
        let mut route = Vec::new();
        self.world.route(server, site, &mut route);
        route.into_iter().any(is)
    }

    /// Whether a job's machine can reach a server in one of its roles.
    pub(crate) fn reachable(&self, id: u32, server: ServerId, role: ServerRole) -> bool {
        self.disorder.is_up(server, role)
            && !(self.disorder.any_link_cut()
                && self.crosses(server, self.place_of(id), |link| {
                    self.disorder.cut.contains_key(&link)
                }))
    }

    /// Since when a job's machine has not been able to reach a server in one of
    /// its roles; `None` if it can.
    pub(crate) fn out_of_reach_since(
        &self,
        id: u32,
        server: ServerId,
        role: ServerRole,
    ) -> Option<Instant> {
        let disorder = &self.disorder;
        let down = disorder.down.get(&server).copied();
        let role_down = disorder.roles_down.get(&(server, role)).copied();
        let mut since = down.into_iter().chain(role_down).min();
        if disorder.any_link_cut() {
            self.crosses(server, self.place_of(id), |link| {
                let cut = disorder.cut.get(&link).copied();
                since = since.into_iter().chain(cut).min();
                false
            });
        }
        since
    }

    /// Breaks the transfers that `ends` picks. Faults are rare, so that looking
    /// at every job of the group is no matter.
    fn interrupt(&mut self, ends: impl Fn(&Self, u32) -> bool) {
        for id in 0..self.jobs.len() as u32 {
            if self.jobs[id as usize].transfer.is_some() && ends(self, id) {
                self.break_off(id);
            }
        }
    }

    /// The network fails under a transfer. Content is fetched again later, over
    /// BITS from where it stopped, over SMB from the beginning; a program that
    /// was reading a share ends with error 64.
    fn break_off(&mut self, id: u32) {
        let job = self.jobs[id as usize];
        let moved = job
            .transfer
            .map_or(Size(0), |t| self.network.cancel(self.now, t));
        self.job(id).transfer = None;
        self.note(id, || Entry::ConnectionLost);
        if self.is_left_alone(id) {
            self.book_moved(id, moved);
            return self.exit(id, NETWORK_NAME_DELETED, None);
        }
        if job.phase == Phase::ReadingShare {
            self.book_share(id, moved);
            let share = self.program(id).shares[usize::from(job.share)].share;
            self.record(id).resource = Resource::Share(share);
            self.job(id).waited = true;
            return self.exit(id, NETWORK_NAME_DELETED, Some(Cause::ShareUnreachable));
        }
        if job.phase == Phase::Downloading {
            self.keep_download(id, moved);
        } else {
            self.book_content(id, moved);
        }
        self.end_session(id);
        self.release_machine(id);
        self.job(id).phase = Phase::Ready;
        self.job(id).unreachable = true;
        let record = self.record(id);
        record.code = Some(NETWORK_NAME_DELETED);
        record.resource = job.point.map_or(Resource::None, Resource::Server);
        // The next try may well succeed, whatever refused the machine before.
        self.job(id).waited = true;
        self.try_content_again(id, Cause::ContentUnreachable);
    }

    /// The machine goes off while a transfer or a program is under way: a
    /// program that was running is started again when it is back.
    pub(crate) fn went_off(&mut self, id: u32) {
        if self.jobs[id as usize].phase == Phase::Downloading && self.now >= self.expires(id) {
            self.stop_download(id);
            self.has_expired(id);
            return self.wake_line(id);
        }
        if self.peer_left(id) {
            return;
        }
        let job = self.jobs[id as usize];
        if self.away.any && self.machine_on(id).holds {
            // It has moved: the transfer breaks, and what runs goes on.
            if job.transfer.is_some() {
                self.note_place(id);
                self.break_off(id);
            }
            return;
        }
        if self.is_removing(id) {
            return self.removal_interrupted(id);
        }
        let moved = job
            .transfer
            .map_or(Size(0), |t| self.network.cancel(self.now, t));
        self.job(id).transfer = None;
        if self.is_left_alone(id) {
            self.book_moved(id, moved);
            return self.ends_alone(id, None);
        }
        match job.phase {
            Phase::Downloading => {
                self.keep_download(id, moved);
                self.stand(id, Ending::Waiting, Step::Content, Cause::MachineOff);
            }
            Phase::ReadingPoint | Phase::ReadingShare | Phase::Running => {
                match job.phase {
                    Phase::ReadingPoint => self.book_content(id, moved),
                    Phase::ReadingShare => self.book_share(id, moved),
                    _ => {}
                }
                self.raise(id, status::UNEXPECTED_RESTART);
                self.stand(id, Ending::Waiting, Step::Run, Cause::MachineOff);
            }
            _ => return,
        }
        self.note(id, || Entry::Interrupted);
        self.enter(id, ReportState::Waiting);
        self.end_session(id);
        self.release_machine(id);
        self.job(id).phase = Phase::Ready;
        let back = self.machine_on(id).until;
        self.schedule(id, Kind::Wake, back);
    }

    /// Ends a download that has become of no use.
    pub(crate) fn stop_download(&mut self, id: u32) {
        let transfer = self.job(id).transfer.take();
        let moved = transfer.map_or(Size(0), |t| self.network.cancel(self.now, t));
        self.keep_download(id, moved);
        self.end_session(id);
        self.job(id).phase = Phase::Ready;
    }

    /// Books bytes that a job's transfer has moved, from a point or a share.
    pub(crate) fn book_moved(&mut self, id: u32, moved: Size) {
        match self.jobs[id as usize].phase {
            Phase::ReadingShare => self.book_share(id, moved),
            Phase::Downloading | Phase::ReadingPoint => self.book_content(id, moved),
            _ => {}
        }
    }

    /// Books an interrupted download; over BITS, and from another machine, it will
    /// go on where it stopped, over SMB from the beginning.
    pub(crate) fn keep_download(&mut self, id: u32, moved: Size) {
        self.book_content(id, moved);
        let point = self.jobs[id as usize].point;
        let bits = |point: ServerId| self.world.servers[point.index()].bits;
        if point.map_or_else(|| self.takes_from_peer(id), bits) {
            self.set_aside(id).resumed += moved;
        }
        self.stops_fetching(id);
    }
}
