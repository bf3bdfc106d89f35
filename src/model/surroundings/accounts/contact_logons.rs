//! Legacy Clients at their client access points.
//!
//! A Legacy Client looks for advertisements every hour, and connects with its
//! Client Connection accounts, each in turn until one gets in (KB Q224286,
//! Q237759). In a calm world these looks matter to nobody and are not simulated.
//! Where a password has been changed they do: without an account that gets in
//! there are no advertisements, and every look of a machine that holds an old
//! password is a bad password. Looks of machines that could lock an account, or
//! set back its count, are therefore events, as long as any of them may hold a
//! wrong password.

use super::logon::Visitor;
use super::poll_offset;
use crate::access::{Reason, Refusal};
use crate::client::behaviour;
use crate::division::guarded_accounts;
use crate::division::{is_wrong_for_all, primary};
use crate::model::journal::{Entry, Journal};
use crate::model::way::events::{Happening, PollerId};
use crate::model::way::simulation::Simulation;
use crate::outcome::{Actor, Cause, Ending, Step};
use crate::units::{Instant, Span};
use crate::world::{AccountId, DomainId, Role, ServerId, ServerRole, SiteAccounts};

/// Why a Legacy Client did not get in at its client access point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Barred {
    actor: Actor,
    refusal: Refusal,
    innocent: bool,
}

/// A Legacy Client whose looks for advertisements matter to others.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Poller {
    /// Position in the fleet.
    position: u32,
    /// The site's position in the group.
    slot: u32,
    /// When it looked last, and what came of it.
    last: Instant,
    barred: Option<Barred>,
}

impl<J: Journal> Simulation<'_, '_, J> {
    /// Finds the machines of the group whose looks matter, and schedules the
    /// first of each.
    pub(crate) fn find_pollers(&mut self) {
        if self.ledger.guarded.is_empty() {
            return;
        }
        for slot in 0..self.places.len() {
            let site = self.places[slot].site;
            for position in self.world.fleet.by_site[site.index()].clone() {
                if self.looks_matter(Visitor { position, site }) {
                    let poller = Poller {
                        position,
                        slot: slot as u32,
                        last: Instant::NEVER,
                        barred: None,
                    };
                    self.ledger.pollers.push(poller);
                }
            }
        }
        let Some((begin, end)) = self.contested() else {
            return;
        };
        for poller in 0..self.ledger.pollers.len() {
            self.schedule_look(PollerId(poller as u32), begin, end);
        }
        self.ledger.looks_end = end;
    }

    /// Whether a machine is a Legacy Client that may present an account which
    /// can be locked when it looks for advertisements.
    fn looks_matter(&self, visitor: Visitor) -> bool {
        let machine = &self.world.fleet.machines[visitor.position as usize];
        let profile = self.world.fleet.profile(machine);
        if !behaviour(profile.client).uses_connection_accounts() {
            return false;
        }
        let can_lock = |accounts: &SiteAccounts| {
            let mut accounts = accounts.client_connection.iter();
            accounts.any(|account| self.ledger.guarded.contains_key(&Actor::Account(*account)))
        };
        let later = self.world.identities.handouts_of(visitor.site);
        can_lock(&self.world.sites[visitor.site.index()].accounts)
            || later.iter().any(|handout| can_lock(&handout.accounts))
            || self.mistakes_tokens(visitor, profile.role)
    }

    /// Whether a machine presents its local token account to a client access
    /// point that takes it for the domain's.
    fn mistakes_tokens(&self, visitor: Visitor, role: Role) -> bool {
        let Some(server) = self.world.sites[visitor.site.index()].client_access_point else {
            return false;
        };
        let spec = &self.world.servers[server.index()];
        let token = spec.domain.map(Actor::DomainTokenAccount);
        role != Role::DomainController
            && spec.roles.domain_controller
            && token.is_some_and(|token| self.mistakes_token(token))
    }

    /// From when to when any machine may hold a wrong password; `None` if no
    /// machine looks for advertisements with an account that can be locked.
    fn contested(&self) -> Option<(Instant, Instant)> {
        let world = self.world;
        let always = guarded_accounts(world)
            .iter()
            .any(|(actor, _)| match actor {
                Actor::Account(account) => {
                    world.identities.rotations_of(*account).is_empty()
                        || is_wrong_for_all(world, *account)
                }
                _ => true,
            });
        let horizon = world.last_moment();
        let pollers = &self.ledger.pollers;
        if pollers.is_empty() {
            return None;
        }
        let Some(knowledge) = self.ledger.knowledge.as_ref().filter(|_| !always) else {
            return Some((Instant::START, horizon));
        };
        let rotations = world.identities.rotations.iter();
        let begin = rotations
            .map(|rotation| rotation.at.min(rotation.known_to_sms))
            .min()?;
        let site = |poller: &Poller| self.places[poller.slot as usize].site;
        let learned = pollers
            .iter()
            .map(|p| knowledge.complete(p.position, site(p)));
        Some((begin, learned.max().unwrap_or(horizon).min(horizon)))
    }

    /// Schedules the first look from `from` on, if it comes before `end`.
    fn schedule_look(&mut self, poller: PollerId, from: Instant, end: Instant) {
        let at = self.next_look(self.ledger.pollers[poller.0 as usize].position, from);
        if at <= end {
            self.expect(at, Happening::Look(poller));
        }
    }

    /// When a machine looks for advertisements next, from `from` on.
    pub(crate) fn next_look(&self, position: u32, from: Instant) -> Instant {
        let machine = &self.world.fleet.machines[position as usize];
        let interval = self.world.fleet.profile(machine).poll_interval.0.max(1);
        let offset = poll_offset(self.world, position, &self.draws.setup(machine.key));
        let ticks = from.0.saturating_sub(offset).div_ceil(interval);
        Instant(offset + ticks * interval)
    }

    /// A look for advertisements that nothing is known to come of.
    pub(crate) fn background_look(&mut self, poller: PollerId) {
        let Poller { position, slot, .. } = self.ledger.pollers[poller.0 as usize];
        let machine = &self.world.fleet.machines[position as usize];
        let profile = self.world.fleet.profile(machine);
        let zone = self.places[slot as usize].time_zone;
        let presence = self.presence.ahead(zone);
        let on = presence.machine(machine.key, profile, self.now);
        if !on.holds {
            if on.until <= self.ledger.looks_end {
                self.expect(on.until, Happening::Look(poller));
            }
            return;
        }
        let site = self.places[slot as usize].site;
        if self.removed_at(position, site) <= self.now {
            // There is no client any more.
            return;
        }
        self.look(Visitor { position, site }, slot);
        self.schedule_look(poller, self.now + Span(1), self.ledger.looks_end);
    }

    /// Whether a job's machine gets in at its client access point; if not, that
    /// is put on record.
    pub(crate) fn contact_admits(&mut self, id: u32) -> bool {
        if self.ledger.is_quiet() || !self.behaviour(id).uses_connection_accounts() {
            return true;
        }
        let job = self.jobs[id as usize];
        let visitor = Visitor {
            position: job.machine,
            site: self.site(id),
        };
        let barred = self.look(visitor, job.slot);
        let Some(Barred {
            actor,
            refusal,
            innocent,
        }) = barred
        else {
            return true;
        };
        self.note_lock(id, actor);
        let contact = self
            .behaviour(id)
            .contact(&self.world.sites[visitor.site.index()]);
        if let Some(contact) = contact {
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
    pub(crate) fn is_let_in(&mut self, id: u32) -> bool {
        if self.ledger.is_quiet() || !self.behaviour(id).uses_connection_accounts() {
            return true;
        }
        let visitor = Visitor {
            position: self.jobs[id as usize].machine,
            site: self.site(id),
        };
        let slot = self.jobs[id as usize].slot;
        self.look(visitor, slot).is_none()
    }

    /// A Legacy Client connects to its client access point; why it does not get
    /// in, if so. Looks of one machine at one instant are one look.
    fn look(&mut self, visitor: Visitor, slot: u32) -> Option<Barred> {
        let known = self
            .ledger
            .pollers
            .binary_search_by_key(&visitor.position, |p| p.position);
        if let Ok(poller) = known
            && self.ledger.pollers[poller].last == self.now
        {
            return self.ledger.pollers[poller].barred;
        }
        let barred = self.connect_to_contact(visitor, slot);
        if let Ok(poller) = known {
            self.ledger.pollers[poller].last = self.now;
            self.ledger.pollers[poller].barred = barred;
        }
        barred
    }

    fn connect_to_contact(&mut self, visitor: Visitor, slot: u32) -> Option<Barred> {
        let site = &self.world.sites[visitor.site.index()];
        let machine = &self.world.fleet.machines[visitor.position as usize];
        let role = self.world.fleet.profile(machine).role;
        let contact = site
            .client_access_point
            .filter(|contact| self.disorder.is_up(*contact, ServerRole::ClientAccessPoint))?;
        if self.mistakes_tokens(visitor, role) {
            self.present_token_account(visitor, contact);
        }
        let accounts = match &self.ledger.knowledge {
            Some(knowledge) => {
                let as_of = knowledge.informed(visitor.position, visitor.site, self.now);
                knowledge.accounts(visitor.site, as_of)
            }
            None => &site.accounts,
        };
        let accounts = &accounts.client_connection;
        if !accounts
            .iter()
            .any(|account| self.moving(Actor::Account(*account)).is_some())
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
        let domain = self.world.directory.accounts[account.index()].domain?;
        let controller = self.look_at_controller(visitor, slot, domain);
        if controller.is_none() && primary(self.world, domain).is_some() {
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
        let key = self.world.fleet.machines[visitor.position as usize].key;
        let controller = self.controller_near(key, slot, domain)?;
        // Nothing waits for the answer: the look brings nothing.
        let _ = self.ask(controller, ServerRole::DomainController);
        Some(controller)
    }
}
