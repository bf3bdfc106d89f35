//! A machine finds its advertisement gone, and removes what it had installed.

use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::membership;
use crate::model::rules::orphans;
use crate::model::rules::policy_refresh;
use crate::model::rules::supersedence;
use crate::model::rules::withdrawal::{self, Dropped, Look};
use crate::model::surroundings::accounts::contact_logons;
use crate::model::surroundings::faults;
use crate::model::way::events::{Happening, Kind};
use crate::model::way::job::Phase;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, Step};
use crate::product::status;
use crate::product::win32::ACCESS_DENIED;
use crate::units::{Instant, Span};

impl<J: Journal> Simulation<'_, '_, J> {
    /// Schedules the look at which a job's machine may find its advertisement
    /// gone, if that matters.
    pub(crate) fn expect_end(&mut self, id: JobId) {
        if !withdrawal::may_be_withdrawn(&self.scene)
            && self
                .scene
                .world
                .control
                .succession
                .not_advertised
                .is_empty()
        {
            return;
        }
        let end = withdrawal::ends(&self.scene, id);
        if end.is_some() {
            self.look_at(id, end);
        }
    }

    /// The first look of a job's machine from `from` on.
    fn look_at(&mut self, id: JobId, from: Instant) {
        let at = contact_logons::next_look(&self.scene, self.scene.jobs[id].machine, from);
        self.expect(at, Happening::Gone(id));
    }

    /// A look at which the advertisement of a job may be gone.
    pub(crate) fn finds_gone(&mut self, id: JobId) {
        match withdrawal::looks(&self.scene, id) {
            Look::ClockSetBack(end) => self.look_at(id, end),
            Look::Off(until) => self.expect(until, Happening::Gone(id)),
            Look::NoClient => {}
            Look::List if self.gets_its_list(id) => self.learns_of_the_end(id),
            Look::List => {
                let retry = self.scene.behaviour(id);
                let retry = retry.contact_retry(self.scene.profile(id), &self.scene.world.rules);
                self.expect(self.scene.now + retry, Happening::Gone(id));
            }
        }
    }

    /// The list of advertisements no longer has that of a job.
    fn learns_of_the_end(&mut self, id: JobId) {
        self.hash_event(Kind::Gone, id);
        self.scene.software.revoke(id);
        let deleted = withdrawal::is_withdrawn(&self.scene, id);
        if self.record(id).policy.is_some() {
            match membership::collection_left(&self.scene, id) {
                Some(collection) => self.note(id, || Entry::NoMember(collection.to_owned())),
                None => self.note(id, || Entry::NotAdvertised(deleted)),
            }
        }
        if deleted {
            self.drops(id);
        }
        self.remove_unadvertised(id);
    }

    /// Whether a look of a job's machine gets the list of advertisements.
    fn gets_its_list(&mut self, id: JobId) -> bool {
        let Some(contact) = self.scene.contact(id) else {
            return true;
        };
        let role = self.scene.behaviour(id).contact_role();
        faults::reachable(&self.scene, id, contact, role) && self.is_let_in(id)
    }

    /// A job whose advertisement is deleted is over, unless it is in the middle
    /// of something; whether it is.
    pub(crate) fn drops(&mut self, id: JobId) -> bool {
        let job = &self.scene.jobs[id];
        if job.phase() == Phase::Downloading && !job.holds_machine {
            self.stop_download(id);
        } else if withdrawal::ends_try(&self.scene, id) {
            self.leaves_line(id);
        }
        let step = self.record(id).step;
        match withdrawal::drops(&self.scene, id) {
            Dropped::GoesOn => return false,
            Dropped::Failed(failed) => self.has_failed(id, failed),
            Dropped::NotTaken => {}
            Dropped::NotOffered(cause) => {
                self.note(id, || Entry::NotOffered(cause));
                self.stand(id, Ending::NotOffered, step, cause);
            }
        }
        self.end_unheard(id);
        let job = self.job(id);
        // Whatever it waited for is of no interest any more.
        job.serial = job.serial.wrapping_add(1);
        self.wake_line(id);
        true
    }

    /// Begins the removal of a job's program, if it is on the machine and none of
    /// its advertisements is left.
    pub(crate) fn remove_unadvertised(&mut self, id: JobId) {
        if let Some(remover) = withdrawal::remover(&self.scene, id) {
            // What it tells is told of the time that has installed the program.
            self.row_stays_with_time_before(remover);
            self.scene.software.removes(remover);
            self.scene.turn_job(remover, Phase::Ready);
            self.job(remover).refused = None;
            self.proceed(remover);
        }
    }

    /// Goes on with a removal: conditions, then the command line.
    pub(crate) fn advance_removal(&mut self, id: JobId) {
        if orphans::uninstalls_at(&self.scene, id) <= self.scene.now {
            // Without its client a machine removes nothing.
            self.scene.software.stops_removing(id);
            self.end_unheard(id);
            return;
        }
        // Until then the program is there, and the site knows of no change.
        let (state, ending) = (
            self.record(id).state,
            withdrawal::until_removed(&self.scene, id),
        );
        if !self.record(id).ending.has_run() {
            // It had failed at a later time, and what its row says now counts from now on.
            self.scene.possession.begins(id, self.scene.now);
        }
        let waits = !self.pass_for_removal(id);
        self.enter(id, state);
        self.stand(id, ending, Step::Run, Cause::RemovalPending);
        if !waits {
            self.launch_removal(id);
        }
    }

    fn launch_removal(&mut self, id: JobId) {
        self.scene.look_for_user(id);
        match self.become_runner(id) {
            Ok(execution) => {
                self.note(id, || Entry::Executes(execution));
                self.job(id).execution = Some(execution);
            }
            Err((actor, refusal)) => {
                self.note(id, || Entry::ExecutionRefused(actor, refusal));
                let message = status::PREPARATION_FAILED;
                return self.end_removal(id, Cause::RemovalFailed, refusal.code, message);
            }
        }
        let job = self.scene.jobs[id];
        let program = self.scene.advertisement(id).program;
        let draws = self
            .scene
            .draws
            .removal(job.key, job.advertisement, job.runs);
        let removal = withdrawal::removal_of(&self.scene, id);
        let time = removal.install_time.sample(draws.uniform(0));
        let code = removal.exit_codes.pick(draws.uniform(1));
        self.note(id, || Entry::Removes(program, time));
        self.raise(id, status::UNINSTALL_STARTED);
        self.expect_verification(id);
        let needs = self.scene.world.programs[program.index()].needs_administrator;
        let lacks = needs && job.execution.is_some_and(|e| !e.administrator);
        let taken = if lacks {
            Some(self.scene.now)
        } else {
            policy_refresh::rights_end(&self.scene, id, time)
        };
        if let Some(at) = taken.filter(|_| !lacks) {
            self.note(id, || Entry::RightsTaken(at));
        }
        let (time, code) =
            taken.map_or((time, code), |at| (at.since(self.scene.now), ACCESS_DENIED));
        self.scene.turn_job(id, Phase::Running);
        let job = self.job(id);
        job.runs += 1;
        job.started = true;
        job.exit_code = code;
        let (ends, off) = (self.scene.now + time, self.scene.machine_on(id).until);
        let (kind, at) = if off < ends {
            (Kind::Off, off)
        } else {
            (Kind::RunEnd, ends)
        };
        self.schedule(id, kind, at);
    }

    /// The removal has ended.
    pub(crate) fn removal_ended(&mut self, id: JobId) {
        let code = self.scene.jobs[id].exit_code;
        self.note(id, || Entry::Exits(code));
        let (cause, message) = withdrawal::removal_end(&self.scene, id, code);
        self.end_removal(id, cause, code, message);
    }

    fn end_removal(&mut self, id: JobId, cause: Cause, code: u32, message: u16) {
        self.raise(id, message);
        self.record(id).code = Some(code);
        self.record(id).cause = cause;
        self.stop_removing(id);
        let program = self.scene.advertisement(id).program;
        if !supersedence::has_program(&self.scene, id, program) {
            // Another program has replaced it while its removal ran.
            self.note(id, || Entry::Gone(Cause::Replaced));
            self.stand(id, Ending::Removed, Step::Done, Cause::Replaced);
        } else if matches!(cause, Cause::NoLongerAdvertised | Cause::LeftCollection) {
            self.takes_off(id, program, cause);
        }
        self.report_anew(id, self.scene.now);
        self.restart_is_outstanding_still(id);
    }

    /// A removal is over, however it ended.
    pub(crate) fn stop_removing(&mut self, id: JobId) {
        self.scene.software.stops_removing(id);
        self.end_unheard(id);
        self.wake_line(id);
    }

    /// The machine goes off in the middle of a removal, which begins anew when it
    /// is up again, at `back`.
    pub(crate) fn removal_interrupted(&mut self, id: JobId, back: Instant) {
        self.note(id, || Entry::Interrupted);
        self.raise(id, status::UNEXPECTED_RESTART);
        self.release_machine(id);
        self.scene.turn_job(id, Phase::Ready);
        self.schedule(id, Kind::Wake, back.max(self.scene.now + Span(1)));
    }

    /// A job is over: where its advertisement was gone by then, a program that was seen to
    /// succeed, now or at an earlier time, is removed at the next look.
    pub(crate) fn removed_at_next_look(&mut self, id: JobId) {
        if self.scene.software.is_revoked(id) {
            let next = contact_logons::next_look(
                &self.scene,
                self.scene.jobs[id].machine,
                self.scene.now + Span(1),
            );
            self.expect(next, Happening::Gone(id));
        }
    }
}
