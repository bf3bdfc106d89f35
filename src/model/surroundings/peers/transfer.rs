//! Bringing content from one machine to another.

use super::{PeerEntry, Taken};
use crate::client::Mode;
use crate::model::journal::{Entry, Journal};
use crate::model::way::events::Kind;
use crate::model::way::job::Phase;
use crate::model::way::simulation::Simulation;
use crate::outcome::{FromPeers, ReportState};
use crate::units::{Rate, Size};
use crate::world::{MachineId, NO_OVERRIDE, PackageId, SiteId};

/// Why a machine gives no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// It went off.
    Off,
    /// It restarts.
    Restarts,
    /// It left the place.
    Left,
}

/// From where a job is taking its content.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fetch {
    /// A job of the machine that gives.
    source: u32,
    /// The position in the group of the site where they are.
    slot: u32,
}

impl<J: Journal> Simulation<'_, '_, J> {
    /// Takes content from another machine, or waits for one that is fetching it;
    /// false if the job has to turn to the distribution points.
    pub(crate) fn turn_to_peers(&mut self, id: u32) -> bool {
        if !self.peers.any || !self.shares_content(id) {
            return false;
        }
        let slot = self.slot_of(id);
        let site = self.places[slot as usize].site;
        let Some(peers) = self.world.sites[site.index()].peers else {
            return false;
        };
        let package = self.program(id).package;
        match self.find_peer(id, slot, package) {
            Ok(source) => {
                self.take_from(id, source, slot, package);
                true
            }
            Err(asked) => {
                self.note(id, || Entry::Peer(PeerEntry::Nobody(asked)));
                let waits = self.waits_for_peer(id, slot, package, peers.wait, asked.all() > 0);
                if !waits {
                    self.begins_to_fetch(id, slot, package);
                }
                waits
            }
        }
    }

    /// Whether a job may take its content from other machines, and give it to
    /// them.
    pub(super) fn shares_content(&self, id: u32) -> bool {
        self.jobs[id as usize].mode == Some(Mode::Download) && self.advertisement(id).content.peers
    }

    fn take_from(&mut self, id: u32, source: u32, slot: u32, package: PackageId) {
        let (size, site) = (self.remaining(id), self.places[slot as usize].site);
        let (from, to) = (self.machine_id(source), self.machine_id(id));
        self.note(id, || Entry::Peer(PeerEntry::Starts(from, package, size)));
        self.note(source, || Entry::Peer(PeerEntry::Gives(to, package)));
        let now = self.now;
        let waited = self.forget_wait(id);
        let counter = self.tally.peers(site);
        counter.request(now, now, 1);
        counter.open();
        counter.wait(waited);
        self.enter(id, ReportState::DownloadInProgress);
        self.begin_attempt(id);
        self.record(id).content_start = now;
        let job = self.job(id);
        job.phase = Phase::Downloading;
        job.point = None;
        job.tier = 0;
        job.refused = None;
        job.content_tries = 0;
        self.peers.uploads.entry(from.0).or_default().push(id);
        self.peers.fetches.insert(id, Fetch { source, slot });
        self.begins_to_fetch(id, slot, package);
        let path: Vec<u32> = self.world.sites[site.index()]
            .peer_link()
            .map(|lan| self.local_link(lan))
            .into_iter()
            .collect();
        let cap = self.peer_rate(id, source, site);
        let class = self.network.class(&path, cap);
        let transfer = self.network.start(now, class, size, id);
        self.job(id).transfer = Some(transfer);
        self.watch_peers(id, source);
    }

    /// No faster than what a machine gives to each, nor than either's own
    /// connection.
    fn peer_rate(&self, id: u32, source: u32, site: SiteId) -> Rate {
        let access = |job: u32| {
            let own = self.own(job, &self.world.fleet.overrides.access);
            own.filter(|rate| *rate != NO_OVERRIDE)
                .map_or(self.profile(job).access, Rate)
        };
        let given = self.world.sites[site.index()]
            .peers
            .map_or(Rate::UNLIMITED, |peers| peers.rate);
        given.min(access(id)).min(access(source))
    }

    /// Schedules the moment at which either machine goes off or leaves.
    fn watch_peers(&mut self, id: u32, source: u32) {
        let ends = |this: &Self, job| this.machine_on(job).until.min(this.whereabouts(job).until);
        let end = ends(self, id).min(ends(self, source)).min(self.expires(id));
        if end.is_some() {
            self.schedule(id, Kind::Off, end);
        }
    }

    fn machine_id(&self, id: u32) -> MachineId {
        MachineId(self.jobs[id as usize].machine)
    }

    /// Whether a job is taking content from another machine.
    pub(crate) fn takes_from_peer(&self, id: u32) -> bool {
        !self.peers.fetches.is_empty() && self.peers.fetches.contains_key(&id)
    }

    /// Bytes have come from another machine.
    pub(crate) fn book_from_peer(&mut self, id: u32, bytes: Size) {
        let Some(fetch) = self.peers.fetches.get(&id) else {
            return;
        };
        let from = MachineId(self.jobs[fetch.source as usize].machine);
        let site = self.places[fetch.slot as usize].site;
        self.tally.peers(site).carry(bytes);
        let nothing = Taken {
            bytes: Size(0),
            from,
        };
        let taken = self.peers.taken.entry(id).or_insert(nothing);
        taken.bytes += bytes;
        taken.from = from;
    }

    /// A job takes nothing more from the machine that gave; another may.
    pub(crate) fn end_upload(&mut self, id: u32) {
        if self.peers.fetches.is_empty() {
            return;
        }
        let Some(Fetch { source, slot }) = self.peers.fetches.remove(&id) else {
            return;
        };
        let machine = self.jobs[source as usize].machine;
        if let Some(given) = self.peers.uploads.get_mut(&machine) {
            given.retain(|job| *job != id);
            if given.is_empty() {
                self.peers.uploads.remove(&machine);
            }
        }
        self.tally.peers(self.places[slot as usize].site).close();
        let package = self.program(id).package;
        self.calls(source, slot, package, 1);
    }

    /// The moment at which one of the two machines was to go off or leave;
    /// whether it was the one that gives.
    pub(crate) fn peer_left(&mut self, id: u32) -> bool {
        let Some(Fetch { source, slot }) = self.peers.fetches.get(&id).copied() else {
            return false;
        };
        if !self.machine_on(id).holds || self.slot_of(id) != slot {
            return false;
        }
        if !self.machine_on(source).holds {
            self.lose_peer(id, Loss::Off);
        } else if self.slot_of(source) != slot {
            self.lose_peer(id, Loss::Left);
        } else {
            self.watch_peers(id, source);
        }
        true
    }

    /// A job's machine restarts, and gives nothing until it is up again.
    pub(crate) fn stops_giving(&mut self, id: u32) {
        if self.peers.uploads.is_empty() {
            return;
        }
        let machine = self.jobs[id as usize].machine;
        let given = self.peers.uploads.get(&machine).cloned();
        for job in given.into_iter().flatten() {
            self.lose_peer(job, Loss::Restarts);
        }
    }

    /// The machine that gives is lost: what has arrived is kept, and another is
    /// looked for at once.
    fn lose_peer(&mut self, id: u32, loss: Loss) {
        let Some(fetch) = self.peers.fetches.get(&id) else {
            return;
        };
        let from = self.machine_id(fetch.source);
        self.note(id, || Entry::Peer(PeerEntry::Lost(from, loss)));
        let transfer = self.job(id).transfer.take();
        let moved = transfer.map_or(Size(0), |t| self.network.cancel(self.now, t));
        self.keep_download(id, moved);
        self.end_session(id);
        self.job(id).phase = Phase::Ready;
        self.schedule(id, Kind::Retry, self.now);
    }

    /// Hands over what has been taken from other machines.
    pub(crate) fn close_peers(&mut self) {
        for (id, Taken { bytes, from }) in std::mem::take(&mut self.peers.taken) {
            let row = self.machine(id).first_job + (id - self.siblings(id).start);
            self.tally.from_peers.push(FromPeers { row, bytes, from });
        }
    }
}
