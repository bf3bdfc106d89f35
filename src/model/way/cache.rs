//! A job makes room in the cache, and downloads its package.

use crate::access;
use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::answer::Wait;
use crate::model::rules::cache;
use crate::model::way::job::{Job, NONE, Phase};
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Step};
use crate::product::status;
use crate::units::Size;

impl<J: Journal> Simulation<'_, '_, J> {
    /// Downloads the package into the cache.
    pub(crate) fn fetch(&mut self, id: JobId) {
        let package = self.scene.program(id).package;
        let others = cache::cached_by(&self.scene, id).iter();
        let mut others = others.filter(|other| **other != id);
        if others.any(|other| cache::keeps(&self.scene, *other) == Some(package)) {
            // Another advertisement has brought the same package.
            self.job(id).cached = true;
            self.takes_room(id);
            return self.proceed(id);
        }
        if !self.room_in_cache(id) {
            return;
        }
        let user = self.scene.look_for_user(id);
        let (client, program) = (self.scene.client(id), self.scene.program(id));
        match access::execute(self.scene.view(), &client, program) {
            Ok(execution) => self.job(id).execution = Some(execution),
            // Content for a user needs that user.
            Err(_) => {
                let wait = Wait::for_condition(user.until, Cause::NoUser);
                return self.waits(id, wait);
            }
        }
        self.touches.clear();
        self.connect(id);
    }

    /// Whether the package fits into the cache now; if not, the job has failed
    /// or tries again later.
    pub(crate) fn room_in_cache(&mut self, id: JobId) -> bool {
        let size = cache::package_size(&self.scene, id);
        let own = self.scene.own(id, &self.scene.world.fleet.overrides.cache);
        let cache = own.map_or(self.scene.profile(id).cache, Size);
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
        self.forget_what_left_the_cache(id);
        let kept = cache::kept_in_cache(&self.scene, id, &mut self.packages_met);
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

    /// Throws out what may go, if `size` does not fit beside it.
    pub(crate) fn evict(&mut self, id: JobId, size: Size, cache: Size) {
        let others = cache::cached_by(&self.scene, id).iter();
        let held: u64 = others
            .filter(|other| **other != id && cache::keeps(&self.scene, **other).is_some())
            .map(|other| cache::package_size(&self.scene, *other).0)
            .sum();
        if size.0.saturating_add(held) <= cache.0 {
            return;
        }
        for at in 0..cache::cached_by(&self.scene, id).len() {
            let other = cache::cached_by(&self.scene, id)[at];
            if other != id && cache::is_evictable(&self.scene, other) {
                self.job(other).cached = false;
            }
        }
    }

    /// A job has brought content into the cache of its machine, or begins to.
    pub(crate) fn takes_room(&mut self, id: JobId) {
        let host = self.scene.jobs[id].host;
        if host != NONE {
            let in_cache = &mut self.scene.hosts[host as usize].in_cache;
            if let Err(at) = in_cache.binary_search(&id) {
                in_cache.insert(at, id);
            }
        }
    }

    /// Forgets jobs that no longer have content in the cache of a job's machine.
    fn forget_what_left_the_cache(&mut self, id: JobId) {
        let scene = &mut self.scene;
        let jobs = &scene.jobs;
        if let Some(host) = scene.hosts.get_mut(jobs[id].host as usize) {
            let has = |job: &Job| job.cached || job.phase() == Phase::Downloading;
            host.in_cache.retain(|other| has(&jobs[*other]));
        }
    }
}
