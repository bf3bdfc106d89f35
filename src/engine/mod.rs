//! A general discrete-event engine, usable without a fleet.
//!
//! Six parts that know little of each other: a pending [`EventList`] with a
//! total order made of content, [`Streams`] of random numbers keyed by who
//! draws them and what for, [`Distribution`]s of durations, [`Renewal`]
//! processes that alternate between two states, a [`Network`] of links shared
//! by max-min fairness, and a [`Station`] of servers with a queue. All promise
//! the same result for the same input on every platform: time, bytes and rates
//! are integers, and no order of insertion, division of work or memory address
//! takes part in a decision. What an event means, and the loop that handles it,
//! is left to the model.

mod distribution;
pub mod effort;
mod event_list;
mod method;
mod network;
mod normal;
mod random;
mod renewal;
mod residual;
mod station;

pub use distribution::{Distribution, parse_distribution};
pub use event_list::{AnyList, Event, EventList, HeapList, Ladder, Operation, RecordedList};
pub use method::Method;
pub use network::{Bottleneck, ClassId, LinkUse, Network, TransferId};
pub use random::{Draws, Streams, identity};
pub use renewal::{Cycle, Renewal, Track};
pub use residual::Residual;
pub use station::{Station, StationUse, Visit};
