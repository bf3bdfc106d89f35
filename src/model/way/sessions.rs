//! Sessions at servers are opened, refused and closed.

use crate::engine::Visit;
use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::surroundings::sessions;
use crate::model::way::job::{NONE, Phase};
use crate::model::way::simulation::Simulation;
use crate::world::{ServerId, ServerRole};

impl<J: Journal> Simulation<'_, '_, J> {
    /// Whether a distribution point accepts another session. The Advanced Client
    /// asks a full one a second time at once before it turns to the next
    /// (Configuration Manager writing team, "Clarifying: Retry Behavior for
    /// Distribution Points", November 2008).
    pub(crate) fn has_session_left(&mut self, id: JobId, point: ServerId) -> bool {
        if sessions::is_shared(&self.scene, id, point) || !self.is_full(point) {
            return true;
        }
        self.refuse_session(id, point, ServerRole::DistributionPoint);
        false
    }

    /// Whether the server of the share at which a job is accepts its session.
    /// Only a command line there is reached by the client, which asks twice;
    /// otherwise the program asks.
    pub(crate) fn has_share_session_left(&mut self, id: JobId) -> bool {
        let at = usize::from(self.scene.jobs[id].share);
        let server = sessions::share_server(&self.scene, id, at);
        if sessions::has_session(&self.scene, id, server, 0..at)
            || sessions::is_shared(&self.scene, id, server)
            || !self.is_full(server)
        {
            return true;
        }
        self.refuse_session(id, server, ServerRole::FileServer);
        false
    }

    fn is_full(&mut self, server: ServerId) -> bool {
        let Some(limit) = self.scene.world.servers[server.index()].connection_limit else {
            return false;
        };
        let mut open = |role| self.tally.server(server, role).open_now();
        open(ServerRole::DistributionPoint) + open(ServerRole::FileServer) >= u64::from(limit)
    }

    fn refuse_session(&mut self, id: JobId, server: ServerId, role: ServerRole) {
        let by_client = role == ServerRole::DistributionPoint || {
            let at = usize::from(self.scene.jobs[id].share);
            self.scene.program(id).shares[at].command_line
        };
        let asks = if by_client {
            self.scene.behaviour(id).facts().asks_a_full_server
        } else {
            1
        };
        let now = self.scene.now;
        let counter = self.tally.server(server, role);
        counter.request(now, now, asks);
        counter.refuse(asks);
        self.job(id).limit_met = true;
        for _ in 0..asks {
            self.note(id, || Entry::SessionsFull(server));
        }
    }

    /// The share at which a job is has let it in.
    pub(crate) fn enter_share(&mut self, id: JobId) {
        let at = usize::from(self.scene.jobs[id].share);
        let server = sessions::share_server(&self.scene, id, at);
        if !sessions::has_session(&self.scene, id, server, 0..at) {
            self.change_session(id, server, ServerRole::FileServer, true);
        }
        self.change_share_session(id, at, true);
        let job = self.job(id);
        job.share += 1;
        job.presented = 0;
    }

    /// The share at which a job is has been read.
    pub(crate) fn leave_share(&mut self, id: JobId) {
        let at = usize::from(self.scene.jobs[id].share);
        self.close_share(id, at, self.scene.program(id).shares.len());
        self.job(id).share += 1;
    }

    /// Closes the share at `at`, and the session, unless a share up to `end` is
    /// on the same server.
    fn close_share(&mut self, id: JobId, at: usize, end: usize) {
        let server = sessions::share_server(&self.scene, id, at);
        self.change_share_session(id, at, false);
        if !sessions::has_session(&self.scene, id, server, at + 1..end) {
            self.change_session(id, server, ServerRole::FileServer, false);
        }
    }

    /// A job begins or ends to use a server. Its machine has one session there, whichever
    /// of its jobs use it.
    pub(crate) fn change_session(
        &mut self,
        id: JobId,
        server: ServerId,
        role: ServerRole,
        begins: bool,
    ) {
        let (job, now) = (&self.scene.jobs[id], self.scene.now);
        if job.is_alone() {
            let counter = self.tally.server(server, role);
            return if begins {
                counter.open(now);
            } else {
                counter.close(now);
            };
        }
        let shared = &mut self.scene.shared_sessions;
        let change = shared.change(job.host, server, role, begins);
        if change.before == change.after {
            return;
        }
        if let Some(role) = change.before {
            self.tally.server(server, role).close(now);
        }
        if let Some(role) = change.after {
            self.tally.server(server, role).open(now);
        }
    }

    /// A job begins or ends to read the share at `at`.
    fn change_share_session(&mut self, id: JobId, at: usize, begins: bool) {
        let (host, now) = (self.scene.jobs[id].host, self.scene.now);
        let share = self.scene.program(id).shares[at].share;
        let shared = &mut self.scene.shared_sessions;
        if host != NONE && !shared.is_alone_at(host, share, begins) {
            return;
        }
        let counter = self.tally.share(share);
        if begins {
            counter.open(now);
        } else {
            counter.close(now);
        }
    }

    /// Closes the sessions that a job has at file servers, while it still has
    /// the one at its point.
    #[inline]
    pub(crate) fn end_share_sessions(&mut self, id: JobId) {
        let phase = self.scene.jobs[id].phase();
        if !matches!(
            phase,
            Phase::ReachingShare | Phase::ReadingPoint | Phase::ReadingShare
        ) || self.scene.program(id).shares.is_empty()
        {
            return;
        }
        self.close_shares(id, phase);
    }

    /// Closes the sessions at the shares of a program, of which some may be open.
    #[inline(never)]
    fn close_shares(&mut self, id: JobId, phase: Phase) {
        let at = usize::from(self.scene.jobs[id].share);
        let open = match phase {
            Phase::ReachingShare => 0..at,
            Phase::ReadingPoint => 0..self.scene.program(id).shares.len(),
            Phase::ReadingShare => at..self.scene.program(id).shares.len(),
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
        let there = crowd.join(self.scene.now, until, served);
        self.tally.server(server, role).crowd(there);
    }
}
