//! `timeline.csv`: machines in each report state over time.

use super::cell;
use super::column::{Column, Unit, columns};
use super::tally::ReplicationTally;
use crate::outcome::{Replication, ReportState, Timeline};
use crate::units::{Instant, Span};
use crate::world::World;

columns! {
    /// Where and when.
    FIRST: fn first_cells(replication: u32, advertisement: &str, at: Instant; out) {
        "replication" Number "the replication" => cell::number(out, u64::from(replication));
        "advertisement" Text "the advertisement" => cell::text(out, advertisement);
        "seconds" Instant "when: after what happens at that very instant, but for the first row, which is from before the start" => cell::instant(out, at);
    }
}

/// Every column: behind the first ones, one for each state.
pub(super) fn columns() -> Vec<Column> {
    let states = ReportState::ALL.iter().map(|state| {
        let doc = format!("machines in the state `{}`", state.name());
        let name = state.name().to_lowercase().replace(' ', "_");
        Column::one_of(name, Unit::Number, doc)
    });
    FIRST.iter().cloned().chain(states).collect()
}

/// The rows of one replication: for each advertisement the start and the end
/// of every step.
pub(super) fn rows(
    world: &World,
    replication: &Replication,
    tally: &ReplicationTally,
) -> (Vec<u8>, u64) {
    let mut out = Vec::new();
    let timeline = &replication.timeline;
    for (index, advertisement) in world.advertisements.iter().enumerate() {
        let mut counts = [0i64; ReportState::ALL.len()];
        // A fleet has at most 2^32 machines.
        counts[ReportState::NoStatus as usize] =
            tally.advertisements[index].targeted().cast_signed();
        for step in 0..=timeline.steps {
            if step > 0 {
                advance(&mut counts, timeline, index, step - 1);
            }
            let at = end_of(step, timeline.step, world.horizon);
            first_cells(replication.number, &advertisement.id, at, &mut out);
            for count in counts {
                // A running count of machines is never negative.
                cell::number(&mut out, count.max(0).cast_unsigned());
            }
            cell::end_row(&mut out);
        }
    }
    (
        out,
        (world.advertisements.len() * (timeline.steps + 1)) as u64,
    )
}

/// Applies the changes of one step.
fn advance(counts: &mut [i64], timeline: &Timeline, advertisement: usize, step: usize) {
    let row = (advertisement * timeline.steps + step) * counts.len();
    for (count, change) in counts.iter_mut().zip(&timeline.changes[row..]) {
        *count += i64::from(*change);
    }
}

/// The last step ends with the horizon.
fn end_of(steps: usize, step: Span, horizon: Span) -> Instant {
    Instant(step.0.saturating_mul(steps as u64).min(horizon.0))
}
