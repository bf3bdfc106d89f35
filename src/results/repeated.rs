//! Programs that run more than once on a machine: columns that `machines.csv`
//! has where assignments come round or programs run for every user.

use super::cell;
use crate::outcome::Outcome;
use crate::world::World;

/// Whether the table of `world` has these columns.
pub(super) fn is_shown(world: &World) -> bool {
    world.control.again.repeats()
}

/// Columns of `machines.csv`.
pub(super) const OF_MACHINES: [&str; 2] = ["occurrences", "successes"];

/// The cells of one machine.
pub(super) fn machine_cells(outcome: &Outcome, out: &mut Vec<u8>) {
    cell::number(out, u64::from(outcome.occurrences));
    cell::number(out, u64::from(outcome.successes));
}
