//! Rollcast forecasts a software roll-out before it happens.

pub mod access;
pub mod answer;
#[cfg(feature = "cli")]
pub mod cli;
mod client;
pub mod division;
pub mod engine;
pub mod explain;
pub mod forecast;
pub mod import;
pub mod model;
pub mod outcome;
pub mod product;
pub mod report;
pub mod results;
pub mod scenario;
pub mod sending;
#[cfg(feature = "cli")]
pub mod serve;
pub mod statistics;
pub mod study;
pub mod units;
pub mod world;
