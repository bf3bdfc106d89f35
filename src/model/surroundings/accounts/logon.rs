//! A machine logs on with an account in motion: at a server, or on itself to
//! run a program.

use super::lockout::{Lock, Place};
use crate::access::{self, Execution, Grant, Reason, Refusal, Target};
use crate::client::behaviour;
use crate::division::primary;
use crate::model::journal::{Entry, Journal};
use crate::model::way::retry::Touch;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Actor, Cause};
use crate::units::{Instant, Span};
use crate::world::{
    AccountId, AccountState, DomainId, MachineId, Role, ServerId, ServerRole, SiteAccounts, SiteId,
};

/// How many culprits are named.
const NAMED: usize = 3;

/// What a controller says to a logon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::model) struct Answer {
    /// The account as this logon finds it.
    pub(in crate::model) state: AccountState,
    /// It is locked, the password was right, and others locked it.
    pub(in crate::model) innocent: bool,
}

/// Who logs on.
#[derive(Debug, Clone, Copy)]
pub(in crate::model) struct Visitor {
    pub(in crate::model) position: u32,
    pub(in crate::model) site: SiteId,
}

impl<'w, J: Journal> Simulation<'w, '_, J> {
    /// The accounts that a job's machine has been handed so far.
    pub(crate) fn accounts_of(&self, id: u32) -> &'w SiteAccounts {
        let site = self.site(id);
        let world: &'w crate::world::World = self.world;
        match &self.ledger.knowledge {
            None => &world.sites[site.index()].accounts,
            Some(knowledge) => {
                let position = self.jobs[id as usize].machine;
                knowledge.accounts(site, knowledge.informed(position, site, self.now))
            }
        }
    }

    /// The first instant after now at which a try of this job may end
    /// otherwise, as far as is known and content aside.
    pub(crate) fn next_access_change(&self, id: u32) -> Instant {
        let change = self.agenda.next_access_change(self.now);
        let change = change.min(self.next_turn_of_its_own(id));
        let Some(knowledge) = &self.ledger.knowledge else {
            return change;
        };
        let position = self.jobs[id as usize].machine;
        change.min(knowledge.next_change(position, self.site(id), self.now))
    }

    /// When next the machine moves, its client goes, or it finds its advertisement
    /// gone, whatever changes in the world.
    pub(crate) fn next_turn_of_its_own(&self, id: u32) -> Instant {
        let leaves = self.uninstalls_at(id).max(self.now + Span(1));
        let gone = self.next_look_at_the_end(id);
        self.whereabouts(id).until.min(leaves).min(gone)
    }

    /// Whether `actor` gets in, when a job's machine presents it now.
    pub(crate) fn judge(
        &mut self,
        id: u32,
        actor: Actor,
        target: Target,
    ) -> Result<Grant, Refusal> {
        let client = self.client(id);
        if self.ledger.is_quiet() {
            return access::attempt(self.view(), &client, actor, target);
        }
        self.job(id).innocent = false;
        self.mistake_token_account(id, actor, target);
        let Some(account) = self.moving(actor) else {
            return access::attempt(self.view(), &client, actor, target);
        };
        let attempt = |simulation: &mut Self, state| {
            simulation.as_if(account, state, |s| {
                access::attempt(s.view(), &client, actor, target)
            })
        };
        // Only a server that can ask the account's domain tries the password.
        let asks = attempt(self, AccountState::WrongPassword)
            .is_err_and(|refusal| refusal.reason == Reason::WrongPassword);
        if !asks {
            return attempt(self, self.standing.accounts[account.index()]);
        }
        let controller = self.validator(id, actor, target);
        let answer = self.log_on(self.visitor(id), account, controller);
        self.consider(id, actor, answer);
        attempt(self, answer.state)
    }

    /// The account under which a job's program runs, logged on.
    pub(crate) fn become_runner(&mut self, id: u32) -> Result<Execution, (Actor, Refusal)> {
        let (client, program) = (self.client(id), self.program(id));
        if self.ledger.is_quiet() || !behaviour(client.kind).runs_under_domain_accounts() {
            return access::execute(self.view(), &client, program);
        }
        let token = Actor::DomainTokenAccount(client.domain);
        let locked = self.ledger.locked_until(token, self.now).is_some();
        let before = self.standing.tokens[client.domain.index()];
        let can_lock = matches!(before, AccountState::Ok | AccountState::WrongPassword);
        if locked && can_lock {
            self.standing.tokens[client.domain.index()] = AccountState::Locked;
        }
        let runner = self.log_runner_on(id);
        self.standing.tokens[client.domain.index()] = before;
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

    /// As [`Self::become_runner`], the token account being as it is now.
    fn log_runner_on(&mut self, id: u32) -> Result<Execution, (Actor, Refusal)> {
        let (client, program) = (self.client(id), self.program(id));
        let runner = access::execute(self.view(), &client, program);
        let token = Actor::DomainTokenAccount(client.domain);
        match runner {
            Ok(Execution { actor, .. }) if actor == token => {
                let controller = self.controller(id, client.domain);
                let place = self.place(client.domain, controller);
                self.settle(token, place, self.visitor(id), true, None);
                runner
            }
            Err((actor, refusal)) if actor == token && refusal.reason == Reason::WrongPassword => {
                let controller = self.controller(id, client.domain);
                let place = self.place(client.domain, controller);
                self.settle(token, place, self.visitor(id), false, None);
                runner
            }
            Ok(Execution {
                actor: Actor::Account(account),
                ..
            })
            | Err((Actor::Account(account), _)) => {
                self.mistake_token_account_to_run(id);
                self.log_installation_account_on(id, account)
            }
            _ => runner,
        }
    }

    /// The Software Installation Account logs on to a job's machine.
    fn log_installation_account_on(
        &mut self,
        id: u32,
        account: AccountId,
    ) -> Result<Execution, (Actor, Refusal)> {
        let (client, program) = (self.client(id), self.program(id));
        let actor = Actor::Account(account);
        let execute = |simulation: &mut Self, state| {
            simulation.as_if(account, state, |s| {
                access::execute(s.view(), &client, program)
            })
        };
        let asks = execute(self, AccountState::WrongPassword)
            .is_err_and(|(_, refusal)| refusal.reason == Reason::WrongPassword);
        let domain = self.world.directory.accounts[account.index()].domain;
        let (true, Some(_), Some(domain)) = (asks, self.moving(actor), domain) else {
            return access::execute(self.view(), &client, program);
        };
        let controller = self.controller(id, domain);
        if controller.is_none() && primary(self.world, domain).is_some() {
            // Nobody there to try the password.
            return access::execute(self.view(), &client, program);
        }
        let answer = self.log_on(self.visitor(id), account, controller);
        self.consider(id, actor, answer);
        execute(self, answer.state)
    }

    /// The cause to report, given the one that access rules give: a machine
    /// that did nothing wrong says so.
    pub(crate) fn collateral(&self, id: u32, cause: Cause) -> Cause {
        let job = &self.jobs[id as usize];
        let locked = job
            .refused
            .is_none_or(|(_, refusal)| refusal.reason == Reason::Locked);
        if job.innocent && locked {
            Cause::LockedByOthers
        } else {
            cause
        }
    }

    /// What a controller says when a machine logs on with a named account.
    pub(in crate::model) fn log_on(
        &mut self,
        visitor: Visitor,
        account: AccountId,
        controller: Option<ServerId>,
    ) -> Answer {
        let standing = self.standing.accounts[account.index()];
        let domain = self.world.directory.accounts[account.index()].domain;
        let (AccountState::Ok | AccountState::WrongPassword, Some(domain)) = (standing, domain)
        else {
            return Answer {
                state: standing,
                innocent: false,
            };
        };
        let place = self.place(domain, controller);
        let held = self.held(visitor, account);
        let right = standing == AccountState::Ok && self.is_right(account, held, domain, place);
        let older = self
            .world
            .identities
            .password(account, self.now)
            .checked_sub(held);
        self.settle(Actor::Account(account), place, visitor, right, older)
    }

    /// Books a password that was presented, right or `older` than the present
    /// one by so many.
    pub(in crate::model) fn settle(
        &mut self,
        actor: Actor,
        place: Place,
        visitor: Visitor,
        right: bool,
        older: Option<u32>,
    ) -> Answer {
        let now = self.now;
        let mut answer = Answer {
            state: AccountState::Ok,
            innocent: false,
        };
        if let Some(guarded) = self.ledger.guarded.get_mut(&actor) {
            if let Some(lock) = guarded.lock(now) {
                answer.state = AccountState::Locked;
                answer.innocent = right && lock.by.iter().any(|by| *by != visitor.position);
            } else if right {
                guarded.admit(place);
            } else {
                guarded.refuse(place, visitor.position, older, now);
            }
        }
        if answer.state == AccountState::Ok && !right {
            answer.state = AccountState::WrongPassword;
        }
        if answer.state != AccountState::Ok {
            self.forward(place);
        }
        answer
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

    /// Where a logon of `domain` is tried that `controller` validates.
    pub(in crate::model) fn place(&self, domain: DomainId, controller: Option<ServerId>) -> Place {
        let primary = primary(self.world, domain);
        Place {
            controller,
            primary,
            primary_up: primary
                .is_none_or(|primary| self.disorder.is_up(primary, ServerRole::DomainController)),
        }
    }

    /// The number of the password that a machine holds.
    fn held(&self, visitor: Visitor, account: AccountId) -> u32 {
        let Some(knowledge) = &self.ledger.knowledge else {
            return 0;
        };
        let as_of = knowledge.informed(visitor.position, visitor.site, self.now);
        self.world.identities.password_known(account, as_of)
    }

    /// Whether a password is right: for the controller that is asked, or, if it
    /// does not know it, for the PDC.
    fn is_right(&self, account: AccountId, held: u32, domain: DomainId, place: Place) -> bool {
        let identities = &self.world.identities;
        let at_primary = held == identities.password(account, self.now);
        if place.controller == place.primary {
            return at_primary;
        }
        let lag = identities.policy(domain).replication;
        let heard = self.now.0.checked_sub(lag.0).map(Instant);
        let known_here = heard.map_or(0, |heard| identities.password(account, heard));
        held == known_here || (place.primary_up && at_primary)
    }

    /// The account behind `actor`, if its password or its lock may move.
    pub(in crate::model) fn moving(&self, actor: Actor) -> Option<AccountId> {
        let Actor::Account(account) = actor else {
            return None;
        };
        let moves = self.ledger.guarded.contains_key(&actor)
            || !self.world.identities.rotations_of(account).is_empty();
        moves.then_some(account)
    }

    /// What `look` sees while an account is in another state.
    fn as_if<T>(
        &mut self,
        account: AccountId,
        state: AccountState,
        look: impl FnOnce(&Self) -> T,
    ) -> T {
        let before = std::mem::replace(&mut self.standing.accounts[account.index()], state);
        let seen = look(self);
        self.standing.accounts[account.index()] = before;
        seen
    }

    fn visitor(&self, id: u32) -> Visitor {
        Visitor {
            position: self.jobs[id as usize].machine,
            site: self.site(id),
        }
    }

    /// Notes what a job's machine met at an account that may be locked: the
    /// next try may end otherwise, and moves others.
    fn consider(&mut self, id: u32, actor: Actor, answer: Answer) {
        let job = self.job(id);
        job.innocent = answer.innocent;
        if self.ledger.guarded.contains_key(&actor) {
            self.job(id).waited = true;
        }
        if answer.state == AccountState::Locked {
            self.note_lock(id, actor);
        }
    }

    /// Notes since when an account has been locked, and by whom.
    pub(in crate::model) fn note_lock(&mut self, id: u32, actor: Actor) {
        let Some(guarded) = self.ledger.guarded.get(&actor) else {
            return;
        };
        let Some(lock) = guarded.lock(self.now) else {
            return;
        };
        let (Lock { since, until, .. }, culprits) = (lock, guarded.culprits());
        let (since, until) = (*since, *until);
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

    /// With the names of SMS 2.0, a local token account that is presented to a
    /// domain controller is taken for the domain's, with a wrong password (KB
    /// Q231399).
    fn mistake_token_account(&mut self, id: u32, actor: Actor, target: Target) {
        let server = match target {
            Target::Package(_, server) => server,
            Target::Share(share) => self.world.shares[share.index()].server,
        };
        if actor == Actor::LocalTokenAccount && self.present_token_account(self.visitor(id), server)
        {
            self.job(id).waited = true;
        }
    }

    /// Whether local token accounts are taken for that of a domain, and count.
    pub(in crate::model) fn mistakes_token(&self, token: Actor) -> bool {
        self.world.rules.token_accounts_share_name && self.ledger.guarded.contains_key(&token)
    }

    /// A local token account is presented to `server`; whether that was a bad
    /// password for a domain's.
    pub(in crate::model) fn present_token_account(
        &mut self,
        visitor: Visitor,
        server: ServerId,
    ) -> bool {
        let spec = &self.world.servers[server.index()];
        let Some(domain) = spec.domain.filter(|_| spec.roles.domain_controller) else {
            return false;
        };
        let token = Actor::DomainTokenAccount(domain);
        if !self.mistakes_token(token) {
            return false;
        }
        let place = self.place(domain, Some(server));
        let now = self.now;
        let role = ServerRole::DomainController;
        self.tally.server(server, role).request(now, now, 1);
        self.touch(Touch::Server(server, role, false));
        self.settle(token, place, visitor, false, None);
        true
    }

    /// With the names of SMS 2.0, a program under the Software Installation
    /// Account makes a workstation ask a controller for the groups of that
    /// account, as its local token account (KB Q307434).
    fn mistake_token_account_to_run(&mut self, id: u32) {
        let client = self.client(id);
        let token = Actor::DomainTokenAccount(client.domain);
        let controller = self.controller(id, client.domain);
        if client.role == Role::DomainController || !self.mistakes_token(token) {
            return;
        }
        if let Some(controller) = controller {
            let now = self.now;
            let role = ServerRole::DomainController;
            self.tally.server(controller, role).request(now, now, 1);
            self.touch(Touch::Server(controller, role, false));
        }
        let place = self.place(client.domain, controller);
        self.settle(token, place, self.visitor(id), false, None);
    }
}
