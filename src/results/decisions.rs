//! `decisions.csv`: what the controllers of roll-outs decided, when, by which
//! rule and on what figures.

use super::cell;
use super::column::columns;
use crate::outcome::{Decision, Replication};
use crate::world::World;

columns! {
    /// Every column, in order.
    COLUMNS: fn cells(replication: u32, world: &World, decision: &Decision; out) {
        "replication" Number "the replication" => cell::number(out, u64::from(replication));
        "seconds" Instant "when" => cell::instant(out, decision.at);
        "advertisement" Text "about which advertisement" => cell::text(out, &world.advertisements[decision.advertisement.index()].id);
        "phase" Text "the phase that opens, or whose own stop rule it is, else the last one that has been opened" => cell::text(out, phase(world, decision));
        "rule" Text "`start`, `gate`, `deadline`, `stop-on-failed`, `stop-on-rejected`, `stop-on-overdue`, `stop-on-any`, the same four with `phase-` before them for the rules of a phase, `all-offered` at the first look after the last offer" => cell::name(out, decision.rule.name());
        "verdict" Text "what the rule says: `met`, `not-met`, or `undecided` while too little is reported" => cell::name(out, decision.verdict.name());
        "decision" Text "`open-phase`, `go-on`, `wait`, `pause`, `resume`, `abort`, `complete`" => cell::name(out, decision.action.name());
        "measured" ShareOrNumber "what the rule looked at; empty if it looks at nothing" => cell::optional_float(out, decision.measured);
        "threshold" ShareOrNumber "what it asks for" => cell::optional_float(out, decision.threshold);
        "machines" Number "machines: of the phase before for a gate or deadline, of the phase for its own stop rules, else of all phases" => cell::number(out, decision.figures.machines);
        "offered" Number "those among them that it had been offered to" => cell::number(out, decision.figures.offered);
        "succeeded" Number "those that had reported success" => cell::number(out, decision.figures.succeeded);
        "failed" Number "those that had reported failure" => cell::number(out, decision.figures.failed);
        "rejected" Number "those that had reported a rejection" => cell::number(out, decision.figures.rejected);
        "broken" Number "those that had reported success and were found broken since" => cell::number(out, decision.figures.broken);
        "overdue" Number "those without a final report for longer than `overdue_after`" => cell::number(out, decision.figures.overdue);
    }
}

fn phase<'w>(world: &'w World, decision: &Decision) -> &'w str {
    let rollout = world.control.rollouts.get(&decision.advertisement);
    let phase = rollout.and_then(|rollout| rollout.phases.get(decision.phase));
    phase.map_or("", |phase| &phase.name)
}

/// The rows of one replication.
pub(super) fn rows(world: &World, replication: &Replication) -> (Vec<u8>, u64) {
    let mut out = Vec::new();
    for decision in &replication.decisions {
        cells(replication.number, world, decision, &mut out);
        cell::end_row(&mut out);
    }
    (out, replication.decisions.len() as u64)
}
