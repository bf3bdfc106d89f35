//! What a run says of a response: a number, that it did not come about, or that there
//! was nothing to look at.
//!
//! Counts over no machine are 0. A share or a time of nothing is not a number, neither good
//! nor bad: it is left out of every figure of a study, which says so. What did not come
//! about by the horizon is another thing: it is later than any number.

use crate::world::Doubt;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a run says of a response.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// This.
    Number(f64),
    /// It did not come about by the horizon.
    NotReached,
    /// There was nothing that could have come about.
    Undefined(Lack),
}

/// What is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lack {
    /// A machine.
    Machine,
    /// A link, server or share with a limit.
    Resource,
    /// A request: nothing could have waited.
    Wait,
    /// A figure of this kind: such a resource does not count it.
    Figure,
    /// An objective of this name.
    Objective,
    /// A moment after the start.
    Moment,
    /// A start from which dates are counted.
    Start,
}

impl Lack {
    const ALL: [Self; 7] = [
        Self::Machine,
        Self::Resource,
        Self::Wait,
        Self::Figure,
        Self::Objective,
        Self::Moment,
        Self::Start,
    ];

    /// The word for it in files.
    const fn name(self) -> &'static str {
        match self {
            Self::Machine => "no-machine",
            Self::Resource => "no-resource",
            Self::Wait => "no-wait",
            Self::Figure => "not-counted",
            Self::Objective => "no-objective",
            Self::Moment => "before-start",
            Self::Start => "no-start",
        }
    }

    /// Why there is no number, as a clause.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Machine => "it is about no machine",
            Self::Resource => "there is no such limited link, server or share",
            Self::Wait => "no request was made there",
            Self::Figure => "it is not counted there",
            Self::Objective => "the scenario has no such objective",
            Self::Moment => "it is asked for before the start",
            Self::Start => "it is asked for at a date, and the scenario gives no `start`",
        }
    }
}

impl Value {
    /// The number, if it came about; `None` if it did not, or is undefined.
    pub fn number(self) -> Option<f64> {
        match self {
            Self::Number(value) => Some(value),
            Self::NotReached | Self::Undefined(_) => None,
        }
    }

    /// Why there is nothing to look at, if that is so.
    pub fn lack(self) -> Option<Lack> {
        match self {
            Self::Undefined(lack) => Some(lack),
            Self::Number(_) | Self::NotReached => None,
        }
    }

    /// The value of an objective that the forecast cannot judge.
    pub(crate) fn of_doubt(doubt: Option<Doubt>) -> Self {
        match doubt {
            Some(Doubt::NoMachine) => Self::Undefined(Lack::Machine),
            Some(Doubt::BeforeStart) => Self::Undefined(Lack::Moment),
            Some(Doubt::NoStart) => Self::Undefined(Lack::Start),
            // It may still come about.
            Some(Doubt::AfterHorizon) | None => Self::NotReached,
        }
    }
}

impl From<Option<f64>> for Value {
    /// A number that may not have come about.
    fn from(number: Option<f64>) -> Self {
        number.map_or(Self::NotReached, Self::Number)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(value) => serializer.collect_str(value),
            Self::NotReached => serializer.serialize_none(),
            Self::Undefined(lack) => serializer.serialize_str(lack.name()),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Some(text) = Option::<String>::deserialize(deserializer)? else {
            return Ok(Self::NotReached);
        };
        let lack = Lack::ALL.into_iter().find(|lack| lack.name() == text);
        match lack {
            Some(lack) => Ok(Self::Undefined(lack)),
            None => text.parse().map(Self::Number).map_err(D::Error::custom),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_reads_back_as_it_was() {
        let undefined = Lack::ALL.map(Value::Undefined);
        let numbers = [0.1 + 0.2, 1e-300, -0.0, 5e15].map(Value::Number);
        for value in numbers
            .into_iter()
            .chain(undefined)
            .chain([Value::NotReached])
        {
            let text = serde_json::to_string(&value).unwrap();
            let read: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(read, value, "{text}");
            if let (Value::Number(a), Value::Number(b)) = (read, value) {
                assert_eq!(a.to_bits(), b.to_bits(), "{text}");
            }
        }
    }
}
