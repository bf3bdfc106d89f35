//! A job waits in line at a station, or for an authentication slot, and is answered.

use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::lines::{self, Behind, Found};
use crate::model::surroundings::site_resources;
use crate::model::way::events::Kind;
use crate::model::way::job::Phase;
use crate::model::way::requests::Service;
use crate::model::way::simulation::Simulation;
use crate::outcome::Step;
use crate::units::Instant;
use crate::world::ServerId;

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
        let void = lines::may_be_void_at(&self.scene, id);
        let looks = void < at;
        if looks || self.scene.jobs[id].has_rare_state {
            self.scene.rare_state_mut(id).answer_at = if looks { at } else { Instant::NEVER };
        }
        let next = at.min(void);
        let off = self.scene.machine_on(id).until;
        if off < next && !self.scene.profile(id).sleeps {
            self.schedule(id, Kind::Off, off);
        } else {
            self.schedule(id, Kind::Answered, next);
        }
    }

    /// No job stands in line any more at a server that has gone down.
    pub(crate) fn empties_lines(&mut self, server: ServerId) {
        self.stations.remove(&server);
        self.scene.ledger.frees_slots(server);
        self.crowds.retain(|(at, _), _| *at != server);
    }

    /// A server or a link has gone down: the requests that wait there fail now.
    pub(crate) fn fail_lines(&mut self) {
        for id in self.scene.jobs.ids() {
            let phase = self.scene.jobs[id].phase();
            if lines::is_in_line(phase) && !lines::moves(&self.scene, id) {
                self.stands_in_line(id, Err(self.scene.now));
            }
        }
    }

    /// A request that has waited in line is answered, has failed, or is given up.
    pub(crate) fn answered(&mut self, id: JobId) {
        match lines::finds(&self.scene, id) {
            Found::Asleep(until) => self.schedule(id, Kind::Answered, until),
            Found::Off => self.goes_off_in_line(id, self.scene.machine_on(id).until),
            Found::Policy => self.policy_answered(id),
            Found::Void => {
                self.leaves_line(id);
                self.proceed(id);
            }
            Found::StillInLine(answer) => self.waits_in_line(id, answer),
            Found::Points => self.points_answered(id),
            Found::Share => {
                let listing = site_resources::list(&mut self.scene, id);
                let behind = lines::behind_share(&self.scene, id, listing);
                self.server_answered(id, behind);
            }
            Found::Point => {
                let listing = site_resources::list(&mut self.scene, id);
                let behind = lines::behind_point(&self.scene, id, listing);
                self.server_answered(id, behind);
            }
        }
    }

    fn policy_answered(&mut self, id: JobId) {
        if self.uninstalled(id) {
            return;
        }
        let answered = std::mem::replace(&mut self.job(id).answered, false);
        match self.scene.contact(id) {
            Some(contact) if !answered => self.contact_is_lost(id, contact),
            _ => self.learn(id),
        }
    }

    /// A logon at a point or a share is answered, if what is `behind` it is still there.
    fn server_answered(&mut self, id: JobId, behind: Behind) {
        if !matches!(behind, Behind::Server) {
            self.job(id).answered = false;
        }
        match behind {
            Behind::Server => self.logon_answered(id),
            Behind::OtherPoint => self.try_points(id),
            Behind::NoPoint => {
                self.leaves_line(id);
                self.job(id).mode = None;
                self.proceed(id);
            }
            Behind::PointLost(point) => {
                if !self.turn_to(id, point) {
                    self.try_points(id);
                }
            }
            // It finds the server out of reach.
            Behind::ShareLost => self.reach_shares(id),
            Behind::SourceLost => {
                self.note(id, || Entry::ConnectionLost);
                self.loses_point(id);
            }
        }
    }

    /// A machine goes off while a job of it waits in line, which begins again when it is
    /// up, at `back`.
    pub(crate) fn goes_off_in_line(&mut self, id: JobId, back: Instant) {
        let job = self.scene.jobs[id];
        if job.phase() == Phase::Asking {
            self.job(id).answered = false;
            self.scene.turn_job(id, Phase::Unaware);
            self.postpone_while_off(id, Kind::Poll);
            return;
        }
        let runs = lines::has_started(&self.scene, id);
        let step = if runs { Step::Run } else { Step::Content };
        self.is_cut_short(id, step);
        self.leaves_line(id);
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
