//! The cache of a machine: what a package takes, whether it fits, and what has to
//! go for it.

use crate::access;
use crate::client::Mode;
use crate::model::journal::{Entry, Journal};
use crate::model::way::events::Kind;
use crate::model::way::job::Phase;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Step};
use crate::product::status;
use crate::units::Size;
use crate::world::PackageId;

impl<J: Journal> Simulation<'_, '_, J> {
    pub(crate) fn needs_download(&self, id: u32) -> bool {
        let job = &self.jobs[id as usize];
        job.mode == Some(Mode::Download)
            && !job.cached
            && self.world.needs_content(self.program(id))
    }

    /// Bytes of the package for this machine.
    pub(crate) fn package_size(&self, id: u32) -> Size {
        let own = self.own(id, &self.world.fleet.overrides.package_bytes);
        own.map_or(
            self.world.packages[self.program(id).package.index()].size,
            Size,
        )
    }

    /// What of the package is not yet in the cache.
    pub(crate) fn remaining(&self, id: u32) -> Size {
        let resumed = self.aside(id).resumed;
        Size(self.package_size(id).0.saturating_sub(resumed.0))
    }

    /// Downloads the package into the cache.
    pub(crate) fn fetch(&mut self, id: u32) {
        let package = self.program(id).package;
        if self
            .siblings(id)
            .any(|other| other != id && self.keeps(other) == Some(package))
        {
            // Another advertisement has brought the same package.
            self.job(id).cached = true;
            return self.proceed(id);
        }
        if !self.room_in_cache(id) {
            return;
        }
        let user = self.look_for_user(id);
        let (client, program) = (self.client(id), self.program(id));
        match access::execute(self.view(), &client, program) {
            Ok(execution) => self.job(id).execution = Some(execution),
            // Content for a user needs that user.
            Err(_) => {
                self.wait(id, Cause::NoUser);
                return self.schedule(id, Kind::Wake, user.until);
            }
        }
        self.touches.clear();
        self.connect(id);
    }

    /// The package that a job has brought into the cache.
    pub(crate) fn keeps(&self, id: u32) -> Option<PackageId> {
        let job = &self.jobs[id as usize];
        (job.mode == Some(Mode::Download) && job.cached).then(|| self.program(id).package)
    }

    /// Whether the package fits into the cache now; if not, the job has failed
    /// or tries again later.
    pub(crate) fn room_in_cache(&mut self, id: u32) -> bool {
        let size = self.package_size(id);
        let own = self.own(id, &self.world.fleet.overrides.cache);
        let cache = own.map_or(self.profile(id).cache, Size);
        if size > cache {
            self.note(id, || Entry::CacheTooSmall(cache));
            self.fail(
                id,
                Step::Content,
                Cause::CacheTooSmall,
                None,
                status::CACHE_TOO_SMALL,
            );
            return false;
        }
        let kept = self.kept_in_cache(id);
        if size.0 + kept.0 > cache.0 {
            self.note(id, || {
                Entry::CacheFull(Size(cache.0.saturating_sub(kept.0)))
            });
            self.raise(id, status::CACHE_FULL);
            self.cache_full(id);
            return false;
        }
        self.evict(id, size, cache);
        true
    }

    /// Whether a job's content may make room for other content: its job is over
    /// and the tombstone age past (KB 839513).
    pub(crate) fn is_evictable(&mut self, id: u32) -> bool {
        let tombstone = self.world.rules.cache_tombstone;
        let run_end = self.record(id).run_end;
        let last_used = if run_end.is_some() {
            run_end
        } else {
            self.last_word(id)
        };
        let over = self.jobs[id as usize].phase == Phase::Over;
        over && last_used.is_some() && last_used + tombstone <= self.now
    }

    /// Throws out what may go, if `size` does not fit beside it.
    pub(crate) fn evict(&mut self, id: u32, size: Size, cache: Size) {
        let siblings = self.siblings(id);
        let held: u64 = siblings
            .clone()
            .filter(|other| *other != id && self.keeps(*other).is_some())
            .map(|other| self.package_size(other).0)
            .sum();
        if size.0.saturating_add(held) <= cache.0 {
            return;
        }
        for other in siblings {
            if other != id && self.is_evictable(other) {
                self.job(other).cached = false;
            }
        }
    }

    /// Bytes of other packages that may not be evicted: those in use, and
    /// those not yet past the tombstone age (KB 839513).
    pub(crate) fn kept_in_cache(&mut self, id: u32) -> Size {
        let mut kept = Size(0);
        for other in self.siblings(id) {
            let job = &self.jobs[other as usize];
            if other == id || job.mode != Some(Mode::Download) {
                continue;
            }
            let package = self.keeps(other);
            let first = self.siblings(id).start;
            if package.is_some() && (first..other).any(|e| e != id && self.keeps(e) == package) {
                // Counted already: there is one copy for both.
                continue;
            }
            let evictable = self.is_evictable(other);
            if (self.jobs[other as usize].cached && !evictable)
                || self.jobs[other as usize].phase == Phase::Downloading
            {
                kept += self.package_size(other);
            }
        }
        kept
    }
}
