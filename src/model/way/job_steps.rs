//! The small steps that every handler needs: looking up what a job is about,
//! scheduling its next event, and saying where it stands.

use crate::engine::{Event, EventList};
use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::{clocks, withdrawal};
use crate::model::way::events::{Happening, Kind};
use crate::model::way::job::Job;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, ChainProgram, Ending, Outcome, ReportState, Step};
use crate::product::status;
use crate::units::Instant;

impl<J: Journal> Simulation<'_, '_, J> {
    /// A job, to change it. Its phase is changed by `Scene::turn_job` alone.
    pub(crate) fn job(&mut self, id: JobId) -> &mut Job {
        &mut self.scene.jobs[id]
    }

    /// The position of a link of this group in its network.
    pub(crate) fn local_link(&self, link: crate::world::LinkId) -> u32 {
        self.local_link[link.index()]
    }

    /// The record of a job, to change it.
    pub(crate) fn record(&mut self, id: JobId) -> &mut Outcome {
        &mut self.scene.records.of_jobs[id.index()]
    }

    /// The next event of a job; the one scheduled before, if any, is stale.
    ///
    /// Whatever a job waits for, it looks again when its advertisement expires.
    pub(crate) fn schedule(&mut self, id: JobId, kind: Kind, at: Instant) {
        let at = match kind {
            Kind::Wake | Kind::Retry => {
                let expires = clocks::expires(&self.scene, id);
                let is_past = expires <= self.scene.now;
                if is_past { at } else { at.min(expires) }
            }
            _ => at,
        };
        if let Some(event) = self.next_event(id, kind, at) {
            self.list.push(event);
        }
    }

    /// The maximum run time of a program that reads is over at `at`, unless it does
    /// something else before.
    pub(crate) fn schedule_run_time_limit(&mut self, id: JobId, at: Instant) {
        let event = self.next_event(id, Kind::RunEnd, at);
        let out_of_order = event.and_then(|event| self.run_time_limits.add(event));
        if let Some(event) = out_of_order {
            self.list.push(event);
        }
    }

    /// The maximum run times that are over by `at` come into the event list, but for
    /// those of programs that have done something else since.
    pub(crate) fn list_run_time_limits(&mut self, at: Instant) {
        while let Some(event) = self.run_time_limits.reached(at) {
            if self.is_next(&event) {
                self.list.push(event);
            }
        }
    }

    /// The event that a job waits for from now on, if it is within the horizon; the one
    /// before, if any, is stale.
    fn next_event(&mut self, id: JobId, kind: Kind, at: Instant) -> Option<Event> {
        let job = &mut self.scene.jobs[id];
        job.serial = job.serial.wrapping_add(1);
        let event = Event {
            time: at,
            rank: kind as u8,
            entity: id.0,
            serial: job.serial & Event::SERIAL_MASK,
        };
        self.scene.world.covers(at).then_some(event)
    }

    /// Whether an event is the one that its job waits for, and not stale.
    pub(crate) fn is_next(&self, event: &Event) -> bool {
        self.scene.jobs[JobId(event.entity)].serial & Event::SERIAL_MASK == event.serial
    }

    /// An event that nothing makes stale.
    pub(crate) fn expect(&mut self, at: Instant, happening: Happening) {
        if self.scene.world.covers(at) {
            self.list.push(happening.at(at, 0));
        }
    }

    /// Enters a report state now.
    pub(crate) fn enter(&mut self, id: JobId, state: ReportState) {
        self.enter_at(id, self.scene.now, state);
    }

    /// Enters a report state at `at`.
    #[inline]
    pub(crate) fn enter_at(&mut self, id: JobId, at: Instant, state: ReportState) {
        let record = self.record(id);
        let before = record.state;
        record.state = state;
        if self.scene.repeats.row_before(id).is_none() {
            self.change_timeline(id, at, before, state);
        }
    }

    /// What the row of a job tells of its state changes at `at`.
    #[inline]
    pub(crate) fn change_timeline(
        &mut self,
        id: JobId,
        at: Instant,
        from: ReportState,
        to: ReportState,
    ) {
        let advertisement = self.scene.jobs[id].advertisement.index();
        self.tally.timeline.change(advertisement, at, from, to);
    }

    /// Raises a status message, if it is one that this kind of client has.
    #[inline]
    pub(crate) fn raise(&mut self, id: JobId, message: u16) {
        if self.has_raised(id, message) && self.scene.reports.are_followed() {
            self.say(id, self.scene.now, message);
        }
    }

    /// Raises the status message with which a job is over since `at`.
    pub(crate) fn raise_last(&mut self, id: JobId, at: Instant, message: u16) {
        if self.has_raised(id, message) && self.scene.reports.are_followed() {
            self.say_anew(id, at, message);
        }
    }

    /// Puts a status message on record; whether this kind of client has it.
    #[inline]
    fn has_raised(&mut self, id: JobId, message: u16) -> bool {
        if !status::is_raised_by(message, self.scene.profile(id).client) {
            return false;
        }
        self.record(id).status_message = message;
        self.note(id, || Entry::Status(message));
        true
    }

    /// Says where a job stands, should the horizon come now.
    pub(crate) fn stand(&mut self, id: JobId, ending: Ending, step: Step, cause: Cause) {
        let program = self.scene.program_id(id);
        let program = if program == self.scene.advertisement(id).program {
            ChainProgram::ADVERTISED
        } else {
            program.into()
        };
        let record = self.record(id);
        let no_success = record.ending.is_success() && !ending.is_success();
        let since = record.run_end;
        record.ending = ending;
        record.step = step;
        record.cause = cause;
        record.program = program;
        record.before = Cause::None;
        // A removal that waits takes nothing from the machine before it is done.
        let keeps = |scene| !ending.has_run() && withdrawal::is_removing(scene, id);
        if no_success && self.scene.repeats.row_before(id).is_none() && !keeps(&self.scene) {
            self.loses(id, since);
        }
    }

    /// Whether anything that happens to a job's machine is wanted.
    pub(crate) fn is_listened_to(&self, id: JobId) -> bool {
        J::MAY_LISTEN && self.journal.listens(self.scene.jobs[id].machine)
    }

    /// Tells the journal what happens to a job, if anything listens to its machine.
    pub(crate) fn note(&mut self, id: JobId, entry: impl FnOnce() -> Entry) {
        if self.is_listened_to(id) {
            let advertisement = self.scene.jobs[id].advertisement;
            self.journal.note(self.scene.now, advertisement, entry());
        }
    }
}
