//! What is interrupted when the network fails under a transfer, or when a machine goes
//! off or moves in the middle of something.

use crate::model::ids::JobId;
use crate::model::rules::peers::{self, Parting};
use crate::model::rules::{clocks, lines, run, transfer, withdrawal};
use crate::model::surroundings::peers::Loss;
use crate::model::way::job::{Job, Phase};
use crate::model::way::scene::Scene;
use crate::outcome::Step;
use crate::world::{ContentState, PackageId, ServerId, ShareId, World};

/// What a transfer that breaks does to its job.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Break {
    /// A program that its client does not watch any more ends with the error.
    EndsAlone,
    /// The program that was reading this share ends with the error.
    EndsProgram(ShareId),
    /// The content is fetched again later.
    Content,
}

/// What the failure of the network under its transfer does to a job.
pub(crate) fn breaks(scene: &Scene<'_, '_>, id: JobId) -> Break {
    let job = &scene.jobs[id];
    if run::is_left_alone(scene, id) {
        Break::EndsAlone
    } else if transfer::cargo(job.phase()) == Some(transfer::Cargo::Share) {
        Break::EndsProgram(scene.program(id).shares[usize::from(job.share)].share)
    } else {
        Break::Content
    }
}

/// What it means that a moment has come at which a job's machine, or the one that
/// gives to it, was to go off or to move, or at which the advertisement of a download
/// expires.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Interruption {
    /// The advertisement has expired: the download is of no use.
    Expired,
    /// The machine that gives is lost.
    LosesPeer(Loss),
    /// Neither of the two machines of a transfer has gone; the other one gives by this
    /// job.
    KeepsPeer(JobId),
    /// The machine goes off while its job stands in line.
    InLine,
    /// The machine has moved: a transfer breaks, and what runs goes on.
    Moves,
    /// The removal of a program is cut short.
    Removal,
    /// A program that its client does not watch any more is cut short.
    EndsAlone,
    /// The job waits at this step until the machine is on again.
    Waits(Step),
    /// Nothing was under way.
    Nothing,
}

/// What is interrupted now.
pub(crate) fn interrupts(scene: &Scene<'_, '_>, id: JobId) -> Interruption {
    let phase = scene.jobs[id].phase();
    if phase == Phase::Downloading && scene.now >= clocks::expires(scene, id) {
        return Interruption::Expired;
    }
    match peers::parting(scene, id) {
        Parting::Lost(loss) => return Interruption::LosesPeer(loss),
        Parting::Stay(source) => return Interruption::KeepsPeer(source),
        Parting::NotByPeer => {}
    }
    if lines::is_in_line(phase) {
        Interruption::InLine
    } else if scene.away.any && scene.machine_on(id).holds {
        Interruption::Moves
    } else {
        in_the_middle(scene, id)
    }
}

/// What a job is in the middle of whose machine goes down.
fn in_the_middle(scene: &Scene<'_, '_>, id: JobId) -> Interruption {
    match scene.jobs[id].phase() {
        Phase::Downloading => Interruption::Waits(Step::Content),
        Phase::ReadingPoint | Phase::ReadingShare | Phase::Running => {
            if withdrawal::is_removing(scene, id) {
                Interruption::Removal
            } else if run::is_left_alone(scene, id) {
                Interruption::EndsAlone
            } else {
                Interruption::Waits(Step::Run)
            }
        }
        _ => Interruption::Nothing,
    }
}

/// What a restart of its machine for another job interrupts. A look for policy has not
/// begun anything.
pub(crate) fn by_restart(scene: &Scene<'_, '_>, id: JobId) -> Interruption {
    let phase = scene.jobs[id].phase();
    if phase == Phase::Asking {
        Interruption::Nothing
    } else if lines::is_in_line(phase) {
        Interruption::InLine
    } else {
        in_the_middle(scene, id)
    }
}

/// What a change of content on a point does to what is read from there.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Harm {
    /// It breaks.
    Breaks,
    /// It goes on, and is found to be damaged, or of another version, when it is checked.
    Damages,
}

/// What a change of content on a point to `state` does to what is read from there, if
/// anything.
pub(crate) const fn harms(state: ContentState, was_outdated: bool) -> Option<Harm> {
    match state {
        ContentState::Missing => Some(Harm::Breaks),
        ContentState::Corrupt => Some(Harm::Damages),
        ContentState::Intact if was_outdated => Some(Harm::Damages),
        ContentState::Intact | ContentState::Outdated => None,
    }
}

/// Whether a job reads `package` from `point` now.
pub(crate) fn reads(world: &World, job: &Job, package: PackageId, point: ServerId) -> bool {
    matches!(job.phase(), Phase::Downloading | Phase::ReadingPoint)
        && job.transfer.is_some()
        && job.point == Some(point)
        && world.programs[job.program.index()].package == package
}
