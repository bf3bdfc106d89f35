//! Objectives that the forecast cannot judge, or not as they are meant.

use crate::scenario::ProblemCode;
use crate::scenario::names::Items;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::At;
use crate::world::{Outside, World};

/// Warns of objectives whose moment is outside the forecast, with both dates.
pub(super) fn check(plan: &Plan, world: &World, problems: &mut Problems) {
    let items = Items::of("objective", &plan.written.objective, problems);
    for (item, objective) in items.list().iter().zip(&world.objectives) {
        let (Some(outside), Some(doubt)) = (objective.outside, objective.doubt(world)) else {
            continue;
        };
        let help = match outside {
            Outside::BeforeStart => "nothing is installed by then: correct `by`, or `start`",
            Outside::AfterHorizon => {
                "only what is installed by the end of the forecast is known: make `horizon` longer"
            }
            Outside::NoStart => "add `start`, the date and time at which the forecast begins",
        };
        let place = item.spec.by.as_ref().and_then(At::span);
        let message = format!("the objective `{}` cannot be judged: {doubt}", item.name);
        problems.warning(ProblemCode::OutsideTheForecast, place, message, help);
    }
}
