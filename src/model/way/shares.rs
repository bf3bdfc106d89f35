//! A program reaches the shares that are no distribution points, and reads them.

use crate::access::{self, Purpose};
use crate::client::Mode;
use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::retry::Failure;
use crate::model::rules::run;
use crate::model::rules::transfer;
use crate::model::surroundings::accounts::logon;
use crate::model::surroundings::faults;
use crate::model::way::connection::Presented;
use crate::model::way::job::Phase;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Actor, Cause, Resource, Step};
use crate::product::exit_codes::Verdict;
use crate::product::status;
use crate::product::win32::{
    ACCESS_DENIED, BAD_NETWORK_PATH, PATH_NOT_FOUND, REQUEST_NOT_ACCEPTED,
};
use crate::world::ServerRole;

impl<J: Journal> Simulation<'_, '_, J> {
    /// Presents accounts to share after share; then the content is read.
    pub(crate) fn reach_shares(&mut self, id: JobId) {
        let program = self.scene.program(id);
        while usize::from(self.scene.jobs[id].share) < program.shares.len() {
            let wanted = program.shares[usize::from(self.scene.jobs[id].share)];
            if !wanted.command_line && !self.process_starts(id) {
                return;
            }
            let server = self.scene.world.shares[wanted.share.index()].server;
            if wanted.command_line
                && program.mapped_drive
                && !run::sees_drive(&self.scene, id, server)
            {
                self.note(id, || Entry::NoDrive);
                self.record(id).resource = Resource::Share(wanted.share);
                return self.share_failed(id, PATH_NOT_FOUND, Cause::DriveNotMapped);
            }
            if !faults::reachable(&self.scene, id, server, ServerRole::FileServer) {
                self.note(id, || Entry::Unreachable(server));
                self.record(id).resource = Resource::Share(wanted.share);
                return self.share_failed(id, BAD_NETWORK_PATH, Cause::ShareUnreachable);
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
        let at = usize::from(self.scene.jobs[id].share);
        let share = self.scene.program(id).shares[at].share;
        self.record(id).resource = Resource::Share(share);
        // Another try may find one free.
        self.job(id).waited = true;
        self.share_failed(id, REQUEST_NOT_ACCEPTED, Cause::ConnectionLimit);
    }

    /// No account of the client could read the share.
    pub(crate) fn share_refused(&mut self, id: JobId) {
        let job = self.scene.jobs[id];
        let program = self.scene.program(id);
        let wanted = program.shares[usize::from(job.share)];
        let Some(execution) = job.execution else {
            return;
        };
        let cause = access::cause(
            &self.scene.client(id),
            &execution,
            Purpose::Share,
            job.refused,
        );
        let cause = logon::collateral(&self.scene, id, cause);
        let code = job
            .refused
            .map_or(ACCESS_DENIED, |(_, refusal)| refusal.code);
        self.record(id).resource = Resource::Share(wanted.share);
        if job.refused.is_none() {
            self.record(id).network = Actor::Nobody;
        }
        self.share_failed(id, code, cause);
    }

    /// A share could not be had: the program ends with the error, or, if the
    /// command line is on that share, was never started.
    fn share_failed(&mut self, id: JobId, code: u32, cause: Cause) {
        let at = usize::from(self.scene.jobs[id].share);
        if !self.scene.program(id).shares[at].command_line {
            return self.exit(id, code, Some(cause));
        }
        self.end_session(id);
        self.scene.turn_job(id, Phase::Ready);
        let preparing = self.scene.behaviour(id).command_line_code(code);
        self.record(id).code = Some(preparing);
        self.raise(id, status::PREPARATION_FAILED);
        let message = status::PREPARATION_FAILED;
        if run::verdict(&self.scene, id, preparing) == Verdict::Retry {
            let failure = Failure {
                step: Step::Share,
                cause,
                message,
                messages: 1,
            };
            self.repeat_run(id, true, failure);
        } else {
            self.fail(id, Step::Share, cause, Some(preparing), message);
        }
    }

    /// Reads share after share; then the program does its work.
    pub(crate) fn read_shares(&mut self, id: JobId) {
        let program = self.scene.program(id);
        self.scene.turn_job(id, Phase::ReadingShare);
        while usize::from(self.scene.jobs[id].share) < program.shares.len() {
            let size = transfer::share_size(&self.scene, id);
            if size.0 > 0 {
                let share = program.shares[usize::from(self.scene.jobs[id].share)].share;
                let server = self.scene.world.shares[share.index()].server;
                if !faults::reachable(&self.scene, id, server, ServerRole::FileServer) {
                    self.note(id, || Entry::Unreachable(server));
                    self.record(id).resource = Resource::Share(share);
                    self.job(id).waited = true;
                    let cause = Some(Cause::ShareUnreachable);
                    return self.exit(id, BAD_NETWORK_PATH, cause);
                }
                self.note(id, || Entry::ShareStarts(share, size));
                let now = self.scene.now;
                self.tally
                    .server(server, ServerRole::FileServer)
                    .request(now, now, 1);
                return self.transfer(id, server, size);
            }
            self.leave_share(id);
        }
        self.work(id);
    }
}
