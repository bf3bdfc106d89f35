//! The tables made from what came of a run.

mod run;

pub use run::{Replication, ResourceKey, ResourceUse, ServerRole, Timeline};
