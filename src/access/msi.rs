//! Where Windows Installer puts a package, given who runs it.

use super::Execution;
use crate::outcome::Actor;
use crate::world::{Msi, MsiBuild};

/// `ERROR_INSTALL_FAILURE`: the exit code behind the installer's message 1925,
/// "insufficient privileges to install for all users".
const INSTALL_FAILURE: u32 = 1603;

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

/// Where an MSI package is installed, by the value of `ALLUSERS` (Windows
/// Installer, "ALLUSERS property"): the command line's, else the package's.
///
/// # Errors
///
/// The exit code with which it fails.
pub const fn msi_placement(execution: &Execution, msi: Msi) -> Result<MsiPlacement, u32> {
    let allusers = match (msi.allusers, msi.build) {
        (Some(value), _) => value,
        (None, MsiBuild::PerMachine) => 1,
        (None, MsiBuild::PerUser) => 0,
    };
    match (allusers, execution.administrator) {
        (1 | 2, true) => Ok(MsiPlacement::PerMachine),
        (1, false) => Err(INSTALL_FAILURE),
        // Not set, or 2 reset to nothing for want of privileges.
        _ => Ok(profile_of(execution.actor)),
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
