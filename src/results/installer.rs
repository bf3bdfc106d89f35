//! Where Windows Installer has put a package: columns that `machines.csv` has where
//! a program is one.

use super::cell;
use super::column::columns;
use super::tally::Job;
use crate::access::{Execution, MsiPlacement, msi_placement};
use crate::model::is_user_administrator;
use crate::outcome::{Actor, Ending};
use crate::world::World;

/// Whether the table of `world` has these columns.
pub(super) fn is_shown(world: &World) -> bool {
    world.programs.iter().any(|program| program.msi.is_some())
}

columns! {
    /// Columns of `machines.csv`.
    OF_MACHINES: pub(super) fn machine_cells(placement: Option<MsiPlacement>, profile: &str; out) {
        "msi_installed" Text "where Windows Installer has put the package: `per-machine`, `per-user` or `service-profile`; empty if it is no such package, or not installed" => cell::name(out, placement.map_or("", MsiPlacement::name));
        "msi_profile" Text "the account in whose profile it is, unless it is there for all users" => cell::text(out, profile);
    }
}

/// Where the package of `job` is, if it is one and is on the machine.
pub(super) fn placement(world: &World, replication: u32, job: &Job) -> Option<MsiPlacement> {
    let outcome = job.outcome;
    let program = world.advertisements[job.advertisement.index()].program;
    let msi = world.programs[program.index()].msi?;
    let is_there = outcome.ending.is_on_the_machine() || outcome.ending == Ending::Broken;
    // What was there before the start was put there by an account unknown.
    if !is_there || outcome.executing == Actor::Nobody {
        return None;
    }
    let is_user = outcome.executing == Actor::LoggedOnUser;
    let execution = Execution {
        actor: outcome.executing,
        elevated: false,
        administrator: !is_user
            || job.profile.windows_9x
            || is_user_administrator(world, replication, job.machine_id.0),
    };
    let user_installs = !world.rules.disable_user_installs;
    msi_placement(&execution, msi, user_installs).ok()
}
