//! The tables made from what came of a run.
//!
//! [`RunWriter`] takes `Replication`s one after the other and writes a
//! directory of CSV tables with a [`Manifest`]; `docs/results.md` describes
//! every column. The directory appears whole or not at all, the same bytes for
//! any number of threads, and memory does not grow with the tables. What a
//! cause means and which log tells more is looked up, not decided here; what
//! is printed where is left to the command line.

mod answers;
mod causes;
mod cell;
mod column;
mod count;
mod decisions;
mod digest;
mod directory;
mod error;
mod failures;
mod file;
mod formula;
mod holders;
mod installer;
mod line_capacity;
mod machines;
mod manifest;
mod names;
mod objective;
mod peers;
mod place_tables;
mod places;
mod removed;
mod repeated;
mod reported;
mod resources;
mod routes;
mod sending;
mod sharers;
mod summary;
mod table;
mod tail;
mod tally;
mod text;
mod timeline;
mod totals;
mod wall_clock;
mod writer;

pub use column::{Column, Unit};
pub use error::OutputError;
pub(crate) use error::{STUDY_PLAN, is_bad_place, what_helps};
pub use file::file_sha256;
pub(crate) use formula::{neutral, original};
pub(crate) use holders::Holders;
pub(crate) use manifest::Feature;
pub use manifest::{
    AssumedRecord, Difference, Environment, FaultRecord, InputRecord, MANIFEST, Manifest,
    ObjectiveRecord, OutputRecord, Provenance, RunRecord, ScenarioRecord, TimeZoneRecord, Tool,
    WorkingHours, compare,
};
pub use objective::{
    JudgedObjective, Judgement, ReachedByDate, Verdict, are_met, is_met, smallest_deciding,
};
pub(crate) use objective::{asked_of, share_asked, what_would_decide};
pub(crate) use resources::{Description, describe};
pub use table::{Extra, Format, Table, TableSet, UnknownTable};
pub(crate) use tally::for_each_job;
pub(crate) use text::percent;
#[cfg(feature = "cli")]
pub(crate) use text::{PARAGRAPH, grouped, unbroken};
pub use writer::{KeptRun, RunWriter, WrittenRun};
