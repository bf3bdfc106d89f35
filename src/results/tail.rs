//! The last machines of a roll-out, and whether they were late because they were
//! off: a column that `summary.csv` has where machines can be off.

use super::column::{Column, Unit};
use crate::outcome::{Ending, Outcome};
use crate::units::Instant;
use crate::world::World;

/// Whether the table of `world` has this column.
pub(super) fn is_shown(world: &World) -> bool {
    world.has_machines_off()
}

/// The column of `summary.csv`.
pub(super) static OF_SUMMARY: [Column; 1] = [Column::new(
    "last_off",
    Unit::Number,
    "the last machines to end with success, those that may still included, of which nine in ten had been off for more than half of the time since the advertisement was available",
)];

/// The share of the tail that was off, as a count and the count it is out of.
const WERE_OFF: (u64, u64) = (9, 10);

/// One machine that ended with success, or still may: when, and whether it had
/// been off for more than half of the time until then.
pub(super) type Late = (Instant, bool);

/// When a machine ended with success, which is `since`, never if it still may; `None` if
/// it is over without success.
pub(super) fn end_of(outcome: &Outcome, since: Option<Instant>) -> Option<Instant> {
    let is_open = matches!(
        outcome.ending,
        Ending::Retrying
            | Ending::Waiting
            | Ending::InProgress
            | Ending::Unaware
            | Ending::NotOffered
    );
    since.or(is_open.then_some(Instant::NEVER))
}

/// How many of the last machines were late because they were off.
pub(super) fn last_off(mut machines: Vec<Late>) -> u64 {
    machines.sort_unstable_by_key(|(at, _)| std::cmp::Reverse(*at));
    let (mut seen, mut off, mut tail) = (0, 0, 0);
    for together in machines.chunk_by(|a, b| a.0 == b.0) {
        seen += together.len() as u64;
        off += together.iter().filter(|(_, was_off)| *was_off).count() as u64;
        if off > 0 && off * WERE_OFF.1 >= seen * WERE_OFF.0 {
            tail = seen;
        }
    }
    tail
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_ends_where_others_come_in() {
        let at = |minutes: u64| Instant(minutes * 60_000_000);
        let on = |minutes| (at(minutes), false);
        let off = |minutes| (at(minutes), true);
        assert_eq!(last_off(vec![]), 0);
        assert_eq!(last_off(vec![on(1), on(2)]), 0);
        assert_eq!(last_off(vec![on(1), on(2), off(3), off(4)]), 2);
        // One in ten may have had another reason.
        let mut many = vec![on(5)];
        many.extend((0..9).map(|i| off(6 + i)));
        assert_eq!(last_off(many.clone()), 10);
        many.push(on(4));
        assert_eq!(last_off(many), 10);
        // Those that never end are the last, all of them together.
        assert_eq!(last_off(vec![on(1), (Instant::NEVER, true)]), 1);
        assert_eq!(
            last_off(vec![(Instant::NEVER, false), (Instant::NEVER, true)]),
            0
        );
    }
}
