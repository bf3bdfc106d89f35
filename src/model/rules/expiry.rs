//! Advertisements that expire.
//!
//! One that was accepted in time starts nothing after it has expired, and fetches
//! nothing. What runs goes on, and what was tried in vain, or was done at an earlier
//! time, remains true.

use crate::model::ids::JobId;
use crate::model::journal::Entry;
use crate::model::rules::answer::{Answer, Over};
use crate::model::rules::{clocks, last_try};
use crate::model::way::scene::Scene;
use crate::outcome::{Cause, Ending, ReportState, Step};
use crate::product::status;

/// Whether any advertisement of the scenario expires.
pub(crate) fn is_used(scene: &Scene<'_, '_>) -> bool {
    scene.plan.has_expiry
}

/// Whether a job ends because its advertisement has expired. A job that holds its machine
/// has started, and goes on.
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
    let over = if let Some(failed) = last_try::failure(scene, id) {
        Over {
            failed: Some(failed),
            ..Over::new(Ending::Failed, failed.step, failed.cause)
        }
    } else {
        let before = scene.repeats.row_before(id)?;
        Over::new(before.ending, before.step, before.cause)
    };
    Some(Over {
        entry: Some(Entry::Expires),
        ..over
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
