//! What the cache of a machine holds, remembered between looks: a job that finds no
//! room asks again and again, and little changes meanwhile.

use crate::model::ids::JobId;
use crate::units::{Instant, Size};
use crate::world::PackageId;
use std::collections::BTreeMap;

/// The cache of a machine that has several jobs.
#[derive(Debug, Clone, Default)]
pub(crate) struct MachineCache {
    /// The jobs that have brought content into it, or are fetching it, ascending; among
    /// them may be some that no longer do.
    jobs: Vec<JobId>,
    known: Option<Contents>,
    /// By package the jobs that have asked for it, in that order; among them may be some
    /// that have it, or ask no more.
    requests: BTreeMap<PackageId, Vec<JobId>>,
    /// By package the jobs that wait for what another one has asked for.
    joined: BTreeMap<PackageId, BTreeMap<JobId, Joined>>,
    /// How many jobs have come to wait so.
    count: u64,
}

/// A job that waits for content that another job of its machine has asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Joined {
    /// The jobs look again in the order in which they have come to wait.
    number: u64,
    pub(crate) job: JobId,
    /// The count of its events: it waits for something else once that has gone on.
    pub(crate) serial: u32,
}

/// A package as a cache knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Content {
    pub(crate) package: PackageId,
    /// Whether it is of the version before the update.
    pub(crate) is_older: bool,
}

/// Content that is in a cache, once for all jobs that keep it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Copy {
    pub(crate) content: Content,
    pub(crate) size: Size,
    /// Whether a job needs it still, so that it cannot make room for other content.
    pub(crate) stays: bool,
}

/// What is in a cache, as seen by a job that has nothing in it.
#[derive(Debug, Clone)]
pub(crate) struct Contents {
    /// Bytes of packages that have to stay.
    pub(crate) kept: Size,
    /// Bytes of packages that are there, whether or not they have to stay.
    pub(crate) held: Size,
    /// The packages that are there, ascending.
    pub(crate) copies: Vec<Copy>,
    /// Before this instant nothing that stays may go for its age alone.
    pub(crate) until: Instant,
}

impl Default for Contents {
    fn default() -> Self {
        Self {
            kept: Size(0),
            held: Size(0),
            copies: Vec::new(),
            until: Instant::NEVER,
        }
    }
}

impl Contents {
    /// Whether two looks have found the same; until when is a bound that may move.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        (self.kept, self.held, &self.copies) == (other.kept, other.held, &other.copies)
    }

    /// Whether a content is there.
    pub(crate) fn has(&self, content: Content) -> bool {
        self.place_of(content).is_ok()
    }

    /// Where a content is, or would be.
    fn place_of(&self, content: Content) -> Result<usize, usize> {
        self.copies
            .binary_search_by_key(&content, |copy| copy.content)
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
        match known.place_of(content) {
            Ok(at) => {
                let copy = &mut known.copies[at];
                if !std::mem::replace(&mut copy.stays, true) {
                    known.kept += copy.size;
                }
            }
            Err(at) => {
                let stays = true;
                known.held += size;
                known.kept += size;
                known.copies.insert(
                    at,
                    Copy {
                        content,
                        size,
                        stays,
                    },
                );
            }
        }
        known.until = known.until.min(until);
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

    /// A job asks for a package; those of which nothing `counts` any more are forgotten.
    pub(crate) fn asks(&mut self, id: JobId, package: PackageId, counts: impl Fn(JobId) -> bool) {
        let requests = self.requests.entry(package).or_default();
        requests.retain(|other| *other != id && counts(*other));
        requests.push(id);
    }

    /// The jobs that may be asking for a package, or have a part of it.
    pub(crate) fn requests_for(&self, package: PackageId) -> &[JobId] {
        self.requests.get(&package).map_or(&[], Vec::as_slice)
    }

    /// A job waits for a package that another job has asked for.
    pub(crate) fn joins(&mut self, job: JobId, serial: u32, package: PackageId) {
        self.count += 1;
        let joined = Joined {
            number: self.count,
            job,
            serial,
        };
        self.joined.entry(package).or_default().insert(job, joined);
    }

    /// Whether a job waits for a package that another job has asked for.
    pub(crate) fn has_joined(&self, job: JobId, serial: u32, package: PackageId) -> bool {
        let joined = self.joined.get(&package);
        let joined = joined.and_then(|joined| joined.get(&job));
        joined.is_some_and(|joined| joined.serial == serial)
    }

    /// A request for a package has come to its end, good or not: those who have waited for
    /// it are handed over.
    pub(crate) fn request_ends(&mut self, package: PackageId, into: &mut Vec<Joined>) {
        let joined = self.joined.remove(&package).unwrap_or_default();
        let mut joined: Vec<Joined> = joined.into_values().collect();
        joined.sort_unstable();
        into.append(&mut joined);
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
