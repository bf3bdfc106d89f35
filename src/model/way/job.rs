//! One machine and one advertisement on their way.

use crate::access::{Execution, Refusal, User};
use crate::client::Mode;
use crate::engine::TransferId;
use crate::model::ids::JobId;
use crate::outcome::{Actor, Cause};
use crate::units::Instant;
use crate::world::{AdvertisementId, Machine, ProfileId, ProgramId, ServerId};
use std::ops::{Index, IndexMut};

/// What a job is doing, hence what its next event means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Waits for a poll.
    Unaware,
    /// Waits for the answer of the contact point.
    Asking,
    /// Has accepted; waits for content, time, a condition or a retry.
    Ready,
    /// Asks the management point for the distribution points.
    Locating,
    /// Presents an account to a distribution point.
    Connecting,
    /// Waits for a distribution point that cannot be reached.
    HeldUp,
    /// Downloads the package.
    Downloading,
    /// Presents an account to a share.
    ReachingShare,
    /// Reads the package from the distribution point.
    ReadingPoint,
    /// Reads a share.
    ReadingShare,
    /// The program runs.
    Running,
    /// The machine restarts.
    Restarting,
    /// Nothing more will happen.
    Over,
}

impl Phase {
    /// What a job in this phase may do next: the table of allowed changes.
    #[allow(clippy::match_same_arms)] // A row for each phase.
    const fn next(self) -> &'static [Self] {
        use Phase::{
            Asking, Connecting, Downloading, HeldUp, Locating, Over, ReachingShare, ReadingPoint,
            ReadingShare, Ready, Restarting, Running, Unaware,
        };
        match self {
            Unaware => &[Asking, Over],
            Asking => &[Unaware, Ready, Over],
            Ready => &[
                Ready,
                Locating,
                Connecting,
                Downloading,
                ReachingShare,
                Running,
                Restarting,
                Over,
            ],
            Locating => &[Ready, Connecting, Downloading, Over],
            Connecting => &[Ready, HeldUp, Downloading, ReachingShare, Over],
            HeldUp => &[Connecting, Ready, Over],
            Downloading | Running | Restarting => &[Ready, Over],
            ReachingShare => &[Ready, ReadingPoint, ReadingShare, Over],
            ReadingPoint => &[Ready, ReadingShare, Over],
            ReadingShare => &[Ready, ReadingShare, Running, Over],
            Over => &[Ready],
        }
    }

    /// The table as a bit for each phase, so that looking up costs nothing.
    const ALLOWED: [u16; 13] = {
        let mut table = [0; 13];
        let mut from = 0;
        while from < Self::ALL.len() {
            let next = Self::ALL[from].next();
            let mut at = 0;
            while at < next.len() {
                table[from] |= 1 << next[at] as u16;
                at += 1;
            }
            from += 1;
        }
        table
    };

    const ALL: [Self; 13] = [
        Self::Unaware,
        Self::Asking,
        Self::Ready,
        Self::Locating,
        Self::Connecting,
        Self::HeldUp,
        Self::Downloading,
        Self::ReachingShare,
        Self::ReadingPoint,
        Self::ReadingShare,
        Self::Running,
        Self::Restarting,
        Self::Over,
    ];

    /// Whether a job may turn from this phase to `next`.
    const fn allows(self, next: Self) -> bool {
        Self::ALLOWED[self as usize] & 1 << next as u16 != 0
    }
}

/// One machine × advertisement.
///
/// Two cache lines and aligned to them: where all machines are one group, every
/// event fetches another job from memory, and what counts is how many lines
/// that takes. What only few jobs need is in [`RareState`](crate::model::way::rare_job_state::RareState).
#[derive(Debug, Clone, Copy)]
#[repr(align(128))]
pub(crate) struct Job {
    /// The machine's identity and profile, copied so that an event need not
    /// fetch the machine.
    pub(crate) key: u64,
    /// See `key`.
    pub(crate) profile: ProfileId,
    /// Position of the machine in the fleet.
    pub(crate) machine: u32,
    /// The advertisement.
    pub(crate) advertisement: AdvertisementId,
    /// The program of the chain that is to run now.
    pub(crate) program: ProgramId,
    /// The site's position in the group.
    pub(crate) slot: u32,
    /// What the jobs of the machine share; `NONE` if this is its only one.
    pub(crate) host: u32,
    /// Counts the events of this job; an event with an older number is stale.
    pub(crate) serial: u32,
    /// What it is doing; only [`Job::turn_to`] writes it.
    phase: Phase,
    /// How it gets at the content, once that is known.
    pub(crate) mode: Option<Mode>,
    /// Position in the chain of programs.
    pub(crate) stage: u16,
    /// The share that is being reached or read.
    pub(crate) share: u16,
    /// Whether it counts among the sessions of `point`.
    pub(crate) in_session: bool,
    /// Whether the content is in the cache.
    pub(crate) cached: bool,
    /// Whether it holds the machine.
    pub(crate) holds_machine: bool,
    /// How many accounts have been presented to the present target.
    pub(crate) presented: u16,
    /// Tries for content since the last success.
    pub(crate) content_tries: u32,
    /// Runs of the present program.
    pub(crate) runs: u32,
    /// The user logged on, if any, as of the last look.
    pub(crate) user: Option<User>,
    /// Whether the user who is logged on is a local administrator.
    pub(crate) administrator: bool,
    /// The account the program runs under.
    pub(crate) execution: Option<Execution>,
    /// The distribution point in use.
    pub(crate) point: Option<ServerId>,
    /// The tier of points it is at.
    pub(crate) tier: u32,
    /// The account presented last and why it was refused.
    pub(crate) refused: Option<(Actor, Refusal)>,
    /// Whether the program's process has come to life in this run.
    pub(crate) started: bool,
    /// Whether the countdown has been shown to the user.
    pub(crate) counted_down: bool,
    /// A connection limit was met during this try.
    pub(crate) limit_met: bool,
    /// A server could not be reached during this try.
    pub(crate) unreachable: bool,
    /// A controller was waited for during this try, or an account met that bad
    /// passwords can lock, so that another try may end otherwise.
    pub(crate) waited: bool,
    /// The account presented last was locked by others, and the password right.
    pub(crate) innocent: bool,
    /// Group Policy takes the rights of the running program away before its end.
    pub(crate) rights_taken: bool,
    /// The controller that is being waited for will answer.
    pub(crate) answered: bool,
    /// What it waits for in line begins by the horizon to be served, if not to be
    /// answered.
    pub(crate) served_in_time: bool,
    /// The transfer under way.
    pub(crate) transfer: Option<TransferId>,
    /// Not run before.
    pub(crate) due: Instant,
    /// The exit code the running program will return.
    pub(crate) exit_code: u32,
    /// Whether it has its content by a try that is counted, and has not run since.
    pub(crate) in_try: bool,
    /// Whether there is more of its state elsewhere.
    pub(crate) has_rare_state: bool,
}

/// No machine of a group, or no link of it.
pub(crate) const NONE: u32 = u32::MAX;

const _: () = assert!(size_of::<Job>() == 128, "a job fills two cache lines");

impl Job {
    /// A job before its first poll, of the machine at position `machine` of the fleet.
    pub(crate) fn new(
        of: &Machine,
        machine: u32,
        (advertisement, program): (AdvertisementId, ProgramId),
        slot: u32,
        host: u32,
        (user, administrator): (Option<User>, bool),
    ) -> Self {
        Self {
            key: of.key,
            profile: of.profile,
            machine,
            advertisement,
            program,
            slot,
            host,
            serial: 0,
            phase: Phase::Unaware,
            mode: None,
            stage: 0,
            share: 0,
            in_session: false,
            cached: false,
            holds_machine: false,
            presented: 0,
            content_tries: 0,
            runs: 0,
            user,
            administrator,
            execution: None,
            point: None,
            tier: 0,
            refused: None,
            started: false,
            counted_down: false,
            limit_met: false,
            unreachable: false,
            waited: false,
            innocent: false,
            rights_taken: false,
            answered: false,
            served_in_time: false,
            transfer: None,
            due: Instant::NEVER,
            exit_code: 0,
            in_try: false,
            has_rare_state: false,
        }
    }

    /// What it is doing.
    pub(crate) const fn phase(&self) -> Phase {
        self.phase
    }

    /// Whether nothing more will happen.
    pub(crate) fn is_over(&self) -> bool {
        self.phase == Phase::Over
    }

    /// Why it is in line at the horizon: because of `line`, unless it is being served.
    pub(crate) const fn in_line_because_of(&self, line: Cause) -> Cause {
        if self.served_in_time {
            Cause::AnswerPending
        } else {
            line
        }
    }

    /// Whether its machine has no other job.
    #[inline]
    pub(crate) fn is_alone(&self) -> bool {
        self.host == NONE
    }

    /// The only writer of phases. A change that is not in the table would be a fault
    /// of the program, and would leave something undone.
    #[inline]
    pub(crate) fn turn_to(&mut self, next: Phase) {
        if !self.phase.allows(next) {
            no_turn(self.phase, next);
        }
        self.phase = next;
    }
}

/// Apart from the turns that are made, so that these stay small.
#[cold]
fn no_turn(from: Phase, to: Phase) -> ! {
    panic!("a job does not turn from {from:?} to {to:?}")
}

/// The jobs of a group.
#[derive(Debug, Default)]
pub(crate) struct Jobs(pub(crate) Vec<Job>);

impl Jobs {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// All of them, in order.
    pub(crate) fn ids(&self) -> impl Iterator<Item = JobId> + use<> {
        (0..self.0.len() as u32).map(JobId)
    }

    /// Makes room for this many jobs in all.
    pub(crate) fn make_room(&mut self, all: usize) {
        self.0.reserve_exact(all.saturating_sub(self.0.len()));
    }

    /// Takes in a job.
    pub(crate) fn push(&mut self, job: Job) -> JobId {
        self.0.push(job);
        JobId(self.0.len() as u32 - 1)
    }

    /// A job by its number, where the number may be that of something else.
    pub(crate) fn get(&self, number: u32) -> Option<&Job> {
        self.0.get(number as usize)
    }

    /// Forgets all of them, and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

impl Index<JobId> for Jobs {
    type Output = Job;

    fn index(&self, id: JobId) -> &Job {
        &self.0[id.index()]
    }
}

impl IndexMut<JobId> for Jobs {
    fn index_mut(&mut self, id: JobId) -> &mut Job {
        &mut self.0[id.index()]
    }
}
