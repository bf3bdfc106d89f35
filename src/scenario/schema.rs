//! The scenario language as a JSON Schema, and the scenario to start from.

use super::written::Scenario;

/// The JSON Schema (2020-12) of scenarios, with every key's meaning, default
/// and source.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Scenario).to_value()
}

/// A commented scenario that runs: what `rollcast new` writes.
pub fn starter() -> &'static str {
    include_str!("../../scenarios/starter.toml")
}
