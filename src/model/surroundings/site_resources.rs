//! What jobs share and turn to: distribution points, links, controllers and
//! stations, each worked out once for a site.

use crate::access::nearest_controllers;
use crate::client::behaviour;
use crate::client::points::Points;
use crate::client::roaming::may_turn_to;
use crate::engine::{ClassId, Station, Visit};
use crate::model::journal::Journal;
use crate::model::rules::preferred_servers::AFRESH;
use crate::model::way::events::Kind;
use crate::model::way::job::Phase;
use crate::model::way::simulation::{Located, Simulation};
use crate::outcome::Cause;
use crate::units::{Instant, Rate, Size};
use crate::world::{DomainId, PackageId, ServerId, ServerRole};

impl<J: Journal> Simulation<'_, '_, J> {
    /// The points that may serve `package` to a job, and a copy of none of
    /// them: the list is worked out once per site and client kind.
    pub(crate) fn points(&mut self, id: u32, package: PackageId) -> Result<&Points, Cause> {
        let (plan, world, now) = (self.plan, self.world, self.now);
        let profile = self.jobs[id as usize].profile;
        let none = || {
            let kind = world.fleet.profiles[profile.index()].client;
            behaviour(kind).without_points(plan.holders(world, package, now))
        };
        if !self.searches.any() {
            return self.all_points(id, package).ok_or_else(none);
        }
        let looked = self.looked(id);
        let points = self.all_points(id, package).ok_or_else(none)?;
        match points.open(looked) {
            0 if looked.neighbours => Err(Cause::FallbackPending),
            0 => Err(Cause::OnlyRemotePoint),
            _ => Ok(points),
        }
    }

    /// The same with those that the job may use when it has looked for longer.
    #[inline]
    pub(crate) fn all_points(&mut self, id: u32, package: PackageId) -> Option<&Points> {
        if let Some(sought) = self.points_away(id, package) {
            return self.away.points(sought);
        }
        let at = self.located(id, package);
        let slot = self.jobs[id as usize].slot as usize;
        self.places[slot].points[at].points.as_ref()
    }

    /// When next after now content of `package` comes to a point that a job may
    /// turn to, or leaves it.
    pub(crate) fn next_content_change(&mut self, id: u32, package: PackageId) -> Instant {
        let Some(shelf) = self.agenda.content.get(&package) else {
            return Instant::NEVER;
        };
        let (site, home) = (self.place_of(id), self.site(id));
        if site != home {
            let kind = self.profile(id).client;
            let may = |point| may_turn_to(self.world, kind, site, home, point);
            return shelf.next_change(self.now, may);
        }
        let at = self.located(id, package);
        let place = &mut self.places[self.jobs[id as usize].slot as usize];
        let (site, located) = (place.site, &mut place.points[at]);
        if located.next_change <= self.now {
            let behaviour = behaviour(located.kind);
            let may = |point| behaviour.may_turn_to(self.world, site, point);
            located.next_change = shelf.next_change(self.now, may);
        }
        located.next_change
    }

    /// The position of a job's site's list of points for `package`, as it is
    /// now.
    pub(crate) fn located(&mut self, id: u32, package: PackageId) -> usize {
        let kind = self.profile(id).client;
        let place = &mut self.places[self.jobs[id as usize].slot as usize];
        let known = place
            .points
            .iter()
            .position(|located| (located.kind, located.package) == (kind, package));
        let epoch = self.disorder.content_epoch(package);
        if known.is_some_and(|at| place.points[at].epoch == epoch) {
            return known.unwrap_or_default();
        }
        let holders = self.disorder.holders(self.world, package);
        let points = behaviour(kind).points(self.world, place.site, holders);
        if let Some(at) = known {
            (place.points[at].points, place.points[at].epoch) = (points, epoch);
            return at;
        }
        place.points.push(Located {
            kind,
            package,
            points,
            epoch,
            next_change: Instant::START,
        });
        place.points.len() - 1
    }

    /// The next point for a job, in its own order.
    pub(crate) fn next_point(&mut self, id: u32) -> Option<ServerId> {
        let job = &self.jobs[id as usize];
        let (key, advertisement) = (job.key, job.advertisement);
        let afresh = job.tier & AFRESH != 0;
        let (mut tier, last) = (job.tier & !AFRESH, job.point.filter(|_| !afresh));
        let package = self.program(id).package;
        // The order is that of the try that has just been counted.
        let tries = self.record(id).attempts - 1;
        let draws = self.draws;
        let draw = || draws.points(key, advertisement, tries).bits(0);
        let (tried, looked) = (self.preferred(id), self.looked(id));
        let points = self.points(id, package).ok()?;
        let open = points.open(looked);
        let mut point = points.next(&mut tier, open, last, draw);
        while point.is_some_and(|point| tried.contains(&point)) {
            point = points.next(&mut tier, open, point, draw);
        }
        self.job(id).tier = tier;
        point
    }

    /// The class of transfers from `server` to a job's machine.
    pub(crate) fn class(&mut self, id: u32, server: ServerId) -> ClassId {
        let own = self.own(id, &self.world.fleet.overrides.access);
        let cap = own.map_or(self.profile(id).access, Rate);
        if let Some(class) = self.throttled_class(id, server, cap) {
            return class;
        }
        let slot = self.slot_of(id);
        let place = &self.places[slot as usize];
        let known = place
            .classes
            .iter()
            .find(|(s, c, _)| (*s, *c) == (server, cap));
        if let Some((_, _, class)) = known {
            return *class;
        }
        let path = self.local_path(slot, server);
        let class = self.network.class(&path, cap);
        let place = &mut self.places[slot as usize];
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
        let site = self.places[slot as usize].site;
        self.route.clear();
        self.world.route(server, site, &mut self.route);
        let local = |link: &crate::world::LinkId| self.local_link[link.index()];
        self.route.iter().map(local).collect()
    }

    /// Starts a transfer to a job; if its machine goes off before the end, the
    /// transfer is interrupted.
    pub(crate) fn transfer(&mut self, id: u32, server: ServerId, size: Size) {
        let class = self.class(id, server);
        let transfer = self.network.start(self.now, class, size, id);
        self.job(id).transfer = Some(transfer);
        self.watch_transfer(id);
    }

    /// Schedules what may come before the end of a job's transfer: the machine goes
    /// off or moves, the advertisement of a download expires, or the maximum run
    /// time of a program that reads is over.
    pub(crate) fn watch_transfer(&mut self, id: u32) {
        let mut off = self.machine_on(id).until.min(self.whereabouts(id).until);
        let mut limit = Instant::NEVER;
        match self.jobs[id as usize].phase {
            Phase::Downloading => off = off.min(self.expires(id)),
            _ if !self.is_left_alone(id) => limit = self.run_limit(id),
            _ => {}
        }
        if limit < off {
            self.schedule(id, Kind::RunEnd, limit.max(self.now));
        } else if off.is_some() {
            self.schedule(id, Kind::Off, off);
        }
    }

    /// The controller that validates a logon of `domain` for a job: by its own
    /// draw among the nearest.
    pub(crate) fn controller(&mut self, id: u32, domain: DomainId) -> Option<ServerId> {
        self.controller_near(self.jobs[id as usize].key, self.slot_of(id), domain)
    }

    /// The controller that validates a logon of `domain` for the machine with
    /// that key, at the group's site number `slot`.
    pub(crate) fn controller_near(
        &mut self,
        key: u64,
        slot: u32,
        domain: DomainId,
    ) -> Option<ServerId> {
        let place = &mut self.places[slot as usize];
        let known = place.controllers.iter().position(|(d, _)| *d == domain);
        let at = known.unwrap_or_else(|| {
            place
                .controllers
                .push((domain, nearest_controllers(self.world, domain, place.site)));
            place.controllers.len() - 1
        });
        let near = &place.controllers[at].1;
        if self.disorder.all_up() {
            return (!near.is_empty()).then(|| near[(key % near.len() as u64) as usize]);
        }
        // Failover: to another near one, else to any of the domain.
        let pick = |servers: &[ServerId]| {
            let up: Vec<_> = servers
                .iter()
                .copied()
                .filter(|s| self.disorder.is_up(*s, ServerRole::DomainController))
                .collect();
            (!up.is_empty()).then(|| up[(key % up.len() as u64) as usize])
        };
        pick(near).or_else(|| pick(&self.world.directory.domains[domain.index()].controllers))
    }

    /// Sends a request to a server's station; `Ok` with the instant of the
    /// answer, `Err` with the instant at which the client gives up.
    pub(crate) fn ask(&mut self, server: ServerId, role: ServerRole) -> Result<Instant, Instant> {
        let now = self.now;
        self.tally.server(server, role).request(now, now, 1);
        let Some(spec) = self.world.servers[server.index()].station else {
            return Ok(now);
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
    ) -> Result<Instant, Instant> {
        let (now, horizon) = (self.now, Instant(self.world.horizon.0));
        let covered = match visit {
            Visit::GivesUp { at } => self.world.covers(at),
            Visit::Served { .. } => true,
        };
        let counter = self.tally.server(server, role);
        match visit {
            Visit::Served { start, end } => {
                counter.wait(start.min(horizon).since(now));
                Ok(end)
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
