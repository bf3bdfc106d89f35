//! Where a job stands that the horizon finds in the middle of something.

use crate::model::ids::JobId;
use crate::model::rules::{cache, chain, contact_logons, location, run, shares, withdrawal};
use crate::model::way::job::Phase;
use crate::model::way::scene::Scene;
use crate::outcome::{Cause, Ending, Resource, Step};
use crate::product::win32::BAD_NETWORK_PATH;
use crate::world::ServerId;

/// What the row of a job tells that has not come to its end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unfinished {
    pub(crate) ending: Ending,
    pub(crate) step: Step,
    pub(crate) cause: Cause,
    pub(crate) code: Option<u32>,
    pub(crate) resource: Resource,
}

/// What the row of a job tells that is in the middle of something; `None` if it goes
/// on to tell of what came before: the client has said all that it knows.
#[inline]
pub(crate) fn unfinished(scene: &Scene<'_, '_>, id: JobId) -> Option<Unfinished> {
    let (job, record) = (&scene.jobs[id], scene.record(id));
    let is = |ending, step, cause| Unfinished {
        ending,
        step,
        cause,
        code: record.code,
        resource: record.resource,
    };
    let in_progress = |step, cause| is(Ending::InProgress, step, cause);
    let server = |server: Option<ServerId>| server.map_or(Resource::None, Resource::Server);
    let share = || {
        let wanted = shares::wanted(scene, id);
        wanted.map_or(Resource::None, |wanted| Resource::Share(wanted.share))
    };
    Some(match job.phase() {
        Phase::Unaware if contact_logons::is_off_at_its_look(scene, id) => {
            is(Ending::Unaware, Step::Policy, Cause::MachineOff)
        }
        // It tells what the job tells for whose download it waits.
        Phase::Ready => {
            let other = cache::has_joined(scene, id)?;
            return unfinished(scene, other);
        }
        Phase::Unaware | Phase::Over => return None,
        Phase::ReadingPoint | Phase::ReadingShare | Phase::Running
            if run::is_left_alone(scene, id) =>
        {
            return None;
        }
        Phase::Downloading => Unfinished {
            resource: server(job.point),
            ..in_progress(Step::Content, Cause::StillDownloading)
        },
        // The program has started, and reads as part of its work.
        Phase::ReadingPoint => Unfinished {
            resource: server(job.point),
            ..in_progress(Step::Content, Cause::StillRunning)
        },
        Phase::ReadingShare => Unfinished {
            resource: share(),
            ..in_progress(Step::Share, Cause::StillRunning)
        },
        Phase::Locating => Unfinished {
            code: None,
            resource: server(location::contact(scene, id)),
            ..in_progress(Step::Location, job.in_line_because_of(Cause::NoLocation))
        },
        // It is in the middle of these only while it waits for an answer.
        Phase::Connecting => Unfinished {
            code: None,
            resource: server(job.point),
            ..in_progress(
                Step::Connection,
                job.in_line_because_of(Cause::LogonPending),
            )
        },
        Phase::ReachingShare => Unfinished {
            resource: share(),
            ..in_progress(Step::Share, job.in_line_because_of(Cause::LogonPending))
        },
        Phase::Asking => Unfinished {
            resource: server(scene.contact(id)),
            ..is(
                Ending::Unaware,
                Step::Policy,
                job.in_line_because_of(Cause::ContactOverloaded),
            )
        },
        Phase::HeldUp => Unfinished {
            code: Some(BAD_NETWORK_PATH),
            resource: server(job.point),
            ..is(
                Ending::Retrying,
                Step::Connection,
                Cause::ContentUnreachable,
            )
        },
        Phase::Running => in_progress(Step::Run, Cause::StillRunning),
        Phase::Restarting if chain::is_run_first(scene, id) => Unfinished {
            // That of the program to run first is not its own.
            code: None,
            ..in_progress(Step::AfterRunning, Cause::DependencyPending)
        },
        Phase::Restarting => is(
            Ending::RestartPending,
            Step::AfterRunning,
            Cause::RestartOutstanding,
        ),
    })
}

/// Whether the row of a job stays as it is, because its program is being removed: until
/// that is over, the program is there.
#[inline]
pub(crate) fn is_settled(scene: &Scene<'_, '_>, id: JobId) -> bool {
    withdrawal::is_removing(scene, id)
}

/// Whether the client of a job may be found gone at the horizon.
#[inline]
pub(crate) fn may_lose_client(scene: &Scene<'_, '_>, id: JobId) -> bool {
    let phase = scene.jobs[id].phase();
    matches!(phase, Phase::Unaware | Phase::Asking | Phase::Ready)
}
