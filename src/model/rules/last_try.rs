//! What the tries of a job have come to, where its advertisement ends before the next.
//!
//! A job whose last try was in vain may wait for a user, a window, a server or another
//! program before it tries again. If its advertisement expires or is deleted meanwhile,
//! the job has failed, as it did last; only what has not been tried is rejected, or no
//! longer offered.

use crate::model::ids::JobId;
use crate::model::rules::{clocks, retry, withdrawal};
use crate::model::way::scene::Scene;
use crate::outcome::{Cause, Resource, Step};

/// How the last try of a job has failed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Failed {
    pub(crate) step: Step,
    /// The cause to show for the advertised program.
    pub(crate) cause: Cause,
    /// Why the program of its chain has failed, if that is another one.
    pub(crate) before: Cause,
    pub(crate) code: Option<u32>,
    pub(crate) resource: Resource,
}

/// A try that was in vain, as it is remembered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct VainTry {
    pub(crate) step: Step,
    pub(crate) cause: Cause,
    pub(crate) code: Option<u32>,
    pub(crate) resource: Resource,
}

/// Whether it may have to be told how the last try of a job has failed, because its
/// advertisement can end.
pub(crate) fn is_remembered(scene: &Scene<'_, '_>, id: JobId) -> bool {
    clocks::expires(scene, id).is_some() || withdrawal::may_be_withdrawn(scene)
}

/// How the last try of a job has failed whose advertisement ends; `None` if it has not
/// tried in vain.
pub(crate) fn failure(scene: &Scene<'_, '_>, id: JobId) -> Option<Failed> {
    let vain = scene.rare_state(id).in_vain?;
    let cause = retry::cause_to_show(scene, id, vain.cause);
    Some(Failed {
        step: vain.step,
        cause,
        before: if cause == vain.cause {
            Cause::None
        } else {
            vain.cause
        },
        code: vain.code,
        resource: vain.resource,
    })
}

/// Whether a failure at `step` was one to have the content, which counts no more once
/// the content is at hand.
pub(crate) const fn is_of_content(step: Step) -> bool {
    matches!(step, Step::Location | Step::Connection | Step::Content)
}
