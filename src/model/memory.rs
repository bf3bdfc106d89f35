//! Memory that replications leave to those after them.
//!
//! What a replication fills is large, and a page that the system hands out anew is
//! cleared first: for short replications that is a tenth of their time.

use super::way::simulation::Workspace;
use crate::division::Plan;
use crate::outcome::{Outcomes, Replication};
use crate::world::World;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Memory that earlier replications have taken and no longer need; of one world or of
/// several, and shared between threads. It changes no result.
#[derive(Default)]
pub struct Memory {
    workspaces: Mutex<Vec<Workspace>>,
    outcomes: Mutex<Vec<Outcomes>>,
}

impl Memory {
    /// Takes the memory of a replication that is no longer needed.
    pub fn recycle(&self, replication: Replication) {
        locked(&self.outcomes).push(replication.outcomes);
    }

    /// Where a thread simulates groups of `plan`.
    pub(super) fn workspace(&self, world: &World, plan: &Plan) -> Workspace {
        let kept = locked(&self.workspaces).pop();
        let fitting = kept.filter(|workspace| workspace.method == plan.method);
        fitting.map_or_else(
            || Workspace::new(world, plan.method),
            |workspace| workspace.fit(world),
        )
    }

    /// Takes back where a thread has simulated.
    pub(super) fn keep(&self, workspace: Workspace) {
        locked(&self.workspaces).push(workspace);
    }

    /// Records for the machines of `world`, none of which has been simulated.
    pub(super) fn outcomes(&self, world: &World, plan: &Plan) -> Outcomes {
        let (rows, groups) = (world.job_count(), plan.groups.len());
        match locked(&self.outcomes).pop() {
            Some(kept) => kept.anew(rows, groups),
            None => Outcomes::new(rows, groups),
        }
    }
}

/// What is kept is whole even if a thread has panicked.
fn locked<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}
