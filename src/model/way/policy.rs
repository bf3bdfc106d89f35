//! Learning of an advertisement, accepting or rejecting it, and what comes
//! next for a job that is free to go on.

use crate::model::journal::{Entry, Journal};
use crate::model::rules::cache;
use crate::model::rules::clocks;
use crate::model::rules::recurrence;
use crate::model::rules::start_times;
use crate::model::rules::supersedence;
use crate::model::rules::withdrawal;
use crate::model::surroundings::accounts::contact_logons;
use crate::model::surroundings::client_traffic::{Messages, Way};
use crate::model::surroundings::faults;
use crate::model::way::events::Kind;
use crate::model::way::job::{NONE, Phase};
use crate::model::way::scene::Host;
use crate::model::way::scene::Scene;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, ReportState, Resource, Step};
use crate::product::status;
use crate::units::{Instant, Size, Span};
use crate::world::{Assignment, UserCondition};

impl Scene<'_, '_> {
    /// The beginning of the next session.
    fn next_logon(&self, id: u32) -> Instant {
        let present = self.user_at(id, self.now);
        if present.holds && present.until.is_some() {
            let gone = self.user_at(id, present.until);
            return if gone.holds {
                present.until
            } else {
                gone.until
            };
        }
        if present.holds {
            Instant::NEVER
        } else {
            present.until
        }
    }

    /// The end of the present session, or of the next.
    fn next_logoff(&self, id: u32) -> Instant {
        let present = self.user_at(id, self.now);
        if present.holds {
            return present.until;
        }
        if present.until.is_some() {
            self.user_at(id, present.until).until
        } else {
            Instant::NEVER
        }
    }

    /// Whether the program of the chain that is up does not support the machine's
    /// platform: it is not run, as little as if it were advertised, and what depends
    /// on it fails.
    fn is_unsupported(&self, id: u32) -> bool {
        let platforms = &self.program(id).platforms;
        self.is_run_first(id)
            && !platforms.is_empty()
            && !platforms.contains(&self.profile(id).platform)
    }

    /// Whether the program runs as the logged-on user, or not at all without one.
    fn runs_as_user(&self, id: u32) -> bool {
        let program = self.program(id);
        program.user_condition == UserCondition::LoggedOn
            || self.profile(id).windows_9x && !program.software_installation_account
    }

    /// The countdown that is still to be shown before the program of a job, if a
    /// user is logged on.
    pub(crate) fn countdown_ahead(&self, id: u32) -> Span {
        let countdown = self.world.rules.countdown;
        let shown = countdown > Span::ZERO
            && self.advertisement(id).assignment.is_some()
            && !self.jobs[id as usize].counted_down
            && self.user_at(id, self.now).holds;
        if shown { countdown } else { Span::ZERO }
    }

    fn join_line(&mut self, id: u32, host: usize) {
        let tail = self.hosts[host].line_tail;
        if tail == NONE {
            self.hosts[host].line_head = id;
        } else {
            self.set_aside(tail).next_in_line = id;
        }
        self.hosts[host].line_tail = id;
    }
}

impl<J: Journal> Simulation<'_, '_, J> {
    /// A poll that will bring the advertisement.
    pub(crate) fn poll(&mut self, id: u32) {
        self.note_place(id);
        if self.scene.world.rules.legacy_removed_outside && self.uninstalled(id) {
            return;
        }
        let behaviour = self.scene.behaviour(id);
        let contact = behaviour.contact(&self.scene.world.sites[self.scene.site(id).index()]);
        self.job(id).phase = Phase::Asking;
        let Some(contact) = contact else {
            return self.learn(id);
        };
        let role = behaviour.contact_role();
        if !faults::reachable(&self.scene, id, contact, role) {
            self.note(id, || Entry::Unreachable(contact));
            let now = self.scene.now;
            let counter = self.tally.server(contact, role);
            counter.request(now, now, 1);
            counter.refuse(1);
            self.stand(id, Ending::Unaware, Step::Policy, Cause::ContactUnreachable);
            self.record(id).resource = Resource::Server(contact);
            self.job(id).phase = Phase::Unaware;
            if self.uninstalled(id) {
                return;
            }
            let next = self.scene.now
                + self
                    .scene
                    .behaviour(id)
                    .contact_retry(self.scene.profile(id), &self.scene.world.rules);
            return self.schedule(id, Kind::Poll, next);
        }
        if !self.contact_admits(id) {
            self.job(id).phase = Phase::Unaware;
            if self.uninstalled(id) {
                return;
            }
            let next = contact_logons::next_look(
                &self.scene,
                self.scene.jobs[id as usize].machine,
                self.scene.now + Span(1),
            );
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
            Ok(at) if at == self.scene.now => self.learn(id),
            Ok(at) => self.schedule(id, Kind::Answered, at),
            Err(_) => {
                self.note(id, || Entry::ContactTimedOut(contact));
                self.stand(id, Ending::Unaware, Step::Policy, Cause::ContactOverloaded);
                self.record(id).resource = Resource::Server(contact);
                self.job(id).phase = Phase::Unaware;
                let next = self.scene.now + self.scene.profile(id).poll_interval;
                self.schedule(id, Kind::Poll, next);
            }
        }
    }

    /// The advertisement has arrived.
    pub(crate) fn learn(&mut self, id: u32) {
        if self.scene.software.any && withdrawal::is_withdrawn(&self.scene, id) {
            self.drops(id);
            return;
        }
        let now = self.scene.now;
        let behaviour = self.scene.behaviour(id);
        let contact = behaviour.contact(&self.scene.world.sites[self.scene.site(id).index()]);
        self.job(id).phase = Phase::Ready;
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
            return self.reject(
                id,
                ReportState::Rejected,
                status::REJECTED_PLATFORM,
                Cause::PlatformUnsupported,
            );
        }
        if now >= clocks::expires(&self.scene, id) {
            return self.reject(
                id,
                ReportState::Expired,
                status::REJECTED_EXPIRED,
                Cause::Expired,
            );
        }
        self.enter(id, ReportState::Accepted);
        self.raise(id, status::RECEIVED);
        let due = self.due(id);
        let due = start_times::spread_start(&mut self.scene, id, due);
        self.job(id).due = due;
        self.note(id, || Entry::Accepted(due));
        if advertisement.assignment.is_none() && !due.is_some() {
            self.stand(id, Ending::NotTaken, Step::Assignment, Cause::NotChosen);
            return;
        }
        if self.scene.software.any {
            self.tell_superseded(id);
            if supersedence::may_be_superseded(&self.scene, id) {
                // The machine may be off before it is looked at.
                self.stand(id, Ending::Waiting, Step::Assignment, Cause::NotDue);
                return self.schedule(id, Kind::Wake, self.scene.now);
            }
        }
        self.proceed(id);
    }

    /// Not run before this instant; never, if it is optional and nobody
    /// chooses it, or assigned to an event that does not come.
    fn due(&mut self, id: u32) -> Instant {
        let now = self.scene.now;
        let advertisement = self.scene.advertisement(id);
        match advertisement.assignment {
            Some(Assignment::AsSoonAsPossible) => now,
            Some(Assignment::At(at)) => now.max(clocks::assigned(&self.scene, id, at)),
            Some(Assignment::Logon) => self.scene.next_logon(id),
            Some(Assignment::Logoff) => self.scene.next_logoff(id),
            None => {
                let draws = self.scene.draws.uptake(
                    self.scene.jobs[id as usize].key,
                    self.scene.jobs[id as usize].advertisement,
                );
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

    /// The advertisement of a job that was accepted in time has expired: it starts
    /// nothing any more, and fetches nothing. What runs goes on. Whether it has.
    pub(crate) fn has_expired(&mut self, id: u32) -> bool {
        if self.scene.now < clocks::expires(&self.scene, id)
            || self.scene.jobs[id as usize].holds_machine
        {
            return false;
        }
        let message = status::REJECTED_EXPIRED;
        self.reject(id, ReportState::Expired, message, Cause::ExpiredWaiting);
        self.record(id).step = Step::Assignment;
        true
    }

    fn reject(&mut self, id: u32, state: ReportState, message: u16, cause: Cause) {
        self.enter(id, state);
        self.raise(id, message);
        self.note(id, || Entry::Rejected(cause));
        self.stand(id, Ending::Rejected, Step::Acceptance, cause);
        self.end(id, self.scene.now);
        self.wake_line(id);
    }

    /// Takes the next step that is open to a job: content, time, conditions,
    /// then the program. Whoever does not take the machine leaves it to the
    /// next in line.
    pub(crate) fn proceed(&mut self, id: u32) {
        // It may have come to its end in the line of its machine.
        if self.scene.jobs[id as usize].phase == Phase::Over {
            return self.wake_line(id);
        }
        self.advance(id);
        if !self.scene.jobs[id as usize].holds_machine {
            self.wake_line(id);
        }
    }

    fn advance(&mut self, id: u32) {
        if self.scene.software.any {
            if withdrawal::is_removing(&self.scene, id) {
                return self.advance_removal(id);
            }
            if self.is_dropped(id) {
                return;
            }
        }
        if !self.scene.jobs[id as usize].holds_machine && self.uninstalled(id) {
            return;
        }
        if self.has_expired(id) {
            return;
        }
        if self.has_run_before(id) {
            return;
        }
        if self.scene.software.any {
            if self.gives_way(id) {
                return;
            }
            self.look_again_for_removals(id);
        }
        self.skip_programs_that_ran(id);
        if self.scene.is_unsupported(id) {
            if !self.wait_until_due(id) {
                let message = status::PREPARATION_FAILED;
                self.fail(
                    id,
                    Step::Condition,
                    Cause::PlatformUnsupported,
                    None,
                    message,
                );
            }
            return;
        }
        self.locate_anew_if_moved(id);
        self.locate_anew_if_widened(id);
        if self.scene.jobs[id as usize].mode.is_none() && !self.locate(id) {
            return;
        }
        // What is assigned may be fetched ahead of its time; an optional program
        // is fetched when a user has chosen it (SMS 2003 asks with "Program
        // Download Required").
        if self.scene.advertisement(id).assignment.is_none() && self.wait_until_due(id) {
            return;
        }
        if cache::needs_download(&self.scene, id) {
            return self.fetch(id);
        }
        if self.wait_until_due(id)
            || self.link_is_too_slow(id)
            || self.wait_for_window(id)
            || self.wait_for_conditions(id)
        {
            return;
        }
        self.launch(id);
    }

    /// A program to run first that has already succeeded on the machine is not
    /// run again (dependency applies to the first success).
    fn skip_programs_that_ran(&mut self, id: u32) {
        loop {
            let job = &self.scene.jobs[id as usize];
            let last =
                self.scene.plan.chains[self.scene.advertisement(id).program.index()].len() - 1;
            if usize::from(job.stage) == last {
                return;
            }
            let program = self.scene.program_id(id);
            if self.scene.world.control.succession.is_tracked() {
                if !self.can_be_skipped(id) {
                    return;
                }
                self.next_program(id);
                continue;
            }
            let ran = self.scene.siblings(id).any(|other| {
                other != id
                    && self.scene.advertisement(other).program == program
                    && self.record(other).ending.has_run()
            });
            if !ran {
                return;
            }
            self.note(id, || Entry::AlreadyRan(program));
            self.next_program(id);
        }
    }

    /// Whether the job must wait for its time; if so it has been told when to
    /// wake.
    fn wait_until_due(&mut self, id: u32) -> bool {
        let due = self.scene.jobs[id as usize].due;
        if due <= self.scene.now {
            return false;
        }
        let cause = match self.scene.advertisement(id).assignment {
            Some(Assignment::Logon) => Cause::NoUser,
            Some(Assignment::Logoff) => Cause::UserPresent,
            _ => Cause::NotDue,
        };
        self.stand(id, Ending::Waiting, Step::Assignment, cause);
        if due.is_some() {
            self.schedule(id, Kind::Wake, due);
        }
        true
    }

    /// Whether the job must wait for a user, for the user to leave, or for
    /// another program; if not, it now holds the machine.
    pub(crate) fn wait_for_conditions(&mut self, id: u32) -> bool {
        if self.scene.jobs[id as usize].holds_machine {
            return false;
        }
        let user = self.scene.look_for_user(id);
        match self.scene.program(id).user_condition {
            UserCondition::LoggedOn | UserCondition::Either
                if !user.holds && self.scene.runs_as_user(id) =>
            {
                self.user_is_missing(id, user.until);
                return true;
            }
            UserCondition::LoggedOff if user.holds => {
                self.wait(id, Cause::UserPresent);
                self.schedule(id, Kind::Wake, user.until);
                return true;
            }
            _ => {}
        }
        if user.holds && recurrence::has_been_served(&mut self.scene, id, user.until) {
            self.wait(id, Cause::NoUser);
            self.schedule(id, Kind::Wake, user.until);
            return true;
        }
        let host = self.scene.jobs[id as usize].host as usize;
        if self
            .scene
            .hosts
            .get(host)
            .is_some_and(|host| host.running != NONE)
        {
            self.wait(id, Cause::AnotherProgram);
            self.scene.join_line(id, host);
            return true;
        }
        if user.holds && self.count_down(id) {
            return true;
        }
        if let Some(host) = self.scene.hosts.get_mut(host) {
            host.running = id;
        }
        self.job(id).holds_machine = true;
        false
    }

    /// Shows the countdown before an assigned program to the user who is logged
    /// on, once; whether the job has to wait for its end.
    fn count_down(&mut self, id: u32) -> bool {
        let countdown = self.scene.countdown_ahead(id);
        if countdown == Span::ZERO {
            return false;
        }
        self.job(id).counted_down = true;
        self.note(id, || Entry::CountsDown(countdown));
        self.stand(id, Ending::Waiting, Step::Condition, Cause::NotDue);
        self.schedule(id, Kind::Wake, self.scene.now + countdown);
        true
    }

    /// Nobody is logged on until `until`, and the program wants a user: the job
    /// waits, or has failed.
    fn user_is_missing(&mut self, id: u32, until: Instant) {
        let wanted = self.scene.program_id(id);
        let advertised = &self.scene.world.programs[self.scene.advertisement(id).program.index()];
        let is_dependency = wanted != self.scene.advertisement(id).program;
        if is_dependency
            && advertised.user_condition != UserCondition::LoggedOn
            && self.scene.behaviour(id).absent_user_fails_dependent()
        {
            self.note(id, || Entry::Waits(Cause::NoUser));
            self.record(id).resource = Resource::Program(wanted);
            self.fail(
                id,
                Step::Condition,
                Cause::DependencyFailed,
                None,
                status::PREPARATION_FAILED,
            );
            self.wake_line(id);
        } else {
            self.wait(id, Cause::NoUser);
            self.schedule(id, Kind::Wake, until);
        }
    }

    pub(crate) fn wait(&mut self, id: u32, cause: Cause) {
        self.enter(id, ReportState::Waiting);
        self.note(id, || Entry::Waits(cause));
        self.stand(id, Ending::Waiting, Step::Condition, cause);
        self.wake_line(id);
    }

    /// Lets go of the machine; the first in line may go on.
    pub(crate) fn release_machine(&mut self, id: u32) {
        if !self.scene.jobs[id as usize].holds_machine {
            return;
        }
        self.job(id).holds_machine = false;
        let host = self.scene.jobs[id as usize].host as usize;
        if let Some(host) = self.scene.hosts.get_mut(host) {
            host.running = NONE;
        }
        self.wake_line(id);
    }

    /// The first in line may go on, if nobody holds the machine. Whoever was
    /// its turn and did not take it passes it on in this way.
    pub(crate) fn wake_line(&mut self, id: u32) {
        let host = self.scene.jobs[id as usize].host as usize;
        let Some(&Host {
            running,
            line_head: head,
            ..
        }) = self.scene.hosts.get(host)
        else {
            return;
        };
        if running == NONE && head != NONE {
            let next = std::mem::replace(&mut self.scene.set_aside(head).next_in_line, NONE);
            self.scene.hosts[host].line_head = next;
            if next == NONE {
                self.scene.hosts[host].line_tail = NONE;
            }
            self.schedule(head, Kind::Wake, self.scene.now);
        }
    }

    /// The final state reaches the site server.
    pub(crate) fn report(&mut self, id: u32, at: Instant) {
        self.plan_again(id, at);
        self.report_alone(id, at);
    }

    /// As above, for a program that goes on after its client has stopped watching it.
    pub(crate) fn report_alone(&mut self, id: u32, at: Instant) {
        self.reported += 1;
        if self.scene.reports.are_followed() {
            return self.say_last(id, at);
        }
        self.count_report(id, at);
        self.tell_controller(id, at);
    }

    /// A message reaches the site server at `at`, where none is followed.
    pub(crate) fn count_report(&mut self, id: u32, at: Instant) {
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

    /// Where a job stands when the horizon comes in the middle of something.
    pub(crate) fn horizon_reached(&mut self, id: u32) {
        if withdrawal::is_removing(&self.scene, id) {
            return;
        }
        let job = self.scene.jobs[id as usize];
        let moved = job.transfer.map_or(Size(0), |transfer| {
            self.network.cancel(self.scene.now, transfer)
        });
        match job.phase {
            // The client has said all that it knows of it.
            Phase::ReadingPoint | Phase::ReadingShare if self.scene.is_left_alone(id) => {
                self.book_moved(id, moved);
            }
            Phase::Running if self.scene.is_left_alone(id) => {}
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
                self.stand(id, Ending::InProgress, Step::Location, Cause::NoLocation);
            }
            // It is in the middle of these only while it waits for an answer.
            Phase::Connecting => {
                self.record(id).code = None;
                let cause = Cause::LogonPending;
                self.stand(id, Ending::InProgress, Step::Connection, cause);
            }
            Phase::ReachingShare => {
                self.stand(id, Ending::InProgress, Step::Share, Cause::LogonPending);
            }
            Phase::Asking => {
                let cause = Cause::ContactOverloaded;
                self.stand(id, Ending::Unaware, Step::Policy, cause);
            }
            Phase::HeldUp => self.close_search(id),
            Phase::Running => {
                self.stand(id, Ending::InProgress, Step::Run, Cause::StillRunning);
            }
            Phase::Restarting if self.scene.is_run_first(id) => {
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
        if matches!(job.phase, Phase::Unaware | Phase::Asking | Phase::Ready) {
            self.uninstalled(id);
        }
    }
}
