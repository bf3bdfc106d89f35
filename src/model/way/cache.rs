//! A job makes room in the cache, and downloads its package.

use crate::access;
use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::answer::Wait;
use crate::model::rules::cache;
use crate::model::surroundings::machine_cache::Contents;
use crate::model::way::job::Phase;
use crate::model::way::scene::Scene;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Step};
use crate::product::status;
use crate::units::Size;

impl<J: Journal> Simulation<'_, '_, J> {
    /// Downloads the package into the cache.
    pub(crate) fn fetch(&mut self, id: JobId) {
        let package = self.scene.program(id).package;
        self.look_through_cache(id);
        let known = self.contents_of_cache(id);
        if known.is_some_and(|known| known.packages.binary_search(&package).is_ok()) {
            // Another advertisement has brought the same package.
            self.job(id).cached = true;
            self.scene.takes_room(id);
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
        let known = self.contents_of_cache(id);
        let (kept, held) = known.map_or_else(Default::default, |known| (known.kept, known.held));
        if size.0 + kept.0 > cache.0 {
            self.note(id, || {
                Entry::CacheFull(Size(cache.0.saturating_sub(kept.0)))
            });
            self.raise(id, status::CACHE_FULL);
            self.cache_full(id);
            return false;
        }
        if size.0.saturating_add(held.0) > cache.0 {
            self.evict(id);
        }
        true
    }

    /// Throws out what may go.
    fn evict(&mut self, id: JobId) {
        for at in 0..cache::cached_by(&self.scene, id).len() {
            let other = cache::cached_by(&self.scene, id)[at];
            if cache::is_evictable(&self.scene, other) {
                self.scene.cache_changes(other);
                self.job(other).cached = false;
            }
        }
    }

    /// What the cache of a job's machine holds, as of the last look; nothing of other
    /// jobs if the machine has none.
    fn contents_of_cache(&self, id: JobId) -> Option<&Contents> {
        let host = self.scene.hosts.get(self.scene.jobs[id].host as usize)?;
        host.cache.seen()
    }

    /// Looks through the cache of a job's machine, unless it is known what it holds.
    fn look_through_cache(&mut self, id: JobId) {
        let scene = &mut self.scene;
        let at = scene.jobs[id].host as usize;
        if at >= scene.hosts.len() {
            return;
        }
        if let Some(known) = scene.hosts[at].cache.known(scene.now) {
            debug_assert!(
                cache::look_through(scene, id).is_like(known),
                "what a cache holds has changed, and the last look at it still counts"
            );
            return;
        }
        let jobs = &scene.jobs;
        let has = |other| jobs[other].cached || jobs[other].phase() == Phase::Downloading;
        scene.hosts[at].cache.keep_only(has);
        let found = cache::look_through(scene, id);
        scene.hosts[at].cache.remember(found);
    }
}

impl Scene<'_, '_> {
    /// A job begins to do something else.
    #[inline]
    pub(crate) fn turn_job(&mut self, id: JobId, next: Phase) {
        let job = &mut self.jobs[id];
        let before = job.phase();
        job.turn_to(next);
        if matches!(before, Phase::Downloading | Phase::Over) {
            self.leaves_cache(id, before);
        }
    }

    /// What the cache of a job's machine learns when the job no longer does what it did
    /// `before`.
    fn leaves_cache(&mut self, id: JobId, before: Phase) {
        if before == Phase::Over {
            return self.cache_changes(id);
        }
        let size = cache::package_size(self, id);
        if let Some(host) = self.hosts.get_mut(self.jobs[id].host as usize) {
            host.cache.ends(size);
        }
    }

    /// A job has brought content into the cache of its machine, or begins to.
    pub(crate) fn takes_room(&mut self, id: JobId) {
        let at = self.jobs[id].host as usize;
        if at >= self.hosts.len() {
            return;
        }
        let size = cache::package_size(self, id);
        match cache::keeps(self, id) {
            Some(package) => {
                let until = cache::stays_until(self, id);
                self.hosts[at].cache.keeps(id, package, size, until);
            }
            None => self.hosts[at].cache.begins(id, size),
        }
    }

    /// What a job has in the cache of its machine is no longer what it was.
    pub(crate) fn cache_changes(&mut self, id: JobId) {
        if self.jobs[id].cached
            && let Some(host) = self.hosts.get_mut(self.jobs[id].host as usize)
        {
            host.cache.changes();
        }
    }
}
