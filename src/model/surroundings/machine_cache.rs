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
    /// The jobs that have asked for content, in that order; among them may be some that
    /// have it, or ask no more.
    requests: Vec<JobId>,
    /// The jobs that wait for what another one has asked for, in that order.
    joined: Vec<Joined>,
}

/// A job that waits for content that another job of its machine has asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Joined {
    pub(crate) job: JobId,
    /// The count of its events: it waits for something else once that has gone on.
    pub(crate) serial: u32,
    package: PackageId,
}

/// A package as a cache knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Content {
    pub(crate) package: PackageId,
    /// Whether it is of the version before the update.
    pub(crate) is_older: bool,
}

/// What is in a cache, as seen by a job that has nothing in it.
#[derive(Debug, Clone)]
pub(crate) struct Contents {
    /// Bytes of packages that have to stay.
    pub(crate) kept: Size,
    /// Bytes of packages that are there, whether or not they have to stay.
    pub(crate) held: Size,
    /// The packages that are there, ascending.
    pub(crate) packages: Vec<Content>,
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

    /// A job begins to bring content of `size` into it.
    pub(crate) fn begins(&mut self, id: JobId, size: Size) {
        self.lists(id);
        if let Some(known) = &mut self.known {
            known.kept += size;
        }
    }

    /// A job that has begun to bring content of `size` no longer does.
    pub(crate) fn ends(&mut self, size: Size) {
        if let Some(known) = &mut self.known {
            known.kept.0 -= size.0;
        }
    }

    /// A job has content in it, which has to stay `until` an instant at least.
    pub(crate) fn keeps(&mut self, id: JobId, content: Content, size: Size, until: Instant) {
        self.lists(id);
        let Some(known) = &mut self.known else { return };
        match known.packages.binary_search(&content) {
            // Whether the copy that is there has to stay is not known.
            Ok(_) => self.changes(),
            Err(at) => {
                known.packages.insert(at, content);
                known.held += size;
                known.kept += size;
                known.until = known.until.min(until);
            }
        }
    }

    fn lists(&mut self, id: JobId) {
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

    /// A job asks for content; those of which nothing `counts` any more are forgotten.
    pub(crate) fn asks(&mut self, id: JobId, counts: impl Fn(JobId) -> bool) {
        self.requests.retain(|other| *other != id && counts(*other));
        self.requests.push(id);
    }

    /// The jobs that may be asking for content, or have a part of some.
    pub(crate) fn requests(&self) -> &[JobId] {
        &self.requests
    }

    /// A job waits for a package that another job has asked for.
    pub(crate) fn joins(&mut self, job: JobId, serial: u32, package: PackageId) {
        self.joined.retain(|joined| joined.job != job);
        self.joined.push(Joined {
            job,
            serial,
            package,
        });
    }

    /// Whether a job waits for what another job has asked for.
    pub(crate) fn has_joined(&self, job: JobId, serial: u32) -> bool {
        let mut joined = self.joined.iter();
        joined.any(|joined| (joined.job, joined.serial) == (job, serial))
    }

    /// Whether any job waits for what another one has asked for.
    pub(crate) fn is_awaited(&self) -> bool {
        !self.joined.is_empty()
    }

    /// A request for a package has come to its end, good or not: those who have waited for
    /// it are handed over.
    pub(crate) fn request_ends(&mut self, package: PackageId, into: &mut Vec<Joined>) {
        let joined = self.joined.iter();
        into.extend(joined.filter(|joined| joined.package == package));
        self.joined.retain(|joined| joined.package != package);
    }

    /// What was seen at the last look, unless something has changed since.
    pub(crate) fn seen(&self) -> Option<&Contents> {
        self.known.as_ref()
    }

    /// What was seen at the last look, if it is what would be seen now.
    pub(crate) fn known(&self, now: Instant) -> Option<&Contents> {
        self.seen().filter(|known| now < known.until)
    }

    /// Remembers what was seen now.
    pub(crate) fn remember(&mut self, contents: Contents) {
        self.known = Some(contents);
    }
}
