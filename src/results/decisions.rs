//! `decisions.csv`: what the controllers of roll-outs decided, when, by which
//! rule and on what figures.

use super::cell;
use crate::outcome::{Decision, Replication};
use crate::world::World;

/// Columns, in order.
pub(super) fn headings() -> Vec<String> {
    [
        "replication",
        "seconds",
        "advertisement",
        "phase",
        "rule",
        "verdict",
        "decision",
        "measured",
        "threshold",
        "machines",
        "offered",
        "succeeded",
        "failed",
        "rejected",
        "broken",
        "overdue",
    ]
    .map(String::from)
    .into()
}

/// The rows of one replication.
pub(super) fn rows(world: &World, replication: &Replication) -> (Vec<u8>, u64) {
    let mut out = Vec::new();
    for decision in &replication.decisions {
        cell::number(&mut out, u64::from(replication.number));
        decision_cells(world, decision, &mut out);
        cell::end_row(&mut out);
    }
    (out, replication.decisions.len() as u64)
}

fn decision_cells(world: &World, decision: &Decision, out: &mut Vec<u8>) {
    let id = decision.advertisement;
    let rollout = world.control.rollouts.get(&id);
    let phase = rollout.and_then(|rollout| rollout.phases.get(decision.phase));
    cell::instant(out, decision.at);
    cell::text(out, &world.advertisements[id.index()].id);
    cell::text(out, phase.map_or("", |phase| &phase.name));
    cell::name(out, decision.rule.name());
    cell::name(out, decision.verdict.name());
    cell::name(out, decision.action.name());
    cell::optional_float(out, decision.measured);
    cell::optional_float(out, decision.threshold);
    let figures = decision.figures;
    for count in [
        figures.machines,
        figures.offered,
        figures.succeeded,
        figures.failed,
        figures.rejected,
        figures.broken,
        figures.overdue,
    ] {
        cell::number(out, count);
    }
}
