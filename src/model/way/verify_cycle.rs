//! A client verifies itself, which ends what it runs.

use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::verify_cycle::{self, Ended};
use crate::model::way::events::{Happening, Kind};
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, Step};

impl<J: Journal> Simulation<'_, '_, J> {
    /// A program of a job has started: the next verify cycle of its machine may
    /// meet it.
    pub(crate) fn expect_verification(&mut self, id: JobId) {
        if let Some(at) = verify_cycle::next(&self.scene, id) {
            self.expect(at, Happening::Verify(id));
        }
    }

    /// The client of a job's machine verifies itself now: what the job runs is
    /// stopped.
    pub(crate) fn verified(&mut self, id: JobId) {
        let Some(ended) = verify_cycle::ends(&self.scene, id) else {
            return;
        };
        self.hash_event(Kind::Verify, id);
        self.note(id, || Entry::EndedByVerification);
        let moved = self.cancel_transfer(id);
        self.book_moved(id, moved);
        // The end of what ran is not waited for any more.
        let job = self.job(id);
        job.serial = job.serial.wrapping_add(1);
        match ended {
            Ended::Removal => {
                let ending = self.record(id).ending;
                self.stand(id, ending, Step::Run, Cause::KilledByVerify);
                self.stop_removing(id);
                self.restart_is_outstanding_still(id);
            }
            Ended::Program(named) => {
                let now = self.scene.now;
                let record = self.record(id);
                record.resource = named.unwrap_or(record.resource);
                record.run_end = now;
                self.stand(id, Ending::Failed, Step::Run, Cause::KilledByVerify);
                self.keep_history(id, Ending::Failed);
                self.end_unheard(id);
                self.plan_again(id, now);
            }
        }
    }
}
