//! Machines that do not have any more what they had: a column that
//! `summary.csv` has where programs take the place of others or are removed.

use super::column::{Column, Unit};
use crate::outcome::Ending;
use crate::world::World;

/// Whether the table of `world` has this column.
pub(super) fn is_shown(world: &World) -> bool {
    world.control.succession.takes_away()
}

/// The column of `summary.csv`.
pub(super) static OF_SUMMARY: [Column; 1] = [Column::new(
    "removed",
    Unit::Number,
    "machines that do not have it any more",
)];

/// The endings that have a column in every scenario, in order.
pub(super) fn always_shown() -> impl Iterator<Item = &'static Ending> {
    let all = Ending::ALL.iter();
    all.filter(|ending| **ending != Ending::Removed)
}
