//! Advertisements that expire.
//!
//! One that was accepted in time starts nothing after it has expired, and fetches
//! nothing. What runs goes on, and what was tried in vain, or was done at an earlier
//! time, remains true.

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
    if let Some(over) = remains(scene, id) {
        return Answer::Over(over);
    }
    Answer::Over(rejected(
        Step::Assignment,
        ReportState::Expired,
        status::REJECTED_EXPIRED,
        Cause::ExpiredWaiting,
    ))
}

/// What an earlier try or time has left, of which the site has heard.
fn remains(scene: &Scene<'_, '_>, id: JobId) -> Option<Over> {
    let record = scene.record(id);
    let (ending, told) = if record.state == ReportState::Retrying {
        (Ending::Failed, record)
    } else {
        let before = scene.repeats.row_before(id)?;
        (before.ending, before)
    };
    Some(Over {
        entry: Some(Entry::Expires),
        ..Over::new(ending, told.step, told.cause)
    })
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
