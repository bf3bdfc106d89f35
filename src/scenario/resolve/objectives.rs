//! What a roll-out is to achieve.

use super::signed;
use crate::scenario::ProblemCode;
use crate::scenario::names::Items;
use crate::scenario::plan::Plan;
use crate::scenario::problem::Problems;
use crate::scenario::written::{self, Moment};
use crate::units::Share;
use crate::units::{Instant, SignedInstant};
use crate::world::{AdvertisementId, Doubt, Objective, World};
use jiff::civil::DateTime;

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
        if !(0.5..1.0).contains(&confidence) {
            let span = spec.confidence.as_ref().and_then(written::At::span);
            let message = if confidence < 0.5 {
                format!("a confidence of {confidence} is less than that of a coin")
            } else {
                format!("a confidence of {confidence} cannot be reached")
            };
            problems.error(
                ProblemCode::ImpossibleValue,
                span,
                message,
                "a confidence is at least 0.5 and below 1: 0.95",
            );
        }
        let by = spec.by.as_ref().map(|by| **by);
        let end = Instant::START + plan.horizon;
        let at = by.map_or(end, |by| signed(by, plan.start).clamped());
        objectives.push(Objective {
            name: item.name.clone(),
            advertisement,
            share: Share::of(spec.success.map_or(0.95, |share| share.0)),
            by: at,
            date: date(by, at, plan.start),
            doubt: by.and_then(|by| outside(by, plan)),
            chance: spec.chance.as_ref().map_or(1.0, |chance| chance.0),
            confidence,
        });
    }
    objectives
}

/// Marks the objectives that are about no machine.
pub(super) fn mark_empty(world: &mut World) {
    if world.objectives.is_empty() {
        return;
    }
    let reaches = world.reaches();
    for objective in &mut world.objectives {
        let reached = match objective.advertisement {
            Some(id) => reaches.get(id.index()).copied().unwrap_or(false),
            None => reaches.contains(&true),
        };
        if !reached {
            objective.doubt = Some(Doubt::NoMachine);
        }
    }
}

/// Where on the calendar a moment lies.
fn date(by: Option<Moment>, at: Instant, start: DateTime) -> DateTime {
    match by {
        Some(Moment::Clock(date)) => date,
        _ => crate::units::on_the_calendar(start, at),
    }
}

/// How the moment lies outside the forecast of `plan`. The start and the
/// horizon themselves belong to the forecast.
fn outside(by: Moment, plan: &Plan) -> Option<Doubt> {
    let is_date = matches!(by, Moment::Clock(_));
    let before = signed(by, plan.start).is_before_start();
    let after = signed(by, plan.start) > SignedInstant::START + plan.horizon;
    let no_start = plan.written.start.is_none() && is_date;
    match (before, after) {
        (false, false) => None,
        _ if no_start => Some(Doubt::NoStart),
        (true, _) => Some(Doubt::BeforeStart),
        _ => Some(Doubt::AfterHorizon),
    }
}
