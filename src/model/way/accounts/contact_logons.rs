//! Legacy Clients present their accounts at their client access points.

use crate::access::Reason;
use crate::division::primary;
use crate::model::ids::{JobId, PollerId};
use crate::model::journal::{Entry, Journal};
use crate::model::rules::orphans;
use crate::model::rules::policy;
use crate::model::surroundings::accounts::contact_logons;
use crate::model::surroundings::accounts::contact_logons::{Barred, Poller};
use crate::model::surroundings::accounts::logon;
use crate::model::surroundings::accounts::logon::Visitor;
use crate::model::surroundings::client_removal;
use crate::model::surroundings::site_resources;
use crate::model::way::events::Happening;
use crate::model::way::retry::Touch;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Actor, Cause, Ending, Step};
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
                let visitor = Visitor { position, site };
                if let Some(locks) = contact_logons::looks_matter(&self.scene, visitor) {
                    let poller = Poller {
                        position,
                        slot: slot as u32,
                        locks,
                        last: Instant::NEVER,
                        barred: None,
                    };
                    self.scene.ledger.watch(poller);
                }
            }
        }
        let Some((begin, end)) = contact_logons::contested(&self.scene) else {
            return;
        };
        for poller in self.scene.ledger.pollers() {
            self.schedule_look(poller, begin, end);
        }
        self.scene.ledger.end_looks(end);
    }

    /// Schedules the first look from `from` on, if it comes before `end`.
    fn schedule_look(&mut self, poller: PollerId, from: Instant, end: Instant) {
        let at =
            contact_logons::next_look(&self.scene, self.scene.ledger.poller(poller).position, from);
        if at <= end {
            self.expect(at, Happening::Look(poller));
        }
    }

    /// A look for advertisements that nothing is known to come of.
    pub(crate) fn background_look(&mut self, poller: PollerId) {
        let known = self.scene.ledger.poller(poller);
        let Poller { position, slot, .. } = known;
        let machine = &self.scene.world.fleet.machines[position as usize];
        let profile = self.scene.world.fleet.profile(machine);
        let zone = self.scene.places[slot as usize].time_zone;
        let presence = self.scene.presence.ahead(zone);
        let on = presence.machine(machine.key, profile, self.scene.now);
        if !on.holds {
            if on.until <= self.scene.ledger.looks_end() {
                self.expect(on.until, Happening::Look(poller));
            }
            return;
        }
        let site = self.scene.places[slot as usize].site;
        if client_removal::removed_at(&self.scene, position, site) <= self.scene.now {
            // There is no client any more.
            return;
        }
        let mut counted = self.scene.now;
        if known.locks || known.last == self.scene.now {
            let of_others = std::mem::take(&mut self.touches);
            self.look(Visitor { position, site }, slot);
            self.touches = of_others;
        } else {
            counted = self.look_as_often_as_alike(poller, on.until);
        }
        self.schedule_look(poller, counted + Span(1), self.scene.ledger.looks_end());
    }

    /// Looks once, and counts the looks that follow and end alike; the last of them.
    fn look_as_often_as_alike(&mut self, poller: PollerId, off: Instant) -> Instant {
        let known = self.scene.ledger.poller(poller);
        let site = self.scene.places[known.slot as usize].site;
        // What a job has asked for in its try is none of this look.
        let of_others = std::mem::take(&mut self.touches);
        let position = known.position;
        self.look(Visitor { position, site }, known.slot);
        let (last, more) = contact_logons::looks_alike(&self.scene, known, off);
        for touch in std::mem::replace(&mut self.touches, of_others) {
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
        let Barred {
            actor,
            refusal,
            innocent,
        } = barred;
        self.note_lock(id, actor);
        if let Some(contact) = policy::contact(&self.scene, id) {
            self.note(id, || Entry::ContactRefused(contact, actor, refusal));
        }
        let cause = if innocent {
            Cause::LockedByOthers
        } else {
            Cause::ConnectionAccountUnusable
        };
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
        if !self.scene.ledger.looks_matter() || !self.scene.behaviour(id).uses_connection_accounts()
        {
            return None;
        }
        self.look(logon::visitor(&self.scene, id), self.scene.jobs[id].slot)
    }

    /// When a machine that its client access point has refused may learn of something:
    /// at its next look, or, where no account can be locked, at the first one after a
    /// change, or when its client goes; those up to then are counted by themselves.
    pub(crate) fn look_after_refusal(&self, id: JobId) -> Instant {
        let visitor = logon::visitor(&self.scene, id);
        let next = self.scene.now + Span(1);
        let from = if contact_logons::looks_matter(&self.scene, visitor) == Some(false) {
            let goes = orphans::uninstalls_at(&self.scene, id);
            let change = contact_logons::may_get_in(&self.scene, visitor);
            change.min(goes).max(next)
        } else {
            next
        };
        if !from.is_some() {
            return Instant::NEVER;
        }
        contact_logons::next_look(&self.scene, visitor.position, from)
    }

    /// A Legacy Client connects to its client access point; why it does not get
    /// in, if so. Looks of one machine at one instant are one look.
    fn look(&mut self, visitor: Visitor, slot: u32) -> Option<Barred> {
        let watched = self.scene.ledger.poller_at(visitor.position);
        if let Some(poller) = watched
            && let known = self.scene.ledger.poller(poller)
            && known.last.is_some()
            && self.scene.now <= known.last
        {
            return known.barred;
        }
        let barred = self.connect_to_contact(visitor, slot);
        if let Some(poller) = watched {
            self.scene.ledger.looks(poller, self.scene.now, barred);
        }
        barred
    }

    fn connect_to_contact(&mut self, visitor: Visitor, slot: u32) -> Option<Barred> {
        let site = &self.scene.world.sites[visitor.site.index()];
        let machine = &self.scene.world.fleet.machines[visitor.position as usize];
        let role = self.scene.world.fleet.profile(machine).role;
        let contact = site.client_access_point.filter(|contact| {
            self.scene
                .disorder
                .is_up(*contact, ServerRole::ClientAccessPoint)
        })?;
        if contact_logons::mistakes_tokens(&self.scene, visitor, role) {
            self.present_token_account(visitor, contact);
        }
        let accounts = contact_logons::held_accounts(&self.scene, visitor);
        let accounts = &accounts.client_connection;
        if !accounts
            .iter()
            .any(|account| contact_logons::is_watched(&self.scene, *account))
        {
            return None;
        }
        let mut barred = None;
        for account in accounts {
            match self.connect_as(visitor, slot, *account) {
                None => return None,
                Some(refused) => barred = Some(refused),
            }
        }
        barred
    }

    /// A Legacy Client presents one account; why it does not get in, if so.
    fn connect_as(&mut self, visitor: Visitor, slot: u32, account: AccountId) -> Option<Barred> {
        let actor = Actor::Account(account);
        let domain = self.scene.world.directory.accounts[account.index()].domain?;
        let controller = self.look_at_controller(visitor, slot, domain);
        if controller.is_none() && primary(self.scene.world, domain).is_some() {
            return Some(Barred {
                actor,
                refusal: Reason::NoLogonServer.into(),
                innocent: false,
            });
        }
        let answer = self.log_on(visitor, account, controller);
        let reason = Reason::of_state(answer.state)?;
        Some(Barred {
            actor,
            refusal: reason.into(),
            innocent: answer.innocent,
        })
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
