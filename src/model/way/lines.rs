//! Waiting in line at a station, or for an authentication slot.
//!
//! A request that waits fails at the instant at which the server goes down, or the
//! way to it does, and is given up at the instant at which its advertisement expires
//! or is found gone, or its machine moves. When the answer comes, the job passes the checks of any other job
//! that goes on, and the server behind the request is asked for anew: it may have
//! gone down, or have lost the content. A machine that goes off leaves the line and
//! begins again when it is on; one that sleeps takes the answer when it wakes.

use crate::client::Mode;
use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::answer::Answer;
use crate::model::rules::clocks;
use crate::model::rules::connection;
use crate::model::rules::fallback;
use crate::model::rules::location;
use crate::model::rules::orphans;
use crate::model::rules::policy;
use crate::model::rules::withdrawal;
use crate::model::surroundings::accounts::slots;
use crate::model::surroundings::faults;
use crate::model::surroundings::roaming;
use crate::model::surroundings::sessions;
use crate::model::surroundings::site_resources;
use crate::model::way::events::Kind;
use crate::model::way::job::Phase;
use crate::model::way::requests::Service;
use crate::model::way::scene::Scene;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, ReportState, Step};
use crate::product::status;
use crate::units::Instant;
use crate::world::{ServerId, ServerRole};

impl Phase {
    /// Whether a job is in this phase, between events, only while it waits in line.
    pub(crate) const fn is_in_line(self) -> bool {
        matches!(
            self,
            Self::Asking | Self::Locating | Self::Connecting | Self::ReachingShare
        )
    }

    /// Whether a job that has learned of its advertisement waits, between events, for
    /// a server.
    pub(crate) const fn waits_for_a_server(self) -> bool {
        matches!(
            self,
            Self::Locating | Self::Connecting | Self::HeldUp | Self::ReachingShare
        )
    }
}

impl Scene<'_, '_> {
    /// Whether the server at which a job stands in line still answers: a controller,
    /// which is reached over any link, as it is when it is chosen; and the server that
    /// passes the logon on in one of its slots.
    fn line_moves(&self, id: JobId) -> bool {
        let contact = match self.jobs[id].phase() {
            Phase::Asking => policy::contact(self, id),
            Phase::Locating => location::contact(self, id),
            _ => {
                let controller = self.sheet.records[id.index()].domain_controller.get();
                let role = ServerRole::DomainController;
                return controller.is_none_or(|server| self.disorder.is_up(server, role))
                    && self.slot_is_kept(id);
            }
        };
        let role = self.behaviour(id).contact_role();
        contact.is_none_or(|server| faults::reachable(self, id, server, role))
    }

    /// Whether the server in whose slot a logon waits, if it needs one, is within reach.
    fn slot_is_kept(&self, id: JobId) -> bool {
        let (purpose, target) = connection::errand(self, id);
        let actor = connection::account(self, id, &self.client(id), purpose);
        let server = actor.and_then(|actor| slots::passing(self, id, actor, target));
        server.is_none_or(|server| faults::reachable(self, id, server, slots::role_of(target)))
    }

    /// Whether a try that waits in line has become of no use, because its
    /// advertisement, its client or its place is gone. A program that has started
    /// goes on.
    pub(crate) fn try_is_void(&self, id: JobId) -> bool {
        !self.has_started(id)
            && (self.now >= clocks::expires(self, id)
                || self.software.is_revoked(id) && withdrawal::is_withdrawn(self, id)
                || orphans::is_used(self) && !matches!(orphans::asks(self, id), Answer::Go)
                || roaming::has_moved(self, id))
    }

    /// Whether the program of a job that waits in line has started.
    fn has_started(&self, id: JobId) -> bool {
        let job = &self.jobs[id];
        job.phase() == Phase::ReachingShare && job.started
    }

    /// When a try that waits in line may become of no use: the advertisement expires,
    /// or the machine moves. A client that has not learned of an advertisement knows
    /// nothing of that, and a program that has started goes on.
    fn may_be_void_at(&self, id: JobId) -> Instant {
        if self.jobs[id].phase() == Phase::Asking || self.has_started(id) {
            return Instant::NEVER;
        }
        let expires = clocks::expires(self, id);
        let ahead = if expires > self.now {
            expires
        } else {
            Instant::NEVER
        };
        ahead.min(roaming::whereabouts(self, id).until)
    }

    /// Whether a job has looked before its answer was there, and still waits.
    fn is_still_in_line(&self, id: JobId) -> bool {
        let answer = self.aside(id).answer_at;
        answer.is_some() && self.now < answer
    }

    /// Whether the point that a job uses is out of reach.
    fn has_lost_point(&self, id: JobId, point: ServerId) -> bool {
        !faults::reachable(self, id, point, ServerRole::DistributionPoint)
    }

    /// Whether the content that a job wants has gone from its point.
    fn has_lost_content(&mut self, id: JobId, point: ServerId) -> bool {
        if self.disorder.content_epoch(self.program(id).package) == 0 {
            return false;
        }
        let listing = site_resources::list(self, id);
        !fallback::still_serves(self, id, listing, point)
    }
}

impl<J: Journal> Simulation<'_, '_, J> {
    /// A job stands in line until it is answered, or gives up.
    pub(crate) fn stands_in_line(&mut self, id: JobId, service: Result<Service, Instant>) {
        let last = self.scene.world.last_moment();
        let job = self.job(id);
        job.answered = service.is_ok();
        job.served_in_time = service.is_ok_and(|service| service.begins <= last);
        let until = service.map_or_else(|gives_up| gives_up, |service| service.answer);
        self.waits_in_line(id, until);
    }

    /// A job waits in line until `at`, or until something comes before that.
    fn waits_in_line(&mut self, id: JobId, at: Instant) {
        let void = self.scene.may_be_void_at(id);
        let looks = void < at;
        if looks || self.scene.jobs[id].has_aside {
            self.scene.set_aside(id).answer_at = if looks { at } else { Instant::NEVER };
        }
        let next = at.min(void);
        let off = self.scene.machine_on(id).until;
        if off < next && !self.scene.profile(id).sleeps {
            self.schedule(id, Kind::Off, off);
        } else {
            self.schedule(id, Kind::Answered, next);
        }
    }

    /// Nobody stands in line any more at a server that has gone down.
    pub(crate) fn empties_lines(&mut self, server: ServerId) {
        self.stations.remove(&server);
        self.scene.ledger.frees_slots(server);
        self.crowds.retain(|(at, _), _| *at != server);
    }

    /// A server or a link has gone down: the requests that wait there fail now.
    pub(crate) fn fail_lines(&mut self) {
        for id in self.scene.jobs.ids() {
            if self.scene.jobs[id].phase().is_in_line() && !self.scene.line_moves(id) {
                self.stands_in_line(id, Err(self.scene.now));
            }
        }
    }

    /// A request that has waited in line is answered, has failed, or is given up.
    pub(crate) fn answered(&mut self, id: JobId) {
        let on = self.scene.machine_on(id);
        if !on.holds {
            if self.scene.profile(id).sleeps {
                return self.schedule(id, Kind::Answered, on.until);
            }
            return self.goes_off_in_line(id);
        }
        match self.scene.jobs[id].phase() {
            Phase::Asking => self.policy_answered(id),
            _ if self.scene.try_is_void(id) => {
                self.leaves_line(id);
                self.proceed(id);
            }
            _ if self.scene.is_still_in_line(id) => {
                self.waits_in_line(id, self.scene.aside(id).answer_at);
            }
            Phase::Locating => self.points_answered(id),
            Phase::ReachingShare => self.share_answered(id),
            _ => self.point_answered(id),
        }
    }

    fn policy_answered(&mut self, id: JobId) {
        if self.uninstalled(id) {
            return;
        }
        let answered = std::mem::replace(&mut self.job(id).answered, false);
        match policy::contact(&self.scene, id) {
            Some(contact) if !answered => self.contact_is_lost(id, contact),
            _ => self.learn(id),
        }
    }

    /// The logon at a point is answered, if the point is still there.
    fn point_answered(&mut self, id: JobId) {
        let Some(point) = self.scene.jobs[id].point else {
            return self.logon_answered(id);
        };
        if self.scene.has_lost_content(id, point) {
            return self.leaves_point(id);
        }
        if self.scene.has_lost_point(id, point) {
            self.job(id).answered = false;
            if !self.turn_to(id, point) {
                self.try_points(id);
            }
            return;
        }
        self.logon_answered(id);
    }

    /// The content has gone from the point: the next is up, if any has it.
    fn leaves_point(&mut self, id: JobId) {
        self.job(id).answered = false;
        let listing = site_resources::list(&mut self.scene, id);
        if location::has_gone(&self.scene, id, listing).is_none() {
            return self.try_points(id);
        }
        self.leaves_line(id);
        self.job(id).mode = None;
        self.proceed(id);
    }

    /// The logon at a share is answered, if its server is still there, and the point
    /// from which the program runs.
    fn share_answered(&mut self, id: JobId) {
        let job = &self.scene.jobs[id];
        let from = job.point.filter(|_| job.mode == Some(Mode::RunFromPoint));
        let at = usize::from(job.share);
        if let Some(point) = from
            && (roaming::has_moved(&self.scene, id)
                || self.scene.has_lost_point(id, point)
                || self.scene.has_lost_content(id, point))
        {
            self.job(id).answered = false;
            self.note(id, || Entry::ConnectionLost);
            return self.loses_point(id);
        }
        let server = sessions::share_server(&self.scene, id, at);
        if faults::reachable(&self.scene, id, server, ServerRole::FileServer) {
            return self.logon_answered(id);
        }
        self.job(id).answered = false;
        // It finds the server out of reach.
        self.reach_shares(id);
    }

    /// A machine goes off while a job of it waits in line, which begins again.
    pub(crate) fn goes_off_in_line(&mut self, id: JobId) {
        let job = self.scene.jobs[id];
        if job.phase() == Phase::Asking {
            self.job(id).answered = false;
            self.scene.turn_job(id, Phase::Unaware);
            self.postpone_while_off(id, Kind::Poll);
            return;
        }
        let runs = self.scene.has_started(id);
        if runs {
            self.raise(id, status::UNEXPECTED_RESTART);
        }
        let step = if runs { Step::Run } else { Step::Content };
        self.stand(id, Ending::Waiting, step, Cause::MachineOff);
        self.note(id, || Entry::Interrupted);
        self.enter(id, ReportState::Waiting);
        self.leaves_line(id);
        let back = self.scene.machine_on(id).until;
        self.schedule(id, Kind::Wake, back);
    }

    /// A job gives up a try that waits, and is free to go on otherwise.
    pub(crate) fn leaves_line(&mut self, id: JobId) {
        self.stops_fetching(id);
        self.end_session(id);
        self.release_machine(id);
        self.scene.turn_job(id, Phase::Ready);
        let job = self.job(id);
        job.answered = false;
    }
}
