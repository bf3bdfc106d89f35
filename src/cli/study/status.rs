//! `rollcast study status`: how much of a study is done.

use super::incomplete;
use crate::answer::{Answer, Found, StudyStatusAnswer};
use crate::cli::{Failure, print, print_data};
use crate::study::{Decider, Known, Shard, Store, StudyPlan, missing};
use crate::units::counted;
use crate::units::on_one_line;
use std::path::PathBuf;

/// Tell how much of a study is done. Exit code 3 if something is missing.
#[derive(Debug, clap::Args)]
pub(super) struct StatusArguments {
    /// The directory of the study.
    directory: PathBuf,

    /// Print only the numbers of the shards that are not finished, as in
    /// `3,7-9`: ready for `--array`.
    #[arg(long)]
    missing: bool,

    /// How many shards there are.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    shards: u32,

    /// Print how much is done as JSON; `rollcast schema results` describes it.
    #[arg(long, conflicts_with = "missing")]
    json: bool,
}

impl StatusArguments {
    pub(super) fn run(self) -> Result<(), Failure> {
        let plan = StudyPlan::read(&self.directory)?;
        let store = Store::open(&self.directory, &plan);
        plan.check_shards(self.shards)?;
        let known = store.known()?;
        let open = self.open_shards(&plan, &known);
        if self.missing {
            print(&format!("{}\n", ranges(&open)))?;
            return Self::told(&open);
        }
        let records = known.values();
        let failed = records.filter(|record| record.error.is_some()).count();
        let left = missing(&plan, &known).len();
        if self.json {
            let found = Found::StudyStatus(StudyStatusAnswer {
                title: plan.title.clone(),
                directory: self.directory.display().to_string(),
                finished: open.is_empty(),
                done: known.len() as u64,
                failed: failed as u64,
                to_do: left as u64,
                shards: self.shards.into(),
                missing_shards: open.iter().map(|shard| u64::from(*shard)).collect(),
            });
            print_data(&Answer::new(found).to_json().map_err(Failure::failed)?)?;
        } else {
            print(&format!(
                "{}: {} done, {failed} of them failed, {left} to do; {} of {} finished\n",
                on_one_line(&plan.title),
                counted(known.len() as u64, "run"),
                self.shards as usize - open.len(),
                counted(self.shards.into(), "shard"),
            ))?;
        }
        Self::told(&open)
    }

    /// What was told, as an exit code.
    fn told(open: &[u32]) -> Result<(), Failure> {
        if open.is_empty() {
            Ok(())
        } else {
            Err(incomplete(String::new()))
        }
    }

    fn open_shards(&self, plan: &StudyPlan, known: &Known) -> Vec<u32> {
        let mut decider = Decider::new(plan);
        let units = decider.units();
        (1..=self.shards)
            .filter(|number| {
                let slice = Shard {
                    number: *number,
                    of: self.shards,
                }
                .slice(units);
                !decider.next(known, slice, 1).is_empty()
            })
            .collect()
    }
}

/// `[3, 7, 8, 9]` as `3,7-9`.
fn ranges(numbers: &[u32]) -> String {
    let parts: Vec<String> = numbers
        .chunk_by(|a, b| a + 1 == *b)
        .map(|part| match part {
            [one] => one.to_string(),
            _ => format!("{}-{}", part[0], part[part.len() - 1]),
        })
        .collect();
    parts.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_a_row_become_a_range() {
        assert_eq!(ranges(&[3, 7, 8, 9]), "3,7-9");
        assert_eq!(ranges(&[]), "");
        assert_eq!(ranges(&[1, 2]), "1-2");
    }
}
