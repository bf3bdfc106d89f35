//! Studies: from one run to a decision.
//!
//! ```text
//! study.toml --resolve--> plan.json --run--> records --merge--> tables
//!               axes, design    rule: what next?     statistics
//! ```
//!
//! A study varies a scenario and looks at a few numbers per run. The plan is
//! immutable; which runs it takes is a function of the plan and of the runs
//! known so far (`rule`), evaluated in order of replication, so that threads,
//! shards and interruptions leave no trace in the tables. Every run is stored
//! whole or not at all. What a run is, is left to `model`; what is printed, to
//! the command line.

mod axis;
pub mod compare;
mod condition;
mod contest;
mod design;
mod effect;
mod error;
mod figure;
mod lock;
mod measure;
mod plan;
mod record;
mod resolve;
mod results;
mod rule;
mod run;
pub mod salib;
mod shard;
mod store;
mod tables;
#[cfg(test)]
mod tests;
mod value;
mod written;

pub(crate) use condition::ordering;
pub use contest::{Contest, Entrant, Leaving};
pub use design::Point;
pub use error::StudyError;
pub use figure::Figure;
pub use measure::{Measure, Response};
pub use plan::{PLAN, PlannedObjective, Precision, Question, Rule, RunKey, Selection, StudyPlan};
pub use record::{CauseEffect, Effect, Known, Record};
pub use resolve::{Planned, plan};
pub use results::{Merged, Results, missing};
pub use rule::{Decider, Progress, Search};
pub use run::{Counts, run};
pub use shard::Shard;
pub use store::Store;
pub(crate) use tables::headings;
pub use tables::{Declaration, Part, TABLES};
pub use value::{Lack, Value};
