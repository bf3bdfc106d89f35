//! The verify cycle of the Legacy Client, which ends what runs.
//!
//! About every thirty days the Client Configuration Installation Manager verifies
//! the client, and interrupts the Advertised Programs Manager: a program that runs
//! just then is stopped, and neither 10006 nor 10007 tells of it. The
//! advertisement has to be sent again (KB Q283130). Each machine has a phase of its
//! own. That some are rescheduled all the same is not simulated.

use crate::model::ids::JobId;
use crate::model::rules::{chain, withdrawal};
use crate::model::way::job::Phase;
use crate::model::way::scene::Scene;
use crate::outcome::Resource;
use crate::units::{Instant, Span};

/// When the client of a job's machine verifies itself next, where that ends programs.
#[inline]
pub(crate) fn next(scene: &Scene<'_, '_>, id: JobId) -> Option<Instant> {
    let interval = scene.world.rules.verify_cycle?.0.max(1);
    if !scene.behaviour(id).facts().verifies_its_installation {
        return None;
    }
    let draws = scene.draws.verification(scene.jobs[id].key);
    let offset = draws.below(0, interval);
    let next = scene.now + Span(1);
    let cycle = next.0.saturating_sub(offset).div_ceil(interval);
    Some(Instant(
        offset.saturating_add(cycle.saturating_mul(interval)),
    ))
}

/// What a client ends that verifies itself.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ended {
    /// A removal, after which the program is still there.
    Removal,
    /// A program, which is named where it is not the advertised one.
    Program(Option<Resource>),
}

/// What the client of a job's machine ends when it verifies itself now.
pub(crate) fn ends(scene: &Scene<'_, '_>, id: JobId) -> Option<Ended> {
    let job = &scene.jobs[id];
    let runs = matches!(
        job.phase(),
        Phase::ReachingShare | Phase::ReadingPoint | Phase::ReadingShare | Phase::Running
    );
    if !(runs && job.started && job.holds_machine) {
        return None;
    }
    if withdrawal::is_removing(scene, id) {
        return Some(Ended::Removal);
    }
    let first = chain::is_run_first(scene, id);
    Some(Ended::Program(
        first.then(|| Resource::Program(scene.program_id(id))),
    ))
}
