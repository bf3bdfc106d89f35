//! Sessions at servers: who has one open, and who finds a server full.
//!
//! A workstation accepts ten sessions at once (KB Q129593), at distribution
//! points and at other shares alike; whoever comes then is refused with error
//! 71. A machine has one session at a server, however many shares of it a
//! program reads. It holds one at a distribution point as long as content flows
//! or the program that was started from there runs, and one at a file server
//! from the moment the program reaches its first share there until it has read
//! its last. Which sessions are open follows from what a job is doing, so that
//! nothing is kept for them.

use crate::engine::Visit;
use crate::model::journal::{Entry, Journal};
use crate::model::way::job::Phase;
use crate::model::way::simulation::Simulation;
use crate::units::Instant;
use crate::world::{ServerId, ServerRole};
use std::collections::VecDeque;
use std::ops::Range;

impl<J: Journal> Simulation<'_, '_, J> {
    /// Whether a distribution point accepts another session. The Advanced Client
    /// asks a full one a second time at once before it turns to the next
    /// (Configuration Manager writing team, "Clarifying: Retry Behavior for
    /// Distribution Points", November 2008).
    pub(crate) fn has_session_left(&mut self, id: u32, point: ServerId) -> bool {
        if !self.is_full(point) {
            return true;
        }
        self.refuse_session(id, point, ServerRole::DistributionPoint);
        false
    }

    /// Whether the server of the share at which a job is accepts its session.
    /// Only a command line there is reached by the client, which asks twice;
    /// otherwise the program asks.
    pub(crate) fn has_share_session_left(&mut self, id: u32) -> bool {
        let at = usize::from(self.jobs[id as usize].share);
        let server = self.share_server(id, at);
        if self.has_session(id, server, 0..at) || !self.is_full(server) {
            return true;
        }
        self.refuse_session(id, server, ServerRole::FileServer);
        false
    }

    fn is_full(&mut self, server: ServerId) -> bool {
        let Some(limit) = self.world.servers[server.index()].connection_limit else {
            return false;
        };
        let mut open = |role| self.tally.server(server, role).open_now();
        open(ServerRole::DistributionPoint) + open(ServerRole::FileServer) >= u64::from(limit)
    }

    fn refuse_session(&mut self, id: u32, server: ServerId, role: ServerRole) {
        let by_client = role == ServerRole::DistributionPoint || {
            let at = usize::from(self.jobs[id as usize].share);
            self.program(id).shares[at].command_line
        };
        let asks = if by_client {
            self.behaviour(id).asks_a_full_server()
        } else {
            1
        };
        let now = self.now;
        let counter = self.tally.server(server, role);
        counter.request(now, now, asks);
        counter.refuse(asks);
        self.job(id).limit_met = true;
        for _ in 0..asks {
            self.note(id, || Entry::SessionsFull(server));
        }
    }

    /// The server of the share at a position of a job's program.
    fn share_server(&self, id: u32, at: usize) -> ServerId {
        let share = self.program(id).shares[at].share;
        self.world.shares[share.index()].server
    }

    /// Whether a job's machine has a session at `server`, for its content or
    /// for one of the shares in `reached`.
    fn has_session(&self, id: u32, server: ServerId, mut reached: Range<usize>) -> bool {
        let job = &self.jobs[id as usize];
        job.in_session && job.point == Some(server)
            || reached.any(|at| self.share_server(id, at) == server)
    }

    /// The share at which a job is has let it in.
    pub(crate) fn enter_share(&mut self, id: u32) {
        let at = usize::from(self.jobs[id as usize].share);
        let server = self.share_server(id, at);
        if !self.has_session(id, server, 0..at) {
            self.tally.server(server, ServerRole::FileServer).open();
        }
        self.tally.share(self.program(id).shares[at].share).open();
        let job = self.job(id);
        job.share += 1;
        job.presented = 0;
    }

    /// The share at which a job is has been read.
    pub(crate) fn leave_share(&mut self, id: u32) {
        let at = usize::from(self.jobs[id as usize].share);
        self.close_share(id, at, self.program(id).shares.len());
        self.job(id).share += 1;
    }

    /// Closes the share at `at`, and the session, unless a share up to `end` is
    /// on the same server.
    fn close_share(&mut self, id: u32, at: usize, end: usize) {
        let server = self.share_server(id, at);
        self.tally.share(self.program(id).shares[at].share).close();
        if !self.has_session(id, server, at + 1..end) {
            self.tally.server(server, ServerRole::FileServer).close();
        }
    }

    /// Closes the sessions that a job has at file servers, while it still has
    /// the one at its point.
    pub(crate) fn end_share_sessions(&mut self, id: u32) {
        let job = &self.jobs[id as usize];
        let at = usize::from(job.share);
        let open = match job.phase {
            Phase::ReachingShare => 0..at,
            Phase::ReadingPoint => 0..self.program(id).shares.len(),
            Phase::ReadingShare => at..self.program(id).shares.len(),
            _ => return,
        };
        for at in open.clone() {
            self.close_share(id, at, open.end);
        }
    }

    /// Counts how many requests are at a station once this one has come.
    pub(crate) fn count_crowd(&mut self, server: ServerId, role: ServerRole, visit: Visit) {
        let (until, served) = match visit {
            Visit::Served { end, .. } => (end, true),
            Visit::GivesUp { at } => (at, false),
        };
        let crowd = self.crowds.entry((server, role)).or_default();
        let there = crowd.join(self.now, until, served);
        self.tally.server(server, role).crowd(there);
    }
}

/// Requests that are at a station, waiting or served. All are served for the
/// same time and wait for the same time at most, so that each kind leaves in
/// the order in which it came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Crowd {
    served: VecDeque<Instant>,
    giving_up: VecDeque<Instant>,
}

impl Crowd {
    /// One more comes at `now` and leaves at `until`; how many there are then.
    pub(crate) fn join(&mut self, now: Instant, until: Instant, served: bool) -> u64 {
        for line in [&mut self.served, &mut self.giving_up] {
            while line.front().is_some_and(|leaves| *leaves <= now) {
                line.pop_front();
            }
        }
        let line = if served {
            &mut self.served
        } else {
            &mut self.giving_up
        };
        line.push_back(until);
        (self.served.len() + self.giving_up.len()) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_is_whoever_has_come_and_not_left() {
        let mut crowd = Crowd::default();
        assert_eq!(crowd.join(Instant(0), Instant(10), true), 1);
        assert_eq!(crowd.join(Instant(5), Instant(20), true), 2);
        assert_eq!(crowd.join(Instant(6), Instant(9), false), 3);
        assert_eq!(crowd.join(Instant(10), Instant(30), true), 2);
        assert_eq!(crowd.join(Instant(40), Instant(50), true), 1);
    }
}
