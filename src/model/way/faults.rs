//! Changes of the world are applied, and end what jobs are in the middle of.

use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::expiry;
use crate::model::rules::interruption::{self, Break, Harm, Interruption};
use crate::model::rules::transfer::{self, Cargo};
use crate::model::surroundings::faults;
use crate::model::way::events::Kind;
use crate::model::way::job::Phase;
use crate::model::way::scene::Scene;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Actor, Cause, Ending, ReportState, Resource, Step};
use crate::product::status;
use crate::product::win32::NETWORK_NAME_DELETED;
use crate::units::{Instant, Size};
use crate::world::{Change, ContentState, PackageId, ServerId};

impl<J: Journal> Simulation<'_, '_, J> {
    /// Applies every change that is due now.
    pub(crate) fn apply_changes(&mut self) {
        while self.next_change() <= self.scene.now {
            let position = self.scene.agenda.changes[self.changes_seen] as usize;
            self.changes_seen += 1;
            self.apply(position);
        }
    }

    /// When the next change of the group's world comes.
    pub(crate) fn next_change(&self) -> Instant {
        let next = self.scene.agenda.changes.get(self.changes_seen);
        next.map_or(Instant::NEVER, |position| {
            self.scene.world.changes[*position as usize].at()
        })
    }

    fn apply(&mut self, position: usize) {
        let world = self.scene.world;
        let since = world.changes[position].since;
        match &world.changes[position].change {
            Change::Server(server, true) => {
                self.scene.disorder.comes_up(*server);
            }
            Change::Server(server, false) => {
                self.scene.disorder.goes_down(*server, since);
                self.interrupt(|simulation, id| {
                    faults::source(&simulation.scene, id)
                        .is_some_and(|(source, _)| source == *server)
                });
                self.empties_lines(*server);
                self.fail_lines();
            }
            Change::Role(server, role, true) => {
                self.scene.disorder.role_comes_up(*server, *role);
            }
            Change::Role(server, role, false) => {
                self.scene.disorder.role_goes_down(*server, *role, since);
                self.interrupt(|simulation, id| {
                    faults::source(&simulation.scene, id) == Some((*server, *role))
                });
                self.fail_lines();
            }
            // Who asks looks them up.
            Change::Clocks => {}
            Change::Link(link, rate) => {
                let local = self.local_link(*link);
                self.network.set_capacity(self.scene.now, local, *rate);
                if rate.0 == 0 {
                    self.scene.disorder.is_cut(*link, since);
                    self.interrupt(|simulation, id| {
                        faults::breaks_with(&simulation.scene, id, *link)
                    });
                    self.fail_lines();
                } else {
                    self.scene.disorder.is_mended(*link);
                }
            }
            Change::Account(account, state) => {
                self.scene.standing.accounts[account.index()] = *state;
                self.scene
                    .ledger
                    .administered(Actor::Account(*account), *state);
            }
            Change::TokenAccount(domain, state) => {
                self.scene.standing.tokens[domain.index()] = *state;
                self.scene
                    .ledger
                    .administered(Actor::DomainTokenAccount(*domain), *state);
            }
            Change::ShareAccess(share, list) => {
                self.scene
                    .standing
                    .share_access
                    .insert(*share, list.clone());
            }
            Change::PackageAccess(package, list) => {
                self.scene
                    .standing
                    .package_access
                    .insert(*package, list.clone());
            }
            Change::Bits(policy, rate) => self.change_throttle(*policy, *rate),
            Change::Content(package, point, state) => {
                self.content_is_now(*package, *point, *state);
            }
        }
    }

    /// The content of a package on a point is another now.
    pub(crate) fn content_is_now(
        &mut self,
        package: PackageId,
        point: ServerId,
        state: ContentState,
    ) {
        let was_outdated = self.scene.disorder.is_outdated(package, point);
        self.scene.disorder.change_content(package, point, state);
        let world = self.scene.world;
        let catalogue = &mut self.scene.catalogue;
        catalogue.change(world, package, point, state.is_offered());
        self.content_changes_under_readers(package, point, state, was_outdated);
    }

    /// Content goes from a point, or is damaged there, while jobs read it: what has
    /// gone breaks their transfers, and what is damaged, or another version by then, is
    /// found out when it is checked.
    fn content_changes_under_readers(
        &mut self,
        package: PackageId,
        point: ServerId,
        state: ContentState,
        was_outdated: bool,
    ) {
        let Some(harm) = interruption::harms(state, was_outdated) else {
            return;
        };
        for id in self.readers(package, point) {
            match harm {
                Harm::Breaks => self.break_off(id),
                Harm::Damages => self.scene.rare_state_mut(id).damaged = true,
            }
        }
    }

    /// The jobs that read `package` from `point` now, in order.
    fn readers(&mut self, package: PackageId, point: ServerId) -> Vec<JobId> {
        let Scene {
            disorder,
            jobs,
            world,
            ..
        } = &mut self.scene;
        disorder.readers(package, point, |id| {
            interruption::reads(world, &jobs[id], package, point)
        })
    }

    /// Breaks the transfers that `ends` picks. Faults are rare, so that looking
    /// at every job of the group is no matter.
    fn interrupt(&mut self, ends: impl Fn(&Self, JobId) -> bool) {
        for id in self.scene.jobs.ids() {
            if self.scene.jobs[id].transfer.is_some() && ends(self, id) {
                self.break_off(id);
            }
        }
    }

    /// The network fails under a transfer. Content is fetched again later, over
    /// BITS from where it stopped, over SMB from the beginning; a program that
    /// was reading a share ends with error 64.
    fn break_off(&mut self, id: JobId) {
        let moved = self.cancel_transfer(id);
        self.note(id, || Entry::ConnectionLost);
        match interruption::breaks(&self.scene, id) {
            Break::EndsAlone => {
                self.book_moved(id, moved);
                self.exit(id, NETWORK_NAME_DELETED, None);
            }
            Break::EndsProgram(share) => {
                self.book_share(id, moved);
                self.record(id).resource = Resource::Share(share);
                self.job(id).waited = true;
                self.exit(id, NETWORK_NAME_DELETED, Some(Cause::ShareUnreachable));
            }
            Break::Content => {
                self.book_interrupted(id, moved);
                self.loses_point(id);
            }
        }
    }

    /// Books bytes of a transfer that goes on later, or begins anew.
    fn book_interrupted(&mut self, id: JobId, moved: Size) {
        if transfer::cargo(self.scene.jobs[id].phase()) == Some(Cargo::Download) {
            self.keep_download(id, moved);
        } else {
            self.book_moved(id, moved);
        }
    }

    /// The session at a job's point is lost: the content is tried for again.
    pub(crate) fn loses_point(&mut self, id: JobId) {
        let job = self.scene.jobs[id];
        self.end_session(id);
        self.release_machine(id);
        self.scene.turn_job(id, Phase::Ready);
        self.job(id).unreachable = true;
        let record = self.record(id);
        record.code = Some(NETWORK_NAME_DELETED);
        record.resource = job.point.map_or(Resource::None, Resource::Server);
        // The next try may well succeed, whatever refused the machine before.
        self.job(id).waited = true;
        self.try_content_again(id, Cause::ContentUnreachable);
    }

    /// A moment has come at which the machine was to go off or to move while a transfer
    /// or a program is under way.
    pub(crate) fn went_off(&mut self, id: JobId) {
        let back = self.scene.machine_on(id).until;
        match interruption::interrupts(&self.scene, id) {
            Interruption::Expired => {
                self.stop_download(id);
                self.is_stopped_by(expiry::asks, id);
                self.wake_line(id);
            }
            Interruption::LosesPeer(loss) => self.lose_peer(id, loss),
            Interruption::KeepsPeer(source) => self.watch_peers(id, source),
            Interruption::InLine => self.goes_off_in_line(id, back),
            Interruption::Moves => {
                if self.scene.jobs[id].transfer.is_some() {
                    self.note_place(id);
                    self.break_off(id);
                }
            }
            Interruption::Removal => self.removal_interrupted(id, back),
            Interruption::EndsAlone => self.ends_unfinished(id),
            Interruption::Waits(step) => self.wait_until_up(id, step, back),
            Interruption::Nothing => {}
        }
    }

    /// The machine of a job restarts, and is up at `back`: what its other jobs are in the
    /// middle of is cut short.
    pub(crate) fn restart_cuts_short(&mut self, id: JobId, back: Instant) {
        let program = self.scene.program_id(id);
        for other in self.scene.siblings(id).filter(|other| *other != id) {
            let interrupted = interruption::by_restart(&self.scene, other);
            if !matches!(interrupted, Interruption::Nothing) {
                self.note(other, || Entry::RestartsFor(program));
            }
            match interrupted {
                Interruption::InLine => self.goes_off_in_line(other, back),
                Interruption::Removal => self.removal_interrupted(other, back),
                Interruption::EndsAlone => self.ends_unfinished(other),
                Interruption::Waits(step) => self.wait_until_up(other, step, back),
                _ => {}
            }
        }
    }

    /// A program that its client no longer watches does not come to its end.
    fn ends_unfinished(&mut self, id: JobId) {
        let moved = self.cancel_transfer(id);
        self.book_moved(id, moved);
        self.note(id, || Entry::Interrupted);
        self.ends_alone(id, None);
    }

    /// What a job was doing is interrupted: a program that was running is started again
    /// when the machine is up again, at `back`.
    fn wait_until_up(&mut self, id: JobId, step: Step, back: Instant) {
        let moved = self.cancel_transfer(id);
        self.book_interrupted(id, moved);
        self.is_cut_short(id, step);
        self.end_session(id);
        self.release_machine(id);
        self.scene.turn_job(id, Phase::Ready);
        self.schedule(id, Kind::Wake, back);
    }

    /// The machine of a job goes off in the middle of something, at `step`: a program
    /// that ran has run in vain.
    pub(crate) fn is_cut_short(&mut self, id: JobId, step: Step) {
        if step == Step::Run {
            self.raise(id, status::UNEXPECTED_RESTART);
            self.scene.note_vain_try(id, step, Cause::MachineOff);
        }
        self.stand(id, Ending::Waiting, step, Cause::MachineOff);
        self.note(id, || Entry::Interrupted);
        self.enter(id, ReportState::Waiting);
    }

    /// Cancels the transfer of a job, if it has one; what has arrived by then.
    pub(crate) fn cancel_transfer(&mut self, id: JobId) -> Size {
        let transfer = self.job(id).transfer.take();
        if !self.flowing.is_empty() {
            self.flow_ends(id);
        }
        transfer.map_or(Size(0), |t| self.network.cancel(self.scene.now, t))
    }

    /// Ends a download that has become of no use.
    pub(crate) fn stop_download(&mut self, id: JobId) {
        let moved = self.cancel_transfer(id);
        self.keep_download(id, moved);
        self.end_session(id);
        self.scene.turn_job(id, Phase::Ready);
    }
}
