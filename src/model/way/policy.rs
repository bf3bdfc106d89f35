//! A job learns of its advertisement, and accepts or rejects it.

use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::assignment_time;
use crate::model::rules::contact_logons;
use crate::model::rules::policy::{self, Poll};
use crate::model::rules::supersedence;
use crate::model::rules::withdrawal;
use crate::model::surroundings::client_removal;
use crate::model::surroundings::client_traffic::{Messages, Way};
use crate::model::way::events::Kind;
use crate::model::way::job::Phase;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, ReportState, Resource, Step};
use crate::product::status;
use crate::units::Instant;
use crate::world::ServerId;

impl<J: Journal> Simulation<'_, '_, J> {
    /// A poll that will bring the advertisement.
    pub(crate) fn poll(&mut self, id: JobId) {
        // An offer may be of an advertisement that is gone by now.
        if self.scene.jobs[id].is_over() {
            return;
        }
        self.note_place(id);
        let (machine, site) = (self.scene.jobs[id].machine, self.scene.site(id));
        let removed = client_removal::removed_at(&self.scene, machine, site);
        if removed <= self.scene.now && self.uninstalled(id) {
            return;
        }
        self.scene.turn_job(id, Phase::Asking);
        match policy::polls(&self.scene, id) {
            Poll::HasPolicy => self.learn(id),
            Poll::InVain(contact) => {
                let now = self.scene.now;
                let role = self.scene.behaviour(id).contact_role();
                self.tally.server(contact, role).request(now, now, 1);
                self.contact_is_lost(id, contact);
            }
            Poll::Asks(contact) => self.ask_for_policy(id, contact),
        }
    }

    fn ask_for_policy(&mut self, id: JobId, contact: ServerId) {
        if !self.contact_admits(id) {
            self.scene.turn_job(id, Phase::Unaware);
            if self.uninstalled(id) {
                return;
            }
            let next = contact_logons::look_after_refusal(&self.scene, id);
            return self.schedule(id, Kind::Poll, next);
        }
        let role = self.scene.behaviour(id).contact_role();
        let policy = Messages {
            count: 1,
            size: self.scene.world.rules.policy_bytes,
            first: self.scene.now,
            last: self.scene.now,
        };
        self.carry(id, contact, role, Way::Down, policy);
        match self.ask(contact, role) {
            Ok(service) if service.answer == self.scene.now => self.learn(id),
            Ok(service) => self.stands_in_line(id, Ok(service)),
            Err(_) => {
                self.note(id, || Entry::ContactTimedOut(contact));
                self.stand(id, Ending::Unaware, Step::Policy, Cause::ContactOverloaded);
                self.record(id).resource = Resource::Server(contact);
                self.scene.turn_job(id, Phase::Unaware);
                let next = self.scene.now + self.scene.profile(id).poll_interval;
                self.schedule(id, Kind::Poll, next);
            }
        }
    }

    /// The contact point does not answer: a job asks it again later.
    pub(crate) fn contact_is_lost(&mut self, id: JobId, contact: ServerId) {
        self.note(id, || Entry::Unreachable(contact));
        let behaviour = self.scene.behaviour(id);
        self.tally
            .server(contact, behaviour.contact_role())
            .refuse(1);
        self.stand(id, Ending::Unaware, Step::Policy, Cause::ContactUnreachable);
        self.record(id).resource = Resource::Server(contact);
        self.scene.turn_job(id, Phase::Unaware);
        if self.uninstalled(id) {
            return;
        }
        let retry = behaviour.contact_retry(self.scene.profile(id), &self.scene.world.rules);
        self.schedule(id, Kind::Poll, self.scene.now + retry);
    }

    /// The advertisement has arrived.
    pub(crate) fn learn(&mut self, id: JobId) {
        if self.scene.software.any() && withdrawal::is_withdrawn(&self.scene, id) {
            self.drops(id);
            return;
        }
        self.scene.turn_job(id, Phase::Ready);
        let now = self.scene.now;
        let record = self.record(id);
        record.policy = now;
        record.resource = Resource::None;
        self.note_membership(id);
        if self.is_listened_to(id) {
            let contact = self.scene.contact(id);
            self.note(id, || Entry::Learned(contact));
        }
        self.note_clock(id);
        if self.is_stopped_by(policy::accepts, id) {
            return;
        }
        self.enter(id, ReportState::Accepted);
        self.raise(id, status::RECEIVED);
        let due = self.due(id);
        let due = self.start_of(id, due);
        self.job(id).due = due;
        self.note(id, || Entry::Accepted(due));
        if self.scene.advertisement(id).assignment.is_none() && !due.is_some() {
            self.stand(id, Ending::NotTaken, Step::Assignment, Cause::NotChosen);
            return;
        }
        if self.scene.software.any() {
            self.tell_superseded(id);
            if supersedence::may_be_superseded(&self.scene, id) {
                // The machine may be off before it is looked at.
                let cause = assignment_time::cause(&self.scene, id);
                self.stand(id, Ending::Waiting, Step::Assignment, cause);
                self.may_be_told(id);
                return self.schedule(id, Kind::Wake, self.scene.now);
            }
        }
        self.proceed(id);
    }

    /// Not run before this instant; never, if it is optional and no user chooses it, or
    /// assigned to an event that does not come.
    fn due(&mut self, id: JobId) -> Instant {
        policy::assigned(&self.scene, id).unwrap_or_else(|| {
            let chosen = policy::chosen(&self.scene, id);
            let chosen = chosen.unwrap_or(Instant::NEVER);
            self.note(id, || Entry::Chosen(chosen));
            chosen
        })
    }
}
