//! What a transfer brings, whether it is good and kept, and what may come before its
//! end.

use crate::model::ids::JobId;
use crate::model::journal::Entry;
use crate::model::rules::answer::{Answer, Over};
use crate::model::rules::{clocks, peers, run};
use crate::model::surroundings::roaming;
use crate::model::way::job::Phase;
use crate::model::way::scene::Scene;
use crate::outcome::{Cause, Ending, ReportState, Step};
use crate::product::status;
use crate::units::{Instant, Size};
use crate::world::{NO_OVERRIDE, ServerId};

/// What a transfer to a job brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cargo {
    /// The package, into the cache.
    Download,
    /// The package, to the program that runs from the point.
    Package,
    /// Bytes of a share, to the program.
    Share,
}

/// What a transfer brings to a job in a phase; `None` where there is no transfer.
#[inline]
pub(crate) const fn cargo(phase: Phase) -> Option<Cargo> {
    match phase {
        Phase::Downloading => Some(Cargo::Download),
        Phase::ReadingPoint => Some(Cargo::Package),
        Phase::ReadingShare => Some(Cargo::Share),
        _ => None,
    }
}

/// Bytes the program reads from the share it is at.
#[inline]
pub(crate) fn share_size(scene: &Scene<'_, '_>, id: JobId) -> Size {
    let own = scene.own(id, &scene.world.fleet.overrides.share_bytes);
    let at = usize::from(scene.jobs[id].share);
    own.filter(|bytes| *bytes != NO_OVERRIDE)
        .map_or(scene.program(id).shares[at].read, Size)
}

/// What becomes known about damage when a job begins to read its package: what is
/// damaged on the point is damaged in the cache, until it is read anew. `None` if
/// nothing becomes known.
#[inline]
pub(crate) fn damage(scene: &Scene<'_, '_>, id: JobId, point: ServerId) -> Option<bool> {
    let package = scene.program(id).package;
    if scene.disorder.is_damaged(package, point) {
        return Some(true);
    }
    let rare = scene.rare_state(id);
    (rare.resumed == Size(0) && rare.damaged).then_some(false)
}

/// Whether what was downloaded matches its hash; if it does not, the client does not
/// try again (KB 907979). Only downloads are checked.
#[inline]
pub(crate) fn matches_hash(scene: &Scene<'_, '_>, id: JobId) -> Answer {
    if !scene.rare_state(id).damaged {
        return Answer::Go;
    }
    Answer::Over(Over {
        state: Some(ReportState::Failed),
        message: Some(status::HASH_MISMATCH),
        entry: Some(Entry::HashMismatch),
        ..Over::new(Ending::Failed, Step::Content, Cause::HashMismatch)
    })
}

/// Whether a download that is interrupted goes on later where it stopped: over BITS,
/// and from another machine. Over SMB it begins anew.
pub(crate) fn resumes(scene: &Scene<'_, '_>, id: JobId) -> bool {
    let bits = |point: ServerId| scene.world.servers[point.index()].bits;
    let point = scene.jobs[id].point;
    point.map_or_else(|| peers::takes_from_peer(scene, id), bits)
}

/// What a job looks at before its transfer is complete.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Watch {
    /// Its machine goes off or moves, or the advertisement of a download expires.
    Off(Instant),
    /// The maximum run time of the program that reads is over.
    RunEnd(Instant),
    /// Nothing.
    Nothing,
}

/// What may come before the end of a job's transfer.
#[inline]
pub(crate) fn watches(scene: &Scene<'_, '_>, id: JobId) -> Watch {
    let moves = roaming::whereabouts(scene, id).until;
    let mut off = scene.machine_on(id).until.min(moves);
    let mut limit = Instant::NEVER;
    match scene.jobs[id].phase() {
        Phase::Downloading => off = off.min(clocks::expires(scene, id)),
        _ if !run::is_left_alone(scene, id) => limit = run::limit(scene, id),
        _ => {}
    }
    if limit < off {
        Watch::RunEnd(limit.max(scene.now))
    } else if off.is_some() {
        Watch::Off(off)
    } else {
        Watch::Nothing
    }
}
