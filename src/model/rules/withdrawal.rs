//! Advertisements that are deleted or have expired, machines that leave their
//! collection, and the removal of what they had installed.
//!
//! A client finds out at its first look for policy after that: it runs nothing of
//! a deleted advertisement that has not started. For a machine that has left the
//! collection the advertisement is as good as deleted. A Legacy Client moreover removes
//! programs with the box "Remove software when it is no longer advertised", once
//! the last of their advertisements that it knew of is gone. A look that fails
//! takes nothing away (SMS 2.0 Resource Guide, "Removing Client Applications"; KB
//! Q316021).
//!
//! The removal is an assignment as soon as possible: it waits for the conditions
//! of the program, runs under its account, and needs no content, since its command
//! line is in the registry of the machine. Only a program that the client has seen
//! succeed is removed. Until then, and if the removal fails, it is on the machine.

use crate::client::behaviour;
use crate::model::journal::{Entry, Journal};
use crate::model::way::events::{Happening, JobId, Kind};
use crate::model::way::job::Phase;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Ending, Outcome, ReportState, Step};
use crate::product::exit_codes::Verdict;
use crate::product::status;
use crate::product::win32::ACCESS_DENIED;
use crate::units::{Instant, Span};
use crate::world::{Program, World};

impl<'w, J: Journal> Simulation<'w, '_, J> {
    /// Schedules the look at which a job's machine may find its advertisement
    /// gone, if that matters.
    pub(crate) fn expect_end(&mut self, id: u32) {
        if !self.may_be_withdrawn() && self.world.control.succession.not_advertised.is_empty() {
            return;
        }
        let end = self.ends(id);
        if end.is_some() {
            self.look_at(id, end);
        }
    }

    /// The first look of a job's machine from `from` on.
    fn look_at(&mut self, id: u32, from: Instant) {
        let at = self.next_look(self.jobs[id as usize].machine, from);
        self.expect(at, Happening::Gone(JobId(id)));
    }

    /// The first look at which a job's machine may find its advertisement deleted;
    /// one that falls on this instant is still to come, after the tries.
    pub(crate) fn next_look_at_the_end(&self, id: u32) -> Instant {
        let end = self.withdrawn_at(id);
        if !end.is_some() || self.software.revoked.contains(&id) {
            return Instant::NEVER;
        }
        self.next_look(self.jobs[id as usize].machine, end.max(self.now))
    }

    /// Whether any advertisement is deleted, or any machine not a member all the
    /// time.
    fn may_be_withdrawn(&self) -> bool {
        !(self.world.control.succession.withdrawn.is_empty()
            && self.world.fleet.memberships.is_empty())
    }

    /// When the advertisement of a job leaves the list of its machine; never, if
    /// that makes no difference.
    fn ends(&self, id: u32) -> Instant {
        let withdrawn = self.withdrawn_at(id);
        if self.is_removable(id) {
            withdrawn.min(self.expires(id))
        } else {
            withdrawn
        }
    }

    /// When the advertisement of a job is deleted, or its machine leaves the
    /// collection.
    fn withdrawn_at(&self, id: u32) -> Instant {
        self.deleted_at(id).min(self.membership(id).until)
    }

    pub(crate) fn deleted_at(&self, id: u32) -> Instant {
        let advertisement = self.jobs[id as usize].advertisement;
        let withdrawn = &self.world.control.succession.withdrawn;
        let at = withdrawn.get(&advertisement).copied();
        at.unwrap_or(Instant::NEVER)
    }

    /// Whether the program of a job has the box, and a client that knows of it.
    fn is_removable(&self, id: u32) -> bool {
        let program = self.advertisement(id).program;
        self.behaviour(id).uninstalls_withdrawn_programs()
            && self
                .world
                .control
                .succession
                .not_advertised
                .contains(&program)
    }

    /// Whether the advertisement of a job has been deleted, or its machine left the
    /// collection, as a look now would show.
    pub(crate) fn is_withdrawn(&self, id: u32) -> bool {
        self.may_be_withdrawn() && self.withdrawn_at(id) <= self.now
    }

    /// A look at which the advertisement of a job may be gone.
    pub(crate) fn finds_gone(&mut self, id: u32) {
        let end = self.ends(id);
        if self.now < end {
            // Its clock has been set back.
            return self.look_at(id, end);
        }
        let on = self.machine_on(id);
        if !on.holds {
            return self.expect(on.until, Happening::Gone(JobId(id)));
        }
        if self.uninstalls_at(id) <= self.now {
            return;
        }
        if !self.gets_its_list(id) {
            let retry = self.behaviour(id);
            let retry = retry.contact_retry(self.profile(id), &self.world.rules);
            return self.expect(self.now + retry, Happening::Gone(JobId(id)));
        }
        self.hash_event(Kind::Gone, id);
        self.software.revoked.insert(id);
        let deleted = self.is_withdrawn(id);
        if self.record(id).policy.is_some() {
            match self.collection_left(id) {
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
    fn gets_its_list(&mut self, id: u32) -> bool {
        let site = &self.world.sites[self.site(id).index()];
        let behaviour = behaviour(self.profile(id).client);
        let Some(contact) = behaviour.contact(site) else {
            return true;
        };
        self.reachable(id, contact, behaviour.contact_role()) && self.is_let_in(id)
    }

    /// A job whose advertisement is deleted is over, unless it is in the middle
    /// of something; whether it is.
    pub(crate) fn drops(&mut self, id: u32) -> bool {
        let job = &self.jobs[id as usize];
        if job.phase == Phase::Downloading && !job.holds_machine {
            self.stop_download(id);
        }
        let job = &self.jobs[id as usize];
        if job.holds_machine || !matches!(job.phase, Phase::Unaware | Phase::Asking | Phase::Ready)
        {
            return false;
        }
        let Outcome {
            ending,
            step,
            cause,
            state,
            ..
        } = *self.record(id);
        match ending {
            // It was tried, or nobody chose it: that remains true.
            Ending::Retrying if state == ReportState::Retrying => {
                self.stand(id, Ending::Failed, step, cause);
            }
            Ending::NotTaken => {}
            _ => {
                let cause = match self.collection_left(id) {
                    Some(_) => Cause::LeftCollection,
                    None => Cause::Withdrawn,
                };
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

    /// Whether a job that would go on has been found deleted; then it is over.
    pub(crate) fn is_dropped(&mut self, id: u32) -> bool {
        let revoked = &self.software.revoked;
        !revoked.is_empty() && revoked.contains(&id) && self.is_withdrawn(id) && self.drops(id)
    }

    /// Begins the removal of a job's program, if it is on the machine and none of
    /// its advertisements is left.
    pub(crate) fn remove_unadvertised(&mut self, id: u32) {
        if !self.software.revoked.contains(&id) || !self.is_removable(id) {
            return;
        }
        let program = self.advertisement(id).program;
        let mut installer = None;
        for other in self.siblings(id) {
            if self.advertisement(other).program != program {
                continue;
            }
            let known = self.record(other).policy.is_some()
                || self.jobs[other as usize].phase == Phase::Asking;
            if known && !self.software.revoked.contains(&other)
                || self.software.removing.contains(&other)
            {
                return;
            }
            let seen = self.jobs[other as usize].phase == Phase::Over
                && self.record(other).ending.is_on_the_machine()
                && self.record(other).run_start.is_some()
                && self.record(other).cause != Cause::RunTimeExceeded;
            if seen && installer.is_none() {
                installer = Some(other);
            }
        }
        if let Some(installer) = installer.filter(|_| self.has_program(id, program)) {
            self.software.removing.insert(installer);
            let job = self.job(installer);
            job.phase = Phase::Ready;
            job.refused = None;
            self.proceed(installer);
        }
    }

    /// Whether a job removes its program.
    pub(crate) fn is_removing(&self, id: u32) -> bool {
        !self.software.removing.is_empty() && self.software.removing.contains(&id)
    }

    /// Goes on with a removal: conditions, then the command line.
    pub(crate) fn advance_removal(&mut self, id: u32) {
        if self.uninstalls_at(id) <= self.now {
            // Without the client nobody removes anything.
            self.software.removing.remove(&id);
            self.end_unheard(id);
            return;
        }
        // Until then the program is there, and the site knows of no change.
        let (state, ending) = (self.record(id).state, self.record(id).ending);
        let waits = self.wait_for_window(id) || self.wait_for_conditions(id);
        self.enter(id, state);
        self.stand(id, ending, Step::Run, Cause::RemovalPending);
        if !waits {
            self.launch_removal(id);
        }
    }

    /// The program that says how long the removal takes, and how it ends.
    fn removal_of(&self, id: u32) -> &'w Program {
        let world: &'w World = self.world;
        let program = self.advertisement(id).program;
        let remover = world.control.succession.uninstall.get(&program);
        &world.programs[remover.unwrap_or(&program).index()]
    }

    fn launch_removal(&mut self, id: u32) {
        self.look_for_user(id);
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
        let job = self.jobs[id as usize];
        let program = self.advertisement(id).program;
        let draws = self.draws.removal(job.key, job.advertisement, job.runs);
        let removal = self.removal_of(id);
        let time = removal.install_time.sample(draws.uniform(0));
        let code = removal.exit_codes.pick(draws.uniform(1));
        self.note(id, || Entry::Removes(program, time));
        self.raise(id, status::UNINSTALL_STARTED);
        self.expect_verification(id);
        let needs = self.world.programs[program.index()].needs_administrator;
        let lacks = needs && job.execution.is_some_and(|e| !e.administrator);
        let taken = if lacks {
            Some(self.now)
        } else {
            self.rights_end(id, time)
        };
        let (time, code) = taken.map_or((time, code), |at| (at.since(self.now), ACCESS_DENIED));
        let job = self.job(id);
        job.runs += 1;
        job.phase = Phase::Running;
        job.started = true;
        job.exit_code = code;
        let (ends, off) = (self.now + time, self.machine_on(id).until);
        let (kind, at) = if off < ends {
            (Kind::Off, off)
        } else {
            (Kind::RunEnd, ends)
        };
        self.schedule(id, kind, at);
    }

    /// The removal has ended.
    pub(crate) fn removal_ended(&mut self, id: u32) {
        let code = self.jobs[id as usize].exit_code;
        let mif = self.removal_of(id).status_mif;
        self.note(id, || Entry::Exits(code));
        let verdict = self.verdict_on(id, code);
        let gone = matches!(verdict, Verdict::Success | Verdict::RestartPending);
        let end = self.end_of_the_last(id);
        let (cause, message) = match (gone, mif) {
            (true, false) => (end, status::UNINSTALL_SUCCESS),
            (true, true) => (end, status::UNINSTALL_SUCCESS_MIF),
            (false, false) => (Cause::RemovalFailed, status::UNINSTALL_FAILED_EXIT_CODE),
            (false, true) => (Cause::RemovalFailed, status::UNINSTALL_FAILED_MIF),
        };
        self.end_removal(id, cause, code, message);
    }

    /// What ended the last of the advertisements of a job's program.
    fn end_of_the_last(&self, id: u32) -> Cause {
        let program = self.advertisement(id).program;
        let of_program = self.siblings(id).filter(|other| {
            self.advertisement(*other).program == program && self.software.revoked.contains(other)
        });
        let last = of_program.max_by_key(|other| self.ends(*other));
        if last.is_some_and(|last| self.membership(last).until <= self.ends(last)) {
            Cause::LeftCollection
        } else {
            Cause::NoLongerAdvertised
        }
    }

    fn end_removal(&mut self, id: u32, cause: Cause, code: u32, message: u16) {
        self.raise(id, message);
        self.record(id).code = Some(code);
        self.record(id).cause = cause;
        self.stop_removing(id);
        let program = self.advertisement(id).program;
        if !self.has_program(id, program) {
            // Another program has replaced it while its removal ran.
            self.note(id, || Entry::Gone(Cause::Replaced));
            self.stand(id, Ending::Removed, Step::Done, Cause::Replaced);
        } else if matches!(cause, Cause::NoLongerAdvertised | Cause::LeftCollection) {
            self.takes_off(id, program, self.now, cause);
        }
        if !self.reports.are_followed() {
            self.count_report(id, self.now);
        }
    }

    /// A removal is over, however it ended.
    pub(crate) fn stop_removing(&mut self, id: u32) {
        self.software.removing.remove(&id);
        self.end_unheard(id);
        self.wake_line(id);
    }

    /// The machine goes off in the middle of a removal, which begins anew when it
    /// is back.
    pub(crate) fn removal_interrupted(&mut self, id: u32) {
        self.note(id, || Entry::Interrupted);
        self.raise(id, status::UNEXPECTED_RESTART);
        self.release_machine(id);
        self.job(id).phase = Phase::Ready;
        let back = self.machine_on(id).until;
        self.schedule(id, Kind::Wake, back.max(self.now + Span(1)));
    }

    /// A program was seen to succeed: where its advertisement was gone by then,
    /// it is removed at the next look.
    pub(crate) fn removed_at_next_look(&mut self, id: u32) {
        if !self.software.revoked.is_empty() && self.software.revoked.contains(&id) {
            let next = self.next_look(self.jobs[id as usize].machine, self.now + Span(1));
            self.expect(next, Happening::Gone(JobId(id)));
        }
    }
}
