//! What the controllers of roll-outs hear of machines, and who is left out at the end.

use crate::model::control::roster::News;
use crate::model::ids::JobId;
use crate::model::way::scene::Scene;
use crate::outcome::ReportState;

/// What a controller hears when a job reports the state in which it is: it takes the
/// word of the machine, so that what has landed in the profile of a service account
/// counts as success. `None` for a client that has stopped watching, which will say
/// nothing more.
pub(crate) fn news(scene: &Scene<'_, '_>, id: JobId) -> Option<News> {
    match scene.record(id).state {
        ReportState::Succeeded | ReportState::RebootPending => Some(News::Succeeded),
        ReportState::Failed => Some(News::Failed),
        ReportState::Rejected | ReportState::Expired => Some(News::Rejected),
        _ => None,
    }
}

/// Whether the row of a job says at the end that it was not offered its advertisement.
/// What came to its end before its turn, as its advertisement was deleted, says so.
pub(crate) fn is_left_out(scene: &Scene<'_, '_>, id: JobId) -> bool {
    !scene.jobs[id].is_over()
}
