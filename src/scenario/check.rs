//! Whether a scenario that can be resolved makes sense.

use super::plan::Plan;
use super::problem::Problems;
use crate::world::World;

pub(crate) fn check(_plan: &Plan, _world: &World, _problems: &mut Problems) {}
