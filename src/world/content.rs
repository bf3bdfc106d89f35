//! What is rolled out: packages, programs, advertisements.

use super::{AccessList, PackageId, PlatformId, ProgramId, ServerId, ShareId};
use crate::engine::Distribution;
use crate::units::{SignedInstant, Size, Span};
use std::sync::Arc;

/// Files that programs are started from.
#[derive(Debug, Clone)]
pub struct Package {
    /// Identifier, unique.
    pub id: String,
    /// Bytes.
    pub size: Size,
    /// Version, shown in logs.
    pub version: u32,
    /// The distribution points that hold it, ascending. Packages on the same points share
    /// one list: thousands of them may be on thousands of points each.
    pub distribution_points: Arc<[ServerId]>,
    /// Those of them to which it has yet to come, see [`super::Change`].
    pub missing_at_start: Vec<ServerId>,
    /// Package access accounts: who may read it on a distribution point. By
    /// default Users, Guests and Administrators.
    pub access: AccessList,
}

impl Package {
    /// Whether it has source files: a package without any is on no distribution
    /// point (`TechNet` cc180810).
    pub fn has_source(&self) -> bool {
        !self.distribution_points.is_empty()
    }
}

/// With whose rights a program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rights {
    /// The logged-on user's.
    User,
    /// Administrative.
    Administrative,
}

/// When a program may run, as far as users go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserCondition {
    /// Only when a user is logged on: the default.
    LoggedOn,
    /// Only when no user is logged on.
    LoggedOff,
    /// Whether or not a user is logged on.
    Either,
}

/// What happens when the program has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterRunning {
    /// Nothing.
    None,
    /// SMS restarts the computer, after success only.
    SmsRestarts,
    /// The program restarts the computer itself.
    ProgramRestarts,
    /// SMS logs the user off, after success only.
    SmsLogsOff,
}

/// For whom an MSI package was built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MsiBuild {
    /// `ALLUSERS` is not set in the package: for the installing user.
    PerUser,
    /// `ALLUSERS=1` in the package: for the computer.
    PerMachine,
}

/// A Windows Installer package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Msi {
    /// How it was built.
    pub build: MsiBuild,
    /// `ALLUSERS` on the command line: `None` leaves the package's own value,
    /// `Some(0)` clears it (`ALLUSERS=""`), `Some(1)` and `Some(2)` set it.
    pub allusers: Option<u8>,
    /// Whether it fails where it would go into the profile of a service account:
    /// a launch condition or a custom action asks for a user.
    pub needs_user_profile: bool,
}

/// A share that a program reads while it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShareUse {
    /// The share.
    pub share: ShareId,
    /// Bytes read.
    pub read: Size,
    /// Whether the command line itself is on this share: then the client fails
    /// before the program starts, with status message 10003 (KB Q263279),
    /// instead of the program with an exit code.
    pub command_line: bool,
}

/// Exit codes and their chances: the code of the first entry whose cumulated
/// chance exceeds the draw.
#[derive(Debug, Clone, PartialEq)]
pub struct ExitCodes(pub Vec<(f64, u32)>);

impl ExitCodes {
    /// The exit code for `draw`, uniform on 0..1.
    pub fn pick(&self, draw: f64) -> u32 {
        self.0
            .iter()
            .find(|(upto, _)| draw < *upto)
            .or(self.0.last())
            .map_or(0, |(_, code)| *code)
    }
}

/// A way of starting a package.
#[derive(Debug, Clone)]
pub struct Program {
    /// Identifier, unique over all packages.
    pub id: String,
    /// The package it belongs to.
    pub package: PackageId,
    /// Command line, for logs.
    pub command_line: String,
    /// With whose rights it runs.
    pub rights: Rights,
    /// When it may run.
    pub user_condition: UserCondition,
    /// The box "Use Software Installation Account".
    pub software_installation_account: bool,
    /// Whether the command line starts from a drive that is mapped to the first of
    /// `shares`, which is there in the logon session of a user alone.
    pub mapped_drive: bool,
    /// Whether what it runs is on a share or a drive of the machine, rather than in its
    /// package.
    pub is_elsewhere: bool,
    /// A Windows Installer package, if it is one.
    pub msi: Option<Msi>,
    /// Whether the program fails, rather than harming itself, when its user is
    /// no administrator.
    pub needs_administrator: bool,
    /// Shares it reads while it runs, in order.
    pub shares: Vec<ShareUse>,
    /// How long it runs, without the time its content takes to arrive.
    pub install_time: Distribution,
    /// What it returns.
    pub exit_codes: ExitCodes,
    /// Whether the program leaves a status MIF, which wins over the exit code
    /// in the status message.
    pub status_mif: bool,
    /// The client stops watching it after this time.
    pub maximum_run_time: Span,
    /// What happens afterwards.
    pub after_running: AfterRunning,
    /// Platforms it may run on, sorted; empty means any.
    pub platforms: Vec<PlatformId>,
    /// The program to run first.
    pub run_first: Option<ProgramId>,
    /// Free disk space it needs; `None` if unknown.
    pub disk: Option<Size>,
}

impl Program {
    /// Whether it may run on machines of `platform`.
    #[inline]
    pub fn supports(&self, platform: PlatformId) -> bool {
        self.platforms.is_empty() || self.platforms.binary_search(&platform).is_ok()
    }
}

/// When an assigned program is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assignment {
    /// As soon as the policy has arrived.
    AsSoonAsPossible,
    /// At this time, or at once on a machine that learns of it later.
    At(WallTime),
    /// When a user next logs on.
    Logon,
    /// When the user next logs off.
    Logoff,
}

/// What users do with an optional program: this share runs it, this long after
/// it is listed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Uptake {
    /// Share of the users that run it.
    pub share: f64,
    /// How long they take.
    pub delay: Distribution,
}

/// The Advanced Client's choice for a distribution point inside its local
/// roaming boundary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocalContent {
    /// Run from the distribution point: the default.
    Run,
    /// Download, then run from the cache.
    Download,
}

/// The Advanced Client's choice where no local distribution point has the
/// content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemoteContent {
    /// Do not run; wait until a local point has the content: the default.
    DoNotRun,
    /// Download from the remote point.
    Download,
    /// Run from the remote point.
    Run,
}

/// How Advanced Clients reach the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContentAccess {
    /// Local distribution points.
    pub local: LocalContent,
    /// Remote distribution points.
    pub remote: RemoteContent,
    /// Whether machines take it from each other, where they do so at all.
    pub peers: bool,
}

/// An offer of a program to a collection of machines.
#[derive(Debug, Clone)]
pub struct Advertisement {
    /// Identifier, unique.
    pub id: String,
    /// The program.
    pub program: ProgramId,
    /// The collection it is offered to; `None` for every machine.
    pub collection: Option<String>,
    /// Not visible before. The controller of a roll-out begins by the scenario's clock.
    pub available: WallTime,
    /// When it is due; `None` if optional.
    pub assignment: Option<Assignment>,
    /// What users do with it where it is optional.
    pub uptake: Option<Uptake>,
    /// Not run from this time on.
    pub expires: WallTime,
    /// How Advanced Clients reach the content.
    pub content: ContentAccess,
}

/// A time of an advertisement as it was written, which may lie before the start, and the
/// clock that tells it. The moment is asked for with the offset of a site's local time, so
/// that no caller leaves the time zone out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WallTime {
    shown: SignedInstant,
    is_local: bool,
}

impl WallTime {
    /// The start.
    pub const START: Self = Self::everywhere(SignedInstant::START);
    /// A time that never comes.
    pub const NEVER: Self = Self::everywhere(SignedInstant::NEVER);

    /// The same moment everywhere.
    pub const fn everywhere(at: SignedInstant) -> Self {
        Self {
            shown: at,
            is_local: false,
        }
    }

    /// The moment at which local clocks show what the scenario's clock shows at `shown`.
    pub const fn local(shown: SignedInstant) -> Self {
        Self {
            shown,
            is_local: true,
        }
    }

    /// Whether this time ever comes.
    pub const fn is_some(self) -> bool {
        self.shown.is_some()
    }

    /// The moment where local time is ahead of the scenario's clock by `ahead`
    /// microseconds.
    #[inline]
    pub fn at(self, ahead: i64) -> SignedInstant {
        if self.is_local {
            self.shown.shown_by(ahead)
        } else {
            self.shown
        }
    }
}
