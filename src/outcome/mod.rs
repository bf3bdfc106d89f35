//! What a run leaves behind: the record of one machine and one advertisement,
//! the closed lists it draws from, and the records of a whole replication.

mod case;
mod causes;
mod compact;
mod digest;
mod log_lines;
mod names;
mod product;
mod records;
mod replication;
mod success;
mod traffic;

pub use case::Case;
pub use compact::{ChainProgram, Controller};
pub use log_lines::look_for;
pub use names::Home;
pub(crate) use names::{DOMAIN_TOKEN_ACCOUNT, LOCAL_SYSTEM, host_name};
pub use product::log;
pub use records::Outcomes;
pub(crate) use records::Place;
pub(crate) use replication::mean_use;
pub use replication::{
    Action, Decision, DecisionRule, Delivered, Figures, FromPeers, Replication, ResourceKey,
    ResourceUse, RuleVerdict, Timeline,
};
pub use success::Held;
pub use traffic::{Bytes, Giver, Stretches, Traffic};

use crate::units::{Instant, Size};
use crate::world::{AccountId, DomainId, PackageId, ProgramId, ServerId, ShareId};

/// A closed list whose members have one stable name each, used in every table.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum $name { $($(#[$vdoc])* $variant),* }

        impl $name {
            /// Every member, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name used in tables.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
        }
    };
}
pub(crate) use named;

named! {
    /// What became of an offer, in one word: the columns of `summary.csv`.
    Ending {
        /// Installed, and of use to the users it was meant for.
        Installed = "installed",
        /// Installed; a restart is still to come.
        RestartPending = "restart-pending",
        /// Exit code of success, but into the profile of a service account,
        /// where no user sees it.
        ServiceProfile = "service-profile",
        /// Failed, and will not be tried again.
        Failed = "failed",
        /// Failed so far; it would be tried again after the horizon.
        Retrying = "retrying",
        /// Waits for a condition: a user, content, another program.
        Waiting = "waiting",
        /// Content is on its way, or the program runs, at the horizon.
        InProgress = "in-progress",
        /// Rejected: platform, or expired.
        Rejected = "rejected",
        /// Not to be run: optional and chosen by no user, taken for optional over a slow
        /// link, or given way to a program that supersedes it.
        NotTaken = "not-taken",
        /// The machine had not yet heard of it at the horizon.
        Unaware = "unaware",
        /// Installed and reported as such, and broken since.
        Broken = "broken",
        /// The roll-out had not come to the machine at the horizon.
        NotOffered = "not-offered",
        /// Was installed, and is not any more.
        Removed = "removed",
    }
}

named! {
    /// The report states of an advertisement (`MessageState` of
    /// `SMS_AdvertisementStatusInformation`).
    ReportState {
        /// 0.
        NoStatus = "No Status",
        /// 1.
        Accepted = "Accepted",
        /// 2.
        Rejected = "Rejected",
        /// 3.
        Expired = "Expired",
        /// 4.
        WillNotRerun = "Will Not Rerun",
        /// 5.
        DownloadInProgress = "Download in Progress",
        /// 6.
        DownloadComplete = "Download Complete",
        /// 7.
        Canceled = "Canceled",
        /// 8.
        Waiting = "Waiting",
        /// 9.
        Running = "Running",
        /// 10.
        Retrying = "Retrying",
        /// 11.
        Failed = "Failed",
        /// 12.
        RebootPending = "Reboot Pending",
        /// 13.
        Succeeded = "Succeeded",
    }
}

named! {
    /// What became of the last thing a machine had to report.
    ReportFate {
        /// It had nothing to report.
        Nothing = "",
        /// The site server heard it.
        Heard = "heard",
        /// It waits at the machine: the machine was off, or the management point
        /// or client access point down or busy.
        AtMachine = "waits-at-machine",
        /// It waits in line at the server.
        AtServer = "waits-at-server",
        /// The inbox was full.
        InboxFull = "lost-inbox-full",
        /// It was lost behind the inbox.
        Lost = "lost",
    }
}

named! {
    /// Where on its way a machine is, or stopped.
    Step {
        /// Before the first look for policy.
        Policy = "policy",
        /// Deciding whether to accept the advertisement.
        Acceptance = "acceptance",
        /// Waiting for the assignment, or for a user to choose it.
        Assignment = "assignment",
        /// Finding a distribution point.
        Location = "location",
        /// Connecting to the distribution point.
        Connection = "connection",
        /// Downloading, or reading from the distribution point.
        Content = "content",
        /// Waiting for the conditions to run.
        Condition = "condition",
        /// Becoming the executing account.
        Elevation = "elevation",
        /// Reaching a share that is not a distribution point.
        Share = "share",
        /// Running.
        Run = "run",
        /// Restarting or logging off afterwards.
        AfterRunning = "after-running",
        /// All done.
        Done = "done",
    }
}

named! {
    /// Why: one closed list. [`Cause::explain`] says what happened,
    /// [`Cause::remedy`] what an administrator would do about it.
    Cause {
        /// Nothing went wrong.
        None = "",
        /// Not yet polled.
        NotPolled = "not-polled-yet",
        /// Off, or away, from when it should have polled.
        MachineOff = "machine-off",
        /// The management point or client access point could not be reached.
        ContactUnreachable = "contact-point-unreachable",
        /// It gave up its place in line at the management point or client access
        /// point for its policy, or still stood there at the horizon.
        ContactOverloaded = "contact-point-overloaded",
        /// The Legacy Client has uninstalled itself, having reached no client access
        /// point for too long.
        ClientUninstalled = "client-uninstalled",
        /// The client service of a domain controller hangs after a restart.
        ClientHangs = "client-service-hangs",
        /// Accepted, but the assigned time lies beyond the horizon.
        NotDue = "not-due-yet",
        /// The user was being shown the countdown before the program.
        CountingDown = "counting-down",
        /// An optional program that no user chose.
        NotChosen = "optional-not-chosen",
        /// An optional program that its user chooses after the horizon.
        ChosenLater = "optional-chosen-later",
        /// The platform is not among the program's.
        PlatformUnsupported = "platform-unsupported",
        /// The advertisement had expired when the machine learned of it.
        Expired = "advertisement-expired",
        /// The advertisement expired after the machine had accepted it and before
        /// the program started.
        ExpiredWaiting = "expired-before-start",
        /// No distribution point holds the package.
        NoPointHasContent = "content-on-no-distribution-point",
        /// Only remote points hold it, and the advertisement says not to use
        /// them.
        OnlyRemotePoint = "only-remote-distribution-point",
        /// No point of the place holds it, and it is too early for those of
        /// neighbours.
        FallbackPending = "fallback-pending",
        /// Every point that holds it is protected against this client.
        PointProtected = "distribution-point-protected",
        /// No account could read the package on any point.
        ContentAccessDenied = "content-access-denied",
        /// The Legacy Client has no Client Connection account, and the token
        /// account gets in nowhere.
        NoConnectionAccount = "no-client-connection-account",
        /// The server is in a domain that does not trust the one of the machine or
        /// the user, or in a workgroup.
        DomainNotTrusted = "domain-not-trusted",
        /// The account is one of a single machine, or of a workgroup, which the
        /// server does not know.
        AccountUnknown = "account-unknown",
        /// No Client Connection account can log on.
        ConnectionAccountUnusable = "client-connection-account-unusable",
        /// No domain controller answered to validate an account.
        NoLogonServer = "no-logon-server",
        /// A management point, client access point, domain controller or server that
        /// passes logons on was dealing with its request at the horizon.
        AnswerPending = "answer-pending",
        /// It waited for a domain controller, or for a server that passes logons on
        /// to one, at the horizon.
        LogonPending = "logon-pending",
        /// The clocks of machine, server and domain controller differed by more
        /// than Kerberos accepts.
        ClockSkew = "clock-skew",
        /// The same logon session was connected to the server under another
        /// account.
        CredentialConflict = "credential-conflict",
        /// A distribution point or file server accepted no more sessions.
        ConnectionLimit = "connection-limit",
        /// The distribution point or the way to it was down.
        ContentUnreachable = "content-unreachable",
        /// The package is larger than the whole cache.
        CacheTooSmall = "cache-too-small",
        /// No room in the cache, or on the disk.
        CacheFull = "cache-full",
        /// The disk has not the room the program needs.
        DiskFull = "disk-full",
        /// The content on the point was damaged.
        HashMismatch = "content-hash-mismatch",
        /// Waits for what another machine at the place is downloading.
        AwaitsPeer = "waiting-for-peer",
        /// Content is on its way at the horizon.
        StillDownloading = "still-downloading",
        /// No user was logged on.
        NoUser = "no-user-logged-on",
        /// A user was logged on all the time.
        UserPresent = "user-logged-on",
        /// Another program runs.
        AnotherProgram = "another-program-running",
        /// The program to run first failed.
        DependencyFailed = "dependency-failed",
        /// The program to run first has not ended.
        DependencyPending = "dependency-pending",
        /// The Software Installation Account cannot be used.
        InstallationAccountUnusable = "installation-account-unusable",
        /// The Software Installation Account could not be made administrator.
        ElevationFailed = "elevation-failed",
        /// The token account of the Legacy Client cannot be used.
        TokenAccountUnusable = "token-account-unusable",
        /// The machine held the right password, and others had locked the
        /// account with wrong ones.
        LockedByOthers = "locked-by-others",
        /// The user is not an administrator, and the program needs one.
        UserNotAdministrator = "user-not-administrator",
        /// Nothing but a Network Access Account could connect, and none is
        /// configured.
        NoNetworkAccessAccount = "no-network-access-account",
        /// The Network Access Account cannot log on.
        NetworkAccessAccountUnusable = "network-access-account-unusable",
        /// The Network Access Account may not read the share.
        NetworkAccessAccountDenied = "network-access-account-denied",
        /// The Client Connection account with which the Legacy Client is connected
        /// to the server may not read the share.
        ConnectionAccountDenied = "client-connection-account-denied",
        /// The token account has no rights on the network.
        TokenAccountNoNetwork = "token-account-no-network-rights",
        /// The token account of domain controllers may not read the share.
        TokenAccountDenied = "token-account-denied",
        /// The Software Installation Account may not read the share.
        InstallationAccountDenied = "installation-account-denied",
        /// The user may not read the share.
        UserDenied = "user-denied",
        /// The computer account may not read the share.
        ComputerAccountDenied = "computer-account-denied",
        /// The drive of the command line is not mapped where the program runs.
        DriveNotMapped = "drive-not-mapped",
        /// The share's server or the way to it was down.
        ShareUnreachable = "share-unreachable",
        /// The program returned a code of failure.
        ProgramFailed = "program-failed",
        /// Windows Installer refused, for want of privileges.
        MsiFailed = "msi-failed",
        /// Windows Installer refused to install per user.
        PerUserMsiFailed = "per-user-msi-failed",
        /// The program still runs at the horizon.
        StillRunning = "still-running",
        /// The client stopped watching the program.
        RunTimeExceeded = "run-time-exceeded",
        /// Success, but in the profile of a service account.
        PerUserIntoService = "per-user-into-service-profile",
        /// Success; the restart has not happened by the horizon.
        RestartOutstanding = "restart-outstanding",
        /// The program broke the machine after it had succeeded.
        BrokenAfterSuccess = "broken-after-success",
        /// The management point did not say in time where the content is.
        NoLocation = "management-point-overloaded",
        /// No maintenance window in which the program could have started.
        OutsideWindow = "outside-maintenance-window",
        /// Its phase is open, and its turn had not come.
        NotOffered = "not-offered-yet",
        /// Its phase had not opened, or the phase or the roll-out was paused.
        HeldBack = "not-offered-held-back",
        /// The roll-out, or its phase, was aborted before its turn.
        RolloutAborted = "not-offered-aborted",
        /// It is in no phase.
        InNoPhase = "not-offered-in-no-phase",
        /// The program has run on the machine before, and is not run again.
        HasRunBefore = "has-run-before",
        /// The link was too slow for the assignment to hold.
        SlowLink = "assignment-waived-over-slow-link",
        /// Another program, which supersedes it, is offered to the machine or on it.
        Superseded = "superseded",
        /// The program has given way to one that supersedes it.
        Replaced = "replaced-by-another-program",
        /// What the program supersedes could not be removed.
        OldNotRemoved = "superseded-program-not-removed",
        /// Another program has removed it.
        Uninstalled = "uninstalled-by-another-program",
        /// Removed, since it was no longer advertised.
        NoLongerAdvertised = "no-longer-advertised",
        /// No longer advertised, and not removed yet.
        RemovalPending = "removal-pending",
        /// No longer advertised, and its removal failed.
        RemovalFailed = "removal-failed",
        /// The advertisement was deleted before the program had started.
        Withdrawn = "advertisement-withdrawn",
        /// The machine left the collection of the advertisement before the program
        /// had started, or lost the program for it.
        LeftCollection = "left-collection",
        /// The Legacy Client has been removed while outside its boundaries.
        ClientRemoved = "client-removed-outside-boundaries",
        /// The verify cycle of the Legacy Client has ended the program.
        KilledByVerify = "interrupted-by-client-verification",
    }
}

/// Who acted: the account a program ran under, or one that was presented on
/// the network.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Actor {
    /// No account, or none yet.
    Nobody,
    /// `NT AUTHORITY\SYSTEM`.
    LocalSystem,
    /// `DOMAIN\MACHINE$`, what Local System presents on the network.
    ComputerAccount,
    /// The logged-on user.
    LoggedOnUser,
    /// `SMSCliToknLocalAcct&` of the machine's own accounts.
    LocalTokenAccount,
    /// `SMSCliToknAcct&`, one for all controllers of the domain.
    DomainTokenAccount(DomainId),
    /// A named account: Network Access, Software Installation, Client
    /// Connection.
    Account(AccountId),
    /// A session without credentials.
    NullSession,
    /// Guest of the server.
    Guest,
}

/// What was to be reached when a machine stopped.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Resource {
    /// Nothing in particular.
    None,
    /// A server in one of its roles.
    Server(ServerId),
    /// A share that is not a distribution point.
    Share(ShareId),
    /// A package on no particular point.
    Package(PackageId),
    /// An account that was to be used.
    Account(AccountId),
    /// Another program.
    Program(ProgramId),
}

/// The record of one machine and one advertisement: a row of `machines.csv`.
///
/// Instants that did not happen are [`Instant::NEVER`]. Times, accounts and
/// codes are those of the last attempt; bytes are summed over all attempts.
///
/// Two cache lines and aligned to them, since every event of a large fleet
/// fetches another record from memory.
#[derive(Clone, Copy, Debug, PartialEq, Hash)]
#[repr(align(128))]
pub struct Outcome {
    /// Report state.
    pub state: ReportState,
    /// What became of the offer.
    pub ending: Ending,
    /// Why.
    pub cause: Cause,
    /// The step it stopped at.
    pub step: Step,
    /// Last status message the client raised; 0 for none.
    pub status_message: u16,
    /// Exit or error code.
    pub code: Option<u32>,
    /// The account the program ran under, or would have.
    pub executing: Actor,
    /// The account last presented on the network for what `resource` names, or
    /// for the content.
    pub network: Actor,
    /// What was to be reached; [`Outcome::concerns`] says what a table names.
    pub resource: Resource,
    /// The program of the chain that the record tells about.
    pub program: ChainProgram,
    /// Why that program failed, where `cause` is that another one has.
    pub before: Cause,
    /// The distribution point used last.
    pub distribution_point: Option<ServerId>,
    /// The controller that validated the last logon.
    pub domain_controller: Controller,
    /// Times the machine tried from the location of content onwards.
    pub attempts: u32,
    /// The machine learned of the advertisement.
    pub policy: Instant,
    /// Content began to flow.
    pub content_start: Instant,
    /// Content was complete.
    pub content_end: Instant,
    /// The program started.
    pub run_start: Instant,
    /// The program ended.
    pub run_end: Instant,
    /// The site server heard the final state.
    pub report: Instant,
    /// The report state as the site server knows it, where reports take time.
    pub heard: ReportState,
    /// Times that it was over, and those that ended in success, where it can begin
    /// again.
    pub occurrences: u16,
    /// See `occurrences`.
    pub successes: u16,
    /// What became of the last report, where reports take time.
    pub report_fate: ReportFate,
    /// Bytes of the package that crossed the network.
    pub downloaded: Size,
    /// Bytes read from shares that are not distribution points.
    pub from_shares: Size,
}

impl Outcome {
    /// Leaves out what is told of the last try, its bytes and its number apart: the row
    /// has come about without it.
    pub(crate) fn forget_try(&mut self) {
        let none = Self::default();
        self.forget_run();
        self.network = none.network;
        self.distribution_point = none.distribution_point;
        self.domain_controller = none.domain_controller;
        (self.content_start, self.content_end) = (none.content_start, none.content_end);
    }

    /// The program was removed, and another run has put it back: the row tells of that
    /// run. What it has of its own try was undone.
    pub(crate) fn is_back(&mut self, ending: Ending, run: &Self) {
        self.forget_try();
        (self.ending, self.step, self.cause) = (ending, Step::Assignment, Cause::HasRunBefore);
        (self.run_end, self.executing) = (run.run_end, run.executing);
    }

    /// Leaves out what is told of a run of the program, not of its content.
    pub(crate) fn forget_run(&mut self) {
        let none = Self::default();
        self.code = none.code;
        self.resource = none.resource;
        self.executing = none.executing;
        (self.run_start, self.run_end) = (none.run_start, none.run_end);
    }
}

const _: () = assert!(
    size_of::<Outcome>() == 128,
    "a record fills two cache lines"
);

impl Default for Outcome {
    fn default() -> Self {
        Self {
            state: ReportState::NoStatus,
            ending: Ending::Unaware,
            cause: Cause::NotPolled,
            step: Step::Policy,
            status_message: 0,
            code: None,
            executing: Actor::Nobody,
            network: Actor::Nobody,
            resource: Resource::None,
            program: ChainProgram::ADVERTISED,
            before: Cause::None,
            distribution_point: None,
            domain_controller: Controller::NONE,
            attempts: 0,
            policy: Instant::NEVER,
            content_start: Instant::NEVER,
            content_end: Instant::NEVER,
            run_start: Instant::NEVER,
            run_end: Instant::NEVER,
            report: Instant::NEVER,
            heard: ReportState::NoStatus,
            occurrences: 0,
            successes: 0,
            report_fate: ReportFate::Nothing,
            downloaded: Size(0),
            from_shares: Size(0),
        }
    }
}
