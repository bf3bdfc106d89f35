//! Restricted groups: Group Policy takes away what SMS has granted.

use crate::model::ids::JobId;
use crate::model::way::scene::Scene;
use crate::units::{Instant, Span};

/// Computers refresh their policy every 90 min and up to 30 min more, so that
/// not all do at once (Group Policy, "refresh interval for computers").
const REFRESH: Span = Span::from_mins(90);
const OFFSET: Span = Span::from_mins(30);

/// When a program that starts to work now and would work for `time` loses
/// the rights that were granted for the run, if it does (KB Q295771).
///
/// It is assumed that the program asks for its rights again afterwards, as
/// an installation does that starts services or further programs.
#[inline]
pub(crate) fn rights_end(scene: &Scene<'_, '_>, id: JobId, time: Span) -> Option<Instant> {
    let elevated = scene.jobs[id].execution.is_some_and(|e| e.elevated);
    if !elevated {
        return None;
    }
    end_of_granted_rights(scene, id, time)
}

/// When rights that were granted for a run end, if they do before the run is over.
#[inline(never)]
fn end_of_granted_rights(scene: &Scene<'_, '_>, id: JobId, time: Span) -> Option<Instant> {
    let policy = scene.world.identities.policy(scene.profile(id).domain);
    if !policy.restricted_groups {
        return None;
    }
    let draws = scene.draws.setup(scene.jobs[id].key);
    let period = REFRESH.0 + draws.below(4, OFFSET.0);
    let first = draws.below(5, period);
    let refreshes = scene.now.0.saturating_sub(first) / period + 1;
    let next = if scene.now.0 < first {
        Instant(first)
    } else {
        Instant(first + refreshes * period)
    };
    (next < scene.now + time).then_some(next)
}
