//! Status messages are sent, kept at their machine, sent again, and heard.

use crate::model::ids::{JobId, MessageId};
use crate::model::journal::{Entry, Journal};
use crate::model::rules::reports::{self, Departure, InVain, Standing, Then};
use crate::model::surroundings::client_traffic::{Messages, Way};
use crate::model::surroundings::reports::{Line, Waiting};
use crate::model::way::events::Happening;
use crate::model::way::simulation::Simulation;
use crate::outcome::ReportFate;
use crate::units::{Instant, Span};
use crate::world::ServerId;

impl<J: Journal> Simulation<'_, '_, J> {
    /// The final state reaches the site server.
    pub(crate) fn report(&mut self, id: JobId, at: Instant) {
        self.plan_again(id, at);
        self.report_alone(id, at);
    }

    /// The final state reaches the site server, of a program that goes on after its client
    /// has stopped watching it; no later occurrence is planned.
    pub(crate) fn report_alone(&mut self, id: JobId, at: Instant) {
        self.reported += 1;
        if self.scene.reports.are_followed() {
            return self.say_last(id, at);
        }
        self.count_report(id, at);
        self.tell_controller(id, at);
    }

    /// A job that was over has said more at `at`, of its removal or of a restart: that is
    /// its last word now.
    pub(crate) fn report_anew(&mut self, id: JobId, at: Instant) {
        if !self.scene.reports.are_followed() {
            self.count_report(id, at);
        } else if let Some(arrives) = self.scene.reports.ends(id) {
            self.last_word_heard(id, arrives);
        } else {
            // When the word before was heard is another matter.
            self.record(id).report = Instant::NEVER;
        }
    }

    /// A message reaches the site server at `at`, where none is followed.
    pub(crate) fn count_report(&mut self, id: JobId, at: Instant) {
        let behaviour = self.scene.behaviour(id);
        let contact = self.scene.contact(id);
        let bytes = self.scene.world.rules.status_bytes;
        if let Some(contact) = contact {
            let counter = self.tally.server(contact, behaviour.contact_role());
            counter.request(at, at, 1);
            counter.carry(bytes);
        }
        self.record(id).report = at;
    }

    /// A job raises a status message at `at`, which is now or, for tries that
    /// were made in one step, later.
    #[inline(never)]
    pub(crate) fn say(&mut self, id: JobId, at: Instant, message: u16) {
        if reports::is_sent(&self.scene, id, message) {
            self.say_anew(id, at, message);
        } else {
            self.say_alike(id, 1, at);
        }
    }

    /// A job raises a status message at `at` that is sent as one of its own.
    pub(crate) fn say_anew(&mut self, id: JobId, at: Instant, message: u16) {
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
        if !reports::last_word_is_said(&self.scene, id, at) {
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
        let Some(contact) = reports::takes_alike(&self.scene, id).filter(|_| count > 0) else {
            return;
        };
        let role = self.scene.behaviour(id).contact_role();
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
        let message = self.scene.reports.keep(waiting, None);
        self.expect(at, Happening::Message(message));
    }

    /// A message that has waited at its machine is sent again; one that stands in line
    /// may leave it.
    pub(crate) fn message_is_due(&mut self, message: MessageId) {
        let kept = self.scene.reports.kept(message);
        if let Some(line) = kept.line {
            return self.looks_in_line(message, kept.waiting, line);
        }
        self.hash_message(kept.waiting);
        self.send(kept.waiting);
    }

    fn hash_message(&mut self, waiting: Waiting) {
        let key = self.scene.jobs[waiting.job].key;
        self.hash_word(key ^ self.scene.now.0.rotate_left(20) ^ u64::from(waiting.message) << 48);
    }

    /// A message that stands in line leaves it if it is its turn, or if something has
    /// come before.
    fn looks_in_line(&mut self, message: MessageId, waiting: Waiting, line: Line) {
        let id = waiting.job;
        let standing = reports::stands(&self.scene, id, line);
        if let Standing::Stays(until) = standing {
            return self.expect(until, Happening::Message(message));
        }
        self.hash_message(waiting);
        match standing {
            Standing::Stays(_) => {}
            Standing::NoClient => self.stays_at_machine(waiting),
            Standing::Served => self.take_in(waiting, line.contact, self.scene.now),
            Standing::Off(until) => self.waits_at_machine(waiting, None, until),
            Standing::GivenUp | Standing::Failed => {
                if matches!(standing, Standing::Failed) {
                    let role = self.scene.behaviour(id).contact_role();
                    self.tally.server(line.contact, role).refuse(1);
                }
                let again = self.scene.now + self.report_retry();
                self.waits_at_machine(waiting, Some(line.contact), again);
            }
        }
    }

    /// A message that did not come through to `server`, if that is why, waits at its
    /// machine until `at`.
    fn waits_at_machine(&mut self, waiting: Waiting, server: Option<ServerId>, at: Instant) {
        self.note(waiting.job, || {
            Entry::ReportWaits(waiting.message, server, at)
        });
        self.keep(waiting, at);
    }

    /// A message whose client is gone is never sent.
    fn stays_at_machine(&mut self, waiting: Waiting) {
        self.note(waiting.job, || Entry::ReportStays(waiting.message));
        self.scene.reports.loses(waiting, ReportFate::AtMachine);
    }

    /// Sends a message now, if it can leave its machine.
    fn send(&mut self, waiting: Waiting) {
        let (id, now) = (waiting.job, self.scene.now);
        match reports::departs(&self.scene, id) {
            Departure::Heard => self.arrives(waiting, now),
            Departure::By(contact) => {
                let role = self.scene.behaviour(id).contact_role();
                self.tally.server(contact, role).request(now, now, 1);
                self.carry_status(id, contact);
                self.arrives(waiting, now);
            }
            Departure::NoClient => self.stays_at_machine(waiting),
            Departure::Off(until) => self.waits_at_machine(waiting, None, until),
            Departure::InVain(contact) => self.send_in_vain(waiting, contact),
            Departure::Request(contact) => self.request_to_report(waiting, contact),
        }
    }

    /// Asks the server to take a message.
    fn request_to_report(&mut self, waiting: Waiting, contact: ServerId) {
        let id = waiting.job;
        self.carry_status(id, contact);
        let service = self.ask(contact, self.scene.behaviour(id).contact_role());
        let line = Line {
            contact,
            until: service.map_or_else(|gives_up| gives_up, |service| service.answer),
            is_served: service.is_ok(),
        };
        if line.is_served && line.until == self.scene.now {
            return self.take_in(waiting, contact, line.until);
        }
        let message = self.scene.reports.keep(waiting, Some(line));
        self.looks_in_line(message, waiting, line);
    }

    /// After what time a message is sent again.
    fn report_retry(&self) -> Span {
        let reporting = self.scene.world.reporting;
        reporting.map_or(Span::ZERO, |reporting| reporting.retry)
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
    /// otherwise are counted at once.
    fn send_in_vain(&mut self, waiting: Waiting, contact: ServerId) {
        let id = waiting.job;
        let vain = reports::in_vain(&self.scene, id, self.report_retry());
        let role = self.scene.behaviour(id).contact_role();
        let counter = self.tally.server(contact, role);
        counter.request(self.scene.now, vain.last, vain.tries);
        counter.refuse(vain.tries);
        self.tell_in_vain(waiting, contact, vain);
        match vain.then {
            Then::Again(again) => self.keep(waiting, again),
            Then::InVain(_) => {}
            Then::NoClient => self.stays_at_machine(waiting),
        }
    }

    /// Every try in vain is told of: the first by itself, the others in one line.
    fn tell_in_vain(&mut self, waiting: Waiting, contact: ServerId, vain: InVain) {
        let (id, message, alike) = (waiting.job, waiting.message, vain.tries - 1);
        let next = match vain.then {
            _ if alike > 0 => self.scene.now + self.report_retry(),
            Then::Again(again) | Then::InVain(again) => again,
            Then::NoClient => Instant::NEVER,
        };
        self.note(id, || Entry::ReportWaits(message, Some(contact), next));
        if alike > 0 {
            self.note(id, || Entry::ReportRefused {
                message,
                server: contact,
                alike,
                last: vain.last,
            });
        }
    }

    /// The server has the message at `comes`; behind it lies the inbox.
    fn take_in(&mut self, waiting: Waiting, contact: ServerId, comes: Instant) {
        let Some(reporting) = self.scene.world.reporting else {
            return self.arrives(waiting, comes);
        };
        let mut heard = comes;
        if reporting.processing > Span::ZERO {
            let role = self.scene.behaviour(waiting.job).contact_role();
            let taken = (self.scene.reports).takes_in(contact, comes, &reporting);
            let Some((taken, backlog)) = taken else {
                self.tally.server(contact, role).refuse(1);
                return self.is_lost(waiting, ReportFate::InboxFull);
            };
            heard = taken;
            self.tally.server(contact, role).line(backlog + 1);
        }
        if reports::is_lost(&self.scene, waiting, &reporting) {
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
            self.record(id).heard = reports::state_heard(&self.scene, waiting);
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
        self.record(id).report = at;
        if let Some(state) = reports::state_at_the_end(&self.scene, id) {
            self.record(id).heard = state;
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
