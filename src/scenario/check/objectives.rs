//! Objectives that the forecast cannot judge, or not as they are meant.

use crate::scenario::ProblemCode;
use crate::scenario::names::Items;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::At;
use crate::world::{Doubt, World};

/// Warns of objectives that are about no machine, or whose moment is outside the
/// forecast, with both dates.
pub(super) fn check(plan: &Plan, world: &World, problems: &mut Problems) {
    let items = Items::of("objective", &plan.written.objective, problems);
    for (item, objective) in items.list().iter().zip(&world.objectives) {
        let (Some(doubt), Some(words)) = (objective.doubt, objective.doubt_in_words(world)) else {
            continue;
        };
        let by = item.spec.by.as_ref().and_then(At::span);
        let judged = match doubt {
            Doubt::AfterHorizon => "can be judged only by the end of the forecast",
            Doubt::NoMachine | Doubt::BeforeStart | Doubt::NoStart => "cannot be judged",
        };
        let message = format!("the objective `{}` {judged}: {words}", item.name);
        let help = match doubt {
            Doubt::NoMachine => {
                let help = "give a machine the advertisement, or leave the objective out";
                let place = item.place.clone();
                problems.warning(ProblemCode::Nobody, place, message, help);
                continue;
            }
            Doubt::BeforeStart => "nothing is installed by then: correct `by`, or `start`",
            Doubt::AfterHorizon => "make `horizon` longer, or ask for it by an earlier date",
            Doubt::NoStart => "add `start`, the date and time at which the forecast begins",
        };
        problems.warning(ProblemCode::OutsideTheForecast, by, message, help);
    }
}
