//! The accounts with which a job's logon session has opened sessions at
//! servers.
//!
//! What the client opens for the content, the program inherits: both are of one
//! logon session, that of the account that runs the program. A program that
//! reaches a share on the same server with other credentials is refused with
//! error 1219, or goes over the session that is there. Only programs that turn to
//! one server twice, and users with mapped drives, can meet this; for all others
//! nothing is kept or asked. Other advertisements of the same machine are taken for
//! other logon sessions.

use crate::access::{self, Connection, Grant, Reason, Refusal, Target};
use crate::model::journal::{Entry, Journal};
use crate::model::way::simulation::Simulation;
use crate::outcome::Actor;
use crate::world::ServerId;
use std::collections::BTreeMap;

/// For each job whose program turns to one server twice, the servers at which it has
/// sessions, and as whom.
pub(crate) type OpenAs = BTreeMap<u32, Vec<(ServerId, Actor)>>;

impl<J: Journal> Simulation<'_, '_, J> {
    /// What comes of presenting `actor` to `target`, and as whom the server
    /// knows the session.
    pub(crate) fn decide(
        &mut self,
        id: u32,
        actor: Actor,
        target: Target,
    ) -> (Actor, Result<Grant, Refusal>) {
        match self.connection(id, actor, target) {
            Ok(Connection::New(actor)) => (actor, self.judge_by_the_clock(id, actor, target)),
            Ok(Connection::Reused(open)) => {
                let server = self.target_server(target);
                self.note(id, || Entry::SessionShared(server, open));
                let client = self.client(id);
                (open, access::attempt(self.view(), &client, open, target))
            }
            Err(refusal) => (actor, Err(refusal)),
        }
    }

    /// Whether `actor` gets in, if the clocks let its ticket pass: that is asked
    /// before the access list is.
    fn judge_by_the_clock(
        &mut self,
        id: u32,
        actor: Actor,
        target: Target,
    ) -> Result<Grant, Refusal> {
        let result = self.judge(id, actor, target);
        let known = match result {
            Ok(grant) => grant.session == actor,
            Err(refusal) => refusal.reason == Reason::AccessDenied,
        };
        if known && self.is_skewed(id, actor, target) {
            return Err(Reason::ClockSkew.into());
        }
        result
    }

    /// Whether a job presents `actor` over a new session, which somebody has to
    /// validate.
    pub(crate) fn is_new_session(&self, id: u32, actor: Actor, target: Target) -> bool {
        matches!(self.connection(id, actor, target), Ok(Connection::New(_)))
    }

    /// How a job reaches `target` when it presents `actor`.
    fn connection(&self, id: u32, actor: Actor, target: Target) -> Result<Connection, Refusal> {
        let runner = self.jobs[id as usize].execution.map(|e| e.actor);
        match (self.open_as(id, target), runner) {
            (Some(open), Some(runner)) => access::second_session(runner, Some(open), actor),
            _ => Ok(Connection::New(actor)),
        }
    }

    /// As whom the logon session of a job has a session at the server of
    /// `target`.
    fn open_as(&self, id: u32, target: Target) -> Option<Actor> {
        let mapped = &self.profile(id).mapped_drives;
        if self.open_as.is_empty() && mapped.is_empty() {
            return None;
        }
        let server = self.target_server(target);
        let opened = self
            .open_as
            .get(&id)
            .and_then(|sessions| sessions.iter().find(|(at, _)| *at == server));
        opened.map(|(_, actor)| *actor).or_else(|| {
            let job = &self.jobs[id as usize];
            let users = job
                .execution
                .is_some_and(|e| e.actor == Actor::LoggedOnUser);
            (users && mapped.contains(&server)).then_some(Actor::LoggedOnUser)
        })
    }

    pub(crate) fn target_server(&self, target: Target) -> ServerId {
        match target {
            Target::Package(_, server) => server,
            Target::Share(share) => self.world.shares[share.index()].server,
        }
    }

    /// A job has been let in as `actor`; the session lasts until its program
    /// ends.
    pub(crate) fn remember_session(&mut self, id: u32, actor: Actor, target: Target) {
        if !self.plan.meets_itself[self.program_id(id).index()] {
            return;
        }
        let server = self.target_server(target);
        let sessions = self.open_as.entry(id).or_default();
        if sessions.iter().all(|(at, _)| *at != server) {
            sessions.push((server, actor));
        }
    }

    /// The program, or the download, has ended, and its sessions with it.
    pub(crate) fn forget_sessions(&mut self, id: u32) {
        if !self.open_as.is_empty() {
            self.open_as.remove(&id);
        }
    }
}
