//! The horizon comes: what is on its way is booked, and every row tells where its job
//! stands.

use crate::model::ids::JobId;
use crate::model::journal::Journal;
use crate::model::rules::horizon;
use crate::model::way::simulation::Simulation;
use crate::units::Instant;

impl<J: Journal> Simulation<'_, '_, J> {
    /// Books what is still on its way at the horizon.
    pub(crate) fn close(&mut self, horizon: Instant) {
        self.end_hours_before(horizon);
        self.scene.now = horizon;
        // While all that flows still does.
        for id in self.scene.jobs.ids() {
            self.note_flow(id);
        }
        for id in self.scene.jobs.ids() {
            self.horizon_reached(id);
        }
        self.take_down_traffic(horizon);
        self.close_repeats();
        self.close_peers();
        self.close_rollouts();
        self.close_reports();
        let usages = self.close_sending(horizon);
        for (link, usage) in self.links.iter().zip(usages) {
            self.tally.link(*link, usage);
        }
    }

    /// The horizon comes, perhaps in the middle of something.
    fn horizon_reached(&mut self, id: JobId) {
        if horizon::is_settled(&self.scene, id) {
            return;
        }
        let job = &self.scene.jobs[id];
        if job.is_over() && job.transfer.is_none() {
            return self.close_hanging(id);
        }
        let moved = self.cancel_transfer(id);
        self.book_moved(id, moved);
        if let Some(now) = horizon::unfinished(&self.scene, id) {
            self.stand(id, now.ending, now.step, now.cause);
            let record = self.record(id);
            (record.code, record.resource) = (now.code, now.resource);
        }
        let may_lose_client = horizon::may_lose_client(&self.scene, id);
        self.close_hanging(id);
        if may_lose_client {
            self.uninstalled(id);
        }
    }
}
