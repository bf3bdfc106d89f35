//! Asking the management point where content is, at the moment it is wanted.
//!
//! Which points may serve a package has been known since the policy arrived;
//! what is simulated here is the load: programs that are due at one moment ask
//! at one moment. A management point without a station answers at once.

use super::job::{Kind, Phase};
use super::journal::{Entry, Journal};
use super::retry::Touch;
use super::simulation::Simulation;
use crate::outcome::{Cause, Ending, ReportState, Step};

impl<J: Journal> Simulation<'_, '_, J> {
    /// Asks for the distribution points; whether they are known at once.
    pub(crate) fn ask_for_points(&mut self, id: u32) -> bool {
        let behaviour = self.behaviour(id);
        let contact = behaviour.contact(&self.world.sites[self.site(id).index()]);
        let Some(contact) = contact.filter(|_| behaviour.asks_for_points()) else {
            return true;
        };
        let role = behaviour.contact_role();
        let answer = self.ask(contact, role);
        self.carry_locations(id, contact, 1, self.now);
        if answer == Ok(self.now) {
            self.touch(Touch::Server(contact, role, false));
            return true;
        }
        let job = self.job(id);
        job.phase = Phase::Locating;
        job.answered = answer.is_ok();
        self.schedule(
            id,
            Kind::Answered,
            answer.unwrap_or_else(|gives_up| gives_up),
        );
        false
    }

    /// The management point has answered, or was given up: the client asks
    /// again later, and other programs may run until then.
    pub(crate) fn points_answered(&mut self, id: u32) {
        // What others have asked for meanwhile is none of this try.
        self.touches.clear();
        if std::mem::replace(&mut self.job(id).answered, false) {
            return self.turn_to_points(id, true);
        }
        self.note(id, || Entry::PointsTimedOut);
        self.release_machine(id);
        self.job(id).phase = Phase::Ready;
        self.enter(id, ReportState::Waiting);
        self.stand(id, Ending::Waiting, Step::Location, Cause::NoLocation);
        let retry = self.behaviour(id).location_retry(&self.world.rules);
        let again = self.now + retry;
        self.schedule(id, Kind::Retry, again);
    }
}
