//! A job takes its content from another machine, or waits for one that fetches it.

use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::cache;
use crate::model::rules::peers::{self, Reply, Search};
use crate::model::surroundings::peers::{Asked, Fetch, Loss, PeerEntry, Taken, Wait};
use crate::model::surroundings::roaming;
use crate::model::way::events::Kind;
use crate::model::way::job::Phase;
use crate::model::way::simulation::Simulation;
use crate::model::way::traffic;
use crate::outcome::{Cause, Ending, FromPeers, Giver, ReportState, Resource, Step};
use crate::units::{Instant, Size, Span};
use crate::world::{MachineId, PackageId};

impl<J: Journal> Simulation<'_, '_, J> {
    /// Takes content from another machine, or waits for one that is fetching it;
    /// false if the job has to turn to the distribution points.
    pub(crate) fn turn_to_peers(&mut self, id: JobId) -> bool {
        if !peers::shares_content(&self.scene, id) {
            return false;
        }
        let slot = roaming::slot_of(&self.scene, id);
        let site = self.scene.places[slot as usize].site;
        let Some(peers) = self.scene.world.sites[site.index()].peers else {
            return false;
        };
        let package = self.scene.program(id).package;
        match self.find_peer(id, slot, package) {
            Ok(source) => {
                self.take_from(id, source, slot, package);
                true
            }
            Err(asked) => {
                self.note(id, || Entry::Peer(PeerEntry::NoMachine(asked)));
                let waits = self.waits_for_peer(id, slot, peers.wait, asked);
                if !waits {
                    self.begins_to_fetch(id, slot, package);
                }
                waits
            }
        }
    }

    /// Looks for a machine that gives, by a job of it; a machine that no longer has the
    /// package is not asked again.
    fn find_peer(&mut self, id: JobId, slot: u32, package: PackageId) -> Result<JobId, Asked> {
        if let Some(source) = peers::caller(&self.scene, id, slot, package) {
            return Ok(source);
        }
        let mut search = Search::new(&self.scene, id, slot, package);
        loop {
            let (reply, so_far) = search.ask(&self.scene);
            match reply {
                Reply::Gives(source) => return Ok(source),
                Reply::NoMachine(asked) => return Err(asked),
                Reply::HasNot(source, of) => {
                    let jobs = &self.scene.jobs;
                    let machine_of = |job: JobId| jobs[job].machine;
                    let peers = &mut self.scene.peers;
                    peers.strike_off(source, slot, package, of, machine_of);
                }
            }
            search = so_far;
        }
    }

    /// No machine gives, though some were `asked`: whether the job waits for what
    /// another fetches.
    fn waits_for_peer(&mut self, id: JobId, slot: u32, patience: Span, asked: Asked) -> bool {
        let package = self.scene.program(id).package;
        let (wait, waited) = peers::wait(&self.scene, id, slot, patience);
        if peers::has_patience(&self.scene, wait) && self.another_fetches(id, slot, package) {
            self.scene.peers.joins_line(id, package, wait);
            self.stand_waiting(id, package, wait.until);
            return true;
        }
        let now = self.scene.now;
        let counter = self.tally.peers(self.scene.places[slot as usize].site);
        if waited && !wait.over {
            counter.request(now, now, 1);
            counter.time_out(now - wait.since);
        } else if asked.all() > 0 {
            counter.request(now, now, 1);
            counter.refuse(1);
        }
        if waited {
            let over = Wait { over: true, ..wait };
            self.scene.peers.keep_wait(id, over);
        }
        false
    }

    fn stand_waiting(&mut self, id: JobId, package: PackageId, until: Instant) {
        self.note(id, || Entry::Peer(PeerEntry::Waits(until)));
        self.scene.turn_job(id, Phase::Ready);
        self.enter(id, ReportState::Waiting);
        self.stand(id, Ending::Waiting, Step::Content, Cause::AwaitsPeer);
        self.record(id).resource = Resource::Package(package);
        let looks = peers::looks_at(&self.scene, id, until);
        self.schedule(id, Kind::Retry, looks);
    }

    fn take_from(&mut self, id: JobId, source: JobId, slot: u32, package: PackageId) {
        self.scene.begins_to_fill_cache(id);
        let (size, site) = (
            cache::remaining(&self.scene, id),
            self.scene.places[slot as usize].site,
        );
        let machine = |job: JobId| MachineId(self.scene.jobs[job].machine);
        let (from, to) = (machine(source), machine(id));
        self.note(id, || Entry::Peer(PeerEntry::Starts(from, package, size)));
        self.note(source, || Entry::Peer(PeerEntry::Gives(to, package)));
        let now = self.scene.now;
        let waited = self.scene.peers.forget_wait(id, now);
        let counter = self.tally.peers(site);
        counter.request(now, now, 1);
        counter.open(now);
        counter.wait(waited);
        self.enter(id, ReportState::DownloadInProgress);
        self.begin_attempt(id);
        self.record(id).content_start = now;
        self.scene.turn_job(id, Phase::Downloading);
        let job = self.job(id);
        job.point = None;
        job.tier = 0;
        job.refused = None;
        job.content_tries = 0;
        self.scene.forget_vain_content(id);
        self.scene.takes_room(id);
        let fetch = Fetch { source, slot };
        self.scene.peers.begins_upload(from, id, fetch);
        self.begins_to_fetch(id, slot, package);
        let path: Vec<u32> = self.scene.world.sites[site.index()]
            .peer_link()
            .map(|lan| self.local_link(lan))
            .into_iter()
            .collect();
        let cap = peers::rate(&self.scene, id, source, site);
        let label = traffic::label(slot, Giver::Peers);
        let class = self.network.labelled_class(&path, cap, label);
        let transfer = self.network.start(now, class, size, id.0);
        self.job(id).transfer = Some(transfer);
        self.follow_flow(id);
        self.watch_peers(id, source);
    }

    /// Schedules the moment at which either machine goes off or leaves.
    pub(crate) fn watch_peers(&mut self, id: JobId, source: JobId) {
        let end = peers::parts_at(&self.scene, id, source);
        if end.is_some() {
            self.schedule(id, Kind::Off, end);
        }
    }

    /// Bytes have come from another machine.
    pub(crate) fn book_from_peer(&mut self, id: JobId, bytes: Size) {
        let Some(fetch) = self.scene.peers.fetch_of(id) else {
            return;
        };
        let from = MachineId(self.scene.jobs[fetch.source].machine);
        let site = self.scene.places[fetch.slot as usize].site;
        self.tally.peers(site).carry(bytes);
        self.scene.peers.takes(id, bytes, from);
    }

    /// A job takes nothing more from the machine that gave; another may.
    pub(crate) fn end_upload(&mut self, id: JobId) {
        let jobs = &self.scene.jobs;
        let ended = (self.scene.peers).ends_upload(id, |source| jobs[source].machine);
        let Some(Fetch { source, slot }) = ended else {
            return;
        };
        let now = self.scene.now;
        self.tally
            .peers(self.scene.places[slot as usize].site)
            .close(now);
        let package = self.scene.program(id).package;
        self.calls(source, slot, package, 1);
    }

    /// A job's machine restarts, and gives nothing until it is up again.
    pub(crate) fn stops_giving(&mut self, id: JobId) {
        let machine = self.scene.jobs[id].machine;
        for job in self.scene.peers.given_by(machine) {
            self.lose_peer(job, Loss::Restarts);
        }
    }

    /// The machine that gives is lost: what has arrived is kept, and another is
    /// looked for at once.
    pub(crate) fn lose_peer(&mut self, id: JobId, loss: Loss) {
        let Some(fetch) = self.scene.peers.fetch_of(id) else {
            return;
        };
        let from = MachineId(self.scene.jobs[fetch.source].machine);
        self.note(id, || Entry::Peer(PeerEntry::Lost(from, loss)));
        let moved = self.cancel_transfer(id);
        self.keep_download(id, moved);
        self.end_session(id);
        self.scene.turn_job(id, Phase::Ready);
        self.schedule(id, Kind::Retry, self.scene.now);
    }

    /// Hands over what has been taken from other machines.
    pub(crate) fn close_peers(&mut self) {
        for (id, Taken { bytes, from }) in self.scene.peers.hand_over() {
            let row = self.scene.machine(id).first_job + self.scene.place_among_siblings(id);
            self.tally.from_peers.push(FromPeers { row, bytes, from });
        }
    }
}
