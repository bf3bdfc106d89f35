//! Content is located: at which points it is, and what a job does that finds none.
//!
//! Which points may serve a package has been known since the policy arrived; what is
//! simulated of the question to the management point is the load: programs that are
//! due at one moment ask at one moment. A management point without a station answers at
//! once.

use crate::client::Mode;
use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::location::{self, Location, Question, Reply};
use crate::model::surroundings::searches;
use crate::model::surroundings::site_resources::{self, Listing};
use crate::model::way::events::Kind;
use crate::model::way::job::Phase;
use crate::model::way::retry::Touch;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, ReportState, Resource, Step};
use crate::product::status;
use crate::world::ServerId;

impl<J: Journal> Simulation<'_, '_, J> {
    /// Locates the content of a job and settles how it is used; false if the job must
    /// wait for it.
    pub(crate) fn locate(&mut self, id: JobId) -> bool {
        let program = self.scene.program_id(id);
        self.note_place(id);
        self.note(id, || Entry::Program(program));
        if !location::needs_content(&self.scene, id) {
            self.note(id, || Entry::NoContentNeeded);
            let job = self.job(id);
            job.mode = Some(Mode::Download);
            job.cached = true;
            self.scene.takes_room(id);
            return true;
        }
        let listing = site_resources::list(&mut self.scene, id);
        self.tell_points(id, listing);
        match location::locates(&self.scene, id, listing) {
            Location::Found(mode) => {
                self.job(id).mode = Some(mode);
                self.scene.cache_changes(id);
                true
            }
            Location::Nowhere(cause) => {
                let again = location::asks_again(&self.scene, id);
                self.wait_for_content(id, cause, again);
                false
            }
        }
    }

    /// Tells of the points that may serve a job. Only a diary wants a copy of them.
    fn tell_points(&mut self, id: JobId, listing: Listing) {
        if !self.is_listened_to(id) {
            return;
        }
        let looked = searches::looked(&self.scene, id);
        let Ok(points) = site_resources::points(&self.scene, id, listing) else {
            return;
        };
        let (open, remote) = (points.open(looked), points.is_remote(looked));
        let sight = site_resources::sight(&self.scene, id);
        let tiers = points.tiers[..open].iter();
        let tiers = tiers.map(|tier| tier.iter(sight).collect()).collect();
        self.note(id, || Entry::Points(tiers, remote));
    }

    /// No point may serve the package: the client asks on, in vain as long as
    /// nothing changes. If it has asked `again` now, that counts too.
    pub(crate) fn wait_for_content(&mut self, id: JobId, cause: Cause, again: bool) {
        self.scene.searches.begins(id, self.scene.now);
        self.note(id, || Entry::NoPoint(cause));
        self.tell_arrival(id);
        self.enter(id, ReportState::Waiting);
        if self.record(id).status_message != status::WAITING_FOR_CONTENT {
            self.raise(id, status::WAITING_FOR_CONTENT);
        }
        self.stand(id, Ending::Waiting, Step::Location, cause);
        self.record(id).resource = Resource::Package(self.scene.program(id).package);
        let listing = site_resources::list(&mut self.scene, id);
        let content = site_resources::next_content_change(&mut self.scene, id);
        let asks = location::asks_on(&self.scene, id, again, content, listing);
        if location::asks_what_others_do(&self.scene, id) {
            self.scene.note_alike_until(id, asks.alike_until);
        }
        let contact = location::contact(&self.scene, id);
        if let Some(contact) = contact.filter(|_| asks.questions > 0) {
            let role = self.scene.behaviour(id).contact_role();
            let counter = self.tally.server(contact, role);
            counter.request(asks.first, asks.last, asks.questions);
            self.carry_locations(id, contact, asks.questions, asks.last);
        }
        if let Some(next) = asks.next {
            self.schedule(id, Kind::Retry, next);
        }
    }

    /// Notes when the package comes to a point that may serve the machine.
    fn tell_arrival(&mut self, id: JobId) {
        let listens = self.is_listened_to(id);
        if self.scene.world.deliveries.is_empty() || !listens {
            return;
        }
        if let Some((at, point)) = location::next_arrival(&self.scene, id) {
            let package = self.scene.program(id).package;
            self.note(id, || Entry::ContentComes(package, point, at));
        }
    }

    /// Asks where the content is, then turns to the distribution points.
    pub(crate) fn connect(&mut self, id: JobId) {
        let known = match location::asks(&self.scene, id) {
            Question::Nothing => true,
            Question::To(contact) => self.ask_for_points(id, contact),
            Question::InVain(contact) => {
                let now = self.scene.now;
                let role = self.scene.behaviour(id).contact_role();
                self.tally.server(contact, role).request(now, now, 1);
                self.touch(Touch::Server(contact, role, true));
                self.turns_to_known_points(id, contact)
            }
        };
        if known {
            self.turn_to_points(id, false);
        }
    }

    /// Asks for the distribution points; whether the answer is there at once.
    fn ask_for_points(&mut self, id: JobId, contact: ServerId) -> bool {
        let role = self.scene.behaviour(id).contact_role();
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

    /// The management point does not answer; whether the points are known all the
    /// same.
    fn turns_to_known_points(&mut self, id: JobId, contact: ServerId) -> bool {
        self.note(id, || Entry::Unreachable(contact));
        let role = self.scene.behaviour(id).contact_role();
        self.tally.server(contact, role).refuse(1);
        if location::knows_points(&self.scene, id) {
            return true;
        }
        self.record(id).resource = Resource::Server(contact);
        self.locate_later(id, Cause::ContactUnreachable);
        false
    }

    /// The management point has answered, or was given up.
    pub(crate) fn points_answered(&mut self, id: JobId) {
        // What others have asked for meanwhile does not belong to this try.
        self.touches.clear();
        let reply = location::reply(&self.scene, id);
        self.job(id).answered = false;
        match reply {
            Reply::Points => self.turn_to_points(id, true),
            Reply::Lost(contact) => {
                if self.turns_to_known_points(id, contact) {
                    self.turn_to_points(id, true);
                }
            }
            Reply::TimedOut => {
                self.note(id, || Entry::PointsTimedOut);
                self.locate_later(id, Cause::NoLocation);
            }
        }
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
        self.schedule(id, Kind::Retry, self.scene.now + retry);
    }
}
