//! Tries that end alike as long as nothing changes: how many there are until then.
//!
//! They are not simulated one by one: they are counted, with everything that they ask
//! of servers, in one step.

use crate::model::way::scene::Scene;
use crate::units::{Instant, Span};

/// The last instant at which a try ends as the present one does, where the next
/// `change` may let it through. What changes at an instant changes before a client
/// asks at it, and nothing is asked after the horizon.
pub(crate) fn end(scene: &Scene<'_, '_>, change: Instant) -> Instant {
    Instant(change.0.saturating_sub(1).min(scene.world.last_moment().0))
}

/// How many tries at an `interval` follow the present one up to `end`.
pub(crate) fn steady(scene: &Scene<'_, '_>, interval: Span, end: Instant) -> u64 {
    end.0.saturating_sub(scene.now.0) / interval.0.max(1)
}
