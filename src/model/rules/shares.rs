//! Shares that are not distribution points: what stands before the one that a job wants,
//! and what follows if it cannot be had.

use crate::access::{self, Purpose};
use crate::model::ids::JobId;
use crate::model::rules::{retry, run, transfer};
use crate::model::surroundings::accounts::logon;
use crate::model::surroundings::faults;
use crate::model::surroundings::sessions;
use crate::model::way::scene::Scene;
use crate::outcome::{Cause, Step};
use crate::product::exit_codes::Verdict;
use crate::product::status;
use crate::product::win32::{ACCESS_DENIED, BAD_NETWORK_PATH, PATH_NOT_FOUND};
use crate::units::Size;
use crate::world::{ServerId, ServerRole, ShareUse};

/// The share that a job is at, to reach it or to read it; `None` after the last.
#[inline]
pub(crate) fn wanted<'w>(scene: &Scene<'w, '_>, id: JobId) -> Option<&'w ShareUse> {
    let at = usize::from(scene.jobs[id].share);
    scene.program(id).shares.get(at)
}

/// What stands before the share that a job wants to reach.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Door {
    /// The accounts that it presents have to get in.
    Accounts,
    /// The command line names a drive that the program's session does not have.
    NoDrive,
    /// The server of the share cannot be reached.
    Unreachable(ServerId),
}

impl Door {
    /// Why and with which code the share cannot be had, whatever account is presented.
    pub(crate) const fn failure(self) -> Option<(u32, Cause)> {
        match self {
            Self::Accounts => None,
            Self::NoDrive => Some((PATH_NOT_FOUND, Cause::DriveNotMapped)),
            Self::Unreachable(_) => Some((BAD_NETWORK_PATH, Cause::ShareUnreachable)),
        }
    }
}

/// What stands before the share that a job wants to reach.
#[inline]
pub(crate) fn door(scene: &Scene<'_, '_>, id: JobId, wanted: &ShareUse) -> Door {
    let server = scene.world.shares[wanted.share.index()].server;
    let by_drive = wanted.command_line && scene.program(id).mapped_drive;
    if by_drive && !run::sees_drive(scene, id, server) {
        Door::NoDrive
    } else if faults::reachable(scene, id, server, ServerRole::FileServer) {
        Door::Accounts
    } else {
        Door::Unreachable(server)
    }
}

/// Why no account of a job's client could read the share, and the code of that;
/// `None` if there is no account that runs the program.
pub(crate) fn refusal(scene: &Scene<'_, '_>, id: JobId) -> Option<(u32, Cause)> {
    let job = &scene.jobs[id];
    let execution = job.execution?;
    let client = scene.client(id);
    let cause = access::cause(&client, &execution, Purpose::Share, job.refused);
    let code = job
        .refused
        .map_or(ACCESS_DENIED, |(_, refusal)| refusal.code);
    Some((code, logon::collateral(scene, id, cause)))
}

/// What follows where a share cannot be had.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Consequence {
    /// The program, which has started, ends with the code.
    Exits,
    /// The command line is on the share, so that the program was never started, and is
    /// tried again.
    TriesAgain(u32, retry::Failure),
    /// The command line is on the share, so that the program was never started, and the
    /// job has failed.
    Fails(u32, retry::Failure),
}

/// What follows where the share that a job is at cannot be had, with this code and
/// because of `cause`.
pub(crate) fn consequence(
    scene: &Scene<'_, '_>,
    id: JobId,
    code: u32,
    cause: Cause,
) -> Consequence {
    if !wanted(scene, id).is_some_and(|share| share.command_line) {
        return Consequence::Exits;
    }
    let code = scene.behaviour(id).command_line_code(code);
    let failure = retry::Failure {
        step: Step::Share,
        cause,
        message: status::PREPARATION_FAILED,
        messages: 1,
    };
    if run::verdict(scene, id, code) == Verdict::Retry {
        Consequence::TriesAgain(code, failure)
    } else {
        Consequence::Fails(code, failure)
    }
}

/// How a program reads the share that it is at.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Reading {
    /// It reads nothing there.
    Nothing,
    /// It reads this much from this server.
    Reads(ServerId, Size),
    /// The server cannot be reached.
    Unreachable(ServerId),
}

/// How a program reads the share that it is at.
#[inline]
pub(crate) fn reads(scene: &Scene<'_, '_>, id: JobId) -> Reading {
    let size = transfer::share_size(scene, id);
    if size == Size(0) {
        return Reading::Nothing;
    }
    let server = sessions::share_server(scene, id, usize::from(scene.jobs[id].share));
    if faults::reachable(scene, id, server, ServerRole::FileServer) {
        Reading::Reads(server, size)
    } else {
        Reading::Unreachable(server)
    }
}
