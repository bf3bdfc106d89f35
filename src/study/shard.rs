//! Shards: which part of a study a machine of a cluster runs.

use super::error::StudyError;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

/// Shard `number` of this many, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// Which.
    pub number: u32,
    /// How many there are.
    pub of: u32,
}

/// Variables in which engines tell a task its number, and the number that the
/// first task has unless the user says otherwise.
const VARIABLES: [&str; 4] = [
    "HQ_TASK_ID",
    "SLURM_ARRAY_TASK_ID",
    "PARALLEL_SEQ",
    "JOB_COMPLETION_INDEX",
];

impl Shard {
    /// The whole study.
    pub const WHOLE: Self = Self { number: 1, of: 1 };

    /// The shard of `of` that the environment of a task of `HyperQueue`, Slurm,
    /// GNU parallel or Kubernetes names.
    ///
    /// # Errors
    /// If no such variable is set, or it is not a number of a shard.
    pub fn from_environment(
        of: u32,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, StudyError> {
        let found = VARIABLES
            .iter()
            .find_map(|name| variable(name).map(|value| (*name, value)));
        let (name, value) = found.ok_or_else(|| {
            StudyError::Shard(format!(
                "`--shard auto` needs one of the variables {}",
                VARIABLES.join(", ")
            ))
        })?;
        let bad =
            || StudyError::Shard(format!("{name} is `{value}`, which is not a shard of {of}"));
        let number: u32 = value.trim().parse().map_err(|_| bad())?;
        // Kubernetes counts its indexed jobs from 0, the others do as they are
        // told, and are told to count from 1.
        let number = if name == "JOB_COMPLETION_INDEX" {
            number + 1
        } else {
            number
        };
        Self { number, of }.checked().map_err(|_| bad())
    }

    fn checked(self) -> Result<Self, StudyError> {
        if self.number >= 1 && self.number <= self.of {
            return Ok(self);
        }
        Err(StudyError::Shard(format!(
            "there is no shard {self}; shards count from 1"
        )))
    }

    /// The part of `count` things that this shard has.
    pub fn slice(self, count: u64) -> Range<u64> {
        let upto =
            |number: u32| (u128::from(count) * u128::from(number) / u128::from(self.of)) as u64;
        upto(self.number - 1)..upto(self.number)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = StudyError;
    fn from_str(text: &str) -> Result<Self, StudyError> {
        let bad = || {
            StudyError::Shard(format!(
                "`{text}` is not a shard; write its number and how many there are: 17/500"
            ))
        };
        let (number, of) = text.split_once('/').ok_or_else(bad)?;
        let number = number.trim().parse().map_err(|_| bad())?;
        let of = of.trim().parse().map_err(|_| bad())?;
        Self { number, of }.checked()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_have_everything_once_and_are_even_to_one() {
        for (count, of) in [(10, 3), (500, 500), (3, 7), (0, 2), (1_000_003, 17)] {
            let mut next = 0;
            for number in 1..=of {
                let slice = Shard { number, of }.slice(count);
                assert_eq!(slice.start, next);
                assert!((slice.end - slice.start).abs_diff(count / u64::from(of)) <= 1);
                next = slice.end;
            }
            assert_eq!(next, count);
        }
    }

    #[test]
    fn engines_tell_the_number_each_in_their_own_way() {
        let only = |name: &'static str, value: &'static str| {
            move |wanted: &str| (wanted == name).then(|| value.to_owned())
        };
        for name in ["HQ_TASK_ID", "SLURM_ARRAY_TASK_ID", "PARALLEL_SEQ"] {
            assert_eq!(
                Shard::from_environment(7, only(name, "3")).unwrap(),
                Shard { number: 3, of: 7 }
            );
        }
        let kubernetes = Shard::from_environment(7, only("JOB_COMPLETION_INDEX", "0")).unwrap();
        assert_eq!(kubernetes.number, 1);
        assert!(Shard::from_environment(7, only("HQ_TASK_ID", "8")).is_err());
        assert!(Shard::from_environment(7, |_| None).is_err());
    }

    #[test]
    fn what_is_no_shard_is_refused() {
        assert_eq!(
            "17/500".parse::<Shard>().unwrap(),
            Shard {
                number: 17,
                of: 500
            }
        );
        for text in ["0/5", "6/5", "5", "a/b", "1/0"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }
}
