//! Status messages are sent, kept at their machine, sent again, and heard.

use crate::model::ids::{JobId, MessageId};
use crate::model::journal::{Entry, Journal};
use crate::model::surroundings::client_traffic::{Messages, Way};
use crate::model::surroundings::faults;
use crate::model::surroundings::reports;
use crate::model::surroundings::reports::{Waiting, state_said};
use crate::model::surroundings::roaming;
use crate::model::way::events::Happening;
use crate::model::way::simulation::Simulation;
use crate::outcome::{ReportFate, ReportState};
use crate::units::{Instant, Span};
use crate::world::{Reporting, ServerId};

impl<J: Journal> Simulation<'_, '_, J> {
    /// A job raises a status message at `at`, which is now or, for tries that
    /// were made in one step, later.
    pub(crate) fn say(&mut self, id: JobId, at: Instant, message: u16) {
        if !self.scene.reports.repeats_itself(id, message) {
            self.say_anew(id, at, message);
        }
    }

    fn say_anew(&mut self, id: JobId, at: Instant, message: u16) {
        let waiting = self.scene.reports.says(id, at, message);
        if at > self.scene.now {
            self.keep(waiting, at);
        } else {
            self.send(waiting);
        }
    }

    /// The last word of a job, which is over since `at`: what it has just said,
    /// or, if that was before, the same once more.
    pub(crate) fn say_last(&mut self, id: JobId, at: Instant) {
        if self.scene.reports.said_at(id) != at {
            let message = self.record(id).status_message;
            self.say_anew(id, at, message);
        }
        if let Some(arrives) = self.scene.reports.ends(id) {
            self.last_word_heard(id, arrives);
        }
    }

    /// A job raises `count` messages more of tries that end alike, the last of them
    /// at `last`: they are counted where single messages are, and each is lost or
    /// heard like the one before.
    pub(crate) fn say_alike(&mut self, id: JobId, count: u64, last: Instant) {
        if count == 0 || !self.scene.reports.are_followed() {
            return;
        }
        let behaviour = self.scene.behaviour(id);
        let role = behaviour.contact_role();
        let Some(contact) = behaviour.contact(&self.scene.world.sites[self.scene.site(id).index()])
        else {
            return;
        };
        if !faults::reachable(&self.scene, id, contact, role) {
            return;
        }
        let messages = Messages {
            count,
            size: self.scene.world.rules.status_bytes,
            first: self.scene.now,
            last,
        };
        self.tally
            .server(contact, role)
            .request(self.scene.now, last, count);
        self.carry(id, contact, role, Way::Up, messages);
    }

    /// A message waits at its machine until `at`.
    fn keep(&mut self, waiting: Waiting, at: Instant) {
        let message = self.scene.reports.keep(waiting);
        self.expect(at, Happening::Message(message));
    }

    /// A message that has waited is sent again.
    pub(crate) fn send_again(&mut self, message: MessageId) {
        let waiting = self.scene.reports.kept(message);
        let key = self.scene.jobs[waiting.job].key;
        self.hash_word(key ^ self.scene.now.0.rotate_left(20) ^ u64::from(waiting.message) << 48);
        self.send(waiting);
    }

    /// Sends a message now, if the machine is on and the server can be reached.
    fn send(&mut self, waiting: Waiting) {
        let (id, world) = (waiting.job, self.scene.world);
        let behaviour = self.scene.behaviour(id);
        let contact = behaviour.contact(&world.sites[self.scene.site(id).index()]);
        let (Some(contact), role) = (contact, behaviour.contact_role()) else {
            return self.arrives(waiting, self.scene.now);
        };
        let Some(reporting) = world.reporting else {
            let now = self.scene.now;
            self.tally.server(contact, role).request(now, now, 1);
            self.carry_status(id, contact);
            return self.arrives(waiting, now);
        };
        let on = self.scene.machine_on(id);
        if !on.holds {
            self.note(id, || Entry::ReportWaits(waiting.message, None, on.until));
            return self.keep(waiting, on.until);
        }
        if !faults::reachable(&self.scene, id, contact, role) {
            return self.send_in_vain(waiting, contact, &reporting);
        }
        self.carry_status(id, contact);
        match self.ask(contact, role) {
            Ok(service) => self.take_in(waiting, contact, service.answer, &reporting),
            Err(gives_up) => {
                let again = gives_up + reporting.retry;
                let why = Some(contact);
                self.note(id, || Entry::ReportWaits(waiting.message, why, again));
                self.keep(waiting, again);
            }
        }
    }

    fn carry_status(&mut self, id: JobId, contact: ServerId) {
        let messages = Messages {
            count: 1,
            size: self.scene.world.rules.status_bytes,
            first: self.scene.now,
            last: self.scene.now,
        };
        let role = self.scene.behaviour(id).contact_role();
        self.carry(id, contact, role, Way::Up, messages);
    }

    /// The server cannot be reached: the message waits. Tries that cannot end
    /// otherwise, because nothing changes before them, are counted at once.
    fn send_in_vain(&mut self, waiting: Waiting, contact: ServerId, reporting: &Reporting) {
        let id = waiting.job;
        let interval = reporting.retry.0.max(1);
        let off = self.scene.machine_on(id).until;
        // Whoever moves may find a way from there.
        let moves = roaming::whereabouts(&self.scene, id).until;
        let change = self.scene.agenda.next_access_change(self.scene.now);
        let change = change.min(off).min(moves);
        let end = change
            .0
            .saturating_sub(1)
            .min(self.scene.world.last_moment().0);
        let alike = (end - self.scene.now.0) / interval;
        let last = Instant(self.scene.now.0 + alike * interval);
        let role = self.scene.behaviour(id).contact_role();
        let now = self.scene.now;
        let counter = self.tally.server(contact, role);
        counter.request(now, last, 1 + alike);
        counter.refuse(1 + alike);
        let again = last + reporting.retry;
        self.note(id, || {
            Entry::ReportWaits(waiting.message, Some(contact), again)
        });
        if change.is_some() {
            self.keep(waiting, again);
        }
    }

    /// The server has the message at `comes`; behind it lies the inbox.
    fn take_in(
        &mut self,
        waiting: Waiting,
        contact: ServerId,
        comes: Instant,
        reporting: &Reporting,
    ) {
        let (id, role) = (
            waiting.job,
            self.scene.behaviour(waiting.job).contact_role(),
        );
        let mut heard = comes;
        if reporting.processing > Span::ZERO {
            let taken = (self.scene.reports).takes_in(contact, comes, reporting);
            let Some((taken, backlog)) = taken else {
                self.tally.server(contact, role).refuse(1);
                return self.is_lost(waiting, ReportFate::InboxFull);
            };
            heard = taken;
            self.tally.server(contact, role).line(backlog + 1);
        }
        if reports::draw_loss(&self.scene, id, waiting.number, self.scene.draws) < reporting.lost {
            return self.is_lost(waiting, ReportFate::Lost);
        }
        self.arrives(waiting, heard);
    }

    fn is_lost(&mut self, waiting: Waiting, fate: ReportFate) {
        self.note(waiting.job, || Entry::ReportLost(waiting.message, fate));
        self.scene.reports.loses(waiting, fate);
    }

    /// The site server hears a message at `at`.
    fn arrives(&mut self, waiting: Waiting, at: Instant) {
        let (id, now) = (waiting.job, self.scene.now);
        if at > now || self.scene.reports.is_late(waiting, now) {
            self.note(id, || Entry::ReportArrives(waiting.message, at));
        }
        let within = self.scene.world.covers(at);
        let receipt = self.scene.reports.arrives(waiting, at, within);
        if receipt.is_news && self.scene.world.reporting.is_some() {
            let record = self.record(id);
            record.heard = state_said(waiting.message).unwrap_or(record.state);
        }
        if receipt.is_last_word {
            self.last_word_heard(id, at);
        }
    }

    /// The site server hears at `at` that a job is over.
    fn last_word_heard(&mut self, id: JobId, at: Instant) {
        if !self.scene.world.covers(at) {
            return;
        }
        let followed = self.scene.world.reporting.is_some();
        let record = self.record(id);
        record.report = at;
        if followed && record.state == ReportState::Failed {
            // The message of a full cache is the same for the last try.
            record.heard = ReportState::Failed;
        }
        self.tell_controller(id, at);
    }

    /// Writes into the records what became of each last message.
    pub(crate) fn close_reports(&mut self) {
        if self.scene.world.reporting.is_none() {
            return;
        }
        for (id, fate) in self.scene.reports.fates() {
            self.record(id).report_fate = fate;
        }
    }
}
