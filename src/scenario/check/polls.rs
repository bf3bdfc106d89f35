//! Looks for policy at intervals so short that they would be made without end.

use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::resolve::retry::{refuse, times};
use crate::world::World;

/// The looks for policy of each fleet group, whose rows may have intervals of their own.
pub(super) fn check(plan: &Plan, world: &World, problems: &mut Problems) {
    for profile in world.fleet.profiles_in_use() {
        let item = plan.fleets.find(&profile.group);
        let place = item.and_then(|at| plan.fleets.get(at).place.clone());
        let what = format!("the `poll_interval` of the fleet group `{}`", profile.group);
        let looks = times(profile.poll_interval, world.horizon);
        if refuse(&what, looks, place, world.horizon, problems) {
            return;
        }
    }
}
