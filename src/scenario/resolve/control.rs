//! Rings, rates, stop rules, windows and defects.

mod defects;
mod rollout;
mod windows;

use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written;
use crate::world::{Control, World};
use defects::{Kinds, defects};
use rollout::{look_at_phases, rollout};
use std::cell::LazyCell;
use windows::{collection_windows, look_at_windows, start_window, windows};

fn is_known(phase: &written::Phase, plan: &Plan) -> bool {
    let collection = phase.collection.as_ref();
    collection.is_none_or(|name| plan.collections.find(name.as_str()).is_some())
}

/// What `plan` controls, for the machines of `world`.
pub(super) fn resolve(plan: &Plan, world: &World, problems: &mut Problems) -> Control {
    let mut control = Control::default();
    for (at, item) in plan.advertisements.list().iter().enumerate() {
        if let Some(rollout) = rollout(item, plan, problems) {
            // A phase whose collection is not there is an error of its own.
            let mut named = item.spec.phases.iter().flatten();
            if named.all(|phase| is_known(phase, plan)) {
                look_at_phases(at.into(), item, &rollout, world, problems);
            }
            control.rollouts.insert(at.into(), rollout);
        }
        if let Some(window) = start_window(at.into(), item, world, problems) {
            control.starts.insert(at.into(), window);
        }
    }
    windows(plan, world, &mut control);
    control.collection_windows = collection_windows(plan, world, problems);
    let kinds = LazyCell::new(|| Kinds::new(world));
    for (at, item) in plan.programs.list().iter().enumerate() {
        defects(at.into(), item, &kinds, &mut control, problems);
    }
    look_at_windows(plan, world, &control, problems);
    control
}
