//! A client verifies itself, which ends what it runs.

use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::chain;
use crate::model::rules::withdrawal;
use crate::model::way::events::{Happening, Kind};
use crate::model::way::job::Phase;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, Resource, Step};
use crate::units::{Instant, Span};

impl<J: Journal> Simulation<'_, '_, J> {
    /// A program of a job has started: the next verify cycle of its machine may
    /// meet it.
    pub(crate) fn expect_verification(&mut self, id: JobId) {
        let Some(interval) = self.scene.world.rules.verify_cycle else {
            return;
        };
        if !self.scene.behaviour(id).verifies_its_installation() {
            return;
        }
        let interval = interval.0.max(1);
        let draws = self.scene.draws.verification(self.scene.jobs[id].key);
        let offset = draws.below(0, interval);
        let next = self.scene.now + Span(1);
        let cycle = next.0.saturating_sub(offset).div_ceil(interval);
        let at = Instant(offset.saturating_add(cycle.saturating_mul(interval)));
        self.expect(at, Happening::Verify(id));
    }

    /// The client of a job's machine verifies itself now: what the job runs is
    /// stopped.
    pub(crate) fn verified(&mut self, id: JobId) {
        let job = self.scene.jobs[id];
        let runs = job.started
            && job.holds_machine
            && matches!(
                job.phase(),
                Phase::ReachingShare | Phase::ReadingPoint | Phase::ReadingShare | Phase::Running
            );
        if !runs {
            return;
        }
        self.hash_event(Kind::Verify, id);
        self.note(id, || Entry::EndedByVerification);
        let removing = withdrawal::is_removing(&self.scene, id);
        if let Some(transfer) = self.job(id).transfer.take() {
            let moved = self.network.cancel(self.scene.now, transfer);
            self.book_moved(id, moved);
        }
        // Nobody waits for its end any more.
        self.job(id).serial = job.serial.wrapping_add(1);
        if removing {
            let ending = self.record(id).ending;
            self.stand(id, ending, Step::Run, Cause::KilledByVerify);
            return self.stop_removing(id);
        }
        let program = self.scene.program_id(id);
        if chain::is_run_first(&self.scene, id) {
            self.record(id).resource = Resource::Program(program);
        }
        let now = self.scene.now;
        self.record(id).run_end = now;
        self.stand(id, Ending::Failed, Step::Run, Cause::KilledByVerify);
        self.end_unheard(id);
        self.plan_again(id, now);
    }
}
