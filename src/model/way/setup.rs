//! Setting up a group: its links, its jobs, and the poll that begins each.

use crate::access::User;
use crate::division::{Links, Together};
use crate::engine::Draws;
use crate::model::draws::{ModelDraws, poll_offset};
use crate::model::ids::{JobId, Siblings};
use crate::model::journal::Journal;
use crate::model::rules::clocks;
use crate::model::surroundings::machine_cache::MachineCache;
use crate::model::way::events::Kind;
use crate::model::way::job::{Job, NONE};
use crate::model::way::scene::Host;
use crate::model::way::scene::Scene;
use crate::model::way::simulation::Simulation;
use crate::sending::Needs;
use crate::units::Instant;
use crate::world::{AdvertisementId, LinkId, Machine, NO_OVERRIDE, World};

/// How many machines are read from memory at a time.
const AHEAD: usize = 32;

/// A machine that an advertisement reaches, as it is at the start.
#[derive(Clone, Copy)]
struct Member {
    /// How far into its interval it polls, microseconds.
    offset: u64,
    /// How far into its interval it polls, as a share of it.
    phase: f64,
    /// Its site's position in the group.
    slot: u32,
    /// Its position in the fleet.
    position: u32,
    /// The user logged on to it.
    user: Option<User>,
    /// Whether the user who is logged on is a local administrator.
    administrator: bool,
}

impl Scene<'_, '_> {
    /// Finds the machines of the group that an advertisement reaches, in the order of
    /// positions, and the order of their polls: by phase, then by position. It is drawn,
    /// favours no interval, and does not depend on how machines are divided into groups.
    fn by_phase(&self, polls: &mut PollOrder) {
        let fleet = &self.world.fleet;
        let machines = self.places.iter();
        let machines = machines.map(|place| fleet.by_site[place.site.index()].len());
        polls.members.reserve_exact(machines.sum());
        for (slot, place) in self.places.iter().enumerate() {
            for position in fleet.by_site[place.site.index()].clone() {
                let machine = &fleet.machines[position as usize];
                if !self.world.targets(machine).is_empty() {
                    polls.members.push(self.member(slot as u32, position));
                }
            }
        }
        polls.ascend();
    }

    /// A host for the machine whose jobs come next; a single job has its
    /// machine to itself and needs none.
    pub(crate) fn host(&mut self, jobs: usize) -> u32 {
        if jobs == 1 {
            return NONE;
        }
        self.hosts.push(Host {
            first_job: JobId(self.jobs.len() as u32),
            jobs: jobs as u32,
            running: None,
            line_head: None,
            line_tail: None,
            cache: MachineCache::default(),
        });
        self.hosts.len() as u32 - 1
    }

    /// How many jobs of the same machine come before this one.
    pub(crate) fn place_among_siblings(&self, id: JobId) -> u32 {
        let host = self.hosts.get(self.jobs[id].host as usize);
        host.map_or(0, |host| id.0 - host.first_job.0)
    }

    /// The jobs of the same machine, this one among them.
    pub(crate) fn siblings(&self, id: JobId) -> Siblings {
        let host = self.jobs[id].host;
        if host == NONE {
            return Siblings::from(id, 1);
        }
        let host = &self.hosts[host as usize];
        Siblings::from(host.first_job, host.jobs)
    }

    /// The job of the same machine for an advertisement, if it reaches the machine:
    /// the jobs of a machine are in the order of their advertisements.
    pub(crate) fn sibling(&self, id: JobId, advertisement: AdvertisementId) -> Option<JobId> {
        let machine = &self.world.fleet.machines[self.jobs[id].machine as usize];
        let at = self.world.targets(machine).binary_search(&advertisement);
        self.siblings(id).nth(at.ok()?)
    }

    /// A machine as it is at the start.
    fn member(&self, slot: u32, position: u32) -> Member {
        let machine = &self.world.fleet.machines[position as usize];
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
        let administrator = user_is_administrator(self.world, position, &draws);
        Member {
            offset,
            phase: offset as f64 / profile.poll_interval.0.max(1) as f64,
            slot,
            position,
            user: present.then_some(User { administrator }),
            administrator,
        }
    }
}

/// The machines of a group in the order of their polls. A thread keeps the memory from
/// group to group.
#[derive(Default)]
pub(crate) struct PollOrder {
    members: Vec<Member>,
    /// The phases and places of the members, by phase, then by place.
    order: Vec<(u64, u32)>,
    /// Where each stretch of phases ends in the order.
    ends: Vec<u32>,
}

impl PollOrder {
    /// Memory for more machines than this is given back.
    const KEPT: usize = 1 << 16;

    /// Orders the members. They are dealt out to as many stretches of the interval as
    /// there are members: drawn as they are, few come to each.
    fn ascend(&mut self) {
        let many = self.members.len();
        let stretch = |phase: f64| ((phase * many as f64) as usize).min(many - 1);
        self.ends.resize(many + 1, 0);
        for member in &self.members {
            self.ends[stretch(member.phase) + 1] += 1;
        }
        for at in 1..=many {
            self.ends[at] += self.ends[at - 1];
        }
        self.order.resize(many, (0, 0));
        for (member, at) in self.members.iter().zip(0..) {
            // Where it begins, until all its members are there.
            let place = &mut self.ends[stretch(member.phase)];
            // A share is never negative, so that its bits are ordered as it is.
            self.order[*place as usize] = (member.phase.to_bits(), at);
            *place += 1;
        }
        let mut begins = 0;
        for end in &self.ends {
            let stretch = begins as usize..*end as usize;
            if stretch.len() > 1 {
                self.order[stretch].sort_unstable();
            }
            begins = *end;
        }
    }

    fn clear(&mut self) {
        if self.members.len() > Self::KEPT {
            *self = Self::default();
        }
        self.members.clear();
        self.order.clear();
        self.ends.clear();
    }
}

/// Whether the user of the machine at `position` is its administrator.
fn user_is_administrator(world: &World, position: u32, draws: &Draws) -> bool {
    let machine = &world.fleet.machines[position as usize];
    let own = &world.fleet.overrides.user_is_administrator;
    match own.get(position as usize) {
        Some(value) if *value != NO_OVERRIDE => *value != 0,
        _ => draws.uniform(2) < world.fleet.profile(machine).user_is_administrator,
    }
}

/// Whether the user of the machine at `position` is its administrator, in one
/// replication.
pub fn is_user_administrator(world: &World, replication: u32, position: u32) -> bool {
    let key = world.fleet.machines[position as usize].key;
    let draws = ModelDraws::new(world, replication).setup(key);
    user_is_administrator(world, position, &draws)
}

impl<'w, J: Journal> Simulation<'w, '_, J> {
    /// The links that the group's sites can use: those on the way from any
    /// server they may turn to, and what is sent together needs beside them.
    pub(crate) fn find_links(&mut self, together: Option<&'w Together>) -> Option<Needs<'w>> {
        let plan = self.scene.plan;
        let sites: Vec<_> = self.scene.places.iter().map(|place| place.site).collect();
        let links = sites.iter().map(|site| &plan.links_of[site.index()]);
        Links::each(links, |link| self.add_link(link));
        let needs = self.find_links_of_sending(together);
        let own = needs.iter().flat_map(Needs::own_rates);
        let links = &self.scene.world.links;
        let rates = self.links.iter().map(|link| links[link.index()].rate);
        let rates: Vec<_> = rates.chain(own).collect();
        self.network.reset(&rates);
        needs
    }

    /// Adds a link to those of the group, unless it is one of them.
    pub(crate) fn add_link(&mut self, link: LinkId) {
        if self.local_link[link.index()] == NONE {
            self.local_link[link.index()] = self.links.len() as u32;
            self.links.push(link);
        }
    }

    /// Makes a job of every machine × advertisement and schedules the poll
    /// that brings it.
    ///
    /// Jobs lie in memory in the order in which their machines poll: what happens at
    /// about the same time is close together, and the events of a large group find
    /// much of what they need in the cache.
    pub(crate) fn find_jobs(&mut self, polls: &mut PollOrder) {
        let world = self.scene.world;
        let rows = self.scene.records.make_room();
        self.scene.jobs.make_room(rows);
        self.scene.by_phase(polls);
        // They lie anywhere in memory: some are read at a time, so that the waits overlap.
        let mut next = Vec::with_capacity(AHEAD);
        for order in polls.order.chunks(AHEAD) {
            next.extend(order.iter().map(|(_, at)| {
                let member = polls.members[*at as usize];
                (member, world.fleet.machines[member.position as usize])
            }));
            for (member, machine) in next.drain(..) {
                self.find_jobs_of(&member, &machine);
            }
        }
        polls.clear();
    }

    /// Makes the jobs of the machine that polls next.
    fn find_jobs_of(&mut self, member: &Member, machine: &Machine) {
        let world = self.scene.world;
        let Member { slot, position, .. } = *member;
        let site = self.scene.places[slot as usize].site;
        let start = world.fleet.by_site[site.index()].start as usize;
        let row = machine.first_job - world.fleet.machines[start].first_job;
        let targets = world.targets(machine);
        let host = self.scene.host(targets.len());
        for (at, &advertisement) in targets.iter().enumerate() {
            let program = world.advertisements[advertisement.index()].program;
            let first = self.scene.plan.chains[program.index()][0];
            let job = Job::new(
                machine,
                position,
                (advertisement, first),
                slot,
                host,
                (member.user, member.administrator),
            );
            let id = self.scene.jobs.push(job);
            self.scene.records.add(slot as usize, row as usize + at);
            self.expect_end(id);
            if self.rollouts.enlist(world, id, machine, at) {
                continue;
            }
            let available = clocks::available(&self.scene, id);
            self.schedule_poll(id, member.offset, available);
        }
    }

    /// The first poll of a job at or after `at`, of a machine that polls at
    /// `offset` of its interval.
    pub(crate) fn schedule_poll(&mut self, id: JobId, offset: u64, at: Instant) {
        let interval = self.scene.profile(id).poll_interval.0.max(1);
        let polls = at.0.saturating_sub(offset).div_ceil(interval);
        self.schedule(id, Kind::Poll, Instant(offset + polls * interval));
    }

    /// The first poll at or after `at` of a job whose offset is not at hand.
    pub(crate) fn schedule_first_poll(&mut self, id: JobId, at: Instant) {
        let draws = self.scene.draws.setup(self.scene.jobs[id].key);
        let offset = poll_offset(self.scene.world, self.scene.jobs[id].machine, &draws);
        self.schedule_poll(id, offset, at);
    }
}

#[cfg(test)]
mod tests {
    use super::{Member, PollOrder};
    use proptest::prelude::*;

    /// The places of members with these phases, in the order of their polls.
    fn ordered(polls: &mut PollOrder, phases: &[f64]) -> Vec<u32> {
        polls.members.extend(phases.iter().map(|phase| Member {
            offset: 0,
            phase: *phase,
            slot: 0,
            position: 0,
            user: None,
            administrator: false,
        }));
        polls.ascend();
        let order = polls.order.iter().map(|(_, at)| *at).collect();
        polls.clear();
        order
    }

    proptest! {
        #[test]
        fn members_come_by_phase_and_then_by_position(
            groups in prop::collection::vec(prop::collection::vec(
                prop_oneof![0.0..1.0, 0.5..0.500_001, Just(0.25), 0.0..3.0], 0..200), 1..3)
        ) {
            let mut polls = PollOrder::default();
            for phases in groups {
                let mut expected: Vec<u32> = (0..phases.len() as u32).collect();
                expected
                    .sort_by(|a, b| f64::total_cmp(&phases[*a as usize], &phases[*b as usize]));
                prop_assert_eq!(ordered(&mut polls, &phases), expected);
            }
        }
    }
}
