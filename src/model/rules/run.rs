//! A program runs: what stops it whatever else it meets, what its exit code means, and
//! what has become of the machine when it is done.

use crate::access::{self, Execution, MsiFailure, MsiPlacement};
use crate::model::ids::JobId;
use crate::model::journal::Entry;
use crate::model::rules::clocks;
use crate::model::way::scene::Scene;
use crate::outcome::{Actor, Cause, Ending, Outcome, ReportState, Step};
use crate::product::exit_codes::Verdict;
use crate::product::status;
use crate::product::win32::{ACCESS_DENIED, DISK_FULL};
use crate::units::{Instant, Size};
use crate::world::{Msi, Program, ServerId};

/// Why a program fails whatever else it meets.
pub(crate) struct Obstacle {
    pub(crate) code: u32,
    pub(crate) cause: Cause,
}

/// What stops the program of a job, if anything does, and what is told of that.
#[inline]
pub(crate) fn obstacle(scene: &Scene<'_, '_>, id: JobId) -> (Option<Obstacle>, Option<Entry>) {
    let program = scene.program(id);
    // Most programs ask for nothing.
    if !program.needs_administrator && program.msi.is_none() && program.disk.is_none() {
        return (None, None);
    }
    obstacle_to(scene, id, program)
}

/// What stops a program that asks for rights, for Windows Installer or for room on the disk.
#[inline(never)]
fn obstacle_to(
    scene: &Scene<'_, '_>,
    id: JobId,
    program: &Program,
) -> (Option<Obstacle>, Option<Entry>) {
    let Some(execution) = scene.jobs[id].execution else {
        return (None, None);
    };
    let fails = |code, cause| Some(Obstacle { code, cause });
    if program.needs_administrator && !execution.administrator {
        let stops = fails(ACCESS_DENIED, Cause::UserNotAdministrator);
        return (stops, Some(Entry::NeedsAdministrator));
    }
    let placed = program.msi.map(|msi| placement(scene, &execution, msi));
    let told = placed.map(|placed| Entry::WindowsInstaller(execution.actor, placed));
    if let Some(Err(failure)) = placed {
        let cause = match failure {
            MsiFailure::NotPrivileged => Cause::MsiFailed,
            MsiFailure::NoUserProfile | MsiFailure::UserInstallsDisabled => Cause::PerUserMsiFailed,
        };
        return (fails(failure.code(), cause), told);
    }
    let lacks_room = program.disk.zip(free_disk(scene, id));
    if lacks_room.is_some_and(|(needed, free)| needed.0 > free) {
        return (fails(DISK_FULL, Cause::DiskFull), told);
    }
    (None, told)
}

/// Bytes that are free on the disk of a job's machine, if that is said.
fn free_disk(scene: &Scene<'_, '_>, id: JobId) -> Option<u64> {
    let own = scene.own(id, &scene.world.fleet.overrides.disk);
    own.or(scene.profile(id).disk.map(|Size(bytes)| bytes))
}

/// Where Windows Installer puts a package that is run like this.
fn placement(
    scene: &Scene<'_, '_>,
    execution: &Execution,
    msi: Msi,
) -> Result<MsiPlacement, MsiFailure> {
    let user_installs = !scene.world.rules.disable_user_installs;
    access::msi_placement(execution, msi, user_installs)
}

/// Whether the logon session that runs the program has a drive mapped to
/// `server`: drives belong to the session of the user who has mapped them (KB
/// Q263279).
pub(crate) fn sees_drive(scene: &Scene<'_, '_>, id: JobId, server: ServerId) -> bool {
    let runner = scene.jobs[id].execution.map(|e| e.actor);
    runner == Some(Actor::LoggedOnUser)
        && scene
            .profile(id)
            .mapped_drives
            .binary_search(&server)
            .is_ok()
}

/// When the maximum run time of the program that a job runs is over: it counts
/// from the start of the program, whatever the program does.
pub(crate) fn limit(scene: &Scene<'_, '_>, id: JobId) -> Instant {
    scene.record(id).run_start + scene.program(id).maximum_run_time
}

/// Whether the client has stopped watching a program that still reads, or works
/// after that.
pub(crate) fn is_left_alone(scene: &Scene<'_, '_>, id: JobId) -> bool {
    scene.rare_state(id).left_alone
}

/// What an exit code means to a job's client.
pub(crate) fn verdict(scene: &Scene<'_, '_>, id: JobId, code: u32) -> Verdict {
    let lists = &scene.world.rules.exit_codes;
    lists.verdict(scene.profile(id).client, code)
}

/// How a program has ended that its client no longer watched, and why, what it breaks
/// aside; with no `code` if it was cut short. What it has left on the machine does not
/// depend on who watches.
pub(crate) fn ending_alone(scene: &Scene<'_, '_>, id: JobId, code: Option<u32>) -> (Ending, Cause) {
    let verdict = code.map_or(Verdict::Fail, |code| verdict(scene, id, code));
    let ending = match verdict {
        Verdict::Retry | Verdict::Fail => Ending::Failed,
        Verdict::Success | Verdict::RestartPending => {
            success(scene, id, verdict == Verdict::RestartPending).0
        }
    };
    let cause = match ending {
        Ending::ServiceProfile => Cause::PerUserIntoService,
        _ => Cause::RunTimeExceeded,
    };
    (ending, cause)
}

/// At which step a program has failed, and why.
pub(crate) fn blame(scene: &Scene<'_, '_>, id: JobId, why: Option<Cause>) -> (Step, Cause) {
    let step = match why {
        Some(Cause::ElevationFailed) => Step::Elevation,
        Some(_) if scene.jobs[id].refused.is_some() => Step::Share,
        Some(Cause::NoNetworkAccessAccount | Cause::ShareUnreachable | Cause::ConnectionLimit) => {
            Step::Share
        }
        Some(Cause::ContentUnreachable) => Step::Content,
        _ => Step::Run,
    };
    (step, why.unwrap_or(Cause::ProgramFailed))
}

/// The status message of a program that has failed.
pub(crate) fn failure_message(scene: &Scene<'_, '_>, id: JobId) -> u16 {
    if scene.program(id).status_mif {
        status::FAILED_MIF
    } else {
        status::FAILED_EXIT_CODE
    }
}

/// The status message of a program that has succeeded.
pub(crate) fn success_message(scene: &Scene<'_, '_>, id: JobId) -> u16 {
    if scene.program(id).status_mif {
        status::SUCCESS_MIF
    } else {
        status::SUCCESS
    }
}

/// What a machine has from a program that has succeeded, and why that is not all; what
/// it breaks later aside.
pub(crate) fn success(
    scene: &Scene<'_, '_>,
    id: JobId,
    restart_outstanding: bool,
) -> (Ending, Step, Cause) {
    let msi = scene.program(id).msi;
    let placement = msi
        .zip(scene.jobs[id].execution)
        .and_then(|(msi, execution)| placement(scene, &execution, msi).ok());
    if placement == Some(MsiPlacement::ServiceProfile) {
        let cause = Cause::PerUserIntoService;
        (Ending::ServiceProfile, Step::Done, cause)
    } else if restart_outstanding {
        let cause = Cause::RestartOutstanding;
        (Ending::RestartPending, Step::AfterRunning, cause)
    } else {
        (Ending::Installed, Step::Done, Cause::None)
    }
}

/// What the row of a program tells whose restart is over: a client that stopped watching
/// it still does not know how it ended, and that it ran for another row, that it is
/// superseded, or that a removal is under way or was in vain, is told of all the same.
pub(crate) fn after_restart(record: &Outcome) -> (Step, Cause) {
    match record.cause {
        cause @ (Cause::RunTimeExceeded
        | Cause::RemovalPending
        | Cause::RemovalFailed
        | Cause::KilledByVerify
        | Cause::Superseded
        | Cause::HasRunBefore) => (record.step, cause),
        _ => (Step::Done, Cause::None),
    }
}

/// The row of a program becomes that of one whose restart is over.
pub(crate) fn has_restarted(scene: &Scene<'_, '_>, id: JobId, row: &Outcome) -> Outcome {
    let (step, cause) = after_restart(row);
    let told = row.state == ReportState::RebootPending;
    Outcome {
        ending: Ending::Installed,
        step,
        cause,
        state: if told {
            ReportState::Succeeded
        } else {
            row.state
        },
        status_message: if told {
            success_message(scene, id)
        } else {
            row.status_message
        },
        ..*row
    }
}

/// When a job's machine has been switched off and on again after `since`. A machine that
/// sleeps has not restarted.
pub(crate) fn switch_on_after(scene: &Scene<'_, '_>, id: JobId, since: Instant) -> Instant {
    let profile = scene.profile(id);
    if profile.sleeps || !profile.may_be_off() {
        return Instant::NEVER;
    }
    let presence = scene.presence.ahead(clocks::time_zone(scene, id));
    let spell = |at| presence.machine(scene.jobs[id].key, profile, at);
    let on = spell(since);
    if on.holds && on.until.is_some() {
        spell(on.until).until
    } else {
        on.until
    }
}

/// When a job's machine will have been switched off and on again.
pub(crate) fn next_switch_on(scene: &Scene<'_, '_>, id: JobId) -> Instant {
    switch_on_after(scene, id, scene.now)
}
