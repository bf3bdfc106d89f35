//! Asking the management point where content is, at the moment it is wanted.
//!
//! Which points may serve a package has been known since the policy arrived;
//! what is simulated here is the load: programs that are due at one moment ask
//! at one moment. A management point without a station answers at once.

use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::surroundings::faults;
use crate::model::surroundings::roaming;
use crate::model::way::events::Kind;
use crate::model::way::job::Phase;
use crate::model::way::retry::Touch;
use crate::model::way::scene::Scene;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, ReportState, Resource, Step};
use crate::world::ServerId;

impl Scene<'_, '_> {
    /// Whom a job asks where content is: whoever is away asks there, or at its own
    /// site where there is nobody.
    pub(crate) fn location_contact(&self, id: JobId) -> Option<ServerId> {
        let (behaviour, sites) = (self.behaviour(id), &self.world.sites);
        let home = behaviour.contact(&sites[self.site(id).index()]);
        if !behaviour.roams() {
            return home;
        }
        let here = behaviour.contact(&sites[roaming::place_of(self, id).index()]);
        here.or(home)
    }
}

impl<J: Journal> Simulation<'_, '_, J> {
    /// Asks for the distribution points; whether they are known at once.
    pub(crate) fn ask_for_points(&mut self, id: JobId) -> bool {
        let behaviour = self.scene.behaviour(id);
        let contact = self.scene.location_contact(id);
        let Some(contact) = contact.filter(|_| behaviour.asks_for_points()) else {
            return true;
        };
        let role = behaviour.contact_role();
        if !faults::reachable(&self.scene, id, contact, role) {
            return self.asks_in_vain(id, contact);
        }
        let answer = self.ask(contact, role);
        self.carry_locations(id, contact, 1, self.scene.now);
        if answer.is_ok_and(|service| service.answer == self.scene.now) {
            self.touch(Touch::Server(contact, role, false));
            return true;
        }
        self.scene.turn_job(id, Phase::Locating);
        self.stands_in_line(id, answer);
        false
    }

    /// The management point is down. A client that has found the content before
    /// turns to the points it knows; another has to ask again later.
    fn asks_in_vain(&mut self, id: JobId, contact: ServerId) -> bool {
        let now = self.scene.now;
        let role = self.scene.behaviour(id).contact_role();
        self.tally.server(contact, role).request(now, now, 1);
        self.turns_to_known_points(id, contact)
    }

    /// What follows where the management point does not answer; whether the points
    /// are known all the same.
    fn turns_to_known_points(&mut self, id: JobId, contact: ServerId) -> bool {
        self.note(id, || Entry::Unreachable(contact));
        let role = self.scene.behaviour(id).contact_role();
        self.tally.server(contact, role).refuse(1);
        if self.scene.jobs[id].content_tries > 0 || self.scene.searches.has_found_points(id) {
            return true;
        }
        self.record(id).resource = Resource::Server(contact);
        self.locate_later(id, Cause::ContactUnreachable);
        false
    }

    /// The management point has answered, or was given up.
    pub(crate) fn points_answered(&mut self, id: JobId) {
        // What others have asked for meanwhile is none of this try.
        self.touches.clear();
        if std::mem::replace(&mut self.job(id).answered, false) {
            return self.turn_to_points(id, true);
        }
        let role = self.scene.behaviour(id).contact_role();
        let contact = self.scene.location_contact(id);
        let lost = contact.filter(|contact| !faults::reachable(&self.scene, id, *contact, role));
        if let Some(contact) = lost {
            if self.turns_to_known_points(id, contact) {
                self.turn_to_points(id, true);
            }
            return;
        }
        self.note(id, || Entry::PointsTimedOut);
        self.locate_later(id, Cause::NoLocation);
    }

    /// Asks again later where the content is; other programs may run until then.
    fn locate_later(&mut self, id: JobId, cause: Cause) {
        self.release_machine(id);
        self.scene.turn_job(id, Phase::Ready);
        self.enter(id, ReportState::Waiting);
        self.stand(id, Ending::Waiting, Step::Location, cause);
        let retry = self
            .scene
            .behaviour(id)
            .location_retry(&self.scene.world.rules);
        let again = self.scene.now + retry;
        self.schedule(id, Kind::Retry, again);
    }
}
