//! Sessions at servers: who has one open, and who finds a server full.
//!
//! A workstation accepts ten sessions at once (KB Q129593), at distribution
//! points and at other shares alike; a machine that comes then is refused with
//! error 71. A machine has one session at a server, however many shares of it a
//! program reads. It holds one at a distribution point as long as content flows
//! or the program that was started from there runs, and one at a file server
//! from the moment the program reaches its first share there until it has read
//! its last. Which sessions a job has open follows from what it is doing, so that
//! nothing is kept for them; only where a machine has several jobs is it counted how
//! many of them use a server.

use crate::model::ids::JobId;
use crate::model::way::scene::Scene;
use crate::units::Instant;
use crate::world::{ServerId, ServerRole, ShareId};
use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

/// The server of the share at a position of a job's program.
pub(crate) fn share_server(scene: &Scene<'_, '_>, id: JobId, at: usize) -> ServerId {
    let share = scene.program(id).shares[at].share;
    scene.world.shares[share.index()].server
}

/// Whether a job has a session at `server`, for its content or for one of the shares in
/// `reached`.
pub(crate) fn has_session(
    scene: &Scene<'_, '_>,
    id: JobId,
    server: ServerId,
    mut reached: Range<usize>,
) -> bool {
    let job = &scene.jobs[id];
    job.in_session && job.point == Some(server)
        || reached.any(|at| share_server(scene, id, at) == server)
}

/// Whether another job of a job's machine has a session at `server`, which it can use too.
pub(crate) fn is_shared(scene: &Scene<'_, '_>, id: JobId, server: ServerId) -> bool {
    let job = &scene.jobs[id];
    !job.is_alone() && scene.shared_sessions.has(job.host, server)
}

/// What the jobs of a machine use of one server.
#[derive(Debug, Clone, Copy, Default)]
struct Uses {
    /// Jobs that read content there, or run a program from it.
    content: u32,
    /// Jobs that read other shares there.
    shares: u32,
}

impl Uses {
    /// As what the machine has its session.
    const fn role(self) -> Option<ServerRole> {
        if self.content > 0 {
            Some(ServerRole::DistributionPoint)
        } else if self.shares > 0 {
            Some(ServerRole::FileServer)
        } else {
            None
        }
    }

    const fn of(&mut self, role: ServerRole) -> &mut u32 {
        match role {
            ServerRole::FileServer => &mut self.shares,
            _ => &mut self.content,
        }
    }
}

/// As what a machine had its session at a server before a job began or ended to use it,
/// and as what it has it since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SessionChange {
    pub(crate) before: Option<ServerRole>,
    pub(crate) after: Option<ServerRole>,
}

/// The sessions of machines with several jobs: those that use one server at a time share
/// one. A machine with one job has none here.
#[derive(Debug, Default)]
pub(crate) struct SharedSessions {
    of_servers: BTreeMap<(u32, ServerId), Uses>,
    of_shares: BTreeMap<(u32, ShareId), u32>,
}

impl SharedSessions {
    /// Whether a host has a session at `server`.
    pub(crate) fn has(&self, host: u32, server: ServerId) -> bool {
        self.of_servers.contains_key(&(host, server))
    }

    /// One more job of a host, or one less, uses `server` as `role`.
    pub(crate) fn change(
        &mut self,
        host: u32,
        server: ServerId,
        role: ServerRole,
        begins: bool,
    ) -> SessionChange {
        let uses = self.of_servers.entry((host, server)).or_default();
        let before = uses.role();
        let jobs = uses.of(role);
        *jobs = if begins {
            *jobs + 1
        } else {
            jobs.saturating_sub(1)
        };
        let after = uses.role();
        if after.is_none() {
            self.of_servers.remove(&(host, server));
        }
        SessionChange { before, after }
    }

    /// One more job of a host, or one less, reads `share`; whether no other does.
    pub(crate) fn is_alone_at(&mut self, host: u32, share: ShareId, begins: bool) -> bool {
        let jobs = self.of_shares.entry((host, share)).or_default();
        *jobs = if begins {
            *jobs + 1
        } else {
            jobs.saturating_sub(1)
        };
        let others = if begins { *jobs - 1 } else { *jobs };
        if *jobs == 0 {
            self.of_shares.remove(&(host, share));
        }
        others == 0
    }
}

/// Requests that are at a station, waiting or served. All are served for the
/// same time and wait for the same time at most, so that each kind leaves in
/// the order in which it came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Crowd {
    pub(crate) served: VecDeque<Instant>,
    pub(crate) giving_up: VecDeque<Instant>,
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
    fn a_crowd_is_all_that_have_come_and_not_left() {
        let mut crowd = Crowd::default();
        assert_eq!(crowd.join(Instant(0), Instant(10), true), 1);
        assert_eq!(crowd.join(Instant(5), Instant(20), true), 2);
        assert_eq!(crowd.join(Instant(6), Instant(9), false), 3);
        assert_eq!(crowd.join(Instant(10), Instant(30), true), 2);
        assert_eq!(crowd.join(Instant(40), Instant(50), true), 1);
    }
}
