//! Advertisements that expire.
//!
//! One that was accepted in time starts nothing after it has expired, and fetches
//! nothing. What runs goes on.

use crate::model::ids::JobId;
use crate::model::journal::Entry;
use crate::model::rules::answer::{Answer, Over};
use crate::model::rules::clocks;
use crate::model::way::scene::Scene;
use crate::outcome::{Cause, Ending, ReportState, Step};
use crate::product::status;

/// Whether any advertisement of the scenario expires.
pub(crate) fn is_used(scene: &Scene<'_, '_>) -> bool {
    let mut all = scene.world.advertisements.iter();
    all.any(|advertisement| advertisement.expires.is_some())
}

pub(crate) fn asks(scene: &Scene<'_, '_>, id: JobId) -> Answer {
    if scene.now < clocks::expires(scene, id) || scene.jobs[id].holds_machine {
        return Answer::Go;
    }
    Answer::Over(rejected(
        Step::Assignment,
        ReportState::Expired,
        status::REJECTED_EXPIRED,
        Cause::ExpiredWaiting,
    ))
}

/// A job is over because its advertisement is rejected.
pub(crate) fn rejected(step: Step, state: ReportState, message: u16, cause: Cause) -> Over {
    Over {
        state: Some(state),
        message: Some(message),
        entry: Some(Entry::Rejected(cause)),
        ..Over::new(Ending::Rejected, step, cause)
    }
}
