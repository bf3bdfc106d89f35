//! Sessions at servers: who has one open, and who finds a server full.
//!
//! A workstation accepts ten sessions at once (KB Q129593), at distribution
//! points and at other shares alike; a machine that comes then is refused with
//! error 71. A machine has one session at a server, however many shares of it a
//! program reads. It holds one at a distribution point as long as content flows
//! or the program that was started from there runs, and one at a file server
//! from the moment the program reaches its first share there until it has read
//! its last. Which sessions are open follows from what a job is doing, so that
//! nothing is kept for them.

use crate::model::ids::JobId;
use crate::model::way::scene::Scene;
use crate::units::Instant;
use crate::world::ServerId;
use std::collections::VecDeque;
use std::ops::Range;

/// The server of the share at a position of a job's program.
pub(crate) fn share_server(scene: &Scene<'_, '_>, id: JobId, at: usize) -> ServerId {
    let share = scene.program(id).shares[at].share;
    scene.world.shares[share.index()].server
}

/// Whether a job's machine has a session at `server`, for its content or
/// for one of the shares in `reached`.
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
