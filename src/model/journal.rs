//! The story of one machine, told as it happens.
//!
//! The handlers report to a [`Journal`]; for a run that is `()`, which costs
//! nothing, for `explain` a [`Diary`]. What `explain` prints is therefore what
//! the run did.

use crate::access::{Execution, Grant, MsiFailure, MsiPlacement, Purpose, Refusal, Target};
use crate::model::surroundings::peers::PeerEntry;
use crate::outcome::{Actor, Cause, ReportFate};
use crate::units::{Instant, Rate, SignedInstant, Size, Span};
use crate::world::{
    AdvertisementId, Arrival, LinkId, MachineId, PackageId, ProgramId, ServerId, ShareId, SiteId,
};

/// What holds a transfer back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flow {
    /// The link.
    pub link: LinkId,
    /// What it gives.
    pub capacity: Rate,
    /// How many transfers cross it.
    pub transfers: u64,
    /// What this one gets.
    pub rate: Rate,
}

/// One thing that happened to a machine.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// Polled its contact point and learned of the advertisement.
    Learned(Option<ServerId>),
    /// The contact point did not answer in time; asks again at the next poll.
    ContactTimedOut(ServerId),
    /// The management point did not say in time where the content is.
    PointsTimedOut,
    /// The advertisement has expired, after it was tried or had run.
    Expires,
    /// Rejected the advertisement.
    Rejected(Cause),
    /// Accepted it; not run before the instant given.
    Accepted(Instant),
    /// Optional: when its user chooses to run it, never if no user does.
    Chosen(Instant),
    /// A program of the chain is next.
    Program(ProgramId),
    /// The program to run first has already succeeded here.
    AlreadyRan(ProgramId),
    /// Distribution points in tiers, and whether they are remote.
    Points(Vec<Vec<ServerId>>, bool),
    /// It has looked for this long, and these points have come into its pool.
    PoolWidened(Span, Vec<ServerId>),
    /// No distribution point may serve it.
    NoPoint(Cause),
    /// The package is on its way, and comes to this point first among those that
    /// may serve the machine; never, if it does not come within the horizon.
    ContentComes(PackageId, ServerId, Instant),
    /// Turns to a point.
    Point(ServerId),
    /// Turns to a point that it prefers to others.
    PreferredPoint(ServerId),
    /// The point accepts no more sessions.
    SessionsFull(ServerId),
    /// An account was presented.
    Attempt {
        /// For what.
        purpose: Purpose,
        /// Which.
        actor: Actor,
        /// To what.
        target: Target,
        /// The controller that validated it.
        controller: Option<ServerId>,
        /// What came of it.
        result: Result<Grant, Refusal>,
    },
    /// The account is locked.
    Locked {
        /// Which.
        actor: Actor,
        /// From when on.
        since: Instant,
        /// When it is unlocked by itself.
        until: Instant,
        /// The first machines that presented a wrong password.
        first: Vec<MachineId>,
        /// How many have done so.
        machines: u32,
    },
    /// No account got in at the client access point; the last one, and why not.
    ContactRefused(ServerId, Actor, Refusal),
    /// Group Policy takes the rights granted for the run away at this time.
    RightsTaken(Instant),
    /// There is no account to present.
    NoAccountToPresent(Purpose),
    /// The package exceeds the whole cache.
    CacheTooSmall(Size),
    /// The cache has no room at the moment.
    CacheFull(Size),
    /// The package in the cache is of an older version than is wanted.
    OlderInCache(PackageId),
    /// Another advertisement has asked for the same content: waits for that.
    JoinsDownload(AdvertisementId),
    /// A package starts to flow from a point.
    ContentStarts(ServerId, PackageId, Size),
    /// Something about machines that give content.
    Peer(PeerEntry),
    /// It is complete.
    ContentComplete(Span, Size),
    /// What holds a transfer back at that moment; or, where it was slowest at another
    /// moment, what held it back then.
    Flows {
        /// What holds it back.
        flow: Flow,
        /// When, if that is past.
        at: Option<Instant>,
    },
    /// Reads a share.
    ShareStarts(ShareId, Size),
    /// The client uninstalls itself, having reached no client access point since
    /// the instant given.
    Uninstalls(SignedInstant),
    /// The client service waits for its change of the token account to come back
    /// by replication, until the instant given.
    AwaitsToken(Instant),
    /// The client service hangs until the instant given: another controller has
    /// written the token account meanwhile.
    Hangs(Instant),
    /// Is at another site, until the instant given.
    Away(SiteId, Instant),
    /// Its clock is ahead by this many microseconds, or behind if negative.
    ClockOff(i64),
    /// Is off, or away, until the instant given, when it would do something.
    Off(Instant, &'static str),
    /// The user's connection to the point is used again.
    ConnectionReused(ServerId),
    /// Nothing of the package is needed to run the program.
    NoContentNeeded,
    /// The drive of the command line is not there in the logon session that runs
    /// it.
    NoDrive,
    /// Goes over the session that its logon session has open there, as this
    /// account.
    SessionShared(ServerId, Actor),
    /// The server, or the way to it, is down.
    Unreachable(ServerId),
    /// The connection broke in the middle of a transfer.
    ConnectionLost,
    /// The content that arrived was damaged.
    HashMismatch,
    /// Went off in the middle of a transfer or a run.
    Interrupted,
    /// Shows the user a countdown.
    CountsDown(Span),
    /// Waits for a condition.
    Waits(Cause),
    /// Runs under this account.
    Executes(Execution),
    /// Could not become the executing account.
    ExecutionRefused(Actor, Refusal),
    /// The program starts.
    Starts(ProgramId),
    /// The program cannot work without an administrator.
    NeedsAdministrator,
    /// Where Windows Installer puts the package when this account runs it, or why
    /// it does not.
    WindowsInstaller(Actor, Result<MsiPlacement, MsiFailure>),
    /// The program runs for this long.
    Runs(Span),
    /// The program returned this code.
    Exits(u32),
    /// The client stops watching the program.
    StopsWatching,
    /// SMS logs the user off, who logs on again at the instant given, if at all.
    LogsUserOff(Instant),
    /// The machine restarts.
    Restarts,
    /// The machine restarts for this program, which cuts short what others are in the
    /// middle of.
    RestartsFor(ProgramId),
    /// Its restart waits for a maintenance window, in which it begins then.
    RestartWaits(Instant),
    /// The machine has restarted for another reason, and the program is complete.
    HasRestarted,
    /// Will be tried again; nothing that happens before could change the
    /// result, so this many tries were made in one step.
    TriesAgain {
        /// When next, or when last if `alike` is not zero.
        at: Instant,
        /// Tries that ended alike.
        alike: u32,
    },
    /// Raised a status message.
    Status(u16),
    /// Done, one way or the other.
    Over(Cause),
    /// Is offered the advertisement as one of this phase, from the instant
    /// given.
    Offered(String, Instant),
    /// Was not offered it by the end.
    NotOffered(Cause),
    /// Was off at its moment of the start window; the new one.
    StartsLater(Instant),
    /// Found to be broken.
    FoundBroken,
    /// Begins for the time given, counted from 1.
    BeginsAgain(u32),
    /// The program has run before, with success or not, and is not run again.
    NotAgain(bool),
    /// The link to the client access point gives too little for the assignment
    /// to hold.
    SlowLink(Rate),
    /// A policy limits the download to this rate at the moment.
    Throttled(Rate),
    /// A status message waits at the machine until the instant given: the server
    /// could not be reached, or, without one, the machine is off. Never, if it is not
    /// sent again.
    ReportWaits(u16, Option<ServerId>, Instant),
    /// A status message is sent again in vain, this many times in one step, since nothing
    /// changes before the last of them.
    ReportRefused {
        /// The message.
        message: u16,
        /// The server that cannot be reached.
        server: ServerId,
        /// How many tries there are in this step.
        alike: u64,
        /// When the last of them is.
        last: Instant,
    },
    /// A status message stays at the machine, whose client is gone.
    ReportStays(u16),
    /// The site server hears a status message late.
    ReportArrives(u16, Instant),
    /// A status message never gets to the site server.
    ReportLost(u16, ReportFate),
    /// A program that supersedes this one is offered, or on the machine.
    Superseded(ProgramId),
    /// There is nothing that this program could remove.
    NothingToRemove(ProgramId),
    /// The program is not on the machine any more.
    Gone(Cause),
    /// The program was removed, and another advertisement or a chain has put it back.
    IsBack,
    /// The advertisement is no longer in the list of the site: deleted, or, if
    /// not, expired.
    NotAdvertised(bool),
    /// The machine is a member of this collection since the instant given.
    Member(String, Instant),
    /// The machine is no longer a member of this collection.
    NoMember(String),
    /// The client has been removed at this instant, outside its boundaries.
    ClientRemoved(Instant),
    /// The client verifies itself, which ends the program.
    EndedByVerification,
    /// The program is removed, which takes so long.
    Removes(ProgramId, Span),
}

/// Somebody who listens to what happens to machines.
pub trait Journal {
    /// Whether it listens to any machine; where it does not, not even its machines are
    /// looked up.
    const MAY_LISTEN: bool = true;

    /// Whether anything about `machine` is wanted; entries are built only then.
    fn listens(&self, machine: u32) -> bool;

    /// `entry` happened to the machine listened to, at `now`.
    fn note(&mut self, now: Instant, advertisement: AdvertisementId, entry: Entry);

    /// When content comes to points, if that is known from a run that was the same.
    fn arrivals(&self) -> &[Arrival] {
        &[]
    }
}

impl Journal for () {
    const MAY_LISTEN: bool = false;

    fn listens(&self, _machine: u32) -> bool {
        false
    }

    fn note(&mut self, _now: Instant, _advertisement: AdvertisementId, _entry: Entry) {}
}

/// Keeps every entry about one machine.
#[derive(Debug, Clone, Default)]
pub struct Diary {
    machine: u32,
    /// When content comes that is sent together with what machines do.
    pub(super) arrivals: Vec<Arrival>,
    /// What happened, in order.
    pub entries: Vec<(Instant, AdvertisementId, Entry)>,
}

impl Diary {
    /// A diary of the machine at position `machine` of the fleet.
    pub fn of(machine: u32) -> Self {
        Self {
            machine,
            arrivals: Vec::new(),
            entries: Vec::new(),
        }
    }
}

impl Journal for Diary {
    fn listens(&self, machine: u32) -> bool {
        machine == self.machine
    }

    fn note(&mut self, now: Instant, advertisement: AdvertisementId, entry: Entry) {
        self.entries.push((now, advertisement, entry));
    }

    fn arrivals(&self) -> &[Arrival] {
        &self.arrivals
    }
}
