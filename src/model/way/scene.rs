//! What rules look at: the state of a group, and the lookups that all need.

use crate::access::{Client, Standing, View};
use crate::client::lists::Catalogue;
use crate::client::points::Points;
use crate::client::{Behaviour, behaviour};
use crate::division::{Agenda, Group, Plan};
use crate::engine::ClassId;
use crate::model::draws::ModelDraws;
use crate::model::ids::JobId;
use crate::model::rules::start_times::Calendar;
use crate::model::surroundings::accounts::{Ledger, logon};
use crate::model::surroundings::bits_throttling::Throttles;
use crate::model::surroundings::content_on_its_way::OnItsWay;
use crate::model::surroundings::faults::Disorder;
use crate::model::surroundings::history::History;
use crate::model::surroundings::link_rates::LinkRates;
use crate::model::surroundings::log_offs::LogOffs;
use crate::model::surroundings::machine_cache::{Joined, MachineCache};
use crate::model::surroundings::peers::Peers;
use crate::model::surroundings::possession::Possession;
use crate::model::surroundings::presence::Presence;
use crate::model::surroundings::repetitions::Repeats;
use crate::model::surroundings::reports::Reports;
use crate::model::surroundings::roaming::Away;
use crate::model::surroundings::searches::Searches;
use crate::model::surroundings::session_credentials::OpenAs;
use crate::model::surroundings::sessions::SharedSessions;
use crate::model::surroundings::software::Software;
use crate::model::surroundings::token_race::TokenWrites;
use crate::model::way::job::Jobs;
use crate::model::way::rare_job_state::RareStates;
use crate::model::way::records::GroupRecords;
use crate::model::way::simulation::Workspace;
use crate::outcome::{Giver, Outcome};
use crate::units::{Instant, Rate};
use crate::world::{
    Advertisement, Arrival, ClientKind, DomainId, Machine, MachineId, NO_OVERRIDE, PackageId,
    Profile, Program, ProgramId, ServerId, SiteId, World,
};

/// What a machine's jobs share.
#[derive(Debug, Clone)]
pub(crate) struct Host {
    /// The first of its jobs; the others follow.
    pub(crate) first_job: JobId,
    /// How many it has.
    pub(crate) jobs: u32,
    /// The job that runs a program; `NONE` if none does.
    pub(crate) running: Option<JobId>,
    /// The line of jobs that wait for it.
    pub(crate) line_head: Option<JobId>,
    pub(crate) line_tail: Option<JobId>,
    /// What is in its cache.
    pub(crate) cache: MachineCache,
}

/// What the machines of a site have in common, worked out when first needed.
pub(crate) struct Place {
    pub(crate) site: SiteId,
    /// By how much local time here is ahead, microseconds.
    pub(crate) time_zone: i64,
    /// By package and kind of client.
    pub(crate) points: Vec<Located>,
    /// By who gives what at which rate.
    pub(crate) classes: Vec<(Giver, Rate, ClassId)>,
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

/// What can be seen of a group: the world, the time, the jobs with their records, and
/// their surroundings. Rules look at it, and only the way changes it.
pub(crate) struct Scene<'w, 'o> {
    pub(crate) world: &'w World,
    pub(crate) plan: &'w Plan,
    pub(crate) draws: &'w ModelDraws,
    pub(crate) presence: Presence<'w>,
    pub(crate) calendar: Calendar,
    pub(crate) standing: Standing,
    /// Accounts in motion.
    pub(crate) ledger: Ledger<'w>,
    pub(crate) now: Instant,
    pub(crate) jobs: Jobs,
    pub(crate) records: GroupRecords<'o>,
    pub(crate) rare_states: RareStates,
    pub(crate) hosts: Vec<Host>,
    /// Jobs that have waited for content which another job of their machine has asked for,
    /// and which look again once the present event is over.
    pub(crate) called: Vec<Joined>,
    pub(crate) places: Vec<Place>,
    pub(crate) open_as: OpenAs,
    pub(crate) away: Away,
    /// Jobs that look for content by more than one round of points.
    pub(crate) searches: Searches,
    pub(crate) token_writes: TokenWrites,
    pub(crate) agenda: &'w Agenda,
    pub(crate) disorder: Disorder,
    /// Points of packages that many sites have in common.
    pub(crate) catalogue: Catalogue,
    /// Jobs that begin again.
    pub(crate) repeats: Repeats,
    /// Since when machines have what they were offered.
    pub(crate) possession: Possession,
    /// Sessions at servers of machines with several jobs.
    pub(crate) shared_sessions: SharedSessions,
    /// Users whom SMS has logged off.
    pub(crate) log_offs: LogOffs,
    /// What has been measured of links.
    pub(crate) link_rates: LinkRates,
    /// What is on machines, where programs take the place of others.
    pub(crate) software: Software,
    /// What programs have come to on machines.
    pub(crate) history: History,
    /// Policies for background transfers.
    pub(crate) throttles: Throttles,
    /// Machines that give content to others.
    pub(crate) peers: Peers,
    /// What has been reported, where reports take time.
    pub(crate) reports: Reports,
    /// Packages that are sent over links that machines of the group use.
    pub(crate) on_its_way: OnItsWay,
}

impl<'w, 'o> Scene<'w, 'o> {
    /// A group at the start, before its jobs are found.
    pub(crate) fn new(
        world: &'w World,
        plan: &'w Plan,
        draws: &'w ModelDraws,
        group: &'w Group,
        records: GroupRecords<'o>,
        workspace: &mut Workspace,
        known: &[Arrival],
    ) -> Self {
        let place = |site: &SiteId| Place {
            site: *site,
            time_zone: world.sites[site.index()].time_zone,
            points: Vec::new(),
            classes: Vec::new(),
            controllers: Vec::new(),
        };
        Self {
            world,
            plan,
            draws,
            presence: Presence::new(world, draws),
            calendar: Calendar::new(world),
            standing: Standing::of(world),
            ledger: Ledger::new(world, plan, draws, group),
            now: Instant::START,
            jobs: std::mem::take(&mut workspace.jobs),
            records,
            rare_states: RareStates::default(),
            hosts: std::mem::take(&mut workspace.hosts),
            called: Vec::new(),
            places: group.sites.iter().map(place).collect(),
            open_as: OpenAs::new(),
            away: Away::new(plan),
            searches: Searches::new(world, &group.sites),
            token_writes: TokenWrites::default(),
            agenda: &group.agenda,
            disorder: Disorder::at_start(&group.agenda),
            catalogue: Catalogue::with(&plan.library),
            repeats: Repeats::default(),
            possession: Possession::default(),
            shared_sessions: SharedSessions::default(),
            log_offs: LogOffs::default(),
            link_rates: LinkRates::default(),
            software: Software::new(world),
            history: History::default(),
            throttles: Throttles::new(world),
            peers: Peers::new(world, &group.sites),
            reports: Reports::default(),
            on_its_way: OnItsWay::at_start(world, group.together.as_deref(), known),
        }
    }
}

impl<'w> Scene<'w, '_> {
    /// The machine of a job.
    pub(crate) fn machine(&self, id: JobId) -> &'w Machine {
        let world: &'w World = self.world;
        &world.fleet.machines[self.jobs[id].machine as usize]
    }

    /// What a job's machine has in common with others.
    pub(crate) fn profile(&self, id: JobId) -> &'w Profile {
        let world: &'w World = self.world;
        &world.fleet.profiles[self.jobs[id].profile.index()]
    }

    /// The ways of the client of a job's machine.
    pub(crate) fn behaviour(&self, id: JobId) -> &'static dyn Behaviour {
        behaviour(self.profile(id).client)
    }

    /// The advertisement of a job.
    pub(crate) fn advertisement(&self, id: JobId) -> &'w Advertisement {
        let world: &'w World = self.world;
        &world.advertisements[self.jobs[id].advertisement.index()]
    }

    /// The program of the chain that is to run now.
    pub(crate) fn program_id(&self, id: JobId) -> ProgramId {
        self.jobs[id].program
    }

    /// The program of the chain that is to run now.
    pub(crate) fn program(&self, id: JobId) -> &'w Program {
        let world: &'w World = self.world;
        &world.programs[self.program_id(id).index()]
    }

    /// A value of this machine alone, if the inventory has one.
    pub(crate) fn own(&self, id: JobId, column: &'w [u64]) -> Option<u64> {
        let machine = self.jobs[id].machine as usize;
        column
            .get(machine)
            .copied()
            .filter(|value| *value != NO_OVERRIDE)
    }

    /// The own site of a job's machine, wherever the machine is.
    pub(crate) fn site(&self, id: JobId) -> SiteId {
        self.places[self.jobs[id].slot as usize].site
    }

    /// The server that hands the client of a job's machine its advertisements at its own
    /// site and takes its reports, if there is one.
    #[inline]
    pub(crate) fn contact(&self, id: JobId) -> Option<ServerId> {
        self.behaviour(id)
            .contact(&self.world.sites[self.site(id).index()])
    }

    /// What the rules of access see: the world, and how its accounts stand now.
    pub(crate) fn view(&self) -> View<'_> {
        View::new(self.world, &self.standing)
    }

    /// A job's machine as the rules of access see it, with the user of this moment.
    #[inline]
    pub(crate) fn client(&self, id: JobId) -> Client<'w> {
        let profile = self.profile(id);
        Client {
            kind: profile.client,
            role: profile.role,
            windows_9x: profile.windows_9x,
            token_account: profile.token_account,
            machine: MachineId(self.jobs[id].machine),
            domain: profile.domain,
            user_domain: Some(profile.user_domain),
            user_groups: &profile.user_groups,
            user: self.jobs[id].user,
            accounts: logon::accounts_of(self, id),
        }
    }

    /// The record of a job, to be read.
    pub(crate) fn record(&self, id: JobId) -> &Outcome {
        &self.records.of_jobs[id.index()]
    }
}
