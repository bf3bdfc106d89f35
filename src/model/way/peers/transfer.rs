//! Content is brought from one machine to another.

use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::cache;
use crate::model::rules::clocks;
use crate::model::surroundings::peers::find;
use crate::model::surroundings::peers::transfer;
use crate::model::surroundings::peers::transfer::{Fetch, Loss};
use crate::model::surroundings::peers::waiting;
use crate::model::surroundings::peers::{PeerEntry, Taken};
use crate::model::surroundings::roaming;
use crate::model::way::events::Kind;
use crate::model::way::job::Phase;
use crate::model::way::simulation::Simulation;
use crate::outcome::{FromPeers, ReportState};
use crate::units::Size;
use crate::world::{MachineId, PackageId};

impl<J: Journal> Simulation<'_, '_, J> {
    /// Takes content from another machine, or waits for one that is fetching it;
    /// false if the job has to turn to the distribution points.
    pub(crate) fn turn_to_peers(&mut self, id: JobId) -> bool {
        if !self.scene.peers.any() || !transfer::shares_content(&self.scene, id) {
            return false;
        }
        let slot = roaming::slot_of(&self.scene, id);
        let site = self.scene.places[slot as usize].site;
        let Some(peers) = self.scene.world.sites[site.index()].peers else {
            return false;
        };
        let package = self.scene.program(id).package;
        match find::find_peer(&mut self.scene, id, slot, package) {
            Ok(source) => {
                self.take_from(id, source, slot, package);
                true
            }
            Err(asked) => {
                self.note(id, || Entry::Peer(PeerEntry::Nobody(asked)));
                let waits = self.waits_for_peer(id, slot, package, peers.wait, asked.all() > 0);
                if !waits {
                    waiting::begins_to_fetch(&mut self.scene, id, slot, package);
                }
                waits
            }
        }
    }

    fn take_from(&mut self, id: JobId, source: JobId, slot: u32, package: PackageId) {
        let (size, site) = (
            cache::remaining(&self.scene, id),
            self.scene.places[slot as usize].site,
        );
        let (from, to) = (
            transfer::machine_id(&self.scene, source),
            transfer::machine_id(&self.scene, id),
        );
        self.note(id, || Entry::Peer(PeerEntry::Starts(from, package, size)));
        self.note(source, || Entry::Peer(PeerEntry::Gives(to, package)));
        let now = self.scene.now;
        let waited = waiting::forget_wait(&mut self.scene, id);
        let counter = self.tally.peers(site);
        counter.request(now, now, 1);
        counter.open();
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
        self.scene.takes_room(id);
        let fetch = Fetch { source, slot };
        self.scene.peers.begins_upload(from, id, fetch);
        waiting::begins_to_fetch(&mut self.scene, id, slot, package);
        let path: Vec<u32> = self.scene.world.sites[site.index()]
            .peer_link()
            .map(|lan| self.local_link(lan))
            .into_iter()
            .collect();
        let cap = transfer::peer_rate(&self.scene, id, source, site);
        let class = self.network.class(&path, cap);
        let transfer = self.network.start(now, class, size, id.0);
        self.job(id).transfer = Some(transfer);
        self.note_flow(id);
        self.watch_peers(id, source);
    }

    /// Schedules the moment at which either machine goes off or leaves.
    fn watch_peers(&mut self, id: JobId, source: JobId) {
        let ends = |this: &Self, job| {
            this.scene
                .machine_on(job)
                .until
                .min(roaming::whereabouts(&this.scene, job).until)
        };
        let end = ends(self, id)
            .min(ends(self, source))
            .min(clocks::expires(&self.scene, id));
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
        self.tally
            .peers(self.scene.places[slot as usize].site)
            .close();
        let package = self.scene.program(id).package;
        self.calls(source, slot, package, 1);
    }

    /// The moment at which one of the two machines was to go off or leave;
    /// whether it was the one that gives.
    pub(crate) fn peer_left(&mut self, id: JobId) -> bool {
        let Some(Fetch { source, slot }) = self.scene.peers.fetch_of(id) else {
            return false;
        };
        if !self.scene.machine_on(id).holds || roaming::slot_of(&self.scene, id) != slot {
            return false;
        }
        if !self.scene.machine_on(source).holds {
            self.lose_peer(id, Loss::Off);
        } else if roaming::slot_of(&self.scene, source) != slot {
            self.lose_peer(id, Loss::Left);
        } else {
            self.watch_peers(id, source);
        }
        true
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
    fn lose_peer(&mut self, id: JobId, loss: Loss) {
        let Some(fetch) = self.scene.peers.fetch_of(id) else {
            return;
        };
        let from = transfer::machine_id(&self.scene, fetch.source);
        self.note(id, || Entry::Peer(PeerEntry::Lost(from, loss)));
        let transfer = self.job(id).transfer.take();
        let moved = transfer.map_or(Size(0), |t| self.network.cancel(self.scene.now, t));
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
