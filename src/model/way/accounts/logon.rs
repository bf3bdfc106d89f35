//! A machine logs on with an account in motion: at a server, or on itself to run a
//! program. What is presented is booked here, and what follows is said by the rules.

use crate::access::{Client, Execution, Grant, Refusal, Target};
use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::logon::{self, Judgement, Password, Runner, Trial};
use crate::model::surroundings::accounts::lockout::{Lock, Place};
use crate::model::surroundings::accounts::logon::{Answer, NAMED, Visitor, place, visitor};
use crate::model::surroundings::accounts::slots;
use crate::model::surroundings::site_resources;
use crate::model::way::retry::Touch;
use crate::model::way::simulation::Simulation;
use crate::outcome::Actor;
use crate::world::{AccountId, AccountState, MachineId, ServerId, ServerRole};

impl<J: Journal> Simulation<'_, '_, J> {
    /// Whether `actor` gets in, when a job's machine presents it now.
    pub(crate) fn judge(
        &mut self,
        id: JobId,
        client: &Client<'_>,
        actor: Actor,
        target: Target,
    ) -> Result<Grant, Refusal> {
        if !self.scene.ledger.is_quiet() {
            self.job(id).innocent = false;
            self.mistake_token_account(id, actor, target);
        }
        match logon::judges(&self.scene, client, actor, target) {
            Judgement::Known { result, refuses } => {
                if let Some(refuses) = refuses
                    && let Some(controller) = slots::validator(&mut self.scene, id, actor, target)
                {
                    self.refused(logon::refused_at(&self.scene, refuses, Some(controller)));
                }
                result
            }
            Judgement::Tried(account) => {
                let controller = slots::validator(&mut self.scene, id, actor, target);
                let answer = self.log_on(visitor(&self.scene, id), account, controller);
                self.consider(id, actor, answer);
                logon::verdict(&self.scene, client, (account, answer.state), target)
            }
        }
    }

    /// The account under which a job's program runs, logged on.
    pub(crate) fn become_runner(&mut self, id: JobId) -> Result<Execution, (Actor, Refusal)> {
        let (client, program) = (self.scene.client(id), self.scene.program(id));
        if let Some(runner) = logon::runs_as_it_stands(&self.scene, &client, program) {
            return runner;
        }
        let token = Actor::DomainTokenAccount(client.domain);
        let (seen, locked) = logon::token_account(&self.scene, &client);
        let runner = self.log_runner_on(id, seen);
        if let (true, Err((actor, _))) = (locked, &runner)
            && *actor == token
        {
            let answer = logon::meets_lock(&self.scene, &client);
            self.consider(id, token, answer);
        }
        runner
    }

    /// As [`Self::become_runner`], the token account being as it is `seen`.
    fn log_runner_on(
        &mut self,
        id: JobId,
        seen: AccountState,
    ) -> Result<Execution, (Actor, Refusal)> {
        let (client, program) = (self.scene.client(id), self.scene.program(id));
        match logon::runner(&self.scene, &client, program, seen) {
            Runner::Known(runner) => runner,
            Runner::Token(right, runner) => {
                let controller = site_resources::controller(&mut self.scene, id, client.domain);
                let password = Password {
                    place: place(&self.scene, client.domain, controller),
                    right,
                    older: None,
                };
                let token = Actor::DomainTokenAccount(client.domain);
                self.settle(token, visitor(&self.scene, id), password);
                runner
            }
            Runner::Installation(account) => {
                self.mistake_token_account_to_run(id);
                self.log_installation_account_on(id, account, seen)
            }
        }
    }

    /// The Software Installation Account logs on to a job's machine.
    fn log_installation_account_on(
        &mut self,
        id: JobId,
        account: AccountId,
        token: AccountState,
    ) -> Result<Execution, (Actor, Refusal)> {
        let (client, program) = (self.scene.client(id), self.scene.program(id));
        let mut state = self.scene.standing.accounts[account.index()];
        let asked =
            logon::tries_installation_account(&self.scene, &client, program, account, token);
        if let Some(domain) = asked {
            let controller = site_resources::controller(&mut self.scene, id, domain);
            if !logon::none_validates(&self.scene, domain, controller) {
                let answer = self.log_on(visitor(&self.scene, id), account, controller);
                self.consider(id, Actor::Account(account), answer);
                state = answer.state;
            }
        }
        let account = (account, state);
        logon::runs_as_installation_account(&self.scene, &client, program, account, token)
    }

    /// What a controller says when a machine logs on with a named account.
    pub(crate) fn log_on(
        &mut self,
        visitor: Visitor,
        account: AccountId,
        controller: Option<ServerId>,
    ) -> Answer {
        match logon::tries(&self.scene, visitor, account, controller) {
            Trial::Password(password) => self.settle(Actor::Account(account), visitor, password),
            Trial::State(state, refuses) => {
                if let Some(refuses) = refuses {
                    self.refused(logon::refused_at(&self.scene, refuses, controller));
                }
                Answer {
                    state,
                    innocent: false,
                }
            }
        }
    }

    /// Books a password that was presented.
    pub(crate) fn settle(&mut self, actor: Actor, visitor: Visitor, password: Password) -> Answer {
        let Password {
            place,
            right,
            older,
        } = password;
        let (now, presented) = (self.scene.now, (right, older));
        let locked = (self.scene.ledger).presents(actor, place, visitor.position, presented, now);
        let answer = logon::answers(right, locked);
        if answer.state != AccountState::Ok {
            self.refused(place);
        }
        answer
    }

    /// A controller refuses an account at `place`, and so does the PDC that it asks, also
    /// about tries on a locked account (KB Q230242).
    fn refused(&mut self, place: Place) {
        let role = ServerRole::DomainController;
        if let Some(controller) = place.controller {
            self.tally.server(controller, role).refuse(1);
            self.touch(Touch::Refusal(controller, role));
        }
        if let Some(primary) = place.primary.filter(|_| place.primary_up)
            && place.controller != Some(primary)
        {
            // The client does not wait for this answer of its own.
            let _ = self.ask(primary, role);
            self.tally.server(primary, role).refuse(1);
            self.touch(Touch::Server(primary, role, true));
        }
    }

    /// Notes what a job's machine met at an account that may be locked: the
    /// next try may end otherwise, and moves others.
    fn consider(&mut self, id: JobId, actor: Actor, answer: Answer) {
        let guarded = self.scene.ledger.guards(actor);
        let job = self.job(id);
        job.innocent = answer.innocent;
        job.waited |= guarded;
        if answer.state == AccountState::Locked {
            self.note_lock(id, actor);
        }
    }

    /// Notes since when an account has been locked, and by whom.
    pub(crate) fn note_lock(&mut self, id: JobId, actor: Actor) {
        let Some((lock, culprits)) = self.scene.ledger.lock(actor, self.scene.now) else {
            return;
        };
        let Lock { since, until, .. } = *lock;
        let first = culprits
            .iter()
            .take(NAMED)
            .copied()
            .map(MachineId)
            .collect();
        let entry = Entry::Locked {
            actor,
            since,
            until,
            first,
            machines: culprits.len() as u32,
        };
        self.note(id, || entry);
    }
}
