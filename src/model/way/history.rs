//! A program has run on a machine, and it is kept what has come of it.

use crate::model::ids::JobId;
use crate::model::journal::Journal;
use crate::model::rules::history;
use crate::model::way::simulation::Simulation;
use crate::outcome::Ending;

impl<J: Journal> Simulation<'_, '_, J> {
    /// The program of a job that is up has ended like this, if it has run: other
    /// advertisements and chains of its machine may ask for it.
    #[inline]
    pub(crate) fn keep_history(&mut self, id: JobId, ending: Ending) {
        if history::is_kept(&self.scene, id) {
            self.keep_what_came(id, ending);
        }
    }

    fn keep_what_came(&mut self, id: JobId, ending: Ending) {
        if let Some(past) = history::comes_to(&self.scene, id, ending) {
            let (machine, program) = (self.scene.jobs[id].machine, self.scene.program_id(id));
            self.scene.history.keep(machine, program, past);
        }
    }
}
