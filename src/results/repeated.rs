//! Programs that run more than once on a machine: columns that `machines.csv`
//! has where assignments come round or programs run for every user.

use super::cell;
use super::column::columns;
use crate::outcome::Outcome;
use crate::units::Instant;
use crate::world::World;

/// Whether the table of `world` has these columns.
pub(super) fn is_shown(world: &World) -> bool {
    world.control.repetition.repeats()
}

columns! {
    /// Columns of `machines.csv`.
    OF_MACHINES: pub(super) fn machine_cells(outcome: &Outcome, since: Option<Instant>; out) {
        "occurrences" Number "how often it has come to an end: times of a recurring assignment, users" => cell::number(out, u64::from(outcome.occurrences));
        "successes" Number "how many of these ended with success; of a program that runs for every user, the users it has reached" => cell::number(out, u64::from(outcome.successes));
        "successful_since_seconds" Instant "since when the machine has what it was offered: the end of the first time since which none has failed; empty if it does not have it" => cell::instant(out, since.unwrap_or(Instant::NEVER));
    }
}
