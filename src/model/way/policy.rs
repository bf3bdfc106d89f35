//! Learning of an advertisement, accepting or rejecting it, and what comes
//! next for a job that is free to go on.

use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::assignment_time;
use crate::model::rules::chain;
use crate::model::rules::clocks;
use crate::model::rules::expiry;
use crate::model::rules::location;
use crate::model::rules::run;
use crate::model::rules::supersedence;
use crate::model::rules::withdrawal;
use crate::model::surroundings::client_traffic::{Messages, Way};
use crate::model::surroundings::faults;
use crate::model::way::events::Kind;
use crate::model::way::job::Phase;
use crate::model::way::scene::Host;
use crate::model::way::scene::Scene;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, ReportState, Resource, Step};
use crate::product::status;
use crate::units::{Instant, Size};
use crate::world::{Assignment, ServerId};

impl Scene<'_, '_> {
    /// The last in the line of its machine, unless it stands there already.
    pub(crate) fn join_line(&mut self, id: JobId) {
        let host = self.jobs[id].host as usize;
        if self.hosts[host].line_tail == Some(id) || self.aside(id).next_in_line.is_some() {
            return;
        }
        match self.hosts[host].line_tail {
            None => self.hosts[host].line_head = Some(id),
            Some(tail) => self.set_aside(tail).next_in_line = Some(id),
        }
        self.hosts[host].line_tail = Some(id);
    }
}

impl<J: Journal> Simulation<'_, '_, J> {
    /// A poll that will bring the advertisement.
    pub(crate) fn poll(&mut self, id: JobId) {
        // An offer may be of an advertisement that is gone by now.
        if self.scene.jobs[id].is_over() {
            return;
        }
        self.note_place(id);
        if self.scene.world.rules.legacy_removed_outside && self.uninstalled(id) {
            return;
        }
        let behaviour = self.scene.behaviour(id);
        let contact = self.scene.policy_contact(id);
        self.scene.turn_job(id, Phase::Asking);
        let Some(contact) = contact else {
            return self.learn(id);
        };
        let role = behaviour.contact_role();
        if !faults::reachable(&self.scene, id, contact, role) {
            let now = self.scene.now;
            self.tally.server(contact, role).request(now, now, 1);
            return self.contact_is_lost(id, contact);
        }
        if !self.contact_admits(id) {
            self.scene.turn_job(id, Phase::Unaware);
            if self.uninstalled(id) {
                return;
            }
            let next = self.look_after_refusal(id);
            return self.schedule(id, Kind::Poll, next);
        }
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
        let now = self.scene.now;
        let behaviour = self.scene.behaviour(id);
        let contact = behaviour.contact(&self.scene.world.sites[self.scene.site(id).index()]);
        self.scene.turn_job(id, Phase::Ready);
        let record = self.record(id);
        record.policy = now;
        record.resource = Resource::None;
        self.note_membership(id);
        self.note(id, || Entry::Learned(contact));
        self.note_clock(id);
        let advertisement = self.scene.advertisement(id);
        let program = &self.scene.world.programs[advertisement.program.index()];
        if !program.platforms.is_empty()
            && !program.platforms.contains(&self.scene.profile(id).platform)
        {
            return self.rejects(
                id,
                ReportState::Rejected,
                status::REJECTED_PLATFORM,
                Cause::PlatformUnsupported,
            );
        }
        if now >= clocks::expires(&self.scene, id) {
            return self.rejects(
                id,
                ReportState::Expired,
                status::REJECTED_EXPIRED,
                Cause::Expired,
            );
        }
        self.enter(id, ReportState::Accepted);
        self.raise(id, status::RECEIVED);
        let due = self.due(id);
        let due = self.start_of(id, due);
        self.job(id).due = due;
        self.note(id, || Entry::Accepted(due));
        if advertisement.assignment.is_none() && !due.is_some() {
            self.stand(id, Ending::NotTaken, Step::Assignment, Cause::NotChosen);
            return;
        }
        if self.scene.software.any() {
            self.tell_superseded(id);
            if supersedence::may_be_superseded(&self.scene, id) {
                // The machine may be off before it is looked at.
                self.stand(id, Ending::Waiting, Step::Assignment, Cause::NotDue);
                self.may_be_told(id);
                return self.schedule(id, Kind::Wake, self.scene.now);
            }
        }
        self.proceed(id);
    }

    /// Not run before this instant; never, if it is optional and nobody
    /// chooses it, or assigned to an event that does not come.
    fn due(&mut self, id: JobId) -> Instant {
        let now = self.scene.now;
        let advertisement = self.scene.advertisement(id);
        match advertisement.assignment {
            Some(Assignment::AsSoonAsPossible) => now,
            Some(Assignment::At(at)) => now.max(clocks::assigned(&self.scene, id, at)),
            Some(Assignment::Logon) => assignment_time::next_logon(&self.scene, id),
            Some(Assignment::Logoff) => assignment_time::next_logoff(&self.scene, id),
            None => {
                let draws = self
                    .scene
                    .draws
                    .uptake(self.scene.jobs[id].key, self.scene.jobs[id].advertisement);
                let present =
                    self.scene.profile(id).sessions.is_some() || self.scene.look_for_user(id).holds;
                let chosen = advertisement.uptake.filter(|uptake| {
                    // An optional program is chosen by a user (KB Q277876).
                    present && draws.uniform(0) < uptake.share
                });
                self.note(id, || Entry::Chosen(chosen.is_some()));
                chosen.map_or(Instant::NEVER, |uptake| {
                    now + uptake.delay.sample(draws.uniform(1))
                })
            }
        }
    }

    fn rejects(&mut self, id: JobId, state: ReportState, message: u16, cause: Cause) {
        let over = expiry::rejected(Step::Acceptance, state, message, cause);
        self.is_over(id, over);
    }

    /// Lets go of the machine; the first in line may go on.
    pub(crate) fn release_machine(&mut self, id: JobId) {
        if !self.scene.jobs[id].holds_machine {
            return;
        }
        self.job(id).holds_machine = false;
        let host = self.scene.jobs[id].host as usize;
        if let Some(host) = self.scene.hosts.get_mut(host) {
            host.running = None;
        }
        self.wake_line(id);
    }

    /// The first in line may go on, if nobody holds the machine. Whoever was
    /// its turn and did not take it passes it on in this way.
    pub(crate) fn wake_line(&mut self, id: JobId) {
        let host = self.scene.jobs[id].host as usize;
        let Some(&Host {
            running: None,
            line_head: Some(head),
            ..
        }) = self.scene.hosts.get(host)
        else {
            return;
        };
        let next = self.scene.set_aside(head).next_in_line.take();
        self.scene.hosts[host].line_head = next;
        if next.is_none() {
            self.scene.hosts[host].line_tail = None;
        }
        self.schedule(head, Kind::Wake, self.scene.now);
    }

    /// The final state reaches the site server.
    pub(crate) fn report(&mut self, id: JobId, at: Instant) {
        self.plan_again(id, at);
        self.report_alone(id, at);
    }

    /// As above, for a program that goes on after its client has stopped watching it.
    pub(crate) fn report_alone(&mut self, id: JobId, at: Instant) {
        self.reported += 1;
        if self.scene.reports.are_followed() {
            return self.say_last(id, at);
        }
        self.count_report(id, at);
        self.tell_controller(id, at);
    }

    /// A message reaches the site server at `at`, where none is followed.
    pub(crate) fn count_report(&mut self, id: JobId, at: Instant) {
        let behaviour = self.scene.behaviour(id);
        let contact = behaviour.contact(&self.scene.world.sites[self.scene.site(id).index()]);
        let bytes = self.scene.world.rules.status_bytes;
        if let Some(contact) = contact {
            let counter = self.tally.server(contact, behaviour.contact_role());
            counter.request(at, at, 1);
            counter.carry(bytes);
        }
        self.record(id).report = at;
    }

    /// The record of a job names the server that has not answered.
    fn blames(&mut self, id: JobId, contact: Option<ServerId>) {
        self.record(id).resource = contact.map_or(Resource::None, Resource::Server);
    }

    /// Where a job stands when the horizon comes in the middle of something.
    pub(crate) fn horizon_reached(&mut self, id: JobId) {
        if withdrawal::is_removing(&self.scene, id) {
            return;
        }
        let job = self.scene.jobs[id];
        let moved = job.transfer.map_or(Size(0), |transfer| {
            self.network.cancel(self.scene.now, transfer)
        });
        match job.phase() {
            // The client has said all that it knows of it.
            Phase::ReadingPoint | Phase::ReadingShare if run::is_left_alone(&self.scene, id) => {
                self.book_moved(id, moved);
            }
            Phase::Running if run::is_left_alone(&self.scene, id) => {}
            Phase::Downloading | Phase::ReadingPoint => {
                self.book_content(id, moved);
                self.stand(
                    id,
                    Ending::InProgress,
                    Step::Content,
                    Cause::StillDownloading,
                );
            }
            Phase::ReadingShare => {
                self.book_share(id, moved);
                self.stand(id, Ending::InProgress, Step::Share, Cause::StillDownloading);
            }
            Phase::Locating => {
                self.record(id).code = None;
                self.blames(id, location::contact(&self.scene, id));
                let cause = job.in_line_because_of(Cause::NoLocation);
                self.stand(id, Ending::InProgress, Step::Location, cause);
            }
            // It is in the middle of these only while it waits for an answer.
            Phase::Connecting => {
                self.record(id).code = None;
                let cause = job.in_line_because_of(Cause::LogonPending);
                self.stand(id, Ending::InProgress, Step::Connection, cause);
            }
            Phase::ReachingShare => {
                let cause = job.in_line_because_of(Cause::LogonPending);
                self.stand(id, Ending::InProgress, Step::Share, cause);
            }
            Phase::Asking => {
                let cause = job.in_line_because_of(Cause::ContactOverloaded);
                self.stand(id, Ending::Unaware, Step::Policy, cause);
                self.blames(id, self.scene.policy_contact(id));
            }
            Phase::HeldUp => self.close_search(id),
            Phase::Running => {
                self.stand(id, Ending::InProgress, Step::Run, Cause::StillRunning);
            }
            Phase::Restarting if chain::is_run_first(&self.scene, id) => {
                // That of the program to run first is not its own.
                self.record(id).code = None;
                self.stand(
                    id,
                    Ending::InProgress,
                    Step::AfterRunning,
                    Cause::DependencyPending,
                );
            }
            Phase::Restarting => {
                self.stand(
                    id,
                    Ending::RestartPending,
                    Step::AfterRunning,
                    Cause::RestartOutstanding,
                );
            }
            Phase::Unaware | Phase::Ready | Phase::Over => {}
        }
        self.close_hanging(id);
        if matches!(job.phase(), Phase::Unaware | Phase::Asking | Phase::Ready) {
            self.uninstalled(id);
        }
    }
}
