//! A job waits for what another machine is fetching.

use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::surroundings::peers::PeerEntry;
use crate::model::surroundings::peers::find;
use crate::model::surroundings::peers::waiting;
use crate::model::surroundings::peers::waiting::Wait;
use crate::model::surroundings::roaming;
use crate::model::way::events::Kind;
use crate::model::way::job::Phase;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, ReportState, Resource, Step};
use crate::units::{Instant, Span};
use crate::world::PackageId;

impl<J: Journal> Simulation<'_, '_, J> {
    /// Nobody can give: whether the job waits for what another fetches. That
    /// somebody who has it was `asked` in vain counts if not.
    pub(crate) fn waits_for_peer(
        &mut self,
        id: JobId,
        slot: u32,
        package: PackageId,
        patience: Span,
        asked: bool,
    ) -> bool {
        let now = self.scene.now;
        let before = self.scene.peers.wait(id);
        let before = before.filter(|wait| wait.slot == slot);
        let mut wait = before.unwrap_or(Wait {
            slot,
            since: now,
            until: now + patience,
            number: 0,
            offered: None,
            over: false,
        });
        let goes_on = !wait.over
            && now < wait.until
            && waiting::somebody_fetches(&mut self.scene, id, slot, package);
        wait.number += 1;
        wait.offered = None;
        if goes_on {
            self.scene.peers.joins_line(id, package, wait);
            self.stand_waiting(id, package, wait.until);
            return true;
        }
        let counter = self.tally.peers(self.scene.places[slot as usize].site);
        if before.is_some() && !wait.over {
            counter.request(now, now, 1);
            counter.time_out(now - wait.since);
        } else if asked {
            counter.request(now, now, 1);
            counter.refuse(1);
        }
        if before.is_some() {
            wait.over = true;
            self.scene.peers.keep_wait(id, wait);
        }
        false
    }

    fn stand_waiting(&mut self, id: JobId, package: PackageId, until: Instant) {
        self.note(id, || Entry::Peer(PeerEntry::Waits(until)));
        self.scene.turn_job(id, Phase::Ready);
        self.enter(id, ReportState::Waiting);
        self.stand(id, Ending::Waiting, Step::Content, Cause::AwaitsPeer);
        self.record(id).resource = Resource::Package(package);
        let off = self
            .scene
            .machine_on(id)
            .until
            .min(roaming::whereabouts(&self.scene, id).until);
        self.schedule(id, Kind::Retry, until.min(off));
    }

    /// A job has stopped fetching without having all: if nobody else does, one of
    /// those who wait is called.
    pub(crate) fn stops_fetching(&mut self, id: JobId) {
        let Some(slot) = self.scene.peers.stops_fetching(id) else {
            return;
        };
        let package = self.scene.program(id).package;
        if !waiting::somebody_fetches(&mut self.scene, id, slot, package) {
            self.call(slot, package, None, 1);
        }
    }

    /// A machine can give `package` to `more` machines at the place.
    pub(crate) fn calls(&mut self, source: JobId, slot: u32, package: PackageId, more: u32) {
        if self.scene.peers.has_line(slot, package)
            && find::can_give(&self.scene, source, slot, package)
        {
            self.call(slot, package, Some(source), more);
        }
    }

    /// Lets some of those who wait look again.
    fn call(&mut self, slot: u32, package: PackageId, source: Option<JobId>, mut many: u32) {
        while many > 0 {
            let Some((id, number)) = self.scene.peers.first_in_line(slot, package) else {
                return;
            };
            let record = self.record(id);
            let stands = (record.ending, record.cause) == (Ending::Waiting, Cause::AwaitsPeer);
            let ready = self.scene.jobs[id].phase() == Phase::Ready;
            let on = stands
                && ready
                && self.scene.machine_on(id).holds
                && roaming::slot_of(&self.scene, id) == slot;
            if on && self.scene.peers.calls(id, number, source) {
                self.schedule(id, Kind::Retry, self.scene.now);
                many -= 1;
            }
        }
    }
}
