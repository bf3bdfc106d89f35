//! What the site server knows, beside what is so: columns that `machines.csv`
//! and `summary.csv` have where reports take time.

use super::cell;
use super::column::{Column, Unit, columns};
use crate::outcome::{Outcome, ReportState};
use crate::statistics::WholeMoments;
use crate::world::World;

/// Whether the tables of `world` have these columns.
pub(super) const fn is_shown(world: &World) -> bool {
    world.reporting.is_some()
}

columns! {
    /// Columns of `machines.csv`.
    OF_MACHINES: pub(super) fn machine_cells(outcome: &Outcome; out) {
        "reported_state" Text "the state as the site server knows it at the horizon; `No Status` of a machine never heard from" => cell::name(out, outcome.heard.name());
        "report" Text "what became of the last status message: `heard`, `waits-at-machine`, `waits-at-server`, `lost-inbox-full` or `lost`; empty if there was none" => cell::name(out, outcome.report_fate.name());
    }
}

/// How many columns `summary.csv` has of them.
pub(super) const COUNTS: usize = 4;

/// Columns of `summary.csv`.
pub(super) static OF_SUMMARY: [Column; COUNTS] = [
    Column::new(
        "reported_success",
        Unit::Number,
        "machines that the site server believes to have succeeded",
    ),
    Column::new(
        "reported_failed",
        Unit::Number,
        "machines that it believes to have failed",
    ),
    Column::new(
        "never_heard",
        Unit::Number,
        "machines that it has never heard of",
    ),
    Column::new(
        "installed_unreported",
        Unit::Number,
        "machines that have it, of which it does not know",
    ),
];

/// Machines by what the site server knows of them, in the order of
/// [`OF_SUMMARY`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Reported(pub(super) [u64; COUNTS]);

impl Reported {
    /// Counts one machine.
    pub(super) fn take(&mut self, outcome: &Outcome) {
        let success = matches!(
            outcome.heard,
            ReportState::Succeeded | ReportState::RebootPending
        );
        let has_it = outcome.ending.is_success();
        let counts = [
            success,
            outcome.heard == ReportState::Failed,
            outcome.heard == ReportState::NoStatus,
            has_it && !success,
        ];
        for (count, holds) in self.0.iter_mut().zip(counts) {
            *count += u64::from(holds);
        }
    }

    /// Adds other machines.
    pub(super) fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine += theirs;
        }
    }
}

/// The same over all replications.
#[derive(Debug, Clone, Default)]
pub(super) struct ReportedTotal([WholeMoments; COUNTS]);

impl ReportedTotal {
    /// Takes the next replication.
    pub(super) fn add(&mut self, reported: &Reported) {
        for (total, count) in self.0.iter_mut().zip(reported.0) {
            total.add(count);
        }
    }

    /// Means.
    pub(super) fn means(&self) -> [Option<f64>; COUNTS] {
        self.0.map(|total| total.mean())
    }
}
