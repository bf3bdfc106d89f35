//! One group of machines in simulated time: the state and the event loop.
//!
//! The handlers are in `policy` (learning of an advertisement), `content`
//! (distribution points), `connection` (accounts), `execution` (the account,
//! shares, the program) and `retry`; `setup` makes the jobs, and `job_steps` has
//! the small steps that all need.

use crate::access::Standing;
use crate::client::points::Points;
use crate::division::{Agenda, Group, Plan};
use crate::engine::{AnyList, ClassId, Event, EventList, Method, Network, Station};
use crate::model::Watch;
use crate::model::counters::Tally;
use crate::model::draws::ModelDraws;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::fallback::Searches;
use crate::model::rules::recurrence::Repeats;
use crate::model::rules::start_times::Calendar;
use crate::model::rules::supersedence::Software;
use crate::model::surroundings::accounts::Ledger;
use crate::model::surroundings::bits_throttling::Throttles;
use crate::model::surroundings::client_traffic::Paths;
use crate::model::surroundings::faults::Disorder;
use crate::model::surroundings::peers::Peers;
use crate::model::surroundings::presence::Presence;
use crate::model::surroundings::reports::Reports;
use crate::model::surroundings::roaming::Away;
use crate::model::surroundings::session_credentials::OpenAs;
use crate::model::surroundings::sessions::Crowd;
use crate::model::surroundings::token_race::TokenWrites;
use crate::model::way::events::{Happening, JobId, Kind};
use crate::model::way::job::{Job, NONE, Phase};
use crate::model::way::rare_job_state::Asides;
use crate::model::way::records::Sheet;
use crate::model::way::rollouts::Rollouts;
use crate::outcome::{Cause, Ending};
use crate::units::{Instant, Rate};
use crate::world::{ClientKind, DomainId, PackageId, ServerId, ServerRole, SiteId, World};
use std::collections::HashMap;
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
    pub(crate) list: AnyList,
    pub(crate) network: Network,
    pub(crate) jobs: Vec<Job>,
    pub(crate) hosts: Vec<Host>,
    pub(crate) done: Vec<u32>,
    pub(crate) route: Vec<crate::world::LinkId>,
    /// Position of each link in the present group's network, `NONE` outside.
    pub(crate) local_link: Vec<u32>,
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
pub(crate) struct Place {
    pub(crate) site: SiteId,
    /// By how much local time here is ahead, microseconds.
    pub(crate) time_zone: i64,
    pub(crate) points: Vec<Located>,
    pub(crate) classes: Vec<(ServerId, Rate, ClassId)>,
    pub(crate) controllers: Vec<(DomainId, Vec<ServerId>)>,
}

/// Where machines of one kind find a package, as they are told at a site.
pub(crate) struct Located {
    pub(crate) kind: ClientKind,
    pub(crate) package: PackageId,
    pub(crate) points: Option<Points>,
    /// The count of changes of content for which `points` is true.
    pub(crate) epoch: u32,
    /// When something changes next for these machines, if that is not past.
    pub(crate) next_change: Instant,
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
    pub(crate) list: AnyList,
    pub(crate) network: Network,
    pub(crate) links: Vec<crate::world::LinkId>,
    pub(crate) local_link: Vec<u32>,
    pub(crate) route: Vec<crate::world::LinkId>,
    pub(crate) jobs: Vec<Job>,
    pub(crate) sheet: Sheet<'o>,
    pub(crate) asides: Asides,
    pub(crate) hosts: Vec<Host>,
    pub(crate) places: Vec<Place>,
    pub(crate) stations: HashMap<ServerId, Station>,
    pub(crate) open_as: OpenAs,
    pub(crate) away: Away,
    /// Jobs that look for content by more than one round of points.
    pub(crate) searches: Searches,
    pub(crate) token_writes: TokenWrites,
    pub(crate) crowds: HashMap<(ServerId, ServerRole), Crowd>,
    pub(crate) agenda: &'w Agenda,
    /// How many changes of the agenda have been applied.
    pub(crate) changes_seen: usize,
    pub(crate) disorder: Disorder,
    pub(crate) rollouts: Rollouts<'w>,
    /// Jobs that begin again.
    pub(crate) repeats: Repeats,
    /// What is on machines, where programs take the place of others.
    pub(crate) software: Software,
    /// Policies for background transfers.
    pub(crate) throttles: Throttles,
    /// Machines that give content to others.
    pub(crate) peers: Peers,
    /// What has been reported, where reports take time.
    pub(crate) reports: Reports,
    /// Links between machines and their management point or client access
    /// point, where their bytes are counted.
    pub(crate) paths: Paths,
    pub(crate) tally: &'o mut Tally,
    pub(crate) journal: &'o mut J,
    /// What one try asked of servers and shares, to be counted again for every
    /// try that ends alike.
    pub(crate) touches: Vec<crate::model::way::retry::Touch>,
    pub(crate) hash: u64,
    /// Final reports so far.
    pub(crate) reported: u64,
}

impl<'w, 'o, J: Journal> Simulation<'w, 'o, J> {
    /// Sets up `group`, whose outcomes go to `sheet`.
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn new(
        world: &'w World,
        plan: &'w Plan,
        draws: &'w ModelDraws,
        group: &'w Group,
        sheet: Sheet<'o>,
        workspace: &mut Workspace,
        tally: &'o mut Tally,
        journal: &'o mut J,
    ) -> Self {
        let places = group
            .sites
            .iter()
            .map(|site| Place {
                site: *site,
                time_zone: world.sites[site.index()].time_zone,
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
            sheet,
            asides: Asides::new(),
            hosts: std::mem::take(&mut workspace.hosts),
            places,
            stations: HashMap::new(),
            open_as: OpenAs::new(),
            away: Away::new(plan),
            searches: Searches::new(world, &group.sites),
            token_writes: TokenWrites::default(),
            crowds: HashMap::new(),
            agenda: &group.agenda,
            changes_seen: 0,
            disorder: Disorder::at_start(&group.agenda),
            rollouts: Rollouts::new(),
            repeats: Repeats::default(),
            software: Software::new(world),
            throttles: Throttles::new(world),
            peers: Peers::new(world, &group.sites),
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
            if !at.is_some() || !self.world.covers(at) {
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
                    self.hash_rank(0, job);
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

    /// Reads what the events and ends of transfers about to come will read, all of
    /// it at once, so that the waits for memory overlap.
    fn fetch_ahead(&self) {
        if self.jobs.len() < IN_CACHE {
            return;
        }
        let mut sum = 0;
        let events = self.list.upcoming().take(AHEAD).map(|event| event.entity);
        for id in events.chain(self.network.upcoming().take(AHEAD)) {
            // The events of no job have other entities.
            if let Some(job) = self.jobs.get(id as usize) {
                let record = &self.sheet.records[id as usize];
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
        let Some(happening) = Happening::of(&event) else {
            return;
        };
        match happening {
            Happening::Evaluation(id) => self.evaluate(id),
            Happening::RunEnd(JobId(id)) if self.is_due(&event) => self.run_ended(id),
            Happening::Restarted(JobId(id)) if self.is_due(&event) => self.restarted(id),
            Happening::Off(JobId(id)) if self.is_due(&event) => self.went_off(id),
            Happening::Answered(JobId(id)) if self.is_due(&event) => {
                match self.jobs[id as usize].phase {
                    Phase::Asking => self.learn(id),
                    Phase::Locating => self.points_answered(id),
                    _ => self.logon_answered(id),
                }
            }
            Happening::Poll(JobId(id)) if self.is_due(&event) => {
                if !self.postpone_while_off(id, Kind::Poll) {
                    self.poll(id);
                }
            }
            Happening::Wake(JobId(id)) if self.is_due(&event) => self.go_on(id, Kind::Wake),
            Happening::Retry(JobId(id)) if self.is_due(&event) => self.go_on(id, Kind::Retry),
            // These come whatever the job does meanwhile.
            Happening::Detected(JobId(id)) => {
                self.hash_event(Kind::Detected, id);
                self.detected(id);
            }
            Happening::Look(poller) => self.background_look(poller),
            Happening::Message(message) => self.send_again(message),
            Happening::Again(JobId(id)) => self.begin_again(id),
            Happening::Gone(JobId(id)) => self.finds_gone(id),
            Happening::Verify(JobId(id)) => self.verified(id),
            // Stale: the job has scheduled another event since.
            Happening::RunEnd(_)
            | Happening::Restarted(_)
            | Happening::Off(_)
            | Happening::Answered(_)
            | Happening::Poll(_)
            | Happening::Wake(_)
            | Happening::Retry(_) => {}
        }
    }

    /// Whether an event is the one that its job waits for, which is then taken
    /// into the hash, and not stale.
    fn is_due(&mut self, event: &Event) -> bool {
        let job = &self.jobs[event.entity as usize];
        if job.serial & Event::SERIAL_MASK != event.serial {
            return false;
        }
        self.hash_rank(event.rank, event.entity);
        true
    }

    /// A condition may hold, or something that failed is tried again.
    fn go_on(&mut self, id: u32, kind: Kind) {
        if self.postpone_while_off(id, kind) {
            return;
        }
        match self.jobs[id as usize].phase {
            Phase::HeldUp => self.look_again(id),
            _ => self.proceed(id),
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
        if self.jobs[id as usize].phase == Phase::HeldUp {
            self.stops_fetching(id);
        }
        let again = self.missed_start(id, kind, on.until);
        self.schedule(id, kind, again);
        true
    }

    /// Folds an event into the group's hash, by names and times, not by
    /// positions, so that the hash says what happened and not how it was
    /// stored.
    pub(crate) fn hash_event(&mut self, kind: Kind, id: u32) {
        self.hash_rank(kind as u8, id);
    }

    fn hash_rank(&mut self, rank: u8, id: u32) {
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
        self.close_repeats();
        self.close_peers();
        self.close_rollouts();
        self.close_reports();
        let usages = self.network.usages(horizon);
        for (link, usage) in self.links.iter().zip(usages) {
            self.tally.link(*link, usage);
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
}
