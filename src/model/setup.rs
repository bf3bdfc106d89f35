//! Setting up a group: its links, its jobs, and the poll that begins each.

use super::accounts::poll_offset;
use super::job::{Job, Kind, NONE};
use super::journal::Journal;
use super::simulation::{Host, Simulation};
use crate::access::User;
use crate::outcome::Outcome;
use crate::units::Instant;
use crate::world::{Machine, NO_OVERRIDE};

impl<J: Journal> Simulation<'_, '_, J> {
    /// The links that the group's sites can use: those on the way from any
    /// server they may turn to.
    pub(super) fn find_links(&mut self) {
        for slot in 0..self.places.len() {
            let links = &self.plan.links_of[self.places[slot].site.index()];
            for link in links {
                if self.local_link[link.index()] == NONE {
                    self.local_link[link.index()] = self.links.len() as u32;
                    self.links.push(*link);
                }
            }
        }
        let rates: Vec<_> = self
            .links
            .iter()
            .map(|l| self.world.links[l.index()].rate)
            .collect();
        self.network.reset(&rates);
    }

    /// Makes a job of every machine × advertisement and schedules the poll
    /// that brings it.
    pub(super) fn find_jobs(&mut self) {
        let world = self.world;
        for (_, slot, position) in self.by_first_poll() {
            let site = self.places[slot as usize].site;
            let machine = &world.fleet.machines[position as usize];
            let start = world.fleet.by_site[site.index()].start as usize;
            let row = machine.first_job - world.fleet.machines[start].first_job;
            let targets = world.targets(machine);
            let host = self.host(targets.len());
            let (offset, user, administrator) = self.set_up(position, machine);
            for (at, advertisement) in targets.iter().enumerate() {
                let job = Job::new(
                    machine,
                    position,
                    *advertisement,
                    slot,
                    host,
                    user,
                    administrator,
                );
                let id = self.jobs.len() as u32;
                self.jobs.push(job);
                self.sheet.assign(slot as usize, row as usize + at, id);
                // It is one already; written in order here, it is in the
                // cache when events come to it in theirs.
                self.sheet.records[id as usize] = Outcome::default();
                self.expect_end(id);
                if self.rollouts.enlist(world, id, machine, at) {
                    continue;
                }
                let available = self.available(id);
                self.schedule_poll(id, offset, available);
            }
        }
    }

    fn by_first_poll(&self) -> Vec<(u64, u32, u32)> {
        let world = self.world;
        let mut found = Vec::new();
        for (slot, place) in self.places.iter().enumerate() {
            for position in world.fleet.by_site[place.site.index()].clone() {
                let machine = &world.fleet.machines[position as usize];
                if !world.targets(machine).is_empty() {
                    let draws = self.draws.setup(machine.key);
                    found.push((poll_offset(world, position, &draws), slot as u32, position));
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// A host for the machine whose jobs come next; a single job has its
    /// machine to itself and needs none.
    pub(super) fn host(&mut self, jobs: usize) -> u32 {
        if jobs == 1 {
            return NONE;
        }
        self.hosts.push(Host {
            first_job: self.jobs.len() as u32,
            jobs: jobs as u32,
            running: NONE,
            line_head: NONE,
            line_tail: NONE,
        });
        self.hosts.len() as u32 - 1
    }

    /// The jobs of the same machine, this one among them.
    pub(crate) fn siblings(&self, id: u32) -> std::ops::Range<u32> {
        let host = self.jobs[id as usize].host;
        if host == NONE {
            return id..id + 1;
        }
        let host = &self.hosts[host as usize];
        host.first_job..host.first_job + host.jobs
    }

    /// The first poll of a job at or after `at`, of a machine that polls at
    /// `offset` of its interval.
    pub(super) fn schedule_poll(&mut self, id: u32, offset: u64, at: Instant) {
        let interval = self.profile(id).poll_interval.0.max(1);
        let polls = at.0.saturating_sub(offset).div_ceil(interval);
        self.schedule(id, Kind::Poll, Instant(offset + polls * interval));
    }

    /// The same for a job whose offset is not at hand.
    pub(crate) fn schedule_first_poll(&mut self, id: u32, at: Instant) {
        let (offset, ..) = self.set_up(self.jobs[id as usize].machine, self.machine(id));
        self.schedule_poll(id, offset, at);
    }

    /// The machine's poll offset, and the user logged on to it.
    pub(super) fn set_up(&self, position: u32, machine: &Machine) -> (u64, Option<User>, bool) {
        let profile = self.world.fleet.profile(machine);
        let overrides = &self.world.fleet.overrides;
        let own = |column: &[u64]| {
            column
                .get(position as usize)
                .copied()
                .filter(|v| *v != NO_OVERRIDE)
        };
        let draws = self.draws.setup(machine.key);
        let offset = poll_offset(self.world, position, &draws);
        let present = own(&overrides.user_logged_on)
            .map_or(draws.uniform(1) < profile.user_logged_on, |v| v != 0);
        let administrator = own(&overrides.user_is_administrator)
            .map_or(draws.uniform(2) < profile.user_is_administrator, |v| v != 0);
        (
            offset,
            present.then_some(User { administrator }),
            administrator,
        )
    }
}
