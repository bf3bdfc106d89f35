//! Legacy Clients present their accounts at their client access points.

use crate::model::ids::{JobId, PollerId};
use crate::model::journal::{Entry, Journal};
use crate::model::rules::contact_logons::{self, Look};
use crate::model::rules::logon;
use crate::model::surroundings::accounts::contact_logons::{Barred, contested, looks_alike};
use crate::model::surroundings::accounts::logon::{Visitor, visitor};
use crate::model::surroundings::site_resources;
use crate::model::way::events::Happening;
use crate::model::way::retry::Touch;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Ending, Step};
use crate::units::{Instant, Span};
use crate::world::{AccountId, DomainId, ServerId, ServerRole};

impl<J: Journal> Simulation<'_, '_, J> {
    /// Finds the machines of the group whose looks matter, and schedules the
    /// first of each.
    pub(crate) fn find_pollers(&mut self) {
        if !self.scene.ledger.looks_matter() {
            return;
        }
        for slot in 0..self.scene.places.len() {
            let site = self.scene.places[slot].site;
            for position in self.scene.world.fleet.by_site[site.index()].clone() {
                if let Some(poller) = contact_logons::poller(&self.scene, slot, position) {
                    self.scene.ledger.watch(poller);
                }
            }
        }
        let Some((begin, end)) = contested(&self.scene) else {
            return;
        };
        self.scene.ledger.end_looks(end);
        for poller in self.scene.ledger.pollers() {
            self.schedule_look(poller, begin);
        }
    }

    /// Schedules the first look from `from` on, if it matters.
    fn schedule_look(&mut self, poller: PollerId, from: Instant) {
        if let Some(at) = contact_logons::next_look(&self.scene, poller, from) {
            self.expect(at, Happening::Look(poller));
        }
    }

    /// A look for advertisements that nothing is known to come of.
    pub(crate) fn background_look(&mut self, poller: PollerId) {
        let counted = match contact_logons::looks(&self.scene, poller) {
            Look::Off(until) => return self.expect(until, Happening::Look(poller)),
            Look::Never => return,
            Look::One => {
                let before = self.touches.len();
                self.look_of(poller);
                self.touches.truncate(before);
                self.scene.now
            }
            Look::Alike(off) => self.look_as_often_as_alike(poller, off),
        };
        self.schedule_look(poller, counted + Span(1));
    }

    fn look_of(&mut self, poller: PollerId) {
        let visitor = contact_logons::visitor(&self.scene, poller);
        let slot = self.scene.ledger.poller(poller).slot;
        self.look(visitor, slot);
    }

    /// Looks once, and counts the looks that follow and end alike; the last of them.
    fn look_as_often_as_alike(&mut self, poller: PollerId, off: Instant) -> Instant {
        let known = self.scene.ledger.poller(poller);
        // What a job has asked for in its try before does not belong to this look.
        let before = self.touches.len();
        self.look_of(poller);
        let (last, more) = looks_alike(&self.scene, known, off);
        for touch in self.touches.split_off(before) {
            if let Touch::Server(server, role, _) = touch {
                let counter = self.tally.server(server, role);
                counter.request(self.scene.now, last, more);
            }
            self.count_refusal(touch, more);
        }
        self.scene.ledger.counts_looks(poller, last);
        last
    }

    /// Whether a job's machine gets in at its client access point; if not, that
    /// is put on record.
    pub(crate) fn contact_admits(&mut self, id: JobId) -> bool {
        let Some(barred) = self.is_barred(id) else {
            return true;
        };
        let Barred { actor, refusal, .. } = barred;
        self.note_lock(id, actor);
        if let Some(contact) = self.scene.contact(id) {
            self.note(id, || Entry::ContactRefused(contact, actor, refusal));
        }
        let cause = contact_logons::cause(barred);
        self.stand(id, Ending::Unaware, Step::Policy, cause);
        let record = self.record(id);
        record.code = Some(refusal.code);
        record.network = actor;
        false
    }

    /// Whether a job's machine gets in at its client access point, which is left to
    /// itself.
    pub(crate) fn is_let_in(&mut self, id: JobId) -> bool {
        self.is_barred(id).is_none()
    }

    /// Why a job's machine does not get in at its client access point, if so.
    fn is_barred(&mut self, id: JobId) -> Option<Barred> {
        if !contact_logons::is_asked(&self.scene, id) {
            return None;
        }
        self.look(visitor(&self.scene, id), self.scene.jobs[id].slot)
    }

    /// A Legacy Client connects to its client access point; why it does not get
    /// in, if so.
    fn look(&mut self, visitor: Visitor, slot: u32) -> Option<Barred> {
        let watched = self.scene.ledger.poller_at(visitor.position);
        if let Some(found) = contact_logons::has_looked(&self.scene, watched) {
            return found.err();
        }
        let barred = self.connect_to_contact(visitor, slot);
        if let Some(poller) = watched {
            self.scene.ledger.looks(poller, self.scene.now, barred);
        }
        barred
    }

    fn connect_to_contact(&mut self, visitor: Visitor, slot: u32) -> Option<Barred> {
        let contact = contact_logons::contact(&self.scene, visitor)?;
        if contact.mistakes_token {
            self.present_token_account(visitor, contact.server);
        }
        let mut barred = None;
        for account in contact.accounts {
            match self.connect_as(visitor, slot, *account) {
                None => return None,
                Some(refused) => barred = Some(refused),
            }
        }
        barred
    }

    /// A Legacy Client presents one account; why it does not get in, if so.
    fn connect_as(&mut self, visitor: Visitor, slot: u32, account: AccountId) -> Option<Barred> {
        let domain = contact_logons::domain_of(&self.scene, account)?;
        let controller = self.look_at_controller(visitor, slot, domain);
        if logon::none_validates(&self.scene, domain, controller) {
            return Some(contact_logons::none_validates(account));
        }
        let answer = self.log_on(visitor, account, controller);
        contact_logons::barred(account, answer)
    }

    /// The controller that a machine's look is validated by; it is asked.
    fn look_at_controller(
        &mut self,
        visitor: Visitor,
        slot: u32,
        domain: DomainId,
    ) -> Option<ServerId> {
        let key = self.scene.world.fleet.machines[visitor.position as usize].key;
        let controller = site_resources::controller_near(&mut self.scene, key, slot, domain)?;
        // Nothing waits for the answer: the look brings nothing.
        let role = ServerRole::DomainController;
        let _ = self.ask(controller, role);
        self.touch(Touch::Server(controller, role, false));
        Some(controller)
    }
}
