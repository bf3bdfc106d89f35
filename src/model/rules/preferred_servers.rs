//! Servers that a Legacy Client prefers (KB Q205406, Q235873).
//!
//! Where Prefserv.exe has written a list into a client's registry, the client
//! tries the servers that are on it and on the list of distribution points for
//! the package; then a point to which its user has a connection; then the other
//! points at random. That the first on the list comes first is an assumption.

use crate::client::behaviour;
use crate::model::journal::Journal;
use crate::model::way::simulation::Simulation;
use crate::world::ServerId;

/// Marks a tier as a position in the list of preferred servers.
const PREFERRED: u32 = 1 << 31;

/// Marks the first tier of the other points as not begun: the point turned to
/// last is none of them.
pub(crate) const AFRESH: u32 = 1 << 30;

impl<'w, J: Journal> Simulation<'w, '_, J> {
    /// The servers that a job's client prefers.
    pub(crate) fn preferred(&self, id: u32) -> &'w [ServerId] {
        let world: &'w crate::world::World = self.world;
        let profile = &world.fleet.profiles[self.jobs[id as usize].profile.index()];
        if !behaviour(profile.client).has_preferred_servers() {
            return &[];
        }
        let of_site = || &world.sites[self.site(id).index()].preferred;
        profile.preferred.as_ref().unwrap_or_else(of_site)
    }

    /// Where a job begins in the order of its points.
    pub(crate) fn first_tier(&self, id: u32) -> u32 {
        if self.preferred(id).is_empty() {
            0
        } else {
            PREFERRED
        }
    }

    /// Whether a job has yet to try its preferred servers.
    pub(crate) fn is_at_preferred(&self, id: u32) -> bool {
        self.jobs[id as usize].tier & PREFERRED != 0
    }

    /// The next preferred server that may serve a job; after the last, it goes
    /// on with the other points.
    pub(crate) fn next_preferred(&mut self, id: u32) -> Option<ServerId> {
        let package = self.program(id).package;
        let from = (self.jobs[id as usize].tier & !PREFERRED) as usize;
        let preferred = self.preferred(id);
        let points = self.points(id, package).ok();
        let next = points.and_then(|points| {
            let serves = |at: &usize| points.iter().any(|point| point == preferred[*at]);
            (from..preferred.len()).find(serves)
        });
        self.job(id).tier = next.map_or(AFRESH, |at| PREFERRED | (at as u32 + 1));
        next.map(|at| preferred[at])
    }
}
