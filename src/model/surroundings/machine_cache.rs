//! What the cache of a machine holds, remembered between looks: a job that finds no
//! room asks again and again, and little changes meanwhile.

use crate::model::ids::JobId;
use crate::units::{Instant, Size};
use crate::world::PackageId;

/// The cache of a machine that has several jobs.
#[derive(Debug, Clone, Default)]
pub(crate) struct MachineCache {
    /// The jobs that have brought content into it, or are fetching it, ascending; among
    /// them may be some that no longer do.
    jobs: Vec<JobId>,
    known: Option<Contents>,
}

/// What is in a cache, as seen by a job that has nothing in it.
#[derive(Debug, Clone)]
pub(crate) struct Contents {
    /// Bytes of packages that have to stay.
    pub(crate) kept: Size,
    /// Bytes of packages that are there, whether or not they have to stay.
    pub(crate) held: Size,
    /// The packages that are there, ascending.
    pub(crate) packages: Vec<PackageId>,
    /// Before this instant nothing that stays may go for its age alone.
    pub(crate) until: Instant,
}

impl Default for Contents {
    fn default() -> Self {
        Self {
            kept: Size(0),
            held: Size(0),
            packages: Vec::new(),
            until: Instant::NEVER,
        }
    }
}

impl Contents {
    /// Whether two looks have found the same; until when is a bound that may move.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        (self.kept, self.held, &self.packages) == (other.kept, other.held, &other.packages)
    }
}

impl MachineCache {
    /// The jobs that may have content in it.
    pub(crate) fn jobs(&self) -> &[JobId] {
        &self.jobs
    }

    /// A job has brought content into it, or begins to.
    pub(crate) fn takes(&mut self, id: JobId) {
        self.changes();
        if let Err(at) = self.jobs.binary_search(&id) {
            self.jobs.insert(at, id);
        }
    }

    /// What a job has in it, or has to have in it, is no longer what it was.
    pub(crate) fn changes(&mut self) {
        self.known = None;
    }

    /// Forgets the jobs of which it holds nothing.
    pub(crate) fn keep_only(&mut self, has: impl Fn(JobId) -> bool) {
        self.jobs.retain(|id| has(*id));
    }

    /// What was seen at the last look, unless something has changed since.
    pub(crate) fn seen(&self) -> Option<&Contents> {
        self.known.as_ref()
    }

    /// What was seen at the last look, if it is what would be seen now.
    pub(crate) fn known(&self, now: Instant) -> Option<&Contents> {
        self.seen().filter(|known| now < known.until)
    }

    pub(crate) fn remember(&mut self, contents: Contents) {
        self.known = Some(contents);
    }
}
