//! A job turns to the servers that its client prefers.

use crate::model::ids::JobId;
use crate::model::journal::Journal;
use crate::model::rules::preferred_servers;
use crate::model::rules::preferred_servers::{AFRESH, PREFERRED};
use crate::model::surroundings::site_resources;
use crate::model::way::simulation::Simulation;
use crate::world::ServerId;

impl<J: Journal> Simulation<'_, '_, J> {
    /// The next preferred server that may serve a job; after the last, it goes
    /// on with the other points.
    pub(crate) fn next_preferred(&mut self, id: JobId) -> Option<ServerId> {
        let package = self.scene.program(id).package;
        let from = (self.scene.jobs[id].tier & !PREFERRED) as usize;
        let preferred = preferred_servers::preferred(&self.scene, id);
        let points = site_resources::points(&mut self.scene, id, package).ok();
        let next = points.and_then(|points| {
            let serves = |at: &usize| points.iter().any(|point| point == preferred[*at]);
            (from..preferred.len()).find(serves)
        });
        self.job(id).tier = next.map_or(AFRESH, |at| PREFERRED | (at as u32 + 1));
        next.map(|at| preferred[at])
    }
}
