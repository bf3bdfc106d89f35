//! One group of machines in simulated time: the state, the event loop, and the
//! small steps that every handler needs.
//!
//! The handlers themselves are in `policy` (learning of an advertisement),
//! `content` (distribution points), `run` (conditions, execution, shares, the
//! program) and `retry`.

use super::Watch;
use super::accounts::{Ledger, poll_offset};
use super::again::{AGAIN, Repeats};
use super::agenda::Agenda;
use super::aside::Asides;
use super::behaviour::{Behaviour, behaviour};
use super::bits::Throttles;
use super::changes::Disorder;
use super::control::Rollouts;
use super::controllers;
use super::credentials::OpenAs;
use super::draws::ModelDraws;
use super::job::{BACKGROUND, Job, Kind, NONE, Phase};
use super::journal::{Entry, Journal};
use super::plan::{Group, Plan};
use super::points::Points;
use super::presence::{Presence, Spell};
use super::reports::{MESSAGE, Reports};
use super::roaming::{Away, may_turn_to};
use super::sessions::Crowd;
use super::start::Calendar;
use super::tally::Tally;
use super::token_race::TokenWrites;
use super::traffic::Paths;
use crate::access::{Client, Standing, User, View};
use crate::engine::{AnyList, ClassId, Event, EventList, Method, Network, Station};
use crate::outcome::{Cause, Ending, Outcome, ReportState, Step};
use crate::results::ServerRole;
use crate::units::{Instant, Rate, Size};
use crate::world::{
    Advertisement, AdvertisementId, ClientKind, DomainId, Machine, NO_OVERRIDE, PackageId, Profile,
    Program, ProgramId, ServerId, SiteId, World,
};
use std::sync::atomic::Ordering;

/// The run was stopped from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("interrupted")]
pub struct Interrupted;

/// So many events are looked at ahead, for what they will read.
const AHEAD: usize = 8;

/// The records of so many jobs stay in the cache of a processor anyway.
const IN_CACHE: usize = 4096;

/// Memory that a thread keeps from group to group.
pub(crate) struct Workspace {
    list: AnyList,
    network: Network,
    jobs: Vec<Job>,
    hosts: Vec<Host>,
    done: Vec<u32>,
    route: Vec<crate::world::LinkId>,
    /// Position of each link in the present group's network, `NONE` outside.
    local_link: Vec<u32>,
}

impl Workspace {
    pub(crate) fn new(world: &World, method: Method) -> Self {
        Self {
            list: method.list(),
            network: method.network(),
            jobs: Vec::new(),
            hosts: Vec::new(),
            done: Vec::new(),
            route: Vec::new(),
            local_link: vec![NONE; world.links.len()],
        }
    }
}

/// What a machine's jobs share.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Host {
    /// The first of its jobs; the others follow.
    pub(crate) first_job: u32,
    /// How many it has.
    pub(crate) jobs: u32,
    /// The job that runs a program; `NONE` if none does.
    pub(crate) running: u32,
    /// The line of jobs that wait for it.
    pub(crate) line_head: u32,
    pub(crate) line_tail: u32,
}

/// What the machines of a site have in common, worked out when first needed.
pub(crate) struct Place<'o> {
    pub(crate) site: SiteId,
    /// By how much local time here is ahead, microseconds.
    pub(crate) time_zone: i64,
    /// The site's records, machine by machine.
    records: &'o mut [Outcome],
    points: Vec<Located>,
    classes: Vec<(ServerId, Rate, ClassId)>,
    controllers: Vec<(DomainId, Vec<ServerId>)>,
}

/// Where machines of one kind find a package, as they are told at a site.
struct Located {
    kind: ClientKind,
    package: PackageId,
    points: Option<Points>,
    /// The count of changes of content for which `points` is true.
    epoch: u32,
    /// When something changes next for these machines, if that is not past.
    next_change: Instant,
}

/// The simulation of one group.
pub(crate) struct Simulation<'w, 'o, J> {
    pub(crate) world: &'w World,
    pub(crate) plan: &'w Plan,
    pub(crate) draws: &'w ModelDraws,
    pub(crate) presence: Presence<'w>,
    pub(crate) calendar: Calendar,
    pub(crate) standing: Standing,
    /// Accounts in motion.
    pub(crate) ledger: Ledger<'w>,
    pub(crate) now: Instant,
    list: AnyList,
    pub(crate) network: Network,
    links: Vec<crate::world::LinkId>,
    local_link: Vec<u32>,
    route: Vec<crate::world::LinkId>,
    pub(crate) jobs: Vec<Job>,
    pub(crate) asides: Asides,
    pub(crate) hosts: Vec<Host>,
    pub(crate) places: Vec<Place<'o>>,
    stations: Vec<(ServerId, Station)>,
    pub(crate) open_as: OpenAs,
    pub(crate) away: Away,
    pub(crate) token_writes: TokenWrites,
    pub(crate) crowds: Vec<(ServerId, ServerRole, Crowd)>,
    pub(crate) agenda: &'w Agenda,
    /// How many changes of the agenda have been applied.
    pub(crate) changes_seen: usize,
    pub(crate) disorder: Disorder,
    pub(crate) rollouts: Rollouts<'w>,
    /// Jobs that begin again.
    pub(crate) repeats: Repeats,
    /// Policies for background transfers.
    pub(crate) throttles: Throttles,
    /// What has been reported, where reports take time.
    pub(crate) reports: Reports,
    /// Links between machines and their management point or client access
    /// point, where their bytes are counted.
    pub(crate) paths: Paths,
    pub(crate) tally: &'o mut Tally,
    pub(crate) journal: &'o mut J,
    /// What one try asked of servers and shares, to be counted again for every
    /// try that ends alike.
    pub(crate) touches: Vec<super::retry::Touch>,
    hash: u64,
    /// Final reports so far.
    pub(crate) reported: u64,
}

impl<'w, 'o, J: Journal> Simulation<'w, 'o, J> {
    /// Sets up `group`; `records` are the outcomes of its sites, in order.
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn new(
        world: &'w World,
        plan: &'w Plan,
        draws: &'w ModelDraws,
        group: &'w Group,
        records: Vec<&'o mut [Outcome]>,
        workspace: &mut Workspace,
        tally: &'o mut Tally,
        journal: &'o mut J,
    ) -> Self {
        let places = group
            .sites
            .iter()
            .zip(records)
            .map(|(site, records)| Place {
                site: *site,
                time_zone: world.sites[site.index()].time_zone,
                records,
                points: Vec::new(),
                classes: Vec::new(),
                controllers: Vec::new(),
            })
            .collect();
        let mut simulation = Self {
            world,
            plan,
            draws,
            presence: Presence::new(world, draws),
            calendar: Calendar::new(world),
            standing: Standing::of(world),
            ledger: Ledger::new(world, draws, &group.sites),
            now: Instant::START,
            list: std::mem::take(&mut workspace.list),
            network: std::mem::take(&mut workspace.network),
            links: Vec::new(),
            local_link: std::mem::take(&mut workspace.local_link),
            route: std::mem::take(&mut workspace.route),
            jobs: std::mem::take(&mut workspace.jobs),
            asides: Asides::new(),
            hosts: std::mem::take(&mut workspace.hosts),
            places,
            stations: Vec::new(),
            open_as: OpenAs::new(),
            away: Away::new(world),
            token_writes: TokenWrites::default(),
            crowds: Vec::new(),
            agenda: &group.agenda,
            changes_seen: 0,
            disorder: Disorder::at_start(&group.agenda),
            rollouts: Rollouts::new(),
            repeats: Repeats::default(),
            throttles: Throttles::new(world),
            reports: Reports::default(),
            paths: Paths::default(),
            tally,
            journal,
            touches: Vec::new(),
            hash: 0,
            reported: 0,
        };
        simulation.find_links();
        simulation.find_jobs();
        simulation.reports = Reports::new(world, simulation.jobs.len());
        simulation.find_pollers();
        simulation.settle_rollouts();
        simulation
    }

    /// The links that the group's sites can use: those on the way from any
    /// server they may turn to.
    fn find_links(&mut self) {
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
    fn find_jobs(&mut self) {
        let world = self.world;
        for slot in 0..self.places.len() {
            let range = world.fleet.by_site[self.places[slot].site.index()].clone();
            let mut record = 0;
            for position in range {
                let machine = &world.fleet.machines[position as usize];
                let targets = world.targets(machine);
                if targets.is_empty() {
                    continue;
                }
                let host = self.host(targets.len());
                let (offset, user, administrator) = self.set_up(position, machine);
                for (at, advertisement) in targets.iter().enumerate() {
                    let job = Job::new(
                        machine,
                        position,
                        *advertisement,
                        slot as u32,
                        record,
                        host,
                        user,
                        administrator,
                    );
                    let id = self.jobs.len() as u32;
                    self.jobs.push(job);
                    record += 1;
                    if self.rollouts.enlist(world, id, machine, at) {
                        continue;
                    }
                    let available = self.available(id);
                    self.schedule_poll(id, offset, available);
                }
            }
        }
    }

    /// A host for the machine whose jobs come next; a single job has its
    /// machine to itself and needs none.
    fn host(&mut self, jobs: usize) -> u32 {
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
    fn schedule_poll(&mut self, id: u32, offset: u64, at: Instant) {
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
    fn set_up(&self, position: u32, machine: &Machine) -> (u64, Option<User>, bool) {
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

    /// Runs to the horizon and hands the memory back.
    pub(crate) fn run(
        mut self,
        workspace: &mut Workspace,
        watch: &Watch,
    ) -> Result<(), Interrupted> {
        // Within a group it is asked now and then; many a group is over before.
        if watch.stop.load(Ordering::Relaxed) {
            return Err(Interrupted);
        }
        let horizon = Instant(self.world.horizon.0);
        let mut done = std::mem::take(&mut workspace.done);
        let (mut events, mut turns, mut told) = (0u64, 0u32, 0u64);
        let mut popped = 0usize;
        loop {
            let transfers = self.network.next();
            let next = self.list.peek_time().unwrap_or(Instant::NEVER);
            let change = self.next_change();
            let at = transfers.min(next).min(change);
            if at > horizon || !at.is_some() {
                break;
            }
            self.now = at;
            events += 1;
            turns = turns.wrapping_add(1);
            if turns.is_multiple_of(0x1_0000) {
                told = self.tell(watch, told)?;
            }
            // Among events of one instant changes come first, then ends of
            // transfers.
            if change == at {
                self.apply_changes();
            } else if transfers <= next {
                done.clear();
                self.network.finish(at, &mut done);
                events += done.len() as u64 - 1;
                for job in done.drain(..) {
                    self.hash_event(0, job);
                    self.transfer_ended(job);
                }
            } else if let Some(event) = self.list.pop() {
                if popped.is_multiple_of(AHEAD) {
                    self.fetch_ahead();
                }
                popped += 1;
                self.dispatch(event);
            }
        }
        self.close(horizon);
        // Whoever has not reported has come to its end with the horizon.
        watch.done.fetch_add(
            (self.jobs.len() as u64).saturating_sub(told),
            Ordering::Relaxed,
        );
        self.tally.events += events;
        self.tally.fingerprint = self.tally.fingerprint.wrapping_add(self.hash);
        workspace.done = done;
        self.give_back(workspace);
        Ok(())
    }

    /// Reads what the events about to come will read, all of it at once, so that
    /// the waits for memory overlap: a fifth of the time of a single large
    /// group.
    fn fetch_ahead(&self) {
        if self.jobs.len() < IN_CACHE {
            return;
        }
        let mut sum = 0;
        for event in self.list.upcoming().take(AHEAD) {
            // The events of no job have other entities.
            if let Some(job) = self.jobs.get(event.entity as usize) {
                let record = &self.places[job.slot as usize].records[job.record as usize];
                sum ^= job.key ^ u64::from(job.phase as u8) ^ record.policy.0 ^ record.state as u64;
            }
        }
        std::hint::black_box(sum);
    }

    /// Tells how far the group has come, of which `told` is known already, and
    /// asks whether to go on.
    fn tell(&self, watch: &Watch, told: u64) -> Result<u64, Interrupted> {
        if watch.stop.load(Ordering::Relaxed) {
            return Err(Interrupted);
        }
        let reported = self.reported.min(self.jobs.len() as u64);
        watch.done.fetch_add(reported - told, Ordering::Relaxed);
        watch.now.store(self.now.0, Ordering::Relaxed);
        Ok(reported)
    }

    fn dispatch(&mut self, event: Event) {
        let id = event.entity;
        if event.rank == BACKGROUND {
            return self.background_look(id);
        }
        if event.rank == AGAIN {
            return self.begin_again(id);
        }
        if event.rank == MESSAGE {
            return self.send_again(id);
        }
        if event.rank == Kind::Evaluation as u8 {
            return self.evaluate(AdvertisementId(id));
        }
        if event.rank == Kind::Detected as u8 {
            // It comes whatever the job does meanwhile.
            self.hash_event(event.rank, id);
            return self.detected(id);
        }
        if self.jobs[id as usize].serial & 0xFF_FFFF != event.serial {
            return;
        }
        self.hash_event(event.rank, id);
        let kind = Kind::of(event.rank);
        if matches!(kind, Kind::Poll | Kind::Wake | Kind::Retry)
            && self.postpone_while_off(id, kind)
        {
            return;
        }
        match (kind, self.jobs[id as usize].phase) {
            (Kind::Poll, _) => self.poll(id),
            (Kind::Answered, Phase::Asking) => self.learn(id),
            (Kind::Answered, Phase::Locating) => self.points_answered(id),
            (Kind::Answered, _) => self.logon_answered(id),
            (Kind::RunEnd, _) => self.run_ended(id),
            (Kind::Restarted, _) => self.restarted(id),
            (Kind::Off, _) => self.went_off(id),
            (Kind::Wake | Kind::Retry, _) => self.proceed(id),
            // Dispatched above.
            (Kind::Detected | Kind::Evaluation, _) => {}
        }
    }

    /// Whether the machine is off; what it should do now it will do when it is
    /// on again.
    fn postpone_while_off(&mut self, id: u32, kind: Kind) -> bool {
        let on = self.machine_on(id);
        if on.holds {
            return false;
        }
        self.note(id, || Entry::Off(on.until));
        let record = self.record(id);
        if record.ending == Ending::Unaware || record.ending == Ending::Waiting {
            record.cause = Cause::MachineOff;
        }
        let again = self.missed_start(id, kind, on.until);
        self.schedule(id, kind, again);
        true
    }

    /// Folds an event into the group's hash, by names and times, not by
    /// positions, so that the hash says what happened and not how it was
    /// stored.
    pub(crate) fn hash_event(&mut self, rank: u8, id: u32) {
        let key = self.jobs[id as usize].key;
        self.hash_word(key ^ self.now.0.rotate_left(20) ^ u64::from(rank) << 56);
    }

    pub(crate) fn hash_word(&mut self, word: u64) {
        self.hash = (self.hash ^ word)
            .wrapping_mul(0x2127_599B_F432_5C37)
            .rotate_left(29);
    }

    /// Books what is still on its way at the horizon.
    fn close(&mut self, horizon: Instant) {
        self.now = horizon;
        for id in 0..self.jobs.len() as u32 {
            self.horizon_reached(id);
        }
        self.close_rollouts();
        self.close_reports();
        self.network.settle(horizon);
        for (local, link) in self.links.iter().enumerate() {
            self.tally.link(*link, self.network.usage(local as u32));
        }
    }

    fn give_back(self, workspace: &mut Workspace) {
        let Self {
            mut list,
            network,
            mut jobs,
            mut hosts,
            links,
            mut local_link,
            route,
            ..
        } = self;
        for link in links {
            local_link[link.index()] = NONE;
        }
        list.clear();
        jobs.clear();
        hosts.clear();
        workspace.list = list;
        workspace.network = network;
        workspace.jobs = jobs;
        workspace.hosts = hosts;
        workspace.local_link = local_link;
        workspace.route = route;
    }

    // The small steps.

    pub(crate) fn job(&mut self, id: u32) -> &mut Job {
        &mut self.jobs[id as usize]
    }

    /// The position of a link of this group in its network.
    pub(crate) fn local_link(&self, link: crate::world::LinkId) -> u32 {
        self.local_link[link.index()]
    }

    pub(crate) fn machine(&self, id: u32) -> &'w Machine {
        let world: &'w World = self.world;
        &world.fleet.machines[self.jobs[id as usize].machine as usize]
    }

    pub(crate) fn profile(&self, id: u32) -> &'w Profile {
        let world: &'w World = self.world;
        &world.fleet.profiles[self.jobs[id as usize].profile.index()]
    }

    pub(crate) fn behaviour(&self, id: u32) -> &'static dyn Behaviour {
        behaviour(self.profile(id).client)
    }

    pub(crate) fn advertisement(&self, id: u32) -> &'w Advertisement {
        let world: &'w World = self.world;
        &world.advertisements[self.jobs[id as usize].advertisement.index()]
    }

    /// The program of the chain that is to run now.
    pub(crate) fn program_id(&self, id: u32) -> ProgramId {
        let chain = &self.plan.chains[self.advertisement(id).program.index()];
        chain[self.jobs[id as usize].stage as usize]
    }

    pub(crate) fn program(&self, id: u32) -> &'w Program {
        let world: &'w World = self.world;
        &world.programs[self.program_id(id).index()]
    }

    /// A value of this machine alone, if the inventory has one.
    pub(crate) fn own(&self, id: u32, column: &'w [u64]) -> Option<u64> {
        let machine = self.jobs[id as usize].machine as usize;
        column
            .get(machine)
            .copied()
            .filter(|value| *value != NO_OVERRIDE)
    }

    pub(crate) fn site(&self, id: u32) -> SiteId {
        self.places[self.jobs[id as usize].slot as usize].site
    }

    pub(crate) fn record(&mut self, id: u32) -> &mut Outcome {
        let job = &self.jobs[id as usize];
        &mut self.places[job.slot as usize].records[job.record as usize]
    }

    pub(crate) fn view(&self) -> View<'_> {
        View {
            world: self.world,
            standing: &self.standing,
        }
    }

    pub(crate) fn client(&self, id: u32) -> Client<'w> {
        let profile = self.profile(id);
        Client {
            kind: profile.client,
            role: profile.role,
            domain: profile.domain,
            user: self.jobs[id as usize].user,
            accounts: self.accounts_of(id),
        }
    }

    /// Whether a job's machine is on, and until when.
    pub(crate) fn machine_on(&self, id: u32) -> Spell {
        self.presence.ahead(self.time_zone(id)).machine(
            self.jobs[id as usize].key,
            self.profile(id),
            self.now,
        )
    }

    /// Looks whether a user is logged on, and until when.
    pub(crate) fn look_for_user(&mut self, id: u32) -> Spell {
        let spell = self.user_at(id, self.now);
        let job = &mut self.jobs[id as usize];
        job.user = spell.holds.then_some(User {
            administrator: job.administrator,
        });
        spell
    }

    /// Whether a user is logged on at `at`, and until when.
    pub(crate) fn user_at(&self, id: u32, at: Instant) -> Spell {
        let profile = self.profile(id);
        match &profile.sessions {
            Some(pattern) => self.presence.ahead(self.time_zone(id)).user(
                pattern,
                self.jobs[id as usize].key,
                profile,
                at,
            ),
            None => Spell {
                holds: self.jobs[id as usize].user.is_some(),
                until: Instant::NEVER,
            },
        }
    }

    /// The next event of a job; the one scheduled before, if any, is stale.
    ///
    /// Whatever a job waits for, it looks again when its advertisement expires.
    pub(crate) fn schedule(&mut self, id: u32, kind: Kind, at: Instant) {
        let expires = self.expires(id);
        let at = match kind {
            Kind::Wake | Kind::Retry if self.now < expires => at.min(expires),
            _ => at,
        };
        let job = &mut self.jobs[id as usize];
        job.serial = job.serial.wrapping_add(1);
        if at.0 <= self.world.horizon.0 {
            self.list.push(Event {
                time: at,
                rank: kind as u8,
                entity: id,
                serial: job.serial & 0xFF_FFFF,
            });
        }
    }

    /// An event that nothing makes stale.
    pub(crate) fn push_background(&mut self, at: Instant, rank: u8, entity: u32) {
        if at.0 <= self.world.horizon.0 {
            self.list.push(Event {
                time: at,
                rank,
                entity,
                serial: 0,
            });
        }
    }

    pub(crate) fn push(&mut self, event: Event) {
        self.list.push(event);
    }

    /// Enters a report state now.
    pub(crate) fn enter(&mut self, id: u32, state: ReportState) {
        self.enter_at(id, self.now, state);
    }

    /// Enters a report state at `at`.
    pub(crate) fn enter_at(&mut self, id: u32, at: Instant, state: ReportState) {
        let advertisement = self.jobs[id as usize].advertisement.index();
        let record = self.record(id);
        let before = record.state;
        record.state = state;
        self.tally.timeline.change(advertisement, at, before, state);
    }

    /// Raises a status message.
    pub(crate) fn raise(&mut self, id: u32, message: u16) {
        self.raise_at(id, self.now, message);
    }

    /// Raises a status message at `at`.
    pub(crate) fn raise_at(&mut self, id: u32, at: Instant, message: u16) {
        self.record(id).status_message = message;
        self.note(id, || Entry::Status(message));
        if self.reports.are_followed() {
            self.say(id, at, message);
        }
    }

    /// Says where a job stands, should the horizon come now.
    pub(crate) fn stand(&mut self, id: u32, ending: Ending, step: Step, cause: Cause) {
        let record = self.record(id);
        record.ending = ending;
        record.step = step;
        record.cause = cause;
    }

    pub(crate) fn note(&mut self, id: u32, entry: impl FnOnce() -> Entry) {
        let job = &self.jobs[id as usize];
        if self.journal.listens(job.machine) {
            self.journal.note(self.now, job.advertisement, entry());
        }
    }

    /// The points that may serve `package` to a job, and a copy of none of
    /// them: the list is worked out once per site and client kind.
    pub(crate) fn points(&mut self, id: u32, package: PackageId) -> Result<&Points, Cause> {
        let kind = self.profile(id).client;
        let (plan, world, now) = (self.plan, self.world, self.now);
        let none = || behaviour(kind).without_points(plan.holders(world, package, now));
        if let Some(at) = self.points_away(id, package) {
            return self.away.points(at).ok_or_else(none);
        }
        let at = self.located(id, package);
        let slot = self.jobs[id as usize].slot as usize;
        let points = &self.places[slot].points[at].points;
        points.as_ref().ok_or_else(none)
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
    fn located(&mut self, id: u32, package: PackageId) -> usize {
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
        let (mut tier, last) = (job.tier, job.point);
        let package = self.program(id).package;
        // The order is that of the try that has just been counted.
        let tries = self.record(id).attempts - 1;
        let draws = self.draws;
        let draw = || draws.points(key, advertisement, tries).bits(0);
        let point = self.points(id, package).ok()?.next(&mut tier, last, draw);
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
        let off = self.machine_on(id).until.min(self.whereabouts(id).until);
        if off.is_some() {
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
                .push((domain, controllers::nearest(self.world, domain, place.site)));
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
        let at = self
            .stations
            .iter()
            .position(|(s, _)| *s == server)
            .unwrap_or_else(|| {
                self.stations
                    .push((server, Station::new(spec.servers, spec.patience)));
                self.stations.len() - 1
            });
        let visit = self.stations[at].1.request(now, spec.service);
        self.count_crowd(server, role, visit);
        match visit {
            crate::engine::Visit::Served { start, end } => {
                self.tally.server(server, role).wait(start - now);
                Ok(end)
            }
            crate::engine::Visit::GivesUp { at } => {
                self.tally.server(server, role).time_out();
                Err(at)
            }
        }
    }
}
