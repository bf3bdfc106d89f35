//! Who at a place has a package, fetches it, or waits for it.

use crate::model::ids::JobId;
use std::collections::{HashMap, VecDeque};

/// A set that gives its members by position; changes cost the same however many
/// there are.
#[derive(Debug, Clone, Default)]
pub(crate) struct Roll {
    /// Machines, each by the job that brought the package.
    list: Vec<JobId>,
    /// Where each machine stands in the list. Only looked up, never walked.
    at: HashMap<u32, u32>,
}

impl Roll {
    /// How many machines there are.
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// The job at a position.
    pub(crate) fn job(&self, at: usize) -> JobId {
        self.list[at]
    }

    /// Enters a machine by its job; one that is there already goes by the new
    /// one.
    pub(crate) fn enter(&mut self, machine: u32, job: JobId) {
        if let Some(at) = self.at.get(&machine) {
            self.list[*at as usize] = job;
            return;
        }
        self.at.insert(machine, self.list.len() as u32);
        self.list.push(job);
    }

    /// Strikes a machine off; the last one takes its position.
    pub(crate) fn strike(&mut self, machine: u32, machine_of: impl Fn(JobId) -> u32) {
        let Some(at) = self.at.remove(&machine) else {
            return;
        };
        self.list.swap_remove(at as usize);
        if let Some(moved) = self.list.get(at as usize) {
            self.at.insert(machine_of(*moved), at);
        }
    }
}

/// One package at one place.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shelf {
    /// Machines of the place, then those that come there at times. Whether one
    /// still has the package, and is there, is asked when it is wanted.
    pub(super) givers: [Roll; 2],
    /// Jobs that have begun to fetch it and will give it, the first one first;
    /// those that have ended are dropped when somebody asks.
    pub(super) fetching: VecDeque<JobId>,
    /// Jobs that wait, each with the number of its wait, the first one first;
    /// those that have gone are dropped when their turn comes.
    pub(super) waiting: VecDeque<(JobId, u32)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_that_is_struck_off_is_gone_and_no_other() {
        // A machine's number is a tenth of its job's.
        let machine_of = |job: JobId| job.0 / 10;
        let mut roll = Roll::default();
        for job in [10, 20, 30, 40].map(JobId) {
            roll.enter(machine_of(job), job);
        }
        roll.enter(2, JobId(25));
        roll.strike(1, machine_of);
        roll.strike(7, machine_of);
        let jobs = |roll: &Roll| (0..roll.len()).map(|at| roll.job(at).0).collect::<Vec<_>>();
        assert_eq!(jobs(&roll), [40, 25, 30]);
        roll.strike(4, machine_of);
        roll.strike(2, machine_of);
        roll.strike(3, machine_of);
        assert!(jobs(&roll).is_empty());
        roll.enter(4, JobId(40));
        assert_eq!(jobs(&roll), [40]);
    }
}
