//! A general discrete-event engine, usable without a fleet.

mod distribution;

pub use distribution::Distribution;
