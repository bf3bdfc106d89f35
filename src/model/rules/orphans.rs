//! Legacy Clients that reach no client access point any more.
//!
//! They try every hour, and uninstall themselves after sixty days (KB Q227033):
//! whatever they had still to do is not done, and the site hears nothing of it.
//! Since when a client has been out of touch follows from what is down and from
//! the passwords that were changed; nothing is kept for it, and nothing asked
//! where the simulated time is shorter than that.

use crate::model::journal::{Entry, Journal};
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, Step};
use crate::units::Instant;

impl<J: Journal> Simulation<'_, '_, J> {
    /// When the client of a job goes, should nothing change before: it uninstalls
    /// itself, or is removed outside the boundaries of its site.
    pub(crate) fn uninstalls_at(&self, id: u32) -> Instant {
        let removed = self.removed_at(self.jobs[id as usize].machine, self.site(id));
        self.orphaned_at(id).min(removed)
    }

    /// When the client of a job uninstalls itself, should nothing change before.
    fn orphaned_at(&self, id: u32) -> Instant {
        let after = self.world.rules.orphan_after;
        if self.world.horizon < after || !self.behaviour(id).uninstalls_when_out_of_touch() {
            return Instant::NEVER;
        }
        self.out_of_touch_since(id)
            .map_or(Instant::NEVER, |since| since + after)
    }

    /// Since when a client has not got in at its contact.
    fn out_of_touch_since(&self, id: u32) -> Option<Instant> {
        let behaviour = self.behaviour(id);
        let contact = behaviour.contact(&self.world.sites[self.site(id).index()])?;
        let down = self.out_of_reach_since(id, contact, behaviour.contact_role());
        let barred =
            self.ledger
                .barred_since(self.jobs[id as usize].machine, self.site(id), self.now);
        down.into_iter().chain(barred).min()
    }

    /// Uninstalls the client of a job if it is time; whether it is.
    pub(crate) fn uninstalled(&mut self, id: u32) -> bool {
        if self.uninstalls_at(id) > self.now || self.record(id).ending == Ending::NotTaken {
            return false;
        }
        let removed = self.removed_at(self.jobs[id as usize].machine, self.site(id));
        let cause = if removed <= self.now {
            self.note(id, || Entry::ClientRemoved(removed));
            Cause::ClientRemoved
        } else {
            let since = self.out_of_touch_since(id).unwrap_or(self.now);
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
