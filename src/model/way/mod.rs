//! The way of a job through a roll-out: the event loop, the steps that a job
//! takes, and what becomes of it.

pub(crate) mod connection;
pub(crate) mod content;
pub(crate) mod end;
pub(crate) mod events;
pub(crate) mod execution;
pub(crate) mod job;
pub(crate) mod job_steps;
pub(crate) mod location;
pub(crate) mod policy;
pub(crate) mod rare_job_state;
pub(crate) mod records;
pub(crate) mod retry;
pub(crate) mod rollouts;
pub(crate) mod setup;
pub(crate) mod simulation;
