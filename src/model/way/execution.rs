//! Becoming the executing account, touching shares, running the program, and
//! what its exit code means.

use crate::access::{self, Execution, MsiFailure, MsiPlacement, Purpose};
use crate::client::Mode;
use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::chain;
use crate::model::rules::clocks;
use crate::model::rules::recurrence;
use crate::model::rules::withdrawal;
use crate::model::surroundings::accounts::logon;
use crate::model::surroundings::faults;
use crate::model::way::connection::Presented;
use crate::model::way::events::Kind;
use crate::model::way::job::{NONE, Phase};
use crate::model::way::retry::Failure;
use crate::model::way::scene::Scene;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Actor, Cause, Ending, ReportState, Resource, Step};
use crate::product::exit_codes::Verdict;
use crate::product::status;
use crate::product::win32::{
    ACCESS_DENIED, BAD_NETWORK_PATH, DISK_FULL, PATH_NOT_FOUND, REQUEST_NOT_ACCEPTED,
};
use crate::units::{Instant, Size, Span};
use crate::world::{AfterRunning, Msi, Program, ServerId, ServerRole};

impl Scene<'_, '_> {
    /// Where Windows Installer puts a package that is run like this.
    fn placement(&self, execution: &Execution, msi: Msi) -> Result<MsiPlacement, MsiFailure> {
        let user_installs = !self.world.rules.disable_user_installs;
        access::msi_placement(execution, msi, user_installs)
    }

    /// Whether the logon session that runs the program has a drive mapped to
    /// `server`: drives belong to the session of the user who has mapped them (KB
    /// Q263279).
    fn sees_drive(&self, id: JobId, server: ServerId) -> bool {
        let runner = self.jobs[id].execution.map(|e| e.actor);
        runner == Some(Actor::LoggedOnUser) && self.profile(id).mapped_drives.contains(&server)
    }

    /// When the maximum run time of the program that a job runs is over: it counts
    /// from the start of the program, whatever the program does.
    pub(crate) fn run_limit(&self, id: JobId) -> Instant {
        let limit = self.program(id).maximum_run_time;
        self.record(id).run_start + limit
    }

    /// Whether the client has stopped watching a program that still reads, or works
    /// after that.
    pub(crate) fn is_left_alone(&self, id: JobId) -> bool {
        self.aside(id).left_alone
    }

    /// What an exit code means to a job's client.
    pub(crate) fn verdict_on(&self, id: JobId, code: u32) -> Verdict {
        let lists = &self.world.rules.exit_codes;
        lists.verdict(self.profile(id).client, code)
    }

    fn blame(&self, id: JobId, why: Option<Cause>) -> (Step, Cause) {
        let step = match why {
            Some(Cause::ElevationFailed) => Step::Elevation,
            Some(_) if self.jobs[id].refused.is_some() => Step::Share,
            Some(
                Cause::NoNetworkAccessAccount | Cause::ShareUnreachable | Cause::ConnectionLimit,
            ) => Step::Share,
            Some(Cause::ContentUnreachable) => Step::Content,
            _ => Step::Run,
        };
        (step, why.unwrap_or(Cause::ProgramFailed))
    }

    fn failure_message(&self, id: JobId) -> u16 {
        if self.program(id).status_mif {
            status::FAILED_MIF
        } else {
            status::FAILED_EXIT_CODE
        }
    }

    /// When a job's machine has been switched off and on again. A machine that sleeps
    /// has not restarted.
    pub(crate) fn next_switch_on(&self, id: JobId) -> Instant {
        let profile = self.profile(id);
        let off = self.machine_on(id).until;
        if profile.sleeps || !off.is_some() {
            return Instant::NEVER;
        }
        let presence = self.presence.ahead(clocks::time_zone(self, id));
        presence.machine(self.jobs[id].key, profile, off).until
    }

    fn success_message(&self, id: JobId) -> u16 {
        if self.program(id).status_mif {
            status::SUCCESS_MIF
        } else {
            status::SUCCESS
        }
    }
}

impl<J: Journal> Simulation<'_, '_, J> {
    /// Time and conditions allow it: becomes the executing account, then goes
    /// to the content.
    pub(crate) fn launch(&mut self, id: JobId) {
        self.scene.look_for_user(id);
        self.touches.clear();
        self.job(id).innocent = false;
        self.job(id).refused = None;
        match self.become_runner(id) {
            Ok(execution) => {
                self.note(id, || Entry::Executes(execution));
                self.record(id).executing = execution.actor;
                self.job(id).execution = Some(execution);
            }
            Err((actor, refusal)) => {
                self.note(id, || Entry::ExecutionRefused(actor, refusal));
                let record = self.record(id);
                record.executing = actor;
                record.attempts += 1;
                record.resource = match actor {
                    Actor::Account(account) => Resource::Account(account),
                    _ => Resource::None,
                };
                let cause =
                    logon::collateral(&self.scene, id, access::execution_cause(actor, refusal));
                return self.fail(
                    id,
                    Step::Elevation,
                    cause,
                    Some(refusal.code),
                    status::PREPARATION_FAILED,
                );
            }
        }
        if self.scene.jobs[id].mode == Some(Mode::RunFromPoint) {
            self.connect(id);
        } else {
            self.job(id).waited = false;
            recurrence::occurrence_starts(&mut self.scene, id);
            // The first run from the cache belongs to the try that filled it.
            if self.scene.jobs[id].runs > 0 {
                let record = self.record(id);
                record.attempts += 1;
                (record.run_start, record.run_end) = (Instant::NEVER, Instant::NEVER);
            }
            self.start_program(id);
        }
    }

    /// The files are at hand: the program starts.
    pub(crate) fn start_program(&mut self, id: JobId) {
        let record = self.record(id);
        record.code = None;
        record.resource = Resource::None;
        let job = self.job(id);
        job.runs += 1;
        job.share = 0;
        job.presented = 0;
        job.refused = None;
        job.started = false;
        job.turn_to(Phase::ReachingShare);
        self.reach_shares(id);
    }

    /// The program's process comes to life, unless it has before; false if it
    /// ends at once.
    fn process_starts(&mut self, id: JobId) -> bool {
        if std::mem::replace(&mut self.job(id).started, true) {
            return true;
        }
        let (now, program_id) = (self.scene.now, self.scene.program_id(id));
        self.note(id, || Entry::Starts(program_id));
        self.enter(id, ReportState::Running);
        self.raise(id, status::STARTED);
        self.expect_verification(id);
        let record = self.record(id);
        record.run_start = now;
        // The end of an earlier run is none of this one.
        record.run_end = Instant::NEVER;
        let failing = self.cannot_work(id, self.scene.program(id));
        if let Some((code, cause)) = failing {
            self.exit(id, code, Some(cause));
        }
        failing.is_none()
    }

    /// Why the program fails whatever else it meets.
    fn cannot_work(&mut self, id: JobId, program: &Program) -> Option<(u32, Cause)> {
        let execution = self.scene.jobs[id].execution?;
        if program.needs_administrator && !execution.administrator {
            self.note(id, || Entry::NeedsAdministrator);
            return Some((ACCESS_DENIED, Cause::UserNotAdministrator));
        }
        if let Some(msi) = program.msi {
            let placement = self.scene.placement(&execution, msi);
            self.note(id, || Entry::WindowsInstaller(execution.actor, placement));
            if let Err(failure) = placement {
                let cause = match failure {
                    MsiFailure::NotPrivileged => Cause::MsiFailed,
                    MsiFailure::NoUserProfile | MsiFailure::UserInstallsDisabled => {
                        Cause::PerUserMsiFailed
                    }
                };
                return Some((failure.code(), cause));
            }
        }
        let free = self
            .scene
            .own(id, &self.scene.world.fleet.overrides.disk)
            .or(self.scene.profile(id).disk.map(|size| size.0));
        match (program.disk, free) {
            (Some(needed), Some(free)) if needed.0 > free => Some((DISK_FULL, Cause::DiskFull)),
            _ => None,
        }
    }

    /// Presents accounts to share after share; then the content is read.
    pub(crate) fn reach_shares(&mut self, id: JobId) {
        let program = self.scene.program(id);
        while usize::from(self.scene.jobs[id].share) < program.shares.len() {
            let wanted = program.shares[usize::from(self.scene.jobs[id].share)];
            if !wanted.command_line && !self.process_starts(id) {
                return;
            }
            let server = self.scene.world.shares[wanted.share.index()].server;
            if wanted.command_line && program.mapped_drive && !self.scene.sees_drive(id, server) {
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
            self.job(id).turn_to(Phase::ReadingPoint);
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
        self.job(id).turn_to(Phase::Ready);
        let preparing = self.scene.behaviour(id).command_line_code(code);
        self.record(id).code = Some(preparing);
        self.raise(id, status::PREPARATION_FAILED);
        let message = status::PREPARATION_FAILED;
        if self.scene.verdict_on(id, preparing) == Verdict::Retry {
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
        self.job(id).turn_to(Phase::ReadingShare);
        while usize::from(self.scene.jobs[id].share) < program.shares.len() {
            let size = self.scene.share_size(id);
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

    /// The program works for a time.
    fn work(&mut self, id: JobId) {
        let job = self.scene.jobs[id];
        let (key, program) = (self.scene.jobs[id].key, self.scene.program(id));
        let run = job.runs.wrapping_add(self.scene.repeats.runs_before(id));
        let draws = self.scene.draws.run(key, job.advertisement, job.stage, run);
        let overrides = &self.scene.world.fleet.overrides;
        let time = self
            .scene
            .own(id, &overrides.install_time)
            .map_or_else(|| program.install_time.sample(draws.uniform(0)), Span);
        let code = self.scene.own(id, &overrides.exit_code).map_or_else(
            || self.scene.exit_codes(id).pick(draws.uniform(1)),
            |code| code as u32,
        );
        self.note(id, || Entry::Runs(time));
        let taken = self.rights_end(id, time);
        let (time, code) =
            taken.map_or((time, code), |at| (at.since(self.scene.now), ACCESS_DENIED));
        let done = self.scene.done_at(id, time);
        if self.scene.is_left_alone(id) {
            self.job(id).turn_to(Phase::Running);
            self.job(id).exit_code = code;
            return match done {
                Ok(ends) => self.schedule(id, Kind::RunEnd, ends),
                Err(off) => self.schedule(id, Kind::Off, off),
            };
        }
        let ends = done.unwrap_or(self.scene.now + time);
        let limit = self.scene.run_limit(id);
        let unwatched = (ends > limit).then_some(ends);
        self.scene
            .note_unwatched(id, unwatched.unwrap_or(Instant::NEVER));
        let job = self.job(id);
        job.turn_to(Phase::Running);
        job.rights_taken = taken.is_some();
        job.exit_code = code;
        match done {
            Err(off) if off < limit => self.schedule(id, Kind::Off, off),
            // A client that sleeps finds when it wakes that the time is over.
            _ if ends > limit => {
                let told = self.scene.on_from(id, limit);
                self.schedule(id, Kind::RunEnd, told.min(ends));
            }
            _ => self.schedule(id, Kind::RunEnd, ends),
        }
    }

    /// The program has ended, or the client no longer waits for its end.
    pub(crate) fn run_ended(&mut self, id: JobId) {
        if withdrawal::is_removing(&self.scene, id) {
            return self.removal_ended(id);
        }
        let job = self.scene.jobs[id];
        let runs = [Phase::Running, Phase::ReadingPoint, Phase::ReadingShare];
        if !runs.contains(&job.phase()) {
            // It has come to its end before its maximum run time was over.
            return;
        }
        if self.scene.is_left_alone(id) && job.phase() == Phase::Running {
            return self.ends_alone(id, Some(job.exit_code));
        }
        if matches!(job.phase(), Phase::ReadingPoint | Phase::ReadingShare) {
            return self.leave_alone(id);
        }
        let ends = self.scene.aside(id).unwatched;
        if ends.is_some() {
            self.stop_watching(id, ends);
        } else {
            let why = job.rights_taken.then_some(Cause::ElevationFailed);
            self.exit(id, job.exit_code, why);
        }
    }

    /// The maximum run time is over while the program still reads: the client
    /// watches no longer, and the program reads on.
    fn leave_alone(&mut self, id: JobId) {
        self.note(id, || Entry::StopsWatching);
        let message = status::RUN_TIME_EXCEEDED;
        if chain::is_run_first(&self.scene, id) {
            let transfer = self.job(id).transfer.take();
            let moved = transfer.map_or(Size(0), |t| self.network.cancel(self.scene.now, t));
            self.book_moved(id, moved);
            return self.fail(id, Step::Run, Cause::RunTimeExceeded, None, message);
        }
        self.scene.set_aside(id).left_alone = true;
        self.raise(id, message);
        self.stand(id, Ending::InProgress, Step::Run, Cause::RunTimeExceeded);
        self.release_machine(id);
        self.report_alone(id, self.scene.now);
        self.watch_transfer(id);
    }

    /// A program that its client no longer watches ends with `code`, or is cut short.
    pub(crate) fn ends_alone(&mut self, id: JobId, code: Option<u32>) {
        let verdict = code.map_or(Verdict::Fail, |code| self.scene.verdict_on(id, code));
        let ending = match verdict {
            Verdict::Success => Ending::Installed,
            Verdict::RestartPending => Ending::RestartPending,
            Verdict::Retry | Verdict::Fail => Ending::Failed,
        };
        let now = self.scene.now;
        self.scene.set_aside(id).left_alone = false;
        self.stand(id, ending, Step::Run, Cause::RunTimeExceeded);
        let record = self.record(id);
        (record.run_end, record.code) = (now, code);
        if ending != Ending::Failed {
            self.puts_on(id, now);
        }
        self.end_unheard(id);
        self.plan_again(id, now);
    }

    /// The maximum run time is over: the client watches no longer, the program
    /// keeps running (`SMS_Program`).
    fn stop_watching(&mut self, id: JobId, ends: Instant) {
        let job = self.scene.jobs[id];
        self.note(id, || Entry::StopsWatching);
        if chain::is_run_first(&self.scene, id) {
            // Nobody learns whether it succeeds, so what depends on it does not
            // run.
            let message = status::RUN_TIME_EXCEEDED;
            return self.fail(id, Step::Run, Cause::RunTimeExceeded, None, message);
        }
        self.raise(id, status::RUN_TIME_EXCEEDED);
        // Switched off before its end, the machine takes the program with it.
        let off = self.scene.machine_on(id).until;
        let lost = off < ends && !self.scene.profile(id).sleeps;
        let (ends, code) = if lost {
            (off, None)
        } else {
            (ends, Some(job.exit_code))
        };
        self.scene.note_unwatched(id, ends);
        let within = self.scene.world.covers(ends);
        let class = code.map_or(Verdict::Fail, |code| self.scene.verdict_on(id, code));
        let ending = match class {
            _ if !within => Ending::InProgress,
            Verdict::Success => Ending::Installed,
            Verdict::RestartPending => Ending::RestartPending,
            Verdict::Retry | Verdict::Fail => Ending::Failed,
        };
        self.stand(id, ending, Step::Run, Cause::RunTimeExceeded);
        if within {
            let record = self.record(id);
            record.run_end = ends;
            record.code = code;
            if ending != Ending::Failed {
                self.puts_on(id, ends);
            }
        }
        self.end(id, self.scene.now);
    }

    /// The program has returned `code`; `why` if it is known that it could not
    /// have done otherwise.
    pub(crate) fn exit(&mut self, id: JobId, code: u32, why: Option<Cause>) {
        let now = self.scene.now;
        self.note(id, || Entry::Exits(code));
        if self.scene.is_left_alone(id) {
            return self.ends_alone(id, Some(code));
        }
        let record = self.record(id);
        record.run_end = now;
        record.code = Some(code);
        self.end_session(id);
        self.job(id).turn_to(Phase::Ready);
        match self.scene.verdict_on(id, code) {
            Verdict::Success => self.succeeded(id, false),
            Verdict::RestartPending => self.succeeded(id, true),
            Verdict::Retry => self.run_again(id, why),
            Verdict::Fail => {
                let (step, cause) = self.scene.blame(id, why);
                let message = self.scene.failure_message(id);
                self.fail(id, step, cause, Some(code), message);
            }
        }
    }

    /// A code of the retry list.
    fn run_again(&mut self, id: JobId, why: Option<Cause>) {
        let (step, cause) = self.scene.blame(id, why);
        let message = self.scene.failure_message(id);
        // What accounts and access lists refuse, they refuse again; a code
        // that was drawn is drawn anew.
        let alike = why.is_some();
        self.repeat_run(
            id,
            alike,
            Failure {
                step,
                cause,
                message,
                messages: if self.scene.jobs[id].started { 2 } else { 1 },
            },
        );
    }

    /// Runs the program again later, or gives up.
    fn repeat_run(&mut self, id: JobId, alike: bool, failure: Failure) {
        let used = self.scene.jobs[id].runs - 1;
        let alike = alike && !self.scene.jobs[id].waited;
        let rule = self
            .scene
            .behaviour(id)
            .program_retry(&self.scene.world.rules);
        self.release_machine(id);
        // Every attempt that fails says so, also where another one follows.
        if used < rule.count && self.record(id).status_message != failure.message {
            self.raise(id, failure.message);
        }
        let made = self.try_again(id, rule, used, alike, failure);
        self.job(id).runs += made;
    }

    fn succeeded(&mut self, id: JobId, restart_wanted: bool) {
        let restarts = match self.scene.program(id).after_running {
            AfterRunning::SmsRestarts | AfterRunning::ProgramRestarts => true,
            AfterRunning::None | AfterRunning::SmsLogsOff => false,
        };
        if chain::is_run_first(&self.scene, id) && !restarts {
            return self.go_on_with_chain(id);
        }
        if restarts || restart_wanted {
            self.raise(id, status::RESTART_PENDING);
            self.enter(id, ReportState::RebootPending);
        }
        if restarts {
            self.job(id).turn_to(Phase::Restarting);
            let at = if self.scene.program(id).after_running == AfterRunning::SmsRestarts {
                self.restart_by_sms(id)
            } else {
                self.scene.now + self.scene.world.rules.restart_time
            };
            self.note(id, || Entry::Restarts);
            self.stops_giving(id);
            // Switching the machine off before that restarts it when it is on again.
            let off = self.scene.machine_on(id).until;
            let at = if off >= at {
                at
            } else if self.scene.profile(id).sleeps {
                self.scene.on_from(id, at)
            } else {
                self.scene.next_switch_on(id)
            };
            return self.schedule(id, Kind::Restarted, at);
        }
        self.installed(id, restart_wanted);
    }

    /// The program to run first has succeeded: the next one is up.
    fn go_on_with_chain(&mut self, id: JobId) {
        self.puts_on(id, self.scene.now);
        let job = self.scene.jobs[id];
        if job.host != NONE {
            let software = &mut self.scene.software;
            software.has_run_first(job.machine, job.program, self.scene.now);
        }
        self.release_machine(id);
        self.next_program(id);
        self.job(id).turn_to(Phase::Ready);
        self.proceed(id);
    }

    /// Turns to the next program of the chain.
    pub(crate) fn next_program(&mut self, id: JobId) {
        let next = self.scene.jobs[id].stage + 1;
        self.go_to_program(id, next);
    }

    /// The program of the chain at `stage` is up.
    pub(crate) fn go_to_program(&mut self, id: JobId, stage: u16) {
        let before = self.scene.program(id).package;
        let chain = &self.scene.plan.chains[self.scene.advertisement(id).program.index()];
        let program = chain[usize::from(stage)];
        let same_package = self.scene.world.programs[program.index()].package == before;
        let job = self.job(id);
        (job.stage, job.program) = (stage, program);
        job.mode = None;
        job.point = None;
        job.runs = 0;
        // A package that is in the cache serves all its programs.
        job.cached &= same_package;
        self.scene.forget_content_tries(id);
    }

    /// SMS logs the user off, and programs that wait for that may run. A user
    /// with `sessions` is back at once, for the rest of the session.
    fn log_off(&mut self, id: JobId) {
        if self.scene.profile(id).sessions.is_some() {
            return;
        }
        for other in self.scene.siblings(id) {
            let waits = self.scene.jobs[other].phase() == Phase::Ready
                && self.record(other).cause == Cause::UserPresent;
            self.job(other).user = None;
            if waits {
                self.schedule(other, Kind::Wake, self.scene.now);
            }
        }
    }

    /// The machine is up again.
    pub(crate) fn restarted(&mut self, id: JobId) {
        if self.scene.jobs[id].phase() == Phase::Over {
            return self.restart_is_over(id);
        }
        if !self.service_is_up(id) {
            return;
        }
        for other in self.scene.siblings(id) {
            if other != id && self.scene.jobs[other].phase() == Phase::Over {
                self.restart_is_over(other);
            }
        }
        if chain::is_run_first(&self.scene, id) {
            self.go_on_with_chain(id);
        } else {
            self.installed(id, false);
        }
    }

    /// The machine of a job has restarted, however it came to that: what was pending
    /// is done.
    fn restart_is_over(&mut self, id: JobId) {
        let record = self.record(id);
        if record.state != ReportState::RebootPending {
            return;
        }
        if record.ending == Ending::RestartPending {
            self.stand(id, Ending::Installed, Step::Done, Cause::None);
        }
        self.raise(id, self.scene.success_message(id));
        self.enter(id, ReportState::Succeeded);
        let cause = self.record(id).cause;
        self.note(id, || Entry::Over(cause));
        if !self.scene.reports.are_followed() {
            self.count_report(id, self.scene.now);
        }
    }

    /// The end of the way, but for a restart that nobody has asked for.
    fn installed(&mut self, id: JobId, restart_outstanding: bool) {
        let msi = self.scene.program(id).msi;
        let execution = self.scene.jobs[id].execution;
        let placement = msi
            .zip(execution)
            .and_then(|(msi, execution)| self.scene.placement(&execution, msi).ok());
        let (ending, step, cause) = if placement == Some(MsiPlacement::ServiceProfile) {
            (
                Ending::ServiceProfile,
                Step::Done,
                Cause::PerUserIntoService,
            )
        } else if restart_outstanding {
            (
                Ending::RestartPending,
                Step::AfterRunning,
                Cause::RestartOutstanding,
            )
        } else {
            (Ending::Installed, Step::Done, Cause::None)
        };
        if !restart_outstanding {
            self.raise(id, self.scene.success_message(id));
            self.enter(id, ReportState::Succeeded);
        }
        let breaks = if ending.is_success() {
            self.scene.breaks(id)
        } else {
            None
        };
        let (ending, cause) = match breaks {
            Some(_) => (Ending::Broken, Cause::BrokenAfterSuccess),
            None => (ending, cause),
        };
        self.stand(id, ending, step, cause);
        self.note(id, || Entry::Over(cause));
        self.puts_on(id, self.scene.now);
        if self.scene.program(id).after_running == AfterRunning::SmsLogsOff {
            self.log_off(id);
        }
        self.end(id, self.scene.now);
        if restart_outstanding {
            let on = self.scene.next_switch_on(id);
            self.schedule(id, Kind::Restarted, on);
        }
        self.removed_at_next_look(id);
        if let Some(found) = breaks {
            self.detect_later(id, found);
        }
    }
}
