//! The closed lists of words that a scenario may write, and what each of them means.

use crate::scenario::inventory::{DateOrder, DropReason};
use crate::world;
use schemars::JsonSchema;

/// A closed list of words, and what each means in the resolved world.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident => $meaning:ty { $($(#[$vdoc:meta])* $variant:ident = $text:literal => $value:expr),* $(,)? }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize, JsonSchema,
        )]
        pub(crate) enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),* }

        impl $name {
            /// What the word means.
            pub(crate) fn meaning(self) -> $meaning {
                match self { $(Self::$variant => $value),* }
            }
        }
    };
}

words! {
    /// Which SMS 2003 client a machine runs.
    Client => world::ClientKind {
        /// SMS 2003 Advanced Client.
        Advanced = "advanced" => world::ClientKind::Advanced,
        /// SMS 2003 Legacy Client, the client of SMS 2.0.
        Legacy = "legacy" => world::ClientKind::Legacy,
    }
}

words! {
    /// What becomes of a machine that is off.
    OffWord => bool {
        /// It is shut down, and starts anew.
        ShutDown = "shut down" => false,
        /// It sleeps, and goes on where it was.
        Sleep = "sleep" => true,
    }
}

words! {
    /// What a machine is in its domain.
    MachineRole => world::Role {
        /// Workstation.
        Workstation = "workstation" => world::Role::Workstation,
        /// Member server.
        MemberServer = "member server" => world::Role::MemberServer,
        /// Domain controller.
        DomainController = "domain controller" => world::Role::DomainController,
    }
}

words! {
    /// What a server does.
    ServerRole => world::ServerRole {
        /// Policy and content location for Advanced Clients.
        ManagementPoint = "management point" => world::ServerRole::ManagementPoint,
        /// Advertisements for Legacy Clients.
        ClientAccessPoint = "client access point" => world::ServerRole::ClientAccessPoint,
        /// Holds packages.
        DistributionPoint = "distribution point" => world::ServerRole::DistributionPoint,
        /// Validates logons.
        DomainController = "domain controller" => world::ServerRole::DomainController,
        /// Carries shares that are not distribution points.
        FileServer = "file server" => world::ServerRole::FileServer,
    }
}

words! {
    /// What counts against a roll-out.
    FailureWord => world::FailureKind {
        /// Reports of failure, and machines found broken.
        Failed = "failed" => world::FailureKind::Failed,
        /// Reports of a rejection.
        Rejected = "rejected" => world::FailureKind::Rejected,
        /// Offers without a final report in time.
        Overdue = "overdue" => world::FailureKind::Overdue,
        /// Any of these.
        Any = "any" => world::FailureKind::Any,
    }
}

/// What a stop rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, JsonSchema)]
pub(crate) enum StopWord {
    /// No offers any more.
    #[serde(rename = "abort")]
    Abort,
    /// No offers for a time.
    #[serde(rename = "pause")]
    Pause,
}

words! {
    /// How a machine gets its moment in a start window.
    StartDrawWord => world::StartDraw {
        /// By its name, always the same.
        Fixed = "fixed" => world::StartDraw::Fixed,
        /// By a draw for each advertisement.
        Fresh = "fresh" => world::StartDraw::Fresh,
    }
}

words! {
    /// What kind of domain it is.
    DomainKind => world::DomainKind {
        /// Computers have accounts that they can use on the network.
        ActiveDirectory = "active directory" => world::DomainKind::ActiveDirectory,
        /// Local System has no credential that it could use on the network.
        WindowsNt4 = "windows nt 4.0" => world::DomainKind::Nt4,
        /// No domain at all.
        Workgroup = "workgroup" => world::DomainKind::Workgroup,
    }
}

words! {
    /// The state of a package on a distribution point.
    ContentState => world::ContentState {
        /// Not there.
        Missing = "missing" => world::ContentState::Missing,
        /// There, but damaged: downloads end in a hash mismatch.
        Corrupt = "corrupt" => world::ContentState::Corrupt,
    }
}

words! {
    /// Whether an account can log on, and the error on the network if it cannot. A
    /// program that is to run under it on a Legacy Client fails with error 1317,
    /// whatever the reason (KB Q307434).
    AccountState => world::AccountState {
        /// It can.
        Ok = "ok" => world::AccountState::Ok,
        /// Locked out: error 1909.
        Locked = "locked" => world::AccountState::Locked,
        /// Disabled: error 1331.
        Disabled = "disabled" => world::AccountState::Disabled,
        /// The account has expired: error 1793.
        Expired = "expired" => world::AccountState::Expired,
        /// The password has expired: error 1330.
        PasswordExpired = "password expired" => world::AccountState::PasswordExpired,
        /// The password that SMS holds is not the account's: error 1326.
        WrongPassword = "wrong password" => world::AccountState::WrongPassword,
        /// There is no such account: error 1326.
        Missing = "missing" => world::AccountState::Missing,
    }
}

words! {
    /// Whether a program that has run on the machine before is run again.
    RerunWord => world::Rerun {
        /// Whatever came of it.
        Always = "always" => world::Rerun::Always,
        /// Never.
        Never = "never" => world::Rerun::Never,
        /// Only if it failed.
        IfFailed = "if failed" => world::Rerun::IfFailed,
        /// Only if it succeeded.
        IfSucceeded = "if succeeded" => world::Rerun::IfSucceeded,
    }
}

words! {
    /// With whose rights a program runs.
    Rights => world::Rights {
        /// The logged-on user's.
        User = "user" => world::Rights::User,
        /// Administrative.
        Administrative = "administrative" => world::Rights::Administrative,
    }
}

words! {
    /// When a program can run, as far as users go.
    RunCondition => world::UserCondition {
        /// Waits for a user to log on.
        LoggedOn = "only when a user is logged on" => world::UserCondition::LoggedOn,
        /// Waits for the user to log off.
        LoggedOff = "only when no user is logged on" => world::UserCondition::LoggedOff,
        /// Does not care.
        Either = "whether or not a user is logged on" => world::UserCondition::Either,
    }
}

words! {
    /// What happens when the program has ended.
    AfterRunning => world::AfterRunning {
        /// Nothing.
        Nothing = "no action" => world::AfterRunning::None,
        /// SMS restarts the computer, after success only.
        SmsRestarts = "SMS restarts computer" => world::AfterRunning::SmsRestarts,
        /// The program restarts the computer itself.
        ProgramRestarts = "program restarts computer" => world::AfterRunning::ProgramRestarts,
        /// SMS logs the user off, after success only. The next session begins when it would
        /// have begun, or a day later.
        SmsLogsOff = "SMS logs user off" => world::AfterRunning::SmsLogsOff,
    }
}

words! {
    /// For whom a Windows Installer package was built.
    MsiBuild => world::MsiBuild {
        /// `ALLUSERS` is not set in the package: for the installing user.
        PerUser = "per-user" => world::MsiBuild::PerUser,
        /// `ALLUSERS=1` in the package: for the computer.
        PerMachine = "per-machine" => world::MsiBuild::PerMachine,
    }
}

words! {
    /// What an Advanced Client does where a local distribution point has the package.
    OnLocal => world::LocalContent {
        /// Run from the distribution point.
        Run = "run" => world::LocalContent::Run,
        /// Download, then run from the cache.
        Download = "download" => world::LocalContent::Download,
    }
}

words! {
    /// What an Advanced Client does where only a remote distribution point has the package.
    OnRemote => world::RemoteContent {
        /// Wait until a local distribution point has it.
        DoNotRun = "do not run" => world::RemoteContent::DoNotRun,
        /// Download from the remote point.
        Download = "download" => world::RemoteContent::Download,
        /// Run from the remote point.
        Run = "run" => world::RemoteContent::Run,
    }
}

words! {
    /// In which order an Advanced Client presents accounts to a share that is not a distribution point.
    NonSmsShareOrder => crate::product::NonSmsShareOrder {
        /// The Network Access Account alone.
        NetworkAccess = "network access account" => crate::product::NonSmsShareOrder::NetworkAccessAccount,
        /// The computer account, then the Network Access Account.
        ComputerFirst = "computer account first" => crate::product::NonSmsShareOrder::ComputerAccountFirst,
    }
}

words! {
    /// How urgent a package is to the senders.
    Priority => crate::sending::Priority {
        /// Goes first, and in hours that are open to it alone.
        High = "high" => crate::sending::Priority::High,
        /// The priority of a new package.
        Medium = "medium" => crate::sending::Priority::Medium,
        /// Goes last.
        Low = "low" => crate::sending::Priority::Low,
    }
}

words! {
    /// How an Advanced Client sorts distribution points, at random inside each tier.
    PointOrder => crate::product::PointOrder {
        /// The machine's own site, which is its subnet, then its `ad_site`, then the rest.
        Nearest = "nearest" => crate::product::PointOrder::Nearest,
        /// The machine's `ad_site`, its own site among it, then the rest.
        AdSiteFirst = "ad site first" => crate::product::PointOrder::AdSiteFirst,
        /// Random over all.
        Random = "random" => crate::product::PointOrder::Random,
    }
}

words! {
    /// A reason for which a row of an inventory is left out.
    LeftOut => DropReason {
        /// Superseded by another row.
        Obsolete = "obsolete" => DropReason::Obsolete,
        /// The computer account is disabled.
        Disabled = "disabled" => DropReason::Disabled,
        /// The machine or its client is not in use.
        Inactive = "inactive" => DropReason::Inactive,
        /// Not heard of for too long.
        Stale = "stale" => DropReason::Stale,
        /// One of the objects for unknown computers.
        Unknown = "unknown" => DropReason::Unknown,
        /// No client is installed.
        NoClient = "no client" => DropReason::NoClient,
        /// Another device or operating system.
        NotWindows = "not windows" => DropReason::NotWindows,
    }
}

words! {
    /// The order of day and month in `03/04/2026`.
    Dates => DateOrder {
        /// 3 April.
        DayFirst = "day first" => DateOrder::DayFirst,
        /// 4 March.
        MonthFirst = "month first" => DateOrder::MonthFirst,
    }
}

words! {
    /// What becomes of sites that only the inventory names.
    UndeclaredSites => bool {
        /// They have to be declared.
        Declared = "declared" => false,
        /// They are made.
        Make = "make" => true,
    }
}
