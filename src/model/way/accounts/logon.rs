//! A machine logs on with an account in motion: at a server, or on itself to run a
//! program.

use crate::access::{self, Client, Execution, Grant, Reason, Refusal, Target};
use crate::client::behaviour;
use crate::division::primary;
use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::surroundings::accounts::Innocent;
use crate::model::surroundings::accounts::lockout::{Lock, Place};
use crate::model::surroundings::accounts::logon;
use crate::model::surroundings::accounts::logon::{Answer, NAMED, Visitor};
use crate::model::surroundings::accounts::slots;
use crate::model::surroundings::site_resources;
use crate::model::way::retry::Touch;
use crate::model::way::simulation::Simulation;
use crate::outcome::Actor;
use crate::world::{AccountId, AccountState, MachineId, Role, ServerId, ServerRole};

impl<J: Journal> Simulation<'_, '_, J> {
    /// Whether `actor` gets in, when a job's machine presents it now.
    pub(crate) fn judge(
        &mut self,
        id: JobId,
        client: &Client<'_>,
        actor: Actor,
        target: Target,
    ) -> Result<Grant, Refusal> {
        let quiet = self.scene.ledger.is_quiet();
        if !quiet {
            self.job(id).innocent = false;
            self.mistake_token_account(id, actor, target);
        }
        let moving = |actor| logon::moving(&self.scene, actor);
        let Some(account) = Some(actor).filter(|_| !quiet).and_then(moving) else {
            let result = access::attempt(self.scene.view(), client, actor, target);
            self.take_refusal_to_the_pdc(id, actor, target, result);
            return result;
        };
        let attempt = |simulation: &Self, state| {
            let view = simulation.scene.view().with_account(account, state);
            access::attempt(view, client, actor, target)
        };
        // Only a server that can ask the account's domain tries the password.
        let asks = attempt(self, AccountState::WrongPassword)
            .is_err_and(|refusal| refusal.reason == Reason::WrongPassword);
        if !asks {
            return attempt(self, self.scene.standing.accounts[account.index()]);
        }
        let controller = slots::validator(&mut self.scene, id, actor, target);
        let answer = self.log_on(logon::visitor(&self.scene, id), account, controller);
        self.consider(id, actor, answer);
        attempt(self, answer.state)
    }

    /// The account under which a job's program runs, logged on.
    pub(crate) fn become_runner(&mut self, id: JobId) -> Result<Execution, (Actor, Refusal)> {
        let (client, program) = (self.scene.client(id), self.scene.program(id));
        if self.scene.ledger.is_quiet() || !behaviour(client.kind).runs_under_domain_accounts() {
            return access::execute(self.scene.view(), &client, program);
        }
        let token = Actor::DomainTokenAccount(client.domain);
        let locked = self
            .scene
            .ledger
            .locked_until(token, self.scene.now)
            .is_some();
        let before = self.scene.standing.tokens[client.domain.index()];
        let can_lock = matches!(before, AccountState::Ok | AccountState::WrongPassword);
        let seen = if locked && can_lock {
            AccountState::Locked
        } else {
            before
        };
        let runner = self.log_runner_on(id, seen);
        if let (true, Err((actor, _))) = (locked, &runner)
            && *actor == token
        {
            // A controller's own password of the account is right unless somebody
            // has reset it by hand.
            let innocent = client.role == Role::DomainController && before == AccountState::Ok;
            self.consider(
                id,
                token,
                Answer {
                    state: AccountState::Locked,
                    innocent,
                },
            );
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
        let view = self.scene.view().with_token(client.domain, seen);
        let runner = access::execute(view, &client, program);
        let token = Actor::DomainTokenAccount(client.domain);
        match runner {
            Ok(Execution { actor, .. }) if actor == token => {
                let controller = site_resources::controller(&mut self.scene, id, client.domain);
                let place = logon::place(&self.scene, client.domain, controller);
                self.settle(token, place, logon::visitor(&self.scene, id), true, None);
                runner
            }
            Err((actor, refusal)) if actor == token && refusal.reason == Reason::WrongPassword => {
                let controller = site_resources::controller(&mut self.scene, id, client.domain);
                let place = logon::place(&self.scene, client.domain, controller);
                self.settle(token, place, logon::visitor(&self.scene, id), false, None);
                runner
            }
            Ok(Execution {
                actor: Actor::Account(account),
                ..
            })
            | Err((Actor::Account(account), _)) => {
                self.mistake_token_account_to_run(id);
                self.log_installation_account_on(id, account, seen)
            }
            _ => runner,
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
        let actor = Actor::Account(account);
        let execute = |simulation: &Self, state| {
            let view = simulation.scene.view().with_token(client.domain, token);
            access::execute(view.with_account(account, state), &client, program)
        };
        let as_it_is = self.scene.standing.accounts[account.index()];
        let asks = execute(self, AccountState::WrongPassword)
            .is_err_and(|(_, refusal)| refusal.reason == Reason::WrongPassword);
        let domain = self.scene.world.directory.accounts[account.index()].domain;
        let (true, Some(_), Some(domain)) = (asks, logon::moving(&self.scene, actor), domain)
        else {
            return execute(self, as_it_is);
        };
        let controller = site_resources::controller(&mut self.scene, id, domain);
        if controller.is_none() && primary(self.scene.world, domain).is_some() {
            // No controller is there to try the password.
            return execute(self, as_it_is);
        }
        let answer = self.log_on(logon::visitor(&self.scene, id), account, controller);
        self.consider(id, actor, answer);
        execute(self, answer.state)
    }

    /// What a controller says when a machine logs on with a named account.
    pub(crate) fn log_on(
        &mut self,
        visitor: Visitor,
        account: AccountId,
        controller: Option<ServerId>,
    ) -> Answer {
        let standing = self.scene.standing.accounts[account.index()];
        let domain = self.scene.world.directory.accounts[account.index()].domain;
        let as_it_is = Answer {
            state: standing,
            innocent: false,
        };
        let Some(domain) = domain else {
            return as_it_is;
        };
        let place = logon::place(&self.scene, domain, controller);
        if !matches!(standing, AccountState::Ok | AccountState::WrongPassword) {
            if logon::is_taken_to_the_pdc(standing) {
                self.forward(place);
            }
            return as_it_is;
        }
        let held = logon::held(&self.scene, visitor, account);
        let right = standing == AccountState::Ok
            && logon::is_right(&self.scene, account, held, domain, place);
        let older = self
            .scene
            .world
            .identities
            .password(account, self.scene.now)
            .checked_sub(held);
        self.settle(Actor::Account(account), place, visitor, right, older)
    }

    /// Books a password that was presented, right or `older` than the present
    /// one by so many.
    pub(crate) fn settle(
        &mut self,
        actor: Actor,
        place: Place,
        visitor: Visitor,
        right: bool,
        older: Option<u32>,
    ) -> Answer {
        let now = self.scene.now;
        let mut answer = Answer {
            state: AccountState::Ok,
            innocent: false,
        };
        let password = (right, older);
        let locked = (self.scene.ledger).presents(actor, place, visitor.position, password, now);
        if let Some(Innocent(innocent)) = locked {
            answer = Answer {
                state: AccountState::Locked,
                innocent,
            };
        }
        if answer.state == AccountState::Ok && !right {
            answer.state = AccountState::WrongPassword;
        }
        if answer.state != AccountState::Ok {
            self.forward(place);
        }
        answer
    }

    /// A controller refuses an account whose password and lock do not move.
    fn take_refusal_to_the_pdc(
        &mut self,
        id: JobId,
        actor: Actor,
        target: Target,
        result: Result<Grant, Refusal>,
    ) {
        let (Err(refusal), Actor::Account(account)) = (result, actor) else {
            return;
        };
        let state = self.scene.standing.accounts[account.index()];
        let domain = self.scene.world.directory.accounts[account.index()].domain;
        let by_controller = Reason::of_state(state) == Some(refusal.reason);
        if let Some(domain) = domain.filter(|_| by_controller && logon::is_taken_to_the_pdc(state))
            && let Some(controller) = slots::validator(&mut self.scene, id, actor, target)
        {
            let place = logon::place(&self.scene, domain, Some(controller));
            self.forward(place);
        }
    }

    /// What a controller refuses it takes to the PDC, tries on a locked account
    /// included (KB Q230242).
    fn forward(&mut self, place: Place) {
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
        let job = self.job(id);
        job.innocent = answer.innocent;
        if self.scene.ledger.guards(actor) {
            self.job(id).waited = true;
        }
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
