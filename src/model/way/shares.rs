//! A program reaches the shares that are not distribution points, and reads them.

use crate::client::Mode;
use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::shares::{self, Consequence, Door, Reading};
use crate::model::way::connection::Presented;
use crate::model::way::job::Phase;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Actor, Cause, Resource};
use crate::product::win32::{BAD_NETWORK_PATH, REQUEST_NOT_ACCEPTED};
use crate::world::ServerRole;

impl<J: Journal> Simulation<'_, '_, J> {
    /// Presents accounts to share after share; then the content is read.
    pub(crate) fn reach_shares(&mut self, id: JobId) {
        while let Some(wanted) = shares::wanted(&self.scene, id) {
            if !wanted.command_line && !self.process_starts(id) {
                return;
            }
            let door = shares::door(&self.scene, id, wanted);
            if let Some((code, cause)) = door.failure() {
                self.note(id, || match door {
                    Door::Unreachable(server) => Entry::Unreachable(server),
                    Door::NoDrive | Door::Accounts => Entry::NoDrive,
                });
                return self.share_failed(id, code, cause);
            }
            if self.scene.jobs[id].presented == 0 && !self.has_share_session_left(id) {
                return self.share_full(id);
            }
            match self.present(id) {
                Presented::Granted if !self.enters_share(id) => return,
                Presented::Granted => {}
                Presented::Pending => return,
                Presented::Refused => return self.share_refused(id),
            }
        }
        if !self.process_starts(id) {
            return;
        }
        self.job(id).share = 0;
        if self.scene.jobs[id].mode == Some(Mode::RunFromPoint) {
            self.scene.turn_job(id, Phase::ReadingPoint);
            self.read_package(id);
        } else {
            self.read_shares(id);
        }
    }

    /// The share lets the job in; false if others have taken the last session
    /// meanwhile, which has been dealt with.
    pub(crate) fn enters_share(&mut self, id: JobId) -> bool {
        let left = self.has_share_session_left(id);
        if left {
            self.enter_share(id);
        } else {
            self.share_full(id);
        }
        left
    }

    /// The share's server accepts no more sessions.
    fn share_full(&mut self, id: JobId) {
        // Another try may find one free.
        self.job(id).waited = true;
        self.share_failed(id, REQUEST_NOT_ACCEPTED, Cause::ConnectionLimit);
    }

    /// No account of the client could read the share.
    pub(crate) fn share_refused(&mut self, id: JobId) {
        let Some((code, cause)) = shares::refusal(&self.scene, id) else {
            return;
        };
        if self.scene.jobs[id].refused.is_none() {
            self.record(id).network = Actor::Nobody;
        }
        self.share_failed(id, code, cause);
    }

    /// The share that a job is at could not be had.
    fn share_failed(&mut self, id: JobId, code: u32, cause: Cause) {
        self.blame_share(id);
        match shares::consequence(&self.scene, id, code, cause) {
            Consequence::Exits => self.exit(id, code, Some(cause)),
            Consequence::TriesAgain(code, failure) => {
                self.fails_to_prepare(id, code);
                self.repeat_run(id, true, failure);
            }
            Consequence::Fails(code, failure) => {
                self.fails_to_prepare(id, code);
                self.fail(id, failure.step, cause, Some(code), failure.message);
            }
        }
    }

    /// The program of a job could not be started.
    fn fails_to_prepare(&mut self, id: JobId, code: u32) {
        self.end_session(id);
        self.scene.turn_job(id, Phase::Ready);
        self.record(id).code = Some(code);
    }

    /// The record of a job names the share that it is at.
    fn blame_share(&mut self, id: JobId) {
        if let Some(wanted) = shares::wanted(&self.scene, id) {
            self.record(id).resource = Resource::Share(wanted.share);
        }
    }

    /// Reads share after share; then the program does its work.
    pub(crate) fn read_shares(&mut self, id: JobId) {
        self.scene.turn_job(id, Phase::ReadingShare);
        while let Some(wanted) = shares::wanted(&self.scene, id) {
            match shares::reads(&self.scene, id) {
                Reading::Nothing => self.leave_share(id),
                Reading::Reads(server, size) => {
                    self.note(id, || Entry::ShareStarts(wanted.share, size));
                    let (now, role) = (self.scene.now, ServerRole::FileServer);
                    self.tally.server(server, role).request(now, now, 1);
                    return self.transfer(id, server, size);
                }
                Reading::Unreachable(server) => {
                    self.note(id, || Entry::Unreachable(server));
                    self.blame_share(id);
                    self.job(id).waited = true;
                    let cause = Some(Cause::ShareUnreachable);
                    return self.exit(id, BAD_NETWORK_PATH, cause);
                }
            }
        }
        self.work(id);
    }
}
