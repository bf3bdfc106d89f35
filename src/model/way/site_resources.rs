//! Transfers, and requests to stations.

use crate::client::points::{Asker, PointOrders};
use crate::engine::{ClassId, Station, Visit};
use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::clocks;
use crate::model::rules::preferred_servers;
use crate::model::rules::preferred_servers::AFRESH;
use crate::model::rules::run;
use crate::model::surroundings::roaming;
use crate::model::surroundings::searches;
use crate::model::surroundings::site_resources;
use crate::model::way::events::Kind;
use crate::model::way::job::Phase;
use crate::model::way::simulation::Simulation;
use crate::units::{Instant, Rate, Size};
use crate::world::{ServerId, ServerRole};

/// When a request is served, which may be by several servers at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Service {
    /// When the last of them begins.
    pub(crate) begins: Instant,
    /// When all of them have answered.
    pub(crate) answer: Instant,
}

impl Service {
    pub(crate) const fn at_once(now: Instant) -> Self {
        Self {
            begins: now,
            answer: now,
        }
    }

    /// The service of another server, too.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            begins: self.begins.max(other.begins),
            answer: self.answer.max(other.answer),
        }
    }
}

impl<J: Journal> Simulation<'_, '_, J> {
    /// The next point for a job, in its own order.
    pub(crate) fn next_point(&mut self, id: JobId) -> Option<ServerId> {
        let mut orders = std::mem::take(&mut self.point_orders);
        let next = self.next_in_order(id, &mut orders);
        self.point_orders = orders;
        next
    }

    fn next_in_order(&mut self, id: JobId, orders: &mut PointOrders) -> Option<ServerId> {
        let job = &self.scene.jobs[id];
        let (key, advertisement) = (job.key, job.advertisement);
        let afresh = job.tier & AFRESH != 0;
        let (mut tier, last) = (job.tier & !AFRESH, job.point.filter(|_| !afresh));
        let package = self.scene.program(id).package;
        // The order is that of the try that has just been counted.
        let tries = self.record(id).attempts - 1;
        let draws = self.scene.draws;
        let draw = || draws.points(key, advertisement, tries).bits(0);
        let (tried, looked) = (
            preferred_servers::preferred(&self.scene, id),
            searches::looked(&self.scene, id),
        );
        let epoch = self.scene.disorder.content_epoch(package);
        let points = site_resources::points(&mut self.scene, id, package).ok()?;
        let open = points.open(looked);
        let mut next = |last| {
            let asker = Asker {
                orders: &mut *orders,
                job: id.0,
                epoch,
            };
            points.next(&mut tier, open, last, draw, asker)
        };
        let mut point = next(last);
        while point.is_some_and(|point| tried.contains(&point)) {
            point = next(point);
        }
        self.job(id).tier = tier;
        point
    }

    /// The class of transfers from `server` to a job's machine.
    pub(crate) fn class(&mut self, id: JobId, server: ServerId) -> ClassId {
        let own = self.scene.own(id, &self.scene.world.fleet.overrides.access);
        let cap = own.map_or(self.scene.profile(id).access, Rate);
        if let Some(class) = self.throttled_class(id, server, cap) {
            return class;
        }
        let slot = roaming::slot_of(&self.scene, id);
        let place = &self.scene.places[slot as usize];
        let known = place
            .classes
            .iter()
            .find(|(s, c, _)| (*s, *c) == (server, cap));
        if let Some((_, _, class)) = known {
            return *class;
        }
        let path = self.local_path(slot, server);
        let class = self.network.class(&path, cap);
        let place = &mut self.scene.places[slot as usize];
        // A fleet whose machines all have their own rate would make this list
        // as long as the fleet.
        if place.classes.len() < 64 {
            place.classes.push((server, cap, class));
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
        self.note_flow(id);
        self.watch_transfer(id);
    }

    /// Notes which link holds the transfer of a job back, and how many share it.
    pub(crate) fn note_flow(&mut self, id: JobId) {
        let job = &self.scene.jobs[id];
        if !self.journal.listens(job.machine) {
            return;
        }
        let Some(transfer) = job.transfer else { return };
        let Some(tight) = self.network.held_back_by(transfer) else {
            return;
        };
        let mut links = self.local_link.iter();
        let Some(link) = links.position(|local| *local == tight.link) else {
            return;
        };
        let rate = Rate(self.network.rate(transfer) as u64);
        self.note(id, || Entry::Flows {
            link: link.into(),
            capacity: tight.capacity,
            transfers: tight.transfers,
            rate,
        });
    }

    /// Schedules what may come before the end of a job's transfer: the machine goes
    /// off or moves, the advertisement of a download expires, or the maximum run
    /// time of a program that reads is over.
    pub(crate) fn watch_transfer(&mut self, id: JobId) {
        let mut off = self
            .scene
            .machine_on(id)
            .until
            .min(roaming::whereabouts(&self.scene, id).until);
        let mut limit = Instant::NEVER;
        match self.scene.jobs[id].phase() {
            Phase::Downloading => off = off.min(clocks::expires(&self.scene, id)),
            _ if !run::is_left_alone(&self.scene, id) => limit = run::limit(&self.scene, id),
            _ => {}
        }
        if limit < off {
            self.schedule_run_time_limit(id, limit.max(self.scene.now));
        } else if off.is_some() {
            self.schedule(id, Kind::Off, off);
        }
    }

    /// Sends a request to a server's station: `Ok` with when it is served, `Err` with
    /// the instant at which the client gives up.
    pub(crate) fn ask(&mut self, server: ServerId, role: ServerRole) -> Result<Service, Instant> {
        let now = self.scene.now;
        self.tally.server(server, role).request(now, now, 1);
        let Some(spec) = self.scene.world.servers[server.index()].station else {
            return Ok(Service::at_once(now));
        };
        let station = self.stations.entry(server);
        let visit = station
            .or_insert_with(|| Station::new(spec.servers, spec.patience))
            .request(now, spec.service);
        self.count_crowd(server, role, visit);
        self.count_wait(server, role, visit)
    }

    /// Counts how long a request stands in line: until it is served or gives up,
    /// or until the horizon. What gives up after the horizon has not done so.
    pub(crate) fn count_wait(
        &mut self,
        server: ServerId,
        role: ServerRole,
        visit: Visit,
    ) -> Result<Service, Instant> {
        let (now, horizon) = (self.scene.now, Instant(self.scene.world.horizon.0));
        let covered = match visit {
            Visit::GivesUp { at } => self.scene.world.covers(at),
            Visit::Served { .. } => true,
        };
        let counter = self.tally.server(server, role);
        match visit {
            Visit::Served { start, end } => {
                counter.wait(start.min(horizon).since(now));
                Ok(Service {
                    begins: start,
                    answer: end,
                })
            }
            Visit::GivesUp { at } => {
                if covered {
                    counter.time_out(at.since(now));
                } else {
                    counter.wait(horizon.since(now));
                }
                Err(at)
            }
        }
    }
}
