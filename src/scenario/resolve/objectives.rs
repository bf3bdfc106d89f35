//! What a roll-out is to achieve.

use super::instant;
use crate::scenario::names::Items;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written;
use crate::units::Instant;
use crate::world::{AdvertisementId, Objective};

/// The objectives of `plan`.
pub(super) fn objectives(plan: &Plan, problems: &mut Problems) -> Vec<Objective> {
    let items = Items::of("objective", &plan.written.objective, problems);
    let mut objectives = Vec::new();
    for item in items.list() {
        let spec: &written::Objective = &item.spec;
        let advertisement = spec.advertisement.as_ref().and_then(|name| {
            plan.advertisements
                .resolve(name, problems)
                .map(AdvertisementId::from)
        });
        let confidence = spec.confidence.as_ref().map_or(0.95, |share| share.0);
        if confidence <= 0.0 || confidence >= 1.0 {
            let span = spec.confidence.as_ref().and_then(written::At::span);
            let message = format!("a confidence of {confidence} cannot be reached");
            problems.error(
                "impossible-value",
                span,
                message,
                "it lies between 0 and 1: 0.95",
            );
        }
        objectives.push(Objective {
            name: item.name.clone(),
            advertisement,
            permille: (spec.success.map_or(0.95, |share| share.0) * 1000.0).round() as u32,
            by: spec
                .by
                .as_ref()
                .map_or(Instant::START + plan.horizon, |by| {
                    instant(**by, plan.start)
                }),
            chance: spec.chance.as_ref().map_or(1.0, |chance| chance.0),
            confidence,
        });
    }
    objectives
}
