//! Two finished runs, or two finished studies, side by side.
//!
//! With the same seed, replication `n` of both had the same luck, and they are
//! compared pair by pair; otherwise as two independent samples. What chance
//! alone explains is called that, and what the replications cannot show either
//! way is called untested.

mod causes;
mod chance;
mod history;
mod progress;
mod runs;
mod studies;
mod words;

pub use causes::Causes;
pub use chance::Change;
pub use progress::{Figure, Progress};
pub use runs::{Changed, RunComparison, compare_runs};
pub use studies::{StudyChange, StudyComparison, compare_studies};
pub(crate) use words::{FOR_ONE_MACHINE, beyond_chance};

use super::tables::Declaration;

/// The tables that a comparison prints, as they are declared.
pub const TABLES: [&Declaration; 3] = [&runs::TABLE, &causes::TABLE, &studies::TABLE];
