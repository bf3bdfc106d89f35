//! What the site server knows, beside what is so: columns that `machines.csv`
//! and `summary.csv` have where reports take time.

use super::cell;
use crate::outcome::{Outcome, ReportState};
use crate::statistics::WholeMoments;
use crate::world::World;

/// Whether the tables of `world` have these columns.
pub(super) const fn is_shown(world: &World) -> bool {
    world.reporting.is_some()
}

/// Columns of `machines.csv`.
pub(super) const OF_MACHINES: [&str; 2] = ["reported_state", "report"];

/// Columns of `summary.csv`.
pub(super) const OF_SUMMARY: [&str; 4] = [
    "reported_success",
    "reported_failed",
    "never_heard",
    "installed_unreported",
];

/// The cells of one machine.
pub(super) fn machine_cells(outcome: &Outcome, out: &mut Vec<u8>) {
    cell::name(out, outcome.heard.name());
    cell::name(out, outcome.report_fate.name());
}

/// Machines by what the site server knows of them, in the order of
/// [`OF_SUMMARY`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Reported(pub(super) [u64; OF_SUMMARY.len()]);

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

    /// The cells of one replication.
    pub(super) fn cells(&self, out: &mut Vec<u8>) {
        self.0.iter().for_each(|count| cell::number(out, *count));
    }
}

/// The same over all replications.
#[derive(Debug, Clone, Default)]
pub(super) struct ReportedTotal([WholeMoments; OF_SUMMARY.len()]);

impl ReportedTotal {
    /// Takes the next replication.
    pub(super) fn add(&mut self, reported: &Reported) {
        for (total, count) in self.0.iter_mut().zip(reported.0) {
            total.add(count);
        }
    }

    /// Means.
    pub(super) fn cells(&self, out: &mut Vec<u8>) {
        for total in &self.0 {
            cell::optional_float(out, total.mean());
        }
    }
}
