//! What is kept of a run: a row of `runs.csv`.

use super::plan::RunKey;
use super::value::Value;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The runs that are known.
pub type Known = BTreeMap<RunKey, Record>;

/// A run, done or failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The point, from 0.
    pub point: u32,
    /// The replication, from 1.
    pub replication: u32,
    /// Why the run failed, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Hash over all events, in hexadecimal.
    pub fingerprint: String,
    /// Events.
    pub events: u64,
    /// Hash over what became of every machine, in hexadecimal.
    #[serde(default)]
    pub rows: String,
    /// The responses.
    pub values: Vec<Value>,
    /// What the point changed, against the first point, machine by machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<Effect>,
}

/// What a change of the scenario does to the machines that failed without it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// By the cause of the failure without the change.
    pub causes: BTreeMap<String, CauseEffect>,
    /// Machines that succeeded without the change and fail with it.
    pub harmed: u64,
}

/// Machines that failed for one cause.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CauseEffect {
    /// Without the change.
    pub before: u64,
    /// Of these, the ones that succeed with it.
    pub cured: u64,
}

impl Record {
    /// A run that failed with this message.
    pub(crate) fn failed(key: RunKey, error: String, responses: usize) -> Self {
        Self {
            point: key.point,
            replication: key.replication,
            error: Some(error),
            fingerprint: String::new(),
            events: 0,
            rows: String::new(),
            values: vec![Value::NotReached; responses],
            effect: None,
        }
    }

    /// Whether the other run went like this one, to the last event, and came to the
    /// same results.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        self.fingerprint == other.fingerprint
            && self.rows == other.rows
            && self.values == other.values
    }

    /// Which run it is.
    pub fn key(&self) -> RunKey {
        RunKey {
            point: self.point,
            replication: self.replication,
        }
    }

    /// The response with this number, if the run did not fail.
    pub fn value(&self, response: usize) -> Option<Value> {
        let value = self.values.get(response).copied();
        value.filter(|_| self.error.is_none())
    }
}
