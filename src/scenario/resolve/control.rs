//! Rings, rates, stop rules, windows and defects.

mod defects;
mod rollout;
mod windows;

use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::world::{Control, World};
use defects::{Kinds, defects};
use rollout::{look_at_phases, rollout};
use std::cell::LazyCell;
use windows::{collection_windows, look_at_windows, start_window, windows};

/// What `plan` controls, for the machines of `world`.
pub(super) fn resolve(plan: &Plan, world: &World, problems: &mut Problems) -> Control {
    let mut control = Control::default();
    for (at, item) in plan.advertisements.list().iter().enumerate() {
        if let Some(rollout) = rollout(item, plan, problems) {
            look_at_phases(at.into(), item, &rollout, world, problems);
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
