//! What one replication leaves behind, before it becomes tables.

use super::{Held, Outcomes, ReportState, Traffic, named};
use crate::units::{Instant, Size, Span};
use crate::world::{
    AdvertisementId, Arrival, Link, LinkId, MachineId, Sent, ServerId, ServerRole, ShareId, SiteId,
    World,
};

/// One replication.
#[derive(Debug, Clone)]
pub struct Replication {
    /// Number, from 1.
    pub number: u32,
    /// One record per machine × advertisement.
    pub outcomes: Outcomes,
    /// States over time.
    pub timeline: Timeline,
    /// Use of links, server roles and shares, in the order of [`ResourceKey`].
    pub resources: Vec<ResourceUse>,
    /// What servers, shares and machines gave, by the hour.
    pub traffic: Traffic,
    /// What was decided about roll-outs, in order of time and advertisement.
    pub decisions: Vec<Decision>,
    /// What machines have taken from others, by row; empty where none give
    /// anything.
    pub from_peers: Vec<FromPeers>,
    /// Times in which machines had what they were offered and of which their rows do not
    /// tell, as a row is about the last time; ascending.
    pub held: Vec<Held>,
    /// By row, whether the machine was off for more than half of the time until it
    /// had ended with success, or until the horizon; empty where no machine can be
    /// off.
    pub kept_off: Vec<bool>,
    /// What was sent to distribution points, if some of it was over lines that
    /// machines used at the same time; `None` if it is as the world says.
    pub delivered: Option<Delivered>,
    /// Events that were processed.
    pub events: u64,
    /// Groups of machines that shared nothing with each other.
    pub groups: u32,
    /// Hash over all events of the run, the same for any number of threads.
    pub fingerprint: u64,
}

/// What was sent to distribution points in one replication.
#[derive(Debug, Clone)]
pub struct Delivered {
    /// When content came, as in [`crate::world::World::deliveries`].
    pub arrivals: Vec<Arrival>,
    /// What was sent and copied for it.
    pub sent: Sent,
}

/// What a machine has taken from other machines for one advertisement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FromPeers {
    /// Position among [`Replication::outcomes`].
    pub row: u32,
    /// Bytes of the package, among those downloaded.
    pub bytes: Size,
    /// The machine that gave last.
    pub from: MachineId,
}

named! {
    /// Which rule of a roll-out a decision follows from.
    DecisionRule {
        /// The first phase opens when the advertisement becomes available.
        Start = "start",
        /// The gate of a phase.
        Gate = "gate",
        /// The deadline of a phase.
        Deadline = "deadline",
        /// Stop rule on failures.
        Failed = "stop-on-failed",
        /// Stop rule on rejections.
        Rejected = "stop-on-rejected",
        /// Stop rule on missing reports.
        Overdue = "stop-on-overdue",
        /// Stop rule on all of these.
        Any = "stop-on-any",
        /// Stop rule of a phase on failures.
        PhaseFailed = "phase-stop-on-failed",
        /// Stop rule of a phase on rejections.
        PhaseRejected = "phase-stop-on-rejected",
        /// Stop rule of a phase on missing reports.
        PhaseOverdue = "phase-stop-on-overdue",
        /// Stop rule of a phase on all of these.
        PhaseAny = "phase-stop-on-any",
        /// Every machine of every phase has been offered the advertisement by the time
        /// of this look.
        Exhausted = "all-offered",
    }
}

named! {
    /// What a rule says to the figures.
    RuleVerdict {
        /// What it asks for is there.
        Met = "met",
        /// It is not.
        NotMet = "not-met",
        /// It cannot be told yet.
        Undecided = "undecided",
    }
}

named! {
    /// What was decided.
    Action {
        /// A phase opens.
        Open = "open-phase",
        /// The roll-out goes on as it is.
        GoOn = "go-on",
        /// The next phase has to wait.
        Wait = "wait",
        /// No offers for a time.
        Pause = "pause",
        /// Offers again.
        Resume = "resume",
        /// No offers any more.
        Abort = "abort",
        /// Nothing is left to decide.
        Complete = "complete",
    }
}

/// What was known when something was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// Machines: of the phase for its gate and its own stop rules, else of all
    /// phases.
    pub machines: u64,
    /// Those among them that it had been offered to.
    pub offered: u64,
    /// Those that had reported success.
    pub succeeded: u64,
    /// Those that had reported failure.
    pub failed: u64,
    /// Those that had reported a rejection.
    pub rejected: u64,
    /// Those that had reported success and were found broken since.
    pub broken: u64,
    /// Those without a final report for too long.
    pub overdue: u64,
}

impl Figures {
    /// Machines whose final report was in.
    pub const fn reported(&self) -> u64 {
        self.succeeded + self.failed + self.rejected + self.broken
    }
}

impl std::ops::Add for Figures {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            machines: self.machines + other.machines,
            offered: self.offered + other.offered,
            succeeded: self.succeeded + other.succeeded,
            failed: self.failed + other.failed,
            rejected: self.rejected + other.rejected,
            broken: self.broken + other.broken,
            overdue: self.overdue + other.overdue,
        }
    }
}

/// One decision about a roll-out: a row of `decisions.csv`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decision {
    /// When.
    pub at: Instant,
    /// About which advertisement.
    pub advertisement: AdvertisementId,
    /// Position of the phase: the one that opens or whose own stop rule it is,
    /// else the last one opened.
    pub phase: usize,
    /// By which rule.
    pub rule: DecisionRule,
    /// What the rule said.
    pub verdict: RuleVerdict,
    /// What was decided.
    pub action: Action,
    /// On what figures.
    pub figures: Figures,
    /// The share or count that the rule looked at, if there was one.
    pub measured: Option<f64>,
    /// The share or count that it asks for.
    pub threshold: Option<f64>,
}

/// Machines in each state over time, as changes per step.
#[derive(Debug, Clone)]
pub struct Timeline {
    /// Width of a step.
    pub step: Span,
    /// Steps that the horizon has, the last one possibly shorter.
    pub steps: usize,
    /// Entered minus left, at `(advertisement * steps + step) * 14 + state`.
    /// All machines are in [`ReportState::NoStatus`] before the first step.
    pub changes: Vec<i32>,
    /// The step of the last change, and when it began, microseconds.
    recent: (usize, u64),
}

impl Timeline {
    /// No machine has changed state yet.
    pub fn new(step: Span, horizon: Span, advertisements: usize) -> Self {
        let steps = horizon.0.div_ceil(step.0.max(1)).max(1) as usize;
        Self {
            step,
            steps,
            changes: vec![0; advertisements * steps * ReportState::ALL.len()],
            recent: (0, 0),
        }
    }

    /// Records that a machine went from one state to another at `now`. What falls on
    /// the end of a step has happened by then, at the horizon as at any other.
    pub fn change(
        &mut self,
        advertisement: usize,
        now: Instant,
        from: ReportState,
        to: ReportState,
    ) {
        if from != to {
            let step = self.step_of(now).min(self.steps - 1);
            let row = (advertisement * self.steps + step) * ReportState::ALL.len();
            self.changes[row + from as usize] -= 1;
            self.changes[row + to as usize] += 1;
        }
    }

    /// The step in which `at` lies or that ends at it. Most changes come in the step of
    /// the one before, which spares a division.
    fn step_of(&mut self, at: Instant) -> usize {
        let width = self.step.0.max(1);
        // The start itself belongs to the first step.
        let before = at.0.saturating_sub(1);
        if before.wrapping_sub(self.recent.1) >= width {
            let step = before / width;
            self.recent = (step as usize, step * width);
        }
        self.recent.0
    }

    /// Adds the changes of another group of machines.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.changes.iter_mut().zip(&other.changes) {
            *mine += theirs;
        }
    }
}

/// A resource: a row of `resources.csv` per replication.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ResourceKey {
    /// A link.
    Link(LinkId),
    /// A server in one role.
    Server(ServerId, ServerRole),
    /// A share that is not a distribution point.
    Share(ShareId),
    /// The machines at a site that give content to each other.
    Peers(SiteId),
}

impl ResourceKey {
    /// Every resource of a scenario, in the order of `resources.csv`.
    pub(crate) fn all(world: &World) -> impl Iterator<Item = Self> {
        let links = (0..world.links.len()).map(|at| Self::Link(at.into()));
        let servers = world.servers.iter().enumerate().flat_map(|(at, server)| {
            let roles = server.roles.iter();
            roles.map(move |role| Self::Server(at.into(), role))
        });
        let shares = (0..world.shares.len()).map(|at| Self::Share(at.into()));
        let sites = world.sites.iter().enumerate();
        let peers = sites
            .filter(|(_, site)| site.peers.is_some())
            .map(|(at, _)| Self::Peers(at.into()));
        links.chain(servers).chain(shares).chain(peers)
    }
}

/// What was asked of one resource over the whole horizon.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ResourceUse {
    /// Which.
    pub key: ResourceKey,
    /// Bytes that passed, those of unfinished and aborted transfers included.
    pub bytes: Size,
    /// Messages beside transfers among them, of a link.
    pub messages: Size,
    /// Transfers, sessions, logons or requests begun.
    pub requests: u64,
    /// Requests refused: no rights, no session left, role down.
    pub refusals: u64,
    /// Requests that gave up waiting.
    pub timeouts: u64,
    /// Most requests at once; `None` where requests take no time or where the
    /// resource is unlimited and shared by machines that share nothing else.
    pub peak_concurrency: Option<u64>,
    /// Highest share of the capacity in use, as seen right after any start,
    /// end or change of capacity at the resource; `None` if unlimited.
    pub peak_use: Option<f64>,
    /// Time during which it was used to the full.
    pub saturated: Span,
    /// Times that something stood in line, or could have: the requests, and at a
    /// server that passes logons on the logons as well, which come before them.
    pub waits: u64,
    /// Sum of the times that requests waited in line: until they were served or
    /// gave up, or until the horizon.
    pub waited: Span,
    /// Longest such time.
    pub longest_wait: Span,
    /// First use.
    pub first: Instant,
    /// Last use.
    pub last: Instant,
}

impl ResourceUse {
    /// The mean time in line per request or logon, those that gave up or still wait
    /// included; `None` without any.
    pub fn mean_wait(&self) -> Option<f64> {
        let lined = self.lined();
        (lined > 0).then(|| self.waited.seconds() / lined as f64)
    }

    /// The longest time in line of a request or logon; `None` without any.
    pub fn longest_wait(&self) -> Option<Span> {
        (self.lined() > 0).then_some(self.longest_wait)
    }

    /// The share of the requests that gave up waiting; `None` without requests.
    pub fn timeout_share(&self) -> Option<f64> {
        let lined = self.lined();
        (lined > 0).then(|| self.timeouts as f64 / lined as f64)
    }

    /// Everything that may have stood in line. A logon that still waits, or has given
    /// up, is not among the requests.
    pub fn lined(&self) -> u64 {
        self.requests.max(self.waits)
    }

    /// A limited link that nothing has crossed.
    pub fn unused_link(key: ResourceKey) -> Self {
        Self {
            peak_concurrency: Some(0),
            peak_use: Some(0.0),
            ..Self::unused(key)
        }
    }

    /// A resource that has not been used.
    pub fn unused(key: ResourceKey) -> Self {
        Self {
            key,
            bytes: Size(0),
            messages: Size(0),
            requests: 0,
            refusals: 0,
            timeouts: 0,
            peak_concurrency: None,
            peak_use: None,
            saturated: Span::ZERO,
            waits: 0,
            waited: Span::ZERO,
            longest_wait: Span::ZERO,
            first: Instant::NEVER,
            last: Instant::NEVER,
        }
    }
}

/// The share that `bytes` take of what a link could carry over the whole horizon, at
/// the rates that calendars and faults leave; 1 at most, also where messages are
/// counted that cross beside the transfers and slow nothing.
pub(crate) fn mean_use(bytes: u128, link: &Link) -> Option<f64> {
    let capacity = link.given.bits;
    (capacity > 0.0).then(|| (bytes as f64 * 8.0 / capacity).min(1.0))
}
