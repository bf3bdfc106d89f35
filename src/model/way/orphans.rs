//! A client uninstalls itself, or is removed.

use crate::model::journal::{Entry, Journal};
use crate::model::rules::client_removal;
use crate::model::rules::orphans;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, Step};

impl<J: Journal> Simulation<'_, '_, J> {
    /// Uninstalls the client of a job if it is time; whether it is.
    pub(crate) fn uninstalled(&mut self, id: u32) -> bool {
        if orphans::uninstalls_at(&self.scene, id) > self.scene.now
            || self.record(id).ending == Ending::NotTaken
        {
            return false;
        }
        let removed = client_removal::removed_at(
            &self.scene,
            self.scene.jobs[id as usize].machine,
            self.scene.site(id),
        );
        let cause = if removed <= self.scene.now {
            self.note(id, || Entry::ClientRemoved(removed));
            Cause::ClientRemoved
        } else {
            let since = orphans::out_of_touch_since(&self.scene, id).unwrap_or(self.scene.now);
            self.note(id, || Entry::Uninstalls(since));
            Cause::ClientUninstalled
        };
        self.end_session(id);
        self.release_machine(id);
        let aware = self.record(id).policy.is_some();
        let (ending, step) = if aware {
            (Ending::Failed, self.record(id).step)
        } else {
            (Ending::Unaware, Step::Policy)
        };
        self.stand(id, ending, step, cause);
        self.end_unheard(id);
        true
    }
}
