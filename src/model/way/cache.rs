//! A job makes room in the cache, and downloads its package.

use crate::model::ids::JobId;
use crate::model::journal::{Entry, Journal};
use crate::model::rules::cache::{self, Room};
use crate::model::way::job::Phase;
use crate::model::way::scene::Scene;
use crate::model::way::simulation::Simulation;
use crate::outcome::{Cause, Step};
use crate::product::status;

impl<J: Journal> Simulation<'_, '_, J> {
    /// Downloads the package into the cache, if it has room there; else the job has
    /// failed or tries again later.
    pub(crate) fn fetch(&mut self, id: JobId) {
        self.look_through_cache(id);
        match cache::room(&self.scene, id) {
            Room::IsThere => {
                self.job(id).cached = true;
                self.scene.takes_room(id);
                return self.proceed(id);
            }
            Room::Free => {}
            Room::AfterEviction => self.evict(id),
            Room::Full(free) => {
                self.tries_in_vain_for_room(id);
                self.note(id, || Entry::CacheFull(free));
                return self.cache_full(id);
            }
            Room::TooSmall(cache) => {
                self.tries_in_vain_for_room(id);
                self.note(id, || Entry::CacheTooSmall(cache));
                let message = status::CACHE_TOO_SMALL;
                return self.fail(id, Step::Content, Cause::CacheTooSmall, None, message);
            }
        }
        let user = self.scene.look_for_user(id);
        match cache::fetches_as(&self.scene, id, user.until) {
            Ok(execution) => self.job(id).execution = Some(execution),
            Err(wait) => return self.waits(id, wait),
        }
        self.touches.clear();
        self.connect(id);
    }

    /// A try ends before it turns to a point, for there is no room: it is counted, and its
    /// row tells of nothing that an earlier one has left. If the content comes to the cache
    /// by another job, the run from there is the next try.
    fn tries_in_vain_for_room(&mut self, id: JobId) {
        self.begin_attempt(id);
        self.job(id).in_try = false;
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

    /// Looks through the cache of a job's machine, unless it is known what it holds.
    fn look_through_cache(&mut self, id: JobId) {
        if cache::is_known(&self.scene, id) {
            return;
        }
        let scene = &mut self.scene;
        let at = scene.jobs[id].host as usize;
        let jobs = &scene.jobs;
        scene.hosts[at]
            .cache
            .keep_only(|other| cache::has_content(&jobs[other]));
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
    /// `before`. Apart from the turns that are made, so that these stay small.
    #[inline(never)]
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
