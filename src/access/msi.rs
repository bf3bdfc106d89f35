//! Where Windows Installer puts a package, given who runs it.

use super::Execution;
use crate::outcome::Actor;
use crate::world::{Msi, MsiBuild};

/// Where an MSI package ends up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MsiPlacement {
    /// For all users of the computer.
    PerMachine,
    /// In the profile of the logged-on user.
    PerUser,
    /// In the profile of a service account, where no user sees it.
    ServiceProfile,
}

impl MsiPlacement {
    /// The name used in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PerMachine => "per-machine",
            Self::PerUser => "per-user",
            Self::ServiceProfile => "service-profile",
        }
    }
}

/// Why Windows Installer does not install a package at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MsiFailure {
    /// For all users, by an account that is not an administrator: message 1925.
    NotPrivileged,
    /// Per user, by a service account, where the package asks for a user: "the
    /// installation may fail" (S. Rachui, `TechNet` Magazine July 2006, cc160972).
    NoUserProfile,
    /// Per user, which the policy `DisableUserInstalls` forbids
    /// (learn.microsoft.com, `DisableUserInstalls`).
    UserInstallsDisabled,
}

impl MsiFailure {
    /// The exit code: `ERROR_INSTALL_FAILURE`, or `ERROR_INSTALL_PACKAGE_REJECTED`,
    /// "forbidden by system policy".
    pub const fn code(self) -> u32 {
        match self {
            Self::NotPrivileged | Self::NoUserProfile => 1603,
            Self::UserInstallsDisabled => 1625,
        }
    }
}

/// Where an MSI package is installed, by the value of `ALLUSERS` (Windows
/// Installer, "ALLUSERS property"): the command line's, else the package's.
/// `user_installs` says whether policy allows installations per user.
///
/// # Errors
///
/// Why it fails.
pub const fn msi_placement(
    execution: &Execution,
    msi: Msi,
    user_installs: bool,
) -> Result<MsiPlacement, MsiFailure> {
    let allusers = match (msi.allusers, msi.build) {
        (Some(value), _) => value,
        (None, MsiBuild::PerMachine) => 1,
        (None, MsiBuild::PerUser) => 0,
    };
    match (allusers, execution.administrator) {
        (1 | 2, true) => return Ok(MsiPlacement::PerMachine),
        (1, false) => return Err(MsiFailure::NotPrivileged),
        _ => {}
    }
    // Not set, or 2 reset to nothing for want of privileges.
    let profile = profile_of(execution.actor);
    match profile {
        _ if !user_installs => Err(MsiFailure::UserInstallsDisabled),
        MsiPlacement::ServiceProfile if msi.needs_user_profile => Err(MsiFailure::NoUserProfile),
        _ => Ok(profile),
    }
}

/// Whose profile a per-user installation goes to. That of Local System, of a
/// token account or of the Software Installation Account is seen by no user.
const fn profile_of(actor: Actor) -> MsiPlacement {
    match actor {
        Actor::LoggedOnUser => MsiPlacement::PerUser,
        _ => MsiPlacement::ServiceProfile,
    }
}
