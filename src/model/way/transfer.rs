//! Content flows to a job, and ends; what has arrived is booked.

use crate::engine::ClassId;
use crate::model::ids::JobId;
use crate::model::journal::{Entry, Flow, Journal};
use crate::model::rules::answer::Answer;
use crate::model::rules::cache;
use crate::model::rules::transfer::{self, Cargo, Watch};
use crate::model::surroundings::roaming;
use crate::model::surroundings::session_credentials;
use crate::model::way::events::Kind;
use crate::model::way::job::Phase;
use crate::model::way::simulation::Simulation;
use crate::model::way::traffic;
use crate::outcome::{Giver, ReportState, Resource};
use crate::units::{Instant, Rate, Size};
use crate::world::{ServerId, ServerRole};

/// A transfer that is listened to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Flowing {
    id: JobId,
    /// Its rate when it began, if a link held it back then.
    first: Option<Rate>,
    /// When it was slowest so far, and what held it back then.
    slowest: Option<(Instant, Flow)>,
}

impl<J: Journal> Simulation<'_, '_, J> {
    /// The package begins to flow, into the cache or into the program.
    pub(crate) fn read_package(&mut self, id: JobId) {
        let Some(point) = self.scene.jobs[id].point else {
            return;
        };
        if self.scene.jobs[id].phase() == Phase::Downloading {
            self.scene.begins_to_fill_cache(id);
        }
        let size = cache::remaining(&self.scene, id);
        let package = self.scene.program(id).package;
        self.record(id).content_start = self.scene.now;
        if let Some(damaged) = transfer::damage(&self.scene, id, point) {
            self.scene.rare_state_mut(id).damaged = damaged;
        }
        self.scene.disorder.is_read(package, point, id);
        self.note(id, || Entry::ContentStarts(point, package, size));
        self.transfer(id, point, size);
    }

    /// A transfer is complete.
    pub(crate) fn transfer_ended(&mut self, id: JobId) {
        self.job(id).transfer = None;
        self.flow_ends(id);
        match transfer::cargo(self.scene.jobs[id].phase()) {
            Some(Cargo::Download) => {
                let size = cache::remaining(&self.scene, id);
                self.content_complete(id, size);
                self.downloaded(id);
            }
            Some(Cargo::Package) => {
                let size = cache::package_size(&self.scene, id);
                self.content_complete(id, size);
                self.read_shares(id);
            }
            Some(Cargo::Share) => {
                let size = transfer::share_size(&self.scene, id);
                self.book_share(id, size);
                self.leave_share(id);
                self.read_shares(id);
            }
            None => {}
        }
    }

    /// All of the package has arrived, the last part of it of this `size`.
    fn content_complete(&mut self, id: JobId, size: Size) {
        let now = self.scene.now;
        self.book_content(id, size);
        let record = self.record(id);
        record.content_end = now;
        let time = now.since(record.content_start);
        self.note(id, || Entry::ContentComplete(time, size));
    }

    /// The package is in the cache, if it matches its hash.
    fn downloaded(&mut self, id: JobId) {
        self.end_session(id);
        self.scene.turn_job(id, Phase::Ready);
        if let Answer::Over(over) = transfer::matches_hash(&self.scene, id) {
            self.stops_fetching(id);
            let point = self.scene.jobs[id].point;
            self.record(id).resource = point.map_or(Resource::None, Resource::Server);
            return self.is_over(id, over);
        }
        self.job(id).cached = true;
        self.scene.takes_room(id);
        self.has_something_to_give(id);
        self.enter(id, ReportState::DownloadComplete);
        self.proceed(id);
    }

    /// Bytes of the package have arrived.
    pub(crate) fn book_content(&mut self, id: JobId, bytes: Size) {
        self.record(id).downloaded += bytes;
        if let Some(point) = self.scene.jobs[id].point {
            self.tally
                .server(point, ServerRole::DistributionPoint)
                .carry(bytes);
        } else {
            self.book_from_peer(id, bytes);
        }
    }

    /// Bytes of a share have arrived.
    pub(crate) fn book_share(&mut self, id: JobId, bytes: Size) {
        self.record(id).from_shares += bytes;
        let share = self.scene.program(id).shares[usize::from(self.scene.jobs[id].share)].share;
        let server = self.scene.world.shares[share.index()].server;
        self.tally.share(share).carry(bytes);
        self.tally
            .server(server, ServerRole::FileServer)
            .carry(bytes);
    }

    /// Books bytes that a job's transfer has moved, from a point or a share.
    pub(crate) fn book_moved(&mut self, id: JobId, moved: Size) {
        match transfer::cargo(self.scene.jobs[id].phase()) {
            Some(Cargo::Share) => self.book_share(id, moved),
            Some(Cargo::Download | Cargo::Package) => self.book_content(id, moved),
            None => {}
        }
    }

    /// Books an interrupted download, and keeps of it what it can go on with.
    pub(crate) fn keep_download(&mut self, id: JobId, moved: Size) {
        self.book_content(id, moved);
        if transfer::resumes(&self.scene, id) {
            self.scene.rare_state_mut(id).resumed += moved;
        }
        self.stops_fetching(id);
    }

    /// The sessions of a job are over, at its point and at shares, and an upload to it.
    pub(crate) fn end_session(&mut self, id: JobId) {
        self.end_share_sessions(id);
        session_credentials::forget_sessions(&mut self.scene, id);
        self.end_upload(id);
        let job = self.job(id);
        if !std::mem::replace(&mut job.in_session, false) {
            return;
        }
        if let Some(point) = self.scene.jobs[id].point {
            let now = self.scene.now;
            self.tally
                .server(point, ServerRole::DistributionPoint)
                .close(now);
        }
    }

    /// The class of transfers from `server` to a job's machine.
    pub(crate) fn class(&mut self, id: JobId, server: ServerId) -> ClassId {
        let own = self.scene.own(id, &self.scene.world.fleet.overrides.access);
        let cap = own.map_or(self.scene.profile(id).access, Rate);
        if let Some(class) = self.throttled_class(id, server, cap) {
            return class;
        }
        let role = match transfer::cargo(self.scene.jobs[id].phase()) {
            Some(Cargo::Share) => ServerRole::FileServer,
            _ => ServerRole::DistributionPoint,
        };
        let giver = Giver::Server(server, role);
        let slot = roaming::slot_of(&self.scene, id);
        let place = &self.scene.places[slot as usize];
        let known = place
            .classes
            .iter()
            .find(|(g, c, _)| (*g, *c) == (giver, cap));
        if let Some((_, _, class)) = known {
            return *class;
        }
        let path = self.local_path(slot, server);
        let label = traffic::label(slot, giver);
        let class = self.network.labelled_class(&path, cap, label);
        let place = &mut self.scene.places[slot as usize];
        // A fleet whose machines all have their own rate would make this list
        // as long as the fleet.
        if place.classes.len() < 64 {
            place.classes.push((giver, cap, class));
        }
        class
    }

    /// The links from `server` to the group's site number `slot`, as the network
    /// numbers them.
    pub(crate) fn local_path(&mut self, slot: u32, server: ServerId) -> Vec<u32> {
        let site = self.scene.places[slot as usize].site;
        self.route.clear();
        self.scene.world.route(server, site, &mut self.route);
        let local = |link: &crate::world::LinkId| self.local_link[link.index()];
        self.route.iter().map(local).collect()
    }

    /// Starts a transfer to a job; if its machine goes off before the end, the
    /// transfer is interrupted.
    pub(crate) fn transfer(&mut self, id: JobId, server: ServerId, size: Size) {
        let class = self.class(id, server);
        let transfer = self.network.start(self.scene.now, class, size, id.0);
        self.job(id).transfer = Some(transfer);
        self.follow_flow(id);
        self.watch_transfer(id);
    }

    /// Notes which link holds the transfer of a job back at this moment, and how many
    /// share it.
    pub(crate) fn note_flow(&mut self, id: JobId) {
        if let Some(flow) = self.flow(id) {
            self.note(id, || Entry::Flows { flow, at: None });
        }
    }

    /// A transfer that is listened to begins: the link that holds it back is noted, and
    /// looked at after each event, since others may join it there later.
    pub(crate) fn follow_flow(&mut self, id: JobId) {
        self.note_flow(id);
        if self.is_listened_to(id) {
            let flow = self.flow(id);
            let first = flow.map(|flow| flow.rate);
            self.flowing.push(Flowing {
                id,
                first,
                slowest: flow.map(|flow| (self.scene.now, flow)),
            });
        }
    }

    /// Looks at the transfers that are listened to, after an event.
    pub(crate) fn look_at_flows(&mut self) {
        for at in 0..self.flowing.len() {
            let known = self.flowing[at];
            let Some(flow) = self.flow(known.id) else {
                continue;
            };
            let is_slower = known
                .slowest
                .is_none_or(|(_, before)| flow.rate < before.rate);
            if is_slower {
                self.flowing[at].slowest = Some((self.scene.now, flow));
            }
        }
    }

    /// A transfer has ended: if it was slower later than when it began, the slowest
    /// moment is noted.
    pub(crate) fn flow_ends(&mut self, id: JobId) {
        let Some(at) = self.flowing.iter().position(|flowing| flowing.id == id) else {
            return;
        };
        let Flowing { first, slowest, .. } = self.flowing.remove(at);
        let Some((at, flow)) = slowest else { return };
        if first.is_none_or(|first| flow.rate < first) {
            self.note(id, || Entry::Flows { flow, at: Some(at) });
        }
    }

    /// What holds the transfer of a job back at this moment; `None` unless somebody listens
    /// and a link does.
    fn flow(&self, id: JobId) -> Option<Flow> {
        if !self.is_listened_to(id) {
            return None;
        }
        let transfer = self.scene.jobs[id].transfer?;
        let tight = self.network.held_back_by(transfer)?;
        let mut links = self.local_link.iter();
        let link = links.position(|local| *local == tight.link)?;
        Some(Flow {
            link: link.into(),
            capacity: tight.capacity,
            transfers: tight.transfers,
            rate: Rate(self.network.rate(transfer) as u64),
        })
    }

    /// Schedules what may come before the end of a job's transfer.
    pub(crate) fn watch_transfer(&mut self, id: JobId) {
        match transfer::watches(&self.scene, id) {
            Watch::Off(at) => self.schedule(id, Kind::Off, at),
            Watch::RunEnd(at) => self.schedule_run_time_limit(id, at),
            Watch::Nothing => {}
        }
    }
}
