//! Accounts in motion, from the text of a scenario to the outcome of each
//! machine: one test per article of the Knowledge Base that describes a symptom,
//! and closed forms where there are any.

#[path = "../common/invariants.rs"]
mod invariants;

mod elevation;
mod language;
mod lockout;
mod passwords;
mod shipped;
mod simulated;
mod slots;
mod token;
